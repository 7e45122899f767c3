//! What is stored of an answer.

use crate::notify::http::Answer;
use crate::notify::message;
use crate::resource::Record;

/// Parts shorter than this are words, not secrets.
const SECRET_PART_MIN: usize = 8;
/// Most characters kept of an answer.
const SUMMARY_MAX: usize = 200;
/// Most that is looked at before secrets are cut out; longer than any secret and the summary.
const LOOKED_AT_MAX: usize = 16 * 1024;

/// Secrets of a row that must not appear in what is stored of an answer, the longest first.
pub fn secrets(row: &Record) -> Vec<&str> {
    let mut secrets: Vec<&str> = Vec::new();
    for field in row.resource.fields.iter().filter(|field| field.kind.is_secret()) {
        let value = row.text(field.column);
        secrets.push(value);
        // Tokens stand side by side, headers one a line; the path of a URL is its secret.
        secrets.extend(value.split_whitespace());
        secrets.extend(value.split('/').skip(3));
        // A query holds secrets of its own (key, token, sig).
        let query = value.split_once('?').map_or("", |(_, query)| query);
        secrets.extend(query.split('&').filter_map(|pair| Some(pair.split_once('=')?.1)));
    }
    secrets.retain(|secret| secret.len() >= SECRET_PART_MIN);
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

/// The status and the beginning of the body, on one line.
pub fn summary(answer: &Answer) -> String {
    let body = answer.body.get(..LOOKED_AT_MAX).unwrap_or(&answer.body);
    let text = String::from_utf8_lossy(body);
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{} {}", answer.status, line.trim()).trim_end().to_owned()
}

/// 最終応答: secrets cut out, then cut to its length.
pub fn shown(answer: String, secrets: &[String]) -> String {
    message::cut(without(answer, secrets), SUMMARY_MAX)
}

/// The text with its secrets cut out.
pub fn without(mut answer: String, secrets: &[String]) -> String {
    for secret in secrets {
        if answer.contains(secret.as_str()) {
            answer = answer.replace(secret.as_str(), "****");
        }
    }
    answer
}
