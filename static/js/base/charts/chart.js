// What all charts have in common: they are drawn anew in the width that they get.
//
// Invariant: a chart is a picture with one sentence about it; the table beside it holds every number.
// Never: is the only way to a number or a link.

import { h } from '../dom.js';

/** An element with `data` that draws itself by `draw(width)` when it gets data or another width. */
export class Chart extends HTMLElement {
  #width = 0;
  #data = null;
  #watcher = new ResizeObserver(() => this.#fit());

  set data(data) {
    this.#data = data;
    if (this.#width) this.draw(this.#width);
  }

  get data() {
    return this.#data;
  }

  connectedCallback() {
    this.classList.add('chart');
    this.#watcher.observe(this);
  }

  disconnectedCallback() {
    this.#watcher.disconnect();
  }

  #fit() {
    const width = Math.round(this.clientWidth);
    if (!width || width === this.#width) return;
    this.#width = width;
    if (this.#data) this.draw(width);
  }
}

/** The picture: `text` says in one sentence what is seen. */
export const picture = (width, height, text, parts) => h('svg', {
  viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': text,
}, parts);

/** A part of a picture that leads somewhere when it is clicked; by keyboard the table does. */
export function leads(run, title, ...parts) {
  const act = typeof run === 'string' ? () => { location.hash = run; } : run;
  return h('g', { class: act ? 'hit' : null, onclick: act }, h('title', {}, title), parts);
}

/** Round numbers for an axis from 0 to at least `max`: `[0, 20, 40 …]`, at most five steps. */
export function ticks(max) {
  const rough = Math.max(1, max) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 2.5, 5, 10].map(each => each * power).find(each => each >= rough));
  const whole = Math.ceil(step);
  return Array.from({ length: Math.max(1, Math.ceil(max / whole)) + 1 }, (_, at) => at * whole);
}
