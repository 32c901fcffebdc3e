//! The Datex-Ohmeda record interface (DRI): records of a monitor, and what is in them. Little-endian.
//!
//! ```text
//!  0            2        3       4          6         10         11          14
//!  | length:s16 | number | level | plug id  | time:32 | n_subnet | reserved  | main type:s16 |
//!  16                            40
//!  | { offset:s16, type:8 } x 8  | sub-records ...         offsets count from byte 40; type FF ends the list
//! ```
//! The vendor's interface specification. Main types: 0 physiological, 1 waveform, 4 alarm, 5 network, 8 record-keeping events.
//!
//! What devices really do: the DRI level can be set lower than the software could, so it is a lower bound of its generation.

#[cfg(feature = "alloc")]
pub mod frame;
pub mod network;
pub mod physiology;
mod probe;
pub mod request;
pub mod waves;

pub use probe::probe;

use iomt_wire::{Cursor, Error, Kind, Quirk, Result};

use crate::{named, shows};

/// How many bytes the header of a record has.
pub const HEADER: usize = 40;
/// How many bytes a record has at most.
pub const LONGEST: usize = 1_490;
/// How many sub-records a record has at most.
pub const SUB_RECORDS: usize = 8;

named! {
    /// What a record is about.
    MainType(i16) {
        /// Parameters, and requests for them.
        PHYSIOLOGICAL = 0, "physiological";
        /// Waves, and requests for them.
        WAVEFORM = 1, "waveform";
        /// Alarms.
        ALARM = 4, "alarm";
        /// Who is on the network, and who its patients are.
        NETWORK = 5, "network";
        /// Events of the record keeper.
        EVENT = 8, "record-keeping event";
    }
    /// The generation of the interface.
    Level(u8) {
        /// Of 1995.
        L95 = 2, "'95";
        /// Of 1997.
        L97 = 3, "'97";
        /// Of 1998.
        L98 = 4, "'98";
        /// Of 1999.
        L99 = 5, "'99";
        /// Of 2001.
        L01 = 6, "'01";
        /// Of 2002.
        L02 = 7, "'02";
        /// Of 2003.
        L03 = 8, "'03";
        /// Of 2005.
        L05 = 9, "'05";
        /// Of 2009.
        L09 = 10, "'09";
        /// Of 2015.
        L15 = 11, "'15";
    }
}

/// One record.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// How many bytes it says it has, its header included.
    pub length: i16,
    /// Counts records.
    pub number: u8,
    /// The generation of the interface that the monitor speaks.
    pub level: Level,
    /// The plug that the monitor hangs on.
    pub plug_id: u16,
    /// When: seconds since 1970.
    pub time: u32,
    /// The subnetwork.
    pub subnet: u8,
    /// What it is about.
    pub main_type: MainType,
    descriptors: [[u8; 3]; SUB_RECORDS],
    data: Cursor<'a>,
}

shows!(Record: length, number, level, plug_id, time, subnet, main_type);

impl<'a> Record<'a> {
    /// Reads the record at the head of the bytes, and tells how many of them it takes.
    ///
    /// Of a record that is not all there, what is there is read.
    ///
    /// # Errors
    /// When its header is not there, or it says that it is shorter than that or longer than a record can be.
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, usize)> {
        let mut cursor = Cursor::new(bytes);
        let length = cursor.le_i16("r_len")?;
        let whole = usize::try_from(length).ok().filter(|whole| (HEADER..=LONGEST).contains(whole));
        let Some(whole) = whole else {
            return Err(Error {
                offset: 0,
                field: "r_len",
                kind: Kind::Length { length: u64::from(length.cast_unsigned()) },
            });
        };
        let [number, level] = cursor.array("r_nbr and dri_level")?;
        let plug_id = cursor.le_u16("plug_id")?;
        let time = cursor.le_u32("r_time")?;
        let [subnet, _, _, _] = cursor.array("n_subnet and reserved")?;
        let main_type = MainType(cursor.le_i16("r_maintype")?);
        let mut descriptors = [[0, 0, 0xff]; SUB_RECORDS];
        for descriptor in &mut descriptors {
            *descriptor = cursor.array("sr_desc")?;
        }
        let data = cursor.sub_clipped(whole.saturating_sub(HEADER));
        let level = Level(level);
        let record = Self { length, number, level, plug_id, time, subnet, main_type, descriptors, data };
        Ok((record, cursor.offset()))
    }

    /// How many of the announced bytes are not there.
    #[must_use]
    pub fn missing(&self) -> usize {
        let announced = usize::try_from(self.length).unwrap_or(0).saturating_sub(HEADER);
        announced.saturating_sub(self.data.remaining())
    }

    /// The bytes behind the header, as far as they are there.
    #[must_use]
    pub const fn data(&self) -> Cursor<'a> {
        self.data
    }

    fn descriptors(&self) -> impl Iterator<Item = (i16, u8)> + use<'_> {
        let all = self.descriptors.iter().map(|[o0, o1, kind]| (i16::from_le_bytes([*o0, *o1]), *kind));
        all.take_while(|(_, kind)| *kind != 0xff)
    }

    /// The sub-records in the order of their descriptors. Each ends where the next one begins; one whose offset lies outside of
    /// the record is an error in its place.
    pub fn sub_records(&self) -> impl Iterator<Item = Result<SubRecord<'a>>> + use<'_, 'a> {
        self.descriptors().enumerate().map(|(index, (offset, kind))| {
            let at = 16_usize.saturating_add(index.saturating_mul(3));
            let bytes = self.data.rest();
            let start = usize::try_from(offset).ok().filter(|start| *start <= bytes.len());
            let Some(start) = start else {
                let value = u64::from(offset.cast_unsigned());
                return Err(Error { offset: at, field: "sr_offset", kind: Kind::Invalid { value } });
            };
            let others = self.descriptors().filter_map(|(other, _)| usize::try_from(other).ok());
            let end = others.filter(|other| *other > start).min().unwrap_or(bytes.len()).min(bytes.len());
            let data = bytes.get(start..end).unwrap_or_default();
            Ok(SubRecord { kind, data: Cursor::at(data, HEADER.saturating_add(start)) })
        })
    }

    /// `first-offset`: the first sub-record does not start behind the header. `shared-offset`: two start at one byte.
    pub fn quirks(&self) -> impl Iterator<Item = Quirk> + use<> {
        let mut offsets = [None; SUB_RECORDS];
        for (slot, (offset, _)) in offsets.iter_mut().zip(self.descriptors()) {
            *slot = Some(offset);
        }
        let first = offsets.first().copied().flatten();
        let shared = offsets.iter().enumerate().any(|(index, offset)| {
            offset.is_some() && offsets.iter().skip(index.saturating_add(1)).any(|other| other == offset)
        });
        let quirk = |name| Quirk { offset: 16, field: "sr_offset", name };
        let first = first.is_some_and(|first| first != 0).then_some(quirk("first-offset"));
        first.into_iter().chain(shared.then_some(quirk("shared-offset")))
    }
}

/// A part of a record.
#[derive(Clone, Copy)]
pub struct SubRecord<'a> {
    /// What it is; what that means depends on the record's main type.
    pub kind: u8,
    /// Its bytes.
    pub data: Cursor<'a>,
}

shows!(SubRecord: kind);
