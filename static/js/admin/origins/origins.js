// Who may connect: names, origins, the closed network, and how programs say who they are.
//
// Invariant: what is set now is told by the service; how it is changed stands beside it.
// Never: shows a token (the service keeps none).

import { request, SERVICE } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { t, useWords } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { useStyle } from '../../base/style.js';
import { card, code, head, linkButton, notice, pill } from '../parts.js';
import { TOKEN } from '../explorer/curl.js';

export const title = () => t('アクセスの許可');

/** Draws the page into `view`. */
export async function open(view) {
  await Promise.all([useStyle('office'), useStyle('start'), useWords('office', 'access')]);
  view.classList.add('office');
  const { data: status } = await request('GET', `${SERVICE}/Status`);
  view.append(head(t('アクセスの許可'), t('どの名前で開けるか、どこのページから使えるか、プログラムがどう名乗るか。')),
    h('div', { class: 'stack gap16 readable' }, closed(status), names(status), programs(), table()));
}

const list = texts => (texts.length
  ? h('ul', { class: 'pills' }, texts.map(text => h('li', {}, h('span', { class: 'pill data' }, text))))
  : h('span', { class: 'muted' }, t('なし')));

const members = (status, name) => (status[name] ?? '').split(',').filter(Boolean);

function closed(status) {
  const ranges = members(status, '原典互換の範囲');
  return card(t('原典互換(ログインなしで使うネットワーク)'), h('div', { class: 'body stack' },
    ranges.length
      ? [notice('warn', t('次の範囲の機器は、ログインなしで顧客と着信を読み書きできます。')), list(ranges)]
      : notice('good', t('使っていません。全員がログインするか、トークンを付けます。')),
    h('p', {}, t('元の製品と同じ使い方です。閉じたネットワークだけで使ってください。コマンド・利用者・トークン・監査は管理者だけです。')),
    code('smartconnect --open-lan'), h('p', { class: 'muted' }, t('範囲を絞るときは smartconnect.toml に')),
    code('open_lan = ["192.168.10.0/24"]')),
  ranges.length ? pill('warn', 'warn', t('使用中')) : pill('ok', 'lock', t('不使用')));
}

function names(status) {
  return card(t('名前とオリジン'), h('div', { class: 'body stack' },
    h('dl', { class: 'facts' },
      h('div', {}, h('dt', {}, t('加えたホスト名')), h('dd', {}, list(members(status, '許可するホスト')))),
      h('div', {}, h('dt', {}, t('加えたオリジン')), h('dd', {}, list(members(status, '許可するオリジン'))))),
    h('p', {}, t('IP アドレス、localhost、点のない名前、.local の名前、このパソコンの名前では、いつでも開けます。')),
    h('p', {}, t('ほかの名前(社内 DNS の名前など)で開くには、名前を加えて起動します。')),
    code('smartconnect --allow-host cti.example.jp'),
    h('p', {}, t('ほかのサイトのページから、トークンなしの要求も受け付けるには、オリジンを加えます。信頼できるものだけにしてください。')),
    code('smartconnect --allow-origin https://intra.example.jp'),
    h('p', { class: 'muted' }, t('変更は、サービスを起動し直すと効きます。smartconnect.toml では次のように書きます。')),
    code('allow_host = ["cti.example.jp"]\nallow_origin = ["https://intra.example.jp"]')));
}

function programs() {
  const base = `${location.origin}${SERVICE}`;
  return card(t('プログラムの名乗り方'), h('div', { class: 'body stack' },
    h('ol', { class: 'points numbered' },
      h('li', {}, t('「APIトークン」で1つ発行し、権限を選びます。トークンは発行の時に一度だけ出ます。')),
      h('li', {}, t('要求のヘッダーに付けます。どこの機器・ページからでも使えます。')),
      h('li', {}, t('いらなくなったら、その行を削除します。すぐに使えなくなります。'))),
    code(`curl -H 'Authorization: Bearer ${TOKEN}' \\\n  ${base}/RestService/ContainmentLine`),
    h('p', {}, t('着信の通知(EventSource・WebSocket)はヘッダーを送れないので、30秒だけ有効な切符を先に取ります。')),
    code(`curl -X POST -H 'Authorization: Bearer ${TOKEN}' \\\n  ${base}/Ticket`),
    code(`${base}/Events?ticket=…`)),
  linkButton(t('APIトークン'), link('API-Token'), { main: true }), linkButton(t('API を試す'), link('explorer')));
}

function table() {
  const rows = [
    [t('利用者がまだいない・このパソコンから'), t('全ての操作ができます(最初の管理者を登録するまで)。')],
    [t('利用者がまだいない・ほかのパソコンから'), t('起動時のログのセットアップキーを付けたときだけ使えます。')],
    [t('利用者がいる'), t('ログイン、API トークン、Basic 認証のどれかが要ります。このパソコンも同じです。')],
    [t('ほかのサイトのページから'), t('トークンを付けた要求だけを受け付けます。')],
  ];
  return card(t('だれが使えるか'), h('dl', { class: 'body rules' }, rows.map(([name, text]) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, text)))));
}
