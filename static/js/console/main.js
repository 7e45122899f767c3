// The operator console.
//
// Invariant: a screen is loaded when it is opened for the first time.
// Never: shows more than the first screen needs before a call can ring.

import { t, useWords } from '../base/i18n.js';
import { isAdministrator, isSetUp, loadSession, userName } from '../base/session.js';
import { banner, frame } from '../frame/shell.js';
import { go, link, start } from '../base/router.js';
import { start as startFeed } from '../live/live.js';
import { h } from '../base/dom.js';
import { startCalls } from './calls.js';
import { startAnnouncing } from './desk/announce.js';
import { lineStates } from './desk/lines.js';
import { soundButton, startSound } from './desk/sound.js';
import { miniButton } from './desk/window.js';

const SCREENS = {
  desk: () => import('./desk/desk.js'),
  history: () => import('./history/history.js'),
  work: () => import('./work/work.js'),
  customers: () => import('./customers/customers.js'),
  statistics: () => import('./statistics/statistics.js'),
  settings: () => import('./settings/settings.js'),
  mini: () => import('./mini.js'),
  wallboard: () => import('./wallboard.js'),
};

/** A link in a notice (`#call=ID`) opens the desk with that call. */
function alias(hash) {
  const call = /^#call=(\d+)$/.exec(hash);
  return call ? link('desk', { call: call[1] }) : null;
}

function items() {
  const own = [
    { name: 'desk', icon: 'bell', label: t('着信デスク') },
    { name: 'work', icon: 'todo', label: t('不在の対応') },
    { name: 'history', icon: 'history', label: t('着信履歴') },
    { name: 'customers', icon: 'people', label: t('顧客') },
    { name: 'statistics', icon: 'chart', label: t('統計') },
    { name: 'settings', icon: 'sliders', label: t('自分の設定') },
  ].map(item => ({ ...item, href: link(item.name) }));
  return [{ items: own }];
}

async function main() {
  await Promise.all([useWords('frame', 'catalogue', 'desk'), loadSession()]);
  const present = h('div', {});
  const admin = isAdministrator() ? h('a', { href: '/admin/' }, t('管理画面へ')) : null;
  frame({
    groups: items(),
    home: { label: 'smartconnect', href: link('desk') },
    search: { label: t('電話番号・顧客名で検索'), run: text => go('customers', { q: text }) },
    foot: [lineStates(), present, admin],
    tools: [miniButton(), soundButton()],
  });
  if (isSetUp() && !userName()) {
    banner('set-up', 'warn', t('まだ管理者がいません。'), h('a', { class: 'btn sm', href: '/admin/#/start' }, t('はじめの設定')));
  }
  startAnnouncing();
  startSound();
  startFeed();
  startCalls();
  await start(SCREENS, 'desk', alias);
  const { startTally } = await import('./work/tally.js');
  startTally();
  const { startPresence } = await import('./desk/presence.js');
  await startPresence(present);
}

main().catch(error => {
  // Nobody is registered, and this is another computer: the administration asks for the key.
  if (error.status === 401) {
    location.replace('/admin/#/start');
    return;
  }
  document.body.append(h('p', { role: 'alert', class: 'fatal' }, error.message || String(error)));
  console.error(error);
});
