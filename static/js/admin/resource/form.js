// The form of one row: its fields by part, what the service tells of it, its orders, and the request it stands for.
//
// Invariant: only fields that somebody changed are sent, so a secret that nobody touched is never lost.
// Never: sends the mask of a secret as a value.

import { $, freshId, h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { add, change, order, Refusal, row as readRow } from '../../base/api.js';
import { ask } from '../../base/dialog.js';
import { failed, say } from '../../base/toast.js';
import { isMask, makeField } from '../../base/fields.js';
import { isWritable, nameOf, rowName, titleOf } from '../../base/catalogue.js';
import { may } from '../../base/session.js';
import { cell, isData } from './cells.js';
import { readFaults } from '../../base/faults.js';
import { hintOf, isOfKind } from './hints.js';
import { deciding, matters, parts } from './layout.js';
import { contextOf, hours, keyList, lineList, ref } from './controls.js';
import { ordersOf } from './orders.js';
import { restView } from './rest.js';
import { textTrial } from './trial.js';
import { editors, previewer } from './editor.js';
import { password } from './password.js';

const CONTROLS = { ref, 'line-list': lineList, 'key-list': keyList, hours, password, ...editors };
const CONFLICT = 412;

/** `<cti-resource-form>`: `await begin({ resource, row, etag, copy, names, onsaved, onclose, ondelete })`. */
class ResourceForm extends HTMLElement {
  async begin(how) {
    Object.assign(this, how);
    this.how = how;
    this.isNew = !this.row;
    this.key = this.row?.[this.resource.key] ?? '';
    this.canWrite = may(this.resource.uri, 'write') && this.resource.methods.includes(this.isNew ? 'POST' : 'PUT');
    this.showAll = false;
    this.fields = [];
    this.parts = parts(this.resource);
    this.context = await contextOf(name => this.valueOf(name));
    this.draw();
  }

  valueOf(name) {
    const made = this.fields.find(each => each.field.name === name);
    return made ? made.value() : this.row?.[name] ?? '';
  }

  draw() {
    const heading = freshId('form');
    this.top = h('div', { class: 'faults', role: 'alert' });
    this.state = h('span', { class: 'small state', role: 'status' });
    this.preview = this.canWrite ? previewer(this) : null;
    this.rest = restView(this.resource);
    const body = this.canWrite ? this.fieldParts() : [];
    this.orders = this.isNew ? null : (this.canWrite && textTrial(this)) || ordersOf(this);
    this.replaceChildren(h('form', {
      class: 'card drawer', novalidate: true, 'aria-labelledby': heading, onsubmit: event => this.submit(event),
    },
    h('header', {}, h('h2', { id: heading, tabindex: -1 }, this.heading()), h('span', { class: 'sp' }),
      !this.resource.single && h('button', {
        class: 'btn icon ghost', type: 'button', 'aria-label': t('閉じる'), onclick: () => this.onclose(),
      }, icon('x'))),
    h('div', { class: 'body' }, this.top, this.orders?.element, body, this.toldPart(),
      this.canWrite && this.rest.element),
    this.canWrite && this.footer()));
    this.initial = new Map(this.fields.map(made => [made.field.name, made.value()]));
    if (this.copy) this.fill(this.copy);
    // What was filled in for somebody is sent, but nothing is lost where he leaves.
    this.begun = new Map(this.fields.map(made => [made.field.name, made.value()]));
    this.arrange();
    this.changed();
    this.preview?.run();
  }

  /** The first field of a new row; of a stored one its name, so that a telephone does not open its keyboard. */
  takeFocus() {
    const first = this.isNew ? this.fields.find(made => !made.root.hidden) : null;
    if (first) first.focus();
    else $('h2', this).focus({ preventScroll: true });
  }

  heading() {
    const title = titleOf(this.resource);
    if (this.isNew) return t('新規追加 — {name}', { name: title });
    if (this.resource.single) return title;
    const name = rowName(this.resource, this.row, '');
    return name ? [h('span', { class: 'muted num' }, `${this.key} `), h('span', { class: 'data' }, name)]
      : `${title} ${this.key}`;
  }

  footer() {
    const others = this.isNew || this.resource.single ? [] : [
      this.resource.methods.includes('POST') && h('button', {
        class: 'btn icon ghost', type: 'button', 'aria-label': t('複製'), title: t('複製'), 'data-order': 'copy',
        onclick: () => this.oncopy(this.key),
      }, icon('copy')),
      this.resource.methods.includes('DELETE') && h('button', {
        class: 'btn ghost bad', type: 'button', 'data-order': 'delete', onclick: () => this.ondelete(this.row),
      }, icon('bin'), t('削除')),
    ];
    this.save = h('button', { class: 'btn pri', type: 'submit' }, icon('check'), this.isNew ? t('追加') : t('保存'));
    return h('footer', {}, this.save, h('button', { class: 'btn', type: 'button', onclick: () => this.cancel() },
      t('やめる')), this.state, h('span', { class: 'sp' }), others);
  }

  fieldParts() {
    const { main, when, details } = this.parts;
    const made = list => list.filter(isWritable).map(field => this.make(field));
    const grid = list => h('div', { class: 'grid-f' }, list.map(each => each.root));
    this.rare = h('button', { class: 'btn sm ghost', type: 'button', hidden: true, onclick: () => this.reveal() });
    const first = made(main);
    const second = made(when);
    const third = made(details);
    this.details = third.length ? h('details', { class: 'fold' }, h('summary', {}, t('詳しい設定'), ' ',
      this.detailCount = h('span', { class: 'small muted' })), grid(third)) : null;
    this.detailFields = third;
    return [this.preview?.element, grid(first), this.rare,
      second.length > 0 && h('fieldset', { class: 'part' }, h('legend', {}, t('いつ知らせるか')), grid(second)), this.details];
  }

  make(field) {
    const value = this.row?.[field.name] ?? field.default ?? (field.kind === 'bool' ? 'False' : '');
    const made = makeField(isOfKind(this.resource, field) ? { ...field, example: '' } : field, {
      value: this.row || field.default !== undefined || field.kind !== 'enum' ? value : field.words[0],
      label: nameOf(this.resource, field), hint: this.hint(field),
      controls: CONTROLS, context: { ...this.context, form: this },
      onchange: () => this.fieldChanged(made),
    });
    this.fields.push(made);
    return made;
  }

  /** What a field means; the same sentence stands once among fields of a kind (電話番号1 to 6). */
  hint(field) {
    const again = this.fields.some(made => made.field.kind === field.kind && made.field.meaning === field.meaning
      && ['hours', 'tel'].includes(field.kind));
    return again ? '' : hintOf(this.resource, field, name => this.valueOf(name));
  }

  toldPart() {
    const fields = this.canWrite ? this.parts.told : this.resource.fields.filter(field => field.mode !== 'wo');
    this.told = h('dl', { class: 'told' });
    this.toldFields = this.isNew ? [] : fields;
    this.drawTold();
    if (this.toldFields.length === 0) return null;
    return h('section', { class: 'part', 'aria-label': t('いまの状態') },
      this.canWrite && h('h3', {}, t('いまの状態')), this.told);
  }

  drawTold() {
    const how = { whole: true, names: this.names, row: this.row };
    this.told.replaceChildren(...this.toldFields.map(field => h('div', {}, h('dt', {}, nameOf(this.resource, field)),
      h('dd', { class: isData(field) ? 'data' : null }, cell(field, this.row[field.name], how)))));
  }

  fill(values) {
    for (const made of this.fields) {
      const value = values[made.field.name];
      if (value !== undefined && !isMask(value)) made.set(value);
    }
  }

  fieldChanged(made) {
    this.context.tell(made.field.name);
    if (deciding.has(made.field.name)) {
      this.arrange();
      for (const each of this.fields.filter(other => isOfKind(this.resource, other.field))) {
        each.hint(hintOf(this.resource, each.field, name => this.valueOf(name)));
      }
    }
    this.changed();
    this.preview?.soon();
  }

  /** Shows what matters for the chosen kind; the rest stays within reach. */
  arrange() {
    let hidden = 0;
    for (const made of this.fields) {
      const shown = this.showAll || matters(this.resource, made.field, name => this.valueOf(name));
      made.root.hidden = !shown;
      hidden += shown ? 0 : 1;
    }
    if (!this.rare) return;
    this.rare.hidden = hidden === 0;
    this.rare.replaceChildren(icon('dn'), t('ほかの場合に使う {n} 項目も表示', { n: hidden }));
  }

  reveal() {
    this.showAll = true;
    this.arrange();
  }

  /** The fields whose values are not the ones it began with. */
  body() {
    return Object.fromEntries(this.fields.filter(made => made.value() !== this.initial.get(made.field.name))
      .map(made => [made.field.name, made.value()]));
  }

  isDirty() {
    return this.canWrite && this.fields.some(made => made.value() !== this.begun.get(made.field.name));
  }

  changed() {
    if (!this.canWrite) return;
    const dirty = this.isDirty();
    this.state.textContent = dirty ? t('未保存の変更があります') : '';
    this.state.classList.remove('ok');
    this.orders?.mayRun(!dirty);
    this.rest.show({ method: this.isNew ? 'POST' : 'PUT', key: this.key, body: this.body() });
    const set = this.detailFields.filter(made => made.value() !== (made.field.default ?? '')
      && !(made.field.kind === 'bool' && made.field.default === undefined && made.value() === 'False')).length;
    if (this.detailCount) this.detailCount.textContent = set ? t('{n} 項目を設定済み', { n: set }) : '';
  }

  async submit(event) {
    event.preventDefault();
    this.top.replaceChildren();
    const wrong = this.fields.filter(made => made.check());
    if (wrong.length) {
      this.pointAt(wrong);
      return;
    }
    if (!this.isNew && !this.isDirty()) {
      this.onclose();
      return;
    }
    this.save.disabled = true;
    try {
      await this.send();
    } catch (error) {
      await this.refused(error);
    } finally {
      this.save.disabled = false;
    }
  }

  async send() {
    const { uri } = this.resource;
    if (this.isNew) {
      const { key, msg } = await add(uri, this.body());
      this.settle();
      await this.onsaved(key, msg);
      return;
    }
    await change(uri, this.key, this.body(), this.etag);
    this.settle();
    await this.onsaved(this.key, '');
  }

  /** Says beside the buttons that it was saved. */
  tellSaved(text) {
    this.state.textContent = text;
    this.state.classList.add('ok');
    say(text);
  }

  settle() {
    this.initial = new Map(this.fields.map(made => [made.field.name, made.value()]));
    this.begun = this.initial;
    this.changed();
  }

  async refused(error) {
    if (error instanceof Refusal && error.status === CONFLICT) {
      await this.takeOver();
      return;
    }
    if (!(error instanceof Refusal)) {
      failed(t('保存できません'), error);
      return;
    }
    const names = this.fields.map(made => made.field.name);
    const { faults, rest } = readFaults(error.message, names);
    const wrong = this.fields.filter(made => faults.has(made.field.name));
    for (const made of wrong) made.fault(faults.get(made.field.name));
    if (rest) this.tellOnTop(rest);
    if (wrong.length) this.pointAt(wrong);
    else this.top.scrollIntoView({ block: 'nearest' });
  }

  tellOnTop(text) {
    this.top.replaceChildren(h('div', { class: 'banner bad' }, icon('warn'), h('span', { class: 'data' }, text)));
  }

  pointAt(wrong) {
    for (const made of wrong) {
      made.root.hidden = false;
      const folded = made.root.closest('details');
      if (folded) folded.open = true;
    }
    say(t('{n} 件の入力を直してください', { n: wrong.length }));
    wrong[0].focus();
  }

  /** Somebody else saved meanwhile: their values come in, what was typed here stays. */
  async takeOver() {
    const { row, etag } = await readRow(this.resource.uri, this.key);
    if (!row) {
      this.tellOnTop(t('この行はほかの人が削除しました。'));
      return;
    }
    const mine = new Set(Object.keys(this.body()));
    this.etag = etag;
    this.row = row;
    for (const made of this.fields) {
      const { name } = made.field;
      if (!mine.has(name)) made.set(row[name] ?? '');
      this.initial.set(name, mine.has(name) ? row[name] ?? '' : made.value());
    }
    this.begun = this.initial;
    this.arrange();
    this.changed();
    this.drawTold();
    this.tellOnTop(t('ほかの人が先に保存しました。新しい内容を読み込み、あなたの変更は残してあります。確かめて、もう一度保存してください。'));
    $('.body', this).scrollTop = 0;
  }

  /** A newer row that an event or an order brought: the told part follows, typed values stay. */
  refresh(row, etag) {
    this.row = { ...row };
    if (etag) this.etag = etag;
    this.drawTold();
  }

  async cancel() {
    if (this.resource.single) {
      if (await this.mayLeave()) await this.begin({ ...this.how, row: this.row, etag: this.etag });
      return;
    }
    this.onclose();
  }

  /** Asks before unsaved work is lost. */
  async mayLeave() {
    return !this.isDirty()
      || await ask(t('変更を捨てますか'), t('まだ保存していない入力があります。'), t('捨てる'), { danger: true, no: t('編集に戻る') });
  }

  /** Gives an order about the row (Test, Run) and answers `{ good, text, data }`. */
  async order(word, body) {
    try {
      const { msg, data } = await order(this.resource.uri, this.key, word, body);
      return { good: true, text: msg, data };
    } catch (error) {
      return { good: false, text: error.message };
    }
  }
}
customElements.define('cti-resource-form', ResourceForm);

/** A form without a row. */
export const resourceForm = () => h('cti-resource-form');
