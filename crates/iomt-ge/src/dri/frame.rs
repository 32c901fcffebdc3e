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
    /// Takes the next bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8], visit: &mut dyn FnMut(Event<'_>)) {
        for &byte in bytes {
            self.byte(byte, visit);
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

    fn byte(&mut self, byte: u8, visit: &mut dyn FnMut(Event<'_>)) {
        match (self.state, byte) {
            (State::Outside, FLAG) => {
                self.tell_skipped(visit);
                self.state = State::Inside;
            }
            (State::Outside, _) => self.skipped = self.skipped.saturating_add(1),
            (State::Escaped, FLAG) => {
                visit(Event::Damaged(Damage::Aborted));
                self.held.clear();
                self.state = State::Inside;
            }
            // A flag ends a frame, begins one, or does both.
            (State::Inside, FLAG) => {
                if !self.held.is_empty() {
                    visit(opened(&self.held));
                }
                self.held.clear();
            }
            (State::Inside, ESCAPE) => self.state = State::Escaped,
            (State::Inside, plain) => self.hold(plain, visit),
            (State::Escaped, escaped) => {
                self.state = State::Inside;
                self.hold(escaped | BIT, visit);
            }
        }
    }

    fn hold(&mut self, byte: u8, visit: &mut dyn FnMut(Event<'_>)) {
        if self.held.len() <= LONGEST {
            self.held.push(byte);
        } else {
            visit(Event::Damaged(Damage::TooLong));
            self.held.clear();
            self.state = State::Outside;
        }
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
