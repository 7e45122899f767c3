// A day, or a moment, as a text with a calendar of our own (a native one speaks the browser's language).
//
// Invariant: `value` is '' or the form of the service (`yyyy/MM/dd`, with `time` `yyyy/MM/dd HH:mm:ss`).
// Never: guesses silently: what was understood stands in the field when it is left.

import { freshId, h, icon } from './dom.js';
import { readMoment } from './moments.js';
import { calendar } from './calendar.js';
import { t, useWords } from './i18n.js';
import { useStyle } from './style.js';

await Promise.all([useWords('datefield'), useStyle('datefield')]);

const MARGIN = 8;

/**
 * `<cti-date label="…" time hint="…">`; property `value`; event `change` (bubbles) after each change that was
 * understood. `check()` says whether what stands in it is a date (or nothing), and shows what is wrong.
 */
class DateField extends HTMLElement {
  #input = null;
  #fault = null;
  #popup = null;
  #value = '';

  connectedCallback() {
    if (this.#input) return;
    const id = freshId('date');
    this.classList.add('f');
    const label = this.getAttribute('label') ?? '';
    this.#fault = h('span', { class: 'err', id: `${id}-err`, hidden: true });
    this.#input = h('input', {
      type: 'text', id, autocomplete: 'off', 'aria-describedby': `${id}-err`,
      placeholder: this.hasTime ? t('例 11/22 14:30') : t('例 2026/11/22'),
      onchange: event => { event.stopPropagation(); this.#taken(); },
      onkeydown: event => this.#key(event),
    });
    const button = h('button', {
      type: 'button', class: 'btn icon ghost', 'aria-haspopup': 'dialog',
      'aria-label': t('{label}をカレンダーで選ぶ', { label }), onclick: () => this.#open(),
    }, icon('todo'));
    const hint = this.getAttribute('hint');
    this.append(h('label', { for: id }, label), h('span', { class: 'datebox' }, this.#input, button),
      ...hint ? [h('span', { class: 'hint' }, hint)] : [], this.#fault);
    this.#show();
  }

  /** Whether it has a time of day. */
  get hasTime() {
    return this.hasAttribute('time');
  }

  get value() {
    this.#read();
    return this.#value;
  }

  set value(text) {
    this.#value = text ?? '';
    this.#show();
  }

  /** Whether what stands in it is a date (or nothing). */
  check() {
    const read = this.#read();
    this.#complain(read === null);
    return read !== null;
  }

  focus() {
    this.#input.focus();
  }

  #show() {
    if (!this.#input) return;
    this.#input.value = this.hasTime ? this.#value.slice(0, 16) : this.#value.slice(0, 10);
    this.#complain(false);
  }

  #read() {
    const full = this.hasTime ? 16 : 10;
    if (!this.#input) return this.#value;
    const { value: text } = this.#input;
    if (text.length >= full && this.#value.startsWith(text)) return this.#value;
    const read = readMoment(this.#input.value, { time: this.hasTime });
    if (read !== null) this.#value = read;
    return read;
  }

  #taken() {
    if (!this.check()) return;
    this.#show();
    this.dispatchEvent(new Event('change', { bubbles: true }));
  }

  #complain(isWrong) {
    this.#fault.hidden = !isWrong;
    this.#fault.textContent = !isWrong ? '' : this.hasTime
      ? t('日時として読めません。11/22 14:30 のように入れてください。')
      : t('日付として読めません。2026/11/22 のように入れてください。');
    if (isWrong) this.#input.setAttribute('aria-invalid', 'true');
    else this.#input.removeAttribute('aria-invalid');
  }

  #key(event) {
    if (event.key !== 'ArrowDown' || event.isComposing) return;
    event.preventDefault();
    this.#open();
  }

  #open() {
    this.#popup?.remove();
    this.#read();
    const take = (value, stays = false) => {
      this.#value = value;
      this.#show();
      if (!stays) {
        this.#popup.hidePopover();
        this.#input.focus();
      }
      this.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const popup = calendar(this.#value, { time: this.hasTime, take });
    this.#popup = popup;
    this.append(popup);
    popup.addEventListener('toggle', event => {
      if (event.newState === 'closed') popup.remove();
    });
    popup.showPopover();
    this.#place(popup);
    popup.begin();
  }

  /** Below the field, or above it where there is no room. */
  #place(popup) {
    const field = this.#input.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = popup;
    const left = Math.max(MARGIN, Math.min(field.left, innerWidth - width - MARGIN));
    const below = field.bottom + 4;
    const fits = below + height <= innerHeight - MARGIN;
    const top = fits ? below : Math.max(MARGIN, field.top - height - 4);
    popup.style.setProperty('--x', `${left}px`);
    popup.style.setProperty('--y', `${top}px`);
  }
}

customElements.define('cti-date', DateField);

/** A field for a day or a moment: `dateField({ label, value, time: true, hint, onchange })`. */
export const dateField = props => h('cti-date', props);
