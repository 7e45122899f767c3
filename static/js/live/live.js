// What happens now, for the screens of this tab.
//
// Invariant: all tabs of a browser share one stream (a SharedWorker); without one the tab has its own.
// Never: says that the feed is live when it is not.

import { setting } from '../base/settings.js';

const WORKER = '/js/live/worker.js';
const listeners = new Map();
let post = () => {};
let state = { state: 'connecting', changedAt: Date.now() };
let started = false;

/**
 * Calls `listener(envelope, { sound, late, known, heardAt })` for each event of a kind: ringing, answered, ended,
 * updated, line, resync; for 'state' with `{ state, changedAt }`. Answers the function that ends it.
 * `sound`: this tab speaks for all (sound, pages that open), of a call that rings or ends.
 */
export function on(kind, listener) {
  if (!listeners.has(kind)) listeners.set(kind, new Set());
  listeners.get(kind).add(listener);
  return () => listeners.get(kind).delete(listener);
}

/** The state of the feed: `{ state: 'connecting'|'live'|'lost'|'signed-out', changedAt }`. */
export const feed = () => state;

/** Joins the stream; does nothing the second time. */
export async function start() {
  if (started) return;
  started = true;
  await join();
  const tell = () => post({ visible: document.visibilityState === 'visible' && document.hasFocus() });
  for (const event of ['visibilitychange', 'focus', 'blur']) addEventListener(event, tell);
  addEventListener('pagehide', () => post({ bye: true }));
  addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
  rename();
  tell();
}

/** Tells the service the name of this client again (setting clientName). */
export const rename = () => post({ name: setting('clientName') });

/** Tells that this tab may make a sound: the browser allows it after a click or a key. */
export const audible = () => post({ audible: true });

async function join() {
  if (typeof SharedWorker === 'undefined') {
    const { relay } = await import('./relay.js');
    relay().join(receive, tab => { post = tab; });
    return;
  }
  const worker = new SharedWorker(address(), { type: 'module', name: 'smartconnect' });
  worker.port.onmessage = ({ data }) => receive(data);
  post = message => worker.port.postMessage(message);
}

/** The worker's address; the page's policy lets only this one through. */
function address() {
  if (!self.trustedTypes) return WORKER;
  const policy = trustedTypes.createPolicy('cti', {
    createScriptURL: url => {
      if (url === WORKER) return url;
      throw new TypeError(`${url} is no script of ours`);
    },
  });
  return policy.createScriptURL(WORKER);
}

function receive(message) {
  if (message.kind === 'state') state = { state: message.state, changedAt: message.changedAt };
  const told = message.kind === 'state' ? state : message.envelope;
  for (const listener of listeners.get(message.kind) ?? []) listener(told, message);
}
