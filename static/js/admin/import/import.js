// Customers from a file: choose, rehearse, import.
//
// Invariant: nothing is written before a rehearsal of the same file found no fault.
// Never: leaves half of a file behind (the service takes all or nothing).

import { newKey, request } from '../../base/api.js';
import { download } from '../../base/csv.js';
import { ask } from '../../base/dialog.js';
import { h, icon } from '../../base/dom.js';
import { count } from '../../base/format.js';
import { t, term, useWords } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { useStyle } from '../../base/style.js';
import { failed, say } from '../../base/toast.js';
import { button, card, head, linkButton, notice, size } from '../parts.js';
import { guess } from './guess.js';
import { faults, outcome, send } from './send.js';

const FILE_MAX = 1024 ** 3;
const TYPES = '.csv,.tsv,.txt,.vcf,text/csv,text/vcard';
const COLUMNS = 8;

export const title = () => t('顧客の取込');

/** Draws the import into `view`. */
export async function open(view, { values }) {
  await Promise.all([useStyle('office'), useWords('office', 'import')]);
  view.classList.add('office');
  const state = { file: null, key: '', seen: null, busy: null, writing: false, back: values.from === 'start' };
  const steps = h('div', { class: 'stack gap16' });
  view.append(head(t('顧客の取込'), t('CSV か vCard のファイルから、顧客をまとめて追加します。'),
    button(t('ひな形の CSV'), () => template(), { name: 'down' })), steps);
  const start = () => {
    state.busy?.abort();
    Object.assign(state, { file: null, seen: null, busy: null });
    steps.replaceChildren(chooser(file => take(state, steps, file, start)), help());
  };
  start();
  return {
    isDirty: () => Boolean(state.busy),
    mayLeave: async () => !state.busy || (state.writing
      ? ask(t('取込の途中です'), t('書き込みはもう始まっています。離れても、最後まで続きます。'), t('離れる'))
      : ask(t('取込の途中です'), t('このまま離れると、取込をやめます。何も書き込まれません。'), t('やめて離れる'), { danger: true })),
    close: () => state.busy?.abort(),
  };
}

function chooser(take) {
  const input = h('input', { type: 'file', id: 'import-file', accept: TYPES, class: 'sr',
    onchange: () => input.files[0] && take(input.files[0]) });
  const zone = h('label', { class: 'dropzone', for: 'import-file' }, icon('upload'),
    h('strong', {}, t('ファイルを選ぶか、ここに落としてください')),
    h('span', { class: 'muted small' }, t('CSV(この製品・Google・Outlook の見出し、UTF-8 か Shift_JIS)または vCard、1 GB まで')));
  const light = on => event => {
    event.preventDefault();
    zone.classList.toggle('over', on);
  };
  zone.addEventListener('dragover', light(true));
  zone.addEventListener('dragleave', light(false));
  zone.addEventListener('drop', event => {
    light(false)(event);
    const file = event.dataTransfer.files[0];
    if (file) take(file);
  });
  return h('div', { class: 'card dropcard' }, input, zone);
}

function help() {
  const points = [
    t('1行目は見出しです。氏名か会社名のどちらかが要ります。'),
    t('電話番号は、ハイフンや全角のままで構いません。'),
    t('「顧客ID」の列は読みません。取り込んだ顧客はすべて新しい行になります。'),
    t('1件でも誤りがあれば、何も書き込みません。誤りは行番号で示します。'),
  ];
  return card(t('ファイルの作り方'), h('ul', { class: 'body points' }, points.map(text => h('li', {}, text))));
}

async function take(state, steps, file, restart) {
  const again = button(t('別のファイルを選ぶ'), restart, { small: true });
  Object.assign(state, { file, key: newKey() });
  if (file.size > FILE_MAX || file.size === 0) {
    const text = file.size ? t('ファイルが 1 GB を超えています。分けてから取り込んでください。') : t('ファイルが空です。');
    steps.replaceChildren(chooser(next => take(state, steps, next, restart)), notice('bad', text), help());
    return;
  }
  try {
    state.seen = await guess(file);
  } catch (error) {
    failed(t('ファイルを読めません'), error);
    return;
  }
  const result = h('div', { class: 'stack gap16', 'aria-live': 'polite' });
  steps.replaceChildren(chosen(state, again), result);
  await rehearse(state, result, restart);
}

/** What was chosen, and its first rows. */
function chosen({ file, seen }, again) {
  const facts = [
    [t('ファイル'), h('span', { class: 'data' }, file.name)], [t('大きさ'), size(file.size)],
    [t('形式'), seen.format], [t('文字コード'), seen.encoding],
  ];
  const shown = seen.headings.map((name, at) => ({ name, at }))
    .filter(({ at }) => seen.rows.some(row => row[at])).slice(0, COLUMNS);
  const hidden = seen.headings.length - shown.length;
  const rows = h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('先頭の行') },
    h('table', { class: 't data' },
      h('thead', {}, h('tr', {}, shown.map(({ name }) => h('th', { scope: 'col' }, h('span', {}, name))))),
      h('tbody', {}, seen.rows.map(row => h('tr', {}, shown.map(({ at }) => h('td', {}, row[at] ?? '')))))));
  return card(t('選んだファイル'), [
    h('dl', { class: 'body facts wide' }, facts.map(([name, value]) =>
      h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
    seen.rows.length > 0 && rows,
    seen.rows.length > 0 && h('p', { class: 'body small muted' }, t('先頭の {n} 件です。', { n: seen.rows.length }), ' ',
      hidden > 0 && t('空か、表示を省いた列が {n} あります。', { n: hidden })),
  ], again);
}

/** One request with its progress; `null` where it was refused (and told). */
async function run(state, place, dry) {
  const bar = h('progress', { max: 1, value: 0, 'aria-label': t('送信の進み') });
  const word = h('p', { role: 'status' }, t('送っています…'));
  const abort = new AbortController();
  state.busy = abort;
  const stop = button(t('やめる'), () => abort.abort(), { small: true });
  place.replaceChildren(card(dry ? t('確かめています') : t('取り込んでいます'), h('div', { class: 'body stack' }, word, bar),
    stop));
  const progress = share => {
    bar.value = share;
    word.textContent = share < 1 ? t('送っています… {n}%', { n: Math.floor(share * 100) })
      : dry ? t('全ての行を確かめています…') : t('書き込んでいます…');
    if (share === 1) bar.removeAttribute('value');
    // The service has the whole file: it writes all of it, whoever goes away.
    if (share === 1 && !dry) {
      state.writing = true;
      stop.remove();
    }
  };
  try {
    return await send(state.file, state.seen.type, { dry, key: state.key, progress, signal: abort.signal });
  } finally {
    Object.assign(state, { busy: null, writing: false });
  }
}

async function rehearse(state, place, restart) {
  try {
    const message = await run(state, place, true);
    const { count: found, unused } = outcome(message);
    const go = button(t('{n} 件を取り込む', { n: count(found ?? 0) }), () => carryOut(state, place, restart),
      { main: true, name: 'upload' });
    place.replaceChildren(h('section', { class: 'card good', 'data-rehearsal': 'good' },
      h('div', { class: 'body stack' },
        h('h2', {}, icon('check'), t('{n} 件を追加できます。誤りはありません。', { n: count(found ?? 0) })),
        h('p', {}, t('まだ何も書き込んでいません。同じ顧客がいても、新しい行として追加します。')),
        unused.length > 0 && h('p', {}, t('取り込まない列'), ': ', h('span', { class: 'data' }, unused.join(', '))),
        h('div', { class: 'acts' }, go))));
    go.focus();
  } catch (error) {
    refused(place, error, () => rehearse(state, place, restart), restart);
  }
}

async function carryOut(state, place, restart) {
  try {
    const message = await run(state, place, false);
    const { count: added } = outcome(message);
    const sentence = t('{n} 件の顧客を追加しました。', { n: count(added ?? 0) });
    place.replaceChildren(h('section', { class: 'card good', 'data-import': 'done' },
      h('div', { class: 'body stack' }, h('h2', {}, icon('check'), sentence),
        h('div', { class: 'acts' },
          state.back && linkButton(t('はじめの設定に戻る'), link('start', { step: 'target' }), { main: true, small: false }),
          linkButton(t('顧客を見る'), '/#/customers', { main: !state.back, small: false }),
          button(t('続けて取り込む'), restart)))));
    say(sentence);
  } catch (error) {
    refused(place, error, () => carryOut(state, place, restart), restart);
  }
}

/** What is wrong, line by line. */
function refused(place, error, again, restart) {
  const lines = error.status === 400 ? faults(error.message) : [];
  if (!lines.some(({ line }) => line > 0)) {
    place.replaceChildren(notice('bad', h('span', { class: 'data' }, error.message),
      button(t('もう一度'), again, { small: true })));
    return;
  }
  const rows = lines.map(({ line, column, text }) => h('tr', {}, h('td', { class: 'num' }, line || '—'),
    h('td', { class: 'data' }, column ? term(column) : '—'), h('td', { class: 'data wrap' }, text)));
  place.replaceChildren(h('section', { class: 'card bad', 'data-rehearsal': 'faults' },
    h('div', { class: 'body stack' }, h('h2', {}, icon('warn'), t('直すところがあります。何も書き込んでいません。')),
      h('p', {}, t('ファイルを直して保存し、もう一度選んでください。')),
      h('div', { class: 'acts' }, button(t('ファイルを選び直す'), restart, { main: true, name: 'upload' }))),
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('誤りの一覧') },
      h('table', { class: 't' }, h('thead', {}, h('tr', {}, [t('行'), t('列'), t('誤り')].map(text =>
        h('th', { scope: 'col' }, h('span', {}, text))))), h('tbody', {}, rows)))));
  say(t('直すところがあります。何も書き込んでいません。'));
}

/** A table with our headings and one example, ready to be filled in. */
async function template() {
  try {
    const { data } = await request('GET', '/catalogue.json');
    const fields = data.resources.find(({ uri }) => uri === 'CustomerAddress').fields
      .filter(({ mode, kind }) => mode !== 'ro' && kind !== 'key');
    const name = t('顧客のひな形');
    download(`${name}.csv`, fields.map(field => field.name), [fields.map(({ example }) => example ?? '')]);
  } catch (error) {
    failed(t('ひな形を作れません'), error);
  }
}
