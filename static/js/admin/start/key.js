// The set-up key: whoever sets the service up from another computer has read it in the log of the start.
//
// Invariant: the key lives in this tab, until the first administrator exists.
// Never: is part of an address.

import { keepSetUpKey, Refusal, request, SERVICE } from '../../base/api.js';
import { h } from '../../base/dom.js';
import { t, useWords } from '../../base/i18n.js';
import { useStyle } from '../../base/style.js';
import { notice } from '../parts.js';
import { field, form } from './form.js';

/** The header in the service's words when nobody exists yet. */
export const isAskedFor = error => error.status === 401 && error.message.includes('X-Setup-Key');

/** Tries the key; throws a Refusal in our words where the service does not take it. */
async function check(key) {
  try {
    await request('GET', `${SERVICE}/Session`, { headers: { 'X-Setup-Key': key } });
  } catch (error) {
    if (error.status !== 401) throw error;
    throw new Refusal(401, t('キーが違うか、30分の期限を過ぎています。サービスを起動し直すと、新しいキーが出ます。'));
  }
}

/** Asks for the key in place of the page. */
export async function askForKey(error) {
  await Promise.all([useStyle('office'), useStyle('start'), useWords('office', 'start')]);
  const shape = form([
    field({ name: 'key', label: t('セットアップキー'), required: true, autofocus: true, autocomplete: 'off' }),
  ], {
    label: t('はじめる'),
    send: async ({ key }) => {
      await check(key);
      keepSetUpKey(key);
      location.hash = '#/start';
      location.reload();
    },
  });
  const heading = t('はじめの設定');
  document.title = `${heading} — smartconnect`;
  document.body.replaceChildren(h('main', { class: 'alone' }, h('h1', {}, heading),
    notice('info', t('まだ管理者がいません。ほかのパソコンから設定するには、セットアップキーが要ります。')),
    h('ol', { class: 'points' },
      h('li', {}, t('サービスを動かしているパソコンの、起動時のログを開きます。')),
      h('li', {}, t('X-Setup-Key の後に書かれた文字を写します。起動から30分間有効です。')),
      h('li', {}, t('そのパソコンのブラウザーで開けば、キーは要りません。'))),
    shape, h('details', { class: 'more' }, h('summary', {}, t('サービスの答え')),
      h('p', { class: 'data' }, error.message))));
}
