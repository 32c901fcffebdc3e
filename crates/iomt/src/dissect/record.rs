//! One line of a dissection.

use core::net::SocketAddr;

use iomt_wire::{Direction, Timestamp};
use serde::{Serialize, Serializer};

use crate::protocol::Protocol;
use crate::reasoning::decision::Rfc3339;

/// The two ends of a conversation, and which of them sent what a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Who opened the conversation.
    pub initiator: SocketAddr,
    /// Who was addressed.
    pub responder: SocketAddr,
    /// Who sent this.
    #[serde(serialize_with = "sender")]
    pub direction: Direction,
}

impl Flow {
    /// The socket that sent, and the one that it sent to.
    #[must_use]
    pub const fn ends(&self) -> (SocketAddr, SocketAddr) {
        match self.direction {
            Direction::Initiator => (self.initiator, self.responder),
            Direction::Responder => (self.responder, self.initiator),
        }
    }
}

/// Something that was dissected. What a record does not have is empty or nothing, and absent when serialised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Record<'a> {
    /// The capture or file, without its folder.
    pub input: &'a str,
    /// The frame that completed it, counted from one; zero in a file.
    #[serde(skip_serializing_if = "is_zero")]
    pub frame: u64,
    /// When that frame was captured.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_rfc3339")]
    pub time: Option<Timestamp>,
    /// Where it starts: bytes from the start of that direction's stream, of the datagram, or of the file.
    pub offset: u64,
    /// How deep it is nested: 0 for a PDU or a block, 1 for what is in it.
    pub depth: usize,
    /// The protocol.
    pub protocol: Protocol,
    /// The conversation; nothing in a file.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Flow>,
    /// What it is: `A-ASSOCIATE-RQ`, `C-STORE-RQ`, `data element`, `segment`, `field`, `attribute`, `quirk`, `gap`, `error`, ...
    pub kind: &'a str,
    /// Its name, as the standard spells it: a keyword, `OBX-18.3`, an attribute's name, the field of a quirk or an error.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: &'a str,
    /// Its number: a DICOM tag, an attribute's id.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub tag: &'a str,
    /// Its value representation.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub vr: &'a str,
    /// How many bytes it takes, where that is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// Its value, or [`REDACTED`](super::REDACTED).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<&'a str>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn sender<S: Serializer>(direction: &Direction, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match direction {
        Direction::Initiator => "initiator",
        Direction::Responder => "responder",
    })
}

#[expect(clippy::ref_option, reason = "serde calls it with a reference")]
fn as_rfc3339<S: Serializer>(time: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => to.collect_str(&Rfc3339(*time)),
        None => to.serialize_none(),
    }
}

impl Record<'_> {
    /// When the frame was captured, as RFC 3339 writes it; empty in a file.
    #[must_use]
    pub fn clock(&self) -> String {
        self.time.map(|time| Rfc3339(time).to_string()).unwrap_or_default()
    }
}
