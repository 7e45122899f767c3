// From a figure to the calls behind it.
//
// Invariant: the history shows the same days and the same calls that were counted.
// Never: draws.

import { isoDay } from '../../base/format.js';
import { link } from '../../base/router.js';

/** The address of the history with these filters, within a period `{ from, to }`. */
export const calls = (period, values = {}) =>
  link('history', { from: isoDay(period.from), to: isoDay(period.to), ...values });

/** The calls of a line. */
export const ofLine = (period, line) => calls(period, { 回線No: line });

/** The calls of a person who handled them. */
export const ofOperator = (period, operator) => calls(period, { 対応者: operator });

/** The calls of a customer, or of a number. */
export const ofCaller = (period, { customer, number }) =>
  calls(period, customer && customer !== '0' ? { 顧客ID: customer } : { 相手TEL: number });
