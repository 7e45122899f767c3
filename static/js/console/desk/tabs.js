// The tabs of the customer card: calls before, all facts, the office's notes.
//
// Invariant: one tab stop; arrow keys change the tab.
// Never: asks the server.

import { h, icon } from '../../base/dom.js';
import { dayAndTime, tel } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { isPage } from './announce.js';
import { addressOf, numbersOf } from './fields.js';
import { PAST_MAX } from './opened.js';
import { pastCalls } from './past.js';

const PLAIN = ['フリガナ', '会社名', '会社名フリガナ', '部署', '役職'];
const MORE = ['生年月日', '分類', '担当者', '外部ID'];

/** Draws the tabs: `turn(at)` changes the tab, `pick(call)` opens a record of the past. */
export function customerTabs({ opened, customer, at, turn, pick }) {
  const isKnown = opened.call['相手TEL'] !== '' || opened.call['顧客ID'] !== '0';
  const tabs = [[t('この相手の履歴'), () => pastCalls(opened.past, pick, isKnown),
    isKnown && opened.past && counted(opened.past.length)]];
  if (customer) {
    tabs.push([t('顧客情報'), () => details(customer)]);
    tabs.push([t('社内メモ'), () => notes(customer), customer['備考'] ? '●' : null]);
  }
  const shown = Math.min(at, tabs.length - 1);
  const move = event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (shown + step + tabs.length) % tabs.length;
    const list = event.currentTarget.closest('.cust').parentNode;
    turn(next);
    list.querySelector(`#tab${next}`)?.focus();
  };
  return [
    h('div', { class: 'tabs', role: 'tablist', 'aria-label': t('顧客カードの表示'), onkeydown: move },
      tabs.map(([label, , mark], index) => h('button', {
        type: 'button', role: 'tab', id: `tab${index}`, 'data-focus': `tab${index}`, 'aria-controls': 'tabpanel',
        'aria-selected': String(index === shown), tabindex: index === shown ? 0 : -1, onclick: () => turn(index),
      }, label, mark && (mark === '●' ? h('span', { class: 'mark', 'aria-hidden': 'true' }, mark)
        : h('span', { class: 'pill num' }, mark))))),
    h('div', { id: 'tabpanel', role: 'tabpanel', 'aria-labelledby': `tab${shown}`, tabindex: 0 }, tabs[shown][1]()),
  ];
}

const counted = number => (number >= PAST_MAX ? `${PAST_MAX}+` : String(number));

function details(customer) {
  const rows = [
    ...PLAIN.map(name => [term(name), customer[name]]),
    ...numbersOf(customer).map(({ number, kind }) => [kind ? term(kind) : t('電話番号'), tel(number), 'num']),
    [t('住所'), addressOf(customer)],
    ...['メールアドレス1', 'メールアドレス2'].map(name => [term(name), mailLink(customer[name])]),
    [term('URL'), isPage(customer.URL) ? h('a', {
      href: customer.URL, target: '_blank', rel: 'noopener noreferrer',
    }, customer.URL, icon('ext')) : customer.URL],
    ...MORE.map(name => [term(name), customer[name]]),
    [term('登録日時'), dayAndTime(customer['登録日時']), 'num'], [term('更新日時'), dayAndTime(customer['更新日時']), 'num'],
  ].filter(([, value]) => value);
  return h('dl', { class: 'details' }, rows.map(([label, value, kind]) =>
    h('div', {}, h('dt', {}, label), h('dd', { class: kind ?? 'data' }, value))));
}

const mailLink = address => address && h('a', { href: `mailto:${address}` }, address);

function notes(customer) {
  const text = customer['備考'];
  if (text) return h('p', { class: 'notes data' }, text);
  return h('p', { class: 'empty' }, t('社内メモはまだありません。'),
    h('a', { href: link(`customers/${customer['顧客ID']}`) }, t('顧客を開いて書く')));
}
