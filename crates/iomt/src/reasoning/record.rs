//! All that was said about one subject, kept flat and sorted: a few hundred bytes a value, found by binary search.

use std::collections::{BTreeMap, BTreeSet};

use iomt_wire::Timestamp;

use super::ledger::ShardId;
use crate::evidence::{Attribute, Evidence, Place, Source, Value};
use crate::stable::rank;
use crate::usage::Usage;

/// As many times as many habits are kept as other values: one dialog has a few dozen.
const HABITS: usize = 8;

/// Facts by which a record grows at least.
const GROWTH: usize = 4;

/// How often and where a source showed a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Sorted by shard.
    counts: Vec<(ShardId, u64)>,
    first: Place,
    last: Timestamp,
}

impl Tally {
    fn new(shard: ShardId, place: Place) -> Self {
        Self { counts: vec![(shard, 1)], last: place.time, first: place }
    }

    /// How often, over all shards.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// The first place.
    #[must_use]
    pub const fn first(&self) -> &Place {
        &self.first
    }

    /// The last time.
    #[must_use]
    pub const fn last(&self) -> Timestamp {
        self.last
    }

    fn seen(&mut self, shard: ShardId, times: u64, place: Option<Place>, last: Timestamp) {
        change(&mut self.counts, shard, |count| count.saturating_add(times));
        self.last = self.last.max(last);
        if let Some(place) = place
            && place < self.first
        {
            self.first = place;
        }
    }

    fn combine(&mut self, other: &Self, with: fn(u64, u64) -> u64) {
        for (shard, count) in &other.counts {
            change(&mut self.counts, *shard, |mine| with(mine, *count));
        }
        if other.first < self.first {
            self.first = other.first.clone();
        }
        self.last = self.last.max(other.last);
    }
}

/// Changes the count of a shard in a sorted list, from zero when it is not there.
fn change(list: &mut Vec<(ShardId, u64)>, shard: ShardId, with: impl Fn(u64) -> u64) {
    match list.binary_search_by_key(&shard, |(known, _)| *known) {
        Ok(at) => {
            if let Some((_, count)) = list.get_mut(at) {
                *count = with(*count);
            }
        }
        Err(at) => list.insert(at, (shard, with(0))),
    }
}

/// What a subject did, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// First sign of life.
    pub first: Timestamp,
    /// Last sign of life.
    pub last: Timestamp,
    /// Conversations in which a medical protocol was spoken.
    pub flows: u64,
    /// Messages of medical protocols.
    pub messages: u64,
}

impl Activity {
    fn combine(self, other: Self, with: fn(u64, u64) -> u64) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
            flows: with(self.flows, other.flows),
            messages: with(self.messages, other.messages),
        }
    }
}

/// One value from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    attribute: Attribute,
    value: Value,
    source: Source,
    tally: Tally,
}

impl Entry {
    fn key(&self) -> (Attribute, &Value, &Source) {
        (self.attribute, &self.value, &self.source)
    }
}

/// The sources of one value; at least one.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a>(&'a [Entry]);

impl<'a> Told<'a> {
    /// The sources with their tallies.
    pub fn iter(self) -> impl Iterator<Item = (&'a Source, &'a Tally)> {
        self.0.iter().map(|entry| (&entry.source, &entry.tally))
    }

    /// The sources.
    pub fn sources(self) -> impl Iterator<Item = &'a Source> {
        self.0.iter().map(|entry| &entry.source)
    }
}

/// All that was said about one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Sorted by attribute, value and source.
    entries: Vec<Entry>,
    /// Sorted by shard.
    activity: Vec<(ShardId, Activity)>,
    /// Few subjects have any.
    usage: Option<Box<Usage>>,
    capped: bool,
}

impl Record {
    /// The values of an attribute, each with who told it.
    pub fn values(&self, attribute: Attribute) -> impl Iterator<Item = (&Value, Told<'_>)> {
        self.of(attribute)
            .chunk_by(|a, b| a.value == b.value)
            .filter_map(|told| Some((&told.first()?.value, Told(told))))
    }

    /// Everything, in its order.
    pub fn all(&self) -> impl Iterator<Item = (Attribute, &Value, &Source, &Tally)> {
        self.entries.iter().map(|entry| (entry.attribute, &entry.value, &entry.source, &entry.tally))
    }

    /// Whether a value was said.
    #[must_use]
    pub fn has(&self, attribute: Attribute, value: &Value) -> bool {
        self.of(attribute).iter().any(|entry| entry.value == *value)
    }

    /// What the subject did, over all shards. None where nothing has a time.
    #[must_use]
    pub fn activity(&self) -> Option<Activity> {
        self.activity.iter().map(|(_, activity)| *activity).reduce(|a, b| a.combine(b, u64::saturating_add))
    }

    /// Whether the cap on values was reached.
    #[must_use]
    pub fn is_capped(&self) -> bool {
        self.capped || self.usage.as_ref().is_some_and(|usage| usage.is_capped())
    }

    /// In which minutes the subject did what; nothing where that was not told.
    #[must_use]
    pub fn usage(&self) -> Option<&Usage> {
        self.usage.as_deref()
    }

    /// Takes signals of use.
    pub(crate) fn used(&mut self, usage: &Usage) {
        self.usage.get_or_insert_default().merge(usage);
    }

    /// Takes the values of one attribute apart into records of their own, by what `read` makes of each.
    pub(crate) fn split<K: Ord>(
        &self,
        attribute: Attribute,
        read: impl Fn(&Value) -> Option<(K, Attribute, Value)>,
    ) -> BTreeMap<K, Self> {
        let mut parts = BTreeMap::<K, Self>::new();
        for entry in self.of(attribute) {
            let Some((key, attribute, value)) = read(&entry.value) else { continue };
            let part = parts.entry(key).or_default();
            if let Err(at) = part.find(attribute, &value, &entry.source) {
                part.entries.insert(at, Entry { attribute, value, ..entry.clone() });
            }
        }
        parts
    }

    /// The record without some of its facts, and without what was done in which minutes.
    pub(crate) fn without(&self, drop: impl Fn(Attribute, &Source) -> bool) -> Self {
        let kept = self.entries.iter().filter(|entry| !drop(entry.attribute, &entry.source));
        Self { entries: kept.cloned().collect(), usage: None, ..self.clone() }
    }

    /// Adds one sighting that is known from elsewhere.
    pub(crate) fn add(&mut self, attribute: Attribute, value: Value, source: Source, place: &Place) {
        let entry = Entry { attribute, value, source, tally: Tally::new(ShardId::default(), place.clone()) };
        if let Err(at) = self.find(attribute, &entry.value, &entry.source) {
            self.entries.insert(at, entry);
        }
    }

    /// Facts held: values, each from one source.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// All that was said about subjects which turned out to be one. Takes as long as there are facts, however many subjects those are of.
    pub(crate) fn together<'a>(records: impl IntoIterator<Item = &'a Self>) -> Self {
        let (mut all, mut entries) = (Self::default(), Vec::new());
        for record in records {
            entries.extend(&record.entries);
            for (shard, sign) in &record.activity {
                all.act(*shard, *sign);
            }
            if let Some(usage) = &record.usage {
                all.used(usage);
            }
            all.capped |= record.capped;
        }
        entries.sort_by(|a, b| a.key().cmp(&b.key()));
        for same in entries.chunk_by(|a, b| a.key() == b.key()) {
            let Some((first, others)) = same.split_first() else { continue };
            let mut entry = (*first).clone();
            others.iter().for_each(|other| entry.tally.combine(&other.tally, u64::saturating_add));
            all.entries.push(entry);
        }
        all
    }

    /// The record with nothing but what was done by these subjects: of one device under several names, what it did counts once.
    pub(crate) fn active_as<'a>(mut self, subjects: impl IntoIterator<Item = &'a Self>) -> Self {
        self.activity.clear();
        for (shard, sign) in subjects.into_iter().flat_map(|subject| &subject.activity) {
            self.act(*shard, *sign);
        }
        self
    }

    /// Takes evidence of a shard; over `cap` values of one attribute those of smallest rank stay.
    pub(super) fn take(
        &mut self,
        shard: ShardId,
        attribute: Attribute,
        value: Value,
        source: Source,
        place: Place,
        cap: usize,
    ) {
        match self.find(attribute, &value, &source) {
            Ok(at) => {
                if let Some(entry) = self.entries.get_mut(at) {
                    let last = place.time;
                    entry.tally.seen(shard, 1, Some(place), last);
                }
            }
            Err(at) => {
                // A flood of subjects is held to its bytes: no doubling.
                if self.entries.len() == self.entries.capacity() {
                    self.entries.reserve_exact((self.entries.len() / 4).saturating_add(GROWTH));
                }
                self.entries.insert(at, Entry { attribute, value, source, tally: Tally::new(shard, place) });
                self.shrink(attribute, cap);
            }
        }
    }

    /// Counts evidence that was taken before. What a cap has pushed out meanwhile stays out.
    pub(super) fn again(&mut self, shard: ShardId, evidence: &Evidence, times: u64, last: Timestamp) {
        if let Ok(at) = self.find(evidence.attribute, &evidence.value, &evidence.source)
            && let Some(entry) = self.entries.get_mut(at)
        {
            entry.tally.seen(shard, times, None, last);
        }
    }

    /// Counts a sign of life.
    pub(super) fn act(&mut self, shard: ShardId, sign: Activity) {
        self.sign(shard, sign, u64::saturating_add);
    }

    fn sign(&mut self, shard: ShardId, sign: Activity, with: fn(u64, u64) -> u64) {
        match self.activity.binary_search_by_key(&shard, |(known, _)| *known) {
            Ok(at) => {
                if let Some((_, activity)) = self.activity.get_mut(at) {
                    *activity = activity.combine(sign, with);
                }
            }
            Err(at) => self.activity.insert(at, (shard, sign)),
        }
    }

    /// Merges what another ledger has of the same subject.
    pub(super) fn merge(&mut self, other: Self, cap: usize) {
        let attributes: BTreeSet<Attribute> = other.entries.iter().map(|entry| entry.attribute).collect();
        for theirs in other.entries {
            match self.find(theirs.attribute, &theirs.value, &theirs.source) {
                Ok(at) => {
                    if let Some(mine) = self.entries.get_mut(at) {
                        mine.tally.combine(&theirs.tally, Ord::max);
                    }
                }
                Err(at) => self.entries.insert(at, theirs),
            }
        }
        for (shard, sign) in other.activity {
            self.sign(shard, sign, Ord::max);
        }
        if let Some(usage) = &other.usage {
            self.used(usage);
        }
        self.capped |= other.capped;
        for attribute in attributes {
            self.shrink(attribute, cap);
        }
    }

    /// Gives a shard another name.
    pub(super) fn restamp(&mut self, from: ShardId, to: ShardId) {
        let counts = self.entries.iter_mut().flat_map(|entry| &mut entry.tally.counts).map(|(shard, _)| shard);
        for shard in counts.chain(self.activity.iter_mut().map(|(shard, _)| shard)).filter(|shard| **shard == from) {
            *shard = to;
        }
        for entry in &mut self.entries {
            entry.tally.counts.sort_by_key(|(shard, _)| *shard);
        }
        self.activity.sort_by_key(|(shard, _)| *shard);
    }

    fn find(&self, attribute: Attribute, value: &Value, source: &Source) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.key().cmp(&(attribute, value, source)))
    }

    fn of(&self, attribute: Attribute) -> &[Entry] {
        let start = self.entries.partition_point(|entry| entry.attribute < attribute);
        let end = self.entries.partition_point(|entry| entry.attribute <= attribute);
        self.entries.get(start..end).unwrap_or_default()
    }

    /// Keeps the `cap` facts of smallest rank; of habits, which make sense in numbers only, several times as many.
    fn shrink(&mut self, attribute: Attribute, cap: usize) {
        let cap = if attribute == Attribute::Habit { cap.saturating_mul(HABITS) } else { cap };
        loop {
            let start = self.entries.partition_point(|entry| entry.attribute < attribute);
            let of = self.of(attribute);
            if of.len() <= cap {
                return;
            }
            let worst = of.iter().enumerate().max_by_key(|(_, entry)| (rank(&entry.value), entry.key()));
            let Some((worst, _)) = worst else { return };
            self.entries.remove(start.saturating_add(worst));
            self.capped = true;
        }
    }
}
