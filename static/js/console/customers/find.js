// Searching customers while somebody types.
//
// Invariant: only the answer to what was asked last is told; older requests are given up.
// Never: asks before DEBOUNCE_MS have passed without a key, or for signs alone.

import { rows } from '../../base/api.js';

export const CUSTOMERS = 'CustomerAddress';
/** Rows of a page. */
export const PAGE = 50;
const DEBOUNCE_MS = 200;
const LENGTH_MAX = 100;

/** What of a typed text the service can look for; '' = nothing. */
export const searchable = text => (/[\p{L}\p{N}]/u.test(text) ? text.trim().slice(0, LENGTH_MAX) : '');

/**
 * Asks for customers: `{ now(values), soon(values), end() }`. `told` is `{ busy(), found(rows), failed(error) }`,
 * `values` the parameters of the list.
 */
export function finder(told, limit = PAGE) {
  let running = new AbortController();
  let timer = 0;

  const end = () => {
    clearTimeout(timer);
    running.abort();
  };

  async function now(values) {
    end();
    running = new AbortController();
    const { signal } = running;
    told.busy?.();
    try {
      const found = await rows(CUSTOMERS, { ...values, limit }, signal);
      if (!signal.aborted) told.found(found);
    } catch (error) {
      if (!signal.aborted) told.failed(error);
    }
  }

  return {
    now, end,
    soon(values) {
      end();
      timer = setTimeout(() => now(values), DEBOUNCE_MS);
    },
  };
}
