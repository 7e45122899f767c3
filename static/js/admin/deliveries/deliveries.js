// The delivery log: each notification with what became of it, and the way to send it again.
//
// Invariant: a failure is shown with its reason, and what can be sent again has a button for it.
// Never: sends again without having been asked.

import { change, request, REST, row as one, rows } from '../../base/api.js';
import { ask } from '../../base/dialog.js';
import { h } from '../../base/dom.js';
import { dayAndTime } from '../../base/format.js';
import { t, term, useWords } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { may } from '../../base/session.js';
import { useStyle } from '../../base/style.js';
import { done, failed } from '../../base/toast.js';
import { on } from '../../live/live.js';
import { label } from '../menu.js';
import { log } from '../log.js';
import { deliveryLook } from '../overview/cards.js';
import { button, head, linkButton, pill } from '../parts.js';

const LOOK_MS = 4_000;
const STATES = ['失敗', '期限切れ', '待機', '送信中', '成功', '受付', '取消'];
const OCCASIONS = ['着信時', '応答時', '不在時', '終了時', 'まとめ', 'テスト', '転送'];
const TARGETS = ['Notification-Email-Address', 'Notification-LINE-AccessToken', 'Notification-Chat', 'IncomingCall-URL',
  'IncomingCall-Command'];
const AGAIN = new Set(['失敗', '期限切れ']);

export const title = () => t('通知履歴');

/** Draws the log into `view`. */
export async function open(view, { key, values, memory }) {
  await Promise.all([useStyle('office'), useWords('office', 'logs')]);
  view.classList.add('office');
  const writes = may('Notification-Delivery', 'write');
  const tools = button(t('失敗を全て再送'), () => resendAll(list), { small: true, name: 'refresh' });
  const list = log({
    screen: 'Notification-Delivery', resource: 'Notification-Delivery', key, values, memory,
    columns: columns(), filters: filters(), nothing: t('まだ通知を送っていません。着信があると、通知先ごとに1行ずつ残ります。'),
    detail: row => detail(row, list),
    pick: writes ? row => AGAIN.has(row['状態']) : null,
    chosen: (keys, clear) => button(t('選んだ通知を再送'), () => resend(keys, list).then(clear),
      { small: true, main: true, name: 'refresh' }),
    tools: writes ? tools : null,
  });
  view.append(head(t('通知履歴'), t('着信ごと・通知先ごとに、送ったか、届いたか、なぜ届かなかったか。')), list.element);
  await list.refresh();
  const look = () => { if (list.atStart() && !document.hidden) list.refresh({ quiet: true }); };
  const timer = setInterval(look, LOOK_MS);
  const ends = ['ringing', 'ended', 'answered'].map(kind => on(kind, look));
  return {
    moved: list.moved,
    remember: list.remember,
    close() {
      clearInterval(timer);
      for (const end of ends) end();
      list.close();
    },
  };
}

const data = text => h('span', { class: 'data' }, text);

const columns = () => [
  { label: t('日時'), cls: 'num', cell: row => dayAndTime(row['作成日時']) },
  { label: t('状態'), cell: row => pill(...deliveryLook(row['状態'])) },
  { label: t('送り先'), cell: row => [data(row['宛先名'] || '—'), ' ',
    h('span', { class: 'small muted' }, label(row['資源']))] },
  { label: t('きっかけ'), cls: 'low', cell: row => term(row['タイミング']) },
  { label: t('着信'), cls: 'num', cell: row => callLink(row) },
  { label: t('試行'), cls: 'num low', cell: row => t('{n} 回', { n: row['試行回数'] }) },
  { label: t('理由'), cls: 'wide', cell: row => h('span', { class: 'data clip', title: row['理由'] }, row['理由'] || '—') },
];

const callLink = row => (Number(row['着信記録ID'])
  ? h('a', { href: `/#call=${row['着信記録ID']}` }, row['着信記録ID']) : '—');

const filters = () => [
  { name: '状態', label: t('状態'), options: STATES.map(word => [word, term(word)]) },
  { name: '資源', label: t('通知先の種類'), options: TARGETS.map(uri => [uri, label(uri)]) },
  { name: 'タイミング', label: t('きっかけ'), options: OCCASIONS.map(word => [word, term(word)]) },
  { name: '着信記録ID', label: t('着信記録ID'), mode: 'numeric' },
];

async function detail(known, list) {
  const key = typeof known === 'string' ? known : known.ID;
  const [{ row }, { data: attempts }] = await Promise.all([
    typeof known === 'string' ? one('Notification-Delivery', key) : { row: known },
    request('GET', `${REST}/Notification-Delivery/${key}/Attempts`),
  ]);
  if (!row) return { title: t('通知 {id}', { id: key }), body: h('p', {}, t('この通知はもうありません。')) };
  const facts = [
    [t('状態'), pill(...deliveryLook(row['状態']))],
    [t('送り先'), h('a', { class: 'data', href: link(`${row['資源']}/${row['宛先ID']}`) }, row['宛先名'] || row['宛先ID'])],
    [t('通知先の種類'), label(row['資源'])],
    [t('きっかけ'), term(row['タイミング'])],
    [t('着信'), callLink(row)],
    [t('作成'), dayAndTime(row['作成日時'])],
    row['次回試行日時'] && [t('次の試行'), dayAndTime(row['次回試行日時'])],
    row['完了日時'] && [t('完了'), dayAndTime(row['完了日時'])],
  ].filter(Boolean);
  return {
    title: t('通知 {id}', { id: row.ID }),
    body: [
      row['理由'] && h('p', { class: AGAIN.has(row['状態']) ? 'fault data' : 'muted data' }, row['理由']),
      h('dl', { class: 'facts' }, facts.map(([name, value]) =>
        h('div', {}, h('dt', {}, name), h('dd', { class: 'num' }, value)))),
      h('h3', {}, t('試行の記録')), trail(attempts),
    ],
    foot: [
      may('Notification-Delivery', 'write')
        && button(t('再送する'), () => resend([row.ID], list), { main: true, name: 'refresh' }),
      linkButton(t('宛先を開く'), link(`${row['資源']}/${row['宛先ID']}`), { small: false }),
    ].filter(Boolean),
  };
}

function trail(attempts) {
  if (!attempts.length) return h('p', { class: 'muted' }, t('まだ送っていません。'));
  return h('ol', { class: 'trail' }, attempts.map(attempt => {
    const again = attempt['状態'] === '待機';
    const look = again ? ['warn', 'clock', t('届かず、あとで再試行')] : deliveryLook(attempt['状態']);
    return h('li', {}, h('div', { class: 'trailhead' }, h('strong', { class: 'num' }, t('{n} 回目', { n: attempt['回'] })),
      pill(...look), h('span', { class: 'num muted small' }, dayAndTime(attempt['開始日時']), attempt['開始日時'].slice(16))),
    attempt['理由'] && h('p', { class: 'data' }, attempt['理由']),
    attempt['最終応答'] && h('pre', { class: 'code data', tabindex: 0 }, attempt['最終応答']));
  }));
}

async function resend(keys, list) {
  let good = 0;
  for (const key of keys) {
    try {
      await change('Notification-Delivery', key, { 状態: '再送' });
      good += 1;
    } catch (error) {
      failed(t('通知 {id} を再送できません', { id: key }), error);
      break;
    }
  }
  if (good) done(good === 1 ? t('もう一度送ります') : t('{n} 件をもう一度送ります', { n: good }));
  await list.refresh();
}

/** Sends again whatever failed, after the number was agreed to. */
async function resendAll(list) {
  try {
    const lists = await Promise.all(['失敗', '期限切れ'].map(state =>
      rows('Notification-Delivery', { 状態: state, limit: 500, order: 'desc' })));
    const keys = lists.flat().map(row => row.ID);
    if (!keys.length) {
      done(t('失敗した通知はありません'));
      return;
    }
    const text = t('{n} 件をもう一度送ります。宛先の誤りを直してからにしてください。', { n: keys.length });
    if (await ask(t('失敗した通知の再送'), text, t('再送する'))) await resend(keys, list);
  } catch (error) {
    failed(t('再送できません'), error);
  }
}
