// The rows of a list: few are read once and sorted here, many are read page by page as they are looked at.
//
// Invariant: at most SMALL_MAX rows of a resource are held; a larger one is searched, filtered and paged by the server.
// Never: writes.

import { rows } from '../../base/api.js';
import { digits, tel } from '../../base/format.js';
import { askedFor } from '../../base/period.js';
import { wordOf } from '../../base/catalogue.js';

/** Up to so many rows a resource is held as a whole. */
const SMALL_MAX = 300;
/** Rows of one page. */
export const PAGE = 50;

const collator = new Intl.Collator('ja', { numeric: true });
const NUMBERS = new Set(['int', 'key', 'ref']);

/** Rows that only grow: nobody adds one by hand. The newest stand first. */
export const isLog = resource => !resource.methods.includes('POST') && !resource.single && !resource.live;

/** The rows of `resource`; `state` is `{ q, filters: { name: value }, period, sort: { name, desc } }`. */
export function source(resource, state) {
  let all = null;
  let large = Boolean(resource.search) || isLog(resource);
  let before = [];
  let shown = null;
  let first = 0;

  async function whole(signal) {
    const found = await rows(resource.uri, { limit: SMALL_MAX }, signal);
    large = found.next !== null;
    return found;
  }

  async function page(signal) {
    const found = await rows(resource.uri, {
      ...state.filters, ...askedFor(state.period), limit: PAGE,
      order: state.sort.desc ? 'desc' : 'asc', after: before.at(-1) ?? null, q: resource.search ? state.q : null,
    }, signal);
    const first = before.length * PAGE;
    return { rows: [...found], total: found.total, next: found.next, first, more: found.next !== null };
  }

  function here() {
    const words = state.q.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
    const filters = Object.entries(state.filters);
    const fitting = all.filter(row => filters.every(([name, value]) => row[name] === value)
      && words.every(word => holds(textOf(resource, row), word)));
    const field = resource.fields.find(each => each.name === state.sort.name);
    fitting.sort((a, b) => compare(field, a, b) * (state.sort.desc ? -1 : 1));
    if (first >= fitting.length) first = 0;
    const total = fitting.length;
    return { rows: fitting.slice(first, first + PAGE), total, first, more: first + PAGE < total };
  }

  return {
    /** Reads (`again`: even what is held) and answers `{ rows, total, first, more }`. */
    async load({ again = false, signal } = {}) {
      if (!large && (again || !all)) all = await whole(signal);
      shown = large ? await page(signal) : here();
      return shown;
    },
    /** Whether only the server can sort: by key alone. */
    isLarge: () => large,
    /** Whether every word of a row can be looked for. */
    canSearch: () => !large || Boolean(resource.search),
    restart() { before = []; first = 0; },
    /** Which page is shown, for `goTo`. */
    place: () => ({ before: [...before], first }),
    goTo(place) { ({ before, first } = place); },
    next() {
      if (large) before.push(shown.next);
      else first += PAGE;
    },
    back() {
      if (large) before.pop();
      else first = Math.max(0, first - PAGE);
    },
    /** Puts a row that an event brought in the place of the held one. */
    replace(row) {
      const at = all?.findIndex(each => each[resource.key] === row[resource.key]) ?? -1;
      if (at >= 0) all[at] = row;
      return at >= 0;
    },
    /** A row that is held, by its key. */
    held: key => (all ?? shown?.rows ?? []).find(row => row[resource.key] === key),
  };
}

/** A number is found however it is hyphenated. */
const holds = (text, word) => text.includes(word)
  || (/^[\d()‐-―−ー-]+$/.test(word) && digits(word) !== '' && text.includes(digits(word)));

function textOf(resource, row) {
  const texts = resource.fields.map(field => {
    const value = row[field.name] ?? '';
    if (field.kind === 'tel') return `${value} ${tel(value)}`;
    return field.kind === 'enum' ? `${value} ${wordOf(field, value)}` : value;
  });
  return texts.join(' ').normalize('NFKC').toLowerCase();
}

function compare(field, a, b) {
  const [left, right] = [a[field.name] ?? '', b[field.name] ?? ''];
  if (NUMBERS.has(field.kind)) return Number(left) - Number(right);
  // What is empty stands behind.
  if (!left || !right) return Number(!left) - Number(!right);
  return collator.compare(left, right);
}
