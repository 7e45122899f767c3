// Who comes first: names with numbers and meters.
//
// Invariant: a list that can be read aloud; the meter repeats the number.
// Never: more than it is given.

import { h } from '../dom.js';
import { count } from '../format.js';

/** `data` = `[{ name, own, under, value, href }]`; `own` = the name is data of the office, not ours to translate. */
class Rank extends HTMLElement {
  set data(entries) {
    const most = Math.max(1, ...entries.map(entry => entry.value));
    this.replaceChildren(h('ol', { class: 'rank' }, entries.map((entry, at) => h('li', {},
      h('span', { class: 'muted num', 'aria-hidden': 'true' }, String(at + 1)),
      h('span', { class: 'who' },
        h(entry.href ? 'a' : 'span', { class: entry.own ? 'nm data' : 'nm', href: entry.href }, entry.name),
        entry.under && h('span', { class: 'muted small num' }, entry.under),
        h('span', { class: 'meter', 'aria-hidden': 'true' },
          h('i', { vars: { '--w': `${(entry.value / most) * 100}%` } }))),
      h('b', { class: 'r num' }, count(entry.value))))));
  }
}

customElements.define('cti-rank', Rank);
