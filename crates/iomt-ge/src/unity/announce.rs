//! The announcement of a node ("RWhat"): who is here, where, and which services it has.
//!
//! ```text
//!  0             4              8            12             28               43      44
//!  | 01 04 00 00 | IPv4 address | clock:32 | UNIT|BED: 16 | patient: 15 | count | { service:16, port:16 } ... | to 88
//! ```
//! From one capture and a working sender. The clock counts seconds since 1970. Not verified: what the first four bytes are,
//! how wide the count is (it may be 16 bits, of which the patient's field then ends one byte earlier), what the service
//! numbers mean.

use iomt_wire::{Cursor, Result};

use crate::{PatientText, Text, shows};

/// How many bytes an announcement has.
pub const LENGTH: usize = 88;

/// The first four bytes of every announcement that was seen.
pub const HEAD: [u8; 4] = [0x01, 0x04, 0x00, 0x00];

/// How many services there is room for.
pub const SERVICES: usize = 11;

/// A node's announcement of itself.
#[derive(Clone, Copy)]
pub struct Announcement<'a> {
    /// The first four bytes, whatever they mean.
    pub head: [u8; 4],
    /// The address that the node says it has.
    pub address: [u8; 4],
    /// Its clock: seconds since 1970.
    pub clock: u32,
    /// Where it stands: `UNIT|BED`.
    pub location: Text<'a>,
    /// Who lies there.
    pub patient: PatientText<'a>,
    /// How many services it says it has.
    pub service_count: u8,
    services: Cursor<'a>,
}

shows!(Announcement: head, address, clock, location, service_count);

/// A service of a node: what it is is not public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Service {
    /// Its number.
    pub id: u16,
    /// Its UDP port.
    pub port: u16,
    /// Where it stands, in bytes from the head of the datagram.
    pub offset: usize,
}

impl<'a> Announcement<'a> {
    /// Reads a datagram; of one that was cut behind the location, what is there is read.
    ///
    /// # Errors
    /// When its first 28 bytes are not there.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut cursor = Cursor::new(bytes);
        let head = cursor.array("RWhat head")?;
        let address = cursor.array("RWhat address")?;
        let clock = cursor.be_u32("RWhat clock")?;
        let location = Text::field(cursor.take(16_u8, "RWhat location")?, 12);
        let patient = PatientText::new(Text::field(cursor.take(15_u8, "RWhat patient").unwrap_or_default(), 28));
        let service_count = cursor.u8("RWhat service count").unwrap_or(0);
        Ok(Self { head, address, clock, location, patient, service_count, services: cursor })
    }

    /// The services that are announced, as far as they are there.
    pub fn services(&self) -> impl Iterator<Item = Service> + use<'a> {
        let mut cursor = self.services;
        let most = usize::from(self.service_count).min(SERVICES);
        core::iter::from_fn(move || {
            let offset = cursor.offset();
            let [i0, i1, p0, p1] = cursor.array("RWhat service").ok()?;
            Some(Service { id: u16::from_be_bytes([i0, i1]), port: u16::from_be_bytes([p0, p1]), offset })
        })
        .take(most)
    }
}
