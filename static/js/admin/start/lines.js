// Third step: the numbers of the office.
//
// Invariant: a number may be typed with hyphens or full-width, as people do.
// Never: deletes a line.

import { add, rows } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { digits, tel } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { button, linkButton } from '../parts.js';
import { field, form } from './form.js';

export const title = () => t('回線を登録する');

/** Draws the step. */
export async function draw(place, { next }) {
  const list = h('div');
  const holder = h('div');
  const again = async () => {
    const all = await rows('ContainmentLine');
    list.replaceChildren(...all.length ? [h('ul', { class: 'rowlist boxed' }, all.map(row => h('li', {},
      h('a', { class: 'data strong grow', href: link(`ContainmentLine/${row['回線No']}`) },
        row['回線名'] || t('回線 {n}', { n: row['回線No'] })),
      h('span', { class: 'num data' }, tel(row['着信TEL']) || row['代理内線番号'])))),
    h('div', { class: 'acts' }, button(t('次へ'), next, { main: true }),
      linkButton(t('詳しい設定'), link('ContainmentLine'), { small: false }))] : []);
    shape = lineForm(all.length, async values => {
      await add('ContainmentLine', { ...values, 着信TEL: digits(values['着信TEL']) });
      await again();
    });
    holder.replaceChildren(all.length ? h('h3', {}, t('ほかの番号を加える')) : '', shape);
  };
  let shape = null;
  place.append(h('p', {}, t('どの番号にかかってきたかを、画面と通知に名前で出します。')), list, holder);
  await again();
  return { isDirty: () => shape.isDirty() };
}

const lineForm = (count, send) => form([
  field({ name: '着信TEL', label: t('電話番号'), type: 'tel', required: true, inputmode: 'tel',
    hint: t('例 073-123-5678。お客様がかける番号です。') }),
  field({ name: '回線名', label: t('呼び名'), value: count ? '' : t('代表'), required: true, maxlength: 40,
    hint: t('例 本店、支店、FAX') }),
], { label: t('追加する'), send });
