//! Two rows of one customer become one (`POST /CustomerAddress/(key)/Merge`). Pure.
//!
//! Invariant: no telephone number and no note is lost; what else the survivor has stays as it is.
//! Never: mixes the parts of two addresses or two names.

use super::catalog::{CUSTOMER, EMAILS, PHONES};
use super::needle::fold;
use super::{Fault, Field, Kind, Mode, Record, Value};

/// Fields that say one thing together: where both customers have other values in one of them, none
/// is filled from the other customer.
const GROUPS: [&[&str]; 3] = [
    &["name", "kana"],
    &["company", "company_kana"],
    &["zip", "prefecture", "address_1", "address_2"],
];
/// What stands between the entries of a list in one field.
const COMMA: char = ',';

/// What a merge makes of the survivor.
#[derive(Clone, Debug, PartialEq)]
pub struct United {
    /// The survivor as he is then.
    pub row: Record,
    /// Names of his fields that got something.
    pub taken: Vec<&'static str>,
    /// Names of the other's fields whose values end with him.
    pub left: Vec<&'static str>,
}

/// Fills the survivor from the other customer. Faults where numbers or notes do not fit.
pub fn unite(survivor: &Record, other: &Record) -> Result<United, Vec<Fault>> {
    let mut united = United { row: survivor.clone(), taken: Vec::new(), left: Vec::new() };
    let faults = [united.phones(other), united.note(other)];
    let faults: Vec<Fault> = faults.into_iter().flatten().collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    united.emails(other);
    united.groups(other);
    united.categories(other);
    for field in CUSTOMER.fields {
        if !is_special(field.column) && field.mode == Mode::ReadWrite && field.kind != Kind::Key {
            united.fill(field, other);
        }
    }
    united.counters(other);
    let order = |name: &&str| CUSTOMER.fields.iter().position(|field| field.name == *name);
    united.taken.sort_by_key(order);
    united.taken.dedup();
    united.left.sort_by_key(order);
    Ok(united)
}

impl United {
    /// Every number of the other one has a place, or a fault says which have none.
    fn phones(&mut self, other: &Record) -> Option<Fault> {
        let mut homeless = Vec::new();
        for (phone, kind) in PHONES {
            let (number, word) = (other.text(phone), other.get(kind));
            if number.is_empty() {
                continue;
            }
            if let Some((_, own)) = PHONES.iter().find(|(own, _)| self.row.text(own) == number) {
                if self.row.get(own).is_empty() && !word.is_empty() {
                    self.set(own, word.clone());
                }
            } else if let Some((free, its)) =
                PHONES.iter().find(|(own, _)| self.row.get(own).is_empty())
            {
                self.set(free, other.get(phone).clone());
                self.row.set(its, word.clone());
            } else {
                homeless.push(number);
            }
        }
        let (first, _) = PHONES.first()?;
        let all = PHONES.len();
        (!homeless.is_empty()).then(|| {
            let message = format!(
                "番号は{all}件までのため、{} が入りません。どちらかの顧客から使わない番号を消して、\
                 もう一度統合してください",
                homeless.join("、")
            );
            fault(first, message)
        })?
    }

    /// Both notes, one below the other.
    fn note(&mut self, other: &Record) -> Option<Fault> {
        let (own, more) = (self.row.text("note"), other.text("note"));
        if more.is_empty() || own.contains(more) {
            return None;
        }
        let joined = if own.is_empty() { more.to_owned() } else { format!("{own}\n{more}") };
        let (length, most) = (joined.chars().count(), longest("note"));
        if length > most {
            let message = format!(
                "つなぐと{length}文字になり、{most}文字を超えます。どちらかの顧客で短くして、\
                 もう一度統合してください"
            );
            return fault("note", message);
        }
        self.set("note", Value::Text(joined));
        None
    }

    fn emails(&mut self, other: &Record) {
        for column in EMAILS {
            let address = other.text(column);
            let known = |own: &&str| self.row.text(own).eq_ignore_ascii_case(address);
            if address.is_empty() || EMAILS.iter().any(known) {
                continue;
            }
            match EMAILS.iter().find(|own| self.row.get(own).is_empty()) {
                Some(free) => self.set(free, other.get(column).clone()),
                None => self.leave(column),
            }
        }
    }

    fn groups(&mut self, other: &Record) {
        for group in GROUPS {
            let agree = group.iter().all(|column| {
                let (own, more) = (self.row.text(column), other.text(column));
                own.is_empty() || more.is_empty() || alike(own, more)
            });
            for column in group {
                let more = other.get(column);
                if more.is_empty() || alike(self.row.text(column), more.text()) {
                    continue;
                }
                if agree { self.set(column, more.clone()) } else { self.leave(column) }
            }
        }
    }

    /// The entries of both, each once.
    fn categories(&mut self, other: &Record) {
        let mut all: Vec<&str> = Vec::new();
        let (own, more) = (self.row.text("category"), other.text("category"));
        for entry in own.split(COMMA).chain(more.split(COMMA)).map(str::trim) {
            if !entry.is_empty() && !all.contains(&entry) {
                all.push(entry);
            }
        }
        if all.len() == own.split(COMMA).filter(|entry| !entry.trim().is_empty()).count() {
            return;
        }
        let joined = all.join(",");
        if joined.chars().count() > longest("category") {
            self.leave("category");
        } else {
            self.set("category", Value::Text(joined));
        }
    }

    /// Any other field: what is empty is filled. A word at its default says nothing either.
    fn fill(&mut self, field: &'static Field, other: &Record) {
        let says = |row: &Record| {
            let value = row.get(field.column);
            let usual = matches!(field.kind, Kind::Enum(_)) && value.text() == field.default;
            !value.is_empty() && !usual
        };
        if !says(other) || self.row.get(field.column) == other.get(field.column) {
            return;
        }
        if says(&self.row) {
            // The usual form of address is no loss.
            if other.text(field.column) != field.default || field.default.is_empty() {
                self.leave(field.column);
            }
        } else {
            self.set(field.column, other.get(field.column).clone());
        }
    }

    /// What the service counts.
    fn counters(&mut self, other: &Record) {
        let calls = self.row.int("call_count") + other.int("call_count");
        self.row.set("call_count", Value::Int(calls));
        let last = [&self.row, other].map(|row| row.int("last_call_at")).into_iter().max();
        if let Some(last) = last.filter(|last| *last > 0) {
            self.row.set("last_call_at", Value::Int(last));
        }
    }

    fn set(&mut self, column: &str, value: Value) {
        self.row.set(column, value);
        self.taken.extend(field(column).map(|field| field.name));
    }

    fn leave(&mut self, column: &str) {
        self.left.extend(field(column).map(|field| field.name));
    }
}

/// Fields with a rule of their own.
fn is_special(column: &str) -> bool {
    PHONES.iter().any(|(phone, kind)| [*phone, *kind].contains(&column))
        || EMAILS.contains(&column)
        || GROUPS.iter().any(|group| group.contains(&column))
        || ["category", "note"].contains(&column)
}

/// Whether two texts differ by nothing but spaces, width, case and kana.
fn alike(one: &str, other: &str) -> bool {
    let folded = |text: &str| {
        let mut out = String::new();
        fold(text, &mut out);
        out
    };
    one == other || (!one.is_empty() && folded(one) == folded(other))
}

fn field(column: &str) -> Option<&'static Field> {
    CUSTOMER.index(column).and_then(|index| CUSTOMER.fields.get(index))
}

fn fault(column: &str, message: String) -> Option<Fault> {
    field(column).map(|field| Fault::of(field, message))
}

/// Most characters of a text field.
fn longest(column: &str) -> usize {
    let max = field(column).map(|field| field.kind);
    let Some(Kind::Text { max, .. }) = max else { return 0 };
    usize::try_from(max).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(key: i64, texts: &[(&str, &str)]) -> Record {
        let mut row = Record::empty(&CUSTOMER);
        row.set("id", Value::Int(key));
        row.set("honorific", Value::Text("様".into()));
        row.set("rank", Value::Text("通常".into()));
        for (column, text) in texts {
            row.set(column, Value::Text((*text).to_owned()));
        }
        row
    }

    #[test]
    fn numbers_go_into_free_places_and_none_twice() {
        let own = [("phone_1", "0731234567"), ("phone_3", "0739999999")];
        let more = [
            ("phone_1", "09000000001"),
            ("phone_type_1", "携帯"),
            ("phone_2", "0731234567"),
            ("phone_type_2", "自宅"),
            ("phone_6", "0312345678"),
        ];
        let united = unite(&customer(1, &own), &customer(2, &more)).unwrap();
        let shown: Vec<&str> =
            PHONES.iter().flat_map(|(a, b)| [united.row.text(a), united.row.text(b)]).collect();
        let wanted = ["0731234567", "自宅", "09000000001", "携帯", "0739999999", "", "0312345678"];
        assert_eq!(shown[..7], wanted);
        assert_eq!(united.taken, ["電話種別1", "電話番号2", "電話番号4"]);
        assert!(united.left.is_empty(), "{:?}", united.left);
    }

    #[test]
    fn numbers_and_notes_that_do_not_fit_are_told_together() {
        let numbers = ["0310000001", "0310000002", "0310000003", "0310000004", "0310000005"];
        let mut own = customer(1, &[("note", &"あ".repeat(3000))]);
        for ((phone, _), number) in PHONES.iter().zip(numbers) {
            own.set(phone, Value::Text(number.into()));
        }
        let more = [("phone_1", "0320000001"), ("phone_2", "0320000002")];
        let mut more = customer(2, &more);
        more.set("note", Value::Text("い".repeat(1000)));
        let faults = unite(&own, &more).unwrap_err();
        let names: Vec<&str> = faults.iter().map(|fault| fault.name.as_str()).collect();
        assert_eq!(names, ["電話番号1", "備考"]);
        assert!(faults[0].message.contains("0320000002"), "{}", faults[0].message);
        assert!(!faults[0].message.contains("0320000001"), "{}", faults[0].message);
        assert!(faults[1].message.contains("4001文字"), "{}", faults[1].message);
    }

    #[test]
    fn an_empty_field_is_filled_and_a_filled_one_stays() {
        let own = [
            ("name", "和歌山 花子"),
            ("staff", "鈴木"),
            ("note", "朝は留守"),
            ("category", "得意先"),
        ];
        let more = [
            ("name", "和歌山花子"),
            ("kana", "ワカヤマ ハナコ"),
            ("staff", "田中"),
            ("rank", "VIP"),
            ("honorific", "先生"),
            ("note", "犬がいる"),
            ("category", "年賀状, 得意先"),
            ("email_1", "hanako@example.com"),
        ];
        let united = unite(&customer(1, &own), &customer(2, &more)).unwrap();
        let row = &united.row;
        let of = |column: &str| row.text(column).to_owned();
        assert_eq!((of("name"), of("kana")), ("和歌山 花子".into(), "ワカヤマ ハナコ".into()));
        assert_eq!((of("staff"), of("rank")), ("鈴木".into(), "VIP".into()));
        assert_eq!((of("honorific"), of("note")), ("様".into(), "朝は留守\n犬がいる".into()));
        assert_eq!(of("category"), "得意先,年賀状");
        let taken = ["フリガナ", "メールアドレス1", "分類", "顧客ランク", "備考"];
        assert_eq!(united.taken, taken);
        assert_eq!(united.left, ["敬称", "担当者"]);
    }

    #[test]
    fn the_parts_of_two_addresses_are_not_mixed() {
        let own = [("name", "和歌山 花子"), ("prefecture", "和歌山県"), ("address_1", "本町1-1")];
        let other = [("name", "和歌山 太郎"), ("kana", "ワカヤマ タロウ"), ("zip", "640-8001")];
        let moved = [("prefecture", "大阪府")];
        let united = unite(&customer(1, &own), &customer(2, &[&other[..], &moved].concat()));
        let united = united.unwrap();
        assert!(united.row.get("zip").is_empty() && united.row.get("kana").is_empty());
        assert_eq!(united.left, ["氏名", "フリガナ", "郵便番号", "都道府県"]);
        let united = unite(&customer(1, &own), &customer(2, &other)).unwrap();
        assert_eq!(united.row.text("zip"), "640-8001");
    }

    #[test]
    fn calls_are_counted_together_and_a_note_is_not_doubled() {
        let mut own = customer(1, &[("note", "犬がいる")]);
        let mut more = customer(2, &[("note", "犬がいる")]);
        own.set("call_count", Value::Int(2));
        more.set("call_count", Value::Int(3));
        more.set("last_call_at", Value::Int(7));
        let united = unite(&own, &more).unwrap();
        assert_eq!((united.row.int("call_count"), united.row.int("last_call_at")), (5, 7));
        assert_eq!(united.row.text("note"), "犬がいる");
        assert!(united.taken.is_empty() && united.left.is_empty());
    }
}
