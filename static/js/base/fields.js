// One field of a form by its kind: label, control, hint, and what is wrong with it.
//
// Invariant: every value is a string as REST has it; a field that nobody touched gives back what it was given.
// Never: knows which resource it belongs to.

import { freshId, h, icon } from './dom.js';
import { language, t, useWords } from './i18n.js';
import { check, normal } from './checks.js';
import { tel } from './format.js';
import { wordOf } from './catalogue.js';
import { dateField } from './datefield.js';

await useWords('fields');

/** From this many characters on a text gets several lines. */
const LONG = 200;
const JAPANESE = /[\u3040-\u30ff\u3400-\u9fff]/;

/** An example to stand in an empty field; a Japanese one only in Japanese. */
export function exampleOf({ example = '' }) {
  return language() === 'en' && JAPANESE.test(example) ? null : example || null;
}

/** What the service shows instead of a secret. */
const MASK = '********';

/**
 * Makes a field: `{ field, root, input, control, value(), set(text), hint(text), fault(text), check(), focus() }`.
 * `controls[kind]` is a control of its own: `(field, props, changed, context)` answers
 * `{ element, input, value(), set(text), check?(), group? }`.
 */
export function makeField(field, { value = '', label, hint = '', onchange = () => {}, controls = {}, context = {},
  wide = isWide(field) }) {
  const id = freshId('f');
  const ids = { hint: `${id}-h`, fault: `${id}-e` };
  const told = h('p', { class: 'hint', id: ids.hint, hidden: !hint }, hint);
  const fault = h('p', { class: 'err', id: ids.fault, hidden: true });
  const props = {
    id, 'aria-describedby': `${ids.hint} ${ids.fault}`, autocomplete: 'off',
    required: field.required && field.kind !== 'bool', name: field.name, label,
  };
  const made = {
    field, root: null, control: null,
    get input() { return control.input; },
    value: () => control.value(),
    set: text => { control.set(text); show(''); },
    fault: text => show(text),
    hint(text) {
      told.textContent = text;
      told.hidden = !text;
    },
    check() {
      const wrong = control.check?.() ?? check(field, control.value());
      show(control.labelled ? '' : wrong);
      return wrong;
    },
    focus: () => ((control.group && control.input.querySelector('input, button')) || control.input).focus(),
  };
  const show = text => {
    fault.textContent = text;
    fault.hidden = !text;
    if (text) made.input.setAttribute('aria-invalid', 'true');
    else made.input.removeAttribute('aria-invalid');
  };
  const changed = leaving => {
    if (leaving || !fault.hidden) made.check();
    onchange(made);
  };
  const control = (controls[field.kind] ?? KINDS[field.kind] ?? line)(field, props, changed, context);
  control.set(value);
  made.control = control;
  const name = [h('span', {}, label), field.required && h('span', { class: 'req' }, t('必須'))];
  const head = field.kind === 'bool' || control.labelled ? null
    : control.group ? h('span', { class: 'lb', id: `${id}-l` }, name) : h('label', { for: id }, name);
  if (control.group) control.input.setAttribute('aria-labelledby', `${id}-l`);
  const place = { class: wide ? 'f w' : 'f', 'data-field': field.name, 'data-kind': field.kind };
  made.root = h('div', place, head, control.element,
    told, fault);
  return made;
}

const isWide = field => (field.max ?? 0) > LONG && !['int', 'secret'].includes(field.kind)
  || ['bool', 'line-list', 'key-list', 'hours', 'secret', 'secret-url', 'secret-headers', 'url', 'password', 'path']
    .includes(field.kind) || field.kind.endsWith('template');

/** A line of text; also for every kind that has no control of its own. */
function line(field, props, changed) {
  const several = field.kind === 'text' && (field.max ?? 0) > LONG;
  const list = field.suggest && freshId('list');
  const input = several ? h('textarea', { ...props, rows: 2, placeholder: exampleOf(field) }) : h('input', {
    ...props, type: TYPES[field.kind] ?? 'text', inputmode: MODES[field.kind], list,
    placeholder: exampleOf(field), spellcheck: 'false',
  });
  const tidy = () => {
    const text = normal(field, input.value);
    input.value = field.kind === 'tel' ? tel(text) || text : text;
    changed(true);
  };
  input.addEventListener('input', () => changed(false));
  input.addEventListener('change', tidy);
  return {
    element: list ? [input, suggestions(list, field)] : input,
    input,
    value: () => normal(field, input.value),
    set: text => { input.value = field.kind === 'tel' ? tel(text) : text; },
  };
}

const suggestions = (id, field) => h('datalist', { id }, field.suggest.map(word => h('option', { value: word })));
const TYPES = { tel: 'tel', email: 'email', url: 'url' };
const MODES = { int: 'numeric', zip: 'numeric', time: 'numeric', ip: 'decimal', host: 'url' };

function yesNo(field, props, changed) {
  const { label, required, autocomplete, ...rest } = props;
  const input = h('input', { ...rest, type: 'checkbox', role: 'switch', onchange: () => changed(true) });
  return {
    element: h('label', { class: 'sw' }, input, h('span', {}, label)), input,
    value: () => (input.checked ? 'True' : 'False'),
    set: text => { input.checked = text === 'True'; },
  };
}

function choice(field, { label, autocomplete, ...props }, changed) {
  const words = field.words.map(word => h('option', { value: word }, word ? wordOf(field, word) : t('(なし)')));
  const input = h('select', { ...props, onchange: () => changed(true) }, words);
  return { element: input, input, value: () => input.value, set: text => { input.value = text; } };
}

/**
 * A secret: its mask, and a way to type another one or to clear it. Who wants to change it and types nothing keeps it;
 * the mask itself is never given as a new value.
 */
export function makeSecret(field, { label, ...props }, changed) {
  let stored = '';
  let state = 'typing';
  const input = h('input', {
    ...props, type: field.kind === 'secret-url' ? 'text' : 'password', autocomplete: 'new-password',
    spellcheck: 'false', placeholder: exampleOf(field),
    oninput: () => changed(false), onchange: () => changed(true),
  });
  const masked = h('span', { class: 'masked mono', 'data-data': true });
  const become = wanted => {
    state = wanted;
    input.value = '';
    kept.hidden = state !== 'kept';
    typed.hidden = state !== 'typing';
    gone.hidden = state !== 'cleared';
    for (const undo of undos) undo.hidden = !stored;
  };
  const button = (name, text, run) =>
    h('button', { class: 'btn sm', type: 'button', onclick: run }, icon(name), text);
  const back = () => { become('kept'); changed(true); edit.focus(); };
  const undos = [button('undo', t('元のまま'), back), button('undo', t('元のまま'), back)];
  const edit = button('edit', t('変更する'), () => { become('typing'); input.focus(); });
  const kept = h('div', { class: 'secret' }, masked, edit,
    !field.required && button('x', t('消す'), () => { become('cleared'); undos[1].focus(); changed(true); }));
  const typed = h('div', { class: 'secret' }, input, field.kind !== 'secret-url' && peek(input), undos[0]);
  const gone = h('div', { class: 'secret' }, h('span', { class: 'masked' }, t('保存すると消えます')), undos[1]);
  const value = () => (state === 'cleared' ? '' : (state === 'typing' && normal(field, input.value)) || stored);
  return {
    element: h('div', {}, kept, typed, gone), input, value,
    check: () => (value() === stored && stored ? '' : check(field, value())),
    set: text => {
      stored = text;
      masked.textContent = text;
      become(text ? 'kept' : 'typing');
    },
    type: text => { become('typing'); input.value = text; changed(true); },
  };
}

function peek(input) {
  const button = h('button', {
    class: 'btn icon ghost', type: 'button', 'aria-label': t('入力を見せる'), 'aria-pressed': 'false',
    onclick: () => {
      const hidden = input.type === 'password';
      input.type = hidden ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(hidden));
    },
  }, icon('eye'));
  return button;
}

const HEADER = /^[!#$%&\x27*+.^_\x60|~0-9A-Za-z-]+\s*:\s*\S/;

/** Headers, one a line; those that are kept show their mask and keep it. */
function headers(field, { label, ...props }, changed) {
  const input = h('textarea', {
    ...props, rows: 3, class: 'mono', placeholder: exampleOf(field), spellcheck: 'false',
    oninput: () => changed(false), onchange: () => changed(true),
  });
  const check = () => {
    const bad = input.value.split('\n').find(text => text.trim() && !HEADER.test(text));
    return bad ? t('1 行に 1 件、「名前: 値」の形で入れてください。') : '';
  };
  return { element: input, input, check, value: () => input.value, set: text => { input.value = text; } };
}

function colour(field, { label, ...props }, changed) {
  const input = h('input', {
    ...props, type: 'text', placeholder: t('なし'), oninput: () => mirror(false), onchange: () => mirror(true),
  });
  const picker = h('input', {
    type: 'color', 'aria-label': t('{name} を見本から選ぶ', { name: label }),
    oninput: () => { input.value = picker.value.toUpperCase(); mirror(true); },
  });
  const mirror = leaving => {
    if (/^#[0-9a-fA-F]{6}$/.test(input.value)) picker.value = input.value;
    changed(leaving);
  };
  return {
    element: h('div', { class: 'secret' }, picker, input), input,
    value: () => normal(field, input.value),
    set: text => {
      input.value = text;
      picker.value = text || '#8a95ab';
    },
  };
}

/** A day or a moment: a field with a calendar, which has its own label and tells its own faults. */
function day(field, { label }, changed) {
  const element = dateField({ label, time: field.kind === 'datetime', onchange: () => changed(true) });
  element.addEventListener('input', () => changed(false));
  return {
    element, labelled: true,
    get input() { return element.querySelector('input') ?? element; },
    value: () => element.value,
    check: () => (element.check() ? required(field, element.value) : t('入力してください。')),
    set: text => { element.value = text; },
  };
}

const required = (field, text) => (field.required && !text ? t('入力してください。') : '');

const KINDS = {
  bool: yesNo, enum: choice, secret: makeSecret, password: makeSecret, 'secret-url': makeSecret,
  'secret-headers': headers, color: colour, date: day, datetime: day,
};

/** Whether a value is the mask of a secret (or holds one). */
export const isMask = text => text.includes(MASK);
