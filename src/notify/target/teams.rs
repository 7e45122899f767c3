//! Microsoft Teams: workflows that begin "when a Teams webhook request is received".
//!
//! The flow runs after the answer, so that an answer is never proof; and a body without
//! `attachments` fails inside the flow while the answer still looks fine.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::chat::{self, Form};
use super::post::{Post, headed, host, with_items};
use super::{Attempt, Prepared, Target, answer};
use crate::notify::Occasion;
use crate::notify::http::Answer;
use crate::notify::message::Limit;
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::{SendError, Sent};
use crate::resource::Record;
use crate::template::{Landing, Values};

/// 種別.
pub const KIND: &str = "Teams";

/// Teams as a target.
pub struct Teams;

/// How texts are taken: three of them stay far below a card's 28 kB.
const FORM: Form = Form { kind: KIND, landing: Landing::Chat, limit: Limit::bytes(6000) };
/// Longest list of collected calls.
const ITEMS: Limit = Limit::bytes(9000);
/// Most people called upon in one card.
const MENTIONS_MAX: usize = 20;
/// One a second, 60 a minute (facts/targets.md §18).
const WINDOWS: [Window; 2] = [
    Window { length: Duration::from_secs(1), count: 1 },
    Window { length: super::MINUTE, count: 60 },
];
/// Wait after 429 without Retry-After.
const QUIET: Duration = Duration::from_secs(30);
/// Hosts of connectors, which Microsoft has switched off.
const RETIRED: [&str; 2] = [".webhook.office.com", "outlook.office.com"];
/// What is said of them.
const RETIRED_HINT: &str = "この URL は Office 365 コネクタのもので、Microsoft が提供を終えました。Teams の「ワークフロー」で「Teams の Webhook 要求を受信したとき」のフローを作り、そのURLに替えてください";
/// What an administrator looks at after a refusal.
const HINT: &str = "Teams のワークフローが有効か、URL(sig= を含む全体)が正しいか、組織のポリシーで止められていないかを確かめてください";

impl Target for Teams {
    fn compose(&self, row: &Record, occasion: &Occasion<'_>, values: &Values) -> Payload {
        Payload::Chat(chat::compose(FORM, row, occasion, values))
    }

    fn prepare(
        &self,
        row: &Record,
        payload: &Payload,
        _attempt: &Attempt<'_>,
    ) -> Result<Prepared, SendError> {
        let message = chat::message(payload, KIND, false)?;
        let url = row.text("url");
        if is_retired(url) {
            return Err(SendError::parks(RETIRED_HINT));
        }
        Ok(Post::of(row, url).json(&body(message)).to(""))
    }

    fn classify(&self, answer: &Answer, _recipient: &str) -> Result<Sent, SendError> {
        // A connector said so inside a success; a relay may still do.
        if answer.status == 200 && String::from_utf8_lossy(&answer.body).contains("HTTP error 429")
        {
            let why = "Teams が 429 を返しました(送りすぎ)";
            return Err(SendError::later(why, answer.retry_after.or(Some(QUIET))));
        }
        if answer.status == 404 {
            let why = format!("相手が 404 を返しました: フローが無いか止まっています。{HINT}");
            return Err(SendError::parks(why));
        }
        answer::of_service(answer, HINT, Some(QUIET)).map(|_| Sent::Accepted(String::new()))
    }

    fn knows_repeats(&self, _row: &Record) -> bool {
        false
    }

    fn windows(&self, row: &Record) -> Vec<Window> {
        chat::paced(row, &WINDOWS)
    }
}

fn is_retired(url: &str) -> bool {
    let host = host(url);
    RETIRED.iter().any(|retired| host == retired.trim_start_matches('.') || host.ends_with(retired))
}

/// One adaptive card.
fn body(message: &ChatMessage) -> Map<String, Value> {
    let people = message.mentions.get(..MENTIONS_MAX).unwrap_or(&message.mentions);
    let calls: Vec<String> = people.iter().map(|person| format!("<at>{person}</at>")).collect();
    let mut blocks = vec![block(&headed(&calls, &message.body), "Bolder")];
    if !message.title.is_empty() {
        blocks.push(block(&message.title, "Default"));
    }
    let details = with_items(&message.details, &message.items);
    if !details.is_empty() {
        blocks.push(block(&ITEMS.cut(details), "Default"));
    }
    if !message.image_url.is_empty() {
        blocks.push(json!({"type": "Image", "url": message.image_url}));
    }
    let mut card = Map::new();
    card.insert("$schema".to_owned(), "http://adaptivecards.io/schemas/adaptive-card.json".into());
    card.insert("type".to_owned(), "AdaptiveCard".into());
    card.insert("version".to_owned(), "1.4".into());
    card.insert("body".to_owned(), blocks.into());
    if !message.link.is_empty() {
        let open = json!({"type": "Action.OpenUrl", "title": "開く", "url": message.link});
        card.insert("actions".to_owned(), json!([open]));
    }
    if !people.is_empty() {
        let entities: Vec<Value> = people.iter().map(|person| entity(person)).collect();
        card.insert("msteams".to_owned(), json!({"entities": entities}));
    }
    let mut body = Map::new();
    body.insert("type".to_owned(), "message".into());
    let attachment = json!({
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": null,
        "content": card,
    });
    body.insert("attachments".to_owned(), json!([attachment]));
    body
}

/// A paragraph; a card's Markdown breaks a line only where an empty one stands.
fn block(text: &str, weight: &str) -> Value {
    json!({
        "type": "TextBlock",
        "text": text.replace('\n', "\n\n"),
        "weight": weight,
        "wrap": true,
    })
}

/// Who is behind an `<at>` of the text: without it the text calls nobody.
fn entity(person: &str) -> Value {
    json!({
        "type": "mention",
        "text": format!("<at>{person}</at>"),
        "mentioned": {"id": person, "name": person},
    })
}
