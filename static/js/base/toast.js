// Short notices at the edge of the page.
//
// Invariant: each notice is said once to screen readers, and what can be lost can be taken back.
// Never: takes the focus.

import { $, h, icon } from './dom.js';
import { t } from './i18n.js';
import { Refusal } from './api.js';

const SHOWN_MAX = 4;
const DONE_SECONDS = 5;
const FAILED_SECONDS = 12;
/** How long a delete waits for its undo. */
export const UNDO_SECONDS = 8;

const ICONS = { ok: 'check', bad: 'warn', ring: 'bell', info: 'info' };
const waiting = new Set();
addEventListener('pagehide', () => { for (const run of [...waiting]) run(); });

/** Says a sentence to screen readers. */
export function say(text) {
  const place = $('#say');
  if (!place) return;
  place.textContent = '';
  // A new task, so that the same sentence is read again.
  setTimeout(() => { place.textContent = text; });
}

/**
 * Shows a notice: `{ kind: 'ok'|'bad'|'ring'|'info', title, text, detail, actions: [[label, run, main?]], seconds,
 * size, spoken }`; `seconds` 0 = until closed, `size` = pixels of the text, `spoken` = what screen readers are told
 * instead. Answers the function that removes it.
 */
export function toast({ kind = 'info', title, text = '', detail = '', actions = [], seconds = 0, size, spoken }) {
  const remove = () => element.remove();
  const close = h('button', { class: 'btn icon ghost sm', type: 'button', 'aria-label': t('閉じる'), onclick: remove },
    icon('x'));
  const buttons = actions.map(([label, run, main]) => h('button', {
    class: main ? 'btn sm pri' : 'btn sm', type: 'button', onclick: () => { remove(); run?.(); },
  }, label));
  const element = h('div', { class: `toast ${kind}`, role: 'group', 'aria-label': title },
    h('div', { class: 't1' }, icon(ICONS[kind]), h('span', {}, title), h('span', { class: 'sp' }), close),
    (text || detail) && h('div', {},
      text && h('div', { class: 't2 data', vars: size ? { '--size': `${size}px` } : null }, text),
      detail && h('div', { class: 'muted num data' }, detail)),
    buttons.length > 0 && h('div', { class: 'acts' }, buttons));
  const place = $('.toasts');
  place.append(element);
  while (place.children.length > SHOWN_MAX) place.firstElementChild.remove();
  say(spoken ?? [title, text, detail].filter(Boolean).join(' '));
  if (seconds > 0) setTimeout(remove, seconds * 1000);
  return remove;
}

/** Something was done. */
export const done = (title, text) => toast({ kind: 'ok', title, text, seconds: DONE_SECONDS });

/** Something failed: what the server said, or that the program is at fault. */
export function failed(title, error) {
  if (!(error instanceof Refusal)) console.error(error);
  toast({ kind: 'bad', title, text: error.message, seconds: FAILED_SECONDS });
}

/**
 * Carries `run` out after UNDO_SECONDS unless it is taken back; at once when the page is left.
 * `undone` is called when it was taken back, `gone` after it was carried out.
 */
export function undoable(title, run, { undone, gone } = {}) {
  let timer = 0;
  const finish = async () => {
    clearTimeout(timer);
    if (!waiting.delete(finish)) return;
    remove();
    try {
      await run();
      gone?.();
    } catch (error) {
      failed(title, error);
      undone?.();
    }
  };
  const takeBack = () => {
    clearTimeout(timer);
    if (waiting.delete(finish)) undone?.();
  };
  waiting.add(finish);
  const remove = toast({ kind: 'info', title, actions: [[t('元に戻す'), takeBack, true]] });
  timer = setTimeout(finish, UNDO_SECONDS * 1000);
}
