// One operation: what it takes, what it answers.
//
// Invariant: every parameter, field and answer of the page is shown.
// Never: sends anything (trial.js does).

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { card } from '../parts.js';
import { kind } from './document.js';
import { trial } from './trial.js';
import { verb } from './explorer.js';

/** The parts of an operation's page. */
export function detail(operation) {
  const { method, path, summary, text, group } = operation;
  return [
    h('section', { class: 'card' }, h('div', { class: 'body stack' },
      h('p', { class: 'small muted data', lang: 'ja' }, group),
      h('h2', { class: 'optitle' }, verb(method), h('code', { class: 'data' }, breakable(path))),
      h('p', { class: 'data', lang: 'ja' }, [summary, text].filter(Boolean).join('。')))),
    trial(operation),
    parameters(operation), fields(operation), answers(operation),
  ].filter(Boolean);
}

/** A path that may break behind its slashes. */
const breakable = path => path.split('/').flatMap((part, at) => (at ? ['/', h('wbr'), part] : [part]));

function table(name, heads, rows) {
  return card(name, h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': name },
    h('table', { class: 't optable' },
      h('thead', {}, h('tr', {}, heads.map(text => h('th', { scope: 'col' }, h('span', {}, text))))),
      h('tbody', {}, rows))));
}

const data = (text, cls = '') => h('td', { class: `data wrap ${cls}`, lang: 'ja' }, text);

function parameters({ parameters: list }) {
  if (!list.length) return null;
  const places = { path: t('パス'), query: t('クエリー'), header: t('ヘッダー') };
  return table(t('パラメーター'), [t('名前'), t('場所'), t('値'), t('意味')], list.map(each => h('tr', {},
    h('th', { scope: 'row', class: 'data' }, each.schema.type === 'object' ? t('項目名') : each.name,
      each.required && must()),
    h('td', {}, places[each.in] ?? each.in), data(kind(each.schema), 'mono'), data(each.description ?? ''))));
}

const must = () => h('span', { class: 'must' }, t('必須'));

function fields({ fields: list }) {
  if (!list.length) return null;
  return table(t('本文の項目'), [t('項目'), t('種類'), t('意味'), t('例')], list.map(each => h('tr', {},
    h('th', { scope: 'row', class: 'data' }, each.name, each.required && must(),
      each.readOnly && h('span', { class: 'small muted' }, ' ', t('読み取り専用'))),
    data(each.words ? each.words.filter(word => word !== null && word !== '').join(' | ') : each.kind, 'mono'),
    data(each.text), data(String(each.example), 'mono'))));
}

function answers({ answers: list }) {
  return table(t('応答の一覧'), [t('状態'), t('意味'), t('形')], list.map(each => h('tr', {},
    h('th', { scope: 'row', class: 'num' }, icon(each.status.startsWith('2') ? 'check' : 'warn'), ' ', each.status),
    h('td', { class: 'data wrap', lang: 'ja' }, each.text, each.heads.map(([name, text]) =>
      h('div', { class: 'small muted' }, h('code', {}, name), ' — ', text))),
    data(each.types.join(', ') || '—', 'mono'))));
}
