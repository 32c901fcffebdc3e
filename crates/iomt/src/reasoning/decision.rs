//! One attribute decided from what was said of it, with its reasons.
//!
//! A value's score is the sum, over the kinds of its sources, of the kind's weight times a saturation in how often it was seen:
//! what repeats, in one field or in several of a kind, says little more than the first; independent kinds add up. Scores are integer
//! milli-bits, because sums of floats depend on their order and merged evidence has none. The winner's confidence is what
//! its margin over the best rival, less the prior, stands for as a probability.
//!
//! Two figures are of Dempster and Shafer's theory: how much of the weight is in conflict, and how much is left open.

use std::collections::BTreeMap;

use iomt_wire::Timestamp;
use serde::{Serialize, Serializer};

use crate::evidence::{NO_TIME, Place, Source, normalise};
use crate::knowledge::Knowledge;
use crate::reasoning::record::Tally;

/// Sources shown per decision of those who say a value, of those who agree, and of those who disagree; the rest only counts.
pub(crate) const OF_A_DECISION: usize = 8;

/// Sources shown of what is listed and not decided: names, stacks, findings.
pub(crate) const OF_A_LISTED: usize = 4;

/// Milli-bits that an inferred value must lead by: twice as likely as not.
const SURE_ENOUGH: i64 = 1000;

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
    /// Bits by which it leads its best rival and the prior; the confidence is made of it.
    pub margin: f64,
    /// Nobody states it: it follows from what the device sends otherwise.
    #[serde(skip_serializing_if = "is_false")]
    pub inferred: bool,
    /// Whether two independent kinds of source support it; otherwise it is a claim.
    pub corroborated: bool,
    /// Share of the weight that stands on incompatible values, 0 to 1.
    pub conflict: f64,
    /// What all the evidence together leaves open, 0 to 1.
    pub ignorance: f64,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

pub(crate) fn is_timeless(time: &Timestamp) -> bool {
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

/// How often each kind of source says a value.
type Kinds = BTreeMap<&'static str, u64>;

/// A value on trial.
#[derive(Debug, Default)]
struct Candidate {
    kinds: Kinds,
    spellings: BTreeMap<String, Kinds>,
    code: Option<String>,
    /// Those who name the value.
    claims: Vec<Shown>,
    /// Those who only agree with it.
    supports: Vec<Shown>,
}

impl Candidate {
    fn claim(&mut self, value: &str, kind: &'static str, shown: Shown) {
        count(&mut self.kinds, kind, shown.count);
        count(self.spellings.entry(value.to_owned()).or_default(), kind, shown.count);
        self.claims.push(shown);
    }
}

/// What speaks for a value without stating it.
#[derive(Debug)]
struct Hint {
    same: Box<str>,
    value: String,
    kind: &'static str,
    shown: Shown,
}

/// The trial of one attribute.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    candidates: BTreeMap<Box<str>, Candidate>,
    hints: Vec<Hint>,
}

impl Trial {
    /// Hears a source of a value. `same` is the form in which values are compared.
    pub(crate) fn hear(&mut self, same: &str, value: &str, source: &Source, tally: &Tally) {
        self.hear_in(same, value, value, source, tally);
    }

    /// Hears a source of a value which is a part of what was sent.
    pub(crate) fn hear_in(&mut self, same: &str, value: &str, sent: &str, source: &Source, tally: &Tally) {
        self.candidates.entry(same.into()).or_default().claim(value, source.kind, shown(sent, source, tally));
    }

    /// Hears what speaks for a value without stating it. Where somebody states a value, it corroborates or is silent; where nobody
    /// does, values are inferred from such hints alone.
    pub(crate) fn hint(&mut self, same: &str, value: &str, sent: &str, source: &Source, tally: &Tally) {
        let shown = shown(sent, source, tally);
        self.hints.push(Hint { same: same.into(), value: value.to_owned(), kind: source.kind, shown });
    }

    /// Whether nobody has stated a value yet.
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

    /// Decides. None when nothing was said, or when what was hinted at is not sure enough.
    pub(crate) fn decide(mut self, knowledge: &Knowledge) -> Option<Decision> {
        let inferred = self.candidates.is_empty();
        for Hint { same, value, kind, shown } in self.hints {
            if inferred {
                self.candidates.entry(same).or_default().claim(&value, kind, shown);
            } else if let Some(candidate) = self.candidates.get_mut(&same) {
                count(&mut candidate.kinds, kind, shown.count);
                candidate.supports.push(shown);
            }
        }
        // The highest score wins; among equals the smallest value, so that the order of hearing does not matter.
        let mut ranked: Vec<(i64, Candidate)> = self
            .candidates
            .into_values()
            .map(|candidate| (score(&candidate.kinds, knowledge), candidate))
            .filter(|(score, _)| *score > 0)
            .collect();
        ranked.sort_by_key(|(score, _)| core::cmp::Reverse(*score));
        let total: i64 = ranked.iter().fold(0, |sum, (score, _)| sum.saturating_add(*score));
        let mut ranked = ranked.into_iter();
        let (best, winner) = ranked.next()?;
        let rivals: Vec<(i64, Candidate)> = ranked.collect();
        let best_rival = rivals.first().map_or(0, |(score, _)| *score);
        let margin = best.saturating_sub(best_rival).saturating_add(knowledge.weight("prior"));
        if inferred && margin < SURE_ENOUGH {
            return None;
        }
        let independent = winner.kinds.keys().filter(|kind| knowledge.weight(kind) > 0).count();
        // Those who say it come first, then those who agree, then those who say otherwise; each by place.
        let rivals_shown =
            rivals.iter().flat_map(|(_, rival)| rival.claims.iter().chain(&rival.supports).cloned()).collect();
        let evidence = [winner.claims, winner.supports, rivals_shown];
        Some(Decision {
            value: best_spelling(&winner.spellings, knowledge),
            code: winner.code,
            vendor: None,
            confidence: probability(margin),
            margin: bits(margin),
            inferred,
            corroborated: independent >= 2,
            conflict: share(total.saturating_sub(best), total),
            ignorance: ignorance(total),
            rivals: rivals.iter().map(|(_, rival)| best_spelling(&rival.spellings, knowledge)).collect(),
            evidence: evidence.into_iter().flat_map(|shown| few(shown, OF_A_DECISION)).collect(),
        })
    }
}

fn count(kinds: &mut Kinds, kind: &'static str, times: u64) {
    let count = kinds.entry(kind).or_default();
    *count = count.saturating_add(times);
}

/// The first `most` of those who say something, by place.
pub(crate) fn few(shown: impl IntoIterator<Item = Shown>, most: usize) -> Vec<Shown> {
    let mut shown: Vec<Shown> = shown.into_iter().collect();
    shown.sort();
    shown.truncate(most);
    shown
}

/// The sum over kinds of the weight of each, saturated by how often it was seen.
fn score(kinds: &Kinds, knowledge: &Knowledge) -> i64 {
    let of = |(kind, count): (&&str, &u64)| {
        // 1 for the first, a tenth more for each doubling, never more than one and a half.
        let saturation = 1000_i64.saturating_add(i64::from(count.max(&1).ilog2()).saturating_mul(100).min(500));
        knowledge.weight(kind).saturating_mul(saturation) / 1000
    };
    kinds.iter().map(of).fold(0, i64::saturating_add)
}

fn best_spelling(spellings: &BTreeMap<String, Kinds>, knowledge: &Knowledge) -> String {
    let best = spellings.values().map(|kinds| score(kinds, knowledge)).max().unwrap_or_default();
    let spelling = spellings.iter().find(|(_, kinds)| score(kinds, knowledge) == best);
    spelling.map(|(text, _)| text.clone()).unwrap_or_default()
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

/// Milli-bits as bits.
#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "a few thousand milli-bits are exact in f64")]
fn bits(millibits: i64) -> f64 {
    millibits.clamp(-60_000, 60_000) as f64 / 1000.0
}

/// Milli-bits of log-odds to a probability with three decimals.
pub(crate) fn probability(millibits: i64) -> f64 {
    three_decimals(1.0 / (1.0 + (-bits(millibits)).exp2()))
}

/// What is left open when each source commits all but 2^-weight of itself: the mass that Dempster's rule leaves on "anything".
fn ignorance(total: i64) -> f64 {
    three_decimals((-bits(total)).exp2())
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
