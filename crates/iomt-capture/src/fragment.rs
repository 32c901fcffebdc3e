//! IP fragments put together again.
//!
//! ```text
//!  offset 0      1480      2960      2970
//!  | more ....... | more .. | last .. |      in any order, by (source, destination, protocol, identification)
//! ```
//! RFC 791, section 3.2; RFC 8200, section 4.5. Fragments that overlap are refused with their whole datagram (RFC 5722): no sender
//! makes them, and what the receiver would make of them cannot be known. Copies of a fragment are no overlap: mirrors often
//! deliver each packet twice, so the names of finished datagrams are remembered for a second too.

use core::net::IpAddr;
use std::collections::{BTreeMap, HashMap, VecDeque};

use foldhash::fast::RandomState;
use iomt_wire::{Limits, Timestamp};

use crate::decode::Fragment;
use crate::health::{Health, add, count};
use crate::network::elapsed;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Name {
    source: IpAddr,
    destination: IpAddr,
    protocol: u8,
    identification: u32,
}

/// For how long copies of the fragments of a finished datagram may come.
const ECHO: u64 = 1_000_000_000;

enum State {
    /// Parts by offset.
    Open { parts: BTreeMap<usize, Box<[u8]>>, held: usize, length: Option<usize> },
    /// Delivered.
    Finished,
    /// Given up; what follows of it is lost too.
    Refused,
}

struct Datagram {
    state: State,
    since: Timestamp,
    /// Tells this datagram from a later one of the same name in the queue.
    serial: u64,
}

/// Datagrams in reassembly.
#[derive(Default)]
pub(crate) struct Fragments {
    datagrams: HashMap<Name, Datagram, RandomState>,
    /// By age.
    queue: VecDeque<(Name, u64)>,
    serial: u64,
}

impl Fragments {
    /// Takes a fragment; returns the datagram's payload when it is complete.
    pub(crate) fn push(
        &mut self,
        fragment: &Fragment<'_>,
        now: Timestamp,
        limits: &Limits,
        health: &mut Health,
    ) -> Option<Vec<u8>> {
        add(&mut health.fragments, 1);
        let name = Name {
            source: fragment.source,
            destination: fragment.destination,
            protocol: fragment.protocol,
            identification: fragment.identification,
        };
        if let Some(datagram) = self.datagrams.get(&name)
            && matches!(datagram.state, State::Finished)
            && elapsed(now, datagram.since) > ECHO
        {
            self.datagrams.remove(&name);
        }
        if !self.datagrams.contains_key(&name) {
            self.make_room(now, limits, health);
            if self.datagrams.len() >= limits.fragment_datagrams {
                add(&mut health.fragments_lost, 1);
                return None;
            }
            self.serial = self.serial.wrapping_add(1);
            self.queue.push_back((name, self.serial));
            let state = State::Open { parts: BTreeMap::new(), held: 0, length: None };
            self.datagrams.insert(name, Datagram { state, since: now, serial: self.serial });
        }
        let datagram = self.datagrams.get_mut(&name)?;
        let State::Open { parts, held, length } = &mut datagram.state else {
            match datagram.state {
                State::Finished => add(&mut health.duplicate_bytes, count(fragment.payload.len())),
                _ => add(&mut health.fragments_lost, 1),
            }
            return None;
        };
        let end = fragment.offset.saturating_add(fragment.payload.len());
        // Only the last part may have a length that is no multiple of eight (RFC 791, section 3.2).
        let odd = fragment.more && !fragment.payload.len().is_multiple_of(8);
        let refusal = if fragment.missing > 0 || fragment.payload.is_empty() || odd {
            Some(Refusal::Cut)
        } else if end > limits.fragment_bytes {
            Some(Refusal::TooLong)
        } else {
            match relation(parts, *length, fragment, end) {
                Relation::Apart => None,
                Relation::Same => {
                    add(&mut health.duplicate_bytes, count(fragment.payload.len()));
                    return None;
                }
                Relation::Overlap => Some(Refusal::Overlap),
            }
        };
        if let Some(refusal) = refusal {
            match refusal {
                Refusal::Cut => {}
                Refusal::TooLong => health.hit("fragment_bytes"),
                Refusal::Overlap => add(&mut health.fragment_overlaps, 1),
            }
            add(&mut health.fragments_lost, count(parts.len()).saturating_add(1));
            datagram.state = State::Refused;
            return None;
        }
        parts.insert(fragment.offset, fragment.payload.into());
        *held = held.saturating_add(fragment.payload.len());
        if !fragment.more {
            *length = Some(end);
        }
        if *length != Some(*held) {
            return None;
        }
        // The parts do not overlap and fill the length: they follow one another.
        let mut whole = Vec::with_capacity(*held);
        for part in parts.values() {
            whole.extend_from_slice(part);
        }
        datagram.state = State::Finished;
        datagram.since = now;
        Some(whole)
    }

    /// Gives up what waited too long, and as much of the oldest as is needed for one more.
    fn make_room(&mut self, now: Timestamp, limits: &Limits, health: &mut Health) {
        while let Some((name, serial)) = self.queue.front() {
            let age = match self.datagrams.get(name) {
                Some(datagram) if datagram.serial == *serial => {
                    let limit = if matches!(datagram.state, State::Finished) { ECHO } else { limits.fragment_idle };
                    Some(elapsed(now, datagram.since) > limit)
                }
                _ => None,
            };
            let full = self.datagrams.len() >= limits.fragment_datagrams;
            match age {
                None | Some(true) => {}
                Some(false) if full => {
                    if let Some(Datagram { state: State::Open { .. }, .. }) = self.datagrams.get(name) {
                        health.hit("fragment_datagrams");
                    }
                }
                Some(false) => return,
            }
            let (name, live) = (*name, age.is_some());
            self.queue.pop_front();
            if live {
                self.forget(&name, health);
            }
        }
    }

    /// Gives up what waited too long.
    #[inline]
    pub(crate) fn expire(&mut self, now: Timestamp, limits: &Limits, health: &mut Health) {
        if !self.queue.is_empty() {
            self.make_room(now, limits, health);
        }
    }

    /// Gives up everything.
    pub(crate) fn finish(&mut self, health: &mut Health) {
        while let Some((name, serial)) = self.queue.pop_front() {
            if self.datagrams.get(&name).is_some_and(|datagram| datagram.serial == serial) {
                self.forget(&name, health);
            }
        }
    }

    fn forget(&mut self, name: &Name, health: &mut Health) {
        if let Some(Datagram { state: State::Open { parts, .. }, .. }) = self.datagrams.remove(name) {
            add(&mut health.fragments_lost, count(parts.len()));
        }
    }
}

enum Refusal {
    Cut,
    TooLong,
    Overlap,
}

enum Relation {
    Apart,
    Same,
    Overlap,
}

/// How a fragment lies to the parts that are there.
fn relation(
    parts: &BTreeMap<usize, Box<[u8]>>,
    length: Option<usize>,
    fragment: &Fragment<'_>,
    end: usize,
) -> Relation {
    if let Some(part) = parts.get(&fragment.offset)
        && **part == *fragment.payload
        && (fragment.more == (length != Some(end)))
    {
        return Relation::Same;
    }
    let before = parts.range(..=fragment.offset).next_back().map_or(0, |(at, part)| at.saturating_add(part.len()));
    let after = parts.range(fragment.offset..).next().map(|(at, _)| *at);
    let beyond = match length {
        Some(length) => end > length || !fragment.more,
        None => !fragment.more && parts.last_key_value().is_some_and(|(at, _)| *at >= end),
    };
    if before > fragment.offset || after.is_some_and(|after| after < end) || beyond {
        return Relation::Overlap;
    }
    Relation::Apart
}
