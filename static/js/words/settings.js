// English of my settings.
export default {
  '変更はすぐに効き、このブラウザーだけに保存されます。': 'Changes hold at once and are kept in this browser only.',
  '着信音': 'Sound of calls',
  '画面のお知らせ': 'Notices on the page',
  '顧客カードの項目': 'Facts on the customer card',
  'この端末と利用者': 'This computer and you',
  '表示と操作': 'Look and keys',
  'ほかの表示': 'Other displays',
  '初期状態に戻す': 'Reset',
  '端末の名前': 'Name of this computer',
  '例 受付PC-1': 'e.g. Reception-1',
  '管理画面の「接続中クライアント」に出る名前です。': 'Shown in the administration under connected clients.',
  '対応者の名前': 'Your name',
  '例 鈴木': 'e.g. Suzuki',
  'メモの「対応者」に最初から入ります。空のときはログインした人の名前です。':
    'Filled in as “handled by” in memos. Empty = the name of whoever is signed in.',
  'OS に合わせる': 'As the system',
  '明るい': 'Light',
  '暗い': 'Dark',
  '明暗': 'Colours',
  '言語': 'Language',
  'キーボード操作を使う': 'Use keyboard shortcuts',
  '/、Alt+数字、M などの 1 キー操作。誤って動くときは切ってください。':
    'Single keys like /, Alt+digit and M. Switch them off if they get in the way.',
  '小窓はほかのソフトの横に置いておく細い画面、壁掛けは離れて見る大きな画面です。':
    'The small window stands beside other programs; the wallboard is read from afar.',
  '小窓を開く': 'Open the small window',
  '壁掛け表示を開く': 'Open the wallboard',
  'このブラウザーの設定をすべて最初の状態に戻します。言語と下書きはそのままです。':
    'All settings of this browser go back to their defaults. Language and drafts stay.',
  '戻す': 'Reset',
  '初期状態に戻しました': 'Everything is reset',
  '端末の名前と対応者の名前も消えました。': 'The names of the computer and of yourself are gone too.',
  '音・お知らせ・カードの項目・明暗・名前を最初の状態に戻します。':
    'Sound, notices, facts of the card, colours and names go back to their defaults.',
  '着信音を鳴らす': 'Sound when a call comes in',
  '1 つのブラウザーで 1 回だけ鳴ります。画面上のベルでいつでも止められます。':
    'Sounds once in a browser, however many tabs. The bell in the top bar mutes it at any time.',
  '音量': 'Volume',
  '着信音を鳴らしました': 'The sound was played',
  '試しに鳴らす': 'Play it',
  '着信時にページを自動で開く': 'Open pages when a call comes in',
  '「着信時URL呼出」と電話番号検索サイトのうち、自動で開く設定のもの。入力中は開かず、リンクだけ出します。':
    'Those that the administrator set to open by themselves. While you type they stay links.',
  'お知らせを表示する秒数': 'Seconds a notice stays',
  '0 = 管理者が決めた秒数に従います。': '0 = as the administrator decided.',
  'OS の通知を出す': 'Show notifications of the system',
  'この画面が後ろにあるときに、OS の通知で着信を知らせます。':
    'Tells of calls by a notification of the system while this page is in the background.',
  '試しに通知を出す': 'Show one',
  'OS の通知': 'Notifications of the system',
  'このサイトの通知がブラウザーで拒否されています。アドレス欄の左の印からサイトの設定を開き、通知を許可してください。':
    'The browser blocks notifications of this site. Allow them in the site settings, left of the address.',
  'OS の通知を許可する': 'Allow notifications',
  '着信': 'Call',
  '試しの通知です': 'This is a trial',
  'このブラウザーは画面からの通知を出せません': 'This browser cannot show notifications from a page',
  'この接続(http)ではブラウザーが OS の通知を許しません。着信音・画面のお知らせ・タブの件数は使えます。':
    'Over http browsers allow no notifications of the system. Sound, notices and the number in the tab work.',
  '管理者がサービスの https を有効にします。': 'The administrator switches https on. ',
  'https の設定': 'Set up https',
  '認証局の証明書をダウンロード': 'Download the authority’s certificate',
  'し、この PC の「信頼されたルート証明機関」に入れます。': ' and add it to the trusted root authorities of this computer.',
  'ブラウザーを開き直し、{address} で始まるアドレスで開きます。':
    'Start the browser again and open the address that begins with {address}.',
  'この画面で「OS の通知を許可する」を押します。': 'Press “Allow notifications” on this page.',
  '着信デスクの顧客カードに出す項目と順番です。上から順に並びます。':
    'What the customer card of the live desk shows, from top to bottom.',
  '標準の {n} 項目に戻す': 'Back to the usual {n}',
};
