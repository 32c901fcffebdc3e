//! Frames, control characters and bare records out of a stream.
//!
//! ```text
//!  05      02 .. 03 43 43 0D 0A   06       04      H|\^&|... 0D    junk
//!  Control Frame                  Control  Control Line            Skipped
//! ```
//! Every byte is told once, wherever the stream is cut; only line ends and MLLP's block characters between items are passed over.
//!
//! | met | done |
//! |---|---|
//! | `STX`, `ENQ` or `EOT` in a frame | the frame is [`Event::Truncated`]; another item begins |
//! | a line of a record type and a delimiter, in a stream without frames | [`Event::Line`]: a record with no frame around it |
//! | any other line | [`Event::Skipped`] |
//! | a frame or line over the cap | [`Event::Oversize`]; goes on behind it |
//! | a gap | what was begun is [`Event::Truncated`]; the rest of the item that it cut is skipped |

use super::frame::{Frame, read_text, text_end, trailer};
use crate::control::{ACK, CR, ENQ, EOT, ETB, ETX, FS, LF, NAK, STX, VT};
use alloc::vec::Vec;
use iomt_wire::{Limits, Segment, scan};

/// What a [`Decoder`] met. Offsets count from the first byte of the stream.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// `ENQ`, `ACK`, `NAK` or `EOT`.
    Control {
        /// Where it is.
        offset: u64,
        /// Which; see [`control`](crate::control).
        byte: u8,
    },
    /// A frame, whatever its checksum says.
    Frame {
        /// Where its `STX` is.
        offset: u64,
        /// How long it is, with all that belongs to it.
        len: u64,
        /// The frame.
        frame: Frame<'a>,
    },
    /// A record with no frame around it, without its line end.
    Line {
        /// Where it begins.
        offset: u64,
        /// Its bytes.
        text: &'a [u8],
    },
    /// Bytes that are nothing of this protocol.
    Skipped {
        /// Where they begin.
        offset: u64,
        /// How many.
        len: u64,
    },
    /// A frame that began and never ended.
    Truncated {
        /// Where it begins.
        offset: u64,
        /// How much of it came.
        len: u64,
    },
    /// A frame or line longer than [`Limits::message_bytes`].
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
}

impl core::fmt::Debug for Event<'_> {
    /// Shows lengths, not text: it may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (name, offset, len) = match self {
            Self::Control { offset, byte } => return write!(f, "Control({byte:#04x} at {offset})"),
            Self::Frame { offset, frame, .. } => return write!(f, "{frame:?} at {offset}"),
            Self::Gap { len } => return write!(f, "Gap({len})"),
            Self::Line { offset, text } => ("Line", offset, u64::try_from(text.len()).unwrap_or(u64::MAX)),
            Self::Skipped { offset, len } => ("Skipped", offset, *len),
            Self::Truncated { offset, len } => ("Truncated", offset, *len),
            Self::Oversize { offset, len } => ("Oversize", offset, *len),
        };
        write!(f, "{name}({len} at {offset})")
    }
}

type Sink<'s> = &'s mut dyn FnMut(Event<'_>);

/// An item that has begun.
#[derive(Clone, Copy, Debug)]
struct Open {
    framed: bool,
    /// Bytes of it that were let go because it is over the cap.
    gone: u64,
    /// Bytes at hand in which its end was not found.
    scanned: usize,
}

/// Takes a stream of one direction apart. Holds at most [`Limits::message_bytes`] and one segment.
#[derive(Debug)]
pub struct Decoder {
    cap: u64,
    /// Stream offset of the first byte not yet processed.
    offset: u64,
    held: Held,
    open: Option<Open>,
    /// Whether a frame was ever met: then text outside of frames is no record.
    framed: bool,
    /// Whether the next line was cut by a gap.
    cut: bool,
}

/// Bytes of an item that is not complete; never printed.
#[derive(Default)]
struct Held(Vec<u8>);

impl core::fmt::Debug for Held {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Held({})", self.0.len())
    }
}

impl Decoder {
    /// A decoder at the start of a stream.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            cap: u64::try_from(limits.message_bytes).unwrap_or(u64::MAX).max(16),
            offset: 0,
            held: Held::default(),
            open: None,
            framed: false,
            cut: false,
        }
    }

    /// How many bytes are held until more come.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.held.0.len()
    }

    /// Takes the next piece of the stream and tells `sink` what it completes, in order. After [`Segment::End`] nothing is held
    /// any more.
    pub fn feed(&mut self, segment: Segment<'_>, sink: &mut dyn FnMut(Event<'_>)) {
        match segment {
            Segment::Data(data) => self.data(data, false, sink),
            Segment::Gap { len } => {
                self.break_off(sink);
                self.offset = self.offset.saturating_add(len);
                self.cut = true;
                sink(Event::Gap { len });
            }
            Segment::End => {
                self.data(&[], true, sink);
                self.break_off(sink);
                self.cut = false;
            }
        }
    }

    fn data(&mut self, data: &[u8], last: bool, sink: Sink<'_>) {
        if self.held.0.is_empty() {
            let used = self.run(data, last, sink);
            self.held.0.extend_from_slice(data.get(used..).unwrap_or_default());
            return;
        }
        let mut held = core::mem::take(&mut self.held.0);
        held.extend_from_slice(data);
        let used = self.run(&held, last, sink);
        held.drain(..used.min(held.len()));
        self.held.0 = held;
    }

    /// Tells of what began and will not end.
    fn break_off(&mut self, sink: Sink<'_>) {
        let held = core::mem::take(&mut self.held.0);
        let at_hand = u64::try_from(held.len()).unwrap_or(u64::MAX);
        let gone = self.open.take().map_or(0, |open| open.gone);
        let len = at_hand.saturating_add(gone);
        if len > 0 {
            sink(Event::Truncated { offset: self.offset.saturating_sub(gone), len });
        }
        self.offset = self.offset.saturating_add(at_hand);
    }

    /// Processes bytes; returns how many. What is left is the beginning of an item.
    fn run(&mut self, bytes: &[u8], last: bool, sink: Sink<'_>) -> usize {
        let mut at = 0_usize;
        while let Some(rest) = bytes.get(at..)
            && let Some(&first) = rest.first()
        {
            let open = self.open.take();
            let used = match (open, first) {
                (Some(open), _) if open.framed => self.frame(rest, open, last, sink),
                (Some(open), _) => self.line(rest, open, last, sink),
                (None, ENQ | ACK | NAK | EOT) => {
                    self.cut = false;
                    sink(Event::Control { offset: self.offset, byte: first });
                    1
                }
                (None, CR | LF | VT | FS) => {
                    self.cut = false;
                    1
                }
                (None, STX) => self.frame(rest, Open { framed: true, gone: 0, scanned: 1 }, last, sink),
                (None, _) => self.line(rest, Open { framed: false, gone: 0, scanned: 0 }, last, sink),
            };
            at = at.saturating_add(used);
            self.offset = self.offset.saturating_add(u64::try_from(used).unwrap_or(u64::MAX));
            if self.open.is_some() {
                break;
            }
        }
        at
    }

    /// Keeps an item open whose end is not at hand; lets its bytes go when they are over the cap. Returns how many those are.
    fn wait(&mut self, open: Open, at_hand: usize, scanned: usize) -> usize {
        let len = u64::try_from(at_hand).unwrap_or(u64::MAX);
        if open.gone > 0 || len > self.cap {
            self.open = Some(Open { gone: open.gone.saturating_add(len), scanned: 0, ..open });
            return at_hand;
        }
        self.open = Some(Open { scanned, ..open });
        0
    }

    /// A frame of which the first bytes are at hand.
    fn frame(&mut self, rest: &[u8], open: Open, last: bool, sink: Sink<'_>) -> usize {
        self.framed = true;
        self.cut = false;
        let start = self.offset.saturating_sub(open.gone);
        let unseen = rest.get(open.scanned..).unwrap_or_default();
        let Some(end) = text_end(unseen) else {
            // Broken off by the caller if nothing follows.
            return self.wait(open, rest.len(), rest.len());
        };
        let end = end.saturating_add(open.scanned);
        if !matches!(rest.get(end), Some(&(ETX | ETB))) {
            let len = open.gone.saturating_add(u64::try_from(end).unwrap_or(u64::MAX));
            sink(Event::Truncated { offset: start, len });
            return end;
        }
        let behind = rest.get(end.saturating_add(1)..).unwrap_or_default();
        let trailer = trailer(behind, last);
        if trailer.open {
            if open.gone > 0 || u64::try_from(end).unwrap_or(u64::MAX) > self.cap {
                // Only what ends it is kept.
                self.open = Some(Open {
                    framed: true,
                    gone: open.gone.saturating_add(u64::try_from(end).unwrap_or(u64::MAX)),
                    scanned: 0,
                });
                return end;
            }
            self.open = Some(Open { scanned: end, ..open });
            return 0;
        }
        let used = end.saturating_add(1).saturating_add(trailer.len);
        let len = open.gone.saturating_add(u64::try_from(used).unwrap_or(u64::MAX));
        let text = open.gone.saturating_add(u64::try_from(end).unwrap_or(u64::MAX));
        if text > self.cap {
            sink(Event::Oversize { offset: start, len });
        } else {
            let frame = read_text(rest.get(1..=end).unwrap_or_default(), &trailer);
            sink(Event::Frame { offset: start, len, frame });
        }
        used
    }

    /// Text outside of a frame.
    fn line(&mut self, rest: &[u8], open: Open, last: bool, sink: Sink<'_>) -> usize {
        let start = self.offset.saturating_sub(open.gone);
        let unseen = rest.get(open.scanned..).unwrap_or_default();
        let end = match unseen.iter().position(|byte| matches!(*byte, CR | LF | STX | ENQ | EOT | FS | VT)) {
            Some(end) => end.saturating_add(open.scanned),
            None if last => rest.len(),
            None => return self.wait(open, rest.len(), rest.len()),
        };
        let len = open.gone.saturating_add(u64::try_from(end).unwrap_or(u64::MAX));
        let text = rest.get(..end).unwrap_or_default();
        let event = if self.cut || self.framed {
            Event::Skipped { offset: start, len }
        } else if len > self.cap {
            Event::Oversize { offset: start, len }
        } else if !is_record(text) {
            Event::Skipped { offset: start, len }
        } else {
            Event::Line { offset: start, text }
        };
        self.cut = false;
        sink(event);
        end
    }
}

/// Whether a line is a record: a type that the standard knows, and a delimiter or nothing behind it.
pub(crate) fn is_record(line: &[u8]) -> bool {
    let known = matches!(
        line.first().map(u8::to_ascii_uppercase),
        Some(b'H' | b'P' | b'O' | b'R' | b'C' | b'Q' | b'L' | b'M' | b'S')
    );
    known
        && line.get(1).is_none_or(u8::is_ascii_punctuation)
        && scan::position(line, |byte| (byte == ETX) | (byte == ETB) | (byte == 0) | (byte == ACK) | (byte == NAK))
            .is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    fn run(pieces: &[Segment<'_>]) -> Vec<String> {
        let mut decoder = Decoder::new(Limits { message_bytes: 32, ..Limits::DEFAULT });
        let mut met = Vec::new();
        for piece in pieces {
            decoder.feed(*piece, &mut |event| {
                met.push(match event {
                    Event::Frame { frame, .. } => format!("F{:?} {}", frame.number, frame.text.escape_ascii()),
                    Event::Line { text, .. } => format!("L {}", text.escape_ascii()),
                    other => format!("{other:?}"),
                });
            });
        }
        decoder.feed(Segment::End, &mut |event| met.push(format!("{event:?}")));
        assert_eq!(decoder.held(), 0);
        met
    }

    #[test]
    fn a_session_is_taken_apart() {
        let met = run(&[Segment::Data(b"\x05\x021L|1\r\x033A\r\n\x04")]);
        assert_eq!(met, ["Control(0x05 at 0)", "FSome(1) L|1\\r", "Control(0x04 at 12)"]);
    }

    #[test]
    fn bare_records_and_those_in_mllp_blocks_are_lines() {
        let met = run(&[Segment::Data(b"\x0bH|\\^&|||A\r\nL|1\r\x1c\r")]);
        assert_eq!(met, ["L H|\\\\^&|||A", "L L|1"]);
        let met = run(&[Segment::Data(b"\x05H|\\^&\rL|1|N\x04")]);
        assert_eq!(met[1..3], ["L H|\\\\^&", "L L|1|N"]);
    }

    #[test]
    fn an_interrupted_frame_is_truncated_and_glued_to_nothing() {
        let met = run(&[Segment::Data(b"\x021H|\\^\x05\x021L|1\r\x033A\r\n")]);
        assert_eq!(met, ["Truncated(6 at 0)", "Control(0x05 at 6)", "FSome(1) L|1\\r"]);
    }

    #[test]
    fn an_oversize_frame_is_passed_over_wherever_it_is_cut() {
        let mut stream = b"\x021".to_vec();
        stream.extend([b'x'; 100]);
        stream.extend(b"\x03FF\r\n\x04");
        let whole = run(&[Segment::Data(&stream)]);
        assert_eq!(whole, ["Oversize(107 at 0)", "Control(0x04 at 107)"]);
        for size in [1, 7, 33, 103, 104, 105] {
            let pieces: Vec<Segment<'_>> = stream.chunks(size).map(Segment::Data).collect();
            assert_eq!(run(&pieces), whole, "{size}");
        }
    }

    #[test]
    fn a_frame_cut_by_a_gap_is_not_taken_for_a_line() {
        let met = run(&[
            Segment::Data(b"\x022P|1|"),
            Segment::Gap { len: 9 },
            Segment::Data(b"R|x\r\x0398\r\n\x023L|1\r\x033C\r\n"),
        ]);
        assert_eq!(met[0..3], ["Truncated(6 at 0)", "Gap(9)", "Skipped(3 at 15)"]);
        assert_eq!(met[3], "Skipped(3 at 19)");
        assert_eq!(met.last().unwrap(), "FSome(3) L|1\\r");
    }
}
