// Sixth step: the first target, tried at once.
//
// Invariant: a target is saved before it is tried, and a failed try leaves the form to mend it.
// Never: adds a second row when the first is mended.

import { add, change, order, rows } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { button, linkButton } from '../parts.js';
import { label } from '../menu.js';
import { choice, field, form, told } from './form.js';

const MAIL = 'Notification-Email-Address';
const LINE = 'Notification-LINE-AccessToken';
const CHAT = 'Notification-Chat';
const CHATS = [
  'Slack', 'Teams', 'Google Chat', 'Chatwork', 'LINE WORKS', 'Discord', 'Mattermost', 'Chat&Messenger', 'Rocket.Chat',
  'JANDI', 'ntfy', 'Webhook',
];

export const title = () => t('最初の通知先を登録する');

/** Draws the step. */
export async function draw(place, { next, seen }) {
  const accounts = (await rows('Mail-Account')).filter(row => row['使用する'] === 'True');
  const keys = new Map();
  const holder = h('div');
  const outcome = h('div', { class: 'stack', 'aria-live': 'polite' });
  const go = button(t('次へ'), next, { main: true });
  const foot = h('div', { class: 'acts', hidden: seen.targets === 0 }, go);
  let shape = null;
  const tried = async (resource, values) => {
    outcome.replaceChildren();
    if (keys.has(resource)) await change(resource, keys.get(resource), values);
    else keys.set(resource, (await add(resource, values)).key);
    const key = keys.get(resource);
    outcome.replaceChildren(h('p', { role: 'status' }, t('テストを送っています…')));
    try {
      const { msg } = await order(resource, key, 'Test');
      outcome.replaceChildren(told(true, msg));
    } catch (error) {
      outcome.replaceChildren(told(false, error.message),
        h('div', { class: 'acts' }, linkButton(t('詳しい設定'), link(`${resource}/${key}`), { small: false })));
    }
    foot.hidden = false;
  };
  const kinds = [[MAIL, () => mail(accounts, keys, tried)], [LINE, () => lineForm(tried)], [CHAT, () => chat(tried)]];
  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': t('通知先の種類') });
  const pick = uri => {
    for (const chip of chips.children) chip.setAttribute('aria-pressed', String(chip.dataset.kind === uri));
    shape = kinds.find(([name]) => name === uri)[1]();
    outcome.replaceChildren();
    holder.replaceChildren(shape);
  };
  chips.append(...kinds.map(([uri]) => h('button', {
    class: 'chip', type: 'button', 'data-kind': uri, 'aria-pressed': 'false', onclick: () => pick(uri),
  }, label(uri))));
  place.append(h('p', {}, t('着信を知らせる先を1つ登録し、その場でテストを送ります。')), chips, holder, outcome, foot);
  pick(MAIL);
  return { isDirty: () => shape.isDirty() };
}

function mail(accounts, keys, tried) {
  const needed = accounts.length === 0;
  const account = needed ? [
    h('h3', {}, t('送信に使うメールアカウント')),
    field({ name: 'from', label: t('差出人のメールアドレス'), type: 'email', required: true }),
    field({ name: 'SMTPサーバー', label: t('SMTP サーバー'), required: true, hint: t('例 smtp.example.com') }),
    choice({ name: '暗号化', label: t('暗号化'), value: 'STARTTLS', options: [
      ['STARTTLS', t('STARTTLS(587番)')], ['TLS', t('TLS(465番)')], ['なし', t('なし(25番)')],
    ] }),
    field({ name: 'ユーザー名', label: t('認証のユーザー名'), hint: t('多くの場合、メールアドレスと同じです。') }),
    field({ name: 'password', label: t('認証のパスワード'), type: 'password', autocomplete: 'new-password' }),
  ] : null;
  return form([
    field({ name: 'メールアドレス', label: t('知らせる先のメールアドレス'), type: 'email', required: true }), account,
  ], {
    label: t('登録してテストを送る'),
    send: async values => {
      const { from, password, メールアドレス, ...smtp } = values;
      if (needed) await saveAccount(keys, from, password, smtp);
      await tried(MAIL, { 名称: メールアドレス.slice(0, 40), メールアドレス });
    },
  });
}

async function saveAccount(keys, from, password, smtp) {
  const ports = { STARTTLS: '587', TLS: '465', なし: '25' };
  const row = {
    ...smtp, アカウント名: t('通知用'), メールアドレス: from, SMTPポート: ports[smtp['暗号化']], パスワード: password,
    認証方式: smtp['ユーザー名'] ? 'PLAIN' : 'なし',
  };
  if (keys.has('Mail-Account')) await change('Mail-Account', keys.get('Mail-Account'), row);
  else keys.set('Mail-Account', (await add('Mail-Account', row)).key);
}

const lineForm = tried => form([
  field({ name: '名称', label: t('呼び名'), required: true, maxlength: 40, value: t('店長の LINE') }),
  field({ name: 'アクセストークン', label: t('チャネルアクセストークン'), required: true, type: 'password',
    autocomplete: 'off', hint: t('LINE Developers の Messaging API 設定で発行します(LINE Notify は終了しました)。') }),
  field({ name: '送信先ID', label: t('送信先のID'), required: true,
    hint: t('U・C・R で始まる33文字。公式アカウントを友だちに追加した人か、参加したグループのIDです。') }),
], { label: t('登録してテストを送る'), send: values => tried(LINE, values) });

const chat = tried => form([
  choice({ name: '種別', label: t('サービス'), value: 'Slack', options: CHATS.map(word => [word, word]) }),
  field({ name: '名称', label: t('呼び名'), required: true, maxlength: 40, value: t('営業ルーム') }),
  field({ name: 'URL', label: t('Webhook の URL'), type: 'url',
    hint: t('サービスの管理画面で発行した、着信 Webhook の URL です。') }),
  field({ name: 'トークン', label: t('トークン'), type: 'password', hint: t('URL だけで送れるサービスでは空のままにします。') }),
  field({ name: '宛先', label: t('宛先'), hint: t('ルームやチャンネルの ID・名前。URL で決まるサービスでは空のままにします。') }),
], { label: t('登録してテストを送る'), send: values => tried(CHAT, values) });
