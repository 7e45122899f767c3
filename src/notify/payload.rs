//! What a delivery row carries: the message as it was rendered when the call happened.
//!
//! Addresses that are secret (webhook URLs, tokens, headers) stay in the target's own row and
//! are read when the message is sent, so that the outbox holds no secret.

use serde::{Deserialize, Serialize};

/// The content of `NewDelivery::payload`, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Payload {
    /// 着信時URL呼出.
    Call {
        /// GET, POST or PUT.
        method: String,
        /// With every value filled in.
        url: String,
        /// Media type of the body; empty = no body.
        content_type: String,
        /// With every value filled in.
        body: String,
    },
    /// JANDI.
    Jandi(JandiMessage),
    /// A signed webhook.
    Webhook {
        /// The JSON that is signed and sent, byte for byte.
        body: String,
    },
    /// The template could not be rendered; the delivery fails with this reason.
    Unusable {
        /// For people.
        why: String,
    },
}

/// What a JANDI webhook shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JandiMessage {
    /// Mail addresses that get one message each; empty = the room of the webhook.
    pub recipients: Vec<String>,
    /// First text.
    pub body: String,
    /// `#RRGGBB`, or empty.
    pub color: String,
    /// First line of the bubble below, or empty.
    pub title: String,
    /// Text of that bubble, or empty.
    pub description: String,
    /// Picture of that bubble, or empty.
    pub image_url: String,
}

impl Payload {
    /// The text that the row stores.
    pub fn to_text(&self) -> String {
        // Strings and vectors of strings always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Payload::to_text`] wrote.
    pub fn from_text(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// What earlier attempts of a delivery achieved (`ClaimedDelivery::progress`), as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Recipients that have the message.
    pub done: Vec<String>,
    /// Recipients that will never get it, with the reason.
    pub failed: Vec<(String, String)>,
    /// Straight failures of the present recipient.
    pub failures: u32,
    /// A request may have arrived although its answer was lost.
    pub ambiguous: bool,
}

impl Progress {
    /// Reads the stored text; an empty or unknown one is a fresh start.
    pub fn from_text(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The text that the row stores; empty where nothing has happened.
    pub fn to_text(&self) -> String {
        if *self == Self::default() {
            return String::new();
        }
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether this recipient is settled, either way.
    pub fn has(&self, recipient: &str) -> bool {
        self.done.iter().any(|done| done == recipient)
            || self.failed.iter().any(|(failed, _)| failed == recipient)
    }
}
