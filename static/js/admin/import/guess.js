// What a chosen file seems to be, before it is sent: read from its beginning in this browser.
//
// Invariant: only the first HEAD_BYTES are read, however large the file is.
// Never: decides anything: what the service says counts.

import { t } from '../../base/i18n.js';

const HEAD_BYTES = 64 * 1024;
const ROWS = 5;
const SEPARATORS = [',', '\t', ';'];

/** `{ kind: 'csv'|'vcard', type, format, encoding, headings, rows }` of a file. */
export async function guess(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const { text, encoding } = decoded(bytes);
  if (/^\s*BEGIN:VCARD/i.test(text)) return { ...cards(text), encoding };
  const first = text.split('\n', 1)[0];
  const separator = SEPARATORS.find(sign => first.includes(sign)) ?? SEPARATORS[0];
  const [headings = [], ...rows] = table(text, separator, ROWS + 1);
  return { kind: 'csv', type: 'text/csv', format: program(headings), encoding, headings, rows };
}

function decoded(bytes) {
  if (bytes[0] === 0xef && bytes[1] === 0xbb) return { text: read(bytes, 'utf-8'), encoding: 'UTF-8 (BOM)' };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: read(bytes, 'utf-16le'), encoding: 'UTF-16' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }), encoding: 'UTF-8' };
  } catch {
    return { text: read(bytes, 'shift_jis'), encoding: 'Shift_JIS' };
  }
}

const read = (bytes, label) => new TextDecoder(label).decode(bytes, { stream: true });

function program(headings) {
  const has = name => headings.includes(name);
  if (has('Organization Name') || has('Given Name') || headings.some(name => /^Phone \d+ - /.test(name))) {
    return t('Google コンタクトの CSV');
  }
  if ((has('姓') && has('名')) || has('Last Name') || has('E-mail Address')) return t('Outlook の CSV');
  return t('この製品の見出しの CSV');
}

/** The first rows of a table, quotes and line breaks in cells included. */
export function table(text, separator, most) {
  const rows = [];
  let row = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length && rows.length < most; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += sign;
        at += 1;
      } else quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === separator || sign === '\n') {
      row.push(cell.replace(/\r$/, ''));
      cell = '';
      if (sign === '\n') {
        if (row.some(Boolean)) rows.push(row);
        row = [];
      }
    } else cell += sign;
  }
  if (rows.length < most && (cell || row.length)) rows.push([...row, cell]);
  return rows;
}

/** Name and numbers of the first cards. */
function cards(text) {
  const rows = text.split(/BEGIN:VCARD/i).slice(1, ROWS + 1).map(card => {
    const lines = card.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
    const values = name => lines.filter(line => new RegExp(`^(item\\d+\\.)?${name}[;:]`, 'i').test(line))
      .map(line => line.slice(line.indexOf(':') + 1).replaceAll(';', ' ').replaceAll('\\,', ',').trim());
    return [values('FN')[0] ?? values('N')[0] ?? '', values('ORG')[0] ?? '', values('TEL').join(' / '),
      values('EMAIL').join(' / ')];
  });
  const headings = [t('氏名'), t('会社名'), t('電話番号'), t('メールアドレス')];
  const version = /VERSION:([\d.]+)/i.exec(text)?.[1] ?? '';
  return { kind: 'vcard', type: 'text/vcard', format: `vCard ${version}`.trim(), headings, rows };
}
