// The same done to many rows: switched on or off, deleted.
//
// Invariant: what was done can be taken back: a switch is turned again, a delete waits before it is sent.
// Never: goes on after the service is gone (it stops at the first refusal and says how far it came).

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { change, Refusal, remove } from '../../base/api.js';
import { ask } from '../../base/dialog.js';
import { failed, toast, undoable } from '../../base/toast.js';
import { rowName, titleOf } from '../../base/catalogue.js';
import { may } from '../../base/session.js';
import { ABOUT } from './about.js';

const SWITCHES = ['使用する', '通知する'];
const SHOWN_SECONDS = 8;
const GONE = 404;

/** The bool that a bulk switch turns, or undefined. */
const switchOf = resource => resource.fields.find(field => SWITCHES.includes(field.name));

/** Whether anything can be done to many rows. */
export const hasBulk = resource => may(resource.uri, 'write')
  && (resource.methods.includes('DELETE')
    || (resource.methods.includes('PUT') && !resource.single && Boolean(switchOf(resource))));

/** The bar for chosen rows: `{ element, draw(picked) }`. */
export function bulk(list) {
  const { resource } = list;
  const label = t('選んだ行');
  const element = h('div', { class: 'bulk', hidden: true, role: 'group', 'aria-label': label });
  const bool = resource.methods.includes('PUT') && switchOf(resource);
  const draw = picked => {
    element.hidden = picked.size === 0;
    if (element.hidden) return;
    const act = (name, label, run, look = '') => h('button', { class: `btn sm ${look}`, type: 'button', onclick: run },
      icon(name), label);
    const labels = bool?.name === '通知する' ? [t('通知する'), t('通知しない')] : [t('使用する'), t('使用しない')];
    const turns = bool ? [act('check', labels[0], () => turn(list, bool, 'True')),
      act('x', labels[1], () => turn(list, bool, 'False'))] : [];
    element.replaceChildren(h('span', { class: 'num' }, t('{n} 件を選択中', { n: picked.size })),
      h('span', { class: 'sp' }), ...turns,
      resource.methods.includes('DELETE') ? act('bin', t('削除'), () => erase(list, list.pickedRows()), 'bad') : '',
      act('undo', t('選択を解除'), () => list.unpick()));
  };
  return { element, draw };
}

async function each(rows, label, run) {
  const bar = h('progress', { max: rows.length, value: 0, 'aria-label': label });
  const close = toast({ kind: 'info', title: label });
  document.querySelector('.toasts')?.lastElementChild?.append(bar);
  const finished = [];
  try {
    for (const row of rows) {
      await run(row);
      finished.push(row);
      bar.value = finished.length;
    }
  } catch (error) {
    failed(t('{n} 件で止まりました', { n: finished.length }), error);
  }
  close();
  return finished;
}

async function turn(list, bool, word) {
  const { resource } = list;
  const rows = list.pickedRows().filter(row => row[bool.name] !== word);
  const write = value => row => change(resource.uri, row[resource.key], { [bool.name]: value });
  const finished = await each(rows, t('{n} 件を切り替えています…', { n: rows.length }), write(word));
  list.unpick();
  await list.reload();
  if (finished.length === 0) return;
  const back = async () => {
    await each(finished, t('元に戻しています…'), write(word === 'True' ? 'False' : 'True'));
    await list.reload();
  };
  toast({
    kind: 'ok', title: t('{n} 件を切り替えました', { n: finished.length }), actions: [[t('元に戻す'), back, true]],
    seconds: SHOWN_SECONDS,
  });
}

/** Deletes rows after a while in which it can be taken back; they leave the list at once. */
export async function erase(list, rows) {
  const { resource } = list;
  const title = titleOf(resource);
  const { settles } = ABOUT[resource.uri] ?? {};
  const what = rows.length === 1 ? t('{title}「{name}」を削除しますか', { title, name: rowName(resource, rows[0]) })
    : t('{title} {n} 件を削除しますか', { title, n: rows.length });
  if (!await ask(what, [settles ? t(settles) : '', ' ', t('8 秒のあいだは元に戻せます。')], t('削除'), { danger: true })) {
    return false;
  }
  const keys = rows.map(row => row[resource.key]);
  list.hide(keys);
  const name = rows.length === 1 ? rowName(resource, rows[0]) : t('{n} 件', { n: rows.length });
  undoable(t('「{name}」を削除します', { name }), async () => {
    for (const key of keys) {
      try {
        await remove(resource.uri, key);
      } catch (error) {
        // Somebody else was faster: it is gone, as wanted.
        if (!(error instanceof Refusal && error.status === GONE)) throw error;
      }
    }
  }, { undone: () => list.show(keys), gone: () => list.forget(keys) });
  return true;
}
