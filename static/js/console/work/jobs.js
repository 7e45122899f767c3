// Missed calls as jobs: the calls of one number that wait for somebody are one job.
//
// Invariant: a call without a number is a job of its own (two who withhold it need not be one).
// Never: counts a call twice.

import { rows } from '../../base/api.js';
import { isoTime } from '../../base/format.js';
import { japanNow } from '../../base/japan.js';
import { CALLS } from '../calls.js';
import { OPEN_DAYS, since } from './tally.js';

/** Words of 対応状況 that wait for somebody, most urgent last. */
export const OPEN = ['未対応', '折返し要', '対応中'];
/** Words of what is over. */
export const OVER = ['対応済', '折返し済', '対応不要'];
/** Calls that are looked at, newest first. */
export const LOOKED_AT_MAX = 300;
const OVER_DAYS = 7;
/** A promise that is due so soon is marked. */
const SOON_MINUTES = 30;

/** Calls with one of these words: `{ calls, isAll }`. */
export async function callsWith(words, signal) {
  const days = words === OVER ? OVER_DAYS : OPEN_DAYS;
  const lists = await Promise.all(words.map(word => rows(CALLS,
    { limit: LOOKED_AT_MAX, order: 'desc', from: since(days), 対応状況: word }, signal)));
  return { calls: lists.flat(), isAll: lists.every(list => list.next === null) };
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
