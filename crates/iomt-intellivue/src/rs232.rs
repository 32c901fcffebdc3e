//! The frame around messages on a serial line (MIB/RS232 connector, 115200 8N1).
//!
//! ```text
//!  | C0 | protocol-id 11 | type 01 | length:16 | user data ... | FCS:16 low byte first | C1 |
//!       `------------- escaped: C0, C1, 7D become 7D and the byte with bit 20 flipped -------'
//! ```
//! Data Export guide, "fixed baudrate transport"; the FCS is that of PPP (RFC 1662): reflected 8408, start FFFF, inverted.
//! `7D C1` aborts a frame.
//!
//! What devices really do: a byte stream from a terminal server starts anywhere. Bytes before the first C0 are counted and
//! passed over; a frame that is not as it says is reported and the next C0 starts afresh.

use alloc::vec::Vec;
use core::fmt;

use iomt_wire::{Error, Kind, Limits, Result};

const BEGIN: u8 = 0xc0;
const END: u8 = 0xc1;
const ESCAPE: u8 = 0x7d;
const FLIP: u8 = 0x20;
const HEADER: [u8; 2] = [0x11, 0x01];

/// What the decoder found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Event<'a> {
    /// The user data of a whole frame, a message for [`message::parse`](crate::message::parse).
    Frame(&'a [u8]),
    /// Bytes outside of any frame.
    Skipped(usize),
    /// A frame that was given up.
    Damaged(Damage),
}

/// Without the bytes of a frame: they may be a patient's.
impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(data) => write!(f, "Frame({} bytes)", data.len()),
            Self::Skipped(count) => write!(f, "Skipped({count})"),
            Self::Damaged(damage) => write!(f, "Damaged({damage:?})"),
        }
    }
}

/// Why a frame was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Damage {
    /// The sender aborted it.
    Aborted,
    /// Another frame began within it, or bytes of the stream were lost.
    CutShort,
    /// Its check sequence is wrong.
    CheckSequence,
    /// Its header is another, or says another length.
    Header,
    /// It is longer than is allowed.
    TooLong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    Escaped,
}

/// Takes frames out of a byte stream; any split of the stream gives the same frames.
///
/// Holds at most one frame: 64 KiB and six bytes, or what the limits allow.
#[derive(Clone)]
pub struct Decoder {
    held: Vec<u8>,
    state: State,
    skipped: usize,
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
        let most = usize::from(u16::MAX).saturating_add(6);
        Self { held: Vec::new(), state: State::Outside, skipped: 0, limit: limits.message_bytes.min(most) }
    }

    /// Takes the next bytes of the stream.
    pub fn feed(&mut self, bytes: &[u8], visit: &mut dyn FnMut(Event<'_>)) {
        for &byte in bytes {
            self.byte(byte, visit);
        }
    }

    /// Tells that bytes of the stream were lost or that it ended: a frame begun is given up, bytes skipped are told.
    pub fn gap(&mut self, visit: &mut dyn FnMut(Event<'_>)) {
        if self.state == State::Outside {
            self.tell_skipped(visit);
        } else {
            self.give_up(Damage::CutShort, visit);
        }
    }

    fn byte(&mut self, byte: u8, visit: &mut dyn FnMut(Event<'_>)) {
        match (self.state, byte) {
            (State::Outside, BEGIN) => {
                self.tell_skipped(visit);
                self.state = State::Inside;
            }
            (State::Outside, _) => self.skipped = self.skipped.saturating_add(1),
            (State::Escaped, END) => self.give_up(Damage::Aborted, visit),
            // Some senders repeat the begin flag between frames.
            (State::Inside, BEGIN) if self.held.is_empty() => {}
            (_, BEGIN) => {
                self.give_up(Damage::CutShort, visit);
                self.state = State::Inside;
            }
            (State::Inside, END) => {
                visit(opened(&self.held).map_or_else(Event::Damaged, Event::Frame));
                self.held.clear();
                self.state = State::Outside;
            }
            (State::Inside, ESCAPE) => self.state = State::Escaped,
            (State::Inside, plain) => self.hold(plain, visit),
            (State::Escaped, escaped) => {
                self.state = State::Inside;
                self.hold(escaped ^ FLIP, visit);
            }
        }
    }

    fn hold(&mut self, byte: u8, visit: &mut dyn FnMut(Event<'_>)) {
        if self.held.len() < self.limit {
            self.held.push(byte);
        } else {
            self.give_up(Damage::TooLong, visit);
        }
    }

    fn give_up(&mut self, damage: Damage, visit: &mut dyn FnMut(Event<'_>)) {
        visit(Event::Damaged(damage));
        self.held.clear();
        self.state = State::Outside;
    }

    fn tell_skipped(&mut self, visit: &mut dyn FnMut(Event<'_>)) {
        if self.skipped > 0 {
            visit(Event::Skipped(core::mem::take(&mut self.skipped)));
        }
    }
}

/// The user data of an unescaped frame.
fn opened(frame: &[u8]) -> Result<&[u8], Damage> {
    if register(frame) != 0xf0b8 {
        return Err(Damage::CheckSequence);
    }
    let (header, rest) = frame.split_first_chunk::<4>().ok_or(Damage::Header)?;
    let (data, _) = rest.split_last_chunk::<2>().ok_or(Damage::Header)?;
    let [protocol, kind, l0, l1] = *header;
    let fits = usize::from(u16::from_be_bytes([l0, l1])) == data.len();
    if [protocol, kind] == HEADER && fits { Ok(data) } else { Err(Damage::Header) }
}

/// The check sequence of PPP; its low byte goes first.
///
/// ```
/// assert_eq!(iomt_intellivue::rs232::check_sequence(b"123456789"), 0x906e);
/// ```
#[must_use]
pub fn check_sequence(bytes: &[u8]) -> u16 {
    !register(bytes)
}

fn register(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |register, &byte| {
        (0..8).fold(register ^ u16::from(byte), |bits, _| if bits & 1 == 1 { bits >> 1 ^ 0x8408 } else { bits >> 1 })
    })
}

/// Puts a message into a frame.
///
/// # Errors
/// [`Kind::Limit`] when it is longer than 65535 bytes.
pub fn encode(message: &[u8]) -> Result<Vec<u8>> {
    let limit = Error { offset: 0, field: "user data length", kind: Kind::Limit { limit: u16::MAX.into() } };
    let length = u16::try_from(message.len()).map_err(|_| limit)?;
    let mut plain = Vec::with_capacity(message.len().saturating_add(6));
    plain.extend(HEADER);
    plain.extend(length.to_be_bytes());
    plain.extend(message);
    plain.extend(check_sequence(&plain).to_le_bytes());
    let mut frame = Vec::with_capacity(plain.len().saturating_add(8));
    frame.push(BEGIN);
    for byte in plain {
        match byte {
            BEGIN | END | ESCAPE => frame.extend([ESCAPE, byte ^ FLIP]),
            _ => frame.push(byte),
        }
    }
    frame.push(END);
    Ok(frame)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use crate::vectors::RELEASE_REQUEST;
    use proptest::prelude::*;

    fn told(event: Event<'_>) -> String {
        match event {
            Event::Frame(data) => format!("Frame {data:02x?}"),
            other => format!("{other:?}"),
        }
    }

    fn events(decoder: &mut Decoder, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        decoder.feed(bytes, &mut |event| found.push(told(event)));
        found
    }

    #[test]
    fn the_published_frames_have_this_check_sequence() {
        // C0 3A 71 9B 26 C1 and C0 3A 91 95 7D E1 C1 [public fixture]
        assert_eq!(check_sequence(&[0x3a, 0x71]).to_le_bytes(), [0x9b, 0x26]);
        assert_eq!(check_sequence(&[0x3a, 0x91]).to_le_bytes(), [0x95, 0xc1]);
        assert_eq!(register(&[0x3a, 0x91, 0x95, 0xc1]), 0xf0b8);
        // sound, but without the header of this protocol
        let mut decoder = Decoder::default();
        let found = events(&mut decoder, &[0xc0, 0x3a, 0x91, 0x95, 0x7d, 0xe1, 0xc1]);
        assert_eq!(found, ["Damaged(Header)"]);
    }

    #[test]
    fn a_release_request_is_framed_and_unframed() {
        // [constructed]
        let frame = [
            0xc0, 0x11, 0x01, 0x00, 0x1a, 0x09, 0x18, 0x7d, 0xe1, 0x16, 0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xa0,
            0x80, 0x62, 0x80, 0x80, 0x01, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0x41, 0x08, 0xc1,
        ];
        assert_eq!(encode(RELEASE_REQUEST).unwrap(), frame);
        let mut found = Vec::new();
        Decoder::default().feed(&frame, &mut |event| match event {
            Event::Frame(data) => found.push(data.to_vec()),
            other => panic!("{other:?}"),
        });
        assert_eq!(found, [RELEASE_REQUEST.to_vec()]);
    }

    #[test]
    fn damage_is_told_and_the_next_frame_is_read() {
        let good = encode(b"hello").unwrap();
        let mut decoder = Decoder::default();
        assert_eq!(events(&mut decoder, b"xyz"), [""; 0]);
        assert_eq!(events(&mut decoder, &[0xc0, 0x11, 0x7d, 0xc1]), ["Skipped(3)", "Damaged(Aborted)"]);
        assert_eq!(events(&mut decoder, &[0xc0, 0x11]), [""; 0]);
        let found = events(&mut decoder, &good);
        assert_eq!(found, ["Damaged(CutShort)".to_string(), told(Event::Frame(b"hello"))]);
        let mut bad = good.clone();
        bad[6] ^= 1;
        assert_eq!(events(&mut decoder, &bad), ["Damaged(CheckSequence)"]);
        assert_eq!(events(&mut decoder, &good).len(), 1);
    }

    #[test]
    fn a_frame_over_the_limit_is_given_up_once_and_holds_no_more() {
        let limits = Limits { message_bytes: 16, ..Limits::DEFAULT };
        let mut decoder = Decoder::new(&limits);
        let found = events(&mut decoder, &encode(&[7; 100]).unwrap());
        assert_eq!(found, ["Damaged(TooLong)"]);
        assert!(decoder.held.capacity() < 64);
    }

    #[test]
    fn neither_frames_nor_held_bytes_show_in_debug_output() {
        let mut decoder = Decoder::default();
        assert_eq!(events(&mut decoder, b"\xc0CANARY"), [""; 0]);
        let shown = format!("{decoder:?} {:?}", Event::Frame(b"CANARY"));
        assert!(!shown.contains("67, 65") && !shown.contains("CANARY"), "{shown}");
    }

    #[test]
    fn a_lone_escape_waits_for_more_and_a_gap_gives_up() {
        let mut decoder = Decoder::default();
        assert_eq!(events(&mut decoder, &[0xc0, 0x7d]), [""; 0]);
        let mut found = Vec::new();
        decoder.gap(&mut |event| found.push(format!("{event:?}")));
        assert_eq!(found, ["Damaged(CutShort)"]);
    }

    proptest! {
        #[test]
        fn what_is_framed_is_unframed(data in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut found = Vec::new();
            Decoder::default().feed(&encode(&data).unwrap(), &mut |event| found.push(told(event)));
            prop_assert_eq!(found, vec![told(Event::Frame(&data))]);
        }
    }
}
