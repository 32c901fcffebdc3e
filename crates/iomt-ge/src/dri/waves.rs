//! Waveform records.
//!
//! ```text
//!  | samples:s16 | status:16 | reserved:16 | sample:s16 ... |          the sub-record's type is the wave
//! ```
//! The vendor's interface specification.

use iomt_wire::{Cursor, Result};

use super::{MainType, Record, SubRecord};
use crate::shows;

/// What a wave is of, by its number in a waveform record.
#[must_use]
pub const fn wave_name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1..=3 => "ECG",
        4..=7 | 16 | 17 | 36 | 37 => "invasive pressure",
        8 => "plethysmogram",
        9 => "CO2",
        10 => "O2",
        11 => "N2O",
        12 => "anaesthetic agent",
        13 => "airway pressure",
        14 => "flow",
        15 => "respiration",
        18..=21 => "EEG",
        23 => "volume",
        24 => "tonometry",
        29 => "surgical pleth index",
        32 => "entropy",
        35 => "BIS EEG",
        38 => "second plethysmogram",
        _ => return None,
    })
}

/// A piece of a wave.
#[derive(Clone, Copy)]
pub struct Wave<'a> {
    /// What it is of; see [`wave_name`].
    pub kind: u8,
    /// How many samples it says it has.
    pub count: i16,
    /// Its state: bits.
    pub status: u16,
    /// The samples, little-endian, as far as they are there.
    pub samples: Cursor<'a>,
}

shows!(Wave: kind, count, status);

impl<'a> Wave<'a> {
    /// Reads a sub-record of a waveform record; nothing when it is another or a request.
    ///
    /// # Errors
    /// When its head is cut short.
    pub fn read(record: &Record<'_>, sub: &SubRecord<'a>) -> Result<Option<Self>> {
        if record.main_type != MainType::WAVEFORM || sub.kind == 0 {
            return Ok(None);
        }
        let mut cursor = sub.data;
        let count = cursor.le_i16("act_len")?;
        let status = cursor.le_u16("status")?;
        cursor.skip(2_u8, "reserved")?;
        let samples = cursor.sub_clipped(usize::try_from(count).unwrap_or(0).saturating_mul(2));
        Ok(Some(Self { kind: sub.kind, count, status, samples }))
    }
}
