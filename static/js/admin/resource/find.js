// Search of the administration: settings by their names, rows by what stands in them.
//
// Invariant: each result says where it stands and leads there.
// Never: reads a whole large resource.

import { h, icon } from '../../base/dom.js';
import { t, term, useWords } from '../../base/i18n.js';
import { rows } from '../../base/api.js';
import { catalogue, meaningOf, nameOf, rowName, titleOf, wordOf } from '../../base/catalogue.js';
import { tel } from '../../base/format.js';
import { link } from '../../base/router.js';
import { may } from '../../base/session.js';
import { ABOUT } from './about.js';
import { isLog } from './source.js';

const ROWS_MAX = 300;
const SHOWN_MAX = 8;

/** The title. */
export const title = () => t('設定を検索');

const plain = text => text.normalize('NFKC').toLowerCase();

/** Shows what is found for `values.q`. */
export async function open(view, { values }) {
  await useWords('resource', 'meanings');
  const q = (values.q ?? '').trim();
  const list = h('div', { class: 'hits', 'aria-busy': q ? 'true' : null });
  const told = h('p', { role: 'status' }, q ? t('探しています…') : t('上の欄に、設定の名前や番号を入れてください。'));
  view.replaceChildren(h('div', { class: 'pagehead' }, h('div', { class: 'lead' },
    h('h1', {}, q ? [t('検索'), ': ', h('span', { class: 'data' }, q)] : t('設定を検索')), told)), list);
  if (!q) return null;
  const { resources } = await catalogue();
  const words = plain(q).split(/\s+/);
  const readable = resources.filter(resource => may(resource.uri));
  const names = readable.flatMap(resource => byName(resource, words));
  const found = await Promise.all(readable.map(resource => byRow(resource, q, words)));
  const groups = [[t('設定の項目'), names, ''], ...found];
  const count = groups.reduce((sum, [, hits]) => sum + hits.length, 0);
  told.textContent = count ? t('{n} 件見つかりました。', { n: count })
    : t('見つかりません。ほかの言葉や、番号の一部で試してください。');
  list.removeAttribute('aria-busy');
  list.replaceChildren(...groups.filter(([, hits]) => hits.length > 0).map(([heading, hits, uri]) =>
    h('section', { class: 'card' }, h('header', {}, h('h2', {}, heading),
      h('span', { class: 'pill num' }, hits.length)),
      h('ul', {}, (uri ? hits.slice(0, SHOWN_MAX) : hits).map(hit => h('li', {}, hit))),
      uri && hits.length >= SHOWN_MAX && h('div', { class: 'pager' },
        h('a', { href: link(uri, { q }) }, t('すべてを一覧で見る'))))));
  return null;
}

const has = (words, text) => words.every(word => plain(text).includes(word));

/** The resource itself, and its fields. */
function byName(resource, words) {
  const { lead = '' } = ABOUT[resource.uri] ?? {};
  const name = titleOf(resource);
  const whole = has(words, `${resource.title} ${name} ${t(lead)} ${resource.uri}`);
  const fields = resource.fields.filter(field => has(words, [field.name, nameOf(resource, field),
    meaningOf(resource, field), ...(field.words ?? []).map(word => `${word} ${wordOf(field, word)}`)].join(' ')));
  const hits = fields.map(field => h('a', { href: link(resource.uri) }, icon('sliders'), h('strong', {}, name), ' › ',
    nameOf(resource, field), h('span', { class: 'small muted' }, meaningOf(resource, field))));
  return whole ? [h('a', { href: link(resource.uri) }, icon('box'), h('strong', {}, name),
    h('span', { class: 'small muted' }, t(lead))), ...hits] : hits;
}

/** Rows in which every word stands: `[heading, hits, URI]`. */
async function byRow(resource, q, words) {
  const none = [titleOf(resource), [], resource.uri];
  if (isLog(resource)) return none;
  const wanted = resource.search ? { q, limit: SHOWN_MAX } : { limit: ROWS_MAX };
  const found = await rows(resource.uri, wanted).catch(() => []);
  const fits = row => resource.fields.map(field => [field, row[field.name] ?? ''])
    .filter(([field, value]) => value && !field.masked && has([words[0]], shown(field, value)));
  const hits = found.filter(row => resource.search || has(words, resource.fields.map(field =>
    (field.masked ? '' : shown(field, row[field.name] ?? ''))).join(' ')));
  return [titleOf(resource), hits.map(row => {
    const [field, value] = fits(row)[0] ?? [];
    return h('a', { href: link(`${resource.uri}/${encodeURIComponent(row[resource.key])}`) }, icon('right'),
      h('span', { class: 'num muted' }, row[resource.key]), h('strong', { class: 'data' }, rowName(resource, row)),
      field && h('span', { class: 'small muted' }, `${nameOf(resource, field)}: `,
        h('span', { class: 'data' }, field.kind === 'tel' ? tel(value) : value)));
  }), resource.uri];
}

const shown = (field, value) => (field.kind === 'tel' ? `${value} ${tel(value)}`
  : field.kind === 'enum' ? `${value} ${term(value)}` : value);
