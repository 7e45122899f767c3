//! 会議URL: a quick web meeting for each delivery.

use std::collections::HashMap;
use std::sync::Arc;

use rand::RngExt;
use serde_json::Value;
use tokio::time::Instant;

use super::{functions, judge};
use crate::clock::UnixMs;
use crate::notify::carrier::{Carriers, Directory};
use crate::notify::retry::SendError;
use crate::notify::shared::{Made, key};
use crate::resource::Record;

/// Stands for the address until there is one: a character that no text has, so that no limit cuts
/// it in half.
pub const PLACE: &str = "\u{FDD0}";
/// Stands in a message whose meeting could not be made: a notice without it is better than none.
const NO_MEETING: &str = "(会議URLを作れませんでした)";
/// What stands before a password that nobody knows but this message.
const PASSWORD: &str = " パスワード: ";
/// Characters of such a password.
const PASSWORD_LENGTH: usize = 10;
/// Letters and digits that nobody takes for another.
const PASSWORD_LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// What is kept of a meeting.
const ADDRESS: &str = "address";

/// What the message shows: the address, and the password where it is a random one. The same for
/// every attempt at a delivery.
pub async fn address(carriers: &Arc<Carriers>, row: &Record, id: &str, at: UnixMs) -> String {
    let key = key(&["meeting", row.text("url"), id]);
    let kept = carriers.directories.get(&key, make(carriers, row, at)).await;
    match kept {
        Ok(kept) => kept.ids.get(ADDRESS).cloned().unwrap_or_default(),
        Err(fault) => {
            log::warn!("{}/{}: no meeting could be made: {fault}", row.resource.uri, row.key());
            NO_MEETING.to_owned()
        }
    }
}

async fn make(
    carriers: &Arc<Carriers>,
    row: &Record,
    at: UnixMs,
) -> Result<Made<Directory>, SendError> {
    let own = row.text("meeting_password");
    let random = if own.is_empty() { password() } else { String::new() };
    let password = if own.is_empty() { &random } else { own };
    let request = functions::quick_call(row, functions::ends_at(row, at), password);
    let reply = judge(&carriers.http.send(request).await?)?;
    let address = find_address(&reply)
        .ok_or_else(|| SendError::never("createQuickCall の応答に会議のアドレスがありません"))?;
    let shown = if own.is_empty() { format!("{address}{PASSWORD}{random}") } else { address };
    let ids = HashMap::from([(ADDRESS.to_owned(), shown)]);
    Ok(Made { value: Directory { ids, at: Instant::now() }, good_for: None })
}

/// A password that is easy to type.
pub fn password() -> String {
    let mut random = rand::rng();
    let letters = (0..PASSWORD_LENGTH).map(|_| {
        let at = random.random_range(0..PASSWORD_LETTERS.len());
        PASSWORD_LETTERS.get(at).copied().map_or('x', char::from)
    });
    letters.collect()
}

/// The first web address in a reply; the vendor does not show under which name it stands.
fn find_address(reply: &Value) -> Option<String> {
    match reply {
        Value::String(text) => {
            let text = text.trim();
            let whole = text.starts_with("https://") || text.starts_with("http://");
            (whole && !text.contains(char::is_whitespace)).then(|| text.to_owned())
        }
        Value::Array(items) => items.iter().find_map(find_address),
        Value::Object(fields) => fields.values().find_map(find_address),
        _ => None,
    }
}

/// The text with the address in its place, or below it where the text has none.
pub fn put(text: &str, address: &str) -> String {
    if text.contains(PLACE) {
        return text.replace(PLACE, address);
    }
    format!("{text}\n会議: {address}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_is_found_wherever_it_stands() {
        for (reply, expected) in [
            (json!({"url": "https://cam.example.com/c/1"}), Some("https://cam.example.com/c/1")),
            (json!({"a": 1, "b": {"c": ["x", "http://h/1"]}}), Some("http://h/1")),
            (json!("https://cam.example.com/c/2 "), Some("https://cam.example.com/c/2")),
            (json!({"message": "see https://h/1"}), None),
            (json!(null), None),
        ] {
            assert_eq!(find_address(&reply).as_deref(), expected, "{reply}");
        }
    }

    #[test]
    fn the_address_takes_its_place_or_stands_below() {
        assert_eq!(put(&format!("a {PLACE} b"), "https://h"), "a https://h b");
        assert_eq!(put("a", "https://h"), "a\n会議: https://h");
    }
}
