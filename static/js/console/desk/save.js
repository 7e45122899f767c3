// Saving a memo so that nobody's words are lost.
//
// Invariant: a write names the version it changes; a field that two people changed is asked about.
// Never: tries more than TRIES_MAX times.

import { change, Refusal, row } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { open } from '../../base/dialog.js';
import { t, term } from '../../base/i18n.js';
import { CALLS } from '../calls.js';

const CHANGED_MEANWHILE = 412;
const TRIES_MAX = 5;

/**
 * Writes `mine` (what the user changed) over a record that had `base` when he began; the fields of `yielding` only
 * where nothing stands. Answers the record as it is then, or null where he left the question what to keep.
 */
export async function save(id, { base, mine, yielding = [] }) {
  for (let turn = 0; turn < TRIES_MAX; turn += 1) {
    const { row: now, etag } = await row(CALLS, id);
    if (!now) throw new Refusal(404, t('この着信記録はもうありません。'));
    const both = Object.keys(mine).filter(field =>
      field in base && now[field] !== base[field] && now[field] !== mine[field]);
    const answer = both.length ? await ask(now, mine, both) : mine;
    if (!answer) return null;
    const wanted = without(answer, yielding.filter(field => now[field]));
    try {
      if (Object.keys(wanted).length > 0) await change(CALLS, id, wanted, etag);
      return (await row(CALLS, id)).row;
    } catch (error) {
      if (error.status !== CHANGED_MEANWHILE) throw error;
      // What was decided holds; only a later change is asked about again.
      base = { ...base, ...Object.fromEntries(both.map(field => [field, now[field]])) };
      mine = wanted;
    }
  }
  throw new Refusal(CHANGED_MEANWHILE, t('ほかの人が続けて保存しています。少し待ってから保存してください。'));
}

/** Shows both versions and answers what is to be written, or null. */
async function ask(theirs, mine, fields) {
  const button = (value, label, main) =>
    h('button', { class: main ? 'btn pri' : 'btn', type: 'submit', value }, label);
  const content = h('form', { method: 'dialog', class: 'stack clash' },
    h('p', {}, t('あなたが書いている間に、ほかの人がこの着信を保存しました。どちらを残しますか。')),
    h('div', { class: 'scroll' }, h('table', { class: 't' },
      h('thead', {}, h('tr', {}, [t('項目'), t('ほかの人'), t('あなた')].map(name =>
        h('th', { scope: 'col' }, h('span', {}, name))))),
      h('tbody', {}, fields.map(field => h('tr', {}, h('th', { scope: 'row' }, h('span', {}, term(field))),
        h('td', { class: 'data wrap' }, theirs[field] || '—'), h('td', { class: 'data wrap' }, mine[field] || '—')))))),
    h('div', { class: 'acts' }, button('', t('やめる')), button('theirs', t('ほかの人の内容を残す')),
      button('mine', t('自分の内容で上書き')), fields.includes('メモ') && button('both', t('メモを両方残す'), true)));
  const { closed } = open(t('ほかの人も保存しています'), content, { wide: true });
  const answer = await closed;
  if (answer === 'mine') return mine;
  if (answer === 'theirs') return without(mine, fields);
  if (answer === 'both') return { ...without(mine, fields.filter(field => field !== 'メモ')), ...joined(theirs, mine) };
  return null;
}

const without = (mine, fields) => Object.fromEntries(Object.entries(mine).filter(([field]) => !fields.includes(field)));

/** The other person's text first, then one's own, unless it holds it already. */
function joined(theirs, mine) {
  const [first, then] = [theirs['メモ'], mine['メモ']];
  if (!first || then.includes(first)) return { メモ: then };
  return { メモ: first.includes(then) ? first : `${first}\n${then}` };
}
