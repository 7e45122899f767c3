// The overview: how the service stands, and what needs somebody.
//
// Invariant: what needs somebody stands first, each with its reason and the way to mend it.
// Never: shows a figure that is older than the last answer of the service.

import { request, rows, SERVICE } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { t, useWords } from '../../base/i18n.js';
import { fact, isAdministrator, isOpen, loadSession } from '../../base/session.js';
import { useStyle } from '../../base/style.js';
import { on } from '../../live/live.js';
import { ago, head, quietly, today, waiting } from '../parts.js';
import { advice } from './advice.js';
import { figures } from './figures.js';
import { lines } from './lines.js';
import { copies, deliveries, disk, links } from './cards.js';

const LOOK_MS = 15_000;
const CALM_MS = 400;
const TARGETS = [
  'Notification-Email-Address', 'Notification-LINE-AccessToken', 'Notification-Chat', 'IncomingCall-URL',
  'IncomingCall-Command',
];

export const title = () => t('概要');

/** Draws the overview into `view`. */
export async function open(view) {
  await Promise.all([useStyle('office'), useWords('office')]);
  view.classList.add('office');
  const body = h('div', {}, waiting());
  view.append(body);
  let timer = 0;
  let closed = false;
  const draw = async () => {
    clearTimeout(timer);
    try {
      const seen = await look();
      if (!closed) show(body, seen, draw);
    } finally {
      clearTimeout(timer);
      if (!closed) timer = setTimeout(() => draw().catch(quietly), LOOK_MS);
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => draw().catch(quietly), CALM_MS);
  };
  const ends = ['line', 'ringing', 'answered', 'ended', 'resync'].map(kind => on(kind, soon));
  await draw();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      for (const end of ends) end();
    },
  };
}

const mayLookAfter = () => isAdministrator() || isOpen();

/** Everything the overview is drawn from; `status` is null for whoever may not see it. */
async function look() {
  const day = today();
  const [status, connections, list, clients, backups, figuresToday, missed, , ...targets] = await Promise.all([
    mayLookAfter() ? request('GET', `${SERVICE}/Status`).then(({ data }) => data, refused) : null,
    rows('SIP-ServerConnection'), rows('ContainmentLine'), rows('ConnectedClient'), rows('DataBackup'),
    rows('Statistics', { from: day, to: day, by: 'day' }),
    rows('Notification-Delivery', { 状態: '失敗', limit: 1 }),
    loadSession(),
    ...TARGETS.map(target => rows(target)),
  ]);
  return {
    status, connections, lines: list, clients, backups, today: figuresToday[0] ?? null, failedEver: missed.total ?? 0,
    targets: targets.flat(),
  };
}

function refused(error) {
  if (error.status === 403) return null;
  throw error;
}

function show(body, seen, again) {
  const { status } = seen;
  const since = status && t('起動 {time}', { time: ago(status['起動日時']) });
  const text = [fact('サーバー名'), t('バージョン {version}', { version: fact('バージョン') }), since];
  const held = document.activeElement?.dataset?.keep;
  body.replaceChildren(
    head(t('概要'), text.filter(Boolean).join(' · ')),
    advice(seen),
    figures(seen),
    h('div', { class: 'twocol' },
      h('div', { class: 'stack' }, lines(seen)),
      h('div', { class: 'stack' }, status && deliveries(seen), copies(seen, again), status && disk(seen), links())));
  // The page is drawn anew under the hands of its user.
  if (held) body.querySelector(`[data-keep="${held}"]`)?.focus();
}
