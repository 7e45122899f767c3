// Small parts that several pieces of the desk show.
//
// Invariant: what a colour says, a word says too.
// Never: asks the server.

import { h, icon } from '../../base/dom.js';
import { stateLook } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { WAITING, lineColour } from '../calls.js';

const DONE = new Set(['対応済', '折返し済', '対応不要']);

/** How a call ended, as a pill. */
export function statePill(call) {
  const look = stateLook(call['状態']);
  return h('span', { class: `pill ${look.kind}` }, icon(look.icon), term(call['状態']));
}

/** What was done about a call, as a pill; null where nothing is noted. */
export function handlingPill(call) {
  const word = call['対応状況'];
  if (!word) return null;
  const kind = WAITING.includes(word) ? 'bad' : DONE.has(word) ? 'ok' : 'warn';
  return h('span', { class: `pill ${kind}` }, icon(kind === 'ok' ? 'check' : 'todo'), term(word));
}

/** VIP, 要注意 and 着信拒否 of a customer, as a pill; null for everybody else. */
export function rankPill(customer) {
  const rank = customer?.['顧客ランク'];
  if (!rank || rank === '通常') return null;
  if (rank === 'VIP') return h('span', { class: 'pill vip' }, icon('star'), 'VIP');
  return h('span', { class: 'pill bad' }, icon('warn'), term(rank));
}

/** The line of a call with its colour. */
export function lineMark(call) {
  const colour = lineColour(call);
  const name = call['回線名'];
  if (!name) return call['回線No'] === '0' ? null : h('span', {}, t('回線 {n}', { n: call['回線No'] }));
  return h('span', { class: 'linemark' },
    colour && h('i', { class: 'swatch', 'aria-hidden': 'true', vars: { '--swatch': colour } }),
    h('span', { class: 'data' }, name));
}

/** What stands where the customer will be. */
export function nothing() {
  return h('section', { class: 'card empty idle' }, icon('people'),
    h('p', {}, t('着信を選ぶと、ここに顧客カードを表示します')),
    h('p', { class: 'small' }, t('着信があると、何も開いていなければ自動で表示します。')));
}

/** Draws `root` anew and gives the focus back to what had it (by `data-focus`). */
export function redraw(root, ...children) {
  const key = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  root.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (key) root.querySelector(`[data-focus="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
