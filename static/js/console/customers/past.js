// The last calls of a customer, and how many there were.
//
// Invariant: newest first; the whole history is one click away.
// Never: more than LAST.

import { rows } from '../../base/api.js';
import { h, icon } from '../../base/dom.js';
import { count, dayAndTime, duration, stateLook, tel } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { handlingPill, statePill } from '../../base/pills.js';
import { link } from '../../base/router.js';
import { CALLS } from '../calls.js';

const LAST = 8;

/** Fills `place` with the last calls of the customer with this key; `told(calls)` hears of them. */
export async function lastCalls(place, key, signal, told) {
  try {
    const calls = await rows(CALLS, { 顧客ID: key, limit: LAST, order: 'desc' }, signal);
    told(calls);
    if (calls.length === 0) {
      place.replaceChildren(h('p', { class: 'muted' }, t('この顧客からの着信はまだありません。')));
      return;
    }
    place.replaceChildren(h('ol', { class: 'calls' }, calls.map(item)),
      h('p', {}, h('a', { href: link('history', { 顧客ID: key, period: 'all' }) },
        calls.total === null ? t('すべての着信を見る')
          : t('すべての着信を見る({n} 件)', { n: count(calls.total) }))));
  } catch (error) {
    if (!signal?.aborted) place.replaceChildren(h('p', { class: 'fault data', role: 'alert' }, error.message));
  }
}

function item(call) {
  const look = stateLook(call['状態']);
  const length = call['通話秒数'] ? t('通話 {time}', { time: duration(call['通話秒数']) })
    : call['呼出秒数'] ? t('呼出 {n} 秒', { n: call['呼出秒数'] }) : '';
  const text = [call['タグ'], call['メモ']].filter(Boolean).join(' — ');
  return h('li', {}, h('span', { class: `ico ${look.kind}` }, icon(look.icon)),
    h('span', { class: 'what' },
      h('span', { class: 'l1' },
        h('a', { class: 'num', href: link('desk', { call: call.ID }) }, dayAndTime(call['着信日時'])),
        statePill(call['状態']), handlingPill(call['対応状況'])),
      h('span', { class: 'small muted' }, [tel(call['相手TEL']), length].filter(Boolean).join(' · '),
        call['対応者'] && h('span', { class: 'data' }, ` · ${call['対応者']}`)),
      text && h('span', { class: 'memo data' }, text)));
}
