// A value as it stands in a list and in the report part of a form.
//
// Invariant: what is stored can be read off what is shown; words of the catalogue are in the chosen language.
// Never: shows a secret.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { dayAndTime, moment, tel, count } from '../../base/format.js';
import { wordOf } from '../../base/catalogue.js';
import { PILLS } from '../../base/pills.js';

/** Words that tell how something stands → the look of their pill. */
const LOOKS = {
  登録済: 'ok', 登録中: 'warn', 失敗: 'bad', 停止: '', 未登録: '', 成功: 'ok', 受付: 'ok', 待機: 'warn', 送信中: 'warn', 期限切れ: 'bad',
  取消: '', 認証済: 'ok', 無効: 'bad', 未認証: 'warn', オープン版: 'ok', ログイン失敗: 'bad',
};
const ICONS = { ok: 'check', bad: 'warn', warn: 'clock' };
const STATES = new Set(['登録状態', '状態', '認証状態']);

const WORDS = new Set(['bool', 'enum', 'datetime', 'date', 'int']);
/** From so many characters on a list may cut a text; the whole is its title. */
const CUT = 20;

/** Whether a field's values are the office's own, in whatever language. */
export const isData = field => !WORDS.has(field.kind);

const none = () => '—';

/** A pill with a word's look and icon. */
export function pill(look, text, data = false) {
  return h('span', { class: `pill ${look}`, 'data-data': data }, ICONS[look] && icon(ICONS[look]), text);
}

/** The outcome of a run or test: the first word decides the look. */
export function outcome(text) {
  const look = /^(成功|受付|完了|正常)/.test(text) ? 'ok' : /^(失敗|期限切れ|エラー)/.test(text) ? 'bad' : '';
  return h('span', { title: text }, look ? pill(look, text) : text);
}

/** The whole of a text that a list may cut, as the title of its cell; null where nothing is cut. */
export const wholeOf = (field, value = '') =>
  (isData(field) && field.name !== '最終結果' && value.length >= CUT ? value : null);

/** A value for reading, as an element or a text; `names` is `{ resource: { key: name } }` for refs, `row` its row. */
export function cell(field, value, { whole = false, names = {}, row = {} } = {}) {
  if (value === '' || value === undefined) return none();
  switch (field.kind) {
    case 'bool': return value === 'True' ? h('span', { class: 'pill ok' }, icon('check'), t('はい'))
      : h('span', { class: 'pill' }, t('いいえ'));
    case 'enum': return enumCell(field, value, row);
    case 'tel': return tel(value);
    case 'datetime': return h('time', { class: 'num', title: value }, whole ? value : shortTime(value));
    case 'int': return /ID$|番号|コード|No$|ポート|キー/.test(field.name) ? value : count(value);
    case 'color': return h('span', {}, h('span', { class: 'swatch', vars: { '--c': value } }), value);
    case 'ref': return refers(field, value, names);
    case 'line-list': return value.replaceAll(',', ', ');
    case 'secret': case 'password': case 'secret-headers': return h('span', { class: 'mono muted' }, value);
    default: break;
  }
  if (field.name === '最終結果') return outcome(value);
  return value;
}

function enumCell(field, value, row) {
  // A gateway that calls us without being asked is never registered, and nothing is wrong with that.
  if (field.name === '登録状態' && row['登録しない'] === 'True' && row['使用する'] === 'True' && !row['最終エラー']) {
    return pill('ok', t('待受中'));
  }
  const isOfDelivery = field.name === '状態' && value in LOOKS;
  if (isOfDelivery || !PILLS[field.name]) {
    return STATES.has(field.name) ? pill(LOOKS[value] ?? '', wordOf(field, value)) : wordOf(field, value);
  }
  return PILLS[field.name](value) ?? wordOf(field, value);
}

function refers(field, value, names) {
  if (value === '0') return none();
  const name = names[field.ref]?.[value];
  return name ? `${value}: ${name}` : value;
}

const shortTime = value => (moment(value).includes('/') ? dayAndTime(value) : moment(value));
