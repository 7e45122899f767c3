// English of the log-in page.
export default {
  'ログイン': 'Sign in',
  'ログイン — smartconnect': 'Sign in — smartconnect',
  'ユーザーID': 'User ID',
  'パスワード': 'Password',
  'パスワードを表示': 'Show the password',
  'Caps Lock がオンになっています。': 'Caps Lock is on.',
  'ログインの有効期間が終わりました。お手数ですが、もう一度ログインしてください。':
    'Your session has ended. Please sign in again; you return to where you were.',
  'ログアウトしました。': 'You have signed out.',
  'サーバーに接続できません。少し待ってからやり直してください。':
    'The server cannot be reached. Please wait a moment and try again.',
  'ユーザーIDとパスワードを入力してください。': 'Please enter user ID and password.',
  'パスワードを忘れたときは、管理者に新しいパスワードを設定してもらってください。':
    'If you have forgotten the password, ask an administrator to set a new one.',
};
