// Small parts that several pieces of the desk show.
//
// Invariant: what a colour says, a word says too.
// Never: asks the server.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { lineColour } from '../calls.js';

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
