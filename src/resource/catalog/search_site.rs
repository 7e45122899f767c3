//! 電話番号検索サイト.

use super::notation::{PLAIN, flag, text, url_template, word};
use super::rules::fault;
use super::shared::{ENABLED, ID, POSITION};
use crate::resource::kind::url_start;
use crate::resource::{Fault, Record, Resource};

/// Web sites that tell whose a number is.
pub static SEARCH_SITE: Resource = Resource {
    uri: "PhoneNumber-SearchSite",
    title: "電話番号検索サイト",
    table: "search_site",
    note: "人が調べるためのリンク集。サーバーは取得しない。初回に 電話帳ナビ /phone/番号、jpnumber searchnumber.do?number=番号、迷惑電話チェック search?tel_no=番号 の3行を入れる。",
    fields: &[
        ID,
        text("サイト名", "name", 40).required().example("電話帳ナビ"),
        url_template("URL", "url", 2000)
            .required()
            .meaning("{{相手TEL}} を含むこと")
            .example("https://www.telnavi.jp/phone/{{相手TEL}}"),
        word("番号形式", "number_format", &["数字のみ", "ハイフン付き", "国際(+81)"])
            .default("数字のみ")
            .meaning("差込む形")
            .example("数字のみ"),
        flag("自動で開く", "auto_open")
            .default("False")
            .meaning("未登録着信時に端末で開く")
            .example("False"),
        POSITION,
        ENABLED,
    ],
    first_rows: &[
        &[
            ("name", "電話帳ナビ"),
            ("url", "https://www.telnavi.jp/phone/{{相手TEL}}"),
            ("position", "10"),
        ],
        &[
            ("name", "jpnumber"),
            ("url", "https://www.jpnumber.com/searchnumber.do?number={{相手TEL}}"),
            ("position", "20"),
        ],
        &[
            ("name", "迷惑電話チェック"),
            ("url", "https://meiwakucheck.com/search?tel_no={{相手TEL}}"),
            ("position", "30"),
        ],
    ],
    check: Some(rules),
    ..PLAIN
};

/// A search needs the number, at an address of the web.
fn rules(row: &Record) -> Vec<Fault> {
    let url = row.text("url");
    let mut faults = Vec::new();
    if let Err(message) = url_start(url) {
        faults.extend(fault(row, "url", &message));
    }
    // Blanks and filters may stand around the name: {{ 相手TEL|urlencode }}.
    let named = url.split("{{").skip(1).any(|part| {
        let name = part.split("}}").next().unwrap_or_default();
        name.split('|').next().unwrap_or_default().trim() == "相手TEL"
    });
    if !named {
        faults.extend(fault(row, "url", "{{相手TEL}} を含めてください"));
    }
    faults
}
