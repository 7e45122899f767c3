//! Bodies as clients write them.

use super::*;
use crate::resource::{
    Draft, Fault, Verb, check_row, complete, merge, only_read_only_changes, parse,
};

const PRINTED: &str = "{ “回線No” : “1”, “着信TEL” : “0731235678”, “代表TEL” : “0731237777”, “種別” : “電話”, “代理内線番号” : “30” }";

fn line(body: &str) -> Result<Draft, Vec<Fault>> {
    parse(&catalog::LINE, body.as_bytes(), Verb::Post)
}

fn names(faults: &[Fault]) -> Vec<&str> {
    faults.iter().map(|fault| fault.name.as_str()).collect()
}

#[test]
fn the_seeds_example_is_taken_as_printed_and_with_straight_quotes() {
    for body in
        [PRINTED.to_owned(), PRINTED.replace(['“', '”'], "\""), format!("\u{feff}[{PRINTED}]")]
    {
        let record = complete(&line(&body).unwrap());
        assert_eq!(check_row(None, &record), []);
        assert_eq!(
            shown(&record),
            "{\"回線No\":\"\",\"着信TEL\":\"0731235678\",\"代表TEL\":\"0731237777\",\"種別\":\"電話\",\
             \"代理内線番号\":\"30\",\"回線名\":\"\",\"SIP接続ID\":\"0\",\"通知する\":\"True\",\
             \"表示色\":\"\",\"表示順\":\"0\",\"備考\":\"\"}"
        );
    }
}

#[test]
fn curly_quotes_inside_proper_json_are_text() {
    let draft = line(r#"{"着信TEL":"0731235678","備考":"“急ぎ”"}"#).unwrap();
    assert_eq!(draft.get("note"), Some(&Value::Text("“急ぎ”".into())));
}

#[test]
fn strings_numbers_booleans_and_null_are_taken() {
    let draft =
        line(r#"{"着信TEL":null,"代理内線番号":30,"通知する":false,"表示順":"7"}"#).unwrap();
    assert_eq!(draft.get("called_number"), Some(&Value::Empty));
    assert_eq!(draft.get("extension"), Some(&Value::Text("30".into())));
    assert_eq!(draft.get("notify"), Some(&Value::Int(0)));
    assert_eq!(draft.get("position"), Some(&Value::Int(7)));
    assert_eq!(draft.get("color"), None);
}

#[test]
fn all_faults_are_told_at_once() {
    let faults = line(
        r##"{"着信TEL":"abc","通知する":"多分","表示順":"10000","表示色":"赤","備考":["x"],"謎":1,"種別":"電話","種別":"FAX"}"##,
    )
    .unwrap_err();
    assert_eq!(names(&faults), ["着信TEL", "通知する", "表示順", "表示色", "備考", "種別", "謎"]);
    let allowed = &faults.last().unwrap().message;
    assert!(allowed.contains("代理内線番号") && allowed.contains("備考"), "{allowed}");
}

#[test]
fn bodies_that_are_no_single_object_are_faults() {
    for body in
        ["", "[]", "[{},{}]", "[1]", "1", "null", "\"x\"", "{", "{\"a\":1}x", "true", "[[{}]]"]
    {
        assert_eq!(names(&line(body).unwrap_err()), [""], "{body}");
    }
    assert_eq!(names(&parse(&catalog::LINE, b"{\"\xff\":1}", Verb::Post).unwrap_err()), [""]);
    let deep = "[".repeat(30_000);
    assert_eq!(names(&line(&deep).unwrap_err()), [""]);
    let nested = format!("{{\"備考\":{}}}", "[".repeat(200));
    assert_eq!(names(&line(&nested).unwrap_err()), [""]);
}

#[test]
fn a_facsimile_line_is_silent_unless_told_otherwise() {
    let notify = |body| complete(&line(body).unwrap()).is("notify");
    assert!(!notify(r#"{"着信TEL":"0731235678","種別":"電話/FAX"}"#));
    assert!(notify(r#"{"着信TEL":"0731235678","種別":"FAX","通知する":"True"}"#));
    assert!(!notify(r#"{"着信TEL":"0731235678","種別":"ＦＡＸ"}"#));
    assert!(notify(r#"{"着信TEL":"0731235678"}"#));
}

#[test]
fn a_body_of_changed_read_only_keys_alone_is_refused() {
    let mut stored = example(&catalog::CALL);
    stored.set("memo", Value::Text("x".into()));
    let put = |body: &str| parse(&catalog::CALL, body.as_bytes(), Verb::Put).unwrap();
    let refused = only_read_only_changes(&put(r#"{"ID":"1","相手TEL":"0312345678"}"#), &stored);
    assert_eq!(names(&refused.unwrap()), ["相手TEL"]);
    let same = put(&format!("{{\"相手TEL\":\"{}\",\"ID\":9}}", stored.text("caller_number")));
    assert_eq!(only_read_only_changes(&same, &stored), None);
    // A moment counts as it is shown, without the rest of its second.
    stored.set("updated_at", Value::Int(1_743_433_200_999));
    let second = put(r#"{"更新日時":"2025/04/01 00:00:00"}"#);
    assert_eq!(only_read_only_changes(&second, &stored), None);
    let another = put(r#"{"更新日時":"2025/04/01 00:00:01"}"#);
    assert_eq!(names(&only_read_only_changes(&another, &stored).unwrap()), ["更新日時"]);
    let memo = put(r#"{"相手TEL":"0312345678","メモ":"x"}"#);
    assert_eq!(only_read_only_changes(&memo, &stored), None);
    let shown_row = shown(&stored);
    assert_eq!(only_read_only_changes(&put(&shown_row), &stored), None);
    assert_eq!(merge(&stored, &put(&shown_row)).unwrap(), stored);
}
