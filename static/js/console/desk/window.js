// The small window beside other programs.
//
// Invariant: there is one; opening it again brings it to the front.
// Never: opens without a click.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { toast } from '../../base/toast.js';

const NAME = 'smartconnect-mini';
const SIZE = 'popup,width=380,height=760';

/** Opens the small window. */
export function openMini() {
  const opened = window.open('/#/mini', NAME, SIZE);
  if (opened) opened.focus();
  else toast({ kind: 'info', title: t('ブラウザーが小窓を止めました。ポップアップを許可してください。'), seconds: 8 });
}

/** The button in the top bar. */
export const miniButton = () => h('button', {
  class: 'btn icon ghost wide', type: 'button', 'aria-label': t('小窓を開く'), title: t('小窓を開く'), onclick: openMini,
}, icon('small'));
