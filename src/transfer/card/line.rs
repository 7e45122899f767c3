//! The lines of a vCard file: unfolded, in bytes, because each value may have a charset of its own.
//!
//! Invariant: at most [`LINE_MAX`] bytes of a line are kept, the rest (a picture) is read past.
//! Never: decodes a value.

use std::io::{self, BufRead, Read};

/// Most bytes of a line that are kept.
const LINE_MAX: usize = 64 * 1024;

/// A property on one line.
pub(super) struct Line {
    /// Where it begins, from 1.
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
    /// It was longer than what is kept.
    pub(super) cut: bool,
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    /// Whether it is `name:value`, in any letter case.
    pub(super) fn says(&self, name: &str, value: &str) -> bool {
        let text = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes);
        let Some(colon) = text.iter().position(|byte| *byte == b':') else { return false };
        let (head, tail) = text.split_at(colon);
        head.trim_ascii().eq_ignore_ascii_case(name.as_bytes())
            && tail.get(1..).unwrap_or_default().trim_ascii().eq_ignore_ascii_case(value.as_bytes())
    }

    pub(super) fn is_named(&self, name: &str) -> bool {
        let end = self.bytes.iter().position(|byte| matches!(byte, b':' | b';'));
        let head = end.and_then(|end| self.bytes.get(..end)).unwrap_or_default();
        head.eq_ignore_ascii_case(name.as_bytes())
    }

    fn is_soft(&self) -> bool {
        let colon = self.bytes.iter().position(|byte| *byte == b':').unwrap_or(0);
        let head = self.bytes.get(..colon).unwrap_or_default().to_ascii_uppercase();
        let printable = head.windows(16).any(|part| part == b"QUOTED-PRINTABLE");
        printable && self.bytes.ends_with(b"=")
    }
}

/// Reads logical lines.
pub(super) struct Lines<R> {
    file: R,
    number: u64,
    /// Read, but it may go on.
    next: Option<Line>,
    /// 2.1: the white space of a fold belongs to the value.
    keep_space: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(file: R) -> Self {
        Self { file, number: 0, next: None, keep_space: false }
    }

    /// Whether the card is of version 2.1.
    pub(super) fn old(&mut self, old: bool) {
        self.keep_space = old;
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let first = match self.next.take() {
            Some(line) => Some(line),
            None => self.physical()?,
        };
        let Some(mut line) = first else { return Ok(None) };
        while let Some(more) = self.physical()? {
            let folded = matches!(more.bytes.first(), Some(b' ' | b'\t'));
            if line.is_soft() {
                line.bytes.pop();
                append(&mut line, &more.bytes, more.cut);
            } else if folded && !line.is_blank() {
                let skip = usize::from(!self.keep_space);
                append(&mut line, more.bytes.get(skip..).unwrap_or_default(), more.cut);
            } else {
                self.next = Some(more);
                break;
            }
        }
        Ok(Some(line))
    }

    /// One line of the file without its end.
    fn physical(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(LINE_MAX).unwrap_or(u64::MAX);
        let read = self.file.by_ref().take(limit).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let mut cut = false;
        if bytes.last() != Some(&b'\n') && read == LINE_MAX {
            cut = true;
            self.skip_line()?;
        }
        self.number += 1;
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        Ok(Some(Line { number: self.number, bytes, cut }))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.file.fill_buf()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(buffer.len(), |end| end + 1);
            let over = end.is_some() || used == 0;
            self.file.consume(used);
            if over {
                return Ok(());
            }
        }
    }
}

fn append(line: &mut Line, bytes: &[u8], cut: bool) {
    let room = LINE_MAX.saturating_sub(line.bytes.len());
    line.cut |= cut || bytes.len() > room;
    line.bytes.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
}
