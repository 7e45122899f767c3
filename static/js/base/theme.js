// Light or dark, before the first paint.
//
// Invariant: a classic script, so that no page flashes in the other colours.
// Never: asks the server.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('theme');
    if (localStorage.getItem('lang') === 'en') document.documentElement.lang = 'en';
  } catch { /* storage is forbidden: follow the system */ }
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const set = () => { document.documentElement.dataset.theme = chosen ?? (dark.matches ? 'dark' : 'light'); };
  dark.addEventListener('change', set);
  set();
})();
