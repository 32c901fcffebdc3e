//! Writing data export PDUs; the layouts are those of [`export`](crate::export), [`mds`](crate::mds) and [`poll`](crate::poll).

use alloc::vec::Vec;

use iomt_wire::Result;
use iomt_x73::{AbsoluteTime, Handle, ManagedObjectId, OidType, RelativeTime, Type};

use super::{Attributes, length, list};
use crate::{
    export::{CommandType, ErrorValue, Linked, RoType, SESSION_ID},
    mds::NOM_NOTI_MDS_CREAT,
    poll::{NOM_ACT_POLL_MDIB_DATA, NOM_ACT_POLL_MDIB_DATA_EXT},
};

/// The PDU around a body.
fn pdu(ro_type: RoType, linked: Option<Linked>, invoke_id: u16, code: u16, body: &[u8]) -> Result<Vec<u8>> {
    let inner = length(body.len(), "command length")?;
    let series: &[u8] = match &linked {
        Some(linked) => &[linked.state, linked.count],
        None => &[],
    };
    let head = [SESSION_ID, 2, ro_type.0].map(u16::to_be_bytes);
    let operation = [&invoke_id.to_be_bytes()[..], &code.to_be_bytes(), &inner].concat();
    let total = length(series.len().saturating_add(6).saturating_add(body.len()), "remote operation length")?;
    Ok([&head.concat()[..], &total, series, &operation, body].concat())
}

fn object(id: ManagedObjectId) -> Vec<u8> {
    [id.class.0, id.instance.mds_context, id.instance.handle.0].into_iter().flat_map(u16::to_be_bytes).collect()
}

/// The body of an event report.
pub(super) fn event(id: ManagedObjectId, time: RelativeTime, event_type: OidType, info: &[u8]) -> Result<Vec<u8>> {
    let kind = [event_type.0.to_be_bytes(), length(info.len(), "event info length")?].concat();
    Ok([&object(id)[..], &time.0.to_be_bytes(), &kind, info].concat())
}

/// The MDS create event that a monitor sends after its accept.
///
/// # Errors
/// [`Kind::Limit`](iomt_wire::Kind::Limit) when something does not fit its 16-bit length; so in all of these.
pub fn mds_create(invoke_id: u16, id: ManagedObjectId, time: RelativeTime, attributes: &Attributes) -> Result<Vec<u8>> {
    let info = [object(id), attributes.list()?].concat();
    let body = event(id, time, NOM_NOTI_MDS_CREAT, &info)?;
    pdu(RoType::ROIV, None, invoke_id, CommandType::CONFIRMED_EVENT_REPORT.0, &body)
}

/// A client's confirmation of an event.
///
/// # Errors
/// As [`mds_create`].
pub fn event_result(invoke_id: u16, id: ManagedObjectId, time: RelativeTime, event_type: OidType) -> Result<Vec<u8>> {
    let body = event(id, time, event_type, &[])?;
    pdu(RoType::RORS, None, invoke_id, CommandType::CONFIRMED_EVENT_REPORT.0, &body)
}

/// A client's poll; with options it is the extended one.
///
/// # Errors
/// As [`mds_create`].
pub fn poll_request(
    invoke_id: u16,
    id: ManagedObjectId,
    poll_number: u16,
    object_type: Type,
    attribute_group: OidType,
    options: Option<&Attributes>,
) -> Result<Vec<u8>> {
    let numbers = [poll_number, object_type.partition.0, object_type.code.0, attribute_group.0];
    let mut info: Vec<u8> = numbers.into_iter().flat_map(u16::to_be_bytes).collect();
    if let Some(options) = options {
        info.extend(options.list()?);
    }
    let action = if options.is_some() { NOM_ACT_POLL_MDIB_DATA_EXT } else { NOM_ACT_POLL_MDIB_DATA };
    let kind = [action.0.to_be_bytes(), length(info.len(), "action info length")?].concat();
    let body = [&object(id)[..], &[0; 4], &kind, &info].concat();
    pdu(RoType::ROIV, None, invoke_id, CommandType::CONFIRMED_ACTION.0, &body)
}

/// Builds the answer to a poll, or one part of it.
#[derive(Clone)]
pub struct PollResultBuilder {
    poll_number: u16,
    sequence_number: Option<u16>,
    time: RelativeTime,
    absolute_time: AbsoluteTime,
    object_type: Type,
    attribute_group: OidType,
    linked: Option<Linked>,
    /// Of each context its number, how many objects it has, and their bytes.
    contexts: Vec<(u16, usize, Vec<u8>)>,
    failed: Option<iomt_wire::Error>,
}

/// Without the objects, which may be a patient's.
impl core::fmt::Debug for PollResultBuilder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PollResultBuilder").field("object_type", &self.object_type).finish_non_exhaustive()
    }
}

impl PollResultBuilder {
    /// An answer without objects, all groups, the clock unknown.
    #[must_use]
    pub const fn new(poll_number: u16, time: RelativeTime, object_type: Type) -> Self {
        Self {
            poll_number,
            sequence_number: None,
            time,
            absolute_time: AbsoluteTime::UNKNOWN,
            object_type,
            attribute_group: OidType(0),
            linked: None,
            contexts: Vec::new(),
            failed: None,
        }
    }

    /// Makes it the answer to an extended poll.
    #[must_use]
    pub const fn extended(mut self, sequence_number: u16) -> Self {
        self.sequence_number = Some(sequence_number);
        self
    }

    /// Sets the monitor's clock.
    #[must_use]
    pub const fn absolute_time(mut self, time: AbsoluteTime) -> Self {
        self.absolute_time = time;
        self
    }

    /// Sets the group of attributes.
    #[must_use]
    pub const fn attribute_group(mut self, group: OidType) -> Self {
        self.attribute_group = group;
        self
    }

    /// Makes it one of several parts.
    #[must_use]
    pub const fn linked(mut self, linked: Linked) -> Self {
        self.linked = Some(linked);
        self
    }

    /// Adds an object to a context; objects of one context are added one after the other.
    #[must_use]
    pub fn object(mut self, mds_context: u16, handle: Handle, attributes: &Attributes) -> Self {
        match attributes.list() {
            Ok(written) => {
                if self.contexts.last().is_none_or(|(context, ..)| *context != mds_context) {
                    self.contexts.push((mds_context, 0, Vec::new()));
                }
                if let Some((_, count, bytes)) = self.contexts.last_mut() {
                    *count = count.saturating_add(1);
                    bytes.extend(handle.0.to_be_bytes());
                    bytes.extend(written);
                }
            }
            Err(error) => self.failed = self.failed.or(Some(error)),
        }
        self
    }

    /// The PDU.
    ///
    /// # Errors
    /// As [`mds_create`].
    pub fn build(&self, invoke_id: u16, id: ManagedObjectId) -> Result<Vec<u8>> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut contexts = Vec::new();
        for (context, count, objects) in &self.contexts {
            contexts.extend(context.to_be_bytes());
            contexts.extend(list(*count, objects)?);
        }
        let mut info = self.poll_number.to_be_bytes().to_vec();
        info.extend(self.sequence_number.into_iter().flat_map(u16::to_be_bytes));
        info.extend(self.time.0.to_be_bytes());
        info.extend(self.absolute_time.0);
        info.extend(self.object_type.mdc().to_be_bytes());
        info.extend(self.attribute_group.0.to_be_bytes());
        info.extend(list(self.contexts.len(), &contexts)?);
        let action = if self.sequence_number.is_some() { NOM_ACT_POLL_MDIB_DATA_EXT } else { NOM_ACT_POLL_MDIB_DATA };
        let kind = [action.0.to_be_bytes(), length(info.len(), "action info length")?].concat();
        let body = [object(id), kind, info].concat();
        let ro_type = if self.linked.is_some() { RoType::ROLRS } else { RoType::RORS };
        pdu(ro_type, self.linked, invoke_id, CommandType::CONFIRMED_ACTION.0, &body)
    }
}

/// A client's question for attributes; none named means all.
///
/// # Errors
/// As [`mds_create`].
pub fn get(invoke_id: u16, id: ManagedObjectId, attributes: &[OidType]) -> Result<Vec<u8>> {
    let ids: Vec<u8> = attributes.iter().flat_map(|attribute| attribute.0.to_be_bytes()).collect();
    let body = [&object(id)[..], &[0; 4], &list(attributes.len(), &ids)?].concat();
    pdu(RoType::ROIV, None, invoke_id, CommandType::GET.0, &body)
}

/// A client's confirmed change of attributes: of each the operator, the number and the value.
///
/// # Errors
/// As [`mds_create`].
pub fn set(invoke_id: u16, id: ManagedObjectId, changes: &[(u16, OidType, &[u8])]) -> Result<Vec<u8>> {
    let mut items = Vec::new();
    for (operator, attribute, value) in changes {
        items.extend(operator.to_be_bytes());
        items.extend(attribute.0.to_be_bytes());
        items.extend(length(value.len(), "attribute-value")?);
        items.extend(*value);
    }
    let body = [&object(id)[..], &[0; 4], &list(changes.len(), &items)?].concat();
    pdu(RoType::ROIV, None, invoke_id, CommandType::CONFIRMED_SET.0, &body)
}

/// The monitor's answer to [`get`] or [`set`].
///
/// # Errors
/// As [`mds_create`].
pub fn attributes_result(
    invoke_id: u16,
    command: CommandType,
    id: ManagedObjectId,
    attributes: &Attributes,
) -> Result<Vec<u8>> {
    pdu(RoType::RORS, None, invoke_id, command.0, &[object(id), attributes.list()?].concat())
}

/// The monitor's word that it failed.
///
/// # Errors
/// As [`mds_create`].
pub fn error(invoke_id: u16, value: ErrorValue, body: &[u8]) -> Result<Vec<u8>> {
    pdu(RoType::ROER, None, invoke_id, value.0, body)
}
