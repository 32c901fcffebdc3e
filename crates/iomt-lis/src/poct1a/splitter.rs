//! Messages out of a stream.
//!
//! ```text
//!  <?xml ...?> <HEL.R01> <HDR> ... </HDR> </HEL.R01>  <ACK.R01> ...
//!  |------------------ Message --------------------|  |-- Message
//! ```
//! Nothing frames a message but the end tag of its root, which is found by counting tags; entities are never expanded, and a document
//! type declaration is refused. Only elements that are messages begin one, so the rest of a message whose head was lost is skipped.

use super::scan::{Scanner, Step, is_message, name};
use alloc::vec::Vec;
use iomt_wire::{Limits, Segment};

/// What a [`Splitter`] met. Offsets count from the first byte of the stream.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A message, with what stands before its root element.
    Message {
        /// Where it begins.
        offset: u64,
        /// Its bytes, as they were sent.
        xml: &'a [u8],
    },
    /// Bytes between messages that are not white space.
    Skipped {
        /// Where they begin.
        offset: u64,
        /// How many.
        len: u64,
    },
    /// Bytes that are no message of this protocol, or that it does not need and that may do harm.
    Refused {
        /// Where they begin.
        offset: u64,
        /// How many.
        len: u64,
        /// Why.
        why: &'static str,
    },
    /// A message that began and never ended.
    Truncated {
        /// Where it begins.
        offset: u64,
        /// How much of it came.
        len: u64,
    },
    /// A message longer than [`Limits::message_bytes`].
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
    /// Shows lengths, not content: it may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (name, offset, len) = match self {
            Self::Message { offset, xml } => ("Message", offset, u64::try_from(xml.len()).unwrap_or(u64::MAX)),
            Self::Skipped { offset, len } => ("Skipped", offset, *len),
            Self::Refused { offset, len, why } => return write!(f, "Refused({len} at {offset}: {why})"),
            Self::Truncated { offset, len } => ("Truncated", offset, *len),
            Self::Oversize { offset, len } => ("Oversize", offset, *len),
            Self::Gap { len } => return write!(f, "Gap({len})"),
        };
        write!(f, "{name}({len} at {offset})")
    }
}

type Sink<'s> = &'s mut dyn FnMut(Event<'_>);

/// Takes a stream of one direction apart. Holds at most [`Limits::message_bytes`] and one segment.
#[derive(Debug)]
pub struct Splitter {
    cap: u64,
    depth_cap: usize,
    /// Stream offset of the first byte at hand.
    offset: u64,
    /// Bytes of a message that is not complete; never printed.
    held: Held,
    /// Bytes between messages: where they begin, how many.
    junk: (u64, u64),
    scanner: Scanner,
    /// Bytes at hand that the scanner has seen; 0 between messages.
    scanned: usize,
    /// Bytes of the message that were let go because it is over the cap.
    gone: u64,
    /// Where the last tag at hand begins.
    tag: usize,
    depth: usize,
}

#[derive(Default)]
struct Held(Vec<u8>);

impl core::fmt::Debug for Held {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Held({})", self.0.len())
    }
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

impl Splitter {
    /// A splitter at the start of a stream.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            cap: length(limits.message_bytes).max(64),
            depth_cap: limits.depth.max(1),
            offset: 0,
            held: Held::default(),
            junk: (0, 0),
            scanner: Scanner::NEW,
            scanned: 0,
            gone: 0,
            tag: 0,
            depth: 0,
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
            Segment::Data(data) if self.held.0.is_empty() => {
                let used = self.run(data, sink);
                self.held.0.extend_from_slice(data.get(used..).unwrap_or_default());
            }
            Segment::Data(data) => {
                let mut held = core::mem::take(&mut self.held.0);
                held.extend_from_slice(data);
                let used = self.run(&held, sink);
                held.drain(..used.min(held.len()));
                self.held.0 = held;
            }
            Segment::Gap { len } => {
                self.break_off(sink);
                self.offset = self.offset.saturating_add(len);
                sink(Event::Gap { len });
            }
            Segment::End => self.break_off(sink),
        }
    }

    fn break_off(&mut self, sink: Sink<'_>) {
        self.flush(sink);
        let at_hand = length(core::mem::take(&mut self.held.0).len());
        let len = self.gone.saturating_add(at_hand);
        if len > 0 {
            sink(Event::Truncated { offset: self.offset.saturating_sub(self.gone), len });
        }
        self.offset = self.offset.saturating_add(at_hand);
        self.between();
    }

    /// Between messages again.
    const fn between(&mut self) {
        (self.scanner, self.scanned, self.gone, self.tag, self.depth) = (Scanner::NEW, 0, 0, 0, 0);
    }

    /// Tells of junk.
    fn flush(&mut self, sink: Sink<'_>) {
        let (offset, len) = core::mem::take(&mut self.junk);
        if len > 0 {
            sink(Event::Skipped { offset, len });
        }
    }

    /// Processes bytes; returns how many. What is left is the beginning of a message.
    fn run(&mut self, bytes: &[u8], sink: Sink<'_>) -> usize {
        let mut at = 0_usize;
        while let Some(rest) = bytes.get(at..).filter(|rest| rest.len() > self.scanned) {
            let used = if self.scanned == 0 && self.gone == 0 && rest.first() != Some(&b'<') {
                self.junk(rest)
            } else {
                self.flush(sink);
                let Some(used) = self.message(rest, sink) else {
                    let at_hand = length(rest.len());
                    if self.gone > 0 || at_hand > self.cap {
                        // Nothing of it will be wanted any more.
                        self.gone = self.gone.saturating_add(at_hand);
                        (self.scanned, self.tag) = (0, 0);
                        self.offset = self.offset.saturating_add(at_hand);
                        return bytes.len();
                    }
                    self.scanned = rest.len();
                    return at;
                };
                self.between();
                used
            };
            at = at.saturating_add(used);
            self.offset = self.offset.saturating_add(length(used));
        }
        at
    }

    /// Passes over what stands between messages.
    fn junk(&mut self, rest: &[u8]) -> usize {
        let used = memchr::memchr(b'<', rest).unwrap_or(rest.len());
        let text = rest.get(..used).unwrap_or_default();
        let Some(last) = text.iter().rposition(|byte| !is_blank(*byte)) else { return used };
        if self.junk.1 == 0 {
            let blank = text.iter().take_while(|byte| is_blank(**byte)).count();
            self.junk.0 = self.offset.saturating_add(length(blank));
        }
        self.junk.1 = self.offset.saturating_add(length(last)).saturating_add(1).saturating_sub(self.junk.0);
        used
    }

    /// Goes on in a message. Returns its length at hand when it is over, one way or another.
    fn message(&mut self, rest: &[u8], sink: Sink<'_>) -> Option<usize> {
        let start = self.offset.saturating_sub(self.gone);
        let mut at = self.scanned;
        while let Some(&byte) = rest.get(at) {
            let idle = self.scanner.idle(rest.get(at..).unwrap_or_default());
            if idle > 0 {
                at = at.saturating_add(idle);
                continue;
            }
            if byte == b'<' && self.scanner.is_in_text() {
                self.tag = at;
            }
            let step = self.scanner.step(byte);
            at = at.saturating_add(1);
            let mut refused = None;
            let len = self.gone.saturating_add(length(at));
            match step {
                Step::Nothing => continue,
                Step::Start | Step::Empty => {
                    let inside = rest.get(self.tag.saturating_add(1)..at).unwrap_or_default();
                    if self.depth == 0 && (len > self.cap || !is_message(name(inside))) {
                        refused = Some("not a message");
                    } else if step == Step::Start {
                        self.depth = self.depth.saturating_add(1);
                        if self.depth > self.depth_cap {
                            refused = Some("too deep");
                        }
                    }
                }
                Step::End if self.depth == 0 => refused = Some("not a message"),
                Step::End => self.depth = self.depth.saturating_sub(1),
                Step::Refused(why) => refused = Some(why),
            }
            if let Some(why) = refused {
                sink(Event::Refused { offset: start, len, why });
                return Some(at);
            }
            if self.depth == 0 {
                if len > self.cap {
                    sink(Event::Oversize { offset: start, len });
                } else {
                    sink(Event::Message { offset: start, xml: rest.get(..at).unwrap_or_default() });
                }
                return Some(at);
            }
        }
        None
    }
}

/// White space, a byte order mark, and what ends a text in some implementations.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0xef | 0xbb | 0xbf)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    fn run(stream: &[u8], size: usize) -> Vec<String> {
        let mut splitter = Splitter::new(Limits { message_bytes: 200, depth: 4, ..Limits::DEFAULT });
        let mut met = Vec::new();
        let mut sink = |event: Event<'_>| {
            met.push(match event {
                Event::Message { xml, .. } => format!("M {}", xml.escape_ascii()),
                other => format!("{other:?}"),
            });
        };
        for piece in stream.chunks(size) {
            splitter.feed(Segment::Data(piece), &mut sink);
        }
        splitter.feed(Segment::End, &mut sink);
        assert_eq!(splitter.held(), 0);
        met
    }

    fn all(stream: &[u8]) -> Vec<String> {
        let whole = run(stream, stream.len());
        for size in [1, 2, 7, 64, 201] {
            assert_eq!(run(stream, size), whole, "{size}");
        }
        whole
    }

    #[test]
    fn messages_follow_one_another_with_or_without_declaration() {
        let met = all(b"<?xml version=\"1.0\"?>\n<HEL.R01><HDR/></HEL.R01>\r\n<ACK.R01/><END.R01 a='>'></END.R01>");
        assert_eq!(
            met,
            [
                "M <?xml version=\\\"1.0\\\"?>\\n<HEL.R01><HDR/></HEL.R01>",
                "M <ACK.R01/>",
                "M <END.R01 a=\\'>\\'></END.R01>"
            ]
        );
    }

    #[test]
    fn a_document_type_is_refused_and_its_entities_never_count() {
        let met = all(b"<!DOCTYPE x [<!ENTITY a \"aaaa\">]><HEL.R01><DEV.device_id V=\"&a;\"/></HEL.R01>");
        assert!(met[0].starts_with("Refused(3 at 0: a document type"), "{met:?}");
        assert!(met.last().unwrap().starts_with("M <HEL.R01>"));
    }

    #[test]
    fn comments_and_character_data_hide_tags() {
        let met = all(b"<HEL.R01><!-- </HEL.R01> --><![CDATA[</HEL.R01>]]></HEL.R01>");
        assert_eq!(met.len(), 1);
        assert!(met[0].ends_with("]]></HEL.R01>"));
    }

    #[test]
    fn what_is_left_of_a_message_without_head_is_no_message() {
        let met = all(b"V=\"x\"/><DEV.model_id V=\"StatStrip\"/></DEV></HEL.R01><DST.R01/>");
        assert_eq!(met.last().unwrap(), "M <DST.R01/>");
        assert!(met[..met.len() - 1].iter().all(|event| !event.starts_with('M')), "{met:?}");
    }

    #[test]
    fn depth_and_size_are_bounded_and_what_follows_is_read() {
        let met = all(b"<HEL.R01><a><b><c><d></d></c></b></a></HEL.R01><DST.R01/>");
        assert!(met[0].contains("too deep"), "{met:?}");
        assert_eq!(met.last().unwrap(), "M <DST.R01/>");
        let long = [&b"<OBS.R01><NTE>"[..], &[b'x'; 300], b"</NTE></OBS.R01><DST.R01/>"].concat();
        assert_eq!(all(&long), ["Oversize(330 at 0)", "M <DST.R01/>"]);
    }

    #[test]
    fn an_unfinished_message_is_truncated() {
        assert_eq!(all(b"<HEL.R01><HDR>"), ["Truncated(14 at 0)"]);
        assert_eq!(all(b"junk <ACK.R01/> more"), ["Skipped(4 at 0)", "M <ACK.R01/>", "Skipped(4 at 16)"]);
    }
}
