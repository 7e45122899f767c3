// Which facts of a customer the card shows, and in which order.
//
// Invariant: every step can be taken with the keyboard; the focus stays on the fact that is moved.
// Never: needs dragging.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { keep } from '../../base/settings.js';
import { say } from '../../base/toast.js';
import { CHOICES, USUAL, chosenFields, labelOf } from '../desk/fields.js';
import { redraw } from '../desk/look.js';

/** The list of facts. */
export function cardFields() {
  const list = h('ol', { class: 'order' });
  const draw = () => {
    const shown = chosenFields();
    const rest = CHOICES.filter(name => !shown.includes(name));
    redraw(list, [...shown, ...rest].map((name, at) => item(name, at, shown, change)));
  };
  const change = (next, text) => {
    keep('cardFields', next);
    draw();
    say(text);
  };
  draw();
  return [
    h('p', { class: 'small muted' }, t('着信デスクの顧客カードに出す項目と順番です。上から順に並びます。')), list,
    h('button', {
      class: 'btn sm', type: 'button', onclick: () => { keep('cardFields', null); draw(); },
    }, icon('undo'), t('標準の {n} 項目に戻す', { n: USUAL.length })),
  ];
}

function item(name, at, shown, change) {
  const isShown = shown.includes(name);
  const label = labelOf(name);
  const turn = () => change(isShown ? shown.filter(other => other !== name) : [...shown, name],
    isShown ? t('{name} を外しました', { name: label }) : t('{name} を加えました', { name: label }));
  const move = step => {
    const next = shown.filter(other => other !== name);
    next.splice(at + step, 0, name);
    change(next, t('{name} を {n} 番目にしました', { name: label, n: at + step + 1 }));
  };
  const arrow = (kind, step, text, off) => h('button', {
    class: 'btn icon sm ghost', type: 'button', 'aria-label': text, 'data-focus': `${kind}-${name}`,
    'aria-disabled': String(off), onclick: () => { if (!off) move(step); },
  }, icon(kind));
  return h('li', { class: isShown ? null : 'off' },
    h('label', {},
      h('input', { type: 'checkbox', checked: isShown, 'data-focus': `show-${name}`, onchange: turn }), label),
    h('span', { class: 'sp' }),
    isShown && arrow('up', -1, t('{name} を上へ', { name: label }), at === 0),
    isShown && arrow('dn', 1, t('{name} を下へ', { name: label }), at === shown.length - 1));
}
