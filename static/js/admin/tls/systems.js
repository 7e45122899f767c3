// How each system is told to trust our own authority.
//
// Invariant: each way is complete in itself.
// Never: switches a check of certificates off.

import { t } from '../../base/i18n.js';

/** `[{ name, steps, note }]`. */
export const systems = () => [
  {
    name: t('Windows(Edge・Chrome)'),
    steps: [
      t('ダウンロードした smartconnect-ca.crt をダブルクリックし、「証明書のインストール」を押します。'),
      t('「ローカル コンピューター」を選びます(管理者の許可が要ります)。'),
      t('「証明書をすべて次のストアに配置する」で「信頼されたルート証明機関」を選び、完了します。'),
      t('ブラウザーを全て閉じ、開き直します。'),
    ],
    note: t('多くのパソコンには、グループ ポリシーの「公開キーのポリシー」で配れます。'),
  },
  {
    name: t('macOS(Safari・Chrome)'),
    steps: [
      t('smartconnect-ca.crt をダブルクリックし、「キーチェーンアクセス」の「システム」に追加します。'),
      t('追加した証明書を開き、「信頼」の「この証明書を使用するとき」を「常に信頼」にします。'),
      t('ブラウザーを開き直します。'),
    ],
  },
  {
    name: t('iPhone・iPad'),
    steps: [
      t('Safari でこのページを開いて証明書をダウンロードし、「許可」を押します。'),
      t('「設定」の上に出る「プロファイルがダウンロード済み」から、インストールします。'),
      t('「設定」→「一般」→「情報」→「証明書信頼設定」で、この証明書のスイッチを入れます。'),
    ],
  },
  {
    name: t('Android'),
    steps: [
      t('証明書をダウンロードします。'),
      t('「設定」で「CA 証明書」を検索し、「それでもインストール」からファイルを選びます。'),
      t('Chrome を開き直します。'),
    ],
  },
  {
    name: t('Firefox(どのシステムでも)'),
    steps: [
      t('「設定」→「プライバシーとセキュリティ」→「証明書を表示」を開きます。'),
      t('「認証局証明書」の「インポート」でファイルを選び、「ウェブサイトの識別」に印を付けます。'),
    ],
    note: t('Windows と macOS の Firefox は、システムに入れた証明書も読みます。'),
  },
  {
    name: t('Linux(Chrome・curl)'),
    steps: [
      t('/usr/local/share/ca-certificates/ に写し、sudo update-ca-certificates を実行します。'),
      t('Chrome では「設定」→「プライバシーとセキュリティ」→「証明書の管理」から取り込みます。'),
    ],
  },
];
