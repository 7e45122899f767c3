// The call history: what came in, narrowed down, page by page.
//
// Invariant: the address says what is shown, so that it can be sent on.
// Never: moves rows under the eyes of a reader (new calls wait behind a button).

import { Refusal, rows } from '../../base/api.js';
import { copy } from '../../base/clipboard.js';
import { columnsMenu } from '../../base/columns.js';
import { h, icon } from '../../base/dom.js';
import { count, isoTime } from '../../base/format.js';
import { t, useWords } from '../../base/i18n.js';
import { japanNow } from '../../base/japan.js';
import { note, place, stepInto, stepOut } from '../../base/router.js';
import { may } from '../../base/session.js';
import { keep, watch } from '../../base/settings.js';
import { useStyle } from '../../base/style.js';
import { done, say } from '../../base/toast.js';
import { on } from '../../live/live.js';
import { CALLS, mayThrowAway } from '../records.js';
import { bulkBar } from './bulk.js';
import * as columns from './columns.js';
import { filterBar } from './filters.js';
import * as asked from './query.js';
import { openRecord } from './record.js';
import { callTable } from './table.js';

export const title = () => t('着信履歴');

/** Draws the history into `view`; the key in the address is a record to be opened. */
export async function open(view, { key, values }) {
  await Promise.all([useWords('history'), useStyle('records')]);
  const lines = await rows('ContainmentLine', { limit: 500 }).catch(() => []);
  const screen = new History(view, lines);
  await screen.go(asked.fromAddress(values));
  if (key) screen.record(key, note);
  return screen;
}

class History {
  #filters = null;
  /** The pages before this one: the keys behind which they begin, and how many rows stand before them. */
  #before = [];
  /** Rows before this page; null where that is not known (a page that was opened by its address). */
  #start = 0;
  #next = null;
  #total = null;
  #fresh = new Set();
  #reading = null;
  #ends = [];
  #record = null;

  constructor(view, lines) {
    const writes = may(CALLS, 'write');
    this.bar = filterBar(lines, part => this.#change(part));
    this.table = callTable({ open: call => this.record(call.ID), writes, selected: number => this.bulk.show(number),
      sort: () => this.#change({ oldest: !this.#filters.oldest }) });
    this.bulk = bulkBar({ picked: () => this.table.picked(), clear: () => this.table.clear() });
    this.sum = h('p', { class: 'num', role: 'status' });
    this.news = h('button', { class: 'news', type: 'button', hidden: true, onclick: () => this.#first() });
    this.rest = h('code', { class: 'data', tabindex: 0, role: 'textbox', 'aria-readonly': 'true',
      'aria-label': t('この一覧の REST アドレス') });
    this.csv = h('a', { class: 'btn', download: true }, icon('down'), 'CSV');
    this.excel = h('a', { class: 'btn', download: true }, icon('down'), 'Excel');
    this.empty = h('div', { class: 'empty', hidden: true });
    this.range = h('span', { class: 'num' });
    this.back = pageButton('left', t('前へ'), () => this.#turn(-1));
    this.forth = pageButton('right', t('次へ'), () => this.#turn(1));
    this.paper = h('p', { class: 'paper' });
    this.place = h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('着信の一覧') },
      this.table.element, this.empty);
    this.card = h('section', { class: 'card', 'aria-label': t('着信履歴') }, this.bar.element,
      h('div', { class: 'rest' }, h('span', { class: 'pill brand' }, 'REST'), this.rest,
        h('button', { class: 'btn sm ghost', type: 'button', onclick: () => this.#copy() }, icon('copy'), t('コピー'))),
      this.bulk.element, this.news,
      this.place,
      h('div', { class: 'pager' }, this.range, h('span', { class: 'sp' }), this.back, this.forth));
    view.append(h('div', { class: 'pagehead' }, h('h1', {}, t('着信履歴')), this.sum, h('span', { class: 'sp' }),
      columnChoice(), this.csv, this.excel,
      h('button', { class: 'btn paperbtn', type: 'button', onclick: () => print() }, icon('file'), t('印刷'))),
    this.paper, this.card);
    const seen = envelope => this.#heard(envelope);
    this.#ends = [...['ringing', 'answered', 'ended', 'updated'].map(kind => on(kind, seen)),
      on('resync', () => this.#renew()), watch(() => this.table.drawColumns()), this.#fit()];
  }

  /** Columns that are wider than the page scroll by themselves; the page does not. */
  #fit() {
    const fit = () => this.place.classList.toggle('wide', this.table.element.offsetWidth > this.place.clientWidth + 1);
    const watcher = new ResizeObserver(fit);
    watcher.observe(this.place);
    watcher.observe(this.table.element);
    return () => watcher.disconnect();
  }

  close() {
    this.#ends.forEach(end => end());
    this.#reading?.abort();
    this.#record?.close();
  }

  isDirty() {
    return this.table.isWriting() || Boolean(this.#record?.isDirty());
  }

  async mayLeave() {
    return !this.isDirty() || mayThrowAway();
  }

  /** Whether other rows may take the place of these: a memo that is being written would go with them. */
  async #mayReplace() {
    const agreed = !this.table.isWriting() || await mayThrowAway();
    if (!agreed) this.bar.show(this.#filters);
    return agreed;
  }

  /** The address changed while the screen is open. */
  async moved({ key, values }) {
    const open = this.#record;
    open?.close();
    await open?.closed;
    const next = asked.fromAddress(values);
    // Out of a record and into it the list stays as it is.
    if (JSON.stringify(next) !== JSON.stringify(this.#filters)) {
      this.#before = [];
      this.go(next);
    }
    if (key) this.record(key, note);
  }

  async #change(part) {
    const next = part === null ? asked.fromAddress({}) : { ...this.#filters, ...part, after: '' };
    if (part !== null && JSON.stringify(next) === JSON.stringify({ ...this.#filters, after: '' })) return;
    if (!await this.#mayReplace()) return;
    this.#before = [];
    this.go(next);
  }

  async #first() {
    if (!await this.#mayReplace()) return;
    this.#before = [];
    this.go({ ...this.#filters, after: '' });
  }

  async #turn(step) {
    if (!await this.#mayReplace()) return;
    const { after } = this.#filters;
    if (step > 0) this.#before.push({ after, start: this.#start });
    // A page that was opened by its address does not know those before it: the first one is one of them.
    const start = this.#start === null ? null : this.#start + this.table.page().length;
    const target = step > 0 ? { after: this.#next, start } : this.#before.pop() ?? { after: '', start: 0 };
    this.go({ ...this.#filters, after: target.after }, target.start).then(() => {
      this.card.querySelector('.scroll').scrollTop = 0;
      document.querySelector('main').scrollTop = 0;
    });
  }

  /** Reads and shows a page. */
  async go(filters, start = filters.after ? null : 0) {
    this.#filters = filters;
    this.#start = start;
    note('history', asked.toAddress(filters));
    this.bar.show(filters);
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.card.setAttribute('aria-busy', 'true');
    try {
      const page = await rows(CALLS, asked.request(filters), reading.signal);
      if (this.#reading === reading) this.#show(page);
    } catch (error) {
      if (!reading.signal.aborted) this.#fail(error);
    } finally {
      if (this.#reading === reading) this.card.removeAttribute('aria-busy');
    }
  }

  #show(page) {
    this.#fresh.clear();
    this.news.hidden = true;
    this.#next = page.next;
    if (page.total !== null || !this.#filters.after) this.#total = page.total;
    this.table.show(page, this.#filters.oldest);
    this.table.element.hidden = page.length === 0;
    this.#addresses();
    this.#numbers(page);
    this.#nothing(page);
    say(this.#total === null ? t('{n} 件を表示しました', { n: page.length })
      : t('{n} 件見つかりました', { n: count(this.#total) }));
  }

  #addresses() {
    const rest = asked.restAddress(this.#filters);
    this.rest.textContent = `GET ${decodeURI(rest)}`;
    this.rest.dataset.address = rest;
    this.csv.href = asked.download(this.#filters, 'csv');
    this.excel.href = asked.download(this.#filters, 'xlsx');
  }

  #numbers(page) {
    const start = this.#start;
    this.sum.textContent = this.#total === null ? '' : t('{n} 件', { n: count(this.#total) });
    this.range.textContent = start !== null && page.length
      ? t('{from}–{to} 件目', { from: count(start + 1), to: count(start + page.length) }) : '';
    const words = asked.inWords(this.#filters, this.bar.names());
    const parts = [words, this.sum.textContent, this.range.textContent,
      t('{time} 現在', { time: isoTime(japanNow()).slice(0, 16) })];
    this.paper.textContent = parts.filter(Boolean).join(' / ');
    this.back.disabled = !this.#filters.after;
    this.forth.disabled = !this.#next;
  }

  #nothing(page) {
    this.empty.hidden = page.length > 0;
    if (page.length) return;
    const more = this.#next !== null;
    const text = more ? t('ここまでには見つかりません。続きを探せます。')
      : asked.isNarrowed(this.#filters) ? t('条件に合う着信はありません。条件をゆるめてください。')
        : t('この期間の着信はありません。');
    const all = this.#filters.period !== 'all' && h('button', { class: 'btn', type: 'button',
      onclick: () => this.#change({ period: 'all', from: '', to: '' }) }, t('全期間を見る'));
    const further = () => h('button', { class: 'btn pri', type: 'button', onclick: () => this.#turn(1) }, t('続きを探す'));
    const way = more ? further() : all;
    this.empty.replaceChildren(icon('history'), h('p', {}, text), ...way ? [way] : []);
  }

  #fail(error) {
    this.table.show([], this.#filters.oldest);
    this.table.element.hidden = true;
    this.sum.textContent = '';
    this.range.textContent = '';
    const again = h('button', { class: 'btn', type: 'button', onclick: () => this.go(this.#filters) },
      icon('refresh'), t('もう一度'));
    this.empty.replaceChildren(icon('warn'), h('p', { role: 'alert' }, t('一覧を読み込めません。'), ' ',
      h('span', { class: 'data' }, error.message)), again);
    this.empty.hidden = false;
    if (!(error instanceof Refusal)) console.error(error);
  }

  #heard(envelope) {
    const call = envelope['着信記録'];
    if (!call) return;
    this.#record?.heard(call);
    if (this.table.update(call)) return;
    const isNew = envelope['種別'] === '着信' || envelope['種別'] === '終了' || envelope['種別'] === '応答';
    if (isNew && call.ID !== '0' && asked.belongs(this.#filters, call)) {
      this.#fresh.add(call.ID);
      this.#announce(this.#fresh.size);
    }
  }

  /** Rows may be gone for good, as after an erasure: they are read again, unless somebody works on them. */
  #renew() {
    const worked = this.isDirty() || this.#record || this.card.contains(document.activeElement)
      || this.card.querySelector('tbody :checked');
    if (worked) this.#announce(0);
    else this.go(this.#filters, this.#start);
  }

  #announce(number) {
    this.news.hidden = false;
    this.news.replaceChildren(icon('refresh'), number ? t('{n} 件の新しい着信', { n: number }) : t('最新の一覧を読み込む'));
  }

  async #copy() {
    if (await copy(this.rest.dataset.address)) done(t('コピーしました'));
    else {
      getSelection().selectAllChildren(this.rest);
      say(t('選んであります。Ctrl+C でコピーしてください。'));
    }
  }

  /** Opens a record beside the list; its key stands in the address meanwhile (`name` writes it there). */
  async record(id, name = stepInto) {
    if (this.#record) return;
    const beside = step => {
      const page = this.table.page();
      const at = page.findIndex(call => call.ID === id);
      return at < 0 ? null : page[at + step]?.ID ?? null;
    };
    name(`history/${id}`, asked.toAddress(this.#filters));
    this.#record = openRecord(id, { before: beside(-1), after: beside(1) });
    const other = await this.#record.closed;
    this.#record = null;
    // A link out of the record, or the way back, has changed the address already.
    if (!this.card.isConnected || place().key !== id) return;
    if (other) this.record(other, note);
    else stepOut('history', asked.toAddress(this.#filters));
  }
}

const columnChoice = () => columnsMenu({
  title: t('着信履歴の列'), text: t('列'), all: columns.ALL, chosen: columns.chosenColumns, label: columns.labelOf,
  isFixed: name => name === columns.CALLER, changed: names => keep('historyColumns', names),
});

const pageButton = (name, label, onclick) =>
  h('button', { class: 'btn sm', type: 'button', onclick, disabled: true }, icon(name), label);
