// The only place that makes elements.
//
// Invariant: what is given as text stays text; the page runs under require-trusted-types-for 'script'.
// Never: parses markup.

import { PATHS } from './icons.js';

const SVG = 'http://www.w3.org/2000/svg';
const SVG_TAGS = new Set(['svg', 'path', 'rect', 'circle', 'g', 'text', 'title', 'line', 'polyline']);

/**
 * Makes an element: `h('button', { class: 'btn', onclick: run }, 'text')`.
 * `on…` listens, `vars` sets custom properties or styles, `value` and `checked` set the property,
 * null, undefined and false leave an attribute or a child out, true writes it empty.
 */
export function h(tag, props, ...children) {
  const element = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  // A select's value needs its options, so children come first.
  element.append(...children.flat(Infinity).filter(child => child != null && child !== false));
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value == null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'vars') for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (name === 'value' && 'value' in element && tag !== 'button') element.value = value;
    else if (name === 'checked' || name === 'selected') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  return element;
}

/** A link whose address is made at the moment it is used: clicked, opened beside, saved or copied from a menu. */
export function linkTo(address, props, ...children) {
  const made = h('a', { ...props, href: address() }, ...children);
  const follow = () => { made.href = address(); };
  for (const use of ['click', 'pointerdown', 'focus']) made.addEventListener(use, follow);
  return made;
}

/** An icon of icons.js. */
export const icon = name => h('svg', { class: 'i', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
  h('path', { d: PATHS[name] ?? PATHS.box }));

/** The first element that a selector finds below `root`. */
export const $ = (selector, root = document) => root.querySelector(selector);

let lastId = 0;
/** An id that no other element has. */
export const freshId = stem => `${stem}-${lastId += 1}`;

/** Draws `root` anew and gives the focus back to what had it (by `data-focus`). */
export function redraw(root, ...children) {
  const key = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  root.replaceChildren(...children.flat(Infinity).filter(Boolean));
  if (key) root.querySelector(`[data-focus="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
