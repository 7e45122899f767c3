//! The tour of the README, word for word, on ports of its own.

use std::process::Command;

use crate::harness::Service;

/// The commands of the tour, without the one that starts the service.
fn tour() -> Vec<String> {
    let readme = include_str!("../../README.md");
    let tour = readme.split("\n## ").find(|part| part.starts_with("A tour")).unwrap();
    let blocks = tour.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.filter(|block| !block.starts_with("cargo run")).map(str::to_owned).collect()
}

#[test]
fn the_tour_works_word_for_word() {
    let service = Service::start();
    let blocks = tour();
    assert!(blocks.len() >= 6, "the tour is gone");
    let mut shown = String::new();
    for block in blocks {
        let commands = block
            .replace("localhost:55963", &service.http().to_string())
            .replace("127.0.0.1:5060", &service.sip().to_string())
            .replace("-p 42500", &format!("-p {}", crate::harness::place::free_port()))
            .replace(
                "tour-events.txt",
                &format!("{}/tour-events.txt", service.data_dir().display()),
            );
        let root = env!("CARGO_MANIFEST_DIR");
        let run =
            Command::new("bash").args(["-euc", &commands]).current_dir(root).output().unwrap();
        let text = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(run.status.success(), "{commands}\n{text}{}", String::from_utf8_lossy(&run.stderr));
        assert!(!text.contains("\"False\",\"msg\""), "{commands}\n{text}");
        shown.push_str(&text);
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
}
