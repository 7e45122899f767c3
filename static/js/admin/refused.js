// A screen that is not for the one who came to it by its address.
//
// Invariant: says who may, and what to do next.
// Never: asks the server, which would refuse it too.

import { t } from '../base/i18n.js';
import { link } from '../base/router.js';
import { useStyle } from '../base/style.js';
import { empty, head, linkButton } from './parts.js';

/** In place of the screen with this title. */
export const screen = title => ({
  title,
  async open(view) {
    await useStyle('office');
    view.classList.add('office');
    view.append(head(title()), empty('lock', t('この画面を開く権限がありません。必要なときは、管理者に頼んでください。'),
      linkButton(t('概要へ'), link('overview'), { main: true })));
    return {};
  },
});
