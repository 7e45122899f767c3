// The API explorer: what programs can ask for, and a place to try it.
//
// Invariant: drawn from /openapi.json alone, so it cannot tell of what is not served.
// Never: sends a write that was not agreed to.

import { h, icon } from '../../base/dom.js';
import { t, useWords } from '../../base/i18n.js';
import { link, note } from '../../base/router.js';
import { REST } from '../../base/api.js';
import { useStyle } from '../../base/style.js';
import { card, code, head, linkButton } from '../parts.js';
import { description, english, said } from './document.js';
import { detail } from './operation.js';
import { curl } from './curl.js';

export const title = () => t('API');

/** Draws the explorer into `view`; the key is an operation. */
export async function open(view, { key, values }) {
  await Promise.all([useStyle('office'), useStyle('explorer'), useWords('office', 'explorer', 'meanings', 'openapi')]);
  view.classList.add('office');
  const page = await description();
  const place = h('div', { class: 'stack gap16' });
  const list = h('nav', { class: 'oplist', 'aria-label': t('操作の一覧') });
  const show = id => {
    const found = page.find(id);
    place.replaceChildren(...found ? detail(found) : [welcome()]);
    for (const item of list.querySelectorAll('a')) {
      if (item.dataset.operation === found?.id) item.setAttribute('aria-current', 'true');
      else item.removeAttribute('aria-current');
    }
    list.querySelector('[aria-current]')?.closest('details')?.setAttribute('open', '');
    view.closest('main')?.scrollTo(0, 0);
  };
  const narrow = text => {
    fill(list, page, text.trim().toLowerCase());
    note(key ? `explorer/${key}` : 'explorer', { q: text.trim() });
  };
  const search = h('input', { type: 'search', value: values.q ?? '', placeholder: t('資源・パス・操作を探す'),
    'aria-label': t('資源・パス・操作を探す'), oninput: event => narrow(event.target.value) });
  fill(list, page, (values.q ?? '').toLowerCase());
  view.append(head(t('API'), t('プログラムから使える操作の一覧です。選ぶと説明が出て、その場で試せます。'),
    linkButton('openapi.json', '/openapi.json', { small: false, target: '_blank' }),
    linkButton(t('見本のページ'), '/samples/', { small: false })),
  h('div', { class: 'apigrid' },
    h('div', { class: 'card opside' }, h('div', { class: 'opsearch' }, search), list), place));
  show(key);
  return { moved: next => { key = next.key; show(next.key); } };
}

function fill(list, page, text) {
  const words = ({ group, path, method, summary }) =>
    [group, english(group), path, method, summary, english(summary)].join(' ').toLowerCase();
  const fits = operation => !text || words(operation).includes(text);
  const groups = page.groups.map(({ name, operations }) => ({ name, operations: operations.filter(fits) }))
    .filter(({ operations }) => operations.length);
  list.replaceChildren(...groups.length ? groups.map(({ name, operations }) => h('details', { open: Boolean(text) },
    h('summary', {}, said(name)),
    h('ul', {}, operations.map(item)))) : [h('p', { class: 'muted body' }, t('見つかりません。'))]);
}

const item = operation => h('li', {}, h('a', { href: link(`explorer/${operation.id}`), 'data-operation': operation.id },
  verb(operation.method), said(operation.summary, 'span', { class: 'sum' })));

/** The method as a word. */
export const verb = method => h('span', { class: `verb ${method.toLowerCase()}` }, method);

function welcome() {
  const base = `${location.origin}${REST}`;
  const line = `${base}/ContainmentLine`;
  const row = { 着信TEL: '0731235678', 代表TEL: '0731237777', 種別: '電話', 代理内線番号: '30' };
  const examples = [
    ['① GET', t('全ての行、または1行を取り出す'), 'listContainmentLine', curl('GET', line)],
    ['② POST', t('1行を追加する'), 'createContainmentLine', curl('POST', line, row)],
    ['③ PUT', t('1行を書き換える(省いた項目はそのまま)'), 'updateContainmentLine', curl('PUT', `${line}/1`, { 種別: 'FAX' })],
    ['④ DELETE', t('1行を削除する'), 'deleteContainmentLine', curl('DELETE', `${line}/1`)],
  ];
  return card(t('はじめての方へ'), h('div', { class: 'body stack gap16' },
    h('p', {}, t('全ての資源は、次のアドレスの下にあります。応答は JSON で、値はすべて文字列です。')), code(base),
    h('p', {}, t('プログラムは API トークンで名乗ります。トークンは管理画面で発行し、次のように付けます。'), ' ',
      h('a', { href: link('origins') }, t('トークンと許可するオリジン'))),
    examples.map(([name, text, id, command]) => h('section', { class: 'stack' },
      h('h3', {}, name, ' — ', text), code(command),
      h('a', { class: 'small', href: link(`explorer/${id}`) }, t('説明を見て試す'), ' ', icon('right'))))));
}
