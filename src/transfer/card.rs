//! Address cards: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), as telephones and programs write
//! them.
//!
//! Invariant: one card is in memory, and it is at most [`CARD_MAX`] bytes long without its
//! pictures. Never: refuses a card for a property that it does not use.

mod line;
mod property;
mod writer;

use std::io::{self, BufReader, Read, Seek};

use line::Lines;
use property::{OWN, Property};
pub use writer::CardWriter;

use super::contact::{Address, Contact, PhoneKind, Piece};
use super::encoding::{Decoded, wide};
use super::{Row, fault_at, foreign};
use crate::resource::Fault;
use crate::resource::Record;
use crate::resource::catalog::CUSTOMER;

/// Most bytes of the values that one card may hold.
const CARD_MAX: usize = 256 * 1024;
/// Parameter of a day of birth whose year is not known: the year that stands in its place.
const NO_YEAR: &str = "X-APPLE-OMIT-YEAR";

/// Cards being read.
pub struct Cards<R> {
    lines: Lines<BufReader<Bytes<R>>>,
    ended: bool,
}

/// A file of cards, whose values have charsets of their own, or one that is UTF-16 as a whole.
enum Bytes<R> {
    Own(R),
    Wide(Box<Decoded<R>>),
}

impl<R: Read> Read for Bytes<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Own(file) => file.read(out),
            Self::Wide(file) => file.read(out),
        }
    }
}

impl<R: Read + Seek> Cards<R> {
    pub(super) fn open(mut file: R) -> io::Result<Self> {
        let bytes = match wide(&mut file)? {
            Some(encoding) => Bytes::Wide(Box::new(Decoded::new(file, encoding))),
            None => Bytes::Own(file),
        };
        Ok(Self { lines: Lines::new(BufReader::new(bytes)), ended: false })
    }

    pub(super) fn next(&mut self) -> Option<io::Result<Row>> {
        while !self.ended {
            let line = match self.lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            };
            if line.says("BEGIN", "VCARD") {
                let at = line.number;
                match self.card(at) {
                    Ok(Some(record)) => return Some(Ok(Row { line: at, record })),
                    Ok(None) => {}
                    Err(error) => {
                        self.ended = true;
                        return Some(Err(error));
                    }
                }
            } else if !line.is_blank() {
                self.ended = true;
                let message = "BEGIN:VCARD がありません。vCardのファイルか確かめてください";
                let record = Err(vec![fault_at(line.number, "", message)]);
                return Some(Ok(Row { line: line.number, record }));
            }
        }
        self.ended = true;
        None
    }

    /// The lines up to END:VCARD.
    fn card(&mut self, at: u64) -> io::Result<Option<Result<Record, Vec<Fault>>>> {
        let mut card = Card::default();
        let mut depth = 1; // a card may hold another one (AGENT)
        let mut size = 0_usize;
        loop {
            let Some(line) = self.lines.next()? else {
                let message =
                    "END:VCARD がありません。ファイルが途中で切れていないか確かめてください";
                return Ok(Some(Err(vec![fault_at(at, "", message)])));
            };
            if line.says("BEGIN", "VCARD") {
                depth += 1;
            } else if line.says("END", "VCARD") {
                depth -= 1;
                if depth == 0 {
                    return Ok(card.finish(at));
                }
            } else if line.says("VERSION", "2.1") {
                self.lines.old(true);
                card.old = true;
            } else if line.is_named("VERSION") {
                self.lines.old(false);
            } else if depth == 1
                && let Some(property) = Property::read(&line, card.old)
            {
                size = size.saturating_add(property.size());
                if line.cut || size > CARD_MAX {
                    let message = "値が長すぎます。短くしてください";
                    card.faults.push(fault_at(line.number, property.name, message));
                    continue;
                }
                card.take(&property);
            }
        }
    }
}

/// A card half read.
#[derive(Default)]
struct Card {
    contact: Contact<'static>,
    /// Version 2.1.
    old: bool,
    /// The group of each telephone.
    groups: Vec<Option<String>>,
    /// It names the members of a group, and is nobody himself.
    is_list: bool,
    /// (group, label) of X-ABLabel.
    labels: Vec<(String, String)>,
    faults: Vec<Fault>,
}

impl Card {
    fn take(&mut self, property: &Property) {
        let contact = &mut self.contact;
        let label = property.name;
        let piece = |text: String| Piece::new(label, text);
        let part = |index: usize| piece(property.part(index));
        match label {
            "FN" => contact.full = piece(property.text()),
            "N" => {
                (contact.family, contact.given) = (part(0), part(1));
                if contact.family_kana.is_empty() {
                    contact.family_kana =
                        property.param("SORT-AS").map(reading).unwrap_or_default();
                }
            }
            "X-PHONETIC-LAST-NAME" => contact.family_kana = piece(property.text()),
            "X-PHONETIC-FIRST-NAME" => contact.given_kana = piece(property.text()),
            "X-PHONETIC-ORG" => contact.company_kana = piece(property.text()),
            "SOUND" if property.has("X-IRMC-N") => {
                (contact.family_kana, contact.given_kana) = (part(0), part(1));
            }
            "SORT-STRING" if contact.family_kana.is_empty() => {
                contact.family_kana = reading(&property.text());
            }
            "ORG" => (contact.company, contact.department) = (part(0), part(1)),
            "TITLE" => contact.job_title = piece(property.text()),
            "TEL" => {
                let text = property.text();
                let number = text.strip_prefix("tel:").unwrap_or(&text);
                let number = number.split(';').next().unwrap_or_default().to_owned();
                contact.phones.push((PhoneKind::of_label(&property.types()), piece(number)));
                self.groups.push(property.group.clone());
            }
            "EMAIL" => contact.emails.push(piece(property.text())),
            "ADR" => address(contact, property),
            "URL" if contact.url.is_empty() => contact.url = piece(property.text()),
            "BDAY" => contact.birthday = piece(birthday(property)),
            "KIND" | "X-ADDRESSBOOKSERVER-KIND" => {
                self.is_list = property.text().trim().eq_ignore_ascii_case("group");
            }
            "NOTE" => contact.notes.push(piece(property.text())),
            "CATEGORIES" => {
                let mut groups = property.list();
                groups.retain(|group| !foreign::GOOGLES_OWN.contains(&group.as_str()));
                contact.category = piece(groups.join(","));
            }
            "UID" => {
                let uid = property.text();
                contact.external_id = piece(uid.trim_start_matches("urn:uuid:").to_owned());
            }
            "X-ABLABEL" => {
                let group = property.group.clone().unwrap_or_default();
                self.labels.push((group, property.text()));
            }
            own => {
                let column = OWN.iter().find(|(name, _)| *name == own);
                contact.own.extend(column.map(|(_, column)| (*column, piece(property.text()))));
            }
        }
    }

    fn finish(mut self, line: u64) -> Option<Result<Record, Vec<Fault>>> {
        if self.is_list {
            return None;
        }
        for ((kind, _), group) in self.contact.phones.iter_mut().zip(&self.groups) {
            let label = self.labels.iter().find(|(of, _)| Some(of) == group.as_ref());
            if let (PhoneKind::None, Some((_, label))) = (*kind, label) {
                *kind = PhoneKind::of_label(label);
            }
        }
        if !self.faults.is_empty() {
            return Some(Err(self.faults));
        }
        self.contact.row(line)
    }
}

/// What programs sort by, where it is a reading; others write the name itself there.
fn reading(text: &str) -> Piece<'static> {
    let text = text.replace(',', " ");
    let field = CUSTOMER.index("kana").and_then(|index| CUSTOMER.fields.get(index));
    let kana = text.chars().any(|c| matches!(c, 'ぁ'..='ヿ' | '\u{ff66}'..='\u{ff9f}'));
    match field {
        Some(field) if kana && field.check(&text).is_ok() => Piece::new("SORT-STRING", text),
        _ => Piece::default(),
    }
}

/// Post office box; extended; street; town; region; code; country.
fn address(contact: &mut Contact<'static>, property: &Property) {
    let types = property.types().to_lowercase();
    let place = match () {
        () if types.contains("work") => 0,
        () if types.contains("home") => 1,
        () => 2,
    };
    let part = |index: usize| Piece::new("ADR", property.part(index));
    if let Some(address) = contact.addresses.get_mut(place) {
        *address = Address {
            building: part(1),
            street: part(2),
            city: part(3),
            prefecture: part(4),
            zip: part(5),
        };
    }
}

/// `19800501` as `1980/05/01`; a day without a year, or a year without a day, is none.
fn birthday(property: &Property) -> String {
    let text = property.text();
    let day = match text.split_once(['T', 't']) {
        Some((day, _)) if day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => day,
        _ => text.as_str(),
    };
    let digits = day.bytes().all(|byte| byte.is_ascii_digit());
    // Telephones write a year that is none, and say so.
    let no_year = property.param(NO_YEAR).is_some_and(|year| day.starts_with(year));
    let no_day = digits && day.len() == 4 || day.len() == 7 && day.get(4..5) == Some("-");
    match (day.get(..4), day.get(4..6), day.get(6..)) {
        _ if no_year || no_day || day.starts_with("--") => String::new(),
        (Some(year), Some(month), Some(date)) if digits && day.len() == 8 => {
            format!("{year}/{month}/{date}")
        }
        _ => foreign::birthday(day),
    }
}
