//! Network records: which monitor logs in, and whose record it shows.
//!
//! ```text
//!  0  login    | Ethernet address: 6 | device type:s16 | DRI level:s16 | reserved: 20 |
//!  6  patient  | first name: 30 | last name: 40 | identifier: 40 | middle name: 30 | ... |
//!  10 logout
//! ```
//! The vendor's interface specification; no bytes of a login are public. The login is the only record that identifies a device.

use iomt_wire::{Cursor, Result};

use super::{Level, MainType, Record, SubRecord};
use crate::{PatientText, Text, named};

named! {
    /// What a network record says.
    NetworkType(u8) {
        /// A monitor logs in.
        LOGIN = 0, "login";
        /// A patient's record.
        PATIENT = 6, "patient";
        /// A monitor logs out.
        LOGOUT = 10, "logout";
    }
    /// What kind of monitor it is.
    DeviceType(i16) {
        /// For anaesthesia.
        ANAESTHESIA = 2, "anaesthesia monitor";
        /// For anaesthesia, with a record keeper.
        ANAESTHESIA_RECORD_KEEPER = 3, "anaesthesia monitor with record keeper";
        /// A small one.
        LIGHT = 9, "light monitor";
        /// For intensive care.
        ICU = 10, "intensive care monitor";
        /// A Cardiocap 5.
        CARDIOCAP_5 = 13, "Cardiocap 5";
        /// An S/5 FM or a small CARESCAPE.
        FM = 27, "S/5 FM, B20, B30, B40, B105 or B125";
        /// A small S/5 FM.
        FM_LIGHT = 35, "S/5 FM light";
        /// A large CARESCAPE, set up for anaesthesia.
        CARESCAPE_ANAESTHESIA = 36, "CARESCAPE B650 or B850, anaesthesia";
        /// For intensive care.
        CARESCAPE_ICU = 37, "CARESCAPE B650 or B850, intensive care";
        /// For neonatal intensive care.
        CARESCAPE_NICU = 38, "CARESCAPE B650 or B850, neonatal intensive care";
        /// For the recovery room.
        CARESCAPE_PACU = 39, "CARESCAPE B650 or B850, post-anaesthesia care";
        /// For emergencies.
        CARESCAPE_ED = 40, "CARESCAPE B650 or B850, emergency";
    }
}

impl DeviceType {
    /// The products that have this type, where it is not one that many have.
    #[must_use]
    pub const fn family(self) -> Option<&'static str> {
        Some(match self {
            Self::CARDIOCAP_5 => "Cardiocap 5",
            Self::FM => "S/5 FM, B20, B30, B40, B105 or B125",
            Self::FM_LIGHT => "S/5 FM light",
            Self::CARESCAPE_ANAESTHESIA
            | Self::CARESCAPE_ICU
            | Self::CARESCAPE_NICU
            | Self::CARESCAPE_PACU
            | Self::CARESCAPE_ED => "CARESCAPE B650 or B850",
            _ => return None,
        })
    }
}

/// What a network sub-record says.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Network<'a> {
    /// A monitor logs in.
    Login(Login),
    /// A patient's record.
    Patient(Patient<'a>),
    /// A monitor logs out.
    Logout,
    /// Something else.
    Other(NetworkType),
}

/// A monitor logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its hardware address.
    pub mac: [u8; 6],
    /// What kind of monitor it is.
    pub device_type: DeviceType,
    /// The generation of the interface that it speaks.
    pub level: i16,
    /// Where all this starts, in bytes from the head of the record.
    pub offset: usize,
}

impl Login {
    /// The level, where it is one that a record's header can have.
    #[must_use]
    pub fn dri_level(&self) -> Option<Level> {
        u8::try_from(self.level).ok().map(Level)
    }
}

/// A patient's record.
#[derive(Clone, Copy, Debug)]
pub struct Patient<'a> {
    /// First name.
    pub first_name: PatientText<'a>,
    /// Last name.
    pub last_name: PatientText<'a>,
    /// Identifier.
    pub identifier: PatientText<'a>,
    /// Middle name.
    pub middle_name: PatientText<'a>,
}

impl<'a> Network<'a> {
    /// Reads a sub-record of a network record; nothing when the record is another.
    ///
    /// # Errors
    /// When its fixed fields are cut short.
    pub fn read(record: &Record<'_>, sub: &SubRecord<'a>) -> Result<Option<Self>> {
        if record.main_type != MainType::NETWORK {
            return Ok(None);
        }
        let mut cursor = sub.data;
        Ok(Some(match NetworkType(sub.kind) {
            NetworkType::LOGIN => {
                let offset = cursor.offset();
                let mac = cursor.array("Ethernet address")?;
                let device_type = DeviceType(cursor.le_i16("device type")?);
                let level = cursor.le_i16("DRI level")?;
                Self::Login(Login { mac, device_type, level, offset })
            }
            NetworkType::PATIENT => Self::Patient(Patient {
                first_name: text(&mut cursor, 30, "first name")?,
                last_name: text(&mut cursor, 40, "last name")?,
                identifier: text(&mut cursor, 40, "patient identifier")?,
                middle_name: text(&mut cursor, 30, "middle name")?,
            }),
            NetworkType::LOGOUT => Self::Logout,
            other => Self::Other(other),
        }))
    }
}

fn text<'a>(cursor: &mut Cursor<'a>, length: u8, field: &'static str) -> Result<PatientText<'a>> {
    let offset = cursor.offset();
    Ok(PatientText::new(Text::field(cursor.take(length, field)?, offset)))
}
