//! The commands of the original's WebSocket: `Regist('name')`, `UnRegist('name')`,
//! `KeepAlive('name')` (events.md).
//!
//! Invariant: a text is one command as a whole, or none. Never: looks at who sends it.

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Push events to this connection.
    Regist,
    /// Push no more.
    UnRegist,
    /// The client lives.
    KeepAlive,
}

/// The words, which match in any letter case.
const WORDS: [(&str, Order); 3] =
    [("Regist", Order::Regist), ("UnRegist", Order::UnRegist), ("KeepAlive", Order::KeepAlive)];
/// Straight quotes, and those that printed manuals make of them.
const QUOTES: [char; 6] = ['\'', '"', '‘', '’', '“', '”'];

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// What is to be done.
    pub(super) order: Order,
    /// The name in it, never empty.
    pub(super) name: String,
}

impl Command {
    /// Reads a text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (word, rest) = text.trim().split_once('(')?;
        let word = word.trim_end();
        let (_, order) = WORDS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name))?;
        let rest = rest.trim_end_matches(|c: char| c == ';' || c.is_whitespace());
        let quoted = rest.strip_suffix(')')?.trim();
        let name = quoted.strip_prefix(QUOTES)?.strip_suffix(QUOTES)?.trim();
        (!name.is_empty()).then(|| Self { order: *order, name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_people_write_them() {
        for (text, order, name) in [
            ("Regist('受付PC-1')", Order::Regist, "受付PC-1"),
            ("UnRegist('a')", Order::UnRegist, "a"),
            ("KeepAlive('a')", Order::KeepAlive, "a"),
            (" regist ( \"a b\" ) ;\r\n", Order::Regist, "a b"),
            ("Regist(‘a’)", Order::Regist, "a"),
            ("Regist('O'Neil')", Order::Regist, "O'Neil"),
            ("Regist('a)')", Order::Regist, "a)"),
        ] {
            let expected = Command { order, name: name.to_owned() };
            assert_eq!(Command::parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_command() {
        for text in [
            "",
            "Regist",
            "Regist()",
            "Regist('')",
            "Regist(' ')",
            "Regist(a)",
            "Regist('a'",
            "Regist(')",
            "Regist('a') Regist('b'",
            "Register('a')",
            "{\"Regist\":\"a\"}",
        ] {
            assert_eq!(Command::parse(text), None, "{text}");
        }
    }
}
