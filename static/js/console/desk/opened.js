// The call that is open on the desk: its record, its customers, what happened before.
//
// Invariant: what the event told is there at once; the rest comes by requests that a change of call ends.
// Never: keeps a call that is no longer open.

import { REST, request, row, rows } from '../../base/api.js';
import { tel } from '../../base/format.js';
import { CALLS, cardOf, isRecorded } from '../calls.js';

/** How many calls of the past are shown. */
export const PAST_MAX = 20;
const PLACE = /\{\{\s*相手TEL\s*\}\}/g;

/** Of a card of the stack. */
export const fromCard = card => ({ card, call: card.call, customers: card.customers, sites: card.sites, past: null });

/** Of a record by its ID; null where there is none. */
export async function fromId(id) {
  const card = cardOf(id);
  if (card) return fromCard(card);
  const { row: call } = await row(CALLS, id);
  return call && { card: null, call, customers: null, sites: null, past: null };
}

/** The customer whom the record names, or null. */
export const chosen = ({ call, customers }) =>
  (customers ?? []).find(customer => customer['顧客ID'] === call['顧客ID']) ?? null;

/** Brings what is not known yet: customers, the calls before, search sites. */
export async function complete(opened, signal) {
  const [customers, sites] = await Promise.all([
    opened.customers ?? customersOf(opened.call, signal), opened.sites ?? sitesOf(opened.call, signal),
  ]);
  Object.assign(opened, { customers, sites });
  if (opened.card) Object.assign(opened.card, { customers, sites });
  await bringPast(opened, signal);
}

/** The calls of this customer, or of this number. */
export async function bringPast(opened, signal) {
  const { call } = opened;
  const number = call['相手TEL'];
  const customer = call['顧客ID'];
  if (customer === '0' && !number) {
    opened.past = [];
    return;
  }
  const who = customer === '0' ? `0/${number}` : `${customer}/Null`;
  // One more than is shown, since the call itself is among them.
  const { data } = await request('GET', `${REST}/${CALLS}/${PAST_MAX + 1}/True/${who}`, { signal });
  opened.past = data.filter(old => old.ID !== call.ID).slice(0, PAST_MAX);
}

async function customersOf(call, signal) {
  const number = call['相手TEL'];
  const id = call['顧客ID'];
  const [named, matching] = await Promise.all([
    id === '0' ? null : row('CustomerAddress', id, signal).then(found => found.row),
    number ? request('GET', `${REST}/Caller/${encodeURIComponent(number)}`, { signal }).then(({ data }) => data) : null,
  ]);
  const others = (matching?.['顧客'] ?? []).map(match => match['行']).filter(found => found['顧客ID'] !== id);
  return [named, ...others].filter(Boolean);
}

async function sitesOf(call, signal) {
  const number = call['相手TEL'];
  if (!number) return [];
  const found = (await rows('PhoneNumber-SearchSite', {}, signal)).filter(site => site['使用する'] === 'True');
  found.sort((a, b) => Number(a['表示順']) - Number(b['表示順']));
  return found.map(site => ({ サイト名: site['サイト名'], URL: filled(site, number) }))
    .filter(site => !site.URL.includes('{{'));
}

/** The address with the number in the site's form; other placeholders need the event of the call. */
function filled(site, number) {
  const form = { 'ハイフン付き': tel(number), '国際(+81)': number.replace(/^0/, '+81') }[site['番号形式']] ?? number;
  return site['URL'].replace(PLACE, encodeURIComponent(form));
}

/** Whether the record can be written to. */
export const isWritable = ({ call }) => isRecorded(call);
