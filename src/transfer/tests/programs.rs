//! Tables as Google and Outlook write them; the people in them are invented.

use super::{checked, faults, filled, read, shift_jis};
use crate::transfer::Format;

const GOOGLE: &str = "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,Website 1 - Label,Website 1 - Value
花子,,和歌山,はなこ,,わかやま,,様,,,紀州商店,店長,営業部,1980-05-01,\"一行目
二行目\",,得意先 ::: * myContacts,* Work,hanako@example.com,Work Fax,073-123-4568,Mobile,090-0000-0001 ::: 090-0000-0002,Work,,本町1-1,和歌山市,,和歌山県,640-8000,JP,紀州ビル3F,,https://example.com/
John,,Smith,,,,,,,,,,, --05-01,,,* myContacts,,,Home,+1 202-555-0123,,,,,,,,,,,,,
,,,,,,,,,,,,,,,,* myContacts,,nameless@example.com,,,,,,,,,,,,,,,
";

#[test]
fn google_in_utf_8() {
    let rows = read(GOOGLE.as_bytes(), Format::Csv);
    let expected = [
        ("name", "和歌山 花子"),
        ("kana", "ワカヤマ ハナコ"),
        ("honorific", "様"),
        ("company", "紀州商店"),
        ("department", "営業部"),
        ("job_title", "店長"),
        ("phone_1", "09000000001"),
        ("phone_type_1", "携帯"),
        ("phone_2", "09000000002"),
        ("phone_type_2", "携帯"),
        ("phone_3", "0731234568"),
        ("phone_type_3", "FAX"),
        ("zip", "640-8000"),
        ("prefecture", "和歌山県"),
        ("address_1", "和歌山市本町1-1"),
        ("address_2", "紀州ビル3F"),
        ("email_1", "hanako@example.com"),
        ("url", "https://example.com/"),
        ("birthday", "1980/05/01"),
        ("category", "得意先"),
        ("rank", "通常"),
        ("note", "一行目\n二行目"),
    ];
    let got = filled(&rows[0]);
    let got: Vec<(&str, &str)> =
        got.iter().map(|(column, text)| (*column, text.as_ref())).collect();
    assert_eq!(got, expected);
    assert_eq!(rows[1].text("name"), "John Smith");
    assert_eq!(rows[1].text("phone_1"), "+12025550123");
    assert_eq!(rows[1].text("birthday"), "");
    assert_eq!(rows[2].text("name"), "nameless@example.com");
    assert_eq!(rows.len(), 3);
    let unused = checked(GOOGLE.as_bytes(), Format::Csv).unused;
    assert!(unused.contains(&"Nickname".to_owned()) && !unused.contains(&"Labels".to_owned()));
}

const OUTLOOK: &str = "\"肩書き\",\"名\",\"ミドル ネーム\",\"姓\",\"敬称\",\"会社名\",\"部署\",\"役職\",\"番地 (会社)\",\"市区町村 (会社)\",\"都道府県 (会社)\",\"郵便番号 (会社)\",\"番地 (自宅)\",\"郵便番号 (自宅)\",\"会社 FAX\",\"会社電話\",\"会社代表電話\",\"携帯電話\",\"自宅電話\",\"電子メール アドレス\",\"分類\",\"誕生日\",\"メモ\",\"姓フリガナ\",\"名前フリガナ\",\"会社名フリガナ\"
\"\",\"太郎\",\"\",\"田辺\",\"殿\",\"株式会社十津川\",\"総務部\",\"課長\",\"表町2-2\",\"田辺市\",\"和歌山県\",\"646-0001\",\"裏町9\",\"646-0002\",\"0739-00-0002\",\"0739-00-0001\",\"\",\"080-0000-0001\",\"\",\"taro@example.com\",\"取引先;本店\",\"0/0/00\",\"ソフト\",\"ﾀﾅﾍﾞ\",\"ﾀﾛｳ\",\"ﾄﾂｶﾜ\"
";

#[test]
fn outlook_in_both_charsets() {
    for bytes in [OUTLOOK.as_bytes().to_vec(), shift_jis(OUTLOOK)] {
        let row = &read(&bytes, Format::Csv)[0];
        for (column, text) in [
            ("name", "田辺 太郎"),
            ("kana", "タナベ タロウ"),
            ("honorific", "殿"),
            ("company", "株式会社十津川"),
            ("company_kana", "トツカワ"),
            ("phone_1", "0739000001"),
            ("phone_type_1", "会社"),
            ("phone_2", "08000000001"),
            ("phone_3", "0739000002"),
            ("phone_type_3", "FAX"),
            ("zip", "646-0001"),
            ("address_1", "田辺市表町2-2"),
            ("category", "取引先,本店"),
            ("birthday", ""),
            ("note", "ソフト"),
        ] {
            assert_eq!(row.text(column), text, "{column}");
        }
    }
}

/// The headings of an export of Outlook in Japan, in part.
#[test]
fn outlook_has_its_addresses_on_several_lines() {
    let japanese = "姓,名,会社名,番地 (会社),住所 2 (会社),住所 3 (会社),市町村 (会社),都道府県 (会社),郵便番号 (会社),国 (会社)/地域,市町村 (自宅),通常の電話,自動車電話,誕生日\n\
        田辺,太郎,十津川,表町2-2,紀州ビル,3F,田辺市,和歌山県,646-0001,日本,白浜町,0739-00-0001,090-0000-0009,00/0/0\n";
    let english = "First Name,Last Name,Company,Business Street,Business Street 2,Business Street 3,Business City,Business State,Business Postal Code,Primary Phone,Car Phone\n\
        太郎,田辺,十津川,表町2-2,紀州ビル,3F,田辺市,和歌山県,646-0001,0739-00-0001,090-0000-0009\n";
    for table in [japanese, english] {
        let row = &read(table.as_bytes(), Format::Csv)[0];
        for (column, text) in [
            ("zip", "646-0001"),
            ("prefecture", "和歌山県"),
            ("address_1", "田辺市表町2-2"),
            ("address_2", "紀州ビル 3F"),
            ("phone_1", "0739000001"),
            ("phone_2", "09000000009"),
            ("phone_type_2", "その他"),
            ("birthday", ""),
        ] {
            assert_eq!(row.text(column), text, "{column}");
        }
    }
}

#[test]
fn outlook_in_english_with_numbers_beyond_six() {
    let table = "First Name,Last Name,Company,Business Phone,Business Phone 2,Home Phone,Home Phone 2,Mobile Phone,Other Phone,Primary Phone,Business Fax,E-mail Address,E-mail 2 Address,E-mail 3 Address,Birthday,Notes\n\
        Jane,Doe,Example Ltd,03-0000-0001,03-0000-0002,03-0000-0003,03-0000-0004,090-0000-0005,03-0000-0006,03-0000-0007,03-0000-0008,a@example.com,b@example.com,c@example.com,2/29/1980,memo\n";
    let row = &read(table.as_bytes(), Format::Csv)[0];
    assert_eq!(row.text("name"), "Jane Doe");
    assert_eq!(row.text("phone_6"), "0300000006");
    assert_eq!(row.text("birthday"), "1980/02/29");
    let note = row.text("note");
    assert_eq!(note, "memo\n03-0000-0007\n03-0000-0008\nc@example.com");
}

#[test]
fn faults_name_the_line_the_column_and_the_way_out() {
    let table = "氏名,電話番号1,メールアドレス1\n\"山田\n一郎\",03-0000-0001,\n川,03-XX,not-a-mail\n,,\n木,1\n";
    let text = faults(table.as_bytes(), Format::Csv);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[0].starts_with("4行目 電話番号1: ") && lines[0].contains("03-XX"), "{text}");
    assert!(lines[1].starts_with("4行目 メールアドレス1: "), "{text}");
    assert!(lines[2].starts_with("6行目: 列の数"), "{text}");
    let google = GOOGLE.replace("+1 202-555-0123", "12");
    let text = faults(google.as_bytes(), Format::Csv);
    assert!(text.starts_with("4行目 Phone 1 - Value: "), "{text}");
}

#[test]
fn headings_are_known_or_named() {
    let text = faults("氏名,電話\nx,1\n".as_bytes(), Format::Csv);
    assert!(text.contains("電話: 知らない見出し") && text.contains("電話番号1"), "{text}");
    let text = faults("氏名,氏名\nx,y\n".as_bytes(), Format::Csv);
    assert!(text.contains("2回"), "{text}");
    assert!(faults(b"", Format::Csv).contains("空"));
    assert!(faults("氏名\n".as_bytes(), Format::Csv).contains("行がありません"));
    for separator in ["\t", ";"] {
        let table = ["氏名,電話番号1", "川,117", ""].join("\r\n").replace(',', separator);
        assert_eq!(read(table.as_bytes(), Format::Csv)[0].text("phone_1"), "117");
    }
    // Spreadsheets leave empty columns behind.
    let empty = "氏名,,電話番号1,\n川,,117,\n";
    assert_eq!(read(empty.as_bytes(), Format::Csv)[0].text("phone_1"), "117");
    let text = faults("氏名,電話番号1,\n川,117,118\n木,117,\n".as_bytes(), Format::Csv);
    assert!(text.starts_with("2行目: 見出しのない列") && text.lines().count() == 1, "{text}");
    assert!(faults(" , \n川,117\n".as_bytes(), Format::Csv).contains("知らない見出し"));
}
