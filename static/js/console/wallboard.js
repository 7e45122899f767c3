// The wallboard: what everybody in the room can see from afar.
//
// Invariant: read-only, and never older than REFRESH_MS while the feed is live.
// Never: shows memos or notes about customers.

import { REST, request, rows } from '../base/api.js';
import { h, icon } from '../base/dom.js';
import {
  callerName, callerNumber, count, dayAgo, duration, isoDay, moment, stateLook, weekday,
} from '../base/format.js';
import { rankPill } from '../base/pills.js';
import { t, term, useWords } from '../base/i18n.js';
import { instant, japanNow } from '../base/japan.js';
import { onKey } from '../base/keys.js';
import { go, link } from '../base/router.js';
import { useStyle } from '../base/style.js';
import { failed } from '../base/toast.js';
import { CALLS, WAITING, recentCalls, ringing, watch } from './calls.js';
import { feedState } from './desk/state.js';
import { lineMark } from './desk/look.js';
import { OPEN_DAYS } from './work/tally.js';
import { chosen } from './desk/opened.js';
import { answerRate, sums } from './statistics/figures.js';

const REFRESH_MS = 60_000;
const SETTLE_MS = 1_500;
const TICK_MS = 1_000;
const RINGING_MAX = 4;
const WAITING_MAX = 8;
const LAST_MAX = 8;
const MINUTES_A_DAY = 1_440;

export const title = () => t('壁掛け表示');

/** Draws the wallboard into `view`. */
export async function open(view) {
  await Promise.all([useWords('desk'), useStyle('wallboard')]);
  const board = new Board(view);
  return { close: () => board.close() };
}

class Board {
  #late = 0;

  constructor(view) {
    document.body.classList.add('bare');
    this.state = feedState();
    this.clock = h('div', { class: 'clock num' });
    this.now = h('ul', { class: 'now' });
    this.kpis = h('dl', { class: 'figures' });
    this.waiting = h('ul', { class: 'rows' });
    this.last = h('ul', { class: 'rows' });
    view.append(h('h1', { class: 'sr' }, t('壁掛け表示')), this.#head(), this.kpis, h('div', { class: 'boards' },
      panel(t('着信中'), this.now, 'ring'), panel(t('対応待ちの不在着信'), this.waiting),
      panel(t('直近の着信'), this.last)));
    this.ends = [
      watch(() => this.#changed()), this.state.end,
      onKey('Escape', t('壁掛け表示を閉じる'), () => go('desk'), { shown: 'Esc' }),
    ];
    this.timer = setInterval(() => this.#tick(), TICK_MS);
    this.refresh = setInterval(() => this.#load(), REFRESH_MS);
    this.#draw();
    this.#load();
  }

  #head() {
    const whole = h('button', {
      class: 'btn', type: 'button', onclick: () => (document.fullscreenElement ? document.exitFullscreen()
        : document.documentElement.requestFullscreen()).catch(error => failed(t('全画面にできません'), error)),
    }, icon('screen'), t('全画面'));
    return h('div', { class: 'boardhead' }, this.clock, h('span', { class: 'sp' }), this.state.element, whole,
      h('a', { class: 'btn', href: link('desk') }, t('着信デスクへ'), h('kbd', { 'aria-hidden': 'true' }, 'Esc')));
  }

  close() {
    document.body.classList.remove('bare');
    clearInterval(this.timer);
    clearInterval(this.refresh);
    clearTimeout(this.#late);
    for (const end of this.ends) end();
    if (document.fullscreenElement) document.exitFullscreen();
  }

  #changed() {
    this.#draw();
    clearTimeout(this.#late);
    this.#late = setTimeout(() => this.#load(), SETTLE_MS);
  }

  #draw() {
    const calls = ringing();
    const more = calls.length - RINGING_MAX;
    this.now.replaceChildren(...calls.slice(0, RINGING_MAX).map(rings),
      ...more > 0 ? [h('li', { class: 'more' }, t('ほか {n} 件', { n: more }))] : [],
      ...calls.length ? [] : [h('li', { class: 'empty' }, icon('phone'), t('着信を待っています'))]);
    const done = recentCalls().filter(call => call['状態'] !== '呼出中').slice(0, LAST_MAX);
    this.last.replaceChildren(...done.map(call => line(call, moment(call['着信日時']), term(call['状態']))));
    this.#tick();
  }

  #tick() {
    const now = japanNow();
    this.clock.replaceChildren(h('span', { class: 'day' }, `${isoDay(now)}(${weekday(now.getDay())})`), ' ',
      `${String(now.getHours()).padStart(2, '0')}:${String(now.getMinutes()).padStart(2, '0')}`);
    for (const place of this.now.querySelectorAll('[data-heard]')) {
      place.textContent = duration((Date.now() - Number(place.dataset.heard)) / 1000);
    }
  }

  async #load() {
    const day = isoDay(japanNow());
    try {
      const [days, open, back] = await Promise.all([
        request('GET', `${REST}/Statistics`, { values: { from: day, to: day, by: 'day' } }),
        ...WAITING.map(word => rows(CALLS,
          { 対応状況: word, from: dayAgo(OPEN_DAYS), limit: WAITING_MAX, order: 'desc' })),
      ]);
      this.#figures(sums(days.data), open, back);
      const waiting = [...open, ...back].sort((a, b) => Number(b.ID) - Number(a.ID)).slice(0, WAITING_MAX);
      this.waiting.replaceChildren(...waiting.map(call => line(call, waits(call), term(call['対応状況']))),
        ...waiting.length ? [] : [h('li', { class: 'empty' }, icon('check'), t('対応待ちはありません'))]);
    } catch { /* the banner of the feed says that the server is away; the next turn tries again */ }
  }

  #figures(today, open, back) {
    const rate = answerRate(today);
    const figures = [
      [t('今日の着信'), count(today.calls), t('件')],
      [t('応答率'), rate === null ? '—' : rate.toFixed(1), rate === null ? '' : '%'],
      [t('今日の不在'), count(today.missed), t('件'), today.missed > 0],
      [t('対応待ち'), count((open.total ?? open.length) + (back.total ?? back.length)), t('件'), open.length > 0],
      [t('平均呼出'), today.ring === null ? '—' : today.ring.toFixed(1), today.ring === null ? '' : t('秒')],
    ];
    this.kpis.replaceChildren(...figures.map(([label, value, unit, hot]) =>
      h('div', { class: hot ? 'figure hot' : 'figure' }, h('dt', {}, label),
        h('dd', { class: 'num' }, value, h('small', {}, unit)))));
  }
}

const panel = (name, content, kind = '') =>
  h('section', { class: `card board ${kind}`, 'aria-label': name }, h('header', {}, h('h2', {}, name)), content);

function rings(card) {
  const { call, heardAt } = card;
  return h('li', { class: 'bigcall' }, h('span', { class: 'bell' }, icon('bell')),
    h('span', { class: 'two' }, h('span', { class: 'who data' }, callerName(call)),
      h('span', { class: 'sub' }, call['相手TEL'] && h('span', { class: 'num' }, callerNumber(call)),
        rankPill(chosen(card) ?? card.guess),
        lineMark(call))),
    h('span', { class: 't num', 'data-heard': heardAt }));
}

function line(call, when, word) {
  const look = stateLook(call['状態']);
  return h('li', {}, h('span', { class: `ico ${look.kind}` }, icon(look.icon)),
    h('span', { class: 'two' }, h('span', { class: 'nm data' }, callerName(call)),
      h('span', { class: 'muted num' }, call['相手TEL'] ? callerNumber(call) : call['回線名'])),
    h('span', { class: 'two r' }, h('b', { class: 'num' }, when), h('span', { class: 'muted' }, word)));
}

/** How long a caller has been waiting for somebody to call back. */
function waits(call) {
  const minutes = Math.max(0, Math.floor((Date.now() - instant(call['着信日時'])) / 60_000));
  if (minutes < 60) return t('{n} 分', { n: minutes });
  if (minutes < MINUTES_A_DAY) return t('{n} 時間', { n: Math.floor(minutes / 60) });
  return t('{n} 日', { n: Math.floor(minutes / MINUTES_A_DAY) });
}
