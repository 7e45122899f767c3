//! kill -9 in the middle of a command leaves what was, or what was to be.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::copies::customers;
use super::{command, nowhere, run};

/// How often a command is killed.
const KILLS: u32 = 12;

/// Starts a command and kills it a moment later, a different one in every round. Answers whether
/// it was still running.
fn killed(data_dir: &Path, words: &[&str], after: Duration) -> bool {
    let mut command = command(data_dir, words);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    running
}

/// How long a command takes when it is left alone.
fn time(data_dir: &Path, words: &[&str]) -> Duration {
    let started = std::time::Instant::now();
    run(data_dir, words, "").ok();
    started.elapsed()
}

fn filled(customers: &str) -> (crate::harness::place::Folder, std::path::PathBuf) {
    let (folder, data_dir) = nowhere();
    run(&data_dir, &["demo", "--customers", customers, "--calls", "20000"], "").ok();
    (folder, data_dir)
}

#[test]
fn a_killed_backup_leaves_the_old_copy_or_the_new_one() {
    let (folder, old) = filled("100");
    let (_other, new) = filled("200");
    let copy = folder.path().join("copy.db");
    let file = copy.to_str().unwrap();
    let mut caught = 0;
    for round in 0..KILLS {
        let whole = time(&old, &["backup", file]);
        caught += u32::from(killed(&new, &["backup", file], whole * round / KILLS));
        let (_checked, place) = nowhere();
        run(&place, &["restore", file], "").ok();
        std::fs::copy(old.join("secret.key"), place.join("secret.key")).unwrap();
        if !run(&place, &["check"], "").0.status.success() {
            std::fs::copy(new.join("secret.key"), place.join("secret.key")).unwrap();
        }
        let kept = customers(&place);
        assert!([100, 200].contains(&kept), "{kept}");
    }
    assert!(caught >= KILLS / 2, "only {caught} were killed while they ran");
    run(&new, &["backup", file], "").ok();
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = names.filter(|name| name.to_str().unwrap().ends_with(".part")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_killed_restore_leaves_the_old_database_or_the_new_one() {
    let (folder, data_dir) = filled("100");
    let old = folder.path().join("old.db");
    run(&data_dir, &["backup", old.to_str().unwrap()], "").ok();
    run(&data_dir, &["user", "add", "admin", "--role", "管理者"], "correct-horse\n").ok();
    let new = folder.path().join("new.db");
    run(&data_dir, &["backup", new.to_str().unwrap()], "").ok();
    let has_user = || run(&data_dir, &["user", "list"], "").ok().out().contains("admin");
    let mut whole = time(&data_dir, &["restore", old.to_str().unwrap()]);
    let mut caught = 0;
    for round in 0..KILLS {
        let before = has_user();
        let file = if before { &old } else { &new };
        let after = whole * (round + 1) / (KILLS + 1);
        if killed(&data_dir, &["restore", file.to_str().unwrap()], after) {
            caught += 1;
        } else {
            // The first one was measured while the machine had more to do.
            whole = whole.min(after * 3 / 4);
        }
        assert_eq!(customers(&data_dir), 100, "round {round}");
        println!("round {round}: user before {before}, after {}", has_user());
    }
    assert!(caught >= KILLS / 2, "only {caught} were killed while they ran");
    run(&data_dir, &["restore", new.to_str().unwrap()], "").ok();
    assert!(has_user());
}

#[test]
fn ctrl_c_takes_the_unfinished_file_along() {
    let (folder, data_dir) = filled("3000");
    for words in [["export", "calls", "list.csv"].as_slice(), &["backup", "copy.db"]] {
        let draft = folder.path().join(format!(".{}.part", words[words.len() - 1]));
        // A file that is there at once was whole before anybody could press the keys.
        let caught = (0..KILLS).any(|_| {
            let mut child = command(&data_dir, words).stdout(Stdio::null()).spawn().unwrap();
            while !draft.exists() && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(1));
            }
            let pid = rustix::process::Pid::from_child(&child);
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
            child.wait().unwrap().code() == Some(130)
        });
        assert!(caught, "{words:?} was never interrupted");
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let left: Vec<_> = names.filter(|path| path.to_str().unwrap().contains("/.")).collect();
        assert!(left.is_empty(), "{words:?}: {left:?}");
    }
}

#[test]
fn a_killed_demo_leaves_an_empty_database() {
    let words = ["demo", "--customers", "100", "--calls", "20000"];
    let (_folder, data_dir) = nowhere();
    let whole = time(&data_dir, &words);
    for round in 0..4 {
        let (_folder, data_dir) = nowhere();
        // makes the database; `demo` takes one that has tokens
        run(&data_dir, &["token", "add", "test", "--role", "管理者"], "").ok();
        killed(&data_dir, &words, whole * round / 4);
        let kept = customers(&data_dir);
        assert!([0, 100].contains(&kept), "{kept}");
        if kept == 0 {
            run(&data_dir, &words, "").ok();
        }
    }
}
