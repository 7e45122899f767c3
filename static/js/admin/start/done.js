// The end: what is set up, what is left.
//
// Invariant: says what is missing and where it is done.
// Never: says that all is well when something is missing.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { isSetUp } from '../../base/session.js';
import { linkButton } from '../parts.js';

export const title = () => t('準備ができました');

/** Draws the step. */
export function draw(place, { seen }) {
  const points = [
    [!isSetUp(), t('管理者'), 'administrator'], [seen.connections > 0, t('電話の接続'), 'gateway'],
    [seen.lines > 0, t('回線'), 'lines'], [seen.calls > 0, t('着信の記録'), 'call'],
    [seen.customers > 0, t('顧客'), 'customers'], [seen.targets > 0, t('通知先'), 'target'],
  ];
  const missing = points.filter(([good]) => !good);
  place.append(h('p', {}, missing.length
    ? t('残りは、いつでもこの画面から続けられます。') : t('全ての設定が済みました。')),
  h('ul', { class: 'rowlist boxed' }, points.map(([good, label, step]) => h('li', {},
    h('span', { class: good ? 'okmark' : 'muted' }, icon(good ? 'check' : 'clock')),
    h('span', { class: 'grow' }, label, ' ', h('span', { class: 'small muted' }, good ? t('済み') : t('まだ'))),
    !good && linkButton(t('設定する'), link('start', { step }))))),
  h('div', { class: 'acts' }, linkButton(t('着信デスクを開く'), '/', { main: true, small: false }),
    linkButton(t('概要を見る'), link('overview'), { small: false }),
    linkButton(t('ほかの利用者を追加'), link('UserManagement'), { small: false })),
  isSecureContext ? '' : h('p', { class: 'muted' },
    t('ほかのパソコンでもブラウザーの通知を使うには、HTTPS にしてください。'), ' ',
    h('a', { href: link('tls') }, t('HTTPS にする'))));
  return {};
}
