// A field that finds a customer while somebody types.
//
// Invariant: its value is the key of a customer who exists, or ''.
// Never: asks the server for each letter (it waits for a pause).

import { row } from '../../base/api.js';
import { freshId, h, icon } from '../../base/dom.js';
import { tel } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { CUSTOMERS, finder } from '../customers/find.js';

const FOUND_MAX = 8;
const PHONES = ['電話番号1', '電話番号2', '電話番号3'];

const nameOf = customer => customer['氏名'] || customer['会社名'] || `ID ${customer['顧客ID']}`;

/** `{ element, value, set(key), name() }`; `chosen(key)` is called after each choice. */
export function customerField(label, chosen) {
  const id = freshId('customer');
  let key = '';
  let name = '';
  let found = [];
  let at = -1;
  const list = h('ul', { class: 'found', role: 'listbox', id: `${id}-list`, 'aria-label': label, hidden: true });
  const input = h('input', {
    type: 'text', id, role: 'combobox', autocomplete: 'off', 'aria-expanded': 'false', 'aria-autocomplete': 'list',
    'aria-controls': `${id}-list`, placeholder: t('名前か番号の一部'),
    oninput: search,
    onkeydown: event => key_(event), onblur: () => setTimeout(leave, 150),
  });
  const clear = h('button', { class: 'btn icon ghost', type: 'button', 'aria-label': t('顧客の指定をやめる'),
    hidden: true, onclick: () => { take(null); chosen(''); input.focus(); } }, icon('x'));
  const element = h('div', { class: 'f combo' }, h('label', { for: id }, label),
    h('span', { class: 'datebox' }, input, clear), list);

  const ask = finder({ found: show, failed() { /* what is shown stays */ } }, FOUND_MAX);

  function search() {
    const q = input.value.trim();
    if (q) ask.soon({ q });
    else close();
  }

  function show(customers) {
    found = customers;
    at = -1;
    list.replaceChildren(...found.length ? found.map(option) : [h('li', { class: 'small muted', role: 'option',
      'aria-disabled': 'true', 'aria-selected': 'false' }, t('見つかりません'))]);
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  }

  function option(customer, place) {
    const number = PHONES.map(field => customer[field]).find(Boolean) ?? '';
    return h('li', { role: 'option', id: `${id}-${place}`, 'aria-selected': 'false', class: 'data',
      onmousedown: event => { event.preventDefault(); choose(place); } },
    h('span', { class: 'nm' }, nameOf(customer)),
    h('span', { class: 'small muted num' },
      [customer['氏名'] && customer['会社名'], tel(number)].filter(Boolean).join(' ')));
  }

  function key_(event) {
    if (event.isComposing || list.hidden || !found.length) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') mark((at + (event.key === 'ArrowDown' ? 1 : -1)));
    else if (event.key === 'Enter') choose(Math.max(at, 0));
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  }

  function mark(next) {
    at = (next + found.length) % found.length;
    [...list.children].forEach((item, place) => item.setAttribute('aria-selected', String(place === at)));
    input.setAttribute('aria-activedescendant', `${id}-${at}`);
  }

  function choose(place) {
    take(found[place]);
    chosen(key);
  }

  function take(customer) {
    key = customer?.['顧客ID'] ?? '';
    name = customer ? nameOf(customer) : '';
    input.value = name;
    clear.hidden = !key;
    close();
  }

  function close() {
    ask.end();
    list.hidden = true;
    found = [];
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  /** What was typed but not chosen is no customer. */
  function leave() {
    if (!input.isConnected || document.activeElement === input) return;
    close();
    if (input.value === name) return;
    if (input.value.trim()) input.value = name;
    else { take(null); chosen(''); }
  }

  return {
    element,
    get value() { return key; },
    name: () => name,
    async set(next) {
      if (!next) return take(null);
      if (next === key) return undefined;
      const read = await row(CUSTOMERS, next).catch(() => ({ row: null }));
      return take(read.row ?? { 顧客ID: next });
    },
  };
}
