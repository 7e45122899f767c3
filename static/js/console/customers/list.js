// The list of customers: search as you type, filters, pages.
//
// Invariant: what is searched for stands in the address, so a list can be kept and sent on.
// Never: loads more than a page.

import { freshId, h, icon } from '../../base/dom.js';
import { count, digits, moment, tel } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { rankPill } from '../../base/pills.js';
import { listAddress } from '../../base/api.js';
import { link } from '../../base/router.js';
import { may } from '../../base/session.js';
import { say } from '../../base/toast.js';
import { CUSTOMERS, finder, PAGE, searchable } from './find.js';
import { colourDot, nameOf, phonesOf } from './person.js';

const RANK = '顧客ランク';
const RANKS = ['VIP', '要注意', '着信拒否', '通常'];
/** Filters that the card sets: the whole value of a field. */
const EXACT = ['分類', '担当者'];

/** The telephone number that somebody searched for, if it is one. */
function numberIn(text) {
  const plain = text.normalize('NFKC').replace(/[‐–—―−ー]/g, '-');
  return /^[\d\s()+./-]{8,}$/.test(plain) ? digits(text) : '';
}

/** Which rows are shown; the service does not count very many. */
const span = (all, from, to) => (all === null ? t('{from}–{to} 件目', { from: count(from), to: count(to) })
  : t('{all} 件中 {from}–{to}', { all: count(all), from: count(from), to: count(to) }));

/** `<section>` with the list; `changed(values)` tells what should stand in the address. */
export class CustomerList {
  #values = {};
  #chosen = '';
  #pages = [];
  #rows = [];
  #after = null;
  #told = false;
  /** Customers whose deletion waits for its undo. */
  hidden = new Set();

  constructor(changed) {
    this.changed = changed;
    this.finder = finder({
      busy: () => this.list.setAttribute('aria-busy', 'true'),
      found: rows => this.#show(rows),
      failed: error => this.#fail(error),
    });
    this.root = this.#draw();
  }

  #draw() {
    const [search, rank, order] = ['search', 'rank', 'order'].map(freshId);
    this.input = h('input', {
      type: 'search', id: search, autocomplete: 'off', placeholder: t('名前・フリガナ・会社・電話番号の一部'),
      oninput: event => { if (!event.isComposing) this.#typed(); }, oncompositionend: () => this.#typed(),
    });
    this.rank = h('select', { id: rank, onchange: () => this.#set({ [RANK]: this.rank.value }) },
      h('option', { value: '' }, t('すべてのランク')), RANKS.map(word => h('option', { value: word }, term(word))));
    this.order = h('select', { id: order, onchange: () => this.#set({ order: this.order.value }) },
      h('option', { value: '' }, t('登録順')), h('option', { value: 'desc' }, t('新しい順')));
    this.exact = h('div', { class: 'chips' });
    this.list = h('ul', { class: 'plist' });
    this.total = h('span', { class: 'num' });
    this.earlier = this.#step('left', t('前へ'), () => this.#back());
    this.later = this.#step('right', t('次へ'), () => this.#on());
    return h('section', { class: 'card finder', 'aria-label': t('顧客の一覧') },
      h('form', { class: 'bar', role: 'search', 'aria-label': t('顧客を探す'), onsubmit: event => this.#submitted(event) },
        h('label', { class: 'sr', for: search }, t('顧客を探す')), this.input,
        h('label', { class: 'sr', for: rank }, t('顧客ランク')), this.rank,
        h('label', { class: 'sr', for: order }, t('並び順')), this.order, this.exact),
      h('div', { class: 'scroll' }, this.list),
      h('div', { class: 'pager' }, this.total, h('span', { class: 'sp' }), this.earlier, this.later));
  }

  #step(name, label, onclick) {
    return h('button', { class: 'btn sm', type: 'button', onclick }, name === 'left' && icon(name), label,
      name === 'right' && icon(name));
  }

  /** Shows the list of these filters (of the address). */
  open(values, chosen) {
    const { q = '', order = '' } = values;
    const next = { q, order: order === 'desc' ? 'desc' : '' };
    for (const name of [RANK, ...EXACT]) next[name] = values[name] ?? '';
    const same = JSON.stringify(next) === JSON.stringify(this.#values) && this.#told;
    this.#chosen = chosen;
    if (same) {
      this.#mark();
      return;
    }
    this.#values = next;
    if (this.input.value.trim() !== q) this.input.value = q;
    this.rank.value = next[RANK];
    this.order.value = next.order;
    this.#chips();
    this.reload();
  }

  /** The filters, as they stand in the address. */
  get values() {
    return this.#values;
  }

  /** The address of a download of these customers. */
  file(format) {
    return listAddress(CUSTOMERS, { ...this.#asked(), format });
  }

  /** Asks again for the first page. */
  reload() {
    this.#pages = [];
    this.finder.now(this.#asked());
  }

  /** Draws the rows anew, without those that are hidden. */
  redraw() {
    this.#draws();
  }

  close() {
    this.finder.end();
  }

  #asked() {
    return { ...this.#values, q: searchable(this.#values.q ?? '') };
  }

  #set(values, soon = false) {
    this.#values = { ...this.#values, ...values };
    this.changed(this.#values);
    this.#pages = [];
    this.#chips();
    if (soon) this.finder.soon(this.#asked());
    else this.finder.now(this.#asked());
  }

  #typed() {
    const q = this.input.value.trim();
    if (q !== this.#values.q) this.#set({ q }, true);
  }

  #submitted(event) {
    event.preventDefault();
    this.#set({ q: this.input.value.trim() });
  }

  #on() {
    this.#pages.push(this.#after ?? '');
    this.#turn();
  }

  #back() {
    this.#pages.pop();
    this.#turn();
  }

  #turn() {
    this.finder.now({ ...this.#asked(), after: this.#pages[this.#pages.length - 1] });
    this.list.parentElement.scrollTop = 0;
  }

  #show(rows) {
    this.#rows = rows;
    this.#after = rows.next;
    const first = this.#pages.length * PAGE;
    this.total.textContent = rows.length === 0 ? '' : span(rows.total, first + 1, first + rows.length);
    this.earlier.disabled = this.#pages.length === 0;
    this.later.disabled = !rows.next;
    this.#draws();
    if (this.#told) say(rows.total === null ? this.total.textContent : t('{n} 件見つかりました', { n: count(rows.total) }));
    this.#told = true;
  }

  #draws() {
    this.list.removeAttribute('aria-busy');
    const shown = this.#rows.filter(row => !this.hidden.has(row['顧客ID']));
    this.list.replaceChildren(...shown.length ? shown.map(row => this.#item(row)) : [this.#nothing()]);
    this.#mark();
  }

  #item(row) {
    const [phone] = phonesOf(row);
    const key = row['顧客ID'];
    return h('li', {}, h('a', { class: 'prow', href: link(`customers/${key}`, this.#values), 'data-key': key },
      h('span', { class: 'l1' }, colourDot(row), h('b', { class: 'data' }, nameOf(row)), rankPill(row),
        h('span', { class: 'sp' }), row['最終着信日時'] && h('span', { class: 'small muted num' }, moment(row['最終着信日時']))),
      h('span', { class: 'l2 small muted' }, h('span', { class: 'data' },
        [row['氏名'] && row['会社名'], row['フリガナ'] || row['会社名フリガナ']].filter(Boolean).join(' · ')),
      h('span', { class: 'num' }, tel(phone?.number)))));
  }

  #mark() {
    for (const row of this.list.querySelectorAll('.prow')) {
      row.href = link(`customers/${row.dataset.key}`, this.#values);
      if (row.dataset.key === this.#chosen) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    }
  }

  #nothing() {
    if (this.#after) {
      return h('li', { class: 'empty' }, icon('people'), h('p', {}, t('ここまでにはいません。「次へ」で続きを探します。')));
    }
    const number = may(CUSTOMERS, 'write') && numberIn(this.#values.q);
    const narrowed = Object.values(this.#values).some(Boolean);
    return h('li', { class: 'empty' }, icon('people'), h('p', {}, narrowed
      ? t('見つかりません。短い言葉や、電話番号の一部でも探せます。')
      : t('顧客がまだありません。「新しい顧客」で 1 人ずつ、または管理画面の取り込みでまとめて登録できます。')),
    number && h('a', { class: 'btn sm pri', href: link('customers', { new: number }) }, icon('plus'),
      t('{number} を登録する', { number: tel(number) })),
    narrowed && h('button', { class: 'btn sm', type: 'button', onclick: () => this.#clear() }, t('条件を消す')));
  }

  #clear() {
    this.input.value = '';
    this.rank.value = '';
    this.#set({ q: '', [RANK]: '', 分類: '', 担当者: '' });
    this.input.focus();
  }

  #chips() {
    this.exact.replaceChildren(...EXACT.filter(name => this.#values[name]).map(name => h('button', {
      class: 'chip', type: 'button', 'aria-pressed': 'true', onclick: () => this.#set({ [name]: '' }),
    }, `${term(name)}: `, h('span', { class: 'data' }, this.#values[name]), ' ',
    h('span', { 'aria-hidden': 'true' }, '×'), h('span', { class: 'sr' }, t('条件を外す')))));
    this.exact.hidden = !this.exact.firstChild;
  }

  #fail(error) {
    this.list.removeAttribute('aria-busy');
    this.total.textContent = '';
    this.list.replaceChildren(h('li', { class: 'empty', role: 'alert' }, icon('warn'),
      h('p', { class: 'data' }, error.message),
      h('button', { class: 'btn sm', type: 'button', onclick: () => this.reload() }, t('もう一度'))));
  }
}
