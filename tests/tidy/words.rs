//! Rules about words: Japanese stands where people's texts stand, and a wire name stands once.

use std::collections::BTreeSet;

use super::source::Source;

/// Where Japanese texts may stand in `src/`, and why.
pub const JAPANESE: &[(&str, &str)] = &[
    ("src/resource/", "the catalogue, and what is wrong with a value"),
    ("src/template/", "the vocabulary of templates and what is wrong with one"),
    ("src/telephone/", "the words of 番号通知 and the areas of the numbering plan"),
    ("src/transfer/", "headings of other programs' tables, and what is wrong with a line"),
    ("src/push/", "the envelope of an event"),
    ("src/sip/event.rs", "the words of 登録状態"),
    ("src/sip/reason.rs", "what 最終エラー says, with the way out"),
    ("src/notify/", "reasons of a delivery's end, for people"),
    ("src/schedule/texts.rs", "what 最終結果 says of a run"),
    ("src/http/reply.rs", "the one table of refusals"),
    ("src/http/reply/detailed.rs", "refusals that are told with details"),
    ("src/http/reply/orders.rs", "what became of an order"),
    ("src/command/doctor/report.rs", "the marks of the findings"),
    ("src/command/texts.rs", "what the commands say on the terminal"),
    ("src/command/demo/names.rs", "the fictional office"),
    ("src/store/refusal.rs", "refusals that need the stored rows, reasons written into rows"),
];
/// Where the names of the catalogue may stand again, and why.
pub const NAMES: &[(&str, &str)] = &[
    ("src/template/", "the vocabulary stands left of the catalogue and has names of its own"),
    ("src/push/", "the envelope's own keys (events.md)"),
    ("src/transfer/foreign_out.rs", "the same headings"),
    ("src/transfer/foreign.rs", "Outlook's headings, some of which are the same words"),
];

/// Whether `path` is one of the places or stands below it.
fn allowed(path: &str, places: &[(&str, &str)]) -> bool {
    places
        .iter()
        .any(|(place, _)| path == *place || (place.ends_with('/') && path.starts_with(place)))
}

/// Kana, kanji and full-width forms.
pub fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// String literals in Japanese only where texts for people or stored words are made.
pub fn japanese(source: &Source, places: &[(&str, &str)]) -> Vec<String> {
    if !source.path.starts_with("src/") || allowed(&source.path, places) {
        return Vec::new();
    }
    let strings = source.strings.iter();
    let bad =
        strings.filter(|(line, text)| text.chars().any(is_japanese) && !source.is_test(*line));
    bad.map(|(line, text)| {
        let rule = "texts for people belong in the places of tests/tidy/words.rs; use a column name or a typed reason";
        format!("{}:{line}: {text:?}: {rule}", source.path)
    })
    .collect()
}

/// A name of the catalogue stands nowhere else in `src/`.
pub fn wire_names(source: &Source, names: &BTreeSet<&str>, places: &[(&str, &str)]) -> Vec<String> {
    let home = source.path.starts_with("src/resource/catalog");
    if home || !source.path.starts_with("src/") || allowed(&source.path, places) {
        return Vec::new();
    }
    let strings = source.strings.iter();
    let bad =
        strings.filter(|(line, text)| names.contains(text.as_str()) && !source.is_test(*line));
    bad.map(|(line, text)| {
        let rule = "this wire name stands in resource/catalog: ask the catalogue by column name";
        format!("{}:{line}: {text:?}: {rule}", source.path)
    })
    .collect()
}

/// Ways to ask a row for a column.
const ASKING: [&str; 4] = [".text(\"", ".int(\"", ".is(\"", ".hidden(\""];

/// A row is asked only for columns that some resource has: a slip would show an empty value.
pub fn columns(source: &Source, columns: &BTreeSet<&str>) -> Vec<String> {
    if !source.path.starts_with("src/") {
        return Vec::new();
    }
    let mut bad = Vec::new();
    for (line, text) in (1..).zip(source.text.lines()) {
        for asking in ASKING {
            let names = text.split(asking).skip(1).filter_map(|rest| rest.split('"').next());
            // columns are lower case; other readers of texts have methods of the same name
            let names = names.filter(|name| !name.contains(|c: char| c.is_ascii_uppercase()));
            for name in names.filter(|name| !columns.contains(name)) {
                bad.push(format!("{}:{line}: no resource has the column {name:?}", source.path));
            }
        }
    }
    bad
}
