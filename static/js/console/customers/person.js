// How a customer is named and marked.
//
// Invariant: what is data of the office is marked as such.
// Never: asks the service.

import { isolated } from '../../base/bidi.js';
import { h } from '../../base/dom.js';
import { initialOf } from '../../base/format.js';
import { t } from '../../base/i18n.js';

const PHONES = 6;
const SLOTS = Array.from({ length: PHONES }, (_, at) => at + 1);

/** The fields of the telephone numbers: `{ number, kind }`. */
export const PHONE_FIELDS = SLOTS.map(slot => ({ number: `電話番号${slot}`, kind: `電話種別${slot}` }));

/** The numbers that a customer has: `[{ field, number, kind }]`. */
export const phonesOf = row => PHONE_FIELDS.filter(({ number }) => row[number])
  .map(({ number, kind }) => ({ field: number, number: row[number], kind: row[kind] }));

/** The first telephone field that is free, or null. */
export const freePhone = row => PHONE_FIELDS.find(({ number }) => !row[number]) ?? null;

/** What a customer is called. */
export const nameOf = row => row['氏名'] || row['会社名'] || t('(名前なし)');

/** The name with 敬称, for people. */
export const politeName = row => (row['氏名'] ? `${isolated(row['氏名'])} ${row['敬称']}`.trim() : nameOf(row));

/** The colour that the office gave the customer. */
export const colourDot = row => (/^#[0-9A-F]{6}$/i.test(row['表示色'] ?? '')
  ? h('span', { class: 'colour', vars: { '--own': row['表示色'] }, 'aria-hidden': 'true' }) : null);

const CATEGORIES = ['固定', '携帯', 'フリーダイヤル', '国際', 'その他'];

/** What kind of number it is, in the chosen language. */
export function categoryOf({ 番号種別: word }) {
  return CATEGORIES.includes(word) ? t(word) : word;
}

/** The first letter, for the square beside the name. */
export const initial = row => initialOf(nameOf(row));
