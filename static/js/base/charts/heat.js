// How often, by two things: weekday and hour.
//
// Invariant: the number stands in its cell; the colour only helps the eye.
// Never: shows a cell narrower than a finger needs (the picture scrolls instead).

import { h } from '../dom.js';
import { count } from '../format.js';
import { Chart, leads, picture } from './chart.js';

const LEFT = 30;
const TOP = 20;
const CELL_HEIGHT = 28;
const CELL_MIN = 26;
const LEVELS = 5;

/** `data` = `{ text, columns: [label], rows: [{ label, cells: [{ value, name, run }] }] }`. */
class Heatmap extends Chart {
  draw(width) {
    const { text, columns, rows } = this.data;
    const wide = Math.max(CELL_MIN, (width - LEFT) / columns.length);
    const full = Math.max(width, Math.ceil(LEFT + wide * columns.length));
    const values = rows.flatMap(row => row.cells.map(cell => cell.value));
    const span = [Math.min(...values), Math.max(1, ...values)];
    const heads = columns.map((label, at) =>
      h('text', { x: LEFT + wide * (at + 0.5), y: 13, 'text-anchor': 'middle' }, label));
    const lines = rows.map((row, line) => [
      h('text', { x: 4, y: TOP + CELL_HEIGHT * line + 18 }, row.label),
      row.cells.map((cell, at) => drawn(cell, LEFT + wide * at, TOP + CELL_HEIGHT * line, wide, span)),
    ]);
    const svg = picture(full, TOP + CELL_HEIGHT * rows.length + 2, text, [heads, lines]);
    const scrolls = full > width;
    this.replaceChildren(h('div', {
      class: 'scroll', ...scrolls ? { tabindex: 0, role: 'region', 'aria-label': text } : {},
    }, svg));
  }
}

function drawn({ value, name, run }, x, y, wide, [least, most]) {
  // From the emptiest cell to the fullest, so that a busy office sees its quiet hours too.
  const part = most > least ? (value - least) / (most - least) : 1;
  const level = value === 0 ? 0 : Math.min(LEVELS, 1 + Math.floor(part * LEVELS));
  return leads(value ? run : null, `${name} ${count(value)}`,
    h('rect', { x: x + 1, y: y + 1, width: wide - 2, height: CELL_HEIGHT - 2, rx: 4, class: `h${level}` }),
    value > 0 && h('text', { x: x + wide / 2, y: y + 18, 'text-anchor': 'middle', class: `v${level}` },
      value < 1000 ? String(value) : `${Math.round(value / 1000)}k`));
}

customElements.define('cti-heatmap', Heatmap);
