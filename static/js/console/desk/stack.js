// The calls that ring, and finished ones whose memo is open.
//
// Invariant: a card stays the same element while its call is shown, so that the focus stays on it.
// Never: selects a call by itself.

import { h, icon } from '../../base/dom.js';
import { callerName, callerNumber, duration, stateLook } from '../../base/format.js';
import { rankPill } from '../../base/pills.js';
import { t, term } from '../../base/i18n.js';
import { allCards, isRinging, keyOf, watch } from '../calls.js';
import { hasDraft } from './drafts.js';
import { chosen } from './opened.js';
import { lineMark } from './look.js';

const TICK_MS = 1_000;

/** `pick(card)` and `close(card)` are called by clicks; `select(card)` marks one. */
export class CallStack extends HTMLElement {
  #items = new Map();
  #selected = null;

  connectedCallback() {
    this.number = h('span', { class: 'pill warn num' });
    this.list = h('ul', { class: 'calls' });
    this.none = h('div', { class: 'empty waiting' }, icon('phone'), h('p', {}, t('着信を待っています')));
    this.replaceChildren(h('section', { class: 'card', 'aria-labelledby': 'h-ring' },
      h('header', {}, h('h2', { id: 'h-ring' }, t('着信中')), this.number, h('span', { class: 'sp' }),
        h('span', { class: 'small muted wide', 'aria-hidden': 'true' }, h('kbd', {}, 'Alt+1'), '〜')),
      h('div', { class: 'body' }, this.none, this.list)));
    this.end = watch(() => this.draw());
    this.timer = setInterval(() => this.#tick(), TICK_MS);
    this.draw();
  }

  disconnectedCallback() {
    this.end();
    clearInterval(this.timer);
  }

  /** Marks the card that is open. */
  select(card) {
    this.#selected = card;
    this.draw();
  }

  draw() {
    const cards = allCards();
    const ringing = cards.filter(card => isRinging(card.call)).length;
    this.number.textContent = String(ringing);
    this.number.hidden = ringing === 0;
    this.none.hidden = cards.length > 0;
    for (const [card, item] of this.#items) {
      if (cards.includes(card)) continue;
      item.remove();
      this.#items.delete(card);
    }
    for (const card of cards) {
      if (!this.#items.has(card)) {
        const item = this.#make(card);
        this.#items.set(card, item);
        this.list.append(item);
      }
      this.#fill(card, this.#items.get(card));
    }
  }

  #make(card) {
    return h('li', { 'data-call': keyOf(card.call) },
      h('button', { class: 'call', type: 'button', onclick: () => this.pick(card) }),
      h('button', {
        class: 'btn icon ghost sm shut', type: 'button', 'aria-label': t('このカードを閉じる'), onclick: () => this.close(card),
      }, icon('x')));
  }

  #fill(card, item) {
    const { call } = card;
    const rings = isRinging(call);
    const look = stateLook(call['状態']);
    const [button, shut] = item.children;
    button.className = `call ${rings ? '' : 'over'}`;
    button.setAttribute('aria-pressed', String(card === this.#selected));
    shut.hidden = rings;
    button.replaceChildren(
      h('span', { class: 'r1' },
        h('span', { class: rings ? 'bell' : `ico ${look.kind}` }, icon(look.icon)), h('span', {}, term(call['状態'])),
        hasDraft(keyOf(call)) && h('span', { class: 'pill brand' }, icon('edit'), t('下書き')),
        h('span', { class: 't num' }, elapsed(card))),
      h('span', { class: 'who data' }, callerName(call)),
      h('span', { class: 'sub' }, call['相手TEL'] && h('span', { class: 'num' }, callerNumber(call)),
        rankPill(chosen(card) ?? card.guess),
        Number(call['候補数']) > 1 && h('span', { class: 'pill' }, t('候補 {n} 名', { n: call['候補数'] })),
        lineMark(call)));
  }

  #tick() {
    for (const [card, item] of this.#items) {
      if (isRinging(card.call)) item.querySelector('.t').textContent = elapsed(card);
    }
  }
}

/** Seconds since it rang, or how long it rang. */
function elapsed({ call, heardAt }) {
  if (isRinging(call)) return duration((Date.now() - heardAt) / 1000);
  return duration(call['呼出秒数']);
}

customElements.define('cti-call-stack', CallStack);
