//! How the bytes of a conversation reach a dissector.

/// Who sent the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the peer that opened the conversation.
    Initiator,
    /// From the peer that was addressed.
    Responder,
}

impl Direction {
    /// The other direction.
    #[inline]
    #[must_use]
    pub const fn reverse(self) -> Self {
        match self {
            Self::Initiator => Self::Responder,
            Self::Responder => Self::Initiator,
        }
    }
}

/// One piece of one direction of a conversation, in order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Segment<'a> {
    /// The next bytes.
    Data(&'a [u8]),
    /// Bytes that were sent and are not to be had: the dissector looks for the head of the next frame after it.
    Gap {
        /// How many, as far as it is known.
        len: u64,
    },
    /// Nothing follows in this direction.
    End,
}

/// How many bytes and not which: they may be a patient's.
impl core::fmt::Debug for Segment<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Data(bytes) => write!(f, "Data({} bytes)", bytes.len()),
            Self::Gap { len } => write!(f, "Gap({len})"),
            Self::End => f.write_str("End"),
        }
    }
}

/// Nanoseconds since 1970-01-01T00:00:00Z, as the capture says; no clock is read anywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// From whole seconds and nanoseconds; saturates at the ends of the range (the years 1677 and 2262).
    #[inline]
    #[must_use]
    pub const fn new(seconds: i64, nanoseconds: u32) -> Self {
        Self(seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds as i64))
    }

    /// Nanoseconds since the epoch.
    #[inline]
    #[must_use]
    pub const fn nanoseconds(self) -> i64 {
        self.0
    }
}
