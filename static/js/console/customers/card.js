// The card of one customer: who it is, how to reach him, what to mind, his last calls.
//
// Invariant: every field that holds something is shown; fields that hold nothing are not.
// Never: shows a control that the role may not use.

import { freshId, h, icon } from '../../base/dom.js';
import { count, dayAndTime, tel } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { rankPill } from '../../base/pills.js';
import { link } from '../../base/router.js';
import { isAdministrator } from '../../base/session.js';
import { lastCalls } from './past.js';
import { colourDot, initial, phonesOf, politeName } from './person.js';
import { explain } from './treatment.js';
import { sameNumber } from './same.js';

/**
 * Draws the card: `{ root, close() }`. `acts` are `edit, merge(other), remove, erase, back` (missing = not allowed).
 */
export function card(row, acts) {
  const ends = new AbortController();
  const id = freshId('customer');
  const calls = h('div', { class: 'body' }, h('p', { class: 'muted small' }, t('読み込んでいます…')));
  const same = h('div', { class: 'same' });
  const counted = facts(row);
  lastCalls(calls, row['顧客ID'], ends.signal, found => counted.told(found));
  if (acts.merge) sameNumber(same, row, acts.merge, ends.signal);
  const root = h('div', { class: 'col' },
    h('article', { class: 'card cust', 'aria-labelledby': id },
      header(row, id, acts), note(row), same, counted.root, h('div', { class: 'parts' }, parts(row)),
      h('footer', {}, stamp(row), h('span', { class: 'sp' }), removals(acts))),
    h('section', { class: 'card', 'aria-label': t('最近の着信') },
      h('header', {}, h('h2', {}, t('最近の着信')), h('span', { class: 'sp' }),
        h('a', { class: 'btn sm ghost', href: link('history', { 顧客ID: row['顧客ID'], period: 'all' }) }, t('履歴で見る'))),
      calls));
  return { root, close: () => ends.abort() };
}

function header(row, id, acts) {
  const company = [row['氏名'] && row['会社名'], row['部署'], row['役職']].filter(Boolean).join(' ');
  const kana = row['氏名'] ? row['フリガナ'] : row['会社名フリガナ'];
  return h('div', { class: 'hd' },
    acts.back && h('button', {
      class: 'btn icon ghost narrow', type: 'button', 'aria-label': t('一覧へ戻る'), onclick: acts.back,
    }, icon('left')),
    h('div', { class: 'ava data', 'aria-hidden': 'true' }, initial(row)),
    h('div', { class: 'names' }, kana && h('p', { class: 'kana data' }, kana),
      h('h2', { class: 'name data', id, tabindex: -1 }, politeName(row)),
      company && h('p', { class: 'muted data' }, company),
      h('div', { class: 'tags' }, rankPill(row), colourDot(row), row['分類'] && h('a', {
        class: 'pill brand data', href: link('customers', { 分類: row['分類'] }), title: t('同じ分類の顧客'),
      }, row['分類']))),
    h('div', { class: 'acts' },
      acts.edit && h('button', { class: 'btn pri', type: 'button', 'data-act': 'edit', onclick: acts.edit },
        icon('edit'), t('編集')),
      acts.merge && h('button', { class: 'btn', type: 'button', 'data-act': 'merge', onclick: () => acts.merge(null) },
        icon('merge'), t('統合'))));
}

const note = row => row['注意メッセージ']
  && h('div', { class: 'alert', role: 'note' }, icon('warn'), h('div', { class: 'data' }, row['注意メッセージ']));

/** What there is to know at once. Calls that an older version gave to the customer are counted in the history alone. */
function facts(row) {
  const last = h('span', {});
  const number = h('span', {});
  const show = (when, calls) => {
    last.textContent = when ? dayAndTime(when) : '—';
    number.textContent = t('{n} 件', { n: count(calls) });
  };
  const own = Number(row['着信回数']) || 0;
  show(row['最終着信日時'], own);
  const root = h('dl', { class: 'facts' }, [
    [t('最終着信'), last],
    [t('着信回数'), number],
    [t('担当者'), row['担当者']
      ? h('a', { class: 'data', href: link('customers', { 担当者: row['担当者'] }) }, row['担当者']) : '—'],
    [t('顧客ID'), row['顧客ID']],
  ].map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', { class: 'num' }, value))));
  return {
    root,
    told(calls) {
      const newest = [row['最終着信日時'] ?? '', calls[0]?.['着信日時'] ?? ''].sort().pop();
      show(newest, Math.max(own, calls.total ?? 0));
    },
  };
}

function parts(row) {
  const address = [row['郵便番号'] && `〒${row['郵便番号']}`, [row['都道府県'], row['住所1']].join(''), row['住所2']];
  return [
    part(t('電話'), phonesOf(row).map(phone)),
    part(t('住所'), address.filter(Boolean).map(text => h('p', { class: 'data' }, text))),
    part(t('メール・URL'), [row['メールアドレス1'], row['メールアドレス2']].filter(Boolean).map(mail), web(row['URL'])),
    part(t('社内'), row['生年月日'] && line(t('生年月日'), h('span', { class: 'num' }, row['生年月日'])),
      row['外部ID'] && line(t('外部ID'), h('span', { class: 'mono data' }, row['外部ID']))),
    part(t('備考'), row['備考'] && h('p', { class: 'note data' }, row['備考'])),
  ];
}

function part(name, ...what) {
  const shown = what.flat().filter(Boolean);
  return shown.length > 0 && h('section', { class: 'part', 'aria-label': name }, h('h3', {}, name), shown);
}

const line = (name, value) => h('p', {}, h('span', { class: 'muted small' }, `${name} `), value);

const phone = ({ number, kind }) => h('p', { class: 'phone' },
  h('a', { class: 'num', href: `tel:${number}` }, tel(number)), kind && h('span', { class: 'pill' }, term(kind)),
  h('button', {
    class: 'btn icon ghost sm', type: 'button', onclick: () => explain(number), title: t('この番号から着信すると'),
    'aria-label': t('{number} から着信すると', { number: tel(number) }),
  }, icon('help')));

const mail = address => h('p', {}, h('a', { class: 'data', href: `mailto:${address}` }, address));

const web = address => address && h('p', {}, h('a', {
  class: 'data', href: /^https?:\/\//i.test(address) ? address : null, target: '_blank', rel: 'noopener noreferrer',
}, address));

const stamp = row => h('span', { class: 'small muted num' },
  t('登録 {made} ・ 更新 {changed}', { made: dayAndTime(row['登録日時']), changed: dayAndTime(row['更新日時']) }));

const removals = acts => [
  acts.remove && h('button', { class: 'btn sm ghost bad', type: 'button', 'data-act': 'remove', onclick: acts.remove },
    icon('bin'), t('削除')),
  acts.erase && isAdministrator() && h('button', {
    class: 'btn sm ghost bad', type: 'button', 'data-act': 'erase', onclick: acts.erase,
  }, icon('x'), t('個人情報の消去')),
];
