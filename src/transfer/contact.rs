//! A person as other programs know him, on the way to a row of the address book.
//!
//! Invariant: nothing that found no field of its own is lost where 備考 can take it (further
//! numbers and addresses). Never: changes a value that the catalogue's check would refuse.

use std::borrow::Cow;

use super::fault_at;
use crate::resource::catalog::{CUSTOMER, EMAILS, PHONES};
use crate::resource::{Draft, Fault, Record, Resource, check_row, complete};

/// Addresses told apart (work, home, other).
pub(super) const PLACES: usize = 3;

/// What kind of telephone a number belongs to: the words of 電話種別.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PhoneKind {
    None,
    Home,
    Work,
    Mobile,
    Fax,
    Main,
    Other,
}

impl PhoneKind {
    fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Home => "自宅",
            Self::Work => "会社",
            Self::Mobile => "携帯",
            Self::Fax => "FAX",
            Self::Main => "代表",
            Self::Other => "その他",
        }
    }

    /// The types of a card that [`PhoneKind::of_label`] reads so.
    pub(super) fn type_of_card(self) -> &'static str {
        match self {
            Self::None => "VOICE",
            Self::Home => "HOME,VOICE",
            Self::Work => "WORK,VOICE",
            Self::Mobile => "CELL,VOICE",
            Self::Fax => "FAX",
            Self::Main => "MAIN,VOICE",
            Self::Other => "OTHER",
        }
    }

    /// Reads a label or type of another program (`* Work`, `HOME,FAX`, 携帯).
    pub(super) fn of_label(label: &str) -> Self {
        let label = label.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| label.contains(word));
        if label.trim().is_empty() {
            Self::None
        } else if has(&["fax"]) {
            Self::Fax
        } else if has(&["mobile", "cell", "携帯", "iphone", "keitai"]) {
            Self::Mobile
        } else if has(&["main", "代表"]) {
            Self::Main
        } else if has(&["home", "自宅"]) {
            Self::Home
        } else if has(&["work", "business", "company", "会社", "勤務", "職場"]) {
            Self::Work
        } else if has(&["other", "その他", "pager", "car"]) {
            Self::Other
        } else {
            Self::None // VOICE, PREF and the like say nothing
        }
    }
}

/// A text and what the file calls it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) label: &'a str,
    pub(super) text: Cow<'a, str>,
}

impl<'a> Piece<'a> {
    pub(super) fn new(label: &'a str, text: impl Into<Cow<'a, str>>) -> Self {
        Self { label, text: text.into() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// One postal address.
#[derive(Clone, Debug, Default)]
pub(super) struct Address<'a> {
    pub(super) zip: Piece<'a>,
    pub(super) prefecture: Piece<'a>,
    pub(super) city: Piece<'a>,
    pub(super) street: Piece<'a>,
    pub(super) building: Piece<'a>,
}

impl Address<'_> {
    fn is_empty(&self) -> bool {
        [&self.zip, &self.prefecture, &self.city, &self.street, &self.building]
            .iter()
            .all(|piece| piece.is_empty())
    }
}

/// Everything that is taken of a person.
#[derive(Clone, Debug, Default)]
pub(super) struct Contact<'a> {
    pub(super) family: Piece<'a>,
    pub(super) given: Piece<'a>,
    pub(super) full: Piece<'a>,
    pub(super) family_kana: Piece<'a>,
    pub(super) given_kana: Piece<'a>,
    pub(super) honorific: Piece<'a>,
    pub(super) company: Piece<'a>,
    pub(super) company_kana: Piece<'a>,
    pub(super) department: Piece<'a>,
    pub(super) job_title: Piece<'a>,
    pub(super) phones: Vec<(PhoneKind, Piece<'a>)>,
    pub(super) emails: Vec<Piece<'a>>,
    pub(super) addresses: [Address<'a>; PLACES],
    pub(super) url: Piece<'a>,
    pub(super) birthday: Piece<'a>,
    pub(super) category: Piece<'a>,
    pub(super) external_id: Piece<'a>,
    pub(super) notes: Vec<Piece<'a>>,
    /// Further columns, from a card that this program wrote; also empty ones.
    pub(super) own: Vec<(&'static str, Piece<'a>)>,
}

impl<'a> Contact<'a> {
    /// The row of a contact that begins at this line; `None` for one that says nothing at all.
    pub(super) fn row(mut self, line: u64) -> Option<Result<Record, Vec<Fault>>> {
        self.phones.retain(|(_, piece)| !piece.is_empty());
        self.emails.retain(|piece| !piece.is_empty());
        self.notes.retain(|piece| !piece.is_empty());
        // Callers are looked up by what can call: a FAX number comes last.
        self.phones.sort_by_key(|(kind, _)| *kind == PhoneKind::Fax);
        let mut filling = Filling { line, draft: Draft::empty(&CUSTOMER), faults: Vec::new() };
        let name = self.name();
        if name.is_empty() && self.company.is_empty() && self.notes.is_empty() {
            return None;
        }
        self.persons(&mut filling, &name);
        self.ways(&mut filling);
        self.rest(&mut filling);
        for (column, piece) in &self.own {
            if let Some(index) = CUSTOMER.index(column) {
                filling.set(&CUSTOMER, index, piece.label, piece.text.trim());
            }
        }
        Some(filling.finish())
    }

    /// 姓 名 as the Japanese write it, given name first in Latin letters; without a name a company,
    /// a mail address or a number stands for it.
    fn name(&self) -> Piece<'a> {
        let (family, given) = (self.family.text.trim(), self.given.text.trim());
        let label = if family.is_empty() { self.given.label } else { self.family.label };
        let full = self.full.text.trim();
        let joined = match (family, given) {
            // A company's card has its name in both places.
            ("", "") if !full.is_empty() && full != self.company.text.trim() => {
                return Piece::new(self.full.label, full.to_owned());
            }
            ("", "") if !self.company.is_empty() => return Piece::default(),
            ("", "") => {
                let phones = self.phones.iter().map(|(_, piece)| piece);
                return self.emails.iter().chain(phones).next().cloned().unwrap_or_default();
            }
            ("", one) | (one, "") => one.to_owned(),
            _ if family.is_ascii() && given.is_ascii() => format!("{given} {family}"),
            _ => format!("{family} {given}"),
        };
        Piece::new(label, joined)
    }

    fn persons(&self, filling: &mut Filling, name: &Piece<'a>) {
        filling.put("name", name);
        let kana = [self.family_kana.text.trim(), self.given_kana.text.trim()].join(" ");
        let label = if self.family_kana.is_empty() {
            self.given_kana.label
        } else {
            self.family_kana.label
        };
        filling.put("kana", &Piece::new(label, kana.trim()));
        for (column, piece) in [
            ("honorific", &self.honorific),
            ("company", &self.company),
            ("company_kana", &self.company_kana),
            ("department", &self.department),
            ("job_title", &self.job_title),
        ] {
            filling.put(column, piece);
        }
    }

    /// Numbers, mail and postal address.
    fn ways(&mut self, filling: &mut Filling) {
        for ((kind, piece), (phone, phone_type)) in self.phones.iter().zip(PHONES) {
            filling.put(phone, piece);
            filling.put(phone_type, &Piece::new(piece.label, kind.word()));
        }
        for (piece, email) in self.emails.iter().zip(EMAILS) {
            filling.put(email, piece);
        }
        let phones = self.phones.iter().skip(PHONES.len()).map(|(_, piece)| piece);
        let further = phones.chain(self.emails.iter().skip(EMAILS.len()));
        self.notes.extend(further.cloned().collect::<Vec<_>>());
        let Some(address) = self.addresses.iter().find(|address| !address.is_empty()) else {
            return;
        };
        let (city, street) = (address.city.text.trim(), address.street.text.trim());
        let latin = city.is_ascii() && street.is_ascii() && !city.is_empty() && !street.is_empty();
        let place = [city, if latin { " " } else { "" }, street].concat();
        let label = if city.is_empty() { address.street.label } else { address.city.label };
        filling.put("zip", &address.zip);
        filling.put("prefecture", &address.prefecture);
        filling.put("address_1", &Piece::new(label, place.replace('\n', " ")));
        filling.put("address_2", &address.building);
    }

    fn rest(&self, filling: &mut Filling) {
        filling.put("url", &self.url);
        filling.put("birthday", &self.birthday);
        filling.put("category", &self.category);
        filling.put("external_id", &self.external_id);
        let note: Vec<&str> = self.notes.iter().map(|piece| piece.text.trim()).collect();
        let label = self.notes.first().map_or("", |piece| piece.label);
        filling.put("note", &Piece::new(label, note.join("\n")));
    }
}

/// A draft being filled.
pub(super) struct Filling {
    pub(super) line: u64,
    pub(super) draft: Draft,
    pub(super) faults: Vec<Fault>,
}

impl Filling {
    fn put(&mut self, column: &str, piece: &Piece<'_>) {
        if piece.is_empty() {
            return;
        }
        if let Some(index) = CUSTOMER.index(column) {
            self.set(&CUSTOMER, index, piece.label, piece.text.trim());
        }
    }

    /// Checks a text and keeps its value, or what is wrong with it.
    pub(super) fn set(&mut self, resource: &Resource, index: usize, label: &str, text: &str) {
        let Some(field) = resource.fields.get(index) else { return };
        if text.contains(char::REPLACEMENT_CHARACTER) {
            let message = "文字化けした文字があります。UTF-8 か Shift_JIS で保存し直してください";
            self.faults.push(fault_at(self.line, label, message));
            return;
        }
        match field.check(text) {
            Ok(value) => {
                if let Some(slot) = self.draft.values.get_mut(index) {
                    *slot = Some(value);
                }
            }
            Err(message) => self.faults.push(fault_at(self.line, label, &message)),
        }
    }

    /// The complete row, checked as a whole.
    pub(super) fn finish(mut self) -> Result<Record, Vec<Fault>> {
        let record = complete(&self.draft);
        if self.faults.is_empty() {
            let faults = check_row(None, &record);
            let line = self.line;
            let placed = faults.iter().map(|fault| fault_at(line, &fault.name, &fault.message));
            self.faults.extend(placed);
        }
        if self.faults.is_empty() { Ok(record) } else { Err(self.faults) }
    }
}
