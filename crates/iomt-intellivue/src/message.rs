//! Any datagram of the protocol: its first bytes say which message it is.
//!
//! ```text
//!  0D  association request       09  release request       E1 00  data export
//!  0E  association accept        0A  release response      00 00  connect indication
//!  0C  association refuse        19  abort
//! ```

use iomt_wire::{Cursor, Error, Kind, Result};

use crate::{
    association::Association,
    connect::ConnectIndication,
    export::DataExport,
    session::{Spdu, SpduType},
};

/// One message.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Message<'a> {
    /// A monitor announces itself.
    ConnectIndication(ConnectIndication<'a>),
    /// A client wants to associate.
    AssociationRequest(Association<'a>),
    /// The monitor agrees.
    AssociationAccept(Association<'a>),
    /// The monitor does not agree; [`Spdu::refuse_reason`] has the reason.
    Refuse,
    /// One side wants to end the association; [`Spdu::reason`] has the reason.
    ReleaseRequest,
    /// The other side agrees.
    ReleaseResponse,
    /// One side ends the association at once.
    Abort,
    /// A request, result, error or event within an association.
    DataExport(DataExport<'a>),
}

impl Message<'_> {
    /// What the message is called.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ConnectIndication(_) => "connect indication",
            Self::AssociationRequest(_) => "association request",
            Self::AssociationAccept(_) => "association accept",
            Self::Refuse => "association refuse",
            Self::ReleaseRequest => "release request",
            Self::ReleaseResponse => "release response",
            Self::Abort => "abort",
            Self::DataExport(_) => "data export",
        }
    }
}

/// Reads the message at the head of a datagram, and tells how many bytes it takes.
///
/// Of a datagram that was cut, what is there is read.
///
/// # Errors
/// When the first bytes are of no message, or its header is not all there or contradictory.
pub fn parse(bytes: &[u8]) -> Result<(Message<'_>, usize)> {
    let mut cursor = Cursor::new(bytes);
    match cursor.u8("message type")? {
        0x00 => ConnectIndication::parse(bytes).map(|(view, used)| (Message::ConnectIndication(view), used)),
        0xe1 => DataExport::parse(bytes).map(|(view, used)| (Message::DataExport(view), used)),
        0x0d => Association::parse(bytes).map(|(view, used)| (Message::AssociationRequest(view), used)),
        0x0e => Association::parse(bytes).map(|(view, used)| (Message::AssociationAccept(view), used)),
        other => {
            let message = match SpduType(other) {
                SpduType::REFUSE => Message::Refuse,
                SpduType::FINISH => Message::ReleaseRequest,
                SpduType::DISCONNECT => Message::ReleaseResponse,
                SpduType::ABORT => Message::Abort,
                _ => {
                    return Err(Error {
                        offset: 0,
                        field: "message type",
                        kind: Kind::Invalid { value: other.into() },
                    });
                }
            };
            Spdu::parse(bytes).map(|(_, used)| (message, used))
        }
    }
}
