// From the stream to the tabs: who hears what.
//
// Invariant: a tab that joins late gets the state and the calls that ring now.
// Never: asks two tabs to sound.

import { stream } from './stream.js';

const RINGING_MAX = 20;
/** A call that rang so long before it is told was missed, not heard … */
const LATE_MS = 10_000;
/** … if the feed was lost and came back just now (the clocks of two machines alone prove nothing). */
const REPLAY_MS = 5_000;

/** Shares one stream: `join(send, listen)` adds a tab; `listen` is given the function that takes its messages. */
export function relay() {
  const tabs = new Set();
  const ringing = new Map();
  let state = 'connecting';
  let changedAt = Date.now();
  let name = null;
  let end = null;
  let lostAt = 0;

  /** The tab that sounds: the one in front, else the oldest. */
  const sounding = () => [...tabs].find(tab => tab.visible) ?? [...tabs][0];

  function tell(kind, envelope) {
    if (kind === 'state') return setState(envelope);
    const call = envelope['着信記録'];
    const late = kind === 'ringing' && isLate(call);
    if (kind === 'ringing') {
      ringing.set(call.ID, envelope);
      if (ringing.size > RINGING_MAX) ringing.delete(ringing.keys().next().value);
    }
    if (kind === 'ended' || kind === 'answered') ringing.delete(call?.ID);
    const chosen = sounding();
    for (const tab of tabs) tab.send({ kind, envelope, late, sound: kind === 'ringing' && !late && tab === chosen });
    return undefined;
  }

  function setState(next) {
    if (state === next) return;
    if (state === 'live') lostAt = Date.now();
    state = next;
    changedAt = Date.now();
    for (const tab of tabs) tab.send({ kind: 'state', state, changedAt });
  }

  function isLate(call) {
    const rang = Date.parse((call?.['着信日時'] ?? '').replaceAll('/', '-').replace(' ', 'T'));
    const replayed = lostAt > 0 && Date.now() - changedAt < REPLAY_MS;
    return replayed && rang < Date.now() - LATE_MS;
  }

  function open(wanted) {
    if (name === wanted) return;
    end?.();
    name = wanted;
    end = stream(name, tell);
  }

  return {
    join(send, listen) {
      const tab = { send, visible: false };
      tabs.add(tab);
      listen(message => {
        if (message.visible !== undefined) tab.visible = message.visible;
        if (message.name !== undefined) open(message.name);
        if (message.bye) tabs.delete(tab);
      });
      send({ kind: 'state', state, changedAt });
      for (const envelope of ringing.values()) send({ kind: 'ringing', envelope, known: true, sound: false });
    },
  };
}
