// Hints for people where the catalogue's meaning speaks to programs, or depends on what was chosen.
//
// Invariant: a field without a hint here has the catalogue's meaning.
// Never: names a field that the catalogue lacks.

import { t } from '../../base/i18n.js';
import { meaningOf } from '../../base/catalogue.js';

const HINTS = {
  ContainmentLine: {
    着信TEL: 'この回線の電話番号。着信TEL か代理内線番号のどちらかを入れます。',
    通知する: 'この回線の着信を知らせます。FAX の回線では切っておきます。',
  },
  'SIP-ServerConnection': {
    接続先種別: '機器に合った初期値を使います。',
    内線番号: '登録に使う内線番号。登録しないときは空でかまいません。',
    ユーザーID: '認証のユーザー名。空なら内線番号を使います。',
    パスワード: '認証のパスワード。機器が求めないなら空のままにします。',
  },
  'Notification-LINE-AccessToken': {
    アクセストークン: 'チャネルアクセストークン。LINE Notify のトークンは使えません(2025 年 3 月に終了)。',
  },
  'IncomingCall-URL': { ヘッダー: '1 行に 1 件、「名前: 値」。値は保存すると見えなくなります。' },
  'IncomingCall-Command': { コマンド: 'プログラムの絶対パス。設定ファイルの [commands] allow のフォルダーの中に限ります。' },
  UserManagement: {
    ユーザーID: 'ログインに使う名前。半角の英数字と . _ - で 32 文字まで。',
    パスワード: '10 文字以上。長いほど安全です。',
  },
};
const CHAT = {
  'Chat&Messenger': {
    URL: 'サーバーの URL。', トークン: 'API トークン。Enterprise 以上の契約が要ります。',
    宛先: '人はメールアドレス、ルームはルーム名。カンマで区切ります。', メンション: 'ルームで呼びかける人のメールアドレス。',
  },
  'Rocket.Chat': {
    URL: 'サーバーの URL、または受信 Webhook の URL。', トークン: '個人アクセストークン。ユーザーID と組で使います。',
    ユーザーID: 'トークンなら userId、パスワードならログイン名。', パスワード: 'トークンが無いときのログイン用。',
    宛先: 'ルーム名かルーム ID。保存すると、上の「ルームを選ぶ」で一覧から選べます。', メンション: '呼びかけるユーザー名。カンマで区切ります。',
  },
  JANDI: { URL: 'JANDI コネクトで発行した Webhook の URL。', 宛先: 'チーム Webhook で送る相手のメールアドレス。1 人ずつ送ります。' },
  Slack: {
    URL: 'https://hooks.slack.com/services/… の URL。トークンで送るときは空にします。',
    トークン: 'xoxb- で始まるボットのトークン(URL が空のとき)。', 宛先: 'トークンで送るときのチャンネル ID。',
    メンション: 'U… か S… の ID、here、channel。カンマで区切ります。',
  },
  Teams: { URL: 'ワークフロー「Teams Webhook 要求を受信したとき」の URL。', メンション: 'メンバーのメールアドレス。' },
  Discord: {
    URL: 'https://discord.com/api/webhooks/… の URL。', メンション: 'ユーザー ID、& を付けた役割の ID、here、everyone。',
  },
  Mattermost: {
    URL: 'サーバーの /hooks/… の URL。', 宛先: 'チャンネル名か @ユーザー名。空なら Webhook の既定。',
    メンション: 'ユーザー名、here、all。',
  },
  Chatwork: { URL: '空のままでかまいません。', トークン: 'API トークン。', 宛先: 'ルーム ID。', メンション: 'アカウント ID、toall。' },
  'Google Chat': { URL: 'スペースの Webhook の URL(key と token を含みます)。', メンション: 'ユーザー ID、all。' },
  'LINE WORKS': {
    URL: '受信 Webhook の URL。ボットなら https://www.worksapis.com/v1.0/bots/ とボットの ID。',
    トークン: 'ボットだけ: クライアント ID とシークレットを空白で区切ります。', ユーザーID: 'ボットだけ: サービスアカウント。',
    パスワード: 'ボットだけ: 秘密鍵(1 行)。', 宛先: 'ボットだけ: チャンネル ID か、@ を含む利用者の ID。',
  },
  ntfy: {
    URL: 'トピックまでの URL、または宛先を書くならサーバーの URL。', トークン: 'tk_ で始まるトークン。',
    ユーザーID: 'パスワードと組のユーザー名。', パスワード: 'トークンが無いとき。', 宛先: 'トピック。カンマで区切ります。',
  },
  Webhook: { URL: '着信を JSON で受け取る URL。', トークン: '署名の鍵 whsec_…。切り替え中は空白で区切って 2 つ。' },
};
const CHATS = 'Notification-Chat';
/** Kinds whose control says what the catalogue's meaning says. */
const SAYS_ITSELF = new Set(['line-list', 'key-list']);

/** Whether the hint of a field goes with the kind of chat, so that the catalogue's one example would mislead. */
export const isOfKind = (resource, field) => resource.uri === CHATS
  && Object.values(CHAT).some(hints => hints[field.name]);

/** The hint of a field, `value(name)` being what stands in another; '' where nothing needs saying. */
export function hintOf(resource, field, value) {
  const chosen = resource.uri === CHATS ? CHAT[value('種別')]?.[field.name] : HINTS[resource.uri]?.[field.name];
  if (chosen) return t(chosen);
  const plain = field.name === '使用する' || (field.kind === 'ref' && field.meaning?.startsWith('0='));
  return plain || SAYS_ITSELF.has(field.kind) ? '' : meaningOf(resource, field);
}
