//! Versions, revisions and part numbers per component: which is current, which gave way, which are in dispute.
//!
//! Of several versions of one component, those that follow one another in time are updates, those that overlap are rivals. Spellings
//! of one [`Version`] (`L.01.18`, `L.1.18`, padding) are one. Whether an update went up or down is said where versions
//! have an order; a version that comes back after another looks like an overlap, since of each only the first and last sight is kept.

use core::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::describe::sources;
use crate::evidence::{Attribute, NO_TIME, Source};
use crate::knowledge::Knowledge;
use crate::reasoning::decision::{OF_A_DECISION, Trial, few, shown};
use crate::reasoning::inventory::{Change, Component, Update};
use crate::reasoning::record::{Record, Tally};
use crate::version::Version;
use iomt_wire::Timestamp;

/// One version of a component: those who told it, under each spelling.
struct Told<'a> {
    /// The smallest spelling.
    text: &'a str,
    by: Vec<(&'a str, &'a Source, &'a Tally)>,
}

impl Told<'_> {
    /// First and last sight.
    fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let first = self.by.iter().map(|(.., tally)| tally.first().time).min()?;
        let last = self.by.iter().map(|(.., tally)| tally.last()).max()?;
        Some((first, last))
    }
}

/// The components of one attribute, each with its version decided.
pub(super) fn components(record: &Record, attribute: Attribute, knowledge: &Knowledge) -> Vec<Component> {
    let mut by_component: BTreeMap<&str, Vec<Told<'_>>> = BTreeMap::new();
    // Values come sorted, so the smallest spelling of a version comes first.
    for (value, source, tally) in sources(record, attribute) {
        let (text, versions) = (value.bare(), by_component.entry(value.qualifier()).or_default());
        let told = (text, source, tally);
        match versions.iter_mut().find(|known| same(attribute, known.text, text)) {
            Some(known) => known.by.push(told),
            None => versions.push(Told { text, by: vec![told] }),
        }
    }
    by_component
        .into_iter()
        .filter_map(|(component, versions)| {
            let updates = updates(&versions);
            let replaced: BTreeSet<&str> = updates.iter().map(|update| update.from.as_str()).collect();
            let mut trial = Trial::default();
            for version in versions.iter().filter(|version| !replaced.contains(version.text)) {
                for (text, source, tally) in &version.by {
                    trial.hear(version.text, text, source, tally);
                }
            }
            Some(Component { component: component.to_owned(), version: trial.decide(knowledge)?, updates })
        })
        .collect()
}

/// Part numbers are compared as they are written: what looks like a leading zero may be none.
fn same(attribute: Attribute, a: &str, b: &str) -> bool {
    a == b || (attribute != Attribute::Part && Version::new(a) == Version::new(b))
}

/// The chain of versions, if each was last seen before the next was first seen.
fn updates(versions: &[Told<'_>]) -> Vec<Update> {
    let mut spans: Vec<_> =
        versions.iter().filter_map(|version| version.span().map(|(first, last)| (first, last, version))).collect();
    spans.sort_by_key(|(first, last, version)| (*first, *last, version.text));
    // What has no time came neither before nor after anything.
    if spans.iter().any(|(first, ..)| *first == NO_TIME) {
        return Vec::new();
    }
    let in_turn = spans.windows(2).all(|pair| matches!(pair, [(_, last, _), (first, _, _)] if last < first));
    if !in_turn {
        return Vec::new();
    }
    spans
        .windows(2)
        .filter_map(|pair| match pair {
            [(_, after, from), (before, _, to)] => Some(Update {
                from: from.text.to_owned(),
                to: to.text.to_owned(),
                change: change(from.text, to.text),
                after: *after,
                before: *before,
                evidence: few(from.by.iter().map(|(text, source, tally)| shown(text, source, tally)), OF_A_DECISION),
            }),
            _ => None,
        })
        .collect()
}

fn change(from: &str, to: &str) -> Change {
    match Version::new(from).partial_cmp(&Version::new(to)) {
        Some(Ordering::Less) => Change::Upgrade,
        Some(Ordering::Greater) => Change::Downgrade,
        Some(Ordering::Equal) | None => Change::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Place, Value};
    use crate::reasoning::ledger::ShardId;

    /// Software of one component at times, in any order.
    fn read(attribute: Attribute, said: &[(&str, i64)]) -> Component {
        let mut record = Record::default();
        for (version, time) in said {
            let place = Place { time: Timestamp(*time), input: "t".into(), frame: 1, offset: 0 };
            let source = Source { protocol: "test", field: "F", kind: "declared" };
            record.take(ShardId(0), attribute, Value::pair("software", version), source, place, 64);
        }
        components(&record, attribute, Knowledge::builtin()).remove(0)
    }

    fn software(said: &[(&str, i64)]) -> Component {
        read(Attribute::Software, said)
    }

    #[test]
    fn a_rollback_is_told_from_an_update() {
        let up = software(&[("L.01.18", 1), ("L.01.18", 5), ("M.00.02", 9)]);
        assert_eq!((up.version.value.as_str(), up.updates[0].change), ("M.00.02", Change::Upgrade));
        let down = software(&[("M.00.02", 1), ("L.01.18", 9)]);
        assert_eq!((down.version.value.as_str(), down.updates[0].change), ("L.01.18", Change::Downgrade));
        let other = software(&[("syngo MR D13A", 1), ("syngo MR E11", 9)]);
        assert_eq!(other.updates[0].change, Change::Unknown);
    }

    #[test]
    fn spellings_of_one_version_are_no_conflict_and_no_update() {
        let component = software(&[("2.01", 1), ("v2.1", 5), ("2.01", 9)]);
        assert_eq!((component.version.conflict, component.updates.len()), (0.0, 0));
        let part = read(Attribute::Part, &[("2.01", 1), ("2.1", 5), ("2.01", 9)]);
        assert!(part.version.conflict > 0.0, "part numbers are no versions");
    }

    #[test]
    fn versions_at_the_same_time_are_in_dispute() {
        let component = software(&[("1.0", 1), ("1.1", 3), ("1.0", 5)]);
        assert_eq!((component.version.rivals.len(), component.updates.len()), (1, 0));
        assert!(component.version.conflict > 0.0);
    }
}
