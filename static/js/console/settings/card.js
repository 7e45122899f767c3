// Which facts of a customer the card shows, and in which order.
//
// Invariant: what is chosen holds at once, on the desk too.
// Never: offers a fact that the desk cannot show.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { orderList } from '../../base/order.js';
import { keep } from '../../base/settings.js';
import { CHOICES, USUAL, chosenFields, labelOf } from '../desk/fields.js';

/** The list of facts. */
export function cardFields() {
  const list = orderList({ all: CHOICES, chosen: chosenFields, changed: next => keep('cardFields', next),
    label: labelOf });
  return [
    h('p', { class: 'small muted' }, t('着信デスクの顧客カードに出す項目と順番です。上から順に並びます。')),
    list.element,
    h('button', {
      class: 'btn sm', type: 'button', onclick: () => { keep('cardFields', null); list.draw(); },
    }, icon('undo'), t('標準の {n} 項目に戻す', { n: USUAL.length })),
  ];
}
