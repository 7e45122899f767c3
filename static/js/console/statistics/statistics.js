// Statistics: how many calls came in, when, from whom, and how many were answered.
//
// Invariant: every figure is the service's sum for the days in the address; what failed says so in its place.
// Never: looks at single calls.

import { h, icon } from '../../base/dom.js';
import { isoDay, isoTime, moment } from '../../base/format.js';
import { japanNow } from '../../base/japan.js';
import { t, useWords } from '../../base/i18n.js';
import { link, note } from '../../base/router.js';
import { useStyle } from '../../base/style.js';
import { panel } from '../../base/charts/panel.js';
import { on } from '../../live/live.js';
import * as charts from './charts.js';
import { columns, sums } from './figures.js';
import { keyFigures } from './keys.js';
import { before, fromAddress, isCurrent, toAddress } from './period.js';
import { periodBar } from './choice.js';
import { callers, sumsBy, waiting } from './requests.js';

/** While calls come in the figures are read again so often at most. */
const REFRESH_MS = 10_000;
const LONGEST = 30;

export const title = () => t('統計');

/** What a panel without rows says: where calls came in, these had no number or nobody's name. */
const nothing = name => ({
  caller: t('この期間に、番号の分かる着信はありません。'),
  operator: t('この期間に、対応者の入った着信はありません。'),
}[name] ?? t('この期間の着信はありません。'));

/** Draws the statistics into `view`. */
export async function open(view, { values }) {
  await Promise.all([useWords('statistics'), useStyle('statistics')]);
  const screen = new Statistics(view, fromAddress(values));
  screen.load();
  const ends = ['ended', 'resync'].map(kind => on(kind, () => screen.soon()));
  return {
    close() {
      ends.forEach(end => end());
      screen.close();
    },
    moved: ({ values: changed }) => screen.choose(fromAddress(changed), false),
  };
}

class Statistics {
  #panels = {
    day: panel(t('応答と不在'), { legend: charts.legend() }),
    hour: panel(t('曜日と時間帯の着信')),
    caller: panel(t('着信の多い相手')),
    line: panel(t('回線別')),
    operator: panel(t('対応者別')),
  };
  #keys = h('div', { class: 'keyfigures', 'aria-live': 'off' });
  #empty = h('div', { class: 'nothing', hidden: true });
  #span = h('p', { class: 'num' });
  #fresh = h('p', { class: 'small' });
  #request = new AbortController();
  #timer = 0;
  #loadedAt = 0;

  constructor(view, period) {
    this.period = period;
    this.bar = periodBar(period, chosen => this.choose(chosen, true));
    const { day, hour, caller, line, operator } = this.#panels;
    this.charts = h('div', { class: 'grid2' }, h('div', { class: 'col' }, day.root, hour.root),
      h('div', { class: 'col' }, caller.root, line.root, operator.root));
    view.append(h('div', { class: 'pagehead' }, h('h1', {}, t('統計')), this.#span, this.#fresh,
      h('span', { class: 'sp' }), this.bar.root,
      h('button', { class: 'btn wide', type: 'button', onclick: () => print() }, icon('file'), t('印刷'))),
    this.bar.dates, this.#keys, this.#empty, this.charts);
  }

  /** Another period; `told` = the address is still to be changed. */
  choose(period, told) {
    this.period = period;
    if (told) note('statistics', toAddress(period));
    else this.bar.show(period);
    this.load();
  }

  /** Reads the figures again when a call ended, but not too often. */
  soon() {
    if (!isCurrent(this.period) || this.#timer) return;
    const wait = Math.max(0, this.#loadedAt + REFRESH_MS - Date.now());
    this.#timer = setTimeout(() => this.load(), wait);
  }

  close() {
    clearTimeout(this.#timer);
    this.#request.abort();
  }

  load() {
    this.close();
    this.#timer = 0;
    this.#loadedAt = Date.now();
    this.#request = new AbortController();
    const { signal } = this.#request;
    const { period } = this;
    // Days up to today move on with the clock.
    if (period.days) this.period = fromAddress({ days: period.days });
    this.#span.textContent = `${isoDay(this.period.from)} – ${isoDay(this.period.to)}`;
    const days = sumsBy('day', this.period, signal);
    this.#fill('day', days, rows => charts.byDay(columns(rows, this.period), this.period));
    this.#fill('hour', sumsBy('hour', this.period, signal), rows => charts.byHour(rows, this.period));
    this.#fill('line', sumsBy('line', this.period, signal), rows => charts.byLine(rows, this.period));
    this.#fill('operator', sumsBy('operator', this.period, signal), rows => charts.byOperator(rows, this.period));
    this.#fill('caller', callers(this.period, signal), rows => charts.topCallers(rows, this.period));
    this.#figures(days, signal);
  }

  async #fill(name, asked, made) {
    try {
      const rows = await asked;
      if (rows.length === 0) this.#panels[name].empty(nothing(name));
      else this.#panels[name].show(made(rows));
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.#panels[name].fail(error.message);
    }
  }

  async #figures(days, signal) {
    try {
      const [rows, old, open] = await Promise.all([days, sumsBy('day', before(this.period), signal),
        waiting(signal).catch(() => null)]);
      const now = sums(rows);
      this.#keys.replaceChildren(keyFigures({
        now, old: sums(old), columns: columns(rows, this.period), open,
      }));
      this.#fresh.textContent = t('{time} 現在', { time: moment(isoTime(japanNow())) });
      this.#show(now.calls > 0);
    } catch (error) {
      if (error.name !== 'AbortError') this.#keys.replaceChildren();
    }
  }

  #show(some) {
    this.charts.hidden = !some;
    this.#empty.hidden = some;
    if (some) return;
    const longer = this.period.days !== LONGEST
      && h('a', { class: 'btn', href: link('statistics', { days: LONGEST }) }, t('30 日間で見る'));
    this.#empty.replaceChildren(h('section', { class: 'card empty' }, icon('chart'),
      h('p', {}, t('この期間の着信はありません。電話が鳴ると、ここに集計されます。')), longer));
  }
}
