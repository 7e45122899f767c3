//! The rules of the house that a machine can check (docs/architecture.md).
//!
//! Each rule is a pure function over one file, a test that runs it over the whole tree, and a
//! test that shows it can fail. A fault says how to mend it.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails

use std::collections::BTreeSet;
use std::path::Path;

use source::Source;

#[path = "tidy/dependencies.rs"]
mod dependencies;
#[path = "tidy/english.rs"]
mod english;
#[path = "tidy/markup.rs"]
mod markup;
#[path = "tidy/rules.rs"]
mod rules;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/words.rs"]
mod words;

/// Folders that hold our own text.
const FOLDERS: [&str; 8] = ["src", "tests", "benches", "static", "fuzz", "schema", "docs", ".ci"];
/// Files at the top.
const FILES: [&str; 8] = [
    "Cargo.toml",
    "README.md",
    "README.ja.md",
    "CHANGELOG.md",
    "deny.toml",
    "clippy.toml",
    "rustfmt.toml",
    ".gitignore",
];
/// Endings of text files.
const ENDINGS: [&str; 11] =
    ["rs", "js", "mjs", "css", "html", "md", "toml", "sql", "xml", "cfg", "sh"];

/// Every text file of the project.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in FOLDERS {
        walk(&root.join(folder), &mut paths);
    }
    paths.extend(FILES.map(|file| root.join(file)).into_iter().filter(|path| path.is_file()));
    let read = |path: std::path::PathBuf| {
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        let text = std::fs::read_to_string(&path).ok()?;
        let rust = name.ends_with(".rs");
        Some(if rust { Source::rust(&name, &text) } else { Source::plain(&name, &text) })
    };
    paths.into_iter().filter_map(read).collect()
}

fn walk(folder: &Path, paths: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.map(|entry| entry.unwrap().path()) {
        let ending = entry.extension().and_then(|ending| ending.to_str()).unwrap_or("");
        let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if entry.is_dir() && !["target", "corpus", "artifacts"].contains(&name) {
            walk(&entry, paths);
        } else if entry.is_file() && (ENDINGS.contains(&ending) || name == "run") {
            paths.push(entry);
        }
    }
}

/// Runs a rule over files and shows every fault at once.
fn check(files: impl Fn(&Source) -> bool, rule: impl Fn(&Source) -> Vec<String>) {
    let sources = sources();
    let chosen: Vec<&Source> = sources.iter().filter(|source| files(source)).collect();
    assert!(!chosen.is_empty(), "the rule found no file to look at");
    let faults: Vec<String> = chosen.into_iter().flat_map(rule).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn is_rust(source: &Source) -> bool {
    source.path.ends_with(".rs")
}

fn is_script(source: &Source) -> bool {
    is_rust(source) || [".js", ".mjs", ".css", ".html"].iter().any(|end| source.path.ends_with(end))
}

/// The names of the catalogue that are no everyday ASCII word.
fn names() -> BTreeSet<&'static str> {
    let all = smartconnect::resource::catalog::ALL.iter();
    let names = all.flat_map(|resource| resource.fields.iter().map(|field| field.name));
    names.filter(|name| !name.is_ascii()).collect()
}

/// Every column of the catalogue, hidden ones too.
fn columns() -> BTreeSet<&'static str> {
    let all = smartconnect::resource::catalog::ALL.iter();
    all.flat_map(|resource| {
        let shown = resource.fields.iter().map(|field| field.column);
        shown.chain(resource.hidden.iter().map(|hidden| hidden.column))
    })
    .collect()
}

#[test]
fn rooms_import_only_what_stands_left_of_them() {
    check(is_rust, rules::room_order);
}

#[test]
fn only_the_store_speaks_sql() {
    check(is_rust, rules::sql_in_store);
}

#[test]
fn japanese_stands_where_texts_for_people_stand() {
    check(is_rust, |source| words::japanese(source, words::JAPANESE));
}

#[test]
fn a_wire_name_stands_once() {
    let names = names();
    assert!(names.len() > 100, "the catalogue is empty, so this test shows nothing");
    check(is_rust, |source| words::wire_names(source, &names, words::NAMES));
}

#[test]
fn rows_are_asked_for_columns_that_exist() {
    check(is_rust, |source| words::columns(source, &columns()));
}

#[test]
fn files_are_short() {
    check(is_script, rules::short_files);
}

#[test]
fn functions_are_short() {
    check(is_rust, rules::short_functions);
}

#[test]
fn pages_obey_their_own_policy() {
    check(markup::is_page, markup::inert);
}

#[test]
fn pages_import_only_what_stands_left_of_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let exists = |file: &str| root.join(file).is_file();
    check(markup::is_page, |source| markup::page_rooms(source, exists));
}

#[test]
fn lines_of_pages_are_short() {
    check(markup::is_page, markup::short_lines);
}

#[test]
fn every_text_of_the_pages_is_there_in_english() {
    let told = [smartconnect::resource::described::text(), smartconnect::resource::openapi::text()];
    let faults = english::texts(&sources(), &told.concat());
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_name_word_and_meaning_of_the_catalogue_is_there_in_english() {
    is_in_english(english::untold, &smartconnect::resource::described::page(), "\"状態\"");
}

#[test]
fn every_text_of_the_api_description_is_there_in_english() {
    is_in_english(english::unsaid, &smartconnect::resource::openapi::page(), "\"ログアウト\"");
}

/// Nothing of a page is missing in the dictionaries; without them `example` is.
fn is_in_english(
    missing: fn(&[Source], &serde_json::Value) -> Vec<String>,
    page: &serde_json::Value,
    example: &str,
) {
    let faults = missing(&sources(), page);
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    let faults = missing(&[], page);
    assert!(faults.iter().any(|fault| fault.starts_with(example)), "the rule cannot fail");
}

#[test]
fn nothing_is_left_undone() {
    check(|source| !source.path.starts_with("tests/tidy"), rules::banned_words);
}

#[test]
fn every_module_says_what_it_is() {
    check(is_rust, rules::module_docs);
}

#[test]
fn no_folder_of_one_machine_is_named() {
    check(|_| true, rules::machine_paths);
}

#[test]
fn the_docs_name_the_rooms_in_their_order() {
    let docs = include_str!("../docs/architecture.md");
    let line = format!("`{} · main`", rules::ROOMS.join(" · "));
    assert!(docs.contains(&line), "docs/architecture.md does not hold this line: {line}");
    for room in rules::ROOMS {
        assert!(
            docs.contains(&format!("\n| `{room}` |")),
            "docs/architecture.md has no row for {room}"
        );
    }
}

#[test]
fn every_dependency_is_used() {
    let code: String = sources().iter().map(|source| source.code.as_str()).collect();
    let unused = dependencies::unused(include_str!("../Cargo.toml"), &code);
    assert!(unused.is_empty(), "remove from Cargo.toml, or use: {unused:?}");
}

/// Asserts that `rule` finds exactly one fault in this text.
#[track_caller]
fn finds_one(path: &str, text: &str, rule: impl Fn(&Source) -> Vec<String>) {
    let source =
        if path.ends_with(".rs") { Source::rust(path, text) } else { Source::plain(path, text) };
    let faults = rule(&source);
    assert_eq!(faults.len(), 1, "{path} {text:?} gives {faults:?}");
    assert!(faults[0].starts_with(path), "{faults:?}");
}

#[track_caller]
fn finds_none(path: &str, text: &str, rule: impl Fn(&Source) -> Vec<String>) {
    let source =
        if path.ends_with(".rs") { Source::rust(path, text) } else { Source::plain(path, text) };
    assert_eq!(rule(&source), Vec::<String>::new(), "{path} {text:?}");
}

#[test]
fn the_room_order_rule_can_fail() {
    finds_one("src/clock.rs", "use crate::config::Settings;", rules::room_order);
    finds_one(
        "src/sip/agent.rs",
        "use crate::{clock::Clock, store::{Store, Page}};",
        rules::room_order,
    );
    finds_one("src/http/mod.rs", "use crate::sip::Event;", rules::room_order);
    finds_one("src/sip/agent.rs", "use super::super::store::Store;", rules::room_order);
    finds_none("src/call/mod.rs", "use crate::{store::Store, sip};", rules::room_order);
    finds_none("src/sip/a/b.rs", "use super::super::event::Event;", rules::room_order);
}

#[test]
fn the_sql_rule_can_fail() {
    let sql = "const A: &str = \"SELECT a FROM b\";";
    finds_one("src/call/mod.rs", sql, rules::sql_in_store);
    finds_one("src/call/mod.rs", "fn f(c: &rusqlite::Connection) {}", rules::sql_in_store);
    finds_none("src/store/mod.rs", sql, rules::sql_in_store);
    finds_none(
        "src/sip/mod.rs",
        "const A: &str = \"INVITE, UPDATE, DELETE\";",
        rules::sql_in_store,
    );
}

#[test]
fn the_rules_about_words_can_fail() {
    let text = "const A: &str = \"着信TEL\";";
    finds_one("src/call/mod.rs", text, |source| words::japanese(source, &[]));
    finds_none("src/call/mod.rs", text, |source| words::japanese(source, &[("src/call/", "")]));
    let names = BTreeSet::from(["着信TEL"]);
    finds_one("src/call/mod.rs", text, |source| words::wire_names(source, &names, &[]));
    finds_none("src/resource/catalog/line.rs", text, |s| words::wire_names(s, &names, &[]));
    let test = format!("#[cfg(test)]\nmod tests {{ {text} }}");
    finds_none("src/call/mod.rs", &test, |source| words::japanese(source, &[]));
}

#[test]
fn the_column_rule_can_fail() {
    let slip = "fn f(row: &Record) -> &str { row.text(\"no_such_column\") }";
    finds_one("src/a.rs", slip, |source| words::columns(source, &columns()));
    finds_none("src/a.rs", "fn f() { row.text(\"registration\") }", |source| {
        words::columns(source, &columns())
    });
}

#[test]
fn the_length_rules_can_fail() {
    finds_one("static/a.js", &"x;\n".repeat(401), rules::short_files);
    let body = "    x();\n".repeat(60);
    finds_one("src/a.rs", &format!("fn f() {{\n{body}}}\n"), rules::short_functions);
    finds_none("src/a.rs", "fn f() {\n}\n", rules::short_functions);
}

#[test]
fn the_rules_about_pages_can_fail() {
    for text in [
        "box.innerHTML = name;",
        "const run = new Function('a');",
        "node.setAttribute('onclick', run);",
        "import { h } from 'https://example.com/dom.js';",
    ] {
        finds_one("static/js/a.js", text, markup::inert);
    }
    let page = |body: &str| format!("<html lang=\"ja\">\n{body}");
    for body in [
        "<p onclick=\"go()\">",
        "<p style=\"color: red\">",
        "<script>go()</script>",
        "<style>p {}</style>",
        "<img src=\"http://example.com/a.png\">",
    ] {
        finds_one("static/a.html", &page(body), markup::inert);
    }
    finds_one("static/a.html", "<html><p>x", markup::inert);
    finds_none("static/samples/a.html", &page("<style>p {}</style>"), markup::inert);
    finds_none("static/js/a.js", "// never innerHTML\nconst on = { click };", markup::inert);
    finds_one("static/css/a.css", &"あ".repeat(121), markup::short_lines);
    let rooms = |source: &Source| markup::page_rooms(source, |file| !file.ends_with("gone.js"));
    finds_one("static/js/base/a.js", "import { b } from '../frame/b.js';", rooms);
    finds_one("static/js/admin/a.js", "import { b } from '../console/b.js';", rooms);
    finds_one("static/js/console/a.js", "const b = await import('./gone.js');", rooms);
    finds_none("static/css/a.css", &"あ".repeat(120), markup::short_lines);
}

#[test]
fn the_rule_about_english_can_fail() {
    let faults = |page: &str, words: &str| {
        let sources = [
            Source::plain("static/js/a.js", page),
            Source::plain("static/js/words/a.js", words),
            Source::plain("static/js/words/catalogue.js", "export default { '状態': 'State' };"),
        ];
        english::texts(&sources, "{\"name\":\"状態\"}")
    };
    let words =
        "export default {\n  '{n} 件': ['{n} call', '{n} calls'],\n  '保存':\n    'Save',\n};";
    let page = "t('{n} 件', { n });\n// t('注')\nt(done ? '保存' : '{n} ' + '件'); at('x', '未');";
    assert_eq!(faults(page, words), Vec::<String>::new());
    for (page, words, expected) in [
        ("t('{n} 件'); t('保存'); t('消す');", words, "static/js/a.js:1: \"消す\""),
        ("t('{n} 件')", words, "static/js/words/a.js:3: \"保存\": no page"),
        (
            "t('消')",
            "export default { '消': '消す' };",
            "static/js/words/a.js:1: \"消\": the English",
        ),
        (
            "t('消')",
            "export default { '消': 'Del {x}' };",
            "static/js/words/a.js:1: \"消\": the Eng",
        ),
    ] {
        let found = faults(page, words);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}");
    }
}

#[test]
fn the_banned_words_rule_can_fail() {
    finds_one("src/a.rs", "fn f() { todo!() }", rules::banned_words);
    finds_one("docs/a.md", concat!("a FIX", "ME here"), rules::banned_words);
    finds_one("src/utils/mod.rs", "//! x", rules::banned_words);
    finds_none("src/a.rs", "// methods", rules::banned_words);
}

#[test]
fn the_docs_rule_can_fail() {
    finds_one("src/call/mod.rs", "//! Calls. Invariant: x.", rules::module_docs);
    finds_one("src/call/deep.rs", "use std::fmt;", rules::module_docs);
    finds_none("src/call/mod.rs", "//! Invariant: x. Never: y.", rules::module_docs);
}

#[test]
fn the_machine_path_rule_can_fail() {
    finds_one("README.md", concat!("see /wo", "rk/x"), rules::machine_paths);
    finds_none("src/a.rs", concat!("// https://example.com/wo", "rk/x"), rules::machine_paths);
}
