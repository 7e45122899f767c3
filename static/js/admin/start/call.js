// Fourth step: a test call, seen as it arrives.
//
// Invariant: shows calls that came in while this step is open, live.
// Never: makes a call itself.

import { h, icon } from '../../base/dom.js';
import { callerName, callerNumber, tel } from '../../base/format.js';
import { rows } from '../../base/api.js';
import { t, term } from '../../base/i18n.js';
import { on } from '../../live/live.js';
import { button, linkButton, notice } from '../parts.js';
import { link } from '../../base/router.js';

const SHOWN = 5;

export const title = () => t('着信を試す');

/** Draws the step. */
export async function draw(place, { next }) {
  const [lines, connections] = await Promise.all([rows('ContainmentLine'), rows('SIP-ServerConnection')]);
  const numbers = lines.map(row => tel(row['着信TEL'])).filter(Boolean);
  const used = connections.some(row => row['使用する'] === 'True');
  const list = h('ul', { class: 'rowlist boxed', 'data-calls': '', 'aria-label': t('届いた着信'), hidden: true });
  const wait = h('div', { class: 'ringwait', role: 'status' }, icon('bell'),
    h('p', { class: 'big' }, t('いま、この番号に電話をかけてください')),
    h('p', { class: 'num data bigger' }, numbers.join(' / ') || '—'),
    h('p', { class: 'muted' }, t('携帯電話などから鳴らすと、ここに出ます。出なくても構いません。')));
  const go = h('div', { class: 'acts', hidden: true }, button(t('次へ'), next, { main: true }));
  const calls = new Map();
  const seen = envelope => {
    const call = envelope['着信記録'];
    if (!call || (!calls.has(call.ID) && call['状態'] !== '呼出中')) return;
    calls.set(call.ID, call);
    wait.hidden = true;
    list.hidden = false;
    go.hidden = false;
    list.replaceChildren(...[...calls.values()].slice(-SHOWN).reverse().map(item));
  };
  const ends = ['ringing', 'answered', 'ended', 'updated'].map(kind => on(kind, seen));
  place.append(used ? '' : notice('warn', t('まだ電話につながっていません。先に「電話をつなぐ」を済ませてください。'),
    linkButton(t('電話をつなぐ'), link('start', { step: 'gateway' }))), wait,
  h('h3', { class: 'sr' }, t('届いた着信')), list, go, help());
  return { close: () => { for (const end of ends) end(); } };
}

function item(call) {
  return h('li', { 'data-call': call.ID }, h('span', { class: 'ringmark', 'aria-hidden': 'true' }, icon('bell')),
    h('div', { class: 'grow' }, h('strong', { class: 'data' }, callerName(call)),
      h('div', { class: 'num data' }, callerNumber(call), ' → ', call['回線名'] || tel(call['着信TEL']))),
    h('span', { class: 'pill brand' }, term(call['状態'])));
}

function help() {
  const points = [
    t('電話の接続が「登録済」か、概要の画面で確かめてください。'),
    t('HGW の内線設定で、この内線が着信する番号に含まれているか確かめてください。'),
    t('このパソコンのファイアウォールが UDP 5060 番を通すか確かめてください。'),
  ];
  return h('details', { class: 'more' }, h('summary', {}, t('かけても出てこないとき')),
    h('ul', { class: 'points' }, points.map(text => h('li', {}, text))));
}
