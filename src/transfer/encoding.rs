//! Which charset a file is in, and its text as UTF-8.
//!
//! Invariant: what comes out is UTF-8; a byte that means nothing becomes U+FFFD, which the readers
//! report with its line. Never: holds more than one buffer.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{CoderResult, Decoder, Encoding, SHIFT_JIS, UTF_8};

/// Bytes read at once.
const BUFFER: usize = 64 * 1024;
/// Longest byte order mark.
const MARK_MAX: usize = 3;
/// Longest character of UTF-8, in bytes.
const CHARACTER_MAX: usize = 4;

/// The charset of a whole file: by its byte order mark, else UTF-8 where every byte fits, else
/// Shift_JIS. The file is at its start again afterwards.
pub(super) fn recognise<R: Read + Seek>(file: &mut R) -> io::Result<&'static Encoding> {
    let mut buffer = vec![0; BUFFER];
    let mut kept = 0;
    let mut first = true;
    let encoding = loop {
        let read = file.read(buffer.get_mut(kept..).unwrap_or_default())?;
        let filled = buffer.get(..kept + read).unwrap_or_default();
        if std::mem::take(&mut first)
            && let Some((encoding, _)) =
                Encoding::for_bom(filled.get(..MARK_MAX.min(filled.len())).unwrap_or_default())
        {
            break encoding;
        }
        if read == 0 {
            break if kept == 0 { UTF_8 } else { SHIFT_JIS };
        }
        match std::str::from_utf8(filled) {
            Ok(_) => kept = 0,
            // A character may go on in the next buffer.
            Err(fault) if fault.error_len().is_none() => {
                let rest = filled.get(fault.valid_up_to()..).unwrap_or_default().to_vec();
                if rest.len() >= CHARACTER_MAX {
                    break SHIFT_JIS;
                }
                kept = rest.len();
                buffer.get_mut(..kept).unwrap_or_default().copy_from_slice(&rest);
            }
            Err(_) => break SHIFT_JIS,
        }
    };
    file.seek(SeekFrom::Start(0))?;
    Ok(encoding)
}

/// UTF-16, where the file begins with its byte order mark. The file is at its start again afterwards.
pub(super) fn wide<R: Read + Seek>(file: &mut R) -> io::Result<Option<&'static Encoding>> {
    let mut mark = Vec::with_capacity(MARK_MAX);
    file.by_ref().take(MARK_MAX as u64).read_to_end(&mut mark)?;
    file.seek(SeekFrom::Start(0))?;
    let found = Encoding::for_bom(&mark).map(|(encoding, _)| encoding);
    Ok(found.filter(|encoding| *encoding != UTF_8))
}

/// A file as UTF-8.
pub(super) struct Decoded<R> {
    file: R,
    decoder: Decoder,
    raw: Unread,
    text: Unread,
    /// The file has ended.
    ended: bool,
    /// The decoder has given everything.
    finished: bool,
}

/// A buffer and what of it was not taken yet.
struct Unread {
    bytes: Vec<u8>,
    from: usize,
    to: usize,
}

impl Unread {
    fn new() -> Self {
        Self { bytes: vec![0; BUFFER], from: 0, to: 0 }
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.from..self.to).unwrap_or_default()
    }
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(file: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        let (raw, text) = (Unread::new(), Unread::new());
        Self { file, decoder, raw, text, ended: false, finished: false }
    }

    /// Fills `text` anew; it stays empty at the end only.
    fn decode(&mut self) -> io::Result<()> {
        (self.text.from, self.text.to) = (0, 0);
        while self.text.to == 0 && !self.finished {
            if self.raw.rest().is_empty() && !self.ended {
                self.raw.from = 0;
                self.raw.to = self.file.read(&mut self.raw.bytes)?;
                self.ended = self.raw.to == 0;
            }
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(self.raw.rest(), &mut self.text.bytes, self.ended);
            self.raw.from += read;
            self.text.to = written;
            self.finished = self.ended && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.text.rest().is_empty() {
            self.decode()?;
        }
        let read = self.text.rest().read(out)?;
        self.text.from += read;
        Ok(read)
    }
}

/// Text that came from bytes in an unknown charset (values of a vCard).
pub(super) fn text(bytes: &[u8], charset: Option<&str>) -> String {
    let named = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    let encoding = match (named, std::str::from_utf8(bytes)) {
        (Some(encoding), _) => encoding,
        (None, Ok(text)) => return text.to_owned(),
        (None, Err(_)) => SHIFT_JIS,
    };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(bytes: &[u8]) -> (&'static Encoding, String) {
        let mut file = Cursor::new(bytes.to_vec());
        let encoding = recognise(&mut file).unwrap();
        let mut text = String::new();
        Decoded::new(file, encoding).read_to_string(&mut text).unwrap();
        (encoding, text)
    }

    #[test]
    fn charsets_are_recognised() {
        let shift_jis = SHIFT_JIS.encode("氏名,表示 ソ\n").0;
        assert_eq!(read("氏名,ｱ\n".as_bytes()), (UTF_8, "氏名,ｱ\n".to_owned()));
        assert_eq!(read(b"\xef\xbb\xbfa,b"), (UTF_8, "a,b".to_owned()));
        assert_eq!(read(&shift_jis), (SHIFT_JIS, "氏名,表示 ソ\n".to_owned()));
        assert_eq!(read(b"a,b"), (UTF_8, "a,b".to_owned()));
        assert_eq!(read(b""), (UTF_8, String::new()));
        assert_eq!(read(b"\xff\xfea\0,\0b\0").1, "a,b");
    }

    #[test]
    fn a_character_over_the_edge_of_a_buffer_is_whole() {
        for shift in 0..4 {
            let text = format!("{}{}", "a".repeat(shift), "漢".repeat(BUFFER));
            assert_eq!(read(text.as_bytes()), (UTF_8, text.clone()));
            let bytes = SHIFT_JIS.encode(&text).0;
            assert_eq!(read(&bytes), (SHIFT_JIS, text));
        }
        // Cut in the middle of a character it is no UTF-8.
        assert_eq!(read(b"ab\xe6\xbc").0, SHIFT_JIS);
    }
}
