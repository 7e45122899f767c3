// The log-in page.
//
// Invariant: leads to a page of this server only, whatever `?next=` says.
// Never: keeps a password, or asks the server anything before somebody signs in.

import { h, icon } from '../base/dom.js';
import { language, setLanguage, t, useWords } from '../base/i18n.js';

const ADDRESS = '/CTI_SmartConnectService/Login';
// The names of the request's body, as the server has them.
const [LOGIN, PASSWORD] = ['ユーザーID', 'パスワード'];

const query = new URLSearchParams(location.search);

/** Where to go: a page of this server that is not this one. */
function destination() {
  const start = new URL('/', location.href);
  try {
    const wanted = new URL(query.get('next') ?? '/', start);
    return wanted.origin === location.origin && wanted.pathname !== location.pathname ? wanted : start;
  } catch {
    return start;
  }
}

/** Why somebody is here again, if he was here before. */
function reason() {
  if (query.has('ended')) return t('ログインの有効期間が終わりました。お手数ですが、もう一度ログインしてください。');
  return query.has('out') ? t('ログアウトしました。') : '';
}

function draw() {
  const alert = h('p', { class: 'told', role: 'alert' });
  const name = h('input', {
    id: 'login', name: 'username', type: 'text', autocomplete: 'username', autocapitalize: 'none',
    spellcheck: 'false', maxlength: '64', required: true,
  });
  const password = h('input', {
    id: 'password', name: 'password', type: 'password', autocomplete: 'current-password', required: true,
    'aria-describedby': 'caps',
  });
  const caps = h('span', { class: 'hint', id: 'caps', role: 'status' });
  const tellCaps = event => {
    caps.textContent = event.getModifierState?.('CapsLock') ? t('Caps Lock がオンになっています。') : '';
  };
  password.addEventListener('keyup', tellCaps);
  const eye = h('button', {
    class: 'btn ghost icon', type: 'button', 'aria-label': t('パスワードを表示'), 'aria-pressed': 'false',
    onclick: () => {
      const shown = password.type === 'password';
      password.type = shown ? 'text' : 'password';
      eye.setAttribute('aria-pressed', String(shown));
      password.focus();
    },
  }, icon('eye'));
  const submit = h('button', { class: 'btn pri', type: 'submit' }, t('ログイン'));
  const form = h('form', { method: 'post', action: ADDRESS, novalidate: true, onsubmit: send },
    h('div', { class: 'f' }, h('label', { for: 'login' }, t('ユーザーID')), name),
    h('div', { class: 'f secret' }, h('label', { for: 'password' }, t('パスワード')), password, eye),
    caps, submit);
  async function send(event) {
    event.preventDefault();
    alert.textContent = '';
    const empty = [name, password].find(field => !field.value.trim());
    if (empty) {
      alert.textContent = t('ユーザーIDとパスワードを入力してください。');
      empty.focus();
      return;
    }
    submit.disabled = true;
    const fault = await signIn(halfWidth(name.value), password.value);
    submit.disabled = false;
    if (!fault) return;
    alert.textContent = fault;
    password.select();
    password.focus();
  }
  const other = language() === 'ja' ? 'en' : 'ja';
  document.title = t('ログイン — smartconnect');
  document.body.append(h('main', {},
    h('div', { class: 'brand' }, h('span', { class: 'mark' }, icon('phone')), 'smartconnect',
      h('span', { class: 'sp' }),
      h('button', { class: 'btn sm', type: 'button', lang: other, onclick: () => setLanguage(other) },
        other === 'en' ? 'English' : '日本語')),
    h('h1', {}, t('ログイン')),
    h('p', { class: 'told', role: 'status' }, reason()), alert, form,
    h('p', { class: 'hint' }, t('パスワードを忘れたときは、管理者に新しいパスワードを設定してもらってください。'))));
  name.focus();
}

/** Full-width letters, digits and marks become half-width: people forget to switch their keyboard. */
const halfWidth = text => text.trim().normalize('NFKC');

/** Signs in and leaves the page; answers what was wrong. */
async function signIn(name, password) {
  try {
    const response = await fetch(ADDRESS, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ [LOGIN]: name, [PASSWORD]: password }),
    });
    const answer = await response.json();
    if (answer.result !== 'True') return answer.msg;
    location.replace(destination());
    return '';
  } catch {
    return t('サーバーに接続できません。少し待ってからやり直してください。');
  }
}

await useWords('login');
draw();
