// The memo of the call that is open.
//
// Invariant: what somebody typed is a draft from the first letter, and only saving or throwing away ends it.
// Never: writes over what another person saved without asking.

import { dateField } from '../../base/datefield.js';
import { h, icon } from '../../base/dom.js';
import { isoTime } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { japanNow } from '../../base/japan.js';
import { may, userName } from '../../base/session.js';
import { setting } from '../../base/settings.js';
import { done, failed } from '../../base/toast.js';
import { CALLS, HANDLINGS, isRecorded, keyOf, learn } from '../calls.js';
import { discard } from './discard.js';
import { draftOf, dropDraft, keepDraft } from './drafts.js';
import { FIELDS } from './fields.js';
import { reasons, remember, split } from './reasons.js';

const WAITS_FOR_CALL = '折返し要';
const MEMO_MAX = 4000;
const NAME_MAX = 40;
const REASON_MAX = 40;
const MINUTE_MS = 60_000;
const MORNING = 9;
/** Characters of `yyyy/MM/dd HH:mm`. */
const MINUTES_END = 16;

/** `show(opened)` draws; `saved(call)` is called after a save. */
export class MemoPanel extends HTMLElement {
  #call = null;
  #busy = false;

  /** Shows the memo of a call; the same call again only takes over what the user did not touch. */
  show(opened) {
    const call = opened?.call ?? null;
    const same = call && this.#call && keyOf(call) === keyOf(this.#call);
    this.#call = call;
    if (!same) return this.#draw();
    this.#others();
    return this.#fill();
  }

  /** Puts the cursor into the text. */
  write() {
    this.querySelector('textarea')?.focus();
  }

  /** Whether something is not saved. */
  isBusy() {
    return Boolean(this.#call && draftOf(keyOf(this.#call)));
  }

  #draw() {
    this.text = null;
    if (!this.#call) return this.replaceChildren();
    const writable = may(CALLS, 'write');
    this.note = h('p', { class: 'changed', role: 'status', hidden: true });
    this.state = h('span', { class: 'small muted', role: 'status' });
    this.tags = h('div', { class: 'chips', role: 'group', 'aria-labelledby': 'l-tags' });
    this.text = h('textarea', {
      id: 'memo', rows: 5, maxlength: MEMO_MAX, placeholder: t('要点だけで大丈夫です'),
      oninput: event => this.#touch('メモ', event.target.value),
    });
    this.states = h('div', { class: 'chips', role: 'group', 'aria-labelledby': 'l-states' },
      HANDLINGS.map(word => h('button', {
        class: 'chip', type: 'button', 'data-word': word, onclick: () => this.#turnState(word),
      }, term(word))));
    this.who = h('input', {
      type: 'text', id: 'who', maxlength: NAME_MAX, autocomplete: 'off', class: 'data',
      oninput: event => this.#touch('対応者', event.target.value),
    });
    this.when = dateField({ label: t('折返し日時'), time: true, onchange: () => this.#touchWhen() });
    this.replaceChildren(this.#form(writable));
    this.#fill();
    if (!writable) for (const part of this.querySelectorAll('form :is(input, textarea, button)')) part.disabled = true;
    return undefined;
  }

  #form(writable) {
    const own = h('input', {
      type: 'text', class: 'own', maxlength: REASON_MAX, 'aria-label': t('ほかの用件を入力して Enter'),
      placeholder: t('ほかの用件…'), onkeydown: event => this.#addReason(event), onchange: event => this.#addReason(event),
    });
    return h('section', { class: 'card memo', 'aria-labelledby': 'h-memo' },
      h('header', {}, h('h2', { id: 'h-memo', tabindex: -1 }, t('着信メモ')), h('span', { class: 'sp' }), this.state),
      h('form', { class: 'body', onsubmit: event => { event.preventDefault(); this.save(); } }, this.note,
        !writable && h('p', { class: 'small muted' }, t('この利用者はメモを書けません(参照のみ)。')),
        h('div', { class: 'f' }, h('span', { class: 'lb', id: 'l-tags' }, t('用件')), this.tags, own),
        h('div', { class: 'f' },
          h('label', { for: 'memo' }, t('内容'), h('kbd', { 'aria-hidden': 'true' }, 'M')), this.text),
        h('div', { class: 'f' }, h('span', { class: 'lb', id: 'l-states' }, t('対応状況')), this.states),
        h('div', { class: 'f' }, h('label', { for: 'who' }, t('対応者')), this.who), this.when, this.#soon(),
        h('div', { class: 'saveacts' },
          h('button', { class: 'btn pri', type: 'submit' }, icon('check'), t('保存')),
          h('kbd', { 'aria-hidden': 'true' }, 'Ctrl+Enter'), h('span', { class: 'sp' }),
          h('button', { class: 'btn sm', type: 'button', onclick: () => this.#forward() }, icon('send'), t('伝言メモ'))),
        h('button', { class: 'btn sm ghost drop', type: 'button', hidden: true, onclick: () => this.#drop() },
          icon('undo'), t('下書きを破棄'))));
  }

  /** Call-back times that are wanted often. */
  #soon() {
    const times = [
      [t('30分後'), now => new Date(now.getTime() + 30 * MINUTE_MS)],
      [t('1時間後'), now => new Date(now.getTime() + 60 * MINUTE_MS)],
      [t('明日 9:00'), now => new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING)],
    ];
    const take = when => {
      this.when.value = `${isoTime(when(japanNow())).slice(0, MINUTES_END)}:00`;
      this.#touchWhen();
    };
    return h('div', { class: 'chips soon', role: 'group', 'aria-label': t('折返し日時') }, times.map(([label, when]) =>
      h('button', { class: 'chip', type: 'button', onclick: () => take(when) }, label)));
  }

  /** A field as the user sees it: his own, else the record's. */
  #value(field) {
    const mine = draftOf(keyOf(this.#call))?.mine ?? {};
    return field in mine ? mine[field] : this.#call[field] ?? '';
  }

  /** Brings the fields up to date without disturbing the one that is being written. */
  #fill() {
    const tags = split(this.#value('タグ'));
    const focus = this.tags.contains(document.activeElement) ? document.activeElement.dataset.word : null;
    this.tags.replaceChildren(...reasons(tags).map(({ word, label, own }) => h('button', {
      class: own ? 'chip data' : 'chip', type: 'button', 'data-word': word, 'aria-pressed': String(tags.includes(word)),
      disabled: !may(CALLS, 'write'), onclick: () => this.#turnReason(word),
    }, label)));
    if (focus) [...this.tags.children].find(chip => chip.dataset.word === focus)?.focus();
    for (const chip of this.states.children) {
      chip.setAttribute('aria-pressed', String(chip.dataset.word === this.#value('対応状況')));
    }
    set(this.text, this.#value('メモ'));
    set(this.who, this.#value('対応者') || (this.#touched('対応者') ? '' : operator()));
    const when = this.#value('折返し日時');
    if (!this.when.contains(document.activeElement) && this.when.value !== when) this.when.value = when;
    this.#tell();
  }

  #touched(field) {
    return field in (draftOf(keyOf(this.#call))?.mine ?? {});
  }

  /** Says how it stands: a draft, saved, or not yet recorded by the service. */
  #tell() {
    const draft = draftOf(keyOf(this.#call));
    const state = draft ? t('下書きを保存しました') : t('自動で下書き保存');
    const kept = isRecorded(this.#call) ? state : t('記録待ち: 下書きは残ります');
    const shown = may(CALLS, 'write') ? kept : '';
    // The same text again would be read aloud at each letter.
    if (this.state.textContent !== shown) this.state.textContent = shown;
    this.querySelector('.drop').hidden = !draft;
    const save = this.querySelector('[type=submit]');
    save.disabled = this.#busy || !isRecorded(this.#call) || !may(CALLS, 'write');
  }

  #touch(field, value) {
    const key = keyOf(this.#call);
    const draft = draftOf(key) ?? { base: {}, mine: {} };
    const base = field in draft.base ? draft.base : { ...draft.base, [field]: this.#call[field] ?? '' };
    const mine = { ...draft.mine, [field]: value };
    if (value === base[field]) delete mine[field];
    const kept = Object.fromEntries(Object.entries(base).filter(([name]) => name in mine));
    keepDraft(key, kept, mine);
    this.#tell();
  }

  #touchWhen() {
    const { value } = this.when;
    this.#touch('折返し日時', value);
    const state = this.#value('対応状況');
    if (value && ['', '未対応', '対応中'].includes(state)) this.#touch('対応状況', WAITS_FOR_CALL);
    this.#fill();
  }

  #turnReason(word) {
    const tags = split(this.#value('タグ'));
    const next = tags.includes(word) ? tags.filter(tag => tag !== word) : [...tags, word];
    this.#touch('タグ', next.join(','));
    this.#fill();
  }

  #addReason(event) {
    const enters = event.key === 'Enter' && !event.isComposing && !event.ctrlKey && !event.metaKey;
    if (event.type === 'keydown' && !enters) return;
    event.preventDefault();
    const word = event.target.value.replaceAll(',', ' ').trim();
    event.target.value = '';
    if (!word) return;
    remember([word]);
    if (!split(this.#value('タグ')).includes(word)) this.#turnReason(word);
  }

  #turnState(word) {
    this.#touch('対応状況', this.#value('対応状況') === word ? '' : word);
    this.#fill();
  }

  /** Another person changed the record while it is open. */
  #others() {
    const draft = draftOf(keyOf(this.#call));
    const theirs = FIELDS.filter(field => draft && field in draft.mine && this.#call[field] !== draft.base[field]);
    this.note.hidden = theirs.length === 0;
    if (!theirs.length) return;
    this.note.replaceChildren(icon('info'), h('span', {}, t('ほかの人が保存しました。'),
      theirs.map(field => h('span', { class: 'theirs' }, `${term(field)}: `,
        h('span', { class: 'data' }, this.#call[field] || '—')))));
  }

  #drop() {
    const call = this.#call;
    this.text.focus();
    discard(keyOf(call), () => {
      if (this.#call !== call) return;
      this.note.hidden = true;
      this.when.value = this.#value('折返し日時');
      this.#fill();
    });
  }

  /** Saves what was changed. */
  async save() {
    const call = this.#call;
    if (!call || this.#busy || !isRecorded(call) || !this.when.check()) return;
    const key = keyOf(call);
    const mine = { ...draftOf(key)?.mine };
    // The name that was filled in for him gives way to one that somebody else wrote.
    const filledIn = !call['対応者'] && !('対応者' in mine) && this.who.value.trim() ? ['対応者'] : [];
    if (filledIn.length) mine['対応者'] = this.who.value.trim();
    if (Object.keys(mine).length === 0) {
      done(t('変更はありません'));
      return;
    }
    this.#busy = true;
    this.#tell();
    try {
      const { save } = await import('./save.js');
      const now = await save(call.ID, { base: draftOf(key)?.base ?? {}, mine, yielding: filledIn });
      if (now) {
        remember(split(mine['タグ'] ?? ''));
        dropDraft(key);
        learn(now);
        done(t('保存しました'), t('着信メモを記録しました'));
        // Nobody writes any more: the next call may open by itself.
        if (this.contains(document.activeElement)) this.querySelector('h2').focus();
        this.saved(now);
      }
    } catch (error) {
      failed(t('保存できません。下書きは残っています'), error);
    } finally {
      this.#busy = false;
      if (this.#call && keyOf(this.#call) === key) {
        this.note.hidden = true;
        this.#fill();
      }
    }
  }

  async #forward() {
    try {
      const { openForward } = await import('../forward.js');
      await openForward(this.#call);
    } catch (error) {
      failed(t('伝言メモを開けません'), error);
    }
  }
}

const operator = () => setting('operator') || userName();

function set(field, value) {
  if (field.value !== value) field.value = value;
}

customElements.define('cti-memo', MemoPanel);
