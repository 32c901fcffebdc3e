//! One conversation, followed passively: who is the monitor, whether the two are associated, whether a series of linked results is
//! whole.
//!
//! ```text
//!            CN                    AC                       FN, DN, AB
//!  unknown ──────► requested ──────────► associated ──────────────────► ended
//!     │                └── RF ──► refused                                 │ CN
//!     └──── any data export PDU ──────────► associated                     └──► requested
//! ```
//! Nothing is sent, nothing is waited for. A capture that begins in the middle is joined: a PDU of data export says that there is
//! an association, and nearly every message says by its kind which side sent it.
//!
//! What devices really do: a client sends a release before it associates, to end what an earlier run left; requests are repeated
//! when the answer is late; a monitor answers one poll with several linked results, and the plain one closes the series.

use iomt_wire::Direction;

use crate::{
    association::SystemType,
    export::{CommandType, DataExport, RoType},
    message::Message,
};

/// Which of the two a peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The monitor: the server.
    Monitor,
    /// The computer that collects: the client.
    Client,
}

impl Role {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Monitor => Self::Client,
            Self::Client => Self::Monitor,
        }
    }
}

/// Who can have sent a message; nothing where either can.
#[must_use]
pub fn sender(message: &Message<'_>) -> Option<Role> {
    match message {
        Message::ConnectIndication(_) | Message::Refuse => Some(Role::Monitor),
        Message::AssociationRequest(association) => {
            Some(said_role(association.user_information().map(|user| user.system_type)).unwrap_or(Role::Client))
        }
        Message::AssociationAccept(association) => {
            Some(said_role(association.user_information().map(|user| user.system_type)).unwrap_or(Role::Monitor))
        }
        Message::DataExport(pdu) => exporter(pdu),
        Message::ReleaseRequest | Message::ReleaseResponse | Message::Abort => None,
    }
}

fn said_role(system_type: Option<SystemType>) -> Option<Role> {
    match system_type? {
        SystemType::CLIENT => Some(Role::Client),
        SystemType::SERVER => Some(Role::Monitor),
        _ => None,
    }
}

/// The monitor tells events and answers; the client confirms and asks.
fn exporter(pdu: &DataExport<'_>) -> Option<Role> {
    let event = match pdu.command_type()? {
        CommandType::EVENT_REPORT | CommandType::CONFIRMED_EVENT_REPORT => true,
        CommandType::GET | CommandType::SET | CommandType::CONFIRMED_SET | CommandType::CONFIRMED_ACTION => false,
        _ => return None,
    };
    match pdu.ro_type {
        RoType::ROIV if event => Some(Role::Monitor),
        RoType::ROIV => Some(Role::Client),
        RoType::RORS | RoType::ROLRS if event => Some(Role::Client),
        RoType::RORS | RoType::ROLRS => Some(Role::Monitor),
        _ => None,
    }
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nothing of an association was seen.
    #[default]
    Unknown,
    /// The client wants one.
    Requested,
    /// There is one.
    Associated,
    /// The monitor does not want one.
    Refused,
    /// It was released or aborted.
    Ended,
}

/// What a message did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Who sent it, as far as is known by now.
    pub sender: Option<Role>,
    /// Whether the state changed with it, and to what.
    pub changed: Option<State>,
    /// Whether it is of a series of linked results a part of which was lost.
    pub broken_series: bool,
}

/// A conversation between a monitor and one client; a few bytes, whatever is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tracker {
    state: State,
    /// The side that opened the conversation.
    initiator: Option<Role>,
    series: Option<Series>,
}

/// A series of linked results that was not closed yet.
#[derive(Clone, Copy, Debug)]
struct Series {
    invoke_id: u16,
    next: u8,
    broken: bool,
}

impl Tracker {
    /// A conversation of which nothing is known.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: State::Unknown, initiator: None, series: None }
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Which of the two a side is, once a message has told.
    #[must_use]
    pub fn role(&self, side: Direction) -> Option<Role> {
        match side {
            Direction::Initiator => self.initiator,
            Direction::Responder => self.initiator.map(Role::other),
        }
    }

    /// Takes the next message of one side.
    pub fn hear(&mut self, from: Direction, message: &Message<'_>) -> Heard {
        if let Some(role) = sender(message) {
            let initiator = if from == Direction::Initiator { role } else { role.other() };
            // What was told first stays: one odd message does not turn a conversation round.
            self.initiator.get_or_insert(initiator);
        }
        let next = match message {
            Message::AssociationRequest(_) => State::Requested,
            Message::AssociationAccept(_) | Message::DataExport(_) => State::Associated,
            Message::Refuse => State::Refused,
            // A release before any association ends what an earlier run left.
            Message::ReleaseRequest | Message::ReleaseResponse | Message::Abort if self.state == State::Associated => {
                State::Ended
            }
            _ => self.state,
        };
        let changed = (next != self.state).then_some(next);
        self.state = next;
        let broken_series = match message {
            Message::DataExport(pdu) => self.follow(pdu),
            _ => false,
        };
        Heard { sender: self.role(from), changed, broken_series }
    }

    /// Tells that messages were lost: a series that was open may lack a part.
    pub fn gap(&mut self) {
        if let Some(series) = &mut self.series {
            series.broken = true;
        }
    }

    /// Follows a series of linked results; says whether the one that this PDU is of is broken.
    fn follow(&mut self, pdu: &DataExport<'_>) -> bool {
        let open = self.series.filter(|series| series.invoke_id == pdu.invoke_id);
        match (pdu.linked, open) {
            (Some(linked), open) => {
                let expected = open.map_or(FIRST, |series| series.next);
                let broken = open.is_some_and(|series| series.broken) || linked.count != expected;
                let next = linked.count.wrapping_add(1);
                self.series = Some(Series { invoke_id: pdu.invoke_id, next, broken });
                broken
            }
            (None, Some(series)) if pdu.ro_type == RoType::RORS => {
                self.series = None;
                series.broken
            }
            _ => false,
        }
    }
}

/// Number of the first of several linked results.
const FIRST: u8 = 1;

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use crate::{message::parse, vectors::*};
    use Direction::{Initiator, Responder};

    fn hear(tracker: &mut Tracker, from: Direction, bytes: &[u8]) -> Heard {
        tracker.hear(from, &parse(bytes).unwrap().0)
    }

    #[test]
    fn an_association_is_followed_from_its_request_to_its_release() {
        let mut tracker = Tracker::new();
        let heard = hear(&mut tracker, Initiator, ASSOCIATION_REQUEST);
        assert_eq!((heard.sender, heard.changed), (Some(Role::Client), Some(State::Requested)));
        assert_eq!(hear(&mut tracker, Initiator, ASSOCIATION_REQUEST).changed, None, "repeated");
        let heard = hear(&mut tracker, Responder, ASSOCIATION_ACCEPT);
        assert_eq!((heard.sender, heard.changed), (Some(Role::Monitor), Some(State::Associated)));
        assert_eq!(hear(&mut tracker, Responder, MDS_CREATE).sender, Some(Role::Monitor));
        assert_eq!(hear(&mut tracker, Initiator, MDS_CREATE_RESULT).sender, Some(Role::Client));
        assert_eq!(hear(&mut tracker, Initiator, RELEASE_REQUEST).changed, Some(State::Ended));
        assert_eq!(hear(&mut tracker, Responder, RELEASE_RESPONSE).changed, None);
        assert_eq!(hear(&mut tracker, Initiator, ASSOCIATION_REQUEST).changed, Some(State::Requested));
        assert_eq!(hear(&mut tracker, Responder, REFUSE).changed, Some(State::Refused));
    }

    #[test]
    fn a_release_before_any_association_ends_nothing() {
        let mut tracker = Tracker::new();
        let heard = hear(&mut tracker, Initiator, RELEASE_REQUEST);
        assert_eq!((heard.sender, heard.changed, tracker.state()), (None, None, State::Unknown));
    }

    #[test]
    fn a_capture_that_begins_in_the_middle_is_joined_by_any_message() {
        for (bytes, role) in [
            (&POLL_RESULT[..], Some(Role::Monitor)),
            (MDS_CREATE, Some(Role::Monitor)),
            (MDS_CREATE_RESULT, Some(Role::Client)),
            (MDS_POLL_REQUEST, Some(Role::Client)),
            (CONNECT_INDICATION, Some(Role::Monitor)),
            (ABORT, None),
        ] {
            let mut tracker = Tracker::new();
            assert_eq!(hear(&mut tracker, Responder, bytes).sender, role);
            assert_eq!(tracker.role(Initiator), role.map(Role::other));
        }
    }

    #[test]
    fn a_lost_part_of_a_linked_result_is_told_until_its_series_closes() {
        let part = |state: u8, count: u8| {
            let mut bytes = POLL_RESULT.to_vec();
            (bytes[8], bytes[9]) = (state, count);
            bytes
        };
        // constructed: the same result as the plain one that closes a series
        let last = {
            let mut bytes = [&POLL_RESULT[..8], &POLL_RESULT[10..]].concat();
            bytes[5] = 2;
            bytes[6..8].copy_from_slice(&966_u16.to_be_bytes());
            bytes
        };
        let mut tracker = Tracker::new();
        for bytes in [&part(1, 1), &part(2, 2), &part(3, 3), &last] {
            assert!(!hear(&mut tracker, Responder, bytes).broken_series);
        }
        let broken: Vec<_> = [&part(1, 1), &part(3, 3), &last, &part(1, 1)]
            .map(|bytes| hear(&mut tracker, Responder, bytes).broken_series)
            .into();
        assert_eq!(broken, [false, true, true, false]);
        tracker.gap();
        assert!(hear(&mut tracker, Responder, &last).broken_series);
    }
}
