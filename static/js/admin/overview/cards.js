// The cards beside the telephone: notices, copies, disk, ways on.
//
// Invariant: what can be done about a figure stands beside it.
// Never: starts a backup by itself.

import { order } from '../../base/api.js';
import { h, icon } from '../../base/dom.js';
import { count, dayAndTime } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { isAdministrator, may } from '../../base/session.js';
import { done, failed } from '../../base/toast.js';
import { ago, button, card, linkButton, pill, size, yesterday } from '../parts.js';

const LOOKS = {
  成功: ['ok', 'check'], 受付: ['ok', 'check'], 失敗: ['bad', 'warn'], 期限切れ: ['bad', 'clock'],
  待機: ['warn', 'clock'], 送信中: ['warn', 'send'],
};

/** The look of a delivery's state, as arguments of `pill`. */
export const deliveryLook = state => [...(LOOKS[state] ?? ['', 'x']), term(state)];

/** Deliveries by state. */
export function deliveries({ status }) {
  const all = status['通知'].filter(entry => entry['件数'] !== '0');
  const list = h('ul', { class: 'rowlist tight' }, all.map(entry => h('li', {},
    h('span', { class: 'grow' }, pill(...deliveryLook(entry['状態']))),
    h('a', { class: 'num strong', href: link('Notification-Delivery', { from: yesterday(), 状態: entry['状態'] }) },
      t('{n} 件', { n: count(entry['件数']) })))));
  const none = h('p', { class: 'body muted' }, t('この24時間に送った通知はありません。'));
  return card(t('通知(24時間)'), all.length ? list : none,
    linkButton(t('履歴'), link('Notification-Delivery'), { 'data-keep': 'deliveries' }));
}

/** The last backup, and the button that makes one. */
export function copies({ status, backups }, again) {
  const last = status ? status['最終バックアップ'] : latest(backups);
  const at = last?.['最終実行日時'];
  const good = last?.['最終結果'] === '成功';
  const row = backups[0];
  const run = may('DataBackup', 'write') && row && button(t('今すぐ実行'), event => runNow(event.target, row.ID, again),
    { small: true, name: 'play', 'data-keep': 'backup' });
  const newest = backups.find(each => each['最終実行日時'] === at);
  return card(t('バックアップ'), h('div', { class: 'body stack' },
    at ? h('div', {}, pill(good ? 'ok' : 'bad', good ? 'check' : 'warn', ago(at)), ' ',
      h('span', { class: 'num' }, dayAndTime(at)),
      newest?.['最終サイズ'] && h('span', { class: 'muted' }, ` · ${size(newest['最終サイズ'])}`))
      : h('p', {}, t('まだありません。')),
    at && !good && h('p', { class: 'fault data' }, last['最終結果']),
    h('p', { class: 'small muted' },
      t('パスワードなどを戻すには、データフォルダの secret.key も要ります。別の安全な所に保管してください。'))), run);
}

/** The row that ran last: who may not see the state of the service sees the rows. */
const latest = backups => [...backups].sort((one, other) =>
  (one['最終実行日時'] < other['最終実行日時'] ? 1 : -1))[0];

async function runNow(pressed, key, again) {
  pressed.disabled = true;
  pressed.textContent = t('実行しています…');
  try {
    const { msg } = await order('DataBackup', key, 'Run');
    done(t('バックアップしました'), msg);
  } catch (error) {
    failed(t('バックアップできません'), error);
  }
  await again();
}

/** The database and its disk. */
export function disk({ status }) {
  const used = Number(status['データベースの大きさ']);
  const free = status['空き容量'];
  return card(t('保存場所'), h('dl', { class: 'body facts' },
    h('div', {}, h('dt', {}, t('データベース')), h('dd', { class: 'num' }, size(used))),
    h('div', {}, h('dt', {}, t('ディスクの空き')), h('dd', { class: 'num' }, free === '' ? t('不明') : size(free)))));
}

/** Ways on. */
export function links() {
  const ways = [
    isAdministrator() && ['start', 'play', t('はじめの設定')],
    may('CustomerAddress', 'write') && ['import', 'upload', t('顧客の取込')],
    may('UserManagement') && ['UserManagement', 'person', t('ユーザーを追加')],
    ['explorer', 'code', t('API を試す')],
  ].filter(Boolean);
  return card(t('よく使う画面'), h('ul', { class: 'ways' }, ways.map(([name, sign, label]) =>
    h('li', {}, h('a', { class: 'btn', href: link(name), 'data-keep': `way-${name}` }, icon(sign), label)))));
}
