// Which screen is shown: the part of the address behind #.
//
// Invariant: every screen has an address of its own, with its filters, that can be kept and sent on; the way back
// leads where one came from, out of an open row to its list.
// Never: leaves a screen that says it has unsaved work without asking.

import { $, h } from './dom.js';
import { query } from './api.js';
import { isolated } from './bidi.js';
import { failed } from './toast.js';
import { t } from './i18n.js';

let routes = {};
let fallback = '';
let current = null;
let shown = '';
let opened = '';
let turns = 0;
let isAsking = false;
/** Place of what is shown among the visited addresses of this tab, as `history.state` counts them. */
let at = 0;
/** Place of the address now: another one than `at` while a screen is asked whether it may be left. */
let last = -1;
/** The address that the way back to a list must end at, while it is being gone. */
let returning = '';
/** What screens that were left want to know when somebody comes back to them, by their place. */
const memories = new Map();
const watchers = new Set();

/** Counts the address now: one that is new in this tab follows the last one. */
function count() {
  if (history.state?.at === undefined) history.replaceState({ at: follower() }, '', location.href);
  last = history.state.at;
}
/** The place of a new address: what lay there and beyond is gone. */
function follower() {
  for (const place of memories.keys()) if (place > last) memories.delete(place);
  return last + 1;
}
// Before anything is awaited: an address without a place could not be told apart from one that lies ahead.
count();
addEventListener('hashchange', count);

/** The address of a screen: `link('history', { 状態: '不在' })`; `name` may hold a key (`customers/12`). */
export function link(name, values) {
  const parts = query(values);
  return `#/${name}${parts ? `?${parts}` : ''}`;
}

/** Goes to a screen. */
export const go = (name, values) => { location.hash = link(name, values); };

/** Changes the filters in the address without drawing the screen anew. */
export function note(name, values) {
  shown = link(name, values);
  if (returning) returning = shown;
  else history.replaceState(history.state, '', shown);
}

/** Names what was opened on top of the screen (a row of its list): the way back closes it. */
export function stepInto(name, values) {
  shown = link(name, values);
  at = follower();
  last = at;
  history.pushState({ at, isInside: true }, '', shown);
}

/** Names the screen again after what was opened on top of it was closed. */
export function stepOut(name, values) {
  shown = link(name, values);
  if (!history.state?.isInside) {
    history.replaceState(history.state, '', shown);
    return;
  }
  returning = shown;
  at -= 1;
  history.back();
}

/** Calls `watcher` with the name of each screen that is shown. */
export const onScreen = watcher => { watchers.add(watcher); };

/** The address now: `{ name, key, values }`. */
export function place() {
  const [path, parts = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, key = ''] = path.split('/').map(decodeURIComponent);
  return { name: name || fallback, key, values: Object.fromEntries(new URLSearchParams(parts)) };
}

/**
 * Starts: `screens` is `{ name: () => import(…) }`, each module with `title()`, `open(view, { key, values, memory })`
 * (answers nothing or `{ close(), mayLeave(), isDirty(), moved({ key, values }), remember() }`). `first` is the screen
 * without an address. A screen with `moved` stays as it is when only its key or filters change, and is told of them;
 * what `remember` answered when it was left is its `memory` when somebody comes back.
 */
export function start(screens, first, aliases = () => null) {
  routes = screens;
  fallback = first;
  const follow = () => {
    if (returning) {
      history.replaceState(history.state, '', returning);
      returning = '';
    }
    const alias = aliases(location.hash);
    if (alias) history.replaceState(history.state, '', alias);
    return show();
  };
  at = last;
  addEventListener('hashchange', follow);
  addEventListener('beforeunload', event => {
    if (current?.isDirty?.()) event.preventDefault();
  });
  return follow();
}

/** Asks the screen that is shown whether it may be left, once however often the address changes meanwhile. */
async function mayLeave() {
  if (!current?.mayLeave) return true;
  isAsking = true;
  try {
    return await current.mayLeave();
  } finally {
    isAsking = false;
  }
}

/** Gives the screen that is shown its address again. */
function stay() {
  if (last === at) history.replaceState(history.state, '', shown);
  else history.go(at - last);
}

/** The address to show. */
const asked = () => location.hash || link(fallback);

async function show() {
  if (isAsking || asked() === shown) return;
  if (!await mayLeave()) {
    stay();
    return;
  }
  // Somebody may have gone further, or back, while the question stood.
  const wanted = asked();
  if (wanted === shown) return;
  const next = last;
  const { name, key, values } = place();
  if (current?.moved && name === opened) {
    shown = wanted;
    at = next;
    current.moved({ key, values });
    return;
  }
  if (current?.remember) memories.set(at, current.remember());
  const memory = memories.get(next);
  current?.close?.();
  current = null;
  shown = wanted;
  at = next;
  opened = name;
  // A screen may note its filters while it opens: only a later turn tells that it was left.
  turns += 1;
  const turn = turns;
  const load = routes[name] ?? routes[fallback];
  try {
    const screen = await load();
    if (turn !== turns) return;
    const view = h('div', { class: `screen ${name}` });
    $('main').replaceChildren(view);
    $('main').scrollTop = 0;
    setTitle(screen.title());
    for (const watcher of watchers) watcher(name);
    const running = await screen.open(view, { key, values, memory });
    if (turn === turns) current = running ?? null;
    else running?.close?.();
  } catch (error) {
    failed(t('画面を開けません'), error);
  }
}

let heading = '';
let badge = 0;
let caller = '';

/** The title of the screen. */
export function setTitle(text) {
  heading = text;
  const who = caller ? `${isolated(caller)} — ` : '';
  document.title = `${badge ? `(${badge}) ` : ''}${who}${isolated(heading)} — smartconnect`;
}

/** The number before the title: calls that ring; `name` is who calls. */
export function setBadge(number, name = '') {
  badge = number;
  caller = name;
  setTitle(heading);
}
