// A list that only grows, newest first: pages, a period, filters, one row in full at the side.
//
// Invariant: filters and the open row stand in the address, and the way back closes the row; what is shown is what
// the service said last.
// Never: asks for more than one page at once.

import { rows } from '../base/api.js';
import { h, icon } from '../base/dom.js';
import { count } from '../base/format.js';
import { t } from '../base/i18n.js';
import { PERIOD_NAMES, askedFor, periodFields, periodFrom, periodTo } from '../base/period.js';
import { note, stepInto, stepOut } from '../base/router.js';
import { failed } from '../base/toast.js';
import { button, empty, quietly, waiting } from './parts.js';

const PAGE = 50;
const TYPING_MS = 350;

/** Filters of an address without its period. */
const plain = values => Object.fromEntries(Object.entries(values).filter(([name]) => !PERIOD_NAMES.includes(name)));

/**
 * Makes the list of a resource:
 * `{ screen, resource, columns: [{ label, cell(row), wide? }], filters: [{ name, label, options?, hint? }],
 *    detail(row, close), nothing: text, values, key, memory, pick?: (row) => may it be chosen,
 *    chosen?: actions(rows) }`.
 * Answers `{ element, refresh(), atStart(), close(), moved(place), remember() }`, the last three for the router.
 */
export function log(plan) {
  const { before = [], after = null, top = 0 } = plan.memory ?? {};
  const state = {
    plan, values: plain(plan.values), period: periodFrom(plan.values), open: plan.key || null, before, after, top,
    shown: '', rows: [], chosen: new Set(), closed: false,
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
    refresh: ({ quiet = false } = {}) => load(state).catch(quiet ? quietly : error => unread(state, error)),
    atStart: () => state.after === null,
    close: () => { state.closed = true; },
    moved: place => moved(state, place),
    remember: () => ({ before: state.before, after: state.after, top: state.element.closest('main').scrollTop }),
  };
}

/** The first look failed: that stands where the list would be. */
function unread(state, error) {
  if (state.shown) {
    failed(t('読み込めません'), error);
    return;
  }
  const again = () => load(state).catch(next => unread(state, next));
  state.place.replaceChildren(empty('warn', [t('読み込めません'), ': ', h('span', { class: 'data' }, error.message)],
    button(t('もう一度'), again, { name: 'refresh' })));
}

const isNarrowed = state => state.period.period !== 'all' || Object.keys(state.values).length > 0;
/** What the address says besides the row. */
const inAddress = state => ({ ...periodTo(state.period), ...state.values });

/** Other filters: the list begins anew. */
function narrow(state, { values = state.values, period = state.period }) {
  Object.assign(state, { values, period, after: null, before: [], open: null, shown: '' });
  state.side.hidden = true;
  state.element.classList.remove('open');
  state.chosen.clear();
  state.showFilters();
  note(state.plan.screen, inAddress(state));
  return load(state).catch(error => failed(t('読み込めません'), error));
}

/** The address changed by itself: the way back or on, a link. */
async function moved(state, { key, values }) {
  const [others, period] = [plain(values), periodFrom(values)];
  const isSame = JSON.stringify([others, period]) === JSON.stringify([state.values, state.period]);
  if (!isSame) await narrow(state, { values: others, period });
  if (key) await show(state, key);
  else if (state.open) shut(state);
}

function filterBar(state) {
  let timer = 0;
  const named = () => form.querySelectorAll('.filter [name]');
  const apply = () => {
    clearTimeout(timer);
    const values = {};
    for (const field of named()) if (field.value.trim()) values[field.name] = field.value.trim();
    return narrow(state, { values });
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(apply, TYPING_MS);
  };
  const period = periodFields(next => narrow(state, { period: next }));
  const fields = state.plan.filters.map(({ name, label, options, hint, mode }) => {
    const value = state.values[name] ?? '';
    const input = options
      ? h('select', { name, onchange: apply, value }, h('option', { value: '' }, t('すべて')),
        options.map(([word, shown]) => h('option', { value: word }, shown)))
      : h('input', { type: 'text', name, value, placeholder: hint, inputmode: mode, oninput: later });
    return h('label', { class: 'filter' }, h('span', {}, label), input);
  });
  const widen = button(t('絞り込みを解除'), () => narrow(state, { values: {}, period: periodFrom({}) }),
    { small: true });
  const form = h('form', { class: 'logbar', role: 'search', 'aria-label': t('絞り込み'),
    onsubmit: event => { event.preventDefault(); apply(); } },
  h('div', { class: 'period' }, period.elements), fields, widen, h('span', { class: 'sp' }), state.plan.tools);
  state.showFilters = () => {
    period.show(state.period);
    widen.hidden = !isNarrowed(state);
    for (const field of named()) {
      // What somebody types stays as it stands.
      if (document.activeElement !== field) field.value = state.values[field.name] ?? '';
    }
  };
  state.showFilters();
  return form;
}

async function load(state) {
  const { plan } = state;
  const question = () => JSON.stringify([state.values, state.period, state.after]);
  const asked = question();
  const list = await rows(plan.resource,
    { limit: PAGE, order: 'desc', after: state.after, ...askedFor(state.period), ...state.values });
  if (state.closed || asked !== question()) return;
  const shown = JSON.stringify([asked, list]);
  if (shown !== state.shown) {
    state.shown = shown;
    state.rows = list;
    draw(state, list);
    if (state.top) state.element.closest('main').scrollTop = state.top;
    state.top = 0;
  }
  if (state.open) await fill(state);
}

function draw(state, list) {
  const { plan } = state;
  const focused = document.activeElement?.closest?.('.log')
    ? document.activeElement.closest('[data-key]')?.dataset.key : null;
  if (!list.length) {
    const text = list.next ? t('ここまでには見つかりません。「次へ」で続きを探せます。')
      : isNarrowed(state) ? t('この条件に合うものはありません。') : plan.nothing;
    state.place.replaceChildren(empty('find', text));
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

/** Opens a row from the list, or closes it. */
function enter(state, key) {
  if (state.open === key) return leave(state);
  const address = `${state.plan.screen}/${key}`;
  // From one row to the next the way back still leads to the list.
  if (state.open) note(address, inAddress(state));
  else stepInto(address, inAddress(state));
  return show(state, key);
}

async function show(state, key) {
  state.open = key;
  draw(state, state.rows);
  await fill(state);
  state.side.querySelector('.closer')?.focus();
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
  shut(state);
  stepOut(state.plan.screen, inAddress(state));
}

function shut(state) {
  const key = state.open;
  state.open = null;
  state.side.hidden = true;
  state.element.classList.remove('open');
  draw(state, state.rows);
  state.place.querySelector(`[data-key="${key}"] .idlink`)?.focus();
}
