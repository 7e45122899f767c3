// The newest calls.
//
// Invariant: at most as many rows as the store of calls holds; changes as the feed tells.
// Never: moves the focus when a call comes in.

import { rows } from '../../base/api.js';
import { h, icon, redraw } from '../../base/dom.js';
import { callerName, callerNumber, moment, stateLook } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { handlingPill } from '../../base/pills.js';
import { failed } from '../../base/toast.js';
import { CALLS, OPEN_STATES, keyOf, recentCalls, watch } from '../calls.js';
import { hasDraft } from './drafts.js';

const OPEN_MAX = 20;

/** `pick(call)` is called by a click; `select(id)` marks one. */
export class RecentCalls extends HTMLElement {
  #open = null;
  #selected = '';

  connectedCallback() {
    this.list = h('ul', { class: 'list' });
    this.toggle = h('button', { class: 'btn sm', type: 'button', 'aria-pressed': 'false', onclick: () => this.#turn() },
      t('未対応のみ'));
    this.replaceChildren(h('section', { class: 'card', 'aria-labelledby': 'h-rec' },
      h('header', {}, h('h2', { id: 'h-rec' }, t('直近の着信')), h('span', { class: 'sp' }), this.toggle), this.list));
    this.end = watch(change => {
      if (this.#open) this.#follow(change);
      this.draw();
    });
    this.draw();
  }

  disconnectedCallback() {
    this.end();
  }

  /** Marks the call that is open. */
  select(id) {
    this.#selected = id;
    this.draw();
  }

  async #turn() {
    if (this.#open) this.#open = null;
    else {
      try {
        const found = await Promise.all(OPEN_STATES.map(state =>
          rows(CALLS, { 対応状況: state, limit: OPEN_MAX, order: 'desc' })));
        this.#open = found.flat().sort((a, b) => Number(b.ID) - Number(a.ID)).slice(0, OPEN_MAX);
      } catch (error) {
        failed(t('着信を読めません'), error);
        return;
      }
    }
    this.toggle.setAttribute('aria-pressed', String(Boolean(this.#open)));
    this.draw();
  }

  #follow({ kind, call }) {
    if (kind !== 'call') return;
    const rest = this.#open.filter(old => old.ID !== call.ID);
    const waits = OPEN_STATES.includes(call['対応状況']);
    this.#open = waits ? [call, ...rest].sort((a, b) => Number(b.ID) - Number(a.ID)).slice(0, OPEN_MAX) : rest;
  }

  draw() {
    const calls = this.#open ?? recentCalls();
    const empty = this.#open ? t('未対応の着信はありません') : t('まだ着信がありません');
    redraw(this.list, calls.length ? calls.map(call => this.#item(call)) : h('li', { class: 'empty' }, empty));
  }

  #item(call) {
    const look = stateLook(call['状態']);
    const waits = OPEN_STATES.includes(call['対応状況']);
    const word = waits ? call['対応状況'] : call['状態'];
    return h('li', {}, h('button', {
      class: 'rowbtn', type: 'button', 'data-focus': call.ID,
      'aria-current': call.ID === this.#selected ? 'true' : null, onclick: () => this.pick(call),
    },
    h('span', { class: `ico ${look.kind}` }, icon(look.icon)),
    h('span', { class: 'two' }, h('span', { class: 'nm data' }, callerName(call)),
      call['相手TEL'] ? h('span', { class: 'small muted num' }, callerNumber(call))
        : h('span', { class: 'small muted data' }, call['回線名'] || '—')),
    h('span', { class: 'small muted r' }, h('span', { class: 'num' }, moment(call['着信日時'])),
      hasDraft(keyOf(call)) ? h('span', { class: 'pill brand' }, t('下書き'))
        : waits ? handlingPill(word)
          : call['対応者'] ? h('span', { class: 'data' }, call['対応者']) : h('span', {}, term(word)))));
  }
}

customElements.define('cti-recent', RecentCalls);
