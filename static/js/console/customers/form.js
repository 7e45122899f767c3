// The form of one customer: new, or changed.
//
// Invariant: only fields that somebody changed are sent, and only onto the row that was shown (If-Match).
// Never: drops what was typed, whatever the service answers.

import { add, change, Refusal, row as readRow } from '../../base/api.js';
import { nameOf as fieldName, resourceOf } from '../../base/catalogue.js';
import { freshId, h, icon } from '../../base/dom.js';
import { ask } from '../../base/dialog.js';
import { readFaults } from '../../base/faults.js';
import { makeField } from '../../base/fields.js';
import { t } from '../../base/i18n.js';
import { done, failed, say } from '../../base/toast.js';
import { CUSTOMERS } from './find.js';
import { GROUPS, HINTS, kana, ownKana, PHONES, readingOf, usualKind } from './fields.js';
import { PHONE_FIELDS, politeName } from './person.js';

const CONFLICT = 412;

/**
 * Makes the form: `{ root, begin(), isDirty(), mayLeave() }`. `row` null = a new customer, filled with `given`;
 * `saved(key)` and `left()` are called at its end.
 */
export async function customerForm({ row, etag, given = {}, saved, left }) {
  const resource = await resourceOf(CUSTOMERS);
  return new CustomerForm({ resource, row, etag, given, saved, left });
}

class CustomerForm {
  constructor(how) {
    Object.assign(this, how);
    this.key = this.row?.['顧客ID'] ?? '';
    this.fields = new Map();
    this.root = this.#draw();
    this.initial = this.#values();
    for (const [name, value] of Object.entries(this.given)) this.fields.get(name).set(value);
    this.begun = this.#values();
    this.#phones();
    this.#changed();
  }

  /** Puts the focus where one begins. */
  begin() {
    const empty = ['氏名', '会社名'].find(name => !this.fields.get(name).value());
    this.fields.get(this.row ? '氏名' : empty ?? '氏名').focus();
  }

  isDirty() {
    return !this.ended && [...this.fields].some(([name, made]) => made.value() !== this.begun.get(name));
  }

  async mayLeave() {
    return !this.isDirty() || await ask(t('変更を捨てますか'), t('まだ保存していない入力があります。'), t('捨てる'),
      { danger: true, no: t('編集に戻る') });
  }

  #draw() {
    const heading = freshId('form');
    this.top = h('div', { class: 'faults', role: 'alert' });
    this.state = h('span', { class: 'small muted', role: 'status' });
    this.save = h('button', { class: 'btn pri', type: 'submit' }, icon('check'), this.row ? t('保存') : t('登録'));
    this.more = h('button', { class: 'btn sm ghost', type: 'button', onclick: () => this.#phones(true) },
      icon('plus'), t('電話番号を追加'));
    return h('form', {
      class: 'card cform', novalidate: true, 'aria-labelledby': heading, onsubmit: event => this.#submit(event),
      onkeydown: event => this.#key(event),
    },
    h('header', {}, h('h2', { id: heading }, this.row
      ? [h('span', { class: 'data' }, politeName(this.row)), ' ', t('の編集')] : t('新しい顧客'))),
    h('div', { class: 'body' }, this.top, GROUPS.map(group => this.#group(group))),
    h('footer', {}, this.save, h('button', { class: 'btn', type: 'button', onclick: () => this.#leave() }, t('やめる')),
      h('kbd', { class: 'wide' }, 'Ctrl+Enter'), this.state));
  }

  #group({ title, fields }) {
    if (fields === PHONES) return this.#telephones(title);
    return h('fieldset', { class: 'part' }, h('legend', {}, t(title)),
      h('div', { class: 'grid-c' }, fields.map(name => this.#make(name).root)));
  }

  #telephones(title) {
    this.pairs = PHONE_FIELDS.map(({ number, kind }) =>
      h('div', { class: 'pair' }, this.#make(number).root, this.#make(kind).root));
    return h('fieldset', { class: 'part' }, h('legend', {}, t(title)),
      h('div', { class: 'grid-p' }, this.pairs, this.more));
  }

  #make(name) {
    const field = this.resource.fields.find(each => each.name === name);
    // A name as an example looks like a name that was entered.
    const shown = ['text', 'kana'].includes(field.kind) ? { ...field, example: '' } : field;
    const made = makeField(shown, {
      value: this.row?.[name] ?? field.default ?? '',
      label: name.startsWith('電話種別') ? t('種別') : fieldName(this.resource, field),
      hint: HINTS[name] ? t(HINTS[name]) : '', onchange: () => this.#changed(name),
    });
    if (field.kind === 'kana') {
      made.input.addEventListener('change', () => made.set(kana(made.input.value)));
    }
    // The label of a kind is short, because it stands beside its number.
    if (name.startsWith('電話種別')) made.input.setAttribute('aria-label', fieldName(this.resource, field));
    this.fields.set(name, made);
    return made;
  }

  /** Shows the telephone fields that are used, two at least; with `next` one more. */
  #phones(next = false) {
    const used = PHONE_FIELDS.map(({ number }) => this.fields.get(number).value() !== '');
    const shown = this.pairs.filter(pair => !pair.hidden).length;
    const last = next ? Math.min(this.pairs.length, shown + 1) : Math.max(2, used.lastIndexOf(true) + 1);
    this.pairs.forEach((pair, at) => { pair.hidden = at >= last; });
    this.more.hidden = last >= this.pairs.length;
    if (next) this.fields.get(PHONE_FIELDS[last - 1].number).focus();
  }

  #values() {
    return new Map([...this.fields].map(([name, made]) => [name, made.value()]));
  }

  #body() {
    const changed = [...this.fields].filter(([name, made]) => made.value() !== this.initial.get(name));
    return Object.fromEntries(changed.map(([name, made]) => [name, made.value()]));
  }

  #changed(name) {
    if (!this.begun) return;
    const reading = readingOf[name];
    if (reading && document.activeElement !== this.fields.get(name).input) {
      const proposed = ownKana(this.fields.get(name).value());
      if (proposed && !this.fields.get(reading).value()) this.fields.get(reading).set(proposed);
    }
    if (name?.startsWith('電話番号')) {
      const kind = this.fields.get(name.replace('番号', '種別'));
      if (!kind.value()) kind.set(usualKind(this.fields.get(name).value()));
    }
    this.state.textContent = this.isDirty() ? t('未保存の変更があります') : '';
  }

  #key(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.root.requestSubmit();
    }
  }

  async #leave() {
    if (!await this.mayLeave()) return;
    this.ended = true;
    this.left();
  }

  async #submit(event) {
    event.preventDefault();
    this.top.replaceChildren();
    const wrong = [...this.fields.values()].filter(made => made.check());
    if (!this.fields.get('氏名').value() && !this.fields.get('会社名').value()) {
      this.fields.get('氏名').fault(t('氏名か会社名のどちらかを入れてください。'));
      wrong.unshift(this.fields.get('氏名'));
    }
    if (wrong.length) this.#pointAt(wrong);
    else await this.#send();
  }

  async #send() {
    const body = this.#body();
    if (this.row && Object.keys(body).length === 0) {
      this.ended = true;
      this.left();
      return;
    }
    this.save.disabled = true;
    try {
      if (this.row) await change(CUSTOMERS, this.key, body, this.etag);
      else this.key = (await add(CUSTOMERS, body)).key;
      this.ended = true;
      done(this.row ? t('保存しました') : t('登録しました'));
      await this.saved(this.key);
    } catch (error) {
      await this.#refused(error);
    } finally {
      this.save.disabled = false;
    }
  }

  async #refused(error) {
    if (!(error instanceof Refusal)) return failed(t('保存できません'), error);
    if (error.status === CONFLICT) return this.#takeOver();
    const { faults, rest } = readFaults(error.message, [...this.fields.keys()]);
    const wrong = [...this.fields].filter(([name]) => faults.has(name)).map(([name, made]) => {
      made.fault(faults.get(name));
      return made;
    });
    if (rest) this.#tell(rest);
    if (wrong.length) this.#pointAt(wrong);
    return undefined;
  }

  #tell(text) {
    this.top.replaceChildren(h('div', { class: 'banner bad' }, icon('warn'), h('span', { class: 'data' }, text)));
    this.top.scrollIntoView({ block: 'nearest' });
  }

  #pointAt(wrong) {
    for (const made of wrong) made.root.closest('[hidden]')?.removeAttribute('hidden');
    say(t('{n} 件の入力を直してください', { n: wrong.length }));
    wrong[0].focus();
  }

  /** Somebody else saved meanwhile: his values come in, what was typed here stays and stands beside his. */
  async #takeOver() {
    const { row, etag } = await readRow(CUSTOMERS, this.key);
    if (!row) return this.#tell(t('この顧客は、ほかの人が削除または統合しました。'));
    const mine = this.#body();
    const before = this.row;
    Object.assign(this, { row, etag });
    for (const [name, made] of this.fields) {
      if (!(name in mine)) made.set(row[name] ?? '');
      else if (row[name] !== before[name]) this.#offer(made, row[name]);
      this.initial.set(name, row[name] ?? '');
      this.begun.set(name, row[name] ?? '');
    }
    this.#changed();
    return this.#tell(t('ほかの人が先に保存しました。その内容を読み込みました。あなたの入力は残してあります。確かめて、もう一度保存してください。'));
  }

  /** Shows the other's value below a field, to be taken. */
  #offer(made, value) {
    const take = () => {
      made.set(value);
      place.remove();
      this.#changed();
      made.focus();
    };
    const place = h('p', { class: 'other small' }, t('ほかの人の値:'), ' ',
      h('b', { class: 'data' }, value || t('(空)')), ' ',
      h('button', { class: 'btn sm', type: 'button', onclick: take }, t('この値にする')));
    made.root.append(place);
  }
}
