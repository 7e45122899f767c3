-- Tables and indexes that stand beside the resources of the catalogue (whose tables start-up
-- makes from the catalogue itself). Every statement may run again on each start; what cannot be
-- said so (a rename, a new type) is a numbered migration in this folder.

-- Facts about the database: the check value of the key file, when it was last probed for writing.
CREATE TABLE IF NOT EXISTS meta(
  name TEXT PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

-- Which customers have which number; written with every write of a customer. A number that is
-- written with another prefix has the same last nine digits, so they come first in the key: one
-- tree finds the number itself and the candidates.
CREATE TABLE IF NOT EXISTS customer_number(
  last_nine TEXT NOT NULL,
  number TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  PRIMARY KEY(last_nine, number, customer_id, slot)
) STRICT, WITHOUT ROWID;

-- How often a number has called, and its last record: the count must not cost more with every call.
CREATE TABLE IF NOT EXISTS caller(
  number TEXT PRIMARY KEY,
  calls INTEGER NOT NULL,
  last_call_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What connected clients were told, for replay: the events of one commit, each on a line of `lines`
-- (id, kind, 回線No, envelope, with tabs between). The key is the id of the last one.
CREATE TABLE IF NOT EXISTS event_batch(
  id INTEGER PRIMARY KEY,
  first_id INTEGER NOT NULL,
  lines TEXT NOT NULL
) STRICT;

-- Who is signed in. What a browser holds is in its cookie alone; its SHA-256 is the key here.
CREATE TABLE IF NOT EXISTS session(
  hash BLOB PRIMARY KEY,
  user_id INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_of_user ON session(user_id, started_at);

-- POSTs that were answered, by their Idempotency-Key: a repeat gets the same answer.
CREATE TABLE IF NOT EXISTS answered(
  id INTEGER PRIMARY KEY,
  login TEXT NOT NULL,
  resource TEXT NOT NULL,
  name TEXT NOT NULL,
  body BLOB NOT NULL,
  row_key INTEGER NOT NULL,
  tag INTEGER NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE(login, resource, name)
) STRICT;
CREATE INDEX IF NOT EXISTS answered_at ON answered(at);

-- The history query: each arm reads one index in key order.
CREATE INDEX IF NOT EXISTS call_by_number ON call(caller_number) WHERE caller_number <> '';
CREATE INDEX IF NOT EXISTS call_by_customer ON call(customer_id) WHERE customer_id <> 0;
CREATE INDEX IF NOT EXISTS call_by_customer_and_number ON call(customer_id, caller_number)
  WHERE customer_id <> 0 AND caller_number <> '';
-- The same for users who may see some lines only: one arm a line.
CREATE INDEX IF NOT EXISTS call_by_line ON call(line_no);
-- Lists of the calls that somebody has to handle, and of those that somebody handles.
CREATE INDEX IF NOT EXISTS call_by_handling ON call(handling) WHERE handling <> '';
CREATE INDEX IF NOT EXISTS call_by_operator ON call(operator) WHERE operator <> '';
-- Customers by the key that another system has for them.
CREATE INDEX IF NOT EXISTS customer_by_external_id ON customer(external_id) WHERE external_id <> '';
-- Calls that a stopped process left ringing; holds only those that ring now.
CREATE INDEX IF NOT EXISTS call_ringing ON call(id) WHERE state = '呼出中';
-- Calls by their outcome, but for the two that a usual call has, so that it costs nothing there.
CREATE INDEX IF NOT EXISTS call_by_state ON call(state) WHERE state NOT IN ('呼出中', '他で応答');

-- One delivery a call, target and timing. Tests, forwards and digests may be repeated, so they
-- are told apart by their own key.
CREATE UNIQUE INDEX IF NOT EXISTS delivery_once ON delivery(
  call_id, target_resource, target_id,
  CASE WHEN timing IN ('着信時', '応答時', '不在時', '終了時') THEN timing ELSE id END
);
-- Open deliveries target by target, so that a long backlog of one hides no other.
CREATE INDEX IF NOT EXISTS delivery_open ON delivery(target_resource, target_id, due_at)
  WHERE completed_at IS NULL;
CREATE INDEX IF NOT EXISTS delivery_expiry ON delivery(expires_at) WHERE completed_at IS NULL;

-- Deliveries that did not arrive; nothing is added for those that do.
CREATE INDEX IF NOT EXISTS delivery_by_state ON delivery(state)
  WHERE state NOT IN ('待機', '送信中', '成功', '受付');

-- Deliveries that wait for a digest, and those that one tells of.
CREATE INDEX IF NOT EXISTS delivery_held ON delivery(due_at)
  WHERE digest = 0 AND completed_at IS NULL;
CREATE INDEX IF NOT EXISTS delivery_joined ON delivery(digest)
  WHERE digest > 0 AND completed_at IS NULL;

-- Every attempt of a delivery.
CREATE TABLE IF NOT EXISTS delivery_attempt(
  delivery_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  response TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY(delivery_id, attempt)
) STRICT, WITHOUT ROWID;

-- ユーザーID is unique in any letter case; its characters are ASCII.
CREATE UNIQUE INDEX IF NOT EXISTS user_login ON user(lower(login));

-- Sums, so that neither a page of a list nor a chart reads ten million calls. Triggers keep them,
-- because calls are written in many places. Days and hours are Japan's, counted from 1970;
-- 32400000 ms is Japan's offset.

-- How many calls came in on a day, and between which keys they are.
CREATE TABLE IF NOT EXISTS call_day(
  day INTEGER PRIMARY KEY,
  calls INTEGER NOT NULL,
  first_id INTEGER NOT NULL,
  last_id INTEGER NOT NULL
) STRICT;

-- Calls by hour, line and outcome; `rung` of them have `ring_seconds`.
CREATE TABLE IF NOT EXISTS call_tally(
  hour INTEGER NOT NULL,
  line_no INTEGER NOT NULL,
  state TEXT NOT NULL,
  calls INTEGER NOT NULL,
  rung INTEGER NOT NULL,
  ring_seconds INTEGER NOT NULL,
  PRIMARY KEY(hour, line_no, state)
) STRICT, WITHOUT ROWID;

-- Calls that somebody handled, by day, person, line and outcome.
CREATE TABLE IF NOT EXISTS operator_tally(
  day INTEGER NOT NULL,
  operator TEXT NOT NULL,
  line_no INTEGER NOT NULL,
  state TEXT NOT NULL,
  calls INTEGER NOT NULL,
  rung INTEGER NOT NULL,
  ring_seconds INTEGER NOT NULL,
  PRIMARY KEY(day, operator, line_no, state)
) STRICT, WITHOUT ROWID;

-- How many rows the other large tables have; the writer adds up what each transaction changed.
CREATE TABLE IF NOT EXISTS row_count(
  name TEXT PRIMARY KEY,
  total INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS call_counted AFTER INSERT ON call BEGIN
  INSERT INTO call_day(day, calls, first_id, last_id)
    VALUES((coalesce(new.received_at, 0) + 32400000) / 86400000, 1, new.id, new.id)
    ON CONFLICT(day) DO UPDATE SET calls = calls + 1,
      first_id = min(first_id, new.id), last_id = max(last_id, new.id);
  INSERT INTO call_tally(hour, line_no, state, calls, rung, ring_seconds)
    VALUES((coalesce(new.received_at, 0) + 32400000) / 3600000, coalesce(new.line_no, 0), new.state,
      1, new.ring_seconds IS NOT NULL, coalesce(new.ring_seconds, 0))
    ON CONFLICT(hour, line_no, state) DO UPDATE SET calls = calls + 1,
      rung = rung + excluded.rung, ring_seconds = ring_seconds + excluded.ring_seconds;
END;
CREATE TRIGGER IF NOT EXISTS call_recounted AFTER UPDATE OF state, line_no, ring_seconds ON call BEGIN
  UPDATE call_tally SET calls = calls - 1, rung = rung - (old.ring_seconds IS NOT NULL),
      ring_seconds = ring_seconds - coalesce(old.ring_seconds, 0)
    WHERE hour = (coalesce(old.received_at, 0) + 32400000) / 3600000
      AND line_no = coalesce(old.line_no, 0) AND state = old.state;
  INSERT INTO call_tally(hour, line_no, state, calls, rung, ring_seconds)
    VALUES((coalesce(new.received_at, 0) + 32400000) / 3600000, coalesce(new.line_no, 0), new.state,
      1, new.ring_seconds IS NOT NULL, coalesce(new.ring_seconds, 0))
    ON CONFLICT(hour, line_no, state) DO UPDATE SET calls = calls + 1,
      rung = rung + excluded.rung, ring_seconds = ring_seconds + excluded.ring_seconds;
END;
CREATE TRIGGER IF NOT EXISTS call_uncounted AFTER DELETE ON call BEGIN
  UPDATE call_day SET calls = calls - 1
    WHERE day = (coalesce(old.received_at, 0) + 32400000) / 86400000;
  UPDATE call_tally SET calls = calls - 1, rung = rung - (old.ring_seconds IS NOT NULL),
      ring_seconds = ring_seconds - coalesce(old.ring_seconds, 0)
    WHERE hour = (coalesce(old.received_at, 0) + 32400000) / 3600000
      AND line_no = coalesce(old.line_no, 0) AND state = old.state;
END;
CREATE TRIGGER IF NOT EXISTS call_taken AFTER INSERT ON call WHEN new.operator <> '' BEGIN
  INSERT INTO operator_tally(day, operator, line_no, state, calls, rung, ring_seconds)
    VALUES((coalesce(new.received_at, 0) + 32400000) / 86400000, new.operator,
      coalesce(new.line_no, 0), new.state,
      1, new.ring_seconds IS NOT NULL, coalesce(new.ring_seconds, 0))
    ON CONFLICT(day, operator, line_no, state) DO UPDATE SET calls = calls + 1,
      rung = rung + excluded.rung, ring_seconds = ring_seconds + excluded.ring_seconds;
END;
CREATE TRIGGER IF NOT EXISTS call_released
AFTER UPDATE OF operator, state, line_no, ring_seconds ON call WHEN old.operator <> '' BEGIN
  UPDATE operator_tally SET calls = calls - 1, rung = rung - (old.ring_seconds IS NOT NULL),
      ring_seconds = ring_seconds - coalesce(old.ring_seconds, 0)
    WHERE day = (coalesce(old.received_at, 0) + 32400000) / 86400000
      AND operator = old.operator AND line_no = coalesce(old.line_no, 0) AND state = old.state;
END;
CREATE TRIGGER IF NOT EXISTS call_retaken
AFTER UPDATE OF operator, state, line_no, ring_seconds ON call WHEN new.operator <> '' BEGIN
  INSERT INTO operator_tally(day, operator, line_no, state, calls, rung, ring_seconds)
    VALUES((coalesce(new.received_at, 0) + 32400000) / 86400000, new.operator,
      coalesce(new.line_no, 0), new.state,
      1, new.ring_seconds IS NOT NULL, coalesce(new.ring_seconds, 0))
    ON CONFLICT(day, operator, line_no, state) DO UPDATE SET calls = calls + 1,
      rung = rung + excluded.rung, ring_seconds = ring_seconds + excluded.ring_seconds;
END;
CREATE TRIGGER IF NOT EXISTS call_taken_away AFTER DELETE ON call WHEN old.operator <> '' BEGIN
  UPDATE operator_tally SET calls = calls - 1, rung = rung - (old.ring_seconds IS NOT NULL),
      ring_seconds = ring_seconds - coalesce(old.ring_seconds, 0)
    WHERE day = (coalesce(old.received_at, 0) + 32400000) / 86400000
      AND operator = old.operator AND line_no = coalesce(old.line_no, 0) AND state = old.state;
END;

-- What searches look up: characters, pairs of them and runs of three and four digits, without the texts. Rows that
-- are not in it are those beyond the last key in `meta` and the stale ones, which stand in the order of
-- their changes, some more than once: a change costs a few bytes at the end, not a page in the middle.
CREATE VIRTUAL TABLE IF NOT EXISTS customer_gram USING fts5(
  gram, content='', contentless_delete=1, detail=none, tokenize='ascii'
);
CREATE TABLE IF NOT EXISTS customer_stale(place INTEGER PRIMARY KEY, id INTEGER NOT NULL) STRICT;
CREATE VIRTUAL TABLE IF NOT EXISTS call_gram USING fts5(
  gram, content='', contentless_delete=1, detail=none, tokenize='ascii'
);
CREATE TABLE IF NOT EXISTS call_stale(place INTEGER PRIMARY KEY, id INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO meta(name, value) VALUES('customer_gram', 0), ('call_gram', 0);
