//! Customers as vCard 3.0 (RFC 2426): what telephones, Google and Outlook read.
//!
//! What the format has no place for stands in properties of our own, so that our reader gets the
//! whole customer back; other programs skip them.
//!
//! Invariant: a line has at most [`LINE_MAX`] bytes and ends no character in the middle.
//! Never: writes an empty property of the standard's.

use std::borrow::Cow;

use super::property::OWN;
use crate::resource::catalog::{CUSTOMER, EMAILS, PHONES};
use crate::resource::{Mode, Resource};
use crate::transfer::contact::PhoneKind;
use crate::transfer::for_each_row;
use crate::transfer::rows::Named;

/// Most bytes of a line, its end not counted (RFC 2426, 2.6).
const LINE_MAX: usize = 75;

/// Writes cards, piece by piece.
pub struct CardWriter {
    /// Columns in the order of the cells.
    columns: Vec<&'static str>,
}

impl CardWriter {
    /// A writer of customers; `None` for rows of anything else.
    pub fn start(resource: &Resource) -> Option<Self> {
        if *resource != CUSTOMER {
            return None;
        }
        let shown = CUSTOMER.fields.iter().filter(|field| field.mode != Mode::WriteOnly);
        Some(Self { columns: shown.map(|field| field.column).collect() })
    }

    /// A page of rows as GET shows them (`{row},{row}`).
    pub fn page(&self, page: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
        let mut out = Vec::with_capacity(page.len());
        for_each_row(page, &mut |cells| card(&Named { columns: &self.columns, cells }, &mut out))?;
        Ok(out)
    }
}

fn card(row: &Named<'_>, out: &mut Vec<u8>) {
    line("BEGIN:VCARD", out);
    line("VERSION:3.0", out);
    persons(row, out);
    for (phone, phone_type) in PHONES {
        let kind = PhoneKind::of_label(row.get(phone_type)).type_of_card();
        property(&format!("TEL;TYPE={kind}"), &[row.get(phone)], ';', out);
    }
    for email in EMAILS {
        property("EMAIL;TYPE=INTERNET", &[row.get(email)], ';', out);
    }
    let [building, street] = ["address_2", "address_1"].map(|column| row.get(column));
    let address = ["", building, street, "", row.get("prefecture"), row.get("zip"), ""];
    property("ADR", &address, ';', out);
    let url = row.get("url");
    if !url.is_empty() {
        line(&format!("URL:{url}"), out); // an address is not escaped
    }
    property("BDAY", &[&row.get("birthday").replace('/', "-")], ';', out);
    let categories: Vec<&str> = row.get("category").split(',').collect();
    property("CATEGORIES", &categories, ',', out);
    property("NOTE", &[row.get("note")], ';', out);
    property("UID", &[row.get("external_id")], ';', out);
    for (name, column) in OWN {
        // Also where it is empty: a new customer would get a default there.
        line(&format!("{name}:{}", escaped(row.get(column))), out);
    }
    line("END:VCARD", out);
}

fn persons(row: &Named<'_>, out: &mut Vec<u8>) {
    let (name, company) = (row.get("name"), row.get("company"));
    let shown = if name.is_empty() { company } else { name };
    line(&format!("FN:{}", escaped(shown)), out);
    let (family, given) = parts(name);
    line(&format!("N:{};{};;;", escaped(family), escaped(given)), out);
    let (family, given) = row.get("kana").split_once(' ').unwrap_or((row.get("kana"), ""));
    property("X-PHONETIC-LAST-NAME", &[family], ';', out);
    property("X-PHONETIC-FIRST-NAME", &[given], ';', out);
    property("ORG", &[company, row.get("department")], ';', out);
    property("X-PHONETIC-ORG", &[row.get("company_kana")], ';', out);
    property("TITLE", &[row.get("job_title")], ';', out);
}

/// Family and given name, where there are two words; given name first in Latin letters. Any other
/// name is a family name as a whole.
fn parts(name: &str) -> (&str, &str) {
    match name.split_once(' ') {
        Some((first, second)) if second.contains(' ') || first.is_empty() || second.is_empty() => {
            (name, "")
        }
        Some((first, second)) if name.is_ascii() => (second, first),
        Some(parts) => parts,
        None => (name, ""),
    }
}

/// A property, unless all of its parts are empty.
fn property(name: &str, parts: &[&str], between: char, out: &mut Vec<u8>) {
    if parts.iter().all(|part| part.is_empty()) {
        return;
    }
    let mut text = format!("{name}:");
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.push(between);
        }
        text.push_str(&escaped(part));
    }
    line(&text, out);
}

fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', ';', ',', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => {}
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

/// One line, folded.
fn line(text: &str, out: &mut Vec<u8>) {
    let (mut rest, mut room) = (text, LINE_MAX);
    while rest.len() > room {
        let (part, more) = rest.split_at(rest.floor_char_boundary(room));
        out.extend_from_slice(part.as_bytes());
        out.extend_from_slice(b"\r\n ");
        (rest, room) = (more, LINE_MAX - 1);
    }
    out.extend_from_slice(rest.as_bytes());
    out.extend_from_slice(b"\r\n");
}
