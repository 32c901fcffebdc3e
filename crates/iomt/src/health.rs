//! How well the input could be read.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// What was read, what was lost, and which caps were reached. Nothing is lost silently: it is here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Health {
    /// Captured frames.
    pub frames: u64,
    /// Bytes of those frames.
    pub bytes: u64,
    /// Frames of which no network layer could be read.
    pub undecoded_frames: u64,
    /// Frames that the capture cut short.
    pub truncated_frames: u64,
    /// TCP connections.
    pub streams: u64,
    /// Places in TCP streams where bytes are missing.
    pub gaps: u64,
    /// Bytes missing there, as far as it is known.
    pub gap_bytes: u64,
    /// IP datagrams of which a fragment never came.
    pub fragments_lost: u64,
    /// Retransmitted bytes that differ from their first copy (which was kept).
    pub overlap_conflicts: u64,
    /// Messages of medical protocols read to the end.
    pub messages: u64,
    /// Messages of medical protocols that could not be read, or not to the end.
    pub messages_damaged: u64,
    /// Conversations seen to be encrypted.
    pub encrypted_streams: u64,
    /// Caps that were reached, and how often.
    #[serde(serialize_with = "as_list")]
    pub limits_hit: BTreeMap<&'static str, u64>,
    /// Damage to the files: where and what.
    pub damage: BTreeSet<String>,
}

/// Damage lines kept; a file that is damaged everywhere needs no more to be known as such.
const DAMAGE_LINES: usize = 64;

impl Health {
    /// Counts a cap that was reached.
    pub fn hit(&mut self, limit: &'static str, times: u64) {
        let count = self.limits_hit.entry(limit).or_default();
        *count = count.saturating_add(times);
    }

    /// Notes damage to a file.
    pub fn damaged(&mut self, what: String) {
        self.damage.insert(what);
        while self.damage.len() > DAMAGE_LINES {
            self.damage.pop_last();
        }
    }

    /// Whether something was lost that a better capture would have had.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        !self.damage.is_empty() || !self.limits_hit.is_empty()
    }

    /// The health of two different inputs.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.combine(other, u64::saturating_add)
    }

    /// The health of the same input told twice.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        self.combine(other, Ord::max)
    }

    fn combine(&self, other: &Self, with: fn(u64, u64) -> u64) -> Self {
        let mut sum = Self {
            frames: with(self.frames, other.frames),
            bytes: with(self.bytes, other.bytes),
            undecoded_frames: with(self.undecoded_frames, other.undecoded_frames),
            truncated_frames: with(self.truncated_frames, other.truncated_frames),
            streams: with(self.streams, other.streams),
            gaps: with(self.gaps, other.gaps),
            gap_bytes: with(self.gap_bytes, other.gap_bytes),
            fragments_lost: with(self.fragments_lost, other.fragments_lost),
            overlap_conflicts: with(self.overlap_conflicts, other.overlap_conflicts),
            messages: with(self.messages, other.messages),
            messages_damaged: with(self.messages_damaged, other.messages_damaged),
            encrypted_streams: with(self.encrypted_streams, other.encrypted_streams),
            limits_hit: self.limits_hit.clone(),
            damage: self.damage.clone(),
        };
        for (limit, times) in &other.limits_hit {
            let count = sum.limits_hit.entry(limit).or_default();
            *count = with(*count, *times);
        }
        for line in &other.damage {
            sum.damaged(line.clone());
        }
        sum
    }
}

fn as_list<S: serde::Serializer>(hits: &BTreeMap<&'static str, u64>, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Hit<'a> {
        limit: &'a str,
        count: u64,
    }
    to.collect_seq(hits.iter().map(|(limit, count)| Hit { limit, count: *count }))
}
