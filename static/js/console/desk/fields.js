// The facts of a customer that the card shows, and their order; the fields of a memo.
//
// Invariant: an unknown name in the user's choice is left out; without a choice the usual four are shown.
// Never: shows a field that the server does not give.

import { count, dayAndTime, moment, tel } from '../../base/format.js';
import { setting } from '../../base/settings.js';
import { t, term } from '../../base/i18n.js';

const NUMBERS = 6;
const PHONES = '電話番号';
const ADDRESS = '住所';

/** The fields of the memo. */
export const FIELDS = ['タグ', 'メモ', '対応状況', '対応者', '折返し日時'];

/** Names that can be chosen: fields of the resource, and the two that join several. */
export const CHOICES = ['最終着信日時', '着信回数', '担当者', PHONES, ADDRESS, 'メールアドレス1', '部署', '役職', '分類',
  '生年月日', '外部ID', '敬称', '登録日時'];
/** What is shown without a choice. */
export const USUAL = ['最終着信日時', '着信回数', '担当者', PHONES];

/** The chosen names in their order. */
export function chosenFields() {
  const own = setting('cardFields');
  return Array.isArray(own) ? own.filter(name => CHOICES.includes(name)) : USUAL;
}

/** How a fact is called. */
export function labelOf(name) {
  if (name === PHONES) return t('電話番号');
  if (name === ADDRESS) return t('住所');
  return term(name);
}

/** The telephone numbers of a customer: `[{ number, kind }]`. */
export function numbersOf(customer) {
  const found = [];
  for (let at = 1; at <= NUMBERS; at += 1) {
    const number = customer[`電話番号${at}`];
    if (number) found.push({ number, kind: customer[`電話種別${at}`] });
  }
  return found;
}

/** The address on one line. */
export const addressOf = customer => [customer['郵便番号'] && `〒${customer['郵便番号']}`,
  [customer['都道府県'], customer['住所1']].filter(Boolean).join(''), customer['住所2']].filter(Boolean).join(' ');

/** What a fact says: `{ text, data }`, `data` telling that it is the office's own text; text '' = nothing known. */
export function factOf(name, { customer, past }) {
  switch (name) {
    // The call that is open counts for the service; here the one before it is of interest.
    case '最終着信日時': return { text: past?.length ? moment(past[0]['着信日時']) : past ? t('初めて') : '' };
    case '着信回数': return { text: t('{n} 件', { n: count(customer[name] || 0) }) };
    case '登録日時': return { text: dayAndTime(customer[name]) };
    case PHONES: return { text: numbersOf(customer).map(({ number }) => tel(number)).join('\n') };
    case ADDRESS: return { text: addressOf(customer), data: true };
    default: return { text: customer[name] ?? '', data: true };
  }
}
