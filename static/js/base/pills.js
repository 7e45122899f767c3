// How the words of a call and a customer look, the same on every screen: 状態, 対応状況, 顧客ランク.
//
// Invariant: what the colour says, an icon and the word say too.
// Never: asks the server.

import { h, icon } from './dom.js';
import { stateLook } from './format.js';
import { term } from './i18n.js';

const HANDLINGS = {
  未対応: ['bad', 'warn'], 対応中: ['brand', 'person'], 折返し要: ['warn', 'clock'], 折返し済: ['ok', 'check'],
  対応済: ['ok', 'check'], 対応不要: ['', 'x'],
};
const RANKS = { VIP: ['vip', 'star'], 要注意: ['warn', 'warn'], 着信拒否: ['bad', 'mute'] };

const pill = ([kind, name], word) => h('span', { class: `pill ${kind}` }, icon(name), term(word));

/** How a call ended, as a pill. */
export function statePill(state) {
  const look = stateLook(state);
  return pill([look.kind, look.icon], state);
}

/** What was done about a call, as a pill; null where nothing is noted. */
export const handlingPill = word => (word ? pill(HANDLINGS[word] ?? ['', 'info'], word) : null);

/** VIP, 要注意 and 着信拒否 of a customer, as a pill; null for everybody else. */
export function rankPill(customer) {
  const rank = customer?.['顧客ランク'];
  return RANKS[rank] ? pill(RANKS[rank], rank) : null;
}

/** The pill of a field that is one of these, by its name; undefined for other fields. */
export const PILLS = {
  状態: statePill, 対応状況: handlingPill, 顧客ランク: word => rankPill({ 顧客ランク: word }),
};
