//! Fingerprints that take many messages to see: a set of parts, hashed when it is read.
//!
//! What one message shows of its sender is a handful of *parts*, `kind=value`. They are filed as evidence of
//! [`Attribute::Habit`](crate::evidence::Attribute::Habit) and merge like all evidence, as a set with counts; the text and its
//! hashes are made of the merged set. So two halves of a capture, in whatever order, give the fingerprint of the whole.

use std::collections::BTreeMap;

use super::{Fingerprint, hl7v2, telemetry};

/// One thing seen of a dialog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part {
    /// Which kind of thing: a name of the scheme.
    pub kind: &'static str,
    /// What was seen.
    pub value: String,
}

impl core::fmt::Display for Part {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}={}", self.kind, self.value)
    }
}

/// All parts of one dialog, merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window<'a> {
    parts: BTreeMap<&'a str, BTreeMap<&'a str, u64>>,
    capped: bool,
}

impl<'a> Window<'a> {
    /// Adds a part, as its `kind=value`, that was seen so many times.
    pub fn add(&mut self, part: &'a str, count: u64) {
        let (kind, value) = part.split_once('=').unwrap_or((part, ""));
        let sum = self.parts.entry(kind).or_default().entry(value).or_default();
        *sum = sum.saturating_add(count);
    }

    /// Notes that parts are missing because there were more than are kept.
    pub const fn capped(&mut self) {
        self.capped = true;
    }

    /// The values of a kind with their counts, sorted.
    pub fn values(&self, kind: &str) -> impl Iterator<Item = (&'a str, u64)> {
        self.parts.get(kind).into_iter().flatten().map(|(value, count)| (*value, *count))
    }

    /// How often a kind was seen, all values together.
    #[must_use]
    pub fn count(&self, kind: &str) -> u64 {
        self.values(kind).fold(0, |sum, (_, count)| sum.saturating_add(count))
    }

    /// The set of the values of a kind, sorted and joined; `absent` when there is none.
    #[must_use]
    pub fn set(&self, kind: &str, separator: &str, absent: &str) -> String {
        let values: Vec<&str> = self.values(kind).map(|(value, _)| value).collect();
        if values.is_empty() { absent.to_owned() } else { values.join(separator) }
    }

    /// The fingerprint of a scheme.
    #[must_use]
    pub fn read(&self, scheme: &str) -> Option<Fingerprint> {
        let mut print = match scheme {
            hl7v2::SENDER => hl7v2::sender(self),
            hl7v2::RECEIVER => hl7v2::receiver(self),
            telemetry::SCHEME => telemetry::read(self),
            _ => return None,
        };
        if self.capped {
            print.missing.push("parts over the cap".to_owned());
        }
        Some(print)
    }
}

/// The most frequent value of a histogram; the smallest of equals.
#[must_use]
pub(super) fn mode<T: Ord>(histogram: impl Iterator<Item = (T, u64)>) -> Option<T> {
    let mut best: Option<(T, u64)> = None;
    for (value, count) in histogram {
        let better = best.as_ref().is_none_or(|(known, most)| count > *most || (count == *most && value < *known));
        if better {
            best = Some((value, count));
        }
    }
    best.map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_a_set_with_counts() {
        let mut window = Window::default();
        for part in ["b=2", "a=1", "b=2", "b=1"] {
            window.add(part, 1);
        }
        assert_eq!(window.set("b", "+", "-"), "1+2");
        assert_eq!((window.count("b"), window.count("c")), (3, 0));
        assert_eq!(window.set("c", "+", "-"), "-");
        assert_eq!(window.read("DQ1"), None);
    }

    #[test]
    fn the_mode_is_the_smallest_of_the_most_frequent() {
        assert_eq!(mode([(3, 2), (1, 2), (2, 1)].into_iter()), Some(1));
        assert_eq!(mode(core::iter::empty::<(u8, u64)>()), None);
    }
}
