// Columns in parts that stand on each other: one column a day (week, month).
//
// Invariant: the height of a column is the sum of its parts.
// Never: writes two labels over each other.

import { h } from '../dom.js';
import { count } from '../format.js';
import { Chart, leads, picture, ticks } from './chart.js';

const HEIGHT = 224;
const LEFT = 34;
const RIGHT = 12;
const BOTTOM = 38;
const TOP = 10;
const LABEL_WIDTH = 40;
/** A column is never wider. */
const COLUMN_MAX = 56;

/**
 * `data` = `{ text, parts: [{ name, look }], columns: [{ label, under, name, values: [number], run }] }`; `look` is a
 * class, `run` an address or a function.
 */
class StackChart extends Chart {
  draw(width) {
    const { text, parts, columns } = this.data;
    const axis = ticks(Math.max(0, ...columns.map(column => total(column.values))));
    const most = axis[axis.length - 1];
    const high = HEIGHT - BOTTOM - TOP;
    const y = value => HEIGHT - BOTTOM - (high * value) / most;
    const step = (width - LEFT - RIGHT) / Math.max(1, columns.length);
    const every = Math.max(1, Math.ceil(LABEL_WIDTH / step));
    const grid = axis.map(value => [
      h('line', { x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value), class: 'grid' }),
      h('text', { x: LEFT - 8, y: y(value) + 4, 'text-anchor': 'end' }, count(value)),
    ]);
    const drawn = columns.map((column, at) => this.#column(column, parts, LEFT + step * at, step, y));
    const labels = columns.map((column, at) => {
      // Counted from the last column, which is the newest.
      if ((columns.length - 1 - at) % every) return null;
      const x = LEFT + step * (at + 0.5);
      return [h('text', { x, y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle' }, column.label),
        column.under && h('text', { x, y: HEIGHT - BOTTOM + 31, 'text-anchor': 'middle' }, column.under)];
    });
    this.replaceChildren(picture(width, HEIGHT, text, [grid, drawn, labels]));
  }

  #column({ name, values, run }, parts, left, step, y) {
    const wide = Math.min(COLUMN_MAX, Math.max(1, step * 0.66));
    const x = left + (step - wide) / 2;
    let below = 0;
    const boxes = values.map((value, at) => {
      const [top, bottom] = [y(below + value), y(below)];
      below += value;
      // A hair between the parts, so that they are told apart without colour.
      const tall = Math.max(0, bottom - top - (at ? 1 : 0));
      return value > 0 && h('rect', {
        x, y: top, width: wide, height: tall, rx: Math.min(2, wide / 4), class: parts[at].look,
      });
    });
    const told = parts.map((part, at) => `${part.name} ${count(values[at])}`).join(' / ');
    return leads(run, `${name} ${told}`,
      h('rect', { x: left, y: TOP, width: step, height: HEIGHT - TOP, class: 'area' }), boxes);
  }
}

const total = values => values.reduce((sum, value) => sum + value, 0);

customElements.define('cti-stack-chart', StackChart);
