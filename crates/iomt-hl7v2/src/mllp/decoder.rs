//! Blocks out of a stream.
//!
//! ```text
//!  junk 0B payload 1C 0D 0B payload 1C 0D ...
//!  Skipped | Block       | Block
//! ```
//! A block that lies in one segment of the stream is given as a slice of that segment; one that is split is gathered once.
//! Every byte is looked at once, wherever the stream is cut.
//!
//! | met | done |
//! |---|---|
//! | `1C` without `0D`, but a line feed, blank, block or nothing behind it | the block ends at `1C`; quirk |
//! | `1C` with anything else behind it | data; quirk |
//! | line ends, spaces between blocks | passed over; quirk |
//! | `0B` in a block, a header or commit byte behind it | what was gathered is [`Event::Truncated`]; a block begins |
//! | `0B` in a block, anything else behind it | data; quirk |
//! | header with no `0B` at the start, or after a block | a block all the same; quirk |
//! | header at the start of a line in a stream that never had a `0B` | the next block; quirk |
//! | two-byte characters | the content is given in two-byte characters, the framing's own halves removed; quirk |
//! | a block over the cap | [`Event::Oversize`]; goes on with the next |

use super::look::{self, AHEAD, Look, header, restart};
use super::{ACK, END, NAK, START};
use crate::text::Order;
use alloc::vec::Vec;
use iomt_wire::{Limits, Quirk, Segment};
use memchr::{memchr, memchr2};

/// What a [`Decoder`] met. Offsets count from the first byte of the stream.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The content of a block: a message or a batch.
    Block {
        /// Where the content begins.
        offset: u64,
        /// The content, without block characters.
        payload: &'a [u8],
    },
    /// Release 2: the other side received the last block.
    CommitAck {
        /// Where the acknowledging byte is.
        offset: u64,
    },
    /// Release 2: the other side wants the last block again.
    CommitNak {
        /// Where the refusing byte is.
        offset: u64,
    },
    /// Bytes between blocks that are not white space.
    Skipped {
        /// Where they begin.
        offset: u64,
        /// How many.
        len: u64,
    },
    /// A block that began and never ended. Its content is not given, and nothing is ever glued to it.
    Truncated {
        /// Where the content begins.
        offset: u64,
        /// How much of it came.
        len: u64,
    },
    /// A block longer than [`Limits::message_bytes`].
    Oversize {
        /// Where the content begins.
        offset: u64,
        /// How long it was.
        len: u64,
    },
    /// Bytes that were lost on the way.
    Gap {
        /// How many.
        len: u64,
    },
    /// A deviation that was tolerated; its offset counts from the first byte of the stream.
    Quirk(Quirk),
}

impl core::fmt::Debug for Event<'_> {
    /// Shows lengths, not content: it may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (name, offset, len) = match self {
            Self::Block { offset, payload } => ("Block", *offset, u64::try_from(payload.len()).unwrap_or(u64::MAX)),
            Self::CommitAck { offset } => ("CommitAck", *offset, 1),
            Self::CommitNak { offset } => ("CommitNak", *offset, 1),
            Self::Skipped { offset, len } => ("Skipped", *offset, *len),
            Self::Truncated { offset, len } => ("Truncated", *offset, *len),
            Self::Oversize { offset, len } => ("Oversize", *offset, *len),
            Self::Gap { len } => return f.debug_struct("Gap").field("len", len).finish(),
            Self::Quirk(quirk) => return f.debug_tuple("Quirk").field(quirk).finish(),
        };
        f.debug_struct(name).field("offset", &offset).field("len", &len).finish()
    }
}

type Sink<'s> = &'s mut dyn FnMut(Event<'_>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the start of the stream or right after a block: a message may come without its start.
    Fresh,
    /// Between blocks, with something else met: only a start, or a line's start in an unframed stream, begins a block.
    Between,
    /// In a block; `bare` when it had no start.
    Block { bare: bool },
}

/// Takes a stream of one direction apart into blocks. Holds at most [`Limits::message_bytes`] of a split block.
pub struct Decoder {
    cap: usize,
    state: State,
    /// Stream offset of the first byte not yet processed.
    offset: u64,
    /// Whether a start character was ever met.
    framed: bool,
    /// Whether a block just ended and its carriage return is due.
    due: bool,
    /// The byte order of two-byte framing, once met.
    wide: Option<Order>,
    /// Bytes between blocks, not yet told: offset, length, and whether all were white space.
    idle: (u64, u64, bool),
    /// The byte before the next one, for a line's start and two-byte framing.
    last: u8,
    /// The block being gathered.
    block: Held,
    /// Bytes at the end of a segment that cannot be judged before more come.
    carry: [u8; AHEAD],
    carried: usize,
}

impl core::fmt::Debug for Decoder {
    /// Says where and how much, not what: the bytes at hand are a patient's too.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { state, offset, block, carried, .. } = self;
        f.debug_struct("Decoder")
            .field("state", state)
            .field("offset", offset)
            .field("block", block)
            .field("carried", carried)
            .finish_non_exhaustive()
    }
}

/// Content of a split block; never printed.
#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
    /// Stream offset of the content's first byte.
    start: u64,
    /// How much content there was, kept or not.
    len: u64,
    /// Whether it is in two-byte characters.
    wide: Option<Order>,
}

impl core::fmt::Debug for Held {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Held").field("start", &self.start).field("len", &self.len).finish_non_exhaustive()
    }
}

impl Decoder {
    /// A decoder at the start of a stream.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self {
            cap: if limits.message_bytes < 16 { 16 } else { limits.message_bytes },
            state: State::Fresh,
            offset: 0,
            framed: false,
            due: false,
            wide: None,
            idle: (0, 0, true),
            last: b'\n',
            block: Held { bytes: Vec::new(), start: 0, len: 0, wide: None },
            carry: [0; AHEAD],
            carried: 0,
        }
    }

    /// Takes the next piece of the stream and tells `sink` what it completes, in order. After
    /// [`Segment::End`] nothing is held any more.
    pub fn feed(&mut self, segment: Segment<'_>, sink: &mut dyn FnMut(Event<'_>)) {
        match segment {
            Segment::Data(data) => self.data(data, sink),
            Segment::Gap { len } => {
                self.drain(sink);
                self.break_off(sink);
                self.offset = self.offset.saturating_add(len);
                self.state = State::Between;
                self.last = 0;
                sink(Event::Gap { len });
            }
            Segment::End => {
                self.drain(sink);
                if self.state == (State::Block { bare: true }) {
                    self.finish(&[], sink);
                }
                self.break_off(sink);
                self.state = State::Fresh;
            }
        }
    }

    /// How many bytes are held until more come.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.block.bytes.len().saturating_add(self.carried)
    }

    fn data(&mut self, mut data: &[u8], sink: Sink<'_>) {
        while self.carried > 0 {
            // What was left over is judged again with a few bytes of the new segment behind it.
            let mut joint = [0; 2 * AHEAD];
            let carried = self.carried;
            let fresh = data.get(..data.len().min(AHEAD)).unwrap_or_default();
            let total = carried.saturating_add(fresh.len());
            for (to, from) in joint.iter_mut().zip(self.carry.iter().take(carried).chain(fresh)) {
                *to = *from;
            }
            let joint = joint.get(..total).unwrap_or_default();
            let used = self.run(joint, false, sink);
            if let Some(beyond) = used.checked_sub(carried) {
                data = data.get(beyond..).unwrap_or_default();
                self.carried = 0;
            } else if fresh.len() == data.len() {
                self.keep(joint.get(used..).unwrap_or_default());
                return;
            } else {
                // Still inside the old bytes although the new ones suffice: only the rest of them is judged again.
                self.keep(joint.get(used..carried).unwrap_or_default());
            }
        }
        let used = self.run(data, false, sink);
        self.keep(data.get(used..).unwrap_or_default());
    }

    /// Keeps what must be judged together with bytes to come.
    fn keep(&mut self, rest: &[u8]) {
        self.carried = rest.len().min(AHEAD);
        for (to, from) in self.carry.iter_mut().zip(rest) {
            *to = *from;
        }
    }

    /// Judges what was carried, now that nothing follows it.
    fn drain(&mut self, sink: Sink<'_>) {
        let carry = self.carry;
        let carried = core::mem::take(&mut self.carried);
        self.run(carry.get(..carried).unwrap_or_default(), true, sink);
    }

    /// Processes bytes; returns how many. What is left (fewer than [`AHEAD`]) needs more behind it.
    fn run(&mut self, data: &[u8], last: bool, sink: Sink<'_>) -> usize {
        let mut at = 0;
        while at < data.len() {
            let rest = data.get(at..).unwrap_or_default();
            let (used, stop) = match self.state {
                State::Fresh | State::Between => self.between(rest, last, sink),
                State::Block { bare } => self.inside(rest, bare, last, sink),
            };
            if let Some(byte) = used.checked_sub(1).and_then(|index| rest.get(index)) {
                self.last = *byte;
            }
            at = at.saturating_add(used);
            self.offset = self.offset.saturating_add(u64::try_from(used).unwrap_or(u64::MAX));
            if stop {
                break;
            }
        }
        at
    }

    /// Looks for a block; returns the bytes used and whether more are needed.
    fn between(&mut self, data: &[u8], last: bool, sink: Sink<'_>) -> (usize, bool) {
        let Some(&first) = data.first() else { return (0, true) };
        if core::mem::take(&mut self.due) && first != START {
            if first == b'\r' {
                return (1, false);
            }
            // In two-byte framing a zero may lie between.
            if first == 0 && self.wide.is_some() {
                self.due = true;
                return (1, false);
            }
            self.quirk(sink, "end-without-carriage-return");
        }
        if first == START {
            self.flush_idle(sink);
            self.begin(false, self.offset.saturating_add(1));
            return (1, false);
        }
        let may_be_bare = match self.state {
            State::Fresh => true,
            _ => !self.framed && matches!(self.last, b'\r' | b'\n'),
        };
        if may_be_bare && matches!(first, b'M' | b'F' | b'B' | 0xef) {
            match header(data, last) {
                Look::Yes => {
                    self.flush_idle(sink);
                    self.begin(true, self.offset);
                    return (0, false);
                }
                Look::Undecided => return (0, true),
                Look::No => {}
            }
        }
        let (used, blank) = if is_white(first) || (first == 0 && self.may_be_half()) {
            (1, true)
        } else if self.framed {
            (memchr(START, data).unwrap_or(data.len()), false)
        } else {
            let found = data.iter().skip(1).position(|byte| matches!(byte, b'\r' | b'\n' | &START));
            (found.map_or(data.len(), |found| found.saturating_add(1)), false)
        };
        let (offset, len, white) = self.idle;
        let offset = if len == 0 { self.offset } else { offset };
        let more = u64::try_from(used).unwrap_or(u64::MAX);
        self.idle = (offset, len.saturating_add(more), (white || len == 0) && blank);
        if !blank {
            self.state = State::Between;
        }
        (used, false)
    }

    /// Whether a zero between blocks can be half of a two-byte character.
    fn may_be_half(&self) -> bool {
        self.wide.is_some() || self.state == State::Fresh
    }

    fn begin(&mut self, bare: bool, start: u64) {
        self.framed |= !bare;
        self.due = false;
        self.state = State::Block { bare };
        self.block.bytes.clear();
        self.block.start = start;
        self.block.len = 0;
        self.block.wide = None;
        if !bare && self.wide.is_none() {
            // A zero before the start character is its high byte, if the content turns out to be two-byte.
            self.block.wide = Some(if self.last == 0 { Order::Be } else { Order::Le });
        } else if !bare {
            self.block.wide = self.wide;
        }
    }

    /// Looks for the end of the block; returns the bytes used and whether more are needed.
    fn inside(&mut self, data: &[u8], bare: bool, last: bool, sink: Sink<'_>) -> (usize, bool) {
        let mut from = 0_usize;
        loop {
            let rest = data.get(from..).unwrap_or_default();
            let found = if bare {
                rest.iter().position(|byte| matches!(*byte, b'\r' | b'\n' | START | END))
            } else {
                memchr2(START, END, rest)
            };
            let Some(at) = found.map(|found| found.saturating_add(from)) else {
                self.gather(data);
                return (data.len(), false);
            };
            let (before, after) = data.split_at_checked(at).unwrap_or((data, &[]));
            let (byte, after) = after.split_first().map_or((0, &[][..]), |(byte, after)| (*byte, after));
            let through = at.saturating_add(1);
            let judged = match byte {
                END => self.is_end(before, after, last),
                START if bare => Look::Yes,
                START => restart(after, last),
                // The start of a line in a bare stream: a batch splits at each header.
                _ => header(after, last),
            };
            match (judged, byte) {
                (Look::Undecided, _) => {
                    self.gather(before);
                    return (before.len(), true);
                }
                (Look::No, START) => {
                    let offset = self.offset.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
                    tell(sink, offset, "vertical-tab-in-block");
                    from = through;
                }
                (Look::No, END) if self.two_byte(before).is_none() => {
                    let offset = self.offset.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
                    tell(sink, offset, "file-separator-in-block");
                    from = through;
                }
                (Look::No, _) => from = through,
                (Look::Yes, END) => {
                    self.finish(before, sink);
                    self.due = true;
                    return (through, false);
                }
                (Look::Yes, START) if bare => {
                    self.finish(before, sink);
                    return (at, false);
                }
                (Look::Yes, START) => {
                    self.gather_length(before);
                    self.truncated(sink);
                    self.last = before.last().copied().unwrap_or(self.last);
                    self.begin(false, self.offset.saturating_add(u64::try_from(through).unwrap_or(u64::MAX)));
                    return (through, false);
                }
                (Look::Yes, _) => {
                    let message = data.get(..through).unwrap_or_default();
                    self.finish(message, sink);
                    return (through, false);
                }
            }
        }
    }

    /// Whether an end character at the end of `before` ends the block: by what follows, and in two-byte characters by whether it
    /// lies on a character and is one.
    fn is_end(&self, before: &[u8], after: &[u8], last: bool) -> Look {
        let Some(order) = self.two_byte(before) else { return look::end(after, last) };
        let total = self.block.len.saturating_add(u64::try_from(before.len()).unwrap_or(u64::MAX));
        if total & 1 == 0 {
            return Look::No;
        }
        let yes = |yes| if yes { Look::Yes } else { Look::No };
        match order {
            Order::Be => yes(before.last().copied().unwrap_or(self.last) == 0),
            Order::Le => match after.first() {
                Some(byte) => yes(*byte == 0),
                None if last => Look::Yes,
                None => Look::Undecided,
            },
        }
    }

    /// The byte order if the content is in two-byte characters: the framing's other half, then a header.
    fn two_byte(&self, more: &[u8]) -> Option<Order> {
        let mut head = [0xff_u8; 6];
        let content = self.block.bytes.iter().chain(more);
        for (to, from) in head.iter_mut().zip(content) {
            *to = *from;
        }
        match head {
            [0, a, 0, b, 0, c] if crate::segment::is_header_name(&[a, b, c]) => self.block.wide,
            [0xfe, 0xff, 0, b'M', 0, b'S'] => Some(Order::Be),
            [0, 0xff, 0xfe, b'M', 0, b'S'] => Some(Order::Le),
            _ => None,
        }
    }

    /// Keeps content of a split block, up to the cap.
    fn gather(&mut self, content: &[u8]) {
        let room = self.cap.saturating_sub(self.block.bytes.len());
        self.block.bytes.extend_from_slice(content.get(..content.len().min(room)).unwrap_or_default());
        self.gather_length(content);
    }

    fn gather_length(&mut self, content: &[u8]) {
        self.block.len = self.block.len.saturating_add(u64::try_from(content.len()).unwrap_or(u64::MAX));
    }

    /// The block ends behind `rest`.
    fn finish(&mut self, rest: &[u8], sink: Sink<'_>) {
        let bare = self.state == (State::Block { bare: true });
        let offset = self.block.start;
        let order = self.two_byte(rest);
        let total = self.block.len.saturating_add(u64::try_from(rest.len()).unwrap_or(u64::MAX));
        if bare {
            tell(sink, offset, "block-without-start");
        }
        if total > u64::try_from(self.cap).unwrap_or(u64::MAX) {
            sink(Event::Oversize { offset, len: total });
        } else {
            let mut gathered = core::mem::take(&mut self.block.bytes);
            let payload = if gathered.is_empty() {
                rest
            } else {
                gathered.extend_from_slice(rest);
                &gathered
            };
            match (order, payload) {
                (_, []) => tell(sink, offset, "empty-block"),
                (_, [ACK]) => sink(Event::CommitAck { offset }),
                (_, [NAK]) => sink(Event::CommitNak { offset }),
                (None, _) => sink(Event::Block { offset, payload }),
                (Some(Order::Be), [payload @ .., _]) => {
                    tell(sink, offset, "two-byte-framing");
                    sink(Event::Block { offset, payload });
                }
                (Some(Order::Le), [_, payload @ ..]) => {
                    tell(sink, offset, "two-byte-framing");
                    sink(Event::Block { offset: offset.saturating_add(1), payload });
                }
            }
            self.block.bytes = gathered;
        }
        self.wide = order.or(self.wide);
        self.release();
        self.state = State::Fresh;
    }

    /// The block will never end.
    fn truncated(&mut self, sink: Sink<'_>) {
        let (offset, len) = (self.block.start, self.block.len);
        if len > u64::try_from(self.cap).unwrap_or(u64::MAX) {
            sink(Event::Oversize { offset, len });
        } else {
            sink(Event::Truncated { offset, len });
        }
        self.release();
    }

    /// Gives memory back that only a large block needed.
    fn release(&mut self) {
        self.block.bytes.clear();
        self.block.bytes.shrink_to(1 << 16);
        self.block.len = 0;
    }

    /// What is open at a gap or at the end is told.
    fn break_off(&mut self, sink: Sink<'_>) {
        if matches!(self.state, State::Block { .. }) {
            self.truncated(sink);
        } else {
            if core::mem::take(&mut self.due) {
                self.quirk(sink, "end-without-carriage-return");
            }
            self.flush_idle(sink);
        }
        self.due = false;
    }

    /// Tells what lay between blocks.
    fn flush_idle(&mut self, sink: Sink<'_>) {
        let (offset, len, white) = core::mem::replace(&mut self.idle, (0, 0, true));
        match (len, white) {
            (0, _) => {}
            (_, true) => tell(sink, offset, "white-space-between-blocks"),
            (_, false) => sink(Event::Skipped { offset, len }),
        }
    }

    fn quirk(&self, sink: Sink<'_>, name: &'static str) {
        tell(sink, self.offset, name);
    }
}

const fn is_white(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | b' ' | b'\t')
}

fn tell(sink: Sink<'_>, offset: u64, name: &'static str) {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    sink(Event::Quirk(Quirk { offset, field: "MLLP", name }));
}
