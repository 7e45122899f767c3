// Fifth step: who may ring.
//
// Invariant: leads to the import and comes back.
// Never: writes a customer itself.

import { h } from '../../base/dom.js';
import { count } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { button, linkButton, notice } from '../parts.js';

export const title = () => t('顧客を取り込む');

/** Draws the step. */
export function draw(place, { seen, next }) {
  place.append(...[
    h('p', {}, t('顧客を登録しておくと、電話が鳴った時に名前と履歴が出ます。Google コンタクト、Outlook、Excel の表から取り込めます。')),
    seen.customers > 0 && notice('good', t('{n} 件の顧客が登録されています。', { n: count(seen.customers) })),
    h('div', { class: 'acts' },
      linkButton(t('ファイルから取り込む'), link('import', { from: 'start' }), { main: seen.customers === 0, small: false }),
      linkButton(t('1件ずつ登録する'), '/#/customers', { small: false }),
      seen.customers > 0 && button(t('次へ'), next, { main: true })),
    h('p', { class: 'muted' }, t('登録していない番号からの着信も記録され、後から顧客にできます。')),
  ].filter(Boolean));
  return {};
}
