//! Values of callers as arguments of programs.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::notify::command::{Order, run};
use crate::template::{Values, Word, render_arguments};

/// What people have tried to get past programs that build command lines.
const PIECES: [&str; 25] = [
    "; id",
    "&& id",
    "| id",
    "|| id",
    "`id`",
    "$(id)",
    "${IFS}",
    "$HOME",
    "\\",
    "'",
    "\"",
    "' '",
    "\"\"",
    "\n",
    "\r\n",
    "\t",
    "--help",
    "-rf",
    "*",
    "?",
    "../../",
    "{{相手TEL}}",
    "{% raw %}",
    ">/tmp/x",
    "#",
];

/// 500 texts and more, each in one order only, so that a failure can be found again.
fn hostile() -> Vec<String> {
    let mut texts = Vec::new();
    for first in PIECES {
        for second in PIECES {
            texts.push(format!("{first}花{second}"));
        }
    }
    texts
}

#[tokio::test]
async fn five_hundred_hostile_texts_stay_one_argument_each() {
    let place = tempfile::tempdir().unwrap();
    let program = place.path().join("show");
    // Whatever the shell of this script would make of them, it gets them as they are.
    std::fs::write(&program, "#!/bin/sh\nprintf '%s\\0' \"$@\" > shown\n").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let allow = [place.path().to_owned()];
    let texts = hostile();
    assert!(texts.len() >= 500);
    for text in &texts {
        let mut values = Values::new();
        values.set(Word::CustomerName, text);
        let arguments =
            render_arguments("--name {{顧客名}} '--x={{顧客名}} y' end", &values).unwrap();
        let order = Order {
            program: program.clone(),
            arguments,
            folder: place.path().to_owned(),
            limit: Duration::from_secs(30),
        };
        // A file that was just written may be held by the fork of another test for a moment.
        while run(&order, &allow).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let shown = std::fs::read(place.path().join("shown")).unwrap();
        let expected = format!("--name\0{text}\0--x={text} y\0end\0");
        assert_eq!(String::from_utf8_lossy(&shown), expected, "{text:?}");
    }
}
