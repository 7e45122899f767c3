//! Customers as tables of Google contacts and of Outlook.
//!
//! Invariant: our own reader gets back every name, number, address and note of them; fields that
//! these programs do not have (rank, colour, warning) are left out.
//! Never: leaves a telephone number out.

use std::borrow::Cow;

use super::contact::PhoneKind;
use super::rows::Named;
use crate::resource::catalog::{EMAILS, PHONES};

/// The headings of Google contacts.
pub(super) const GOOGLE: [&str; 35] = [
    "First Name",
    "Last Name",
    "Phonetic First Name",
    "Phonetic Last Name",
    "Name Suffix",
    "Organization Name",
    "Organization Title",
    "Organization Department",
    "Birthday",
    "Notes",
    "Labels",
    "E-mail 1 - Label",
    "E-mail 1 - Value",
    "E-mail 2 - Label",
    "E-mail 2 - Value",
    "Phone 1 - Label",
    "Phone 1 - Value",
    "Phone 2 - Label",
    "Phone 2 - Value",
    "Phone 3 - Label",
    "Phone 3 - Value",
    "Phone 4 - Label",
    "Phone 4 - Value",
    "Phone 5 - Label",
    "Phone 5 - Value",
    "Phone 6 - Label",
    "Phone 6 - Value",
    "Address 1 - Label",
    "Address 1 - Street",
    "Address 1 - Extended Address",
    "Address 1 - City",
    "Address 1 - Region",
    "Address 1 - Postal Code",
    "Website 1 - Label",
    "Website 1 - Value",
];

/// The headings of Outlook in Japan.
pub(super) const OUTLOOK: [&str; 30] = [
    "姓",
    "名",
    "姓フリガナ",
    "名前フリガナ",
    "敬称",
    "会社名",
    "会社名フリガナ",
    "部署",
    "役職",
    "会社電話",
    "会社電話 2",
    "会社代表電話",
    "自宅電話",
    "自宅電話 2",
    "携帯電話",
    "その他の電話",
    "会社 FAX",
    "自宅 FAX",
    "その他の FAX",
    "電子メール アドレス",
    "電子メール 2 アドレス",
    "郵便番号 (会社)",
    "都道府県 (会社)",
    "市町村 (会社)",
    "番地 (会社)",
    "Web ページ",
    "誕生日",
    "分類",
    "メモ",
    "電子メール 3 アドレス",
];

/// The telephone columns of [`OUTLOOK`], each with the kinds that may stand in it.
const OUTLOOK_PHONES: [(&str, &[PhoneKind]); 10] = [
    ("会社電話", &[PhoneKind::Work]),
    ("会社電話 2", &[PhoneKind::Work]),
    ("会社代表電話", &[PhoneKind::Main]),
    ("自宅電話", &[PhoneKind::Home]),
    ("自宅電話 2", &[PhoneKind::Home]),
    ("携帯電話", &[PhoneKind::Mobile]),
    ("その他の電話", &[PhoneKind::Other, PhoneKind::None]),
    ("会社 FAX", &[PhoneKind::Fax]),
    ("自宅 FAX", &[PhoneKind::Fax]),
    ("その他の FAX", &[PhoneKind::Fax]),
];

/// One row in the order of [`GOOGLE`].
pub(super) fn google<'a>(row: &'a Named<'a>) -> Vec<Cow<'a, str>> {
    let (family, given) = parts(row.get("name"));
    let (family_kana, given_kana) = parts(row.get("kana"));
    let mut cells: Vec<Cow<'_, str>> =
        [given, family, given_kana, family_kana].map(Cow::Borrowed).into();
    for column in ["honorific", "company", "job_title", "department"] {
        cells.push(row.get(column).into());
    }
    cells.push(row.get("birthday").replace('/', "-").into());
    cells.push(row.get("note").into());
    cells.push(row.get("category").replace(',', " ::: ").into());
    for column in EMAILS {
        cells.extend(["".into(), row.get(column).into()]);
    }
    for (phone, kind) in PHONES {
        cells.extend([row.get(kind).into(), row.get(phone).into()]);
    }
    cells.push("".into());
    cells.extend(["address_1", "address_2"].map(|column| Cow::Borrowed(row.get(column))));
    cells.push("".into());
    cells.extend(["prefecture", "zip"].map(|column| Cow::Borrowed(row.get(column))));
    cells.extend(["".into(), row.get("url").into()]);
    cells
}

/// One row in the order of [`OUTLOOK`]. A number whose kind has no column left takes another one.
pub(super) fn outlook<'a>(row: &'a Named<'a>) -> Vec<Cow<'a, str>> {
    let (family, given) = parts(row.get("name"));
    let (family_kana, given_kana) = parts(row.get("kana"));
    let mut cells: Vec<Cow<'_, str>> =
        [family, given, family_kana, given_kana].map(Cow::Borrowed).into();
    for column in ["honorific", "company", "company_kana", "department", "job_title"] {
        cells.push(row.get(column).into());
    }
    cells.extend(outlook_phones(row).map(Cow::Borrowed));
    cells.extend(EMAILS.map(|column| Cow::Borrowed(row.get(column))));
    let place = [row.get("address_1"), row.get("address_2")].join(" ").trim().to_owned();
    cells.extend(["zip", "prefecture"].map(|column| Cow::Borrowed(row.get(column))));
    cells.extend(["".into(), place.into()]);
    cells.push(row.get("url").into());
    cells.push(row.get("birthday").into());
    cells.push(row.get("category").replace(',', ";").into());
    cells.extend([row.get("note").into(), "".into()]);
    cells
}

/// The numbers of a row, each in a column of its kind, or in a free one.
fn outlook_phones<'a>(row: &'a Named<'a>) -> [&'a str; OUTLOOK_PHONES.len()] {
    let mut cells = [""; OUTLOOK_PHONES.len()];
    let numbers = PHONES.map(|(phone, kind)| (row.get(phone), PhoneKind::of_label(row.get(kind))));
    let mut left = Vec::new();
    for (number, kind) in numbers.into_iter().filter(|(number, _)| !number.is_empty()) {
        let mut places = OUTLOOK_PHONES.iter().zip(&mut cells);
        match places.find(|((_, kinds), cell)| kinds.contains(&kind) && cell.is_empty()) {
            Some((_, cell)) => *cell = number,
            None => left.push(number),
        }
    }
    for (number, cell) in left.into_iter().zip(cells.iter_mut().filter(|cell| cell.is_empty())) {
        *cell = number;
    }
    cells
}

/// Family and given name, where a space parts them.
fn parts(name: &str) -> (&str, &str) {
    match name.split_once([' ', '\u{3000}']) {
        // Names in Latin letters have the given name first.
        Some((given, family)) if name.is_ascii() => (family, given),
        Some(parts) => parts,
        None => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::foreign::Program;

    #[test]
    fn our_own_reader_knows_every_heading() {
        for (program, headings) in
            [(Program::Google, GOOGLE.as_slice()), (Program::Outlook, OUTLOOK.as_slice())]
        {
            let owned: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
            assert_eq!(Program::recognise(&owned), Some(program));
            for heading in headings {
                assert!(program.part(heading).is_some(), "{heading}");
            }
        }
        for (place, (heading, _)) in (9..).zip(OUTLOOK_PHONES) {
            assert_eq!(OUTLOOK[place], heading);
        }
    }
}
