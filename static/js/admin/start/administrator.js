// First step: the first administrator, or the closed network of the original product.
//
// Invariant: whoever registers the administrator is signed in as him at once.
// Never: keeps the password.

import { add, Refusal, request, SERVICE, forgetSetUpKey } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { note } from '../../base/router.js';
import { fact, isOpen, isSetUp } from '../../base/session.js';
import { button, code, notice } from '../parts.js';
import { field, form } from './form.js';

const PASSWORD_MIN = 10;

export const title = () => t('最初の管理者を登録する');

/** Draws the step. */
export function draw(place, { next, later }) {
  if (!isSetUp()) {
    const name = fact('ユーザー名') || fact('ユーザーID');
    place.append(notice('good', name
      ? [t('管理者は登録済みです。ログイン中'), ': ', h('span', { class: 'data' }, name)] : t('管理者は登録済みです。')),
    h('div', { class: 'acts' }, button(t('次へ'), next, { main: true })));
    if (later) later.hidden = true;
    return {};
  }
  const shape = form([
    field({ name: 'ユーザーID', label: t('ユーザーID'), value: 'admin', required: true, maxlength: 32,
      pattern: '[A-Za-z0-9._\\-]{1,32}', autocomplete: 'username', autocapitalize: 'none',
      hint: t('ログインに使う名前です。半角の英数字と . _ - が使えます。') }),
    field({ name: 'ユーザー名', label: t('お名前'), required: true, maxlength: 40, autocomplete: 'name',
      hint: t('画面と対応の記録に出ます。') }),
    field({ name: 'パスワード', label: t('パスワード'), type: 'password', required: true, minlength: PASSWORD_MIN,
      maxlength: 200, autocomplete: 'new-password', hint: t('10文字以上。いくつかの単語をつなげると覚えやすく安全です。') }),
    field({ name: 'again', label: t('パスワード(確認)'), type: 'password', required: true,
      autocomplete: 'new-password' }),
  ], { label: t('登録してログインする'), send: register });
  place.append(h('p', {}, t('管理者は、設定の変更と利用者の追加ができます。登録すると、このパソコンも含めてログインが必要になります。')),
    shape, isOpen() ? null : closedNetwork());
  return { isDirty: shape.isDirty };
}

async function register(values) {
  const { again, ...row } = values;
  if (row['パスワード'] !== again) throw new Refusal(0, t('2つのパスワードが違います。もう一度入力してください。'));
  await add('UserManagement', { ...row, 権限: '管理者' });
  const { ユーザーID, パスワード } = row;
  await request('POST', `${SERVICE}/Login`, { body: { ユーザーID, パスワード } });
  forgetSetUpKey();
  // Menu, feed and the name in the corner belong to whoever is signed in now.
  note('start', { step: 'gateway' });
  location.reload();
}

function closedNetwork() {
  return h('details', { class: 'more' }, h('summary', {}, t('ログインなしで使いたい場合(原典互換)')),
    h('div', { class: 'stack' },
      h('p', {}, t('元の製品と同じように、社内のネットワークからはログインなしで使えるようにできます。')),
      notice('warn', t('同じネットワークにいる人と機器は、誰でも顧客と着信を見て書き換えられます。来客用の Wi-Fi とは分けてください。')),
      h('p', {}, t('サービスを止め、次のどちらかで起動し直してください。')),
      code('smartconnect --open-lan'),
      h('p', { class: 'muted' }, t('または smartconnect.toml に書きます。範囲を絞ることもできます。')),
      code('open_lan = ["192.168.0.0/16"]'),
      h('p', { class: 'muted' }, t('コマンドの呼出・利用者・トークン・監査ログには、それでも管理者のログインが要ります。'))));
}
