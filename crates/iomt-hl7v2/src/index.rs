//! All separators of a message, found in one pass and kept in memory that the caller gives.
//!
//! ```text
//!  bytes   MSH|^~\&|A|B^C<CR>PID|1<CR>
//!  marks      ^    ^ ^ ^ ^      ^ ^       where each separator lies
//!  rows    0: MSH, marks 0..5   1: PID, marks 5..7
//! ```
//! For those who read one message in many places or in any order: a segment is found by its number, a field by walking over the
//! marks of its segment and not its bytes. Those who read everything once, in order, want
//! [`Message::tokens`]; those who read a few fields want the views, which look at nothing else.

use crate::Message;
use crate::scan::{Shift, Trap, hidden_at, mask_at};
use crate::segment::{Segment, is_header_name};
use crate::view::{Field, Node};
use iomt_wire::{Error, Kind};

/// A segment of an [`Index`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    start: u32,
    end: u32,
    /// The first of its marks.
    mark: u32,
    name: [u8; 3],
}

/// The separators of a message. Positions are 32 bits: a message of 4 GiB is refused.
#[derive(Clone, Copy)]
pub struct Index<'i, 'a> {
    message: Message<'a>,
    marks: &'i [u32],
    rows: &'i [Row],
}

impl core::fmt::Debug for Index<'_, '_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Index").field("marks", &self.marks.len()).field("segments", &self.rows.len()).finish()
    }
}

/// Memory being filled; what does not fit is counted.
struct Filling<'i> {
    marks: &'i mut [u32],
    rows: &'i mut [Row],
    marked: usize,
    begun: usize,
}

impl Filling<'_> {
    #[inline(always)]
    fn mark(&mut self, at: usize) {
        if let Some(slot) = self.marks.get_mut(self.marked) {
            #[expect(clippy::cast_possible_truncation, reason = "the message is shorter than 4 GiB")]
            {
                *slot = at as u32;
            }
        }
        self.marked = self.marked.wrapping_add(1);
    }

    fn row(&mut self, segment: &Segment<'_>) {
        if let Some(row) = self.rows.get_mut(self.begun) {
            let at = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let end = segment.offset().wrapping_add(segment.raw().len());
            let name = segment.name().try_into().unwrap_or_default();
            *row = Row { start: at(segment.offset()), end: at(end), mark: at(self.marked), name };
        }
        self.begun = self.begun.wrapping_add(1);
    }
}

impl<'i, 'a> Index<'i, 'a> {
    /// Finds every separator of the message in one pass.
    ///
    /// # Errors
    /// [`Kind::Limit`] about `marks` or `rows` when the memory is too small, with the number that it has;
    /// [`needed`](Self::needed) says how much is.
    pub fn build(message: &Message<'a>, marks: &'i mut [u32], rows: &'i mut [Row]) -> Result<Self, Error> {
        let limit = |field, have: usize| {
            let limit = u64::try_from(have).unwrap_or(u64::MAX);
            Err(Error { offset: 0, field, kind: Kind::Limit { limit } })
        };
        if u32::try_from(message.bytes().len()).is_err() {
            return limit("message", u32::MAX as usize);
        }
        let mut filling = Filling { marks, rows, marked: 0, begun: 0 };
        fill(message, &mut filling);
        let Filling { marks, rows, marked, begun } = filling;
        let (have, have_rows) = (marks.len(), rows.len());
        match (marks.get(..marked), rows.get(..begun)) {
            (Some(marks), Some(rows)) => Ok(Self { message: *message, marks, rows }),
            (None, _) => limit("marks", have),
            (_, None) => limit("rows", have_rows),
        }
    }

    /// How many marks and rows a message needs: one pass that keeps nothing.
    #[must_use]
    pub fn needed(message: &Message<'_>) -> (usize, usize) {
        let mut filling = Filling { marks: &mut [], rows: &mut [], marked: 0, begun: 0 };
        fill(message, &mut filling);
        (filling.marked, filling.begun)
    }

    /// How many segments there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no segment; never, because a message has its header.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Segment number `row`, counted from 0.
    #[must_use]
    pub fn segment(&self, row: usize) -> Option<Segment<'a>> {
        let row = self.rows.get(row)?;
        let (start, end) = (row.start as usize, row.end as usize);
        let tail = self.message.bytes().get(start..)?;
        Some(Segment::new(tail, end.wrapping_sub(start), start, self.message.syntax()))
    }

    /// The first segment of this name at `from` or behind.
    #[must_use]
    pub fn find(&self, from: usize, name: &[u8; 3]) -> Option<usize> {
        let rows = self.rows.get(from..)?;
        rows.iter().position(|row| row.name == *name).map(|at| at.wrapping_add(from))
    }

    /// Field `n` of segment `row`, as [`Segment::field`] gives it.
    #[must_use]
    pub fn field(&self, row: usize, n: usize) -> Field<'a> {
        let Some(segment) = self.segment(row) else {
            return Field::new(&[], self.message.bytes().len(), self.message.syntax());
        };
        let len = segment.raw().len();
        let absent = Field::new(&[], segment.offset().saturating_add(len), self.message.syntax());
        let header = self.rows.get(row).is_some_and(|row| is_header_name(&row.name));
        if n == 0 || (header && n == 1) {
            return if n == 0 { absent } else { segment.field(1) };
        }
        let piece = n.wrapping_sub(usize::from(header));
        let bytes = self.message.bytes();
        let separator = self.message.delimiters().field;
        let mut fields =
            self.marks_of(row).iter().map(|&at| at as usize).filter(|at| bytes.get(*at) == Some(&separator));
        let Some(start) = fields.nth(piece.wrapping_sub(1)) else { return absent };
        let within = |at: usize| at.wrapping_sub(segment.offset());
        let end = fields.next().map_or(len, within);
        segment.slice(within(start).wrapping_add(1), end, header && n == 2)
    }

    /// Every value of segment `row` at its lowest level, empty ones too, in order: what lies between neighbouring marks.
    pub fn leaves(&self, row: usize) -> impl Iterator<Item = Node<'a>> {
        let (end, offset) = self.rows.get(row).map_or((0, 0), |row| (row.end as usize, row.start as usize));
        let marks = self.marks_of(row);
        let ends = marks.iter().skip(1).map(|&at| at as usize).chain([end]);
        let (bytes, syntax) = (self.message.bytes(), self.message.syntax());
        let header = self.rows.get(row).is_some_and(|row| is_header_name(&row.name));
        marks.iter().zip(ends).enumerate().map(move |(index, (&mark, end))| {
            let start = (mark as usize).wrapping_add(1);
            let mut syntax = syntax;
            if header && index == 0 {
                syntax = syntax.verbatim();
            }
            Node::new(bytes.get(start..end).unwrap_or_default(), start.max(offset), syntax)
        })
    }

    /// Where the separators of segment `row` lie in the message, in order: those of fields, repetitions, components and
    /// subcomponents. In a header's first two fields only the field separator is one.
    #[must_use]
    pub fn marks_of(&self, row: usize) -> &'i [u32] {
        let at = |row: usize| self.rows.get(row).map(|row| row.mark as usize);
        let Some(start) = at(row) else { return &[] };
        let end = at(row.wrapping_add(1)).unwrap_or(self.marks.len());
        self.marks.get(start..end).unwrap_or_default()
    }
}

/// Marks the separators of each segment.
fn fill(message: &Message<'_>, filling: &mut Filling<'_>) {
    let syntax = message.syntax();
    let delimiters = syntax.delimiters();
    let or = |byte: Option<u8>| byte.unwrap_or(delimiters.field);
    let needles = [delimiters.field, or(delimiters.component), or(delimiters.repetition), or(delimiters.subcomponent)];
    let bytes = message.bytes();
    for segment in message.segments() {
        filling.row(&segment);
        let end = segment.offset().wrapping_add(segment.raw().len());
        let mut base = segment.offset();
        let mut shift = Shift::new(syntax.trap());
        if segment.is_header() {
            let encoding = segment.field(2).span();
            filling.mark(encoding.start.wrapping_sub(1));
            base = encoding.end;
        } else {
            // In a segment's name nothing but the field separator separates.
            // What hides separators may begin in a name that is none.
            if syntax.trap() != Trap::None {
                for &byte in segment.name() {
                    shift.hides(byte);
                }
            }
            base = base.wrapping_add(segment.name().len());
        }
        while base < end {
            let mut mask = mask_at(bytes, base, needles);
            if syntax.trap() != Trap::None {
                let hidden;
                (hidden, shift) = hidden_at(bytes.get(base..end).unwrap_or_default(), shift);
                mask &= !hidden;
            }
            let inside = end.wrapping_sub(base);
            if inside < 64 {
                mask &= (1_u64 << inside).wrapping_sub(1);
            }
            while mask != 0 {
                filling.mark(base.wrapping_add(mask.trailing_zeros() as usize));
                mask &= mask.wrapping_sub(1);
            }
            base = base.wrapping_add(64);
        }
    }
}
