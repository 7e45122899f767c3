// English of the administration.
export default {
  '概要': 'Overview',
  'はじめの設定': 'Set up',
  'API': 'API',
  'アクセスの許可': 'Who may connect',
  'HTTPS': 'HTTPS',
  '顧客の取込': 'Import customers',
  '電話': 'Telephone',
  '顧客と記録': 'Customers and records',
  '着信時の動作': 'When a call comes in',
  'メッセージ': 'Messages',
  'システム': 'System',
  'この画面を開く権限がありません。必要なときは、管理者に頼んでください。':
    'You may not open this screen. If you need it, ask an administrator.',
  '概要へ': 'To the overview',
  'コピー': 'Copy',
  'コピーしました': 'Copied',
  'コピーできません': 'It cannot be copied',
  'ブラウザーが許していません。文字を選んでコピーしてください。': 'The browser does not allow it. Select the text and copy it.',
};
