// Keys for those who work without a mouse.
//
// Invariant: every key is in the list that ? shows, and all can be switched off.
// Never: takes a plain letter from somebody who types.

import { h } from './dom.js';
import { open } from './dialog.js';
import { t } from './i18n.js';
import { setting } from './settings.js';

const keys = new Map();

/**
 * Registers a key: `onKey('Alt+1', t('1件目の着信'), run)`. A name is the key's, with `Ctrl+` (or ⌘) and `Alt+`.
 * `shown` stands in the list instead of the name. Answers the function that takes it away.
 */
export function onKey(name, meaning, run, { shown = name } = {}) {
  const entry = { meaning, run, shown };
  keys.set(name, entry);
  return () => { if (keys.get(name) === entry) keys.delete(name); };
}

function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // With Alt some systems write a special letter; the place of the key is what counts.
  const digit = event.altKey && /^Digit\d$/.test(event.code) ? event.code.slice(5) : key;
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${digit}`;
}

const isTyping = target => target.matches?.('input:not([type=checkbox]):not([type=radio]), textarea, select')
  || target.isContentEditable;

addEventListener('keydown', event => {
  if (!setting('keys') || event.isComposing || event.defaultPrevented) return;
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (plain && isTyping(event.target)) return;
  if (document.querySelector('dialog[open], :popover-open') && plain) return;
  const entry = keys.get(nameOf(event));
  if (!entry) return;
  event.preventDefault();
  entry.run(event);
});

/** Shows the list of keys. */
export function showKeys() {
  const rows = [...new Map([...keys.values()].map(entry => [entry.shown, entry])).values()];
  open(t('キー操作'), [
    h('dl', { class: 'keys' }, rows.map(({ shown, meaning }) =>
      h('div', {}, h('dt', {}, h('kbd', {}, shown)), h('dd', {}, t(meaning))))),
    h('p', { class: 'small muted' }, t('「自分の設定」で使わないようにできます。')),
  ]);
}

// This module is there before the words of a language are: what it says is translated when it is shown.
onKey('?', 'キー操作の一覧', showKeys);
