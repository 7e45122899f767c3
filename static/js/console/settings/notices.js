// Notices: of the page, of the system, and pages that open by themselves.
//
// Invariant: what this browser cannot do over this connection is said, with the way out.
// Never: asks for a permission before the user wants it.

import { freshId, h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { fact, isAdministrator } from '../../base/session.js';
import { keep, setting } from '../../base/settings.js';
import { toast } from '../../base/toast.js';
import { switched } from './parts.js';

const SECONDS_MAX = 3600;
const TRUE = 'True';

/** The fields; `draw` draws the page anew. */
export function notices(draw) {
  return [system(draw), seconds(),
    switched(t('着信時にページを自動で開く'), 'openUrls',
      t('「着信時URL呼出」と電話番号検索サイトのうち、自動で開く設定のもの。入力中は開かず、リンクだけ出します。'))];
}

function seconds() {
  const id = freshId('seconds');
  const read = event => {
    const wanted = Number(event.target.value.normalize('NFKC').replace(/\D/g, ''));
    keep('toastSeconds', Math.min(SECONDS_MAX, wanted));
    event.target.value = setting('toastSeconds');
  };
  return h('div', { class: 'f' }, h('label', { for: id }, t('お知らせを表示する秒数')),
    h('input', {
      type: 'text', inputmode: 'numeric', id, class: 'short', value: setting('toastSeconds'), onchange: read,
      'aria-describedby': `${id}-hint`,
    }),
    h('span', { class: 'hint', id: `${id}-hint` }, t('0 = 管理者が決めた秒数に従います。')));
}

function system(draw) {
  if (!isSecureContext || !('Notification' in self)) return insecure();
  const permission = Notification.permission;
  const want = async () => {
    keep('notify', await Notification.requestPermission() === 'granted');
    draw();
  };
  if (permission === 'granted') {
    return [switched(t('OS の通知を出す'), 'notify', t('この画面が後ろにあるときに、OS の通知で着信を知らせます。')),
      h('p', {}, h('button', { class: 'btn sm', type: 'button', onclick: tryNotice }, icon('bell'), t('試しに通知を出す')))];
  }
  return h('div', { class: 'f' }, h('span', { class: 'lb' }, t('OS の通知')),
    permission === 'denied'
      ? h('span', { class: 'hint' },
        t('このサイトの通知がブラウザーで拒否されています。アドレス欄の左の印からサイトの設定を開き、通知を許可してください。'))
      : h('div', {}, h('button', { class: 'btn', type: 'button', onclick: want }, icon('bell'), t('OS の通知を許可する'))));
}

function tryNotice() {
  try {
    new Notification(t('着信'), { body: t('試しの通知です'), tag: 'trial', silent: true });
  } catch {
    toast({ kind: 'info', title: t('このブラウザーは画面からの通知を出せません'), seconds: 8 });
  }
}

/** What works over http, and how to get the rest. */
function insecure() {
  const own = fact('認証局') === TRUE;
  const secure = `https://${location.hostname}`;
  return h('div', { class: 'f way' }, h('span', { class: 'lb' }, t('OS の通知')),
    h('p', {}, t('この接続(http)ではブラウザーが OS の通知を許しません。着信音・画面のお知らせ・タブの件数は使えます。')),
    h('ol', {},
      !own && h('li', {}, t('管理者がサービスの https を有効にします。'),
        isAdministrator() && h('a', { href: '/admin/#/tls' }, t('https の設定'))),
      own && h('li', {}, h('a', { href: '/ca.crt', download: 'smartconnect-ca.crt' }, t('認証局の証明書をダウンロード')),
        t('し、この PC の「信頼されたルート証明機関」に入れます。')),
      h('li', {}, t('ブラウザーを開き直し、{address} で始まるアドレスで開きます。', { address: secure })),
      h('li', {}, t('この画面で「OS の通知を許可する」を押します。'))));
}
