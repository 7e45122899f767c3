// What can be done about a job.
//
// Invariant: every call of the job is changed alike, and it can be taken back.
// Never: acts for nobody (whoever takes a job has a name).

import { dateField } from '../../base/datefield.js';
import { open as openDialog } from '../../base/dialog.js';
import { freshId, h, icon } from '../../base/dom.js';
import { isoTime } from '../../base/format.js';
import { t, term } from '../../base/i18n.js';
import { japanNow } from '../../base/japan.js';
import { keep } from '../../base/settings.js';
import { failed, toast } from '../../base/toast.js';
import { amend, myName } from '../records.js';

const UNDO_SECONDS = 10;

/** Asks for the name of whoever works here, once; '' where it was not given. */
async function nameOfMine() {
  if (myName()) return myName();
  const id = freshId('name');
  const input = h('input', { type: 'text', id, maxlength: 40, required: true, autocomplete: 'name' });
  const form = h('form', { class: 'stack', method: 'dialog' },
    h('div', { class: 'f' }, h('label', { for: id }, t('あなたの名前')), input,
      h('span', { class: 'hint' }, t('対応者として記録します。「自分の設定」で変えられます。'))),
    h('div', { class: 'acts' }, h('button', { class: 'btn pri', type: 'submit', value: 'ok' }, t('決める'))));
  const { closed } = openDialog(t('だれが対応しますか?'), form);
  input.focus();
  if (await closed !== 'ok' || !input.value.trim()) return '';
  keep('operator', input.value.trim());
  return myName();
}

/** Changes every call of a job and offers to take it back. */
async function all(job, fields, title) {
  const before = [];
  try {
    for (const call of job.calls) {
      const row = await amend(call.ID, fields);
      before.push([call.ID, Object.fromEntries(Object.keys(fields).map(name => [name, row[name]]))]);
    }
  } catch (error) {
    failed(t('変えられませんでした'), error);
    return;
  }
  const undo = async () => {
    try {
      for (const [id, old] of before) await amend(id, old);
    } catch (error) {
      failed(t('元に戻せませんでした'), error);
    }
  };
  toast({ kind: 'ok', title, seconds: UNDO_SECONDS, actions: [[t('元に戻す'), undo]] });
}

/** I take it. */
export async function take(job) {
  const name = await nameOfMine();
  if (name) await all(job, { 対応状況: '対応中', 対応者: name }, t('対応を始めました'));
}

/** It is done: called back where that was promised. */
export async function finish(job) {
  const fields = { 対応状況: job.state === '折返し要' ? '折返し済' : '対応済' };
  const name = job.who || await nameOfMine();
  if (name) await all(job, { ...fields, 対応者: name }, t('対応を終えました'));
}

/** Nobody needs to do anything. */
export const drop = job => all(job, { 対応状況: '対応不要' }, t('対応不要にしました'));

/** Back among those that wait. */
export const giveBack = job => all(job, { 対応状況: '未対応', 対応者: '' }, t('未対応に戻しました'));

/** Asks when to call back. */
export async function promise(job) {
  const field = dateField({ label: term('折返し日時'), time: true, value: job.promised });
  const form = h('form', { class: 'stack' }, field,
    h('div', { class: 'acts' }, h('button', { class: 'btn pri', type: 'submit' }, icon('check'), t('決める'))));
  const { dialog, closed } = openDialog(t('いつ折り返しますか?'), form);
  form.addEventListener('submit', event => {
    event.preventDefault();
    if (field.check() && field.value) dialog.close(field.value);
    else field.focus();
  });
  field.focus();
  const when = await closed;
  if (!when) return;
  const title = when < isoTime(japanNow()) ? t('折返し日時を入れました(もう過ぎています)') : t('折返し日時を入れました');
  await all(job, { 対応状況: '折返し要', 折返し日時: when }, title);
}

/** Writes a memo to the last call of the job. */
export async function note(job) {
  const id = freshId('memo');
  const area = h('textarea', { id, rows: 4, maxlength: 4000, value: job.last['メモ'] });
  const form = h('form', { class: 'stack' }, h('div', { class: 'f' }, h('label', { for: id }, term('メモ')), area),
    h('div', { class: 'acts' }, h('button', { class: 'btn pri', type: 'submit' }, icon('check'), t('保存'))));
  const { dialog, closed } = openDialog(t('メモ'), form);
  const save = async event => {
    event?.preventDefault();
    try {
      await amend(job.last.ID, { メモ: area.value });
      dialog.close('saved');
    } catch (error) {
      failed(t('メモを保存できません'), error);
    }
  };
  form.addEventListener('submit', save);
  area.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save(event);
  });
  area.focus();
  await closed;
}
