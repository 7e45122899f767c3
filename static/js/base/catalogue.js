// What resources there are, with their fields, orders and limits: /catalogue.json, loaded once.
//
// Invariant: names in the chosen language come from here, so that a word that means two things is told apart.
// Never: holds rows.

import { request } from './api.js';
import { tel } from './format.js';
import { term } from './i18n.js';

const ADDRESS = '/catalogue.json';
let loading = null;

/** The whole catalogue: `{ resources, forward, placeholders, version }`. */
export function catalogue() {
  loading ??= request('GET', ADDRESS).then(({ data }) => data).catch(error => {
    loading = null;
    throw error;
  });
  return loading;
}

/** A resource by its URI, or undefined. */
export const resourceOf = async uri => (await catalogue()).resources.find(resource => resource.uri === uri);

/** A field of a resource by its name, or undefined. */
export const fieldOf = (resource, name) => resource.fields.find(field => field.name === name);

/** Whether clients write the field. */
export const isWritable = field => field.mode !== 'ro';

/** The name of a resource in the chosen language. */
export const titleOf = resource => term(resource.title);

/** The name of a field in the chosen language; the same word may mean two things (日). */
export function nameOf(resource, field) {
  const own = `${resource.uri}.${field.name}`;
  const found = term(own);
  return found === own ? term(field.name) : found;
}

/** What a field means, in the chosen language, or ''. */
export function meaningOf(resource, field) {
  const own = `${resource.uri}.${field.name}.meaning`;
  const found = term(own);
  return found === own ? term(field.meaning ?? '') : found;
}

/** A word of an enum in the chosen language; the same word may mean two things (未登録). */
export const wordOf = (field, word) => {
  const own = `${field.name}=${word}`;
  const found = term(own);
  return found === own ? term(word) : found;
};

const CALLED = ['名称', '接続名', 'アカウント名', 'サイト名', 'ユーザー名', '氏名', '顧客名', '宛先名', '会社名', 'クライアント名',
  '登録名', '相手TEL', '回線名'];

/** What people call a row: its name, else its number (or `nameless`). */
export function rowName(resource, row, nameless = `${resource.key} ${row[resource.key]}`) {
  for (const name of CALLED) if (row[name]) return name === '相手TEL' ? tel(row[name]) : row[name];
  for (const field of resource.fields) {
    if (field.kind === 'tel' && row[field.name]) return tel(row[field.name]);
    if (field.kind === 'email' && row[field.name]) return row[field.name];
  }
  return nameless;
}
