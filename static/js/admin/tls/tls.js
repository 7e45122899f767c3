// HTTPS: how it stands, why it matters, and the two ways there.
//
// Invariant: says what is so now before it says what could be.
// Never: asks anybody to trust a certificate without saying how to compare it.

import { h, icon } from '../../base/dom.js';
import { t, useWords } from '../../base/i18n.js';
import { fact } from '../../base/session.js';
import { useStyle } from '../../base/style.js';
import { card, code, head, linkButton, notice } from '../parts.js';
import { systems } from './systems.js';

export const title = () => t('HTTPS');

/** Draws the page into `view`. */
export async function open(view) {
  await Promise.all([useStyle('office'), useStyle('start'), useWords('office', 'access')]);
  view.classList.add('office');
  view.append(head(t('HTTPS'), t('ブラウザーとこのサービスの間を暗号化します。')),
    h('div', { class: 'stack gap16 readable' }, now(), why(), ways(), trust(), check()));
}

function now() {
  const https = fact('HTTPS') === 'True';
  const own = fact('認証局') === 'True';
  const secure = isSecureContext;
  const facts = [
    [t('このサービス'), https ? (own ? t('HTTPS(自前の認証局)') : t('HTTPS(用意された証明書)')) : t('HTTP(暗号化なし)')],
    [t('今開いているアドレス'), h('span', { class: 'data' }, location.origin)],
    [t('ブラウザーの通知'), secure ? t('使えます') : t('このアドレスでは使えません')],
  ];
  const state = secure && location.protocol === 'https:' ? notice('good', t('この画面は暗号化されています。'))
    : secure ? notice('info', t('このパソコンの中だけの通信なので、暗号化なしでも安全です。ほかのパソコンから開くときは HTTPS にしてください。'))
      : notice('warn', t('この画面は暗号化されていません。パスワードも顧客の情報も、同じネットワークの機器から読まれることがあります。'));
  return card(t('今の状態'), h('div', { class: 'body stack' }, state,
    h('dl', { class: 'facts' }, facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))))));
}

function why() {
  const points = [
    t('着信のデスクトップ通知は、HTTPS か localhost のページでしか使えません(ブラウザーの決まりです)。'),
    t('ログインのパスワードと顧客の情報が、社内のネットワークをそのまま流れなくなります。'),
    t('電話番号のコピーなど、ブラウザーの一部の機能も HTTPS で使えるようになります。'),
  ];
  return card(t('なぜ必要か'), h('ul', { class: 'body points' }, points.map(text => h('li', {}, text))));
}

function ways() {
  return card(t('HTTPS にする2つの方法'), h('div', { class: 'body stack gap16' },
    h('section', { class: 'stack' }, h('h3', {}, t('1. 自前の認証局を使う(社内だけで使うとき)')),
      h('p', {}, t('次のように起動すると、サービスが自分で証明書を作り、期限の前に作り直します。各パソコンに一度だけ信頼させます。')),
      code('smartconnect --tls-self-signed'),
      h('p', { class: 'muted' }, t('または smartconnect.toml に')), code('tls_self_signed = true')),
    h('section', { class: 'stack' }, h('h3', {}, t('2. 用意した証明書を使う(社内の認証局や公開の証明書があるとき)')),
      h('p', {}, t('PEM 形式の証明書(中間証明書を含む)と鍵を渡します。ファイルを差し替えると、止めずに読み直します。')),
      code('smartconnect --tls-cert server.crt --tls-key server.key')),
    h('p', { class: 'muted' }, t('どちらも同じポートで HTTPS になります。アドレスの始まりを https:// に変えて開いてください。'))));
}

function trust() {
  const own = fact('認証局') === 'True';
  const download = own
    ? h('div', { class: 'acts' }, linkButton(t('認証局の証明書をダウンロード'), '/ca.crt', { main: true, small: false,
      download: 'smartconnect-ca.crt' }))
    : notice('info', t('自前の認証局を使っていません。--tls-self-signed で起動すると、ここからダウンロードできます。'));
  return card(t('各パソコンとスマートフォンに信頼させる'), h('div', { class: 'body stack' }, download,
    h('p', {}, t('証明書の指紋(SHA-256)はサービスの起動時のログに出ます。入れる前に見比べてください。')),
    systems().map(({ name, steps, note }) => h('details', { class: 'more' }, h('summary', {}, name),
      h('ol', { class: 'points numbered' }, steps.map(text => h('li', {}, text))),
      note && h('p', { class: 'muted' }, note)))));
}

function check() {
  const points = [
    t('https:// で始まるアドレスで開き、警告が出ないこと。'),
    t('アドレス欄の鍵の印から、証明書の発行元が smartconnect の認証局であること。'),
    t('警告が出るときは、開いた名前が証明書に含まれているか確かめてください。名前は --allow-host で加えられます。'),
  ];
  return card(t('確かめ方'), h('ul', { class: 'body points' }, points.map(text => h('li', {}, icon('check'), ' ', text))));
}
