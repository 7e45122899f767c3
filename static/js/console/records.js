// What the screens of call records share: words of 対応状況, changes of a record, what was typed as numbers.
//
// Invariant: a record is changed only if nobody else did since it was read (If-Match).
// Never: keeps a record.

import { change, row } from '../base/api.js';
import { ask } from '../base/dialog.js';
import { digits } from '../base/format.js';
import { t } from '../base/i18n.js';
import { userName } from '../base/session.js';
import { setting } from '../base/settings.js';
import { CALLS, HANDLINGS } from './calls.js';

export { CALLS, HANDLINGS };
/** Words of 状態 that SIP listening and other sources give. */
export const STATES = ['呼出中', '応答', '他で応答', '不在', '話中', '拒否', '切断', '不明'];
/** Words of 番号通知. */
export const NOTICES = ['通知', '非通知', '公衆電話', '表示圏外', '通知不可', '内線', '不明'];
/** Most numbers of one search. */
export const NUMBERS_MAX = 6;

/** Who I am in 対応者: the name set for this browser, else the signed-in one's, else this client's. */
export const myName = () => setting('operator') || userName() || setting('clientName');

/** Reads a record and changes it in one go; `fields` may be made from the row. Answers the row before. */
export async function amend(id, fields) {
  const { row: before, etag } = await row(CALLS, id);
  if (!before) throw new Error(t('この記録はもうありません。'));
  await change(CALLS, id, typeof fields === 'function' ? fields(before) : fields, etag);
  return before;
}

/** Asks whether what somebody wrote into a record may be thrown away. */
export const mayThrowAway = () => ask(t('書いたものを捨てますか?'), t('まだ保存していません。'), t('捨てる'),
  { danger: true, no: t('続けて書く') });

/**
 * The numbers in what was typed: `{ numbers, fault }`. They are separated by spaces, commas or &; full-width and
 * hyphens are taken.
 */
export function readNumbers(text) {
  const parts = text.normalize('NFKC').split(/[\s,、;&]+/).filter(Boolean);
  const wrong = parts.find(part => !/^\+?[\d\-()‐-―−ー.]+$/.test(part) || !digits(part));
  const numbers = [...new Set(parts.map(digits).filter(Boolean))];
  if (wrong) return { numbers: [], fault: t('「{text}」は電話番号として読めません。', { text: wrong }) };
  if (numbers.length > NUMBERS_MAX) {
    return { numbers: [], fault: t('電話番号は {max} 件までです。{n} 件あるので減らしてください。',
      { max: NUMBERS_MAX, n: numbers.length }) };
  }
  return { numbers, fault: '' };
}
