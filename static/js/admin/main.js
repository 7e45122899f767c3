// The administration.
//
// Invariant: a screen is loaded when it is opened; every resource of the catalogue has one.
// Never: names a field of a resource (the catalogue does).

import { t, useWords } from '../base/i18n.js';
import { isSettingUp } from '../base/api.js';
import { loadSession } from '../base/session.js';
import { frame } from '../frame/shell.js';
import { go, link, start } from '../base/router.js';
import { start as startFeed } from '../live/live.js';
import { h } from '../base/dom.js';
import { groups, screens } from './menu.js';

async function main() {
  await Promise.all([useWords('frame', 'catalogue', 'admin'), loadSession()]);
  frame({
    groups: groups(),
    home: { label: t('smartconnect 管理'), href: link('overview') },
    search: { label: t('設定を検索'), run: text => go('find', { q: text }) },
    foot: [h('a', { href: '/' }, t('← 着信デスクへ'))],
  });
  document.body.classList.add('adm');
  if (!isSettingUp()) startFeed();
  await start(screens(), 'overview');
}

main().catch(async error => {
  if (error.status === 401) {
    const { askForKey, isAskedFor } = await import('./start/key.js');
    if (isAskedFor(error)) await askForKey(error);
    else location.replace(`/login?next=${encodeURIComponent(location.pathname + location.hash)}`);
    return;
  }
  document.body.append(h('p', { role: 'alert', class: 'fatal' }, error.message || String(error)));
  console.error(error);
});
