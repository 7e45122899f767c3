// Whether what somebody typed can be a field's value: the server's rules, told while typing.
//
// Invariant: what passes nowhere here is refused by the server too; the server has the last word.
// Never: changes more than width and spaces (`normal`).

import { t } from './i18n.js';

const PATTERNS = {
  'sip-user': [/^[A-Za-z0-9._*#+-]{1,64}$/, '半角の英数字と . _ * # + - で、64 文字まで入れてください。'],
  host: [/^(?=.{1,253}$)[A-Za-z0-9:.\[\]-]+$/, 'ホスト名か IP アドレスを入れてください(例 192.168.1.1)。'],
  ip: [/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]+(%\w+)?)$/, 'IP アドレスを入れてください(例 192.168.1.21)。'],
  email: [/^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+$|^[^\s@,;<>]+@[^\s@,;<>]+$/,
    'メールアドレスを 1 件だけ入れてください(例 shop@example.com)。'],
  zip: [/^\d{3}-?\d{4}$/, '郵便番号は数字 7 桁で入れてください(例 640-8000)。'],
  color: [/^#[0-9a-fA-F]{6}$/, '色は #RRGGBB で入れてください(例 #0A84FF)。'],
  time: [/^([01]?\d|2[0-3]):[0-5]\d$/, '時刻は HH:mm で入れてください(例 09:30)。'],
  path: [/^(\/|[A-Za-z]:[\\/]|\\\\)/, '絶対パスで入れてください(例 /var/backups)。'],
};
const NARROW = new Set(['int', 'ref', 'sip-user', 'host', 'ip', 'email', 'zip', 'color', 'time', 'date', 'datetime',
  'tel', 'line-list', 'hours', 'url', 'secret-url']);
const HOURS = /^([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)$/;

/** What was typed in the form that the service keeps: half-width, without blanks around. */
export function normal(field, text) {
  if (!NARROW.has(field.kind)) return text;
  const narrow = text.normalize('NFKC').trim();
  return field.kind === 'tel' ? narrow.replace(/[\s\-‐‑–—―−ー()./]/g, '') : narrow;
}

/** What is wrong with a value, as a sentence, or ''. */
export function check(field, text) {
  if (!text) return field.required ? t('入力してください。') : '';
  const long = tooLong(field, text);
  if (long) return long;
  const pattern = PATTERNS[field.kind];
  if (pattern && !pattern[0].test(text)) return t(pattern[1]);
  switch (field.kind) {
    case 'int': return number(field, text);
    case 'tel': return telephone(text);
    case 'url': case 'secret-url': return address(text);
    case 'date': return isDay(text) ? '' : t('日付は yyyy/MM/dd で入れてください(例 2026/04/01)。');
    case 'datetime': return isMoment(text) ? '' : t('日時は yyyy/MM/dd HH:mm で入れてください。');
    case 'hours': return hours(text);
    case 'secret': return text.startsWith('********') ? t('伏せ字で始まる値は使えません。') : '';
    default: return '';
  }
}

function tooLong(field, text) {
  const length = [...text].length;
  if (field.max && field.kind !== 'int' && length > field.max) {
    return t('{max} 文字までです(今 {n} 文字)。', { max: field.max, n: length });
  }
  if (field.min && field.kind !== 'int' && length < field.min) {
    return t('{min} 文字以上にしてください(今 {n} 文字)。', { min: field.min, n: length });
  }
  return '';
}

function number(field, text) {
  if (!/^-?\d+$/.test(text)) return t('数字で入れてください。');
  const value = Number(text);
  if (field.min === undefined || (value >= field.min && value <= field.max)) return '';
  return t('{min} から {max} までの数字を入れてください。', { min: field.min, max: field.max });
}

function telephone(text) {
  const rest = text.replace(/^\+/, '');
  if (!/^\d+$/.test(rest)) return t('電話番号は数字で入れてください(ハイフンや全角でもかまいません)。');
  return rest.length >= 3 && rest.length <= 15 ? '' : t('電話番号は 3 桁から 15 桁までです。');
}

function address(text) {
  const plain = t('http:// か https:// で始まる URL を入れてください。');
  if (!/^https?:\/\/[^\s/]+/i.test(text)) return plain;
  try {
    const url = new URL(text);
    return url.username || url.password ? t('URL に利用者名やパスワードは書けません。') : '';
  } catch {
    return plain;
  }
}

function hours(text) {
  let end = -1;
  for (const range of text.split(/[,、]/).map(part => part.trim()).filter(Boolean)) {
    const parts = HOURS.exec(range.replace(/[~〜]/, '-'));
    if (!parts) return t('09:00-18:00 の形で入れてください。');
    const [from, to] = [Number(parts[1]) * 60 + Number(parts[2]), Number(parts[3]) * 60 + Number(parts[4])];
    if (to <= from) return t('終わりは始まりより後の時刻にしてください。');
    if (from < end) return t('時間帯が重なっています。');
    end = to;
  }
  return '';
}

function isDay(text) {
  const parts = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$/.exec(text);
  if (!parts) return false;
  const [year, month, day] = parts.slice(1).map(Number);
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day;
}

function isMoment(text) {
  const [day, time = '', ...more] = text.split(/[ T]/);
  return more.length === 0 && isDay(day) && (!time || /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(time));
}
