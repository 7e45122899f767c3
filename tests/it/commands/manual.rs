//! `completions` and `man`.

use super::{nowhere, run};

/// Every command beside `serve`.
const COMMANDS: [&str; 11] = [
    "user",
    "token",
    "import",
    "export",
    "backup",
    "restore",
    "check",
    "demo",
    "doctor",
    "completions",
    "man",
];

#[test]
fn completions_and_the_manual_know_every_command() {
    let (_folder, data_dir) = nowhere();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&data_dir, &["completions", shell], "").ok().out();
        for command in COMMANDS {
            assert!(script.contains(command), "{shell} does not know {command}");
        }
    }
    run(&data_dir, &["completions", "sh"], "").ends_with(2).says("bash");
    let page = run(&data_dir, &["man"], "").ok().out();
    for word in COMMANDS.iter().chain(&["SMARTCONNECT_LISTEN", "\\-\\-role", "user\\-add"]) {
        assert!(page.contains(word), "the manual does not know {word}: {page}");
    }
    assert!(!data_dir.exists(), "nothing of this needs data");
}

#[test]
fn whoever_stops_reading_has_seen_enough() {
    let (_folder, data_dir) = nowhere();
    for command in [&["man"][..], &["completions", "zsh"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = super::command(&data_dir, command).stdout(writer).output().unwrap();
        assert!(ended.status.success(), "{command:?}: {:?}", ended.status);
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    }
}

#[test]
fn bash_takes_the_script() {
    let (folder, data_dir) = nowhere();
    let script = run(&data_dir, &["completions", "bash"], "").ok().out();
    let path = folder.path().join("completions");
    std::fs::write(&path, script).unwrap();
    let checked = std::process::Command::new("bash").arg("-n").arg(&path).status().unwrap();
    assert!(checked.success());
}
