// Choosing the days: ready-made lengths, or two dates.
//
// Invariant: what is chosen is pressed; dates can be typed as people like.
// Never: takes a period whose end lies before its beginning.

import { freshId, h } from '../../base/dom.js';
import { dateField } from '../../base/datefield.js';
import { isoDay } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { fromAddress, LENGTHS } from './period.js';

/** The bar: `{ root, dates, show(period) }`; `chosen(period)` is called with what somebody chose. */
export function periodBar(period, chosen) {
  const fault = h('p', { class: 'err', id: freshId('period'), role: 'alert', hidden: true });
  const [first, last] = [dateField({ label: t('最初の日') }), dateField({ label: t('最後の日') })];
  const form = h('form', { class: 'dates', hidden: true, onsubmit: submit }, first, last,
    h('button', { class: 'btn pri', type: 'submit' }, t('表示')), fault);
  const lengths = LENGTHS.map(days => h('button', {
    type: 'button', value: String(days), onclick: () => take(fromAddress({ days })),
  }, days === 1 ? t('今日') : t('{n}日間', { n: days })));
  const own = h('button', { type: 'button', onclick: () => spread(form.hidden) }, t('期間…'));

  function spread(open) {
    form.hidden = !open;
    own.setAttribute('aria-expanded', String(open));
    if (open) first.focus();
  }

  function submit(event) {
    event.preventDefault();
    if (![first, last].map(field => field.check()).every(Boolean)) return;
    const found = fromAddress({ from: first.value, to: last.value });
    fault.hidden = found.days === 0;
    if (found.days === 0) take(found);
    else {
      fault.textContent = t('最初の日と、それ以後の最後の日を入れてください。');
      first.focus();
    }
  }

  function take(found) {
    show(found);
    chosen(found);
  }

  function show(found) {
    for (const button of lengths) button.setAttribute('aria-pressed', String(Number(button.value) === found.days));
    own.setAttribute('aria-pressed', String(found.days === 0));
    [first.value, last.value] = [isoDay(found.from), isoDay(found.to)];
    fault.hidden = true;
    form.hidden = found.days !== 0;
    own.setAttribute('aria-expanded', String(!form.hidden));
  }

  show(period);
  return {
    root: h('div', { class: 'seg', role: 'group', 'aria-label': t('期間') }, lengths, own), dates: form, show,
  };
}
