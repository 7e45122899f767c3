// The audit log: who changed what, and from what into what.
//
// Invariant: a change is shown field by field, old beside new.
// Never: is shown to anybody but administrators (the service refuses it, too).

import { row as one } from '../../base/api.js';
import { isolated } from '../../base/bidi.js';
import { h } from '../../base/dom.js';
import { dayAndTime } from '../../base/format.js';
import { t, term, useWords } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { useStyle } from '../../base/style.js';
import { label } from '../menu.js';
import { log } from '../log.js';
import { head, linkButton, pill } from '../parts.js';
import { difference, fields, nameIn, sentence } from './difference.js';

const RESOURCES = [
  'ContainmentLine', 'SIP-ServerConnection', 'CustomerAddress', 'ReceivedCall-Record', 'Caller-Rule',
  'PhoneNumber-SearchSite', 'Notification-LINE-AccessToken', 'Notification-Email-Address', 'Notification-Chat',
  'IncomingCall-URL', 'IncomingCall-Command', 'Mail-Account', 'Business-Calendar', 'Notification-Delivery',
  'MessDef-Mail', 'MessDef-Line', 'MessDef-Chat', 'MessDef-Toast', 'UserManagement', 'API-Token', 'DataBackup',
  'Output-CSV', 'Output-EXCEL', 'Online-Activation',
];
const ACTS = {
  追加: ['ok', 'plus'], 更新: ['brand', 'edit'], 削除: ['bad', 'bin'], ログイン: ['', 'person'],
  ログイン失敗: ['warn', 'warn'], 実行: ['', 'play'],
};
const SHOWN_FIELDS = 3;

export const title = () => t('監査ログ');

/** Draws the log into `view`. */
export async function open(view, { key, values, memory }) {
  await Promise.all([useStyle('office'), useWords('office', 'logs')]);
  view.classList.add('office');
  const list = log({
    screen: 'Audit-Log', resource: 'Audit-Log', key, values, memory, columns: columns(), detail,
    filters: [
      { name: 'ユーザーID', label: t('ユーザーID') },
      { name: '操作', label: t('操作'), options: Object.keys(ACTS).map(word => [word, term(word)]) },
      { name: '資源', label: t('対象'), options: RESOURCES.map(uri => [uri, label(uri)]) },
      { name: 'キー', label: t('行の番号'), mode: 'numeric' },
    ],
    nothing: t('まだ何も変更されていません。'),
  });
  view.append(head(t('監査ログ'), t('だれが、いつ、何を、どう変えたか。書込みのたびに1行残り、消せません。')), list.element);
  await list.refresh();
  return { close: list.close, moved: list.moved, remember: list.remember };
}

const columns = () => [
  { label: t('日時'), cls: 'num', cell: row => dayAndTime(row['日時']) },
  { label: t('だれが'), cell: row => who(row) },
  { label: t('操作'), cell: row => pill(...ACTS[row['操作']] ?? ['', null], term(row['操作'])) },
  { label: t('対象'), cell: row => target(row) },
  { label: t('内容'), cls: 'wide', cell: row => h('span', { class: 'data clip' }, summary(row)) },
];

const who = row => [h('span', { class: 'data' }, row['ユーザーID'] || t('ログインなし')), ' ',
  h('span', { class: 'small muted num' }, row['IPアドレス'])];

function target(row) {
  if (!row['資源']) return '—';
  const key = Number(row['キー']) ? ` ${row['キー']}` : '';
  const text = `${label(row['資源'])}${key}`;
  const there = key && row['操作'] !== '削除';
  return there ? h('a', { href: link(`${row['資源']}/${row['キー']}`) }, text) : text;
}

/** The changed fields in short. */
function summary(row) {
  const changed = fields(row);
  if (!changed) return sentence(row) || '—';
  const isNew = row['操作'] === '追加' || row['操作'] === '削除';
  const names = changed.filter(({ name }) => !isNew || !/^(ID|.*ID)$/.test(name));
  const told = text => isolated(text || '—');
  const parts = names.slice(0, SHOWN_FIELDS).map(({ name, before, after }) =>
    `${nameIn(row, name)}: ${row['操作'] === '更新' ? `${told(before)} → ${told(after)}` : told(after || before)}`);
  return parts.join(' / ') + (names.length > SHOWN_FIELDS ? ' …' : '') || '—';
}

async function detail(known) {
  const row = typeof known === 'string' ? (await one('Audit-Log', known)).row : known;
  if (!row) return { title: t('記録 {id}', { id: known }), body: h('p', {}, t('この記録はもうありません。')) };
  const facts = [
    [t('日時'), h('span', { class: 'num' }, row['日時'])], [t('だれが'), h('span', { class: 'data' },
      row['ユーザーID'] || t('ログインなし'))],
    [t('どこから'), h('span', { class: 'num' }, row['IPアドレス'] || '—')],
    [t('操作'), pill(...ACTS[row['操作']] ?? ['', null], term(row['操作']))], [t('対象'), target(row)],
  ];
  const there = Number(row['キー']) && row['操作'] !== '削除';
  return {
    title: t('記録 {id}', { id: row.ID }),
    body: [
      h('dl', { class: 'facts' }, facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
      difference(row),
    ],
    foot: there ? [linkButton(t('今の内容を開く'), link(`${row['資源']}/${row['キー']}`), { small: false })] : [],
  };
}
