// 伝言メモ: a call sent on to a colleague or a room with a note.
//
// Invariant: what came of it is told; a note that was not sent stays in the dialog.
// Never: sends twice for one press, or again what may have been sent when no answer came.

import { newKey, once, order, rows } from '../base/api.js';
import { ask, open as openDialog } from '../base/dialog.js';
import { freshId, h, icon } from '../base/dom.js';
import { callerName, callerNumber, dayAndTime } from '../base/format.js';
import { t, term, useWords } from '../base/i18n.js';
import { isAdministrator, may } from '../base/session.js';
import { keep, setting } from '../base/settings.js';
import { useStyle } from '../base/style.js';
import { done, failed, toast } from '../base/toast.js';
import { CALLS } from './calls.js';

const NOTE_MAX = 1000;
/** The words of a delivery that begin the message when it arrived. */
const ARRIVED = /^(成功|受付)/;
const WAITING_SECONDS = 10;
/** Targets that are listed: `[resource, icon, word]`. */
const TARGETS = [
  ['Notification-Chat', 'line', 'チャット'],
  ['Notification-Email-Address', 'mail', 'メール'],
  ['Notification-LINE-AccessToken', 'send', 'LINE'],
];
const PHRASES = ['折返しお願いします。', '至急お願いします。', 'また電話しますとのことです。', '電話があったことだけお伝えください。',
  '用件はメモのとおりです。'];

/** Whether this person may send calls on. */
export const mayForward = () => may(CALLS, 'write');

/** Opens the dialog for a record; answers whether a message was sent. */
export async function openForward(call) {
  await Promise.all([useWords('forward'), useStyle('records')]);
  let targets;
  try {
    targets = await readTargets();
  } catch (error) {
    failed(t('宛先を読み込めません'), error);
    return false;
  }
  const content = targets.length ? form(call, targets) : nobody();
  const { dialog, closed } = openDialog(t('伝言を送る'), content.element, { mayClose: content.mayClose });
  dialog.classList.add('forward');
  content.begin?.(dialog);
  return await closed === 'sent';
}

async function readTargets() {
  const lists = await Promise.all(TARGETS.map(([resource]) => rows(resource, { 使用する: 'True' })));
  return lists.flatMap((list, at) => list.map(row => ({
    resource: TARGETS[at][0], icon: TARGETS[at][1], id: row.ID, key: `${TARGETS[at][0]}/${row.ID}`,
    name: row['名称'] || row['メールアドレス'], kind: row['種別'] || t(TARGETS[at][2]),
    detail: row['メールアドレス'] || row['宛先'] || '',
  })));
}

function nobody() {
  const text = isAdministrator()
    ? t('伝言を送れる宛先がまだありません。チャット・メール・LINE の通知先を登録し、「使用する」をオンにしてください。')
    : t('伝言を送れる宛先がまだありません。管理者に、チャット・メール・LINE の通知先の登録を頼んでください。');
  const way = isAdministrator() && h('a', { class: 'btn pri', href: '/admin/#/Notification-Chat' }, t('通知先を登録'));
  return { element: h('div', { class: 'empty' }, icon('send'), h('p', {}, text), way) };
}

/** Who called, when and on which line: what the message will say. */
function about(call) {
  return h('div', { class: 'about data' },
    h('strong', {}, callerName(call)), h('span', { class: 'num' }, callerNumber(call)),
    h('span', { class: 'small muted num' }, dayAndTime(call['着信日時']), ' ', call['回線名'] || ''),
    call['メモ'] && h('p', { class: 'small', tabindex: 0 }, call['メモ']));
}

function form(call, targets) {
  const last = targets.some(target => target.key === setting('forwardTo')) ? setting('forwardTo') : targets[0].key;
  const noteId = freshId('note');
  const note = h('textarea', { id: noteId, rows: 3, maxlength: NOTE_MAX });
  const put = phrase => {
    note.setRangeText(phrase, note.selectionStart, note.selectionEnd, 'end');
    note.focus();
  };
  const result = h('p', { class: 'err', role: 'alert', hidden: true });
  const send = h('button', { class: 'btn pri', type: 'submit' }, icon('send'), t('送る'));
  // What went out without an answer, and under which key.
  const lost = { text: '', key: '' };
  const element = h('form', { class: 'stack' }, about(call),
    h('fieldset', { class: 'targets' }, h('legend', {}, t('宛先')), targets.map(target => choice(target, last))),
    h('div', { class: 'f' }, h('label', { for: noteId }, t('伝言')), note,
      h('div', { class: 'chips', role: 'group', 'aria-label': t('よく使う言葉') }, PHRASES.map(phrase =>
        h('button', { class: 'chip', type: 'button', onclick: () => put(t(phrase)) }, t(phrase))))),
    result,
    h('div', { class: 'acts' }, h('span', { class: 'small muted' }, t('着信の内容と一緒に届きます。')), send));
  const begin = dialog => {
    note.addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) element.requestSubmit();
    });
    element.addEventListener('submit', event => {
      event.preventDefault();
      const target = targets.find(({ key }) => key === new FormData(element).get('target'));
      deliver({ call, target, note: note.value, lost, send, result, dialog });
    });
    note.focus();
  };
  // Who chose nothing but a ready sentence has lost nothing.
  const mayClose = async () => ['', ...PHRASES.map(phrase => t(phrase))].includes(note.value.trim())
    || ask(t('書いたものを捨てますか?'), t('まだ送っていません。'), t('捨てる'), { danger: true, no: t('続けて書く') });
  return { element, begin, mayClose };
}

function choice(target, chosen) {
  return h('label', { class: 'target' },
    h('input', { type: 'radio', name: 'target', value: target.key, required: true, checked: target.key === chosen }),
    icon(target.icon), h('span', { class: 'nm data' }, target.name),
    h('span', { class: 'small muted data' }, target.detail), h('span', { class: 'pill' }, term(target.kind)));
}

async function deliver({ call, target, note, lost, send, result, dialog }) {
  if (send.disabled) return;
  send.disabled = true;
  result.hidden = true;
  keep('forwardTo', target.key);
  const body = { 資源: target.resource, 宛先ID: target.id, 伝言: note.trim() };
  const text = JSON.stringify(body);
  if (lost.text !== text) Object.assign(lost, { text, key: newKey() });
  try {
    const { msg } = await order(CALLS, call.ID, 'Forward', body, undefined, once(lost.key));
    if (ARRIVED.test(msg)) done(t('{name} に伝言を送りました', { name: target.name }), msg);
    else toast({ title: t('{name} への伝言は送信待ちです', { name: target.name }), text: msg, seconds: WAITING_SECONDS });
    dialog.close('sent');
  } catch (error) {
    // After an answer it is another message.
    if (error.status !== 0) lost.text = '';
    result.replaceChildren(h('strong', {}, t('送れませんでした。')), ' ', h('span', { class: 'data' }, error.message));
    result.hidden = false;
    send.disabled = false;
    send.focus();
  }
}
