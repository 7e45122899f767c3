// Pages about the caller: number search, and the office's own pages.
//
// Invariant: only pages of the web, each in a tab of its own.
// Never: tells the page where the user came from.

import { h, icon, redraw } from '../../base/dom.js';
import { tel } from '../../base/format.js';
import { t } from '../../base/i18n.js';
import { isPage } from './announce.js';

const SHOWN_MAX = 12;
const HOST_MAX = 40;

/** `show(opened)` draws; nothing is shown without a number and without pages. */
export class SearchSites extends HTMLElement {
  show(opened) {
    const number = opened?.call['相手TEL'] ?? '';
    const sites = (opened?.sites ?? []).filter(site => isPage(site.URL)).slice(0, SHOWN_MAX);
    const own = (opened?.card?.urls ?? []).filter(isPage).slice(0, SHOWN_MAX);
    if (!sites.length && !own.length) return redraw(this);
    const blocked = new Set(opened.card?.blocked ?? []);
    return redraw(this,
      own.length > 0 && h('section', { class: 'card', 'aria-labelledby': 'h-own' },
        h('header', {}, h('h2', { id: 'h-own' }, t('この着信で開くページ'))),
        h('div', { class: 'body stack' },
          blocked.size > 0 && h('p', { class: 'small muted' }, t('自動では開けなかったページは、押して開いてください。')),
          own.map(url => site(name(url), url, blocked.has(url))))),
      sites.length > 0 && h('section', { class: 'card', 'aria-labelledby': 'h-site' },
        h('header', {}, h('h2', { id: 'h-site' }, t('電話番号検索')), h('span', { class: 'sp' }),
          h('span', { class: 'num muted' }, tel(number))),
        h('div', { class: 'body sites' }, sites.map(({ サイト名: title, URL: url }) => site(title, url)))));
  }
}

const site = (title, url, main = false) => h('a', {
  class: main ? 'btn sm pri' : 'btn sm', href: url, target: '_blank', rel: 'noopener noreferrer', 'data-focus': url,
}, icon('ext'), h('span', { class: 'tx data' }, title), h('span', { class: 'sr' }, t('(新しいタブ)')));

function name(url) {
  try {
    return new URL(url).host.slice(0, HOST_MAX);
  } catch {
    return url.slice(0, HOST_MAX);
  }
}

customElements.define('cti-search-sites', SearchSites);
