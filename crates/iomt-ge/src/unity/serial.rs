//! The messages on a serial line (9600 8N1): the common header, the data, and two bytes of CRC.
//!
//! ```text
//!  | header: 60 | data: as the header counts | CRC:16 |
//! ```
//! Nothing marks where a message begins, and how the CRC is computed is not public: it is passed on unchecked. So a message is
//! known by its header alone: its function, its sub-code, the zeros behind its addresses, its location.

use alloc::vec::Vec;
use core::fmt;

use iomt_wire::{Limits, Verdict};

use super::{header::LENGTH, probe_serial};

/// How much of a stream is looked through at once.
const WINDOW: usize = 1_024;

/// What the decoder found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// A whole message, for [`BedMessage::parse`](super::header::BedMessage::parse), and its CRC.
    Message {
        /// Where it starts, in bytes from the start of the stream.
        offset: u64,
        /// Header and data.
        bytes: &'a [u8],
        /// The CRC as it was sent.
        crc: [u8; 2],
    },
    /// Bytes that are of no message, or of one that was cut short.
    Skipped {
        /// Where they start.
        offset: u64,
        /// How many.
        count: u64,
    },
}

/// Without the bytes of a message: they may be a patient's.
impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message { offset, bytes, .. } => write!(f, "Message({} bytes at {offset})", bytes.len()),
            Self::Skipped { offset, count } => write!(f, "Skipped({count} at {offset})"),
        }
    }
}

/// Takes messages out of a serial stream; any split of the stream gives the same.
///
/// Holds at most one message: 18 KiB, or what the limits allow.
#[derive(Clone)]
pub struct Decoder {
    held: Vec<u8>,
    offset: u64,
    skipped: u64,
    limit: usize,
}

/// Without the bytes held: they may be a patient's.
impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("held", &self.held.len()).finish_non_exhaustive()
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(&Limits::DEFAULT)
    }
}

impl Decoder {
    /// Holds at most `message_bytes` of the limits; what is longer is passed over.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self { held: Vec::new(), offset: 0, skipped: 0, limit: limits.message_bytes }
    }

    /// Takes the next bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8], visit: &mut dyn FnMut(Event<'_>)) {
        for window in bytes.chunks(WINDOW) {
            self.held.extend_from_slice(window);
            self.look(visit);
        }
    }

    /// Tells that bytes of the stream were lost or that it ended: what is held is of no message.
    pub fn gap(&mut self, length: u64, visit: &mut dyn FnMut(Event<'_>)) {
        self.skip(self.held.len());
        self.held.clear();
        self.tell(visit);
        self.offset = self.offset.saturating_add(length);
    }

    fn skip(&mut self, bytes: usize) {
        self.skipped = self.skipped.saturating_add(crate::count(bytes));
        self.offset = self.offset.saturating_add(crate::count(bytes));
    }

    fn tell(&mut self, visit: &mut dyn FnMut(Event<'_>)) {
        let count = core::mem::take(&mut self.skipped);
        if count > 0 {
            visit(Event::Skipped { offset: self.offset.saturating_sub(count), count });
        }
    }

    /// Takes what is whole from the front of what is held.
    fn look(&mut self, visit: &mut dyn FnMut(Event<'_>)) {
        let held = core::mem::take(&mut self.held);
        let mut at = 0_usize;
        while let Some(rest) = held.get(at..).filter(|rest| !rest.is_empty()) {
            match probe_serial(rest) {
                Verdict::More(_) => break,
                Verdict::Yes(_) => {
                    let count = rest.get(58..60).and_then(|count| count.try_into().ok()).map_or(0, u16::from_be_bytes);
                    let length = LENGTH.saturating_add(count.into());
                    if length.saturating_add(2) > self.limit {
                        at = at.saturating_add(1);
                        self.skip(1);
                        continue;
                    }
                    let Some((bytes, [c0, c1, ..])) = rest.split_at_checked(length) else { break };
                    self.tell(visit);
                    visit(Event::Message { offset: self.offset, bytes, crc: [*c0, *c1] });
                    let taken = length.saturating_add(2);
                    self.offset = self.offset.saturating_add(crate::count(taken));
                    at = at.saturating_add(taken);
                }
                Verdict::No => {
                    at = at.saturating_add(1);
                    self.skip(1);
                }
            }
        }
        self.held = held;
        self.held.drain(..at.min(self.held.len()));
    }
}
