//! What a notification is about.

use crate::resource::Record;
use crate::store::Facts;

/// A moment of a call at which people may be told; everything that plan and messages look at.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// The 着信記録 as it will be written.
    pub call: &'a Record,
    /// Its 収容回線, if it is one of ours.
    pub line: Option<&'a Record>,
    /// The Caller-Rule that applies.
    pub rule: Option<&'a Record>,
    /// One of `resource::words::timing`.
    pub timing: &'static str,
    /// Customers, history and settings inside the transaction.
    pub facts: &'a Facts<'a>,
    /// Names and links of this installation.
    pub site: &'a Site,
}

/// Names and links of this installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// サーバー名.
    pub server_name: String,
    /// Address of the console as clients reach it (`http://cti-sv:55963`), without a slash at the end.
    pub base_url: String,
}
