-- From version 1 to 2.
-- Empty texts of customers are NULL: shorter rows, and quicker to read and to write. Rows from before
-- keep their '', which reads the same.
ALTER TABLE customer ALTER COLUMN "name" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "kana" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "company" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "company_kana" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "department" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "job_title" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_1" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_type_1" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_2" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_type_2" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_3" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_type_3" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_4" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_type_4" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_5" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_type_5" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_6" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "phone_type_6" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "zip" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "prefecture" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "address_1" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "address_2" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "email_1" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "email_2" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "url" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "birthday" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "category" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "warning" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "staff" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "color" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "external_id" DROP NOT NULL;
ALTER TABLE customer ALTER COLUMN "note" DROP NOT NULL;

-- One tree instead of three for the numbers of customers.
CREATE TABLE customer_number(
  last_nine TEXT NOT NULL,
  number TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  PRIMARY KEY(last_nine, number, customer_id, slot)
) STRICT, WITHOUT ROWID;
INSERT INTO customer_number SELECT substr(number,-9), number, customer_id, slot FROM customer_phone
  ORDER BY 1, 2, 3, 4;
DROP TABLE customer_phone;

-- Events are kept by commit.
CREATE TABLE event_batch(
  id INTEGER PRIMARY KEY,
  first_id INTEGER NOT NULL,
  lines TEXT NOT NULL
) STRICT;
INSERT INTO event_batch SELECT id, id,
  concat(id, char(9), kind, char(9), line, char(9), json, char(10)) FROM event ORDER BY id;
DROP TABLE event;
