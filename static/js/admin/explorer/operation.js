// One operation: what it takes, what it answers.
//
// Invariant: every parameter, field and answer of the page is shown.
// Never: sends anything (trial.js does).

import { h, icon } from '../../base/dom.js';
import { language, t, term } from '../../base/i18n.js';
import { card } from '../parts.js';
import { kind, said } from './document.js';
import { trial } from './trial.js';
import { verb } from './explorer.js';

/** The parts of an operation's page. */
export function detail(operation) {
  const { method, path, summary, text, group } = operation;
  return [
    h('section', { class: 'card' }, h('div', { class: 'body stack' },
      said(group, 'p', { class: 'small muted' }),
      h('h2', { class: 'optitle' }, verb(method), h('code', { class: 'data' }, breakable(path))),
      said(summary, 'p'), text && said(text, 'p', { class: 'muted' }))),
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

/** What programs write, as it is: kinds, words, examples. */
const wire = text => h('td', { class: 'data wrap mono', lang: 'ja' }, text);
const prose = text => said(text, 'td', { class: 'wrap' });
/** A name that programs write; in English with what it means. */
const named = name => [h('span', { class: 'data', lang: 'ja' }, name),
  language() === 'en' && term(name) !== name && h('div', { class: 'small muted' }, term(name))];

function parameters({ parameters: list }) {
  if (!list.length) return null;
  const places = { path: t('パス'), query: t('クエリー'), header: t('ヘッダー') };
  return table(t('パラメーター'), [t('名前'), t('場所'), t('値'), t('意味')], list.map(each => h('tr', {},
    h('th', { scope: 'row' }, each.schema.type === 'object' ? t('項目名') : named(each.name),
      each.required && must()),
    h('td', {}, places[each.in] ?? each.in), wire(kind(each.schema)), prose(each.description ?? ''))));
}

const must = () => h('span', { class: 'must' }, t('必須'));

function fields({ fields: list }) {
  if (!list.length) return null;
  return table(t('本文の項目'), [t('項目'), t('種類'), t('意味'), t('例')], list.map(each => h('tr', {},
    h('th', { scope: 'row' }, named(each.name), each.required && must(),
      each.readOnly && h('span', { class: 'small muted' }, ' ', t('読み取り専用'))),
    wire(each.words ? each.words.filter(word => word !== null && word !== '').join(' | ') : each.kind),
    prose(each.text), wire(String(each.example)))));
}

function answers({ answers: list }) {
  return table(t('応答の一覧'), [t('状態'), t('意味'), t('形')], list.map(each => h('tr', {},
    h('th', { scope: 'row', class: 'num' }, icon(each.status.startsWith('2') ? 'check' : 'warn'), ' ', each.status),
    h('td', { class: 'wrap' }, said(each.text), each.heads.map(([name, text]) =>
      h('div', { class: 'small muted' }, h('code', {}, name), ' — ', said(text)))),
    wire(each.types.join(', ') || '—'))));
}
