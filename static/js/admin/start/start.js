// The first run: from nothing to an office that is told who rings.
//
// Invariant: each step can be left, passed over and come back to; what was done is kept by the service.
// Never: goes on by itself while somebody types.

import { rows } from '../../base/api.js';
import { ask } from '../../base/dialog.js';
import { $, h, icon } from '../../base/dom.js';
import { t, useWords } from '../../base/i18n.js';
import { link, note } from '../../base/router.js';
import { isSetUp, loadSession } from '../../base/session.js';
import { useStyle } from '../../base/style.js';
import { failed } from '../../base/toast.js';
import { button, head } from '../parts.js';

const STEPS = [
  { id: 'administrator', label: '管理者', load: () => import('./administrator.js'), done: () => !isSetUp() },
  { id: 'gateway', label: '電話をつなぐ', load: () => import('./gateway.js'), done: seen => seen.connections > 0 },
  { id: 'lines', label: '回線', load: () => import('./lines.js'), done: seen => seen.lines > 0 },
  { id: 'call', label: '着信を試す', load: () => import('./call.js'), done: seen => seen.calls > 0 },
  { id: 'customers', label: '顧客', load: () => import('./customers.js'), done: seen => seen.customers > 0 },
  { id: 'target', label: '通知先', load: () => import('./target.js'), done: seen => seen.targets > 0 },
  { id: 'done', label: '完了', load: () => import('./done.js'), done: () => false },
];
const TARGETS = [
  'Notification-Email-Address', 'Notification-LINE-AccessToken', 'Notification-Chat', 'IncomingCall-URL',
  'IncomingCall-Command',
];

export const title = () => t('はじめの設定');

/** Draws the step of the address into `view`. */
export async function open(view, { values }) {
  await Promise.all([useStyle('office'), useStyle('start'), useWords('office', 'start')]);
  view.classList.add('office', 'wizard');
  const state = { seen: await look(), at: 0, running: null, closed: false };
  const wanted = STEPS.findIndex(({ id }) => id === values.step);
  const first = STEPS.findIndex(({ done }) => !done(state.seen));
  const trail = h('nav', { 'aria-label': t('設定の手順') });
  const place = h('section', { class: 'card step', 'aria-live': 'polite' });
  view.append(head(t('はじめの設定'), t('順に答えると、着信が画面と通知先に届くようになります。どの手順も後でできます。')),
    h('div', { class: 'wizardcols' }, trail, place));
  const shell = { trail, place, state };
  await show(shell, wanted >= 0 ? wanted : first, false);
  return {
    isDirty: () => state.running?.isDirty?.() ?? false,
    mayLeave: async () => !state.running?.isDirty?.()
      || ask(t('入力の途中です'), t('保存していない内容は消えます。'), t('保存せずに移る'), { danger: true }),
    moved: ({ values: next }) => show(shell, Math.max(0, STEPS.findIndex(({ id }) => id === next.step)))
      .catch(error => failed(t('画面を開けません'), error)),
    close() {
      state.closed = true;
      state.running?.close?.();
    },
  };
}

/** How far the office is. A remote set-up has no feed and may not see all of it. */
async function look() {
  const count = async (resource, pick = () => true) => (await rows(resource, { limit: 200 })).filter(pick).length;
  const used = row => row['使用する'] === 'True';
  const total = async resource => {
    const list = await rows(resource, { limit: 1 });
    return list.total ?? list.length;
  };
  const [connections, lines, calls, customers, ...targets] = await Promise.all([
    count('SIP-ServerConnection', used), count('ContainmentLine'), total('ReceivedCall-Record'),
    total('CustomerAddress'), ...TARGETS.map(resource => count(resource, used)),
  ]);
  return { connections, lines, calls, customers, targets: targets.reduce((sum, each) => sum + each, 0) };
}

async function show(shell, at, focus = true) {
  const { state, place, trail } = shell;
  state.running?.close?.();
  state.running = null;
  state.at = at;
  const step = STEPS[at];
  note('start', { step: step.id });
  const module = await step.load();
  if (state.closed || state.at !== at) return;
  // Nothing but a link is beside the step while nobody is registered: the rest needs an administrator first.
  const next = async () => {
    await loadSession();
    state.seen = await look();
    if (!state.closed) await show(shell, Math.min(at + 1, STEPS.length - 1));
  };
  const body = h('div', { class: 'body stack gap16' });
  const later = step.id === 'done' ? null : button(t('あとで設定する'), () => next().catch(told));
  const back = at > 0 ? button(t('戻る'), () => show(shell, at - 1).catch(told), { name: 'left' }) : null;
  place.replaceChildren(h('header', {}, h('h2', { tabindex: -1 }, module.title())), body,
    h('footer', { class: 'stepfoot' }, back, h('span', { class: 'sp' }), later));
  drawTrail(trail, state);
  state.running = await module.draw(body, { seen: state.seen, next: () => next().catch(told), later });
  if (focus) $('h2', place)?.focus();
}

const told = error => failed(t('次へ進めません'), error);

function drawTrail(trail, state) {
  trail.replaceChildren(h('ol', { class: 'steps' }, STEPS.map(({ id, label, done }, at) => {
    const good = done(state.seen);
    return h('li', { class: good ? 'done' : null }, h('a', {
      href: link('start', { step: id }), 'aria-current': at === state.at ? 'step' : null,
    }, h('span', { class: 'mark num', 'aria-hidden': 'true' }, good ? icon('check') : at + 1),
    h('span', {}, t(label)), good && h('span', { class: 'sr' }, t('済み'))));
  })));
  $('[aria-current]', trail).scrollIntoView({ block: 'nearest', inline: 'center' });
}
