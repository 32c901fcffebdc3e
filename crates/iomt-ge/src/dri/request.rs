//! Requests to a monitor: which parameters and waves it shall send.
//!
//! ```text
//!  main type 0, sub-record 0: | type:8 | interval:s16 | class bits:32 | 0:16 |               49 bytes in all
//!  main type 1, sub-record 0: | start or stop:s16 | 0:16 | waves: 8 bytes, FF ends | 0: 20 |  72 bytes in all
//! ```
//! The vendor's interface specification.

use iomt_wire::{Cursor, Result};

use super::{MainType, Record, SubRecord, physiology::PhysiologyType};
use crate::shows;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Request<'a> {
    /// Parameters.
    Parameters(ParameterRequest),
    /// Waves.
    Waves(WaveRequest<'a>),
}

/// A request for parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterRequest {
    /// Displayed values or a trend.
    pub physiology_type: PhysiologyType,
    /// Every so many seconds; zero stops.
    pub interval: i16,
    /// Bits: 1 without the basic class, 2, 4, 8 with the extended ones.
    pub classes: u32,
}

/// A request for waves.
#[derive(Clone, Copy)]
pub struct WaveRequest<'a> {
    /// Whether they shall stop rather than start.
    pub is_stop: bool,
    waves: &'a [u8],
}

shows!(WaveRequest: is_stop);

impl<'a> WaveRequest<'a> {
    /// Which waves.
    pub fn waves(&self) -> impl Iterator<Item = u8> + use<'a> {
        self.waves.iter().copied().take_while(|wave| *wave != 0xff)
    }
}

impl<'a> Request<'a> {
    /// Reads a sub-record; nothing when it is no request.
    ///
    /// # Errors
    /// When it is cut short.
    pub fn read(record: &Record<'_>, sub: &SubRecord<'a>) -> Result<Option<Self>> {
        let mut cursor: Cursor<'a> = sub.data;
        Ok(match (record.main_type, sub.kind) {
            (MainType::PHYSIOLOGICAL, 0) => {
                let physiology_type = PhysiologyType(cursor.u8("phdb_rcrd_type")?);
                let interval = cursor.le_i16("tx_interval")?;
                let classes = cursor.le_u32("phdb_class_bf")?;
                Some(Self::Parameters(ParameterRequest { physiology_type, interval, classes }))
            }
            (MainType::WAVEFORM, 0) => {
                let is_stop = cursor.le_i16("req_type")? != 0;
                cursor.skip(2_u8, "res")?;
                Some(Self::Waves(WaveRequest { is_stop, waves: cursor.take(8_u8, "type")? }))
            }
            _ => None,
        })
    }
}
