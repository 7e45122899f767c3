//! The responses we send: code and reason phrase (RFC 3261 §21).

/// A status line's code and phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// 100 to 699.
    pub code: u16,
    /// The phrase of the RFC.
    pub phrase: &'static str,
}

impl Status {
    /// 100: the INVITE arrived.
    pub const TRYING: Self = Self { code: 100, phrase: "Trying" };
    /// 180: the call is recorded or 500 ms old.
    pub const RINGING: Self = Self { code: 180, phrase: "Ringing" };
    /// 200: to OPTIONS and CANCEL, never to an INVITE.
    pub const OK: Self = Self { code: 200, phrase: "OK" };
    /// 400: the request breaks the grammar.
    pub const BAD_REQUEST: Self = Self { code: 400, phrase: "Bad Request" };
    /// 403: a source that may not ring us.
    pub const FORBIDDEN: Self = Self { code: 403, phrase: "Forbidden" };
    /// 405: a method we know and do not serve.
    pub const METHOD_NOT_ALLOWED: Self = Self { code: 405, phrase: "Method Not Allowed" };
    /// 416: the Request-URI is neither sip: nor sips: nor tel:.
    pub const UNSUPPORTED_SCHEME: Self = Self { code: 416, phrase: "Unsupported URI Scheme" };
    /// 420: Require names an extension we do not have.
    pub const BAD_EXTENSION: Self = Self { code: 420, phrase: "Bad Extension" };
    /// 481: no such dialog or transaction.
    pub const NO_TRANSACTION: Self = Self { code: 481, phrase: "Call/Transaction Does Not Exist" };
    /// 486: the connection asks for it (応答動作).
    pub const BUSY_HERE: Self = Self { code: 486, phrase: "Busy Here" };
    /// 487: the answer to a cancelled INVITE.
    pub const REQUEST_TERMINATED: Self = Self { code: 487, phrase: "Request Terminated" };
    /// 501: a method we do not know.
    pub const NOT_IMPLEMENTED: Self = Self { code: 501, phrase: "Not Implemented" };
    /// 503: over a limit.
    pub const SERVICE_UNAVAILABLE: Self = Self { code: 503, phrase: "Service Unavailable" };
    /// 505: another SIP version.
    pub const VERSION_NOT_SUPPORTED: Self = Self { code: 505, phrase: "Version Not Supported" };
}
