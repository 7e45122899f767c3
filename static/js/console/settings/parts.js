// Fields of the settings.
//
// Invariant: a field shows what is kept, and keeps what is entered when it is left.
// Never: asks for a save.

import { freshId, h } from '../../base/dom.js';
import { keep, setting } from '../../base/settings.js';

/** A group of settings. */
export function card(title, ...content) {
  const id = freshId('settings');
  return h('section', { class: 'card', 'aria-labelledby': id }, h('header', {}, h('h2', { id }, title)),
    h('div', { class: 'body' }, content));
}

/** On or off. */
export function switched(label, name, hint = '', { disabled = false, changed = () => {} } = {}) {
  const id = freshId('switch');
  return h('div', { class: 'f' },
    h('div', { class: 'sw' }, h('input', {
      type: 'checkbox', role: 'switch', id, checked: Boolean(setting(name)), disabled,
      'aria-describedby': hint ? `${id}-hint` : null,
      onchange: event => { keep(name, event.target.checked); changed(event.target.checked); },
    }), h('label', { for: id }, label)),
    hint && h('span', { class: 'hint', id: `${id}-hint` }, hint));
}

/** A text. */
export function texted(label, name, { max, placeholder = '', hint = '', changed = () => {} }) {
  const id = freshId('text');
  return h('div', { class: 'f' }, h('label', { for: id }, label), h('input', {
    type: 'text', id, maxlength: max, placeholder, value: setting(name), autocomplete: 'off', class: 'data',
    'aria-describedby': hint ? `${id}-hint` : null,
    onchange: event => { keep(name, event.target.value.trim()); changed(); },
  }), hint && h('span', { class: 'hint', id: `${id}-hint` }, hint));
}
