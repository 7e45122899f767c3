// Japanese and English texts.
//
// Invariant: a text's key is the Japanese text itself, so Japanese needs no table.
// Never: translates data of the office (names, memos, messages of the server).

import { isolated } from './bidi.js';

let words = {};
let terms = {};
/** Dictionaries of the catalogue: a text of a page may be the same word with another meaning (通知). */
const OF_CATALOGUE = new Set(['catalogue', 'meanings', 'openapi']);
let chosen = 'ja';
try {
  chosen = localStorage.getItem('lang') ?? 'ja';
} catch { /* storage is forbidden: Japanese */ }
document.documentElement.lang = chosen;

/** 'ja' or 'en'. */
export const language = () => chosen;

/** Loads English dictionaries (`words/<area>.js`) before a screen is drawn; does nothing in Japanese. */
export async function useWords(...areas) {
  if (chosen !== 'en') return;
  const loaded = await Promise.all(areas.map(area => import(`../words/${area}.js`)));
  loaded.forEach((dictionary, at) => {
    if (OF_CATALOGUE.has(areas[at])) terms = { ...terms, ...dictionary.default };
    else words = { ...words, ...dictionary.default };
  });
}

/**
 * The text in the chosen language: `t('{n} 件', { n: 3 })`.
 * A dictionary's entry may be `[one, other]`, chosen by the value `n`.
 */
export function t(text, values) {
  let found = chosen === 'en' ? words[text] ?? terms[text] ?? text : text;
  if (Array.isArray(found)) found = found[Number(values?.n) === 1 ? 0 : 1];
  return values ? found.replace(/\{(\w+)\}/g, (whole, name) => isolated(values[name] ?? whole)) : found;
}

/** A word of the catalogue (a field's name, a word of an enum) in the chosen language: words/catalogue.js. */
export const term = word => (chosen === 'en' ? terms[word] ?? word : word);

/** Changes the language and draws the page anew. */
export function setLanguage(language) {
  localStorage.setItem('lang', language);
  location.reload();
}
