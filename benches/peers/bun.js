// The peer that many would write: Bun with bun:sqlite, one process, prepared statements, WAL and
// synchronous=FULL. Answers the same JSON under short paths. Usage: bun bun.js DATABASE PORT
import { Database } from "bun:sqlite";

const db = new Database(process.argv[2]);
db.run("PRAGMA journal_mode=WAL");
db.run("PRAGMA synchronous=FULL");
db.run("PRAGMA cache_size=-65536");

const columns = (table) =>
  db.query(`SELECT name FROM pragma_table_info('${table}') WHERE name NOT IN ('row_key', 'customer_id', 'caller')`).all()
    .map((row) => row.name);
const quoted = (names) => names.map((name) => `"${name}"`).join(",");
const customers = columns("customer");
const calls = quoted(columns("call"));

const one = db.query(`SELECT ${quoted(customers)} FROM customer WHERE row_key=?`);
const page = db.query(`SELECT ${quoted(customers)} FROM customer ORDER BY row_key LIMIT 1000`);
const ofCustomer = db.query(
  `SELECT ${calls} FROM call WHERE customer_id=? ORDER BY row_key DESC LIMIT 100`);
const ofNumbers = db.query(
  `SELECT ${calls} FROM call WHERE caller IN (?,?,?,?,?,?) ORDER BY row_key DESC LIMIT 100`);
const insert = db.query(
  `INSERT INTO customer(${quoted(customers)}) VALUES(${customers.map(() => "?").join(",")})`);
const insertNumber = db.query("INSERT INTO customer_number(number, customer_id) VALUES(?,?)");
const rename = db.query(`UPDATE customer SET "氏名"=? WHERE row_key=?`);

const add = db.transaction((body) => {
  const { lastInsertRowid } = insert.run(...customers.map((name) => body[name] ?? ""));
  if (body["電話番号1"]) insertNumber.run(body["電話番号1"], lastInsertRowid);
});
const done = () => Response.json({ result: "True", msg: "正常終了" });

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[3]),
  async fetch(request) {
    const [, kind, rest] = new URL(request.url).pathname.split("/");
    if (request.method === "POST") {
      add(await request.json());
      return done();
    }
    if (request.method === "PUT") {
      rename.run((await request.json())["氏名"], Number(rest));
      return done();
    }
    if (kind === "customer") return Response.json([one.get(Number(rest))]);
    if (kind === "customers") return Response.json(page.all());
    if (kind === "of") return Response.json(ofCustomer.all(Number(rest)));
    if (kind === "from") return Response.json(ofNumbers.all(...rest.split(",")));
    return new Response("", { status: 404 });
  },
});
