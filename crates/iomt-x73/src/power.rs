//! How a device is powered.
//!
//! ```text
//!  0955  PowerStatus      | bits:16 |
//!  099C  battery charge   | percent:16 |
//! ```
//! ISO/IEEE 11073-20601 annex A.5; bedside monitors have the same attributes of the same MDS object.

use iomt_wire::{Cursor, Result};

use crate::Decode;

/// Where the power of a device comes from: bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PowerStatus(pub u16);

impl PowerStatus {
    /// The names of the bits that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        [
            (0x8000, "on mains"),
            (0x4000, "on battery"),
            (0x0080, "charging full"),
            (0x0040, "charging trickle"),
            (0x0020, "charging off"),
        ]
        .into_iter()
        .filter(move |(bit, _)| self.0 & bit != 0)
        .map(|(_, name)| name)
    }
}

impl<'a> Decode<'a> for PowerStatus {
    const LEAST: usize = 2;
    const NAME: &'static str = "PowerStatus";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        cursor.be_u16(Self::NAME).map(Self)
    }
}
