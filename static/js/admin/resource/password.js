// The password of a user: typed or made up, with what it still lacks.
//
// Invariant: a made-up password comes from the browser's source of randomness and is shown once, to be passed on.
// Never: sends it anywhere.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { makeSecret } from '../../base/fields.js';
import { copyTold } from '../parts.js';

/** Letters that are not mistaken for others. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';
const LENGTH = 16;
const GOOD = 14;

/** A password made up by the browser. */
export function madeUp() {
  const numbers = crypto.getRandomValues(new Uint32Array(LENGTH));
  return [...numbers].map(number => LETTERS[number % LETTERS.length]).join('');
}

/** The control of kind `password`. */
export function password(field, props, changed, context) {
  const strength = h('p', { class: 'small', role: 'status' });
  const made = h('div', { class: 'secret', hidden: true });
  const control = makeSecret(field, props, leaving => {
    strength.textContent = howStrong(field, control.value());
    changed(leaving);
  }, context);
  const invent = () => {
    const word = madeUp();
    control.type(word);
    made.hidden = false;
    made.replaceChildren(h('code', { class: 'mono data' }, word), h('button', {
      class: 'btn sm', type: 'button', onclick: () => copyTold(word),
    }, icon('copy'), t('コピー')));
  };
  return {
    ...control,
    element: h('div', { class: 'stack tight' }, control.element, made, strength, h('div', {}, h('button', {
      class: 'btn sm', type: 'button', onclick: invent,
    }, icon('key'), t('パスワードを作る')))),
  };
}

function howStrong(field, text) {
  if (!text || text.startsWith('********')) return '';
  const left = (field.min ?? 0) - [...text].length;
  if (left > 0) return t('あと {n} 文字', { n: left });
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter(kind => kind.test(text)).length;
  if (new Set(text).size < 5) return t('強さ: 弱い(同じ文字が多い)');
  return text.length >= GOOD && kinds > 1 ? t('強さ: 強い') : t('強さ: ふつう(長くするほど安全です)');
}
