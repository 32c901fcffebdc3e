//! The MDS create event: a monitor's richest word on itself, sent right after the accept.
//!
//! ```text
//!  event info of event-type 0D06   | ManagedObjectId | AttributeList |
//! ```
//! Data Export guide, "MDS create event". The client confirms it with an empty result; then polling begins.
//!
//! What devices really do: no capture of a current firmware's event is public; the layout follows a working client.

use iomt_wire::Result;
use iomt_x73::{AttributeList, Decode, ManagedObjectId, OidType};

use crate::export::EventReport;

/// Event type of MDS create, `NOM_NOTI_MDS_CREAT`.
pub const NOM_NOTI_MDS_CREAT: OidType = OidType(0x0d06);

/// Object class of the MDS.
pub const MDS: OidType = OidType(0x0021);

/// What the monitor says of itself after the association.
#[derive(Clone, Copy, Debug)]
pub struct MdsCreate<'a> {
    /// Its own object.
    pub object: ManagedObjectId,
    /// The attributes of that object.
    pub attributes: AttributeList<'a>,
}

impl<'a> MdsCreate<'a> {
    /// Reads the information of an event report; nothing when that is another event or only a confirmation.
    ///
    /// # Errors
    /// When the information is cut before its list of attributes.
    pub fn read(event: &EventReport<'a>) -> Result<Option<Self>> {
        if event.event_type != NOM_NOTI_MDS_CREAT || event.is_result {
            return Ok(None);
        }
        let mut cursor = event.info;
        let object = ManagedObjectId::decode(&mut cursor)?;
        Ok(Some(Self { object, attributes: AttributeList::decode(&mut cursor)? }))
    }
}
