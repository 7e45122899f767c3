// What an audit row changed, field by field.
//
// Invariant: a field that is told on one side only was empty on the other.
// Never: shows more than the service wrote down (secrets are masked there).

import { h } from '../../base/dom.js';
import { t, term } from '../../base/i18n.js';

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

/** The difference as a table. */
export function difference(row) {
  const all = fields(row);
  if (!all) return h('p', { class: 'data' }, row['変更後'] || row['変更前']);
  if (!all.length) return h('p', { class: 'muted' }, t('項目の変更はありません。'));
  const changed = row['操作'] === '更新';
  const heads = changed ? [t('項目'), t('変更前'), t('変更後')] : [t('項目'), t('値')];
  return h('table', { class: 'diff' },
    h('thead', {}, h('tr', {}, heads.map(text => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, all.map(({ name, before, after }) => h('tr', {}, h('th', { scope: 'row' }, term(name)),
      changed ? [side('old', 'del', before), side('new', 'ins', after)] : side('', 'span', after || before)))));
}

const side = (kind, tag, text) => h('td', { class: `data ${kind}` },
  text === '' ? h('span', { class: 'muted' }, '—') : h(tag, {}, text));
