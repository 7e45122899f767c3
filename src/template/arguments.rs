//! Command arguments: split first, filled in afterwards, so that a value stays inside its argument.

use super::{Landing, RenderFault, Values, render};

/// Splits `text` at blanks outside quotes (`"…"` or `'…'`) and placeholders; the quotes go.
/// A quote that is never closed takes the rest.
fn split(text: &str) -> Vec<String> {
    split_with_end(text).0
}

/// The same where every quote is closed; else the quote that is not.
pub(super) fn split_whole(text: &str) -> Result<Vec<String>, char> {
    let (arguments, open) = split_with_end(text);
    open.map_or(Ok(arguments), Err)
}

/// The arguments, and the quote that is open at the end.
fn split_with_end(text: &str) -> (Vec<String>, Option<char>) {
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut closing: Option<&str> = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut step = c.len_utf8();
        if let Some(end) = closing {
            // Inside a placeholder every character belongs to it, blanks and quotes too.
            if rest.starts_with(end) {
                step = end.len();
                closing = None;
            }
            current.get_or_insert_default().push_str(&rest[..step]);
        } else if let Some(end) = opening(rest) {
            step = 2;
            closing = Some(end);
            current.get_or_insert_default().push_str(&rest[..step]);
        } else if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && (c == '"' || c == '\'') {
            quote = Some(c);
            current.get_or_insert_default();
        } else if quote.is_none() && c.is_whitespace() {
            arguments.extend(current.take());
        } else {
            current.get_or_insert_default().push(c);
        }
        rest = &rest[step..];
    }
    arguments.extend(current);
    (arguments, quote)
}

fn opening(rest: &str) -> Option<&'static str> {
    [("{{", "}}"), ("{%", "%}"), ("{#", "#}")]
        .into_iter()
        .find_map(|(open, close)| rest.starts_with(open).then_some(close))
}

/// The arguments of a command, one value never more than one argument.
pub fn render_arguments(text: &str, values: &Values) -> Result<Vec<String>, RenderFault> {
    split(text).iter().map(|argument| render(argument, Landing::Command, values)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Word;

    #[test]
    fn splitting_knows_quotes_and_placeholders() {
        for (text, expected) in [
            ("", vec![]),
            ("  a  b ", vec!["a", "b"]),
            (r#"--name "a b" 'c "d'"#, vec!["--name", "a b", "c \"d"]),
            (r#"a"b c"d """#, vec!["ab cd", ""]),
            (r#"--x={{ 顧客名 or "未 登録" }} y"#, vec![r#"--x={{ 顧客名 or "未 登録" }}"#, "y"]),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
    }

    #[test]
    fn a_hostile_value_stays_one_argument() {
        let mut values = Values::new();
        values.set(Word::CustomerName, "x\" --rm -rf /; $(reboot) {{相手TEL}} \0'");
        let arguments = render_arguments("--name {{顧客名}} --id {{顧客ID}}", &values);
        assert_eq!(
            arguments.unwrap_or_default(),
            ["--name", "x\" --rm -rf /; $(reboot) {{相手TEL}} '", "--id", ""]
        );
    }
}
