//! The envelope of events.md as one line of JSON.
//!
//! Invariant: rows look exactly as the REST API shows them, every other value is a string too.
//! Never: shows a secret (rows go through the catalogue's writer).

use super::{ChangedRow, Envelope, EventKind, OpenedSite, Toast};
use crate::resource::Record;
use crate::resource::json::{write_escaped, write_object};

/// Names of the parts that two kinds of envelope have.
const CALL: &str = "着信記録";
const CUSTOMERS: &str = "顧客";

/// The envelope 更新 of a row whose JSON is made already; without a row it says only that something
/// changed.
pub fn envelope_of_change(row: ChangedRow<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + row.len());
    write_kind(&mut out, EventKind::Updated);
    match row {
        ChangedRow::None => {}
        ChangedRow::Call(json) => {
            write_name(&mut out, CALL);
            out.extend_from_slice(json);
        }
        ChangedRow::Customer(json) => {
            write_name(&mut out, CUSTOMERS);
            out.push(b'[');
            out.extend_from_slice(json);
            out.push(b']');
        }
    }
    out.push(b'}');
    out
}

/// Writes the envelope; keys stand in the order of events.md and absent parts are left out.
/// A ringing call always has its list of customers, so that "nobody known" is said.
pub fn envelope(kind: EventKind, parts: &Envelope<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    write_kind(&mut out, kind);
    if let Some(call) = parts.call {
        write_name(&mut out, CALL);
        write_row(&mut out, call);
    }
    if !parts.customers.is_empty() || kind == EventKind::Ringing {
        write_name(&mut out, CUSTOMERS);
        write_list(&mut out, parts.customers, write_row);
    }
    if let Some(connection) = parts.connection {
        write_name(&mut out, "SIP接続");
        write_row(&mut out, connection);
    }
    if let Some(toast) = &parts.toast {
        write_name(&mut out, "トースト");
        write_toast(&mut out, toast);
    }
    if !parts.open_urls.is_empty() {
        write_name(&mut out, "開くURL");
        write_list(&mut out, &parts.open_urls, |out, url| write_text(out, url));
    }
    if !parts.search_sites.is_empty() {
        write_name(&mut out, "検索サイト");
        write_list(&mut out, &parts.search_sites, write_site);
    }
    out.push(b'}');
    out
}

/// `{"種別":"…"`, the beginning.
fn write_kind(out: &mut Vec<u8>, kind: EventKind) {
    out.extend_from_slice("{\"種別\":".as_bytes());
    write_text(out, kind.word());
}

/// `"text"`.
fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    write_escaped(text, out);
    out.push(b'"');
}

/// `,"name":`.
fn write_name(out: &mut Vec<u8>, name: &str) {
    out.push(b',');
    write_text(out, name);
    out.push(b':');
}

/// `[item,item]`.
fn write_list<T>(out: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// A row as REST shows it.
fn write_row(out: &mut Vec<u8>, row: &Record) {
    write_object(row.resource, row, out);
}

/// `{"name":"value",…}`.
fn write_pairs(out: &mut Vec<u8>, pairs: &[(&str, &str)]) {
    out.push(b'{');
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(out, name);
        out.push(b':');
        write_text(out, value);
    }
    out.push(b'}');
}

fn write_toast(out: &mut Vec<u8>, toast: &Toast) {
    let pairs = [
        ("タイトル", toast.title.as_str()),
        ("本文", &toast.body),
        ("表示秒数", &toast.seconds.to_string()),
        ("文字サイズ", &toast.font_size.to_string()),
        ("音", &toast.sound),
        ("URL", &toast.url),
    ];
    write_pairs(out, &pairs);
}

fn write_site(out: &mut Vec<u8>, site: &OpenedSite) {
    write_pairs(out, &[("サイト名", &site.name), ("URL", &site.url)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::{Value, catalog};

    fn text(kind: EventKind, parts: &Envelope<'_>) -> String {
        String::from_utf8(envelope(kind, parts)).unwrap()
    }

    #[test]
    fn absent_parts_are_left_out() {
        assert_eq!(text(EventKind::Resync, &Envelope::default()), r#"{"種別":"再同期"}"#);
        assert_eq!(text(EventKind::Ringing, &Envelope::default()), r#"{"種別":"着信","顧客":[]}"#);
    }

    #[test]
    fn keys_stand_in_the_order_of_the_contract_and_every_value_is_a_string() {
        let call = Record::empty(catalog::find("ReceivedCall-Record").unwrap());
        let mut customer = Record::empty(catalog::find("CustomerAddress").unwrap());
        customer.set("name", Value::Text("和歌山 \"花子\"\n".to_owned()));
        let parts = Envelope {
            call: Some(&call),
            customers: &[customer],
            toast: Some(Toast { title: "着信".into(), seconds: 20, ..Toast::default() }),
            open_urls: vec!["https://crm.example.com/".into()],
            search_sites: vec![OpenedSite {
                name: "電話帳".into(), url: "https://e.test/".into()
            }],
            ..Envelope::default()
        };
        let json = text(EventKind::Ringing, &parts);
        assert!(!json.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["種別", "着信記録", "顧客", "トースト", "開くURL", "検索サイト"]);
        assert_eq!(value["顧客"][0]["氏名"], "和歌山 \"花子\"\n");
        assert_eq!(value["トースト"]["表示秒数"], "20");
        assert_eq!(value["検索サイト"][0]["サイト名"], "電話帳");
    }
}
