//! Attribute values that only Philips monitors send.
//!
//! ```text
//!  NOM_ATTR_NET_ADDR_INFO   | MAC address: 6 | IPv4 address: 4 | netmask: 4 |
//!  NOM_ATTR_PCOL_SUPPORT    list of | application-id:16 | transport-id:16 | port:16 | options:16 |
//!  NOM_ATTR_LOCALIZN        | text catalogue revision:32 | language:16 | string format:16 |
//! ```
//! Addresses in a payload are claims of its sender: compare them with the packet's before believing them.

use iomt_wire::{Cursor, Result, named};
use iomt_x73::Decode;

/// The addresses that a monitor says it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NetworkAddress {
    /// Its MAC address.
    pub mac: [u8; 6],
    /// Its IPv4 address.
    pub ipv4: [u8; 4],
    /// The mask of its network.
    pub netmask: [u8; 4],
}

impl<'a> Decode<'a> for NetworkAddress {
    const LEAST: usize = 14;
    const NAME: &'static str = "NOM_ATTR_NET_ADDR_INFO";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [m0, m1, m2, m3, m4, m5, i0, i1, i2, i3, n0, n1, n2, n3] = cursor.array(Self::NAME)?;
        Ok(Self { mac: [m0, m1, m2, m3, m4, m5], ipv4: [i0, i1, i2, i3], netmask: [n0, n1, n2, n3] })
    }
}

/// A service that a monitor announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    /// What runs there: 1 association, 5 data export; 2 and 10 were seen, their meaning is unknown.
    pub application: u16,
    /// Over which transport: 1 UDP; 3 was seen, probably TCP.
    pub transport: u16,
    /// The port.
    pub port: u16,
    /// Option bits; 8000 is wireless, 4000 was seen.
    pub options: u16,
}

impl Service {
    /// Application id of association control.
    pub const ACSE: u16 = 1;
    /// Application id of data export.
    pub const DATA_EXPORT: u16 = 5;
    /// Transport id of UDP.
    pub const UDP: u16 = 1;
}

impl<'a> Decode<'a> for Service {
    const LEAST: usize = 8;
    const NAME: &'static str = "NOM_ATTR_PCOL_SUPPORT";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [a0, a1, t0, t1, p0, p1, o0, o1] = cursor.array(Self::NAME)?;
        Ok(Self {
            application: u16::from_be_bytes([a0, a1]),
            transport: u16::from_be_bytes([t0, t1]),
            port: u16::from_be_bytes([p0, p1]),
            options: u16::from_be_bytes([o0, o1]),
        })
    }
}

/// The language that a monitor is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Localization {
    /// Revision of its text catalogue.
    pub text_catalog_revision: u32,
    /// Its language.
    pub language: Language,
    /// How it writes strings; 11 is UTF-16.
    pub string_format: u16,
}

impl<'a> Decode<'a> for Localization {
    const LEAST: usize = 8;
    const NAME: &'static str = "NOM_ATTR_LOCALIZN";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [r0, r1, r2, r3, l0, l1, f0, f1] = cursor.array(Self::NAME)?;
        Ok(Self {
            text_catalog_revision: u32::from_be_bytes([r0, r1, r2, r3]),
            language: Language(u16::from_be_bytes([l0, l1])),
            string_format: u16::from_be_bytes([f0, f1]),
        })
    }
}

/// A language number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(pub u16);

impl Language {
    /// The language's English name; `unspecified` for 0.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        LANGUAGES.get(usize::from(self.0)).copied()
    }
}

named! {
    /// What a monitor is used for, `NOM_ATTR_MODE_OP`.
    OperatingMode(u16) {
        /// Not said.
        UNSPECIFIED = 0x8000, "unspecified";
        /// It monitors a patient.
        MONITORING = 0x4000, "monitoring";
        /// It demonstrates itself.
        DEMONSTRATION = 0x2000, "demonstration";
        /// It is being serviced.
        SERVICE = 0x1000, "service";
        /// It waits.
        STANDBY = 0x0002, "standby";
        /// It is being configured.
        CONFIGURATION = 0x0001, "configuration";
    }
    /// Where a monitor is used, `NOM_ATTR_AREA_APPL`.
    CareArea(u16) {
        /// Not said.
        UNSPECIFIED = 0, "unspecified";
        /// Operating room.
        OPERATING_ROOM = 1, "operating room";
        /// Intensive care.
        INTENSIVE_CARE = 2, "intensive care";
        /// Neonatal intensive care.
        NEONATAL_INTENSIVE_CARE = 3, "neonatal intensive care";
        /// Cardiology.
        CARDIOLOGY = 4, "cardiology";
    }
    /// How a monitor stands to its client, `NOM_ATTR_VMS_MDS_STAT`.
    DeviceStatus(u16) {
        /// No client.
        DISCONNECTED = 0, "disconnected";
        /// A client, no association.
        UNASSOCIATED = 1, "unassociated";
        /// All is well.
        OPERATING = 6, "operating";
    }
}

/// By their number.
const LANGUAGES: &[&str] = &[
    "unspecified",
    "English",
    "German",
    "French",
    "Italian",
    "Spanish",
    "Dutch",
    "Swedish",
    "Finnish",
    "Norwegian",
    "Danish",
    "Japanese",
    "traditional Chinese",
    "simplified Chinese",
    "Portuguese",
    "Russian",
    "Byelorussian",
    "Ukrainian",
    "Croatian",
    "Serbian",
    "Macedonian",
    "Bulgarian",
    "Greek",
    "Polish",
    "Czech",
    "Slovak",
    "Slovenian",
    "Hungarian",
    "Romanian",
    "Turkish",
    "Latvian",
    "Lithuanian",
    "Estonian",
    "Korean",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_counted_as_the_data_model_counts_them() {
        for (number, name) in [(0, "unspecified"), (15, "Russian"), (24, "Czech"), (33, "Korean")] {
            assert_eq!(Language(number).name(), Some(name));
        }
        assert_eq!(Language(34).name(), None);
    }
}
