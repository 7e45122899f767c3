// The state of the telephone lines, in the frame's foot.
//
// Invariant: a line that does not work says so by a word and a colour.
// Never: shows lines that are switched off.

import { rows } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { t, term } from '../../base/i18n.js';
import { on } from '../../live/live.js';

const SHOWN_MAX = 5;
const REGISTERED = '登録済';
const WAITS = new Set(['登録中', '未登録']);

/** The element that shows them and keeps itself up to date. */
export function lineStates() {
  const list = h('ul', { class: 'lines', 'aria-label': t('電話回線の状態') });
  const states = new Map();
  const take = row => {
    if (row['使用する'] === 'True') states.set(row.ID, row);
    else states.delete(row.ID);
  };
  const draw = () => list.replaceChildren(...[...states.values()].slice(0, SHOWN_MAX).map(item),
    ...states.size > SHOWN_MAX ? [h('li', { class: 'muted' }, t('ほか {n} 件', { n: states.size - SHOWN_MAX }))] : []);
  const load = async () => {
    const found = await rows('SIP-ServerConnection');
    states.clear();
    found.forEach(take);
    draw();
  };
  on('line', envelope => {
    if (!envelope['SIP接続']) return;
    take(envelope['SIP接続']);
    draw();
  });
  on('resync', load);
  load().catch(() => { /* the banner of the feed says that the server is away */ });
  return list;
}

function item(row) {
  const { word, dot } = look(row);
  const name = row['接続名'];
  return h('li', { title: row['最終エラー'] || null }, h('span', { class: `dot ${dot}` }),
    h('span', { class: 'data' }, name), ' ', h('span', {}, word));
}

function look(row) {
  if (row['登録しない'] === 'True') return { word: t('着信待ち'), dot: '' };
  const state = row['登録状態'];
  // 未登録 means something else of a caller.
  const own = `登録状態=${state}`;
  const word = term(own) === own ? term(state) : term(own);
  if (state === REGISTERED) return { word, dot: '' };
  return { word, dot: WAITS.has(state) ? 'wait' : 'off' };
}
