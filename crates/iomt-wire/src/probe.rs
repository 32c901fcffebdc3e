//! How a dissector answers "is this yours?" from the first bytes of a conversation.

use core::num::NonZeroU64;

/// The total number of bytes, counted from the first byte of the frame, that must be there before asking again is useful.
///
/// One meaning for all crates: parsers that count what is missing convert at their edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Need(NonZeroU64);

impl Need {
    /// A need of `total` bytes from the frame's head; at least one.
    #[inline]
    #[must_use]
    pub const fn total(total: u64) -> Self {
        match NonZeroU64::new(total) {
            Some(total) => Self(total),
            None => Self(NonZeroU64::MIN),
        }
    }

    /// The number of bytes, from the frame's head.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

/// Bits of evidence: about the base-two logarithm of how rarely other traffic would pass the same test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bits(pub u16);

/// What a probe says of the first bytes of one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Not this protocol, whatever follows.
    No,
    /// Possible so far: ask again with at least this many bytes.
    More(Need),
    /// This protocol, with this much certainty.
    Yes(Bits),
}

impl Verdict {
    /// Whether the answer is [`Verdict::Yes`] with at least `bits`.
    #[must_use]
    pub const fn is_at_least(self, bits: u16) -> bool {
        matches!(self, Self::Yes(Bits(found)) if found >= bits)
    }
}
