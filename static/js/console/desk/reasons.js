// Words for what a call was about.
//
// Invariant: the words that this browser and the office used last stand among the usual ones.
// Never: keeps more than OWN_MAX words.

import { t } from '../../base/i18n.js';
import { recentCalls } from '../calls.js';

const KEY = 'smartconnect.reasons';
const OWN_MAX = 8;
const WORD_MAX = 40;
// The stored words; shown in the language of the page.
const USUAL = [
  ['注文', () => t('注文')], ['問い合わせ', () => t('問い合わせ')], ['請求', () => t('請求')], ['折返し', () => t('折返し')],
  ['営業', () => t('営業')], ['その他', () => t('その他')],
];

/** The words of タグ. */
export const split = text => (text ?? '').split(',').map(word => word.trim()).filter(Boolean);

function own() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return found.filter(word => typeof word === 'string' && word.length <= WORD_MAX).slice(0, OWN_MAX);
  } catch {
    return [];
  }
}

/** The words to choose from: the usual ones, the office's own, those of this call. `[{ word, label, own }]`. */
export function reasons(chosen) {
  const usual = USUAL.map(([word, label]) => ({ word, label: label(), own: false }));
  const known = new Set(USUAL.map(([word]) => word));
  const office = recentCalls().flatMap(call => split(call['タグ']));
  const offered = [...new Set([...own(), ...office])].filter(word => !known.has(word)).slice(0, OWN_MAX);
  const others = [...new Set([...offered, ...chosen])].filter(word => !known.has(word));
  return [...usual, ...others.map(word => ({ word, label: word, own: true }))];
}

/** Puts words that were used before the others. */
export function remember(words) {
  const known = new Set(USUAL.map(([word]) => word));
  const fresh = words.filter(word => word && !known.has(word) && word.length <= WORD_MAX);
  if (!fresh.length) return;
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([...fresh, ...own()])].slice(0, OWN_MAX)));
  } catch { /* full or forbidden: the words are offered as long as the call is open */ }
}
