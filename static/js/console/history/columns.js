// The columns of the call history: which there are, which are shown, and in which order.
//
// Invariant: the caller always has a column (its name opens the record); an unknown name in somebody's choice is
// left out.
// Never: draws what can be written (table.js does).

import { dayAndTime, duration, tel } from '../../base/format.js';
import { h } from '../../base/dom.js';
import { t, term } from '../../base/i18n.js';
import { handlingPill, statePill } from '../../base/pills.js';
import { setting } from '../../base/settings.js';

/** The column that opens the record. */
export const CALLER = '相手';
/** The column of the time, by which the list is in order. */
export const TIME = '着信日時';
/** The column that is written in its place. */
export const MEMO = 'メモ';
/** The columns as delivered. */
const USUAL = ['状態', TIME, CALLER, '回線名', '秒数', '対応状況', '対応者', MEMO];
/** All that can be shown. */
export const ALL = [...USUAL, '会社名', 'タグ', '折返し日時', '番号通知', '着信TEL', '着信種別', '相手表示名', '終了日時',
  '通知結果', '更新日時', 'ID'];
const NAMES = { [CALLER]: '相手', [TIME]: '日時', 回線名: '回線', 秒数: '秒数' };
/** Classes of cells, for the narrow layout; what was added by choice has its label before it there. */
const CLASSES = {
  状態: 'st', [TIME]: 'num at', [CALLER]: 'caller', 回線名: 'data ln', 秒数: 'num r sec', 対応状況: 'hd', 対応者: 'data op',
  [MEMO]: 'memo',
};
/** Columns that hold no text of the office. */
const PLAIN = new Set(['番号通知', '着信TEL', 'ID']);
const TIMES = new Set([TIME, '折返し日時', '終了日時', '更新日時']);

/** The names of the shown columns in their order. */
export function chosenColumns() {
  const own = setting('historyColumns');
  const names = Array.isArray(own) ? own.filter(name => ALL.includes(name)) : USUAL;
  return names.includes(CALLER) ? names : [CALLER, ...names];
}

/** What stands above a column. */
export const labelOf = name => (NAMES[name] ? t(NAMES[name]) : term(name));

/** The cell of a column; `own[name](call)` are those that somebody else draws. */
export function cellOf(name, call, own) {
  const cls = CLASSES[name] ?? (TIMES.has(name) || PLAIN.has(name) ? 'num extra' : 'data extra');
  const content = own[name] ? own[name](call) : plain(name, call);
  return h('td', { class: cls, 'data-label': CLASSES[name] ? null : labelOf(name) }, content);
}

function plain(name, call) {
  if (TIMES.has(name)) return dayAndTime(call[name]);
  switch (name) {
    case '状態': return statePill(call[name]);
    case '対応状況': return handlingPill(call[name]);
    case '回線名': return call[name] || (call['回線No'] === '0' ? '' : call['回線No']);
    case '秒数': return seconds(call);
    case '着信TEL': return tel(call[name]);
    case '番号通知': return term(call[name]);
    case '通知結果': return h('span', { title: call[name] || null }, call[name]);
    default: return call[name];
  }
}

/** How long it rang, or how long they spoke where a source can tell. */
function seconds(call) {
  if (call['通話秒数'] !== '') return [t('通話'), ' ', duration(call['通話秒数'])];
  return call['呼出秒数'] === '' ? '' : duration(call['呼出秒数']);
}
