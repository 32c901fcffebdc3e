//! One conversation: which protocol it is, told by its content, and the observer that listens to it.
//!
//! Both directions of a connection are [probed](super::probes) from their first bytes. What no probe knows is let go at once, so
//! other traffic costs next to nothing. Where the head of a stream is missing (the capture began in the middle, or bytes were
//! lost) the probes are asked again at the next segments. A datagram is whole, so it is probed alone.

use iomt_wire::{Direction, Limits, Segment};

use super::probes::{self, Found};
use crate::protocol::Protocol;

/// Segments at which a stream without its head is probed before it is let go.
const ATTEMPTS: u8 = 64;

/// Who listens once the protocol is known: the observers, or whoever shows what was dissected.
pub(crate) trait Listener: Sized {
    /// The moment of the conversation.
    type Scene<'a>;

    /// A conversation of this protocol is on; none if nobody listens to it.
    fn begin(protocol: Protocol, limits: &Limits, scene: &mut Self::Scene<'_>) -> Option<Self>;

    /// The next piece of one direction.
    fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Self::Scene<'_>);

    /// Whether nothing will come of what follows, so that it need not be heard.
    fn is_over(&self) -> bool {
        false
    }

    /// The conversation is over.
    fn close(&mut self, scene: &mut Self::Scene<'_>);
}

/// A TCP conversation.
#[derive(Debug)]
pub(crate) enum Dialog<L> {
    /// Nobody is sure yet.
    Open(Box<[Probing; 2]>),
    /// Someone listens.
    Spoken(L),
    /// Of no protocol that is listened to.
    Other,
}

/// One direction of a conversation that nobody is sure of.
pub(crate) struct Probing {
    head: Vec<u8>,
    attempts_left: u8,
    headless: bool,
    refused: bool,
    seen: bool,
}

impl core::fmt::Debug for Probing {
    /// Shows how much is held, not what: it may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Probing")
            .field("held", &self.head.len())
            .field("headless", &self.headless)
            .finish_non_exhaustive()
    }
}

impl Probing {
    const NEW: Self = Self { head: Vec::new(), attempts_left: 1, headless: false, refused: false, seen: false };

    /// What was lost may have been the head: ask again at the next segments.
    fn lost(&mut self) {
        *self = Self { attempts_left: ATTEMPTS, headless: true, ..Self::NEW };
    }
}

impl<L: Listener> Dialog<L> {
    pub(crate) fn new() -> Self {
        Self::Open(Box::new([Probing::NEW, Probing::NEW]))
    }

    /// Hears the next piece of one direction.
    pub(crate) fn hear(
        &mut self,
        direction: Direction,
        segment: Segment<'_>,
        limits: &Limits,
        scene: &mut L::Scene<'_>,
    ) {
        let sides = match self {
            Self::Other => return,
            Self::Spoken(listener) => {
                listener.hear(direction, segment, scene);
                if listener.is_over() {
                    *self = Self::Other;
                }
                return;
            }
            Self::Open(sides) => sides,
        };
        let [initiator, responder] = &mut **sides;
        let (side, other) = match direction {
            Direction::Initiator => (initiator, responder),
            Direction::Responder => (responder, initiator),
        };
        match probe(side, segment, limits) {
            Found::Undecided => {}
            // Most protocols that are none of ours are let go with their first segment.
            Found::Nothing if other.refused || (!side.headless && !other.seen && !other.headless) => {
                *self = Self::Other
            }
            Found::Nothing => {}
            Found::Known(protocol) => {
                let mine = core::mem::replace(side, Probing::NEW);
                let theirs = core::mem::replace(other, Probing::NEW);
                let Some(mut listener) = L::begin(protocol, limits, scene) else {
                    *self = Self::Other;
                    return;
                };
                if theirs.refused || theirs.headless {
                    listener.hear(direction.reverse(), Segment::Gap { len: 0 }, scene);
                }
                if !theirs.head.is_empty() {
                    listener.hear(direction.reverse(), Segment::Data(&theirs.head), scene);
                }
                if mine.headless {
                    listener.hear(direction, Segment::Gap { len: 0 }, scene);
                }
                if !mine.head.is_empty() {
                    listener.hear(direction, Segment::Data(&mine.head), scene);
                }
                listener.hear(direction, segment, scene);
                *self = if listener.is_over() { Self::Other } else { Self::Spoken(listener) };
            }
        }
    }

    /// The conversation is over.
    pub(crate) fn close(&mut self, scene: &mut L::Scene<'_>) {
        if let Self::Spoken(listener) = self {
            listener.close(scene);
        }
    }
}

/// Asks the probes about one direction; keeps its head while they want more of it.
fn probe(side: &mut Probing, segment: Segment<'_>, limits: &Limits) -> Found {
    match segment {
        Segment::Gap { .. } => {
            side.lost();
            Found::Undecided
        }
        Segment::End => {
            let empty = side.head.is_empty();
            side.refused = true;
            if empty && !side.seen { Found::Undecided } else { Found::Nothing }
        }
        Segment::Data([]) => Found::Undecided,
        Segment::Data(_) if side.refused => Found::Undecided,
        Segment::Data(data) => {
            side.seen = true;
            let found = if side.head.is_empty() {
                probes::stream(data)
            } else {
                let mut head = side.head.clone();
                head.extend_from_slice(data);
                probes::stream(&head)
            };
            let held = side.head.len().saturating_add(data.len());
            match found {
                // The head is fed first and then this segment, so it must not hold the segment as well.
                Found::Known(_) => found,
                Found::Undecided if held < limits.probe_bytes => {
                    side.head.extend_from_slice(data);
                    Found::Undecided
                }
                Found::Nothing | Found::Undecided => {
                    side.head = Vec::new();
                    side.attempts_left = side.attempts_left.saturating_sub(1);
                    if side.attempts_left > 0 {
                        side.headless = true;
                        return Found::Undecided;
                    }
                    side.refused = true;
                    Found::Nothing
                }
            }
        }
    }
}

/// Datagrams after which a conversation that none of them belonged to is not probed any more.
const STRANGE_DATAGRAMS: u8 = 8;

/// Who listens to datagrams once the protocol is known.
pub(crate) trait DatagramListener: Sized {
    /// The moment of the conversation.
    type Scene<'a>;

    /// A conversation of this protocol is on; none if nobody listens to it.
    fn begin(protocol: Protocol, limits: &Limits, scene: &mut Self::Scene<'_>) -> Option<Self>;

    /// The next datagram, `missing` bytes of which were not captured; says whether it was of this protocol.
    fn hear(&mut self, direction: Direction, payload: &[u8], missing: usize, scene: &mut Self::Scene<'_>) -> bool;

    /// The conversation is over; there may be something that is only told then.
    fn close(&mut self, _scene: &mut Self::Scene<'_>) {}
}

/// A conversation in datagrams.
#[derive(Debug)]
pub(crate) struct Datagrams<L> {
    /// How many in a row were of no protocol that is listened to.
    strange: u8,
    listener: Option<L>,
}

impl<L: DatagramListener> Datagrams<L> {
    pub(crate) const fn new() -> Self {
        Self { strange: 0, listener: None }
    }

    /// Hears the next datagram; says whether it was understood.
    pub(crate) fn hear(
        &mut self,
        direction: Direction,
        payload: &[u8],
        missing: usize,
        limits: &Limits,
        scene: &mut L::Scene<'_>,
    ) -> bool {
        if self.strange >= STRANGE_DATAGRAMS {
            return false;
        }
        if self.listener.is_none()
            && let Some(protocol) = probes::datagram(payload)
        {
            self.listener = L::begin(protocol, limits, scene);
        }
        let understood =
            self.listener.as_mut().is_some_and(|listener| listener.hear(direction, payload, missing, scene));
        self.strange = if understood { 0 } else { self.strange.saturating_add(1) };
        understood
    }

    /// The conversation is over.
    pub(crate) fn close(&mut self, scene: &mut L::Scene<'_>) {
        if let Some(listener) = &mut self.listener {
            listener.close(scene);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Probing;

    #[test]
    fn what_is_held_of_a_conversation_is_not_shown() {
        let probing = Probing { head: b"CANARY".to_vec(), ..Probing::NEW };
        let shown = format!("{probing:?}");
        assert!(shown.contains("held: 6") && !shown.contains("67, 65"), "{shown}");
    }
}
