//! All of a message in one pass.
//!
//! Where every value is wanted, asking for fields one by one searches the same bytes at each level. One pass finds all
//! separators together, 64 bytes at a time, and counts at which field, repetition, component and subcomponent it stands.

use crate::message::is_blank;
use crate::scan::Trap;
use crate::segment::is_header_name;
use crate::{Delimiters, Message, Terminator};
use iomt_wire::scan::{Marks, last_chunk};

/// A subcomponent and its place, as the standard counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The value, still escaped; empty when absent.
    pub bytes: &'a [u8],
    /// Where it lies in the bytes that were given to [`Message::parse`].
    pub offset: usize,
    /// Number of the field; 0 is the segment's name.
    pub field: u32,
    /// Number of the repetition.
    pub repetition: u32,
    /// Number of the component.
    pub component: u32,
    /// Number of the subcomponent.
    pub subcomponent: u32,
}

impl core::fmt::Debug for Token<'_> {
    /// Says where, not what: a value may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { offset, field, repetition, component, subcomponent, .. } = self;
        write!(f, "Token({field}[{repetition}].{component}.{subcomponent} at {offset})")
    }
}

/// Counters of a place.
#[derive(Clone, Copy)]
struct Place {
    field: u32,
    repetition: u32,
    component: u32,
    subcomponent: u32,
}

impl Place {
    /// The first subcomponent of a field.
    const fn of_field(field: u32) -> Self {
        Self { field, repetition: 1, component: 1, subcomponent: 1 }
    }

    /// The place behind a separator. Whoever does not look at places does not pay for them: nothing else depends on it.
    #[inline(always)]
    fn behind(self, separator: u8, delimiters: &Delimiters) -> Self {
        let Self { field, repetition, component, subcomponent } = self;
        if separator == delimiters.field {
            Self::of_field(field.wrapping_add(1))
        } else if Some(separator) == delimiters.component {
            Self { field, repetition, component: component.wrapping_add(1), subcomponent: 1 }
        } else if Some(separator) == delimiters.subcomponent {
            Self { field, repetition, component, subcomponent: subcomponent.wrapping_add(1) }
        } else {
            Self { field, repetition: repetition.wrapping_add(1), component: 1, subcomponent: 1 }
        }
    }
}

impl<'a> Message<'a> {
    /// Calls `visit` with every value of the message in order: segment names (as field 0), then each subcomponent. An absent
    /// field, component or repetition is visited once, with no bytes.
    #[inline]
    pub fn tokens(&self, mut visit: impl FnMut(Token<'a>)) {
        if self.syntax().trap() == Trap::None {
            Walk { bytes: self.bytes(), terminator: self.terminator() }.run(
                self.head(),
                *self.delimiters(),
                &mut visit,
            );
        } else {
            self.nested(&mut visit);
        }
    }

    /// The same through the views, which know the encodings that hide separators.
    fn nested(&self, visit: &mut impl FnMut(Token<'a>)) {
        let token = |bytes, offset| Token { bytes, offset, field: 0, repetition: 1, component: 1, subcomponent: 1 };
        let count = |index: usize| u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        for segment in self.segments() {
            visit(token(segment.name(), segment.offset()));
            for (f, field) in segment.fields().enumerate() {
                let field_token = |bytes, offset| Token { field: count(f), ..token(bytes, offset) };
                if field.is_absent() {
                    visit(field_token(&[], field.offset()));
                }
                for (r, repetition) in field.repetitions().enumerate() {
                    if repetition.is_absent() {
                        visit(Token { repetition: count(r), ..field_token(&[], repetition.offset()) });
                    }
                    for (c, component) in repetition.components().enumerate() {
                        let place = |bytes, offset| Token {
                            repetition: count(r),
                            component: count(c),
                            ..field_token(bytes, offset)
                        };
                        if component.is_absent() {
                            visit(place(&[], component.offset()));
                        }
                        for (s, sub) in component.subcomponents().enumerate() {
                            visit(Token { subcomponent: count(s), ..place(sub.bytes(), sub.offset()) });
                        }
                    }
                }
            }
        }
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    terminator: Terminator,
}

impl<'a> Walk<'a> {
    #[inline]
    fn run(&self, mut head: usize, delimiters: Delimiters, visit: &mut impl FnMut(Token<'a>)) {
        let f = delimiters.field;
        let or = |byte: Option<u8>| byte.unwrap_or(f);
        let [c, r, s] = [delimiters.component, delimiters.repetition, delimiters.subcomponent].map(or);
        // A header's first two fields are not split, so the walk over separators starts anew behind each header's MSH-2.
        loop {
            let start = self.header(head, delimiters, visit);
            let next = match self.terminator {
                Terminator::Cr | Terminator::CrLf => self.plain(start, delimiters, [b'\r', f, c, r, s], visit),
                Terminator::Lf => self.plain(start, delimiters, [b'\r', b'\n', f, c, r, s], visit),
            };
            match next {
                Some(next) => head = next,
                None => return,
            }
        }
    }

    #[inline(always)]
    fn token(&self, start: usize, end: usize, place: Place) -> Option<Token<'a>> {
        let Place { field, repetition, component, subcomponent } = place;
        let bytes = self.bytes.get(start..end)?;
        Some(Token { bytes, offset: start, field, repetition, component, subcomponent })
    }

    /// Visits the name and the first two fields of a header; returns where the third begins, or the terminator.
    fn header(&self, head: usize, delimiters: Delimiters, visit: &mut impl FnMut(Token<'a>)) -> usize {
        let separator = head.wrapping_add(3);
        let after = separator.wrapping_add(1);
        let rest = self.bytes.get(after..).unwrap_or_default();
        let ends = |byte: &u8| *byte == delimiters.field || self.is_end(*byte);
        let end = rest.iter().position(ends).unwrap_or(rest.len()).wrapping_add(after);
        let fields = if self.bytes.get(separator) == Some(&delimiters.field) { 3 } else { 1 };
        for (number, (start, end)) in (0..fields).zip([(head, separator), (separator, after), (after, end)]) {
            self.token(start, end, Place::of_field(number)).into_iter().for_each(&mut *visit);
        }
        end
    }

    /// Visits what lies between separators from `start`, which is the separator behind a header's second field or a terminator, on;
    /// returns the next header.
    #[inline]
    fn plain<const N: usize>(
        &self,
        start: usize,
        delimiters: Delimiters,
        needles: [u8; N],
        visit: &mut impl FnMut(Token<'a>),
    ) -> Option<usize> {
        // The last bytes stand in a copy, so that whole chunks can be read everywhere.
        let last = last_chunk(self.bytes, start);
        let mut marks = Marks::new(self.bytes, &last, start, needles);
        let (mut at, mut byte) = marks.next()?;
        let mut place = Place::of_field(2);
        loop {
            // Fields, until the segment ends.
            while byte >= LOWEST {
                place = place.behind(byte, &delimiters);
                let begin = at.wrapping_add(1);
                let Some(next) = marks.next() else {
                    visit(self.token(begin, self.bytes.len(), place)?);
                    return None;
                };
                (at, byte) = next;
                visit(self.token(begin, at, place)?);
            }
            // The next segment: its name, in which nothing but the field separator separates.
            place = Place::of_field(0);
            let begin = self.line(at.wrapping_add(1));
            if let Some([a, b, c, separator, ..]) = self.bytes.get(begin..)
                && *separator == delimiters.field
                && is_header_name(&[*a, *b, *c])
            {
                return Some(begin);
            }
            loop {
                let Some(next) = marks.next() else {
                    if self.bytes.len() > begin {
                        visit(self.token(begin, self.bytes.len(), place)?);
                    }
                    return None;
                };
                (at, byte) = next;
                if byte == delimiters.field || byte < LOWEST {
                    break;
                }
            }
            if byte >= LOWEST || at > begin {
                visit(self.token(begin, at, place)?);
            }
        }
    }

    #[inline]
    fn is_end(&self, byte: u8) -> bool {
        byte == self.terminator.byte() || (byte == b'\r' && self.terminator == Terminator::Lf)
    }

    /// Where the segment on the line that starts here begins; the terminator of an empty line is left to be met.
    #[inline]
    fn line(&self, mut at: usize) -> usize {
        while let Some(&byte) = self.bytes.get(at)
            && is_blank(byte)
            && !self.is_end(byte)
        {
            at = at.wrapping_add(1);
        }
        at
    }
}

/// Delimiters are printable, terminators are not: what is below ends a segment.
const LOWEST: u8 = b' ';
