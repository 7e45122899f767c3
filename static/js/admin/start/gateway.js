// Second step: the telephone. The form holds what matters for the chosen kind of gateway.
//
// Invariant: whether the registration works is shown as it happens.
// Never: overwrites a field of an existing connection that is not in this form.

import { add, change, rows } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { t, term } from '../../base/i18n.js';
import { link } from '../../base/router.js';
import { on } from '../../live/live.js';
import { button, linkButton, pill, quietly } from '../parts.js';
import { stateOf } from '../overview/lines.js';
import { choice, field, form } from './form.js';

const LOOK_MS = 2_000;
const KINDS = ['ひかり電話HGW', 'VoIPゲートウェイ', 'IP-PBX', 'クラウドPBX', 'その他'];
/** What is usual for a kind, and what it needs beside address and extension. */
const USUAL = {
  ひかり電話HGW: { server: '192.168.1.1', digest: false },
  VoIPゲートウェイ: { server: '', digest: true }, 'IP-PBX': { server: '', digest: true },
  クラウドPBX: { server: '', digest: true }, その他: { server: '', digest: true },
};

export const title = () => t('電話をつなぐ');

/** Draws the step. */
export async function draw(place, { next }) {
  const own = (await rows('SIP-ServerConnection')).filter(row => row['使用する'] === 'True');
  const states = h('div', { class: 'stack', 'data-states': '' });
  const holder = h('div');
  place.append(h('p', {}, t('ひかり電話のホームゲートウェイや主装置に、内線電話機の1台として登録します。電話はこれまで通り鳴ります。')),
    states, holder);
  const edit = row => {
    const shape = gatewayForm(row, async values => {
      if (row) await change('SIP-ServerConnection', row.ID, values);
      else await add('SIP-ServerConnection', values);
      holder.replaceChildren();
      held = null;
      await refresh();
    });
    holder.replaceChildren(shape);
    held = shape;
  };
  let held = null;
  let timer = 0;
  let closed = false;
  const refresh = async () => {
    clearTimeout(timer);
    try {
      const list = (await rows('SIP-ServerConnection')).filter(row => row['使用する'] === 'True');
      if (closed) return;
      drawStates(states, list, { edit, next });
    } finally {
      clearTimeout(timer);
      if (!closed) timer = setTimeout(() => refresh().catch(quietly), LOOK_MS);
    }
  };
  const end = on('line', () => refresh().catch(quietly));
  if (!own.length) edit(null);
  await refresh();
  return {
    isDirty: () => held?.isDirty() ?? false,
    close() {
      closed = true;
      clearTimeout(timer);
      end();
    },
  };
}

function drawStates(place, list, { edit, next }) {
  const drawn = list.map(row => {
    const state = stateOf(row);
    return h('li', { 'data-connection': row.ID }, h('div', { class: 'grow' },
      h('strong', { class: 'data' }, row['接続名']),
      h('div', { class: 'small muted num' }, h('span', { class: 'data' }, row['SIPサーバーアドレス']), ' · ',
        t('内線 {n}', { n: row['内線番号'] || '—' })),
      row['最終エラー'] && h('p', { class: 'fault data' }, row['最終エラー'])),
    pill(state.kind, state.icon, state.word), button(t('直す'), () => edit(row), { small: true }));
  });
  const good = list.some(row => stateOf(row).kind === 'ok');
  const onward = list.length
    ? h('div', { class: 'acts' }, button(t('次へ'), next, { main: good }),
      button(t('ほかの接続を追加'), () => edit(null)), linkButton(t('詳しい設定'), link('SIP-ServerConnection'), { small: false }))
    : null;
  const parts = [list.length ? h('ul', { class: 'rowlist boxed' }, drawn) : null,
    list.length > 0 && h('p', { role: 'status' }, good ? t('電話とつながりました。') : t('つながるのを待っています…')), onward]
    .filter(Boolean);
  const same = parts.length === place.children.length
    && parts.every((part, at) => place.children[at].isEqualNode(part));
  if (!same) place.replaceChildren(...parts);
}

function gatewayForm(row, send) {
  const value = (name, usual = '') => row?.[name] ?? usual;
  const kind = value('接続先種別', KINDS[0]);
  const digest = [
    field({ name: 'ユーザーID', label: t('認証のユーザーID'), value: value('ユーザーID'),
      hint: t('主装置やクラウドPBXの内線に決めた名前。空なら内線番号を使います。') }),
    field({ name: 'パスワード', label: t('認証のパスワード'), type: 'password', value: value('パスワード'),
      autocomplete: 'new-password' }),
  ];
  const hint = h('p', { class: 'hint' });
  const kindChange = event => {
    const chosen = event.target.value;
    const server = shape.querySelector('[name="SIPサーバーアドレス"]');
    if (!row && (!server.value || Object.values(USUAL).some(each => each.server === server.value))) {
      server.value = USUAL[chosen].server;
    }
    tell(chosen);
  };
  const tell = chosen => {
    for (const part of digest) part.hidden = !USUAL[chosen].digest;
    hint.textContent = chosen === KINDS[0]
      ? t('HGW の設定画面の「内線設定」で、使っていない内線番号(3〜7)を1つ「IP端末」として有効にしてください。')
      : t('主装置やサービスの管理画面で、内線を1つ作り、その番号とパスワードを入れてください。');
  };
  const shape = form([
    choice({ name: '接続先種別', label: t('つなぐ相手'), value: kind, options: KINDS.map(word => [word, term(word)]),
      onchange: kindChange }), hint,
    field({ name: '接続名', label: t('呼び名'), value: value('接続名', t('事務所')), required: true, maxlength: 40 }),
    field({ name: 'SIPサーバーアドレス', label: t('相手のアドレス'), value: value('SIPサーバーアドレス', USUAL[kind].server),
      required: true, hint: t('IP アドレスかホスト名。') }),
    field({ name: '内線番号', label: t('内線番号'), value: value('内線番号'), required: true,
      hint: t('このパソコンが名乗る内線の番号。') }),
    digest,
  ], { label: row ? t('保存してつなぐ') : t('つなぐ'), send });
  tell(kind);
  return shape;
}
