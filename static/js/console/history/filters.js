// The filters above the call history.
//
// Invariant: a change is carried out at once and stands in the address; what cannot be read is said at its field.
// Never: asks for a list itself.

import { freshId, h, icon } from '../../base/dom.js';
import { tel } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { periodFields } from '../../base/period.js';
import { HANDLINGS, NOTICES, STATES, readNumbers } from '../records.js';
import { customerField } from './customer.js';
import { BY_LINK } from './query.js';

const TYPING_MS = 350;

/** `{ element, show(filters), names() }`; `changed(part)` gets the filters that were changed. */
export function filterBar(lines, changed) {
  const period = periodFields(changed);
  const line = choice('line', t('回線'), [['', t('すべて')], ...lines.map(row => [row['回線No'], lineName(row)])],
    next => changed({ 回線No: next }), true);
  const state = words('状態', STATES, changed);
  const handling = words('対応状況', HANDLINGS, changed);
  const notice = words('番号通知', NOTICES, changed);
  const customer = customerField(t('顧客'), next => changed({ 顧客ID: next }));
  const numbers = numbersField(changed);
  const search = searchField(changed);
  const more = h('details', { class: 'more' }, h('summary', {}, icon('sliders'), t('ほかの条件')),
    h('div', { class: 'grid' }, notice.element, customer.element));
  const linked = h('div', { class: 'chips' });
  const reset = h('button', { class: 'btn sm ghost', type: 'reset' }, icon('undo'), t('条件を消す'));
  const element = h('form', { class: 'filters', role: 'search', 'aria-label': t('絞り込み'),
    onsubmit: event => event.preventDefault(),
    onreset: event => { event.preventDefault(); changed(null); } },
  h('div', { class: 'grid' }, period.elements, line.element, state.element, handling.element,
    numbers.element, search.element), h('div', { class: 'bar2' }, more, linked, reset));
  let shown = {};

  function show(filters) {
    shown = filters;
    period.show(filters);
    line.set(filters['回線No']);
    state.set(filters['状態']);
    handling.set(filters['対応状況']);
    notice.set(filters['番号通知']);
    numbers.set(filters.numbers);
    search.set(filters.q);
    customer.set(filters['顧客ID']);
    if (filters['番号通知'] || filters['顧客ID']) more.open = true;
    linked.replaceChildren(...BY_LINK.filter(name => filters[name]).map(name => h('button', {
      class: 'chip', type: 'button', 'aria-label': t('{name} の条件をやめる', { name: term(name) }),
      onclick: () => changed({ [name]: '' }),
    }, `${term(name)} `, h('span', { class: 'data' }, filters[name]), ' ×')));
  }

  const names = () => {
    const row = lines.find(row => row['回線No'] === shown['回線No']);
    return { line: row && lineName(row), customer: customer.name() || undefined };
  };
  return { element, show, names };
}

const lineName = row => row['回線名'] || tel(row['着信TEL']) || row['代理内線番号'] || row['回線No'];

const words = (name, all, changed) =>
  choice(name, term(name), [['', t('すべて')], ...all.map(word => [word, term(word)])], next => changed({ [name]: next }));

function choice(name, label, options, chosen, isData = false) {
  const id = freshId('filter');
  const select = h('select', { id, name, onchange: () => chosen(select.value) }, options.map(([value, text]) =>
    h('option', { value, class: isData && value ? 'data' : null }, text)));
  return {
    element: h('div', { class: 'f' }, h('label', { for: id }, label), select),
    set(value) {
      // What the list does not offer (a line that is gone) is shown as it stands in the address.
      if (![...select.options].some(option => option.value === value)) {
        select.append(h('option', { value, class: 'data' }, value));
      }
      select.value = value;
    },
  };
}

function numbersField(changed) {
  const id = freshId('numbers');
  const fault = h('span', { class: 'err', id: `${id}-err`, hidden: true });
  const read = () => {
    const { numbers, fault: text } = readNumbers(input.value);
    fault.textContent = text;
    fault.hidden = !text;
    if (text) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    if (!text) changed({ numbers });
  };
  const input = h('input', { type: 'text', inputmode: 'tel', id, autocomplete: 'off', 'aria-describedby': `${id}-err`,
    onchange: read, onkeydown: event => { if (event.key === 'Enter' && !event.isComposing) read(); } });
  return {
    element: h('div', { class: 'f numbers' }, h('label', { for: id }, t('相手の番号(6 件まで、空白か , で区切る)')), input, fault),
    set(numbers) {
      if (fault.hidden) input.value = numbers.map(tel).join(' ');
    },
  };
}

function searchField(changed) {
  const id = freshId('words');
  let timer = 0;
  const tell = () => {
    clearTimeout(timer);
    changed({ q: input.value.trim() });
  };
  const input = h('input', { type: 'text', id, maxlength: 100, autocomplete: 'off', onchange: tell,
    oninput: () => { clearTimeout(timer); timer = setTimeout(tell, TYPING_MS); },
    onkeydown: event => { if (event.key === 'Enter' && !event.isComposing) tell(); } });
  return {
    element: h('div', { class: 'f' }, h('label', { for: id }, t('名前・メモの語')), input),
    set(text) {
      if (document.activeElement !== input) input.value = text;
    },
  };
}
