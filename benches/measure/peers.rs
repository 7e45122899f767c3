//! REST against what a user would pick instead: Bun with bun:sqlite, and PocketBase.
//!
//! All have the same customers and calls, the same indexes, one core, and are asked in turn by the
//! same generator on the other core. What each promises of its disk stands in the table's foot.

use std::fmt::Write;

use super::peer_data::{Office, Peer, body_of};
use super::rest::{LOAD_CORE, median};

/// Rounds, everybody in turn; the median counts.
const ROUNDS: usize = 5;
/// Length of one round of wrk.
const ROUND: &str = "3s";
/// Connections that read, and that write (more, since they share each sync of the disk; beyond this
/// the waiting grows with them and the rate hardly does).
const CLIENTS: (u32, u32) = (32, 64);

/// One kind of request.
pub struct Work {
    name: &'static str,
    method: &'static str,
    /// Body of every request; NUMBER is another one in each: SQLite does not write what is written
    /// already.
    pub body: &'static str,
    /// Our rate by that of each peer which should be reached (bare, Bun).
    goals: [Option<f64>; 2],
    /// Its paths at a peer; a generator takes one at random.
    paths: fn(&Office, Peer) -> Vec<String>,
}

const CUSTOMER: &str = r#"{"氏名":"和歌山 NUMBER","会社名":"紀州商店","電話番号1":"0731234567"}"#;

const WORKS: [Work; 7] = [
    Work {
        name: "W1 one of 100,000 customers",
        method: "GET",
        body: "",
        goals: [Some(0.80), None],
        paths: Office::one_customer,
    },
    Work {
        name: "W1 at random",
        method: "GET",
        body: "",
        goals: [Some(0.80), None],
        paths: Office::customers,
    },
    Work {
        name: "W2 100 newest of a customer",
        method: "GET",
        body: "",
        goals: [None, Some(2.0)],
        paths: Office::calls_of_customers,
    },
    Work {
        name: "W3 100 newest of six numbers",
        method: "GET",
        body: "",
        goals: [None, Some(2.0)],
        paths: Office::calls_of_numbers,
    },
    Work {
        name: "W4 durable POST",
        method: "POST",
        body: CUSTOMER,
        goals: [None, Some(5.0)],
        paths: Office::posting,
    },
    Work {
        name: "W5 durable PUT",
        method: "PUT",
        body: r#"{"氏名":"紀ノ川 NUMBER"}"#,
        goals: [None, Some(5.0)],
        paths: Office::customers,
    },
    Work {
        name: "W6 1,000 customers",
        method: "GET",
        body: "",
        goals: [None, Some(1.3)],
        paths: Office::thousand,
    },
];

/// Prints the table.
pub fn measure() {
    let office = Office::open();
    println!("\nREST against peers, server on one core, median of {ROUNDS} rounds of {ROUND}");
    println!(
        "{:<30} {:>9} {:>8} {:>9} {:>9} {:>11} {:>9} {:>9} {:>6}",
        "request",
        "service/s",
        "p99 ms",
        "bare/s",
        "Bun/s",
        "PocketBase/s",
        "by bare",
        "by Bun",
        "goal"
    );
    for work in &WORKS {
        row(&office, work);
    }
    println!(
        "service, Bun: WAL, synchronous=FULL, a write is answered after its sync (the service also \
         writes audit and event).\nPocketBase: WAL, synchronous=NORMAL: the last writes may be lost \
         with the power. bare: keeps nothing; has the answers of W1 ready."
    );
    println!("resident: {}", office.resident());
}

fn row(office: &Office, work: &Work) {
    let bare = (work.goals[0].is_some()).then_some(Peer::Bare);
    let peers: Vec<Peer> =
        [Peer::Service, Peer::Bun, Peer::PocketBase].into_iter().chain(bare).collect();
    let mut rates = vec![Vec::new(); peers.len()];
    let mut tails = Vec::new();
    for _ in 0..ROUNDS {
        for (peer, rates) in peers.iter().zip(&mut rates) {
            let (rate, tail) = ask(office, work, *peer);
            rates.push(rate);
            if *peer == Peer::Service {
                tails.push(tail);
            }
        }
    }
    let rates: Vec<f64> = rates.into_iter().map(median).collect();
    let (ours, bun, pocket) = (rates[0], rates[1], rates[2]);
    let bare = rates.get(3).copied();
    let by_bare = bare.map_or("-".to_owned(), |bare| format!("{:.2}", ours / bare));
    let goal = work.goals.into_iter().flatten().next().unwrap_or_default();
    println!(
        "{:<30} {ours:>9.0} {:>8.2} {:>9.0} {bun:>9.0} {pocket:>11.0} {by_bare:>9} {:>9.2} {goal:>6.2}",
        work.name,
        median(tails),
        bare.unwrap_or_default(),
        ours / bun,
    );
}

/// Requests a second and the 99th percentile in milliseconds; a refused request ends it all.
fn ask(office: &Office, work: &Work, peer: Peer) -> (f64, f64) {
    let script = script(work, &(work.paths)(office, peer), peer);
    let file = std::env::temp_dir().join(format!("peers-{}.lua", std::process::id()));
    std::fs::write(&file, script).unwrap();
    let clients = if work.method == "GET" { CLIENTS.0 } else { CLIENTS.1 };
    let output = std::process::Command::new("taskset")
        .args(["-c", LOAD_CORE, "wrk", "-t", "1", "--latency", "-d", ROUND, "-s"])
        .arg(&file)
        .args(["-c", &clients.to_string(), &office.base(peer)])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("Non-2xx"), "{} {peer:?}:\n{text}", work.name);
    let after = |mark: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(mark));
        line.unwrap_or_else(|| panic!("{} {peer:?}:\n{text}", work.name)).trim().to_owned()
    };
    let _ = std::fs::remove_file(&file);
    (after("Requests/sec:").parse().unwrap(), milliseconds(&after("99%")))
}

fn milliseconds(text: &str) -> f64 {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1000.0)];
    let (number, factor) =
        units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor))).unwrap();
    number.parse::<f64>().unwrap() * factor
}

/// A script of wrk that sends requests at random: reading ones are ready, writing ones differ.
fn script(work: &Work, paths: &[String], peer: Peer) -> String {
    let method = match (work.method, peer) {
        ("PUT", Peer::PocketBase) => "PATCH",
        (method, _) => method,
    };
    let mut lua = format!(
        "wrk.headers['Content-Type']='application/json'\nlocal method, body = '{method}', '{}'\n\
         local paths, ready = {{",
        body_of(work.body, peer)
    );
    for path in paths {
        let _ = write!(lua, "'{path}',");
    }
    lua.push_str(
        "}, {}\nmath.randomseed(os.time())\nlocal number = math.random(1000000000)\n\
         function init() for i, path in ipairs(paths) do ready[i] = wrk.format(method, path) end end\n\
         function request()\nif body == '' then return ready[math.random(#ready)] end\n\
         number = number + 1\n\
         local differing = string.gsub(body, 'NUMBER', number)\n\
         return wrk.format(method, paths[math.random(#paths)], nil, differing) end\n",
    );
    lua
}
