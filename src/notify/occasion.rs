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
    /// What is said beside or instead of a message definition's texts.
    pub wording: Option<&'a Wording>,
}

/// What a message says that is not just one call in the words of its definition. Targets need not
/// know of it: it comes out of `message::text`, escaped like everything else.
#[derive(Clone, Debug, PartialEq)]
pub enum Wording {
    /// Several calls in one message, in the place of every definition.
    Digest {
        /// One line that says what they are and how many.
        heading: String,
        /// One line a call; what did not fit is told by the last one.
        lines: Vec<String>,
        /// The calls themselves, for programs.
        calls: Vec<Record>,
    },
    /// A note of a person before the definition's text (伝言メモ).
    Note(String),
}

/// Names and links of this installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// サーバー名.
    pub server_name: String,
    /// Address of the console as clients reach it (`http://cti-sv:55963`), without a slash at the end.
    pub base_url: String,
}
