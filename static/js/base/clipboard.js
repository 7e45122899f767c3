// Copying a text.
//
// Invariant: answers whether the text is in the clipboard now.
// Never: leaves the focus elsewhere.

import { h } from './dom.js';

/** Copies a text and answers whether that was allowed. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOld(text);
  }
}

/** Without a secure context scripts have no clipboard, but may copy what is selected after a click. */
function copyOld(text) {
  const area = h('textarea', { class: 'sr', 'aria-hidden': 'true', value: text });
  const host = document.querySelector('dialog[open]') ?? document.body;
  const before = document.activeElement;
  host.append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  before?.focus();
  return isDone;
}
