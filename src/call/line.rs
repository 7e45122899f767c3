//! Which number was called, and which line that is (sip.md 5). Pure.

use std::sync::Arc;

use crate::resource::Record;
use crate::sip::Ringing;

/// Digits from which on a called party counts as a full telephone number.
const FULL_NUMBER_DIGITS: usize = 10;

/// What the candidates of an INVITE say about the called party.
#[derive(Clone, Copy, Debug)]
pub struct CalledParty<'a> {
    /// User parts in the order P-Called-Party-ID, To, Request-URI, numbers normalised.
    pub candidates: &'a [String],
    /// User part of To.
    pub to_user: &'a str,
    /// 内線番号 of the SIP connection that rang.
    pub extension: &'a str,
    /// Key of that connection.
    pub connection_id: i64,
}

impl<'a> CalledParty<'a> {
    /// The called party of a leg.
    pub fn of(ringing: &'a Ringing) -> Self {
        Self {
            candidates: &ringing.called,
            to_user: &ringing.to_user,
            extension: &ringing.extension,
            connection_id: ringing.connection_id,
        }
    }

    /// 着信TEL: the first candidate that is some line's number, else the first full telephone
    /// number, else the user part of To.
    pub fn number(&self, lines: &[Arc<Record>]) -> String {
        let known = |candidate: &&String| {
            lines.iter().any(|line| line.text("called_number") == candidate.as_str())
        };
        let candidates = || self.candidates.iter().filter(|candidate| !candidate.is_empty());
        candidates()
            .find(known)
            .or_else(|| candidates().find(|candidate| is_full_number(candidate)))
            .map_or_else(|| self.to_user.to_owned(), Clone::clone)
    }

    /// The lowest 回線No whose 着信TEL is `number`, or else whose 代理内線番号 is `number` or the
    /// extension that rang; lines bound to another connection do not count.
    pub fn line<'l>(&self, number: &str, lines: &'l [Arc<Record>]) -> Option<&'l Record> {
        let here = || lines.iter().map(Arc::as_ref).filter(|line: &&Record| self.may_ring(line));
        let by_extension = |line: &&Record| {
            let proxy = line.text("extension");
            !proxy.is_empty() && (proxy == number || proxy == self.extension)
        };
        let by_number = |line: &&Record| !number.is_empty() && line.text("called_number") == number;
        here().find(by_number).or_else(|| here().find(by_extension))
    }

    fn may_ring(&self, line: &Record) -> bool {
        let bound_to = line.int("connection_id");
        bound_to == 0 || bound_to == self.connection_id
    }
}

fn is_full_number(user: &str) -> bool {
    let digits = user.strip_prefix('+').unwrap_or(user);
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    all_digits && (user.starts_with('+') || digits.len() >= FULL_NUMBER_DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::{Value, catalog};

    fn line(key: i64, called_number: &str, extension: &str, connection_id: i64) -> Arc<Record> {
        let mut record = Record::empty(&catalog::LINE);
        record.set("id", Value::Int(key));
        record.set("called_number", Value::Text(called_number.to_owned()));
        record.set("extension", Value::Text(extension.to_owned()));
        record.set("connection_id", Value::Int(connection_id));
        Arc::new(record)
    }

    fn choose(candidates: &[&str], to_user: &str, lines: &[Arc<Record>]) -> (String, i64) {
        let candidates: Vec<String> = candidates.iter().map(|&user| user.to_owned()).collect();
        let party =
            CalledParty { candidates: &candidates, to_user, extension: "7", connection_id: 2 };
        let number = party.number(lines);
        let line = party.line(&number, lines).map_or(0, Record::key);
        (number, line)
    }

    #[test]
    fn a_known_number_goes_before_a_full_one_before_to() {
        let lines = [line(1, "0731235678", "", 0)];
        let known = choose(&["0398765432", "0731235678"], "0398765432", &lines);
        assert_eq!(known, ("0731235678".to_owned(), 1));
        assert_eq!(choose(&["x", "0398765432"], "x", &lines), ("0398765432".to_owned(), 0));
        assert_eq!(choose(&["", "3"], "3", &lines), ("3".to_owned(), 0));
        assert_eq!(choose(&["+12025550123"], "7", &lines).0, "+12025550123");
    }

    #[test]
    fn the_number_goes_before_the_extension_and_the_lowest_line_wins() {
        let lines =
            [line(1, "", "7", 0), line(2, "0731235678", "", 0), line(3, "0731235678", "", 0)];
        assert_eq!(choose(&["0731235678"], "", &lines).1, 2);
        assert_eq!(choose(&["0399999999"], "", &lines).1, 1);
    }

    #[test]
    fn a_line_of_another_connection_does_not_ring() {
        let lines = [line(1, "0731235678", "", 3), line(2, "0731235678", "", 2)];
        assert_eq!(choose(&["0731235678"], "", &lines).1, 2);
    }
}
