//! Evidence merged like a set.
//!
//! A ledger holds, per subject and attribute, every value with its sources, and per source a tally: how often each shard of the
//! input showed it, the first place and the last time. Every part is a join of a semilattice (union, minimum, maximum), so
//!
//! ```text
//! merge(a, b) == merge(b, a)      merge(merge(a, b), c) == merge(a, merge(b, c))      merge(a, a) == a
//! ```
//!
//! and the inventory read from merged ledgers is the one that a single ledger would have given. Nothing is decided here.
//!
//! Memory is bounded by [`Limits::subjects`], [`Limits::facts`] and [`Limits::values`]. What goes over a cap is chosen by a stable hash
//! (the smallest stay), not by time of arrival, so that the cap commutes with merging; that it was reached is reported.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::quality::FixedState;
use iomt_wire::{Limits, Timestamp};

use super::record::{Activity, Record};
use crate::evidence::{Evidence, Fact, Place, Sink, Subject};
use crate::health::Health;
use crate::stable::{STABLE, rank};
use crate::usage::Usage;

/// Which piece of input a ledger was fed from; comes from the input itself, so the same input twice is the same shard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardId(pub u64);

/// A hardware address and a network address that was seen behind it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Neighbour {
    /// Hardware address.
    pub mac: Box<str>,
    /// Network address.
    pub ip: IpAddr,
}

/// Where two addresses were seen together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// First as sender or receiver of a frame: so they may be a router's and a remote host's.
    pub seen: Option<Place>,
    /// First in ARP or neighbour discovery, which do not pass routers.
    pub stated: Option<Place>,
}

impl Proof {
    fn merge(&mut self, other: Self) {
        for (mine, theirs) in [(&mut self.seen, other.seen), (&mut self.stated, other.stated)] {
            *mine = match (mine.take(), theirs) {
                (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
                (mine, theirs) => mine.or(theirs),
            };
        }
    }
}

/// Pairs of addresses kept.
const NEIGHBOURS: usize = 65_536;

/// All evidence, merged. See the [module](self) for its law.
#[derive(Clone, Debug)]
pub struct Ledger {
    shard: ShardId,
    records: HashMap<Subject, Record, FixedState>,
    health: BTreeMap<ShardId, Health>,
    /// Ordered by rank, so that the cap takes the last.
    neighbours: BTreeMap<(u64, Neighbour), Proof>,
    neighbours_capped: bool,
    subjects_capped: bool,
    /// Facts held, over all subjects.
    facts: usize,
    /// The lowest rank that a cap took out; no subject from there on is kept.
    ceiling: Option<(u64, Subject)>,
    /// The subjects by rank, once a cap was reached.
    ranking: Option<BTreeSet<(u64, Subject)>>,
    limits: Limits,
}

impl PartialEq for Ledger {
    fn eq(&self, other: &Self) -> bool {
        self.records == other.records
            && self.health == other.health
            && self.neighbours == other.neighbours
            && self.neighbours_capped == other.neighbours_capped
            && self.subjects_capped == other.subjects_capped
    }
}

impl Eq for Ledger {}

/// The order in which subjects give way to others: by rank, those that are known from encrypted conversations alone before all others,
/// of which there are many where nothing is medical.
fn standing(subject: &Subject) -> u64 {
    (rank(subject) >> 1) | (u64::from(matches!(subject, Subject::Encrypted(_))) << 63)
}

impl Ledger {
    /// An empty ledger for one shard of the input.
    #[must_use]
    pub fn new(shard: ShardId, limits: Limits) -> Self {
        Self {
            shard,
            records: HashMap::with_hasher(STABLE),
            health: BTreeMap::new(),
            neighbours: BTreeMap::new(),
            neighbours_capped: false,
            subjects_capped: false,
            facts: 0,
            ceiling: None,
            ranking: None,
            limits,
        }
    }

    /// What was said, subject by subject, in no order.
    pub fn records(&self) -> impl Iterator<Item = (&Subject, &Record)> {
        self.records.iter()
    }

    /// The record of one subject.
    #[must_use]
    pub fn record(&self, subject: &Subject) -> Option<&Record> {
        self.records.get(subject)
    }

    /// How many subjects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether nothing was said of anyone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Notes a hardware address with a network address that was seen behind it.
    pub fn neighbour(&mut self, neighbour: Neighbour, proof: Proof) {
        self.neighbours.entry((rank(&neighbour), neighbour)).or_default().merge(proof);
        while self.neighbours.len() > NEIGHBOURS {
            self.neighbours.pop_last();
            self.neighbours_capped = true;
        }
    }

    /// Which network addresses were seen behind which hardware addresses; in no order that means anything.
    pub fn neighbours(&self) -> impl Iterator<Item = (&Neighbour, &Proof)> {
        self.neighbours.iter().map(|((_, neighbour), proof)| (neighbour, proof))
    }

    /// Files the health of this ledger's shard.
    pub fn set_health(&mut self, health: Health) {
        self.health.insert(self.shard, health);
    }

    /// The health of the whole input, with the ledger's own caps.
    #[must_use]
    pub fn health(&self) -> Health {
        let mut sum = self.health.values().fold(Health::default(), |sum, health| sum.plus(health));
        if self.neighbours_capped {
            sum.hit("neighbours", 1);
        }
        if self.subjects_capped {
            sum.hit("subjects", 1);
        }
        let capped = self.records.values().filter(|record| record.is_capped()).count();
        if capped > 0 {
            sum.hit("values", u64::try_from(capped).unwrap_or(u64::MAX));
        }
        sum
    }

    /// Gives the shard its identity once all of its input was seen.
    #[must_use]
    pub fn stamped(mut self, shard: ShardId) -> Self {
        let from = self.shard;
        if from != shard {
            for record in self.records.values_mut() {
                record.restamp(from, shard);
            }
            if let Some(health) = self.health.remove(&from) {
                self.health.insert(shard, health);
            }
            self.shard = shard;
        }
        self
    }

    /// Merges what another ledger saw.
    pub fn merge(&mut self, other: Self) {
        let cap = self.limits.values;
        self.lower_ceiling(other.ceiling);
        for (subject, theirs) in other.records {
            self.change(&subject, |mine| mine.merge(theirs, cap));
        }
        for (shard, health) in other.health {
            self.health.entry(shard).and_modify(|mine| *mine = mine.join(&health)).or_insert(health);
        }
        for ((_, neighbour), proof) in other.neighbours {
            self.neighbour(neighbour, proof);
        }
        self.neighbours_capped |= other.neighbours_capped;
        self.subjects_capped |= other.subjects_capped;
    }

    /// Changes the record of a subject, if there is room for it, and keeps the sum of facts.
    fn change(&mut self, subject: &Subject, with: impl FnOnce(&mut Record)) {
        let record = match self.records.get_mut(subject) {
            Some(record) => record,
            None => match self.admit(subject) {
                Some(record) => record,
                None => return,
            },
        };
        let before = record.len();
        with(record);
        let after = record.len();
        self.facts = self.facts.saturating_add(after).saturating_sub(before);
        self.shrink();
    }

    /// An empty record for a new subject, if there is room for it.
    fn admit(&mut self, subject: &Subject) -> Option<&mut Record> {
        let candidate = (standing(subject), subject.clone());
        if self.ceiling.as_ref().is_some_and(|ceiling| *ceiling <= candidate) {
            return None;
        }
        if let Some(ranking) = &mut self.ranking {
            ranking.insert(candidate);
        }
        self.records.insert(subject.clone(), Record::default());
        self.shrink();
        self.records.get_mut(subject)
    }

    /// Takes the subjects of highest rank out until no cap is exceeded. They stay out: of those below, only more can be said, so the
    /// first subject that does not fit is the same however the evidence was divided.
    fn shrink(&mut self) {
        while self.records.len() > self.limits.subjects || self.facts > self.limits.facts {
            let ranking = self.ranking.get_or_insert_with(|| {
                self.records.keys().map(|subject| (standing(subject), subject.clone())).collect()
            });
            let Some(worst) = ranking.pop_last() else { return };
            if let Some(record) = self.records.remove(&worst.1) {
                self.facts = self.facts.saturating_sub(record.len());
            }
            self.ceiling = Some(worst);
            self.subjects_capped = true;
        }
    }

    /// Takes over the ceiling of another ledger, if it is lower.
    fn lower_ceiling(&mut self, ceiling: Option<(u64, Subject)>) {
        let Some(theirs) = ceiling else { return };
        if self.ceiling.as_ref().is_none_or(|mine| theirs < *mine) {
            self.records.retain(|subject, _| (standing(subject), subject) < (theirs.0, &theirs.1));
            self.facts = self.records.values().map(Record::len).fold(0, usize::saturating_add);
            self.ranking = None;
            self.ceiling = Some(theirs);
        }
    }
}

impl Sink for Ledger {
    fn take(&mut self, evidence: Evidence) {
        let (shard, cap) = (self.shard, self.limits.values);
        let Evidence { subject, attribute, value, source, place } = evidence;
        self.change(&subject, |record| record.take(shard, attribute, value, source, place, cap));
    }

    fn take_all(&mut self, subject: &Subject, facts: &mut dyn Iterator<Item = Fact>) {
        let (shard, cap) = (self.shard, self.limits.values);
        let mut facts = facts.peekable();
        if facts.peek().is_none() {
            return;
        }
        self.change(subject, |record| {
            for (attribute, value, source, place) in facts {
                record.take(shard, attribute, value, source, place, cap);
            }
        });
    }

    fn active(&mut self, subject: &Subject, time: Timestamp, flows: u64, messages: u64) {
        let shard = self.shard;
        self.change(subject, |record| record.act(shard, Activity { first: time, last: time, flows, messages }));
    }

    fn used(&mut self, subject: &Subject, usage: &Usage) {
        if !usage.is_empty() {
            self.change(subject, |record| record.used(usage));
        }
    }

    fn again(&mut self, evidence: &Evidence, times: u64, last: Timestamp) {
        let shard = self.shard;
        // What a cap has pushed out meanwhile stays out.
        if let Some(record) = self.records.get_mut(&evidence.subject) {
            record.again(shard, evidence, times, last);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use crate::evidence::{Attribute, EquipmentKey, Source, Value};
    use proptest::prelude::*;

    fn subjects() -> impl Strategy<Value = Subject> {
        prop_oneof![
            (0_u8..6).prop_map(|n| Subject::Endpoint(IpAddr::from([192, 0, 2, n]))),
            ("[a-c]{1,2}", 0_u8..3).prop_map(|(model, n)| Subject::Equipment {
                key: EquipmentKey { model: model.into(), ..EquipmentKey::default() },
                speaker: Some(IpAddr::from([192, 0, 2, n])),
                protocol: "test",
            }),
        ]
    }

    fn evidence() -> impl Strategy<Value = Evidence> {
        let attribute = prop::sample::select(vec![Attribute::Model, Attribute::Serial, Attribute::Name]);
        let field = prop::sample::select(vec!["A", "B", "C"]);
        (subjects(), attribute, "[a-h]{1,2}", field, 0_i64..9, 0_u64..9).prop_map(
            |(subject, attribute, value, field, time, frame)| Evidence {
                subject,
                attribute,
                value: Value::text(&value),
                source: Source { protocol: "test", field, kind: "declared" },
                place: Place { time: Timestamp(time), input: "t".into(), frame, offset: 0 },
            },
        )
    }

    fn small() -> Limits {
        Limits { values: 4, subjects: 8, facts: 24, ..Limits::DEFAULT }
    }

    fn fed(shard: u64, evidence: &[Evidence]) -> Ledger {
        let mut ledger = Ledger::new(ShardId(shard), small());
        for one in evidence {
            ledger.active(&one.subject, one.place.time, 0, 1);
            let mut usage = Usage::default();
            usage.note(crate::usage::Track::PoweredUp, one.place.time);
            ledger.used(&one.subject, &usage);
            ledger.take(one.clone());
        }
        ledger
    }

    /// What may be read from a ledger; how the counts were sharded may not.
    fn readable(ledger: &Ledger) -> String {
        let mut lines = Vec::new();
        for (subject, record) in ledger.records() {
            for (attribute, value, source, tally) in record.all() {
                lines.push(format!(
                    "{subject:?} {attribute:?} {value:?} {source:?} {} {:?} {:?}",
                    tally.count(),
                    tally.first(),
                    tally.last()
                ));
            }
            lines.push(format!("{subject:?} {:?} {:?} {}", record.activity(), record.usage(), record.is_capped()));
        }
        lines.sort();
        lines.push(format!("{}", ledger.subjects_capped));
        lines.join("\n")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn any_shards_merged_in_any_order_read_as_one_pass(
            mut all in prop::collection::vec(evidence(), 0..60),
            cuts in prop::collection::vec(0_usize..60, 0..4),
            backwards: bool,
            rotate in 0_usize..60,
        ) {
            let whole = readable(&fed(0, &all));
            let shift = rotate.min(all.len());
            all.rotate_left(shift);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(all.len())).chain([0, all.len()]).collect();
            cuts.sort_unstable();
            let mut shards: Vec<Ledger> =
                cuts.windows(2).enumerate().map(|(n, cut)| fed(n as u64, &all[cut[0]..cut[1]])).collect();
            if backwards {
                shards.reverse();
            }
            let mut merged = shards.remove(0);
            for shard in shards {
                merged.merge(shard);
            }
            prop_assert_eq!(whole, readable(&merged));
        }

        #[test]
        fn merging_the_same_shard_twice_changes_nothing(all in prop::collection::vec(evidence(), 0..40)) {
            let once = fed(7, &all);
            let mut twice = once.clone();
            twice.merge(once.clone());
            prop_assert_eq!(readable(&once), readable(&twice));
        }
    }
}
