// The query of the call history: address of the screen ↔ filters ↔ request.
//
// Invariant: the names in the screen's address are those of the request, so one can be read from the other.
// Never: asks for a list without a limit.

import { REST, listAddress } from '../../base/api.js';
import { tel } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { askedFor, daysOf, periodFrom, periodTo } from '../../base/period.js';
import { CALLS, readNumbers } from '../records.js';

/** Rows of a page. */
export const PAGE = 50;
const DEFAULT_PERIOD = '7d';
/** Fields that a list is narrowed to by one value. */
const FIELDS = ['状態', '対応状況', '番号通知', '回線No', '顧客ID', '対応者', '着信種別', '着信TEL'];
/** Those that only a link sets: the bar shows them while they narrow the list. */
export const BY_LINK = ['対応者', '着信種別', '着信TEL'];

/** Filters from the screen's address. */
export function fromAddress(values) {
  const filters = {
    ...periodFrom(values, DEFAULT_PERIOD),
    numbers: readNumbers(values['相手TEL'] ?? '').numbers,
    q: values.q ?? '', oldest: values.order === 'asc', after: /^\d+$/.test(values.after ?? '') ? values.after : '',
  };
  for (const name of FIELDS) filters[name] = values[name] ?? '';
  return filters;
}

/** The part of the screen's address behind `?`. */
export function toAddress(filters) {
  const { numbers, q, oldest, after } = filters;
  const values = periodTo(filters, DEFAULT_PERIOD);
  for (const name of FIELDS) values[name] = filters[name];
  return { ...values, 相手TEL: numbers.join(','), q, order: oldest ? 'asc' : '', after };
}

/** What the list is narrowed to, as the request names it. */
function narrowed(filters) {
  const values = { ...askedFor(filters), q: filters.q };
  for (const name of FIELDS) values[name] = filters[name];
  return { ...values, 相手TEL: filters.numbers.join(',') };
}

/** The request of a page. */
export const request = filters =>
  ({ limit: PAGE, order: filters.oldest ? 'asc' : 'desc', ...narrowed(filters), after: filters.after });

/** The address of a download: all rows of the query. */
export const download = (filters, format) =>
  listAddress(CALLS, { order: filters.oldest ? 'asc' : 'desc', ...narrowed(filters), format });

/** The REST address of the same rows: the original's four parts where they can say it, else the list. */
export function restAddress(filters) {
  const { numbers, oldest, after } = filters;
  const { 相手TEL: numbersGiven, 顧客ID: customer, ...others } = narrowed(filters);
  const fits = !after && !Object.values(others).some(Boolean) && (customer || numbersGiven);
  if (!fits) return location.origin + listAddress(CALLS, request(filters));
  const from = numbers.length ? numbers.join('&') : 'Null';
  return `${location.origin}${REST}/${CALLS}/${PAGE}/${oldest ? 'False' : 'True'}/${customer || 0}/${from}`;
}

/** Whether a call of the feed belongs to the query, as far as a page can tell. */
export function belongs(filters, call) {
  if (filters.q) return false;
  const { from, to } = daysOf(filters);
  const date = call['着信日時'].slice(0, 10);
  if ((from && date < from) || (to && date > to)) return false;
  if (filters.numbers.length && !filters.numbers.includes(call['相手TEL'])) return false;
  return FIELDS.every(name => !filters[name] || call[name] === filters[name]);
}

/** The filters as a line of text, for paper and for those who listen. `names` tells what keys stand for. */
export function inWords(filters, names = {}) {
  const { from, to } = daysOf(filters);
  const parts = [from && to && from === to ? from : from || to ? `${from}〜${to}` : t('全期間')];
  if (filters['回線No']) parts.push(names.line ?? `${t('回線')} ${filters['回線No']}`);
  if (filters['顧客ID']) parts.push(names.customer ?? `${t('顧客')} ${filters['顧客ID']}`);
  for (const name of ['状態', '対応状況', '番号通知']) if (filters[name]) parts.push(term(filters[name]));
  for (const name of BY_LINK) if (filters[name]) parts.push(`${term(name)} ${filters[name]}`);
  if (filters.numbers.length) parts.push(filters.numbers.map(tel).join(' '));
  if (filters.q) parts.push(`“${filters.q}”`);
  return parts.join(' / ');
}

/** Filters beside the period, for the empty state. */
export const isNarrowed = filters =>
  Boolean(filters.q || filters.numbers.length || FIELDS.some(name => filters[name]));
