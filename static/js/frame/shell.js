// The frame around every screen: navigation, search, state of the feed, who is signed in.
//
// Invariant: whether the feed is live can be seen on every screen, as a word and a colour.
// Never: knows what a screen shows.

import { $, h, icon } from '../base/dom.js';
import { isSettingUp } from '../base/api.js';
import { language, setLanguage, t, term } from '../base/i18n.js';
import { fact, isOpen, signOut, userName } from '../base/session.js';
import { feed, on } from '../live/live.js';
import { onScreen } from '../base/router.js';
import { onKey, showKeys } from '../base/keys.js';
import { moment, isoTime } from '../base/format.js';
import { japanNow } from '../base/japan.js';

/** The feed is told to be lost when it was away for so long. */
const LOST_MS = 5_000;
const STATES = { live: 'ライブ接続中', lost: '再接続中…', connecting: '接続中…', 'signed-out': 'ログインが必要です' };

/**
 * Draws the frame: `groups` is `[{ title, items: [{ name, href, icon, label }] }]`, `home` the mark's text and
 * address, `search` `{ label, run(text) }`, `foot` further elements below the navigation, `tools` in the top bar.
 */
export function frame({ groups, home, search, foot = [], tools = [] }) {
  document.body.replaceChildren(
    h('a', { class: 'skip', href: '#main', onclick: toMain }, t('本文へ移動')),
    h('div', { class: 'app' }, side(groups, home, foot), top(search, tools), h('div', { class: 'page' },
      h('div', { class: 'banners', role: 'region', 'aria-label': t('お知らせ') }),
      h('main', { id: 'main', tabindex: -1 }))),
    h('section', { class: 'toasts', 'aria-label': t('通知') }),
    h('div', { id: 'say', class: 'sr', role: 'status', 'aria-live': 'polite', 'data-data': '' }));
  onScreen(name => mark(name));
  followFeed();
  addEventListener('signed-out', event => signedOut(event.detail));
  if (isOpen()) banner('open', 'warn', t('原典互換で動いています。この LAN からはログインなしで使えます。'));
}

function toMain(event) {
  event.preventDefault();
  $('#main').focus();
}

function side(groups, home, foot) {
  const items = group => group.items.map(item => h('a', { href: item.href, 'data-screen': item.name },
    icon(item.icon), h('span', { class: 'tx' }, item.label), h('span', { class: 'n num', hidden: true })));
  return h('aside', { class: 'side', 'aria-label': t('メニュー') },
    h('a', { class: 'logo', href: home.href },
      h('span', { class: 'mark', 'aria-hidden': 'true' }, icon('phone')), home.label),
    h('nav', { class: 'nav', 'aria-label': t('画面') }, groups.map(group =>
      [group.title && h('div', { class: 'grp' }, group.title), items(group)])),
    h('div', { class: 'foot' }, h('div', { id: 'feed', role: 'status' },
      h('span', { class: 'dot wait' }), h('span', {}, t('接続中…'))), foot));
}

function top(search, tools) {
  const input = h('input', { type: 'search', id: 'q', placeholder: search.label, autocomplete: 'off' });
  const find = event => {
    event.preventDefault();
    search.run(input.value.trim());
  };
  const form = h('form', { class: 'find', role: 'search', onsubmit: find },
    h('label', { class: 'sr', for: 'q' }, search.label), icon('find'), input, h('kbd', { 'aria-hidden': 'true' }, '/'));
  onKey('/', t('検索へ'), () => { input.focus(); input.select(); });
  const other = language() === 'ja' ? 'en' : 'ja';
  return h('header', { class: 'top' }, form, h('span', { class: 'sp' }), tools,
    iconButton('help', t('キー操作の一覧'), showKeys),
    iconButton('moon', t('明暗を切り替え'), turn),
    h('button', { class: 'btn sm', type: 'button', lang: other, onclick: () => setLanguage(other) },
      other === 'en' ? 'English' : '日本語'),
    who());
}

function who() {
  const name = userName();
  if (!name) return h('span', { class: 'pill wide' }, t('ログインなし'));
  return h('span', { class: 'who' }, h('span', { class: 'pill wide' }, h('span', { class: 'data' }, name),
    `(${term(fact('権限'))})`),
  iconButton('out', t('ログアウト'), signOut));
}

const iconButton = (name, label, onclick) =>
  h('button', { class: 'btn icon ghost', type: 'button', 'aria-label': label, title: label, onclick }, icon(name));

function turn() {
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
  localStorage.setItem('theme', root.dataset.theme);
}

function mark(name) {
  for (const item of document.querySelectorAll('.nav a')) {
    if (item.dataset.screen === name) item.setAttribute('aria-current', 'page');
    else item.removeAttribute('aria-current');
  }
  $('.nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** Shows a number beside an item of the navigation; 0 hides it. `hot` makes it stand out. */
export function tally(screen, number, { hot = false, meaning = '' } = {}) {
  const place = $(`.nav a[data-screen="${screen}"] .n`);
  if (!place) return;
  place.hidden = !number;
  place.classList.toggle('hot', hot);
  place.replaceChildren(String(number), h('span', { class: 'sr' }, meaning));
}

/** Shows a line above the screen until `unbanner`; `kind` is 'info', 'warn' or 'bad'. */
export function banner(id, kind, text, ...more) {
  const line = h('div', { class: `banner ${kind}`, 'data-banner': id, role: kind === 'bad' ? 'alert' : null },
    icon(kind === 'info' ? 'info' : 'warn'), h('span', {}, text), h('span', { class: 'sp' }), more);
  const old = $(`[data-banner="${id}"]`);
  if (old) old.replaceWith(line);
  else $('.banners').append(line);
}

/** Takes a line away. */
export const unbanner = id => $(`[data-banner="${id}"]`)?.remove();

function followFeed() {
  if (isSettingUp()) {
    $('#feed').hidden = true;
    return;
  }
  let timer = 0;
  let heard = Date.now();
  const show = ({ state, changedAt }) => {
    const dot = $('#feed .dot');
    dot.className = `dot ${state === 'live' ? '' : state === 'signed-out' ? 'off' : 'wait'}`;
    $('#feed span:last-child').textContent = t(STATES[state]);
    clearTimeout(timer);
    if (state === 'live' || state === 'signed-out') {
      unbanner('feed');
      // Nobody asked for anything, so no answer told of it yet; or he signed in again in another tab.
      if (state === 'live') unbanner('signed-out');
      else signedOut();
      return;
    }
    if (state === 'lost') heard = changedAt;
    const lost = () => banner('feed', 'bad', t('サーバーとの接続が切れています。着信はこの画面に出ません。最後の受信 {time}',
      { time: moment(isoTime(japanNow(heard))) }));
    timer = setTimeout(lost, Math.max(0, changedAt + LOST_MS - Date.now()));
  };
  on('state', show);
  show(feed());
}

function signedOut(message) {
  if ($('[data-banner="signed-out"]')) return;
  const next = encodeURIComponent(location.pathname + location.hash);
  banner('signed-out', 'bad', message || t('ログインの有効期限が切れました。'),
    h('a', { class: 'btn sm', href: `/login?ended&next=${next}` }, t('ログイン')));
}
