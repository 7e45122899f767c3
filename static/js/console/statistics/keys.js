// The key figures of a period beside those of the period before.
//
// Invariant: whether a change is good is said by a word and a sign, not by colour alone.
// Never: compares with a period that had no calls.

import { h, icon } from '../../base/dom.js';
import { count } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { answerRate } from './figures.js';
import '../../base/charts/spark.js';

const sign = (number, text) => `${number > 0 ? '+' : number < 0 ? '−' : '±'}${text}`;

function card(label, value, unit, below, trend) {
  const spark = trend && h('cti-spark');
  if (spark) spark.data = trend;
  return h('li', { class: 'card kpi' }, h('div', { class: 'l' }, label),
    h('div', { class: 'v num' }, value, unit && h('small', {}, unit)), h('div', { class: 'd' }, below), spark);
}

/** How a number went: `good` 1 = more is better, −1 = less is better, 0 = neither. */
function change(difference, text, good) {
  const rounded = Math.round(difference * 10) / 10;
  const kind = rounded === 0 || good === 0 ? '' : rounded * good > 0 ? 'better' : 'worse';
  const word = { better: t('改善'), worse: t('悪化') }[kind];
  return h('span', { class: `delta ${kind}` }, rounded !== 0 && icon(rounded > 0 ? 'up' : 'dn'),
    h('span', {}, t('前の期間より {change}', { change: sign(rounded, text) })),
    word && h('span', { class: 'sr' }, word));
}

const nothing = () => h('span', { class: 'muted' }, t('前の期間は着信なし'));

/** Draws the figures: `now` and `old` are sums, `columns` those of the charts, `open` what waits (or null). */
export function keyFigures({ now, old, columns, open }) {
  const compared = make => (old.calls > 0 ? make() : nothing());
  const [rate, was] = [answerRate(now), answerRate(old)];
  const points = Math.abs((rate ?? 0) - (was ?? 0)).toFixed(1);
  const seconds = now.ring !== null && old.ring !== null ? now.ring - old.ring : null;
  return h('ul', { class: 'kpis', 'aria-label': t('主な数字') },
    card(t('着信'), count(now.calls), t('件'),
      compared(() => change(Math.round(((now.calls - old.calls) / old.calls) * 100),
        `${Math.abs(((now.calls - old.calls) / old.calls) * 100).toFixed(0)}%`, 0)),
      columns.map(column => column.calls)),
    card(t('応答率'), rate === null ? '—' : rate.toFixed(1), rate === null ? '' : '%',
      rate === null ? null : was === null ? nothing() : change(rate - was, t('{n} ポイント', { n: points }), 1),
      columns.map(answerRate).filter(each => each !== null)),
    card(t('不在'), count(now.missed), t('件'),
      compared(() => change(now.missed - old.missed, count(Math.abs(now.missed - old.missed)), -1)),
      columns.map(column => column.missed)),
    card(t('平均呼出時間'), now.ring === null ? '—' : now.ring.toFixed(1), now.ring === null ? '' : t('秒'),
      now.ring === null ? null : seconds === null ? nothing()
        : change(seconds, t('{n} 秒', { n: Math.abs(seconds).toFixed(1) }), -1)),
    waitingCard(open));
}

function waitingCard(open) {
  if (!open) return card(t('対応待ち(いま)'), '—', '', null);
  const shown = number => (number === null ? t('多数') : count(number));
  const all = open.open === null || open.back === null ? null : open.open + open.back;
  return card(t('対応待ち(いま)'), shown(all), all === null ? '' : t('件'),
    h('a', { href: link('work') },
      t('未対応 {open} ・ 折返し要 {back}', { open: shown(open.open), back: shown(open.back) })));
}
