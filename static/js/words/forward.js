// English of 伝言メモ.
export default {
  'チャット': 'Chat',
  'メール': 'Mail',
  'LINE': 'LINE',
  '折返しお願いします。': 'Please call back.',
  '至急お願いします。': 'This is urgent.',
  'また電話しますとのことです。': 'They will call again.',
  '電話があったことだけお伝えください。': 'Just to let you know that they called.',
  '用件はメモのとおりです。': 'The matter is in the memo.',
  '宛先を読み込めません': 'The targets cannot be read',
  '伝言を送る': 'Send a message',
  '伝言を送れる宛先がまだありません。チャット・メール・LINE の通知先を登録し、「使用する」をオンにしてください。':
    'There is nobody to send to yet. Add a chat, mail or LINE target and switch it on.',
  '伝言を送れる宛先がまだありません。管理者に、チャット・メール・LINE の通知先の登録を頼んでください。':
    'There is nobody to send to yet. Ask an administrator to add a chat, mail or LINE target.',
  '通知先を登録': 'Add a target',
  '送る': 'Send',
  '宛先': 'To',
  '伝言': 'Message',
  'よく使う言葉': 'Common phrases',
  '着信の内容と一緒に届きます。': 'The facts of the call are sent along.',
  '{name} に伝言を送りました': 'The message was sent to {name}',
  '{name} への伝言は送信待ちです': 'The message to {name} waits to be sent',
  '送れませんでした。': 'It was not sent.',
};
