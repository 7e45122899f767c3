//! The rules of the house: each is a pure function from a file to its faults.

use super::source::{Source, closing, line_of};

/// The rooms in their order: each may use only what stands left of it (docs/architecture.md).
pub const ROOMS: [&str; 16] = [
    "clock",
    "telephone",
    "config",
    "template",
    "resource",
    "transfer",
    "sip",
    "push",
    "store",
    "notify",
    "call",
    "schedule",
    "http",
    "control",
    "service",
    "command",
];
/// Uses that the order would allow and the house does not: (room, what it never uses).
const NEVER: [(&str, &str); 3] = [("http", "sip"), ("store", "sip"), ("notify", "sip")];
/// Longest file.
const LINES_A_FILE: usize = 400;
/// Longest function.
const LINES_A_FUNCTION: usize = 60;

/// The room a file belongs to.
fn room(path: &str) -> Option<&str> {
    let name = path.strip_prefix("src/")?.split('/').next()?;
    Some(name.strip_suffix(".rs").unwrap_or(name))
}

/// A fault at a line.
fn fault(source: &Source, line: usize, text: impl std::fmt::Display) -> String {
    format!("{}:{line}: {text}", source.path)
}

/// Rooms import only what stands left of them.
pub fn room_order(source: &Source) -> Vec<String> {
    let Some(own) = room(&source.path).and_then(|room| ROOMS.iter().position(|r| *r == room))
    else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    for (at, used) in crate_paths(&source.code) {
        let line = line_of(&source.code, at);
        let Some(other) = ROOMS.iter().position(|room| *room == used) else { continue };
        if other > own {
            let rule = "move the shared type left, or pass the value in as an argument";
            faults.push(fault(
                source,
                line,
                format!("{} uses {used}, which stands right of it: {rule}", ROOMS[own]),
            ));
        } else if NEVER.contains(&(ROOMS[own], used)) && !source.is_test(line) {
            let rule = "these two know nothing of each other (docs/architecture.md)";
            faults.push(fault(source, line, format!("{} uses {used}: {rule}", ROOMS[own])));
        }
    }
    faults.extend(escapes(source));
    faults
}

/// First names behind `crate::`, also inside `crate::{…}`: (position, name).
fn crate_paths(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, prefix) in code.match_indices("crate::") {
        let start = at + prefix.len();
        if code[start..].starts_with('{') {
            let group = &code[start + 1..closing(code, start)];
            let mut depth = 0;
            let mut fresh = true;
            for (offset, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 0 => fresh = true,
                    c if fresh && depth == 0 && is_word(c) => {
                        found.push((start + 1 + offset, word(&group[offset..])));
                        fresh = false;
                    }
                    _ => {}
                }
            }
        } else {
            found.push((at, word(&code[start..])));
        }
    }
    found
}

/// `super::super::…` that climbs out of the room, where `crate::` would show the import.
fn escapes(source: &Source) -> Vec<String> {
    let below = source.path.trim_start_matches("src/").trim_end_matches("/mod.rs");
    let depth = below.split('/').count();
    let mut faults = Vec::new();
    let mut skip_to = 0;
    for (at, _) in source.code.match_indices("super::") {
        if at < skip_to {
            continue;
        }
        let chain = source.code[at..].split("super::").take_while(|part| part.is_empty()).count();
        skip_to = at + chain * "super::".len();
        let line = line_of(&source.code, at);
        if chain >= depth + usize::from(source.is_test(line)) && depth > 0 {
            faults.push(fault(source, line, "super:: leaves the room: write crate::"));
        }
    }
    faults
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word(text: &str) -> &str {
    text.split(|c| !is_word(c)).next().unwrap_or("")
}

/// SQL and the database's crates only in the store and in resource/ddl.rs.
pub fn sql_in_store(source: &Source) -> Vec<String> {
    let home = source.path.starts_with("src/store/") || source.path == "src/resource/ddl.rs";
    if home || !source.path.starts_with("src/") {
        return Vec::new();
    }
    let rule =
        "SQL belongs in src/store (or resource/ddl.rs): add a function to the store's facade";
    let texts = source.strings.iter().filter(|(_, text)| is_sql(text)).map(|(line, _)| *line);
    let crates = ["rusqlite::", "r2d2::", "r2d2_sqlite::"];
    let uses = crates.iter().flat_map(|name| source.code.match_indices(name));
    let uses = uses.map(|(at, _)| line_of(&source.code, at));
    texts.chain(uses).map(|line| fault(source, line, rule)).collect()
}

/// Whether a text is an SQL statement.
fn is_sql(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let pair = |a: &str, b: &str| words.windows(2).any(|two| two[0] == a && two[1] == b);
    let after = |a: &str, b: &str| {
        words.iter().position(|w| *w == a).is_some_and(|at| words[at..].contains(&b))
    };
    match words.first().copied() {
        Some("select") => after("select", "from"),
        Some("update") => after("update", "set"),
        Some("insert") => after("insert", "into"),
        Some("delete") => pair("delete", "from"),
        Some("create") => ["table", "index", "unique", "virtual", "trigger", "view"]
            .contains(words.get(1).unwrap_or(&"")),
        Some("alter" | "drop") => pair(words[0], "table") || pair(words[0], "index"),
        Some("pragma" | "savepoint") => words.len() > 1,
        Some("begin") => pair("begin", "immediate"),
        _ => false,
    }
}

/// Files stay short.
pub fn short_files(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if lines <= LINES_A_FILE {
        return Vec::new();
    }
    let rule = format!("{lines} lines, at most {LINES_A_FILE}: split it by what it knows");
    vec![fault(source, lines, rule)]
}

/// Functions stay short.
pub fn short_functions(source: &Source) -> Vec<String> {
    let code = &source.code;
    let mut faults = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if code[..at].chars().next_back().is_some_and(is_word) {
            continue;
        }
        let Some(open) = code[at..].find(['{', ';']).map(|found| at + found) else { continue };
        if code[open..].starts_with(';') {
            continue;
        }
        let (first, last) = (line_of(code, at), line_of(code, closing(code, open)));
        let lines = last - first + 1;
        if lines > LINES_A_FUNCTION {
            let name = word(code[at + 3..].trim_start());
            let rule = "give its steps names of their own";
            let text = format!("{name} has {lines} lines, at most {LINES_A_FUNCTION}: {rule}");
            faults.push(fault(source, first, text));
        }
    }
    faults
}

/// Words that promise work nobody tracks, and modules that mean nothing.
pub fn banned_words(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for name in ["todo!", "unimplemented!", "#[ignore"] {
        for (at, _) in source.code.match_indices(name) {
            let line = line_of(&source.code, at);
            faults.push(fault(
                source,
                line,
                format!("{name} is not done: finish it or leave it out"),
            ));
        }
    }
    for (line, text) in &source.comments {
        for name in [concat!("FIX", "ME"), concat!("TO", "DO"), concat!("XX", "X")] {
            if text.split(|c| !is_word(c)).any(|word| word == name) {
                faults.push(fault(
                    source,
                    *line,
                    format!("{name}: do it now, or file it as an issue"),
                ));
            }
        }
    }
    for part in source.path.split('/') {
        let name = part.split('.').next().unwrap_or("");
        if ["util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"]
            .contains(&name)
        {
            faults.push(fault(
                source,
                1,
                format!("a module called {name} means nothing: name it after what it knows"),
            ));
        }
    }
    faults
}

/// Every file says what it is; every room states an invariant and what it never does.
pub fn module_docs(source: &Source) -> Vec<String> {
    if !source.path.starts_with("src/") {
        return Vec::new();
    }
    let docs: Vec<&str> = source.text.lines().take_while(|line| line.starts_with("//!")).collect();
    let docs = docs.join(" ");
    if docs.is_empty() {
        return vec![fault(source, 1, "begin the file with //! and say what it knows")];
    }
    let Some(room) = room(&source.path).filter(|room| ROOMS.contains(room)) else {
        return Vec::new();
    };
    let root = [format!("src/{room}.rs"), format!("src/{room}/mod.rs")].contains(&source.path);
    let stated = |word: &str| docs.contains(word);
    if root && !(stated("Invariant:") && stated("Never:")) {
        return vec![fault(source, 1, "a room's docs state \"Invariant:\" and \"Never:\"")];
    }
    Vec::new()
}

/// Folders of one machine have no place in the project.
pub fn machine_paths(source: &Source) -> Vec<String> {
    let folders = [
        concat!("/wo", "rk/"),
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/Us", "ers/"),
    ];
    let rule = "a folder of one machine: make it relative to the project or a setting";
    let lines = source.text.lines().enumerate();
    let bad = lines.filter(|(_, line)| folders.iter().any(|folder| names_folder(line, folder)));
    bad.map(|(index, _)| fault(source, index + 1, rule)).collect()
}

/// Whether `line` names `folder` at the top of a path.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| is_word(c) || matches!(c, '.' | '/' | '}' | '-' | '*'))
    })
}
