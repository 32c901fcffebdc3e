//! Byte search: the only place that looks at every byte.
//!
//! Segment ends are rare, so `memchr` finds them. Field separators are dense (one byte in five or so), so they are found
//! 64 bytes at a time: compare all, gather the results into one `u64`, then take its set bits from the low end.
//!
//! In three families of encodings a delimiter's byte value also occurs inside a character (see `crate::text`):
//! there the second bytes of characters are taken out of the mask before anyone looks at it.

use iomt_wire::scan::{Needles, mask, padded};

/// How an encoding can hide delimiter values inside characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Trap {
    /// It cannot: ASCII, 8859, UTF-8, EUC.
    #[default]
    None,
    /// Lead bytes 81-FE take the next byte along: GB18030, GBK, Big5, UHC.
    DoubleByte,
    /// Lead bytes 81-9F and E0-FC do; A1-DF stand alone.
    ShiftJis,
    /// `ESC $ B` switches to two-byte characters of 21-7E, `ESC ( B` back.
    Iso2022,
}

impl Trap {
    /// The trap of this number.
    #[inline(always)]
    pub(crate) const fn of(number: u8) -> Self {
        match number {
            1 => Self::DoubleByte,
            2 => Self::ShiftJis,
            3 => Self::Iso2022,
            _ => Self::None,
        }
    }
}

/// Walks bytes and says which belong to a character that began before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shift {
    trap: Trap,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Single,
    Trail,
    Double,
    DoubleTrail,
    Escape { double: bool },
    Designate { double: bool },
}

impl Shift {
    pub(crate) const fn new(trap: Trap) -> Self {
        Self { trap, state: State::Single }
    }

    /// Whether this byte is hidden: part of a character or of a shift sequence, not a delimiter.
    pub(crate) fn hides(&mut self, byte: u8) -> bool {
        if byte == b'\r' || byte == b'\n' {
            self.state = State::Single;
            return false;
        }
        let (state, hidden) = match self.state {
            State::Trail if byte >= 0x30 => (State::Single, true),
            State::Single | State::Trail => match self.trap {
                Trap::None => (State::Single, false),
                Trap::DoubleByte if (0x81..=0xfe).contains(&byte) => (State::Trail, true),
                Trap::ShiftJis if matches!(byte, 0x81..=0x9f | 0xe0..=0xfc) => (State::Trail, true),
                Trap::Iso2022 if byte == 0x1b => (State::Escape { double: false }, true),
                Trap::DoubleByte | Trap::ShiftJis | Trap::Iso2022 => (State::Single, false),
            },
            State::Double if byte == 0x1b => (State::Escape { double: true }, true),
            State::Double if (0x21..=0x7e).contains(&byte) => (State::DoubleTrail, true),
            State::DoubleTrail if (0x21..=0x7e).contains(&byte) => (State::Double, true),
            State::Double | State::DoubleTrail => (State::Single, false),
            // ESC $ @, ESC $ B, ESC $ ( D designate two-byte sets; ESC ( B, ESC ( J, ESC ( I one-byte sets.
            State::Escape { .. } if byte == b'$' => (State::Designate { double: true }, true),
            State::Escape { .. } if byte == b'(' => (State::Designate { double: false }, true),
            State::Escape { double: false } => (State::Single, false),
            State::Escape { double: true } => (State::Double, true),
            State::Designate { double: true } if byte == b'(' => (State::Designate { double: true }, true),
            State::Designate { double: true } => (State::Double, true),
            State::Designate { double: false } => (State::Single, true),
        };
        self.state = state;
        hidden
    }

    fn mask(&mut self, chunk: &[u8; 64]) -> u64 {
        let hidden = |mask, (index, &byte)| mask | (u64::from(self.hides(byte)) << (index & 63));
        chunk.iter().enumerate().fold(0, hidden)
    }

    /// The first byte that equals `needle` and is not hidden.
    pub(crate) fn find(&mut self, needle: u8, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|&byte| !self.hides(byte) && byte == needle)
    }
}

/// The first byte of `bytes`, which begins outside any character, that equals `needle` and is not hidden.
#[inline]
pub(crate) fn find(needle: u8, bytes: &[u8], trap: Trap) -> Option<usize> {
    match trap {
        // What is split is a field or less: the call alone costs more than looking.
        Trap::None if bytes.len() <= 64 => find_short(needle, bytes),
        Trap::None => memchr::memchr(needle, bytes),
        _ => Shift::new(trap).find(needle, bytes),
    }
}

/// The first byte that equals `needle`, eight at a time.
#[inline]
fn find_short(needle: u8, bytes: &[u8]) -> Option<usize> {
    find_either([needle], bytes)
}

/// The first byte that equals one of `needles`, eight at a time.
#[inline]
pub(crate) fn find_either<const N: usize>(needles: [u8; N], bytes: &[u8]) -> Option<usize> {
    let Some(last) = bytes.last_chunk::<8>() else {
        return bytes.iter().position(|byte| needles.contains(byte));
    };
    let (words, _) = bytes.as_chunks::<8>();
    let mut base = 0_usize;
    for word in words {
        if let Some(at) = first_in(*word, needles) {
            return Some(base.wrapping_add(at));
        }
        base = base.wrapping_add(8);
    }
    // The last eight bytes, some of which were seen before.
    first_in(*last, needles).map(|at| bytes.len().wrapping_sub(8).wrapping_add(at))
}

/// The first of eight bytes that equals one of `needles`.
#[inline(always)]
fn first_in<const N: usize>(word: [u8; 8], needles: [u8; N]) -> Option<usize> {
    const LOW: u64 = 0x0101_0101_0101_0101;
    let mut equal = 0;
    for needle in needles {
        let differs = u64::from_le_bytes(word) ^ u64::from(needle).wrapping_mul(LOW);
        // The high bit of each byte that is zero; a borrow can only add bits above the first.
        equal |= differs.wrapping_sub(LOW) & !differs & (LOW << 7);
    }
    (equal != 0).then_some((equal.trailing_zeros() >> 3) as usize)
}

/// One bit per byte that equals one of `needles`, of at most 64 bytes.
#[inline]
fn short_mask<const N: usize>(bytes: &[u8], needles: [u8; N]) -> u64 {
    let Some(last) = bytes.last_chunk::<16>() else {
        let bit = |(index, byte): (u32, &u8)| u64::from(needles.contains(byte)).unbounded_shl(index);
        return (0..).zip(bytes).map(bit).fold(0, |mask, bit| mask | bit);
    };
    let needles = Needles::new(needles);
    let (quarters, rest) = bytes.as_chunks::<16>();
    let mut mask = 0;
    let mut at = 0_u32;
    for quarter in quarters {
        mask |= u64::from(needles.quarter(quarter)).unbounded_shl(at);
        at = at.wrapping_add(16);
    }
    // The last sixteen bytes, some of which were seen before.
    let seen = 16_usize.wrapping_sub(rest.len());
    mask | (u64::from(needles.quarter(last)) >> (seen & 31)).unbounded_shl(at)
}

/// The first `N` pieces between `separator`s, with their places, as far as the first `end`. Of nothing there is no piece.
#[inline]
pub(crate) fn pieces<const N: usize>(
    bytes: &[u8],
    separator: Option<u8>,
    end: Option<u8>,
    trap: Trap,
) -> [Option<(&[u8], usize)>; N] {
    let mut pieces = [None; N];
    let Some(any) = separator.or(end).filter(|_| trap == Trap::None && bytes.len() <= 64) else {
        let whole = Split::new(bytes, 0, end, trap).next().map_or(&[][..], |(whole, _)| whole);
        for (slot, piece) in pieces.iter_mut().zip(Split::new(whole, 0, separator, trap)) {
            *slot = Some(piece);
        }
        return pieces;
    };
    let mut mask = short_mask(bytes, [any, end.unwrap_or(any)]);
    let mut start = 0;
    for slot in &mut pieces {
        let at = if mask == 0 { bytes.len() } else { mask.trailing_zeros() as usize };
        let ends = bytes.get(at).copied().is_none_or(|byte| Some(byte) == end);
        if ends && at == 0 {
            break;
        }
        *slot = bytes.get(start..at).map(|piece| (piece, start));
        if ends {
            break;
        }
        mask &= mask.wrapping_sub(1);
        start = at.wrapping_add(1);
    }
    pieces
}

/// Pieces of a slice between separators, with their places.
#[derive(Clone, Copy)]
pub(crate) struct Split<'a> {
    rest: Option<&'a [u8]>,
    offset: usize,
    needle: Option<u8>,
    trap: Trap,
}

iomt_wire::shows!(Split: offset);

impl<'a> Split<'a> {
    /// Nothing splits into no piece at all; without a separator everything is one piece.
    #[inline]
    pub(crate) fn new(bytes: &'a [u8], offset: usize, needle: Option<u8>, trap: Trap) -> Self {
        Self { rest: Some(bytes).filter(|bytes| !bytes.is_empty()), offset, needle, trap }
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = (&'a [u8], usize);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest?;
        let offset = self.offset;
        let at = self.needle.and_then(|needle| find(needle, rest, self.trap));
        let Some((piece, after)) = at.and_then(|at| rest.split_at_checked(at)) else {
            self.rest = None;
            return Some((rest, offset));
        };
        self.rest = Some(after.get(1..).unwrap_or_default());
        self.offset = offset.wrapping_add(piece.len()).wrapping_add(1);
        Some((piece, offset))
    }
}

/// [`mask`] of the 64 bytes from `from` on; what lies behind the end has no bit.
#[inline]
pub(crate) fn mask_at<const N: usize>(bytes: &[u8], from: usize, needles: [u8; N]) -> u64 {
    let rest = bytes.get(from..).unwrap_or_default();
    match rest.first_chunk::<64>() {
        Some(chunk) => mask(chunk, needles),
        None => mask(&padded(rest), needles) & !u64::MAX.unbounded_shl(u32::try_from(rest.len()).unwrap_or(64)),
    }
}

/// The places of one separator in the first `end` bytes of `tail`.
///
/// `tail` may go on behind `end`: then whole chunks are read and the excess is masked off, which spares a copy.
#[derive(Clone)]
pub(crate) struct Marks<'a> {
    tail: &'a [u8],
    end: usize,
    base: usize,
    mask: u64,
    needle: u8,
    shift: Shift,
}

iomt_wire::shows!(Marks: end, base);

impl<'a> Marks<'a> {
    #[inline]
    pub(crate) fn new(tail: &'a [u8], end: usize, needle: u8, trap: Trap) -> Self {
        let mut marks = Self { tail, end, base: 0, mask: 0, needle, shift: Shift::new(trap) };
        marks.load();
        marks
    }

    // The struct must stay in registers: what is called here is inlined or takes values.
    #[inline(always)]
    fn load(&mut self) {
        let rest = self.tail.get(self.base..).unwrap_or_default();
        self.mask = match rest.first_chunk::<64>() {
            Some(chunk) => mask(chunk, [self.needle]),
            None => mask_of_last(rest, self.needle),
        };
        let inside = self.end.saturating_sub(self.base);
        if inside < 64 {
            self.mask &= (1_u64 << inside).wrapping_sub(1);
        }
        if self.shift.trap != Trap::None {
            let hidden;
            (hidden, self.shift) = hidden_at(rest, self.shift);
            self.mask &= !hidden;
        }
    }

    /// Whether another chunk was loaded.
    #[inline(always)]
    fn advance(&mut self) -> bool {
        let base = self.base.wrapping_add(64);
        if base >= self.end {
            self.mask = 0;
            return false;
        }
        self.base = base;
        self.load();
        true
    }

    /// The place of the next separator.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<usize> {
        while self.mask == 0 {
            if !self.advance() {
                return None;
            }
        }
        let index = self.mask.trailing_zeros();
        self.mask &= self.mask.wrapping_sub(1);
        Some(self.base.wrapping_add(index as usize))
    }

    /// The places of the next `N` separators; `end` stands for those that are not there.
    #[inline(always)]
    pub(crate) fn take<const N: usize>(&mut self) -> [usize; N] {
        let mut places = [self.end; N];
        let mut mask = self.mask;
        for place in &mut places {
            *place = self.base.wrapping_add(mask.trailing_zeros() as usize);
            if mask == 0 {
                return self.take_across();
            }
            mask &= mask.wrapping_sub(1);
        }
        self.mask = mask;
        places
    }

    /// The same where they are not all in this chunk.
    #[inline(always)]
    fn take_across<const N: usize>(&mut self) -> [usize; N] {
        let mut places = [self.end; N];
        for place in &mut places {
            let Some(at) = self.next() else { break };
            *place = at;
        }
        places
    }

    /// How many separators are left.
    #[inline]
    pub(crate) fn count(mut self) -> usize {
        let mut count = 0_usize;
        loop {
            count = count.wrapping_add(self.mask.count_ones() as usize);
            if !self.advance() {
                return count;
            }
        }
    }

    /// Passes over `count` separators; says whether there were so many.
    #[inline(always)]
    pub(crate) fn skip(&mut self, mut count: u32) -> bool {
        loop {
            let here = self.mask.count_ones();
            if here >= count {
                for _ in 0..count {
                    self.mask &= self.mask.wrapping_sub(1);
                }
                return true;
            }
            count = count.wrapping_sub(here);
            if !self.advance() {
                return false;
            }
        }
    }
}

/// The mask of the last bytes of a message.
#[cold]
#[inline(never)]
fn mask_of_last(rest: &[u8], needle: u8) -> u64 {
    mask(&padded(rest), [needle])
}

/// Which of the next 64 bytes belong to characters.
#[cold]
#[inline(never)]
pub(crate) fn hidden_at(rest: &[u8], mut shift: Shift) -> (u64, Shift) {
    let hidden = match rest.first_chunk::<64>() {
        Some(chunk) => shift.mask(chunk),
        None => shift.mask(&padded(rest)),
    };
    (hidden, shift)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn splits(bytes: &[u8], trap: Trap) -> Vec<&[u8]> {
        Split::new(bytes, 0, Some(b'|'), trap).map(|(piece, _)| piece).collect()
    }

    #[test]
    fn a_trail_byte_is_not_a_delimiter() {
        // Constructed: GB18030 81 7C is one character, 81 30 81 30 is one of four bytes.
        assert_eq!(splits(b"\x81|a|b", Trap::DoubleByte), [&b"\x81|a"[..], b"b"]);
        assert_eq!(splits(b"\x810\x810|b", Trap::DoubleByte), [&b"\x810\x810"[..], b"b"]);
        assert_eq!(splits(b"\x83|\xb1|b", Trap::ShiftJis), [&b"\x83|\xb1"[..], b"b"]);
        assert_eq!(splits(b"a\x1b$B||!|\x1b(B|b", Trap::Iso2022), [&b"a\x1b$B||!|\x1b(B"[..], b"b"]);
        assert_eq!(splits(b"\x81|a|b", Trap::None), [&b"\x81"[..], b"a", b"b"]);
    }

    #[test]
    fn a_lead_byte_without_its_trail_hides_nothing() {
        assert_eq!(splits(b"\x81 |b", Trap::DoubleByte), [&b"\x81 "[..], b"b"]);
    }

    proptest! {
        #[test]
        fn pieces_found_at_once_equal_those_of_splitting(
            bytes in prop::collection::vec(prop::sample::select(&b"^~a\x81\x1b$B"[..]), 0..80),
            separators in prop::sample::select(&[(Some(b'^'), Some(b'~')), (Some(b'^'), None), (None, Some(b'~')), (None, None)]),
            trap in prop::sample::select(&[Trap::None, Trap::None, Trap::DoubleByte, Trap::Iso2022]),
        ) {
            let (separator, end) = separators;
            let whole = Split::new(&bytes, 0, end, trap).next().map_or(&[][..], |(whole, _)| whole);
            let plain: Vec<_> = Split::new(whole, 0, separator, trap).take(4).collect();
            let found: Vec<_> = pieces::<4>(&bytes, separator, end, trap).into_iter().flatten().collect();
            prop_assert_eq!(found, plain);
        }

        #[test]
        fn a_short_search_equals_a_plain_one(bytes in prop::collection::vec(0x7a_u8..0x7f, 0..70), needle in 0x7a_u8..0x7f,
                                             other: u8) {
            for needle in [needle, other] {
                prop_assert_eq!(find(needle, &bytes, Trap::None), bytes.iter().position(|&byte| byte == needle));
            }
        }

        #[test]
        fn a_short_search_finds_any_value(bytes: Vec<u8>, needle: u8) {
            prop_assert_eq!(find_short(needle, &bytes), bytes.iter().position(|&byte| byte == needle));
        }

        #[test]
        fn a_search_for_two_equals_a_plain_one(bytes in prop::collection::vec(0x7a_u8..0x7f, 0..70), needles: [u8; 2]) {
            let some = needles.map(|needle| 0x78 | (needle & 7));
            for needles in [needles, some] {
                prop_assert_eq!(find_either(needles, &bytes), bytes.iter().position(|byte| needles.contains(byte)));
            }
        }

        #[test]
        fn taking_equals_stepping(bytes in prop::collection::vec(0x74_u8..0x80, 0..200), cut in 0_usize..200) {
            let mut taking = Marks::new(&bytes, cut.min(bytes.len()), b'|', Trap::None);
            let mut stepping = taking.clone();
            for _ in 0..4 {
                let expected: [usize; 6] = core::array::from_fn(|_| stepping.next().unwrap_or(cut.min(bytes.len())));
                prop_assert_eq!(taking.take::<6>(), expected);
            }
        }

        #[test]
        fn marks_equal_the_plain_positions(bytes in prop::collection::vec(0x7a_u8..0x7f, 0..300), cut in 0_usize..300,
                                           trap in prop::sample::select(&[Trap::None, Trap::DoubleByte, Trap::Iso2022])) {
            let end = cut.min(bytes.len());
            let mut marks = Marks::new(&bytes, end, b'|', trap);
            let found: Vec<usize> = core::iter::from_fn(|| marks.next()).collect();
            let expected: Vec<usize> = (0..end).filter(|&i| bytes[i] == b'|').collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn skipping_equals_stepping(bytes in prop::collection::vec(0x7a_u8..0x7f, 0..300), cut in 0_usize..300, count in 0_u32..80) {
            let mut skipping = Marks::new(&bytes, cut.min(bytes.len()), b'|', Trap::None);
            let mut stepping = skipping.clone();
            let all = (0..count).all(|_| stepping.next().is_some());
            prop_assert_eq!(skipping.skip(count), all);
            prop_assert_eq!(skipping.next(), stepping.next());
        }

        #[test]
        fn chunked_and_plain_search_agree_on_hidden_bytes(
            bytes in prop::collection::vec(prop::sample::select(&b"|a\x1b$B(\x81\x83!0\r"[..]), 0..200),
                                           trap in prop::sample::select(&[Trap::ShiftJis, Trap::DoubleByte, Trap::Iso2022])) {
            let mut marks = Marks::new(&bytes, bytes.len(), b'|', trap);
            let found: Vec<usize> = core::iter::from_fn(|| marks.next()).collect();
            let mut shift = Shift::new(trap);
            let expected: Vec<usize> = bytes.iter().enumerate().filter(|&(_, &b)| !shift.hides(b) && b == b'|').map(|(i, _)| i).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
