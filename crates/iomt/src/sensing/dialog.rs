//! One conversation: which protocol it is, told by its content, and the observer that listens to it.
//!
//! Both directions of a connection are [probed](super::probes) from their first bytes. What no probe knows is let go at once, so
//! other traffic costs next to nothing. Where the head of a stream is missing (the capture began in the middle, or bytes were
//! lost) the probes are asked again at the next segments. A datagram is whole, so it is probed alone.

use iomt_wire::{Direction, Limits, Segment};

use super::probes::{self, Found};
use super::telnet::{self, Telnet};
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

    /// Telnet carries the conversation: a terminal server stands at one end of it.
    fn on_a_line(&mut self) {}

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
    /// Someone listens to a line behind a terminal server that speaks telnet.
    OverTelnet(Box<(L, [Telnet; 2])>),
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
            Self::OverTelnet(line) => {
                let (listener, sides) = &mut **line;
                on_line(listener, sides, direction, segment, scene);
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
                let back = direction.reverse();
                let lost = |side: &Probing| side.headless.then_some(Segment::Gap { len: 0 });
                let held = |side: &Probing| !side.head.is_empty();
                let replayed = [
                    (back, (theirs.refused || theirs.headless).then_some(Segment::Gap { len: 0 })),
                    (back, held(&theirs).then_some(Segment::Data(&theirs.head))),
                    (direction, lost(&mine)),
                    (direction, held(&mine).then_some(Segment::Data(&mine.head))),
                    (direction, Some(segment)),
                ];
                let replayed = replayed.into_iter().filter_map(|(side, piece)| Some((side, piece?)));
                let begun = if held(&mine) { mine.head.as_slice() } else { bytes(segment) };
                if telnet::negotiates(begun) || telnet::negotiates(&theirs.head) {
                    listener.on_a_line();
                    let mut sides = <[Telnet; 2]>::default();
                    for (side, piece) in replayed {
                        on_line(&mut listener, &mut sides, side, piece, scene);
                    }
                    *self = Self::OverTelnet(Box::new((listener, sides)));
                    return;
                }
                for (side, piece) in replayed {
                    listener.hear(side, piece, scene);
                }
                *self = if listener.is_over() { Self::Other } else { Self::Spoken(listener) };
            }
        }
    }

    /// The conversation is over.
    pub(crate) fn close(&mut self, scene: &mut L::Scene<'_>) {
        match self {
            Self::Spoken(listener) => listener.close(scene),
            Self::OverTelnet(line) => line.0.close(scene),
            Self::Open(_) | Self::Other => {}
        }
    }
}

/// Lets a listener hear the bytes of a line without the telnet around them.
fn on_line<L: Listener>(
    listener: &mut L,
    sides: &mut [Telnet; 2],
    direction: Direction,
    segment: Segment<'_>,
    scene: &mut L::Scene<'_>,
) {
    let [initiator, responder] = sides;
    let side = match direction {
        Direction::Initiator => initiator,
        Direction::Responder => responder,
    };
    match segment {
        Segment::Data(bytes) => {
            let line = side.line(bytes);
            if !line.is_empty() {
                listener.hear(direction, Segment::Data(&line), scene);
            }
        }
        Segment::Gap { .. } => {
            side.gap();
            listener.hear(direction, segment, scene);
        }
        Segment::End => listener.hear(direction, segment, scene),
    }
}

/// The bytes of a segment that has some.
const fn bytes(segment: Segment<'_>) -> &[u8] {
    match segment {
        Segment::Data(bytes) => bytes,
        Segment::Gap { .. } | Segment::End => &[],
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
                probes::stream(&telnet::line(data))
            } else {
                let mut head = side.head.clone();
                head.extend_from_slice(data);
                probes::stream(&telnet::line(&head))
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
