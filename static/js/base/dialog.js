// Questions and forms above the page.
//
// Invariant: Esc closes, and the focus goes back to where it was.
// Never: two questions at once (the second waits).

import { freshId, h, icon } from './dom.js';
import { t } from './i18n.js';

/**
 * Opens a dialog with `content` (elements) and answers its end: `{ dialog, closed }`, `closed` being a
 * promise of the value given to `dialog.close(value)`, '' where it was left. `mayClose` is asked before it is left.
 */
export function open(title, content, { wide = false, mayClose = () => true } = {}) {
  const id = freshId('dialog');
  const opener = document.activeElement;
  const close = h('button', { class: 'btn icon ghost', type: 'button', 'aria-label': t('閉じる') }, icon('x'));
  const dialog = h('dialog', { 'aria-labelledby': id, class: wide ? 'wide' : null },
    h('div', { class: 'in' }, h('div', { class: 'headline' }, h('h2', { id }, title), close), content));
  const leave = async () => { if (await mayClose()) dialog.close(''); };
  close.addEventListener('click', leave);
  dialog.addEventListener('cancel', event => {
    if (event.target !== dialog) return;
    event.preventDefault();
    leave();
  });
  const closed = new Promise(resolve => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (opener?.isConnected) opener.focus();
      resolve(dialog.returnValue);
    });
  });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, closed };
}

/** Asks a question and answers whether it was agreed to. */
export async function ask(title, text, yes, { danger = false, no = t('やめる') } = {}) {
  const agree = h('button', { class: danger ? 'btn danger' : 'btn pri', type: 'submit', value: 'yes' }, yes);
  const { closed } = open(title, h('form', { method: 'dialog', class: 'stack' }, h('p', {}, text),
    h('div', { class: 'acts' }, h('button', { class: 'btn', type: 'submit', value: '' }, no), agree)));
  agree.focus();
  return await closed === 'yes';
}
