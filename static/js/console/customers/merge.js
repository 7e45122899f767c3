// Two rows of one customer become one.
//
// Invariant: what would be taken over and what would end is the service's rehearsal, shown before anything is done.
// Never: merges without a second look.

import { order } from '../../base/api.js';
import { isolated } from '../../base/bidi.js';
import { h, icon } from '../../base/dom.js';
import { open } from '../../base/dialog.js';
import { count, tel } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { done } from '../../base/toast.js';
import { CUSTOMERS } from './find.js';
import { nameOf, phonesOf } from './person.js';
import { picker } from './pick.js';
import { sharing } from './same.js';

const HIDDEN = new Set(['顧客ID', '登録日時', '更新日時', '最終着信日時', '着信回数']);

/** Opens the dialog; `other` = the other row, or null to choose. The key that stays, '' when nothing was done. */
export async function merge(survivor, other) {
  const place = h('div', { class: 'stack merging' });
  const { dialog, closed } = open(t('顧客を統合'), place, { wide: true });
  const steps = new Merging(place, survivor, value => dialog.close(value));
  if (other) steps.begin(survivor, other);
  else steps.choose();
  return closed;
}

class Merging {
  constructor(place, survivor, close) {
    Object.assign(this, { place, survivor, close });
  }

  async choose() {
    const { survivor } = this;
    const proposals = h('ul', { class: 'picks' });
    const search = picker(t('もう一方の顧客を探す'), row => this.begin(survivor, row), survivor['顧客ID']);
    this.place.replaceChildren(
      h('p', {}, h('b', { class: 'data' }, nameOf(survivor)), ' ', t('と同じ人(会社)の、もう一方の登録を選んでください。')),
      proposals, search.root);
    search.focus();
    const others = await sharing(survivor).catch(() => []);
    if (others.length) {
      proposals.append(h('li', { class: 'small muted' }, t('同じ番号の顧客')), ...others.map(row =>
        h('li', {}, h('button', { type: 'button', class: 'prow', onclick: () => this.begin(survivor, row) },
          h('span', { class: 'l1' }, h('b', { class: 'data' }, nameOf(row))),
          h('span', { class: 'l2 small muted' }, h('span', { class: 'data' }, row['フリガナ']),
            h('span', { class: 'num' }, tel(phonesOf(row)[0]?.number)))))));
    }
  }

  /** Proposes to keep the one who called more often, else the one who was there first. */
  begin(one, other) {
    const calls = row => Number(row['着信回数']) || 0;
    const more = calls(one) - calls(other) || Number(other['顧客ID']) - Number(one['顧客ID']);
    return more >= 0 ? this.compare(one, other) : this.compare(other, one);
  }

  /** Rehearses and shows all three side by side. */
  async compare(stays, ends) {
    this.place.replaceChildren(h('p', { class: 'muted' }, t('確かめています…')));
    let told;
    try {
      told = (await order(CUSTOMERS, stays['顧客ID'], 'Merge', { 顧客ID: ends['顧客ID'] }, { dryrun: 'true' })).data;
    } catch (error) {
      this.#refused(error, stays, ends);
      return;
    }
    const go = h('button', { class: 'btn pri', type: 'button', onclick: () => this.#carryOut(stays, ends, go) },
      icon('merge'), t('統合する'));
    const left = told['残らない項目'];
    this.place.replaceChildren(h('div', { class: 'stack' },
      h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('統合の前と後') },
        table(stays, ends, told)),
      h('p', {}, icon('history'), ' ', t('着信記録 {n} 件が、残る顧客に移ります。', { n: count(told['着信記録']) })),
      left.length > 0 && h('p', { class: 'banner warn' }, icon('warn'), h('span', {},
        t('残らない値: {fields}。必要なら、先に備考へ写してください。', { fields: left.map(term).join('、') }))),
      h('p', { class: 'small muted' }, t('統合は元に戻せません。')),
      h('div', { class: 'acts' },
        h('button', { class: 'btn', type: 'button', onclick: () => this.compare(ends, stays) }, icon('sort'),
          t('残す方を入れ替える')),
        h('button', { class: 'btn', type: 'button', onclick: () => this.close('') }, t('やめる')), go)));
    go.focus();
  }

  async #carryOut(stays, ends, button) {
    button.disabled = true;
    try {
      const { msg } = await order(CUSTOMERS, stays['顧客ID'], 'Merge', { 顧客ID: ends['顧客ID'] });
      done(t('統合しました'), msg);
      this.close(stays['顧客ID']);
    } catch (error) {
      this.#refused(error, stays, ends);
    }
  }

  #refused(error, stays, ends) {
    this.place.replaceChildren(h('p', { class: 'banner bad', role: 'alert' }, icon('warn'),
      h('span', { class: 'data' }, error.message)),
    h('div', { class: 'acts' },
      h('button', { class: 'btn', type: 'button', onclick: () => this.compare(ends, stays) }, t('残す方を入れ替える')),
      h('button', { class: 'btn pri', type: 'button', onclick: () => this.close('') }, t('閉じる'))));
  }
}

function table(stays, ends, told) {
  const after = told['顧客'];
  const names = Object.keys(after).filter(name => !HIDDEN.has(name) && (stays[name] || ends[name] || after[name]));
  const marks = { taken: new Set(told['引き継ぐ項目']), left: new Set(told['残らない項目']) };
  return h('table', { class: 't compare' }, h('caption', { class: 'sr' }, t('統合の前と後')),
    h('thead', {}, h('tr', {}, [t('項目'), t('残る顧客 {id}', { id: stays['顧客ID'] }),
      t('消える顧客 {id}', { id: ends['顧客ID'] }), t('統合後')].map(text => h('th', { scope: 'col' }, h('span', {}, text))))),
    h('tbody', {}, names.map(name => h('tr', { class: marks.taken.has(name) ? 'taken' : null },
      h('th', { scope: 'row' }, h('span', {}, term(name))),
      h('td', { class: 'data' }, value(name, stays)),
      h('td', { class: marks.left.has(name) ? 'data lost' : 'data' }, isolated(value(name, ends)),
        marks.left.has(name) && h('span', { class: 'sr' }, t('(残りません)'))),
      h('td', { class: 'data' }, isolated(value(name, after)),
        marks.taken.has(name) && h('span', { class: 'pill ok' }, icon('check'), t('引き継ぐ')))))));
}

const value = (name, row) => (name.startsWith('電話番号') ? tel(row[name])
  : /^(電話種別|顧客ランク)/.test(name) ? term(row[name]) : row[name]);
