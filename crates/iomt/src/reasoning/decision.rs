//! One attribute decided from what was said of it, with its reasons.
//!
//! A value's score is the sum, over its sources, of the weight of the source's kind times a saturation in its count: repeats of
//! one field say little more than its first, independent fields add up. Scores are integer milli-bits, because sums of floats
//! depend on their order and merged evidence has none. The winner's confidence is what its margin over the best rival, less
//! the prior, stands for as a probability.

use std::collections::{BTreeMap, BTreeSet};

use iomt_wire::Timestamp;
use serde::{Serialize, Serializer};

use crate::evidence::{NO_TIME, Place, Source, normalise};
use crate::knowledge::Knowledge;
use crate::reasoning::record::Tally;

/// Sources shown per attribute of those who say a value, of those who agree, and of those who disagree; the rest only counts.
const SHOWN: usize = 8;

/// One attribute of one device: the value that is best supported, how sure that is, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// The value, spelled as its best supported source spells it.
    pub value: String,
    /// The code from which a class was derived, with its system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The canonical name of a manufacturer that writes itself in several ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// Probability, 0 to 1, that the value is right, from the evidence alone.
    pub confidence: f64,
    /// Whether two independent kinds of source support it; otherwise it is a claim.
    pub corroborated: bool,
    /// Share of the weight that stands on incompatible values, 0 to 1.
    pub conflict: f64,
    /// The incompatible values, where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rivals: Vec<String>,
    /// Where it was said.
    pub evidence: Vec<Shown>,
}

/// One source of a value, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Shown {
    /// When it was first seen; absent for a file.
    #[serde(serialize_with = "as_rfc3339", skip_serializing_if = "is_timeless")]
    pub time: Timestamp,
    /// The capture or file.
    pub input: String,
    /// The frame that completed the value; zero in a file.
    pub frame: u64,
    /// Bytes from the start of that direction's stream, of the datagram, or of the file.
    pub offset: u64,
    /// `dicom`, `hl7`, `intellivue`, ...
    pub protocol: &'static str,
    /// The field, spelled as its standard spells it.
    pub field: &'static str,
    /// The value as it was sent.
    pub value: String,
    /// How often.
    pub count: u64,
}

fn is_timeless(time: &Timestamp) -> bool {
    *time == NO_TIME
}

pub(crate) fn as_rfc3339<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&Rfc3339(*time))
}

/// A time as RFC 3339 writes it, in UTC with microseconds.
pub(crate) struct Rfc3339(pub(crate) Timestamp);

impl core::fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match jiff::Timestamp::from_nanosecond(self.0.nanoseconds().into()) {
            Ok(time) => write!(f, "{time:.6}"),
            Err(_) => f.write_str("out of range"),
        }
    }
}

/// A value on trial.
#[derive(Debug, Default)]
struct Candidate {
    /// Milli-bits.
    score: i64,
    /// Independent kinds of support.
    kinds: BTreeSet<&'static str>,
    /// Spellings with their scores.
    spellings: BTreeMap<String, i64>,
    code: Option<String>,
    /// Those who name the value.
    claims: Vec<Shown>,
    /// Those who only agree with it.
    supports: Vec<Shown>,
}

/// The trial of one attribute.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    candidates: BTreeMap<Box<str>, Candidate>,
}

impl Trial {
    /// Hears a source of a value. `same` is the form in which values are compared.
    pub(crate) fn hear(&mut self, same: &str, value: &str, source: &Source, tally: &Tally, knowledge: &Knowledge) {
        self.hear_in(same, value, value, source, tally, knowledge);
    }

    /// Hears a source of a value which is a part of what was sent.
    pub(crate) fn hear_in(
        &mut self,
        same: &str,
        value: &str,
        sent: &str,
        source: &Source,
        tally: &Tally,
        knowledge: &Knowledge,
    ) {
        let points = score(source.kind, tally.count(), knowledge);
        let candidate = self.candidates.entry(same.into()).or_default();
        candidate.score = candidate.score.saturating_add(points);
        if points > 0 {
            candidate.kinds.insert(source.kind);
            let spelling = candidate.spellings.entry(value.to_owned()).or_default();
            *spelling = spelling.saturating_add(points);
        }
        candidate.claims.push(shown(sent, source, tally));
    }

    /// Hears a source that supports a value only if someone else names it: it corroborates, and claims nothing.
    pub(crate) fn support(&mut self, same: &str, raw: &str, source: &Source, tally: &Tally, knowledge: &Knowledge) {
        if let Some(candidate) = self.candidates.get_mut(same) {
            let points = score(source.kind, tally.count(), knowledge);
            candidate.score = candidate.score.saturating_add(points);
            candidate.kinds.insert(source.kind);
            candidate.supports.push(shown(raw, source, tally));
        }
    }

    /// Whether nobody said anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// Notes the code behind a value.
    pub(crate) fn code(&mut self, same: &str, code: &str) {
        if let Some(candidate) = self.candidates.get_mut(same)
            && candidate.code.as_deref().is_none_or(|known| code < known)
        {
            candidate.code = Some(code.to_owned());
        }
    }

    /// Decides. None when nothing was said.
    pub(crate) fn decide(self, knowledge: &Knowledge) -> Option<Decision> {
        let total: i64 = self.candidates.values().fold(0, |sum, c| sum.saturating_add(c.score.max(0)));
        // The highest score wins; among equals the smallest value, so that the order of hearing does not matter.
        let mut ranked: Vec<Candidate> = self.candidates.into_values().filter(|c| !c.spellings.is_empty()).collect();
        ranked.sort_by_key(|candidate| core::cmp::Reverse(candidate.score));
        let mut ranked = ranked.into_iter();
        let winner = ranked.next()?;
        let rivals: Vec<Candidate> = ranked.collect();
        let best_rival = rivals.first().map_or(0, |rival| rival.score.max(0));
        let margin = winner.score.saturating_sub(best_rival).saturating_add(knowledge.weight("prior"));
        // Those who say it come first, then those who agree, then those who say otherwise; each by place.
        let rivals_shown =
            rivals.iter().flat_map(|rival| rival.claims.iter().chain(&rival.supports).cloned()).collect();
        let evidence = [winner.claims, winner.supports, rivals_shown];
        let evidence = evidence.into_iter().flat_map(few).collect();
        let against = total.saturating_sub(winner.score.max(0));
        Some(Decision {
            value: best_spelling(&winner.spellings),
            code: winner.code,
            vendor: None,
            confidence: probability(margin),
            corroborated: winner.kinds.len() >= 2,
            conflict: share(against, total),
            rivals: rivals.iter().map(|rival| best_spelling(&rival.spellings)).collect(),
            evidence,
        })
    }
}

fn few(mut shown: Vec<Shown>) -> Vec<Shown> {
    shown.sort();
    shown.truncate(SHOWN);
    shown
}

fn score(kind: &str, count: u64, knowledge: &Knowledge) -> i64 {
    // 1 for the first, a tenth more for each doubling, never more than one and a half.
    let saturation = 1000_i64.saturating_add(i64::from(count.max(1).ilog2()).saturating_mul(100).min(500));
    knowledge.weight(kind).saturating_mul(saturation) / 1000
}

fn best_spelling(spellings: &BTreeMap<String, i64>) -> String {
    let best = spellings.values().max().copied().unwrap_or_default();
    spellings.iter().find(|(_, score)| **score == best).map(|(text, _)| text.clone()).unwrap_or_default()
}

pub(crate) fn shown(value: &str, source: &Source, tally: &Tally) -> Shown {
    let Place { time, input, frame, offset } = tally.first();
    Shown {
        time: *time,
        input: (**input).to_owned(),
        frame: *frame,
        offset: *offset,
        protocol: source.protocol,
        field: source.field,
        value: value.to_owned(),
        count: tally.count(),
    }
}

/// Milli-bits of log-odds to a probability with three decimals.
#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "a few thousand milli-bits are exact in f64")]
pub(crate) fn probability(millibits: i64) -> f64 {
    let bits = millibits.clamp(-60_000, 60_000) as f64 / 1000.0;
    three_decimals(1.0 / (1.0 + (-bits).exp2()))
}

#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "scores are far below 2^52")]
fn share(part: i64, whole: i64) -> f64 {
    if whole <= 0 { 0.0 } else { three_decimals(part as f64 / whole as f64) }
}

fn three_decimals(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// The form in which two manufacturers' names are compared: the vendor where it is known, the letters otherwise.
pub(crate) fn same_vendor(text: &str, knowledge: &Knowledge) -> Box<str> {
    knowledge.vendor(text).map_or_else(|| normalise(text), normalise)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_of_nothing_is_a_coin() {
        assert!((probability(0) - 0.5).abs() < 1e-9);
        assert!(probability(7000) > 0.99);
        assert!(probability(-7000) < 0.01);
    }

    #[test]
    fn times_are_written_in_utc_with_microseconds() {
        assert_eq!(Rfc3339(Timestamp::new(1_700_000_000, 1_000)).to_string(), "2023-11-14T22:13:20.000001Z");
    }
}
