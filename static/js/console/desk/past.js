// What happened before with the caller who is open.
//
// Invariant: newest first; each entry opens its record.
// Never: asks the server.

import { h, icon } from '../../base/dom.js';
import { dayAndTime, duration, stateLook } from '../../base/format.js';
import { handlingPill, statePill } from '../../base/pills.js';
import { t } from '../../base/i18n.js';
import { lineMark } from './look.js';

const HEADING_MAX = 30;

/** The list of calls; `null` while it is being brought. `isKnown` = there is a number or a customer. */
export function pastCalls(calls, pick, isKnown) {
  if (!isKnown) return h('p', { class: 'empty' }, t('番号が通知されていないため、この相手の履歴は分かりません'));
  if (!calls) return h('p', { class: 'empty' }, t('読み込んでいます…'));
  if (!calls.length) return h('p', { class: 'empty' }, t('この相手からの着信は初めてです'));
  return h('ol', { class: 'tl' }, calls.map(call => entry(call, pick)));
}

function entry(call, pick) {
  const look = stateLook(call['状態']);
  const memo = call['メモ'];
  // A short memo is its own heading.
  const title = call['タグ'] || (memo.length <= HEADING_MAX ? memo : '');
  const text = memo === title ? '' : memo;
  return h('li', {}, h('time', {}, dayAndTime(call['着信日時'])),
    h('span', { class: `ico ${look.kind}` }, icon(look.icon)),
    h('div', { class: 'what' },
      h('div', { class: 'line1' },
        h('button', {
          class: title ? 'idlink' : 'idlink none', type: 'button', 'data-focus': `past-${call.ID}`,
          onclick: () => pick(call),
        },
        title ? h('span', { class: 'data' }, title) : t('メモなし')),
        statePill(call['状態']), handlingPill(call['対応状況']),
        h('span', { class: 'small muted' }, lineMark(call)),
        call['呼出秒数'] && h('span', { class: 'small muted num' }, t('呼出 {time}', { time: duration(call['呼出秒数']) })),
        call['対応者'] && h('span', { class: 'small muted data' }, call['対応者'])),
      text && h('p', { class: 'data said' }, text)));
}
