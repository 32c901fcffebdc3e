//! The Unity network (MC network, CARESCAPE network): any of its datagrams, told by content.
//!
//! ```text
//!  01 04 00 00 ...            88 bytes     announcement of a node       [announce]
//!  60-byte header, data       60 + n       alarm, parameters, request, time    [header]
//!  sequence, 00 00, signals                waves                        [waves]
//! ```
//! Layouts: a public capture of a Dash 4000 (55 packets, all of which read), and a serial driver for the same monitors, which
//! agree byte for byte where they overlap.

pub mod alarm;
pub mod announce;
pub mod header;
pub mod parameters;
mod probe;
#[cfg(feature = "alloc")]
pub mod serial;
pub mod waves;

pub use probe::{probe, probe_serial};

use iomt_wire::{Error, Kind, Result};

use announce::Announcement;
use header::BedMessage;
use waves::WavePacket;

/// UDP port of announcements.
pub const PORT_ANNOUNCE: u16 = 7000;
/// UDP port of alarms.
pub const PORT_ALARM: u16 = 7001;
/// UDP port of requests and of the time.
pub const PORT_REQUEST: u16 = 2000;

/// The most bytes of data that a message on a serial line is believed to have: 255 parameters do not fill them.
pub const MOST_DATA: u16 = 0x4800;

/// One datagram.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Message<'a> {
    /// A node announces itself.
    Announcement(Announcement<'a>),
    /// Anything with the common header.
    Bed(BedMessage<'a>),
    /// Waves.
    Waves(WavePacket<'a>),
}

impl<'a> Message<'a> {
    /// What the message is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Announcement(_) => "RWhat announcement",
            Self::Bed(message) => message.name(),
            Self::Waves(_) => "waveforms",
        }
    }

    /// Reads a datagram; of one that was cut, what is there is read.
    ///
    /// # Errors
    /// When it is none of these, or its fixed part is not all there.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        match probe::shape(bytes) {
            Some(probe::Shape::Announcement) => Announcement::parse(bytes).map(Self::Announcement),
            Some(probe::Shape::Bed) => BedMessage::parse(bytes).map(|(message, _)| Self::Bed(message)),
            Some(probe::Shape::Waves) => WavePacket::parse(bytes).map(Self::Waves),
            None => {
                let value = bytes.first_chunk().map_or(0, |head| u32::from_be_bytes(*head).into());
                Err(Error { offset: 0, field: "message type", kind: Kind::Invalid { value } })
            }
        }
    }
}
