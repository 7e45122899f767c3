// The rows of the call history.
//
// Invariant: a row shows the record as last told; a memo that is being written is never overwritten.
// Never: holds more than a page.

import { $, h, icon } from '../../base/dom.js';
import { callerName, callerNumber, dayAndTime } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { failed } from '../../base/toast.js';
import { CALLS } from '../records.js';
import { change, row as readRow } from '../../base/api.js';
import { CALLER, MEMO, TIME, cellOf, chosenColumns, labelOf } from './columns.js';

const MEMO_MAX = 4000;

/**
 * The table: `open(call)` shows a record, `selected(count)` hears of the selection, `sort()` turns the order,
 * `writes` = this person may change records.
 */
export function callTable({ open, selected, sort, writes }) {
  const calls = new Map();
  const body = h('tbody', {});
  const all = h('input', { type: 'checkbox', 'aria-label': t('このページをすべて選ぶ'), onchange: () => {
    for (const box of boxes()) box.checked = all.checked;
    tell();
  } });
  const boxes = () => [...body.querySelectorAll('.pick input')];
  const picked = () => boxes().filter(box => box.checked).map(box => calls.get(box.value));
  const when = h('th', { scope: 'col', class: 'at', 'aria-sort': 'descending' },
    h('button', { type: 'button', onclick: sort }, t('日時'), icon('down')));
  const head = h('tr', {});
  const element = h('table', { class: 't calls' }, h('caption', { class: 'sr' }, t('着信履歴')), h('thead', {}, head),
    body);
  let columns = [];

  function drawHead() {
    columns = chosenColumns();
    head.replaceChildren(...writes ? [h('th', { scope: 'col', class: 'pick' }, h('div', {}, all))] : [],
      ...columns.map(name => (name === TIME ? when
        : h('th', { scope: 'col', class: name === '秒数' ? 'r' : null }, h('div', {}, labelOf(name))))));
  }

  function tell() {
    const count = picked().length;
    all.checked = count > 0 && count === calls.size;
    all.indeterminate = count > 0 && count < calls.size;
    for (const box of boxes()) box.closest('tr').toggleAttribute('data-picked', box.checked);
    selected(count);
  }

  function draw(call) {
    const name = callerName(call);
    const show = event => { if (!event.target.closest('button, input, a, textarea')) open(call); };
    return h('tr', { 'data-id': call.ID, onclick: show },
      writes && h('td', { class: 'pick' }, h('input', { type: 'checkbox', value: call.ID, onchange: tell,
        'data-data': true, 'aria-label': t('{name} {time} を選ぶ', { name, time: dayAndTime(call['着信日時']) }) })),
      columns.map(name => cellOf(name, call, { [CALLER]: caller, [MEMO]: memo })));
  }

  function caller(call) {
    const name = callerName(call);
    return [h('button', { type: 'button', class: 'linklike data', onclick: () => open(call) }, name),
      name !== callerNumber(call) && h('span', { class: 'num small muted' }, callerNumber(call))];
  }

  function memo(call) {
    const text = call['メモ'];
    if (!writes) return h('span', { class: 'data' }, text);
    const label = text ? t('メモを直す') : t('メモを書く');
    return h('button', { type: 'button', class: text ? 'memotext data' : 'btn sm ghost', title: text || null,
      'aria-label': text ? `${label}: ${text}` : null, onclick: event => edit(event.currentTarget, call) },
    text ? [text] : [icon('plus'), term('メモ')]);
  }

  /** The memo in its place: Enter saves, Esc leaves it as it was. */
  async function edit(button, call) {
    const cell = button.parentElement;
    let read;
    try {
      read = await readRow(CALLS, call.ID);
    } catch (error) {
      return failed(t('記録を読み込めません'), error);
    }
    if (!read.row) return failed(t('記録を読み込めません'), new Error(t('この記録はもうありません。')));
    const field = h('textarea', { rows: 2, maxlength: MEMO_MAX, 'aria-label': term('メモ'), value: read.row['メモ'],
      'data-before': read.row['メモ'] });
    const back = (row, focus) => {
      cell.replaceChildren(memo(row));
      if (focus) $('button', cell).focus();
    };
    const save = async () => {
      if (field.value === read.row['メモ']) return back(read.row, true);
      field.disabled = true;
      try {
        await change(CALLS, call.ID, { メモ: field.value }, read.etag);
        update({ ...read.row, メモ: field.value }, true);
        $(`tr[data-id="${call.ID}"] .memo button`, body)?.focus();
      } catch (error) {
        field.disabled = false;
        field.focus();
        failed(error.status === 412 ? t('ほかの人が先に変えました。開きなおしてください。') : t('メモを保存できません'), error);
      }
      return undefined;
    };
    cell.replaceChildren(h('div', { class: 'memoedit' }, field,
      h('button', { type: 'button', class: 'btn sm pri', onclick: save }, t('保存')),
      h('button', { type: 'button', class: 'btn sm ghost', onclick: () => back(read.row, true) }, t('やめる'))));
    field.addEventListener('keydown', event => {
      if (event.isComposing) return;
      if (event.key === 'Escape') { event.stopPropagation(); back(calls.get(call.ID) ?? read.row, true); }
      if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); save(); }
    });
    field.focus();
    return undefined;
  }

  /** Shows what became of a record, if it is on the page; `always` also where its memo is being written. */
  function update(call, always = false) {
    const old = $(`tr[data-id="${call.ID}"]`, body);
    if (!old) return false;
    calls.set(call.ID, call);
    if (!always && $('.memoedit', old)) return true;
    const isPicked = $('.pick input', old)?.checked;
    const hasFocus = old.contains(document.activeElement) && document.activeElement.className;
    const fresh = draw(call);
    old.replaceWith(fresh);
    if (isPicked) { $('.pick input', fresh).checked = true; tell(); }
    if (hasFocus) [...fresh.querySelectorAll('button, input')].find(e => e.className === hasFocus)?.focus();
    return true;
  }

  return {
    element,
    picked,
    update,
    /** The records of the page in their order. */
    page: () => [...calls.values()],
    /** Whether a memo was changed in its place and is not saved. */
    isWriting: () =>
      [...body.querySelectorAll('.memoedit textarea')].some(field => field.value !== field.dataset.before),
    /** Shows the columns that are chosen now; those who write go on and see them later. */
    drawColumns() {
      if ($('.memoedit', body)) return;
      const chosen = new Set(picked().map(call => call.ID));
      drawHead();
      body.replaceChildren(...[...calls.values()].map(draw));
      for (const box of boxes()) box.checked = chosen.has(box.value);
      tell();
    },
    clear() {
      for (const box of boxes()) box.checked = false;
      tell();
    },
    show(page, isOldestFirst) {
      calls.clear();
      for (const call of page) calls.set(call.ID, call);
      when.setAttribute('aria-sort', isOldestFirst ? 'ascending' : 'descending');
      when.firstElementChild.replaceChildren(t('日時'), icon(isOldestFirst ? 'up' : 'dn'));
      drawHead();
      body.replaceChildren(...page.map(draw));
      tell();
    },
  };
}
