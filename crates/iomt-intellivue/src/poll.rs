//! Polling: the client asks for all objects of a type, the monitor answers with their attributes.
//!
//! ```text
//!  request info   | poll-number:16 | TYPE | attribute-group:16 | [ AttributeList: extended only ]
//!  result info    | poll-number:16 | [ sequence-number:16: extended only ] | RelativeTime | AbsoluteTime | TYPE |
//!                 | attribute-group:16 | list of SingleContextPoll |
//!  SingleContextPoll   | mds-context:16 | list of ObservationPoll |
//!  ObservationPoll     | handle:16 | AttributeList |
//! ```
//! Data Export guide, "poll data request". Action 0C16 is the single poll, F13B the extended one.
//!
//! What devices really do: a result that does not fit a datagram comes in linked parts, and an object may be split between
//! two of them. Identity needs only the first. The clock is eight FF when the monitor does not tell it.

use iomt_wire::{Cursor, Result};
use iomt_x73::{AbsoluteTime, AttributeList, Decode, Handle, List, OidType, RelativeTime, Type};

use crate::export::Action;

/// Action type of the single poll, `NOM_ACT_POLL_MDIB_DATA`.
pub const NOM_ACT_POLL_MDIB_DATA: OidType = OidType(0x0c16);
/// Action type of the extended poll, `NOM_ACT_POLL_MDIB_DATA_EXT`.
pub const NOM_ACT_POLL_MDIB_DATA_EXT: OidType = OidType(0xf13b);

/// Which objects a client wants.
#[derive(Clone, Copy, Debug)]
pub struct PollRequest<'a> {
    /// Ties results to the request.
    pub poll_number: u16,
    /// The type of object: in partition 1, 6 numerics, 9 waves, 36 alerts, 2A the patient, 21 the MDS (hex).
    pub object_type: Type,
    /// The group of attributes; 0 is all.
    pub attribute_group: OidType,
    /// Options of the extended poll, as its duration.
    pub options: AttributeList<'a>,
}

impl<'a> PollRequest<'a> {
    /// Reads the argument of an action; nothing when that is no poll or is a result.
    ///
    /// # Errors
    /// When it is cut short.
    pub fn read(action: &Action<'a>) -> Result<Option<Self>> {
        if action.scope.is_none() || !is_poll(action) {
            return Ok(None);
        }
        let mut cursor = action.info;
        Ok(Some(Self {
            poll_number: cursor.be_u16("poll-number")?,
            object_type: Type::decode(&mut cursor)?,
            attribute_group: OidType::decode(&mut cursor)?,
            options: if cursor.is_empty() { List::default() } else { List::decode(&mut cursor)? },
        }))
    }
}

/// The objects of one type, with their attributes.
#[derive(Clone, Copy, Debug)]
pub struct PollResult<'a> {
    /// Ties the result to its request.
    pub poll_number: u16,
    /// Counts the results of an extended poll.
    pub sequence_number: Option<u16>,
    /// When, since power-up.
    pub time: RelativeTime,
    /// When, on the monitor's clock.
    pub absolute_time: AbsoluteTime,
    /// The type of object.
    pub object_type: Type,
    /// The group of attributes; 0 is all.
    pub attribute_group: OidType,
    /// The objects by MDS context.
    pub contexts: List<'a, SingleContextPoll<'a>>,
}

impl<'a> PollResult<'a> {
    /// Reads the result of an action; nothing when that is no poll or is a request.
    ///
    /// # Errors
    /// When it is cut before its lists.
    pub fn read(action: &Action<'a>) -> Result<Option<Self>> {
        if action.scope.is_some() || !is_poll(action) {
            return Ok(None);
        }
        let mut cursor = action.info;
        let poll_number = cursor.be_u16("poll-number")?;
        let extended = action.action_type == NOM_ACT_POLL_MDIB_DATA_EXT;
        let sequence_number = if extended { Some(cursor.be_u16("sequence-number")?) } else { None };
        Ok(Some(Self {
            poll_number,
            sequence_number,
            time: RelativeTime::decode(&mut cursor)?,
            absolute_time: AbsoluteTime::decode(&mut cursor)?,
            object_type: Type::decode(&mut cursor)?,
            attribute_group: OidType::decode(&mut cursor)?,
            contexts: List::decode(&mut cursor)?,
        }))
    }

    /// All objects of all contexts in wire order; whatever cannot be read is left out (walk [`Self::contexts`] to see it).
    pub fn observations(&self) -> impl Iterator<Item = ObservationPoll<'a>> + use<'a> {
        let contexts = self.contexts.iter().map_while(Result::ok);
        contexts.flat_map(|context| context.observations.iter().map_while(Result::ok))
    }
}

fn is_poll(action: &Action<'_>) -> bool {
    matches!(action.action_type, NOM_ACT_POLL_MDIB_DATA | NOM_ACT_POLL_MDIB_DATA_EXT)
}

/// The objects of one MDS context.
#[derive(Clone, Copy, Debug)]
pub struct SingleContextPoll<'a> {
    /// Which MDS.
    pub mds_context: u16,
    /// Its objects.
    pub observations: List<'a, ObservationPoll<'a>>,
}

impl<'a> Decode<'a> for SingleContextPoll<'a> {
    const LEAST: usize = 6;
    const NAME: &'static str = "SingleContextPoll";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { mds_context: cursor.be_u16("mds-context")?, observations: List::decode(cursor)? })
    }
}

/// One object and its attributes.
#[derive(Clone, Copy, Debug)]
pub struct ObservationPoll<'a> {
    /// Which object.
    pub handle: Handle,
    /// Its attributes.
    pub attributes: AttributeList<'a>,
}

impl<'a> Decode<'a> for ObservationPoll<'a> {
    const LEAST: usize = 6;
    const NAME: &'static str = "ObservationPoll";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { handle: Handle::decode(cursor)?, attributes: List::decode(cursor)? })
    }
}
