// Whether the feed is live, for screens without the frame.
//
// Invariant: a word beside the colour.
// Never: says "live" when it is not.

import { h } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { feed, on } from '../../live/live.js';

/** An element that shows it, and the function that ends it. */
export function feedState() {
  const dot = h('span', { class: 'dot' });
  const word = h('span', {});
  const show = ({ state }) => {
    dot.className = `dot ${state === 'live' ? '' : state === 'signed-out' ? 'off' : 'wait'}`;
    word.textContent = { live: t('ライブ接続中'), lost: t('再接続中…'), connecting: t('接続中…'),
      'signed-out': t('ログインが必要です') }[state];
  };
  show(feed());
  return { element: h('span', { class: 'feedstate', role: 'status' }, dot, word), end: on('state', show) };
}
