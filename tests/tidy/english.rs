//! Rules about the two languages of the pages: every Japanese text has an English one, none is left
//! over, and both have the same places to be filled in (static/js/base/i18n.js).

use std::collections::BTreeMap;

use super::source::Source;
use super::words::is_japanese;

/// Where the English texts stand.
const WORDS: &str = "static/js/words/";
/// Names, words and meanings of the catalogue: used as data, not by `t('…')`.
const CATALOGUE: [&str; 3] =
    ["static/js/words/catalogue.js", "static/js/words/meanings.js", "static/js/words/openapi.js"];
/// Parts of `/openapi.json` that the explorer shows as they are, or not at all.
const UNSHOWN: [&str; 3] = ["schemas", "schema", "requestBody"];

/// Whether a file is a dictionary.
fn is_dictionary(source: &Source) -> bool {
    source.path.starts_with(WORDS)
}

/// Every fault of all scripts together; `catalogue` is what `/catalogue.json` and `/openapi.json` say.
pub fn texts(sources: &[Source], catalogue: &str) -> Vec<String> {
    let scripts =
        |source: &&Source| source.path.starts_with("static/js/") && !is_dictionary(source);
    let entries: Vec<(&Source, usize, Entry)> = sources
        .iter()
        .filter(|source| is_dictionary(source))
        .flat_map(|source| entries(&source.text).into_iter().map(move |(at, e)| (source, at, e)))
        .collect();
    let known: BTreeMap<&str, &Entry> =
        entries.iter().map(|(_, _, entry)| (entry.key.as_str(), entry)).collect();
    let mut faults = Vec::new();
    let mut used = String::new();
    for source in sources.iter().filter(scripts) {
        for (line, text) in asked(&source.text) {
            if !known.contains_key(text.as_str()) {
                let rule = "give it an English text in static/js/words";
                faults.push(format!("{}:{line}: {text:?}: {rule}", source.path));
            }
        }
        for literal in literals(&source.text) {
            used.push('\n');
            used.push_str(&literal);
        }
    }
    used.push('\n');
    for (source, line, entry) in &entries {
        let place = format!("{}:{line}: {:?}", source.path, entry.key);
        let told = CATALOGUE.contains(&source.path.as_str()) && is_told(catalogue, &entry.key);
        if !told && !used.contains(&format!("\n{}\n", entry.key)) {
            faults.push(format!("{place}: no page says this: remove the entry"));
        }
        if entry.english.iter().any(|text| text.chars().any(is_japanese)) {
            faults.push(format!("{place}: the English text is in Japanese"));
        }
        let wanted = places(&entry.key);
        if entry.english.iter().flat_map(|text| places(text)).any(|name| !wanted.contains(&name)) {
            faults.push(format!("{place}: the English text is filled in with other names"));
        }
    }
    faults
}

/// Whether the catalogue has this text, or this field (`URI.name`, `URI.name.meaning`).
fn is_told(catalogue: &str, key: &str) -> bool {
    let has = |text: &str| {
        let own = serde_json::json!(text).to_string();
        // A summary begins with the name of its resource.
        catalogue.contains(&own) || catalogue.contains(&format!(" — {}", &own[1..]))
    };
    has(key)
        || key.split_once('=').is_some_and(|(name, word)| has(name) && has(word))
        || key.split_once('.').is_some_and(|(uri, name)| {
            has(uri) && has(name.strip_suffix(".meaning").unwrap_or(name))
        })
}

/// What the dictionaries of the catalogue have an English text for.
fn known_terms(sources: &[Source]) -> Vec<String> {
    let dictionaries = sources.iter().filter(|source| CATALOGUE.contains(&source.path.as_str()));
    dictionaries.flat_map(|source| entries(&source.text)).map(|(_, entry)| entry.key).collect()
}

/// What the description of the API says of operations in Japanese and nothing says in English.
pub fn unsaid(sources: &[Source], openapi: &serde_json::Value) -> Vec<String> {
    let known = known_terms(sources);
    let mut texts = Vec::new();
    said(&openapi["components"], &mut texts);
    for item in openapi["paths"].as_object().into_iter().flat_map(|paths| paths.values()) {
        // What stands beside the methods is the note of the resource, which the explorer leaves out.
        let parts = item.as_object().into_iter().flatten();
        parts.filter(|(_, part)| !part.is_string()).for_each(|(_, part)| said(part, &mut texts));
    }
    texts.sort_unstable();
    texts.dedup();
    let foreign = |text: &&String| text.chars().any(is_japanese) && !known.contains(text);
    let fault = |text: &String| format!("{text:?}: give it an English text in {}", CATALOGUE[2]);
    texts.iter().filter(foreign).map(fault).collect()
}

/// Tags, summaries and descriptions of operations, parameters and answers.
fn said(part: &serde_json::Value, texts: &mut Vec<String>) {
    for each in part.as_array().into_iter().flatten() {
        said(each, texts);
    }
    for (name, value) in part.as_object().into_iter().flatten() {
        match (name.as_str(), value.as_str()) {
            (name, _) if UNSHOWN.contains(&name) => {}
            ("summary", Some(text)) => {
                texts.push(text.split_once(" — ").map_or(text, |(_, own)| own).to_owned());
            }
            ("description", Some(text)) => texts.push(text.to_owned()),
            ("tags", None) => {
                let tags = value.as_array().into_iter().flatten();
                texts.extend(tags.filter_map(|tag| tag.as_str()).map(str::to_owned));
            }
            _ => said(value, texts),
        }
    }
}

/// What the catalogue says in Japanese and nothing says in English: names, words, meanings.
pub fn untold(sources: &[Source], catalogue: &serde_json::Value) -> Vec<String> {
    let known = known_terms(sources);
    let mut faults = Vec::new();
    let mut ask = |text: &serde_json::Value, own: &str| {
        let text = text.as_str().unwrap_or_default();
        let there = known.iter().any(|key| key == text || key == own);
        if text.chars().any(is_japanese) && !there {
            faults.push(format!("{text:?}: give it an English text in {}", CATALOGUE.join(" or ")));
        }
    };
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    for resource in list(&catalogue["resources"]) {
        let uri = resource["uri"].as_str().unwrap_or_default();
        ask(&resource["title"], "");
        for field in list(&resource["fields"]) {
            ask(&field["name"], "");
            let own = format!("{uri}.{}.meaning", field["name"].as_str().unwrap_or_default());
            ask(&field["meaning"], &own);
            for word in list(&field["words"]).iter().chain(&list(&field["suggest"])) {
                ask(word, "");
            }
        }
    }
    for placeholder in list(&catalogue["placeholders"]) {
        ask(&placeholder["name"], "");
        ask(&placeholder["meaning"], "");
    }
    faults
}

/// One entry of a dictionary.
#[derive(Debug, PartialEq)]
struct Entry {
    key: String,
    /// The text, or its forms for one and for many.
    english: Vec<String>,
}

/// The entries of a dictionary with their lines: `'key': 'text',` or `'key': ['one', 'other'],`.
fn entries(text: &str) -> Vec<(usize, Entry)> {
    let mut found: Vec<(usize, Entry)> = Vec::new();
    for (line, literal, follows) in scan(text) {
        if follows == ':' {
            found.push((line, Entry { key: literal, english: Vec::new() }));
        } else if let Some((_, entry)) = found.last_mut() {
            entry.english.push(literal);
        }
    }
    found
}

/// The texts that a script asks for by `t('…')`, with their lines: every literal of the first
/// argument that is a text, so that `t(a ? '…' : '…')` asks for both.
fn asked(text: &str) -> Vec<(usize, String)> {
    let code = without_comments(text);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("t(") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || "_$.".contains(c)) {
            continue;
        }
        let line = code[..at].matches('\n').count();
        let argument = first_argument(&code[at + 2..]);
        let texts = joined(&argument);
        let japanese = |(_, text): &(usize, String)| text.chars().any(is_japanese);
        found.extend(texts.into_iter().map(|(own, text)| (line + own, text)).filter(japanese));
    }
    found
}

/// What stands before the first comma or the closing bracket outside of brackets and literals.
fn first_argument(code: &str) -> String {
    let (mut depth, mut quote, mut escaped) = (0, None, false);
    let mut argument = String::new();
    for c in code.chars() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ',' | ')') if depth == 0 => break,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, _) => {}
        }
        argument.push(c);
    }
    argument
}

/// The literals of an expression, those that `+` joins as one.
fn joined(code: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut join = false;
    for (line, literal, follows) in scan(code) {
        match found.last_mut().filter(|_| join) {
            Some((_, text)) => text.push_str(&literal),
            None => found.push((line, literal)),
        }
        join = follows == '+';
    }
    found
}

/// Every literal of a script, joined ones as one.
fn literals(text: &str) -> Vec<String> {
    joined(&without_comments(text)).into_iter().map(|(_, text)| text).collect()
}

/// Literals with their lines and the first mark that follows them.
fn scan(text: &str) -> Vec<(usize, String, char)> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, quote)) = chars.next() {
        if quote == '/' && chars.peek().is_some_and(|(_, next)| *next == '/') {
            chars.by_ref().find(|(_, c)| *c == '\n');
            continue;
        }
        if !['\'', '"', '`'].contains(&quote) {
            continue;
        }
        let mut literal = String::new();
        let mut end = at + 1;
        while let Some((place, c)) = chars.next() {
            end = place + c.len_utf8();
            match c {
                '\\' => literal.extend(chars.next().map(|(_, c)| if c == 'n' { '\n' } else { c })),
                c if c == quote => break,
                c => literal.push(c),
            }
        }
        let follows = text[end..].chars().find(|c| !c.is_whitespace()).unwrap_or(' ');
        found.push((text[..at].matches('\n').count() + 1, literal, follows));
    }
    found
}

/// A script whose comments are blank; an address's `//` is none.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.lines() {
        let start = line.trim_start();
        inside |= start.starts_with("/*");
        let comment = inside || start.starts_with("//");
        inside &= !line.contains("*/");
        let code = line.split_once(" // ").map_or(line, |(code, _)| code);
        out.push_str(if comment { "" } else { code });
        out.push('\n');
    }
    out
}

/// The names in braces.
fn places(text: &str) -> Vec<&str> {
    let parts = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(name, _)| name).filter(|name| name.chars().all(char::is_alphanumeric)).collect()
}
