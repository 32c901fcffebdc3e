//! Byte search for what is dense: separators of text, one byte in five or so.
//!
//! Where a byte is rare, `memchr` finds it. Where it is dense, 64 bytes are compared at once, the results gathered into one `u64`, and its
//! set bits taken from the low end.

/// One bit per byte of `chunk` that equals one of `needles`, the first byte lowest.
#[inline]
#[must_use]
pub fn mask<const N: usize>(chunk: &[u8; 64], needles: [u8; N]) -> u64 {
    let mut hits = [0_u8; 64];
    for (hit, &byte) in hits.iter_mut().zip(chunk) {
        let mut equal = false;
        for needle in needles {
            equal |= byte == needle;
        }
        *hit = u8::from(equal);
    }
    let (words, _) = hits.as_chunks::<8>();
    let mut mask = 0;
    for word in words.iter().rev() {
        // Eight bytes of 0 or 1 become eight bits: the product puts bit k of the result at 56 + k, with no carries.
        let bits = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask = (mask << 8) | bits;
    }
    mask
}

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
    needles: [u8; N],
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
        let mut marks = Self { bytes, last, needles, chunk: last, base: start, mask: 0 };
        marks.load();
        marks
    }

    #[inline(always)]
    fn load(&mut self) {
        self.chunk = self.bytes.get(self.base..).and_then(<[u8]>::first_chunk).unwrap_or(self.last);
        self.mask = mask(self.chunk, self.needles);
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
            chunk[at] = b'a';
        }
    }
}
