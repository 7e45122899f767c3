// What stands where: the columns a list begins with, the parts of a form, and what matters for what was chosen.
//
// Invariant: a field that is not named here is shown, in the catalogue's order; nothing is ever out of reach.
// Never: holds texts for people.

/** Columns for resources where the first fields are not the telling ones. */
const COLUMNS = {
  CustomerAddress: ['氏名', 'フリガナ', '会社名', '電話番号1', '顧客ランク', '担当者', '最終着信日時', '着信回数'],
  'ReceivedCall-Record': ['着信日時', '相手TEL', '顧客名', '回線名', '状態', '対応状況', '対応者', '呼出秒数'],
  'Notification-Chat': ['名称', '種別', '宛先', 'タイミング', '条件', '使用する', '最終実行日時', '最終結果'],
  'Notification-LINE-AccessToken': ['名称', '方式', 'タイミング', '条件', '当月送信数', '使用する', '最終実行日時', '最終結果'],
  'Notification-Email-Address': ['名称', 'メールアドレス', '宛先種別', 'タイミング', '条件', '使用する', '最終実行日時', '最終結果'],
  'IncomingCall-URL': ['名称', 'URL', '動作', 'タイミング', '条件', '使用する', '最終実行日時', '最終結果'],
  'IncomingCall-Command': ['名称', 'コマンド', 'タイミング', '条件', '使用する', '最終実行日時', '最終結果'],
  'SIP-ServerConnection': ['接続名', '接続先種別', 'SIPサーバーアドレス', '内線番号', 'トランスポート', '使用する', '登録状態', '最終エラー'],
  'Notification-Delivery': ['作成日時', '宛先名', '資源', 'タイミング', '状態', '試行回数', '理由'],
  'Audit-Log': ['日時', 'ユーザーID', 'IPアドレス', '操作', '資源', 'キー'],
  'Mail-Account': ['アカウント名', 'メールアドレス', 'SMTPサーバー', '暗号化', '使用する', '最終実行日時', '最終結果'],
  'Online-Activation': ['登録名', 'ライセンスキー', 'コンピューター名', '認証状態', '有効期限'],
  'Output-CSV': ['出力対象', 'ファイル名', '期間', '周期', '実行時刻', '使用する', '最終実行日時', '最終結果'],
  'Output-EXCEL': ['出力対象', 'ファイル名', '期間', '周期', '実行時刻', '使用する', '最終実行日時', '最終結果'],
  DataBackup: ['ファイル名', '周期', '実行時刻', '保存世代数', '使用する', '最終ファイル', '最終実行日時', '最終結果'],
  UserManagement: ['ユーザーID', 'ユーザー名', '権限', '内線番号', '対象回線No', '使用する', '最終ログイン日時'],
};
const COLUMNS_MAX = 8;
const NARROW_KINDS = new Set(['secret', 'password', 'secret-headers', 'args-template', 'color', 'path']);
const LAST = new Set(['備考', '表示順', '更新日時']);

/** The columns of a resource's list, before anybody chose others. */
export function columns(resource) {
  const names = COLUMNS[resource.uri];
  if (names) return names;
  const shown = resource.fields.filter(field => field.kind !== 'key' && !NARROW_KINDS.has(field.kind)
    && field.mode !== 'wo' && !LAST.has(field.name));
  const telling = shown.filter(field => field.mode === 'ro' || field.name === '使用する');
  return [...shown.filter(field => !telling.includes(field)).slice(0, COLUMNS_MAX - Math.min(2, telling.length)),
    ...telling].slice(0, COLUMNS_MAX).map(field => field.name);
}

const FIRST = { UserManagement: { 権限: '管理者' } };

/** What the very first row begins with, or null: the first user must be an administrator. */
export const firstRow = resource => FIRST[resource.uri] ?? null;

/** When a target is told: the same four fields everywhere. */
const WHEN = new Set(['対象回線No', '条件', 'タイミング', '時間帯']);
const DETAILS = new Set([
  '表示順', '表示色', '備考', 'ドメイン', 'レルム', '登録有効期間', 'ローカルIPアドレス', 'ローカルポート', '応答動作', '呼出上限秒',
  '無応答判定', 'TLS検証', 'エンドポイント', '月間上限', '通知音なし', 'タイムアウト秒', '同時実行数', '作業フォルダ', '毎分上限',
  'プライベート宛先', 'プレフィックス', '文字サイズ', 'クリック時URL', '画像URL', '返信先', '電話番号4', '電話種別4', '電話番号5',
  '電話種別5', '電話番号6', '電話種別6', 'メールアドレス2', '外部ID', '並び順', '見出し行', '区切り文字', '改行', '囲み', '0落ち対策',
  'シート名', '見出し固定', 'オートフィルタ', '列幅自動', '圧縮',
]);
/** Customers have a colour and a note that matter more than a gateway's. */
const MAIN = { CustomerAddress: new Set(['備考']), ContainmentLine: new Set(['表示色']) };

/** Fields that are written by an order (Run) or are the key: never in a form. */
const LEFT_OUT = new Set(['今すぐ実行']);

/** The fields of a form by part: `{ main, when, details, told }`. */
export function parts(resource) {
  const of = { main: [], when: [], details: [], told: [] };
  for (const field of resource.fields) {
    if (field.kind === 'key' || LEFT_OUT.has(field.name)) continue;
    if (field.mode === 'ro') of.told.push(field);
    else if (WHEN.has(field.name) && resource.orders?.Test) of.when.push(field);
    else if (DETAILS.has(field.name) && !MAIN[resource.uri]?.has(field.name)) of.details.push(field);
    else of.main.push(field);
  }
  return of;
}

const CHAT = {
  'Chat&Messenger': ['URL', 'トークン', '宛先', 'メンション', '封書', '会議URL', '会議期限分', '会議パスワード'],
  'Rocket.Chat': ['URL', 'トークン', 'ユーザーID', 'パスワード', '宛先', 'メンション'],
  JANDI: ['URL', '宛先', '色'],
  Slack: ['URL', 'トークン', '宛先', 'メンション', '色'],
  Teams: ['URL', 'メンション'],
  Discord: ['URL', 'メンション', '色'],
  Mattermost: ['URL', '宛先', 'メンション', '色'],
  Chatwork: ['URL', 'トークン', '宛先', 'メンション'],
  'Google Chat': ['URL', 'メンション'],
  'LINE WORKS': ['URL', 'トークン', 'ユーザーID', 'パスワード', '宛先'],
  ntfy: ['URL', 'トークン', 'ユーザーID', 'パスワード', '宛先'],
  Webhook: ['URL', 'トークン'],
};
const kinds = name => Object.keys(CHAT).filter(kind => CHAT[kind].includes(name));
const special = [...new Set(Object.values(CHAT).flat())];
const ofChat = Object.fromEntries(special.map(name => [name, [['種別', ...kinds(name)]]]));

const XOAUTH2 = [['認証方式', 'XOAUTH2']];
const BY_SERVER = ['動作', 'サーバーから呼出'];
const REGISTERS = [['登録しない', 'False']];
/** Field → conditions `[other field, ...words that it must have]`, all of which must hold for it to matter. */
const MATTERS = {
  'Mail-Account': {
    トークンURL: XOAUTH2, クライアントID: XOAUTH2, クライアントシークレット: XOAUTH2, リフレッシュトークン: XOAUTH2,
    スコープ: XOAUTH2, パスワード: [['認証方式', 'PLAIN', 'LOGIN']], ユーザー名: [['認証方式', 'PLAIN', 'LOGIN', 'XOAUTH2']],
  },
  'SIP-ServerConnection': {
    TLS検証: [['トランスポート', 'TLS']], 内線番号: REGISTERS, ユーザーID: REGISTERS, パスワード: REGISTERS, レルム: REGISTERS,
    登録有効期間: REGISTERS,
  },
  'Notification-LINE-AccessToken': { 送信先ID: [['方式', 'push', 'multicast']] },
  'IncomingCall-URL': {
    メソッド: [BY_SERVER], ヘッダー: [BY_SERVER], 本文形式: [BY_SERVER, ['メソッド', 'POST', 'PUT']],
    本文: [BY_SERVER, ['メソッド', 'POST', 'PUT'], ['本文形式', 'JSON', 'フォーム', 'テキスト']], タイムアウト秒: [BY_SERVER],
  },
  'Notification-Chat': {
    ...ofChat,
    会議期限分: [...ofChat['会議期限分'], ['会議URL', 'True']],
    会議パスワード: [...ofChat['会議パスワード'], ['会議URL', 'True']],
  },
};
const TIMED = {
  曜日: [['周期', '毎週']], 日: [['周期', '毎月']], 実行時刻: [['周期', '毎日', '毎週', '毎月']], 開始日: [['期間', '指定']],
  終了日: [['期間', '指定']],
};

/** Whether a field matters, `value(name)` being what stands in another. */
export function matters(resource, field, value) {
  const hasPeriod = resource.fields.some(other => other.name === '周期');
  const rules = MATTERS[resource.uri]?.[field.name] ?? (hasPeriod ? TIMED[field.name] : undefined);
  return (rules ?? []).every(([name, ...words]) => words.includes(value(name)));
}

/** Fields that decide whether others matter. */
export const deciding = new Set(['種別', '認証方式', 'トランスポート', '登録しない', '方式', '動作', 'メソッド', '本文形式', '会議URL', '周期',
  '期間']);
