//! Command sets.

use super::{DataSet, len32};
use crate::Tag;
use crate::dimse::{CommandField, NO_DATA_SET, Suboperations};
use crate::element::{Encoding, Vr};
use alloc::vec::Vec;

/// Builds a command set: implicit VR little endian with its group length in front.
///
/// Elements stand in the order in which they are added, so a command out of order can be built too.
#[derive(Clone, Debug)]
pub struct Command {
    data: DataSet,
}

const fn data_set_type(announced: bool) -> u16 {
    if announced { 1 } else { NO_DATA_SET }
}

impl Command {
    /// A command set with its command field yet to come.
    #[must_use]
    pub const fn empty() -> Self {
        Self { data: DataSet::new(Encoding::ImplicitLittle) }
    }

    /// A request for a SOP class with its message id, announcing a data set or not.
    #[must_use]
    pub fn request(field: CommandField, sop_class: &[u8], message_id: u16, data_set: bool) -> Self {
        Self::empty()
            .uid(Tag::AFFECTED_SOP_CLASS_UID, sop_class)
            .u16(Tag::COMMAND_FIELD, field.0)
            .u16(Tag::MESSAGE_ID, message_id)
            .u16(Tag::COMMAND_DATA_SET_TYPE, data_set_type(data_set))
    }

    /// A request about an instance that is there, as N-GET, N-SET, N-ACTION and N-DELETE are.
    #[must_use]
    pub fn request_for(
        field: CommandField,
        sop_class: &[u8],
        sop_instance: &[u8],
        message_id: u16,
        data_set: bool,
    ) -> Self {
        Self::empty()
            .uid(Tag::REQUESTED_SOP_CLASS_UID, sop_class)
            .u16(Tag::COMMAND_FIELD, field.0)
            .u16(Tag::MESSAGE_ID, message_id)
            .u16(Tag::COMMAND_DATA_SET_TYPE, data_set_type(data_set))
            .uid(Tag::REQUESTED_SOP_INSTANCE_UID, sop_instance)
    }

    /// A response with its status, announcing a data set or not.
    #[must_use]
    pub fn response(field: CommandField, sop_class: &[u8], message_id: u16, status: u16, data_set: bool) -> Self {
        Self::empty()
            .uid(Tag::AFFECTED_SOP_CLASS_UID, sop_class)
            .u16(Tag::COMMAND_FIELD, field.0)
            .u16(Tag::MESSAGE_ID_BEING_RESPONDED_TO, message_id)
            .u16(Tag::COMMAND_DATA_SET_TYPE, data_set_type(data_set))
            .u16(Tag::STATUS, status)
    }

    /// C-CANCEL-RQ: cancels the request with this message id.
    #[must_use]
    pub fn cancel(message_id: u16) -> Self {
        Self::empty()
            .u16(Tag::COMMAND_FIELD, CommandField::C_CANCEL_RQ.0)
            .u16(Tag::MESSAGE_ID_BEING_RESPONDED_TO, message_id)
            .u16(Tag::COMMAND_DATA_SET_TYPE, NO_DATA_SET)
    }

    /// A UID element.
    #[must_use]
    pub fn uid(self, tag: Tag, uid: &[u8]) -> Self {
        Self { data: self.data.text(tag, Vr::UI, uid) }
    }

    /// A 16-bit element.
    #[must_use]
    pub fn u16(self, tag: Tag, value: u16) -> Self {
        Self { data: self.data.u16(tag, value) }
    }

    /// A text element.
    #[must_use]
    pub fn text(self, tag: Tag, value: &[u8]) -> Self {
        Self { data: self.data.text(tag, Vr::LO, value) }
    }

    /// An element of tags, as the attribute identifier list and the offending elements are.
    #[must_use]
    pub fn tags(self, tag: Tag, values: &[Tag]) -> Self {
        let halves = values.iter().flat_map(|tag| [tag.group.to_le_bytes(), tag.element.to_le_bytes()]);
        let bytes: Vec<u8> = halves.flatten().collect();
        Self { data: self.data.element(tag, Vr::AT, &bytes) }
    }

    /// The numbers of sub-operations that are there.
    #[must_use]
    pub fn suboperations(self, numbers: &Suboperations) -> Self {
        [
            (Tag::NUMBER_OF_REMAINING_SUBOPERATIONS, numbers.remaining),
            (Tag::NUMBER_OF_COMPLETED_SUBOPERATIONS, numbers.completed),
            (Tag::NUMBER_OF_FAILED_SUBOPERATIONS, numbers.failed),
            (Tag::NUMBER_OF_WARNING_SUBOPERATIONS, numbers.warning),
        ]
        .into_iter()
        .fold(self, |command, (tag, number)| match number {
            Some(number) => command.u16(tag, number),
            None => command,
        })
    }

    /// The command set.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        let elements = self.data.as_bytes();
        DataSet::new(Encoding::ImplicitLittle)
            .element(Tag::COMMAND_GROUP_LENGTH, Vr::UL, &len32(elements.len()).to_le_bytes())
            .raw(elements)
            .build()
    }
}
