//! Writing association control; the layouts are those of [`session`](crate::session) and [`association`](crate::association).

use alloc::vec::Vec;

use iomt_wire::{Error, Kind, Result};

use super::Attributes;
use crate::{
    association::{StartupMode, SystemType},
    session::SpduType,
};

/// What a peer says of itself in request or accept.
#[derive(Clone, Debug)]
pub struct User {
    /// Client or server.
    pub system_type: SystemType,
    /// How it came up.
    pub startup_mode: StartupMode,
    /// Options, mostly none.
    pub options: Attributes,
    /// The profiles that it supports.
    pub profiles: Attributes,
    /// Whether lengths take three bytes where one would do; both are seen.
    pub wide: bool,
}

impl User {
    /// A computer that collects, started afresh.
    #[must_use]
    pub const fn client(profiles: Attributes) -> Self {
        let (system_type, startup_mode) = (SystemType::CLIENT, StartupMode::COLD);
        Self { system_type, startup_mode, options: Attributes::new(), profiles, wide: false }
    }

    /// A monitor that goes on where it was.
    #[must_use]
    pub const fn server(profiles: Attributes) -> Self {
        let (system_type, startup_mode) = (SystemType::SERVER, StartupMode::HOT);
        Self { system_type, startup_mode, options: Attributes::new(), profiles, wide: false }
    }

    /// MDDL version 1, nomenclature version 40000000, no functional units.
    fn written(&self) -> Result<Vec<u8>> {
        let numbers = [0x8000_0000, 0x4000_0000, 0, self.system_type.0, self.startup_mode.0];
        let numbers: Vec<u8> = numbers.into_iter().flat_map(u32::to_be_bytes).collect();
        Ok([numbers, self.options.list()?, self.profiles.list()?].concat())
    }
}

/// Protocol options and version, session requirements.
const SESSION: &[u8] = b"\x05\x08\x13\x01\x00\x16\x01\x02\x80\x00\x14\x02\x00\x02";
/// Presentation connect: mode, then two contexts with their syntaxes, then ACSE's request up to the user's octets.
const REQUEST: &[u8] = b"\x31\x80\xa0\x80\x80\x01\x01\x00\x00\xa2\x80\xa0\x03\x00\x00\x01\xa4\x80\
    \x30\x80\x02\x01\x01\x06\x04\x52\x01\x00\x01\x30\x80\x06\x02\x51\x01\x00\x00\x00\x00\
    \x30\x80\x02\x01\x02\x06\x0c\x2a\x86\x48\xce\x14\x02\x01\x00\x00\x00\x01\x01\
    \x30\x80\x06\x0c\x2a\x86\x48\xce\x14\x02\x01\x00\x00\x00\x02\x01\x00\x00\x00\x00\
    \x00\x00\x61\x80\x30\x80\x02\x01\x01\xa0\x80\x60\x80\xa1\x80\
    \x06\x0c\x2a\x86\x48\xce\x14\x02\x01\x00\x00\x00\x03\x01\x00\x00\
    \xbe\x80\x28\x80\x06\x0c\x2a\x86\x48\xce\x14\x02\x01\x00\x00\x00\x01\x01\x02\x01\x02\x81";
/// The same of the accept: two results, then ACSE's response.
const ACCEPT: &[u8] = b"\x31\x80\xa0\x80\x80\x01\x01\x00\x00\xa2\x80\xa0\x03\x00\x00\x01\xa5\x80\
    \x30\x80\x80\x01\x00\x81\x02\x51\x01\x00\x00\
    \x30\x80\x80\x01\x00\x81\x0c\x2a\x86\x48\xce\x14\x02\x01\x00\x00\x00\x02\x01\x00\x00\
    \x00\x00\x61\x80\x30\x80\x02\x01\x01\xa0\x80\x61\x80\xa1\x80\
    \x06\x0c\x2a\x86\x48\xce\x14\x02\x01\x00\x00\x00\x03\x01\x00\x00\
    \xa2\x03\x02\x01\x00\xa3\x05\xa1\x03\x02\x01\x00\xbe\x80\x28\x80\x02\x01\x02\x81";
/// End of contents for every indefinite length.
const END: [u8; 16] = [0; 16];
/// Item code of the user data.
const USER_DATA: u8 = 0xc1;

/// A client's request.
///
/// # Errors
/// [`Kind::Limit`] when something does not fit its 16-bit length.
pub fn request(user: &User) -> Result<Vec<u8>> {
    associate(SpduType::CONNECT, REQUEST, user)
}

/// The monitor's accept.
///
/// # Errors
/// As [`request`].
pub fn accept(user: &User) -> Result<Vec<u8>> {
    associate(SpduType::ACCEPT, ACCEPT, user)
}

fn associate(kind: SpduType, presentation: &[u8], user: &User) -> Result<Vec<u8>> {
    let octets = user.written()?;
    let length = asn1_length(octets.len());
    let data = [presentation, &length, &octets, &END].concat();
    let body = [SESSION, &[USER_DATA], &indicator(data.len(), user.wide)?, &data].concat();
    Ok([&[kind.0][..], &indicator(body.len(), user.wide)?, &body].concat())
}

/// The length indicator of the session layer: one byte below FF, else FF and 16 bits.
fn indicator(length: usize, wide: bool) -> Result<Vec<u8>> {
    match u8::try_from(length) {
        Ok(short) if short < 0xff && !wide => Ok([short].into()),
        _ => {
            let kind = Kind::Limit { limit: u16::MAX.into() };
            let long = u16::try_from(length).map_err(|_| Error { offset: 1, field: "LI", kind })?;
            Ok([&[0xff][..], &long.to_be_bytes()].concat())
        }
    }
}

/// The length of BER: short below 128, else with the number of its bytes.
fn asn1_length(length: usize) -> Vec<u8> {
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 0x80 => [short].into(),
        (Ok(byte), _) => [0x81, byte].into(),
        (_, pair) => [&[0x82][..], &pair.unwrap_or(u16::MAX).to_be_bytes()].concat(),
    }
}

/// The monitor's refusal.
#[must_use]
pub const fn refuse(reason: u8) -> [u8; 5] {
    [SpduType::REFUSE.0, 3, 0x32, 1, reason]
}

/// The wish to end the association.
#[must_use]
pub fn release_request() -> Vec<u8> {
    release(SpduType::FINISH, 0x62)
}

/// Its confirmation.
#[must_use]
pub fn release_response() -> Vec<u8> {
    release(SpduType::DISCONNECT, 0x63)
}

fn release(kind: SpduType, tag: u8) -> Vec<u8> {
    let head = [kind.0, 0x18, USER_DATA, 0x16];
    let body = [0x61, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0xa0, 0x80, tag, 0x80, 0x80, 0x01, 0x00];
    [&head[..], &body, &[0; 8]].concat()
}

/// The end at once.
#[must_use]
pub fn abort() -> Vec<u8> {
    let head = b"\x19\x2e\x11\x01\x03\xc1\x29\xa0\x80\xa0\x80\x30\x80\x02\x01\x01\x06\x02\x51\x01\x00\x00\x00\x00";
    let acse = b"\x61\x80\x30\x80\x02\x01\x01\xa0\x80\x64\x80\x80\x01\x01";
    [&head[..], acse, &[0; 10]].concat()
}
