// Sums of what `/Statistics` answers.
//
// Invariant: nothing is estimated; sums of the rows are sums of the calls.
// Never: asks or draws.

import { isoDay } from '../../base/format.js';
import { daysOf, lengthOf } from './period.js';

const COUNT = '件数';
const ANSWERED = ['応答', '他で応答'];
const MISSED = '不在';
const RINGING = '呼出中';
const MEAN_RING = '平均呼出秒数';
/** From so many days on a column is a week, and then a month. */
const DAYS_MAX = 62;
const WEEKS_MAX = 400;

const number = text => Number(text) || 0;

/** The sums of rows: `{ calls, answered, missed, other, ring }`, `ring` in seconds or null. */
export function sums(rows) {
  const all = { calls: 0, answered: 0, missed: 0, other: 0, ring: null };
  let [seconds, rung] = [0, 0];
  for (const row of rows) {
    const answered = ANSWERED.reduce((sum, state) => sum + number(row[state]), 0);
    all.calls += number(row[COUNT]);
    all.answered += answered;
    all.missed += number(row[MISSED]);
    if (row[MEAN_RING]) {
      const ended = number(row[COUNT]) - number(row[RINGING]);
      seconds += number(row[MEAN_RING]) * ended;
      rung += ended;
    }
  }
  all.other = all.calls - all.answered - all.missed;
  if (rung > 0) all.ring = seconds / rung;
  return all;
}

/** Answered of all whose end is known, 0 to 100; null of none. */
export const answerRate = ({ answered, missed }) =>
  (answered + missed > 0 ? (answered / (answered + missed)) * 100 : null);

/** Columns of a period from rows by day: `[{ from, to, unit: 'day'|'week'|'month', ...sums }]`, no day left out. */
export function columns(rows, period) {
  const known = new Map(rows.map(row => [row['着信日'], row]));
  const length = lengthOf(period);
  const unit = length <= DAYS_MAX ? 'day' : length <= WEEKS_MAX ? 'week' : 'month';
  const groups = [];
  for (const day of daysOf(period)) {
    const last = groups[groups.length - 1];
    const row = known.get(isoDay(day));
    if (last && !begins(day, unit)) {
      last.to = day;
      if (row) last.rows.push(row);
    } else groups.push({ from: day, to: day, unit, rows: row ? [row] : [] });
  }
  return groups.map(({ rows: own, ...group }) => ({ ...group, ...sums(own) }));
}

function begins(day, unit) {
  if (unit === 'day') return true;
  return unit === 'week' ? day.getDay() === 1 : day.getDate() === 1;
}

/** The office's weekdays as `/Statistics` names them, Monday first, with JavaScript's number of each. */
export const WEEKDAYS = [...'月火水木金土日'].map((name, at) => ({ name, day: (at + 1) % 7 }));

/** Calls by weekday and hour: `{ first, last, cells: [[number]] }`, Monday first; hours of an office at least. */
export function week(rows) {
  const hours = rows.filter(row => number(row[COUNT]) > 0).map(row => number(row['時']));
  const [first, last] = [Math.min(9, ...hours), Math.max(17, ...hours)];
  const cells = WEEKDAYS.map(() => Array.from({ length: last - first + 1 }, () => 0));
  for (const row of rows) {
    const line = WEEKDAYS.findIndex(({ name }) => name === row['曜日']);
    if (line >= 0) cells[line][number(row['時']) - first] += number(row[COUNT]);
  }
  return { first, last, cells };
}
