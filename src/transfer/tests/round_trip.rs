//! What goes out comes in again.

use proptest::prelude::*;

use super::{checked, faults, filled, read};
use crate::resource::catalog::{CUSTOMER, LINE};
use crate::resource::json::write_object;
use crate::resource::{Kind, Mode, Record, Value};
use crate::transfer::{
    CardWriter, Charset, Columns, CsvLayout, CsvWriter, Format, XlsxLayout, XlsxWriter,
};

/// Texts that spreadsheets, quoting or charsets spoil.
const HOSTILE: [&str; 19] = [
    "=HYPERLINK(\"https://example.com\")",
    "+81312345678",
    "-1",
    "@SUM(A1)",
    "\ttab",
    "'",
    "'=1",
    "''=1",
    "'quoted'",
    "a,b\"c\"\nd",
    " space ",
    "007",
    "1E5",
    "2025-04-01",
    "ソ表十〜—",
    "𠮷😀",
    "＝1+1",
    "'＠SUM(A1)",
    "\u{2212}1",
];

/// A customer whose every field holds something.
fn customer(hostile: &str) -> Record {
    let mut record = Record::empty(&CUSTOMER);
    for (index, field) in CUSTOMER.fields.iter().enumerate() {
        let sample = match field.kind {
            Kind::Text { max, .. } if hostile.chars().count() <= max as usize => hostile,
            Kind::Tel => "+12025550123",
            Kind::Zip => "001-0010",
            Kind::Kana { .. } => "-カナ",
            Kind::Email => "a+b@example.com",
            Kind::Url => "https://example.com/?a=1,2",
            Kind::Date => "1980/02/29",
            Kind::Color => "#0A84FF",
            Kind::Enum(words) => words[words.len() - 1],
            Kind::Key => "7",
            _ => "",
        };
        if !sample.is_empty() {
            record.values[index] = field.kind.check(sample).unwrap();
        }
    }
    record
}

fn page(records: &[Record]) -> Vec<u8> {
    let mut page = Vec::new();
    for record in records {
        if !page.is_empty() {
            page.push(b',');
        }
        write_object(record.resource, record, &mut page);
    }
    page
}

fn csv(records: &[Record], charset: Charset) -> Vec<u8> {
    let (writer, mut file) = CsvWriter::start(&CUSTOMER, charset);
    file.extend(writer.page(&page(records)).unwrap());
    file
}

/// What an import can bring back: not the key, nor what the service writes itself.
fn writable(record: &Record) -> Vec<(&'static str, Value)> {
    let fields = CUSTOMER.fields.iter().zip(&record.values);
    let kept = fields.filter(|(field, _)| field.mode == Mode::ReadWrite && field.kind != Kind::Key);
    kept.map(|(field, value)| (field.column, value.clone())).collect()
}

#[test]
fn every_field_comes_back_in_utf_8() {
    let records: Vec<Record> = HOSTILE.iter().map(|text| customer(text)).collect();
    let file = csv(&records, Charset::Utf8);
    assert!(file.starts_with("\u{feff}顧客ID,氏名".as_bytes()));
    assert_eq!(faults(&file, Format::Csv), "");
    let back = read(&file, Format::Csv);
    assert_eq!(back.len(), records.len());
    for (sent, got) in records.iter().zip(&back) {
        assert_eq!(writable(got), writable(sent));
    }
}

fn cards(records: &[Record]) -> Vec<u8> {
    CardWriter::start(&CUSTOMER).unwrap().page(&page(records)).unwrap()
}

#[test]
fn every_field_comes_back_from_a_card() {
    // The lines of a street become one: programs put each part of an address on one line.
    let texts = HOSTILE.iter().map(|text| text.trim().replace('\n', " "));
    let more = ["山田 太郎", "John Smith", "山田", "a b c", "x\\;y,z"].map(str::to_owned);
    let records: Vec<Record> = texts.chain(more).map(|text| customer(&text)).collect();
    let file = cards(&records);
    for line in file.split(|byte| *byte == b'\n') {
        assert!(line.len() <= 76, "{}", String::from_utf8_lossy(line));
    }
    assert_eq!(faults(&file, Format::Vcard), "");
    let back = read(&file, Format::Vcard);
    assert_eq!(back.len(), records.len());
    for (sent, got) in records.iter().zip(&back) {
        assert_eq!(writable(got), writable(sent));
    }
    assert!(CardWriter::start(&LINE).is_none());
}

#[test]
fn a_card_of_a_company_names_no_person() {
    let mut record = Record::empty(&CUSTOMER);
    record.set("company", Value::Text("紀州商店; 本店".into()));
    record.set("rank", Value::Text("通常".into()));
    let file = cards(&[record]);
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.contains("\r\nFN:紀州商店\\; 本店\r\nN:;;;;\r\n"), "{text}");
    let back = &read(&file, Format::Vcard)[0];
    let expected = [("company", "紀州商店; 本店".into()), ("rank", "通常".into())];
    assert_eq!(filled(back), expected);
}

#[test]
fn no_cell_begins_like_a_formula() {
    let records: Vec<Record> = HOSTILE.iter().map(|text| customer(text)).collect();
    let signs = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    let file = csv(&records, Charset::ShiftJis);
    let shift_jis = encoding_rs::SHIFT_JIS.decode(&file).0.into_owned().into_bytes();
    let utf_8 = csv(&records, Charset::Utf8).split_off(3);
    for file in [utf_8, shift_jis] {
        let mut reader = csv::ReaderBuilder::new().from_reader(file.as_slice());
        for record in reader.records() {
            for cell in record.unwrap().iter() {
                assert!(!cell.starts_with(signs), "{cell:?}");
            }
        }
    }
}

#[test]
fn shift_jis_has_the_characters_of_windows_and_a_mark_for_what_is_missing() {
    let file = csv(&[customer("ソ表十〜—−髙𠮷😀")], Charset::ShiftJis);
    let back = read(&file, Format::Csv);
    assert_eq!(back[0].text("name"), "ソ表十～―－髙〓〓");
    let file = csv(&[customer("007 ｱ 山")], Charset::ShiftJis);
    assert_eq!(read(&file, Format::Csv)[0].text("name"), "007 ｱ 山");
}

#[test]
fn what_is_empty_stays_empty() {
    let mut record = Record::empty(&CUSTOMER);
    record.set("company", Value::Text("紀州商店".into()));
    let back = &read(&csv(&[record], Charset::Utf8), Format::Csv)[0];
    // A rank is never empty; 様 is, where somebody took it away.
    let expected = [("company", "紀州商店".into()), ("rank", "通常".into())];
    assert_eq!(filled(back), expected);
}

#[test]
fn a_workbook_has_texts_where_zeros_lead_and_sheets_where_rows_are_many() {
    let folder = std::env::temp_dir();
    let mut writer = XlsxWriter::with_rows(&CUSTOMER, &folder, 3).unwrap();
    let mut record = customer("=1+1");
    record.set("phone_1", Value::Text("0312345678".into()));
    record.set("zip", Value::Text("001-0010".into()));
    let three = [record.clone(), record.clone(), record];
    writer.page(&page(&three)).unwrap();
    let mut file = Vec::new();
    writer.finish(&mut file).unwrap();
    let sheet = |number: u8| unzip(&file, &format!("xl/worksheets/sheet{number}.xml"));
    let first = sheet(1);
    for text in ["0312345678", "001-0010", "=1+1", "氏名"] {
        let cell = format!("<t>{text}</t>");
        assert!(first.contains(&cell), "{text} is no text cell: {first}");
    }
    assert!(first.contains("<v>7</v>"), "the key is a number");
    assert!(!first.contains("<f>"), "a formula");
    assert_eq!(first.matches("<row ").count(), 3);
    assert_eq!(sheet(2).matches("<row ").count(), 2, "headings and the third row");
    assert!(unzip(&file, "xl/workbook.xml").contains("顧客アドレス帳 (2)"));
}

#[test]
fn lines_of_the_office_have_their_headings() {
    let (_, head) = CsvWriter::start(&LINE, Charset::ShiftJis);
    assert!(head.starts_with(&super::shift_jis("回線No,着信TEL,代表TEL,種別,代理内線番号,")));
}

/// One file of a zip archive.
fn unzip(archive: &[u8], name: &str) -> String {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_note_comes_back(note in "[ -~\n\t　-ん一-十😀]{1,60}") {
        let mut record = customer("x");
        let index = CUSTOMER.index("note").unwrap();
        record.values[index] = CUSTOMER.fields[index].kind.check(&note).unwrap();
        let back = read(&csv(std::slice::from_ref(&record), Charset::Utf8), Format::Csv);
        prop_assert_eq!(writable(&back[0]), writable(&record));
    }

    #[test]
    fn any_note_comes_back_from_a_card(note in "[ -~\n　-ん一-十😀]{1,90}") {
        let mut record = customer("x");
        let index = CUSTOMER.index("note").unwrap();
        record.values[index] = CUSTOMER.fields[index].kind.check(note.trim()).unwrap();
        let back = read(&cards(std::slice::from_ref(&record)), Format::Vcard);
        prop_assert_eq!(writable(&back[0]), writable(&record));
    }

    #[test]
    fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        checked(&bytes, Format::Csv);
        checked(&bytes, Format::Vcard);
        let table = [b"\xe6\xb0\x8f\xe5\x90\x8d,URL\n".as_slice(), &bytes].concat();
        checked(&table, Format::Csv);
        let card = [b"BEGIN:VCARD\r\nVERSION:2.1\r\nN".as_slice(), &bytes, b"\r\nEND:VCARD\r\n"].concat();
        checked(&card, Format::Vcard);
    }
}

/// A customer as other programs have him too.
fn person() -> Record {
    let mut record = Record::empty(&CUSTOMER);
    for (column, text) in [
        ("rank", "通常"),
        ("name", "和歌山 花子"),
        ("kana", "ワカヤマ ハナコ"),
        ("honorific", "様"),
        ("company", "紀州商店"),
        ("department", "営業部"),
        ("phone_1", "0731234567"),
        ("phone_type_1", "自宅"),
        ("phone_2", "09000000001"),
        ("phone_type_2", "携帯"),
        ("phone_3", "0731230001"),
        ("phone_type_3", "会社"),
        ("phone_4", "+12025550123"),
        ("phone_type_4", "その他"),
        ("email_1", "hanako@example.com"),
        ("zip", "640-8000"),
        ("prefecture", "和歌山県"),
        ("address_1", "和歌山市本町1-1"),
        ("category", "得意先,卸"),
        ("birthday", "1980/02/29"),
        ("note", "=危険\n二行目"),
        ("url", "https://example.com/?a=1,2"),
    ] {
        let index = CUSTOMER.index(column).unwrap();
        record.values[index] = CUSTOMER.fields[index].kind.check(text).unwrap();
    }
    record
}

#[test]
fn every_layout_of_a_table_is_read_again() {
    let sent = person();
    for columns in [Columns::All, Columns::Google, Columns::Outlook] {
        for (separator, carriage_return, always_quoted, keep_zeros) in
            [(',', true, false, false), ('\t', false, true, true)]
        {
            let charset = if keep_zeros { Charset::ShiftJis } else { Charset::Utf8Plain };
            let columns = columns.clone();
            let layout = CsvLayout {
                charset,
                separator,
                carriage_return,
                always_quoted,
                keep_zeros,
                heading: true,
                columns: columns.clone(),
            };
            let (writer, mut file) = CsvWriter::with(&CUSTOMER, layout);
            file.extend(writer.page(&page(std::slice::from_ref(&sent))).unwrap());
            assert_eq!(faults(&file, Format::Csv), "", "{columns:?}");
            let back = read(&file, Format::Csv);
            let foreign = columns != Columns::All;
            // A table of Outlook has no places: its numbers stand in the columns of their kinds.
            let text = |record: &Record, column: &str| record.text(column).to_owned();
            let mut numbers = [&sent, &back[0]].map(|record| {
                let mut all: Vec<_> = (1..=6)
                    .map(|place| {
                        ["phone_", "phone_type_"]
                            .map(|name| text(record, &format!("{name}{place}")))
                    })
                    .collect();
                all.sort();
                all
            });
            numbers[0].retain(|pair| !pair[0].is_empty());
            numbers[1].retain(|pair| !pair[0].is_empty());
            assert_eq!(numbers[1], numbers[0], "{columns:?}");
            for (column, value) in writable(&sent) {
                if !(foreign && column.starts_with("phone")) {
                    assert_eq!(back[0].get(column), &value, "{column} of {columns:?}");
                }
            }
        }
    }
}

#[test]
fn chosen_columns_come_in_their_order_without_a_heading_where_none_is_wanted() {
    let columns = Columns::Chosen(vec!["phone_1", "name"]);
    let layout = CsvLayout {
        heading: false,
        keep_zeros: true,
        columns,
        carriage_return: false,
        ..CsvLayout::standard(Charset::Utf8Plain)
    };
    let (writer, head) = CsvWriter::with(&CUSTOMER, layout);
    assert!(head.is_empty());
    let file = writer.page(&page(&[person()])).unwrap();
    assert_eq!(String::from_utf8(file).unwrap(), "\"=\"\"0731234567\"\"\",和歌山 花子\n");
}

#[test]
fn a_workbook_has_the_layout_that_was_asked_for() {
    let folder = std::env::temp_dir();
    let layout = XlsxLayout {
        sheet: "名簿".repeat(15),
        heading: true,
        freeze: true,
        filter: true,
        fit: true,
        columns: vec!["zip", "name"],
    };
    let mut writer = XlsxWriter::with(&CUSTOMER, layout, &folder).unwrap();
    writer.page(&page(&[person()])).unwrap();
    let mut file = std::io::Cursor::new(Vec::new());
    writer.finish(&mut file).unwrap();
    let mut book = zip::ZipArchive::new(file).unwrap();
    let mut part = |name: &str| std::io::read_to_string(book.by_name(name).unwrap()).unwrap();
    let sheet = part("xl/worksheets/sheet1.xml");
    for wanted in ["<pane ySplit=\"1\"", "<autoFilter ref=\"A1:B2\"", "<cols>", "640-8000"] {
        assert!(sheet.contains(wanted), "{wanted}: {sheet}");
    }
    assert!(sheet.find("640-8000") < sheet.find("和歌山 花子"), "{sheet}");
    assert!(part("xl/workbook.xml").contains(&"名簿".repeat(15)));
}
