//! A source file taken apart: code without comments and literals, string literals, comments.

/// One file of the repository.
pub struct Source {
    /// Path below the repository, with `/`.
    pub path: String,
    /// As it stands.
    pub text: String,
    /// The text with comments and the insides of literals blanked; line breaks are kept.
    pub code: String,
    /// String literals: (line from 1, content as written).
    pub strings: Vec<(usize, String)>,
    /// Comments: (line from 1, content).
    pub comments: Vec<(usize, String)>,
}

impl Source {
    /// Takes a Rust file apart.
    pub fn rust(path: &str, text: &str) -> Self {
        let mut scan = Scan { chars: text.chars().collect(), ..Scan::default() };
        scan.run();
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: scan.code,
            strings: scan.strings,
            comments: scan.comments,
        }
    }

    /// A file in another language: everything is text.
    pub fn plain(path: &str, text: &str) -> Self {
        let comments = text.lines().enumerate().map(|(i, line)| (i + 1, line.to_owned()));
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: String::new(),
            strings: Vec::new(),
            comments: comments.collect(),
        }
    }

    /// Whether a line (from 1) belongs to a unit test.
    pub fn is_test(&self, line: usize) -> bool {
        let own_file = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        own_file
            || !self.path.starts_with("src/")
            || self.test_regions().iter().any(|(from, to)| (*from..=*to).contains(&line))
    }

    /// First and last lines of `#[cfg(test)] mod … { … }`.
    fn test_regions(&self) -> Vec<(usize, usize)> {
        let mut regions = Vec::new();
        for (at, _) in self.code.match_indices("#[cfg(test)]") {
            let Some(open) = self.code[at..].find(['{', ';']).map(|found| at + found) else {
                continue;
            };
            let end =
                if self.code[open..].starts_with('{') { closing(&self.code, open) } else { open };
            regions.push((line_of(&self.code, at), line_of(&self.code, end)));
        }
        regions
    }
}

/// Line (from 1) of a byte position.
pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Position of the brace that closes the one at `open`; the end of the text if none does.
pub fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return open + at;
                }
            }
            _ => {}
        }
    }
    code.len()
}

/// The state of taking a file apart.
#[derive(Default)]
struct Scan {
    chars: Vec<char>,
    at: usize,
    line: usize,
    code: String,
    strings: Vec<(usize, String)>,
    comments: Vec<(usize, String)>,
}

impl Scan {
    fn run(&mut self) {
        self.line = 1;
        while self.at < self.chars.len() {
            let rest = &self.chars[self.at..];
            match rest {
                ['/', '/', ..] => self.line_comment(),
                ['/', '*', ..] => self.block_comment(),
                ['r', '"' | '#', ..] if !self.inside_word() && raw_hashes(&rest[1..]).is_some() => {
                    self.raw_string(1)
                }
                ['b' | 'c', 'r', '"' | '#', ..]
                    if !self.inside_word() && raw_hashes(&rest[2..]).is_some() =>
                {
                    self.raw_string(2)
                }
                ['"', ..] => self.string(),
                ['\'', '\\', ..] | ['\'', _, '\'', ..] => self.character(),
                _ => {
                    let c = self.take();
                    self.code.push(c);
                }
            }
        }
    }

    /// Whether the character before belongs to a word, so that `r` or `b` is its last letter.
    fn inside_word(&self) -> bool {
        self.at > 0 && (self.chars[self.at - 1].is_alphanumeric() || self.chars[self.at - 1] == '_')
    }

    /// The next character; counts lines.
    fn take(&mut self) -> char {
        let c = self.chars[self.at];
        self.at += 1;
        self.line += usize::from(c == '\n');
        c
    }

    /// Takes one character into `content`, blank in the code.
    fn hide(&mut self, content: &mut String) {
        let c = self.take();
        self.code.push(if c == '\n' { '\n' } else { ' ' });
        content.push(c);
    }

    fn line_comment(&mut self) {
        let (line, mut content) = (self.line, String::new());
        while self.chars.get(self.at).is_some_and(|c| *c != '\n') {
            self.hide(&mut content);
        }
        self.comments.push((line, content));
    }

    fn block_comment(&mut self) {
        let (line, mut content, mut depth) = (self.line, String::new(), 0_usize);
        while self.at < self.chars.len() {
            match &self.chars[self.at..] {
                ['/', '*', ..] => depth += 1,
                ['*', '/', ..] => depth -= 1,
                _ => {
                    self.hide(&mut content);
                    continue;
                }
            }
            self.hide(&mut content);
            self.hide(&mut content);
            if depth == 0 {
                break;
            }
        }
        self.comments.push((line, content));
    }

    fn string(&mut self) {
        let (line, mut content) = (self.line, String::new());
        self.take();
        self.code.push('"');
        while let Some(c) = self.chars.get(self.at).copied() {
            if c == '"' {
                break;
            }
            self.hide(&mut content);
            if c == '\\' && self.at < self.chars.len() {
                self.hide(&mut content);
            }
        }
        self.close(line, content, 0);
    }

    fn raw_string(&mut self, prefix: usize) {
        let (line, mut content) = (self.line, String::new());
        let hashes = raw_hashes(&self.chars[self.at + prefix..]).unwrap_or(0);
        for _ in 0..prefix + hashes + 1 {
            self.take();
        }
        self.code.push('"');
        let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
        while self.at < self.chars.len() && !self.chars[self.at..].starts_with(&end) {
            self.hide(&mut content);
        }
        self.close(line, content, hashes);
    }

    /// Takes the closing quote and its hashes.
    fn close(&mut self, line: usize, content: String, hashes: usize) {
        for _ in 0..=hashes {
            if self.at < self.chars.len() {
                self.take();
            }
        }
        self.code.push('"');
        self.strings.push((line, content));
    }

    fn character(&mut self) {
        let mut content = String::new();
        self.hide(&mut content);
        if self.chars.get(self.at) == Some(&'\\') {
            self.hide(&mut content);
        }
        while self.at < self.chars.len() {
            let last = self.chars[self.at] == '\'' && content.len() > 1;
            self.hide(&mut content);
            if last {
                break;
            }
        }
    }
}

/// How many `#` stand before the quote of a raw string; `None` where there is no quote.
fn raw_hashes(rest: &[char]) -> Option<usize> {
    let hashes = rest.iter().take_while(|c| **c == '#').count();
    (rest.get(hashes) == Some(&'"')).then_some(hashes)
}

#[test]
fn literals_and_comments_leave_the_code() {
    let text =
        "let a = \"x { // y\"; // z {\nlet b = r#\"\"q\"\"#; /* { */ let c = '{'; let d: &'a u8;";
    let source = Source::rust("src/t.rs", text);
    assert!(!source.code.contains('{'), "{}", source.code);
    assert!(source.code.contains("&'a u8"));
    assert_eq!(source.strings, [(1, "x { // y".to_owned()), (2, "\"q\"".to_owned())]);
    assert_eq!(source.comments.len(), 2);
    assert_eq!(source.code.lines().count(), text.lines().count());
}

#[test]
fn escapes_do_not_end_a_literal() {
    let source =
        Source::rust("src/t.rs", "let a = ['\\'', '\"', '\\\\']; let b = \"\\\"{\"; f(\"k\")");
    assert!(!source.code.contains('{'), "{}", source.code);
    assert_eq!(source.strings.last().unwrap().1, "k");
}

#[test]
fn test_modules_are_known() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}\n";
    let source = Source::rust("src/t.rs", text);
    let lines: Vec<bool> = (1..=6).map(|line| source.is_test(line)).collect();
    assert_eq!(lines, [false, true, true, true, true, false]);
}
