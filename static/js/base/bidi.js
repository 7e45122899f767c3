// Signs that turn the direction of writing round (U+202E and others), in names that callers send.
//
// Invariant: such a sign ends with the text that it stands in.
// Never: changes a text without such a sign.

const TURNS = /[\u202a-\u202e\u2066-\u2069]/;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** The text for the middle of a sentence: what stands behind it keeps its direction (Unicode UAX #9, isolates). */
export const isolated = text =>
  (TURNS.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}` : text);
