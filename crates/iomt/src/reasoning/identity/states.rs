//! What a device reports of its own condition: the latest is so, what was reported before is history and no conflict.
//!
//! Of each value only first and last sight are kept, so a mode that came back spans the one in between; the minutes in each mode are
//! utilisation's.

use std::collections::BTreeMap;

use super::describe::sources;
use crate::evidence::{Attribute, Source, normalise};
use crate::knowledge::Knowledge;
use crate::reasoning::decision::{Decision, OF_A_DECISION, Trial, few, shown};
use crate::reasoning::inventory::{Past, State};
use crate::reasoning::record::{Record, Tally};

/// The kinds that are the device's state if it reports several, the foremost first.
const FOREMOST: [&str; 3] = ["operating-mode", "", "power"];

/// One value: under each spelling, by whom.
type Told<'a> = Vec<(&'a str, &'a Source, &'a Tally)>;

/// The values of each kind of state.
fn by_kind(record: &Record) -> BTreeMap<&str, BTreeMap<Box<str>, Told<'_>>> {
    let mut kinds: BTreeMap<&str, BTreeMap<Box<str>, Told<'_>>> = BTreeMap::new();
    for (value, source, tally) in sources(record, Attribute::State) {
        let values = kinds.entry(value.qualifier()).or_default();
        values.entry(normalise(value.bare())).or_default().push((value.bare(), source, tally));
    }
    kinds
}

/// The state that a device was in when it was last heard; values that were reported at the same last moment are rivals.
pub(super) fn state(record: &Record, knowledge: &Knowledge) -> Option<Decision> {
    let kinds = by_kind(record);
    let values = FOREMOST.iter().find_map(|kind| kinds.get(kind)).or_else(|| kinds.values().next())?;
    let last = values.values().flatten().map(|(.., tally)| tally.last()).max()?;
    let mut trial = Trial::default();
    for (same, told) in values {
        if told.iter().any(|(.., tally)| tally.last() == last) {
            told.iter().for_each(|(text, source, tally)| trial.hear(same, text, source, tally));
        }
    }
    trial.decide(knowledge)
}

/// Every kind of state with its latest value, and the earlier ones, the latest of them first.
pub(super) fn states(record: &Record) -> Vec<State> {
    let of_kind = |(kind, values): (&str, BTreeMap<Box<str>, Told<'_>>)| {
        let mut past: Vec<Past> = values.values().filter_map(span).collect();
        past.sort_by(|a, b| (b.last, b.first, &a.value).cmp(&(a.last, a.first, &b.value)));
        let mut past = past.into_iter();
        let now = past.next()?;
        Some(State { kind: kind.to_owned(), now, earlier: past.collect() })
    };
    by_kind(record).into_iter().filter_map(of_kind).collect()
}

/// A value with its first and last sight.
fn span(told: &Told<'_>) -> Option<Past> {
    let (text, ..) = told.first()?;
    Some(Past {
        value: (*text).to_owned(),
        first: told.iter().map(|(.., tally)| tally.first().time).min()?,
        last: told.iter().map(|(.., tally)| tally.last()).max()?,
        count: told.iter().fold(0, |sum, (.., tally)| sum.saturating_add(tally.count())),
        evidence: few(told.iter().map(|(text, source, tally)| shown(text, source, tally)), OF_A_DECISION),
    })
}

#[cfg(test)]
mod tests {
    use iomt_wire::Timestamp;

    use super::*;
    use crate::evidence::{Place, Value};
    use crate::reasoning::ledger::ShardId;

    /// States of a kind at times, in any order.
    fn record(said: &[(&str, &str, i64)]) -> Record {
        let mut record = Record::default();
        for (kind, state, time) in said {
            let place = Place { time: Timestamp(*time), input: "t".into(), frame: 1, offset: 0 };
            let source = Source { protocol: "test", field: "F", kind: "declared" };
            record.take(ShardId(0), Attribute::State, Value::pair(kind, state), source, place, 64);
        }
        record
    }

    #[test]
    fn a_mode_that_changed_is_history_and_no_conflict() {
        let record = record(&[
            ("operating-mode", "standby", 1),
            ("operating-mode", "monitoring", 9),
            ("operating-mode", "standby", 4),
            ("power", "on battery", 20),
        ]);
        let now = state(&record, Knowledge::builtin()).unwrap();
        assert_eq!((now.value.as_str(), now.conflict, now.rivals.len()), ("monitoring", 0.0, 0));
        let states = states(&record);
        assert_eq!(states.iter().map(|state| state.kind.as_str()).collect::<Vec<_>>(), ["operating-mode", "power"]);
        let [modes, _] = &states[..] else { panic!() };
        assert_eq!((modes.now.value.as_str(), modes.now.first), ("monitoring", Timestamp(9)));
        let [standby] = &modes.earlier[..] else { panic!() };
        assert_eq!((standby.first, standby.last, standby.count), (Timestamp(1), Timestamp(4), 2));
    }

    #[test]
    fn a_mode_that_came_back_is_the_present_one() {
        let record = record(&[
            ("operating-mode", "monitoring", 1),
            ("operating-mode", "standby", 5),
            ("operating-mode", "monitoring", 9),
        ]);
        assert_eq!(state(&record, Knowledge::builtin()).unwrap().value, "monitoring");
    }

    #[test]
    fn two_states_at_the_same_last_moment_are_in_dispute() {
        let record = record(&[("", "R", 5), ("", "B", 5)]);
        assert!(state(&record, Knowledge::builtin()).unwrap().conflict > 0.0);
    }
}
