// What this browser remembers for its user.
//
// Invariant: an unknown or broken entry counts as the default.
// Never: leaves this browser.

const KEY = 'smartconnect';
const DEFAULTS = {
  sound: true, volume: 60, notify: false, toastSeconds: 0, keys: true, clientName: '', operator: '',
  openUrls: true, cardFields: null, historyColumns: null, columns: null, muted: false, insecureSeen: false,
};

let values = read();
const watchers = new Set();
addEventListener('storage', event => {
  if (event.key !== KEY) return;
  values = read();
  for (const watcher of watchers) watcher();
});

function read() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
  } catch {
    return { ...DEFAULTS };
  }
}

/** The value of a setting. */
export const setting = name => values[name];

/** Keeps a setting and tells every part of the page. */
export function keep(name, value) {
  values = { ...values, [name]: value };
  try {
    localStorage.setItem(KEY, JSON.stringify(values));
  } catch { /* full or forbidden: it holds until the page is closed */ }
  for (const watcher of watchers) watcher();
}

/** Forgets every setting of this browser. */
export function forget() {
  values = { ...DEFAULTS };
  try {
    localStorage.removeItem(KEY);
  } catch { /* forbidden: nothing was kept */ }
  for (const watcher of watchers) watcher();
}

/** Calls `watcher` after each change, in other tabs too. Answers the function that ends it. */
export function watch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
