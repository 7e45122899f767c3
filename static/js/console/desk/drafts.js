// Memos that are not saved yet, one for each call.
//
// Invariant: a draft survives another call, another screen and a reload; it ends when it is saved or thrown away.
// Never: keeps more than DRAFTS_MAX drafts, or one longer than DAYS_MAX days.

const KEY = 'smartconnect.drafts';
const DRAFTS_MAX = 30;
const DAYS_MAX = 7;
const DAY_MS = 86_400_000;

let drafts = read();
addEventListener('storage', event => {
  if (event.key === KEY) drafts = read();
});

function read() {
  try {
    const found = Object.entries(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
    const kept = found.filter(([, draft]) => Date.now() - draft.at < DAYS_MAX * DAY_MS && draft.base && draft.mine);
    return new Map(kept.sort(([, a], [, b]) => a.at - b.at).slice(-DRAFTS_MAX));
  } catch {
    return new Map();
  }
}

function store() {
  while (drafts.size > DRAFTS_MAX) drafts.delete(drafts.keys().next().value);
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(drafts)));
  } catch { /* full or forbidden: the draft lives until the page is closed */ }
}

/** The draft of a call: `{ base, mine }`, the fields as they were and those that were changed; or null. */
export const draftOf = key => drafts.get(key) ?? null;

/** Whether something about a call is not saved. */
export const hasDraft = key => drafts.has(key);

/** Keeps what was changed; nothing changed ends the draft. */
export function keepDraft(key, base, mine) {
  drafts.delete(key);
  if (Object.keys(mine).length > 0) drafts.set(key, { at: Date.now(), base, mine });
  store();
}

/** Throws a draft away. */
export const dropDraft = key => keepDraft(key, {}, {});
