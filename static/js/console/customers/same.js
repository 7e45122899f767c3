// Other customers with one of this customer's numbers: perhaps the same person twice.
//
// Invariant: only whole numbers count, not a part of them.
// Never: merges by itself (families and companies share numbers).

import { rows } from '../../base/api.js';
import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { CUSTOMERS } from './find.js';
import { nameOf, phonesOf } from './person.js';

const FOUND_MAX = 20;
const SHOWN_MAX = 4;

/** The customers who share a number with this one. */
export async function sharing(row, signal) {
  const own = phonesOf(row).map(({ number }) => number);
  const found = await Promise.all(own.map(number => rows(CUSTOMERS, { q: number, limit: FOUND_MAX }, signal)));
  const others = new Map();
  for (const other of found.flat()) {
    const shares = phonesOf(other).some(({ number }) => own.includes(number));
    if (shares && other['顧客ID'] !== row['顧客ID']) others.set(other['顧客ID'], other);
  }
  return [...others.values()];
}

/** Says so in `place`, with a way to merge. */
export async function sameNumber(place, row, merge, signal) {
  try {
    const others = await sharing(row, signal);
    if (others.length === 0) return;
    place.replaceChildren(h('div', { class: 'banner' }, icon('people'),
      h('span', {}, t('同じ番号の顧客がいます:'), ' ', others.slice(0, SHOWN_MAX).map((other, at) => [at > 0 && '、',
        h('a', { class: 'data', href: link(`customers/${other['顧客ID']}`) }, nameOf(other))]),
      others.length > SHOWN_MAX && t(' ほか {n} 人', { n: others.length - SHOWN_MAX })),
      h('span', { class: 'sp' }),
      h('button', { class: 'btn sm', type: 'button', onclick: () => merge(others[0]) }, icon('merge'), t('統合を確かめる'))));
  } catch { /* a hint only: without it nothing is lost */ }
}
