// The sound of a call.
//
// Invariant: one tab of the browser sounds, and only after the browser allowed it (a click or a key).
// Never: loads a file, or sounds louder than the user's volume.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { keep, setting, watch } from '../../base/settings.js';
import { audible } from '../../live/live.js';

/** The tones of one ring: `[hertz, from, seconds]`. */
const TONES = [[784, 0, 0.22], [1047, 0.2, 0.34], [784, 0.62, 0.22], [1047, 0.82, 0.42]];
const RING_SECONDS = 1.7;
const LOUDEST = 0.5;

let context = null;
const watchers = new Set();

/** Waits for the first click or key, after which the browser lets us sound. */
export function startSound() {
  const unlock = async () => {
    // Not every key counts as one: Alt alone does not.
    if (navigator.userActivation?.hasBeenActive === false) return;
    context ??= new AudioContext();
    await context.resume();
    if (context.state !== 'running') return;
    for (const event of ['pointerdown', 'keydown']) removeEventListener(event, unlock, true);
    audible();
    for (const watcher of watchers) watcher();
  };
  for (const event of ['pointerdown', 'keydown']) addEventListener(event, unlock, true);
}

/** Whether a sound would be heard. */
const canSound = () => context?.state === 'running';

/** Whether the user wants to hear calls. */
export const wantsSound = () => setting('sound') && !setting('muted');

/** Rings so many times. */
export function ring(times = 2) {
  if (!canSound()) return;
  const loudness = context.createGain();
  loudness.gain.value = LOUDEST * (setting('volume') / 100) ** 2;
  loudness.connect(context.destination);
  for (let turn = 0; turn < times; turn += 1) {
    for (const [hertz, from, seconds] of TONES) tone(loudness, hertz, turn * RING_SECONDS + from, seconds);
  }
}

function tone(out, hertz, from, seconds) {
  const start = context.currentTime + from;
  const wave = context.createOscillator();
  const shape = context.createGain();
  wave.type = 'triangle';
  wave.frequency.value = hertz;
  shape.gain.setValueAtTime(0, start);
  shape.gain.linearRampToValueAtTime(1, start + 0.02);
  shape.gain.exponentialRampToValueAtTime(0.001, start + seconds);
  wave.connect(shape).connect(out);
  wave.start(start);
  wave.stop(start + seconds);
}

/**
 * The button in the top bar that turns the sound off and on. Until the first click on the page it says that one is
 * needed: no browser lets a page sound before.
 */
export function soundButton() {
  let waits = false;
  let first = false;
  const button = h('button', {
    class: 'btn icon ghost', type: 'button', 'data-sound': '',
    onpointerdown: () => { first = waits; },
    onkeydown: () => { first = waits; },
    onclick: () => {
      // The first click lets us sound; it does not mean "off".
      if (first) return;
      if (setting('sound')) keep('muted', !setting('muted'));
      else keep('sound', true);
    },
  });
  const draw = () => {
    const on = wantsSound();
    waits = on && !canSound();
    button.classList.toggle('icon', !waits);
    button.setAttribute('aria-pressed', String(on));
    const name = t('着信音');
    const hint = t('クリックで音が出ます');
    button.setAttribute('aria-label', waits ? `${name}: ${hint}` : name);
    button.title = on ? t('着信音: 鳴ります(押すと止めます)') : t('着信音: 止めています(押すと鳴らします)');
    button.replaceChildren(icon(on ? 'bell' : 'mute'),
      ...waits ? [h('span', { class: 'wide small' }, hint)] : []);
  };
  watchers.add(draw);
  watch(draw);
  draw();
  return button;
}
