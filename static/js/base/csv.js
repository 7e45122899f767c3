// A table as a file, made in the browser.
//
// Invariant: what a caller chose as his name is text in a spreadsheet too (no formula).
// Never: asks the server; whole resources are downloaded from there.

import { h } from './dom.js';

const FORMULA = /^[=+\-@\t\r＝＋－＠\u2212]/;
const NUMBER = /^-?\d+(\.\d+)?%?$/;

/** A table as CSV: BOM for Excel, CRLF, quotes where needed, signs that begin a formula made harmless. */
export function csv(head, rows) {
  const lines = [head, ...rows].map(cells => cells.map(cell).join(','));
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

function cell(value) {
  const plain = String(value ?? '');
  const text = FORMULA.test(plain) && !NUMBER.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hands a table to the browser as a download. */
export function download(name, head, rows) {
  const address = URL.createObjectURL(new Blob([csv(head, rows)], { type: 'text/csv' }));
  h('a', { href: address, download: name }).click();
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
