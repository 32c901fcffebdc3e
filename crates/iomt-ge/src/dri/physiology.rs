//! Physiological records: parameters as they are displayed, and their trends.
//!
//! ```text
//!  1 displayed, 2 10 s trend, 3 60 s trend, 4 auxiliary:
//!  0         4                 274              544             814             1084
//!  | time:32 | basic: 270      | ext 1: 270     | ext 2: 270    | ext 3: 270    | marker:8 | 0 | class:16 |
//!
//!  basic: ecg 16, four pressures 14 each, nibp 14, four temperatures 8 each, SpO2 14, CO2 14, O2 10, N2O 10, agent 12,
//!         flow and volume 22, cardiac output 14, neuromuscular 12, ECG extra 6, SvO2 8, two pressures 14 each, 2
//!  a group: | status:32 | label:16 | values:s16 ... |
//! ```
//! The vendor's interface specification. A value of -32001 and below is a code. The extended classes stay bytes.

use iomt_wire::{Cursor, Result};

use super::{MainType, Record, SubRecord};
use crate::{named, shows};

named! {
    /// What a physiological sub-record is.
    PhysiologyType(u8) {
        /// A request.
        REQUEST = 0, "request";
        /// Values as they are displayed.
        DISPLAYED = 1, "displayed values";
        /// Ten second trend.
        TREND_10S = 2, "10 s trend";
        /// One minute trend.
        TREND_60S = 3, "60 s trend";
        /// Auxiliary.
        AUXILIARY = 4, "auxiliary";
    }
}

/// How many bytes a class of parameters has.
pub const CLASS: usize = 270;

/// A group of parameters of the basic class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupLayout {
    /// What it is of.
    pub name: &'static str,
    /// How many bytes it has.
    pub length: u8,
}

const fn group(name: &'static str, length: u8) -> GroupLayout {
    GroupLayout { name, length }
}

/// The groups of the basic class, in wire order.
pub const BASIC: &[GroupLayout] = &[
    group("ECG", 16),
    group("invasive pressure 1", 14),
    group("invasive pressure 2", 14),
    group("invasive pressure 3", 14),
    group("invasive pressure 4", 14),
    group("non-invasive pressure", 14),
    group("temperature 1", 8),
    group("temperature 2", 8),
    group("temperature 3", 8),
    group("temperature 4", 8),
    group("SpO2", 14),
    group("CO2", 14),
    group("O2", 10),
    group("N2O", 10),
    group("anaesthetic agent", 12),
    group("flow and volume", 22),
    group("cardiac output", 14),
    group("neuromuscular transmission", 12),
    group("ECG extra", 6),
    group("SvO2", 8),
    group("invasive pressure 5", 14),
    group("invasive pressure 6", 14),
];

/// Parameters at one moment.
#[derive(Clone, Copy)]
pub struct Physiology<'a> {
    /// Displayed or trend.
    pub physiology_type: PhysiologyType,
    /// When: seconds since 1970.
    pub time: u32,
    /// The basic class.
    pub basic: Cursor<'a>,
    /// The three extended classes, as far as they are there.
    pub extended: Cursor<'a>,
}

shows!(Physiology: physiology_type, time);

impl<'a> Physiology<'a> {
    /// Reads a sub-record of a physiological record; nothing when it is another or a request.
    ///
    /// # Errors
    /// When its basic class is cut short.
    pub fn read(record: &Record<'_>, sub: &SubRecord<'a>) -> Result<Option<Self>> {
        let physiology_type = PhysiologyType(sub.kind);
        let is_request = physiology_type == PhysiologyType::REQUEST;
        if record.main_type != MainType::PHYSIOLOGICAL || is_request || physiology_type.name().is_none() {
            return Ok(None);
        }
        let mut cursor = sub.data;
        let time = cursor.le_u32("parameter time")?;
        let basic = cursor.sub(crate::count(CLASS), "basic class")?;
        Ok(Some(Self { physiology_type, time, basic, extended: cursor }))
    }

    /// The groups of the basic class.
    pub fn groups(&self) -> impl Iterator<Item = Group<'a>> + use<'a> {
        let mut cursor = self.basic;
        BASIC.iter().map_while(move |layout| {
            let mut group = cursor.sub(layout.length, layout.name).ok()?;
            let offset = group.offset();
            let status = group.le_u32("group status").ok()?;
            let label = group.le_u16("group label").ok()?;
            Some(Group { name: layout.name, status, label, values: group, offset })
        })
    }
}

/// The parameters of one measurement.
#[derive(Clone, Copy)]
pub struct Group<'a> {
    /// What it is of.
    pub name: &'static str,
    /// Its state: bits.
    pub status: u32,
    /// Its label.
    pub label: u16,
    /// Its values, each a signed 16-bit number.
    pub values: Cursor<'a>,
    /// Where it starts, in bytes from the head of the record.
    pub offset: usize,
}

shows!(Group: name, status, label, offset);

impl<'a> Group<'a> {
    /// The values, and codes for those that are not there.
    pub fn numbers(&self) -> impl Iterator<Item = GroupValue> + use<'a> {
        let (pairs, _) = self.values.rest().as_chunks::<2>();
        pairs.iter().map(|pair| GroupValue(i16::from_le_bytes(*pair)))
    }

    /// Whether it has a state and one of its values is there: the monitor has what measures it.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.status != 0 && self.numbers().any(|value| value.value().is_some())
    }
}

/// A value, or the reason why there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GroupValue(pub i16);

impl GroupValue {
    /// Why there is no value; nothing when there is one.
    #[must_use]
    pub const fn absent(self) -> Option<&'static str> {
        Some(match self.0 {
            -32767 => "invalid",
            -32766 => "not updated",
            -32765 => "discontinuity",
            -32764 => "under range",
            -32763 => "over range",
            -32762 => "not calibrated",
            i16::MIN..=-32001 => "code",
            _ => return None,
        })
    }

    /// The value.
    #[must_use]
    pub const fn value(self) -> Option<i16> {
        if self.absent().is_some() { None } else { Some(self.0) }
    }
}

/// Only why there is none: a value is a patient's.
impl core::fmt::Debug for GroupValue {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "GroupValue({})", self.absent().unwrap_or(".."))
    }
}
