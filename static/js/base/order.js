// What is shown, and in which order: a list of boxes with two arrows each.
//
// Invariant: every step can be taken with the keyboard; the focus stays on the item that is moved.
// Never: needs dragging.

import { h, icon, redraw } from './dom.js';
import { t, useWords } from './i18n.js';
import { useStyle } from './style.js';
import { say } from './toast.js';

await Promise.all([useWords('order'), useStyle('order')]);

/**
 * The list: `{ element, draw() }`. `all` holds every name, `chosen()` those shown in their order, `changed(names)`
 * takes the next ones, `label(name)` is what people read, `isFixed(name)` = always shown.
 */
export function orderList({ all, chosen, changed, label, isFixed = () => false }) {
  const element = h('ol', { class: 'order' });
  const draw = () => {
    const shown = chosen();
    redraw(element, [...shown, ...all.filter(name => !shown.includes(name))].map((name, at) =>
      item({ name, at, shown, label: label(name), isFixed: isFixed(name), change })));
  };
  const change = (next, text) => {
    changed(next);
    draw();
    say(text);
  };
  draw();
  return { element, draw };
}

function item({ name, at, shown, label, isFixed, change }) {
  const isShown = shown.includes(name);
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
    h('label', {}, h('input', { type: 'checkbox', checked: isShown, disabled: isFixed, 'data-focus': `show-${name}`,
      onchange: turn }), label, isFixed && h('span', { class: 'small muted' }, t('(いつも表示)'))),
    h('span', { class: 'sp' }),
    isShown && arrow('up', -1, t('{name} を上へ', { name: label }), at === 0),
    isShown && arrow('dn', 1, t('{name} を下へ', { name: label }), at === shown.length - 1));
}
