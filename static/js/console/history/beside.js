// What stands beside a record: what was sent about it, and where a number can be looked up.
//
// Invariant: it is read when it is opened, and says what it cannot read.
// Never: opens a foreign page by itself.

import { REST, change, request, rows } from '../../base/api.js';
import { h, icon } from '../../base/dom.js';
import { moment, tel } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { may } from '../../base/session.js';
import { done, failed } from '../../base/toast.js';

const DELIVERIES = 'Notification-Delivery';
const SHOWN_MAX = 50;
const LOOKS = {
  成功: ['ok', 'check'], 受付: ['ok', 'check'], 待機: ['warn', 'clock'], 送信中: ['brand', 'send'],
  失敗: ['bad', 'warn'], 期限切れ: ['bad', 'clock'], 取消: ['', 'x'],
};

const pill = state => {
  const [kind, name] = LOOKS[state] ?? ['', 'info'];
  return h('span', { class: `pill ${kind}` }, icon(name), term(state));
};

/** A part that is read when it is opened. */
function part(title, read) {
  const place = h('div', { class: 'in2' });
  const element = h('details', { class: 'part', ontoggle: async () => {
    if (!element.open) return;
    try {
      place.replaceChildren(...await read());
    } catch (error) {
      place.replaceChildren(h('p', { role: 'alert', class: 'small' }, t('読み込めません。'), ' ',
        h('span', { class: 'data' }, error.message)));
    }
  } }, h('summary', {}, title), place);
  return element;
}

/** What was sent about a call. */
export function deliveries(call) {
  if (!may(DELIVERIES)) return null;
  const read = async () => {
    const found = await rows(DELIVERIES, { 着信記録ID: call.ID, limit: SHOWN_MAX });
    if (!found.length) return [h('p', { class: 'small muted' }, t('この着信について送った通知はありません。'))];
    return [h('ul', { class: 'sent' }, found.map(delivery))];
  };
  return part(t('送った通知'), read);
}

function delivery(row) {
  const attempts = h('ol', { class: 'small' });
  const showAttempts = async event => {
    const button = event.currentTarget;
    try {
      const { data } = await request('GET', `${REST}/${DELIVERIES}/${row.ID}/Attempts`);
      attempts.replaceChildren(...data.map(attemptLine));
      button.remove();
    } catch (error) {
      failed(t('読み込めません。'), error);
    }
  };
  const again = async event => {
    event.currentTarget.disabled = true;
    try {
      await change(DELIVERIES, row.ID, { 状態: '再送' });
      done(t('もう一度送ります'));
    } catch (error) {
      failed(t('送りなおせません'), error);
    }
  };
  const isOver = ['失敗', '期限切れ', '成功', '受付'].includes(row['状態']);
  return h('li', {}, h('div', { class: 'sentline' }, pill(row['状態']),
    h('strong', { class: 'data' }, row['宛先名'] || row['資源']),
    h('span', { class: 'small muted' }, term(row['タイミング']), ' ', h('span', { class: 'num' }, moment(row['作成日時'])))),
  row['理由'] && h('p', { class: 'small data' }, row['理由']),
  h('div', { class: 'acts left' },
    Number(row['試行回数']) > 0 && h('button', { class: 'btn sm ghost', type: 'button', onclick: showAttempts },
      t('試行 {n} 回', { n: row['試行回数'] })),
    isOver && may(DELIVERIES, 'write') && h('button', { class: 'btn sm ghost', type: 'button', onclick: again },
      icon('refresh'), t('送りなおす'))), attempts);
}

const attemptLine = attempt => h('li', {}, h('span', { class: 'num' }, moment(attempt['開始日時'])), ' ',
  term(attempt['状態']), ' ',
  h('span', { class: 'data muted' }, [attempt['最終応答'], attempt['理由']].filter(Boolean).join(' ')));

/** Pages on which a number can be looked up; null for a call without one. */
export function searchSites(call) {
  const number = call['相手TEL'];
  if (!number || number.length < 9) return null;
  const read = async () => {
    const sites = await rows('PhoneNumber-SearchSite', { 使用する: 'True' });
    if (!sites.length) return [h('p', { class: 'small muted' }, t('検索サイトは登録されていません。'))];
    const inOrder = [...sites].sort((a, b) => Number(a['表示順']) - Number(b['表示順']));
    return [h('div', { class: 'acts left' }, inOrder.map(site => h('a', { class: 'btn sm data', target: '_blank',
      rel: 'noopener noreferrer', href: filled(site, number) }, icon('ext'), site['サイト名'])))];
  };
  return part(t('番号を調べる'), read);
}

function filled(site, number) {
  const forms = { ハイフン付き: tel(number), '国際(+81)': number.startsWith('0') ? `+81${number.slice(1)}` : number };
  const form = forms[site['番号形式']] ?? number;
  const address = site['URL'].replaceAll(/\{\{\s*相手TEL\s*\}\}/g, encodeURIComponent(form));
  return /^https?:/i.test(address) ? address : null;
}
