//! Data APDUs: remote operations between a device and its manager.
//!
//! ```text
//!  0           2        4        6
//!  | invoke-id | choice | length | body ...
//!
//!  event report   | handle:16 | RelativeTime | event-type:16 | length:16 | info ... |          and its result
//!  get            | handle:16 | list of attribute-id |
//!  set            | handle:16 | list of { modify-operator:16, AVA } |
//!  action         | handle:16 | action-type:16 | length:16 | info ... |                        and its result
//!  get, set result   | handle:16 | AttributeList |
//!  error          | error-value:16 | length:16 | parameter ... |
//!  reject         | problem:16 |
//! ```
//! ISO/IEEE 11073-20601 annex A.10; handle 0 is the device itself (the MDS object).

use iomt_wire::{Cursor, Result};
use iomt_x73::{AttributeList, Ava, Decode, Handle, List, OctetString, OidType, RelativeTime};

use crate::{named, shows};

named! {
    /// What a data APDU does.
    Choice(u16) {
        /// Tell of an event.
        ROIV_EVENT_REPORT = 0x0100, "event report";
        /// Tell of an event and have it confirmed.
        ROIV_CONFIRMED_EVENT_REPORT = 0x0101, "confirmed event report";
        /// Read attributes.
        ROIV_GET = 0x0103, "get";
        /// Write attributes.
        ROIV_SET = 0x0104, "set";
        /// Write attributes and have it confirmed.
        ROIV_CONFIRMED_SET = 0x0105, "confirmed set";
        /// Do something.
        ROIV_ACTION = 0x0106, "action";
        /// Do something and answer.
        ROIV_CONFIRMED_ACTION = 0x0107, "confirmed action";
        /// An event is confirmed.
        RORS_CONFIRMED_EVENT_REPORT = 0x0201, "event report result";
        /// Attributes that were read.
        RORS_GET = 0x0203, "get result";
        /// Attributes that were written.
        RORS_CONFIRMED_SET = 0x0205, "set result";
        /// What an action led to.
        RORS_CONFIRMED_ACTION = 0x0207, "action result";
        /// An operation failed.
        ROER = 0x0300, "error";
        /// A message was not understood.
        RORJ = 0x0400, "reject";
    }
    /// Why an operation failed.
    ErrorValue(u16) {
        /// No such object.
        NO_SUCH_OBJECT_INSTANCE = 1, "no such object instance";
        /// Not allowed.
        ACCESS_DENIED = 2, "access denied";
        /// No such action.
        NO_SUCH_ACTION = 9, "no such action";
        /// The object makes no sense.
        INVALID_OBJECT_INSTANCE = 17, "invalid object instance";
        /// It was not the time for it.
        PROTOCOL_VIOLATION = 23, "protocol violation";
        /// The object does not let itself be used so.
        NOT_ALLOWED_BY_OBJECT = 24, "not allowed by object";
        /// It took too long.
        ACTION_TIMED_OUT = 25, "action timed out";
        /// It was broken off.
        ACTION_ABORTED = 26, "action aborted";
    }
    /// Why a message was not understood.
    RejectProblem(u16) {
        /// No such APDU.
        UNRECOGNIZED_APDU = 0, "unrecognised APDU";
        /// Its structure is wrong.
        BADLY_STRUCTURED_APDU = 2, "badly structured APDU";
        /// No such operation.
        UNRECOGNIZED_OPERATION = 101, "unrecognised operation";
        /// Too much.
        RESOURCE_LIMITATION = 103, "resource limitation";
        /// Something else.
        UNEXPECTED_ERROR = 303, "unexpected error";
    }
    /// What is done to an attribute.
    ModifyOperator(u16) {
        /// It gets this value.
        REPLACE = 0, "replace";
        /// It gets these values too.
        ADD_VALUES = 1, "add values";
        /// It loses these values.
        REMOVE_VALUES = 2, "remove values";
        /// It gets the value that it had at first.
        SET_TO_DEFAULT = 3, "set to default";
    }
}

/// What an action does, by its number in the nomenclature.
#[must_use]
pub const fn action_name(action: OidType) -> Option<&'static str> {
    Some(match action {
        action::SEG_CLR => "clear segments",
        action::SEG_GET_INFO => "get segment information",
        action::SET_TIME => "set time",
        action::DATA_REQUEST => "data request",
        action::SEG_TRIG_XFER => "trigger segment data transfer",
        _ => return None,
    })
}

/// Numbers of the actions.
pub mod action {
    use iomt_x73::OidType;

    /// Clear segments of a store.
    pub const SEG_CLR: OidType = OidType(0x0c0c);
    /// Tell which segments a store has.
    pub const SEG_GET_INFO: OidType = OidType(0x0c0d);
    /// Set the clock.
    pub const SET_TIME: OidType = OidType(0x0c17);
    /// Start or stop sending data.
    pub const DATA_REQUEST: OidType = OidType(0x0c1b);
    /// Send a segment of a store.
    pub const SEG_TRIG_XFER: OidType = OidType(0x0c1c);
}

/// One data APDU.
#[derive(Clone, Copy)]
pub struct DataApdu<'a> {
    /// Ties an answer to its question.
    pub invoke_id: u16,
    /// What it does.
    pub choice: Choice,
    /// How many bytes it says that it has behind its length.
    pub length: u16,
    /// Bytes of the PRST after this APDU.
    pub(crate) after: usize,
    body: Cursor<'a>,
}

shows!(DataApdu: invoke_id, choice, length);

impl<'a> DataApdu<'a> {
    #[inline]
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [i0, i1, c0, c1, l0, l1] = cursor.array("invoke-id, choice and length")?;
        let length = u16::from_be_bytes([l0, l1]);
        let body = cursor.sub_clipped(length);
        let invoke_id = u16::from_be_bytes([i0, i1]);
        let choice = Choice(u16::from_be_bytes([c0, c1]));
        Ok(Self { invoke_id, choice, length, after: cursor.remaining(), body })
    }

    /// How many of the announced bytes are not there.
    #[must_use]
    pub fn missing(&self) -> usize {
        usize::from(self.length).saturating_sub(self.body.remaining())
    }

    /// The bytes behind the length, as far as they are there.
    #[must_use]
    pub const fn bytes(&self) -> Cursor<'a> {
        self.body
    }

    /// What is said.
    ///
    /// # Errors
    /// When its fixed fields are cut short; lists are read as far as they go.
    #[inline]
    pub fn body(&self) -> Result<DataBody<'a>> {
        self.read_body().map(|(body, _)| body)
    }

    /// What is said, and the bytes behind it.
    pub(crate) fn read_body(&self) -> Result<(DataBody<'a>, Cursor<'a>)> {
        let mut rest = self.body;
        let cursor = &mut rest;
        let body = match self.choice {
            Choice::ROIV_EVENT_REPORT | Choice::ROIV_CONFIRMED_EVENT_REPORT | Choice::RORS_CONFIRMED_EVENT_REPORT => {
                DataBody::EventReport(EventReport::read(cursor, self.choice == Choice::RORS_CONFIRMED_EVENT_REPORT)?)
            }
            Choice::ROIV_ACTION | Choice::ROIV_CONFIRMED_ACTION | Choice::RORS_CONFIRMED_ACTION => {
                DataBody::Action(Action::read(cursor, self.choice == Choice::RORS_CONFIRMED_ACTION)?)
            }
            Choice::ROIV_GET => DataBody::Get { handle: Handle::decode(cursor)?, attributes: List::decode(cursor)? },
            Choice::ROIV_SET | Choice::ROIV_CONFIRMED_SET => {
                DataBody::Set { handle: Handle::decode(cursor)?, modifications: List::decode(cursor)? }
            }
            Choice::RORS_GET | Choice::RORS_CONFIRMED_SET => {
                DataBody::Attributes { handle: Handle::decode(cursor)?, attributes: List::decode(cursor)? }
            }
            Choice::ROER => {
                let [e0, e1, l0, l1] = cursor.array("error-value and length")?;
                let parameter = cursor.sub_clipped(u16::from_be_bytes([l0, l1]));
                DataBody::Error { value: ErrorValue(u16::from_be_bytes([e0, e1])), parameter }
            }
            Choice::RORJ => DataBody::Reject(RejectProblem(cursor.be_u16("RorjProblem")?)),
            _ => {
                let other = OctetString { bytes: cursor.rest(), offset: cursor.offset() };
                cursor.finish();
                DataBody::Other(other)
            }
        };
        Ok((body, rest))
    }
}

/// What a data APDU says.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum DataBody<'a> {
    /// An event, or its confirmation.
    EventReport(EventReport<'a>),
    /// An action, or its result.
    Action(Action<'a>),
    /// Attributes that are wanted.
    Get {
        /// Of which object.
        handle: Handle,
        /// Which attributes; an empty list is all.
        attributes: List<'a, OidType>,
    },
    /// Attributes that are to be changed.
    Set {
        /// Of which object.
        handle: Handle,
        /// The changes.
        modifications: List<'a, Modification<'a>>,
    },
    /// The result of get or set.
    Attributes {
        /// Of which object.
        handle: Handle,
        /// Its attributes.
        attributes: AttributeList<'a>,
    },
    /// An operation failed.
    Error {
        /// Why.
        value: ErrorValue,
        /// More of it.
        parameter: Cursor<'a>,
    },
    /// A message was not understood.
    Reject(RejectProblem),
    /// The body of an unknown operation.
    Other(OctetString<'a>),
}

/// An event, or its confirmation.
#[derive(Clone, Copy)]
pub struct EventReport<'a> {
    /// Whether this confirms the event.
    pub is_result: bool,
    /// Which object tells it; 0 is the device, another may be a scanner or a store.
    pub handle: Handle,
    /// When, on the device's own count; [`RelativeTime::NONE`] when it has none.
    pub time: RelativeTime,
    /// What, a term of partition 3.
    pub event_type: OidType,
    /// How many bytes of information it announces.
    pub length: u16,
    /// More of it, as far as it is there.
    pub info: Cursor<'a>,
}

shows!(EventReport: is_result, handle, time, event_type, length);

impl<'a> EventReport<'a> {
    fn read(cursor: &mut Cursor<'a>, is_result: bool) -> Result<Self> {
        let [h0, h1, t0, t1, t2, t3, e0, e1, l0, l1] = cursor.array("event report header")?;
        let length = u16::from_be_bytes([l0, l1]);
        let info = cursor.sub_clipped(length);
        Ok(Self {
            is_result,
            handle: Handle(u16::from_be_bytes([h0, h1])),
            time: RelativeTime(u32::from_be_bytes([t0, t1, t2, t3])),
            event_type: OidType(u16::from_be_bytes([e0, e1])),
            length,
            info,
        })
    }
}

/// An action, or its result.
#[derive(Clone, Copy)]
pub struct Action<'a> {
    /// Whether this is the result.
    pub is_result: bool,
    /// On which object.
    pub handle: Handle,
    /// What is done; see [`action_name`].
    pub action_type: OidType,
    /// How many bytes of information it announces.
    pub length: u16,
    /// Argument or result, as far as it is there.
    pub info: Cursor<'a>,
}

shows!(Action: is_result, handle, action_type, length);

impl<'a> Action<'a> {
    fn read(cursor: &mut Cursor<'a>, is_result: bool) -> Result<Self> {
        let [h0, h1, a0, a1, l0, l1] = cursor.array("action header")?;
        let length = u16::from_be_bytes([l0, l1]);
        let info = cursor.sub_clipped(length);
        Ok(Self {
            is_result,
            handle: Handle(u16::from_be_bytes([h0, h1])),
            action_type: OidType(u16::from_be_bytes([a0, a1])),
            length,
            info,
        })
    }
}

/// One change of a set.
#[derive(Clone, Copy, Debug)]
pub struct Modification<'a> {
    /// How it is changed.
    pub modify_operator: ModifyOperator,
    /// To what.
    pub attribute: Ava<'a>,
}

impl<'a> Decode<'a> for Modification<'a> {
    const LEAST: usize = 6;
    const NAME: &'static str = "ModificationList";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let modify_operator = ModifyOperator(cursor.be_u16("modify-operator")?);
        Ok(Self { modify_operator, attribute: Ava::decode(cursor)? })
    }
}
