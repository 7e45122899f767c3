// Who else has a screen open, in the frame's foot.
//
// Invariant: the list is at most EVERY_MS old while the page is in front.
// Never: asks while nobody looks.

import { rows } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { on } from '../../live/live.js';

const EVERY_MS = 60_000;
const SHOWN_MAX = 8;

/** Keeps `place` filled with the number of open screens and, opened, their names. */
export function startPresence(place) {
  const draw = async () => {
    if (document.hidden) return;
    const clients = await rows('ConnectedClient').catch(() => null);
    // The feed's own state says when the server is away.
    if (clients) show(place, clients);
  };
  setInterval(draw, EVERY_MS);
  document.addEventListener('visibilitychange', draw);
  on('state', ({ state }) => { if (state === 'live') draw(); });
  return draw();
}

function show(place, clients) {
  const isOpen = place.querySelector('details')?.open;
  const more = clients.length - SHOWN_MAX;
  place.replaceChildren(h('details', { class: 'presence', open: isOpen },
    h('summary', {}, t('開いている画面 {n} 台', { n: clients.length })),
    h('ul', {}, clients.slice(0, SHOWN_MAX).map(client => h('li', { class: 'data' }, nameOf(client))),
      more > 0 && h('li', {}, t('ほか {n} 件', { n: more })))));
}

/** What people know a screen by: its own name, who is signed in, else its address. */
const nameOf = client => client['クライアント名'] || client['ユーザーID'] || client['IPアドレス'];
