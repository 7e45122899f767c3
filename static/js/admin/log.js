// A list that only grows, newest first: pages, filters, one row in full at the side.
//
// Invariant: filters and the open row stand in the address; what is shown is what the service said last.
// Never: asks for more than one page at once.

import { rows } from '../base/api.js';
import { h, icon } from '../base/dom.js';
import { count } from '../base/format.js';
import { t } from '../base/i18n.js';
import { note } from '../base/router.js';
import { failed } from '../base/toast.js';
import { button, empty, quietly, waiting } from './parts.js';

const PAGE = 50;
const TYPING_MS = 350;

/**
 * Makes the list of a resource:
 * `{ screen, resource, columns: [{ label, cell(row), wide? }], filters: [{ name, label, options?, hint? }],
 *    detail(row, close), nothing: text, values, key, pick?: (row) => may it be chosen, chosen?: actions(rows) }`.
 * Answers `{ element, refresh(), close() }`.
 */
export function log(plan) {
  const state = {
    plan, values: { ...plan.values }, open: plan.key || null, before: [], after: null, shown: '', rows: [],
    chosen: new Set(), closed: false,
  };
  state.body = h('tbody');
  state.place = h('div', { class: 'scroll' }, waiting());
  state.pager = h('div', { class: 'pager' });
  state.actions = h('div', { class: 'bar chosen', hidden: true });
  state.side = h('aside', { class: 'card drawer', hidden: true, 'aria-label': t('詳細') });
  state.element = h('div', { class: 'logsplit' },
    h('section', { class: 'card log' }, filterBar(state), state.actions, state.place, state.pager), state.side);
  const onKey = event => { if (event.key === 'Escape' && !state.side.hidden) leave(state); };
  state.element.addEventListener('keydown', onKey);
  return {
    element: state.element,
    refresh: ({ quiet = false } = {}) =>
      load(state).catch(quiet ? quietly : error => failed(t('読み込めません'), error)),
    atStart: () => state.after === null,
    close: () => { state.closed = true; },
  };
}

function filterBar(state) {
  let timer = 0;
  const apply = () => {
    clearTimeout(timer);
    const next = {};
    for (const field of form.querySelectorAll('[name]')) if (field.value.trim()) next[field.name] = field.value.trim();
    Object.assign(state, { values: next, after: null, before: [], open: null, shown: '' });
    state.side.hidden = true;
    state.element.classList.remove('open');
    widen.hidden = Object.keys(next).length === 0;
    state.chosen.clear();
    remember(state);
    load(state).catch(error => failed(t('読み込めません'), error));
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(apply, TYPING_MS);
  };
  const fields = state.plan.filters.map(({ name, label, options, hint, mode }) => {
    const value = state.values[name] ?? '';
    const input = options
      ? h('select', { name, onchange: apply, value }, h('option', { value: '' }, t('すべて')),
        options.map(([word, shown]) => h('option', { value: word }, shown)))
      : h('input', { type: 'text', name, value, placeholder: hint, inputmode: mode, oninput: later });
    return h('label', { class: 'filter' }, h('span', {}, label), input);
  });
  const widen = button(t('絞り込みを解除'), () => {
    for (const field of form.querySelectorAll('[name]')) field.value = '';
    apply();
  }, { small: true });
  widen.hidden = Object.keys(state.values).length === 0;
  const form = h('form', { class: 'logbar', role: 'search', 'aria-label': t('絞り込み'),
    onsubmit: event => { event.preventDefault(); apply(); } },
  fields, widen, h('span', { class: 'sp' }), state.plan.tools);
  return form;
}

const remember = state => note(state.open ? `${state.plan.screen}/${state.open}` : state.plan.screen, state.values);

async function load(state) {
  const { plan } = state;
  const asked = JSON.stringify([state.values, state.after]);
  const list = await rows(plan.resource, { limit: PAGE, order: 'desc', after: state.after, ...state.values });
  if (state.closed || asked !== JSON.stringify([state.values, state.after])) return;
  const shown = JSON.stringify([asked, list]);
  if (shown !== state.shown) {
    state.shown = shown;
    state.rows = list;
    draw(state, list);
  }
  if (state.open) await fill(state);
}

function draw(state, list) {
  const { plan } = state;
  const focused = document.activeElement?.closest?.('.log')
    ? document.activeElement.closest('[data-key]')?.dataset.key : null;
  if (!list.length) {
    const narrowed = Object.keys(state.values).length > 0;
    state.place.replaceChildren(empty('find', narrowed ? t('この条件に合うものはありません。') : plan.nothing));
  } else {
    const heads = plan.columns.map(({ label, cls }) => h('th', { scope: 'col', class: cls }, h('span', {}, label)));
    const pick = plan.pick && h('th', { scope: 'col', class: 'check' }, h('span', {}, allBox(state, list)));
    state.place.replaceChildren(h('table', { class: 't logtable' },
      h('thead', {}, h('tr', {}, pick, heads)),
      h('tbody', {}, list.map(row => line(state, row)))));
    state.place.classList.toggle('pickable', Boolean(plan.pick));
  }
  pages(state, list);
  acts(state);
  if (focused) state.place.querySelector(`[data-key="${focused}"] .idlink`)?.focus();
}

function allBox(state, list) {
  const able = list.filter(state.plan.pick);
  const all = able.length > 0 && able.every(row => state.chosen.has(row.ID));
  return h('input', {
    type: 'checkbox', checked: all, disabled: able.length === 0, 'aria-label': t('このページの全てを選ぶ'),
    onchange: event => {
      for (const row of able) if (event.target.checked) state.chosen.add(row.ID); else state.chosen.delete(row.ID);
      draw(state, state.rows);
    },
  });
}

function line(state, row) {
  const { plan } = state;
  const box = plan.pick && h('td', { class: 'check' }, plan.pick(row) && h('input', {
    type: 'checkbox', checked: state.chosen.has(row.ID), 'aria-label': t('{n} を選ぶ', { n: row.ID }),
    onchange: event => {
      if (event.target.checked) state.chosen.add(row.ID); else state.chosen.delete(row.ID);
      draw(state, state.rows);
    },
  }));
  const cells = plan.columns.map(({ label, cell, cls }, at) => h('td', { class: cls, 'data-label': label },
    at === 0
      ? h('button', { class: 'idlink', type: 'button', 'aria-expanded': String(state.open === row.ID),
        onclick: () => enter(state, row.ID) }, cell(row))
      : cell(row)));
  return h('tr', { 'data-key': row.ID, 'aria-selected': state.open === row.ID ? 'true' : null }, box, cells);
}

function pages(state, list) {
  const { total, next } = list;
  const first = state.before.length * PAGE + 1;
  const span = list.length ? t('{from}–{to} 件目', { from: count(first), to: count(first + list.length - 1) }) : '';
  const all = total === null ? '' : t('全 {n} 件', { n: count(total) });
  const turn = forward => {
    if (forward) {
      state.before.push(state.after);
      state.after = next;
    } else state.after = state.before.pop() ?? null;
    state.chosen.clear();
    load(state).catch(error => failed(t('読み込めません'), error));
  };
  state.pager.replaceChildren(h('span', { role: 'status' }, [all, span].filter(Boolean).join(' · ')),
    h('span', { class: 'sp' }),
    button(t('前へ'), () => turn(false), { small: true, disabled: state.before.length === 0 }),
    button(t('次へ'), () => turn(true), { small: true, disabled: next === null }));
}

function acts(state) {
  const { plan } = state;
  state.actions.hidden = state.chosen.size === 0;
  if (!plan.chosen || !state.chosen.size) return;
  const clear = () => {
    state.chosen.clear();
    draw(state, state.rows);
  };
  state.actions.replaceChildren(h('strong', {}, t('{n} 件を選択中', { n: state.chosen.size })),
    plan.chosen([...state.chosen], clear), button(t('選択を解除'), clear, { small: true }));
}

async function enter(state, key) {
  if (state.open === key) return leave(state);
  state.open = key;
  remember(state);
  draw(state, state.rows);
  await fill(state);
  state.side.querySelector('.closer')?.focus();
  return undefined;
}

/** Draws the open row; its number of a call of this function decides which answer counts. */
async function fill(state) {
  const key = state.open;
  const known = state.rows.find(row => row.ID === key);
  const inside = await state.plan.detail(known ?? key);
  if (state.closed || state.open !== key) return;
  const close = h('button', { class: 'btn icon ghost closer', type: 'button', 'aria-label': t('閉じる'),
    onclick: () => leave(state) }, icon('x'));
  const held = state.side.contains(document.activeElement) && document.activeElement.classList.contains('closer');
  const next = [h('header', {}, h('h2', {}, inside.title), h('span', { class: 'sp' }), close),
    h('div', { class: 'body stack' }, inside.body), inside.foot?.length ? h('footer', {}, inside.foot) : null];
  const same = next.filter(Boolean).every((part, at) => state.side.children[at]?.isEqualNode(part));
  if (!same) state.side.replaceChildren(...next.filter(Boolean));
  state.side.hidden = false;
  state.element.classList.add('open');
  if (held && !same) close.focus();
}

function leave(state) {
  const key = state.open;
  state.open = null;
  state.side.hidden = true;
  state.element.classList.remove('open');
  remember(state);
  draw(state, state.rows);
  state.place.querySelector(`[data-key="${key}"] .idlink`)?.focus();
}
