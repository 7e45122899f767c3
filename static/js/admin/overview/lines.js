// The telephone side: connections, whether they are registered, and the lines that ring through them.
//
// Invariant: a state is told in a word, and a failure with what to do.
// Never: shows a connection that is switched off as a fault.

import { h } from '../../base/dom.js';
import { moment, tel } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { card, empty, linkButton, pill } from '../parts.js';

const LOOKS = {
  登録済: ['ok', 'check'], 登録中: ['warn', 'clock'], 失敗: ['bad', 'warn'], 未登録: ['', 'clock'], 停止: ['', 'x'],
};

/** The state of a connection: `{ kind, icon, word }`. */
export function stateOf(row) {
  if (row['使用する'] !== 'True') return { kind: '', icon: 'x', word: t('使用しない') };
  if (row['登録しない'] === 'True') {
    const fine = !row['最終エラー'];
    return { kind: fine ? 'ok' : 'bad', icon: fine ? 'check' : 'warn', word: fine ? t('待受中') : t('失敗') };
  }
  const [kind, icon] = LOOKS[row['登録状態']] ?? ['', 'clock'];
  return { kind, icon, word: term(row['登録状態']) };
}

/** The card of connections and lines. */
export function lines({ connections, lines: list }) {
  const used = connections.filter(row => row['使用する'] === 'True');
  const rest = connections.filter(row => row['使用する'] !== 'True');
  const content = connections.length
    ? h('ul', { class: 'rowlist', 'aria-label': t('SIP接続') }, [...used, ...rest].map(connection))
    : empty('plug', t('電話とつなぐ接続がありません。'), linkButton(t('電話をつなぐ'), link('start', { step: 'gateway' })));
  const table = list.length
    ? h('ul', { class: 'rowlist', 'aria-label': t('回線') }, list.map(row => lineRow(row, used)))
    : empty('phone', t('回線が登録されていません。'), linkButton(t('回線を登録する'), link('start', { step: 'lines' })));
  return [
    card(t('電話の接続'), content, linkButton(t('すべて'), link('SIP-ServerConnection'), { 'data-keep': 'sip' })),
    card(t('回線'), table, linkButton(t('すべて'), link('ContainmentLine'), { 'data-keep': 'line' })),
  ];
}

function connection(row) {
  const state = stateOf(row);
  const place = `${row['SIPサーバーアドレス']}:${row['SIPサーバーポート']} ${row['トランスポート']}`;
  const next = row['次回更新日時'] && row['登録状態'] === '登録済'
    ? t('次の更新 {time}', { time: moment(row['次回更新日時']) }) : '';
  return h('li', { 'data-connection': row.ID },
    h('div', { class: 'grow' },
      h('a', { class: 'data strong', href: link(`SIP-ServerConnection/${row.ID}`), 'data-keep': `sip-${row.ID}` },
        row['接続名']),
      h('div', { class: 'small muted num' }, h('span', { class: 'data' }, place),
        row['内線番号'] && [' · ', h('span', { class: 'data' }, t('内線 {n}', { n: row['内線番号'] }))],
        next && [' · ', next]),
      row['使用する'] === 'True' && row['最終エラー']
        && h('p', { class: 'fault data' }, row['最終エラー'])),
    pill(state.kind, state.icon, state.word));
}

function lineRow(row, used) {
  const of = row['SIP接続ID'] === '0' ? used : used.filter(each => each.ID === row['SIP接続ID']);
  const good = of.find(each => ['ok'].includes(stateOf(each).kind)) ?? of[0];
  const state = good ? stateOf(good) : { kind: '', icon: 'x', word: t('接続なし') };
  return h('li', { 'data-line': row['回線No'] },
    h('span', { class: 'linemark', vars: { '--swatch': row['表示色'] || 'var(--line)' }, 'aria-hidden': 'true' }),
    h('div', { class: 'grow' },
      h('a', { class: 'data strong', href: link(`ContainmentLine/${row['回線No']}`),
        'data-keep': `line-${row['回線No']}` }, row['回線名'] || tel(row['着信TEL']) || row['代理内線番号']),
      h('div', { class: 'small muted num data' }, [tel(row['着信TEL']), row['種別']].filter(Boolean).join(' · '))),
    row['通知する'] === 'False' && pill('', 'mute', t('通知しない')),
    pill(state.kind, state.icon, state.word));
}
