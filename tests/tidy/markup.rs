//! Rules about the pages in `static/`: they obey their own Content-Security-Policy.

use super::source::Source;

/// Longest line of a script, a style sheet or a page, in characters.
const CHARACTERS_A_LINE: usize = 120;
/// Pages that have their style and script inside: the samples, because they are meant to be saved.
const SAVED: &str = "static/samples/";
/// What makes markup or code of text, or hides style from the style sheets.
const MAKES_CODE: [&str; 18] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "setHTMLUnsafe",
    "createContextualFragment",
    "DOMParser",
    "srcdoc",
    "document.write",
    "eval(",
    "new Function",
    "javascript:",
    "cssText",
    "setAttribute('style'",
    "setAttribute(\"style\"",
    "setAttribute('on",
    "setAttribute(\"on",
    "setTimeout('",
    "setInterval('",
];
/// What loads something from elsewhere.
const ELSEWHERE: [&str; 16] = [
    "src=\"http",
    "src='http",
    "src=\"//",
    "href=\"http",
    "href='http",
    "href=\"//",
    "action=\"http",
    "url(http",
    "url(\"http",
    "url('http",
    "url(//",
    "@import",
    "from 'http",
    "from \"http",
    "import('http",
    "importScripts('http",
];

/// The rooms of `static/js`, in their order: each may import only what stands left of it.
const ROOMS: [&str; 5] = ["base", "live", "frame", "console", "admin"];
/// The two that know nothing of each other.
const APART: (&str, &str) = ("admin", "console");

/// Whether a file is part of a page.
pub fn is_page(source: &Source) -> bool {
    source.path.starts_with("static/")
}

/// Modules import files that exist, of their own room or of one that stands left of it.
pub fn page_rooms(source: &Source, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let Some(file) = imported(line).map(|named| beside(&source.path, named)) else { continue };
        let place = format!("{}:{}", source.path, index + 1);
        if !file.contains('$') && !exists(&file) {
            faults.push(format!("{place}: {file} does not exist"));
        }
        let (Some(own), Some(other)) = (script_room(&source.path), script_room(&file)) else {
            continue;
        };
        if order(other) > order(own) || (own, other) == APART {
            faults
                .push(format!("{place}: {own} uses {other} (docs/architecture.md, The web side)"));
        }
    }
    faults
}

/// The address in `import … from '…'`, `import '…'` or `import(`…`)`.
fn imported(line: &str) -> Option<&str> {
    let (_, rest) = ["from '", "import '", "import('", "import(`"]
        .iter()
        .find_map(|opening| line.split_once(*opening))?;
    let end = rest.find(['\'', '`'])?;
    let address = &rest[..end];
    (address.starts_with('.') || address.starts_with('/')).then_some(address)
}

/// The file that a relative address names, seen from another file.
fn beside(path: &str, address: &str) -> String {
    if let Some(absolute) = address.strip_prefix('/') {
        return format!("static/{absolute}");
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

fn script_room(path: &str) -> Option<&str> {
    let room = path.strip_prefix("static/js/")?.split('/').next()?;
    ROOMS.contains(&room).then_some(room)
}

fn order(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}

/// Nothing makes code of text, stands where the policy forbids it, or comes from elsewhere.
pub fn inert(source: &Source) -> Vec<String> {
    let markup = source.path.ends_with(".html");
    let mut faults = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        if is_comment(line) {
            continue;
        }
        let mut found: Vec<&str> =
            MAKES_CODE.iter().chain(&ELSEWHERE).copied().filter(|bad| line.contains(bad)).collect();
        if markup {
            found.extend(attributes(line));
            if !source.path.starts_with(SAVED) {
                found.extend(["<style", "<script>"].iter().filter(|tag| line.contains(**tag)));
            }
        }
        let at = index + 1;
        faults.extend(found.iter().map(|bad| {
            format!("{}:{at}: {bad}: the pages' policy forbids it (src/http/pages.rs)", source.path)
        }));
    }
    if markup && !source.text.contains("<html lang=\"ja\"") {
        faults.push(format!("{}:1: begin with <html lang=\"ja\">", source.path));
    }
    faults
}

/// Handlers and styles as attributes of an element.
fn attributes(line: &str) -> Vec<&str> {
    let words =
        line.split_whitespace().filter_map(|word| word.split_once('=')).map(|(name, _)| name);
    let letters = |name: &str| name.len() > 3 && name.bytes().all(|byte| byte.is_ascii_lowercase());
    let handler = |name: &&str| name.starts_with("on") && letters(name);
    words.filter(|name| *name == "style" || handler(name)).collect()
}

/// A line that says something and does nothing.
fn is_comment(line: &str) -> bool {
    ["//", "/*", "* ", "*/", "<!--"].iter().any(|start| line.trim_start().starts_with(start))
}

/// Lines can be read without scrolling sideways.
pub fn short_lines(source: &Source) -> Vec<String> {
    let lines = source.text.lines().enumerate();
    let long = lines.map(|(index, line)| (index + 1, line.chars().count()));
    let long = long.filter(|(_, length)| *length > CHARACTERS_A_LINE);
    long.map(|(line, length)| {
        format!("{}:{line}: {length} characters, at most {CHARACTERS_A_LINE}", source.path)
    })
    .collect()
}
