// The charts of the statistics: from rows to pictures, tables and links.
//
// Invariant: a chart, its sentence and its table are made from the same rows.
// Never: asks the service.

import { h } from '../../base/dom.js';
import { count, isoDay, tel, weekday } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { answerRate, sums, week, WEEKDAYS } from './figures.js';
import { calls, ofCaller, ofLine, ofOperator } from './links.js';
import { hourOf } from './hour.js';
import '../../base/charts/heat.js';
import '../../base/charts/rank.js';
import '../../base/charts/stack.js';

const PARTS = () => [
  { name: t('応答'), look: 'c-ok' }, { name: t('不在'), look: 'c-bad' }, { name: t('その他'), look: 'c-rest' },
];

/** The parts of the columns, for the legend. */
export const legend = () => PARTS();

const file = (name, period) => `${name}_${isoDay(period.from)}-${isoDay(period.to)}.csv`.replaceAll('/', '');
const percent = rate => (rate === null ? '—' : `${rate.toFixed(1)}%`);

function element(name, data) {
  const chart = h(name);
  chart.data = data;
  return chart;
}

const short = date => `${date.getMonth() + 1}/${date.getDate()}`;

function columnNames({ from, to, unit }) {
  if (unit === 'day') return { label: short(from), under: weekday(from.getDay()), name: isoDay(from) };
  if (unit === 'week') return { label: short(from), under: '', name: `${isoDay(from)} – ${isoDay(to)}` };
  return { label: `${from.getMonth() + 1}`, under: String(from.getFullYear()), name: isoDay(from).slice(0, 7) };
}

/** Answered and missed calls by day (week, month). */
export function byDay(columns, period) {
  const all = columns.reduce((sum, column) => ({
    answered: sum.answered + column.answered, missed: sum.missed + column.missed, calls: sum.calls + column.calls,
  }), { answered: 0, missed: 0, calls: 0 });
  const text = t('着信 {calls} 件のうち、応答 {answered} 件、不在 {missed} 件。',
    { calls: count(all.calls), answered: count(all.answered), missed: count(all.missed) });
  const data = columns.map(column => ({
    ...columnNames(column), values: [column.answered, column.missed, column.other],
    run: column.calls ? calls(column) : null,
  }));
  return {
    chart: element('cti-stack-chart', { text, parts: PARTS(), columns: data }),
    text: [text, t('応答には「他で応答」を含みます。')].join(' '),
    table: {
      head: [t('期間'), t('着信'), ...PARTS().map(part => part.name), t('応答率')],
      rows: columns.map((column, at) => ({
        cells: [data[at].name, column.calls, column.answered, column.missed, column.other, percent(answerRate(column))],
        href: data[at].run,
      })),
    },
    file: file(t('日別'), period),
  };
}

/** Calls by weekday and hour. */
export function byHour(rows, period) {
  const { first, last, cells } = week(rows);
  const hours = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  let best = { value: 0 };
  const lines = cells.map((line, at) => {
    const { day } = WEEKDAYS[at];
    return { label: weekday(day), cells: line.map((value, index) => {
      const name = t('{day}曜 {hour}時台', { day: weekday(day), hour: hours[index] });
      if (value > best.value) best = { value, name };
      return { value, name, run: () => hourOf(period, day, hours[index], name) };
    }) };
  });
  const text = t('最も多いのは{name}の {n} 件です。', { name: best.name, n: count(best.value) });
  return {
    chart: element('cti-heatmap', { text: [t('曜日と時間帯の着信'), text].join(' '), columns: hours.map(String), rows: lines }),
    text,
    table: {
      head: [t('曜日'), ...hours.map(hour => `${hour}:00`)],
      rows: lines.map(line => ({
        cells: [line.label, ...line.cells.map(cell => cell.value)], runs: line.cells.map(cell => cell.run),
      })),
    },
    file: file(t('曜日と時間'), period),
  };
}

/** The numbers that called most. */
export function topCallers(rows, period) {
  const entries = rows.map(row => {
    const [number, name] = [row['相手TEL'], row['顧客名'] || row['会社名']];
    return {
      name: name || (number ? t('番号未登録') : t('番号なし')), own: Boolean(name), value: Number(row['件数']),
      under: tel(number), company: row['顧客名'] ? row['会社名'] : '',
      href: number ? ofCaller(period, { customer: row['顧客ID'], number }) : null,
    };
  });
  return {
    chart: element('cti-rank', entries),
    table: {
      head: [t('相手'), t('会社名'), t('電話番号'), t('件数')],
      rows: entries.map(({ name, company, under, value, ...row }) => ({
        cells: [name, company, under, value], own: row.own, href: row.href,
      })),
    },
    file: file(t('着信の多い相手'), period),
  };
}

function ranked(rows, title, period, entry) {
  const entries = rows.map(row => {
    const all = sums([row]);
    const rate = answerRate(all);
    return { ...entry(row), value: all.calls, all, rate,
      under: rate === null ? '' : t('応答率 {rate}', { rate: percent(rate) }) };
  }).sort((one, other) => other.value - one.value);
  return {
    chart: element('cti-rank', entries),
    table: {
      head: [title, t('着信'), ...PARTS().map(part => part.name), t('応答率')],
      rows: entries.map(({ name, own, href, all, rate }) => ({
        cells: [name, all.calls, all.answered, all.missed, all.other, percent(rate)], own, href,
      })),
    },
    file: file(title, period),
  };
}

/** Calls by line. */
export const byLine = (rows, period) => ranked(rows, t('回線'), period, row => ({
  name: row['回線名'] || (row['回線No'] === '0' ? t('回線不明') : t('回線 {n}', { n: row['回線No'] })),
  own: Boolean(row['回線名']),
  href: ofLine(period, row['回線No']),
}));

/** Calls by the person who handled them. */
export const byOperator = (rows, period) => ranked(rows, t('対応者'), period, row => ({
  name: row['対応者'] || t('(記入なし)'), own: Boolean(row['対応者']),
  href: row['対応者'] ? ofOperator(period, row['対応者']) : null,
}));
