// What can be administered, in the order of the menu.
//
// Invariant: every resource of the catalogue stands in one group; who may not read one does not see it, and is told
// so where he comes by its address.
// Never: loads a screen before it is opened.

import { t, term } from '../base/i18n.js';
import { isAdministrator, may } from '../base/session.js';
import { link } from '../base/router.js';

/** Screens with code of their own. `who` may open it is everybody, '*' administrators,
 * or whoever writes a resource; `group` is the title of the group in the menu. */
const OWN = {
  overview: { icon: 'screen', label: '概要', load: () => import('./overview/overview.js') },
  start: { icon: 'play', label: 'はじめの設定', who: '*', load: () => import('./start/start.js') },
  import: {
    icon: 'upload', label: '顧客の取込', group: '顧客と記録', who: 'CustomerAddress',
    load: () => import('./import/import.js'),
  },
  explorer: { icon: 'code', label: 'API', group: 'システム', load: () => import('./explorer/explorer.js') },
  origins: {
    icon: 'lock', label: 'アクセスの許可', group: 'システム', who: '*', load: () => import('./origins/origins.js'),
  },
  tls: { icon: 'globe', label: 'HTTPS', group: 'システム', load: () => import('./tls/tls.js') },
};
/** Resources whose screen has code of its own. */
const SPECIAL = {
  'Notification-Delivery': () => import('./deliveries/deliveries.js'),
  'Audit-Log': () => import('./audit/audit.js'),
};

/** Resources: `[URI, icon, short name]`. */
const LINES = [
  ['ContainmentLine', 'line', '収容回線'],
  ['SIP-ServerConnection', 'plug', 'SIPサーバー接続'],
  ['ConnectedClient', 'screen', '接続中クライアント'],
];
const PEOPLE = [
  ['CustomerAddress', 'people', '顧客アドレス帳'],
  ['ReceivedCall-Record', 'history', '着信記録'],
  ['Caller-Rule', 'sliders', '発信者ルール'],
  ['PhoneNumber-SearchSite', 'find', '電話番号検索サイト'],
];
const TARGETS = [
  ['Notification-LINE-AccessToken', 'send', 'LINE 通知先'],
  ['Notification-Email-Address', 'mail', 'メール通知先'],
  ['Notification-Chat', 'line', 'チャット通知先'],
  ['IncomingCall-URL', 'link', '着信時URL呼出'],
  ['IncomingCall-Command', 'term', '着信時コマンド呼出'],
  ['Mail-Account', 'key', 'メールアカウント'],
  ['Business-Calendar', 'clock', '営業カレンダー'],
  ['Notification-Delivery', 'check', '通知履歴'],
];
const MESSAGES = [
  ['MessDef-Mail', 'mail', 'メール用'],
  ['MessDef-Line', 'send', 'LINE 用'],
  ['MessDef-Chat', 'line', 'チャット用'],
  ['MessDef-Toast', 'bell', 'トースト用'],
];
const SYSTEM = [
  ['UserManagement', 'person', 'ユーザー管理'],
  ['API-Token', 'key', 'APIトークン'],
  ['DataBackup', 'box', 'データバックアップ'],
  ['Output-CSV', 'file', 'CSVデータ出力'],
  ['Output-EXCEL', 'file', 'EXCELデータ出力'],
  ['Online-Activation', 'lock', 'アクティベーション'],
  ['Audit-Log', 'todo', '監査ログ'],
];
const GROUPS = [
  ['電話', LINES], ['顧客と記録', PEOPLE], ['着信時の動作', TARGETS], ['メッセージ', MESSAGES], ['システム', SYSTEM],
];

const mayOpen = ({ who = '' }) => !who || (who === '*' ? isAdministrator() : may(who, 'write'));

/** The screens of our own that stand in a group; those without a group stand above all. */
const own = wanted => Object.entries(OWN).filter(([, part]) => (part.group ?? '') === wanted && mayOpen(part))
  .map(([name, { icon, label }]) => ({ name, icon, label: t(label), href: link(name) }));

/** The groups of the navigation. */
export function groups() {
  const all = GROUPS.map(([title, items]) => ({
    title: t(title),
    items: [...items.filter(([uri]) => may(uri)).map(([name, icon, label]) =>
      ({ name, icon, label: term(label), href: link(name) })), ...own(title)],
  }));
  return [{ items: own('') }, ...all.filter(group => group.items.length)];
}

/** The short name of a resource. */
export function label(uri) {
  const found = GROUPS.flatMap(([, items]) => items).find(([name]) => name === uri);
  return found ? term(found[2]) : uri;
}

/** Every screen: `{ name: load }`. */
export function screens() {
  const refused = title => async () => (await import('./refused.js')).screen(title);
  const mine = Object.entries(OWN).map(([name, part]) =>
    [name, mayOpen(part) ? part.load : refused(() => t(part.label))]);
  const resource = uri => (may(uri) ? open(uri) : refused(() => label(uri)));
  const open = uri => SPECIAL[uri] ?? (async () => (await import('./resource/resource.js')).screen(uri));
  const resources = GROUPS.flatMap(([, items]) => items).map(([uri]) => [uri, resource(uri)]);
  return Object.fromEntries([...mine, ...resources, ['find', () => import('./resource/find.js')]]);
}
