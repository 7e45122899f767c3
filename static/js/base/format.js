// How numbers, times and callers are shown.
//
// Invariant: what is shown can be read without colour and without knowing the stored form.
// Never: changes what is stored.

import { language, t, term } from './i18n.js';
import { daysAfter, japanNow } from './japan.js';
import { divided } from './numbering.js';

/** A telephone number with hyphens; abroad with +. */
export function tel(number) {
  if (!number) return '';
  if (/^010\d/.test(number)) return `+${number.slice(3)}`;
  return divided(number);
}

/** What people type (full-width, hyphens, +81) as digits. */
export function digits(text) {
  const plain = text.normalize('NFKC').replace(/[^\d+]/g, '');
  return plain.startsWith('+81') ? `0${plain.slice(3)}` : plain.replace(/^\+/, '010');
}

/** Who called: the customer, else why there is no name (番号未登録, 非通知, 公衆電話 …). */
export function callerName(call) {
  const known = call['顧客名'] || call['会社名'];
  if (known) return known;
  if (call['相手TEL']) return call['相手表示名'] || t('番号未登録');
  return call['番号通知'] === '通知' ? t('番号未登録') : term(call['番号通知'] || '不明');
}

/** The first letter of a name that can be seen, for the square beside it. */
export const initialOf = name => /[^\p{C}\p{Z}]/u.exec(name)?.[0] ?? '';

/** The caller's number for people, or the word why there is none. */
export const callerNumber = call => tel(call['相手TEL']) || term(call['番号通知'] || '不明');

/** `yyyy/MM/dd HH:mm:ss` as a Date, or null. */
export function parsed(text) {
  const parts = /^(\d{4})\/(\d\d)\/(\d\d)(?: (\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text ?? '');
  if (!parts) return null;
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts.slice(1).map(part => Number(part ?? 0));
  return new Date(year, month - 1, day, hour, minute, second);
}

const two = number => String(number).padStart(2, '0');

/** A Date as `yyyy/MM/dd`. */
export const isoDay = date => `${date.getFullYear()}/${two(date.getMonth() + 1)}/${two(date.getDate())}`;

/** A day as requests and addresses write it. */
export const dashed = day => day.replaceAll('/', '-');

/** The day so many days ago, as requests and addresses write it. */
export const dayAgo = days => dashed(isoDay(daysAfter(japanNow(), -days)));

/** A Date as `yyyy/MM/dd HH:mm:ss`, the form of the service. */
export const isoTime = date =>
  `${isoDay(date)} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

/** A moment for lists: the time today, month and day this year, else the whole date. */
export function moment(text) {
  const date = parsed(text);
  if (!date) return text ?? '';
  const now = japanNow();
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (isoDay(date) === isoDay(now)) return time;
  if (date.getFullYear() === now.getFullYear()) return `${date.getMonth() + 1}/${date.getDate()} ${time}`;
  return `${isoDay(date)} ${time}`;
}

/** Month, day, weekday and time of a moment: `11/22(日) 10:41`. */
export function dayAndTime(text) {
  const date = parsed(text);
  if (!date) return text ?? '';
  const year = date.getFullYear() === japanNow().getFullYear() ? '' : `${date.getFullYear()}/`;
  const head = `${year}${date.getMonth() + 1}/${date.getDate()}`;
  return `${head}(${weekday(date.getDay())}) ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The short name of a weekday, 0 = Sunday. */
export const weekday = day =>
  (language() === 'en' ? ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] : [...'日月火水木金土'])[day];

/** Seconds as `m:ss`. */
export function duration(seconds) {
  if (seconds === '' || seconds == null) return '';
  const whole = Math.max(0, Math.round(Number(seconds)));
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

/** A number with separators. */
export const count = number => Number(number).toLocaleString(language() === 'en' ? 'en' : 'ja-JP');

/** The look and icon of a call's 状態: `{ kind, icon }`. */
export function stateLook(state) {
  switch (state) {
    case '呼出中': return { kind: 'warn', icon: 'bell' };
    case '応答': case '他で応答': return { kind: 'ok', icon: 'in' };
    case '不在': return { kind: 'bad', icon: 'missed' };
    default: return { kind: '', icon: 'phone' };
  }
}
