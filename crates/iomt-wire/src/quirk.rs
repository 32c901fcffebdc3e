//! Deviations that were tolerated.

/// A deviation from the standard that a dissector tolerated.
///
/// How an implementation deviates says who wrote it, so nothing that was tolerated is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quirk {
    /// Bytes from the head of the frame.
    pub offset: usize,
    /// The field, spelled as its standard spells it.
    pub field: &'static str,
    /// The deviation's stable name, lower case with hyphens: `odd-length`, `line-feed-terminator`.
    pub name: &'static str,
}

impl core::fmt::Display for Quirk {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { offset, field, name } = self;
        write!(f, "{field} at byte {offset}: {name}")
    }
}
