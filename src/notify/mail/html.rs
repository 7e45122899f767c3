//! The text of an HTML mail, for readers that show no HTML.

/// Elements whose end or place begins a new line.
const BLOCKS: [&str; 16] = [
    "br",
    "p",
    "div",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "blockquote",
];
/// Elements whose content nobody reads.
const HIDDEN: [&str; 4] = ["style", "script", "head", "title"];
/// Character references that our own escaping and hand-written templates use.
const REFERENCES: [(&str, &str); 9] = [
    ("lt", "<"),
    ("gt", ">"),
    ("amp", "&"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("#39", "'"),
    ("#x27", "'"),
    ("#x2f", "/"),
];

/// The words of `html`, one block a line. One pass; what is no tag stays as it stands.
pub fn plain_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut hidden: Option<String> = None;
    let mut rest = html;
    while let Some(place) = rest.find('<') {
        let (before, tag) = rest.split_at(place);
        if hidden.is_none() {
            push_words(&mut out, before);
        }
        let Some(end) = tag_end(tag) else {
            // An unclosed `<` is a sign of the text.
            rest = tag.get(1..).unwrap_or("");
            if hidden.is_none() {
                out.push('<');
            }
            continue;
        };
        let (inside, after) = (tag.get(1..end).unwrap_or(""), tag.get(end + 1..).unwrap_or(""));
        let name: String = inside
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let name = name.to_ascii_lowercase();
        match &hidden {
            Some(open) if inside.starts_with('/') && *open == name => hidden = None,
            None if HIDDEN.contains(&name.as_str()) && !inside.starts_with('/') => {
                hidden = Some(name);
            }
            None if BLOCKS.contains(&name.as_str()) => new_line(&mut out),
            _ => {}
        }
        rest = after;
    }
    if hidden.is_none() {
        push_words(&mut out, rest);
    }
    out.trim().to_owned()
}

/// Where the tag that `text` begins with ends; `None` = it is none.
fn tag_end(text: &str) -> Option<usize> {
    let second = text.chars().nth(1)?;
    if !(second.is_ascii_alphabetic() || "/!?".contains(second)) {
        return None;
    }
    if text.starts_with("<!--") {
        return text.find("-->").map(|place| place + 2);
    }
    text.find('>')
}

/// Appends a text with its references replaced and its blanks joined, as a browser shows it.
fn push_words(out: &mut String, text: &str) {
    for c in unescape(text).chars() {
        match c {
            ' ' | '\t' | '\r' | '\n' => {
                if !out.is_empty() && !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
}

fn new_line(out: &mut String) {
    while out.ends_with(' ') {
        out.pop();
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        let (before, reference) = rest.split_at(place);
        out.push_str(before);
        let named = REFERENCES.iter().find_map(|(name, sign)| {
            let after = reference.get(1..)?.strip_prefix(name)?.strip_prefix(';')?;
            Some((*sign, after))
        });
        let (sign, after) = named.unwrap_or(("&", reference.get(1..).unwrap_or("")));
        out.push_str(sign);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_marks_go() {
        for (html, text) in [
            ("<p>着信 <b>花子</b></p><p>03-1234</p>", "着信 花子\n03-1234"),
            ("a<br>b<BR/>c", "a\nb\nc"),
            ("<style>p{}</style><h1>T</h1>x\n  y", "T\nx y"),
            ("&lt;script&gt; &amp;amp; &#39;", "<script> &amp; '"),
            ("<!-- <p>no</p> -->1 < 2 && 3<4", "1 < 2 && 3<4"),
            ("a<b", "a<b"),
            ("<table><tr><td>1</td></tr><tr><td>2</td></tr></table>", "1\n2"),
            ("", ""),
        ] {
            assert_eq!(plain_text(html), text, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end(html in "\\PC{0,200}") {
            proptest::prop_assert!(plain_text(&html).len() <= html.len() + 200);
        }
    }
}
