// What a list is narrowed to and sorted by, as the address of its screen says it.
//
// Invariant: what was read from an address gives the same address again.
// Never: takes a name that the resource has no field for.

import { fieldOf } from '../../base/catalogue.js';
import { PERIOD_NAMES, periodFrom, periodTo } from '../../base/period.js';
import { isLog } from './source.js';

const RESERVED = new Set(['q', 'sort', 'copy', ...PERIOD_NAMES]);

/** `{ q, filters: { name: value }, period, sort: { name, desc } }` from the values of an address. */
export function fromAddress(resource, values) {
  const [name, way] = (values.sort ?? '').split(' ');
  const known = Object.entries(values).filter(([each]) => !RESERVED.has(each) && fieldOf(resource, each));
  return {
    q: values.q ?? '', filters: Object.fromEntries(known), period: periodFrom(resource.period ? values : {}),
    sort: fieldOf(resource, name) ? { name, desc: way === 'desc' } : { name: resource.key, desc: isLog(resource) },
  };
}

/** The values of the address that say so. */
export function toAddress(resource, { q, filters, period, sort }) {
  const usual = sort.name === resource.key && sort.desc === isLog(resource);
  return { ...filters, ...periodTo(period), q, sort: usual ? '' : `${sort.name}${sort.desc ? ' desc' : ''}` };
}

/** Whether rows are left out. */
export const isNarrowed = ({ q, filters, period }) =>
  Boolean(q) || Object.keys(filters).length > 0 || period.period !== 'all';

/** What to change for a list that leaves nothing out. */
export const everything = () => ({ q: '', filters: {}, period: periodFrom({}) });

/** How far a list and its page are scrolled: `{ keep(), now(), back(), put(scrolled) }`. */
export function scrolling(view, list) {
  let kept = null;
  const place = () => list().querySelector('.scroll');
  const isHidden = () => place()?.offsetParent === null;
  const put = ([ofList, ofPage]) => {
    if (place()) place().scrollTop = ofList;
    view.parentElement.scrollTop = ofPage;
  };
  const now = () => (isHidden() && kept ? kept : [place()?.scrollTop ?? 0, view.parentElement?.scrollTop ?? 0]);
  return {
    now,
    put,
    /** Before a form may hide the list. */
    keep: () => { kept = now(); },
    /** After it did. */
    back: () => { if (kept) put(kept); },
    isHidden,
  };
}
