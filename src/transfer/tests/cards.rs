//! vCards of each version; the people in them are invented.

use super::{faults, filled, read, shift_jis};
use crate::transfer::Format;

#[track_caller]
fn one(card: &[u8], expected: &[(&str, &str)]) {
    let rows = read(card, Format::Vcard);
    assert_eq!(rows.len(), 1);
    let got = filled(&rows[0]);
    let got: Vec<(&str, &str)> = got
        .iter()
        .map(|(column, text)| (*column, text.as_ref()))
        .filter(|(column, _)| !["honorific", "rank"].contains(column))
        .collect();
    assert_eq!(got, expected);
}

#[test]
fn version_2_1_of_a_telephone_in_shift_jis() {
    let name: String = shift_jis("表 太郎").iter().map(|byte| format!("={byte:02X}")).collect();
    let (family, given) = (shift_jis("表"), shift_jis("太郎"));
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("={byte:02X}")).collect::<String>();
    let text = format!(
        "BEGIN:VCARD\r\nVERSION:2.1\r\n\
         N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:{};=\r\n{};;;\r\n\
         FN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:{name}\r\n\
         SOUND;X-IRMC-N;CHARSET=SHIFT_JIS:\u{1};\u{2};;;\r\n\
         TEL;CELL:090-0000-0001\r\nTEL;HOME;FAX:0731234568\r\n\
         PHOTO;ENCODING=BASE64;JPEG:\r\n AAAA\r\n BBBB\r\n\r\n\
         NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E4=B8=80=0D=0A=E4=BA=8C\r\n\
         END:VCARD\r\n",
        hex(&family),
        hex(&given),
    );
    let mut card = Vec::new();
    for byte in text.bytes() {
        match byte {
            1 => card.extend(shift_jis("ｵﾓﾃ")),
            2 => card.extend(shift_jis("ﾀﾛｳ")),
            other => card.push(other),
        }
    }
    one(
        &card,
        &[
            ("name", "表 太郎"),
            ("kana", "オモテ タロウ"),
            ("phone_1", "09000000001"),
            ("phone_type_1", "携帯"),
            ("phone_2", "0731234568"),
            ("phone_type_2", "FAX"),
            ("note", "一\n二"),
        ],
    );
}

#[test]
fn version_3_0_with_folds_groups_and_readings() {
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Example//EN\r\nN:和歌山;花子;;;\r\n\
        FN:花子 和歌山\r\nX-PHONETIC-LAST-NAME:わかやま\r\nX-PHONETIC-FIRST-NAME:はなこ\r\n\
        ORG:紀州商店;営業部\r\nTITLE:店長\r\n\
        item1.TEL:+81-73-123-4567\r\nitem1.X-ABLabel:_$!<Work>!$_\r\n\
        TEL;TYPE=CELL,VOICE:09000000001\r\nEMAIL;type=INTERNET;type=HOME:hanako@example.com\r\n\
        ADR;TYPE=HOME:;;裏町9;田辺市;和歌山県;646-0002;日本\r\n\
        ADR;TYPE=WORK:;紀州ビル;本町1-1;和歌山市;和歌山県;640-8000;日本\r\n\
        URL:https://example.com/a\\,b\r\nBDAY:1980-05-01\r\nCATEGORIES:得意先,VIP\r\n\
        NOTE:長い\\n\r\n  備考\\; \\\\ です\r\nUID:urn:uuid:C-001\r\nEND:VCARD\r\n";
    one(
        card.as_bytes(),
        &[
            ("name", "和歌山 花子"),
            ("kana", "ワカヤマ ハナコ"),
            ("company", "紀州商店"),
            ("department", "営業部"),
            ("job_title", "店長"),
            ("phone_1", "0731234567"),
            ("phone_type_1", "会社"),
            ("phone_2", "09000000001"),
            ("phone_type_2", "携帯"),
            ("zip", "640-8000"),
            ("prefecture", "和歌山県"),
            ("address_1", "和歌山市本町1-1"),
            ("address_2", "紀州ビル"),
            ("email_1", "hanako@example.com"),
            ("url", "https://example.com/a,b"),
            ("birthday", "1980/05/01"),
            ("category", "得意先,VIP"),
            ("external_id", "C-001"),
            ("note", "長い\n 備考; \\ です"),
        ],
    );
}

#[test]
fn version_4_0_with_uris_and_quoted_parameters() {
    let card = "\u{feff}begin:vcard\nversion:4.0\nFN:株式会社例\nKIND:org\nORG;SORT-AS=\"レイ\":株式会社例\n\
        N;SORT-AS=\"れい,たろう\":例;太郎;;;\n\
        TEL;VALUE=uri;TYPE=\"work,voice\":tel:+81-3-0000-0001;ext=5\n\
        ADR;LABEL=\"a: b; c\";TYPE=home:;;1-1;千代田区;東京都;100-0001;\nBDAY:--0501\nNOTE:6\" pipe; x\n\
        END:VCARD\nBEGIN:VCARD\nVERSION:4.0\nFN:二人目\nEND:VCARD\n";
    let rows = read(card.as_bytes(), Format::Vcard);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].text("name"), "例 太郎");
    assert_eq!(rows[0].text("kana"), "レイ タロウ");
    assert_eq!(rows[0].text("company"), "株式会社例");
    assert_eq!(rows[0].text("phone_1"), "0300000001");
    assert_eq!(rows[0].text("phone_type_1"), "会社");
    assert_eq!(rows[0].text("address_1"), "千代田区1-1");
    assert_eq!(rows[0].text("birthday"), "");
    assert_eq!(rows[0].text("note"), "6\" pipe; x");
    assert_eq!(rows[1].text("name"), "二人目");
}

#[test]
fn faults_name_the_line_of_the_card() {
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:甲\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:乙\nTEL:abc\nEND:VCARD\n";
    let text = faults(card.as_bytes(), Format::Vcard);
    assert!(text.starts_with("5行目 TEL: 電話番号"), "{text}");
    assert!(faults(b"hello\n", Format::Vcard).contains("BEGIN:VCARD"));
    assert!(faults(b"BEGIN:VCARD\nFN:x\n", Format::Vcard).contains("END:VCARD"));
    assert!(faults(b"", Format::Vcard).contains("行がありません"));
}

#[test]
fn a_day_of_birth_is_whole_or_none() {
    for (property, day) in [
        ("BDAY:1980-05-01", "1980/05/01"),
        ("BDAY:19800501", "1980/05/01"),
        ("BDAY:19800501T000000Z", "1980/05/01"),
        ("BDAY:1980-05-01T00:00:00Z", "1980/05/01"),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-01", ""),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1980-05-01", "1980/05/01"),
        ("BDAY:--0501", ""),
        ("BDAY:1980", ""),
        ("BDAY:1980-05", ""),
    ] {
        let card = format!("BEGIN:VCARD\nVERSION:4.0\nFN:x\n{property}\nEND:VCARD\n");
        assert_eq!(read(card.as_bytes(), Format::Vcard)[0].text("birthday"), day, "{property}");
    }
    let card = "BEGIN:VCARD\nVERSION:4.0\nFN:x\nBDAY:x\nEND:VCARD\n";
    assert!(faults(card.as_bytes(), Format::Vcard).starts_with("1行目 BDAY: "));
}

#[test]
fn a_list_of_members_is_no_customer() {
    let card = |kind: &str| format!("BEGIN:VCARD\nVERSION:3.0\nFN:x\nN:x\n{kind}\nEND:VCARD\n");
    let cards =
        ["X-ADDRESSBOOKSERVER-KIND:group", "KIND:Group", "KIND:individual"].map(card).concat();
    assert_eq!(read(cards.as_bytes(), Format::Vcard).len(), 1);
}

#[test]
fn googles_own_groups_are_none() {
    let card = "BEGIN:VCARD\nVERSION:3.0\nFN:x\nCATEGORIES:myContacts,得意先,starred\nEND:VCARD\n";
    assert_eq!(read(card.as_bytes(), Format::Vcard)[0].text("category"), "得意先");
}

#[test]
fn cards_in_utf_16_are_read() {
    let card = "\u{feff}BEGIN:VCARD\r\nVERSION:3.0\r\nN:和歌山;花子;;;\r\nTEL;TYPE=CELL:09000000001\r\nEND:VCARD\r\n";
    let little: Vec<u8> = card.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = card.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        one(
            &bytes,
            &[("name", "和歌山 花子"), ("phone_1", "09000000001"), ("phone_type_1", "携帯")],
        );
    }
}
