// Today in figures.
//
// Invariant: every figure leads to the list behind it.
// Never: hides a zero.

import { h } from '../../base/dom.js';
import { count } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { today, yesterday } from '../parts.js';

const sum = (row, ...names) => names.reduce((total, name) => total + Number(row?.[name] ?? 0), 0);

/** The row of figures. */
export function figures({ today: row, status, clients, failedEver }) {
  const calls = sum(row, '件数');
  const missed = sum(row, '不在');
  const known = sum(row, '応答', '他で応答') + missed;
  const states = Object.fromEntries((status?.['通知'] ?? []).map(entry => [entry['状態'], Number(entry['件数'])]));
  const open = (states['待機'] ?? 0) + (states['送信中'] ?? 0);
  const failed = status ? (states['失敗'] ?? 0) + (states['期限切れ'] ?? 0) : failedEver;
  const history = values => `/${link('history', { from: today(), to: today(), ...values })}`;
  return h('dl', { class: 'kpis office' },
    figure('calls', t('今日の着信'), count(calls), t('件'), history()),
    figure('missed', t('今日の不在'), count(missed), t('件'), history({ 状態: '不在' }),
      known ? t('応答率 {n}%', { n: Math.round((known - missed) * 100 / known) }) : '', missed > 0 && 'warn'),
    figure('clients', t('接続中の画面'), count(clients.length), t('台'), link('ConnectedClient')),
    status && figure('waiting', t('送信を待つ通知'), count(open), t('件'), link('Notification-Delivery', { 状態: '待機' })),
    figure('failed', status ? t('失敗した通知(24時間)') : t('失敗した通知'), count(failed), t('件'),
      link('Notification-Delivery', { ...status && { from: yesterday() }, 状態: '失敗' }), '', failed > 0 && 'bad'));
}

function figure(id, label, value, unit, href, more = '', kind = '') {
  return h('div', { class: `card kpi ${kind || ''}`, 'data-figure': id },
    h('dt', { class: 'l' }, label),
    h('dd', { class: 'v' }, h('a', { href, 'data-keep': `kpi-${id}` }, value, h('small', {}, unit))),
    more && h('dd', { class: 'd muted' }, more));
}
