//! Which caller rule applies to a call (resources.md §22). Pure.

use std::sync::Arc;

use crate::resource::Record;
use crate::telephone::NumberPattern;

/// How closely a rule fits; a greater one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// By the word of 番号通知.
    Presentation,
    /// By this many leading digits.
    Prefix(usize),
    /// The whole number.
    Exact,
}

/// The rule for a caller: exact number before longer prefix before 番号通知 word, then the lowest ID.
pub fn find<'r>(
    rules: &'r [Arc<Record>],
    number: &str,
    presentation: &str,
    line_no: i64,
) -> Option<&'r Record> {
    let mut best: Option<(Fit, &Record)> = None;
    for rule in rules.iter().filter(|rule| rule.is("enabled") && covers(rule, line_no)) {
        let Some(fit) = fit(rule.text("pattern"), number, presentation) else { continue };
        if best.is_none_or(|(best_fit, _)| fit > best_fit) {
            best = Some((fit, rule));
        }
    }
    best.map(|(_, rule)| rule)
}

/// Whether 対象回線No of a row names this line (empty = all lines).
pub fn covers(row: &Record, line_no: i64) -> bool {
    let lines = row.text("lines");
    lines.is_empty() || lines.split(',').any(|line| line.trim().parse() == Ok(line_no))
}

fn fit(pattern: &str, number: &str, presentation: &str) -> Option<Fit> {
    if pattern == presentation {
        return Some(Fit::Presentation);
    }
    if number.is_empty() {
        return None;
    }
    match NumberPattern::parse(pattern).ok()? {
        NumberPattern::Beginning(beginning) => {
            number.starts_with(&beginning).then_some(Fit::Prefix(beginning.len()))
        }
        NumberPattern::Whole(whole) => (whole.as_str() == number).then_some(Fit::Exact),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::{Value, catalog};

    fn rules(patterns: &[(&str, &str)]) -> Vec<Arc<Record>> {
        let rule = |(key, (pattern, lines)): (i64, &(&str, &str))| {
            let mut record = Record::empty(&catalog::CALLER_RULE);
            record.set("id", Value::Int(key));
            record.set("pattern", Value::Text((*pattern).to_owned()));
            record.set("lines", Value::Text((*lines).to_owned()));
            record.set("enabled", Value::Int(1));
            Arc::new(record)
        };
        (1..).zip(patterns).map(rule).collect()
    }

    fn winner(patterns: &[(&str, &str)], number: &str, presentation: &str) -> Option<i64> {
        find(&rules(patterns), number, presentation, 1).map(Record::key)
    }

    #[test]
    fn exact_goes_before_long_prefix_before_short_prefix_before_presentation() {
        let patterns = [("通知", ""), ("0120*", ""), ("0120-00*", ""), ("0120-000-001", "")];
        assert_eq!(winner(&patterns, "0120000001", "通知"), Some(4));
        assert_eq!(winner(&patterns, "0120000002", "通知"), Some(3));
        assert_eq!(winner(&patterns, "0120990002", "通知"), Some(2));
        assert_eq!(winner(&patterns, "0312345678", "通知"), Some(1));
    }

    #[test]
    fn a_pattern_means_the_number_however_it_is_typed() {
        for pattern in [
            "０９０－００００－０００１",
            "+81 90-0000-0001",
            "(090)0000.0001",
            "０９０＊",
            "+8190*",
        ] {
            assert_eq!(winner(&[(pattern, "")], "09000000001", "通知"), Some(1), "{pattern}");
            assert_eq!(winner(&[(pattern, "")], "08000000001", "通知"), None, "{pattern}");
        }
        assert_eq!(winner(&[("010-1*", "")], "+12025550123", "通知"), Some(1));
    }

    #[test]
    fn withheld_callers_match_by_word_only() {
        assert_eq!(winner(&[("*", ""), ("非通知", "")], "", "非通知"), Some(2));
        assert_eq!(winner(&[("0120*", "")], "", "非通知"), None);
    }

    #[test]
    fn the_lowest_id_wins_and_lines_narrow() {
        assert_eq!(winner(&[("0120*", ""), ("0120*", "")], "0120000001", "通知"), Some(1));
        assert_eq!(winner(&[("0120*", "2,3"), ("0120*", "1")], "0120000001", "通知"), Some(2));
    }
}
