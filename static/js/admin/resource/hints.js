// Hints for people where the catalogue's meaning speaks to programs, or depends on what was chosen.
//
// Invariant: a field without a hint here has the catalogue's meaning.
// Never: names a field that the catalogue lacks.

import { t } from '../../base/i18n.js';
import { meaningOf } from '../../base/catalogue.js';

const OAUTH = 'Google や Microsoft のログイン(XOAUTH2)で送るとき。';
const HINTS = {
  ContainmentLine: {
    着信TEL: 'この回線の電話番号。着信TEL か代理内線番号のどちらかを入れます。',
    代表TEL: '通知の文面と集計に使う、代表の電話番号。',
    種別: '電話、FAX、その他。ほかの言葉でもかまいません。',
    代理内線番号: '電話番号ではなく内線番号で着信を見分けるときに入れます。',
    通知する: 'この回線の着信を知らせます。FAX の回線では切っておきます。',
    表示色: '着信のお知らせと一覧で、この回線の目印になる色。',
  },
  'SIP-ServerConnection': {
    接続先種別: '機器に合った初期値を使います。',
    SIPサーバーアドレス: 'ゲートウェイや PBX の IP アドレスかホスト名。',
    TLS検証: '相手の証明書を確かめます。',
    ドメイン: '空ならサーバーのアドレスを使います。機器の説明書に「ドメイン」があるときだけ入れます。',
    内線番号: '登録に使う内線番号。登録しないときは空でかまいません。',
    ユーザーID: '認証のユーザー名。空なら内線番号を使います。',
    パスワード: '認証のパスワード。機器が求めないなら空のままにします。',
    レルム: '空なら機器の指定に従います。',
    登録有効期間: '登録が有効な秒数。切れる前に自動で登録しなおします。',
    ローカルIPアドレス: '空なら自動で選びます。',
    ローカルポート: '0 なら全体の設定と同じポートを使います。',
    応答動作: '着信への返事のしかた。ふつうは変えません。',
    呼出上限秒: '終わりの知らせが届かないとき、この秒数で呼び出しが終わったとみなします。',
    無応答判定: 'だれが出たか分からない終わり方の記録のしかた。',
    登録しない: '機器に登録せず、このアドレスから届く着信だけを受けます。',
  },
  CustomerAddress: {
    電話番号1: '着信した番号と見比べます。ハイフンはあってもなくてもかまいません。', 電話番号2: '', 電話番号3: '',
    電話番号4: '', 電話番号5: '', 電話番号6: '', 郵便番号: '',
    注意メッセージ: '着信のとき、目立つように出す文。', 外部ID: 'ほかのシステムでの番号。',
  },
  'ReceivedCall-Record': {
    顧客ID: '後から結び付けられます。', 対応状況: '不在の着信には「未対応」が入ります。', タグ: '用件。カンマで区切って複数。',
    折返し日時: '折り返す予定か、折り返した日時。', メモ: '',
  },
  'IncomingCall-URL': {
    URL: '差し込んだ値は URL に使える形に変わります。', 動作: 'サーバーが呼び出すか、各パソコンの画面で開くか。',
    ヘッダー: '1 行に 1 件、「名前: 値」。値は保存すると見えなくなります。', 本文: 'JSON では、差し込んだ値に引用符が付きます。',
  },
  'IncomingCall-Command': {
    コマンド: 'プログラムの絶対パス。設定ファイルの [commands] allow のフォルダーの中に限ります。',
    引数: '空白で区切ります。差し込んだ値は、空白を含んでいても 1 つの引数です。', 作業フォルダ: '空ならデータフォルダー。',
    タイムアウト秒: 'この秒数で終わらないプログラムは止めます。',
  },
  'Notification-LINE-AccessToken': {
    アクセストークン: 'チャネルアクセストークン。LINE Notify のトークンは使えません(2025 年 3 月に終了)。',
    方式: '1 人やグループは push、何人かは multicast、友だち全員は broadcast。',
    送信先ID: '相手の userId、groupId、roomId。何人かに送るときはカンマで区切ります。',
    チャネルID: 'チャネルシークレットと組で入れると、トークンは自動で取ります。', エンドポイント: '空なら LINE の公式サーバー。',
    月間上限: '0 なら LINE の契約の上限に従います。',
  },
  'Notification-Email-Address': {
    メールアドレス: '1 件だけ入れます。', 宛先種別: '同じ文面の宛先は 1 通にまとめて送ります。',
  },
  'PhoneNumber-SearchSite': {
    URL: '番号が入る所に差込の言葉を置きます。', 番号形式: '番号の書き方。',
    自動で開く: '登録の無い番号から着信したとき、各パソコンで開きます。',
  },
  'MessDef-Mail': { 件名: '', 本文形式: 'HTML では、差し込んだ値の記号も文字のまま出ます。' },
  'MessDef-Toast': { 表示秒数: '0 なら、閉じるまで出したままにします。' },
  'MessDef-Chat': { タイトル: '見出しになる文。', 本文: '', 詳細: '本文の下に添える文。', 画像URL: '添える画像のアドレス。' },
  'Mail-Account': {
    メールアドレス: '送り元のアドレス。', 返信先: '返信を別のアドレスで受けるとき。', トークンURL: OAUTH, クライアントID: OAUTH,
    クライアントシークレット: OAUTH, リフレッシュトークン: OAUTH, スコープ: OAUTH,
  },
  'Online-Activation': { ライセンスキー: '保存すると末尾の 4 文字だけが見えます。' },
  'Caller-Rule': {
    番号: '番号そのもの、0120* のように * で終わる番号の頭、または「非通知」など。',
    動作: '「通知しない」は画面にだけ出し、「記録のみ」は画面にも出しません。',
  },
  'Business-Calendar': {
    休業日: '2026/12/31 か 12/31 の形。- で期間、カンマで区切って複数。',
    まとめ時刻: '不在着信をまとめて知らせる時刻。カンマで区切って複数。',
  },
  UserManagement: {
    ユーザーID: 'ログインに使う名前。半角の英数字と . _ - で 32 文字まで。',
    パスワード: '10 文字以上。長いほど安全です。',
  },
};
/** The same in every resource that has such a field. */
const EVERYWHERE = {
  表示順: '小さい順に並びます。', 備考: '', 名称: '', 接続名: '', 曜日: '', 開始日: '', 終了日: '開始日か、それより後の日。',
  日: 'その月に無い日は月末になります。', タイミング: '「まとめ」は、営業カレンダーの時刻に不在着信をまとめて知らせます。',
  条件: 'どんな発信者のときに知らせるか。', 時間帯: '営業カレンダーの時間で絞ります。',
  用途: 'どの着信で使う文面か。同じ用途が 2 つ以上あるときは、番号の小さいほうを使います。',
  出力先フォルダ: '空ならデータフォルダーの中に作ります。ほかの場所は設定ファイルの [files] allow で許したものに限ります。',
  ファイル名: '日付などを差し込めます。拡張子は自動で付きます。', シート名: '',
  封書: 'Chat&Messenger の封書として送ります。', 会議URL: '会議を作り、そのアドレスを文面に差し込めるようにします。',
  会議パスワード: '空なら自動で決めます。', プレフィックス: '文の頭に付ける言葉。', 色: 'メッセージに付く帯の色。',
  毎分上限: '0 ならサービスごとの決まりに従います。', プライベート宛先: '社内のサーバー(プライベートアドレス)に送るときに選びます。',
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
const SAYS_ITSELF = new Set(['line-list', 'key-list', 'hours']);

/** Whether the hint of a field goes with the kind of chat, so that the catalogue's one example would mislead. */
export const isOfKind = (resource, field) => resource.uri === CHATS
  && Object.values(CHAT).some(hints => hints[field.name]);

/** 日 of a calendar is a weekday, and only some targets can be told of several calls together. */
function ofAll(field) {
  if (field.kind === 'hours') return undefined;
  return field.name === 'タイミング' && !field.words.includes('まとめ') ? '' : EVERYWHERE[field.name];
}

/** The hint of a field, `value(name)` being what stands in another; '' where nothing needs saying. */
export function hintOf(resource, field, value) {
  const ofKind = resource.uri === CHATS ? CHAT[value('種別')]?.[field.name] : HINTS[resource.uri]?.[field.name];
  const chosen = ofKind ?? ofAll(field);
  if (chosen !== undefined) return chosen && t(chosen);
  const plain = field.name === '使用する' || (field.kind === 'ref' && field.meaning?.startsWith('0='));
  return plain || SAYS_ITSELF.has(field.kind) ? '' : meaningOf(resource, field);
}
