//! Comma-separated lists.

use super::check::echo;
use super::text::narrow;
use super::time::minutes;

/// Most entries of a list.
const ENTRIES_MAX: usize = 500;

/// The entries between commas (Japanese ones too), trimmed, empty ones left out.
fn entries(text: &str) -> Result<Vec<&str>, String> {
    let entries: Vec<&str> =
        text.split([',', '、', '，']).map(str::trim).filter(|entry| !entry.is_empty()).collect();
    if entries.len() > ENTRIES_MAX {
        return Err(format!("{ENTRIES_MAX}件以内で指定してください"));
    }
    Ok(entries)
}

/// 回線No: `1,2`, each once, in the order given.
pub(super) fn lines(value: &str) -> Result<String, String> {
    let text = narrow(value);
    let mut numbers: Vec<i64> = Vec::new();
    for entry in entries(&text)? {
        match entry.parse::<i64>() {
            Ok(number) if number > 0 => {
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            _ => {
                return Err(format!(
                    "回線Noをカンマ区切り(例 1,2)で指定してください(値: {})",
                    echo(value)
                ));
            }
        }
    }
    Ok(numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(","))
}

/// JSON keys, each once, in the order given; whether they exist is a rule over two fields.
pub(super) fn keys(value: &str) -> Result<String, String> {
    let mut keys: Vec<&str> = Vec::new();
    for entry in entries(value)? {
        if entry.contains(char::is_control) {
            return Err(format!("キーをカンマ区切りで指定してください(値: {})", echo(value)));
        }
        if !keys.contains(&entry) {
            keys.push(entry);
        }
    }
    Ok(keys.join(","))
}

/// `HH:mm-HH:mm` in order, none overlapping the one before.
pub(super) fn hours(value: &str) -> Result<String, String> {
    let text = narrow(value).replace(['~', '〜'], "-");
    let wrong = || {
        format!(
            "営業時間は 09:00-12:00,13:00-18:00 の形で、早い順に重ならないように指定してください(値: {})",
            echo(value)
        )
    };
    let mut shown = Vec::new();
    let mut last_end = 0;
    for entry in entries(&text)? {
        let (start, end) = entry.split_once('-').ok_or_else(wrong)?;
        let start = minutes(start.trim()).ok_or_else(wrong)?;
        let end = minutes(end.trim()).ok_or_else(wrong)?;
        if start >= end || start < last_end {
            return Err(wrong());
        }
        last_end = end;
        let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        shown.push([clock(start), clock(end)].join("-"));
    }
    Ok(shown.join(","))
}
