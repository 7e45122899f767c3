// Tells of a call: sentence, notice, sound, notice of the system, pages to open, number in the title.
//
// Invariant: each call is told once in a browser by sound, and once in a tab by words.
// Never: moves the focus, or opens a page while somebody types.

import { callerName, callerNumber } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { onKey } from '../../base/keys.js';
import { link, place, setBadge } from '../../base/router.js';
import { setting } from '../../base/settings.js';
import { banner, tally, unbanner } from '../../frame/shell.js';
import { say, toast } from '../../base/toast.js';
import { h } from '../../base/dom.js';
import { allCards, isRecorded, isRinging, keyOf, ringing, showCard, watch } from '../calls.js';
import { ring, wantsSound } from './sound.js';

const SILENT = 'なし';
const ANSWERED = new Set(['応答', '他で応答']);
const KEYS = 9;
/** Notices that are remembered so that the end of the call can take them away. */
const NOTICES_MAX = 40;

const notices = new Map();

/** Follows the calls; called once. */
export function startAnnouncing() {
  watch(change => {
    if (change.kind === 'ring') told(change);
    if (change.kind === 'end') over(change);
    if (change.kind === 'missed') missed(change);
    count();
  });
  for (let digit = 1; digit <= KEYS; digit += 1) {
    onKey(`Alt+${digit}`, t('着信中の 1〜9 件目を表示'), () => {
      const card = allCards()[digit - 1];
      if (card) showCard(card);
    }, { shown: 'Alt+1 … 9' });
  }
  count();
}

function count() {
  const calls = ringing();
  const first = calls[0]?.call;
  setBadge(calls.length, first ? callerName(first) : '');
  tally('desk', calls.length, { hot: true, meaning: t('着信中') });
}

/** Whether the stack of calls is on screen anyway. */
const seesStack = () => ['desk', 'mini', 'wallboard'].includes(place().name);

/** Whether somebody is writing now. */
export const isTyping = () => {
  const field = document.activeElement;
  return Boolean(field?.matches('input:not([type=checkbox]):not([type=radio]), textarea, select'));
};

function told({ card, message }) {
  if (message.known || message.late) return;
  const { call } = card;
  const sentence = t('着信 {who} {line}', { who: callerName(call), line: call['回線名'] || callerNumber(call) });
  if (seesStack()) say(sentence);
  else remember(call, notice(card, sentence));
  if (!message.sound) return;
  if (wantsSound() && card.toast?.['音'] !== SILENT) ring();
  if (document.visibilityState !== 'visible' || !document.hasFocus()) system(card);
  openPages(card, card.urls);
}

function remember(call, end) {
  const key = keyOf(call);
  const ends = [...notices.get(key) ?? [], end];
  notices.delete(key);
  notices.set(key, ends);
  if (notices.size > NOTICES_MAX) notices.delete(notices.keys().next().value);
}

function notice(card, spoken) {
  const { call } = card;
  const { タイトル: title, 本文: text, 表示秒数: seconds, 文字サイズ: size, URL: url } = card.toast ?? {};
  const actions = [[t('表示'), () => showCard(card), true], [t('後で')]];
  if (isPage(url)) actions.splice(1, 0, [t('ページを開く'), () => window.open(url, '_blank', 'noopener')]);
  return toast({
    kind: 'ring', title: title || [t('着信'), call['回線名']].filter(Boolean).join(' ・ '),
    text: text || callerName(call), detail: text ? '' : callerNumber(call), actions, spoken,
    seconds: setting('toastSeconds') || Number(seconds ?? 0), size: Number(size) || undefined,
  });
}

function system({ call, toast: words }) {
  if (!setting('notify') || !('Notification' in self) || Notification.permission !== 'granted') return;
  const shown = new Notification(words?.['タイトル'] || t('着信'), {
    body: words?.['本文'] || `${callerName(call)} ${callerNumber(call)}`,
    tag: `call-${keyOf(call)}`, lang: document.documentElement.lang, silent: true,
  });
  shown.onclick = () => {
    window.focus();
    if (isRecorded(call)) location.hash = `#call=${call.ID}`;
    shown.close();
  };
  remember(call, () => shown.close());
}

/** Only pages of the web are opened. */
export const isPage = url => /^https?:\/\//i.test(url ?? '');

function openPages(card, urls) {
  card.blocked = urls.filter(isPage);
  if (!setting('openUrls') || isTyping()) return;
  card.blocked = card.blocked.filter(url => {
    const page = window.open(url, '_blank');
    if (page) page.opener = null;
    return !page;
  });
}

function over({ card, envelope, message }) {
  const call = envelope['着信記録'];
  const key = keyOf(call);
  if (ANSWERED.has(call['状態']) || message.late) for (const end of notices.get(key) ?? []) end();
  notices.delete(key);
  const words = envelope['トースト'];
  if (card && message.sound && envelope['開くURL']) openPages(card, envelope['開くURL']);
  if (!words || message.late) return;
  toast({
    kind: 'bad', title: words['タイトル'], text: words['本文'], size: Number(words['文字サイズ']) || undefined,
    seconds: setting('toastSeconds') || Number(words['表示秒数']),
    actions: card && isRecorded(call) && !isRinging(call) ? [[t('表示'), () => showCard(card), true]] : [],
  });
}

function missed({ count: number, missed: unanswered }) {
  const text = t('接続が切れている間に着信 {n} 件(不在 {missed} 件)', { n: number, missed: unanswered });
  banner('missed', 'warn', text,
    h('a', { class: 'btn sm', href: link('history') }, t('着信履歴を見る')),
    h('button', { class: 'btn sm', type: 'button', onclick: () => unbanner('missed') }, t('閉じる')));
  say(text);
}
