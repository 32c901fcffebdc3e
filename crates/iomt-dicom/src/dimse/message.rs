//! A message on its way: its command, and the terms under which its data set travels.

use super::{CommandField, CommandSet, NO_DATA_SET};
use crate::{Tag, Uid};

/// One DIMSE message: what its command said, and under which terms its data set travels.
///
/// `Debug` leaves the instance out.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Presentation context id; 0 in a file.
    pub context_id: u8,
    /// Abstract syntax of the context, when its negotiation was seen.
    pub abstract_syntax: Option<Uid>,
    /// Transfer syntax of the context, when its negotiation was seen.
    pub transfer_syntax: Option<Uid>,
    /// The transfer syntax was not seen: the encoding of the data set is read off its first bytes.
    pub inferred: bool,
    /// What is asked or answered; 0 in a file, and where the command itself was not seen.
    pub command: CommandField,
    /// Message ID, or in a response the message ID that it answers.
    pub message_id: u16,
    /// Affected SOP class, else the requested one.
    pub sop_class: Option<Uid>,
    /// Affected SOP instance, else the requested one.
    pub sop_instance: Option<Uid>,
    /// Whether a data set is announced.
    pub has_data_set: bool,
    /// Counts the messages of a direction from 1.
    pub number: u32,
}

impl Message {
    /// A message of which nothing is known.
    pub(crate) const fn unknown(context_id: u8) -> Self {
        Self {
            context_id,
            abstract_syntax: None,
            transfer_syntax: None,
            inferred: true,
            command: CommandField(0),
            message_id: 0,
            sop_class: None,
            sop_instance: None,
            has_data_set: false,
            number: 0,
        }
    }

    /// What a command set says, without the terms of its context.
    pub(crate) fn of(context_id: u8, command: &CommandSet<'_>) -> Self {
        let mut message = Self::unknown(context_id);
        let mut requested = (None, None);
        for element in command.elements().filter_map(Result::ok) {
            let number = || element.u16().unwrap_or(0);
            match element.tag {
                Tag::AFFECTED_SOP_CLASS_UID => message.sop_class = Uid::new(element.value),
                Tag::REQUESTED_SOP_CLASS_UID => requested.0 = Uid::new(element.value),
                Tag::COMMAND_FIELD => message.command = CommandField(number()),
                Tag::MESSAGE_ID | Tag::MESSAGE_ID_BEING_RESPONDED_TO => message.message_id = number(),
                Tag::COMMAND_DATA_SET_TYPE => message.has_data_set = number() != NO_DATA_SET,
                Tag::AFFECTED_SOP_INSTANCE_UID => message.sop_instance = Uid::new(element.value),
                Tag::REQUESTED_SOP_INSTANCE_UID => requested.1 = Uid::new(element.value),
                _ => {}
            }
        }
        message.sop_class = message.sop_class.or(requested.0);
        message.sop_instance = message.sop_instance.or(requested.1);
        message
    }
}

impl core::fmt::Debug for Message {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Message")
            .field("context_id", &self.context_id)
            .field("command", &self.command)
            .field("message_id", &self.message_id)
            .field("sop_class", &self.sop_class)
            .field("transfer_syntax", &self.transfer_syntax)
            .field("inferred", &self.inferred)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}
