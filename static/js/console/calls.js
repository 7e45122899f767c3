// The calls that ring and the recent ones, for every screen of this tab.
//
// Invariant: a call is drawn from its event at once; what the service recorded replaces what was only told.
// Never: holds more than CARDS_MAX cards and RECENT_MAX rows, or drops a card whose memo is open.

import { row, rows } from '../base/api.js';
import { instant } from '../base/japan.js';
import { t } from '../base/i18n.js';
import { go } from '../base/router.js';
import { failed } from '../base/toast.js';
import { on } from '../live/live.js';
import { hasDraft } from './desk/drafts.js';

/** The resource of calls. */
export const CALLS = 'ReceivedCall-Record';
/** Words of 対応状況, in the order in which a call goes through them. */
export const HANDLINGS = ['未対応', '対応中', '折返し要', '折返し済', '対応済', '対応不要'];
/** Those of calls that wait for somebody to take them. */
export const WAITING = ['未対応', '折返し要'];
/** States of a missed call that somebody still has to look after. */
export const OPEN_STATES = ['未対応', '対応中', '折返し要'];
const CARDS_MAX = 20;
const RECENT_MAX = 20;
const RINGING = '呼出中';
/** Longer than any ring limit (600 s): a record that rings longer was left behind. */
const RING_MAX_MS = 660_000;
/** The feed tells of no changed line: in front they are read so often, and whenever the tab comes to the front. */
const LINES_MS = 300_000;
/** Not more often than that. */
const LINES_PAUSE_MS = 5_000;
/** How many calls are counted after the feed was lost. */
const COUNTED_MAX = 500;

let cards = [];
let recent = [];
let lines = new Map();
let linesReadAt = 0;
let newest = 0;
let isLoaded = false;
/** Records that the feed told of while the list was being read: newer than what the list says. */
let heard = new Map();
let lostAfter = null;
let shower = null;
let wanted = null;
const watchers = new Set();
const holders = new Set();

/**
 * Calls `watcher` with each change: `{ kind: 'ring', card, message }`, `{ kind: 'end', card, envelope, message }`,
 * `{ kind: 'call', call }` (a record changed), `{ kind: 'customer', customer }`, `{ kind: 'list' }`,
 * `{ kind: 'missed', count, missed }` (while the feed was lost). Answers the function that ends it.
 */
export function watch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function tell(change) {
  for (const watcher of [...watchers]) watcher(change);
}

/** A name of a call that holds while it has no ID yet (the store cannot write: ID "0"). */
export const keyOf = call => call['SIPコールID'] || call.ID;
/** Whether the service has recorded the call. */
export const isRecorded = call => call.ID !== '0';
/** Whether a call rings now. */
export const isRinging = call => call['状態'] === RINGING;

/** The cards in the order in which they rang: `{ call, customers, toast, urls, sites, heardAt }`. */
export const allCards = () => cards;
/** The cards that ring. */
export const ringing = () => cards.filter(card => isRinging(card.call));
/** The newest calls, newest first. */
export const recentCalls = () => recent;
/** The card of a call by its ID, or undefined. */
export const cardOf = id => cards.find(card => card.call.ID === id);

/** The colour of a line (`#rrggbb`) or ''. */
export const lineColour = call => lines.get(call['回線No']) ?? '';

/** Keeps cards for which `holder(card)` is true although their call has ended. Answers the function that ends it. */
export function hold(holder) {
  holders.add(holder);
  return () => holders.delete(holder);
}

/** Drops cards that nobody needs any more. */
export function tidy() {
  const needed = card => isRinging(card.call) || hasDraft(keyOf(card.call)) || [...holders].some(held => held(card));
  const left = cards.filter(needed);
  if (left.length === cards.length) return;
  cards = left;
  tell({ kind: 'list' });
}

/** Names the desk that shows calls; answers a call that was asked for before it was there. */
export function onShow(show) {
  shower = show;
  const first = wanted;
  wanted = null;
  return first;
}

/** Shows a call on the desk. */
export function showCard(card) {
  if (shower) return shower(card);
  wanted = card;
  return go('desk', isRecorded(card.call) ? { call: card.call.ID } : {});
}

/** Follows the feed; called once. */
export async function startCalls() {
  on('ringing', rang);
  on('answered', ended);
  on('ended', ended);
  on('updated', updated);
  on('resync', () => load().catch(failedToRead));
  on('state', followState);
  const look = () => { if (!document.hidden) readLines(); };
  document.addEventListener('visibilitychange', look);
  setInterval(look, LINES_MS);
  await load().catch(failedToRead);
}

const failedToRead = error => failed(t('着信を読めません'), error);

function find(call) {
  return cards.find(card => (isRecorded(call) && card.call.ID === call.ID)
    || (call['SIPコールID'] && card.call['SIPコールID'] === call['SIPコールID']));
}

function rang(envelope, message) {
  const call = envelope['着信記録'];
  if (!call) return;
  if (call['回線No'] !== '0' && !lines.has(call['回線No'])) readLines();
  const known = find(call);
  const card = known ?? { heardAt: message.heardAt ?? Date.now(), late: message.late };
  Object.assign(card, parts(envelope, call));
  note(call);
  if (known) return tell({ kind: 'call', call });
  cards = [...cards, card];
  // The oldest that is over goes first, then the oldest.
  while (cards.length > CARDS_MAX) {
    const gone = cards.find(old => !isRinging(old.call)) ?? cards[0];
    cards = cards.filter(old => old !== gone);
  }
  return tell({ kind: 'ring', card, message });
}

const parts = (envelope, call) => ({
  call, customers: envelope['顧客'] ?? [], toast: envelope['トースト'] ?? null,
  urls: envelope['開くURL'] ?? [], sites: envelope['検索サイト'] ?? null,
});

function ended(envelope, message) {
  const call = envelope['着信記録'];
  if (!call) return;
  note(call);
  const card = find(call);
  if (card) {
    card.call = call;
    card.endedAt = Date.now();
    card.urls = [...card.urls ?? [], ...envelope['開くURL'] ?? []];
  }
  takeCustomers(envelope);
  tell({ kind: 'end', card: card ?? null, envelope, message });
  tell({ kind: 'call', call });
  tidy();
}

function updated(envelope) {
  const call = envelope['着信記録'];
  if (call) {
    note(call);
    const card = find(call);
    if (card) {
      if (isRinging(card.call) && !isRinging(call)) card.endedAt = Date.now();
      card.call = call;
    }
    tell({ kind: 'call', call });
    tidy();
  }
  takeCustomers(envelope);
}

/** Customers as they are now: edited, or with one call more. */
function takeCustomers(envelope) {
  for (const customer of envelope['顧客'] ?? []) {
    for (const card of cards) {
      card.customers &&= card.customers.map(old => (old['顧客ID'] === customer['顧客ID'] ? customer : old));
    }
    tell({ kind: 'customer', customer });
  }
}

/** Puts a record where it belongs among the recent ones. */
function note(call) {
  if (!isRecorded(call)) return;
  heard.set(call.ID, call);
  if (heard.size > RECENT_MAX) heard.delete(heard.keys().next().value);
  newest = Math.max(newest, Number(call.ID));
  const at = recent.findIndex(row => row.ID === call.ID);
  if (at >= 0) recent = recent.with(at, call);
  else {
    recent = [call, ...recent].sort((a, b) => Number(b.ID) - Number(a.ID)).slice(0, RECENT_MAX);
  }
}

/** Takes over a record that a request brought, as if the feed had told of it. */
export function learn(call) {
  const card = find(call);
  if (card) card.call = call;
  if (recent.some(row => row.ID === call.ID)) note(call);
  tell({ kind: 'call', call });
}

/** Reads the colours of the lines; what shows them is drawn anew only if one changed. */
async function readLines() {
  if (Date.now() - linesReadAt < LINES_PAUSE_MS) return;
  linesReadAt = Date.now();
  try {
    const found = (await rows('ContainmentLine')).map(line => [line['回線No'], line['表示色']]);
    const isOther = JSON.stringify(found) !== JSON.stringify([...lines]);
    lines = new Map(found);
    if (isOther && isLoaded) tell({ kind: 'list' });
  } catch { /* the colours stay as they were; the feed's banner tells that the server is away */ }
}

async function load() {
  heard = new Map();
  linesReadAt = 0;
  const [calls] = await Promise.all([rows(CALLS, { limit: RECENT_MAX, order: 'desc' }), readLines()]);
  recent = calls;
  isLoaded = true;
  for (const call of calls) {
    newest = Math.max(newest, Number(call.ID));
    const card = find(call);
    if (heard.has(call.ID)) continue;
    if (card) card.call = call;
    else if (isFresh(call)) adopt(call);
  }
  [...heard.values()].forEach(note);
  await settle(calls);
  tidy();
  tell({ kind: 'list' });
}

const isFresh = call => isRinging(call) && Date.now() - instant(call['着信日時']) < RING_MAX_MS;

/** A call that rang before this page was opened. */
function adopt(call) {
  const heardAt = Math.min(Date.now(), instant(call['着信日時']));
  const card = { call, customers: null, toast: null, urls: [], sites: null, heardAt };
  cards = [...cards, card].slice(-CARDS_MAX);
  if (call['顧客ID'] !== '0') guess(card);
}

/** Who a card names, as long as all customers of its number are not known: his rank stands on the card. */
async function guess(card) {
  try {
    card.guess = (await row('CustomerAddress', card.call['顧客ID'])).row;
    tell({ kind: 'list' });
  } catch { /* the card does without a rank until it is opened */ }
}

/** Asks for the cards that ring as far as we know and are no longer among the newest. */
async function settle(calls) {
  const doubtful = ringing().filter(({ call }) => isRecorded(call) && !calls.some(row => row.ID === call.ID));
  await Promise.all(doubtful.map(async card => {
    const [call] = await rows(CALLS, { after: Number(card.call.ID) - 1, order: 'asc', limit: 1 });
    if (call?.ID === card.call.ID) card.call = call;
  }));
}

/** After the feed was lost: one sum of what rang meanwhile, and the lists as they are now. */
async function followState({ state }) {
  // Before the first load nobody knows which call was the last one told.
  if (isLoaded && (state === 'lost' || state === 'signed-out')) lostAfter ??= newest;
  if (state !== 'live' || lostAfter === null) return;
  const after = lostAfter;
  lostAfter = null;
  try {
    await sumUp(after);
  } catch {
    // It is away again: the next time it comes back counts from where this one began.
    lostAfter = Math.min(after, lostAfter ?? after);
  }
}

async function sumUp(after) {
  await load();
  const calls = (await rows(CALLS, { after, order: 'asc', limit: COUNTED_MAX })).filter(call => !isRinging(call));
  if (calls.length === 0) return;
  tell({ kind: 'missed', count: calls.length, missed: calls.filter(call => call['状態'] === '不在').length, after });
}
