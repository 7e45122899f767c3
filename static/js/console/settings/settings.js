// What each person sets for himself in this browser.
//
// Invariant: a change holds at once, in every tab of this browser.
// Never: changes anything of the service.

import { h, icon } from '../../base/dom.js';
import { ask } from '../../base/dialog.js';
import { language, setLanguage, t, useWords } from '../../base/i18n.js';
import { showKeys } from '../../base/keys.js';
import { link } from '../../base/router.js';
import { userName } from '../../base/session.js';
import { forget, keep, setting } from '../../base/settings.js';
import { useStyle } from '../../base/style.js';
import { done } from '../../base/toast.js';
import { rename } from '../../live/live.js';
import { openMini } from '../desk/window.js';
import { cardFields } from './card.js';
import { notices } from './notices.js';
import { card, switched, texted } from './parts.js';
import { soundFields } from './sound.js';

const NAME_MAX = 64;
const OPERATOR_MAX = 40;

export const title = () => t('自分の設定');

/** Draws the settings into `view`. */
export async function open(view) {
  await Promise.all([useWords('settings', 'desk'), useStyle('settings')]);
  const draw = () => {
    view.replaceChildren(
      h('div', { class: 'pagehead' }, h('h1', {}, t('自分の設定')),
        h('p', {}, t('変更はすぐに効き、このブラウザーだけに保存されます。'))),
      h('div', { class: 'settingsgrid' },
        card(t('着信音'), soundFields()),
        card(t('画面のお知らせ'), notices(draw)),
        card(t('顧客カードの項目'), cardFields()),
        card(t('この端末と利用者'), person()),
        card(t('表示と操作'), look()),
        card(t('ほかの表示'), windows()),
        card(t('初期状態に戻す'), reset(draw))));
  };
  draw();
}

function person() {
  return [
    texted(t('端末の名前'), 'clientName', {
      max: NAME_MAX, placeholder: t('例 受付PC-1'), changed: rename,
      hint: t('管理画面の「接続中クライアント」に出る名前です。'),
    }),
    texted(t('対応者の名前'), 'operator', {
      max: OPERATOR_MAX, placeholder: userName() || t('例 鈴木'),
      hint: t('メモの「対応者」に最初から入ります。空のときはログインした人の名前です。'),
    }),
  ];
}

function look() {
  const now = localStorage.getItem('theme') ?? '';
  const themes = [['', t('OS に合わせる')], ['light', t('明るい')], ['dark', t('暗い')]];
  const languages = [['ja', '日本語'], ['en', 'English']];
  return [
    choice(t('明暗'), themes, now, setTheme),
    choice(t('言語'), languages, language(), setLanguage),
    switched(t('キーボード操作を使う'), 'keys', t('/、Alt+数字、M などの 1 キー操作。誤って動くときは切ってください。')),
    h('button', { class: 'btn sm', type: 'button', onclick: showKeys }, icon('help'), t('キー操作の一覧')),
  ];
}

/** One of few: a row of buttons. */
function choice(label, options, chosen, choose) {
  const buttons = options.map(([value, name]) => h('button', {
    type: 'button', 'aria-pressed': String(value === chosen), lang: ['ja', 'en'].includes(value) ? value : null,
    onclick: event => {
      for (const button of buttons) button.setAttribute('aria-pressed', String(button === event.currentTarget));
      choose(value);
    },
  }, name));
  return h('div', { class: 'f' }, h('span', { class: 'lb' }, label),
    h('div', {}, h('div', { class: 'seg', role: 'group', 'aria-label': label }, buttons)));
}

function setTheme(theme) {
  if (theme) localStorage.setItem('theme', theme);
  else localStorage.removeItem('theme');
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = theme || (dark ? 'dark' : 'light');
}

function windows() {
  return [
    h('p', { class: 'small muted' }, t('小窓はほかのソフトの横に置いておく細い画面、壁掛けは離れて見る大きな画面です。')),
    h('div', { class: 'acts' },
      h('button', { class: 'btn', type: 'button', onclick: openMini }, icon('small'), t('小窓を開く')),
      h('a', { class: 'btn', href: link('wallboard') }, icon('screen'), t('壁掛け表示を開く'))),
  ];
}

function reset(draw) {
  const run = async () => {
    const sure = await ask(t('初期状態に戻す'),
      t('このブラウザーの設定をすべて最初の状態に戻します。言語と下書きはそのままです。'), t('戻す'), { danger: true });
    if (!sure) return;
    const before = ['clientName', 'operator'].map(name => [name, setting(name)]);
    forget();
    setTheme('');
    rename();
    draw();
    done(t('初期状態に戻しました'), before.some(([, value]) => value) ? t('端末の名前と対応者の名前も消えました。') : '');
    keep('insecureSeen', false);
  };
  return [
    h('p', { class: 'small muted' }, t('音・お知らせ・カードの項目・明暗・名前を最初の状態に戻します。')),
    h('div', {}, h('button', { class: 'btn bad', type: 'button', onclick: run }, icon('undo'), t('初期状態に戻す'))),
  ];
}
