// What can be done with a stored row: test it, run it now, ask the service behind it.
//
// Invariant: the outcome is said in words where the button is, and stays until the next one.
// Never: gives an order about values that are not saved.

import { freshId, h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { row as readRow } from '../../base/api.js';
import { link } from '../../base/router.js';
import { may } from '../../base/session.js';
import { say } from '../../base/toast.js';

const TARGETS = new Set(['Notification-LINE-AccessToken', 'Notification-Email-Address', 'Notification-Chat',
  'IncomingCall-URL', 'IncomingCall-Command']);
const BUTTONS = {
  Test: ['send', 'テスト', 'いまの設定で 1 回試し、結果をここに出します。'],
  Run: ['play', '今すぐ実行', 'いま 1 回実行し、終わるまで待ちます。'],
};
const LINE_TEST = '接続先に SIP の問い合わせを送り、答えを確かめます。';
const QUOTA = 'quota';
/** Which function lists the rooms of a kind of chat, and what a room is called in its answer. */
const ROOMS = {
  'Chat&Messenger': ['getConferenceRooms', data => listOf(data, 'conferenceRooms'),
    room => [room.name ?? room.id, room.name ?? '']],
  'Rocket.Chat': ['rooms.get', data => listOf(data, 'update'), room => [room._id, room.fname ?? room.name ?? '']],
};
const ROOMS_MAX = 200;

const listOf = (data, name) => {
  const found = Array.isArray(data) ? data : data?.[name] ?? [];
  return Array.isArray(found) ? found : Object.values(found);
};

/** The orders of the row in a form: `{ element, mayRun(yes) }`, or null where it has none. */
export function ordersOf(form) {
  const { resource, row } = form;
  const words = Object.keys(resource.orders ?? {}).filter(word => BUTTONS[word] && may(resource.uri, 'write'));
  const result = h('div', { class: 'result', role: 'status' });
  const buttons = words.map(word => orderButton(form, word, result));
  const functions = resource.functions ?? [];
  if (functions.includes(QUOTA)) buttons.push(functionButton(form, result));
  const rooms = may(resource.uri, 'write') && functions.length && ROOMS[row['種別']];
  if (rooms) buttons.push(roomsButton(form, rooms, result));
  const log = TARGETS.has(resource.uri) && h('a', {
    class: 'btn sm ghost', href: link('Notification-Delivery', { 資源: resource.uri, 宛先ID: form.key }),
  }, icon('history'), t('送った記録'));
  if (buttons.length === 0 && !log) return null;
  const note = h('span', { class: 'small muted', hidden: true }, t('保存してから試せます。'));
  return {
    element: h('section', { class: 'orders', 'aria-label': t('試す・実行する') },
      h('div', { class: 'chips' }, buttons, log, note), result),
    mayRun(yes) {
      for (const button of buttons) button.disabled = !yes;
      note.hidden = yes || buttons.length === 0;
    },
  };
}

function button(name, label, hint, run) {
  const id = freshId('order');
  return h('button', { class: 'btn sm', type: 'button', id, title: hint, onclick: run }, icon(name), label);
}

function orderButton(form, word, result) {
  const [name, label, hint] = BUTTONS[word];
  const meaning = form.resource.uri === 'SIP-ServerConnection' ? LINE_TEST : hint;
  const made = button(name, t(label), t(meaning), async () => {
    busy(made, result, word === 'Run' ? t('実行しています…') : t('試しています…'));
    const { good, text } = await form.order(word);
    show(result, good, text);
    made.disabled = false;
    made.focus();
    await reread(form);
  });
  return made;
}

async function reread(form) {
  try {
    const { row, etag } = await readRow(form.resource.uri, form.key);
    if (row && form.isConnected) form.refresh(row, form.isDirty() ? '' : etag);
    if (row) form.onread(row);
  } catch { /* the outcome is shown; the list follows with the next reading */ }
}

function busy(made, result, text) {
  made.disabled = true;
  result.className = 'result';
  result.replaceChildren(h('span', { class: 'muted' }, text));
}

function show(result, good, text) {
  result.className = `result ${good ? 'ok' : 'bad'}`;
  result.replaceChildren(icon(good ? 'check' : 'warn'), h('span', { class: 'data' }, text));
  say(text);
}

function functionButton(form, result) {
  const made = button('chart', t('残り通数'), t('LINE に今月の残りを問い合わせます。'), async () => {
    busy(made, result, t('問い合わせています…'));
    const { good, text, data } = await form.order(`Call/${QUOTA}`);
    show(result, good, good ? told(data) : text);
    made.disabled = false;
  });
  return made;
}

/** What LINE says of the month, in words. */
const told = ({ type, value = '', totalUsage = '', remaining = '' } = {}) => (type === 'limited'
  ? t('今月の残り {left} 通(上限 {max} 通、送信済み {sent} 通)', { left: remaining, max: value, sent: totalUsage })
  : t('上限はありません(送信済み {sent} 通)', { sent: totalUsage }));

function roomsButton(form, [word, list, nameOf], result) {
  const target = form.fields.find(made => made.field.name === '宛先');
  const made = button('find', t('ルームを選ぶ'), t('相手のサービスにあるルームの一覧から選びます。'), async () => {
    busy(made, result, t('問い合わせています…'));
    const { good, text, data } = await form.order(`Call/${word}`);
    made.disabled = false;
    if (!good) { show(result, false, text); return; }
    const rooms = list(data).slice(0, ROOMS_MAX).map(nameOf).filter(([id]) => id);
    result.className = 'result rooms';
    const take = id => {
      target.set(id);
      form.fieldChanged(target);
      target.focus();
    };
    result.replaceChildren(rooms.length ? '' : h('span', {}, t('ルームが見つかりません。')), ...rooms.map(([id, name]) =>
      h('button', { class: 'chip data', type: 'button', onclick: () => take(id) }, name || id)));
    result.querySelector('button')?.focus();
  });
  return made;
}

