// REST で見る: the request that saving sends, to be read and copied.
//
// Invariant: what is shown is what is sent, but for secrets.
// Never: shows a secret that somebody typed.

import { h, icon } from '../../base/dom.js';
import { t } from '../../base/i18n.js';
import { listAddress } from '../../base/api.js';
import { copyTold } from '../parts.js';

const HIDDEN = '********';
const SECRET = new Set(['secret', 'password', 'secret-url', 'secret-headers']);

/** The part of a form: `{ element, show({ method, key, body, etag }) }`. */
export function restView(resource) {
  const shown = h('pre', { class: 'code data', tabindex: 0, 'aria-label': t('送る要求') });
  const command = h('pre', { class: 'code data', tabindex: 0, 'aria-label': t('同じことをする curl') });
  const copy = (text, label) => h('button', {
    class: 'btn sm', type: 'button', onclick: () => copyTold(text()),
  }, icon('copy'), label);
  const element = h('details', { class: 'fold rest' }, h('summary', {}, t('REST で見る')),
    h('div', { class: 'stack' }, shown, command, h('div', { class: 'chips' },
      copy(() => shown.textContent, t('要求をコピー')), copy(() => command.textContent, t('curl をコピー')))));
  return {
    element,
    show({ method, key, body }) {
      const safe = Object.fromEntries(Object.entries(body).map(([name, value]) => {
        const field = resource.fields.find(each => each.name === name);
        return [name, SECRET.has(field.kind) && value ? HIDDEN : value];
      }));
      const path = listAddress(resource.uri) + (key ? `/${key}` : '');
      const json = JSON.stringify(safe, null, 2);
      shown.textContent = `${method} ${path}\nContent-Type: application/json\n\n${json}`;
      command.textContent = `curl -X ${method} '${location.origin}${path}' \\\n`
        + `  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(safe).replaceAll("'", "'\\''")}'`;
    },
  };
}
