// The list of missed calls that wait for somebody.
//
// Invariant: a job is shown as long as a call of it waits, and follows the feed.
// Never: loses a job because the same number called again.

import { Refusal } from '../../base/api.js';
import { copy } from '../../base/clipboard.js';
import { h, icon } from '../../base/dom.js';
import { callerName, callerNumber, count, dayAndTime, moment } from '../../base/format.js';
import { t, term, useWords } from '../../base/i18n.js';
import { handlingPill } from '../../base/pills.js';
import { link, note as noteAddress } from '../../base/router.js';
import { may } from '../../base/session.js';
import { useStyle } from '../../base/style.js';
import { done, failed } from '../../base/toast.js';
import { on } from '../../live/live.js';
import { CALLS, myName } from '../records.js';
import { mayForward, openForward } from '../forward.js';
import { OPEN, OVER, Reader, dueness, jobsOf } from './jobs.js';
import * as orders from './orders.js';

const SHOWN = 40;
const MINUTE_MS = 60_000;
const SETTLE_MS = 300;

export const title = () => t('不在の対応');

const TABS = [
  ['open', '未対応', job => job.state !== '対応中'],
  ['mine', '自分の担当', job => job.who !== '' && job.who === myName()],
  ['busy', '対応中', job => job.state === '対応中'],
  ['over', '終わったもの', () => true],
];

/** Draws the list into `view`; `?tab=` chooses open, mine, busy or over. */
export async function open(view, { values }) {
  await Promise.all([useWords('history', 'work'), useStyle('records')]);
  const list = new WorkList(view);
  await list.choose(TABS.some(([name]) => name === values.tab) ? values.tab : 'open');
  return list;
}

class WorkList {
  /** Calls by ID: those that wait, or in the last tab those that are over. */
  #calls = new Map();
  #tab = 'open';
  #shown = SHOWN;
  #reader = null;
  /** How many parts were asked for beyond the first. */
  #further = 0;
  #reading = null;
  #settling = 0;
  #ends = [];

  constructor(view) {
    this.sum = h('p', { class: 'num', role: 'status' });
    this.tabs = TABS.map(([name, label]) => h('button', { type: 'button', 'aria-pressed': 'false', 'data-tab': name,
      onclick: () => this.choose(name) }, t(label), ' ', h('span', { class: 'num n' })));
    this.list = h('ul', { class: 'jobs' });
    this.hint = h('p', { class: 'small muted', role: 'status' });
    this.reach = h('div', { class: 'reach pad', hidden: true }, this.hint, h('button', { class: 'btn', type: 'button',
      'data-act': 'further', onclick: () => this.#go() }, icon('history'), t('さらに前を見る')));
    this.card = h('section', { class: 'card', 'aria-label': t('不在の対応') }, this.list, this.reach);
    view.append(h('div', { class: 'pagehead' }, h('h1', {}, t('不在の対応')), this.sum, h('span', { class: 'sp' }),
      h('div', { class: 'seg', role: 'group', 'aria-label': t('どれを見るか') }, this.tabs)), this.card);
    const clock = setInterval(() => this.#draw(), MINUTE_MS);
    this.#ends = [() => clearInterval(clock), () => clearTimeout(this.#settling), on('resync', () => this.#read()),
      ...['answered', 'ended', 'updated'].map(kind => on(kind, envelope => this.#heard(envelope['着信記録'])))];
  }

  close() {
    this.#ends.forEach(end => end());
    this.#reading?.abort();
  }

  moved({ values }) {
    this.choose(TABS.some(([name]) => name === values.tab) ? values.tab : 'open');
  }

  async choose(tab) {
    const isOther = (tab === 'over') !== (this.#tab === 'over') || this.#calls.size === 0;
    this.#tab = tab;
    this.#shown = SHOWN;
    noteAddress('work', { tab: tab === 'open' ? '' : tab });
    for (const button of this.tabs) button.setAttribute('aria-pressed', String(button.dataset.tab === tab));
    if (isOther) this.#further = 0;
    if (isOther) await this.#read();
    else this.#draw();
  }

  async #read() {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.card.setAttribute('aria-busy', 'true');
    try {
      const reader = new Reader(this.#words());
      const found = await reader.more(reading.signal);
      for (let part = 0; part < this.#further && reader.hasMore; part += 1) {
        found.push(...await reader.more(reading.signal));
      }
      this.#calls = new Map(found.map(call => [call.ID, call]));
      this.#reader = reader;
      this.#draw();
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#fail(error);
    }
    this.card.removeAttribute('aria-busy');
  }

  /** Reads further back; what is shown stays. */
  async #go() {
    const reader = this.#reader;
    this.card.setAttribute('aria-busy', 'true');
    try {
      const found = await reader.more(this.#reading.signal);
      if (reader !== this.#reader) return;
      this.#further += 1;
      for (const call of found) if (!this.#calls.has(call.ID)) this.#calls.set(call.ID, call);
      this.#shown = Math.max(this.#shown, this.list.children.length + SHOWN);
      this.#draw();
    } catch (error) {
      if (!this.#reading.signal.aborted) failed(t('一覧を読み込めません。'), error);
    }
    this.card.removeAttribute('aria-busy');
  }

  #words() {
    return this.#tab === 'over' ? OVER : OPEN;
  }

  /** A call of the feed waits now, or no longer. */
  #heard(call) {
    if (!call || call.ID === '0') return;
    if (this.#words().includes(call['対応状況'])) this.#calls.set(call.ID, call);
    else if (!this.#calls.delete(call.ID)) return;
    // The calls of a job change one after the other: it is drawn when all have.
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#draw(), SETTLE_MS);
  }

  #draw() {
    const jobs = jobsOf([...this.#calls.values()]);
    if (this.#tab === 'over') jobs.sort((a, b) => (a.last['更新日時'] < b.last['更新日時'] ? 1 : -1));
    const fits = name => TABS.find(([own]) => own === name)[2];
    for (const button of this.tabs) {
      const isKnown = this.#tab !== 'over' && button.dataset.tab !== 'over';
      const number = isKnown ? jobs.filter(fits(button.dataset.tab)).length : 0;
      button.querySelector('.n').textContent = number ? this.#counted(number) : '';
    }
    const shown = jobs.filter(fits(this.#tab));
    const calls = shown.reduce((sum, job) => sum + job.calls.length, 0);
    this.sum.textContent = shown.length
      ? t('{jobs} 件(着信 {calls} 回)', { jobs: this.#counted(shown.length), calls: this.#counted(calls) }) : '';
    const focus = this.#focus();
    this.list.replaceChildren(...shown.slice(0, this.#shown).map(job => this.#item(job)), ...this.#more(shown));
    if (!shown.length) this.list.replaceChildren(this.#nothing());
    this.#drawReach(shown);
    this.#refocus(focus);
  }

  /** A number, with + where more of these days were not read yet. */
  #counted(number) {
    return `${count(number)}${this.#reader?.isPart ? '+' : ''}`;
  }

  /** What lies further back, below the last job. */
  #drawReach(shown) {
    const { isPart = false, before = 0, hasMore = false, days } = this.#reader ?? {};
    this.reach.hidden = !hasMore || shown.length > this.#shown;
    this.hint.textContent = isPart ? t('新しい着信 {n} 回までを見ています。', { n: count(this.#calls.size) })
      : before === null ? t('{days} 日より前の着信がまだあります。', { days })
        : t('{days} 日より前の着信が {n} 回あります。', { days, n: count(before) });
  }

  /** Where the focus is, so that it stays there when the list is drawn anew. */
  #focus() {
    const item = document.activeElement?.closest?.('.job');
    if (!item || !this.list.contains(item)) return null;
    const { act: button = 'open' } = document.activeElement.dataset;
    return { key: item.dataset.key, act: button, at: [...this.list.children].indexOf(item) };
  }

  #refocus(focus) {
    if (!focus) return;
    const items = [...this.list.children];
    const same = items.find(item => item.dataset.key === focus.key) ?? items[Math.min(focus.at, items.length - 1)];
    (same?.querySelector(`[data-act="${focus.act}"]`) ?? same?.querySelector('[data-act]'))?.focus();
  }

  #more(shown) {
    if (shown.length <= this.#shown) return [];
    const more = () => { this.#shown += SHOWN; this.#draw(); };
    return [h('li', { class: 'pad' }, h('button', { class: 'btn', type: 'button', onclick: more },
      t('あと {n} 件を表示', { n: shown.length - this.#shown })))];
  }

  #nothing() {
    const texts = {
      open: t('待っている不在着信はありません。'),
      mine: t('あなたの担当はありません。「未対応」から「対応する」を選ぶとここに入ります。'),
      busy: t('対応中のものはありません。'),
      over: t('この7日間に終わったものはありません。'),
    };
    return h('li', { class: 'empty' }, icon('check'), h('p', {}, texts[this.#tab]));
  }

  #fail(error) {
    if (!(error instanceof Refusal)) console.error(error);
    this.card.removeAttribute('aria-busy');
    this.list.replaceChildren(h('li', { class: 'empty' }, icon('warn'),
      h('p', { role: 'alert' }, t('一覧を読み込めません。'), ' ', h('span', { class: 'data' }, error.message)),
      h('button', { class: 'btn', type: 'button', onclick: () => this.#read() }, icon('refresh'), t('もう一度'))));
  }

  #item(job) {
    const due = dueness(job.promised);
    const isOver = this.#tab === 'over';
    return h('li', { class: `job ${isOver ? '' : due}`, 'data-key': job.key },
      h('div', { class: 'what' },
        h('div', { class: 'pills' },
          h('a', { class: 'name data', 'data-act': 'open', href: recordOf(job.last) }, callerName(job.last)),
          handlingPill(isOver ? job.last['対応状況'] : job.state),
          promisePill(job, isOver ? '' : due),
          job.calls.length > 1 && h('span', { class: 'pill num' }, icon('missed'), t('{n} 回', { n: job.calls.length })),
          job.who && h('span', { class: 'pill' }, icon('person'), h('span', { class: 'data' }, job.who))),
        numberLine(job), times(job),
        job.memos.length > 0 && h('p', { class: 'small data memos' }, job.memos.slice(-2).join('\n'))),
      may(CALLS, 'write') && h('div', { class: 'acts left' }, isOver ? this.#again(job) : actions(job)));
  }

  #again(job) {
    return act('again', 'undo', t('未対応に戻す'), () => orders.giveBack(job));
  }
}

const recordOf = call => link(`history/${call.ID}`, { period: 'all', 相手TEL: call['相手TEL'] });

function promisePill(job, due) {
  if (!job.promised) return null;
  const word = due === 'late' ? t('予定を過ぎています') : t('折返し予定');
  return h('span', { class: `pill num ${due === 'late' ? 'bad' : due === 'soon' ? 'warn' : ''}` },
    icon(due === 'late' ? 'warn' : 'clock'), word, ' ', dayAndTime(job.promised));
}

function numberLine(job) {
  const number = job.last['相手TEL'];
  const copied = async () => { if (await copy(number)) { done(t('コピーしました')); } };
  return h('div', { class: 'numline' },
    number ? h('a', { class: 'num', href: `tel:${number}` }, icon('phone'), callerNumber(job.last))
      // Who withheld the number is called by the word that says so already.
      : callerName(job.last) !== callerNumber(job.last) && h('span', { class: 'muted' }, callerNumber(job.last)),
    number && h('button', { class: 'btn icon ghost sm', type: 'button', 'data-act': 'copy', onclick: copied,
      'aria-label': t('番号をコピー'), title: t('番号をコピー') }, icon('copy')),
    job.last['会社名'] && job.last['顧客名'] && h('span', { class: 'small muted data' }, job.last['会社名']));
}

function times(job) {
  const line = job.last['回線名'] && h('span', { class: 'data' }, job.last['回線名']);
  const span = job.calls.length > 1
    ? t('最初 {first}・最後 {last}', { first: dayAndTime(job.first['着信日時']), last: moment(job.last['着信日時']) })
    : dayAndTime(job.last['着信日時']);
  return h('div', { class: 'small muted num' }, span, line && ' · ', line);
}

const act = (name, picture, label, run, kind = '') =>
  h('button', { class: `btn sm ${kind}`, type: 'button', 'data-act': name, onclick: run }, icon(picture), label);

function actions(job) {
  const isMine = job.state === '対応中' && job.who === myName();
  const main = job.state === '対応中'
    ? [act('done', 'check', t('対応済にする'), () => orders.finish(job), 'pri')]
    : [act('take', 'person', t('対応する'), () => orders.take(job), 'pri'),
      act('done', 'check', t('対応済にする'), () => orders.finish(job))];
  return [...main,
    act('promise', 'clock', t('折返し日時'), () => orders.promise(job)),
    act('note', 'edit', t('メモ'), () => orders.note(job)),
    mayForward() ? act('forward', 'send', t('伝言'), () => openForward(job.last)) : null,
    isMine ? act('back', 'undo', t('未対応に戻す'), () => orders.giveBack(job), 'ghost')
      : act('drop', 'x', term('対応不要'), () => orders.drop(job), 'ghost')];
}
