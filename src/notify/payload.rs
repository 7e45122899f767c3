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
    /// A message of a chat service. Rows of older versions say `jandi`.
    #[serde(alias = "jandi")]
    Chat(ChatMessage),
    /// A signed webhook.
    Webhook {
        /// The JSON that is signed and sent, byte for byte.
        body: String,
    },
    /// A letter.
    Mail(MailMessage),
    /// 着信時コマンド呼出; the program itself stands in the row.
    Command {
        /// One each, values filled in.
        arguments: Vec<String>,
    },
    /// A test by a question of the provider's own, which shows nobody anything.
    Check,
    /// The template could not be rendered; the delivery fails with this reason.
    Unusable {
        /// For people.
        why: String,
    },
}

/// What a letter says; to whom it goes stands in the target's row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailMessage {
    /// One line.
    pub subject: String,
    /// Text, or HTML whose values are escaped.
    pub body: String,
    /// Whether the body is HTML.
    pub html: bool,
    /// Deliveries of one call and timing that say the same here go out as one letter; empty =
    /// this one goes alone. The store reads it when it claims (`$.together`).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub together: String,
}

/// A chat message in parts: cut to what its service takes, values escaped for it. A part without
/// a text is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChatMessage {
    /// 種別 of the service that it was made for; rows of older versions have none (JANDI).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Who gets one message each; empty = the target itself is the one recipient.
    pub recipients: Vec<String>,
    /// Who is called upon in the message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
    /// The first text, プレフィックス included.
    pub body: String,
    /// `#RRGGBB`.
    pub color: String,
    /// Headline of what stands below.
    pub title: String,
    /// Text of what stands below.
    #[serde(alias = "description")]
    pub details: String,
    /// Address of a picture.
    pub image_url: String,
    /// Address of the record in the console.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub link: String,
    /// One text a collected call (まとめ), where the message stands for several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
}

impl ChatMessage {
    /// Everything as one text, a part a line, for services that have only one.
    pub fn whole(&self) -> String {
        let parts = [self.body.as_str(), &self.title, &self.details].into_iter();
        let parts = parts.chain(self.items.iter().map(String::as_str));
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

impl Payload {
    /// The text that the row stores.
    pub fn to_text(&self) -> String {
        // Strings and vectors of strings always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Recipients of one message each; empty where the target is the one recipient.
    pub fn recipients(&self) -> &[String] {
        match self {
            Self::Chat(message) => &message.recipients,
            _ => &[],
        }
    }

    /// What deliveries name that go out as one; empty = this one goes alone.
    pub fn together(&self) -> &str {
        match self {
            Self::Mail(message) => &message.together,
            _ => "",
        }
    }

    /// Reads what [`Payload::to_text`] wrote, also in older versions.
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
    /// Somebody took a message without saying that it arrived.
    pub unproven: bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_older_versions_stay_readable() {
        let old = "{\"form\":\"jandi\",\"recipients\":[\"a@example.com\"],\"body\":\"b\",\
            \"color\":\"\",\"title\":\"t\",\"description\":\"d\",\"image_url\":\"\"}";
        let Payload::Chat(message) = Payload::from_text(old).unwrap() else { panic!("no chat") };
        assert_eq!((message.kind.as_str(), message.details.as_str()), ("", "d"));
        assert_eq!(message.whole(), "b\nt\nd");
        let again = Payload::Chat(message);
        assert_eq!(Payload::from_text(&again.to_text()).unwrap(), again);
    }
}
