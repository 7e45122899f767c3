// Above a list: search, filters, columns, downloads, and what can be done with the chosen rows.
//
// Invariant: a filter that narrows the list can be seen and taken away without opening anything.
// Never: reads or writes rows.

import { freshId, h, icon, linkTo } from '../../base/dom.js';
import { t, term } from '../../base/i18n.js';
import { listAddress } from '../../base/api.js';
import { fieldOf, nameOf, titleOf, wordOf } from '../../base/catalogue.js';
import { columnsMenu } from '../../base/columns.js';
import { periodFields } from '../../base/period.js';

const SEARCH_MS = 200;

/** The bar: `{ element, tools, draw() }`. `list` is what resource.js knows of the list. */
export function bar(list) {
  const { resource, state } = list;
  let timer = 0;
  const search = h('input', {
    type: 'search', placeholder: t('一覧を検索'), 'aria-label': t('一覧を検索'), value: state.q, autocomplete: 'off',
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => list.change({ q: search.value.trim() }), SEARCH_MS);
    },
  });
  const panelId = freshId('filters');
  const panel = h('div', { class: 'filters', id: panelId, hidden: true });
  const toggle = h('button', {
    class: 'btn sm', type: 'button', 'aria-expanded': 'false', 'aria-controls': panelId,
    onclick: () => open(panel.hidden),
  }, icon('filter'), t('絞り込み'));
  const active = h('div', { class: 'chips active' });
  const open = yes => {
    panel.hidden = !yes;
    toggle.setAttribute('aria-expanded', String(yes));
    if (yes) panel.querySelector('select')?.focus();
  };
  const fields = resource.fields.filter(field => ['enum', 'bool'].includes(field.kind) && field.mode !== 'wo');
  const period = resource.period ? periodFields(next => list.change({ period: next })) : null;
  const [moving, ...days] = period?.elements ?? [];
  const range = h('div', { class: 'bar days', hidden: true }, days);
  const draw = () => {
    search.hidden = !list.canSearch();
    if (document.activeElement !== search) search.value = state.q;
    period?.show(state.period);
    range.hidden = state.period.period !== 'range';
    toggle.hidden = fields.length === 0;
    panel.replaceChildren(...fields.map(field => choice(list, field)));
    active.replaceChildren(...Object.entries(state.filters).map(([name, value]) => chip(list, name, value)));
    active.hidden = !active.firstChild;
  };
  draw();
  return {
    element: h('div', {}, h('div', { class: 'bar' }, search,
      moving, toggle, active, h('span', { class: 'sp' }),
      h('div', { class: 'files' }, downloads(list), columns(list))), range, panel),
    draw,
  };
}

function choice(list, field) {
  const id = freshId('filter');
  const words = field.kind === 'bool' ? ['True', 'False'] : field.words.filter(Boolean);
  const shown = word => (field.kind === 'bool' ? (word === 'True' ? t('はい') : t('いいえ')) : wordOf(field, word));
  return h('div', { class: 'f' }, h('label', { for: id }, nameOf(list.resource, field)), h('select', {
    id, value: list.state.filters[field.name] ?? '', onchange: event => list.filter(field.name, event.target.value),
  }, h('option', { value: '' }, t('すべて')), words.map(word => h('option', { value: word }, shown(word)))));
}

function chip(list, name, value) {
  const field = fieldOf(list.resource, name);
  const word = field?.kind === 'bool' ? (value === 'True' ? t('はい') : t('いいえ')) : field?.kind === 'enum'
    ? wordOf(field, value) : value;
  const label = field ? nameOf(list.resource, field) : term(name);
  return h('button', {
    class: 'chip', type: 'button', 'aria-pressed': 'true', 'aria-label': t('{name} の絞り込みをやめる', { name: label }),
    onclick: () => list.filter(name, ''),
  }, `${label}: `, h('span', { 'data-data': field?.kind !== 'enum' && field?.kind !== 'bool' }, word), ' ', icon('x'));
}

function downloads(list) {
  const { resource } = list;
  const links = [['json', 'JSON'], ...(resource.files ?? []).map(form => [form, form === 'xlsx' ? 'Excel' : 'CSV'])];
  return links.map(([form, label]) => {
    const file = form === 'json' ? null : form;
    return linkTo(() => listAddress(resource.uri, { ...list.query(), format: file }), {
      class: 'btn sm', download: file ? '' : null, target: file ? null : '_blank', rel: file ? null : 'noopener',
      'aria-label': file ? t('この一覧を {form} でダウンロード', { form: label }) : t('この一覧を JSON で見る'),
    }, icon(file ? 'down' : 'code'), label);
  });
}

function columns(list) {
  const { resource, state } = list;
  return columnsMenu({
    title: t('{name}の列', { name: titleOf(resource) }),
    all: resource.fields.filter(field => field.kind !== 'key' && field.mode !== 'wo').map(field => field.name),
    chosen: () => state.columns, changed: names => list.setColumns(names),
    label: name => nameOf(resource, fieldOf(resource, name)),
  });
}
