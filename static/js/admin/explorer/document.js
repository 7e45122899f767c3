// What /openapi.json says, put in order: operations by their group.
//
// Invariant: nothing is known here about a resource but what stands in that page.
// Never: follows a reference out of the page.

import { request } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { language, term } from '../../base/i18n.js';

const METHODS = ['get', 'post', 'put', 'delete'];
const DEPTH_MAX = 4;
/** Where the name of a resource stands in a path. */
const RESOURCE_AT = 3;
let page = null;

/** Reads the page once: `{ version, groups: [{ name, operations }], find(id) }`. */
export async function description() {
  if (page) return page;
  const { data } = await request('GET', '/openapi.json');
  const operations = Object.entries(data.paths).flatMap(([path, item]) => METHODS.filter(method => item[method])
    .map(method => operation(data, path, method, item)));
  const groups = new Map();
  for (const each of operations) groups.set(each.group, [...groups.get(each.group) ?? [], each]);
  page = {
    version: data.info.version,
    groups: [...groups].map(([name, list]) => ({ name, operations: list })),
    find: id => operations.find(each => each.id === id) ?? null,
  };
  return page;
}

function operation(data, path, method, item) {
  const own = item[method];
  const content = own.requestBody?.content ?? {};
  const [type = null] = Object.keys(content);
  const answered = Object.keys(own.responses['200']?.content ?? {});
  const schema = type ? resolved(data, content[type].schema) : null;
  return {
    id: own.operationId, group: own.tags?.[0] ?? '', path, method: method.toUpperCase(), type,
    summary: (own.summary ?? '').replace(/^.*? — /, ''), text: own.description ?? '',
    parameters: [...item.parameters ?? [], ...own.parameters ?? []],
    fields: schema ? fields(data, schema, path.split('/')[RESOURCE_AT]) : [],
    example: content[type]?.example ?? null,
    answers: Object.entries(own.responses).map(([status, answer]) => {
      const whole = resolved(data, answer);
      return {
        status, text: whole.description ?? '', types: Object.keys(whole.content ?? {}),
        heads: Object.entries(whole.headers ?? {}).map(([name, head]) => [name, head.description ?? '']),
      };
    }),
    streams: answered.includes('text/event-stream') || path.includes('WebSocket'),
  };
}

const JAPANESE = /[\u3040-\u30ff\u3400-\u9fff]/;

/** A text of the page in the chosen language; the same word may mean something else in the catalogue (削除). */
export function english(text) {
  const own = `openapi=${text}`;
  return term(own) === own ? term(text) : term(own);
}

/** An element with a text of the page in the chosen language; where there is no English one, marked as what it is. */
export function said(text, tag = 'span', props = {}) {
  const found = english(text);
  const isForeign = language() === 'en' && JAPANESE.test(found);
  return h(tag, isForeign ? { ...props, lang: 'ja', class: `data ${props.class ?? ''}` } : props, found);
}

/** What a reference leads to, with what stands beside it. */
function resolved(data, part, depth = 0) {
  if (!part?.$ref || depth > DEPTH_MAX) return part ?? {};
  const { $ref, ...beside } = part;
  const found = $ref.replace(/^#\//, '').split('/').reduce((at, name) => at?.[name.replaceAll('~1', '/')], data);
  return { ...resolved(data, found, depth + 1), ...beside };
}

/** The fields of a body: `[{ name, kind, required, readOnly, text, example, words }]`. */
function fields(data, schema, uri) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, raw]) => {
    const field = resolved(data, raw);
    return {
      name, required: required.has(name), readOnly: field.readOnly === true, text: meaning(uri, name, field),
      kind: field['x-kind'] ?? kind(field), words: field.enum ?? null,
      example: field.examples?.[0] ?? field.default ?? '',
    };
  });
}

/** The same word may mean two things in two resources: the dictionary has a meaning of its own then. */
function meaning(uri, name, { description = '' }) {
  const own = `${uri}.${name}.meaning`;
  return term(own) === own ? description : own;
}

/** The kind of a value in a word or two. */
export function kind(schema) {
  const type = [schema.type ?? []].flat().filter(each => each !== 'null').join(' | ');
  if (schema.enum) return schema.enum.filter(word => word !== null).join(' | ');
  return type || 'string';
}
