//! What templates give, by where they land, and what is refused.

use super::*;

const HOSTILE: &str = "<!channel> *x* @all \"'; \r\nBcc: {{相手TEL}} $(id)";

fn with(word: Word, value: &str) -> Values {
    let mut values = Values::new();
    values.set(word, value);
    values
}

fn shown(text: &str, landing: Landing, values: &Values) -> String {
    render(text, landing, values).unwrap()
}

#[test]
fn the_examples_of_the_contract_pass_and_render() {
    for (text, landing, expected) in [
        ("{{顧客名 or \"未登録\"}}", Landing::Plain, "和歌山 花子"),
        ("{% if 顧客ランク == \"VIP\" %}★{% endif %}{{回線名}}", Landing::Plain, "★本店"),
        ("{{着信日時|日時(\"%H:%M\")}}", Landing::Plain, "09:15"),
        ("{{相手TEL|下4桁}}", Landing::Plain, "0001"),
        (
            "【着信】{{顧客名 or \"未登録\"}} {{相手TEL表示}}",
            Landing::MailHeader,
            "【着信】和歌山 花子 090-0000-0001",
        ),
        (
            "https://crm.example.com/?tel={{相手TEL}}",
            Landing::Url,
            "https://crm.example.com/?tel=09000000001",
        ),
        ("{\"tel\":{{相手TEL}}}", Landing::Json, "{\"tel\":\"09000000001\"}"),
        ("smartconnect_{{日時}}", Landing::FileName, "smartconnect_20250401_091502"),
        ("{{出力対象}}_{{日付}}", Landing::FileName, "着信記録_20250401"),
    ] {
        assert_eq!(check(text, landing), Ok(()), "{text}");
        assert_eq!(shown(text, landing, &Values::samples()), expected);
    }
    assert_eq!(shown("{{顧客名 or \"未登録\"}}", Landing::Plain, &Values::new()), "未登録");
    assert_eq!(shown("{{顧客名|default(\"未登録\")}}", Landing::Plain, &Values::new()), "未登録");
}

#[test]
fn values_are_escaped_by_where_they_land_and_never_read_as_templates() {
    let values = with(Word::CustomerName, HOSTILE);
    for (landing, expected) in [
        (Landing::Plain, HOSTILE),
        (
            Landing::Url,
            "https://h.example/?n=%3C%21channel%3E%20%2Ax%2A%20%40all%20%22%27%3B%20%0D%0ABcc%3A%20%7B%7B%E7%9B%B8%E6%89%8BTEL%7D%7D%20%24%28id%29",
        ),
        (Landing::Json, "\"<!channel> *x* @all \\\"'; \\r\\nBcc: {{相手TEL}} $(id)\""),
        (Landing::MailHeader, "<!channel> *x* @all \"';  Bcc: {{相手TEL}} $(id)"),
        (Landing::FileName, "_!channel_ _x_ @all _'; __Bcc_ {{相手TEL}} $(id)"),
    ] {
        let text = if landing == Landing::Url {
            "https://h.example/?n={{顧客名}}"
        } else {
            "{{顧客名}}"
        };
        assert_eq!(shown(text, landing, &values), expected, "{landing:?}");
    }
    let html = shown("<b>{{顧客名}}</b>", Landing::Html, &values);
    assert!(html.starts_with("<b>&lt;!channel&gt;") && !html.contains('"'), "{html}");
    let chat = shown("*{{顧客名}}*", Landing::Chat, &values);
    assert!(chat.starts_with("*<\u{200B}!channel> *\u{200B}x* @\u{200B}all"), "{chat}");
}

#[test]
fn nothing_is_encoded_twice() {
    let values = with(Word::CustomerName, "花 子\"");
    for (text, landing, expected) in [
        ("http://h/{{顧客名|urlencode}}", Landing::Url, "http://h/%E8%8A%B1%20%E5%AD%90%22"),
        ("{{顧客名|tojson}}", Landing::Json, "\"花 子\\\"\""),
        ("http://h/{{顧客名|tojson}}", Landing::Url, "http://h/%22%E8%8A%B1%20%E5%AD%90%5C%22%22"),
        ("{{顧客名|urlencode}}", Landing::Json, "\"%E8%8A%B1%20%E5%AD%90%22\""),
    ] {
        assert_eq!(shown(text, landing, &values), expected);
    }
}

#[test]
fn a_value_can_be_the_address_itself_but_only_at_the_beginning() {
    let values = with(Word::RecordUrl, "http://192.0.2.1:55963/#call=1 x");
    for (text, expected) in [
        ("{{記録URL}}", "http://192.0.2.1:55963/#call=1%20x"),
        (
            "{% if 顧客URL %}{{顧客URL}}{% else %}{{記録URL}}{% endif %}",
            "http://192.0.2.1:55963/#call=1%20x",
        ),
        ("http://h/?u={{記録URL}}", "http://h/?u=http%3A%2F%2F192.0.2.1%3A55963%2F%23call%3D1%20x"),
    ] {
        assert_eq!(shown(text, Landing::Url, &values), expected);
    }
    let script = with(Word::RecordUrl, "javascript:alert(1)");
    assert_eq!(shown("{{記録URL}}", Landing::Url, &script), "javascript%3Aalert%281%29");
}

#[test]
fn faults_name_the_culprit_and_close_names() {
    for (text, landing, part) in [
        ("{{相手tel}}", Landing::Plain, "差込名「相手tel」はありません(近い名前: 相手TEL"),
        ("{% if False %}{{顧客名前}}{% endif %}", Landing::Plain, "近い名前: 顧客名"),
        ("{{相手TEL", Landing::Plain, "1行目"),
        ("a\n{% if %}", Landing::Plain, "2行目"),
        (
            "{% if False %}{{相手TEL|urlencde}}{% endif %}",
            Landing::Plain,
            "フィルター「urlencde」はありません(近い名前: urlencode",
        ),
        ("{{相手TEL|safe}}", Landing::Html, "フィルター「safe」"),
        ("{{着信日時|日時(\"%Q\")}}", Landing::Plain, "書式"),
        ("{{着信日時|日時(\"%z\")}}", Landing::Plain, "書式"),
        ("{{range(9)}}", Landing::Plain, "関数"),
        ("{% include \"x\" %}", Landing::Plain, "誤り"),
        ("{% autoescape false %}{{相手TEL}}{% endautoescape %}", Landing::Html, "だけです"),
        ("{{相手TEL.foo}}", Landing::Plain, ".foo"),
        ("{{相手TEL is weird}}", Landing::Plain, "is weird"),
        ("{\"tel\":\"{{相手TEL}}\"}", Landing::Json, "引用符"),
        ("ftp://h/{{相手TEL}}", Landing::Url, "http://"),
        ("https://a:b@h/{{相手TEL}}", Landing::Url, "ユーザー名"),
        ("--tel {{相手tel}}", Landing::Command, "相手TEL"),
        ("--name \"{{顧客名}} --id 5", Landing::Command, "引用符 \""),
        ("'a' 'b", Landing::Command, "引用符 '"),
        ("{{顧客名}}_{{日付}}", Landing::FileName, "使える名前: 日付、日時、出力対象"),
    ] {
        let message = check(text, landing).unwrap_err();
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn no_template_grows_or_runs_without_bound() {
    for text in [
        "{% set a = 相手TEL ~ 相手TEL %}{% set a = a ~ a %}{{a}}",
        "{% for a in [相手TEL ~ 相手TEL] %}{{a}}{% endfor %}",
        "{% set a %}{{相手TEL}}{{相手TEL}}{% endset %}{{a}}",
        "{% set a = [1,2] %}{% set b = [a,a] %}{{b}}",
        "{{ 相手TEL|replace(\"\", \"x\" * 60000)|replace(\"\", \"x\" * 60000) }}",
        "{{ \"x\" * 60000 }}{{ \"x\" * 60000 }}",
        "{% for a in (\"x,\" * 30000)|split(\",\") %}{% for b in (\"x,\" * 30000)|split(\",\") %}{% endfor %}{% endfor %}",
    ] {
        assert!(check(text, Landing::Plain).is_err(), "{text}");
    }
    let nested = "{% if 相手TEL %}".repeat(2000) + &"{% endif %}".repeat(2000);
    let _ = check(&nested, Landing::Plain);
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(3000), ")".repeat(3000));
    assert!(check(&deep, Landing::Plain).is_err());
    let long = "{% for a in 備考|split(\",\") %}{{備考}}{% endfor %}";
    let values = with(Word::Remarks, &"x,".repeat(2000));
    assert!(matches!(render(long, Landing::Plain, &values), Err(RenderFault::TooLong)));
    let slow =
        "{% for a in 備考|split(\",\") %}{% for b in 備考|split(\",\") %}{% endfor %}{% endfor %}";
    assert!(matches!(render(slow, Landing::Plain, &values), Err(RenderFault::TooMuchWork)));
}

#[test]
fn loops_over_split_values_work() {
    let text = "{% for 語 in 分類|split(\",\") %}[{{語|trim}}]{% endfor %}";
    assert_eq!(check(text, Landing::Plain), Ok(()));
    assert_eq!(shown(text, Landing::Plain, &with(Word::Category, "得意先, 卸")), "[得意先][卸]");
}

#[test]
fn numbers_may_be_compared_where_values_are_empty_or_no_numbers() {
    let often = "{% if 着信回数|int >= 3 %}常連{% endif %}{{呼出秒数|int + 1}}";
    assert_eq!(check(often, Landing::Plain), Ok(()));
    assert_eq!(shown(often, Landing::Plain, &Values::samples()), "常連30");
    assert_eq!(shown(often, Landing::Plain, &Values::new()), "1");
    let extension =
        "{{代理内線番号|int}} {{代理内線番号|float(7)}} {{代理内線番号|int(default=8)}}";
    assert_eq!(check(extension, Landing::Plain), Ok(()));
    let name = with(Word::Extension, "uketsuke");
    assert_eq!(shown(extension, Landing::Plain, &name), "0 7 8");
}

#[test]
fn more_templates_than_the_cache_holds_still_render() {
    for number in 0..600 {
        let text = format!("{{{{回線名}}}}{number}");
        assert_eq!(shown(&text, Landing::Plain, &Values::samples()), format!("本店{number}"));
    }
}

proptest::proptest! {
    #[test]
    fn any_value_lands_inert(value in "\\PC{0,40}|[\\x00-\\x7f]{0,40}") {
        let values = with(Word::CustomerName, &value);
        let url = shown("https://h.example/{{顧客名}}", Landing::Url, &values);
        proptest::prop_assert!(url.bytes().all(|b| b.is_ascii_graphic()), "{url}");
        let json = shown("{{顧客名}}", Landing::Json, &values);
        let back: String = serde_json::from_str(&json).unwrap();
        proptest::prop_assert_eq!(&back, &value);
        let header = shown("{{顧客名}}", Landing::MailHeader, &values);
        proptest::prop_assert!(!header.contains(['\r', '\n']));
        let name = shown("{{顧客名}}", Landing::FileName, &values);
        proptest::prop_assert!(!name.contains(['/', '\\', '\0']) && !name.starts_with('.'));
        proptest::prop_assert_eq!(render_arguments("a {{顧客名}} b", &values).unwrap().len(), 3);
    }

    #[test]
    fn no_mark_begins_in_a_chat_value(
        left in "(<|!|@|#|all|here|\\[|\\]|\\(|to|To:1|/|\\||\\*|[\\x00-\\x1f]|a|花| ){0,12}",
        right in "(<|!|@|all|here|\\[|\\]|\\(|toall|/|\\||\\*|[\\x00-\\x1f]|a|花| ){0,12}",
    ) {
        let mut values = with(Word::CustomerName, &left);
        values.set(Word::Company, &right);
        for landing in [Landing::Chat, Landing::SlackText] {
            let chat = shown("{{顧客名}}{{会社名}}", landing, &values);
            for sign in ["<!", "<@", "<#", "<a", "<h", "</", "](", "[[", "[t", "[T", "[/", "||", " @all", " @here"] {
                proptest::prop_assert!(!chat.contains(sign), "{sign:?} in {chat:?}");
            }
        }
    }

    #[test]
    fn any_template_is_answered(text in "(\\{\\{|\\}\\}|\\{%|%\\}|相手TEL|[a-z\"'|()\\[\\] ]|if|endif|for|in|\\PC){0,30}") {
        for landing in Landing::ALL {
            if check(&text, landing).is_ok() {
                let _ = render(&text, landing, &Values::new());
            }
        }
    }
}

#[test]
fn a_text_is_not_compared_with_a_number() {
    for text in [
        "{{着信回数 > 3}}",
        "{% if 3 <= 着信回数 %}常連{% endif %}",
        "{% if 顧客名 and 1 < 着信回数 < 5 %}x{% endif %}",
        "{% if 回線No == 1 %}本店{% endif %}",
        "{{ 'x' if 着信回数|trim != -1 else 'y' }}",
        "{% if 着信回数 > \"3\" %}常連{% endif %}",
    ] {
        let fault = check(text, Landing::Plain).expect_err(text);
        assert!(fault.contains("|int"), "{text}: {fault}");
    }
    for text in [
        "{% if 着信回数|int > 3 %}常連{% endif %}",
        "{% if 着信回数|default(0)|int == 1 %}初めて{% endif %}",
        "{% if 回線No == \"1\" and 着信時刻 >= \"18\" and \"3\" in 着信回数 %}夜{% endif %}",
        "{% for name in 候補一覧|split(\",\") %}{% if loop.index < 3 %}{{name}}{% endif %}{% endfor %}",
        "{% if 顧客名|length > 3 %}{{顧客名}}{% endif %}",
        "{% set n = 着信回数|int %}{{ n > 3 }}",
    ] {
        check(text, Landing::Plain).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    }
}
