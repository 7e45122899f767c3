// Choosing one customer by search.
//
// Invariant: what is chosen is a row of the service.
// Never: offers a customer that is excluded.

import { freshId, h } from '../../base/dom.js';
import { tel } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { rankPill } from '../../base/pills.js';
import { finder, searchable } from './find.js';
import { nameOf, phonesOf } from './person.js';

const FOUND_MAX = 8;

/** `{ root, focus() }`; `chosen(row)` is called with each customer that is picked; `except` = key of one who is not. */
export function picker(label, chosen, except = '') {
  const id = freshId('pick');
  const list = h('ul', { class: 'picks', 'aria-label': t('見つかった顧客'), 'aria-live': 'polite' });
  const ask = finder({
    found(rows) {
      const others = rows.filter(row => row['顧客ID'] !== except);
      list.replaceChildren(...others.length ? others.map(item) : [h('li', { class: 'muted small' }, t('見つかりません'))]);
    },
    failed: error => list.replaceChildren(h('li', { class: 'fault data' }, error.message)),
  }, FOUND_MAX);
  const input = h('input', {
    type: 'text', id, autocomplete: 'off', placeholder: t('名前・フリガナ・会社・電話番号の一部'),
    oninput() {
      const q = searchable(input.value);
      if (q) ask.soon({ q });
      else { ask.end(); list.replaceChildren(); }
    },
    onkeydown(event) { if (event.key === 'Enter') event.preventDefault(); },
  });
  const take = row => {
    list.replaceChildren();
    input.value = '';
    chosen(row);
  };
  const item = row => h('li', {}, h('button', { type: 'button', class: 'prow', onclick: () => take(row) },
    h('span', { class: 'l1' }, h('b', { class: 'data' }, nameOf(row)), rankPill(row)),
    h('span', { class: 'l2 small muted' }, h('span', { class: 'data' }, row['氏名'] && row['会社名'], ' ', row['フリガナ']),
      h('span', { class: 'num' }, tel(phonesOf(row)[0]?.number)))));
  return {
    root: h('div', { class: 'f picker' }, h('label', { for: id }, label), input, list),
    focus: () => input.focus(),
  };
}
