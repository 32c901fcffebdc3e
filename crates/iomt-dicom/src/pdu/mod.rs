//! Upper layer PDUs.
//!
//! ```text
//!  0      1      2              6
//!  | type | res. | length (32)  | body: length bytes          big endian throughout
//! ```
//! PS3.8 section 9.3. One TCP connection carries one association: A-ASSOCIATE-RQ, -AC or -RJ, then P-DATA-TF both ways, then
//! A-RELEASE-RQ and -RP; A-ABORT at any time. There is no magic number and any port may be used, so [`probe`] goes by
//! content.
//!
//! What devices really do: reserved bytes are not always zero (DCMTK writes FF into one of them), UIDs come padded with NUL or
//! space, acceptors echo other AE titles than they were sent and leave the transfer syntax out of a rejected context. All
//! of that is kept readable, and [`Pdu::quirks`] tells it.

mod associate;
mod item;
mod negotiation;
mod pdata;
mod probe;
mod quirks;
mod short;
mod user;

pub use associate::{Associate, ContextResult, PresentationContext, PresentationContexts, TransferSyntaxes};
pub use item::{Item, ItemType, Items};
pub use negotiation::{QueryNegotiation, RetrieveNegotiation, StorageNegotiation};
pub use pdata::{PData, Pdv, Pdvs};
pub use probe::probe;
pub(crate) use probe::{data_head, is_believable};
pub use short::{Abort, Reject, Release};
pub use user::{CommonExtendedNegotiation, Related, Secret, UserIdentity, UserItem, UserItems};

use iomt_wire::{Cursor, Error, Kind, Need};

/// Bytes of a PDU header.
pub(crate) const HEADER: usize = 6;

iomt_wire::named! {
    /// The type of a PDU, its first byte; named as PS3.8 has it.
    PduType(u8) {
        /// A-ASSOCIATE-RQ.
        ASSOCIATE_RQ = 0x01, "A-ASSOCIATE-RQ";
        /// A-ASSOCIATE-AC.
        ASSOCIATE_AC = 0x02, "A-ASSOCIATE-AC";
        /// A-ASSOCIATE-RJ.
        ASSOCIATE_RJ = 0x03, "A-ASSOCIATE-RJ";
        /// P-DATA-TF.
        P_DATA_TF = 0x04, "P-DATA-TF";
        /// A-RELEASE-RQ.
        RELEASE_RQ = 0x05, "A-RELEASE-RQ";
        /// A-RELEASE-RP.
        RELEASE_RP = 0x06, "A-RELEASE-RP";
        /// A-ABORT.
        ABORT = 0x07, "A-ABORT";
    }
}

/// A PDU, borrowed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Pdu<'a> {
    /// A request for an association.
    AssociateRq(Associate<'a>),
    /// Its acceptance.
    AssociateAc(Associate<'a>),
    /// Its rejection.
    AssociateRj(Reject),
    /// Fragments of messages.
    PData(PData<'a>),
    /// A request to end the association.
    ReleaseRq(Release),
    /// The answer to it.
    ReleaseRp(Release),
    /// The association ends now.
    Abort(Abort),
}

impl<'a> Pdu<'a> {
    /// Reads the PDU at the front of `bytes` and says how many bytes it takes.
    ///
    /// # Errors
    /// [`Kind::Truncated`] with the total that is needed while the PDU is not all there; other kinds when it is no PDU.
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, usize), Error> {
        let mut cursor = Cursor::new(bytes);
        let [pdu_type, reserved, l0, l1, l2, l3] = cursor.array("PDU header")?;
        let pdu_type = PduType(pdu_type);
        if pdu_type.name().is_none() {
            return Err(Error { offset: 0, field: "PDU-type", kind: Kind::Invalid { value: pdu_type.0.into() } });
        }
        let length = u32::from_be_bytes([l0, l1, l2, l3]);
        let contradiction = Error { offset: 2, field: "PDU-length", kind: Kind::Length { length: length.into() } };
        let least = match pdu_type {
            PduType::ASSOCIATE_RQ | PduType::ASSOCIATE_AC => 68,
            PduType::ASSOCIATE_RJ | PduType::ABORT => 4,
            _ => 0,
        };
        if length < least {
            return Err(contradiction);
        }
        let needed = u64::from(length).saturating_add(HEADER as u64);
        let Some(pdu) = usize::try_from(needed).ok().and_then(|total| bytes.get(..total)) else {
            let kind = Kind::Truncated { needed, available: bytes.len() };
            return Err(Error { offset: 0, field: "PDU", kind });
        };
        let body = cursor.take(length, "PDU")?;
        let parsed = match pdu_type {
            PduType::ASSOCIATE_RQ => Self::AssociateRq(Associate::new(pdu)?),
            PduType::ASSOCIATE_AC => Self::AssociateAc(Associate::new(pdu)?),
            PduType::ASSOCIATE_RJ => Self::AssociateRj(Reject::new(reserved, body)),
            PduType::RELEASE_RQ => Self::ReleaseRq(Release::new(reserved, body)),
            PduType::RELEASE_RP => Self::ReleaseRp(Release::new(reserved, body)),
            PduType::ABORT => Self::Abort(Abort::new(reserved, body)),
            PduType::P_DATA_TF => Self::PData(PData::new(reserved, body)),
            _ => return Err(contradiction),
        };
        Ok((parsed, pdu.len()))
    }

    /// Its type.
    #[must_use]
    pub const fn pdu_type(&self) -> PduType {
        match self {
            Self::AssociateRq(_) => PduType::ASSOCIATE_RQ,
            Self::AssociateAc(_) => PduType::ASSOCIATE_AC,
            Self::AssociateRj(_) => PduType::ASSOCIATE_RJ,
            Self::PData(_) => PduType::P_DATA_TF,
            Self::ReleaseRq(_) => PduType::RELEASE_RQ,
            Self::ReleaseRp(_) => PduType::RELEASE_RP,
            Self::Abort(_) => PduType::ABORT,
        }
    }
}

/// How many bytes the PDU at the front wants, when `head` is not all of it yet; nothing when it is complete.
#[must_use]
pub fn need(head: &[u8]) -> Option<Need> {
    let total = match head.first_chunk() {
        Some(&[_, _, l0, l1, l2, l3]) => u64::from(u32::from_be_bytes([l0, l1, l2, l3])).saturating_add(HEADER as u64),
        None => HEADER as u64,
    };
    (total > head.len() as u64).then_some(Need::total(total))
}
