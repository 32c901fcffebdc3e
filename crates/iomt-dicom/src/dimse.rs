//! DIMSE command sets.
//!
//! ```text
//!  (0000,0000) group length, (0000,0002) affected SOP class, (0000,0100) command field, ...
//!  | 00 00 | element | length (32) | value |*      implicit VR little endian, whatever was negotiated
//! ```
//! PS3.7 sections 6.3, 9.3, 10.3 and annex E. A data set follows unless (0000,0800) is 0101; every other value announces one,
//! and which value a toolkit uses (0000, 0001, 0102, 0202 were seen) is a habit that tells toolkits apart.
//!
//! What devices really do: retired group 0000 elements stand in between, group length is sometimes wrong, and UIDs are
//! padded with NUL as they should be, or with a space.

use crate::element::{DataSet, Element, Elements, Encoding};
use crate::uid::{trim_text, trim_uid};
use crate::{Tag, Uid};
use iomt_wire::{Error, Kind};

/// The value of (0000,0800) that says that no data set follows.
pub const NO_DATA_SET: u16 = 0x0101;

/// What a message asks or answers, (0000,0100).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandField(pub u16);

macro_rules! commands {
    ($($name:ident $value:literal $text:literal;)*) => {
        impl CommandField {
            $(
                #[doc = concat!($text, ".")]
                pub const $name: Self = Self($value);
            )*

            /// The name in PS3.7.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($text),)*
                    _ => None,
                }
            }
        }
    };
}

commands! {
    C_STORE_RQ 0x0001 "C-STORE-RQ";
    C_STORE_RSP 0x8001 "C-STORE-RSP";
    C_GET_RQ 0x0010 "C-GET-RQ";
    C_GET_RSP 0x8010 "C-GET-RSP";
    C_FIND_RQ 0x0020 "C-FIND-RQ";
    C_FIND_RSP 0x8020 "C-FIND-RSP";
    C_MOVE_RQ 0x0021 "C-MOVE-RQ";
    C_MOVE_RSP 0x8021 "C-MOVE-RSP";
    C_ECHO_RQ 0x0030 "C-ECHO-RQ";
    C_ECHO_RSP 0x8030 "C-ECHO-RSP";
    C_CANCEL_RQ 0x0fff "C-CANCEL-RQ";
    N_EVENT_REPORT_RQ 0x0100 "N-EVENT-REPORT-RQ";
    N_EVENT_REPORT_RSP 0x8100 "N-EVENT-REPORT-RSP";
    N_GET_RQ 0x0110 "N-GET-RQ";
    N_GET_RSP 0x8110 "N-GET-RSP";
    N_SET_RQ 0x0120 "N-SET-RQ";
    N_SET_RSP 0x8120 "N-SET-RSP";
    N_ACTION_RQ 0x0130 "N-ACTION-RQ";
    N_ACTION_RSP 0x8130 "N-ACTION-RSP";
    N_CREATE_RQ 0x0140 "N-CREATE-RQ";
    N_CREATE_RSP 0x8140 "N-CREATE-RSP";
    N_DELETE_RQ 0x0150 "N-DELETE-RQ";
    N_DELETE_RSP 0x8150 "N-DELETE-RSP";
}

impl CommandField {
    /// Whether it answers a request.
    #[inline]
    #[must_use]
    pub const fn is_response(self) -> bool {
        self.0 & 0x8000 != 0
    }
}

/// The status of a response, (0000,0900).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(pub u16);

impl Status {
    /// Success.
    pub const SUCCESS: Self = Self(0x0000);

    /// The class of the status in the words of PS3.7 annex C.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self.0 {
            0x0000 => "success",
            0xff00 | 0xff01 => "pending",
            0xfe00 => "cancel",
            0x0001 | 0x0107 | 0x0116 | 0xb000..=0xbfff => "warning",
            0xa000..=0xafff | 0xc000..=0xcfff | 0x0100..=0x02ff => "failure",
            _ => "unknown",
        }
    }
}

/// Numbers of sub-operations in answers to C-GET and C-MOVE.
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

    /// 0 medium, 1 high, 2 low.
    #[must_use]
    pub fn priority(&self) -> Option<u16> {
        self.u16(Tag::PRIORITY)
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
