//! Records of the Datex-Ohmeda record interface; [`encode`](crate::dri::frame::encode) puts them into frames.

use alloc::vec::Vec;

use iomt_wire::{Error, Kind, Result};

use crate::dri::{
    HEADER, LONGEST, Level, MainType, SUB_RECORDS,
    network::{DeviceType, NetworkType},
    physiology::{BASIC, CLASS, PhysiologyType},
};

/// What a record is about and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Counts records.
    pub number: u8,
    /// The generation of the interface.
    pub level: Level,
    /// The plug of the monitor.
    pub plug_id: u16,
    /// Seconds since 1970.
    pub time: u32,
    /// What it is about.
    pub main_type: MainType,
}

impl Record {
    /// A record with these sub-records: of each its type and bytes.
    ///
    /// # Errors
    /// When they are more than eight or too long.
    pub fn build(&self, subs: &[(u8, &[u8])]) -> Result<Vec<u8>> {
        let limit = |limit: usize| {
            let kind = Kind::Limit { limit: crate::count(limit) };
            Error { offset: 0, field: "r_len", kind }
        };
        if subs.len() > SUB_RECORDS {
            return Err(limit(SUB_RECORDS));
        }
        let data: Vec<u8> = subs.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
        let length = HEADER.saturating_add(data.len());
        let length = i16::try_from(length).ok().filter(|_| length <= LONGEST).ok_or(limit(LONGEST))?;
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend([self.number, self.level.0]);
        bytes.extend(self.plug_id.to_le_bytes());
        bytes.extend(self.time.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(self.main_type.0.to_le_bytes());
        let mut offset = 0_i16;
        for (kind, sub) in subs {
            bytes.extend(offset.to_le_bytes());
            bytes.push(*kind);
            offset = offset.saturating_add(i16::try_from(sub.len()).unwrap_or(i16::MAX));
        }
        if subs.len() < SUB_RECORDS {
            bytes.extend([0, 0, 0xff]);
        }
        bytes.resize(HEADER, 0);
        bytes.extend(data);
        Ok(bytes)
    }
}

/// A login: hardware address, kind of device and level; its plug and time.
///
/// # Errors
/// None: it always fits.
pub fn login(mac: [u8; 6], device_type: DeviceType, level: Level, plug_id: u16, time: u32) -> Result<Vec<u8>> {
    let mut sub = mac.to_vec();
    sub.extend(device_type.0.to_le_bytes());
    sub.extend(i16::from(level.0).to_le_bytes());
    sub.extend([0; 20]);
    Record { number: 0, level, plug_id, time, main_type: MainType::NETWORK }.build(&[(NetworkType::LOGIN.0, &sub)])
}

/// A patient's record: first name, last name, identifier.
///
/// # Errors
/// When a text does not fit.
pub fn patient(record: Record, first: &[u8], last: &[u8], identifier: &[u8]) -> Result<Vec<u8>> {
    let mut sub = Vec::new();
    for (text, length) in [(first, 30_usize), (last, 40), (identifier, 40), (&b""[..], 30)] {
        if text.len() >= length {
            let kind = Kind::Limit { limit: crate::count(length) };
            return Err(Error { offset: sub.len(), field: "patient", kind });
        }
        let end = sub.len().saturating_add(length);
        sub.extend_from_slice(text);
        sub.resize(end, 0);
    }
    Record { main_type: MainType::NETWORK, ..record }.build(&[(NetworkType::PATIENT.0, &sub)])
}

/// Displayed values: of each group of the basic class that is measured its name, status and first values.
///
/// # Errors
/// When a group has no such name.
pub fn displayed(record: Record, groups: &[(&str, u32, &[i16])]) -> Result<Vec<u8>> {
    let mut sub = record.time.to_le_bytes().to_vec();
    for layout in BASIC {
        let end = sub.len().saturating_add(layout.length.into());
        if let Some((_, status, values)) = groups.iter().find(|(name, ..)| *name == layout.name) {
            sub.extend(status.to_le_bytes());
            sub.extend([0; 2]);
            sub.extend(values.iter().copied().flat_map(i16::to_le_bytes));
        }
        sub.resize(end, 0);
    }
    if groups.iter().any(|(name, ..)| !BASIC.iter().any(|layout| layout.name == *name)) {
        return Err(Error { offset: 0, field: "parameter group", kind: Kind::Syntax("no such group") });
    }
    sub.resize(4_usize.saturating_add(CLASS.saturating_mul(4)).saturating_add(4), 0);
    Record { main_type: MainType::PHYSIOLOGICAL, ..record }.build(&[(PhysiologyType::DISPLAYED.0, &sub)])
}

/// A request for parameters, as a computer sends it.
///
/// # Errors
/// None: it always fits.
pub fn parameter_request(physiology_type: PhysiologyType, interval: i16, classes: u32) -> Result<Vec<u8>> {
    let sub = [&[physiology_type.0][..], &interval.to_le_bytes(), &classes.to_le_bytes(), &[0; 2]].concat();
    request(MainType::PHYSIOLOGICAL, &sub)
}

/// A request for waves, as a computer sends it.
///
/// # Errors
/// When there are more than seven waves.
pub fn wave_request(is_stop: bool, waves: &[u8]) -> Result<Vec<u8>> {
    if waves.len() >= 8 {
        return Err(Error { offset: 44, field: "type", kind: Kind::Limit { limit: 7 } });
    }
    let mut sub = i16::from(is_stop).to_le_bytes().to_vec();
    sub.extend([0; 2]);
    sub.extend_from_slice(waves);
    sub.push(0xff);
    sub.resize(32, 0);
    request(MainType::WAVEFORM, &sub)
}

fn request(main_type: MainType, sub: &[u8]) -> Result<Vec<u8>> {
    Record { number: 0, level: Level(0), plug_id: 0, time: 0, main_type }.build(&[(0, sub)])
}

/// A waveform record of one wave.
///
/// # Errors
/// When it is too long.
pub fn wave(record: Record, kind: u8, samples: &[i16]) -> Result<Vec<u8>> {
    let count = i16::try_from(samples.len()).unwrap_or(i16::MAX);
    let mut sub = count.to_le_bytes().to_vec();
    sub.extend([0; 4]);
    sub.extend(samples.iter().copied().flat_map(i16::to_le_bytes));
    Record { main_type: MainType::WAVEFORM, ..record }.build(&[(kind, &sub)])
}
