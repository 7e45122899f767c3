//! The loop that looks at the clock, and runs that somebody orders.
//!
//! Invariant: one run at a time; a slot is settled when its run has ended, so that a run that was
//! killed is done again after the next start. Never: repeats a slot because its note was lost.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use super::backup::{self, Made};
use super::place::Places;
use super::slot::{Due, judge};
use super::texts::{self, Trouble};
use super::{export, retention};
use crate::clock::{Clock, UnixMs};
use crate::config::Retention;
use crate::resource::catalog::{BACKUP, CSV_EXPORT, EXCEL_EXPORT};
use crate::resource::words::cycle;
use crate::resource::{Record, Resource};
use crate::store::{Actor, Authority, RunNote, Store, StoreError};

/// How often the clock is looked at: a jump is seen after this.
const LOOK: Duration = Duration::from_secs(1);
/// How long somebody waits for a run that he ordered (resources.md: 10分まで).
const WAIT: Duration = Duration::from_secs(600);
/// How often old rows are looked for.
const TIDY: Duration = Duration::from_secs(3600);
/// The resources whose rows are work.
const WORK: [&Resource; 3] = [&BACKUP, &CSV_EXPORT, &EXCEL_EXPORT];

/// What the scheduler runs with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The data folder.
    pub data_dir: PathBuf,
    /// `[files] allow`.
    pub files_allow: Vec<PathBuf>,
    /// `[retention]`.
    pub retention: Retention,
}

/// How a run that was ordered ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Whether the file was made.
    pub good: bool,
    /// For people.
    pub text: String,
}

impl Ran {
    /// How the last run of a row ended, as the row tells it.
    pub fn last(row: &Record) -> Self {
        if row.get("last_run_at").is_empty() {
            return Self { good: false, text: texts::STILL_RUNNING.to_owned() };
        }
        let (result, file) = (row.text("last_result"), row.text("last_file"));
        let good = result.starts_with(texts::SUCCEEDED);
        let text = if good { format!("{result}: {file}") } else { result.to_owned() };
        Self { good, text }
    }
}

/// Does the work of the rows; cheap to clone.
#[derive(Clone)]
pub struct Scheduler {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Clock,
    places: Places,
    retention: Retention,
    /// Held by the run that is under way.
    turn: Mutex<()>,
}

/// A row by resource and key.
type Place = (&'static str, i64);

/// What the loop remembers of a row.
pub(super) struct Seen {
    /// The cells that its times rest on.
    times: Vec<String>,
    /// A slot that was run, whether its note could be written or not.
    tried: Option<UnixMs>,
}

impl Scheduler {
    /// A scheduler that nobody has started yet.
    pub fn new(store: Store, clock: Clock, settings: Settings) -> Self {
        let Settings { data_dir, files_allow, retention } = settings;
        // Files are named by whole paths, whatever the working folder was.
        let data_dir = std::path::absolute(&data_dir).unwrap_or(data_dir);
        let places = Places { data_dir, allowed: files_allow };
        Self { inner: Arc::new(Inner { store, clock, places, retention, turn: Mutex::default() }) }
    }

    /// Runs a row's work now and tells how it ended, at the latest after ten minutes.
    pub async fn run_now(&self, row: Record, actor: Actor) -> Ran {
        let this = self.clone();
        // On a task of its own: whoever asked may go away.
        let running = tokio::spawn(async move {
            let now = this.inner.clock.now();
            this.run(&row, now, None, actor).await
        });
        match timeout(WAIT, running).await {
            Ok(Ok(ran)) => ran,
            Ok(Err(_)) => Ran { good: false, text: Trouble::from(StoreError::Unavailable).text() },
            Err(_) => Ran { good: false, text: texts::STILL_RUNNING.to_owned() },
        }
    }

    /// Looks at the clock until it is dropped.
    pub async fn keep(self) {
        let mut seen: HashMap<Place, Seen> = HashMap::new();
        let mut tidied: Option<Instant> = None;
        self.at_start().await;
        loop {
            self.look(&mut seen).await;
            if tidied.is_none_or(|at| at.elapsed() >= TIDY) {
                tidied = Some(Instant::now());
                retention::run(&self.inner.store, &self.inner.retention, &self.inner.clock).await;
            }
            sleep(LOOK).await;
        }
    }

    /// What a kill left goes; then the rows that are run whenever the service starts.
    pub(super) async fn at_start(&self) {
        let turn = self.inner.turn.lock().await;
        let (rows, this) = (self.rows(), self.clone());
        let sweeping = tokio::task::spawn_blocking(move || {
            for row in &rows {
                let swept = match *row.resource == BACKUP {
                    true => backup::sweep(row, &this.inner.places),
                    false => export::sweep(row, &this.inner.places),
                };
                if let Err(trouble) = swept {
                    log::warn!("an unfinished file of an earlier run stays: {trouble}");
                }
            }
        });
        if sweeping.await.is_err() {
            log::error!("unfinished files of earlier runs were not looked for");
        }
        drop(turn);
        for row in self.rows() {
            if row.is("enabled") && row.text("cycle") == cycle::AT_START {
                let now = self.inner.clock.now();
                self.run(&row, now, Some(now), by_clock()).await;
            }
        }
    }

    pub(super) async fn look(&self, seen: &mut HashMap<Place, Seen>) {
        for row in self.rows() {
            let place = (row.resource.uri, row.key());
            let times = times(&row);
            let before =
                seen.entry(place).or_insert_with(|| Seen { times: times.clone(), tried: None });
            let changed = std::mem::replace(&mut before.times, times.clone()) != times;
            let noted = row.hidden("scheduled_at");
            let done = (!noted.is_empty()).then(|| noted.int()).max(before.tried);
            let now = self.inner.clock.now();
            match judge(&row, done, changed, now) {
                Due::Not => {}
                Due::Begin => {
                    before.tried = Some(now);
                    let note = RunNote { scheduled_at: Some(now), ..RunNote::default() };
                    self.note(&row, note, None).await;
                }
                Due::Run(slot) => {
                    before.tried = Some(slot);
                    self.run(&row, slot, Some(slot), by_clock()).await;
                }
            }
        }
    }

    fn rows(&self) -> Vec<Record> {
        let snapshot = self.inner.store.snapshot();
        let rows = WORK.iter().flat_map(|resource| snapshot.of(resource.uri));
        rows.map(|row| Record::clone(row)).collect()
    }

    /// Does the work of a row for the moment `at` and writes down how it ended.
    async fn run(&self, row: &Record, at: UnixMs, slot: Option<UnixMs>, actor: Actor) -> Ran {
        let _turn = self.inner.turn.lock().await;
        let started_at = self.inner.clock.now();
        let work = (row.clone(), self.clone(), Handle::current());
        let working = tokio::task::spawn_blocking(move || {
            let (row, this, runtime) = work;
            let Inner { store, places, clock, .. } = &*this.inner;
            match *row.resource == BACKUP {
                true => backup::run(&row, places, clock.now()),
                false => export::run(&row, store, places, at, &runtime),
            }
        });
        let made = working.await.unwrap_or_else(|_| Err(StoreError::Unavailable.into()));
        let (uri, key) = (row.resource.uri, row.key());
        let (note, ran) = match made {
            Ok(made) => {
                log::info!("{uri}/{key}: {} is written ({})", made.file.display(), made.count);
                noted(row, made, started_at)
            }
            Err(trouble) => {
                log::error!("{uri}/{key} was not carried out: {trouble}");
                let text = trouble.text();
                let note = RunNote { result: Some(text.clone()), ..RunNote::default() };
                (RunNote { started_at: Some(started_at), ..note }, Ran { good: false, text })
            }
        };
        self.note(row, RunNote { scheduled_at: slot, ..note }, Some(actor)).await;
        ran
    }

    /// Writes into the row what became of it; a store that cannot write is no reason to run again.
    async fn note(&self, row: &Record, note: RunNote, actor: Option<Actor>) {
        let noted = self.inner.store.note_run(row.resource, row.key(), note, actor).await;
        if let Err(error) = noted {
            let (uri, key) = (row.resource.uri, row.key());
            log::error!("{uri}/{key}: how its run ended cannot be written down: {error}");
        }
    }
}

/// What the row and the one who asked are told of a file.
fn noted(row: &Record, made: Made, started_at: UnixMs) -> (RunNote, Ran) {
    let backup = *row.resource == BACKUP;
    let unit = if backup { texts::BYTES } else { texts::ROWS };
    let text = texts::made(&made.file, made.count, unit);
    let count = i64::try_from(made.count).unwrap_or(i64::MAX);
    let note = RunNote {
        scheduled_at: None,
        started_at: Some(started_at),
        file: Some(made.file.to_string_lossy().into_owned()),
        count: Some((if backup { "last_size" } else { "last_rows" }, count)),
        result: Some(made.result),
    };
    (note, Ran { good: true, text })
}

/// The cells that say when a row is run.
fn times(row: &Record) -> Vec<String> {
    let cells = ["enabled", "cycle", "run_time", "weekday", "month_day"];
    cells.iter().map(|column| format!("{:?}", row.get(column))).collect()
}

/// Nobody ordered it.
pub(super) fn by_clock() -> Actor {
    Actor { user: String::new(), ip: String::new(), authority: Authority::Granted }
}
