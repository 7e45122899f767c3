//! The same office at everybody: 100,000 customers, a million calls, some customers who call often.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};
use smartconnect::resource::catalog::{CALL, CUSTOMER};
use smartconnect::resource::{Mode, Resource};

use super::rest::{Bare, pin};
use crate::harness::place::{Folder, free_port};
use crate::harness::process::Process;
use crate::harness::{BASE, Service, http, wait_until};

const CUSTOMERS: usize = 100_000;
const CALLS: &str = "1000000";
/// Customers with 250 calls each, at most this many.
const FREQUENT: usize = 50;
/// Addresses that a generator has ready.
const PATHS: usize = 5_000;
/// How long a peer may take to start.
const START: Duration = Duration::from_secs(20);
/// The superuser who makes PocketBase's tables.
const SUPERUSER: [&str; 2] = ["bench@example.com", "bench-password"];

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// smartconnect.
    Service,
    /// A bare actix handler.
    Bare,
    /// Bun with bun:sqlite.
    Bun,
    /// PocketBase.
    PocketBase,
}

/// Everybody, started and filled.
pub struct Office {
    service: Service,
    bare: Bare,
    bun: (Process, SocketAddr),
    pocket: (Process, SocketAddr),
    /// Key and number.
    frequent: Vec<(i64, String)>,
    _folder: Folder,
}

impl Office {
    /// Fills and starts everybody, which takes a minute.
    pub fn open() -> Self {
        let folder = Folder::new();
        let mut service = Service::start_with(&["--log", "warn", "--workers", "1"], "");
        let idle = resident(service.pid());
        service.stop();
        fill(&service.data_dir());
        let database = service.data_dir().join("smartconnect.db");
        let frequent = let_some_call_often(&Connection::open(&database).unwrap());
        let bun = start_bun(folder.path(), &database);
        let pocket = start_pocketbase(folder.path(), &database);
        service.restart();
        println!("resident with an empty database: {idle}");
        let bare = Bare::with_customers(&service, &asked());
        for process in [service.pid(), bun.0.id(), pocket.0.id()] {
            pin(process);
        }
        Self { service, bare, bun, pocket, frequent, _folder: folder }
    }

    /// Where a peer listens.
    pub fn base(&self, peer: Peer) -> String {
        let address = match peer {
            Peer::Service => self.service.http(),
            Peer::Bare => self.bare.address(),
            Peer::Bun => self.bun.1,
            Peer::PocketBase => self.pocket.1,
        };
        format!("http://{address}")
    }

    /// Memory of everybody.
    pub fn resident(&self) -> String {
        format!(
            "service {}, Bun {}, PocketBase {}",
            resident(self.service.pid()),
            resident(self.bun.0.id()),
            resident(self.pocket.0.id())
        )
    }

    /// Single customers.
    pub fn customers(&self, peer: Peer) -> Vec<String> {
        asked().into_iter().map(|key| customer(peer, key)).collect()
    }

    /// One customer, whom the processor has at hand when he was asked for before.
    pub fn one_customer(&self, peer: Peer) -> Vec<String> {
        vec![customer(peer, asked()[PATHS / 2])]
    }

    /// 100 newest calls of one customer.
    pub fn calls_of_customers(&self, peer: Peer) -> Vec<String> {
        let paths = self.frequent.iter().map(|(key, _)| match peer {
            Peer::Service => format!("{BASE}/ReceivedCall-Record/100/True/{key}/Null"),
            Peer::Bun | Peer::Bare => format!("/of/{key}"),
            Peer::PocketBase => pocket_calls(&format!("customer_id=%27{key}%27")),
        });
        paths.collect()
    }

    /// 100 newest calls of six numbers.
    pub fn calls_of_numbers(&self, peer: Peer) -> Vec<String> {
        let numbers: Vec<&str> = self.frequent.iter().map(|(_, number)| number.as_str()).collect();
        let paths = numbers.windows(6).map(|six| match peer {
            Peer::Service => format!("{BASE}/ReceivedCall-Record/100/True/0/{}", six.join("&")),
            Peer::Bun | Peer::Bare => format!("/from/{}", six.join(",")),
            Peer::PocketBase => {
                let each = six.iter().map(|number| format!("caller_number=%27{number}%27"));
                pocket_calls(&each.collect::<Vec<_>>().join("%7C%7C"))
            }
        });
        paths.collect()
    }

    /// New customers.
    pub fn posting(&self, peer: Peer) -> Vec<String> {
        vec![match peer {
            Peer::Service | Peer::Bare => format!("{BASE}/CustomerAddress"),
            Peer::Bun => "/customer".to_owned(),
            Peer::PocketBase => "/api/collections/customer/records".to_owned(),
        }]
    }

    /// 1,000 customers.
    pub fn thousand(&self, peer: Peer) -> Vec<String> {
        vec![match peer {
            Peer::Service | Peer::Bare => format!("{BASE}/CustomerAddress?limit=1000"),
            Peer::Bun => "/customers".to_owned(),
            Peer::PocketBase => {
                "/api/collections/customer/records?perPage=1000&skipTotal=1".to_owned()
            }
        }]
    }
}

/// A body in a peer's own names.
pub fn body_of(body: &str, peer: Peer) -> String {
    match peer {
        Peer::Service | Peer::Bare | Peer::Bun => body.to_owned(),
        Peer::PocketBase => {
            shown(&CUSTOMER).iter().fold(body.to_owned(), |body, (name, column)| {
                body.replace(&format!("\"{name}\""), &format!("\"{column}\""))
            })
        }
    }
}

fn pocket_calls(filter: &str) -> String {
    format!("/api/collections/call/records?filter=({filter})&sort=-no&perPage=100&skipTotal=1")
}

/// Resident memory as the kernel counts it.
fn resident(pid: u32) -> String {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: f64 =
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0.0);
    format!("{:.0} MiB", kib / 1024.0)
}

/// The keys of the customers who are asked for.
fn asked() -> Vec<usize> {
    (1..=CUSTOMERS).step_by(CUSTOMERS / PATHS).collect()
}

fn customer(peer: Peer, key: usize) -> String {
    match peer {
        Peer::Service | Peer::Bare => format!("{BASE}/CustomerAddress/{key}"),
        Peer::Bun => format!("/customer/{key}"),
        Peer::PocketBase => format!("/api/collections/customer/records/{key:015}"),
    }
}

fn fill(data_dir: &Path) {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_smartconnect"));
    demo.args(["demo", "--customers", &CUSTOMERS.to_string(), "--calls", CALLS, "--data-dir"]);
    let output = demo.arg(data_dir).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn let_some_call_often(database: &Connection) -> Vec<(i64, String)> {
    database
        .execute_batch(&format!(
            "CREATE TEMP TABLE frequent AS SELECT row_number() OVER () - 1 AS place, id, phone_1
               FROM customer WHERE phone_1<>'' LIMIT {FREQUENT};
             CREATE UNIQUE INDEX temp.frequent_by_place ON frequent(place);
             UPDATE call SET (customer_id, caller_number) = (SELECT f.id, f.phone_1
               FROM frequent f WHERE f.place=(call.id/80)%{FREQUENT}) WHERE id%80=0"
        ))
        .unwrap();
    let mut statement = database.prepare("SELECT id, phone_1 FROM frequent").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// (name in JSON, column) of what GET shows.
fn shown(resource: &Resource) -> Vec<(&'static str, &'static str)> {
    let fields = resource.fields.iter().filter(|field| field.mode != Mode::WriteOnly);
    fields.map(|field| (field.name, field.column)).collect()
}

fn start_bun(folder: &Path, source: &Path) -> (Process, SocketAddr) {
    let file = folder.join("bun.db");
    let database = Connection::open(&file).unwrap();
    database.execute("ATTACH ?1 AS s", [source.to_str().unwrap()]).unwrap();
    for resource in [&CUSTOMER, &CALL] {
        let table = resource.table;
        let columns: String =
            shown(resource).iter().map(|(name, _)| format!(", \"{name}\" TEXT")).collect();
        let values: String = shown(resource)
            .iter()
            .map(|(_, column)| format!(", coalesce(\"{column}\",'')||''"))
            .collect();
        let (more, from) = match table {
            "call" => (", customer_id INTEGER, caller TEXT", ", customer_id, caller_number"),
            _ => ("", ""),
        };
        database
            .execute_batch(&format!(
                "CREATE TABLE main.{table}(row_key INTEGER PRIMARY KEY{columns}{more});
                 INSERT INTO main.{table} SELECT id{values}{from} FROM s.{table}"
            ))
            .unwrap();
    }
    database
        .execute_batch(
            "CREATE INDEX main.by_customer ON call(customer_id);
             CREATE INDEX main.by_caller ON call(caller);
             CREATE TABLE main.customer_number(number TEXT, customer_id INTEGER,
               PRIMARY KEY(number, customer_id)) WITHOUT ROWID;
             INSERT OR IGNORE INTO main.customer_number SELECT number, customer_id
               FROM s.customer_number;",
        )
        .unwrap();
    drop(database);
    let port = free_port();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/bun.js");
    let mut command = Command::new(installed("node_modules/.bin/bun"));
    start(command.arg(script).arg(&file).arg(port.to_string()), port, "/customer/1")
}

/// What benches/rest has installed.
fn installed(program: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers").join(program)
}

fn start(command: &mut Command, port: u16, path: &str) -> (Process, SocketAddr) {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut process = Process::start(command);
    wait_until("a peer to answer", START, || {
        assert!(process.is_running(), "a peer ended:\n{}", process.output());
        http::request(address, "GET", path, &[], b"").is_ok_and(|answer| answer.status == 200)
    });
    (process, address)
}

fn start_pocketbase(folder: &Path, source: &Path) -> (Process, SocketAddr) {
    let program = installed("venv/bin/pocketbase");
    let data = folder.join("pocketbase");
    let directory = format!("--dir={}", data.display());
    let [name, password] = SUPERUSER;
    let made = Command::new(&program)
        .args(["superuser", "upsert", name, password, &directory])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let serve = || {
        let port = free_port();
        let mut command = Command::new(&program);
        command.args(["serve", &directory, &format!("--http=127.0.0.1:{port}")]);
        start(&mut command, port, "/api/health")
    };
    let (mut process, address) = serve();
    make_collections(address);
    process.terminate();
    fill_pocketbase(&data.join("data.db"), source);
    serve()
}

fn make_collections(address: SocketAddr) {
    let ask = |path: &str, token: &str, body: &Value| {
        let headers = [("Authorization", token), ("Content-Type", "application/json")];
        let answer = http::request(address, "POST", path, &headers, body.to_string().as_bytes());
        let answer = answer.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    };
    let log_in = json!({"identity": SUPERUSER[0], "password": SUPERUSER[1]});
    let token = ask("/api/collections/_superusers/auth-with-password", "", &log_in)["token"]
        .as_str()
        .unwrap()
        .to_owned();
    for (resource, indexes) in [
        (&CUSTOMER, vec!["CREATE INDEX by_phone ON customer(phone_1)"]),
        (
            &CALL,
            vec![
                "CREATE INDEX by_customer ON call(customer_id, no)",
                "CREATE INDEX by_caller ON call(caller_number, no)",
                "CREATE INDEX by_no ON call(no)",
            ],
        ),
    ] {
        let texts = shown(resource).into_iter().skip(1);
        let mut fields: Vec<Value> =
            texts.map(|(_, column)| json!({"name": column, "type": "text"})).collect();
        fields.push(json!({"name": "no", "type": "number"}));
        let body = json!({
            "name": resource.table, "type": "base", "fields": fields, "indexes": indexes,
            "listRule": "", "viewRule": "", "createRule": "", "updateRule": "",
        });
        ask("/api/collections", &token, &body);
    }
}

fn fill_pocketbase(file: &Path, source: &Path) {
    let database = Connection::open(file).unwrap();
    database.execute("ATTACH ?1 AS s", [source.to_str().unwrap()]).unwrap();
    for resource in [&CUSTOMER, &CALL] {
        let columns = shown(resource).into_iter().skip(1).map(|(_, column)| column);
        let columns: Vec<&str> = columns.collect();
        let names: String = columns.iter().map(|column| format!(", \"{column}\"")).collect();
        let values: String =
            columns.iter().map(|column| format!(", coalesce(\"{column}\",'')||''")).collect();
        let table = resource.table;
        database
            .execute_batch(&format!(
                "INSERT INTO main.{table}(id{names}, no)
                   SELECT printf('%015d', id){values}, id FROM s.{table}"
            ))
            .unwrap();
    }
}
