// A card with a chart, what it says in words, the same as a table, and the table as a file.
//
// Invariant: every number and every link of the chart stands in the table too.
// Never: is empty without saying why.

import { freshId, h, icon } from '../dom.js';
import { t } from '../i18n.js';
import { download } from '../csv.js';

/**
 * Makes a card: `{ root, show({ chart, text, table: { head, rows: [{ cells, href, own, runs }] }, file }),
 * fail(message), empty(text) }`. `legend` is `[{ name, look }]`; the first cell of a row may lead to `href` (`own` = it
 * is data), and the others do what `runs` says.
 */
export function panel(title, { legend = [] } = {}) {
  const id = freshId('panel');
  const file = h('button', { class: 'btn sm ghost', type: 'button', hidden: true }, icon('down'), 'CSV',
    h('span', { class: 'sr' }, title));
  const body = h('div', { class: 'body' }, h('p', { class: 'muted small wait' }, t('読み込んでいます…')));
  let opened = false;
  let run = null;
  file.addEventListener('click', () => run?.());
  const say = element => { file.hidden = true; body.replaceChildren(element); };
  return {
    root: h('section', { class: 'card panel', 'aria-labelledby': id },
      h('header', {}, h('h2', { id }, title), h('span', { class: 'sp' }),
        legend.length > 0 && h('span', { class: 'legend' }, legend.map(part =>
          h('span', {}, h('i', { class: part.look }), part.name))), file), body),
    show({ chart, text, table, file: name }) {
      run = () => download(name, table.head, table.rows.map(row => row.cells));
      file.hidden = false;
      const details = h('details', { class: 'tbl', open: opened, ontoggle: () => turn() }, h('summary', {}, t('表で見る')));
      // A table is made when somebody opens it: most never are.
      const turn = () => {
        opened = details.open;
        if (opened && details.children.length === 1) details.append(grid(title, table));
      };
      turn();
      body.replaceChildren(...[chart, text && h('p', { class: 'small muted sum' }, text), details].filter(Boolean));
    },
    fail: message => say(h('p', { class: 'fault', role: 'alert' }, icon('warn'),
      h('span', { class: 'data' }, message))),
    empty: text => say(h('p', { class: 'muted' }, text)),
  };
}

const grid = (title, { head, rows }) => {
  const align = at => (at && look(rows[0]?.cells[at] ?? '') === 'r num' ? 'r' : null);
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('{name}の表', { name: title }) },
    h('table', { class: 't' }, h('caption', { class: 'sr' }, title),
      h('thead', {}, h('tr', {}, head.map((name, at) =>
        h('th', { scope: 'col', class: align(at) }, h('span', {}, name))))),
      h('tbody', {}, rows.map(({ cells, href, own, runs }) => h('tr', {}, cells.map((cell, at) => (at
        ? h('td', { class: look(cell, own) }, number(cell, runs?.[at - 1]))
        : h('th', { scope: 'row', class: own ? 'data' : null },
          h(href ? 'a' : 'span', { href }, String(cell))))))))));
};

/** Numbers stand to the right; a text is data where the row is. */
const look = (cell, own) => (/^[\d.,+\-%—]*$/.test(cell) ? 'r num' : own ? 'data' : null);

const number = (cell, run) => (run && cell
  ? h('button', { class: 'idlink', type: 'button', onclick: run }, String(cell)) : String(cell));
