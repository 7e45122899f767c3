// The live desk.
//
// Invariant: what is shown came from the service, and changes as soon as the feed tells of it.
// Never: answers a call.

import { rows } from '../../base/api.js';
import { h, icon } from '../../base/dom.js';
import { callerName, callerNumber, moment, stateLook } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { on } from '../../live/live.js';

const RECENT = 20;

export const title = () => t('着信デスク');

/** Draws the desk into `view`. */
export async function open(view) {
  const list = h('ul', { class: 'list' });
  const draw = async () => {
    const calls = await rows('ReceivedCall-Record', { limit: RECENT, order: 'desc' });
    list.replaceChildren(...calls.map(item));
  };
  view.append(h('section', { class: 'card' }, h('header', {}, h('h1', {}, t('着信デスク'))), list));
  const ends = ['ringing', 'answered', 'ended', 'updated', 'resync'].map(kind => on(kind, draw));
  await draw();
  return { close: () => ends.forEach(end => end()) };
}

function item(call) {
  const look = stateLook(call['状態']);
  return h('li', {}, h('a', { class: 'rowbtn', href: `#call=${call.ID}` },
    h('span', { class: `ico ${look.kind}` }, icon(look.icon)),
    h('span', {}, h('span', { class: 'nm data' }, callerName(call)),
      h('span', { class: 'small muted num' }, callerNumber(call))),
    h('span', { class: 'small muted num r' }, moment(call['着信日時']), ' ', term(call['状態']))));
}
