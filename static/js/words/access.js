// English of the pages about HTTPS and about who may connect.
export default {
  'HTTPS': 'HTTPS',
  'アクセスの許可': 'Who may connect',
  'Windows(Edge・Chrome)': 'Windows (Edge, Chrome)',
  'ダウンロードした smartconnect-ca.crt をダブルクリックし、「証明書のインストール」を押します。':
    'Double-click the downloaded smartconnect-ca.crt and press “Install Certificate”.',
  '「ローカル コンピューター」を選びます(管理者の許可が要ります)。': 'Choose “Local Machine” (needs an administrator).',
  '「証明書をすべて次のストアに配置する」で「信頼されたルート証明機関」を選び、完了します。':
    'With “Place all certificates in the following store” choose “Trusted Root Certification Authorities”, and finish.',
  'ブラウザーを全て閉じ、開き直します。': 'Close all browser windows and open them again.',
  '多くのパソコンには、グループ ポリシーの「公開キーのポリシー」で配れます。':
    'Many computers can get it by Group Policy, “Public Key Policies”.',
  'macOS(Safari・Chrome)': 'macOS (Safari, Chrome)',
  'smartconnect-ca.crt をダブルクリックし、「キーチェーンアクセス」の「システム」に追加します。':
    'Double-click smartconnect-ca.crt and add it to “System” in Keychain Access.',
  '追加した証明書を開き、「信頼」の「この証明書を使用するとき」を「常に信頼」にします。':
    'Open it there, and under “Trust” set “When using this certificate” to “Always Trust”.',
  'ブラウザーを開き直します。': 'Open the browser again.',
  'iPhone・iPad': 'iPhone, iPad',
  'Safari でこのページを開いて証明書をダウンロードし、「許可」を押します。':
    'Open this page in Safari, download the certificate and press “Allow”.',
  '「設定」の上に出る「プロファイルがダウンロード済み」から、インストールします。':
    'Install it from “Profile Downloaded” at the top of Settings.',
  '「設定」→「一般」→「情報」→「証明書信頼設定」で、この証明書のスイッチを入れます。':
    'Switch it on in Settings → General → About → Certificate Trust Settings.',
  'Android': 'Android',
  '証明書をダウンロードします。': 'Download the certificate.',
  '「設定」で「CA 証明書」を検索し、「それでもインストール」からファイルを選びます。':
    'Search Settings for “CA certificate”, press “Install anyway” and choose the file.',
  'Chrome を開き直します。': 'Open Chrome again.',
  'Firefox(どのシステムでも)': 'Firefox (any system)',
  '「設定」→「プライバシーとセキュリティ」→「証明書を表示」を開きます。':
    'Open Settings → Privacy & Security → View Certificates.',
  '「認証局証明書」の「インポート」でファイルを選び、「ウェブサイトの識別」に印を付けます。':
    'Under “Authorities” press “Import”, choose the file, and tick “identify websites”.',
  'Windows と macOS の Firefox は、システムに入れた証明書も読みます。':
    'Firefox on Windows and macOS also reads what the system trusts.',
  'Linux(Chrome・curl)': 'Linux (Chrome, curl)',
  '/usr/local/share/ca-certificates/ に写し、sudo update-ca-certificates を実行します。':
    'Copy it to /usr/local/share/ca-certificates/ and run sudo update-ca-certificates.',
  'Chrome では「設定」→「プライバシーとセキュリティ」→「証明書の管理」から取り込みます。':
    'In Chrome import it in Settings → Privacy and security → Manage certificates.',
  'ブラウザーとこのサービスの間を暗号化します。': 'Encrypts what goes between browsers and this service.',
  'このサービス': 'This service',
  'HTTPS(自前の認証局)': 'HTTPS (own authority)',
  'HTTPS(用意された証明書)': 'HTTPS (given certificate)',
  'HTTP(暗号化なし)': 'HTTP (not encrypted)',
  '今開いているアドレス': 'Address of this page',
  'ブラウザーの通知': 'Browser notifications',
  '使えます': 'work',
  'このアドレスでは使えません': 'do not work at this address',
  'この画面は暗号化されています。': 'This page is encrypted.',
  'このパソコンの中だけの通信なので、暗号化なしでも安全です。ほかのパソコンから開くときは HTTPS にしてください。':
    'This page does not leave this computer, so it is safe unencrypted. For other computers switch to HTTPS.',
  'この画面は暗号化されていません。パスワードも顧客の情報も、同じネットワークの機器から読まれることがあります。':
    'This page is not encrypted. Devices on the network may read passwords and customers’ data.',
  '今の状態': 'Now',
  '着信のデスクトップ通知は、HTTPS か localhost のページでしか使えません(ブラウザーの決まりです)。':
    'Browsers allow desktop notifications only to pages by HTTPS or from localhost.',
  'ログインのパスワードと顧客の情報が、社内のネットワークをそのまま流れなくなります。':
    'Passwords and customers’ data no longer cross the office network in the clear.',
  '電話番号のコピーなど、ブラウザーの一部の機能も HTTPS で使えるようになります。':
    'Some functions of browsers, such as copying a number, need HTTPS too.',
  'なぜ必要か': 'Why',
  'HTTPS にする2つの方法': 'Two ways to HTTPS',
  '1. 自前の認証局を使う(社内だけで使うとき)': '1. An own authority (for the office alone)',
  '次のように起動すると、サービスが自分で証明書を作り、期限の前に作り直します。各パソコンに一度だけ信頼させます。':
    'The service then makes its certificate and renews it in time. Each computer is told once to trust it.',
  'または smartconnect.toml に': 'or in smartconnect.toml',
  '2. 用意した証明書を使う(社内の認証局や公開の証明書があるとき)': '2. A certificate of yours (from a company or public authority)',
  'PEM 形式の証明書(中間証明書を含む)と鍵を渡します。ファイルを差し替えると、止めずに読み直します。':
    'Give the certificate (with intermediate ones) and its key as PEM. Replaced files are read without a stop.',
  'どちらも同じポートで HTTPS になります。アドレスの始まりを https:// に変えて開いてください。':
    'Both serve HTTPS on the same port. Open the address with https:// at its beginning.',
  '認証局の証明書をダウンロード': 'Download the authority’s certificate',
  '自前の認証局を使っていません。--tls-self-signed で起動すると、ここからダウンロードできます。':
    'There is no own authority. Started with --tls-self-signed, its certificate is offered here.',
  '各パソコンとスマートフォンに信頼させる': 'Let computers and phones trust it',
  '証明書の指紋(SHA-256)はサービスの起動時のログに出ます。入れる前に見比べてください。':
    'Its fingerprint (SHA-256) stands in the log of the start. Compare it before you install it.',
  'https:// で始まるアドレスで開き、警告が出ないこと。': 'The address with https:// opens without a warning.',
  'アドレス欄の鍵の印から、証明書の発行元が smartconnect の認証局であること。':
    'The lock in the address bar names the smartconnect authority as issuer.',
  '警告が出るときは、開いた名前が証明書に含まれているか確かめてください。名前は --allow-host で加えられます。':
    'If there is a warning, see whether the certificate holds the name you opened. --allow-host adds names.',
  '確かめ方': 'How to check',
  'どの名前で開けるか、どこのページから使えるか、プログラムがどう名乗るか。':
    'Under which names it opens, from whose pages it can be used, how programs say who they are.',
  'なし': 'None',
  '原典互換(ログインなしで使うネットワーク)': 'Open LAN (networks that need no sign-in)',
  '次の範囲の機器は、ログインなしで顧客と着信を読み書きできます。':
    'Devices in these ranges read and change customers and calls without signing in.',
  '使っていません。全員がログインするか、トークンを付けます。': 'Not used. Everybody signs in or sends a token.',
  '元の製品と同じ使い方です。閉じたネットワークだけで使ってください。コマンド・利用者・トークン・監査は管理者だけです。':
    'As in the original product; for closed networks only. Commands, users, tokens and audit stay with administrators.',
  '範囲を絞るときは smartconnect.toml に': 'for some addresses only, in smartconnect.toml',
  '使用中': 'In use',
  '不使用': 'Not in use',
  '名前とオリジン': 'Names and origins',
  '加えたホスト名': 'Added host names',
  '加えたオリジン': 'Added origins',
  'IP アドレス、localhost、点のない名前、.local の名前、このパソコンの名前では、いつでも開けます。':
    'IP addresses, localhost, names without a dot, .local names and this computer’s name always work.',
  'ほかの名前(社内 DNS の名前など)で開くには、名前を加えて起動します。':
    'To open it under another name (of your DNS), start it with that name.',
  'ほかのサイトのページから、トークンなしの要求も受け付けるには、オリジンを加えます。信頼できるものだけにしてください。':
    'To take requests without a token from another site’s pages, add its origin. Only those you trust.',
  '変更は、サービスを起動し直すと効きます。smartconnect.toml では次のように書きます。':
    'Changes take effect with the next start. In smartconnect.toml they are written like this.',
  'プログラムの名乗り方': 'How programs say who they are',
  '「APIトークン」で1つ発行し、権限を選びます。トークンは発行の時に一度だけ出ます。':
    'Issue one under “API tokens” and choose its role. The token is shown once, when it is issued.',
  '要求のヘッダーに付けます。どこの機器・ページからでも使えます。': 'Send it in a header. It counts from any device and page.',
  'いらなくなったら、その行を削除します。すぐに使えなくなります。': 'When it is no longer needed, delete its row: it ends at once.',
  '着信の通知(EventSource・WebSocket)はヘッダーを送れないので、30秒だけ有効な切符を先に取ります。':
    'EventSource and WebSocket cannot send headers: get a ticket first, which counts for 30 seconds.',
  'APIトークン': 'API tokens',
  '利用者がまだいない・このパソコンから': 'No user exists, from this computer',
  '全ての操作ができます(最初の管理者を登録するまで)。': 'Everything is allowed, until the first administrator is registered.',
  '利用者がまだいない・ほかのパソコンから': 'No user exists, from another computer',
  '起動時のログのセットアップキーを付けたときだけ使えます。': 'Only with the set-up key from the log of the start.',
  '利用者がいる': 'Users exist',
  'ログイン、API トークン、Basic 認証のどれかが要ります。このパソコンも同じです。':
    'Sign-in, API token or Basic authentication is needed, on this computer too.',
  'ほかのサイトのページから': 'From other sites’ pages',
  'トークンを付けた要求だけを受け付けます。': 'Only requests with a token are taken.',
  'だれが使えるか': 'Who may use it',
};
