// A line as small as a word: how a number went over the days.
//
// Invariant: decoration beside the number itself.
// Never: has an axis.

import { h } from '../dom.js';

const WIDTH = 120;
const HEIGHT = 28;

/** `data` = `[number]`. */
class Spark extends HTMLElement {
  set data(values) {
    if (values.length < 2) {
      this.replaceChildren();
      return;
    }
    const most = Math.max(1, ...values);
    const points = values.map((value, at) =>
      `${((WIDTH * at) / (values.length - 1)).toFixed(1)},${(HEIGHT - 2 - ((HEIGHT - 4) * value) / most).toFixed(1)}`);
    this.replaceChildren(h('svg', {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'spark', 'aria-hidden': 'true', preserveAspectRatio: 'none',
    }, h('polyline', { points: points.join(' ') })));
  }
}

customElements.define('cti-spark', Spark);
