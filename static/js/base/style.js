// Style sheets that only some screens need.
//
// Invariant: a sheet is loaded once, before its screen is drawn.
// Never: adds a style to an element.

import { h } from './dom.js';

const loaded = new Map();

/** Loads `/css/<name>.css`. */
export function useStyle(name) {
  if (!loaded.has(name)) {
    loaded.set(name, new Promise(resolve => {
      document.head.append(h('link', {
        rel: 'stylesheet', href: `/css/${name}.css`, onload: resolve, onerror: resolve,
      }));
    }));
  }
  return loaded.get(name);
}
