//! The tour of the README, word for word, on ports of its own.

use std::process::Command;

use crate::harness::Service;

/// The commands of a section, without the one that starts the service.
fn commands(section: &str) -> Vec<String> {
    let readme = include_str!("../../README.md");
    let section = readme.split("\n## ").find(|part| part.starts_with(section)).unwrap();
    let blocks = section.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.filter(|block| !block.starts_with("cargo run")).map(str::to_owned).collect()
}

/// Runs commands as they are printed, but for the ports and the files that they write.
fn run(service: &Service, commands: &str) -> String {
    let folder = service.data_dir();
    let commands = commands
        .replace("localhost:55963", &service.http().to_string())
        .replace("127.0.0.1:5060", &service.sip().to_string())
        .replace("-p 42500", &format!("-p {}", crate::harness::place::free_port()))
        .replace("tour-events.txt", &format!("{}/tour-events.txt", folder.display()))
        .replace("session.csv", &format!("{}/session.csv", folder.display()));
    let root = env!("CARGO_MANIFEST_DIR");
    let run = Command::new("bash").args(["-euc", &commands]).current_dir(root).output().unwrap();
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "{commands}\n{text}{}", String::from_utf8_lossy(&run.stderr));
    assert!(!text.contains("\"False\",\"msg\""), "{commands}\n{text}");
    text
}

#[test]
fn the_tour_works_word_for_word() {
    let service = Service::start();
    let blocks = commands("A tour");
    assert!(blocks.len() >= 6, "the tour is gone");
    let mut shown = String::new();
    for block in blocks {
        shown.push_str(&run(&service, &block));
    }
    for expected in [
        "event: ringing",
        "event: ended",
        "和歌山 花子",
        "\"相手TEL\":\"09000000001\"",
        "\"状態\":\"不在\"",
        "未対応",
    ] {
        assert!(shown.contains(expected), "the tour does not show {expected}:\n{shown}");
    }
    let session = commands("A session");
    assert!(session.len() >= 4, "the session is gone");
    // One terminal: what one block sets the next one uses.
    let shown = run(&service, &session.concat());
    for expected in [
        "\"氏名\":\"和歌山 花子\"",
        "\"正常終了\"} 412\n",
        "2件を追加できます",
        "2件を追加しました",
        "x-total-count: 3",
        "x-total-count: 2",
        "limit=2&order=desc&after=2>; rel=\"next\"",
        "紀伊 次郎",
        "\"状態\":\"不在\"",
        "\"着信日\":\"",
    ] {
        assert!(shown.contains(expected), "the session does not show {expected}:\n{shown}");
    }
}

#[test]
fn the_examples_of_notifications_are_taken() {
    let service = Service::start();
    let blocks = commands("Notifications");
    assert!(blocks.len() >= 4, "the examples are gone");
    let shown: String = blocks.iter().map(|block| run(&service, block)).collect();
    assert_eq!(shown.matches("\"result\":\"True\"").count(), 10, "{shown}");
    for (resource, rows) in [("Mail-Account", 1), ("Notification-Email-Address", 2)] {
        assert_eq!(service.get(resource).as_array().unwrap().len(), rows, "{resource}");
    }
    assert_eq!(service.get("Notification-LINE-AccessToken").as_array().unwrap().len(), 1);
    assert_eq!(service.get("Notification-Chat").as_array().unwrap().len(), 6);
}
