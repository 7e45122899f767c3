// Which fields a customer's form has, in which order, and what can be told of a value by itself.
//
// Invariant: every field that a client may write stands in one group.
// Never: guesses the reading of a name written in kanji.

const SLOTS = [1, 2, 3, 4, 5, 6];

/** The telephone numbers with their kinds. */
export const PHONES = SLOTS.flatMap(slot => [`電話番号${slot}`, `電話種別${slot}`]);

/** The parts of the form. */
export const GROUPS = [
  { title: '名前', fields: ['氏名', 'フリガナ', '敬称', '会社名', '会社名フリガナ', '部署', '役職'] },
  { title: '電話', fields: PHONES },
  { title: '社内', fields: ['顧客ランク', '担当者', '分類', '注意メッセージ', '表示色', '外部ID'] },
  { title: '住所', fields: ['郵便番号', '都道府県', '住所1', '住所2'] },
  { title: 'メール・URL', fields: ['メールアドレス1', 'メールアドレス2', 'URL'] },
  { title: '備考', fields: ['生年月日', '備考'] },
];

/** What helps while typing. */
export const HINTS = {
  氏名: '氏名か会社名のどちらかを入れてください。',
  注意メッセージ: '電話が鳴ったときに、目立たせて出します。',
  分類: 'いくつかあるときは、カンマで区切ります。',
};

/** Where the reading of a name stands. */
export const readingOf = { 氏名: 'フリガナ', 会社名: '会社名フリガナ' };

/** A reading as the service keeps it: full-width katakana. */
export const kana = text => text.normalize('NFKC').trim()
  .replace(/[ぁ-ゖゝゞ]/g, letter => String.fromCodePoint(letter.codePointAt(0) + 0x60));

/** The reading of a name that is kana itself; '' of every other. */
export function ownKana(name) {
  const read = kana(name);
  return /^[ァ-ヿ][ァ-ヿ ]*$/.test(read) ? read : '';
}

/** The kind of a number that its first digits tell. */
export const usualKind = number => (/^0[789]0\d{8}$/.test(number) ? '携帯' : '');
