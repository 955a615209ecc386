//! Counting: numbers that cost one atomic addition each, and the text format in which Prometheus reads them.
//!
//! Each room counts its own matters with these; `operations` puts them on one page. (Written by hand: a crate would take a lock for
//! every observation and hash a set of labels for every request, for a format of five rules.)
use std::{
    fmt::{Display, Write},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts so many more.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// How many there were since the process began.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How values are spread: how many are at most each bound, and their sum.
#[derive(Debug)]
pub struct Histogram {
    /// In whole units, ascending.
    bounds: &'static [u64],
    /// How many units make one of what is shown.
    unit: f64,
    /// One for each bound, and one for what is over the last.
    buckets: Box<[Counter]>,
    sum: Counter,
}

/// Microseconds in a second: durations are kept in the former and shown in the latter.
const MICROSECONDS: f64 = 1e6;

impl Histogram {
    /// Of durations, shown in seconds; the bounds are microseconds.
    pub fn of_durations(bounds: &'static [u64]) -> Histogram {
        Histogram::new(bounds, MICROSECONDS)
    }

    /// Of numbers of things.
    pub fn of_numbers(bounds: &'static [u64]) -> Histogram {
        Histogram::new(bounds, 1.0)
    }

    fn new(bounds: &'static [u64], unit: f64) -> Histogram {
        Histogram { bounds, unit, buckets: (0..=bounds.len()).map(|_| Counter::default()).collect(), sum: Counter::default() }
    }

    /// Notes one value, in the units of the bounds.
    pub fn note(&self, value: u64) {
        let at = self.bounds.partition_point(|bound| *bound < value);
        if let Some(bucket) = self.buckets.get(at) {
            bucket.add(1);
        }
        self.sum.add(value);
    }

    /// Notes how long something took.
    pub fn note_duration(&self, took: Duration) {
        self.note(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }
}

/// What kind of numbers a family has.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Goes up and down.
    Gauge,
    /// Only grows, until the process ends.
    Counter,
    /// A [`Histogram`].
    Histogram,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
            Kind::Histogram => "histogram",
        }
    }
}

/// Labels of a sample: names and values.
pub type Labels<'a> = &'a [(&'a str, &'a str)];

/// The page that Prometheus reads, as it grows.
#[derive(Debug, Default)]
pub struct Text(String);

impl Text {
    /// The media type of the finished text.
    pub const CONTENT_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";

    /// Begins a family; all its samples follow at once. The help is one line.
    pub fn family<'a>(&'a mut self, name: &'a str, kind: Kind, help: &str) -> Family<'a> {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {}", kind.name()));
        Family { text: self, name }
    }

    /// A family of one number without labels.
    pub fn single(&mut self, name: &str, kind: Kind, help: &str, value: impl Display) {
        self.family(name, kind, help).sample(&[], value);
    }

    /// The whole text.
    pub fn finish(self) -> String {
        self.0
    }

    fn line(&mut self, line: impl Display) {
        // a String takes whatever is written to it
        let _ = writeln!(self.0, "{line}");
    }
}

/// Where a family's samples go.
pub struct Family<'a> {
    text: &'a mut Text,
    name: &'a str,
}

impl Family<'_> {
    /// One number.
    pub fn sample(&mut self, labels: Labels, value: impl Display) {
        let labels = braced(labels, None);
        self.text.line(format_args!("{}{labels} {value}", self.name));
    }

    /// One histogram.
    pub fn histogram(&mut self, labels: Labels, of: &Histogram) {
        let name = self.name;
        let mut number = 0;
        let bounds = of.bounds.iter().map(|bound| (*bound as f64 / of.unit).to_string()).chain(std::iter::once("+Inf".into()));
        for (bound, bucket) in bounds.zip(&of.buckets) {
            number += bucket.value();
            let labels = braced(labels, Some(&bound));
            self.text.line(format_args!("{name}_bucket{labels} {number}"));
        }
        let (labels, sum) = (braced(labels, None), of.sum.value() as f64 / of.unit);
        self.text.line(format_args!("{name}_sum{labels} {sum}"));
        self.text.line(format_args!("{name}_count{labels} {number}"));
    }
}

fn braced(labels: Labels, bound: Option<&str>) -> String {
    let all: Vec<String> = labels.iter().copied().chain(bound.map(|bound| ("le", bound))).map(|(name, value)| labelled(name, value)).collect();
    if all.is_empty() { String::new() } else { format!("{{{}}}", all.join(",")) }
}

fn labelled(name: &str, value: &str) -> String {
    format!("{name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_what_is_at_most_each_bound() {
        let histogram = Histogram::of_durations(&[5_000, 1_000_000]);
        for took in [0, 5_000, 5_001, 1_000_000, 60_000_000] {
            histogram.note_duration(Duration::from_micros(took));
        }
        let mut text = Text::default();
        text.family("took_seconds", Kind::Histogram, "How long.").histogram(&[("route", "/a\"b\\")], &histogram);
        let expected = r#"# HELP took_seconds How long.
# TYPE took_seconds histogram
took_seconds_bucket{route="/a\"b\\",le="0.005"} 2
took_seconds_bucket{route="/a\"b\\",le="1"} 4
took_seconds_bucket{route="/a\"b\\",le="+Inf"} 5
took_seconds_sum{route="/a\"b\\"} 61.010001
took_seconds_count{route="/a\"b\\"} 5
"#;
        assert_eq!(text.finish(), expected);
    }

    #[test]
    fn samples_without_labels_have_no_braces() {
        let (mut text, counter) = (Text::default(), Counter::default());
        counter.add(2);
        text.single("things_total", Kind::Counter, "Things.", counter.value());
        text.family("waiting", Kind::Gauge, "Who waits.").sample(&[("where", "in a\nqueue")], 1.5);
        let expected = "# HELP things_total Things.\n# TYPE things_total counter\nthings_total 2\n# HELP waiting Who waits.\n# TYPE waiting gauge\nwaiting{where=\"in a\\nqueue\"} 1.5\n";
        assert_eq!(text.finish(), expected);
    }
}
