//! A segment with the places of its field separators, found in one walk.
//!
//! ```text
//!  OBX|1|NM|147842^MDC_..|1.5.1.1|72\rOBX|2...      64 bytes are compared at once, with both
//!  ...1.1..1.............1.......1.....1.          where a field separator stands
//!  .................................1.....          where the segment ends
//! ```
//! Whoever reads some fields of a segment gets all of them from here without searching a byte twice.

use crate::Terminator;
use crate::scan::{Shift, Trap, hidden_at};
use crate::segment::Segment;
use crate::view::Syntax;
use iomt_wire::scan::{Needles, padded};

/// How many masks a line keeps: places behind the first 512 bytes of a segment are searched for once more when asked for.
pub(crate) const WORDS: usize = 8;

/// Reads segments of one message, which end with one of `ENDS` bytes.
pub(crate) struct Reader<const ENDS: usize> {
    syntax: Syntax,
    terminator: Terminator,
    separator: Needles<1>,
    ends: Needles<ENDS>,
}

/// A segment and where its field separators stand.
#[derive(Clone, Copy)]
pub(crate) struct Line<'w, 'a> {
    segment: Segment<'a>,
    /// A bit for each, 64 bytes a word.
    words: &'w [u64],
    /// How many they are: the sum of all bytes.
    counts: u64,
    /// Whether the words are all.
    whole: bool,
}

impl<const ENDS: usize> Reader<ENDS> {
    pub(crate) fn new(syntax: Syntax, terminator: Terminator, ends: [u8; ENDS]) -> Self {
        Self { syntax, terminator, separator: Needles::new([syntax.field()]), ends: Needles::new(ends) }
    }

    /// The segment that begins where `tail` does, `offset` bytes into the message.
    #[inline(always)]
    pub(crate) fn line<'w, 'a>(&self, tail: &'a [u8], offset: usize, kept: &'w mut [u64; WORDS]) -> Line<'w, 'a> {
        let mut shift = Shift::new(self.syntax.trap());
        let (mut counts, mut words) = (0_u64, 0_usize);
        let mut end = None;
        for slot in kept.iter_mut() {
            let base = words.wrapping_mul(64);
            let rest = tail.get(base..).unwrap_or_default();
            let copy;
            let chunk = match rest.first_chunk() {
                Some(chunk) => chunk,
                // No delimiter is a zero.
                None => {
                    copy = padded(rest);
                    &copy
                }
            };
            let closes = self.ends.mask(chunk);
            let last = closes & closes.wrapping_neg();
            let mut fields = self.separator.mask(chunk) & last.wrapping_sub(1);
            if self.syntax.trap() != Trap::None {
                let hidden;
                (hidden, shift) = hidden_at(rest, shift);
                fields &= !hidden;
            }
            *slot = fields;
            counts = counts.wrapping_add(counts_of(fields));
            words = words.wrapping_add(1);
            if last != 0 {
                end = Some(base.wrapping_add(last.trailing_zeros() as usize));
                break;
            }
            if rest.len() <= 64 {
                end = Some(tail.len());
                break;
            }
        }
        let whole = end.is_some();
        let len = end.unwrap_or_else(|| self.terminator.find(tail).unwrap_or(tail.len()));
        let segment = Segment::new(tail, len, offset, self.syntax);
        Line { segment, words: kept.get(..words).unwrap_or_default(), counts, whole }
    }
}

impl<'a> Line<'_, 'a> {
    /// A segment whose separators are searched for when they are asked for.
    #[cfg(test)]
    pub(crate) const fn plain(segment: Segment<'a>) -> Self {
        Self { segment, words: &[], counts: 0, whole: false }
    }

    #[inline]
    pub(crate) const fn segment(&self) -> &Segment<'a> {
        &self.segment
    }

    /// A bit for each field separator, 64 bytes a word; nothing where they are too many words, or where encodings hide some.
    #[inline(always)]
    fn words(&self) -> Option<&[u64]> {
        (self.whole && self.segment.syntax().trap() == Trap::None).then_some(self.words)
    }

    /// The places of the first `N` field separators; the segment's end stands for those that are not there.
    #[inline(always)]
    pub(crate) fn places<const N: usize>(&self) -> [usize; N] {
        let Some([first, rest @ ..]) = self.words() else { return self.segment.marks().take() };
        let mut places = [self.segment.len(); N];
        let (mut rest, mut mask, mut base) = (rest, *first, 0_usize);
        for place in &mut places {
            while mask == 0 {
                let [next, behind @ ..] = rest else { return places };
                (rest, mask, base) = (behind, *next, base.wrapping_add(64));
            }
            *place = base.wrapping_add(mask.trailing_zeros() as usize);
            mask &= mask.wrapping_sub(1);
        }
        places
    }

    /// The places of the separators from number `n` on, counted from 0; the segment's end stands for those that are not there.
    #[inline]
    pub(crate) fn places_from<const N: usize>(&self, n: u32) -> [usize; N] {
        let mut places = [self.segment.len(); N];
        let Some(words) = self.words() else {
            let mut marks = self.segment.marks();
            return if marks.skip(n) { marks.take() } else { places };
        };
        // From the end, near which they are.
        let mut left = self.count();
        for (index, word) in words.iter().enumerate().rev() {
            let mut word = *word;
            while word != 0 && left > n {
                left = left.wrapping_sub(1);
                let bit = word.ilog2();
                if let Some(place) = places.get_mut(left.wrapping_sub(n) as usize) {
                    *place = index.wrapping_mul(64).wrapping_add(bit as usize);
                }
                word ^= 1_u64.unbounded_shl(bit);
            }
        }
        places
    }

    /// How many field separators there are.
    #[inline(always)]
    pub(crate) fn count(&self) -> u32 {
        if self.words().is_none() {
            return u32::try_from(self.segment.marks().count()).unwrap_or(u32::MAX);
        }
        // There may be more than a byte holds.
        let pairs = (self.counts & (u64::MAX / 0x101)).wrapping_add((self.counts >> 8) & (u64::MAX / 0x101));
        let [.., low, high] = pairs.wrapping_mul(u64::MAX / 0xffff).to_le_bytes();
        u32::from(u16::from_le_bytes([low, high]))
    }
}

/// How many bits are set in each byte.
#[inline(always)]
const fn counts_of(word: u64) -> u64 {
    let pairs = word.wrapping_sub((word >> 1) & (u64::MAX / 3));
    let halves = (pairs & (u64::MAX / 5)).wrapping_add((pairs >> 2) & (u64::MAX / 5));
    halves.wrapping_add(halves >> 4) & (u64::MAX / 0x11)
}
