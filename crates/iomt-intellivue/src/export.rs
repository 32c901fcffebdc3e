//! Data export PDUs: remote operations on the monitor's objects.
//!
//! ```text
//!  0            2                         4         6
//!  | session-id | presentation-context-id | ro-type | length |
//!  ROIV, RORS   | invoke-id | command-type | length | body ...
//!  ROLRS        | state:8 | count:8 | invoke-id | command-type | length | body ...
//!  ROER         | invoke-id | error | length | body ...
//!
//!  event report | ManagedObjectId | RelativeTime | event-type | length | info ... |        and its result
//!  action       | ManagedObjectId | scope:32 | action-type | length | info ... |           its result has no scope
//!  get          | ManagedObjectId | scope:32 | list of attribute-id |
//!  set          | ManagedObjectId | scope:32 | list of { modify-operator, AVA } |
//!  get, set result   | ManagedObjectId | AttributeList |
//! ```
//! Data Export guide; remote operations as in ISO/IEC 9072. The session id is E100.
//!
//! What devices really do: lengths are right in what monitors send. Two requests published with an open client are two to
//! four bytes off: they are read, and told by [`DataExport::quirks`].

use iomt_wire::{Cursor, Error, Kind, Quirk, Result, named};
use iomt_x73::{AttributeList, Ava, Decode, List, ManagedObjectId, OctetString, OidType, RelativeTime};

use crate::shows;

named! {
    /// The kind of a remote operation message.
    RoType(u16) {
        /// A request.
        ROIV = 1, "invoke";
        /// A result, or the last of several.
        RORS = 2, "result";
        /// An error.
        ROER = 3, "error";
        /// One of several results.
        ROLRS = 5, "linked result";
    }
    /// What is asked of an object.
    CommandType(u16) {
        /// Tell of an event.
        EVENT_REPORT = 0, "event report";
        /// Tell of an event and have it confirmed.
        CONFIRMED_EVENT_REPORT = 1, "confirmed event report";
        /// Read attributes.
        GET = 3, "get";
        /// Write attributes.
        SET = 4, "set";
        /// Write attributes and have it confirmed.
        CONFIRMED_SET = 5, "confirmed set";
        /// Do something and answer.
        CONFIRMED_ACTION = 7, "confirmed action";
    }
    /// Why a remote operation failed.
    ErrorValue(u16) {
        /// No such object class.
        NO_SUCH_OBJECT_CLASS = 0, "no such class";
        /// No such object.
        NO_SUCH_OBJECT_INSTANCE = 1, "no such instance";
        /// Not allowed.
        ACCESS_DENIED = 2, "access denied";
        /// Some attributes could not be read.
        GET_LIST_ERROR = 7, "get-list error";
        /// Some attributes could not be written.
        SET_LIST_ERROR = 8, "set-list error";
        /// No such action.
        NO_SUCH_ACTION = 9, "no such action";
        /// It went wrong.
        PROCESSING_FAILURE = 10, "processing failure";
        /// The argument makes no sense.
        INVALID_ARGUMENT_VALUE = 15, "invalid argument";
        /// The scope makes no sense.
        INVALID_SCOPE = 16, "invalid scope";
        /// The object makes no sense.
        INVALID_OBJECT_INSTANCE = 17, "invalid instance";
    }
}

/// Which of several linked results this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Linked {
    /// 1 the first, 2 in the middle, 3 the last of the linked ones; a plain result closes the series.
    pub state: u8,
    /// Its number.
    pub count: u8,
}

/// One data export PDU.
#[derive(Clone, Copy)]
pub struct DataExport<'a> {
    /// The presentation context, 2 in all that was seen.
    pub presentation_context: u16,
    /// Request, result or error.
    pub ro_type: RoType,
    /// Set in a linked result.
    pub linked: Option<Linked>,
    /// Ties a result to its request.
    pub invoke_id: u16,
    code: u16,
    lengths: [u16; 2],
    missing: usize,
    /// Bytes of the datagram after this PDU.
    after: usize,
    body: Cursor<'a>,
}

shows!(DataExport: presentation_context, ro_type, linked, invoke_id, code, lengths, missing, after);

/// Session id of data export.
pub const SESSION_ID: u16 = 0xe100;

impl<'a> DataExport<'a> {
    /// Reads the PDU at the head of a datagram, and tells how many bytes it takes.
    ///
    /// # Errors
    /// When the session id is not E100, or the header is not all there.
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, usize)> {
        let mut cursor = Cursor::new(bytes);
        let [s0, s1, p0, p1, r0, r1, l0, l1] = cursor.array("data export header")?;
        let session = u16::from_be_bytes([s0, s1]);
        if session != SESSION_ID {
            return Err(Error { offset: 0, field: "session-id", kind: Kind::Invalid { value: session.into() } });
        }
        let ro_type = RoType(u16::from_be_bytes([r0, r1]));
        let length = u16::from_be_bytes([l0, l1]);
        let missing = usize::from(length).saturating_sub(cursor.remaining());
        let mut rest = cursor.sub_clipped(length);
        let linked = if ro_type == RoType::ROLRS {
            let [state, count] = rest.array("RorlsId")?;
            Some(Linked { state, count })
        } else {
            None
        };
        let invoke_id = rest.be_u16("invoke-id")?;
        let code = rest.be_u16("command-type")?;
        let inner = rest.be_u16("command length")?;
        let body = rest.sub_clipped(inner);
        let presentation_context = u16::from_be_bytes([p0, p1]);
        let after = cursor.remaining();
        let lengths = [length, inner];
        let pdu = Self { presentation_context, ro_type, linked, invoke_id, code, lengths, missing, after, body };
        Ok((pdu, cursor.offset()))
    }

    /// What is asked or answered; nothing for an error.
    #[must_use]
    pub fn command_type(&self) -> Option<CommandType> {
        (self.ro_type != RoType::ROER).then_some(CommandType(self.code))
    }

    /// Why it failed; nothing unless this is an error.
    #[must_use]
    pub fn error_value(&self) -> Option<ErrorValue> {
        (self.ro_type == RoType::ROER).then_some(ErrorValue(self.code))
    }

    /// How many of the announced bytes are not in the datagram.
    #[must_use]
    pub const fn missing(&self) -> usize {
        self.missing
    }

    /// Deviations: lengths that disagree, bytes after the PDU.
    pub fn quirks(&self) -> impl Iterator<Item = Quirk> + use<> {
        let [length, inner] = self.lengths;
        let header = if self.linked.is_some() { 8 } else { 6 };
        let offset = if self.linked.is_some() { 14 } else { 12 };
        let inner_wrong = length.checked_sub(header) != Some(inner);
        let inner_quirk = Quirk { offset, field: "command length", name: "length-mismatch" };
        let slack = Quirk { offset: 6, field: "remote operation length", name: "slack" };
        inner_wrong.then_some(inner_quirk).into_iter().chain((self.after > 0).then_some(slack))
    }

    /// The argument or result.
    ///
    /// # Errors
    /// When its fixed fields are cut short; lists are read as far as they go.
    pub fn body(&self) -> Result<Body<'a>> {
        let mut cursor = self.body;
        let invoke = match self.ro_type {
            RoType::ROIV => true,
            RoType::RORS | RoType::ROLRS => false,
            _ => return Ok(Body::Other(octets(&cursor))),
        };
        let cursor = &mut cursor;
        Ok(match CommandType(self.code) {
            CommandType::EVENT_REPORT | CommandType::CONFIRMED_EVENT_REPORT => {
                Body::EventReport(EventReport::read(cursor, invoke)?)
            }
            CommandType::CONFIRMED_ACTION => Body::Action(Action::read(cursor, invoke)?),
            CommandType::GET if invoke => Body::Get {
                object: ManagedObjectId::decode(cursor)?,
                scope: cursor.be_u32("scope")?,
                attributes: List::decode(cursor)?,
            },
            CommandType::SET | CommandType::CONFIRMED_SET if invoke => Body::Set {
                object: ManagedObjectId::decode(cursor)?,
                scope: cursor.be_u32("scope")?,
                modifications: List::decode(cursor)?,
            },
            CommandType::GET | CommandType::SET | CommandType::CONFIRMED_SET => {
                Body::Attributes { object: ManagedObjectId::decode(cursor)?, attributes: List::decode(cursor)? }
            }
            _ => Body::Other(octets(cursor)),
        })
    }
}

fn octets<'a>(cursor: &Cursor<'a>) -> OctetString<'a> {
    OctetString { bytes: cursor.rest(), offset: cursor.offset() }
}

/// The argument or result of a remote operation.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Body<'a> {
    /// An event, or its confirmation.
    EventReport(EventReport<'a>),
    /// An action, or its result.
    Action(Action<'a>),
    /// Attributes that are wanted.
    Get {
        /// Of which object.
        object: ManagedObjectId,
        /// Which objects below it.
        scope: u32,
        /// Which attributes; an empty list is all.
        attributes: List<'a, OidType>,
    },
    /// Attributes that are to be changed.
    Set {
        /// Of which object.
        object: ManagedObjectId,
        /// Which objects below it.
        scope: u32,
        /// The changes.
        modifications: List<'a, Modification<'a>>,
    },
    /// The result of get or set.
    Attributes {
        /// Of which object.
        object: ManagedObjectId,
        /// Its attributes.
        attributes: AttributeList<'a>,
    },
    /// The body of an error or of an unknown operation.
    Other(OctetString<'a>),
}

/// An event, or its confirmation.
#[derive(Clone, Copy)]
pub struct EventReport<'a> {
    /// Whether this confirms the event.
    pub is_result: bool,
    /// Where it happened.
    pub object: ManagedObjectId,
    /// When, since power-up.
    pub time: RelativeTime,
    /// What, a term of partition 3.
    pub event_type: OidType,
    /// More of it, as far as it is there.
    pub info: Cursor<'a>,
}

shows!(EventReport: is_result, object, time, event_type);

impl<'a> EventReport<'a> {
    fn read(cursor: &mut Cursor<'a>, invoke: bool) -> Result<Self> {
        let object = ManagedObjectId::decode(cursor)?;
        let time = RelativeTime::decode(cursor)?;
        let [e0, e1, l0, l1] = cursor.array("event-type and length")?;
        let info = cursor.sub_clipped(u16::from_be_bytes([l0, l1]));
        let event_type = OidType(u16::from_be_bytes([e0, e1]));
        Ok(Self { is_result: !invoke, object, time, event_type, info })
    }
}

/// An action, or its result.
#[derive(Clone, Copy)]
pub struct Action<'a> {
    /// On which object.
    pub object: ManagedObjectId,
    /// Which objects below it; nothing in a result.
    pub scope: Option<u32>,
    /// What is done.
    pub action_type: OidType,
    /// Argument or result, as far as it is there.
    pub info: Cursor<'a>,
}

shows!(Action: object, scope, action_type);

impl<'a> Action<'a> {
    fn read(cursor: &mut Cursor<'a>, invoke: bool) -> Result<Self> {
        let object = ManagedObjectId::decode(cursor)?;
        let scope = if invoke { Some(cursor.be_u32("scope")?) } else { None };
        let [a0, a1, l0, l1] = cursor.array("action-type and length")?;
        let info = cursor.sub_clipped(u16::from_be_bytes([l0, l1]));
        Ok(Self { object, scope, action_type: OidType(u16::from_be_bytes([a0, a1])), info })
    }
}

/// One change of a set.
#[derive(Clone, Copy, Debug)]
pub struct Modification<'a> {
    /// How it is changed.
    pub modify_operator: u16,
    /// To what.
    pub attribute: Ava<'a>,
}

impl<'a> Decode<'a> for Modification<'a> {
    const LEAST: usize = 6;
    const NAME: &'static str = "AttributeModEntry";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { modify_operator: cursor.be_u16("modify-operator")?, attribute: Ava::decode(cursor)? })
    }
}
