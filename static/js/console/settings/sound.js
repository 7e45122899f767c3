// The sound of calls: on, how loud, how it is.
//
// Invariant: the test sounds exactly as a call does.
// Never: sounds without being asked.

import { freshId, h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { keep, setting } from '../../base/settings.js';
import { say } from '../../base/toast.js';
import { ring } from '../desk/sound.js';
import { switched } from './parts.js';

const STEP = 5;
const LOUDEST = 100;

/** The fields. */
export function soundFields() {
  const id = freshId('volume');
  const shown = h('output', { for: id, class: 'num' }, `${setting('volume')}%`);
  const slider = h('input', {
    type: 'range', id, min: 0, max: LOUDEST, step: STEP, value: setting('volume'),
    oninput: event => {
      shown.textContent = `${event.target.value}%`;
      keep('volume', Number(event.target.value));
    },
  });
  return [
    switched(t('着信音を鳴らす'), 'sound', t('1 つのブラウザーで 1 回だけ鳴ります。画面上のベルでいつでも止められます。')),
    h('div', { class: 'f' }, h('label', { for: id }, t('音量')), h('div', { class: 'slide' }, slider, shown)),
    h('button', {
      class: 'btn sm', type: 'button', onclick: () => { ring(1); say(t('着信音を鳴らしました')); },
    }, icon('play'), t('試しに鳴らす')),
  ];
}
