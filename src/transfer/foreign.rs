//! The headings of Google's and Outlook's tables.
//!
//! Source: headings seen in files that these programs write (Google contacts before and after its
//! change of names; Outlook in Japanese and in English).
//!
//! Invariant: a heading that is not known here is named as unused. Never: decides what is valid.

use super::contact::{Address, Contact, PhoneKind, Piece};

/// Groups that Google puts people into by itself, as its cards name them.
pub(super) const GOOGLES_OWN: [&str; 2] = ["myContacts", "starred"];
/// Between several values of one cell (Google).
const SEVERAL: &str = " ::: ";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Family,
    Given,
    Full,
    FamilyKana,
    GivenKana,
    Honorific,
    Company,
    CompanyKana,
    Department,
    JobTitle,
    /// A number of this kind.
    Phone(PhoneKind),
    /// A number whose kind stands in the column before.
    LabelledPhone,
    Email,
    Zip(usize),
    Prefecture(usize),
    City(usize),
    Street(usize),
    Building(usize),
    Url,
    Birthday,
    Category,
    Note,
    /// The kind of the value beside it.
    Label,
}

/// Whose table it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    Google,
    Outlook,
}

impl Program {
    /// Recognises the table of another program; `None` for our own.
    pub(super) fn recognise(headings: &[String]) -> Option<Self> {
        let has = |name: &str| headings.iter().any(|heading| heading == name);
        let numbered = |heading: &String| {
            google(heading).is_some_and(|part| matches!(part, Part::LabelledPhone | Part::Label))
        };
        if has("Organization Name") || has("Given Name") || headings.iter().any(numbered) {
            Some(Self::Google)
        } else if (has("姓") && has("名")) || has("Last Name") || has("E-mail Address") {
            Some(Self::Outlook)
        } else {
            None
        }
    }

    /// What a column holds; `None` = nothing that we keep.
    pub(super) fn part(self, heading: &str) -> Option<Part> {
        match self {
            Self::Google => google(heading),
            Self::Outlook => {
                OUTLOOK.iter().find(|(name, _)| *name == heading).map(|(_, part)| *part)
            }
        }
    }
}

fn google(heading: &str) -> Option<Part> {
    Some(match heading {
        "First Name" | "Given Name" => Part::Given,
        "Last Name" | "Family Name" => Part::Family,
        "Name" | "File As" => Part::Full,
        "Phonetic First Name" | "Given Name Yomi" => Part::GivenKana,
        "Phonetic Last Name" | "Family Name Yomi" => Part::FamilyKana,
        "Name Suffix" => Part::Honorific,
        "Organization Name" | "Organization 1 - Name" => Part::Company,
        "Organization 1 - Yomi Name" => Part::CompanyKana,
        "Organization Department" | "Organization 1 - Department" => Part::Department,
        "Organization Title" | "Organization 1 - Title" => Part::JobTitle,
        "Birthday" => Part::Birthday,
        "Notes" => Part::Note,
        "Labels" | "Group Membership" => Part::Category,
        _ => return google_numbered(heading),
    })
}

/// `Phone 2 - Value`.
fn google_numbered(heading: &str) -> Option<Part> {
    let (subject, what) = heading.split_once(" - ")?;
    let (subject, number) = subject.rsplit_once(' ')?;
    let place = number.parse::<usize>().ok()?.checked_sub(1)?;
    Some(match (subject, what) {
        ("Phone", "Value") => Part::LabelledPhone,
        ("Phone" | "E-mail" | "Address" | "Website", "Label" | "Type") => Part::Label,
        ("E-mail", "Value") => Part::Email,
        ("Website", "Value") => Part::Url,
        ("Address", "Postal Code") => Part::Zip(place),
        ("Address", "Region") => Part::Prefecture(place),
        ("Address", "City") => Part::City(place),
        ("Address", "Street") => Part::Street(place),
        ("Address", "Extended Address") => Part::Building(place),
        _ => return None,
    })
}

const OUTLOOK: &[(&str, Part)] = &[
    ("姓", Part::Family),
    ("名", Part::Given),
    ("姓フリガナ", Part::FamilyKana),
    ("名前フリガナ", Part::GivenKana),
    ("敬称", Part::Honorific),
    ("会社名", Part::Company),
    ("会社名フリガナ", Part::CompanyKana),
    ("部署", Part::Department),
    ("役職", Part::JobTitle),
    ("会社電話", Part::Phone(PhoneKind::Work)),
    ("会社電話 2", Part::Phone(PhoneKind::Work)),
    ("会社代表電話", Part::Phone(PhoneKind::Main)),
    ("自宅電話", Part::Phone(PhoneKind::Home)),
    ("自宅電話 2", Part::Phone(PhoneKind::Home)),
    ("携帯電話", Part::Phone(PhoneKind::Mobile)),
    ("その他の電話", Part::Phone(PhoneKind::Other)),
    ("自動車電話", Part::Phone(PhoneKind::Other)),
    ("通常の電話", Part::Phone(PhoneKind::None)),
    ("会社 FAX", Part::Phone(PhoneKind::Fax)),
    ("自宅 FAX", Part::Phone(PhoneKind::Fax)),
    ("その他の FAX", Part::Phone(PhoneKind::Fax)),
    ("電子メール アドレス", Part::Email),
    ("電子メール 2 アドレス", Part::Email),
    ("電子メール 3 アドレス", Part::Email),
    ("郵便番号 (会社)", Part::Zip(0)),
    ("都道府県 (会社)", Part::Prefecture(0)),
    ("市町村 (会社)", Part::City(0)),
    ("市区町村 (会社)", Part::City(0)),
    ("番地 (会社)", Part::Street(0)),
    ("住所 2 (会社)", Part::Building(0)),
    ("住所 3 (会社)", Part::Building(0)),
    ("郵便番号 (自宅)", Part::Zip(1)),
    ("都道府県 (自宅)", Part::Prefecture(1)),
    ("市町村 (自宅)", Part::City(1)),
    ("市区町村 (自宅)", Part::City(1)),
    ("番地 (自宅)", Part::Street(1)),
    ("住所 2 (自宅)", Part::Building(1)),
    ("住所 3 (自宅)", Part::Building(1)),
    ("郵便番号 (その他)", Part::Zip(2)),
    ("都道府県 (その他)", Part::Prefecture(2)),
    ("市町村 (その他)", Part::City(2)),
    ("市区町村 (その他)", Part::City(2)),
    ("番地 (その他)", Part::Street(2)),
    ("住所 2 (その他)", Part::Building(2)),
    ("住所 3 (その他)", Part::Building(2)),
    ("Web ページ", Part::Url),
    ("誕生日", Part::Birthday),
    ("分類", Part::Category),
    ("メモ", Part::Note),
    ("Last Name", Part::Family),
    ("First Name", Part::Given),
    ("Surname Yomi", Part::FamilyKana),
    ("Given Yomi", Part::GivenKana),
    ("Company", Part::Company),
    ("Company Yomi", Part::CompanyKana),
    ("Department", Part::Department),
    ("Job Title", Part::JobTitle),
    ("Business Phone", Part::Phone(PhoneKind::Work)),
    ("Business Phone 2", Part::Phone(PhoneKind::Work)),
    ("Company Main Phone", Part::Phone(PhoneKind::Main)),
    ("Home Phone", Part::Phone(PhoneKind::Home)),
    ("Home Phone 2", Part::Phone(PhoneKind::Home)),
    ("Mobile Phone", Part::Phone(PhoneKind::Mobile)),
    ("Primary Phone", Part::Phone(PhoneKind::None)),
    ("Other Phone", Part::Phone(PhoneKind::Other)),
    ("Car Phone", Part::Phone(PhoneKind::Other)),
    ("Business Fax", Part::Phone(PhoneKind::Fax)),
    ("Home Fax", Part::Phone(PhoneKind::Fax)),
    ("Other Fax", Part::Phone(PhoneKind::Fax)),
    ("E-mail Address", Part::Email),
    ("E-mail 2 Address", Part::Email),
    ("E-mail 3 Address", Part::Email),
    ("Business Postal Code", Part::Zip(0)),
    ("Business State", Part::Prefecture(0)),
    ("Business City", Part::City(0)),
    ("Business Street", Part::Street(0)),
    ("Business Street 2", Part::Building(0)),
    ("Business Street 3", Part::Building(0)),
    ("Home Postal Code", Part::Zip(1)),
    ("Home State", Part::Prefecture(1)),
    ("Home City", Part::City(1)),
    ("Home Street", Part::Street(1)),
    ("Home Street 2", Part::Building(1)),
    ("Home Street 3", Part::Building(1)),
    ("Other Postal Code", Part::Zip(2)),
    ("Other State", Part::Prefecture(2)),
    ("Other City", Part::City(2)),
    ("Other Street", Part::Street(2)),
    ("Other Street 2", Part::Building(2)),
    ("Other Street 3", Part::Building(2)),
    ("Web Page", Part::Url),
    ("Birthday", Part::Birthday),
    ("Categories", Part::Category),
    ("Notes", Part::Note),
];

/// Puts a cell into a contact. `label` = the cell of the label column before it.
pub(super) fn take<'a>(
    contact: &mut Contact<'a>,
    part: Part,
    heading: &'a str,
    cell: &'a str,
    label: &str,
) {
    let piece = Piece::new(heading, cell);
    match part {
        Part::Family => contact.family = piece,
        Part::Given => contact.given = piece,
        // The first of several columns counts.
        Part::Full if contact.full.is_empty() => contact.full = piece,
        Part::FamilyKana => contact.family_kana = piece,
        Part::GivenKana => contact.given_kana = piece,
        Part::Honorific => contact.honorific = piece,
        Part::Company => contact.company = piece,
        Part::CompanyKana => contact.company_kana = piece,
        Part::Department => contact.department = piece,
        Part::JobTitle => contact.job_title = piece,
        Part::Phone(kind) => contact.phones.push((kind, piece)),
        Part::LabelledPhone => {
            let kind = PhoneKind::of_label(label);
            let numbers = cell.split(SEVERAL).map(|number| (kind, Piece::new(heading, number)));
            contact.phones.extend(numbers);
        }
        Part::Email => {
            contact.emails.extend(cell.split(SEVERAL).map(|email| Piece::new(heading, email)));
        }
        Part::Zip(place)
        | Part::Prefecture(place)
        | Part::City(place)
        | Part::Street(place)
        | Part::Building(place) => {
            if let Some(address) = contact.addresses.get_mut(place) {
                let own = line_of(address, part);
                // What Outlook has on two lines of its own is one here.
                let more = matches!(part, Part::Building(_)) && !own.is_empty();
                *own = if more {
                    Piece::new(own.label, [own.text.trim(), cell.trim()].join(" "))
                } else {
                    piece
                };
            }
        }
        Part::Url if contact.url.is_empty() => {
            contact.url = Piece::new(heading, cell.split(SEVERAL).next().unwrap_or_default());
        }
        Part::Birthday => contact.birthday = Piece::new(heading, birthday(cell)),
        Part::Category => contact.category = Piece::new(heading, categories(cell)),
        Part::Note => contact.notes.push(piece),
        Part::Full | Part::Url | Part::Label => {}
    }
}

/// The line of an address that a column holds.
fn line_of<'c, 'a>(address: &'c mut Address<'a>, part: Part) -> &'c mut Piece<'a> {
    match part {
        Part::Zip(_) => &mut address.zip,
        Part::Prefecture(_) => &mut address.prefecture,
        Part::City(_) => &mut address.city,
        Part::Building(_) => &mut address.building,
        _ => &mut address.street,
    }
}

/// A date with a year in the catalogue's form; others ("no date", a day without a year) are none.
pub(super) fn birthday(text: &str) -> String {
    let text = text.trim();
    let numbers: Vec<&str> = text.split(['/', '-']).collect();
    match numbers.as_slice() {
        // Outlook writes no date as 0/0/00, others a day without a year as --05-01.
        [first, second, ..] if [*first, *second].contains(&"0") || first.is_empty() => {
            String::new()
        }
        [month, day, year] if year.len() == 4 && month.len() <= 2 => {
            format!("{year}/{month}/{day}")
        }
        _ => text.to_owned(),
    }
}

/// Groups, joined by commas; Google's own (`* myContacts`) are none.
fn categories(text: &str) -> String {
    let groups = text.split(SEVERAL).flat_map(|part| part.split(';')).map(str::trim);
    let kept: Vec<&str> =
        groups.filter(|group| !group.is_empty() && !group.starts_with('*')).collect();
    kept.join(",")
}
