// Missed calls as jobs: the calls of one number that wait for somebody are one job.
//
// Invariant: a call without a number is a job of its own (two who withhold it need not be one).
// Never: counts a call twice.

import { rows } from '../../base/api.js';
import { dayAgo, isoTime } from '../../base/format.js';
import { japanNow } from '../../base/japan.js';
import { CALLS } from '../calls.js';
import { OPEN_DAYS } from './tally.js';

/** Words of 対応状況 that wait for somebody, most urgent last. */
export const OPEN = ['未対応', '折返し要', '対応中'];
/** Words of what is over. */
export const OVER = ['対応済', '折返し済', '対応不要'];
/** Calls of each word that are read at once, newest first. */
const PART = 300;
const OVER_DAYS = 7;
/** A promise that is due so soon is marked. */
const SOON_MINUTES = 30;

/** The calls with some words of 対応状況, newest first, part by part: those of the last days, then older ones. */
export class Reader {
  #parts;
  #isOlder = false;
  /** How many stand before the days: a number, or null where they are too many to be counted. */
  #before = 0;

  constructor(words) {
    this.days = words === OVER ? OVER_DAYS : OPEN_DAYS;
    this.#parts = words.map(word => ({ word, after: null, isEnd: false }));
  }

  /** Whether some of the days that are looked at were not read. */
  get isPart() {
    return this.#parts.some(part => !part.isEnd);
  }

  /** How many wait beyond those days (null = many); 0 once they are read. */
  get before() {
    return this.#isOlder ? 0 : this.#before;
  }

  /** Whether there is more to be read. */
  get hasMore() {
    return this.isPart || this.before !== 0;
  }

  /** Reads the next part. */
  async more(signal) {
    const isFirst = !this.#isOlder && this.#parts.every(part => part.after === null && !part.isEnd);
    const isOlder = this.#isOlder || !this.isPart;
    const parts = isOlder === this.#isOlder ? this.#parts
      : this.#parts.map(({ word }) => ({ word, after: null, isEnd: false }));
    const bounds = isOlder ? { to: dayAgo(this.days + 1) } : { from: dayAgo(this.days) };
    const lists = parts.map(({ word, after, isEnd }) => (isEnd ? null
      : rows(CALLS, { limit: PART, order: 'desc', ...bounds, 対応状況: word, after }, signal)));
    const [before, ...read] = await Promise.all([isFirst ? this.#count(signal) : this.#before, ...lists]);
    // Nothing is noted before all has arrived, so that what failed can be asked for again.
    this.#before = before;
    this.#isOlder = isOlder;
    this.#parts = parts.map((part, at) => (read[at]
      ? { ...part, after: read[at].next, isEnd: read[at].next === null } : part));
    return read.filter(Boolean).flat();
  }

  async #count(signal) {
    const older = await Promise.all(this.#parts.map(({ word }) =>
      rows(CALLS, { limit: 1, order: 'desc', to: dayAgo(this.days + 1), 対応状況: word }, signal)));
    return older.some(list => list.total === null) ? null : older.reduce((sum, list) => sum + list.total, 0);
  }
}

/** The jobs of some calls, what was promised first, then the oldest. */
export function jobsOf(calls) {
  const groups = new Map();
  for (const call of calls) {
    const key = call['相手TEL'] || `ID ${call.ID}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(call);
  }
  return [...groups].map(([key, own]) => job(key, own)).sort(byUrgency);
}

function job(key, own) {
  const calls = own.sort((a, b) => Number(a.ID) - Number(b.ID));
  const last = calls.at(-1);
  const promises = calls.map(call => call['折返し日時']).filter(Boolean).sort();
  const rank = call => OPEN.indexOf(call['対応状況']);
  const leading = calls.reduce((best, call) => (rank(call) >= rank(best) ? call : best), calls[0]);
  return {
    key, calls, last, first: calls[0], state: leading['対応状況'], promised: promises[0] ?? '',
    who: calls.map(call => call['対応者']).filter(Boolean).at(-1) ?? '',
    memos: calls.map(call => call['メモ']).filter(Boolean),
  };
}

function byUrgency(a, b) {
  const [promiseA, promiseB] = [a.promised || '9', b.promised || '9'];
  if (promiseA !== promiseB) return promiseA < promiseB ? -1 : 1;
  return a.first['着信日時'] < b.first['着信日時'] ? -1 : 1;
}

/** 'late', 'soon' or '' for a promised time. */
export function dueness(promised) {
  if (!promised) return '';
  const now = japanNow();
  if (promised < isoTime(now)) return 'late';
  return promised < isoTime(new Date(now.getTime() + SOON_MINUTES * 60_000)) ? 'soon' : '';
}
