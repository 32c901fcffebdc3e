//! What a capture lacked, and which caps it met.

use std::collections::BTreeMap;

/// Counters that say how far the result can be trusted.
///
/// Nothing that was lost, refused or capped is silent: it is counted here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Frames pushed.
    pub frames: u64,
    /// Captured bytes pushed.
    pub bytes: u64,
    /// Frames of unknown links, with damaged headers, or that carry neither TCP, UDP, ARP, ICMP nor IGMP.
    pub undecoded_frames: u64,
    /// Frames whose end was cut off by the snap length.
    pub truncated_frames: u64,
    /// TCP connections opened.
    pub streams: u64,
    /// UDP conversations opened.
    pub datagram_flows: u64,
    /// Gaps of known length reported in TCP streams.
    pub gaps: u64,
    /// Bytes in those gaps.
    pub gap_bytes: u64,
    /// Bytes that came again, or too late to be delivered; of TCP segments and IP fragments.
    pub duplicate_bytes: u64,
    /// Bytes that came again with another value while the first copy was held. (Delivered bytes are not kept to compare.)
    pub overlap_conflicts: u64,
    /// IP fragments seen.
    pub fragments: u64,
    /// IP fragments given up: their datagram stayed incomplete, overlapped, was cut, or a cap was reached.
    pub fragments_lost: u64,
    /// IP datagrams refused because their fragments overlapped.
    pub fragment_overlaps: u64,
    /// How often each cap of `Limits` was reached, by the field's name.
    pub limits_hit: BTreeMap<&'static str, u64>,
}

impl Health {
    pub(crate) fn hit(&mut self, limit: &'static str) {
        let count = self.limits_hit.entry(limit).or_insert(0);
        *count = count.saturating_add(1);
    }
}

/// Adds to a counter; a counter that is full stays full.
#[inline]
pub(crate) fn add(counter: &mut u64, amount: u64) {
    *counter = counter.saturating_add(amount);
}

/// A length as a counter takes it.
#[inline]
pub(crate) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
