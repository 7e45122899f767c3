//! The text format of Prometheus (version 0.0.4): families with help, type and samples.
//!
//! Invariant: the samples of a family stand together, each label value is escaped, the text ends
//! with a line end.

use std::fmt::{Display, Write};

/// What kind of number a family holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Classes of a size.
    Histogram,
}

/// The text being written.
#[derive(Debug, Default)]
pub struct Text(String);

/// A family that was begun.
pub struct Family<'t> {
    text: &'t mut Text,
    name: &'static str,
}

impl Text {
    /// Begins a family; every name stands here once.
    pub fn family(&mut self, name: &'static str, kind: Kind, help: &str) -> Family<'_> {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
        Family { text: self, name }
    }

    /// A family of one sample without labels.
    pub fn single(&mut self, name: &'static str, kind: Kind, help: &str, value: impl Display) {
        self.family(name, kind, help).sample(&[], value);
    }

    /// The whole text.
    pub fn into_string(self) -> String {
        self.0
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing into a String cannot fail.
        let _ = self.0.write_fmt(line);
        self.0.push('\n');
    }
}

impl Family<'_> {
    /// One sample with these labels.
    pub fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        let (name, labels) = (self.name, written(labels));
        self.text.line(format_args!("{name}{labels} {value}"));
    }

    /// A histogram: counts by class (not summed up, the last one above every bound), bounds and
    /// sum in microseconds; shown in seconds.
    pub fn histogram_us(&mut self, bounds: &[u64], classes: &[u64], sum: u64) {
        let name = self.name;
        let mut total = 0_u64;
        for (index, count) in classes.iter().enumerate() {
            total += count;
            let bound = bounds.get(index).map_or("+Inf".to_owned(), |bound| seconds(*bound));
            self.text.line(format_args!("{name}_bucket{{le=\"{bound}\"}} {total}"));
        }
        self.text.line(format_args!("{name}_sum {}", seconds(sum)));
        self.text.line(format_args!("{name}_count {total}"));
    }
}

/// Microseconds as seconds, exactly.
fn seconds(us: u64) -> String {
    let text = format!("{}.{:06}", us / 1_000_000, us % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `{name="value",…}`; empty without labels.
fn written(labels: &[(&str, &str)]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let pairs = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_numbers_exact() {
        let mut text = Text::default();
        let mut family = text.family("a_total", Kind::Counter, "What.");
        family.sample(&[("x", "a\"b\\c\nd"), ("y", "停止")], 3);
        text.single("b", Kind::Gauge, "Else.", 4);
        let expected = "# HELP a_total What.\n# TYPE a_total counter\n\
             a_total{x=\"a\\\"b\\\\c\\nd\",y=\"停止\"} 3\n# HELP b Else.\n# TYPE b gauge\nb 4\n";
        assert_eq!(text.into_string(), expected);
        let numbers = [(0, "0"), (100, "0.0001"), (1_000_000, "1"), (10_500_000, "10.5")];
        for (us, expected) in numbers {
            assert_eq!(seconds(us), expected);
        }
    }

    #[test]
    fn a_histogram_sums_its_classes_up() {
        let mut text = Text::default();
        text.family("h", Kind::Histogram, "Time.").histogram_us(&[1_000, 2_000], &[3, 0, 2], 9_500);
        let text = text.into_string();
        let samples: Vec<&str> = text.lines().skip(2).collect();
        let expected = [
            "h_bucket{le=\"0.001\"} 3",
            "h_bucket{le=\"0.002\"} 3",
            "h_bucket{le=\"+Inf\"} 5",
            "h_sum 0.0095",
            "h_count 5",
        ];
        assert_eq!(samples, expected);
    }
}
