//! All of a message in one pass.
//!
//! Where every value is wanted, asking for fields one by one searches the same bytes at each level. One pass finds all
//! separators together, 64 bytes at a time, and counts at which field, repetition, component and subcomponent it stands.

use crate::message::is_blank;
use crate::scan::{Trap, mask_at};
use crate::segment::is_header_name;
use crate::{Delimiters, Message, Terminator};

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

/// Counters of a place, packed so that a separator changes them without a branch.
#[derive(Clone, Copy)]
struct Place {
    /// Field above repetition.
    high: u64,
    /// Component above subcomponent.
    low: u64,
}

/// What a separator does to the counters: keep these bits, add this.
#[derive(Clone, Copy)]
struct Step {
    keep: Place,
    add: Place,
}

const HIGH: u64 = 0xffff_ffff_0000_0000;
const ONE: u64 = 1 << 32;
const FIRST: u64 = ONE | 1;

/// The levels of separators, outermost first.
const SEGMENT: u8 = 0;
const FIELD: u8 = 1;
const STEPS: [Step; 5] = [Step::SEGMENT, Step::FIELD, Step::REPETITION, Step::COMPONENT, Step::SUBCOMPONENT];

impl Step {
    const fn new(keep_high: u64, keep_low: u64, add_high: u64, add_low: u64) -> Self {
        Self { keep: Place { high: keep_high, low: keep_low }, add: Place { high: add_high, low: add_low } }
    }

    const SUBCOMPONENT: Self = Self::new(u64::MAX, u64::MAX, 0, 1);
    const COMPONENT: Self = Self::new(u64::MAX, HIGH, 0, FIRST);
    const REPETITION: Self = Self::new(u64::MAX, 0, 1, FIRST);
    const FIELD: Self = Self::new(HIGH, 0, FIRST, FIRST);
    const SEGMENT: Self = Self::new(0, 0, 1, FIRST);
}

impl<'a> Message<'a> {
    /// Calls `visit` with every value of the message in order: segment names (as field 0), then each subcomponent. An absent
    /// field, component or repetition is visited once, with no bytes.
    #[inline]
    pub fn tokens(&self, mut visit: impl FnMut(Token<'a>)) {
        if self.syntax().trap == Trap::None {
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

    fn token(&self, start: usize, end: usize, place: Place) -> Token<'a> {
        #[expect(clippy::cast_possible_truncation, reason = "takes the lower half on purpose")]
        let (low, high) = (|pair: u64| pair as u32, |pair: u64| (pair >> 32) as u32);
        Token {
            bytes: self.bytes.get(start..end).unwrap_or_default(),
            offset: start,
            field: high(place.high),
            repetition: low(place.high),
            component: high(place.low),
            subcomponent: low(place.low),
        }
    }

    /// Visits the name and the first two fields of a header; returns where the third begins, or the terminator.
    fn header(&self, head: usize, delimiters: Delimiters, visit: &mut impl FnMut(Token<'a>)) -> usize {
        let separator = head.wrapping_add(3);
        let after = separator.wrapping_add(1);
        let rest = self.bytes.get(after..).unwrap_or_default();
        let ends = |byte: &u8| *byte == delimiters.field || self.is_end(*byte);
        let end = rest.iter().position(ends).unwrap_or(rest.len()).wrapping_add(after);
        let place = |field: u64| Place { high: (field << 32) | 1, low: FIRST };
        visit(self.token(head, separator, place(0)));
        if self.bytes.get(separator) == Some(&delimiters.field) {
            visit(self.token(separator, after, place(1)));
            visit(self.token(after, end, place(2)));
        }
        end
    }

    /// Visits what lies between separators from `start`, which is a separator of a header, on; returns the next header.
    #[inline]
    fn plain<const N: usize>(
        &self,
        start: usize,
        delimiters: Delimiters,
        needles: [u8; N],
        visit: &mut impl FnMut(Token<'a>),
    ) -> Option<usize> {
        // What each byte separates: a small table is filled for each message, the large one of steps is constant.
        let mut levels = [SEGMENT; 128];
        for (level, byte) in
            (1..).zip([Some(delimiters.field), delimiters.repetition, delimiters.component, delimiters.subcomponent])
        {
            if let Some(slot) = byte.and_then(|byte| levels.get_mut(usize::from(byte))) {
                *slot = level;
            }
        }
        // The separator behind MSH-2 makes it field 3; a terminator there begins the next segment.
        let mut place = Place { high: (2 << 32) | 1, low: FIRST };
        let mut begin = start;
        let mut first = true;
        let mut base = start;
        while base < self.bytes.len() {
            let mut marks = mask_at(self.bytes, base, needles);
            while marks != 0 {
                let at = base.wrapping_add(marks.trailing_zeros() as usize);
                marks &= marks.wrapping_sub(1);
                let byte = self.bytes.get(at).copied().unwrap_or(b'\r');
                let level = levels.get(usize::from(byte)).copied().unwrap_or(SEGMENT);
                let step = STEPS.get(usize::from(level)).copied().unwrap_or(Step::SEGMENT);
                if place.high < ONE && level > FIELD {
                    // In a segment's name nothing else separates.
                    continue;
                }
                if level == SEGMENT {
                    if !first {
                        let end = at;
                        if place.high >= ONE || end > begin {
                            visit(self.token(begin, end, place));
                        }
                    }
                    begin = self.line(at.wrapping_add(1));
                    if let Some([a, b, c, separator, ..]) = self.bytes.get(begin..)
                        && *separator == delimiters.field
                        && is_header_name(&[*a, *b, *c])
                    {
                        return Some(begin);
                    }
                } else {
                    if !first {
                        visit(self.token(begin, at, place));
                    }
                    begin = at.wrapping_add(1);
                }
                first = false;
                place.high = (place.high & step.keep.high).wrapping_add(step.add.high);
                place.low = (place.low & step.keep.low).wrapping_add(step.add.low);
            }
            base = base.wrapping_add(64);
        }
        let end = self.bytes.len();
        if !first && (place.high >= ONE || end > begin) {
            visit(self.token(begin, end, place));
        }
        None
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
