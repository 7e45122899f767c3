// A number that nobody is known by: a new customer, or one more number of a customer.
//
// Invariant: the calls that came from the number become the customer's only where somebody says so.
// Never: takes away a call that belongs to a customer already.

import { change, row as readRow, rows } from '../../base/api.js';
import { h, icon } from '../../base/dom.js';
import { digits, tel } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { may } from '../../base/session.js';
import { done, failed } from '../../base/toast.js';
import { CALLS } from '../calls.js';
import { CUSTOMERS } from './find.js';
import { customerForm } from './form.js';
import { usualKind } from './fields.js';
import { categoryOf, freePhone, nameOf, phonesOf } from './person.js';
import { picker } from './pick.js';
import { explain, foresee } from './treatment.js';

const CALLS_MAX = 100;
/** So many calls are written at the same time. */
const AT_ONCE = 4;

/**
 * `{ root, begin(), isDirty(), mayLeave() }`. `number` may be '' (a customer without one), `call` = the call it
 * started from or ''; `saved(key)` and `left()` end it.
 */
export async function adoption({ number: typed, call, saved, left }) {
  const number = digits(typed);
  const [told, unnamed] = number ? await Promise.all([foresee(number), callsOf(number, call)]) : [null, []];
  const also = h('input', { type: 'checkbox', checked: unnamed.length > 0 });
  const give = async key => {
    if (also.checked && may(CALLS, 'write')) await giveCalls(unnamed, key);
    await saved(key);
  };
  const given = number ? { 電話番号1: number, 電話種別1: usualKind(number) } : {};
  const choice = unnamed.length > 0 && h('label', { class: 'sw check' }, also,
    h('span', {}, t('この番号の、顧客のない着信 {n} 件も、この顧客の記録にする', { n: unnamed.length })));
  const form = await customerForm({ row: null, given, saved: give, left });
  const root = h('div', { class: 'col' },
    number && head(number, told, unnamed, choice), number && known(told, also, unnamed, saved),
    number && existing(number, give), form.root);
  return { root, begin: () => form.begin(), isDirty: () => form.isDirty(), mayLeave: () => form.mayLeave() };
}

async function callsOf(number, call) {
  const found = await rows(CALLS, { 相手TEL: number, 顧客ID: '0', limit: CALLS_MAX, order: 'desc' });
  if (!call || found.some(each => each.ID === call)) return [...found];
  const { row } = await readRow(CALLS, call);
  return row && row['相手TEL'] === number && row['顧客ID'] === '0' ? [row, ...found] : [...found];
}

/** Writes the customer into the calls. */
async function giveCalls(calls, key) {
  const left = [...calls];
  const work = async () => {
    for (let call = left.shift(); call; call = left.shift()) await change(CALLS, call.ID, { 顧客ID: key });
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (error) {
    failed(t('着信の一部に顧客を書けませんでした'), error);
  }
}

function head(number, told, unnamed, choice) {
  const shown = unnamed.find(call => call['相手表示名'])?.['相手表示名'];
  return h('section', { class: 'card adopt', 'aria-label': t('登録する番号') }, h('div', { class: 'body' },
    h('p', { class: 'small muted' }, t('登録する番号')),
    h('p', { class: 'tel num' }, tel(number)),
    h('p', { class: 'small muted' }, categoryOf(told), told['地域'] && h('span', { class: 'data' }, ` · ${told['地域']}`),
      shown && [' · ', t('相手の表示名'), ' ', h('b', { class: 'data' }, shown)]),
    h('button', { class: 'btn sm', type: 'button', onclick: () => explain(number) }, icon('help'),
      t('この番号から着信すると')), choice));
}

/** The number has a customer already: say who, and offer him the calls. */
function known(told, also, unnamed, saved) {
  const found = told['顧客'].filter(each => each['一致'] === '完全一致').map(each => each['行']);
  if (found.length === 0) return null;
  const take = async row => {
    await giveCalls(unnamed, row['顧客ID']);
    done(t('{n} 件の着信を、この顧客の記録にしました', { n: unnamed.length }));
    await saved(row['顧客ID']);
  };
  return h('section', { class: 'banner' }, icon('info'), h('div', {},
    h('p', {}, t('この番号は、すでに登録されています。')),
    h('ul', {}, found.map(row => h('li', {},
      h('a', { class: 'data', href: link(`customers/${row['顧客ID']}`) }, nameOf(row)),
      unnamed.length > 0 && [' ', h('button', { class: 'btn sm', type: 'button', onclick: () => take(row) },
        t('着信 {n} 件をこの顧客の記録にする', { n: unnamed.length }))])))));
}

/** One more number of a customer who is there already. */
function existing(number, give) {
  const chosen = h('div', { class: 'chosen', role: 'status' });
  const search = picker(t('すでにいる顧客に、この番号を足す'), row => {
    chosen.replaceChildren(offer(row, number, give));
    chosen.querySelector('button')?.focus();
  });
  return h('section', { class: 'card adopt', 'aria-label': t('すでにいる顧客に、この番号を足す') },
    h('div', { class: 'body' }, search.root, chosen));
}

function offer(row, number, give) {
  const free = freePhone(row);
  const own = phonesOf(row).map(phone => tel(phone.number)).join('、');
  const name = h('p', {}, h('b', { class: 'data' }, nameOf(row)), ' ', h('span', { class: 'small muted num' }, own));
  if (phonesOf(row).some(phone => phone.number === number)) return h('div', {}, name, t('この番号はもう登録されています。'));
  if (!free) {
    return h('div', {}, name, h('p', {}, t('番号は 6 件まで登録できます。使わない番号を消してから足してください。'), ' ',
      h('a', { href: link(`customers/${row['顧客ID']}`) }, t('この顧客を開く'))));
  }
  const button = h('button', { class: 'btn pri', type: 'button', onclick: add }, icon('plus'),
    t('{number} を足す', { number: tel(number) }));
  async function add() {
    button.disabled = true;
    try {
      const { etag } = await readRow(CUSTOMERS, row['顧客ID']);
      await change(CUSTOMERS, row['顧客ID'], { [free.number]: number, [free.kind]: usualKind(number) }, etag);
      done(t('番号を足しました'), nameOf(row));
      await give(row['顧客ID']);
    } catch (error) {
      failed(t('番号を足せません'), error);
      button.disabled = false;
    }
  }
  return h('div', { class: 'stack' }, name, button);
}
