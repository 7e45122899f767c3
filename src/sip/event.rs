//! What goes into the agent (connections) and what comes out of it (events).

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::clock::UnixMs;
use crate::telephone::Presentation;

/// One enabled row of SIP-ServerConnection.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// Key of the row.
    pub id: i64,
    /// Registrar: host name or address.
    pub server: String,
    /// Registrar's port.
    pub port: u16,
    /// How to reach it.
    pub transport: Transport,
    /// Check the registrar's certificate (TLS only).
    pub verify_certificate: bool,
    /// Host part of the AOR.
    pub domain: String,
    /// User part of the AOR (内線番号); empty when `register` is false.
    pub extension: String,
    /// Digest user name.
    pub username: String,
    /// Digest password; empty = no digest.
    pub password: String,
    /// Digest realm; empty = the challenge's.
    pub realm: String,
    /// Expires that REGISTER asks for.
    pub expires_seconds: u32,
    /// Address to send from; `None` = chosen by the system.
    pub local_ip: Option<IpAddr>,
    /// Own port; 0 = the shared listener.
    pub local_port: u16,
    /// Answer to an INVITE.
    pub behaviour: Behaviour,
    /// A call without CANCEL ends after this time.
    pub ring_limit: Duration,
    /// False = only listen to this address.
    pub register: bool,
}

impl std::fmt::Debug for Connection {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("id", &self.id)
            .field("server", &self.server)
            .field("port", &self.port)
            .field("extension", &self.extension)
            .finish_non_exhaustive()
    }
}

/// SIP transport (RFC 3261 §18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// A stream.
    Tcp,
    /// A stream under TLS.
    Tls,
}

/// 応答動作 of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// 見るだけ: 100 and 180, no final answer.
    Watch,
    /// 100のみ: no 180.
    TryingOnly,
    /// 486 after 180.
    Busy,
}

/// One INVITE server transaction, unique while the process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallHandle(pub u64);

/// What the telephone side tells.
#[derive(Clone, Debug)]
pub enum Event {
    /// A call rings.
    Ringing(Ringing),
    /// A ringing call ended.
    Ended(Ended),
    /// A connection's registration changed.
    Registration(Registration),
}

/// A new INVITE that counts (sip.md 3).
#[derive(Clone, Debug)]
pub struct Ringing {
    /// Names this leg in [`Ended`] and in `AgentHandle::recorded`.
    pub call: CallHandle,
    /// The row it belongs to.
    pub connection_id: i64,
    /// The same text for connections to the same server (for merging legs, sip.md 7).
    pub server: String,
    /// Call-ID header.
    pub sip_call_id: String,
    /// When the INVITE arrived.
    pub received_at: UnixMs,
    /// Who calls.
    pub caller: Caller,
    /// Called-party candidates in the order P-Called-Party-ID, To, Request-URI: user parts,
    /// telephone numbers already normalised, the row's random Contact user left out (sip.md 5).
    pub called: Vec<String>,
    /// User part of To, normalised where it is a number: the last resort of sip.md 5.
    pub to_user: String,
    /// 内線番号 of the row that rang.
    pub extension: String,
    /// Where it came from.
    pub source: SocketAddr,
}

/// Who calls (facts/sip.md §3–4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Normalised number, an extension's digits, or empty when no number was shown.
    pub number: String,
    /// Whether and why.
    pub presentation: Presentation,
    /// Display name as UTF-8 (RFC 2047 and Shift_JIS decoded); empty where it only repeats the number.
    pub display_name: String,
}

/// The end of a ringing leg.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Which leg.
    pub call: CallHandle,
    /// When.
    pub at: UnixMs,
    /// How.
    pub ending: Ending,
}

/// How a leg ended (sip.md 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// CANCEL with `Reason: SIP;cause=200`: answered elsewhere.
    AnsweredElsewhere,
    /// CANCEL with another Reason.
    CancelledWithReason,
    /// CANCEL without Reason.
    Cancelled,
    /// No CANCEL within the ring limit.
    RingLimit,
    /// We refused it because 応答動作 asks for 486.
    Refused,
}

/// The registration of a connection, as its read-only fields show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The row.
    pub connection_id: i64,
    /// 登録状態.
    pub state: RegistrationState,
    /// 最終応答コード; 0 = none yet.
    pub code: u16,
    /// 最終エラー (Japanese, with the way out); empty = none.
    pub error: String,
    /// 次回更新日時.
    pub next_refresh: Option<UnixMs>,
}

/// 登録状態.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationState {
    /// 未登録.
    Unregistered,
    /// 登録中.
    Registering,
    /// 登録済.
    Registered,
    /// 失敗.
    Failed,
    /// 停止.
    Stopped,
}

impl RegistrationState {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unregistered => "未登録",
            Self::Registering => "登録中",
            Self::Registered => "登録済",
            Self::Failed => "失敗",
            Self::Stopped => "停止",
        }
    }
}
