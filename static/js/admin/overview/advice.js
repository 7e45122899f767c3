// What needs somebody, most urgent first.
//
// Invariant: each line says what is wrong, why, and where it is mended.
// Never: warns of what is as somebody chose it.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { isAdministrator, isOpen, isSetUp } from '../../base/session.js';
import { label } from '../menu.js';
import { linkButton, since, size, yesterday } from '../parts.js';

const BACKUP_AGE_MS = 2 * 86_400_000;
const FREE_LOW = 2 * 1024 ** 3;
const FREE_BAD = 200 * 1024 ** 2;

/** The lines, or a word that all is well. */
export function advice(seen) {
  const all = [urgent, telephone, parked, undelivered, setUp, copies].flatMap(part => part(seen));
  if (!all.length) {
    return h('p', { class: 'allwell' }, icon('check'), t('対応が必要なことはありません。'));
  }
  return h('ul', { class: 'advice', 'aria-label': t('対応が必要なこと') }, all.map(item));
}

function item({ id, kind, title, why, href, label }) {
  return h('li', { class: `banner ${kind}`, 'data-advice': id }, icon(kind === 'info' ? 'info' : 'warn'),
    h('div', { class: 'grow' }, h('strong', {}, title), why && h('div', { class: 'why' }, why)),
    href && linkButton(label, href));
}

const data = text => h('span', { class: 'data' }, text);

function urgent({ status }) {
  if (!status) return [];
  const found = [];
  if (status['書込可能'] === 'False') {
    found.push({
      id: 'degraded', kind: 'bad', title: t('データベースに書き込めません。'),
      why: t('着信は画面に出ます。{n} 件がメモリーで記録を待っています。ディスクの空きと書込みの権限を確かめてください。',
        { n: status['記録待ちの着信'] }),
    });
  }
  if (status['電話の受付']) {
    found.push({
      id: 'listener', kind: 'bad', title: t('電話を受け付けられません。'), why: data(status['電話の受付']),
      href: link('SIP-ServerConnection'), label: t('SIP接続を開く'),
    });
  }
  const free = status['空き容量'];
  if (free !== '' && Number(free) < FREE_LOW) {
    found.push({
      id: 'disk', kind: Number(free) < FREE_BAD ? 'bad' : 'warn', title: t('ディスクの空きが少なくなっています。'),
      why: t('残り {size}。いっぱいになると着信を記録できません。', { size: size(free) }),
    });
  }
  return found;
}

function telephone({ connections, lines }) {
  const used = connections.filter(row => row['使用する'] === 'True');
  const failing = used.filter(row => row['登録状態'] === '失敗' || row['最終エラー']);
  const found = failing.map(row => ({
    id: `sip-${row.ID}`, kind: 'bad', title: [t('電話の登録に失敗しています'), ': ', data(row['接続名'])],
    why: [data(row['最終エラー']), row['最終応答コード'] && [' — ', t('応答 {code}', { code: row['最終応答コード'] })]],
    href: link(`SIP-ServerConnection/${row.ID}`), label: t('設定を直す'),
  }));
  if (!used.length) {
    found.push({
      id: 'no-connection', kind: 'warn', title: t('電話につながっていません。'),
      why: connections.length
        ? t('SIP接続はありますが、どれも「使用する」になっていません。') : t('ゲートウェイや主装置との接続を作ると、着信が届きます。'),
      href: link('start', { step: 'gateway' }), label: t('電話をつなぐ'),
    });
  }
  if (!lines.length) {
    found.push({
      id: 'no-line', kind: 'warn', title: t('回線が登録されていません。'),
      why: t('どの番号にかかってきたかを見分けるために、回線を登録してください。'),
      href: link('start', { step: 'lines' }), label: t('回線を登録する'),
    });
  }
  return found;
}

function parked({ status }) {
  return (status?.['停止中の通知先'] ?? []).map(target => ({
    id: `parked-${target['資源']}-${target['宛先ID']}`, kind: 'bad',
    title: [t('通知を止めている宛先があります'), ': ', data(target['名称']), ` (${label(target['資源'])})`],
    why: [data(target['理由']), h('br'), t('直すまで、この宛先には送りません。')],
    href: link(`${target['資源']}/${target['宛先ID']}`), label: t('宛先を直す'),
  }));
}

/** Notifications of the last 24 hours that did not arrive and are not tried again. */
function undelivered({ status }) {
  const count = state => Number(status?.['通知'].find(entry => entry['状態'] === state)?.['件数'] ?? 0);
  const n = count('失敗') + count('期限切れ');
  return n ? [{
    id: 'undelivered', kind: 'warn', title: t('届かなかった通知が {n} 件あります(24時間)。', { n }),
    why: t('理由を確かめて直すと、通知履歴から送りなおせます。'),
    href: link('Notification-Delivery', { from: yesterday(), 状態: count('失敗') ? '失敗' : '期限切れ' }),
    label: t('通知履歴を開く'),
  }] : [];
}

function setUp({ targets }) {
  const found = [];
  if (isSetUp()) {
    found.push({
      id: 'no-administrator', kind: 'warn', title: t('まだ管理者がいません。'),
      why: isOpen() ? t('コマンド・利用者・トークン・監査ログを扱うには、サービスを動かしているパソコンで管理者を登録してください。')
        : t('このパソコンからは誰でも全ての操作ができ、ほかのパソコンからは使えません。'),
      href: isAdministrator() ? link('start') : null, label: t('管理者を登録する'),
    });
  }
  if (isOpen()) {
    found.push({
      id: 'open-lan', kind: 'warn', title: t('原典互換で動いています。'),
      why: t('同じネットワークのどの機器からも、ログインなしで顧客と着信を読み書きできます。'),
      href: link('origins'), label: t('詳しく見る'),
    });
  }
  if (!targets.some(target => target['使用する'] === 'True')) {
    found.push({
      id: 'no-target', kind: 'info', title: t('通知先がありません。'),
      why: t('メール・LINE・チャットに着信を知らせるには、通知先を登録してください。'),
      href: link('start', { step: 'target' }), label: t('通知先を登録する'),
    });
  }
  if (!isSecureContext) {
    found.push({
      id: 'no-https', kind: 'info', title: t('HTTPS ではありません。'),
      why: t('このままでは、ブラウザーの通知が使えず、パスワードが暗号化されずに流れます。'),
      href: link('tls'), label: t('HTTPS にする'),
    });
  }
  return found;
}

function copies({ status, backups }) {
  if (!status) return [];
  const { 最終実行日時: at, 最終結果: result } = status['最終バックアップ'];
  const open = { href: link('DataBackup'), label: t('バックアップの設定') };
  if (!at) {
    const next = backups.some(row => row['使用する'] === 'True');
    return [{
      id: 'no-backup', kind: 'warn', title: t('バックアップがまだありません。'),
      why: next ? t('次の予定を待つか、「今すぐ実行」を押してください。') : t('自動のバックアップが止まっています。'), ...open,
    }];
  }
  if (result && result !== '成功') {
    return [{ id: 'failed-backup', kind: 'bad', title: t('最後のバックアップに失敗しました。'), why: data(result), ...open }];
  }
  if (since(at) > BACKUP_AGE_MS) {
    return [{
      id: 'old-backup', kind: 'warn', title: t('最後のバックアップから2日を過ぎています。'),
      why: t('予定の時刻にこのパソコンが動いていたかを確かめてください。'), ...open,
    }];
  }
  return [];
}
