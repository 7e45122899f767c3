// Who calls: the customer, several to choose from, or a number that nobody knows.
//
// Invariant: a warning of the office stands above everything else of the card.
// Never: guesses which of several customers it is.

import { Refusal, change } from '../../base/api.js';
import { h, icon, redraw } from '../../base/dom.js';
import { callerName, callerNumber, initialOf, tel } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { rankPill, statePill } from '../../base/pills.js';
import { link } from '../../base/router.js';
import { may } from '../../base/session.js';
import { watch as watchSettings } from '../../base/settings.js';
import { done, failed } from '../../base/toast.js';
import { CALLS, isRecorded } from '../calls.js';
import { chosenFields, factOf, labelOf } from './fields.js';
import { lineMark, nothing } from './look.js';
import { chosen } from './opened.js';
import { customerTabs } from './tabs.js';

/** `show(opened)` draws; `pick(call)` is called for a record of the past. */
export class CustomerCard extends HTMLElement {
  #opened = null;
  #tab = 0;
  #choosing = false;

  connectedCallback() {
    this.end = watchSettings(() => this.draw());
    this.draw();
  }

  disconnectedCallback() {
    this.end();
  }

  show(opened) {
    if (opened?.call.ID !== this.#opened?.call.ID) this.#choosing = false;
    this.#opened = opened;
    this.draw();
  }

  draw() {
    const opened = this.#opened;
    if (!opened) return redraw(this, nothing());
    const customer = chosen(opened);
    const several = (opened.customers ?? []).filter(other => other !== customer);
    return redraw(this, h('section', { class: 'card cust', 'aria-labelledby': 'h-cust' },
      this.#head(opened, customer), customer && warning(customer),
      several.length > 0 && this.#candidates(opened, customer, several),
      customer && facts(customer, opened), this.#tabs(opened, customer)));
  }

  #head(opened, customer) {
    const { call } = opened;
    const name = customer ? customer['氏名'] || customer['会社名'] : callerName(call);
    const firm = customer?.['氏名'] ? customer['会社名'] : '';
    return h('div', { class: 'hd' },
      h('div', { class: 'ava data', 'aria-hidden': 'true' }, customer ? initialOf(name) : icon('person')),
      h('div', { class: 'whoisit' },
        customer && h('div', { class: 'kana data' }, customer['フリガナ'] || customer['会社名フリガナ']),
        h('h2', { class: 'name', id: 'h-cust' }, h('span', { class: customer ? 'data' : null }, name),
          customer?.['敬称'] && customer['氏名'] && h('small', { class: 'data' }, ` ${customer['敬称']}`)),
        (firm || customer?.['部署']) && h('div', { class: 'muted data' },
          [firm, customer['部署'], customer['役職']].filter(Boolean).join(' ')),
        h('div', { class: 'tags' }, rankPill(customer), groups(customer), h('span', { class: 'sr' }, t('着信の結果')),
          statePill(call['状態']))),
      h('div', { class: 'big' },
        h('div', { class: 'small muted' }, lineMark(call), ' ',
          call['着信TEL'] && h('span', { class: 'num' }, t('着信 {number}', { number: tel(call['着信TEL']) }))),
        call['相手TEL'] && h('div', { class: 'tel' }, callerNumber(call)),
        h('div', { class: 'do' }, acts(opened, customer))));
  }

  #candidates(opened, customer, several) {
    if (customer && !this.#choosing) {
      return h('div', { class: 'others' }, icon('people'),
        h('span', {}, t('同じ番号の顧客がほかに {n} 名います。', { n: several.length })),
        h('button', { class: 'btn sm', type: 'button', 'data-focus': 'choose', onclick: () => this.#turn() },
          t('選び直す')));
    }
    const title = customer ? t('どの顧客か選んでください') : t('候補の顧客がいます。どなたか選んでください');
    return h('div', { class: 'choices', role: 'group', 'aria-label': title }, h('p', {}, h('b', {}, title)),
      h('ul', {}, several.map(other => h('li', {}, h('button', {
        class: 'rowbtn', type: 'button', 'data-focus': `customer-${other['顧客ID']}`, disabled: !isRecorded(opened.call)
          || !may(CALLS, 'write'), onclick: () => this.#choose(opened, other),
      }, h('span', { class: 'ico' }, icon('person')),
      h('span', { class: 'two' }, h('span', { class: 'nm data' }, other['氏名'] || other['会社名']),
        h('span', { class: 'small muted data' },
          [other['氏名'] && other['会社名'], other['住所1']].filter(Boolean).join(' · '))),
      rankPill(other))))),
      customer && h('button', { class: 'btn sm ghost', type: 'button', onclick: () => this.#turn() }, t('やめる')));
  }

  #turn() {
    this.#choosing = !this.#choosing;
    this.draw();
  }

  async #choose(opened, customer) {
    try {
      await change(CALLS, opened.call.ID, { 顧客ID: customer['顧客ID'] });
      this.#choosing = false;
      done(t('顧客を選びました'), customer['氏名'] || customer['会社名']);
      this.chose(customer);
    } catch (error) {
      failed(t('顧客を選べません'), error);
    }
  }

  #tabs(opened, customer) {
    return customerTabs({
      opened, customer, at: this.#tab, pick: this.pick,
      turn: at => { this.#tab = at; this.draw(); },
    });
  }
}

function warning(customer) {
  const text = customer['注意メッセージ'];
  return text && h('div', { class: 'alert', role: 'note' }, icon('warn'),
    h('div', {}, h('span', { class: 'sr' }, t('注意')), h('span', { class: 'data' }, text)));
}

const groups = customer => (customer?.['分類'] ?? '').split(',').map(text => text.trim()).filter(Boolean)
  .map(text => h('span', { class: 'pill brand data' }, text));

function acts(opened, customer) {
  const { call } = opened;
  const number = call['相手TEL'];
  const take = async () => {
    const { copy } = await import('../../base/clipboard.js');
    if (await copy(number)) done(t('番号をコピーしました'), tel(number));
    else failed(t('番号をコピーできません'), new Refusal(0, t('この接続ではブラウザーがコピーを許しません。番号を選択してコピーしてください。')));
  };
  const own = may('CustomerAddress', 'write');
  return [
    number && h('button', { class: 'btn sm ghost', type: 'button', 'data-focus': 'copy', onclick: take },
      icon('copy'), t('番号をコピー')),
    customer && h('a', { class: 'btn sm', 'data-focus': 'edit', href: link(`customers/${customer['顧客ID']}`) },
      own ? t('顧客を編集') : t('顧客を開く')),
    !customer && opened.customers && number && own && isRecorded(call) && h('a', {
      class: 'btn sm pri', 'data-focus': 'adopt', href: link('customers', { new: number, call: call.ID }),
    }, icon('plus'), t('顧客として登録')),
  ];
}

function facts(customer, opened) {
  const shown = chosenFields();
  return shown.length > 0 && h('dl', { class: 'facts' }, shown.map(name => {
    const { text, data } = factOf(name, { customer, past: opened.past });
    return h('div', {}, h('dt', {}, labelOf(name)), h('dd', { class: data ? 'num data' : 'num' }, text || '—'));
  }));
}

customElements.define('cti-customer-card', CustomerCard);
