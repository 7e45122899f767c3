//! The text of a PDF as chromium writes it, enough to see that rows stand on the paper.
//!
//! Glyphs are named by codes of a font, and each font has a table of what its codes mean (ISO
//! 32000-1, 9.10.3). Objects stand one behind the other, none inside of a stream.

use std::collections::HashMap;
use std::io::Read;

use flate2::read::ZlibDecoder;
use unicode_normalization::UnicodeNormalization;

/// What the codes of one font mean; codes are written with so many digits.
type Meanings = HashMap<String, String>;

/// All text in the order in which it was drawn, without the gaps between words.
pub fn text(pdf: &[u8]) -> String {
    assert!(pdf.starts_with(b"%PDF-"), "no PDF");
    let objects = objects(pdf);
    let fonts = objects.iter().filter_map(|(number, (words, _))| {
        let table = words.split("/ToUnicode ").nth(1)?.split(' ').next()?.parse::<u32>().ok()?;
        Some((format!("/F{number}"), meanings(&objects.get(&table)?.1)))
    });
    let fonts: HashMap<String, Meanings> = fonts.collect();
    let mut pages: Vec<_> =
        objects.iter().filter(|(_, (_, stream))| stream.contains(" Tf\n")).collect();
    pages.sort_by_key(|(number, _)| **number);
    let drawn: String = pages.into_iter().map(|(_, (_, stream))| drawn(stream, &fonts)).collect();
    // Some fonts name a radical where the letter is meant.
    drawn.nfkc().filter(|letter| !letter.is_whitespace()).collect()
}

/// Number → words and inflated stream of every object.
fn objects(pdf: &[u8]) -> HashMap<u32, (String, String)> {
    let mut found = HashMap::new();
    let mut rest = pdf;
    while let Some(at) = find(rest, b" 0 obj\n") {
        let digits = rest[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let number = String::from_utf8_lossy(&rest[at - digits..at]).parse().unwrap_or_default();
        rest = &rest[at + 7..];
        let end = find(rest, b"endobj").unwrap_or(rest.len());
        let head = find(rest, b"stream\n").filter(|head| *head < end).unwrap_or(end);
        let words = String::from_utf8_lossy(&rest[..head]).into_owned();
        rest = &rest[head..];
        let length = words.split("/Length ").nth(1).and_then(|text| {
            text.split(|letter: char| !letter.is_ascii_digit()).next()?.parse::<usize>().ok()
        });
        let bytes = length.map_or(&rest[..0], |length| &rest[7..7 + length]);
        rest = &rest[bytes.len()..];
        let mut plain = Vec::new();
        if words.contains("/FlateDecode") {
            let _ = ZlibDecoder::new(bytes).read_to_end(&mut plain);
        } else {
            plain.extend_from_slice(bytes);
        }
        found.insert(number, (words, String::from_utf8_lossy(&plain).into_owned()));
    }
    found
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Reads a table: lines `<01> <0020>` and, for runs of codes, `<11> <12> <0030>`.
fn meanings(table: &str) -> Meanings {
    let codes = |line: &str| -> Vec<String> {
        line.split(['<', '>', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let mut found = Meanings::new();
    let body = table.split("endcodespacerange").nth(1).unwrap_or_default();
    for line in body.lines().filter(|line| line.starts_with('<')) {
        match codes(line).as_slice() {
            [code, meaning] => {
                found.insert(code.clone(), letters(meaning, 0));
            }
            [first, last, meaning] => {
                let number = |code: &str| u16::from_str_radix(code, 16).unwrap();
                let digits = first.len();
                for code in number(first)..=number(last) {
                    let step = code - number(first);
                    found.insert(format!("{code:0digits$X}"), letters(meaning, step));
                }
            }
            other => panic!("{other:?}"),
        }
    }
    found
}

/// UTF-16 in hexadecimal; `step` is added to the last unit.
fn letters(hex: &str, step: u16) -> String {
    let mut units: Vec<u16> = (0..hex.len() / 4)
        .map(|at| u16::from_str_radix(&hex[at * 4..at * 4 + 4], 16).unwrap())
        .collect();
    if let Some(last) = units.last_mut() {
        *last += step;
    }
    String::from_utf16_lossy(&units)
}

/// What one page draws: `/F4 32 Tf` chooses a font, `<C0> Tj` draws codes of it.
fn drawn(stream: &str, fonts: &HashMap<String, Meanings>) -> String {
    let mut text = String::new();
    let mut font = None;
    for line in stream.lines() {
        if line.ends_with(" Tf") {
            font = line.split(' ').next().and_then(|name| fonts.get(name));
        }
        let (Some(font), true) = (font, line.ends_with(" Tj")) else { continue };
        let digits = font.keys().next().map_or(2, String::len);
        let codes = line.rsplit('<').next().and_then(|end| end.split('>').next()).unwrap_or("");
        for at in (0..codes.len()).step_by(digits) {
            let code = codes.get(at..at + digits).unwrap_or_default();
            text.push_str(font.get(code).map_or("?", String::as_str));
        }
    }
    text
}
