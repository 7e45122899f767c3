// The menu in which somebody chooses the columns of a list and their order.
//
// Invariant: a step shows in the list at once, and the columns as delivered are one button away.
// Never: knows what a column holds.

import { freshId, h, icon } from './dom.js';
import { t } from './i18n.js';
import { orderList } from './order.js';

const MARGIN = 8;

/**
 * Button and menu, to be put into a bar: `{ title, text, all, chosen, changed, label, isFixed }` as of `orderList`;
 * `changed(null)` = as delivered; `text` stands on the button, else it is an icon.
 */
export function columnsMenu({ title, text = '', changed, ...choice }) {
  const id = freshId('columns');
  let list = null;
  const usual = () => {
    changed(null);
    list.draw();
  };
  const box = h('div', { class: 'menu card', id, popover: 'auto', role: 'group', 'aria-label': t('表示する列') },
    h('div', { class: 'menuhead' }, h('strong', { class: 'small' }, title),
      h('button', { class: 'btn sm ghost', type: 'button', onclick: usual }, icon('undo'), t('はじめの列に戻す'))));
  const opener = h('button', {
    class: text ? 'btn' : 'btn sm icon', type: 'button', popovertarget: id,
    'aria-label': text ? null : t('表示する列'), title: t('表示する列'),
  }, icon('columns'), text);
  box.addEventListener('toggle', event => {
    if (event.newState === 'open') place(box, opener);
  });
  // The list of forty columns is made when somebody opens the menu, and gone when it is closed.
  box.addEventListener('beforetoggle', event => {
    list?.element.remove();
    list = event.newState === 'open' ? orderList({ ...choice, changed }) : null;
    if (list) box.append(list.element);
  });
  return [opener, box];
}

/** Below its button, within the window. */
function place(box, opener) {
  const button = opener.getBoundingClientRect();
  const left = Math.min(button.right, innerWidth - MARGIN) - box.offsetWidth;
  box.style.setProperty('--top', `${button.bottom + 4}px`);
  box.style.setProperty('--left', `${Math.max(MARGIN, left)}px`);
  box.style.setProperty('--room', `${innerHeight - button.bottom - 4 - MARGIN}px`);
}
