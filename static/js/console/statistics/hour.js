// The days behind one cell of weekday and hour.
//
// Invariant: the days of the period on that weekday, newest first, that had calls in that hour.
// Never: asks for more than DAYS_MAX days.

import { $, h } from '../../base/dom.js';
import { count, dayAndTime, isoDay } from '../../base/format.js';
import { open } from '../../base/dialog.js';
import { t } from '../../base/i18n.js';
import { failed } from '../../base/toast.js';
import { calls } from './links.js';
import { daysOf } from './period.js';
import { sumsBy } from './requests.js';

const DAYS_MAX = 14;

/** Shows them in a dialog; each leads to the history of its day. */
export async function hourOf(period, weekday, hour, name) {
  const days = daysOf(period).filter(day => day.getDay() === weekday).reverse();
  const list = h('ul', { class: 'list days' }, h('li', { class: 'muted' }, t('読み込んでいます…')));
  const cut = days.length > DAYS_MAX && h('p', { class: 'small muted' },
    t('新しい {n} 日分です。', { n: DAYS_MAX }));
  const { dialog } = open(t('{name}の着信', { name }), h('div', { class: 'stack' }, list, cut));
  try {
    const found = await Promise.all(days.slice(0, DAYS_MAX).map(async day => {
      const rows = await sumsBy('hour', { from: day, to: day });
      return { day, calls: Number(rows.find(row => Number(row['時']) === hour)?.['件数'] ?? 0) };
    }));
    const some = found.filter(entry => entry.calls > 0);
    list.replaceChildren(...some.map(entry => item(entry, hour, () => dialog.close(''))));
    $('a', list)?.focus();
  } catch (error) {
    dialog.close('');
    failed(t('読み込めません'), error);
  }
}

const clock = (day, hour) => dayAndTime(`${isoDay(day)} ${String(hour).padStart(2, '0')}:00:00`);

const item = ({ day, calls: number }, hour, leave) => h('li', {},
  h('a', { class: 'rowbtn', href: calls({ from: day, to: day }), onclick: leave },
    h('span', { class: 'num' }, `${clock(day, hour)}–`),
    h('span', { class: 'num' }, t('{n} 件', { n: count(number) }))));
