//! APDUs out of a TCP stream, where they follow one another without anything between them.
//!
//! An APDU that lies whole in a piece of the stream is handed out as it lies there; one that is split is held until it is
//! whole. Where the stream does not go on with the head of an APDU (its beginning was not seen, bytes were lost, a length
//! was wrong) bytes are passed over until something looks like one again.

use alloc::vec::Vec;
use core::fmt;

use iomt_wire::{Limits, Verdict};

use crate::{
    apdu::{ApduType, LONGEST},
    probe,
};

/// Certainty at which a head of an APDU is believed in the middle of a stream.
const SURE: u16 = 32;

/// How much of a stream is looked through at once.
const WINDOW: usize = 1_024;

/// What the decoder found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// A whole APDU, for [`Apdu::parse`](crate::apdu::Apdu::parse).
    Apdu {
        /// Where it starts, in bytes from the start of the stream.
        offset: u64,
        /// Its bytes.
        bytes: &'a [u8],
    },
    /// Bytes that are of no APDU.
    Skipped {
        /// Where they start.
        offset: u64,
        /// How many.
        count: u64,
    },
    /// An APDU of which bytes were lost.
    CutShort {
        /// Where it starts.
        offset: u64,
        /// How many of its bytes were seen.
        count: u64,
    },
    /// An APDU that is longer than may be held; it is passed over.
    TooLong {
        /// Where it starts.
        offset: u64,
        /// How many bytes it has.
        length: u64,
    },
}

/// Without the bytes of an APDU: they may be a patient's.
impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apdu { offset, bytes } => write!(f, "Apdu({} bytes at {offset})", bytes.len()),
            Self::Skipped { offset, count } => write!(f, "Skipped({count} at {offset})"),
            Self::CutShort { offset, count } => write!(f, "CutShort({count} at {offset})"),
            Self::TooLong { offset, length } => write!(f, "TooLong({length} at {offset})"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The next byte is the head of an APDU.
    Ready,
    /// A head is looked for; so many bytes were passed over.
    Seeking(u64),
    /// So many bytes of an APDU that is not wanted are still to come.
    Passing(u64),
}

/// Takes APDUs out of one direction of a stream; any split of the stream gives the same.
///
/// Holds at most one APDU, 64 KiB, or what the limits allow.
#[derive(Clone)]
pub struct Decoder {
    held: Vec<u8>,
    /// Where `held` starts, in bytes from the start of the stream.
    offset: u64,
    state: State,
    limit: usize,
}

/// Without the bytes held: they may be a patient's.
impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("state", &self.state).field("held", &self.held.len()).finish_non_exhaustive()
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(&Limits::DEFAULT)
    }
}

impl Decoder {
    /// Holds at most `message_bytes` of the limits.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self { held: Vec::new(), offset: 0, state: State::Ready, limit: limits.message_bytes.min(LONGEST) }
    }

    /// Takes the next bytes of the stream.
    pub fn feed(&mut self, mut bytes: &[u8], visit: &mut dyn FnMut(Event<'_>)) {
        while !bytes.is_empty() {
            bytes = match self.state {
                State::Passing(left) => self.pass(left, bytes),
                State::Seeking(passed) => self.seek(passed, bytes, visit),
                State::Ready if self.held.is_empty() => self.whole(bytes, visit),
                State::Ready => self.complete(bytes, visit),
            };
        }
    }

    /// Tells that bytes of the stream were lost; nothing is known of how many when that is zero.
    pub fn gap(&mut self, length: u64, visit: &mut dyn FnMut(Event<'_>)) {
        match self.state {
            State::Passing(left) if (1..=left).contains(&length) => {
                self.state = if length == left { State::Ready } else { State::Passing(left.saturating_sub(length)) };
            }
            _ => {
                self.end(visit);
                self.state = State::Seeking(0);
            }
        }
        self.offset = self.offset.saturating_add(length);
    }

    /// Tells that the stream ended: an APDU begun is given up, bytes passed over are told.
    pub fn end(&mut self, visit: &mut dyn FnMut(Event<'_>)) {
        let held = count(self.held.len());
        match self.state {
            State::Seeking(passed) => {
                let all = passed.saturating_add(held);
                if all > 0 {
                    visit(Event::Skipped { offset: self.offset.saturating_sub(passed), count: all });
                }
            }
            State::Ready if held > 0 => visit(Event::CutShort { offset: self.offset, count: held }),
            State::Ready | State::Passing(_) => {}
        }
        self.advance(self.held.len());
        self.held.clear();
        self.state = State::Ready;
    }

    fn advance(&mut self, bytes: usize) {
        self.offset = self.offset.saturating_add(count(bytes));
    }

    fn pass<'b>(&mut self, left: u64, bytes: &'b [u8]) -> &'b [u8] {
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        self.advance(here);
        let left = left.saturating_sub(count(here));
        self.state = if left == 0 { State::Ready } else { State::Passing(left) };
        bytes.get(here..).unwrap_or_default()
    }

    /// What the APDU at the head of the bytes takes; nothing when four bytes are not there.
    fn measure(bytes: &[u8]) -> Option<Result<usize, ()>> {
        let [c0, c1, l0, l1] = *bytes.first_chunk::<4>()?;
        let known = ApduType(u16::from_be_bytes([c0, c1])).name().is_some();
        Some(if known { Ok(usize::from(u16::from_be_bytes([l0, l1])).saturating_add(4)) } else { Err(()) })
    }

    /// APDUs that lie whole in the bytes; holds what is left when that is part of one.
    fn whole<'b>(&mut self, bytes: &'b [u8], visit: &mut dyn FnMut(Event<'_>)) -> &'b [u8] {
        match Self::measure(bytes) {
            None => self.hold(bytes),
            Some(Err(())) => {
                self.state = State::Seeking(0);
                bytes
            }
            Some(Ok(total)) if total > self.limit => self.refuse(total, bytes, visit),
            Some(Ok(total)) => match bytes.split_at_checked(total) {
                Some((apdu, rest)) => {
                    visit(Event::Apdu { offset: self.offset, bytes: apdu });
                    self.advance(total);
                    rest
                }
                None => self.hold(bytes),
            },
        }
    }

    fn hold<'b>(&mut self, bytes: &[u8]) -> &'b [u8] {
        self.held.extend_from_slice(bytes);
        &[]
    }

    fn refuse<'b>(&mut self, total: usize, bytes: &'b [u8], visit: &mut dyn FnMut(Event<'_>)) -> &'b [u8] {
        visit(Event::TooLong { offset: self.offset, length: count(total) });
        self.pass(count(total), bytes)
    }

    /// Adds to what is held as much as it lacks.
    fn complete<'b>(&mut self, bytes: &'b [u8], visit: &mut dyn FnMut(Event<'_>)) -> &'b [u8] {
        let wanted = match Self::measure(&self.held) {
            None => 4,
            Some(Ok(total)) => total,
            // Never held: `whole` looks first.
            Some(Err(())) => self.held.len(),
        };
        let (add, rest) = bytes.split_at_checked(wanted.saturating_sub(self.held.len())).unwrap_or((bytes, &[]));
        self.held.extend_from_slice(add);
        match Self::measure(&self.held) {
            Some(Err(())) => self.state = State::Seeking(0),
            Some(Ok(total)) if total > self.limit => {
                let held = core::mem::take(&mut self.held);
                self.refuse(total, &held, visit);
            }
            Some(Ok(total)) if self.held.len() >= total => {
                visit(Event::Apdu { offset: self.offset, bytes: &self.held });
                self.advance(total);
                self.held.clear();
            }
            _ => {}
        }
        rest
    }

    /// Passes over what cannot be the head of an APDU.
    fn seek<'b>(&mut self, passed: u64, bytes: &'b [u8], visit: &mut dyn FnMut(Event<'_>)) -> &'b [u8] {
        let (window, rest) = bytes.split_at_checked(WINDOW).unwrap_or((bytes, &[]));
        self.held.extend_from_slice(window);
        let mut at = 0_usize;
        let mut found = false;
        while let Some(tail) = self.held.get(at..).filter(|tail| !tail.is_empty()) {
            match probe(tail) {
                Verdict::More(_) => break,
                verdict if verdict.is_at_least(SURE) => {
                    found = true;
                    break;
                }
                _ => at = at.saturating_add(1),
            }
        }
        self.held.drain(..at);
        self.advance(at);
        let passed = passed.saturating_add(count(at));
        if !found {
            self.state = State::Seeking(passed);
            return rest;
        }
        if passed > 0 {
            visit(Event::Skipped { offset: self.offset.saturating_sub(passed), count: passed });
        }
        self.state = State::Ready;
        let held = core::mem::take(&mut self.held);
        self.feed(&held, visit);
        rest
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
