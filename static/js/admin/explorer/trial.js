// Tries an operation with the session of this browser.
//
// Invariant: what was sent stands beside the answer, as a command too.
// Never: writes without having been asked; keeps an answer longer than the page.

import { ask } from '../../base/dialog.js';
import { h } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { button, card, code, labelled, linkButton, pill } from '../parts.js';
import { curl } from './curl.js';

const SHOWN_MAX = 20_000;
const HEADS = ['etag', 'location', 'link', 'x-total-count', 'retry-after', 'content-type', 'allow'];
const TIMEOUT_MS = 30_000;

/** The card with the form, the command and the answer. */
export function trial(operation) {
  if (operation.streams) {
    return card(t('試す'), h('p', { class: 'body' }, t('つないだままにする応答なので、この画面では試せません。見本のプログラムをご覧ください。')));
  }
  if (operation.type && operation.type !== 'application/json') {
    return card(t('試す'), h('div', { class: 'body acts' }, h('p', {}, t('ファイルを送る操作です。')),
      linkButton(t('取込の画面へ'), link('import'), { small: false })));
  }
  const shape = inputs(operation);
  const command = h('div');
  const answer = h('div', { 'aria-live': 'polite' });
  const tell = () => {
    const { address, body } = wanted(operation, shape);
    command.replaceChildren(code(curl(operation.method, `${location.origin}${address}`, body)));
  };
  const send = button(t('送る'), () => run(operation, shape, answer, send), { main: true, name: 'send' });
  const form = h('form', { class: 'body stack', oninput: tell, onchange: tell,
    onsubmit: event => { event.preventDefault(); send.click(); } },
  shape.elements, h('div', { class: 'acts' }, send), answer,
  h('details', { class: 'more' }, h('summary', {}, t('curl で書くと')), command));
  tell();
  return card(t('試す'), form);
}

function inputs({ parameters, fields, example, type }) {
  const plain = parameters.filter(each => each.in !== 'header' && each.schema.type !== 'object').map(each => {
    const shown = each.example ?? each.schema.examples?.[0] ?? each.schema.enum?.[0] ?? '0';
    const usual = each.in === 'path' ? String(shown) : '';
    const options = each.schema.enum;
    const input = options
      ? h('select', { value: usual, 'data-parameter': each.name }, !each.required && h('option', { value: '' }, '—'),
        options.map(word => h('option', { value: word }, word)))
      : h('input', { type: 'text', value: usual, 'data-parameter': each.name, spellcheck: 'false' });
    return { name: each.name, where: each.in, input, element: labelled(h('code', {}, each.name), input) };
  });
  const narrow = parameters.find(each => each.in === 'query' && each.schema.type === 'object');
  const name = narrow && h('select', {}, h('option', { value: '' }, '—'),
    Object.keys(narrow.schema.properties ?? {}).map(word => h('option', { value: word, class: 'data' }, word)));
  const value = narrow && h('input', { type: 'text', spellcheck: 'false' });
  const start = type ? JSON.stringify(example ?? sample(fields), null, 2) : '';
  const body = type && h('textarea', { rows: Math.min(14, start.split('\n').length + 1), spellcheck: 'false',
    class: 'mono data', value: start });
  const elements = [
    (plain.length > 0 || narrow) && h('div', { class: 'opinputs' }, plain.map(({ element }) => element),
      narrow && labelled(t('項目で絞る'), name), narrow && labelled(t('その値'), value)),
    body && labelled(t('本文(JSON)'), body),
  ].filter(Boolean);
  return { plain, name, value, body, elements };
}

/** A body of the fields' examples, what is required first. */
const sample = fields => Object.fromEntries(fields
  .filter(each => !each.readOnly && (each.required || each.example !== ''))
  .map(each => [each.name, each.example === '' ? each.words?.[0] ?? '' : each.example]));

function wanted({ path }, { plain, name, value, body }) {
  let address = path;
  const values = new URLSearchParams();
  for (const each of plain) {
    const text = each.input.value.trim();
    if (each.where === 'path') address = address.replace(`{${each.name}}`, encodeURIComponent(text));
    else if (text) values.set(each.name, text);
  }
  if (name?.value) values.set(name.value, value.value);
  const query = values.toString();
  return { address: query ? `${address}?${query}` : address, body: body?.value.trim() || undefined };
}

async function run(operation, shape, place, send) {
  const { address, body } = wanted(operation, shape);
  if (operation.method !== 'GET') {
    const text = t('{method} を本当に送ります。このサービスのデータが変わります。', { method: operation.method });
    if (!await ask(t('実際に書き込みます'), text, t('送る'), { danger: operation.method === 'DELETE' })) return;
  }
  send.disabled = true;
  const begun = performance.now();
  try {
    const response = await fetch(address, {
      method: operation.method, body, headers: body ? { 'Content-Type': 'application/json' } : {},
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    show(place, response, text, Math.round(performance.now() - begun));
  } catch (error) {
    place.replaceChildren(h('p', { class: 'fault' }, t('応答がありません。'), ' ', error.message));
  }
  send.disabled = false;
}

function show(place, response, text, took) {
  const heads = HEADS.filter(name => response.headers.has(name)).map(name => `${name}: ${response.headers.get(name)}`);
  const body = pretty(text);
  const cut = body.length > SHOWN_MAX;
  place.replaceChildren(h('div', { class: 'stack', 'data-answer': String(response.status) },
    h('p', {}, pill(response.ok ? 'ok' : 'bad', response.ok ? 'check' : 'warn', String(response.status)), ' ',
      h('span', { class: 'muted num' }, t('{n} ミリ秒', { n: took }))),
    h('pre', { class: 'code data', tabindex: 0, 'aria-label': t('応答のヘッダー') }, heads.join('\n')),
    h('pre', { class: 'code answer data', tabindex: 0, 'aria-label': t('応答の本文') }, body.slice(0, SHOWN_MAX)),
    cut && h('p', { class: 'muted small' }, t('長いので、はじめの {n} 文字だけを示しています。', { n: SHOWN_MAX }))));
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
