// The token that was just issued, shown this once.
//
// Invariant: the dialog stays until somebody closes it.
// Never: keeps the token.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { open } from '../../base/dialog.js';
import { copyTold } from '../parts.js';

/** Shows a new token until the dialog is closed. */
export async function showToken(token) {
  const copy = h('button', { class: 'btn pri', type: 'button', onclick: () => copyTold(token) },
    icon('copy'), t('コピー'));
  const { closed } = open(t('トークンを発行しました'), [
    h('p', {}, t('このトークンは今だけ表示します。閉じると二度と見られません。安全な場所に控えてください。')),
    h('pre', { class: 'code data', tabindex: 0, 'aria-label': t('トークン') }, token),
    h('p', { class: 'small muted' }, t('プログラムからは Authorization: Bearer の後に付けて送ります。')),
    h('div', { class: 'acts' }, copy),
  ], { wide: true });
  copy.focus();
  await closed;
}
