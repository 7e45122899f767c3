//! Masks: what GET shows instead of a secret, and what a mask in a body means.

use super::super::{Kind, Value};
use super::net;
use super::text;

/// What stands for a secret.
pub const MASK: &str = "********";
/// The message for a value that looks like a mask but is none.
pub(super) const NOT_THE_MASK: &str = "******** で始まる値は登録できません。変えないときはGETの値をそのまま、変えるときは新しい値を書いてください";
/// Most header lines.
const HEADERS_MAX: usize = 50;
/// Headers that the sender sets itself (Host/Content-Length by contract, the others for the same reason).
const OWN_HEADERS: [&str; 4] = ["host", "content-length", "transfer-encoding", "connection"];

/// What GET shows for the secret `plain`; a password's `plain` is its hash. `""` stays `""`.
pub fn mask(kind: Kind, plain: &str) -> String {
    if plain.is_empty() {
        return String::new();
    }
    match kind {
        Kind::Secret { show_last } => mask_tail(plain, usize::from(show_last)),
        Kind::SecretUrl => match net::origin(plain) {
            Some(origin) => [&origin, "/", MASK].concat(),
            None => MASK.to_owned(),
        },
        Kind::SecretHeaders { .. } => {
            let lines = plain.lines().map(|line| match line.split_once(':') {
                Some((name, _)) => [name.trim(), ": ", MASK].concat(),
                None => MASK.to_owned(),
            });
            lines.collect::<Vec<_>>().join("\n")
        }
        _ => MASK.to_owned(),
    }
}

/// The last characters tell secrets apart; of a short one they would tell too much.
fn mask_tail(plain: &str, show_last: usize) -> String {
    let count = plain.chars().count();
    if show_last == 0 || count <= 2 * show_last {
        return MASK.to_owned();
    }
    MASK.chars().chain(plain.chars().skip(count - show_last)).collect()
}

/// Whether `sent` may be a mask that GET showed. Only comparing with the stored value decides.
pub fn is_mask(kind: Kind, sent: &str) -> bool {
    match kind {
        Kind::Secret { show_last } => sent.strip_prefix(MASK).is_some_and(|tail| {
            let count = tail.chars().count();
            count == 0 || count == usize::from(show_last)
        }),
        Kind::Password => sent == MASK,
        Kind::SecretUrl => {
            sent == MASK
                || net::origin(sent).is_some_and(|origin| sent == [&origin, "/", MASK].concat())
        }
        Kind::SecretHeaders { .. } => sent.lines().any(is_masked_line),
        _ => false,
    }
}

fn is_masked_line(line: &str) -> bool {
    line.trim() == MASK || line.split_once(':').is_some_and(|(_, value)| value.trim() == MASK)
}

/// What a mask on PUT stands for, given the stored value in clear (a password's hash): the stored
/// value where the mask is its own, else a fault (Japanese). Headers may mix masked lines, which
/// keep their values, with new ones.
pub fn resolve_mask(kind: Kind, sent: &str, stored: &str) -> Result<Value, String> {
    if let Kind::SecretHeaders { .. } = kind {
        return resolve_headers(kind, sent, stored);
    }
    if !stored.is_empty() && sent == mask(kind, stored) {
        return Ok(Value::Text(stored.to_owned()));
    }
    Err(NOT_THE_MASK.into())
}

fn resolve_headers(kind: Kind, sent: &str, stored: &str) -> Result<Value, String> {
    let mut left: Vec<&str> = stored.lines().collect();
    let mut lines = Vec::new();
    for line in sent.lines() {
        if !is_masked_line(line) {
            lines.push(line.to_owned());
            continue;
        }
        let name = line.split_once(':').map(|(name, _)| name.trim()).unwrap_or_default();
        let same = |old: &&str| {
            old.split_once(':').is_some_and(|(old, _)| old.trim().eq_ignore_ascii_case(name))
        };
        match left.iter().position(same) {
            Some(index) => lines.push(left.remove(index).to_owned()),
            None => {
                return Err(format!("ヘッダー {name} の元の値がありません。値を書いてください"));
            }
        }
    }
    kind.check(&lines.join("\n"))
}

/// A header block without its masked lines: on POST they count as absent.
pub fn strip_masked_headers(sent: &str) -> String {
    sent.lines().filter(|line| !is_masked_line(line)).collect::<Vec<_>>().join("\n")
}

/// One `Name: value` a line; normal form has one space after the colon.
pub(super) fn headers(value: &str, max: u32) -> Result<String, String> {
    let text = text::plain(value, max)?;
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        lines.push(header(line)?);
    }
    if lines.len() > HEADERS_MAX {
        return Err(format!("ヘッダーは{HEADERS_MAX}行以内で指定してください"));
    }
    Ok(lines.join("\n"))
}

fn header(line: &str) -> Result<String, String> {
    // The value may be secret: messages repeat the name only.
    let (name, value) =
        line.split_once(':').ok_or("ヘッダーは1行に1件、名前: 値 の形で指定してください")?;
    let (name, value) = (name.trim(), value.trim());
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(
            "ヘッダーの名前は半角英数字と - で、1行に1件、名前: 値 の形で指定してください".into()
        );
    }
    if OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(format!("ヘッダー {name} は指定できません"));
    }
    if value.starts_with(MASK) {
        return Err(NOT_THE_MASK.into());
    }
    if value.contains('\t') {
        return Err(format!("ヘッダー {name} の値にタブは使えません"));
    }
    Ok([name, ": ", value].concat())
}
