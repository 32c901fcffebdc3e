//! Records out of one direction of a stream.
//!
//! ```text
//!  frame 1  H|\^&|...<CR>P|1|...<CR>O|1|S100  ETB
//!  frame 2                              1||^^^WBC|R<CR>L|1|N<CR>  ETX
//!           |--- H ---|--- P ---|------ O, joined ------|--- L ---|
//! ```
//! A record that lies in one frame is given as a slice of it; one that `ETB` cut is joined in a buffer, and says so. A frame that
//! comes again is passed over; one whose checksum is wrong is not read.

use crate::Delimiters;
use crate::control::{CR, ENQ, EOT, LF};
use crate::link::{self, Checksum, Decoder, Frame};
use crate::record::Record;
use alloc::vec::Vec;
use iomt_wire::{Limits, Quirk, Segment};
use memchr::{memchr, memchr2};

/// What a [`Reader`] met. Offsets count from the first byte of the stream.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A record. Offsets in it count from its own first byte.
    Record {
        /// Where it begins.
        offset: u64,
        /// The record.
        record: Record<'a>,
        /// Whether it was joined from several frames: then only its beginning lies where its offset says.
        joined: bool,
    },
    /// `ENQ`, `ACK`, `NAK` or `EOT`.
    Control {
        /// Where it is.
        offset: u64,
        /// Which; see [`control`](crate::control).
        byte: u8,
    },
    /// A frame that was sent before; nothing in it is given again.
    Retransmission {
        /// Where it is.
        offset: u64,
        /// Its number.
        number: u8,
    },
    /// A frame whose checksum is wrong; nothing in it is given.
    Damaged {
        /// Where it is.
        offset: u64,
        /// How long it is.
        len: u64,
    },
    /// Bytes that are nothing of this protocol.
    Skipped {
        /// Where they begin.
        offset: u64,
        /// How many.
        len: u64,
    },
    /// A frame or record that began and never ended. Nothing is glued to it.
    Truncated {
        /// Where it begins.
        offset: u64,
        /// How much of it came.
        len: u64,
    },
    /// A frame or record longer than [`Limits::message_bytes`].
    Oversize {
        /// Where it begins.
        offset: u64,
        /// How long it was.
        len: u64,
    },
    /// Bytes that were lost on the way.
    Gap {
        /// How many.
        len: u64,
    },
    /// Both sides asked for the line at the same time; only an [`Exchange`](crate::Exchange) can tell.
    Contention {
        /// Where the second `ENQ` is.
        offset: u64,
    },
    /// A deviation that was tolerated; its offset counts from the first byte of the stream.
    Quirk(Quirk),
}

type Sink<'s> = &'s mut dyn FnMut(Event<'_>);

/// Reads one direction. Holds at most twice [`Limits::message_bytes`] and one segment.
#[derive(Debug)]
pub struct Reader {
    decoder: Decoder,
    parts: Parts,
}

impl Reader {
    /// A reader at the start of a stream.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let cap = limits.message_bytes.max(16);
        Self { decoder: Decoder::new(limits), parts: Parts::new(cap) }
    }

    /// How many bytes are held until more come.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.decoder.held().saturating_add(self.parts.pending.len())
    }

    /// Takes the next piece of the stream and tells `sink` what it completes, in order. After [`Segment::End`] nothing is held
    /// any more.
    pub fn feed(&mut self, segment: Segment<'_>, sink: &mut dyn FnMut(Event<'_>)) {
        let Self { decoder, parts } = self;
        decoder.feed(segment, &mut |event| parts.hear(&event, sink));
        if segment == Segment::End {
            parts.break_off(sink);
            *parts = Parts::new(parts.cap);
        }
    }
}

/// What is remembered between frames.
struct Parts {
    cap: usize,
    /// Whether the next text may be the rest of a record whose beginning was not seen.
    unsure: bool,
    delimiters: Option<Delimiters>,
    /// The number that the next frame should have.
    expected: Option<u8>,
    /// The number and print of the frame read last.
    last: Option<(u8, u64)>,
    /// A record whose end has not come: where it begins, how much of it came, and its bytes unless they are over the cap.
    begin: u64,
    len: u64,
    pending: Vec<u8>,
}

impl core::fmt::Debug for Parts {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Parts").field("expected", &self.expected).field("pending", &self.len).finish_non_exhaustive()
    }
}

impl Parts {
    const fn new(cap: usize) -> Self {
        Self { cap, unsure: true, delimiters: None, expected: None, last: None, begin: 0, len: 0, pending: Vec::new() }
    }

    fn hear(&mut self, event: &link::Event<'_>, sink: Sink<'_>) {
        match *event {
            link::Event::Frame { offset, len, ref frame } => self.frame(offset, len, frame, sink),
            link::Event::Line { offset, text } => self.tell(offset, text, false, sink),
            link::Event::Control { offset, byte } => {
                if matches!(byte, ENQ | EOT) {
                    self.break_off(sink);
                    self.last = None;
                    self.expected = (byte == ENQ).then_some(1);
                    self.unsure = byte != ENQ;
                }
                sink(Event::Control { offset, byte });
            }
            link::Event::Skipped { offset, len } => sink(Event::Skipped { offset, len }),
            link::Event::Truncated { offset, len } => sink(Event::Truncated { offset, len }),
            link::Event::Oversize { offset, len } => {
                // What it would have gone on with is lost with it.
                self.break_off(sink);
                self.expected = None;
                self.unsure = true;
                sink(Event::Oversize { offset, len });
            }
            link::Event::Gap { len } => {
                self.break_off(sink);
                (self.last, self.expected, self.unsure) = (None, None, true);
                sink(Event::Gap { len });
            }
        }
    }

    /// Gives up a record whose end did not come.
    fn break_off(&mut self, sink: Sink<'_>) {
        let len = core::mem::take(&mut self.len);
        self.pending.clear();
        if len > 0 {
            sink(Event::Truncated { offset: self.begin, len });
        }
    }

    fn frame(&mut self, offset: u64, len: u64, frame: &Frame<'_>, sink: Sink<'_>) {
        let mut quirk = |name| sink(Event::Quirk(Quirk { offset: place(offset), field: "frame", name }));
        if let Checksum::Bad { .. } = frame.checksum {
            sink(Event::Damaged { offset, len });
            return;
        }
        if let Some(name) = frame.quirk {
            quirk(name);
        }
        if let Some(number) = frame.number {
            let print = print(frame);
            if self.last == Some((number, print)) {
                sink(Event::Retransmission { offset, number });
                return;
            }
            if self.expected.is_some_and(|expected| expected != number) {
                quirk("frame-number-out-of-sequence");
                // A frame in between is missing.
                self.break_off(sink);
                self.unsure = true;
            }
            self.last = Some((number, print));
            self.expected = Some(number.wrapping_add(1) & 7);
        }
        // STX, and the number if there is one.
        let head = if frame.number.is_some() { 2 } else { 1 };
        self.text(offset.saturating_add(head), frame, sink);
    }

    /// Takes the text of a frame apart into records.
    fn text(&mut self, mut offset: u64, frame: &Frame<'_>, sink: Sink<'_>) {
        let mut rest = frame.text;
        if self.unsure && !begins_record(rest) {
            let end = memchr(CR, rest).map_or(rest.len(), |end| end.saturating_add(1));
            let len = u64::try_from(end).unwrap_or(u64::MAX);
            if len > 0 {
                sink(Event::Skipped { offset, len });
            }
            // Without an end in sight the next frame goes on with it.
            self.unsure = !frame.last && end == rest.len() && rest.last() != Some(&CR);
            offset = offset.saturating_add(len);
            rest = rest.get(end..).unwrap_or_default();
            if rest.is_empty() {
                return;
            }
        }
        self.unsure = false;
        while let Some((piece, taken)) = self.piece(rest) {
            self.join(offset, piece, true, sink);
            offset = offset.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX));
            rest = rest.get(taken..).unwrap_or_default();
        }
        if frame.last {
            if self.len > 0 || rest.iter().any(|byte| *byte != LF) {
                sink(Event::Quirk(Quirk { offset: place(offset), field: "record", name: "missing-carriage-return" }));
            }
            self.join(offset, rest, true, sink);
        } else {
            self.join(offset, rest, false, sink);
        }
    }

    /// The record, or its rest, at the head of a frame's text, and how many bytes it takes with its end.
    fn piece<'t>(&self, text: &'t [u8]) -> Option<(&'t [u8], usize)> {
        let separator = if self.pending.is_empty() { text.get(1) } else { self.pending.get(1) };
        let mut from = 0_usize;
        loop {
            let at = memchr2(CR, LF, text.get(from..)?)?.saturating_add(from);
            let next = at.saturating_add(1);
            // A line feed is data unless a record follows it.
            let ends = text.get(at) == Some(&CR)
                || match text.get(next..) {
                    Some([kind, behind, ..]) => Some(behind) == separator && crate::link::is_record(&[*kind, *behind]),
                    _ => false,
                };
            if ends {
                return Some((text.get(..at)?, next));
            }
            from = next;
        }
    }

    /// Adds a piece to the record that is pending; the last piece ends it.
    fn join(&mut self, offset: u64, piece: &[u8], ends: bool, sink: Sink<'_>) {
        if self.len == 0 {
            // A line feed behind the last record's carriage return.
            let text = piece.iter().position(|byte| *byte != LF).and_then(|at| piece.get(at..)).unwrap_or_default();
            let skipped = u64::try_from(piece.len().saturating_sub(text.len())).unwrap_or(u64::MAX);
            let offset = offset.saturating_add(skipped);
            if ends {
                if text.len() > self.cap {
                    let len = u64::try_from(text.len()).unwrap_or(u64::MAX);
                    sink(Event::Oversize { offset, len });
                } else {
                    self.tell(offset, text, false, sink);
                }
                return;
            }
            self.begin = offset;
            self.add(text);
            return;
        }
        self.add(piece);
        if ends {
            let len = core::mem::take(&mut self.len);
            let pending = core::mem::take(&mut self.pending);
            if len > u64::try_from(self.cap).unwrap_or(u64::MAX) {
                sink(Event::Oversize { offset: self.begin, len });
            } else {
                self.tell(self.begin, &pending, true, sink);
            }
            // The buffer is kept for the next.
            self.pending = pending;
            self.pending.clear();
        }
    }

    fn add(&mut self, piece: &[u8]) {
        self.len = self.len.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if self.len <= u64::try_from(self.cap).unwrap_or(u64::MAX) {
            self.pending.extend_from_slice(piece);
        } else {
            // The separator is still wanted.
            self.pending.truncate(2);
        }
    }

    fn tell(&mut self, offset: u64, text: &[u8], joined: bool, sink: Sink<'_>) {
        let end = text.iter().rposition(|byte| *byte != LF).map_or(0, |last| last.saturating_add(1));
        let text = text.get(..end).unwrap_or_default();
        if text.is_empty() {
            return;
        }
        let mut quirk = |name| sink(Event::Quirk(Quirk { offset: place(offset), field: "H-2", name }));
        if let [b'H' | b'h', ..] = text {
            match Delimiters::read(text) {
                Ok((delimiters, deviation)) => {
                    self.delimiters = Some(delimiters);
                    if let Some(name) = deviation {
                        quirk(name);
                    }
                }
                Err(_) => {
                    self.delimiters = None;
                    quirk("unreadable-delimiters");
                }
            }
        }
        let record = Record::new(text, 0, self.delimiters.unwrap_or_default());
        sink(Event::Record { offset, record, joined });
    }
}

/// Whether a text begins with a header, or with a record and its sequence number: the rest of a record hardly does.
fn begins_record(text: &[u8]) -> bool {
    match text {
        [b'H' | b'h', ..] => Delimiters::read(text).is_ok(),
        [kind, separator, digit, ..] => crate::link::is_record(&[*kind, *separator]) && digit.is_ascii_digit(),
        _ => false,
    }
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// A print of a frame's text, by which its repetition is known.
fn print(frame: &Frame<'_>) -> u64 {
    // FNV-1a: what it must tell apart are frames of one sender that have the same number and follow one another.
    let seed = if frame.last { 0xcbf2_9ce4_8422_2325 } else { 0x9ae1_6a3b_2f90_404f };
    frame.text.iter().fold(seed, |print: u64, byte| (print ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use alloc::format;
    use alloc::string::String;

    fn run_with(limits: Limits, pieces: &[Segment<'_>]) -> Vec<String> {
        let mut reader = Reader::new(limits);
        let mut met = Vec::new();
        let mut sink = |event: Event<'_>| {
            met.push(match event {
                Event::Record { record, joined, .. } => {
                    format!("{}{}", record.bytes().escape_ascii(), if joined { " joined" } else { "" })
                }
                Event::Quirk(quirk) => quirk.name.into(),
                Event::Control { byte, .. } => format!("{byte:02x}"),
                other => format!("{other:?}"),
            });
        };
        for piece in pieces {
            reader.feed(*piece, &mut sink);
        }
        reader.feed(Segment::End, &mut sink);
        assert_eq!(reader.held(), 0);
        met
    }

    fn run(stream: &[u8]) -> Vec<String> {
        run_with(Limits::DEFAULT, &[Segment::Data(stream)])
    }

    /// Real: python-astm sends a message in chunks of 64 bytes.
    const BULK: [&[u8]; 3] = [
        b"\x021H|\\^&||||||||||P||20261123144454\rP|1||||TEST^BED\rO|1|S100\x179F\r\n",
        b"\x0221||^^^WBC|R\rR|1|^^^WBC|6.1|10*9/L||N||F\rR|2|^^^HGB|139|g/\x17A3\r\n",
        b"\x023L||N||F\rR|3|^^^PLT|251|10*9/L||N||F\rL|1|N\r\x03CA\r\n",
    ];

    #[test]
    fn records_that_etb_cuts_are_joined_and_say_so() {
        assert_eq!(
            run(&[b"\x05", BULK[0], BULK[1], BULK[2], b"\x04"].concat()),
            [
                "05",
                "H|\\\\^&||||||||||P||20261123144454",
                "P|1||||TEST^BED",
                "O|1|S1001||^^^WBC|R joined",
                "R|1|^^^WBC|6.1|10*9/L||N||F",
                "R|2|^^^HGB|139|g/L||N||F joined",
                "R|3|^^^PLT|251|10*9/L||N||F",
                "L|1|N",
                "04",
            ]
        );
    }

    #[test]
    fn a_frame_that_comes_again_is_passed_over() {
        let met = run(&[b"\x05", BULK[0], BULK[0], BULK[1], BULK[1], BULK[2]].concat());
        assert_eq!(met.iter().filter(|event| event.starts_with("Retransmission")).count(), 2);
        assert_eq!(met.iter().filter(|event| event.contains("joined")).count(), 2);
        assert!(!met.iter().any(|event| event.contains("sequence")));
    }

    #[test]
    fn a_damaged_frame_is_not_read_and_its_repetition_is() {
        let damaged = b"\x0221||^^^WBC|R\rR|1|^^^WBC|6.1|10*9/L||X||F\rR|2|^^^HGB|139|g/\x17A3\r\n";
        let met = run(&[b"\x05", BULK[0], damaged, BULK[1], BULK[2]].concat());
        assert!(met.iter().any(|event| event.starts_with("Damaged")));
        assert!(!met.iter().any(|event| event.contains("|X|")));
        assert_eq!(met.iter().filter(|event| event.contains("joined")).count(), 2);
    }

    #[test]
    fn what_follows_a_missing_frame_is_not_glued_to_what_came_before() {
        let met = run(&[b"\x05", BULK[0], BULK[2]].concat());
        assert!(met.contains(&"frame-number-out-of-sequence".into()));
        assert!(met.iter().any(|event| event.starts_with("Truncated")));
        assert!(!met.iter().any(|event| event.contains("joined")));
    }

    #[test]
    fn a_session_may_count_from_any_number_and_repeat_one_with_other_text() {
        // Constructed: a sender that numbers every frame 1.
        let met = run(b"\x05\x021H|\\^&\r\x03E5\r\n\x021L|1\r\x033A\r\n\x04");
        assert_eq!(met, ["05", "H|\\\\^&", "frame-number-out-of-sequence", "L|1", "04"]);
    }

    #[test]
    fn records_without_their_carriage_return_are_records() {
        let met = run(b"\x021L|1|N\x03F7\r\n");
        assert_eq!(met, ["missing-carriage-return", "L|1|N"]);
    }

    #[test]
    fn a_whole_message_in_one_frame_with_line_feeds_is_taken_apart() {
        let text = b"1H|\\^&|||A\nP|1||x\r\nL|1\n\x03";
        let sum = link::checksum(text);
        let met = run(&[b"\x02", &text[..], format!("{sum:02X}\r\n").as_bytes()].concat());
        assert_eq!(met, ["H|\\\\^&|||A", "P|1||x", "missing-carriage-return", "L|1"]);
    }

    #[test]
    fn a_joined_record_over_the_cap_is_told_and_not_kept() {
        let limits = Limits { message_bytes: 70, ..Limits::DEFAULT };
        let mut stream = b"\x05".to_vec();
        for number in 0..4_u8 {
            let mut frame = vec_of(number);
            frame.push(if number == 3 { 3 } else { 0x17 });
            let sum = link::checksum(&frame);
            stream.push(2);
            stream.extend(&frame);
            stream.extend(format!("{sum:02X}\r\n").bytes());
        }
        let met = run_with(limits, &[Segment::Data(&stream)]);
        assert!(met.iter().any(|event| event.starts_with("Oversize")), "{met:?}");
        assert!(!met.iter().any(|event| event.contains("joined")));
    }

    fn vec_of(number: u8) -> Vec<u8> {
        let mut frame = Vec::from([b'1' + number]);
        frame.extend_from_slice(if number == 0 { b"C|1|" } else { b"...." });
        frame.extend([b'x'; 30]);
        frame
    }
}
