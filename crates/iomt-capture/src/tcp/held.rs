//! Out-of-order pieces of one direction, none overlapping another.

use std::collections::BTreeMap;

use iomt_wire::Timestamp;

use crate::Place;
use crate::health::{add, count};
use crate::network::Shared;

/// What a held piece costs beside its bytes: without counting it, one-byte pieces would escape the total cap.
const OVERHEAD: usize = 128;

/// When something of a connection happened: in capture time, and in packets of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    pub(crate) time: Timestamp,
    pub(crate) packet: u32,
}

/// Bytes that cannot be delivered yet, or the certainty that the snap length cut them off.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) bytes: Box<[u8]>,
    /// Bytes known to be missing; then there are no others.
    pub(crate) absent: u64,
    pub(crate) place: Place,
    pub(crate) stamp: Stamp,
}

impl Piece {
    pub(crate) fn length(&self) -> u64 {
        count(self.bytes.len()).saturating_add(self.absent)
    }
}

/// The pieces by their position in the stream. The first copy of a byte wins.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pieces: BTreeMap<u64, Piece>,
    bytes: usize,
}

impl Held {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn first(&self) -> Option<(u64, &Piece)> {
        self.pieces.first_key_value().map(|(at, piece)| (*at, piece))
    }

    pub(crate) fn pop(&mut self, shared: &mut Shared) -> Option<(u64, Piece)> {
        let (at, piece) = self.pieces.pop_first()?;
        self.bytes = self.bytes.saturating_sub(piece.bytes.len());
        shared.held = shared.held.saturating_sub(piece.bytes.len().saturating_add(OVERHEAD));
        Some((at, piece))
    }

    pub(crate) fn clear(&mut self, shared: &mut Shared) {
        while self.pop(shared).is_some() {}
    }

    /// The cap that `length` more bytes would break.
    pub(crate) fn cap(&self, length: usize, shared: &Shared) -> Option<&'static str> {
        let limits = &shared.limits;
        if self.bytes.saturating_add(length) > limits.reorder_bytes {
            Some("reorder_bytes")
        } else if self.pieces.len() >= limits.reorder_segments {
            Some("reorder_segments")
        } else if shared.held.saturating_add(length).saturating_add(OVERHEAD) > limits.reorder_total {
            Some("reorder_total")
        } else {
            None
        }
    }

    /// Keeps those of `bytes` that are new.
    pub(crate) fn insert(&mut self, mut at: u64, mut bytes: &[u8], place: &Place, stamp: Stamp, shared: &mut Shared) {
        while !bytes.is_empty() {
            if let Some((from, piece)) = self.pieces.range(..=at).next_back()
                && let Some(skip) = from.saturating_add(piece.length()).checked_sub(at).filter(|skip| *skip > 0)
            {
                let (again, rest) = split(bytes, skip);
                let inside = usize::try_from(at.saturating_sub(*from)).unwrap_or(usize::MAX);
                compare(piece.bytes.get(inside..).unwrap_or_default(), again, shared);
                at = at.saturating_add(count(again.len()));
                bytes = rest;
                continue;
            }
            let room = self.room(at);
            let (new, rest) = split(bytes, room);
            self.bytes = self.bytes.saturating_add(new.len());
            shared.held = shared.held.saturating_add(new.len()).saturating_add(OVERHEAD);
            self.pieces.insert(at, Piece { bytes: new.into(), absent: 0, place: *place, stamp });
            at = at.saturating_add(count(new.len()));
            bytes = rest;
        }
    }

    /// Notes that `length` bytes were cut off by the snap length.
    pub(crate) fn insert_absent(
        &mut self,
        mut at: u64,
        mut length: u64,
        place: &Place,
        stamp: Stamp,
        shared: &mut Shared,
    ) {
        while length > 0 {
            let step = if let Some((from, piece)) = self.pieces.range(..=at).next_back()
                && let Some(skip) = from.saturating_add(piece.length()).checked_sub(at).filter(|skip| *skip > 0)
            {
                skip.min(length)
            } else {
                let absent = self.room(at).min(length);
                shared.held = shared.held.saturating_add(OVERHEAD);
                self.pieces.insert(at, Piece { bytes: Box::default(), absent, place: *place, stamp });
                absent
            };
            at = at.saturating_add(step);
            length = length.saturating_sub(step);
        }
    }

    /// How much fits between `at` and the next piece.
    fn room(&self, at: u64) -> u64 {
        self.pieces.range(at..).next().map_or(u64::MAX, |(next, _)| next.saturating_sub(at))
    }
}

/// Splits off at most `length` bytes.
pub(crate) fn split(bytes: &[u8], length: u64) -> (&[u8], &[u8]) {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    bytes.split_at_checked(length).unwrap_or((bytes, &[]))
}

/// Counts bytes that came again, and those of them that differ from the first copy.
pub(crate) fn compare(first: &[u8], again: &[u8], shared: &mut Shared) {
    add(&mut shared.health.duplicate_bytes, count(again.len()));
    let common = first.len().min(again.len());
    if first.get(..common) != again.get(..common) {
        let differing = first.iter().zip(again).filter(|(one, other)| one != other).count();
        add(&mut shared.health.overlap_conflicts, count(differing));
    }
}
