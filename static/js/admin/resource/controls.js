// Controls for values that name other rows or hold several parts: refs, lists of lines and keys, opening hours.
//
// Invariant: what stands in a value and is not known here (a line that is gone) is shown and kept.
// Never: writes.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { row as readRow, rows } from '../../base/api.js';
import { catalogue, nameOf, rowName } from '../../base/catalogue.js';
import { check } from '../../base/checks.js';
import { tel } from '../../base/format.js';

const LINES = 'ContainmentLine';
/** So many rows at most stand in a select; of larger resources one is searched. */
const CHOICES_MAX = 500;
const FOUND_MAX = 8;
const SEARCH_MS = 200;

const entries = text => text.split(',').map(part => part.trim()).filter(Boolean);

/** The row of another resource, by its name. */
export function ref(field, props, changed, context) {
  const target = context.resources.find(resource => resource.uri === field.ref);
  if (target.search) return searched(field, props, changed, target);
  const { label, autocomplete, ...rest } = props;
  const input = h('select', { ...rest, onchange: () => changed(true) },
    h('option', { value: '0' }, noneOf(field)));
  let wanted = '0';
  const fill = found => {
    const known = new Set(found.map(row => row[target.key]));
    input.append(...found.map(row => h('option', { value: row[target.key], class: 'data' },
      `${row[target.key]}: ${rowName(target, row)}`)));
    if (wanted !== '0' && !known.has(wanted)) input.append(h('option', { value: wanted }, wanted));
    input.value = wanted;
  };
  rows(field.ref, { limit: CHOICES_MAX }).then(fill).catch(() => fill([]));
  return {
    element: input, input,
    value: () => (input.value === '' ? wanted : input.value),
    set: text => { wanted = text || '0'; input.value = wanted; },
  };
}

const noneOf = field => (field.name === 'メッセージ定義ID' ? t('用途に合わせて選ぶ')
  : field.name === 'メールアカウントID' ? t('使用中の最初のアカウント')
    : field.name === 'SIP接続ID' ? t('どの接続でも') : t('(なし)'));

function searched(field, { label, ...props }, changed, target) {
  let chosen = '0';
  let timer = 0;
  const list = h('div', { class: 'found', role: 'group', 'aria-label': t('見つかった行') });
  const shown = h('span', { class: 'masked data' });
  const input = h('input', {
    ...props, type: 'text', placeholder: t('番号・名前で検索'),
    oninput: () => { clearTimeout(timer); timer = setTimeout(find, SEARCH_MS); },
  });
  const take = (key, name) => {
    chosen = key;
    shown.textContent = key === '0' ? t('(なし)') : name;
    input.value = '';
    list.replaceChildren();
    clear.hidden = key === '0';
  };
  const clear = h('button', {
    class: 'btn sm', type: 'button', onclick: () => { take('0', ''); changed(true); },
  }, icon('x'), t('外す'));
  const name = key => readRow(field.ref, key).then(({ row }) => {
    if (row && chosen === key) shown.textContent = `${key}: ${rowName(target, row)}`;
  }).catch(() => {});
  async function find() {
    if (!input.value.trim()) { list.replaceChildren(); return; }
    const found = await rows(field.ref, { q: input.value.trim(), limit: FOUND_MAX }).catch(() => []);
    list.replaceChildren(...found.map(row => h('button', {
      class: 'chip data', type: 'button',
      onclick: () => { take(row[target.key], `${row[target.key]}: ${rowName(target, row)}`); changed(true); },
    }, `${row[target.key]}: ${rowName(target, row)}`)));
    if (found.length === 0) list.append(h('span', { class: 'small muted' }, t('見つかりません。')));
  }
  return {
    element: h('div', { class: 'stack tight' }, h('div', { class: 'secret' }, shown, clear), input, list), input,
    value: () => chosen,
    set: text => {
      take(text || '0', text);
      if (chosen !== '0') name(chosen);
    },
  };
}

function boxes(label) {
  const group = h('div', { class: 'boxes', role: 'group', tabindex: -1 });
  const add = (value, text, checked, changed) => group.append(h('label', { class: 'box' },
    h('input', { type: 'checkbox', value, checked, onchange: () => changed(true) }), h('span', {}, text)));
  const picked = () => [...group.querySelectorAll('input:checked')].map(input => input.value);
  return { group, add, picked, label };
}

/** What is picked: what stood there before first, in its own order, so that reading alone changes nothing. */
const inOrder = (before, now) =>
  [...before.filter(value => now.includes(value)), ...now.filter(value => !before.includes(value))];

/** Lines as boxes; none ticked = every line. */
export function lineList(field, { id, label, ...props }, changed) {
  const { group, add, picked } = boxes(label);
  for (const name of ['aria-describedby']) group.setAttribute(name, props[name]);
  let wanted = [];
  let known = null;
  const note = h('p', { class: 'small muted' });
  const tell = () => { note.textContent = picked().length ? '' : t('どれも選ばなければ、すべての回線です。'); };
  const change = leaving => { tell(); changed(leaving); };
  const draw = () => {
    group.replaceChildren();
    for (const row of known) {
      const number = row['回線No'];
      const name = row['回線名'] || tel(row['着信TEL']);
      add(number, h('span', { class: 'data' }, `${number} ${name}`), wanted.includes(number), change);
    }
    const numbers = known.map(row => row['回線No']);
    for (const number of wanted.filter(number => !numbers.includes(number))) {
      add(number, t('回線 {n}(今はありません)', { n: number }), true, change);
    }
    if (!group.firstChild) group.append(h('span', { class: 'small muted' }, t('回線がまだありません。')));
    tell();
  };
  rows(LINES, { limit: CHOICES_MAX }).then(found => { known = found; draw(); }).catch(() => { known = []; draw(); });
  return {
    element: h('div', {}, group, note), input: group, group: true,
    value: () => (known ? inOrder(wanted, picked()) : wanted).join(','),
    set: text => { wanted = entries(text); if (known) draw(); },
  };
}

const EXPORTED = { 着信記録: 'ReceivedCall-Record', 顧客アドレス帳: 'CustomerAddress', 収容回線: 'ContainmentLine' };

/** Fields of the exported resource, in the order in which they were chosen. */
export function keyList(field, { id, label, ...props }, changed, context) {
  let order = [];
  const described = props['aria-describedby'];
  const group = h('div', { class: 'chips', role: 'group', tabindex: -1, 'aria-describedby': described });
  const note = h('p', { class: 'small muted' });
  const draw = () => {
    const target = context.resources.find(resource => resource.uri === EXPORTED[context.get('出力対象')]);
    const names = target?.fields.map(each => each.name) ?? [];
    order = order.filter(name => names.includes(name));
    group.replaceChildren(...names.map(name => h('button', {
      class: 'chip', type: 'button', 'aria-pressed': String(order.includes(name)), onclick: () => press(name),
    }, order.includes(name) && h('span', { class: 'num' }, `${order.indexOf(name) + 1}. `),
    nameOf(target, target.fields.find(each => each.name === name)))));
    note.textContent = order.length ? t('{n} 項目を、選んだ順に出力します。', { n: order.length })
      : t('どれも選ばなければ、すべての項目を出力します。');
  };
  const press = name => {
    const at = order.indexOf(name);
    if (at < 0) order.push(name);
    else order.splice(at, 1);
    const place = [...group.children].findIndex(chip => chip === document.activeElement);
    draw();
    group.children[place]?.focus();
    changed(true);
  };
  context.follow('出力対象', draw);
  return {
    element: h('div', { class: 'stack tight' }, group, note), input: group, group: true,
    value: () => order.join(','),
    set: text => { order = entries(text); draw(); },
  };
}

/** Opening hours of a day as rows from – to. */
export function hours(field, { id, label, ...props }, changed) {
  const described = props['aria-describedby'];
  const group = h('div', { class: 'hours', role: 'group', tabindex: -1, 'aria-describedby': described });
  const ranges = h('div', { class: 'ranges' });
  const closed = h('span', { class: 'muted' }, t('休み'));
  const add = h('button', {
    class: 'btn sm', type: 'button', onclick: () => begin(),
  }, icon('plus'), t('時間帯'));
  group.append(ranges, closed, add);
  const begin = () => {
    put('', '');
    tell(true);
    ranges.lastChild.querySelector('input').focus();
  };
  const tell = leaving => {
    closed.hidden = ranges.children.length > 0;
    changed(leaving);
  };
  const time = (text, name) => h('input', {
    type: 'text', inputmode: 'numeric', value: text, class: 'num clock', maxlength: 5, placeholder: '09:00',
    'aria-label': `${label} ${name}`, oninput: () => changed(false),
    onchange: event => { event.target.value = clock(event.target.value); changed(true); },
  });
  const put = (from, to) => {
    const range = h('span', { class: 'range' }, time(from, t('始まり')), '–', time(to, t('終わり')), h('button', {
      class: 'btn icon ghost sm', type: 'button', 'aria-label': t('{day} の時間帯を消す', { day: label }),
      onclick: () => { range.remove(); tell(true); add.focus(); },
    }, icon('x')));
    ranges.append(range);
  };
  const value = () => [...ranges.children].map(range => [...range.querySelectorAll('input')]
    .map(input => clock(input.value)).join('-')).filter(text => text !== '-').join(',');
  return {
    element: group, input: group, group: true, value, check: () => check(field, value()),
    set: text => {
      ranges.replaceChildren();
      for (const range of entries(text)) put(...range.split('-'));
      closed.hidden = ranges.children.length > 0;
    },
  };
}

/** `930`, `９：３０` and `9:30` as `09:30`. */
function clock(text) {
  const narrow = text.normalize('NFKC').trim();
  const parts = /^(\d{1,2}):?(\d{2})$/.exec(narrow);
  return parts ? `${parts[1].padStart(2, '0')}:${parts[2]}` : narrow;
}

/** What the controls of a form need to know: the catalogue, other fields' values, and to follow their changes. */
export async function contextOf(get) {
  const { resources, placeholders } = await catalogue();
  const followers = new Map();
  return {
    resources, placeholders, get,
    follow: (name, run) => followers.set(name, [...followers.get(name) ?? [], run]),
    tell: name => { for (const run of followers.get(name) ?? []) run(); },
  };
}
