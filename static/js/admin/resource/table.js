// The list of a resource: columns, sorting, choosing rows, paging.
//
// Invariant: after rows were read anew the focus is on the same row, and chosen rows stay chosen.
// Never: asks the service for rows (source.js does).

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { count } from '../../base/format.js';
import { fieldOf, nameOf, rowName } from '../../base/catalogue.js';
import { cell, isData, wholeOf } from './cells.js';

const RIGHT = new Set(['int']);

/**
 * `<cti-resource-table>`: `begin({ resource, caption, state, canPick, onopen, onsort, onpick, onpage, isLarge })`, then
 * `draw({ rows, total, first, more }, names)`. `state` is `{ columns, sort }`; `picked` holds keys.
 */
class ResourceTable extends HTMLElement {
  begin(how) {
    Object.assign(this, how);
    this.picked = new Set();
    this.current = '';
    this.page = { rows: [], total: 0, first: 0, more: false };
    this.names = {};
    this.head = h('thead');
    this.body = h('tbody');
    this.pager = h('div', { class: 'pager' });
    this.replaceChildren(
      h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('{name}の一覧', { name: this.caption }) },
        h('table', { class: 't' }, h('caption', { class: 'sr' }, this.caption), this.head, this.body)),
      this.pager);
    this.addEventListener('keydown', event => this.move(event));
  }

  draw(page, names = this.names) {
    this.page = page;
    this.names = names;
    const place = this.placeOfFocus();
    this.fields = this.state.columns.map(name => fieldOf(this.resource, name)).filter(Boolean);
    this.drawHead();
    this.body.replaceChildren(...page.rows.map(row => this.row(row)));
    this.drawPager();
    this.giveBack(place);
  }

  drawHead() {
    const key = fieldOf(this.resource, this.resource.key);
    const all = this.page.rows.length > 0 && this.page.rows.every(row => this.picked.has(row[this.resource.key]));
    this.head.replaceChildren(h('tr', {},
      this.canPick && h('th', { scope: 'col' }, h('span', {}, h('input', {
        type: 'checkbox', 'aria-label': t('この表の行をすべて選ぶ'), checked: all, 'data-control': 'all',
        onchange: event => this.pickAll(event.target.checked),
      }))),
      [key, ...this.fields].map(field => this.heading(field))));
  }

  heading(field) {
    const { sort } = this.state;
    const sorted = sort.name === field.name;
    const name = nameOf(this.resource, field);
    const right = RIGHT.has(field.kind) ? 'r' : null;
    // A large resource is in the order of its keys alone.
    if (this.isLarge() && field.kind !== 'key') return h('th', { scope: 'col', class: right }, h('span', {}, name));
    const look = sorted ? sort.desc ? 'dn' : 'up' : 'sort';
    return h('th', { scope: 'col', class: right, 'aria-sort': sorted ? sort.desc ? 'descending' : 'ascending' : null },
      h('button', { type: 'button', 'data-control': `sort ${field.name}`, onclick: () => this.onsort(field.name) },
        name, icon(look)));
  }

  row(row) {
    const key = row[this.resource.key];
    const name = rowName(this.resource, row);
    const open = h('button', {
      class: 'idlink num', type: 'button', 'data-control': 'open', 'data-data': true, onclick: () => this.onopen(key),
      'aria-label': t('{key} {name} を開く', { key, name }),
    }, key);
    const picked = this.picked.has(key);
    return h('tr', {
      'data-key': key, 'aria-selected': String(this.current === key), class: row['使用する'] === 'False' ? 'off' : null,
      onclick: event => { if (!event.target.closest('input, button, a, label')) this.onopen(key); },
    },
    this.canPick && h('td', { class: 'pick' }, h('input', {
      type: 'checkbox', 'aria-label': t('{key} {name} を選ぶ', { key, name }), checked: picked, 'data-control': 'pick',
      'data-data': true,
      onchange: event => this.pick(key, event.target.checked),
    })),
    h('td', {}, open),
    this.fields.map(field => {
      const look = [RIGHT.has(field.kind) && 'r num', isData(field) && 'data'].filter(Boolean).join(' ');
      const value = row[field.name];
      return h('td', { class: look || null, title: wholeOf(field, value) },
        cell(field, value, { names: this.names, row }));
    }));
  }

  drawPager() {
    const { rows, total, first, more } = this.page;
    const last = first + rows.length;
    const text = rows.length === 0 ? t('0 件')
      : total === null ? t('{from}–{to} 件', { from: count(first + 1), to: count(last) })
        : t('{total} 件中 {from}–{to} 件', { total: count(total), from: count(first + 1), to: count(last) });
    const turn = (word, label, usable) => h('button', {
      class: 'btn sm', type: 'button', 'data-control': word, disabled: !usable, onclick: () => this.onpage(word),
    }, label);
    this.pager.replaceChildren(h('span', { class: 'num', role: 'status' }, text), h('span', { class: 'sp' }),
      ...(first > 0 || more ? [turn('back', t('前へ'), first > 0), turn('next', t('次へ'), more)] : []));
  }

  pick(key, picked) {
    if (picked) this.picked.add(key);
    else this.picked.delete(key);
    this.draw(this.page);
    this.onpick(this.picked);
  }

  pickAll(picked) {
    for (const row of this.page.rows) {
      if (picked) this.picked.add(row[this.resource.key]);
      else this.picked.delete(row[this.resource.key]);
    }
    this.draw(this.page);
    this.onpick(this.picked);
  }

  /** Marks the row whose form is open. */
  mark(key) {
    this.current = key;
    for (const row of this.body.rows) row.setAttribute('aria-selected', String(row.dataset.key === key));
  }

  /** Brings the focus to a row, or to the table. */
  focusRow(key) {
    const row = [...this.body.rows].find(each => each.dataset.key === key) ?? this.body.rows[0];
    (row?.querySelector('[data-control=open]') ?? this.querySelector('.scroll')).focus();
  }

  move(event) {
    if (!['ArrowDown', 'ArrowUp'].includes(event.key)) return;
    const row = event.target.closest?.('tbody tr');
    const control = event.target.dataset?.control;
    if (!row || !control) return;
    const next = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
    if (!next) return;
    event.preventDefault();
    next.querySelector(`[data-control="${control}"]`)?.focus();
  }

  placeOfFocus() {
    const active = document.activeElement;
    if (!this.contains(active) || !active.dataset.control) return null;
    return { key: active.closest('tr')?.dataset.key, control: active.dataset.control };
  }

  giveBack(place) {
    if (!place) return;
    const root = place.key ? [...this.body.rows].find(row => row.dataset.key === place.key) : this;
    const control = root?.querySelector(`[data-control="${place.control}"]:not(:disabled)`);
    (control ?? this.querySelector('.scroll')).focus();
  }
}
customElements.define('cti-resource-table', ResourceTable);

/** A table without rows. */
export const resourceTable = () => h('cti-resource-table');
