//! What goes through the store's facade.

use std::collections::HashMap;
use std::sync::Arc;

use crate::clock::UnixMs;
use crate::push::{EventKind, Pushed};
use crate::resource::{Record, Tag, Value};

/// Who writes, for the audit log.
#[derive(Clone, Debug)]
pub struct Actor {
    /// ユーザーID or the token's name; empty without log-in.
    pub user: String,
    /// Peer address.
    pub ip: String,
    /// What the right to write rests on.
    pub authority: Authority,
}

/// What the right to write rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// "No user exists": the write is refused when one exists by the time of the transaction.
    SetUp,
    /// A user, a token, or 原典互換.
    Granted,
}

/// Many new customers at once.
pub struct Import {
    /// How many there are.
    pub rows: i64,
    /// Who adds them.
    pub actor: Actor,
    /// What the audit log says of it.
    pub note: String,
    /// What tells a repeat of it, where the client asks for that.
    pub once: Option<Once>,
    /// Told now and then how many rows are written.
    pub progress: Box<dyn FnMut(i64) + Send>,
}

/// A new row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its key.
    pub key: i64,
    /// Its version.
    pub tag: Tag,
    /// The order was carried out before, under the same `Idempotency-Key`.
    pub repeated: bool,
}

impl Added {
    /// What a client does not get a version of (an import, a message).
    pub fn without_tag(key: i64) -> Self {
        Self { key, tag: Tag::from_number(0), repeated: false }
    }
}

/// What tells a repeated POST from a new one (`Idempotency-Key`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// The client's name for this order; names of other clients and resources are apart.
    pub name: String,
    /// SHA-256 of the body.
    pub body: [u8; 32],
}

/// As what version of a row a client means to change or delete it (`If-Match`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Expected {
    /// As it stands.
    #[default]
    Any,
    /// As one of these.
    OneOf(Vec<Tag>),
}

impl Expected {
    /// Whether the row is as expected.
    pub fn fits(&self, row: &Record) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.contains(&row.tag()),
        }
    }
}

/// The small resources at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Grows with every change.
    pub number: u64,
    /// Rows by resource URI, in key order. Rows are shared between snapshots, so that a write
    /// copies pointers, not rows.
    pub rows: HashMap<&'static str, Arc<Vec<Arc<Record>>>>,
}

impl Snapshot {
    /// Rows of a resource; empty for one that is not small.
    pub fn of(&self, uri: &str) -> &[Arc<Record>] {
        self.rows.get(uri).map_or(&[], |rows| rows.as_slice())
    }

    /// One row.
    pub fn find(&self, uri: &str, key: i64) -> Option<&Record> {
        let rows = self.rows.get(uri)?;
        let found = rows.binary_search_by_key(&key, |record| record.key());
        found.ok().and_then(|index| rows.get(index)).map(Arc::as_ref)
    }

    /// Sets the rows of a resource, which come in key order.
    pub fn put(&mut self, uri: &'static str, rows: Vec<Record>) {
        self.rows.insert(uri, Arc::new(rows.into_iter().map(Arc::new).collect()));
    }
}

/// How the store stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Size of the database.
    pub bytes: u64,
    /// Deliveries by state, the most first.
    pub deliveries: Vec<(String, i64)>,
}

/// Rows as JSON.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// `{row},{row}` without brackets.
    pub json: Vec<u8>,
    /// How many rows.
    pub rows: usize,
    /// Key of the last row.
    pub last_key: i64,
}

/// `GET /ReceivedCall-Record/(TOP)/(DESCENDING)/(K_ID)/(FROM)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallQuery {
    /// Newest first.
    pub descending: bool,
    /// Only this customer; 0 = all.
    pub customer_id: i64,
    /// Up to six normalised numbers, without repeats; empty = all.
    pub numbers: Vec<String>,
    /// 回線No that the asker may see, without repeats; empty = all.
    pub lines: Vec<i64>,
}

/// SHA-256 of what a signed-in browser holds.
pub type SessionHash = [u8; 32];

/// A log-in that lasts: of whom, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Key of the user.
    pub user_id: i64,
    /// The user's session_epoch when it began; another one ends the session.
    pub epoch: i64,
    /// First moment at which it counts no more.
    pub ends_at: UnixMs,
}

/// Most customers that one call names; a number shared by more is a switchboard, not a person.
pub const CUSTOMERS_MAX: usize = 50;

/// What a transaction knows before a call's rows are decided.
pub struct Facts<'a> {
    /// Key of the record: the new one, or the changed one.
    pub call_id: i64,
    /// Time of the transaction.
    pub now: UnixMs,
    /// The small resources inside this transaction.
    pub snapshot: &'a Snapshot,
    /// The record as it stands (`change_call` only).
    pub current: Option<Record>,
    /// Customers with this number, best first (rest.md, "Several matches"), at most
    /// [`CUSTOMERS_MAX`].
    pub customers: Vec<Record>,
    /// How many customers match, those beyond `CUSTOMERS_MAX` counted too (候補数).
    pub candidates: i64,
    /// Whether they match exactly; false = 候補 by the last nine digits.
    pub exact: bool,
    /// Earlier calls of this number.
    pub history: NumberHistory,
}

/// Earlier calls of a number, the current one not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberHistory {
    /// 着信回数.
    pub count: i64,
    /// 前回着信日時.
    pub last_at: Option<UnixMs>,
    /// 前回対応者.
    pub last_operator: String,
    /// 前回メモ.
    pub last_memo: String,
}

/// The rows of a call; by default none.
#[derive(Default)]
pub struct Composed {
    /// 着信記録; its key is taken from the facts. `None` = write nothing.
    pub record: Option<Record>,
    /// The event that clients get.
    pub event: Option<NewEvent>,
    /// One a target and timing; a repeat of (call, target, timing) is ignored.
    pub deliveries: Vec<NewDelivery>,
    /// Waiting 着信時 deliveries of this call become 期限切れ (they fold into the 不在 notice).
    pub expire_ringing: bool,
    /// Caller-Rule whose 一致回数 grows by one.
    pub matched_rule: Option<i64>,
    /// This call has done what earlier calls of its number still asked for.
    pub settles: Option<Settles>,
    /// SIP connection that has shown a Reason in a CANCEL (sip.md 4).
    pub reason_shown_by: Option<i64>,
}

/// Earlier calls of a number that a call has settled: those nobody has handled or that await a
/// call back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settles {
    /// Not those that came in before.
    pub since: UnixMs,
    /// When the caller was spoken to.
    pub at: UnixMs,
}

/// An event row.
pub struct NewEvent {
    /// Its kind.
    pub kind: EventKind,
    /// 回線No it belongs to.
    pub line: Option<i64>,
    /// The envelope.
    pub json: Vec<u8>,
}

/// Which target.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TargetRef {
    /// URI of the resource (`Notification-Chat`).
    pub resource: &'static str,
    /// Its key.
    pub id: i64,
}

/// One delivery to write.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// To whom.
    pub target: TargetRef,
    /// 宛先名 at this time.
    pub target_name: String,
    /// タイミング.
    pub timing: &'static str,
    /// Written only where this call's delivery of that other timing to the same target did not
    /// come through (a ringing notice that folds into the missed one); `None` = always.
    pub in_place_of: Option<&'static str>,
    /// The rendered message; its form belongs to `notify`.
    pub payload: String,
    /// Not before.
    pub due_at: UnixMs,
    /// Not after.
    pub expires_at: UnixMs,
}

/// A delivery this process may attempt now.
#[derive(Clone, Debug)]
pub struct ClaimedDelivery {
    /// 配送ID.
    pub id: i64,
    /// Random id that every attempt carries (idempotency key); stable over restarts.
    pub idempotency_key: String,
    /// The call.
    pub call_id: i64,
    /// To whom.
    pub target: TargetRef,
    /// タイミング.
    pub timing: String,
    /// The rendered message.
    pub payload: String,
    /// Recipients that already have it (owned by `notify`).
    pub progress: String,
    /// When the call rang.
    pub created_at: UnixMs,
    /// Not after.
    pub expires_at: UnixMs,
    /// This attempt's number, from 1.
    pub attempts: i64,
    /// An earlier attempt was interrupted, so this one may be a repeat.
    pub interrupted: bool,
    /// Who claimed it.
    pub owner: String,
}

/// The outcome of an attempt.
#[derive(Clone, Debug)]
pub struct Settled {
    /// 配送ID.
    pub id: i64,
    /// Fence.
    pub owner: String,
    /// Fence.
    pub attempts: i64,
    /// When the attempt began.
    pub started_at: UnixMs,
    /// What came of it.
    pub outcome: AttemptOutcome,
    /// 最終応答, without secrets.
    pub response: String,
    /// 理由 (Japanese).
    pub reason: String,
    /// New progress.
    pub progress: String,
    /// How many messages the receiver counts of it against the month's, where it was delivered;
    /// 0 = it counts none.
    pub counted: i64,
}

/// What an attempt led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// 成功.
    Delivered,
    /// 受付.
    Accepted,
    /// 待機 again until this time.
    Retry(UnixMs),
    /// Not attempted after all (pace, breaker): 待機 until this time, the attempt does not count.
    Deferred(UnixMs),
    /// 失敗.
    Failed,
    /// 期限切れ.
    Expired,
    /// 取消.
    Cancelled,
}

/// What the service itself writes into a row.
#[derive(Clone, Debug, Default)]
pub struct Noted {
    /// Column and value; nothing else changes.
    pub cells: Vec<(&'static str, Value)>,
    /// Nothing is written where this column no longer holds this text.
    pub unless_changed: Option<(&'static str, String)>,
}

/// What a committed call transaction produced.
#[derive(Clone, Debug)]
pub struct Rung {
    /// Key of the 着信記録.
    pub call_id: i64,
    /// How many deliveries wait.
    pub deliveries: usize,
}

/// The read-only fields of a SIP connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationRow {
    /// Key.
    pub connection_id: i64,
    /// 登録状態.
    pub state: &'static str,
    /// 最終応答コード; 0 = none.
    pub code: i64,
    /// 最終エラー.
    pub error: String,
    /// 次回更新日時.
    pub next_refresh: Option<UnixMs>,
}

/// Missed events.
#[derive(Clone, Debug)]
pub enum Replay {
    /// In order; more may follow when as many as asked came.
    Events(Vec<Pushed>),
    /// `since` is older than what is kept (or from another database): the client re-reads everything.
    TooOld,
}
