// What the statistics ask of the service.
//
// Invariant: the parts are asked for at the same time and fail by themselves.
// Never: counts callers twice at once (the service does that for one at a time; the second waits its turn).

import { dayAgo } from '../../base/format.js';
import { Refusal, request, REST, rows } from '../../base/api.js';
import { t } from '../../base/i18n.js';
import { CALLS, WAITING } from '../calls.js';
import { OPEN_DAYS } from '../work/tally.js';
import { asked } from './period.js';

const PATH = `${REST}/Statistics`;
const CALLERS = 10;
const TOO_MANY = 400;
const BUSY = 503;
const TURNS = 5;
const TURN_MS = 700;

const get = async (by, period, signal, more = {}) =>
  (await request('GET', PATH, { values: { by, ...asked(period), ...more }, signal })).data;

/** Rows by day, hour, line or operator. */
export const sumsBy = (by, period, signal) => get(by, period, signal);

/** The numbers that called most. Waits while somebody else counts. */
export async function callers(period, signal) {
  for (let turn = 1; ; turn += 1) {
    try {
      return await get('caller', period, signal, { limit: CALLERS });
    } catch (error) {
      if (error instanceof Refusal && error.status === TOO_MANY) {
        throw new Refusal(TOO_MANY, t('この期間は着信が多いため、相手別には数えられません。期間を短くしてください。'));
      }
      if (!(error instanceof Refusal) || error.status !== BUSY || turn === TURNS) throw error;
      await new Promise(resolve => { setTimeout(resolve, TURN_MS * turn); });
      signal.throwIfAborted();
    }
  }
}

/**
 * How many calls of the days that the work list looks at wait for somebody now: `{ open, back }` (未対応, 折返し要);
 * null = too many to be counted.
 */
export async function waiting(signal) {
  const of = async state =>
    (await rows(CALLS, { limit: 1, from: dayAgo(OPEN_DAYS), 対応状況: state }, signal)).total;
  const [open, back] = await Promise.all(WAITING.map(of));
  return { open, back };
}
