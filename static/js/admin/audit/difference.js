// What an audit row changed, field by field.
//
// Invariant: a field that is told on one side only was empty on the other.
// Never: shows more than the service wrote down (secrets are masked there).

import { h } from '../../base/dom.js';
import { t, term } from '../../base/i18n.js';
import { label } from '../menu.js';

/** What the numbers of an order are called, where the record has the name of a field or of a program. */
const OF_ORDERS = { calls: '消した着信記録', 顧客ID: '統合して消した顧客', 着信記録: '引き継いだ着信記録' };
/** A note that names a row by its address: `転送 Notification-Chat/3`. */
const ADDRESSED = /^(\S+) ([A-Z][A-Za-z-]+)\/(\d+)$/;

function parsed(text) {
  if (!text) return {};
  try {
    const value = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The fields `[{ name, before, after }]`; null where the row holds a sentence instead. */
export function fields(row) {
  const before = parsed(row['変更前']);
  const after = parsed(row['変更後']);
  if (!before || !after) return null;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.map(name => ({ name, before: before[name] ?? '', after: after[name] ?? '' }));
}

/** What a field of an audit row is called. */
export const nameIn = (row, name) => (row['操作'] === '実行' && OF_ORDERS[name] ? t(OF_ORDERS[name]) : term(name));

/** A row that holds a sentence, for people. */
export function sentence(row) {
  const text = row['変更後'] || row['変更前'];
  const [, what, uri, key] = ADDRESSED.exec(text) ?? [];
  return what ? `${term(what)} → ${label(uri)} ${key}` : term(text);
}

/** The difference as a table. */
export function difference(row) {
  const all = fields(row);
  if (!all) return h('p', { class: 'data' }, sentence(row));
  if (!all.length) return h('p', { class: 'muted' }, t('項目の変更はありません。'));
  const changed = row['操作'] === '更新';
  const heads = changed ? [t('項目'), t('変更前'), t('変更後')] : [t('項目'), t('値')];
  return h('table', { class: 'diff' },
    h('thead', {}, h('tr', {}, heads.map(text => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, all.map(({ name, before, after }) => h('tr', {}, h('th', { scope: 'row' }, nameIn(row, name)),
      changed ? [side('old', 'del', before), side('new', 'ins', after)] : side('', 'span', after || before)))));
}

const side = (kind, tag, text) => h('td', { class: `data ${kind}` },
  text === '' ? h('span', { class: 'muted' }, '—') : h(tag, {}, text));
