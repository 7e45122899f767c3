// From the stream to the tabs: who hears what.
//
// Invariant: a tab that joins late gets the state and the calls that ring now.
// Never: asks two tabs to sound.

import { instant } from '../base/japan.js';
import { stream } from './stream.js';

const RINGING_MAX = 20;
/** A call that rang so long before it is told was missed, not heard … */
const LATE_MS = 10_000;
/** … if the feed was lost and came back just now (the clocks of two machines alone prove nothing). */
const REPLAY_MS = 5_000;

/** A call by its Call-ID: while the store cannot write, every 着信記録 has the ID "0". */
const keyOf = call => call?.['SIPコールID'] || call?.ID;

/** Shares one stream: `join(send, listen)` adds a tab; `listen` is given the function that takes its messages. */
export function relay() {
  const tabs = new Set();
  const ringing = new Map();
  let state = 'connecting';
  let changedAt = Date.now();
  let name = null;
  let end = null;
  let lostAt = 0;

  /** The tab that sounds: one that may (a browser asks for a click first), best the one in front; else the oldest. */
  const sounding = () => {
    const able = [...tabs].filter(tab => tab.audible);
    const from = able.length ? able : [...tabs];
    return from.find(tab => tab.visible) ?? from[0];
  };

  function tell(kind, envelope) {
    if (kind === 'state') return setState(envelope);
    const call = envelope['着信記録'];
    const late = kind === 'ringing' ? isLate(call) : isReplayed();
    if (kind === 'resync') ringing.clear();
    if (kind === 'ringing') {
      ringing.set(keyOf(call), { envelope, heardAt: Date.now() });
      if (ringing.size > RINGING_MAX) ringing.delete(ringing.keys().next().value);
    }
    if (kind === 'ended' || kind === 'answered') ringing.delete(keyOf(call));
    const chosen = sounding();
    const announces = (kind === 'ringing' || kind === 'ended') && !late;
    for (const tab of tabs) tab.send({ kind, envelope, late, sound: announces && tab === chosen });
    return undefined;
  }

  function setState(next) {
    if (state === next) return;
    if (state === 'live') lostAt = Date.now();
    state = next;
    changedAt = Date.now();
    for (const tab of tabs) tab.send({ kind: 'state', state, changedAt });
  }

  /** The feed came back just now: what comes is what happened meanwhile. */
  const isReplayed = () => lostAt > 0 && Date.now() - changedAt < REPLAY_MS;

  function isLate(call) {
    const rang = instant(call?.['着信日時']);
    return isReplayed() && rang < Date.now() - LATE_MS;
  }

  function open(wanted) {
    if (name === wanted) return;
    end?.();
    name = wanted;
    end = stream(name, tell);
  }

  return {
    join(send, listen) {
      const tab = { send, visible: false, audible: false };
      tabs.add(tab);
      listen(message => {
        if (message.visible !== undefined) tab.visible = message.visible;
        if (message.audible !== undefined) tab.audible = message.audible;
        if (message.name !== undefined) open(message.name);
        if (message.bye) tabs.delete(tab);
      });
      send({ kind: 'state', state, changedAt });
      for (const { envelope, heardAt } of ringing.values()) {
        send({ kind: 'ringing', envelope, heardAt, known: true, sound: false });
      }
    },
  };
}
