//! The frame around records on a serial line (19200 8E1, 115200 on newer monitors).
//!
//! ```text
//!  | 7E | record, checksum: escaped, 7E as 7D 5E and 7D as 7D 5D | 7E |
//! ```
//! The checksum is the 8-bit sum of the unescaped record. An escaped byte gets its bit 20 back.
//!
//! What devices really do: the checksum is escaped like any other byte (a published request ends in `7D 5D 7E`). One public
//! client sums escaped pairs when it sends: its frames are told as damaged. A byte stream from a terminal server starts
//! anywhere: bytes before the first flag are counted and passed over.

use alloc::vec::Vec;
use core::fmt;

use super::LONGEST;

const FLAG: u8 = 0x7e;
const ESCAPE: u8 = 0x7d;
const BIT: u8 = 0x20;
/// The longest record and its checksum.
const MOST: usize = LONGEST.saturating_add(1);

/// What the decoder found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// The record of a whole frame, for [`Record::parse`](super::Record::parse).
    Record(&'a [u8]),
    /// Bytes before the first flag, or after bytes were lost.
    Skipped(usize),
    /// A frame that was given up.
    Damaged(Damage),
}

/// Without the bytes of a record: they may be a patient's.
impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(bytes) => write!(f, "Record({} bytes)", bytes.len()),
            Self::Skipped(count) => write!(f, "Skipped({count})"),
            Self::Damaged(damage) => write!(f, "Damaged({damage:?})"),
        }
    }
}

/// Why a frame was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Damage {
    /// The sender aborted it: an escape right before the flag.
    Aborted,
    /// Bytes of the stream were lost in it.
    CutShort,
    /// Its checksum is wrong.
    Checksum,
    /// It is longer than a record can be.
    TooLong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    Escaped,
}

/// Takes records out of a byte stream; any split of the stream gives the same.
///
/// Holds at most one frame: 1491 bytes.
#[derive(Clone)]
pub struct Decoder {
    held: Vec<u8>,
    state: State,
    skipped: usize,
}

/// Without the bytes held: they may be a patient's.
impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("state", &self.state).field("held", &self.held.len()).finish_non_exhaustive()
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self { held: Vec::new(), state: State::Outside, skipped: 0 }
    }
}

impl Decoder {
    /// Takes the next bytes of the stream. A whole frame without escapes is not copied.
    pub fn feed(&mut self, mut bytes: &[u8], visit: &mut dyn FnMut(Event<'_>)) {
        while let Some(&first) = bytes.first() {
            let taken = match self.state {
                State::Outside => self.outside(bytes, visit),
                State::Inside => self.inside(bytes, visit),
                State::Escaped => {
                    self.escaped(first, visit);
                    1
                }
            };
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// Tells that bytes of the stream were lost or that it ended: a frame begun is given up, bytes skipped are told.
    pub fn gap(&mut self, visit: &mut dyn FnMut(Event<'_>)) {
        if self.state != State::Outside && !self.held.is_empty() {
            visit(Event::Damaged(Damage::CutShort));
        }
        self.held.clear();
        self.state = State::Outside;
        self.tell_skipped(visit);
    }

    /// Passes bytes over up to the next frame.
    fn outside(&mut self, bytes: &[u8], visit: &mut dyn FnMut(Event<'_>)) -> usize {
        let Some(flag) = memchr::memchr(FLAG, bytes) else {
            self.skipped = self.skipped.saturating_add(bytes.len());
            return bytes.len();
        };
        self.skipped = self.skipped.saturating_add(flag);
        self.tell_skipped(visit);
        self.state = State::Inside;
        flag.saturating_add(1)
    }

    /// Takes bytes up to the next flag or escape, and that.
    fn inside(&mut self, bytes: &[u8], visit: &mut dyn FnMut(Event<'_>)) -> usize {
        let special = memchr::memchr2(FLAG, ESCAPE, bytes);
        let plain = special.and_then(|at| bytes.get(..at)).unwrap_or(bytes);
        let room = MOST.saturating_sub(self.held.len());
        if plain.len() > room {
            self.give_up(visit);
            return room.saturating_add(1);
        }
        match special.and_then(|at| bytes.get(at)) {
            // A flag ends a frame, begins one, or does both.
            Some(&FLAG) if self.held.is_empty() => {
                if !plain.is_empty() {
                    visit(opened(plain));
                }
            }
            Some(&FLAG) => {
                self.held.extend_from_slice(plain);
                visit(opened(&self.held));
                self.held.clear();
            }
            found => {
                self.held.extend_from_slice(plain);
                if found.is_some() {
                    self.state = State::Escaped;
                }
            }
        }
        plain.len().saturating_add(usize::from(special.is_some()))
    }

    fn escaped(&mut self, byte: u8, visit: &mut dyn FnMut(Event<'_>)) {
        self.state = State::Inside;
        if byte == FLAG {
            visit(Event::Damaged(Damage::Aborted));
            self.held.clear();
        } else if self.held.len() < MOST {
            self.held.push(byte | BIT);
        } else {
            self.give_up(visit);
        }
    }

    fn give_up(&mut self, visit: &mut dyn FnMut(Event<'_>)) {
        visit(Event::Damaged(Damage::TooLong));
        self.held.clear();
        self.state = State::Outside;
    }

    fn tell_skipped(&mut self, visit: &mut dyn FnMut(Event<'_>)) {
        if self.skipped > 0 {
            visit(Event::Skipped(core::mem::take(&mut self.skipped)));
        }
    }
}

/// The record of an unescaped frame.
fn opened(frame: &[u8]) -> Event<'_> {
    match frame.split_last() {
        Some((sum, record)) if checksum(record) == *sum => Event::Record(record),
        _ => Event::Damaged(Damage::Checksum),
    }
}

/// The 8-bit sum of a record.
#[must_use]
pub fn checksum(record: &[u8]) -> u8 {
    record.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

/// Puts a record into a frame.
#[must_use]
pub fn encode(record: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(record.len().saturating_add(8));
    frame.push(FLAG);
    for byte in record.iter().copied().chain([checksum(record)]) {
        match byte {
            FLAG | ESCAPE => frame.extend([ESCAPE, byte & !BIT]),
            _ => frame.push(byte),
        }
    }
    frame.push(FLAG);
    frame
}
