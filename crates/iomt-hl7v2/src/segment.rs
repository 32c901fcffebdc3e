//! One line of a message.
//!
//! ```text
//!  OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|...
//!  |-| | |  |
//!  |   | |  +- field 3
//!  |   | +---- field 2
//!  |   +------ field 1
//!  +---------- name
//!
//!  MSH|^~\&|SENDER|...
//!     |   | +- MSH-3
//!     |   +--- MSH-2 ends
//!     +------- MSH-1 is the separator itself
//! ```
//! HL7 v2.9.1 chapter 2, section 2.5.2. In MSH, FHS and BHS field 1 is the separator, so their numbers run one ahead.

use crate::scan::{Marks, Trap, find};
use crate::view::{Field, Syntax};
use memchr::memchr_iter;

/// A segment, borrowed from its message. Fields are found when they are asked for.
#[derive(Clone, Copy)]
pub struct Segment<'a> {
    /// From the segment's first byte to the end of the message, so that search may read whole chunks.
    tail: &'a [u8],
    len: usize,
    offset: usize,
    syntax: Syntax,
}

/// Where a segment is in its message.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) offset: usize,
    pub(crate) len: usize,
}

impl<'a> Segment<'a> {
    #[inline]
    pub(crate) const fn new(tail: &'a [u8], len: usize, offset: usize, syntax: Syntax) -> Self {
        Self { tail, len, offset, syntax }
    }

    /// The bytes of the segment, without its terminator.
    #[inline]
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.tail.get(..self.len).unwrap_or_default()
    }

    /// Where the segment begins in the bytes that were given to [`Message::parse`](crate::Message::parse).
    #[inline]
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What stands before the first field separator: three characters, and what devices send instead.
    #[inline]
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        let raw = self.raw();
        match raw {
            [a, b, c, separator, ..]
                if *separator == self.syntax.field()
                    && ![a, b, c].contains(&separator)
                    && self.syntax.trap() == Trap::None =>
            {
                raw.get(..3).unwrap_or_default()
            }
            _ => {
                let end = find(self.syntax.field(), raw, self.syntax.trap()).unwrap_or(raw.len());
                raw.get(..end).unwrap_or_default()
            }
        }
    }

    /// Whether this is MSH, FHS or BHS, whose fields 1 and 2 are the delimiters.
    #[inline]
    #[must_use]
    pub fn is_header(&self) -> bool {
        is_header_name(self.name())
    }

    /// Field `n`, counted from 1 as the standard counts (`MSH-1` is the separator, `MSH-2` the other delimiters); absent when
    /// the segment ends before.
    #[must_use]
    pub fn field(&self, n: usize) -> Field<'a> {
        let absent = Field::new(&[], self.offset.saturating_add(self.len), self.syntax);
        let Ok(count) = u32::try_from(n) else { return absent };
        let header = self.is_header();
        let piece = match (header, count) {
            (_, 0) => return absent,
            (true, 1) => {
                let at = find(self.syntax.field(), self.raw(), self.syntax.trap()).unwrap_or(self.len);
                return self.slice(at, at.saturating_add(1), true);
            }
            (true, _) => count.wrapping_sub(1),
            (false, _) => count,
        };
        let mut marks = self.marks();
        if !marks.skip(piece.wrapping_sub(1)) {
            return absent;
        }
        let Some(start) = marks.next() else { return absent };
        self.slice(start.wrapping_add(1), marks.next().unwrap_or(self.len), header && n == 2)
    }

    /// The fields from number 1 on, as far as the segment goes.
    #[inline]
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        let header = self.is_header();
        let mut marks = self.marks();
        let first = marks.next();
        Fields { segment: *self, marks, previous: first, separator: first.filter(|_| header), verbatim: header }
    }

    /// How many fields there are, without finding each of them.
    #[must_use]
    pub fn field_count(&self) -> usize {
        let separators = match self.syntax.trap() {
            Trap::None => memchr_iter(self.syntax.field(), self.raw()).count(),
            _ => self.marks().count(),
        };
        // The separator of a header is its first field.
        separators.saturating_add(usize::from(separators > 0 && self.is_header()))
    }

    #[inline]
    pub(crate) fn marks(&self) -> Marks<'a> {
        Marks::new(self.tail, self.len, self.syntax.field(), self.syntax.trap())
    }

    /// The segment's first byte and all that follow in the message.
    #[inline(always)]
    pub(crate) const fn tail(&self) -> &'a [u8] {
        self.tail
    }

    #[inline(always)]
    pub(crate) const fn place(&self) -> Place {
        Place { offset: self.offset, len: self.len }
    }

    #[inline(always)]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) const fn syntax(&self) -> &Syntax {
        &self.syntax
    }

    /// The bytes from `start` to `end` of the segment as a field; `verbatim` keeps delimiters from being taken for such.
    #[inline]
    pub(crate) fn slice(&self, start: usize, end: usize, verbatim: bool) -> Field<'a> {
        let bytes = self.raw().get(start..end).unwrap_or_default();
        let mut syntax = self.syntax;
        if verbatim {
            syntax = syntax.verbatim();
        }
        Field::new(bytes, self.offset.wrapping_add(start), syntax)
    }
}

impl core::fmt::Debug for Segment<'_> {
    /// Says where, not what: a segment may hold a patient's name.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let end = self.offset.saturating_add(self.len);
        f.debug_struct("Segment").field("span", &(self.offset..end)).finish_non_exhaustive()
    }
}

/// Whether a segment of this name declares delimiters.
#[inline]
pub(crate) const fn is_header_name(name: &[u8]) -> bool {
    matches!(name, b"MSH" | b"FHS" | b"BHS")
}

/// The fields of a segment in order.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    segment: Segment<'a>,
    marks: Marks<'a>,
    /// The separator before the next field.
    previous: Option<usize>,
    /// Where MSH-1 lies, while it is to be given.
    separator: Option<usize>,
    /// Whether the next field is MSH-2 (or the separator before it).
    verbatim: bool,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Field<'a>> {
        if let Some(at) = self.separator.take() {
            return Some(self.segment.slice(at, at.wrapping_add(1), true));
        }
        let start = self.previous?.wrapping_add(1);
        self.previous = self.marks.next();
        let field = self.segment.slice(start, self.previous.unwrap_or(self.segment.len), self.verbatim);
        self.verbatim = false;
        Some(field)
    }
}

impl core::iter::FusedIterator for Fields<'_> {}
