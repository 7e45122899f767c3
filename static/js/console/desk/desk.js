// The live desk: who calls, who that is, what is noted about it.
//
// Invariant: what is shown came from the service, and changes as soon as the feed tells of it.
// Never: takes the screen from somebody who works on a call.

import { h, icon } from '../../base/dom.js';
import { t, useWords } from '../../base/i18n.js';
import { onKey } from '../../base/keys.js';
import { link, note } from '../../base/router.js';
import { isAdministrator } from '../../base/session.js';
import { keep, setting } from '../../base/settings.js';
import { failed } from '../../base/toast.js';
import { hold, isRecorded, isRinging, keyOf, onShow, ringing, tidy, watch } from '../calls.js';
import { isTyping } from './announce.js';
import { nothing } from './look.js';
import { bringPast, complete, fromCard, fromId } from './opened.js';
import './stack.js';
import './recent.js';

/** A call that was answered stays open so long although nobody touches the desk: somebody is speaking. */
const SPEAKING_MS = 180_000;
const ANSWERED = new Set(['応答', '他で応答']);

/** What shows a call is loaded when one is opened. */
const loader = load => {
  let loading = null;
  return Object.assign(() => {
    loading ??= load().catch(error => { loading = null; throw error; });
    return loading;
  }, { isAsked: () => loading !== null });
};
const loadCard = loader(() => Promise.all([import('./customer.js'), import('./sites.js')]));
const loadMemo = loader(() => import('./memo.js'));

/** What was open when the desk was left. */
let last = null;

export const title = () => t('着信デスク');

/** Draws the desk into `view`; `screen` is the name under which it stands in the address. */
export async function open(view, { values }, screen = 'desk') {
  await useWords('desk');
  const desk = new Desk(view, screen);
  const first = onShow(card => desk.select(fromCard(card)));
  if (first) desk.select(fromCard(first));
  else if (values.call) desk.follow(values.call);
  else if (last) desk.select(last);
  else desk.pickUp();
  return {
    moved: place => (place.values.call ? desk.follow(place.values.call) : desk.select(null)),
    close: () => desk.close(),
  };
}

class Desk {
  #opened = null;
  #automatic = false;
  #touched = false;
  #ending = null;
  #ends = [];

  constructor(view, screen) {
    this.screen = screen;
    this.stack = h('cti-call-stack');
    this.recent = h('cti-recent');
    this.card = h('cti-customer-card', {}, nothing());
    this.memo = h('cti-memo');
    this.sites = h('cti-search-sites');
    this.stack.pick = card => this.select(fromCard(card));
    this.stack.close = card => this.#shut(card);
    this.recent.pick = call => this.follow(call.ID);
    this.card.pick = call => this.follow(call.ID);
    this.card.chose = () => this.#refresh();
    this.memo.saved = () => { this.#touched = false; this.#saved = true; };
    view.append(h('h1', { class: 'sr' }, t('着信デスク')), ...insecure(),
      h('div', { class: 'deskgrid' }, h('div', { class: 'col' }, this.stack, this.recent),
        h('div', { class: 'col' }, this.card), h('div', { class: 'col' }, this.memo, this.sites)));
    this.main = view;
    this.main.addEventListener('pointerdown', () => { this.#touched = true; });
    this.main.addEventListener('keydown', () => { this.#touched = true; });
    this.#listen();
  }

  #saved = false;

  #listen() {
    const look = () => { if (document.visibilityState === 'visible') this.pickUp(); };
    document.addEventListener('visibilitychange', look);
    this.#ends = [
      hold(card => card === this.#opened?.card),
      watch(change => this.#follow(change)),
      () => document.removeEventListener('visibilitychange', look),
      onKey('m', t('着信メモへ'), () => this.memo.write?.(), { shown: 'M' }),
      onKey('Ctrl+Enter', t('着信メモを保存'), () => this.memo.save?.()),
      onKey('Escape', t('開いている着信を閉じる'), () => this.select(null), { shown: 'Esc' }),
    ];
  }

  close() {
    last = this.#opened;
    this.#ending?.abort();
    onShow(null);
    for (const end of this.#ends) end();
  }

  /** Opens a record by its ID. */
  async follow(id) {
    try {
      const opened = await fromId(id);
      if (opened) this.select(opened);
      else failed(t('着信を開けません'), new Error(t('この番号の着信記録はありません: {id}', { id })));
    } catch (error) {
      failed(t('着信を開けません'), error);
    }
  }

  /** Opens a call, or nothing (null). */
  select(opened, { automatic = false } = {}) {
    this.#ending?.abort();
    this.#ending = new AbortController();
    this.#opened = opened;
    this.#automatic = automatic;
    this.#touched = false;
    this.#saved = false;
    last = null;
    note(this.screen, opened && isRecorded(opened.call) ? { call: opened.call.ID } : {});
    this.stack.select(opened?.card ?? null);
    this.recent.select(opened?.call.ID ?? '');
    this.#show();
    tidy();
    if (opened) this.#complete(opened, this.#ending.signal);
  }

  async #complete(opened, signal) {
    try {
      await complete(opened, signal);
      if (opened === this.#opened) this.#show();
    } catch (error) {
      if (!signal.aborted) failed(t('この着信の詳細を読めません'), error);
    }
  }

  async #show() {
    try {
      if (this.#opened || loadCard.isAsked()) {
        await loadCard();
        // Elements of a desk that was left meanwhile never become what they are.
        if (!this.main.isConnected) return;
        this.card.show(this.#opened);
        this.sites.show(this.#opened);
      }
      if (this.#opened || loadMemo.isAsked()) {
        await loadMemo();
        if (!this.main.isConnected) return;
        this.memo.show(this.#opened);
      }
    } catch (error) {
      failed(t('着信を開けません'), error);
    }
  }

  /** Brings the customer and the calls before once more, after the record was given to a customer. */
  async #refresh() {
    const opened = this.#opened;
    if (!opened) return;
    const { signal } = this.#ending;
    try {
      Object.assign(opened, await fromId(opened.call.ID), { customers: opened.customers, sites: opened.sites });
      await bringPast(opened, signal);
      if (opened === this.#opened) this.#show();
    } catch (error) {
      if (!signal.aborted) failed(t('この着信の詳細を読めません'), error);
    }
  }

  #follow(change) {
    const opened = this.#opened;
    if (change.kind === 'ring') this.pickUp();
    if (!opened) return;
    if (change.kind === 'call' && keyOf(change.call) === keyOf(opened.call)) this.#changed(opened, change.call);
    if (change.kind === 'list' && opened.card) this.#changed(opened, opened.card.call);
    if (change.kind === 'customer' && opened.customers) {
      opened.customers = opened.customers.map(old =>
        (old['顧客ID'] === change.customer['顧客ID'] ? change.customer : old));
      this.#show();
    }
  }

  #changed(opened, call) {
    const other = opened.call['顧客ID'] !== call['顧客ID'];
    const recorded = !isRecorded(opened.call) && isRecorded(call);
    opened.call = call;
    if (recorded) note(this.screen, { call: call.ID });
    if (other) {
      opened.customers = null;
      this.#complete(opened, this.#ending.signal);
    }
    this.#show();
  }

  /** Opens the call that rings longest, if nobody works on another one. */
  pickUp() {
    const [card] = ringing();
    if (!card || document.visibilityState !== 'visible' || isTyping() || !this.#isFree()) return;
    if (card !== this.#opened?.card) this.select(fromCard(card), { automatic: true });
  }

  /** Whether the desk may go on to the next call by itself. */
  #isFree() {
    if (!this.#opened) return true;
    const { call, card } = this.#opened;
    if (isRinging(call) || this.memo.isBusy?.()) return false;
    if (this.#saved) return !this.#touched;
    if (!this.#automatic || this.#touched) return false;
    return !ANSWERED.has(call['状態']) || Date.now() - (card?.endedAt ?? 0) > SPEAKING_MS;
  }

  async #shut(card) {
    if (this.#opened?.card === card) this.select(null);
    const { discard } = await import('./discard.js');
    discard(keyOf(card.call), () => {
      tidy();
      this.recent.draw();
    });
  }
}

/** What to do where the browser shows no notices of the system: only until it was read. */
function insecure() {
  if (isSecureContext || setting('insecureSeen')) return [];
  const line = h('div', { class: 'banner info', role: 'note' }, icon('info'),
    h('span', {}, t('この接続(http)では OS の通知を使えません。音・画面のお知らせ・タブの件数でお伝えします。')),
    h('span', { class: 'sp' }),
    h('a', { class: 'btn sm', href: isAdministrator() ? '/admin/#/tls' : link('settings') }, t('https にする手順')),
    h('button', {
      class: 'btn icon ghost sm', type: 'button', 'aria-label': t('閉じる'),
      onclick: () => { keep('insecureSeen', true); line.remove(); },
    }, icon('x')));
  return [line];
}
