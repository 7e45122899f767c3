// The small window: the desk in one column, beside other programs.
//
// Invariant: the same desk, so that nothing works differently here.
// Never: shows the navigation.

import { h, icon } from '../base/dom.js';
import { t, useWords } from '../base/i18n.js';
import { link } from '../base/router.js';
import { useStyle } from '../base/style.js';
import { failed } from '../base/toast.js';
import { open as openDesk } from './desk/desk.js';
import { feedState } from './desk/state.js';
import { soundButton } from './desk/sound.js';
import { showCard } from './calls.js';

const WIDTH = 340;
const HEIGHT = 420;

export const title = () => t('小窓');

/** Draws the small desk into `view`. */
export async function open(view, place) {
  await Promise.all([useWords('desk'), useStyle('mini')]);
  document.body.classList.add('bare');
  const state = feedState();
  const front = 'documentPictureInPicture' in window && h('button', {
    class: 'btn icon ghost sm', type: 'button', 'aria-label': t('着信中を常に手前に表示'),
    title: t('着信中を常に手前に表示'), onclick: () => inFront().catch(error => failed(t('手前に表示できません'), error)),
  }, icon('up'));
  const host = h('div', {});
  view.append(h('div', { class: 'minibar' }, state.element, h('span', { class: 'sp' }), front, soundButton(),
    h('a', { class: 'btn icon ghost sm', href: link('desk'), 'aria-label': t('大きな画面に戻る'), title: t('大きな画面に戻る') },
      icon('screen'))), host);
  const desk = await openDesk(host, place, 'mini');
  return {
    moved: desk.moved,
    close: () => {
      document.body.classList.remove('bare');
      state.end();
      desk.close();
    },
  };
}

/** The calls that ring, in a window that stays above all programs; a click shows the call here. */
async function inFront() {
  const top = await documentPictureInPicture.requestWindow({ width: WIDTH, height: HEIGHT });
  const page = top.document;
  page.documentElement.lang = document.documentElement.lang;
  page.documentElement.dataset.theme = document.documentElement.dataset.theme;
  page.title = t('着信中');
  for (const sheet of document.querySelectorAll('link[rel=stylesheet]')) page.head.append(sheet.cloneNode());
  const stack = h('cti-call-stack');
  stack.pick = card => { window.focus(); showCard(card); };
  stack.close = () => {};
  page.body.append(stack);
  // A window that goes does not tell its elements.
  top.addEventListener('pagehide', () => stack.remove(), { once: true });
  page.body.classList.add('front');
}
