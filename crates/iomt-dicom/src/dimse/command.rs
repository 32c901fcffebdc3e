//! A command set and the look-up of its elements.

use super::{CommandField, NO_DATA_SET, Status};
use crate::Tag;
use crate::element::{DataSet, Element, Elements, Encoding};
use crate::uid::{trim_text, trim_uid};
use iomt_wire::{Error, Kind};

/// Numbers of sub-operations in answers to C-GET and C-MOVE; what an answer leaves out is nothing.
///
/// Closed on purpose: PS3.7 section 9.1.3 has these four, and [`emit::Command`](crate::emit::Command) takes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Suboperations {
    /// Remaining.
    pub remaining: Option<u16>,
    /// Completed.
    pub completed: Option<u16>,
    /// Failed.
    pub failed: Option<u16>,
    /// Completed with warnings.
    pub warning: Option<u16>,
}

/// A command set, borrowed; elements are looked up when asked for.
#[derive(Clone, Copy)]
pub struct CommandSet<'a> {
    data: DataSet<'a>,
}

impl core::fmt::Debug for CommandSet<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CommandSet")
            .field("command_field", &self.command_field())
            .field("bytes", &self.data.bytes().len())
            .finish_non_exhaustive()
    }
}

impl<'a> CommandSet<'a> {
    /// Takes a whole command set; walks its headers once so that later look-ups cannot fail.
    ///
    /// # Errors
    /// When its elements do not fill the bytes exactly, or belong to another group.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let data = DataSet::new(bytes, Encoding::ImplicitLittle);
        if bytes.is_empty() {
            let kind = Kind::Truncated { needed: 8, available: 0 };
            return Err(Error { offset: 0, field: "command set", kind });
        }
        for element in data.elements() {
            let element = element?;
            if element.tag.group != 0 {
                let kind = Kind::Invalid { value: element.tag.group.into() };
                return Err(Error { offset: element.offset, field: "command group", kind });
            }
        }
        Ok(Self { data })
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.data.bytes()
    }

    /// The elements in the order of the wire.
    #[must_use]
    pub const fn elements(&self) -> Elements<'a> {
        self.data.elements()
    }

    /// The first element with this tag, in whatever order they stand.
    #[must_use]
    pub fn get(&self, tag: Tag) -> Option<Element<'a>> {
        self.elements().filter_map(Result::ok).find(|element| element.tag == tag)
    }

    fn u16(&self, tag: Tag) -> Option<u16> {
        self.get(tag)?.u16()
    }

    fn uid(&self, tag: Tag) -> Option<&'a [u8]> {
        Some(trim_uid(self.get(tag)?.value)).filter(|uid| !uid.is_empty())
    }

    fn text(&self, tag: Tag) -> Option<&'a [u8]> {
        Some(trim_text(self.get(tag)?.value)).filter(|text| !text.is_empty())
    }

    /// What is asked or answered.
    #[must_use]
    pub fn command_field(&self) -> Option<CommandField> {
        self.u16(Tag::COMMAND_FIELD).map(CommandField)
    }

    /// The number of this request.
    #[must_use]
    pub fn message_id(&self) -> Option<u16> {
        self.u16(Tag::MESSAGE_ID)
    }

    /// The number of the request that this answers (or that C-CANCEL cancels).
    #[must_use]
    pub fn message_id_being_responded_to(&self) -> Option<u16> {
        self.u16(Tag::MESSAGE_ID_BEING_RESPONDED_TO)
    }

    /// Affected SOP class UID, padding taken off.
    #[must_use]
    pub fn affected_sop_class(&self) -> Option<&'a [u8]> {
        self.uid(Tag::AFFECTED_SOP_CLASS_UID)
    }

    /// Requested SOP class UID, padding taken off.
    #[must_use]
    pub fn requested_sop_class(&self) -> Option<&'a [u8]> {
        self.uid(Tag::REQUESTED_SOP_CLASS_UID)
    }

    /// Affected SOP instance UID, padding taken off.
    #[must_use]
    pub fn affected_sop_instance(&self) -> Option<&'a [u8]> {
        self.uid(Tag::AFFECTED_SOP_INSTANCE_UID)
    }

    /// Requested SOP instance UID, padding taken off.
    #[must_use]
    pub fn requested_sop_instance(&self) -> Option<&'a [u8]> {
        self.uid(Tag::REQUESTED_SOP_INSTANCE_UID)
    }

    /// How a request ended.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.u16(Tag::STATUS).map(Status)
    }

    /// 0 medium, 1 high, 2 low; see [`priority_name`](Self::priority_name).
    #[must_use]
    pub fn priority(&self) -> Option<u16> {
        self.u16(Tag::PRIORITY)
    }

    /// The priority in words.
    #[must_use]
    pub fn priority_name(&self) -> Option<&'static str> {
        Some(match self.priority()? {
            0 => "medium",
            1 => "high",
            2 => "low",
            _ => return None,
        })
    }

    /// Affected SOP class UID, else the requested one: one of them is in every message but C-CANCEL.
    #[must_use]
    pub fn sop_class(&self) -> Option<&'a [u8]> {
        self.affected_sop_class().or_else(|| self.requested_sop_class())
    }

    /// The meaning of the status for this operation and its SOP class.
    #[must_use]
    pub fn status_name(&self) -> Option<&'static str> {
        self.status()?.name(self.command_field()?, self.sop_class().unwrap_or_default())
    }

    /// (0000,0800) as it stands.
    #[must_use]
    pub fn data_set_type(&self) -> Option<u16> {
        self.u16(Tag::COMMAND_DATA_SET_TYPE)
    }

    /// Whether a data set follows; a command that does not say has none.
    #[must_use]
    pub fn has_data_set(&self) -> bool {
        self.data_set_type().is_some_and(|kind| kind != NO_DATA_SET)
    }

    /// The third node that C-MOVE sends to.
    #[must_use]
    pub fn move_destination(&self) -> Option<&'a [u8]> {
        self.text(Tag::MOVE_DESTINATION)
    }

    /// The node whose C-MOVE caused this C-STORE.
    #[must_use]
    pub fn move_originator(&self) -> Option<&'a [u8]> {
        self.text(Tag::MOVE_ORIGINATOR_APPLICATION_ENTITY_TITLE)
    }

    /// The number of the C-MOVE that caused this C-STORE.
    #[must_use]
    pub fn move_originator_message_id(&self) -> Option<u16> {
        self.u16(Tag::MOVE_ORIGINATOR_MESSAGE_ID)
    }

    /// Free text about an error; its wording tells products apart.
    #[must_use]
    pub fn error_comment(&self) -> Option<&'a [u8]> {
        self.text(Tag::ERROR_COMMENT)
    }

    /// Error ID, in the numbering of the product.
    #[must_use]
    pub fn error_id(&self) -> Option<u16> {
        self.u16(Tag::ERROR_ID)
    }

    /// The elements that an error is about.
    #[must_use]
    pub fn offending_elements(&self) -> Tags<'a> {
        self.tags(Tag::OFFENDING_ELEMENT)
    }

    /// The attributes that N-GET asks for; none asks for all.
    #[must_use]
    pub fn attribute_identifier_list(&self) -> Tags<'a> {
        self.tags(Tag::ATTRIBUTE_IDENTIFIER_LIST)
    }

    fn tags(&self, tag: Tag) -> Tags<'a> {
        Tags { rest: self.get(tag).map(|element| element.value).unwrap_or_default() }
    }

    /// The type of an event of N-EVENT-REPORT.
    #[must_use]
    pub fn event_type_id(&self) -> Option<u16> {
        self.u16(Tag::EVENT_TYPE_ID)
    }

    /// The type of an action of N-ACTION.
    #[must_use]
    pub fn action_type_id(&self) -> Option<u16> {
        self.u16(Tag::ACTION_TYPE_ID)
    }

    /// The numbers of sub-operations in answers to C-GET and C-MOVE.
    #[must_use]
    pub fn suboperations(&self) -> Suboperations {
        Suboperations {
            remaining: self.u16(Tag::NUMBER_OF_REMAINING_SUBOPERATIONS),
            completed: self.u16(Tag::NUMBER_OF_COMPLETED_SUBOPERATIONS),
            failed: self.u16(Tag::NUMBER_OF_FAILED_SUBOPERATIONS),
            warning: self.u16(Tag::NUMBER_OF_WARNING_SUBOPERATIONS),
        }
    }
}

/// The tags in a value of AT in a command set; what is left of a broken one is left out.
#[derive(Clone, Copy)]
pub struct Tags<'a> {
    rest: &'a [u8],
}

impl core::fmt::Debug for Tags<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Self::Item> {
        let (&[g0, g1, e0, e1], rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(Tag::new(u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1])))
    }
}

impl core::iter::FusedIterator for Tags<'_> {}
