// The number beside 不在の対応 in the navigation, on every screen.
//
// Invariant: it follows the feed within WAIT_MS.
// Never: asks more often than that, however many calls come in.

import { t, useWords } from '../../base/i18n.js';
import { tally } from '../../frame/shell.js';
import { on } from '../../live/live.js';
import { waiting } from './jobs.js';

const WAIT_MS = 2_000;
const MOST = 999;
const MANY = '999+';

/** Begins to count. */
export async function startTally() {
  await useWords('work');
  let timer = 0;
  const count = async () => {
    timer = 0;
    try {
      const number = await waiting();
      const shown = number === null || number > MOST ? MANY : number;
      tally('work', shown, { hot: number !== 0, meaning: t('件の不在着信が待っています') });
    } catch { /* the feed's banner tells that the server is away */ }
  };
  const soon = () => { timer ||= setTimeout(count, WAIT_MS); };
  for (const kind of ['ended', 'updated', 'resync']) on(kind, soon);
  on('state', ({ state }) => { if (state === 'live') soon(); });
  count();
}
