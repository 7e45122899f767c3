-- From version 3 to 4.
-- Texts are folded in another way: a mark of a long vowel behind a digit is a hyphen, and ゝ ゞ are ヽ ヾ. Rows
-- that were indexed otherwise are indexed again. Early databases had no search index.
CREATE VIRTUAL TABLE IF NOT EXISTS customer_gram USING fts5(
  gram, content='', contentless_delete=1, detail=none, tokenize='ascii'
);
INSERT INTO customer_stale(id) SELECT rowid FROM customer_gram WHERE customer_gram MATCH
  '"0ー" OR "1ー" OR "2ー" OR "3ー" OR "4ー" OR "5ー" OR "6ー" OR "7ー" OR "8ー" OR "9ー" OR "ゝ" OR "ゞ"';
CREATE VIRTUAL TABLE IF NOT EXISTS call_gram USING fts5(
  gram, content='', contentless_delete=1, detail=none, tokenize='ascii'
);
INSERT INTO call_stale(id) SELECT rowid FROM call_gram WHERE call_gram MATCH
  '"0ー" OR "1ー" OR "2ー" OR "3ー" OR "4ー" OR "5ー" OR "6ー" OR "7ー" OR "8ー" OR "9ー" OR "ゝ" OR "ゞ"';
