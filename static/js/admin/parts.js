// What several screens of the administration are made of.
//
// Invariant: a state is a word and an icon, never a colour alone.
// Never: asks the server.

import { Refusal } from '../base/api.js';
import { copy } from '../base/clipboard.js';
import { h, icon } from '../base/dom.js';
import { dayAgo, isoDay } from '../base/format.js';
import { language, t } from '../base/i18n.js';
import { instant, japanNow } from '../base/japan.js';
import { done, failed } from '../base/toast.js';

const DAY_MS = 86_400_000;

/** For looks that a screen takes by itself: the frame tells of a lost service, only a fault of ours is logged. */
export const quietly = error => { if (!(error instanceof Refusal)) console.error(error); };

/** The head of a screen: what it is, in a sentence what it is for, and what can be done. */
export const head = (title, text, ...actions) => h('div', { class: 'pagehead' },
  h('div', {}, h('h1', {}, title), text && h('p', {}, text)), h('span', { class: 'sp' }), actions);

/** A card with a heading; `more` stands at the right of it. */
export const card = (title, content, ...more) => h('section', { class: 'card' },
  h('header', {}, h('h2', {}, title), more.length > 0 && h('span', { class: 'sp' }), more), content);

/** A word with an icon: kind '', 'ok', 'bad', 'warn' or 'brand'. */
export const pill = (kind, name, text) => h('span', { class: `pill ${kind}` }, name && icon(name), text);

/** A button. */
export const button = (label, onclick, { main = false, small = false, name = null, ...props } = {}) => h('button', {
  class: `btn${main ? ' pri' : ''}${small ? ' sm' : ''}`, type: 'button', onclick, ...props,
}, name && icon(name), label);

/** A link that looks like a button. */
export const linkButton = (label, href, { main = false, small = true, ...props } = {}) =>
  h('a', { class: `btn${main ? ' pri' : ''}${small ? ' sm' : ''}`, href, ...props }, label);

/** Nothing is here yet: why, and what to do next. */
export const empty = (name, text, ...next) => h('div', { class: 'empty' }, icon(name), h('p', {}, text), next);

/** What is shown until the answer comes. */
export const waiting = () => h('p', { class: 'empty', role: 'status' }, t('読み込んでいます…'));

/** A line inside a screen: kind 'info', 'warn' or 'bad'. */
export const notice = (kind, text, ...more) =>
  h('div', { class: `banner ${kind}`, role: kind === 'bad' ? 'alert' : null },
    icon({ info: 'info', good: 'check' }[kind] ?? 'warn'), h('div', { class: 'grow' }, text), more);

/** A field with its label above and a hint below. */
export function labelled(label, input, hint) {
  input.id ||= `in-${labelled.last += 1}`;
  if (hint) input.setAttribute('aria-describedby', `${input.id}-hint`);
  return h('div', { class: 'f' }, h('label', { for: input.id }, label), input,
    hint && h('div', { class: 'hint', id: `${input.id}-hint` }, hint));
}
labelled.last = 0;

/** Copies a text and tells whether that went. */
export async function copyTold(text) {
  if (await copy(text)) done(t('コピーしました'));
  else failed(t('コピーできません'), new Refusal(0, t('ブラウザーが許していません。文字を選んでコピーしてください。')));
}

/** A text that is copied by a button; without a label it is an icon. */
export function copyable(text, label = t('コピー')) {
  const named = label ? {} : { 'aria-label': t('コピー'), title: t('コピー') };
  return button(label, () => copyTold(text), { small: true, name: 'copy', ...named });
}

/** A block of text for a terminal or a file, with its copy button. */
export const code = text =>
  h('div', { class: 'codeblock' }, h('pre', { class: 'code data', tabindex: 0 }, text), copyable(text, ''));

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];
/** Bytes for people. */
export function size(bytes) {
  let rest = Number(bytes);
  let unit = 0;
  while (rest >= 1000 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  const shown = rest.toLocaleString(language() === 'en' ? 'en' : 'ja-JP', { maximumFractionDigits: rest < 10 ? 1 : 0 });
  return `${shown} ${UNITS[unit]}`;
}

/** Milliseconds since a time of the service; null where there is none. */
export function since(text) {
  const at = instant(text);
  return Number.isNaN(at) ? null : Date.now() - at;
}

/** How long ago a time of the service is, in words. */
export function ago(text) {
  const gone = since(text);
  if (gone === null) return '';
  const minutes = Math.max(0, Math.floor(gone / 60_000));
  if (minutes < 1) return t('たった今');
  if (minutes < 60) return t('{n} 分前', { n: minutes });
  if (gone < 2 * DAY_MS) return t('{n} 時間前', { n: Math.floor(minutes / 60) });
  return t('{n} 日前', { n: Math.floor(gone / DAY_MS) });
}

/** Today in Japan, as the service writes it. */
export const today = () => isoDay(japanNow());

/** Yesterday in Japan, as addresses write it. */
export const yesterday = () => dayAgo(1);
