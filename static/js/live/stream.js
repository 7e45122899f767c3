// One stream of events from the service.
//
// Invariant: what was missed is asked for by its id, so nothing is told twice or left out.
// Never: looks alive when nothing came for SILENCE_MS (the service sends a ping every few seconds).

const EVENTS = '/CTI_SmartConnectService/Events';
const SESSION = '/CTI_SmartConnectService/Session';
const KINDS = ['ringing', 'answered', 'ended', 'updated', 'line', 'resync'];
const SILENCE_MS = 15_000;
const LOOK_MS = 2_000;
const WAIT_FIRST_MS = 1_000;
const WAIT_MAX_MS = 30_000;

/**
 * Opens the stream and keeps it open. `tell(kind, envelope)` gets every event, and `('state', state)`, the
 * state being 'live', 'lost' or 'signed-out'. Answers the function that ends it.
 */
export function stream(name, tell) {
  let source = null;
  let last = '';
  let heard = Date.now();
  let wait = WAIT_FIRST_MS;
  let timer = 0;

  const hear = () => { heard = Date.now(); };

  function open() {
    const values = new URLSearchParams(last ? { name, since: last } : { name });
    source = new EventSource(`${EVENTS}?${values}`);
    source.onopen = () => {
      hear();
      wait = WAIT_FIRST_MS;
      tell('state', 'live');
    };
    source.addEventListener('ping', hear);
    for (const kind of KINDS) {
      source.addEventListener(kind, event => {
        hear();
        last = event.lastEventId || last;
        tell(kind, event.data ? JSON.parse(event.data) : {});
      });
    }
    source.onerror = () => {
      // While it connects again by itself the browser sends Last-Event-ID; a closed stream is ours to open.
      if (source.readyState === EventSource.CLOSED) again();
      else tell('state', 'lost');
    };
  }

  async function again() {
    source?.close();
    tell('state', await isSignedOut() ? 'signed-out' : 'lost');
    clearTimeout(timer);
    timer = setTimeout(open, wait * (0.7 + Math.random() * 0.6));
    wait = Math.min(wait * 2, WAIT_MAX_MS);
  }

  const watch = setInterval(() => {
    if (Date.now() - heard < SILENCE_MS) return;
    hear();
    again();
  }, LOOK_MS);

  open();
  return () => {
    clearInterval(watch);
    clearTimeout(timer);
    source?.close();
  };
}

async function isSignedOut() {
  try {
    return (await fetch(SESSION)).status === 401;
  } catch {
    return false;
  }
}
