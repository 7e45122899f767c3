// What happens elsewhere and shows in a list: events, and the names of rows that others refer to.
//
// Invariant: a storm of events reads the list once a second at most.
// Never: changes what somebody types.

import { rows } from '../../base/api.js';
import { rowName } from '../../base/catalogue.js';
import { on } from '../../live/live.js';

const REFRESH_MS = 1_000;
const LIVE_MS = 5_000;
const NAMES_MAX = 500;
const LINES = 'SIP-ServerConnection';
const CALLS = new Set(['ReceivedCall-Record', 'CustomerAddress']);

/** The names of the rows that refs of a resource point to: `{ URI: { key: name } }`. */
export async function namesOfRefs(resource, resources) {
  const targets = [...new Set(resource.fields.filter(field => field.ref).map(field => field.ref))]
    .map(uri => resources.find(each => each.uri === uri)).filter(target => !target.search);
  const named = await Promise.all(targets.map(async target => {
    const found = await rows(target.uri, { limit: NAMES_MAX }).catch(() => []);
    return [target.uri, Object.fromEntries(found.map(row => [row[target.key], rowName(target, row)]))];
  }));
  return Object.fromEntries(named);
}

/** Keeps the list of `screen` (resource.js) up to date; answers the functions that end it. */
export function follow(screen) {
  const { resource } = screen;
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => screen.reload(), REFRESH_MS);
  };
  const ends = [on('resync', soon), () => clearTimeout(timer)];
  if (CALLS.has(resource.uri)) {
    for (const kind of ['updated', 'ringing', 'answered', 'ended']) ends.push(on(kind, soon));
  }
  if (resource.uri === LINES) ends.push(on('line', envelope => screen.fresh(envelope['SIP接続'])));
  if (resource.live) {
    const beat = setInterval(() => { if (document.visibilityState === 'visible') screen.reload(); }, LIVE_MS);
    ends.push(() => clearInterval(beat));
  }
  return ends;
}
