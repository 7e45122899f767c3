// Customers: the list beside the card of one of them.
//
// Invariant: the address says which customer is shown and what was searched for; the list stays where it was.
// Never: leaves unsaved work without asking.

import { order, remove, row as readRow } from '../../base/api.js';
import { $, h, icon, linkTo } from '../../base/dom.js';
import { ask } from '../../base/dialog.js';
import { t, useWords } from '../../base/i18n.js';
import { go, link, note } from '../../base/router.js';
import { isAdministrator, may } from '../../base/session.js';
import { useStyle } from '../../base/style.js';
import { done, failed, undoable } from '../../base/toast.js';
import { on } from '../../live/live.js';
import { adoption } from './adopt.js';
import { card } from './card.js';
import { CUSTOMERS } from './find.js';
import { customerForm } from './form.js';
import { CustomerList } from './list.js';
import { merge } from './merge.js';
import { nameOf } from './person.js';

/** The key that stands in the address for a customer who is not there yet. */
const NEW = 'new';
/** On screens as narrow as this the card takes the place of the list. */
const NARROW = '(max-width: 900px)';

export const title = () => t('顧客');

/** Draws the screen into `view`. */
export async function open(view, { key, values }) {
  await Promise.all([useWords('customers'), useStyle('customers')]);
  const screen = new Customers(view);
  await screen.show({ key, values }, false);
  const ends = ['updated', 'ended'].map(kind => on(kind, envelope => screen.heard(envelope)));
  return {
    close() {
      ends.forEach(end => end());
      screen.close();
    },
    moved: place => screen.show(place, true),
    mayLeave: () => screen.mayLeave(),
    isDirty: () => screen.isDirty(),
  };
}

class Customers {
  #key = '';
  #shown = null;
  #turn = 0;

  constructor(view) {
    this.list = new CustomerList(values => note(this.#key ? `customers/${this.#key}` : 'customers', values));
    this.beside = h('div', { class: 'beside' });
    this.split = h('div', { class: 'split' }, this.list.root, this.beside);
    this.files = ['csv', 'xlsx'].map(format => linkTo(() => this.list.file(format),
      { class: 'btn wide', download: true, 'data-format': format }, icon('down'), format === 'csv' ? 'CSV' : 'Excel'));
    view.append(h('div', { class: 'pagehead' }, h('h1', {}, t('顧客')), h('span', { class: 'sp' }),
      isAdministrator() && h('a', { class: 'btn wide', href: '/admin/#/import' }, icon('upload'), t('取り込み')),
      this.files, may(CUSTOMERS, 'write') && h('a', { class: 'btn pri', href: link(`customers/${NEW}`) },
        icon('plus'), t('新しい顧客'))),
    this.split);
  }

  /** Shows what an address says; `moved` = the screen was open already. */
  async show({ key, values }, moved) {
    const adopting = may(CUSTOMERS, 'write') && (key === NEW || values.new !== undefined);
    this.#key = adopting ? '' : key;
    const list = adopting ? this.list.values : values;
    this.list.open(list, this.#key);
    if (adopting) await this.#adopt(values.new ?? '', values.call ?? '');
    else if (key && key !== NEW) await this.#card(key, moved);
    else this.#nothing();
  }

  close() {
    this.list.close();
    this.#put(null);
  }

  isDirty() {
    return Boolean(this.#shown?.isDirty?.());
  }

  async mayLeave() {
    return !this.#shown?.mayLeave || this.#shown.mayLeave();
  }

  /** Somebody changed a customer, or a call ended: what is shown is read again. */
  heard(envelope) {
    const keys = [...(envelope['顧客'] ?? []).map(row => row['顧客ID']), envelope['着信記録']?.['顧客ID']];
    if (this.#key && keys.includes(this.#key) && !this.#shown?.isDirty) this.#card(this.#key, false);
  }

  #put(shown) {
    this.#shown?.close?.();
    this.#shown = shown;
    this.split.dataset.shows = shown ? 'card' : 'list';
    if (shown) this.beside.replaceChildren(shown.root);
  }

  #nothing() {
    this.#put(null);
    this.beside.replaceChildren(h('section', { class: 'card empty' }, icon('person'),
      h('p', {}, t('一覧から顧客を選ぶと、ここに表示します。'))));
  }

  async #card(key, focus) {
    const turn = this.#turn += 1;
    try {
      const { row, etag } = await readRow(CUSTOMERS, key);
      if (turn !== this.#turn) return;
      if (!row || this.list.hidden.has(key)) {
        this.#put({ root: gone() });
        return;
      }
      this.#put(card(row, this.#acts(row, etag)));
      if (focus && matchMedia(NARROW).matches) $('h2', this.beside)?.focus();
    } catch (error) {
      failed(t('顧客を開けません'), error);
    }
  }

  #acts(row, etag) {
    const key = row['顧客ID'];
    const acts = { back: () => go('customers', this.list.values) };
    if (!may(CUSTOMERS, 'write')) return acts;
    return {
      ...acts,
      edit: () => this.#edit(row, etag),
      merge: other => this.#merge(row, other),
      remove: () => this.#remove(row),
      erase: () => this.#erase(key, row),
    };
  }

  async #edit(row, etag) {
    const back = async () => {
      await this.#card(row['顧客ID'], false);
      $('[data-act=edit]', this.beside)?.focus();
    };
    const saved = async () => {
      this.list.reload();
      await back();
    };
    const form = await customerForm({ row, etag, left: back, saved });
    this.#put(form);
    form.begin();
  }

  async #adopt(number, call) {
    const turn = this.#turn += 1;
    try {
      const shown = await adoption({
        number, call,
        left: () => (history.length > 1 ? history.back() : go('customers', this.list.values)),
        saved: async key => { this.list.reload(); go(`customers/${key}`, this.list.values); },
      });
      if (turn !== this.#turn) return;
      this.#put(shown);
      shown.begin();
    } catch (error) {
      failed(t('画面を開けません'), error);
    }
  }

  async #merge(row, other) {
    const key = await merge(row, other);
    if (!key) return;
    this.list.reload();
    if (key === row['顧客ID']) await this.#card(key, false);
    else go(`customers/${key}`, this.list.values);
  }

  #remove(row) {
    const key = row['顧客ID'];
    this.list.hidden.add(key);
    this.list.redraw();
    go('customers', this.list.values);
    undoable(t('{name} を削除しました', { name: nameOf(row) }), () => remove(CUSTOMERS, key), {
      undone: () => {
        this.list.hidden.delete(key);
        this.list.redraw();
        go(`customers/${key}`, this.list.values);
      },
      gone: () => this.list.reload(),
    });
  }

  async #erase(key, row) {
    const agreed = await ask(t('個人情報の消去'),
      t('{name} の登録と、着信記録・伝言・通知の内容をすべて消します。元に戻せません。よろしいですか。', { name: nameOf(row) }),
      t('消去する'), { danger: true });
    if (!agreed) return;
    try {
      const { msg } = await order(CUSTOMERS, key, 'Erase');
      done(t('消去しました'), msg);
      this.list.reload();
      go('customers', this.list.values);
    } catch (error) {
      failed(t('消去できません'), error);
    }
  }
}

const gone = () => h('section', { class: 'card empty' }, icon('person'),
  h('p', {}, t('この顧客はいません。削除されたか、ほかの顧客に統合されました。')));
