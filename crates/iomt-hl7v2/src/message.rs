//! A message: a header segment and those that follow it.
//!
//! ```text
//!  MSH|^~\&|...  CR
//!  PID|...       CR
//!  OBX|...       CR
//! ```
//! HL7 v2.9.1 chapter 2, section 2.5. There is no length anywhere. CR is the only lawful terminator, but LF, CR LF, blank
//! lines and a missing last CR are common; which one a message uses is decided once, on its header line, because a line feed
//! is data in a message that uses CR.

use crate::scan::{Marks, Trap};
use crate::segment::{Place, Segment, is_header_name};
use crate::view::Syntax;
use crate::{Delimiters, Terminator};
use iomt_wire::{Error, Kind, Quirk};
use memchr::{memchr_iter, memchr2};

/// A message, borrowed. Parsing reads the header's delimiters; all else is found when it is asked for.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    bytes: &'a [u8],
    /// Where the header segment begins.
    head: usize,
    delimiters: Delimiters,
    syntax: Syntax,
    terminator: Terminator,
}

impl<'a> Message<'a> {
    /// Reads the header of a message that begins with MSH, FHS or BHS. A byte order mark and white space before it are
    /// passed over and told by [`quirks`](Self::quirks).
    ///
    /// # Errors
    /// When the first segment is none of the three, or when MSH-1 or MSH-2 cannot be used; the error says which byte.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let head = head(bytes);
        let tail = bytes.get(head..).unwrap_or_default();
        let error = |kind| Error { offset: head, field: "MSH", kind };
        let Some((name, after)) = tail.split_first_chunk::<3>() else {
            return Err(error(Kind::Truncated { needed: 3, available: tail.len() }));
        };
        if !is_header_name(name) {
            return Err(error(match crate::text::wide(bytes) {
                Some(_) => Kind::Syntax("wide characters: decode first"),
                None => Kind::Syntax("not MSH, FHS or BHS"),
            }));
        }
        let (delimiters, length) = Delimiters::read(after, head.saturating_add(3))?;
        let line = memchr2(b'\r', b'\n', after);
        let terminator = match line {
            Some(at) => match after.get(at..) {
                Some([b'\r', b'\n', ..]) => Terminator::CrLf,
                Some([b'\n', ..]) => Terminator::Lf,
                _ => Terminator::Cr,
            },
            None => Terminator::Cr,
        };
        let syntax = Syntax::new(delimiters, Trap::None);
        let mut message = Self { bytes, head, delimiters, syntax, terminator };
        if name == b"MSH" && after.len() > length {
            let header = line.map_or(tail.len(), |line| line.saturating_add(3));
            // MSH-1 is one of the seventeen separators before MSH-18.
            let mut separators = Marks::new(tail, header, delimiters.field, Trap::None);
            if separators.skip(16)
                && let Some(before) = separators.next()
            {
                let end = separators.next().unwrap_or(header);
                let charset = tail.get(before.wrapping_add(1)..end).unwrap_or_default();
                message.syntax = Syntax::new(delimiters, crate::text::trap(charset, delimiters.repetition));
            }
        }
        Ok(message)
    }

    /// The delimiters that the header declares.
    #[inline]
    #[must_use]
    pub const fn delimiters(&self) -> &Delimiters {
        &self.delimiters
    }

    /// What ends the segments, as the header line shows.
    #[inline]
    #[must_use]
    pub const fn terminator(&self) -> Terminator {
        self.terminator
    }

    /// All bytes that were given to [`parse`](Self::parse).
    #[inline]
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The segments in order, the header first; blank lines are passed over.
    #[inline]
    #[must_use]
    pub const fn segments(&self) -> Segments<'a> {
        Segments { bytes: self.bytes, at: self.head, syntax: self.syntax, terminator: self.terminator }
    }

    /// The MSH, FHS or BHS segment.
    #[must_use]
    pub fn header(&self) -> Segment<'a> {
        self.segments().next().unwrap_or(Segment::new(&[], 0, self.head, self.syntax))
    }

    /// The first segment of this name.
    #[must_use]
    pub fn segment(&self, name: &[u8]) -> Option<Segment<'a>> {
        self.segments().find(|segment| segment.name() == name)
    }

    /// How text of this message is encoded, by the first repetition of MSH-18.
    #[must_use]
    pub fn charset(&self) -> crate::text::Charset {
        let header = self.header();
        let declared = if header.name() == b"MSH" { header.field(18).repetition(1).bytes() } else { &[] };
        crate::text::Charset::named(declared)
    }

    /// The segment at a place that one of this message's segments gave.
    pub(crate) fn at(&self, Place { offset, len }: Place) -> Segment<'a> {
        Segment::new(self.bytes.get(offset..).unwrap_or_default(), len, offset, self.syntax)
    }

    #[inline]
    pub(crate) const fn syntax(&self) -> Syntax {
        self.syntax
    }

    #[inline]
    pub(crate) const fn head(&self) -> usize {
        self.head
    }

    /// Whether three characters of a segment name and the field separator stand here.
    fn begins_segment(&self, at: usize) -> bool {
        matches!(self.bytes.get(at..), Some([a, b, c, separator, ..])
            if *separator == self.syntax.field()
                && a.is_ascii_uppercase() && is_upper_or_digit(*b) && is_upper_or_digit(*c))
    }

    /// Calls `visit` with every deviation that reading this message tolerates, in the order of their places.
    pub fn quirks(&self, visit: &mut dyn FnMut(Quirk)) {
        let mut tell = |offset, field, name| visit(Quirk { offset, field, name });
        if self.bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
            tell(0, "MSH", "byte-order-mark");
        }
        let marked = if self.bytes.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
        if self.head > marked {
            tell(marked, "MSH", "leading-white-space");
        }
        let after = self.head.saturating_add(4);
        if self.delimiters.subcomponent.is_none() {
            tell(after, "MSH-2", "short-encoding-characters");
        }
        let characters = self.bytes.get(after..).unwrap_or_default().iter().take(6);
        let characters = characters.take_while(|byte| **byte != self.syntax.field());
        if characters.filter(|byte| **byte == b'\\').count() > 1 {
            tell(after, "MSH-2", "doubled-escape-character");
        }
        let declared = self.header().field(18).repetition(1);
        match self.charset() {
            crate::text::Charset::Unknown => tell(declared.offset(), "MSH-18", "unknown-character-set"),
            charset if !charset.is_decoded() => tell(declared.offset(), "MSH-18", "character-set-not-decoded"),
            _ => {}
        }
        let header_end = self.head.saturating_add(self.header().raw().len());
        match self.terminator {
            Terminator::Cr => {}
            Terminator::Lf => tell(header_end, "segment terminator", "line-feed-terminator"),
            Terminator::CrLf => tell(header_end, "segment terminator", "carriage-return-line-feed-terminator"),
        }
        let mut end = self.head;
        let mut mixed = false;
        for segment in self.segments() {
            let start = segment.offset();
            if start > end && is_blank_line(self.bytes.get(end..start).unwrap_or_default(), self.terminator) {
                tell(end, "segment", "blank-segment");
            }
            match segment.name() {
                [a, b, c] if a.is_ascii_uppercase() && is_upper_or_digit(*b) && is_upper_or_digit(*c) => {}
                [a, b, c] if a.is_ascii_alphabetic() && b.is_ascii_alphanumeric() && c.is_ascii_alphanumeric() => {
                    tell(start, "segment name", "lower-case-segment-name");
                }
                _ => tell(start, "segment name", "odd-segment-name"),
            }
            end = start.saturating_add(segment.raw().len());
            if self.terminator != Terminator::Lf {
                for feed in memchr_iter(b'\n', segment.raw()) {
                    if self.begins_segment(start.saturating_add(feed).saturating_add(1)) {
                        tell(start.saturating_add(feed), "segment terminator", "line-feed-before-segment-name");
                    }
                }
            }
            let behind = self.bytes.get(end..).unwrap_or_default();
            let usual = match self.terminator {
                Terminator::Cr => !behind.starts_with(b"\r\n"),
                Terminator::CrLf => behind.starts_with(b"\r\n"),
                Terminator::Lf => behind.starts_with(b"\n"),
            };
            if !(usual || mixed || behind.is_empty()) {
                mixed = true;
                tell(end, "segment terminator", "mixed-terminators");
            }
        }
        match self.bytes.get(end..).unwrap_or_default() {
            [] => tell(end, "segment terminator", "missing-last-terminator"),
            rest if is_blank_line(rest, self.terminator) => tell(end, "segment", "blank-segment"),
            _ => {}
        }
    }
}

impl core::fmt::Debug for Message<'_> {
    /// Says how it is written, not what is: a message may hold a patient's name.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Message")
            .field("len", &self.bytes.len())
            .field("delimiters", self.delimiters())
            .field("terminator", &self.terminator)
            .finish_non_exhaustive()
    }
}

/// Whether more than one terminator stands here.
fn is_blank_line(between: &[u8], terminator: Terminator) -> bool {
    match terminator {
        Terminator::Cr => !matches!(between, b"\r" | b"\r\n"),
        Terminator::CrLf => !matches!(between, b"\r" | b"\r\n"),
        Terminator::Lf => !matches!(between, b"\n" | b"\r" | b"\r\n" | b"\n\r"),
    }
}

const fn is_upper_or_digit(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// Where the first segment begins: behind a byte order mark, white space and a stray MLLP start.
fn head(bytes: &[u8]) -> usize {
    let mark = if bytes.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
    blanks(bytes, mark)
}

/// The first place from `at` on that is not blank between segments.
#[inline]
pub(crate) fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at)
        && is_blank(*byte)
    {
        at = at.wrapping_add(1);
    }
    at
}

/// White space, and the block characters of MLLP, which files keep by mistake.
#[inline]
pub(crate) const fn is_blank(byte: u8) -> bool {
    byte <= b' ' && matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x1c)
}

/// The segments of a message in order.
#[derive(Clone, Copy)]
pub struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
    syntax: Syntax,
    terminator: Terminator,
}

impl core::fmt::Debug for Segments<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Segments").field("at", &self.at).finish_non_exhaustive()
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    #[inline]
    fn next(&mut self) -> Option<Segment<'a>> {
        let at = blanks(self.bytes, self.at);
        let tail = self.bytes.get(at..).filter(|tail| !tail.is_empty())?;
        let len = self.terminator.find(tail).unwrap_or(tail.len());
        self.at = at.wrapping_add(len).wrapping_add(1);
        Some(Segment::new(tail, len, at, self.syntax))
    }
}

impl core::iter::FusedIterator for Segments<'_> {}
