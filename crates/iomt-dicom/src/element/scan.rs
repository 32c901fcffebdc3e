//! A data set that arrives in pieces.
//!
//! ```text
//!            ┌──────── next header ◄───────┐
//!            ▼                             │
//!  bytes ─► header ─► wanted? ─► value ────┤   kept up to a cap, borrowed when whole
//!            │           └─ no ► skip n ───┘   a counter
//!            └─ (7FE0,eeee) at the top, damage ─► stopped: the rest costs nothing
//! ```
//! What is held between pieces is a split header (12 bytes) and a split wanted value (capped), and for a deflated data set the
//! window of its inflater. The result does not depend on where the pieces are cut.

use super::header::{Encoding, Header, UNDEFINED};
use super::inflated::Inflated;
use super::nest::{Nest, Step};
use super::walk::{Filter, describe};
use super::{Element, Vr};
use crate::Tag;
use alloc::boxed::Box;
use alloc::vec::Vec;
use iomt_wire::{Error, Kind, Limits, Quirk};

/// What the scanner has to tell.
pub(crate) enum Note<'a> {
    /// A wanted element; `at` is where its tag stood in the stream.
    Element { at: u64, enclosing: &'a [Tag], item: u32, element: Element<'a>, complete: bool },
    /// A deviation; its offset counts from the head of the data set.
    Quirk(Quirk),
    /// Damage; its offset counts from the head of the data set, `at` is the place in the stream.
    Error { at: u64, error: Error },
}

/// How sure the encoding is when the data set starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// It was negotiated; a data set that plainly is otherwise is read otherwise.
    Negotiated(Encoding),
    /// It was negotiated, and the whole is deflated.
    Deflated(Encoding),
    /// It was not seen: the first header tells.
    Unknown,
    /// Not even sure that this is the start of a data set.
    Doubtful,
    /// File meta information first; the data set after it is laid out as that says.
    FileMeta,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Header,
    /// Pass over so many bytes.
    Skip(u64),
    /// Collect a wanted value, so many of its bytes to come.
    Value {
        header: Header,
        encoding: Encoding,
        left: u64,
    },
    /// The bytes are deflated, and read by another scanner once inflated.
    Deflated,
    Stopped,
}

/// Deviations are told once per data set.
#[derive(Clone, Copy)]
enum Once {
    OddLength = 1,
    TagOrder = 2,
    InvalidVr = 4,
    Stray = 8,
    OtherEncoding = 16,
    GroupLength = 32,
    MetaLength = 64,
    Trailing = 128,
}

/// What the first eight bytes of a data set are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    Element,
    Deflated(Encoding),
    Nothing,
}

/// Reads a data set piece by piece.
pub(crate) struct Scan {
    limits: Limits,
    filter: Filter,
    nest: Nest,
    /// Sequences around the one of undefined length that is passed through because nothing of it is wanted.
    passing: Option<usize>,
    state: State,
    start: Option<Start>,
    meta: bool,
    /// Where the file meta information ends, as (0002,0000) says.
    meta_end: Option<u64>,
    /// What (0002,0010) said.
    meta_encoding: Option<Encoding>,
    held: [u8; Header::MAX],
    held_len: usize,
    value: Vec<u8>,
    /// Bytes of the data set read so far.
    position: u64,
    /// Where the current element's tag stands, in the data set and in the stream.
    element_at: u64,
    stream_at: u64,
    last: Option<Tag>,
    elements: usize,
    told: u8,
    complete: bool,
    /// The deflated syntax was named by the file meta information.
    deflated: bool,
    /// Kept from one deflated data set to the next.
    inflated: Option<Box<Inflated>>,
}

impl core::fmt::Debug for Scan {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Scan")
            .field("position", &self.position)
            .field("held", &self.value.len())
            .finish_non_exhaustive()
    }
}

impl Scan {
    pub(crate) fn new(limits: &Limits, filter: Filter) -> Self {
        Self {
            limits: *limits,
            filter,
            nest: Nest::new(Encoding::ImplicitLittle, u64::MAX, limits.depth),
            passing: None,
            state: State::Stopped,
            start: None,
            meta: false,
            meta_end: None,
            meta_encoding: None,
            held: [0; Header::MAX],
            held_len: 0,
            value: Vec::new(),
            position: 0,
            element_at: 0,
            stream_at: 0,
            last: None,
            elements: 0,
            told: 0,
            complete: true,
            deflated: false,
            inflated: None,
        }
    }

    /// Starts a data set.
    pub(crate) fn begin(&mut self, start: Start) {
        let encoding = match start {
            Start::Negotiated(encoding) | Start::Deflated(encoding) => encoding,
            Start::FileMeta => Encoding::ExplicitLittle,
            Start::Unknown | Start::Doubtful => Encoding::ImplicitLittle,
        };
        self.nest.reset(encoding);
        self.passing = None;
        self.state = State::Header;
        self.start = Some(start);
        self.meta = start == Start::FileMeta;
        self.meta_end = None;
        self.meta_encoding = None;
        self.held_len = 0;
        self.value.clear();
        self.position = 0;
        self.last = None;
        self.elements = 0;
        self.told = 0;
        self.complete = true;
        self.deflated = false;
    }

    /// Gives up on the current data set: what follows is passed over.
    pub(crate) fn abandon(&mut self) {
        self.state = State::Stopped;
        self.complete = false;
        self.value.clear();
    }

    /// Whether nothing more is wanted.
    #[inline]
    pub(crate) const fn is_stopped(&self) -> bool {
        matches!(self.state, State::Stopped)
    }

    /// Where in the stream the element starts at which the scan stopped.
    pub(crate) const fn stopped_at(&self) -> u64 {
        self.stream_at
    }

    /// Whether, if the data set ended here, all that was wanted had been seen.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
            && match self.state {
                State::Stopped => true,
                State::Header => self.held_len == 0 && (self.nest.depth() == 0),
                State::Skip(_) | State::Value { .. } | State::Deflated => false,
            }
    }

    /// The data set ended: what is half read is told as incomplete.
    pub(crate) fn end(&mut self, sink: &mut dyn FnMut(Note<'_>)) -> bool {
        if let (State::Deflated, Some(inflated)) = (self.state, &mut self.inflated) {
            let complete = inflated.end(sink) && self.complete;
            self.abandon();
            return complete;
        }
        self.nest.settle(self.position);
        let held = self.held.get(..self.held_len).unwrap_or_default();
        if !held.is_empty() && self.is_behind_the_last(held.iter().all(|byte| *byte == 0)) {
            self.held_len = 0;
            self.tell(Once::Trailing, "data set", "trailing-bytes", sink);
        }
        let complete = self.is_complete();
        self.cut(sink);
        self.abandon();
        complete
    }

    /// Tells a value that will not be completed.
    fn cut(&mut self, sink: &mut dyn FnMut(Note<'_>)) {
        if let State::Value { header, encoding, .. } = self.state {
            let element = describe(&header, &self.value, offset(self.element_at), encoding);
            let (at, enclosing, item) = (self.stream_at, self.nest.enclosing(), self.nest.item());
            sink(Note::Element { at, enclosing, item, element, complete: false });
        }
    }

    /// Whether so many of the next bytes are of a value, or of all that follows, that is passed over unread.
    pub(crate) const fn passes_over(&self, length: u64) -> bool {
        match self.state {
            State::Stopped => self.complete,
            State::Skip(left) => length <= left,
            State::Header | State::Value { .. } | State::Deflated => false,
        }
    }

    /// So many bytes of the data set were sent and not seen.
    pub(crate) fn gap(&mut self, length: u64, sink: &mut dyn FnMut(Note<'_>)) {
        let left = match self.state {
            State::Stopped => {
                self.position = self.position.saturating_add(length);
                return;
            }
            State::Skip(left) => left,
            State::Value { left, .. } => {
                self.cut(sink);
                self.complete = false;
                self.value.clear();
                left
            }
            State::Header => 0,
            State::Deflated => {
                if let Some(inflated) = &mut self.inflated {
                    inflated.lost(sink);
                }
                0
            }
        };
        self.position = self.position.saturating_add(length);
        match left.checked_sub(length) {
            Some(left) => self.skip(left),
            None => self.abandon(),
        }
    }

    #[inline]
    const fn skip(&mut self, count: u64) {
        self.state = if count == 0 { State::Header } else { State::Skip(count) };
    }

    /// Reads the next piece, whose first byte stands at `stream` in the stream.
    #[inline]
    pub(crate) fn feed(&mut self, mut stream: u64, mut piece: &[u8], sink: &mut dyn FnMut(Note<'_>)) {
        while !piece.is_empty() {
            let taken = match self.state {
                State::Stopped => {
                    self.position = self.position.saturating_add(piece.len() as u64);
                    return;
                }
                State::Skip(left) => {
                    let taken = clamp(left, piece.len());
                    self.skip(left.saturating_sub(taken as u64));
                    taken
                }
                State::Header => self.header(stream, piece, sink),
                State::Deflated => {
                    self.inflate(piece, sink);
                    piece.len()
                }
                State::Value { header, encoding, left } => self.collect(header, encoding, left, piece, sink),
            };
            self.position = self.position.saturating_add(taken as u64);
            stream = stream.saturating_add(taken as u64);
            piece = piece.get(taken..).unwrap_or_default();
        }
    }

    /// Takes what the next header needs from the piece; returns how many bytes were taken.
    #[inline]
    fn header(&mut self, stream: u64, piece: &[u8], sink: &mut dyn FnMut(Note<'_>)) -> usize {
        if self.held_len == 0 {
            self.element_at = self.position;
            self.stream_at = stream;
            self.nest.settle(self.position);
            if self.start.is_none()
                && !self.meta
                && let Ok(header) = Header::decode(piece, self.nest.encoding())
            {
                let (head, tail) = piece.split_at_checked(header.size.into()).unwrap_or_default();
                return head.len().saturating_add(self.element(header, tail, head.len(), sink));
            }
        }
        self.split_header(piece, sink)
    }

    /// The slow way: byte ranges are gathered until the header is whole.
    fn split_header(&mut self, piece: &[u8], sink: &mut dyn FnMut(Note<'_>)) -> usize {
        let mut taken = 0_usize;
        let mut wanted = 8_usize;
        loop {
            let missing = wanted.saturating_sub(self.held_len).min(piece.len().saturating_sub(taken));
            let more = piece.get(taken..taken.saturating_add(missing)).unwrap_or_default();
            let end = self.held_len.saturating_add(missing);
            if let Some(slot) = self.held.get_mut(self.held_len..end) {
                slot.copy_from_slice(more);
            }
            self.held_len = end;
            taken = taken.saturating_add(missing);
            if self.held_len < wanted {
                return taken;
            }
            if let Some(head) = self.held.first_chunk().copied() {
                match self.settle_encoding(&head, sink) {
                    Head::Element => {}
                    Head::Deflated(encoding) => {
                        self.held_len = 0;
                        self.begin_deflated(self.stream_at, encoding);
                        self.inflate(&head, sink);
                        return taken;
                    }
                    Head::Nothing => {
                        self.held_len = 0;
                        self.abandon();
                        return taken;
                    }
                }
            }
            match Header::decode(self.held.get(..self.held_len).unwrap_or_default(), self.nest.encoding()) {
                Ok(header) => {
                    let held = core::mem::replace(&mut self.held_len, 0);
                    let rest = piece.get(taken..).unwrap_or_default();
                    return taken.saturating_add(self.element(header, rest, held, sink));
                }
                Err(more) => wanted = more,
            }
        }
    }

    /// Decides the encoding at the first header, and at the first one after the file meta information.
    fn settle_encoding(&mut self, head: &[u8; 8], sink: &mut dyn FnMut(Note<'_>)) -> Head {
        if self.meta && self.is_behind_meta(head) {
            self.meta = false;
            self.last = None;
            if self.meta_end != Some(self.element_at) {
                let name = if self.meta_end.is_some() { "group-length-wrong" } else { "group-length-absent" };
                self.tell(Once::MetaLength, "FileMetaInformationGroupLength", name, sink);
            }
            self.start = Some(match self.meta_encoding {
                Some(encoding) if self.deflated => Start::Deflated(encoding),
                Some(encoding) => Start::Negotiated(encoding),
                None => Start::Unknown,
            });
        }
        let inferred = Encoding::infer(head);
        let encoding = match (self.start.take(), inferred) {
            (None, _) => return Head::Element,
            (Some(Start::Deflated(encoding)), _) => return Head::Deflated(encoding),
            (Some(Start::Negotiated(said)), Some(seen)) if seen != said => seen,
            (Some(Start::FileMeta), Some(Encoding::ImplicitLittle)) => Encoding::ImplicitLittle,
            (Some(Start::Negotiated(said)), _) => {
                self.nest.reset(said);
                return Head::Element;
            }
            (Some(Start::FileMeta), _) => return Head::Element,
            (Some(Start::Unknown), seen) => {
                self.nest.reset(seen.unwrap_or(Encoding::ImplicitLittle));
                return Head::Element;
            }
            (Some(Start::Doubtful), Some(seen)) if is_first(head, seen) => {
                self.nest.reset(seen);
                return Head::Element;
            }
            (Some(Start::Doubtful), _) => return Head::Nothing,
        };
        self.nest.reset(encoding);
        self.tell(Once::OtherEncoding, "data set encoding", "encoding-not-as-negotiated", sink);
        Head::Element
    }

    /// Whether the file meta information has ended: where another group starts or, since deflated bytes may look like
    /// anything, where its group length says.
    const fn is_behind_meta(&self, head: &[u8; 8]) -> bool {
        let [g0, g1, _, _, a, b, ..] = *head;
        let told = matches!(self.meta_end, Some(end) if end == self.element_at) && !Vr([a, b]).is_known();
        self.nest.depth() == 0 && (g0 != 2 || g1 != 0 || self.deflated && told)
    }

    fn begin_deflated(&mut self, base: u64, encoding: Encoding) {
        let inflated = self.inflated.get_or_insert_with(|| Inflated::new(&self.limits, self.filter));
        inflated.begin(base, encoding);
        self.state = State::Deflated;
    }

    fn inflate(&mut self, piece: &[u8], sink: &mut dyn FnMut(Note<'_>)) {
        let Some(inflated) = &mut self.inflated else { return };
        if let Some(complete) = inflated.feed(piece, sink) {
            self.complete = self.complete && complete;
            self.stream_at = inflated.position();
            self.state = State::Stopped;
        }
    }

    /// Whether what stands here can only be what was left behind a data set: zeros, as group 0000 never is in one.
    fn is_behind_the_last(&self, zero: bool) -> bool {
        zero && self.nest.depth() == 0 && !self.meta && self.last.is_some_and(|last| last.group >= 8)
    }

    fn tell(&mut self, once: Once, field: &'static str, name: &'static str, sink: &mut dyn FnMut(Note<'_>)) {
        let bit = once as u8;
        if self.told & bit == 0 {
            self.told |= bit;
            sink(Note::Quirk(Quirk { offset: offset(self.element_at), field, name }));
        }
    }

    /// Decides what to do with the value that starts at the front of `rest`; returns how many bytes of it were taken.
    ///
    /// `head` is how many bytes of the header were taken from this piece and not yet counted, or held before it: the header
    /// starts at `element_at` whichever it was.
    #[inline]
    fn element(&mut self, header: Header, rest: &[u8], head: usize, sink: &mut dyn FnMut(Note<'_>)) -> usize {
        debug_assert!(head >= usize::from(header.size));
        let start = self.element_at.saturating_add(header.size.into());
        self.elements = self.elements.saturating_add(1);
        if self.elements > self.limits.elements {
            return self.damage(
                Kind::Limit { limit: self.limits.elements as u64 },
                "data set elements",
                start,
                false,
                sink,
            );
        }
        if header.tag.group == 0x7fe0 && self.nest.depth() == 0 {
            self.state = State::Stopped;
            return 0;
        }
        if self.is_behind_the_last(header.tag.group == 0) {
            self.tell(Once::Trailing, "data set", "trailing-bytes", sink);
            self.state = State::Stopped;
            return 0;
        }
        if self.nest.is_beyond(&header, self.limits.frames) {
            match self.nest.end().map(|end| end.checked_sub(start)) {
                Some(Some(left)) => {
                    self.skip(left);
                    return 0;
                }
                None if self.passing.is_none_or(|around| self.nest.depth() <= around) => {
                    self.passing = Some(self.nest.depth().saturating_sub(1));
                }
                _ => {}
            }
        }
        let encoding = self.nest.encoding();
        let step = match self.nest.step(&header, start) {
            Ok(step) => step,
            Err(kind) => return self.damage(kind, "element", start, true, sink),
        };
        self.observe(&header, step, sink);
        match step {
            Step::Element => {
                if (self.meta && header.tag != Tag::PRIVATE_INFORMATION) || self.wants(header.tag) {
                    return self.wanted(header, encoding, rest, sink);
                }
                self.skip(header.length.into());
            }
            Step::Sequence | Step::Fragments => {
                let wanted = self.wants(header.tag);
                if wanted {
                    let element = describe(&header, &[], offset(self.element_at), encoding);
                    let (at, enclosing, item) = (self.stream_at, self.nest.enclosing(), self.nest.item());
                    sink(Note::Element { at, enclosing, item, element, complete: true });
                }
                if !wanted && header.length != UNDEFINED {
                    self.skip(header.length.into());
                    return 0;
                }
                if !wanted && self.passing.is_none() {
                    self.passing = Some(self.nest.depth());
                }
                if let Err(kind) = self.nest.enter(&header, start, step) {
                    if header.length == UNDEFINED {
                        return self.damage(kind, "sequence", start, true, sink);
                    }
                    self.complete = false;
                    let error = Error { offset: offset(self.element_at), field: "sequence", kind };
                    sink(Note::Error { at: self.stream_at, error });
                    self.skip(header.length.into());
                } else {
                    self.state = State::Header;
                }
            }
            Step::Structure | Step::Stray => self.state = State::Header,
            Step::Skip => self.skip(header.length.into()),
        }
        0
    }

    /// Whether the element that comes next is wanted: by the filter, and not within a sequence that is not.
    #[inline]
    fn wants(&mut self, tag: Tag) -> bool {
        if self.passing.is_some_and(|around| self.nest.depth() <= around) {
            self.passing = None;
        }
        self.passing.is_none() && (self.filter)(self.nest.enclosing(), tag)
    }

    #[inline]
    fn observe(&mut self, header: &Header, step: Step, sink: &mut dyn FnMut(Note<'_>)) {
        if header.invalid_vr {
            self.tell(Once::InvalidVr, "VR", "invalid-vr", sink);
        }
        if header.length & 1 == 1 && header.length != UNDEFINED {
            self.tell(Once::OddLength, "element length", "odd-length", sink);
        }
        if header.tag.element == 0 && !matches!(header.tag.group, 2 | 0xfffe) {
            self.tell(Once::GroupLength, "group length", "retired-group-length", sink);
        }
        if step == Step::Stray {
            self.tell(Once::Stray, "delimiter", "stray-delimiter", sink);
        }
        if self.nest.depth() == 0 && header.tag.group != 0xfffe {
            if self.last.is_some_and(|last| last >= header.tag) {
                self.tell(Once::TagOrder, "tag", "tags-not-ascending", sink);
            }
            self.last = Some(header.tag);
        }
    }

    fn damage(
        &mut self,
        kind: Kind,
        field: &'static str,
        start: u64,
        recover: bool,
        sink: &mut dyn FnMut(Note<'_>),
    ) -> usize {
        sink(Note::Error { at: self.stream_at, error: Error { offset: offset(self.element_at), field, kind } });
        self.complete = false;
        match self.nest.recover().filter(|_| recover).and_then(|end| end.checked_sub(start)) {
            Some(left) => self.skip(left),
            None => self.abandon(),
        }
        0
    }

    /// A wanted element: from the piece when its value is whole there, else collected.
    fn wanted(&mut self, header: Header, encoding: Encoding, rest: &[u8], sink: &mut dyn FnMut(Note<'_>)) -> usize {
        let length = u64::from(header.length);
        let kept = clamp(length, self.limits.value_bytes);
        let Some(value) = rest.get(..kept) else {
            self.value.clear();
            self.state = State::Value { header, encoding, left: length };
            return 0;
        };
        self.report(&header, encoding, value, sink);
        self.skip(length.saturating_sub(kept as u64));
        kept
    }

    fn report(&mut self, header: &Header, encoding: Encoding, value: &[u8], sink: &mut dyn FnMut(Note<'_>)) {
        if self.meta && header.tag == Tag::FILE_META_INFORMATION_GROUP_LENGTH {
            let length = value.first_chunk().map(|bytes| u64::from(u32::from_le_bytes(*bytes)));
            let behind = self.element_at.saturating_add(u64::from(header.size)).saturating_add(header.length.into());
            self.meta_end = length.map(|length| behind.saturating_add(length));
        }
        if self.meta && header.tag == Tag::TRANSFER_SYNTAX_UID {
            let syntax = crate::TransferSyntax::from_uid(value);
            self.meta_encoding = Some(syntax.map_or(Encoding::ExplicitLittle, |syntax| syntax.encoding()));
            self.deflated = syntax.is_some_and(|syntax| syntax.is_deflated());
        }
        let complete = value.len() as u64 == u64::from(header.length);
        let element = describe(header, value, offset(self.element_at), encoding);
        let (at, enclosing, item) = (self.stream_at, self.nest.enclosing(), self.nest.item());
        sink(Note::Element { at, enclosing, item, element, complete });
    }

    fn collect(
        &mut self,
        header: Header,
        encoding: Encoding,
        left: u64,
        piece: &[u8],
        sink: &mut dyn FnMut(Note<'_>),
    ) -> usize {
        let kept = clamp(header.length.into(), self.limits.value_bytes);
        let missing = kept.saturating_sub(self.value.len());
        let taken = missing.min(piece.len());
        self.value.extend_from_slice(piece.get(..taken).unwrap_or_default());
        let left = left.saturating_sub(taken as u64);
        if taken < missing {
            self.state = State::Value { header, encoding, left };
        } else {
            let value = core::mem::take(&mut self.value);
            self.report(&header, encoding, &value, sink);
            self.value = value;
            self.value.clear();
            self.skip(left);
        }
        taken
    }
}

/// A strict test for the head of a data set, where nothing else says that one starts here.
const fn is_first(head: &[u8; 8], encoding: Encoding) -> bool {
    let [g0, g1, e0, e1, a, b, c, d] = *head;
    let (group, element) = match encoding {
        Encoding::ExplicitBig => (u16::from_be_bytes([g0, g1]), u16::from_be_bytes([e0, e1])),
        _ => (u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1])),
    };
    let plausible = Vr([a, b]).is_known() || matches!((c, d), (0, 0)) && b < 0x10;
    group == 0x0008 && element <= 0x0060 && plausible
}

#[inline]
fn clamp(wanted: u64, most: usize) -> usize {
    usize::try_from(wanted).map_or(most, |wanted| wanted.min(most))
}

#[inline]
fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
