//! Whether every cell in quotes ends as it should (RFC 4180 §2.5-2.7).
//!
//! A reader of tables takes whatever follows a quote that was never closed for one cell: the rows
//! behind it would vanish into somebody's note.
//!
//! Invariant: cells begin and end where the reader of the table has them begin and end.
//! Never: changes a byte.

/// Where in a cell the text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before its first sign.
    Start,
    /// In a cell without quotes.
    Plain,
    /// Between its quotes.
    Inside,
    /// Behind a quote that ends it or is the first of two.
    Quote,
    /// In blanks behind its end.
    Behind,
}

/// Looks at a table byte by byte; lines end with `\n`.
pub(super) struct Quotes {
    separator: u8,
    place: Place,
    /// The line that is looked at, from 1.
    line: u64,
    /// The line in which the last cell in quotes begins.
    opened: u64,
    broken: bool,
}

impl Quotes {
    pub(super) fn new(separator: u8) -> Self {
        Self { separator, place: Place::Start, line: 1, opened: 1, broken: false }
    }

    /// Takes the next byte.
    pub(super) fn see(&mut self, byte: u8) {
        self.place = match (self.place, byte) {
            (Place::Inside, b'"') => Place::Quote,
            (Place::Inside, _) | (Place::Quote, b'"') => Place::Inside,
            (Place::Start, b'"') => {
                self.opened = self.line;
                Place::Inside
            }
            (_, b'\n') => Place::Start,
            (_, byte) if byte == self.separator => Place::Start,
            (Place::Quote | Place::Behind, b' ' | b'\t') => Place::Behind,
            (Place::Quote | Place::Behind, _) => {
                self.broken = true;
                Place::Plain
            }
            (Place::Start | Place::Plain, _) => Place::Plain,
        };
        self.line += u64::from(byte == b'\n');
    }

    /// Whether a cell goes on behind the quote that ends it.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Whether a cell in quotes has not ended.
    pub(super) fn is_open(&self) -> bool {
        self.place == Place::Inside
    }

    /// What is wrong, and in which line.
    pub(super) fn told(&self) -> String {
        format!(
            "{}行目: \" で始まる値の終わりが分かりません。値の最後を \" で閉じ、値の中の \" は \"\" と書いてください",
            self.opened
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether it is sound, broken or left open, and in which line the last cell in quotes began.
    fn look(text: &str) -> (bool, bool, u64) {
        let mut quotes = Quotes::new(b',');
        for byte in text.bytes() {
            quotes.see(byte);
            if quotes.is_broken() {
                break;
            }
        }
        (quotes.is_broken(), quotes.is_open(), quotes.opened)
    }

    #[test]
    fn what_programs_write_is_sound() {
        for text in [
            "a,b\n",
            "\"a\",\"b\"\n",
            "\"a,\nb\",\"\"\"\"\n",
            "5\"x,y\"z\n",
            "\"a\" ,b\n",
            "\"\",\"\"",
            "",
        ] {
            let (broken, open, _) = look(text);
            assert!(!broken && !open, "{text}");
        }
    }

    #[test]
    fn a_cell_without_an_end_is_found_where_it_begins() {
        assert_eq!(look("a,b\nc,\"d\ne,f\n"), (false, true, 2));
        assert_eq!(look("a,b\nc,\"d\ne,\"f\"\n"), (true, false, 2));
        assert_eq!(look("\"5\"x\",b\n"), (true, false, 1));
    }
}
