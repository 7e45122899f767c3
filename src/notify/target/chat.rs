//! What chat kinds have in common.

use crate::notify::Occasion;
use crate::notify::message::{Limit, choose, text};
use crate::notify::pace::Window;
use crate::notify::payload::{ChatMessage, Payload};
use crate::notify::retry::SendError;
use crate::resource::Record;
use crate::resource::catalog::BETWEEN_NAMES;
use crate::template::{Landing, Values, Word, render};

/// How a kind takes its texts.
#[derive(Clone, Copy)]
pub struct Form {
    /// 種別.
    pub kind: &'static str,
    /// How values are made harmless.
    pub landing: Landing,
    /// Longest of each text.
    pub limit: Limit,
}

/// The message definition's texts, rendered and cut; recipients stay empty.
pub fn compose(form: Form, row: &Record, occasion: &Occasion<'_>, values: &Values) -> ChatMessage {
    let definition = choose(occasion, "MessDef-Chat", row.int("message_id"));
    let part = |column| match definition {
        Some(definition) if !definition.text(column).is_empty() => {
            form.limit.cut(text(occasion, Some(definition), column, form.landing, values))
        }
        _ => String::new(),
    };
    let body = text(occasion, definition, "body", form.landing, values);
    let prefix = row.text("prefix");
    let body = if prefix.is_empty() { body } else { format!("{prefix} {body}") };
    let image = definition.map_or("", |definition| definition.text("image_url"));
    ChatMessage {
        kind: form.kind.to_owned(),
        recipients: Vec::new(),
        mentions: list(row.text("mentions")),
        body: form.limit.cut(body),
        color: row.text("color").to_owned(),
        title: part("title"),
        details: part("details"),
        image_url: render(image, Landing::Url, values).unwrap_or_default(),
        link: values.get(Word::RecordUrl).to_owned(),
        items: Vec::new(),
    }
}

/// The same to each name in 宛先.
pub fn compose_to_each(
    form: Form,
    row: &Record,
    occasion: &Occasion<'_>,
    values: &Values,
) -> ChatMessage {
    let recipients = list(row.text("destination"));
    ChatMessage { recipients, ..compose(form, row, occasion, values) }
}

/// The message in a payload, where it was made for this kind. `old` = rows of versions before
/// kinds were noted are this kind's.
pub fn message<'a>(
    payload: &'a Payload,
    kind: &str,
    old: bool,
) -> Result<&'a ChatMessage, SendError> {
    match payload {
        Payload::Chat(message) if message.kind == kind || (old && message.kind.is_empty()) => {
            Ok(message)
        }
        _ => Err(super::other_kind()),
    }
}

/// `a, b、c`, also between lines: each once, in order.
pub fn list(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split(BETWEEN_NAMES).map(str::trim) {
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The kind's own windows; 毎分上限 takes the place of those up to a minute.
pub fn paced(row: &Record, own: &[Window]) -> Vec<Window> {
    let per_minute = usize::try_from(row.int("per_minute")).unwrap_or(0);
    if per_minute == 0 {
        return own.to_vec();
    }
    let longer = own.iter().copied().filter(|window| window.length > super::MINUTE);
    std::iter::once(Window { length: super::MINUTE, count: per_minute }).chain(longer).collect()
}
