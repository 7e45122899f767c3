// A short form of the wizard: a few fields, one button, faults in words.
//
// Invariant: what was typed stays when the service refuses it.
// Never: sends twice while an answer is on its way.

import { h } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { Refusal } from '../../base/api.js';
import { labelled, notice } from '../parts.js';

/** A text field: `{ name, label, value, hint, type, ... }` with attributes of an input. */
export function field({ name, label, hint, value = '', type = 'text', ...more }) {
  return labelled(label, h('input', { name, type, value, autocomplete: 'off', spellcheck: 'false', ...more }), hint);
}

/** A choice: `options` is `[[value, label]]`. */
export const choice = ({ name, label, hint, value, options, ...more }) =>
  labelled(label, h('select', { name, value, ...more },
    options.map(([word, text]) => h('option', { value: word }, text))), hint);

/**
 * The form: `send(values)` does the work, its Refusal is shown. Answers the form element; `isDirty` says whether
 * somebody typed and did not send.
 */
export function form(fields, { label, send }) {
  const fault = h('div', { 'aria-live': 'assertive' });
  const go = h('button', { class: 'btn pri', type: 'submit' }, label);
  let dirty = false;
  const submit = async event => {
    event.preventDefault();
    if (go.disabled) return;
    go.disabled = true;
    fault.replaceChildren();
    const values = {};
    for (const input of element.querySelectorAll('[name]')) {
      values[input.name] = input.type === 'checkbox' ? (input.checked ? 'True' : 'False') : input.value.trim();
    }
    dirty = false;
    try {
      await send(values);
    } catch (error) {
      dirty = true;
      if (!(error instanceof Refusal)) console.error(error);
      fault.replaceChildren(notice('bad', h('span', { class: 'data' }, error.message)));
    }
    go.disabled = false;
  };
  const element = h('form', { class: 'stepform', onsubmit: submit, oninput: () => { dirty = true; } },
    fields, fault, h('div', { class: 'acts' }, go));
  element.isDirty = () => dirty;
  return element;
}

/** What the service said of a test. */
export const told = (good, text) => h('div', { class: `banner ${good ? 'good' : 'bad'}`, role: 'status' },
  h('strong', {}, good ? t('うまくいきました') : t('うまくいきませんでした')), h('span', { class: 'data' }, text));
