// The days that the statistics are about.
//
// Invariant: both ends belong to the period; the period before it is as long and ends the day before.
// Never: is longer than YEARS.

import { isoDay, parsed } from '../../base/format.js';
import { japanNow } from '../../base/japan.js';
import { readMoment } from '../../base/moments.js';

const YEARS = 10;
const DAY_MS = 86_400_000;
/** Ready-made lengths in days, up to today. */
export const LENGTHS = [1, 7, 14, 30];
const USUAL = 14;

/** From the filters in the address: `{ days }` or `{ from, to }`. Answers `{ days, from, to }`; `days` 0 = chosen. */
export function fromAddress({ days = '', from = '', to = '' }) {
  const [first, last] = [parsed(readMoment(from)), parsed(readMoment(to))];
  if (first && last && first <= last) {
    const oldest = shift(last, -366 * YEARS);
    return { days: 0, from: first < oldest ? oldest : first, to: last };
  }
  const length = LENGTHS.includes(Number(days)) ? Number(days) : USUAL;
  const today = midnight(japanNow());
  return { days: length, from: shift(today, 1 - length), to: today };
}

/** What stands in the address for a period. */
export const toAddress = period => (period.days ? { days: period.days }
  : { from: isoDay(period.from), to: isoDay(period.to) });

/** How many days. */
export const lengthOf = ({ from, to }) => Math.round((to - from) / DAY_MS) + 1;

/** The period before. */
export const before = period => ({ from: shift(period.from, -lengthOf(period)), to: shift(period.from, -1) });

/** Whether today belongs to it. */
export const isCurrent = period => period.to >= midnight(japanNow());

/** A date so many days later. */
export const shift = (date, days) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);

const midnight = date => shift(date, 0);

/** Each day as a Date, `from` first. */
export const daysOf = period => Array.from({ length: lengthOf(period) }, (_, at) => shift(period.from, at));

/** The parameters of a request. */
export const asked = period => ({ from: isoDay(period.from), to: isoDay(period.to) });
