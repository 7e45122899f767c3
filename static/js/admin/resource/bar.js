// Above a list: search, filters, columns, downloads, and what can be done with the chosen rows.
//
// Invariant: a filter that narrows the list can be seen and taken away without opening anything.
// Never: reads or writes rows.

import { freshId, h, icon } from '../../base/dom.js';
import { t, term } from '../../base/i18n.js';
import { listAddress } from '../../base/api.js';
import { fieldOf, nameOf, titleOf, wordOf } from '../../base/catalogue.js';

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
  const draw = () => {
    search.hidden = !list.canSearch();
    toggle.hidden = fields.length === 0;
    panel.replaceChildren(...fields.map(field => choice(list, field)));
    active.replaceChildren(...Object.entries(state.filters).map(([name, value]) => chip(list, name, value)));
    active.hidden = !active.firstChild;
  };
  draw();
  return {
    element: h('div', {}, h('div', { class: 'bar' }, search, toggle, active, h('span', { class: 'sp' }),
      downloads(list), columnsMenu(list)), panel),
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
  // The address follows the filters at the moment it is used.
  const follow = form => event => {
    event.currentTarget.href = listAddress(resource.uri, { ...list.query(), format: form === 'json' ? null : form });
  };
  return links.map(([form, label]) => h('a', {
    class: 'btn sm', href: listAddress(resource.uri), download: form === 'json' ? null : '',
    target: form === 'json' ? '_blank' : null, rel: form === 'json' ? 'noopener' : null,
    'aria-label': form === 'json' ? t('この一覧を JSON で見る') : t('この一覧を {form} でダウンロード', { form: label }),
    onclick: follow(form),
  }, icon(form === 'json' ? 'code' : 'down'), label));
}

function columnsMenu(list) {
  const { resource } = list;
  const id = freshId('columns');
  const box = h('div', { class: 'menu card', id, popover: 'auto', role: 'group', 'aria-label': t('表示する列') });
  const chosen = resource.fields.filter(field => field.kind !== 'key' && field.mode !== 'wo');
  const draw = () => box.replaceChildren(
    h('strong', { class: 'small' }, t('{name}の列', { name: titleOf(resource) })),
    h('div', { class: 'boxes' }, chosen.map(field =>
      h('label', { class: 'box' }, h('input', {
        type: 'checkbox', checked: list.state.columns.includes(field.name),
        onchange: event => list.column(field.name, event.target.checked),
      }), h('span', {}, nameOf(resource, field))))),
    h('button', { class: 'btn sm', type: 'button', onclick: () => { list.column(null); draw(); } }, t('はじめの列に戻す')));
  const opener = h('button', {
    class: 'btn sm icon', type: 'button', popovertarget: id, 'aria-label': t('表示する列'), title: t('表示する列'),
  }, icon('columns'));
  box.addEventListener('toggle', event => {
    if (event.newState !== 'open') return;
    const place = opener.getBoundingClientRect();
    box.style.setProperty('--top', `${place.bottom + 4}px`);
    box.style.setProperty('--right', `${Math.max(8, innerWidth - place.right)}px`);
  });
  draw();
  return [opener, box];
}
