// Writing a text with placeholders: chips that put them in, what the text becomes, how long it gets, what is wrong.
//
// Invariant: what is shown as the result was made by the service from exactly what stands in the form.
// Never: fills in placeholders itself.

import { freshId, h, icon } from '../../base/dom.js';
import { language, t, term } from '../../base/i18n.js';
import { REST, request, Refusal, rows } from '../../base/api.js';
import { callerName, count, moment } from '../../base/format.js';
import { exampleOf, isMask } from '../../base/fields.js';
import { readFaults } from '../../base/faults.js';

const PREVIEW_MS = 300;
const CALLS = 'ReceivedCall-Record';
const CALLS_SHOWN = 15;
const KINDS = new Set(['template', 'url-template', 'args-template', 'file-template']);
/** Chips that stand without unfolding the rest. */
const OFTEN = ['顧客名', '相手TEL表示', '会社名', '回線名', '着信日時', '着信時刻', '注意メッセージ', '状態'];
/** What programs and addresses need: plain numbers and keys. */
const OF_PROGRAMS = ['相手TEL', '相手TEL国際', '顧客ID', '外部ID', '回線No', '着信記録ID', '状態'];
const ONLY_FILES = ['日時', '日付', '出力対象'];
const OF_FILES = [...ONLY_FILES, 'サーバー名'];
/** From this many characters on a text gets several lines. */
const LONG = 200;

/** The control of a template. */
function template(field, { label, ...props }, changed, context) {
  const several = (field.max ?? 0) > LONG && field.kind === 'template';
  const input = h(several ? 'textarea' : 'input', {
    ...props, type: several ? null : 'text', rows: several ? (field.max > 1000 ? 6 : 3) : null, spellcheck: 'false',
    placeholder: exampleOf(field), class: 'tpl', oninput: () => { measure(); changed(false); },
  });
  const outId = freshId('sample');
  const length = h('span', { class: 'small num muted' });
  const shown = h('div', {
    class: 'preview data', id: outId, role: 'group', 'aria-label': t('{name}の見本', { name: label }),
  });
  const sample = h('div', { class: 'sample' }, h('span', { class: 'lb small' }, icon('eye'), t('見本')), shown);
  sample.hidden = !context.form?.resource.orders?.Preview;
  let result = '';
  const measure = () => {
    const own = [...input.value].length;
    const max = count(field.max);
    length.textContent = !field.max ? '' : result ? t('文面 {own} / {max} 文字 · 差込後 {n} 文字',
      { own: count(own), max, n: count([...result].length) }) : t('文面 {own} / {max} 文字', { own: count(own), max });
    length.classList.toggle('over', own > field.max);
  };
  const put = name => {
    const text = `{{${name}}}`;
    input.setRangeText(text, input.selectionStart, input.selectionEnd, 'end');
    input.focus();
    measure();
    changed(false);
  };
  return {
    element: h('div', { class: 'editor' }, chips(field, context.placeholders, put), input, length, sample), input,
    value: () => input.value,
    set: text => { input.value = text; measure(); },
    sample(text) {
      result = text;
      shown.textContent = text || t('(空)');
      shown.classList.remove('stale');
      measure();
    },
    stale: () => shown.classList.add('stale'),
  };
}

function chips(field, placeholders, put) {
  const files = field.kind === 'file-template';
  const short = !files && (field.max ?? 0) <= LONG;
  const chip = entry => h('button', {
    class: 'chip', type: 'button', onclick: () => put(entry.name),
    title: language() === 'en' ? term(entry.meaning) : `${entry.meaning} — ${entry.sample}`,
  }, '+ ', term(entry.name));
  const wanted = files ? OF_FILES : field.kind === 'template' ? OFTEN : OF_PROGRAMS;
  const first = short ? [] : placeholders.filter(entry => wanted.includes(entry.name));
  const rest = files ? [] : placeholders.filter(entry => !first.includes(entry) && !ONLY_FILES.includes(entry.name));
  return h('div', { class: 'chipset' },
    first.length > 0 && h('div', { class: 'chips', role: 'group', 'aria-label': t('差し込む言葉') }, first.map(chip)),
    rest.length > 0 && h('details', { class: 'fold inner' }, h('summary', {}, short ? t('差し込む言葉') : t('ほかの言葉')),
      h('div', { class: 'chips', role: 'group', 'aria-label': t('ほかの差し込む言葉') }, rest.map(chip))));
}

/** Controls by kind, for makeField. */
export const editors = Object.fromEntries([...KINDS].map(kind => [kind, template]));

/**
 * Shows what the templates of a form become: `{ element, soon(), run() }`; null where the service cannot tell.
 * `element` chooses the call that fills them in.
 */
export function previewer(form) {
  if (!form.resource.orders?.Preview) return null;
  let timer = 0;
  let asked = null;
  const id = freshId('call');
  const files = form.resource.fields.some(field => field.kind === 'file-template');
  const select = h('select', { id, onchange: () => run() }, h('option', { value: '' }, t('例の着信')));
  if (!files) {
    rows(CALLS, { limit: CALLS_SHOWN, order: 'desc' }).then(found => select.append(...found.map(call => h('option', {
      value: call.ID, class: 'data',
    }, `${moment(call['着信日時'])} ${callerName(call)}`)))).catch(() => {});
  }
  const templates = () => form.fields.filter(made => KINDS.has(made.field.kind));

  async function run() {
    clearTimeout(timer);
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    try {
      const { data } = await request('POST', `${REST}/${form.resource.uri}/${form.key || 0}/Preview`,
        { body: whole(form), values: { call: select.value }, signal });
      for (const made of templates()) {
        made.fault('');
        made.control.sample(data.data[made.field.name] ?? '');
      }
    } catch (error) {
      if (signal.aborted) return;
      wrong(error);
    }
  }

  function wrong(error) {
    const names = form.resource.fields.map(field => field.name);
    const { faults } = readFaults(error instanceof Refusal ? error.message : '', names);
    for (const made of templates()) {
      made.control.stale();
      // An empty field is told when it is left or saved, not while another one is written.
      if (made.value()) made.fault(faults.get(made.field.name) ?? '');
    }
  }

  return {
    element: files ? null : h('div', { class: 'f sample-of' }, h('label', { for: id }, t('見本に使う着信')), select),
    run,
    soon() {
      clearTimeout(timer);
      for (const made of templates()) made.control.stale();
      timer = setTimeout(run, PREVIEW_MS);
    },
  };
}

/** What the form would write; where something required is missing yet, its example, so that the rest can be seen. */
function whole(form) {
  const body = form.isNew ? Object.fromEntries(form.fields.map(made => [made.field.name, made.value()])) : form.body();
  for (const { field } of form.fields) {
    if (form.isNew && !body[field.name] && field.required) body[field.name] = field.example ?? '-';
    if (isMask(body[field.name] ?? '')) delete body[field.name];
  }
  return body;
}
