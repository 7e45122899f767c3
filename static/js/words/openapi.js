// English of what /openapi.json says of operations: summaries, parameters, answers.
export default {
  'openapi=削除': 'Delete',
  'openapi=ログイン': 'Log-in',
  '全件': 'All rows',
  'ファイルで取り出す': 'As a file',
  'CSVの文字コード(既定 utf-8、BOM付き)': 'Character set of CSV (utf-8 with a BOM unless said)',
  '最大件数': 'At most so many rows',
  'このキーの次から': 'Begins after this key',
  'キーの順': 'Order of keys',
  '行の項目と値(空 = 値なし)。値が等しい行だけ。いくつでも': 'Fields and values (empty = no value); only rows with these; any number of them',
  '行の配列。無ければ []': 'An array of rows; [] where there is none',
  '続きのページ rel="next"。limit があり、続きがあるときだけ': 'The next page, rel="next"; only with limit and where there is more',
  '全ページの件数。パラメーターがあるとき。数えるのに10万行を超えるときは無い':
    'Rows on all pages, where there are parameters; left out if more than 100,000 rows had to be counted',
  'パス・クエリー・本文の誤り。msg に全ての誤り': 'Path, query or body is wrong; msg says everything that is',
  '認証が必要': 'Needs authentication',
  '権限が無い、または許可していないページからの要求': 'Not permitted, or sent by a page that is not allowed',
  'このデータに無いメソッド。Allow に使えるもの': 'No such method here; Allow names those there are',
  '知らないホスト名': 'Unknown host name',
  '要求が多すぎる。Retry-After 秒後に': 'Too many requests; again after Retry-After seconds',
  '要求の先頭部分(URIとヘッダー)が大きすぎる。本文は無い': 'URI and headers are too large; no body',
  '混雑または書込不可。Retry-After 秒後に': 'Busy, or cannot write; again after Retry-After seconds',
  '新規登録': 'Add',
  '同じ本文の再送には24時間、最初の応答を返す': 'For 24 hours the same body sent again gets the first answer',
  '同じ本文の再送には24時間、最初の応答を返す(APIトークンの発行では無視)':
    'The same body sent again is given the first answer for 24 hours (not for API tokens)',
  '正常終了': 'Done',
  '新しい行': 'The new row',
  '行の版。クライアントが書ける項目から作る(着信では変わらない)': 'Version of the row, made from what clients write (a call does not change it)',
  '本文が届くのに時間がかかりすぎる': 'The body takes too long to arrive',
  '内容の版': 'The version of the content',
  'ファイルで取り出すとき、その名前': 'The name of the file, for a download',
  '値が使用済み、または最後の管理者': 'The value is taken, or this is the last administrator',
  '本文が64KiB(取込は1GiB)を超える': 'The body is larger than 64 KiB (1 GiB for an import)',
  '同じ Idempotency-Key が別の本文で使用済み': 'The same Idempotency-Key was used with another body',
  '1件': 'One row',
  'この版なら 304': '304 if this is still the version',
  'そのキーの行が無い': 'No row with this key',
  'If-None-Match の版のまま': 'Still the version of If-None-Match',
  '更新(省いたキーは元の値のまま)': 'Change (what is left out stays)',
  'この版のときだけ。違えば 412': 'Only if this is the version, else 412',
  'If-Match の版から変わっている。読み直してから': 'Changed since the version of If-Match; read it again first',
  'テスト(SIPサーバーに OPTIONS を送る。登録には触れない)': 'Test (sends OPTIONS to the SIP server; the registration is not touched)',
  '実行した。届いたかどうかは result、相手の応答は msg': 'Done; result says whether it arrived, msg what the other side answered',
  '氏名、会社名、それぞれのフリガナ、電話番号の一部のどれかにある語。1文字から、空白で区切るとすべてを含む行。かな・カナ、全角・半角、大文字・小文字、記号は区別しない':
    'Words in name, company, their kana or a part of a number; from one character on, spaces between words = '
      + 'all of them. Kana, width, case and punctuation do not matter',
  '取込': 'Import',
  'CSV(UTF-8/Shift_JIS。本サービス・Google・Outlook の見出し)か vCard(2.1/3.0/4.0)。全件を追加するか、1件も追加しない。誤りは行ごとに msg。主キーと読み取り専用の列は使わない。':
    'CSV (UTF-8 or Shift_JIS, with the headings of this service, Google or Outlook) or vCard (2.1/3.0/4.0). '
      + 'All rows are added or none; msg names what is wrong row by row. Key and read-only columns are not used.',
  'true = 書き込まずに、どうなるかを msg に示す': 'true = writes nothing and says in msg what would happen',
  '消去(顧客と、その着信記録・通知履歴、監査ログと未送信通知に残る内容。取り消せない)':
    'Erase (the customer, what calls, delivery log, audit log and waiting notifications say of him; cannot '
      + 'be undone)',
  '消去した。件数は msg': 'Erased; msg says how many rows',
  '統合(もう1件の顧客の電話番号・空いている項目・備考・着信記録を引き継ぎ、その顧客を消す。電話番号か備考が入りきらなければ 400 で何も変えない)':
    'Merge (takes over numbers, empty fields, remarks and calls of another customer and deletes him; 400 and '
      + 'no change if numbers or remarks do not fit)',
  'true = 書き込まずに、どうなるかを msg と data に示す': 'true = writes nothing and says in msg and data what would happen',
  '統合した。何を引き継いだかは msg、dryrun では data にも': 'Merged; msg says what was taken over, with dryrun data too',
  'この日から(yyyy/MM/dd も可)': 'From this day on (yyyy/MM/dd is taken too)',
  'この日まで(この日を含む)': 'Up to this day, which belongs to it',
  '顧客名、会社名、相手表示名、メモのどれかにある語。1文字から、空白で区切るとすべてを含む行。かな・カナ、全角・半角、大文字・小文字、記号は区別しない':
    'Words in customer, company, caller name or memo; from one character on, spaces between words = all of '
      + 'them. Kana, width, case and punctuation do not matter',
  '行の項目と値(空 = 値なし)。値が等しい行だけ。いくつでも。相手TEL は 6 件まで , で区切り、そのどれか':
    'Fields and values (empty = no value); only rows with these; any number of them. Numbers of callers: up '
      + 'to 6 divided by commas, any of them',
  '検索': 'Search',
  '0 = 全件、ほかは最大件数': '0 = all, else at most so many',
  'True = 新しい順': 'True = newest first',
  '0 = 全顧客、ほかはその顧客だけ': '0 = every customer, else this one only',
  'Null = 指定なし、ほかは相手の番号を & で区切って6つまで': 'Null = anybody, else up to 6 numbers of callers divided by &',
  '伝言メモ(着信に伝言を付けて1つの宛先に送る)': 'Message (sends a call with a note to one target)',
  '受け付けた。届いたかどうか、または待っていることは result と msg': 'Accepted; result and msg say whether it arrived or waits',
  'テスト送信(使用する=False の行にも送る。結果が出るまで、長くて25秒待つ。画面が開くURLは送らずに示す)':
    'Test (sent even if switched off; waits up to 25 seconds for the outcome; a URL that screens open is '
      + 'shown, not sent)',
  '差込の見本(本文の項目で置き換えて差し込む。書き込まない。キー 0 = 新しい行)':
    'Preview (fills templates in with the fields of the body, writes nothing; key 0 = a new row)',
  'この着信記録の値で差し込む(省くと見本の着信)': 'Filled in with this call (left out = a sample call)',
  '差し込んだ文。data に項目ごと': 'The filled-in texts; data has one a field',
  'サービスの機能を、この行のURLと認証情報で呼び出す(管理者)':
    'Calls a function of the service with the URL and credentials of this row (administrators)',
  'サービスの機能。種別が持つものだけ呼べる': 'A function of the service; only those that its kind has',
  '呼び出した。サービスが断れば result は False、msg にその理由': 'Called; if the service refused, result is False and msg says why',
  '今すぐ実行(使用する=False の行も。終わってから答える。10分まで)':
    'Run now (even if switched off; answers when it is done, within 10 minutes)',
  '実行した。できたかどうかは result、ファイルか理由は msg': 'Done; result says whether it worked, msg the file or why not',
  '試行ごとの時刻・結果・応答': 'Each attempt with its time, outcome and response',
  '試行の配列、古い順': 'An array of attempts, oldest first',
  'ログイン(ブラウザー用。1分間に10回まで)': 'Log in (for browsers; 10 times a minute)',
  '12時間有効なセッション': 'A session of 12 hours',
  'ログアウト': 'Log out',
  'セッションの終了': 'The session ends',
  'チケットの発行(msg)。Events と WebSocket の ?ticket= に1回だけ使える。30秒有効':
    'Issues a ticket (msg). Good once for ?ticket= of Events and WebSocket, within 30 seconds',
  'ログイン中の利用者と、サービスの様子': 'Who is signed in, and how the service is',
  'だれの権限か(ログインなしなら空)と、サービスの様子': 'Whose rights they are (empty = nobody signed in), and how the service is',
  '着信などの通知': 'Events of calls and changes',
  'クライアント名(接続中クライアントに出る)': 'Name of the client (shown among connected clients)',
  'この通し番号より後から': 'After this number',
  '最後に受けた通し番号。since より優先': 'The last number received; counts before since',
  'POST …/Ticket の msg。ヘッダーを付けられないブラウザー用': 'msg of POST …/Ticket, for browsers that cannot send a header',
  'event: ringing / answered / ended / updated / line / resync / ping、id: 通し番号、data: 電文のJSON。終わりは無い':
    'event: ringing / answered / ended / updated / line / resync / ping, id: a running number, data: JSON. '
      + 'It never ends',
  '着信などの通知(WebSocket)': 'Events of calls and changes (WebSocket)',
  'WebSocket に切り替える。Regist(\'名前\') などを送ると {result,msg} が返り、以後は電文が届く':
    'Becomes a WebSocket. Sending Regist(\'name\') and the like is answered by {result,msg}; then events come',
  '稼働': 'Operation',
  'プロセスが動いているか': 'Whether the process runs',
  '着信を受けて記録できるか': 'Whether calls can be taken and recorded',
  '書き込めて、電話を受けられる。内訳はログイン済みかこのパソコンからのとき':
    'Can write and take calls; the parts are told when signed in or from this computer',
  '書き込めないか、電話を受けられない。msg に理由。内訳はログイン済みかこのパソコンからのとき':
    'Cannot write or take calls; msg says why, the parts are told when signed in or from this computer',
  'サービスの様子(管理者)': 'How the service is (administrators)',
  'サービスの様子': 'How the service is',
  '計数(ログイン済みかこのパソコンから)': 'Counters (signed in, or from this computer)',
  'Prometheus の形式': 'In the format of Prometheus',
  'このページ': 'This page',
  '管理画面が読む、資源の説明(このページより短い)': 'The resources as the administration reads them (shorter than this page)',
  '資源とその項目、差込の名前': 'Resources with their fields, and names to be filled in',
  '自前の認証局の証明書(--tls-self-signed のとき)': 'Certificate of the own authority (with --tls-self-signed)',
  '自前の認証局の証明書': 'Certificate of the own authority',
  '照会': 'Queries',
  '着信の扱いを調べる(記録も通知もしない)': 'How a call would be treated (nothing is recorded or told)',
  '電話番号(書き方は自由)、または番号通知の語(非通知 など)': 'A telephone number in any writing, or the word that stands for a withheld one',
  '着信したとみなす回線No。省くと見える回線のうち最小、0 = 登録のない回線':
    'Line that takes the call; left out = the lowest one seen, 0 = an unknown line',
  'この番号から今かかってきた場合の扱い': 'How a call from this number would be treated now',
  '着信の集計': 'Sums of calls',
  '日別 / 曜日と時刻別 / 回線別 / 発信者別 / 対応者別': 'By day / weekday and hour / line / caller / handler',
  '発信者別の最大件数': 'At most so many callers',
  '着信の無い行は出さない。日・時・回線は順に、発信者と対応者は件数の多い順に':
    'No row where there were no calls; days, hours and lines in order, callers and handlers by number of '
      + 'calls',
};
