// Trying a text out: sends a test through one of the targets that use it.
//
// Invariant: only targets are offered that choose this text by themselves or by name.
// Never: sends a text that is not saved.

import { freshId, h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { order, rows } from '../../base/api.js';
import { rowName } from '../../base/catalogue.js';
import { link } from '../../base/router.js';
import { say } from '../../base/toast.js';

/** Which targets send the texts of a resource. */
const TARGETS = {
  'MessDef-Mail': 'Notification-Email-Address', 'MessDef-Line': 'Notification-LINE-AccessToken',
  'MessDef-Chat': 'Notification-Chat',
};
const BY_USE = '0';
const TARGETS_MAX = 300;

/** The part of a text's form that tries it: `{ element, mayRun(yes) }`, or null where there are no targets. */
export function textTrial(form) {
  const uri = TARGETS[form.resource.uri];
  if (!uri) return null;
  const target = form.context.resources.find(each => each.uri === uri);
  const id = freshId('target');
  const select = h('select', { id });
  const result = h('div', { class: 'result', role: 'status' });
  const send = h('button', { class: 'btn sm', type: 'button', onclick: () => run() }, icon('send'), t('テスト送信'));
  const row = h('div', { class: 'secret' }, select, send);
  const none = h('p', { class: 'small muted', hidden: true }, t('この文面を送る宛先がまだありません。'), ' ',
    h('a', { href: link(`${uri}/new`) }, t('宛先を追加')));
  let clean = true;

  async function run() {
    send.disabled = true;
    show('', t('試しています…'));
    try {
      const { msg } = await order(uri, select.value, 'Test');
      show('ok', msg);
    } catch (error) {
      show('bad', error.message);
    }
    send.disabled = !clean;
    send.focus();
  }

  function show(look, text) {
    result.className = `result ${look}`;
    result.replaceChildren(look ? icon(look === 'ok' ? 'check' : 'warn') : '', h('span', { class: 'data' }, text));
    if (look) say(text);
  }

  rows(uri, { limit: TARGETS_MAX }).then(found => {
    const users = found.filter(each => [BY_USE, form.key].includes(each['メッセージ定義ID']));
    select.append(...users.map(each => h('option', { value: each[target.key], class: 'data' }, rowName(target, each))));
    none.hidden = users.length > 0;
    row.hidden = users.length === 0;
  }).catch(() => { row.hidden = true; });
  return {
    element: h('section', { class: 'orders f' }, h('label', { for: id }, t('宛先を選んで試す')), row, none, result),
    mayRun(yes) {
      clean = yes;
      send.disabled = !yes;
      send.title = yes ? '' : t('保存してから試せます。');
    },
  };
}
