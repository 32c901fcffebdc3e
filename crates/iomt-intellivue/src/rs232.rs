//! The frame around messages on a serial line (MIB/RS232 connector, 115200 8N1).
//!
//! ```text
//!  | C0 | protocol-id 11 | type 01 | length:16 | user data ... | FCS:16 low byte first | C1 |
//!       `------------- escaped: C0, C1, 7D become 7D and the byte with bit 20 flipped -------'
//! ```
//! Data Export guide, "fixed baudrate transport"; the FCS is that of PPP (RFC 1662): reflected 8408, start FFFF, inverted.
//! `7D C1` aborts a frame.
//!
//! The same bytes come over TCP where a terminal server (device server) stands between monitor and network; raw, without the
//! telnet negotiation that some of them add.
//!
//! What devices really do: a byte stream from a terminal server starts anywhere, so [`probe`] looks for the first frame in it.
//! Bytes before the first C0 are counted and passed over; a frame that is not as it says is reported and the next C0 starts
//! afresh. One public client does not escape the check sequence: such a frame is damaged when the sequence holds a flag.

use alloc::vec::Vec;
use core::fmt;

use crc::{CRC_16_IBM_SDLC, Crc, Table};
use iomt_wire::{Bits, Error, Kind, Limits, Need, Result, Verdict};

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
    ///
    /// A frame that lies in `bytes` as a whole and needs no unescaping is handed on from there; any other is copied once.
    pub fn feed(&mut self, mut bytes: &[u8], visit: &mut dyn FnMut(Event<'_>)) {
        while let Some(&first) = bytes.first() {
            let taken = match self.state {
                State::Outside => self.outside(bytes, visit),
                State::Escaped => {
                    self.escaped(first, visit);
                    1
                }
                State::Inside => self.inside(bytes, visit),
            };
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// Passes bytes over up to the next frame.
    fn outside(&mut self, bytes: &[u8], visit: &mut dyn FnMut(Event<'_>)) -> usize {
        let Some(begin) = memchr::memchr(BEGIN, bytes) else {
            self.skipped = self.skipped.saturating_add(bytes.len());
            return bytes.len();
        };
        self.skipped = self.skipped.saturating_add(begin);
        self.tell_skipped(visit);
        self.state = State::Inside;
        begin.saturating_add(1)
    }

    /// Takes bytes up to the next flag or escape, and that.
    fn inside(&mut self, bytes: &[u8], visit: &mut dyn FnMut(Event<'_>)) -> usize {
        let special = memchr::memchr3(BEGIN, END, ESCAPE, bytes);
        let plain = special.and_then(|at| bytes.get(..at)).unwrap_or(bytes);
        let room = self.limit.saturating_sub(self.held.len());
        if plain.len() > room {
            self.give_up(Damage::TooLong, visit);
            return room.saturating_add(1);
        }
        match special.and_then(|at| bytes.get(at)) {
            Some(&END) if self.held.is_empty() => {
                visit(opened(plain).map_or_else(Event::Damaged, Event::Frame));
                self.state = State::Outside;
            }
            Some(&END) => {
                self.held.extend_from_slice(plain);
                visit(opened(&self.held).map_or_else(Event::Damaged, Event::Frame));
                self.held.clear();
                self.state = State::Outside;
            }
            Some(&ESCAPE) => {
                self.held.extend_from_slice(plain);
                self.state = State::Escaped;
            }
            // Some senders repeat the begin flag between frames.
            Some(&BEGIN) if plain.is_empty() && self.held.is_empty() => {}
            Some(_) => {
                self.give_up(Damage::CutShort, visit);
                self.state = State::Inside;
            }
            None => self.held.extend_from_slice(plain),
        }
        plain.len().saturating_add(usize::from(special.is_some()))
    }

    fn escaped(&mut self, byte: u8, visit: &mut dyn FnMut(Event<'_>)) {
        match byte {
            END => self.give_up(Damage::Aborted, visit),
            BEGIN => {
                self.give_up(Damage::CutShort, visit);
                self.state = State::Inside;
            }
            _ if self.held.len() < self.limit => {
                self.held.push(byte ^ FLIP);
                self.state = State::Inside;
            }
            _ => self.give_up(Damage::TooLong, visit),
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
    let (checked, sequence) = frame.split_last_chunk::<2>().ok_or(Damage::CheckSequence)?;
    if check_sequence(checked) != u16::from_le_bytes(*sequence) {
        return Err(Damage::CheckSequence);
    }
    let (header, data) = checked.split_first_chunk::<4>().ok_or(Damage::Header)?;
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
    PPP.checksum(bytes)
}

/// Sixteen tables: sixteen bytes a step.
static PPP: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&CRC_16_IBM_SDLC);

/// Says whether a byte stream, as a terminal server carries it, is this framing around messages of Data Export.
///
/// Decided by the first frame whose beginning is in `bytes`, wherever that is: a stream is joined in the middle. Looks at eight
/// beginnings at most, and at 170 bytes of each.
#[must_use]
pub fn probe(bytes: &[u8]) -> Verdict {
    /// Beginnings of a frame that are looked at; what has more of them in one piece is something else.
    const CANDIDATES: usize = 8;
    if bytes.len() < MARK.len() && MARK.starts_with(bytes) {
        return Verdict::More(Need::total(8));
    }
    let begins =
        memchr::memchr_iter(BEGIN, bytes).filter_map(|at| bytes.get(at..)).filter(|frame| frame.starts_with(MARK));
    let mut more = Verdict::No;
    for frame in begins.take(CANDIDATES) {
        match begun(frame) {
            Verdict::Yes(bits) => return Verdict::Yes(bits),
            Verdict::More(_) => {
                more = Verdict::More(Need::total(u64::try_from(bytes.len()).unwrap_or(0).saturating_add(1)))
            }
            Verdict::No => {}
        }
    }
    more
}

/// How every frame begins.
const MARK: &[u8] = &[BEGIN, HEADER[0], HEADER[1]];

/// The message's own probe, asked about the data of a frame as far as they are there.
fn begun(frame: &[u8]) -> Verdict {
    /// As much as the message's probe looks at, and what is before it.
    const ENOUGH: usize = 170;
    let mut plain = [0; ENOUGH];
    let (mut length, mut flip, mut ended) = (0_usize, 0, false);
    let escaped = frame.get(1..).unwrap_or_default();
    let slots = &mut plain.iter_mut();
    for &byte in escaped {
        match byte {
            BEGIN | END => {
                ended = true;
                break;
            }
            ESCAPE => flip = FLIP,
            _ => {
                let Some(slot) = slots.next() else { break };
                *slot = byte ^ core::mem::take(&mut flip);
                length = length.saturating_add(1);
            }
        }
    }
    let Some((header, data)) = plain.get(..length).unwrap_or_default().split_first_chunk::<4>() else {
        return if ended { Verdict::No } else { Verdict::More(Need::total(8)) };
    };
    let [.., l0, l1] = *header;
    // The check sequence is no part of the message; without it, shorter messages would not look whole.
    let data = data.get(..usize::from(u16::from_be_bytes([l0, l1]))).unwrap_or(data);
    match crate::probe(data) {
        // The flag and the header had to be as they are, too.
        Verdict::Yes(bits) => Verdict::Yes(Bits(bits.0.saturating_add(24))),
        Verdict::More(_) if ended => Verdict::No,
        other => other,
    }
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
        // sound, but without the header of this protocol
        let mut decoder = Decoder::default();
        let found = events(&mut decoder, &[0xc0, 0x3a, 0x91, 0x95, 0x7d, 0xe1, 0xc1]);
        assert_eq!(found, ["Damaged(Header)"]);
    }

    #[test]
    fn a_stream_is_known_by_its_first_frame_wherever_it_begins() {
        use crate::vectors::*;
        for message in
            [&CONNECT_INDICATION[..], ASSOCIATION_REQUEST, RELEASE_REQUEST, POLL_RESULT, MDS_CREATE_RESULT, REFUSE]
        {
            let frame = encode(message).unwrap();
            assert!(probe(&frame).is_at_least(50), "{:?}", probe(&frame));
            for end in 0..frame.len() {
                assert_ne!(probe(&frame[..end]), Verdict::No, "cut at {end}");
            }
            let late = [b"\x09\x28rest of a frame\xc1", &frame[..]].concat();
            assert!(probe(&late).is_at_least(50));
        }
    }

    #[test]
    fn other_streams_are_told_early() {
        let nothing = encode(b"something else in the same frame").unwrap();
        for other in [&b"GET / HTTP/1.1"[..], b"\x16\x03\x01", b"\xc0\x12", b"", &nothing, &[0xc0; 64]] {
            assert!(!probe(other).is_at_least(1), "{other:02x?}");
        }
        assert_eq!((probe(b"GET /"), probe(&nothing), probe(&[0xc0; 64])), (Verdict::No, Verdict::No, Verdict::No));
        // beginnings without end
        assert!(!probe(&[0xc0, 0x11, 0x01].repeat(500)).is_at_least(1));
    }

    #[test]
    fn a_check_sequence_that_was_not_escaped_damages_its_frame_and_no_other() {
        // as one public implementation sends: the sequence is 95 C1, the C1 ends the frame too early [constructed]
        let mut plain = vec![0x11, 0x01, 0x00, 0x01];
        let byte = (0..=0xff).find(|&byte| {
            let sequence = check_sequence(&[0x11, 0x01, 0, 1, byte]).to_le_bytes();
            sequence[1] == END && !matches!(byte, BEGIN | END | ESCAPE)
        });
        plain.push(byte.unwrap_or(0));
        let sequence = check_sequence(&plain).to_le_bytes();
        let frame = if byte.is_some() {
            [&[BEGIN][..], &plain, &sequence, &[END]].concat()
        } else {
            [&[BEGIN][..], &plain, &[sequence[0], END, END]].concat()
        };
        let good = encode(b"hello").unwrap();
        let found = events(&mut Decoder::default(), &[frame, good].concat());
        assert_eq!(found[0], "Damaged(CheckSequence)");
        assert_eq!(found.last().unwrap(), &told(Event::Frame(b"hello")));
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

    #[test]
    fn a_whole_frame_without_escapes_is_not_copied() {
        let frame = encode(b"hello").unwrap();
        let mut decoder = Decoder::default();
        let mut found = 0;
        decoder.feed(&frame, &mut |event| match event {
            Event::Frame(data) => {
                found += 1;
                assert!(core::ptr::eq(data.as_ptr(), frame[5..].as_ptr()));
            }
            other => panic!("{other:?}"),
        });
        assert_eq!((found, decoder.held.capacity()), (1, 0));
    }

    proptest! {
        #[test]
        fn the_check_sequence_is_that_of_its_definition(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let bits = |register: u16, byte: &u8| {
                (0..8).fold(register ^ u16::from(*byte), |bits, _| if bits & 1 == 1 { bits >> 1 ^ 0x8408 } else { bits >> 1 })
            };
            prop_assert_eq!(check_sequence(&bytes), !bytes.iter().fold(0xffff, bits));
        }

        #[test]
        fn what_is_framed_is_unframed(data in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut found = Vec::new();
            Decoder::default().feed(&encode(&data).unwrap(), &mut |event| found.push(told(event)));
            prop_assert_eq!(found, vec![told(Event::Frame(&data))]);
        }
    }
}
