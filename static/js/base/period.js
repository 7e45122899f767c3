// A period of whole days: one that moves with the calendar, or from … to ….
//
// Invariant: two days the wrong way round mean the same period; an open end is ''.
// Never: asks for a list itself.

import { dateField } from './datefield.js';
import { freshId, h } from './dom.js';
import { dashed, isoDay, parsed } from './format.js';
import { t, useWords } from './i18n.js';
import { daysAfter, japanNow } from './japan.js';

await useWords('period');

/** Periods that move with the calendar: their name in the address → days back of first and last day. */
const MOVING = { today: [0, 0], yesterday: [1, 1], '7d': [6, 0], '30d': [29, 0] };
const WORDS = [
  ['today', '今日'], ['yesterday', '昨日'], ['7d', '7日間'], ['30d', '30日間'], ['all', 'すべて'],
  ['range', '期間を指定'],
];

/** What a period is called in an address. */
export const PERIOD_NAMES = ['period', 'from', 'to'];
const slashed = text => (parsed((text ?? '').replaceAll('-', '/')) ? text.replaceAll('-', '/').slice(0, 10) : '');

/** A period from the screen's address: `{ period, from, to }`; `usual` = where it names none. */
export function periodFrom({ period, from, to }, usual = 'all') {
  const [first, last] = [slashed(from), slashed(to)];
  if (from || to) return { period: 'range', from: first, to: last };
  return { period: period in MOVING || period === 'all' ? period : usual, from: '', to: '' };
}

/** The part of the screen's address that says the same. */
export function periodTo({ period, from, to }, usual = 'all') {
  return period === 'range' ? { from: dashed(from), to: dashed(to) } : { period: period === usual ? '' : period };
}

/** First and last day, '' = open. */
export function daysOf({ period, from, to }) {
  if (period === 'range') return { from, to };
  const back = MOVING[period];
  if (!back) return { from: '', to: '' };
  const today = japanNow();
  return { from: isoDay(daysAfter(today, -back[0])), to: isoDay(daysAfter(today, -back[1])) };
}

/** Parameters of a request for its rows: `{ from, to }`, '' = open. */
export function askedFor(period) {
  const { from, to } = daysOf(period);
  return { from: dashed(from), to: dashed(to) };
}

/** The choice and its two days: `{ elements, show(period) }`; `changed` gets `{ period, from, to }`. */
export function periodFields(changed) {
  const id = freshId('period');
  const select = h('select', { id, name: 'period', onchange: () => chosen() },
    WORDS.map(([value, text]) => h('option', { value }, t(text))));
  const from = dateField({ label: t('開始日'), onchange: () => ranged() });
  const to = dateField({ label: t('終了日'), onchange: () => ranged() });
  let shown = { period: 'all', from: '', to: '' };

  function chosen() {
    // Whoever wants other days begins with those that are shown.
    changed({ period: select.value, ...select.value === 'range' ? daysOf(shown) : { from: '', to: '' } });
  }

  function ranged() {
    if (!from.check() || !to.check()) return;
    const [first, last] = [from.value, to.value];
    const turned = first && last && first > last;
    changed({ period: 'range', from: turned ? last : first, to: turned ? first : last });
  }

  return {
    elements: [h('div', { class: 'f' }, h('label', { for: id }, t('期間')), select), from, to],
    show(period) {
      shown = period;
      select.value = period.period;
      for (const [field, name] of [[from, 'from'], [to, 'to']]) {
        field.hidden = period.period !== 'range';
        field.value = period[name];
      }
    },
  };
}
