//! Input that wants to take memory, or that no program wrote.

use std::io::{self, Read, Seek, SeekFrom};

use super::{checked, faults, read};
use crate::transfer::{FAULTS_SHOWN_MAX, Format, check};

/// A file of `head` and then one byte for ever, up to a gigabyte.
struct Endless {
    head: &'static [u8],
    byte: u8,
    at: u64,
}

const GIGABYTE: u64 = 1 << 30;

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(GIGABYTE.saturating_sub(self.at)).unwrap().min(out.len());
        for slot in &mut out[..left] {
            let index = usize::try_from(self.at).unwrap();
            *slot = self.head.get(index).copied().unwrap_or(self.byte);
            self.at += 1;
        }
        Ok(left)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(at) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        self.at = at;
        Ok(at)
    }
}

#[test]
fn a_row_without_an_end_is_refused_early() {
    // Not UTF-8 at once, so that the charset is known without reading a gigabyte.
    let head = b"\x8e\x81\x96\xbc\n\"";
    let mut file = Endless { head, byte: b'a', at: 0 };
    let found = check(&mut file, Format::Csv, |_| ()).unwrap();
    assert!(found.faults[0].message.contains("閉じていない"), "{found:?}");
    assert!(file.at < 4 << 20, "{} bytes were read", file.at);
}

#[test]
fn a_card_of_endless_values_is_refused_and_a_large_picture_is_not() {
    let mut card = String::from("BEGIN:VCARD\nVERSION:3.0\nFN:x\n");
    for _ in 0..100 {
        card.push_str(&format!("NOTE:{}\n", "a".repeat(10_000)));
    }
    card.push_str("END:VCARD\n");
    assert!(faults(card.as_bytes(), Format::Vcard).contains("長すぎます"));
    let picture = format!(
        "BEGIN:VCARD\nVERSION:3.0\nFN:x\nPHOTO;ENCODING=b:{}\n {}\nEND:VCARD\n",
        "A".repeat(300_000),
        "B".repeat(300_000)
    );
    assert_eq!(read(picture.as_bytes(), Format::Vcard).len(), 1);
}

#[test]
fn faults_are_counted_beyond_those_shown() {
    let table = format!("氏名,電話番号1\n{}", "x,abc\n".repeat(FAULTS_SHOWN_MAX + 7));
    let found = checked(table.as_bytes(), Format::Csv);
    assert_eq!(found.faults.len(), FAULTS_SHOWN_MAX + 1);
    assert!(found.faults[FAULTS_SHOWN_MAX].message.contains("7 件"), "{found:?}");
}

#[test]
fn mixed_charsets_are_told_with_their_line() {
    let mut table = "氏名\n山\n".as_bytes().to_vec();
    table.extend(super::shift_jis("表\n"));
    // As Shift_JIS the first lines are no headings of ours.
    assert!(!checked(&table, Format::Csv).faults.is_empty());
    let mut table = super::shift_jis("氏名\n山\n");
    table.extend(b"\x81\xff\xfd\n");
    let text = faults(&table, Format::Csv);
    assert!(text.starts_with("3行目 氏名: 文字化け"), "{text}");
}

#[test]
fn a_fault_names_its_line_whatever_ends_the_lines() {
    let table =
        "氏名,備考,電話番号1\n山,\"一\n\n二\",0731230001\n川,,abc\n\n\n海,,\"x\ny\"\n\n空,,def";
    for end in ["\n", "\r\n", "\r"] {
        let found = faults(table.replace('\n', end).as_bytes(), Format::Csv);
        let lines: Vec<&str> =
            found.lines().filter_map(|line| line.split_once("行目").map(|(at, _)| at)).collect();
        assert_eq!(lines, ["5", "8", "11"], "{end:?}: {found}");
        let closed = format!("{}{end}", table.replace('\n', end));
        assert_eq!(faults(closed.as_bytes(), Format::Csv), found, "{end:?}");
    }
}

/// Whoever forgets a quote would lose the rows behind it in somebody's note.
#[test]
fn a_quote_that_is_never_closed_takes_no_rows_with_it() {
    let head = "氏名,電話番号1,備考\n川,XX,\n";
    for rows in
        ["山田,117,\"納期\n木,118,\n", "山田,117,\"納期\n木,118,\"急ぎ\"\n", "山田,117,\"納\"期\n"]
    {
        let text = faults(format!("{head}{rows}").as_bytes(), Format::Csv);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[0].starts_with("2行目 電話番号1: "), "{text}");
        assert!(lines[1].starts_with("3行目: ") && lines[1].contains("閉じ"), "{text}");
    }
    let text = faults("氏名,\"電話番号1\n山田,117\n".as_bytes(), Format::Csv);
    assert!(text.starts_with("1行目: "), "{text}");
    let sound = "氏名,備考\n山田,5\"管\n川,\"6\"\"管\n改行\"\n";
    let rows = read(sound.as_bytes(), Format::Csv);
    assert_eq!((rows[0].text("note"), rows[1].text("note")), ("5\"管", "6\"管\n改行"));
}
