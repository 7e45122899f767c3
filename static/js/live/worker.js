// The one stream of a browser, shared by its tabs (a browser opens only six connections to a host).
//
// Invariant: each event goes to every tab, and exactly one of them is asked to make a sound.
// Never: keeps more than RINGING_MAX calls.

import { relay } from './relay.js';

const shared = relay();

self.onconnect = event => {
  const port = event.ports[0];
  shared.join(message => port.postMessage(message), tab => {
    port.onmessage = ({ data }) => tab(data);
  });
};
