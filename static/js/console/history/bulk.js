// Changes of several records at once.
//
// Invariant: how far it got is shown, what failed is named, and all of it can be taken back.
// Never: more than AT_ONCE requests at a time.

import { freshId, h, icon } from '../../base/dom.js';
import { t, term } from '../../base/i18n.js';
import { toast } from '../../base/toast.js';
import { HANDLINGS, amend, myName } from '../records.js';

const AT_ONCE = 4;

/** The bar for the selection: `{ element, show(count) }`; `picked()` answers the records, `clear()` ends it. */
export function bulkBar({ picked, clear }) {
  const id = freshId('bulk');
  const count = h('strong', { class: 'num', role: 'status' });
  const word = h('select', { 'aria-label': term('対応状況') }, HANDLINGS.map(name =>
    h('option', { value: name, selected: name === '対応済' }, term(name))));
  const who = h('input', { type: 'text', id, maxlength: 40, autocomplete: 'off', value: myName(),
    placeholder: term('対応者') });
  const run = fields => { const calls = picked(); clear(); return amendAll(calls, fields); };
  const element = h('div', { class: 'bulk', hidden: true, role: 'region', 'aria-label': t('選んだ記録') }, count,
    h('span', { class: 'f' }, word),
    h('button', { class: 'btn sm pri', type: 'button', onclick: () => run({ 対応状況: word.value }) },
      icon('check'), t('この状況にする')),
    h('span', { class: 'f' }, h('label', { for: id, class: 'sr' }, term('対応者')), who),
    h('button', { class: 'btn sm', type: 'button', onclick: () => run({ 対応者: who.value.trim() }) },
      icon('person'), t('対応者にする')),
    h('span', { class: 'sp' }),
    h('button', { class: 'btn sm ghost', type: 'button', onclick: clear }, t('選択をやめる')));
  return {
    element,
    show(number) {
      element.hidden = number === 0;
      count.textContent = t('{n} 件を選択中', { n: number });
    },
  };
}

/** Changes the records, then offers to take it back. */
export async function amendAll(calls, fields) {
  const before = [];
  const faults = await each(calls, async call => {
    const row = await amend(call.ID, fields);
    before.push({ ID: call.ID, fields: Object.fromEntries(Object.keys(fields).map(name => [name, row[name]])) });
  });
  const undo = () => each(before, ({ ID, fields: old }) => amend(ID, old));
  if (faults.length) {
    toast({ kind: 'bad', title: t('{n} 件は変えられませんでした', { n: faults.length }), text: faults[0].message,
      actions: before.length ? [[t('変えた分を元に戻す'), undo]] : [] });
  } else {
    toast({ kind: 'ok', title: t('{n} 件を変えました', { n: before.length }), seconds: 10,
      actions: [[t('元に戻す'), undo]] });
  }
}

/** Runs a few at a time with a bar of progress; answers what went wrong. */
async function each(items, work) {
  const faults = [];
  const bar = h('progress', { max: items.length, value: 0, 'aria-label': t('進み具合') });
  const place = h('div', { class: 'working' }, bar);
  if (items.length > AT_ONCE) document.querySelector('.screen')?.prepend(place);
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item; item = queue.shift()) {
      await work(item).catch(error => faults.push(error));
      bar.value += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  place.remove();
  return faults;
}
