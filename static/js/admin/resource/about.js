// What each resource is for, in a sentence; what to do while it is empty; what a delete settles.
//
// Invariant: every resource of the catalogue has a sentence (a test asks).
// Never: says how it is stored.

const GONE = '待っている通知は取り消されます。送った記録は通知履歴に残ります。';

/** `{ URI: { lead, empty, settles } }`, all in Japanese, to be given to t(). */
export const ABOUT = {
  ContainmentLine: {
    lead: '電話番号ごとの回線です。着信がどの番号にかかったかを、ここに書いた番号で見分けます。',
    empty: '着信を受ける電話番号を 1 件追加してください。番号が無い着信は「回線 0」として扱われます。',
    settles: '各設定の「対象回線No」からこの回線が外れます。着信記録は残ります。',
  },
  'SIP-ServerConnection': {
    lead: 'ひかり電話のゲートウェイや PBX へのつなぎ方です。登録済になると着信が届きます。',
    empty: 'ゲートウェイを 1 件追加してください。これが無いと着信は届きません。',
    settles: '登録を解除し、この接続を選んだ回線は「どの接続でも」になります。着信は届かなくなります。',
  },
  ConnectedClient: {
    lead: 'いまこのサーバーにつながっている画面とプログラムです。',
    empty: 'つながっている画面はありません。着信デスクを開くと、ここに出ます。',
  },
  CustomerAddress: {
    lead: '電話番号から名前を出すための顧客の一覧です。',
    empty: '顧客を 1 件追加するか、CSV や vCard から取り込んでください。',
    settles: 'この顧客の着信記録は名前の控えとともに残り、顧客との結び付きが外れます。',
  },
  'ReceivedCall-Record': {
    lead: 'かかってきた電話の記録です。消したり足したりはできません。',
    empty: '着信があると、ここに記録されます。SIPサーバー接続と収容回線を確かめてください。',
  },
  'Caller-Rule': {
    lead: '特定の番号からの着信だけ扱いを変えます(通知しない、要注意として出す など)。',
    empty: '勧誘の番号などを追加すると、その番号では通知しないようにできます。',
    settles: 'この番号からの着信は、ふつうの着信として扱われます。',
  },
  'PhoneNumber-SearchSite': {
    lead: '知らない番号を調べるときに開くサイトです。着信デスクにボタンとして並びます。',
    empty: '番号を調べるサイトを追加すると、着信デスクから 1 回で開けます。',
    settles: '着信デスクからこのサイトのボタンが消えます。',
  },
  'Notification-LINE-AccessToken': {
    lead: '着信を LINE で知らせる相手です。LINE 公式アカウントの Messaging API を使います。',
    empty: 'LINE で知らせるには、チャネルアクセストークンと送信先の ID を追加してください。', settles: GONE,
  },
  'Notification-Email-Address': {
    lead: '着信をメールで知らせる相手です。先にメールアカウントを設定してください。',
    empty: 'メールで知らせる相手を 1 件追加してください。', settles: GONE,
  },
  'Notification-Chat': {
    lead: '着信をチャットで知らせる相手です。Slack、Teams、Chatwork、JANDI などに送れます。',
    empty: 'チャットで知らせるには、種別を選び、そのサービスの Webhook などを追加してください。', settles: GONE,
  },
  'IncomingCall-URL': {
    lead: '着信のたびに呼び出す URL です。社内システムに着信を伝えたり、顧客の画面を開いたりします。',
    empty: '着信を伝える URL を追加すると、社内システムとつながります。', settles: GONE,
  },
  'IncomingCall-Command': {
    lead: '着信のたびにサーバーで実行するプログラムです。設定ファイルで許したフォルダーのものだけが動きます。',
    empty: 'サーバーで動かすプログラムを追加してください。設定ファイルの [commands] allow も必要です。', settles: GONE,
  },
  'Mail-Account': {
    lead: '通知メールの送り元です。SMTP サーバーとログインの情報を持ちます。',
    empty: 'メールで知らせるには、送り元のアカウントを 1 件追加してください。',
  },
  'Business-Calendar': {
    lead: '営業時間と休業日です。営業時間だけ知らせる、時間外はまとめて知らせる、といった設定の基準になります。',
  },
  'Notification-Delivery': {
    lead: '通知を送った記録です。届いたか、なぜ届かなかったかが分かります。',
    empty: '通知を送ると、ここに結果が残ります。',
  },
  'MessDef-Mail': { lead: 'メールで知らせる文面です。{{ }} の部分は着信のたびに置き換わります。', empty: '文面を 1 件追加してください。' },
  'MessDef-Line': { lead: 'LINE で知らせる文面です。{{ }} の部分は着信のたびに置き換わります。', empty: '文面を 1 件追加してください。' },
  'MessDef-Chat': { lead: 'チャットで知らせる文面です。{{ }} の部分は着信のたびに置き換わります。', empty: '文面を 1 件追加してください。' },
  'MessDef-Toast': {
    lead: '着信のとき画面に出す文面です。{{ }} の部分は着信のたびに置き換わります。', empty: '文面を 1 件追加してください。',
  },
  UserManagement: {
    lead: 'この画面に入れる人と、できることの範囲です。',
    empty: 'まだ利用者がいません。最初の 1 人は管理者にしてください。それからは全員にログインが必要になります。',
    settles: 'この人のログインと API トークンはすぐに使えなくなります。',
  },
  'API-Token': {
    lead: 'プログラムがログインの代わりに使う鍵です。発行したときに 1 回だけ表示します。',
    empty: 'ほかのプログラムから使うときに発行してください。できることの範囲は小さく選びましょう。',
    settles: 'このトークンを使うプログラムは、すぐにつながらなくなります。',
  },
  DataBackup: {
    lead: 'データベースの控えを決まった時刻に作ります。', empty: '控えの作り方を 1 件追加してください。',
  },
  'Output-CSV': { lead: '着信記録などを決まった時刻に CSV ファイルへ書き出します。', empty: '書き出し方を 1 件追加してください。' },
  'Output-EXCEL': { lead: '着信記録などを決まった時刻に Excel ファイルへ書き出します。', empty: '書き出し方を 1 件追加してください。' },
  'Online-Activation': {
    lead: 'ライセンスキーの登録です。登録しなくても、すべての機能を使えます。',
    empty: 'キーをお持ちなら登録できます。無くても機能は変わりません。', settles: '登録が消えます。機能は変わりません。',
  },
  'Audit-Log': { lead: 'だれが、いつ、何を変えたかの記録です。消せません。', empty: '設定を変えると、ここに残ります。' },
};
