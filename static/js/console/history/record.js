// One record beside the list: everything that is known of a call, and what people wrote about it.
//
// Invariant: what is saved was read before and not changed by others meanwhile (If-Match).
// Never: throws away what somebody typed without asking.

import { change, row } from '../../base/api.js';
import { copy } from '../../base/clipboard.js';
import { dateField } from '../../base/datefield.js';
import { open as openDialog } from '../../base/dialog.js';
import { $, freshId, h, icon } from '../../base/dom.js';
import { callerName, callerNumber, duration } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { handlingPill, statePill } from '../../base/pills.js';
import { link } from '../../base/router.js';
import { may } from '../../base/session.js';
import { done, failed } from '../../base/toast.js';
import { CALLS, HANDLINGS, mayThrowAway, myName } from '../records.js';
import { mayForward, openForward } from '../forward.js';
import { deliveries, searchSites } from './beside.js';

const WRITTEN = ['対応状況', '対応者', '折返し日時', 'タグ', 'メモ'];
/** Facts in the order of a call; what is empty is left out. */
const FACTS = ['着信日時', '応答日時', '終了日時', '呼出秒数', '通話秒数', '番号通知', '相手表示名', '回線名', '着信TEL', '代表TEL',
  '着信種別', '会社名', '候補数', '通知結果', 'ID', 'SIP接続ID', 'SIPコールID', '更新日時'];
/** Who may only read sees what was written among the facts. */
const READ_ONLY = { element: null, isDirty: () => false };
const NUMBERS = new Set(['着信TEL', '代表TEL']);
const LENGTHS = new Set(['呼出秒数', '通話秒数']);
const WORDS = new Set(['番号通知', '対応状況']);

/**
 * Opens it; `before` and `after` are the keys beside it in the list, or null. Answers
 * `{ closed, close(), heard(call), isDirty() }`; `closed` gives the key of the record to go on with, or ''.
 */
export function openRecord(id, { before, after }) {
  const place = h('div', { class: 'stack', 'aria-busy': 'true' }, h('p', { class: 'muted' }, t('読み込んでいます…')));
  const state = { form: null, etag: null, call: null };
  const isDirty = () => Boolean(state.form?.isDirty());
  /** Asks where something is not saved; what was thrown away is not asked about again. */
  const mayClose = async () => {
    if (isDirty() && !await mayThrowAway()) return false;
    state.form = READ_ONLY;
    return true;
  };
  const { dialog, closed } = openDialog(t('着信記録'), place, { mayClose });
  dialog.classList.add('record');
  $('.headline h2', dialog).after(h('span', { class: 'sp' }), beside('up', t('一覧の前の記録'), before),
    beside('dn', t('一覧の次の記録'), after));

  function beside(name, label, key) {
    return h('button', { class: 'btn icon ghost', type: 'button', disabled: !key, 'aria-label': label,
      onclick: async () => { if (await mayClose()) dialog.close(key); } }, icon(name));
  }

  async function read() {
    try {
      const found = await row(CALLS, id);
      if (!found.row) throw new Error(t('この記録はもうありません。'));
      Object.assign(state, { call: found.row, etag: found.etag });
      draw();
    } catch (error) {
      place.replaceChildren(h('p', { role: 'alert' }, t('記録を読み込めません'), ' ',
        h('span', { class: 'data' }, error.message)));
    }
    place.removeAttribute('aria-busy');
  }

  function draw() {
    const { call } = state;
    state.form = !may(CALLS, 'write') ? READ_ONLY : handlingForm(call, () => state.etag, (next, etag) => {
      Object.assign(state, { call: next, etag });
      $('.recordhead', place).replaceWith(head(next));
    });
    place.replaceChildren(...[head(call), actions(call, { dialog, isDirty, mayClose }), state.form.element, facts(call),
      deliveries(call), searchSites(call)].filter(Boolean));
  }

  read();
  return {
    closed,
    close: () => dialog.close(''),
    isDirty,
    /** The feed tells of it: shown at once unless somebody writes. */
    heard(call) {
      if (call.ID !== id || !state.call || isSame(call, state.call)) return;
      if (isDirty()) state.form.warn();
      else read();
    },
  };
}

/** Whether two readings of a record show the same; our own save comes back by the feed. */
const isSame = (a, b) => Object.keys(a).every(name => name === '更新日時' || a[name] === b[name]);

function head(call) {
  const name = callerName(call);
  const number = call['相手TEL'];
  return h('div', { class: 'recordhead' },
    h('div', { class: 'pills' }, statePill(call['状態']), handlingPill(call['対応状況'])),
    h('strong', { class: 'name data' }, name),
    h('div', { class: 'numline' },
      number ? h('a', { class: 'num', href: `tel:${number}` }, callerNumber(call))
        : h('span', { class: 'muted' }, callerNumber(call)),
      number && h('button', { class: 'btn sm ghost', type: 'button', onclick: () => copied(number) },
        icon('copy'), t('番号をコピー'))));
}

async function copied(number) {
  if (await copy(number)) done(t('コピーしました'));
}

function actions(call, { dialog, isDirty, mayClose }) {
  const customer = call['顧客ID'] !== '0';
  const to = customer ? link(`customers/${call['顧客ID']}`)
    : link('customers', { new: call['相手TEL'], call: call.ID });
  const leave = async event => {
    if (!isDirty()) {
      dialog.close('');
      return;
    }
    event.preventDefault();
    const { hash } = event.currentTarget;
    if (!await mayClose()) return;
    dialog.close('');
    location.hash = hash;
  };
  return h('div', { class: 'acts left' },
    h('a', { class: 'btn', href: link('desk', { call: call.ID }), onclick: leave }, icon('bell'), t('デスクで開く')),
    (customer || (call['相手TEL'] && may('CustomerAddress', 'write'))) && h('a', { class: 'btn', href: to,
      onclick: leave }, icon('person'), customer ? t('顧客を見る') : t('顧客に登録')),
    mayForward() && h('button', { class: 'btn', type: 'button', onclick: () => openForward(call) },
      icon('send'), t('伝言を送る')));
}

function facts(call) {
  const names = may(CALLS, 'write') ? FACTS : ['メモ', ...WRITTEN.filter(name => name !== 'メモ'), ...FACTS];
  const shown = names.filter(name => call[name] !== '' && !(name === '候補数' && Number(call[name]) < 2));
  return h('details', { class: 'part', open: true }, h('summary', {}, t('着信の内容')),
    h('dl', {}, shown.map(name => h('div', {}, h('dt', {}, term(name)),
      h('dd', { class: 'num data' }, factText(name, call[name]))))));
}

function factText(name, value) {
  if (NUMBERS.has(name)) return callerNumber({ 相手TEL: value });
  if (LENGTHS.has(name)) return duration(value);
  return WORDS.has(name) ? term(value) : value;
}

/** What people write about a call. */
function handlingForm(call, etag, saved) {
  const id = freshId('handling');
  const status = h('select', { id: `${id}-status` },
    ['', ...HANDLINGS].map(word => h('option', { value: word }, word ? term(word) : t('なし'))));
  const who = h('input', { type: 'text', id: `${id}-who`, maxlength: 40, autocomplete: 'off' });
  const tags = h('input', { type: 'text', id: `${id}-tags`, maxlength: 200, autocomplete: 'off' });
  const memo = h('textarea', { id: `${id}-memo`, rows: 4, maxlength: 4000 });
  const when = dateField({ label: term('折返し日時'), time: true });
  const fault = h('p', { class: 'err', role: 'alert', hidden: true });
  const save = h('button', { class: 'btn pri', type: 'submit', disabled: true }, icon('check'), t('保存'));
  const mine = myName();
  const field = (input, name, extra) => h('div', { class: 'f' }, h('label', { for: input.id }, term(name)),
    extra ? h('span', { class: 'withbtn' }, input, extra) : input);
  const me = mine && h('button', { class: 'btn sm', type: 'button',
    onclick: () => { who.value = mine; look(); } }, t('自分'));
  const element = h('form', { class: 'handling', oninput: () => look(), onchange: () => look() },
    h('div', { class: 'two' }, field(status, '対応状況'), field(who, '対応者', me)),
    h('div', { class: 'two' }, when, field(tags, 'タグ')), field(memo, 'メモ'), fault,
    h('div', { class: 'acts' }, h('span', { class: 'small muted' }, t('Ctrl+Enter でも保存できます。')), save));
  let stored = call;

  const values = () => ({
    対応状況: status.value, 対応者: who.value.trim(), 折返し日時: when.value, タグ: tags.value.trim(), メモ: memo.value,
  });
  const changed = () => Object.fromEntries(Object.entries(values()).filter(([name, value]) => value !== stored[name]));
  const isDirty = () => Object.keys(changed()).length > 0;
  const look = () => { save.disabled = !isDirty(); };
  const complain = text => {
    fault.textContent = text;
    fault.hidden = !text;
  };

  function fill(next) {
    stored = next;
    status.value = next['対応状況'];
    who.value = next['対応者'];
    tags.value = next['タグ'];
    memo.value = next['メモ'];
    when.value = next['折返し日時'];
    look();
  }

  /** Somebody else was faster: his version is told, what was typed stays, and the next save counts. */
  async function compare() {
    const theirs = await row(CALLS, call.ID);
    const others = WRITTEN.filter(name => theirs.row[name] !== stored[name]);
    const what = others.map(name => `${term(name)}「${theirs.row[name]}」`).join(' ');
    stored = theirs.row;
    saved(theirs.row, theirs.etag);
    look();
    complain(t('ほかの人が先に変えました: {what}。もう一度保存すると、ここに書いたものになります。', { what }));
  }

  element.addEventListener('submit', async event => {
    event.preventDefault();
    if (!isDirty() || !when.check()) return;
    save.disabled = true;
    complain('');
    const fields = changed();
    try {
      const next = await change(CALLS, call.ID, fields, etag());
      const merged = { ...stored, ...fields };
      fill(merged);
      saved(merged, next);
      done(t('保存しました'));
    } catch (error) {
      if (error.status === 412) await compare().catch(again => failed(t('保存できません'), again));
      else { complain(error.message); look(); }
    }
  });
  element.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) element.requestSubmit();
  });
  fill(call);
  return { element, isDirty, warn: () => complain(t('ほかの人がこの記録を変えました。保存すると確かめられます。')) };
}
