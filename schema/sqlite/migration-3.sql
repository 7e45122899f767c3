-- From version 2 to 3.
-- Rows that changed since they were indexed stand in the order of their changes. The tables may not
-- exist yet: early databases of version 2 had no search index.
CREATE TABLE IF NOT EXISTS customer_stale(id INTEGER PRIMARY KEY) STRICT;
ALTER TABLE customer_stale RENAME TO customer_stale_by_key;
CREATE TABLE customer_stale(place INTEGER PRIMARY KEY, id INTEGER NOT NULL) STRICT;
INSERT INTO customer_stale(id) SELECT id FROM customer_stale_by_key;
DROP TABLE customer_stale_by_key;
CREATE TABLE IF NOT EXISTS call_stale(id INTEGER PRIMARY KEY) STRICT;
ALTER TABLE call_stale RENAME TO call_stale_by_key;
CREATE TABLE call_stale(place INTEGER PRIMARY KEY, id INTEGER NOT NULL) STRICT;
INSERT INTO call_stale(id) SELECT id FROM call_stale_by_key;
DROP TABLE call_stale_by_key;
