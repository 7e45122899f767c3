// One resource: its list, and beside it the form of the row that is open.
//
// Invariant: the address names the row that is open and the filters; the list stays while forms open and close, and
// the way back leads out of a form to the list.
// Never: knows the fields of a resource by name (layout.js and about.js do).

import { h, icon } from '../../base/dom.js';
import { t, useWords } from '../../base/i18n.js';
import { Refusal, row as readRow } from '../../base/api.js';
import { askedFor } from '../../base/period.js';
import { link, note, place, setTitle, stepInto, stepOut } from '../../base/router.js';
import { isSetUp, may } from '../../base/session.js';
import { keep, setting } from '../../base/settings.js';
import { failed } from '../../base/toast.js';
import { catalogue, fieldOf, rowName, titleOf } from '../../base/catalogue.js';
import { ABOUT } from './about.js';
import { everything, fromAddress, isNarrowed, scrolling, toAddress } from './address.js';
import { bar } from './bar.js';
import { bulk, erase, hasBulk } from './bulk.js';
import { follow, namesOfRefs } from './elsewhere.js';
import { columns, firstRow } from './layout.js';
import { source } from './source.js';
import { resourceTable } from './table.js';

const NEW = 'new';
const GONE = 404;
const USERS = 'UserManagement';

/** The screen of a resource. */
export function screen(uri) {
  let title = uri;
  return {
    title: () => title,
    async open(view, { key, values, memory }) {
      await useWords('resource', 'meanings');
      const { resources } = await catalogue();
      const resource = resources.find(each => each.uri === uri);
      title = titleOf(resource);
      setTitle(title);
      const shown = new ResourceScreen(view, resource, resources, values);
      await shown.start(key, values, memory);
      return shown;
    },
  };
}

class ResourceScreen {
  constructor(view, resource, resources, values) {
    Object.assign(this, { view, resource, resources });
    this.state = { ...fromAddress(resource, values), columns: this.chosenColumns() };
    this.rows = source(resource, this.state);
    this.hidden = new Set();
    this.key = '';
    this.ends = [];
    this.form = null;
    this.scroll = scrolling(view, () => this.table);
  }

  /** The address changed by itself: a link, the way back. Whoever may leave was asked. */
  async moved({ key, values }) {
    const next = fromAddress(this.resource, values);
    const isOther = JSON.stringify(toAddress(this.resource, next)) !== JSON.stringify(this.values());
    this.key = key || this.key;
    if (isOther) await this.change(next);
    if (key === NEW) await this.openNew(values.copy);
    else if (key) await this.openRow(key);
    else if (this.form && !this.resource.single) this.shut();
  }

  async start(key, values, memory) {
    this.draw();
    if (this.resource.single) {
      await this.openRow(String(this.resource.firstKey));
      return;
    }
    if (memory) this.rows.goTo(memory.place);
    await this.reload();
    if (memory) this.scroll.put(memory.scroll);
    this.ends = follow(this);
    this.readNames();
    if (key === NEW) await this.openNew(values.copy);
    else if (key) await this.openRow(key);
    else if (this.page?.total === 1 && this.isOneOfAKind()) {
      this.key = this.page.rows[0][this.resource.key];
      await this.openRow(this.key);
    }
  }

  /** For the router: where the list stands, so that whoever comes back finds it so. */
  remember() {
    return { place: this.rows.place(), scroll: this.scroll.now() };
  }

  /** Backup and output: most offices have the one row. */
  isOneOfAKind() {
    return Boolean(this.resource.orders?.Run) && matchMedia('(min-width: 761px)').matches;
  }

  draw() {
    const { resource } = this;
    const { lead } = ABOUT[resource.uri] ?? {};
    const canAdd = resource.methods.includes('POST') && may(resource.uri, 'write');
    this.table = resourceTable();
    this.empty = h('div', { class: 'empty', hidden: true });
    this.top = bar(this);
    this.bulk = bulk(this);
    this.place = h('div', { class: 'formplace', hidden: true });
    this.card = h('section', { class: 'card', 'aria-label': titleOf(resource) }, this.top.element, this.bulk.element,
      this.table, this.empty);
    this.split = h('div', { class: resource.single ? 'split only' : 'split' }, !resource.single && this.card,
      this.place);
    this.view.replaceChildren(h('div', { class: 'pagehead' },
      h('div', { class: 'lead' }, h('h1', {}, titleOf(resource)), lead && h('p', {}, t(lead))),
      resource.import && may(resource.uri, 'write') && h('a', { class: 'btn', href: link('import') },
        icon('upload'), t('取り込み')),
      canAdd && this.addButton()), this.split);
    if (!resource.single) this.beginTable();
  }

  addButton() {
    return h('button', { class: 'btn pri', type: 'button', onclick: () => this.go(NEW) }, icon('plus'), t('追加'));
  }

  beginTable() {
    this.table.begin({
      resource: this.resource, caption: titleOf(this.resource), state: this.state,
      canPick: Boolean(hasBulk(this.resource)), isLarge: () => this.rows.isLarge(),
      onopen: key => this.go(key),
      onsort: name => this.sort(name),
      onpick: picked => this.bulk.draw(picked),
      onpage: word => { this.rows[word](); this.load(); },
    });
  }

  /** Reads the rows; an error stands in place of the list. */
  async load(again = false) {
    this.asked?.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    try {
      const page = await this.rows.load({ again, signal });
      if (signal.aborted) return;
      this.page = page;
      this.drawRows();
    } catch (error) {
      if (!signal.aborted) failed(t('一覧を読めません'), error);
    }
  }

  drawRows() {
    const shown = this.page.rows.filter(row => !this.hidden.has(row[this.resource.key]));
    const gone = this.page.rows.length - shown.length;
    const total = this.page.total === null ? null : this.page.total - gone;
    this.table.draw({ ...this.page, rows: shown, total }, this.names);
    this.table.mark(this.key);
    this.top.draw();
    this.bulk.draw(this.table.picked);
    this.drawEmpty(shown.length === 0);
  }

  drawEmpty(isEmpty) {
    this.empty.hidden = !isEmpty;
    this.table.hidden = isEmpty;
    if (!isEmpty) return;
    const narrowed = isNarrowed(this.state);
    const { empty = '' } = ABOUT[this.resource.uri] ?? {};
    const canAdd = this.resource.methods.includes('POST') && may(this.resource.uri, 'write');
    const widen = () => this.change(everything());
    const more = isEmpty && this.page.more;
    this.empty.replaceChildren(icon(narrowed ? 'find' : 'box'),
      h('p', {}, more ? t('ここまでには見つかりません。') : narrowed ? t('条件に合う行はありません。') : t(empty)),
      more ? h('button', { class: 'btn', type: 'button', onclick: () => { this.rows.next(); this.load(); } },
        t('続きを探す')) : '',
      narrowed ? h('button', { class: 'btn', type: 'button', onclick: widen }, t('条件を外す'))
        : canAdd ? this.addButton() : '');
  }

  reload() { return this.load(true); }

  /** Changes search, filters or period; the address follows. */
  change({ q = this.state.q, filters = this.state.filters, period = this.state.period, sort = {} }) {
    Object.assign(this.state, { q, period, sort: Object.assign(this.state.sort, sort) });
    // The source of the rows holds the state itself, so it is changed in its place.
    const next = { ...filters };
    for (const name of Object.keys(this.state.filters)) delete this.state.filters[name];
    Object.assign(this.state.filters, next);
    this.rows.restart();
    this.noteAddress();
    return this.load();
  }

  filter(name, value) {
    const filters = { ...this.state.filters };
    if (value) filters[name] = value;
    else delete filters[name];
    return this.change({ filters });
  }

  sort(name) {
    const { sort } = this.state;
    Object.assign(sort, { name, desc: sort.name === name && !sort.desc });
    this.rows.restart();
    this.noteAddress();
    this.load();
  }

  chosenColumns() {
    const own = setting('columns')?.[this.resource.uri];
    return (own ?? columns(this.resource)).filter(name => fieldOf(this.resource, name));
  }

  /** Shows these columns; `null` = the ones it began with. */
  setColumns(names) {
    keep('columns', { ...setting('columns'), [this.resource.uri]: names ?? undefined });
    this.state.columns = this.chosenColumns();
    this.drawRows();
  }

  canSearch() { return this.rows.canSearch(); }

  /** What a download of this list is narrowed to. */
  query() {
    return { ...this.state.filters, ...askedFor(this.state.period), q: this.resource.search ? this.state.q : null };
  }

  values() { return toAddress(this.resource, this.state); }

  noteAddress() {
    note(this.resource.uri + (this.key ? `/${this.key}` : ''), this.values());
  }

  /** Opens a row (or `new`) beside the list. */
  async go(key, copy) {
    if (!await this.mayLeave()) return;
    if (key === NEW) await this.openNew(copy);
    else await this.openRow(key);
  }

  async openNew(copy) {
    const isFirst = this.page?.total === 0 && !this.state.q;
    try {
      const values = copy ? (await readRow(this.resource.uri, copy)).row : isFirst ? firstRow(this.resource) : null;
      await this.openForm({ row: null, etag: '', copy: values }, NEW);
    } catch (error) {
      failed(t('画面を開けません'), error);
    }
  }

  async openRow(key) {
    try {
      const { row, etag } = await readRow(this.resource.uri, key);
      if (row) await this.openForm({ row, etag, copy: null }, key);
      else this.gone(key);
    } catch (error) {
      failed(t('この行を読めません'), error);
    }
  }

  /** The address names a row that somebody deleted. */
  gone(key) {
    this.shut();
    failed(t('この行はもうありません'), new Refusal(GONE, `${this.resource.key} ${key}`));
  }

  /** Names the row that opens: a step that the way back undoes, but for one that takes another's place. */
  noteRow(key) {
    const step = place().key === key || this.form || this.key ? note : stepInto;
    this.key = key;
    step(`${this.resource.uri}/${key}`, this.values());
  }

  async openForm({ row, etag, copy }, key) {
    if (!this.resource.single) {
      this.scroll.keep();
      this.noteRow(key);
    }
    this.key = key;
    const { resourceForm } = await import('./form.js');
    this.form = resourceForm();
    this.place.replaceChildren(this.form);
    this.place.hidden = false;
    this.split.classList.add('open');
    if (!this.resource.single) this.table.mark(key);
    await this.form.begin({
      resource: this.resource, row, etag, copy, names: this.names,
      onsaved: (saved, msg) => this.saved(saved, msg),
      onclose: () => this.closeForm(),
      ondelete: gone => this.erase([gone]),
      oncopy: from => this.go(NEW, from),
      onread: fresh => this.fresh(fresh),
    });
    const title = titleOf(this.resource);
    setTitle(row ? `${rowName(this.resource, row)} — ${title}` : t('新規追加 — {name}', { name: title }));
    if (!this.resource.single) this.form.addEventListener('keydown', event => this.onKey(event));
    this.form.takeFocus();
  }

  onKey(event) {
    if (event.key === 'Escape' && !event.isComposing) {
      event.preventDefault();
      this.closeForm();
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.form.querySelector('form').requestSubmit();
  }

  async closeForm() {
    if (!await this.mayLeave()) return;
    this.shut();
  }

  shut() {
    const { key } = this;
    const wasHidden = this.scroll.isHidden();
    this.key = '';
    this.form = null;
    this.place.replaceChildren();
    this.place.hidden = true;
    this.split.classList.remove('open');
    this.table.mark('');
    stepOut(this.resource.uri, this.values());
    setTitle(titleOf(this.resource));
    if (wasHidden) this.scroll.back();
    this.table.focusRow(key);
  }

  async saved(key, msg) {
    if (this.resource.uri === USERS && isSetUp()) {
      // From the first user on everybody signs in.
      location.assign(`/login?next=${encodeURIComponent('/admin/')}`);
      return;
    }
    if (!this.resource.single) await this.reload();
    if (this.form.isNew && this.resource.uri === 'API-Token') {
      this.shut();
      await (await import('./token.js')).showToken(msg);
      return;
    }
    const text = this.form.isNew ? t('追加しました') : t('保存しました');
    await this.openRow(key);
    this.form?.tellSaved(text);
  }

  /** A row as an event or an order brought it. */
  fresh(row) {
    if (this.rows.replace(row) && this.page) this.load();
    if (this.key === row[this.resource.key]) this.form?.refresh(row);
  }

  erase(rows) { return erase(this, rows); }

  /** Rows leave the list while their delete waits. */
  hide(keys) {
    for (const key of keys) {
      this.hidden.add(key);
      this.table.picked.delete(key);
    }
    if (keys.includes(this.key)) this.shut();
    this.drawRows();
  }

  show(keys) {
    for (const key of keys) this.hidden.delete(key);
    this.drawRows();
    this.table.focusRow(keys[0]);
  }

  async forget(keys) {
    await this.reload();
    for (const key of keys) this.hidden.delete(key);
    this.drawRows();
  }

  unpick() {
    this.table.picked.clear();
    this.drawRows();
  }

  pickedRows() {
    return [...this.table.picked].map(key => this.rows.held(key)).filter(Boolean);
  }

  async readNames() {
    this.names = await namesOfRefs(this.resource, this.resources);
    if (this.page) this.drawRows();
  }

  isDirty() { return Boolean(this.form?.isDirty()); }

  async mayLeave() { return !this.form || this.form.mayLeave(); }

  close() {
    this.asked?.abort();
    for (const end of this.ends) end();
  }
}
