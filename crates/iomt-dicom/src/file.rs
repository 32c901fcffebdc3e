//! Part 10 files.
//!
//! ```text
//!  0            128    132
//!  | preamble   | DICM | group 0002, explicit VR little endian | data set in (0002,0010) ...
//! ```
//! PS3.10 section 7. The preamble may hold anything, a TIFF or an executable included: what it looks like is told as the quirk
//! `preamble-tiff`, `preamble-executable` and so on. Group 0002 ends where another group starts, whatever its group length
//! says. [`Part10`] is a file in one piece, [`Scanner`] one in pieces, deflated data sets included, [`directory`] what a
//! DICOMDIR lists.
//!
//! What files really do: some have no preamble and start with group 0002 or 0008 at once; some write group 0002 in implicit
//! VR, without its length or with a wrong one; some say one transfer syntax and use another.

pub mod directory;
mod part10;

pub use part10::{Body, Part10};

use crate::dimse::Message;
use crate::element::{Encoding, Filter, Note, Scan, Start};
use crate::{Event, Tag, Uid};
use iomt_wire::{Bits, Direction, Error, Kind, Limits, Need, Quirk, Verdict};

/// Bytes before group 0002.
const HEAD: usize = 132;

/// Judges the first bytes of a file.
#[must_use]
pub fn probe(head: &[u8]) -> Verdict {
    match head.get(128..HEAD) {
        Some(b"DICM") => return Verdict::Yes(Bits(32)),
        Some(_) => {}
        None if bare(head).is_some() => {}
        None => return Verdict::More(Need::total(HEAD as u64)),
    }
    match bare(head) {
        Some(_) => Verdict::Yes(Bits(20)),
        None => Verdict::No,
    }
}

/// How a file without preamble starts, if these bytes are one.
fn bare(head: &[u8]) -> Option<Start> {
    let head = head.first_chunk()?;
    let encoding = Encoding::infer(head)?;
    let [g0, g1, e0, e1, _, _, l0, l1] = *head;
    let (group, element) = match encoding {
        Encoding::ExplicitBig => (u16::from_be_bytes([g0, g1]), u16::from_be_bytes([e0, e1])),
        _ => (u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1])),
    };
    let small = encoding.is_explicit() || [l0, l1] == [0, 0];
    match (group, element) {
        (0x0002, 0x0000..=0x0018) if small && encoding != Encoding::ExplicitBig => Some(Start::FileMeta),
        (0x0008, 0x0000..=0x0060) if small => Some(Start::Unknown),
        _ => None,
    }
}

/// What a preamble looks like, other than empty: the quirk's name. PS3.10 section 7.1 leaves its 128 bytes to applications, so a
/// file may be two things at once.
fn preamble_quirk(preamble: &[u8]) -> Option<&'static str> {
    Some(match preamble {
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => "preamble-tiff",
        [b'M', b'Z', ..] | [0x7f, b'E', b'L', b'F', ..] | [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..] => "preamble-executable",
        [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => "preamble-executable",
        [b'#', b'!', ..] => "preamble-script",
        [b'%', b'P', b'D', b'F', ..] => "preamble-pdf",
        [b'P', b'K', 3 | 5, 4 | 6, ..] => "preamble-zip",
        [b'<', b'?' | b'!' | b'h' | b's', ..] => "preamble-markup",
        _ if preamble.iter().all(|byte| *byte == 0) => return None,
        _ => "preamble-other",
    })
}

/// How the reading of a file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Everything wanted up to the pixel data, or to the end, was seen.
    Complete,
    /// The file ended within an element or was damaged.
    Incomplete,
    /// It is no DICOM file.
    NotDicom,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Body,
    Done(Outcome),
}

/// Reads a file in pieces of any size and tells the elements that are wanted.
///
/// The elements of group 0002 are all told (private information aside). Events have the direction
/// [`Initiator`](Direction::Initiator); offsets count from the head of the file.
pub struct Scanner {
    state: State,
    head: [u8; HEAD],
    head_len: usize,
    position: u64,
    message: Message,
    scan: Scan,
}

impl core::fmt::Debug for Scanner {
    /// Shows no bytes of the preamble, which may be anything.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Scanner")
            .field("state", &self.state)
            .field("position", &self.position)
            .field("scan", &self.scan)
            .finish_non_exhaustive()
    }
}

impl Scanner {
    /// A scanner that tells the elements of [`is_identity`](crate::ident::is_identity).
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::with_filter(limits, crate::ident::is_identity)
    }

    /// A scanner that tells group 0002 and the elements that `filter` wants.
    #[must_use]
    pub fn with_filter(limits: Limits, filter: Filter) -> Self {
        Self {
            state: State::Head,
            head: [0; HEAD],
            head_len: 0,
            position: 0,
            message: Message::unknown(0),
            scan: Scan::new(&limits, filter),
        }
    }

    /// Whether nothing more is wanted, so that the rest of the file need not be read.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self.state, State::Done(_))
    }

    /// What is known of the object so far: SOP class and instance, transfer syntax.
    #[must_use]
    pub const fn message(&self) -> &Message {
        &self.message
    }

    /// Takes the next piece.
    pub fn feed(&mut self, chunk: &[u8], sink: &mut dyn FnMut(Event<'_>)) {
        let mut chunk = chunk;
        if self.state == State::Head {
            let taken = HEAD.saturating_sub(self.head_len).min(chunk.len());
            let (head, rest) = chunk.split_at_checked(taken).unwrap_or_default();
            let end = self.head_len.saturating_add(taken);
            if let Some(slot) = self.head.get_mut(self.head_len..end) {
                slot.copy_from_slice(head);
            }
            self.head_len = end;
            if self.head_len < HEAD {
                return;
            }
            self.open(sink);
            chunk = rest;
        }
        self.body(chunk, sink);
    }

    /// Nothing follows; tells how the reading ended.
    pub fn finish(&mut self, sink: &mut dyn FnMut(Event<'_>)) -> Outcome {
        if self.state == State::Head {
            self.open(sink);
        }
        if self.state == State::Body {
            let message = &mut self.message;
            let complete = self.scan.end(&mut |note| note_event(note, message, sink));
            self.done(complete, sink);
        }
        match self.state {
            State::Done(outcome) => outcome,
            State::Head | State::Body => Outcome::Incomplete,
        }
    }

    /// Decides what the file is from what was held of its head.
    fn open(&mut self, sink: &mut dyn FnMut(Event<'_>)) {
        let held = self.head;
        let held = held.get(..self.head_len).unwrap_or_default();
        if let Some((preamble, b"DICM")) = held.split_at_checked(128) {
            if let Some(name) = preamble_quirk(preamble) {
                let quirk = Quirk { offset: 0, field: "File Preamble", name };
                sink(Event::Quirk { direction: Direction::Initiator, quirk });
            }
            self.scan.begin(Start::FileMeta);
            self.position = HEAD as u64;
            self.state = State::Body;
        } else if let Some(start) = bare(held) {
            self.scan.begin(start);
            self.state = State::Body;
            let quirk = Quirk { offset: 0, field: "File Preamble", name: "preamble-absent" };
            sink(Event::Quirk { direction: Direction::Initiator, quirk });
            self.body(held, sink);
        } else {
            self.state = State::Done(Outcome::NotDicom);
            let error = Error { offset: 128, field: "DICOM prefix", kind: Kind::Syntax("no DICM and no data element") };
            sink(Event::Error { direction: Direction::Initiator, offset: 0, error });
        }
    }

    fn body(&mut self, chunk: &[u8], sink: &mut dyn FnMut(Event<'_>)) {
        if self.state != State::Body {
            return;
        }
        let message = &mut self.message;
        self.scan.feed(self.position, chunk, &mut |note| note_event(note, message, sink));
        self.position = self.position.saturating_add(chunk.len() as u64);
        if self.scan.is_stopped() {
            self.position = self.scan.stopped_at();
            let complete = self.scan.is_complete();
            self.done(complete, sink);
        }
    }

    fn done(&mut self, complete: bool, sink: &mut dyn FnMut(Event<'_>)) {
        let (direction, offset, message) = (Direction::Initiator, self.position, &self.message);
        sink(Event::DataSetEnd { direction, offset, message, complete });
        self.state = State::Done(if complete { Outcome::Complete } else { Outcome::Incomplete });
    }
}

/// Turns what the scanner tells into events, and keeps what says which object this is.
pub(crate) fn note_event(note: Note<'_>, message: &mut Message, sink: &mut dyn FnMut(Event<'_>)) {
    let direction = Direction::Initiator;
    match note {
        Note::Element { at, enclosing, item, element, complete } => {
            if enclosing.is_empty() {
                match element.tag {
                    Tag::MEDIA_STORAGE_SOP_CLASS_UID | Tag::SOP_CLASS_UID => {
                        message.sop_class = message.sop_class.or_else(|| Uid::new(element.value));
                    }
                    Tag::MEDIA_STORAGE_SOP_INSTANCE_UID | Tag::SOP_INSTANCE_UID => {
                        message.sop_instance = message.sop_instance.or_else(|| Uid::new(element.value));
                    }
                    Tag::TRANSFER_SYNTAX_UID => {
                        message.transfer_syntax = Uid::new(element.value);
                        message.inferred = message.transfer_syntax.is_none();
                    }
                    _ => {}
                }
            }
            sink(Event::Element { direction, offset: at, message, enclosing, item, element, complete });
        }
        Note::Quirk(quirk) => sink(Event::Quirk { direction, quirk }),
        Note::Error { at, error } => {
            sink(Event::Error { direction, offset: at.saturating_sub(error.offset as u64), error });
        }
    }
}
