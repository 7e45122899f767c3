// How a call from a number would be treated now, in words.
//
// Invariant: asked of the service at the moment it is shown; nothing is recorded and nobody is told.
// Never: guesses.

import { request, REST } from '../../base/api.js';
import { h, icon } from '../../base/dom.js';
import { count, moment, tel } from '../../base/format.js';
import { open } from '../../base/dialog.js';
import { t, term } from '../../base/i18n.js';
import { failed } from '../../base/toast.js';
import { categoryOf, nameOf } from './person.js';

/** Asks the service about a number: the answer of `/Caller/(number)`. */
export const foresee = async (number, signal) =>
  (await request('GET', `${REST}/Caller/${encodeURIComponent(number)}`, { signal })).data;

const MATCHES = { 完全一致: '番号が登録されています', 候補: '下 9 桁が同じ顧客です(候補)', なし: '登録のない番号です' };

/** Explains it in a dialog. */
export async function explain(number) {
  try {
    const told = await foresee(number);
    open(t('この番号から着信すると'), h('div', { class: 'stack treat' }, content(told)));
  } catch (error) {
    failed(t('調べられません'), error);
  }
}

function content(told) {
  const kinds = [categoryOf(told), told['地域'] && h('span', { class: 'data' }, told['地域'])].filter(Boolean);
  const match = told['一致'];
  return [
    h('p', {}, h('b', { class: 'num big' }, told['ハイフン付き'] || tel(told['正規化番号'])), ' ',
      h('span', { class: 'muted small' }, kinds.flatMap((part, at) => (at ? [' · ', part] : [part])))),
    h('dl', { class: 'told' },
      part(t('だれか'), t(MATCHES[match] ?? 'わかりません'), people(told['顧客'])),
      part(t('発信者ルール'), rule(told['ルール'][0])),
      part(t('画面'), told['画面表示'] === 'True' ? t('着信デスクに出ます') : t('着信デスクに出ません')),
      part(t('通知'), targets(told['通知先'])),
      part(t('これまでの着信'), t('{n} 件', { n: count(told['着信回数計']) }))),
    h('p', { class: 'small muted' }, t('いまの設定で調べた結果です。記録も通知もしていません。')),
  ];
}

const part = (name, ...what) => h('div', {}, h('dt', {}, name), h('dd', {}, what));

const people = found => found.length > 0 && h('ul', {}, found.map(({ 行: row }, at) =>
  h('li', {}, h('span', { class: 'data' }, nameOf(row)), at === 0 && found.length > 1
    && h('span', { class: 'small muted' }, ' ', t('(先に表示)')))));

const rule = found => (found
  ? [term(found['動作']), found['名称'] && h('span', { class: 'data' }, ` (${found['名称']})`)]
  : t('なし'));

function targets(found) {
  if (found.length === 0) return t('だれにも通知しません');
  return h('ul', {}, found.map(target => h('li', {}, icon('send'),
    h('span', {}, h('span', { class: 'data' }, target['宛先名']), ' ',
      h('span', { class: 'small muted' }, `${term(target['タイミング'])}`),
      target['理由'] && h('span', { class: 'small muted data' }, ` ${moment(target['次回試行日時'])} ${target['理由']}`)))));
}
