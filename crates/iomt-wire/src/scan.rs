//! Byte search for what is dense: separators of text, one byte in five or so.
//!
//! Where a byte is rare, `memchr` finds it. Where it is dense, 64 bytes are compared at once, the results gathered into one `u64`, and its
//! set bits taken from the low end.

/// One bit per byte of `chunk` that equals one of `needles`, the first byte lowest.
#[inline]
#[must_use]
pub fn mask<const N: usize>(chunk: &[u8; 64], needles: [u8; N]) -> u64 {
    Needles::new(needles).mask(chunk)
}

/// The bytes that are looked for, made ready once for many chunks.
#[derive(Clone, Copy, Debug)]
pub struct Needles<const N: usize>([Needle; N]);

/// Sixteen times the byte.
#[cfg(target_arch = "x86_64")]
type Needle = safe_arch::m128i;
#[cfg(not(target_arch = "x86_64"))]
type Needle = u8;

impl<const N: usize> Needles<N> {
    /// Looks for any of these.
    #[inline]
    #[must_use]
    pub fn new(needles: [u8; N]) -> Self {
        #[cfg(target_arch = "x86_64")]
        return Self(needles.map(|needle| safe_arch::set_splat_i8_m128i(needle.cast_signed())));
        #[cfg(not(target_arch = "x86_64"))]
        return Self(needles);
    }

    /// One bit per byte of `chunk` that equals one of them, the first byte lowest.
    #[inline]
    #[must_use]
    pub fn mask(&self, chunk: &[u8; 64]) -> u64 {
        let (quarters, _) = chunk.as_chunks::<16>();
        let [first, second, third, fourth] = quarters else { return 0 };
        let of = |quarter| u64::from(self.quarter(quarter));
        of(first) | (of(second) << 16) | (of(third) << 32) | (of(fourth) << 48)
    }

    /// The same for sixteen bytes.
    #[inline]
    #[must_use]
    pub fn quarter(&self, quarter: &[u8; 16]) -> u16 {
        quarter_mask(quarter, self.0)
    }
}

/// SSE2, which every processor of this kind has, gathers the results of sixteen comparisons in one instruction.
#[cfg(target_arch = "x86_64")]
#[inline]
fn quarter_mask<const N: usize>(quarter: &[u8; 16], needles: [Needle; N]) -> u16 {
    use safe_arch::{bitor_m128i, cmp_eq_mask_i8_m128i, load_unaligned_m128i, move_mask_i8_m128i, zeroed_m128i};
    let bytes = load_unaligned_m128i(quarter);
    let equal = needles
        .into_iter()
        .fold(zeroed_m128i(), |equal, needle| bitor_m128i(equal, cmp_eq_mask_i8_m128i(bytes, needle)));
    let [low, high, ..] = move_mask_i8_m128i(equal).to_le_bytes();
    u16::from_le_bytes([low, high])
}

/// Without it eight results at a time are gathered by a product.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[inline]
fn portable_mask<const N: usize>(quarter: &[u8; 16], needles: [u8; N]) -> u16 {
    let mut hits = [0_u8; 16];
    for (hit, &byte) in hits.iter_mut().zip(quarter) {
        let mut equal = false;
        for needle in needles {
            equal |= byte == needle;
        }
        *hit = u8::from(equal);
    }
    let (words, _) = hits.as_chunks::<8>();
    // Eight bytes of 0 or 1 become eight bits: the product puts bit k of the result at 56 + k, with no carries.
    let bits = |word: &[u8; 8]| u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    words.iter().rev().fold(0, |mask, word| (mask << 8) | u16::try_from(bits(word)).unwrap_or(0))
}

#[cfg(not(target_arch = "x86_64"))]
use portable_mask as quarter_mask;

/// What is left of the bytes behind the last whole 64 from `from` on, with zeros behind.
#[inline]
#[must_use]
pub fn last_chunk(bytes: &[u8], from: usize) -> [u8; 64] {
    let (_, rest) = bytes.get(from..).unwrap_or_default().as_chunks::<64>();
    padded(rest)
}

/// The first byte that passes a test which is a few comparisons without branches: 16 at a time until a chunk holds one.
#[inline]
pub fn position(bytes: &[u8], test: impl Fn(u8) -> bool) -> Option<usize> {
    let (chunks, rest) = bytes.as_chunks::<16>();
    let mut base = 0_usize;
    for chunk in chunks {
        if chunk.iter().fold(false, |any, byte| any | test(*byte)) {
            break;
        }
        base = base.wrapping_add(16);
    }
    let rest = bytes.get(base..).unwrap_or(rest);
    rest.iter().position(|byte| test(*byte)).map(|at| base.wrapping_add(at))
}

/// Fewer than 64 bytes, with zeros behind them.
#[cold]
#[inline(never)]
#[must_use]
pub fn padded(rest: &[u8]) -> [u8; 64] {
    let mut copy = [0; 64];
    if let Some(head) = copy.get_mut(..rest.len()) {
        head.copy_from_slice(rest);
    }
    copy
}

/// The places of several separators from a place on, with the byte that stands there.
pub struct Marks<'c, const N: usize> {
    bytes: &'c [u8],
    last: &'c [u8; 64],
    needles: Needles<N>,
    chunk: &'c [u8; 64],
    base: usize,
    mask: u64,
}

impl<const N: usize> core::fmt::Debug for Marks<'_, N> {
    /// Says where, not what: the bytes may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Marks").field("base", &self.base).finish_non_exhaustive()
    }
}

impl<'c, const N: usize> Marks<'c, N> {
    /// `last` is the [`last_chunk`] from the same `start`.
    #[inline(always)]
    #[must_use]
    pub fn new(bytes: &'c [u8], last: &'c [u8; 64], start: usize, needles: [u8; N]) -> Self {
        let mut marks = Self { bytes, last, needles: Needles::new(needles), chunk: last, base: start, mask: 0 };
        marks.load();
        marks
    }

    #[inline(always)]
    fn load(&mut self) {
        self.chunk = self.bytes.get(self.base..).and_then(<[u8]>::first_chunk).unwrap_or(self.last);
        self.mask = self.needles.mask(self.chunk);
    }

    /// The next place and its byte.
    #[inline(always)]
    #[expect(clippy::should_implement_trait, reason = "an iterator's adaptors would hide the state from the optimiser")]
    pub fn next(&mut self) -> Option<(usize, u8)> {
        while self.mask == 0 {
            self.base = self.base.wrapping_add(64);
            if self.base >= self.bytes.len() {
                return None;
            }
            self.load();
        }
        let index = self.mask.trailing_zeros() as usize;
        self.mask &= self.mask.wrapping_sub(1);
        let byte = self.chunk.get(index).copied().unwrap_or(b'\r');
        Some((self.base.wrapping_add(index), byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that look random and hold each of a few values often.
    fn bytes(length: usize) -> impl Iterator<Item = u8> {
        let mut state = 0x9e37_79b9_u32;
        core::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            b"|^~a"[(state >> 9) as usize & 3]
        })
        .take(length)
    }

    #[test]
    fn every_place_of_every_needle_is_found_once() {
        let mut text = [0_u8; 300];
        for (slot, byte) in text.iter_mut().zip(bytes(300)) {
            *slot = byte;
        }
        for length in [0, 1, 63, 64, 65, 127, 128, 300] {
            let text = &text[..length];
            for start in [0, 1, 7, 64, 70, length] {
                if start > length {
                    continue;
                }
                let last = last_chunk(text, start);
                let mut marks = Marks::new(text, &last, start, *b"|^");
                let plain = (start..length).filter(|at| matches!(text[*at], b'|' | b'^')).map(|at| (at, text[at]));
                assert!(core::iter::from_fn(|| marks.next()).eq(plain), "{length} from {start}");
            }
        }
    }

    #[test]
    fn the_first_that_passes_is_found_wherever_it_is() {
        let mut text = [b'a'; 200];
        assert_eq!(position(&text, |byte| byte < b' '), None);
        for at in (0..200).rev() {
            text[at] = 3;
            assert_eq!(position(&text, |byte| byte < b' '), Some(at));
        }
    }

    #[test]
    fn a_mask_has_one_bit_for_each_byte() {
        let mut chunk = [b'a'; 64];
        for at in [0, 1, 7, 8, 15, 31, 32, 63] {
            chunk[at] = b'|';
            assert_eq!(mask(&chunk, *b"|^"), 1 << at);
            let (quarters, _) = chunk.as_chunks::<16>();
            assert_eq!(portable_mask(&quarters[at / 16], *b"|^"), 1 << (at % 16));
            chunk[at] = b'a';
        }
    }
}
