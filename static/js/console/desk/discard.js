// Throwing a draft away.
//
// Invariant: it can be taken back as long as a delete can.
// Never: asks before it is done.

import { t } from '../../base/i18n.js';
import { toast, UNDO_SECONDS } from '../../base/toast.js';
import { draftOf, dropDraft, keepDraft } from './drafts.js';

/** Ends the draft of a call; `changed` is called now and when it is taken back. */
export function discard(key, changed) {
  const draft = draftOf(key);
  dropDraft(key);
  changed();
  if (!draft) return;
  const back = () => {
    keepDraft(key, draft.base, draft.mine);
    changed();
  };
  toast({
    kind: 'info', title: t('下書きを破棄しました'), actions: [[t('元に戻す'), back, true]], seconds: UNDO_SECONDS,
  });
}
