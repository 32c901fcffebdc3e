//! One conversation: which protocol it is, told by its content, and the observer that listens to it.
//!
//! A port is only a hint and is not even asked: both directions are probed from their first bytes; the first probe that is
//! sure wins. What no probe knows is let go at once, so other traffic costs next to nothing. Where the head of a stream is
//! missing (the capture began in the middle, or bytes were lost) the probes are asked again at the next segments.

use iomt_wire::{Bits, Direction, Limits, Segment, Verdict};

/// Certainty below which a probe is not believed.
const SURE: u16 = 20;

/// Segments at which a stream without its head is probed before it is let go.
const ATTEMPTS: u8 = 64;

/// The protocols that are told apart on TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// DICOM upper layer.
    Dicom,
    /// HL7 version 2 over MLLP.
    Hl7,
}

/// Who listens once the protocol is known: the observers, or whoever shows what was dissected.
pub(crate) trait Listener: Sized {
    /// The moment of the conversation.
    type Scene<'a>;

    /// A conversation of this protocol is on.
    fn begin(protocol: Protocol, limits: &Limits, scene: &mut Self::Scene<'_>) -> Self;

    /// The next piece of one direction.
    fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Self::Scene<'_>);

    /// The conversation is over.
    fn close(&mut self, scene: &mut Self::Scene<'_>);

    /// A conversation is encrypted; nobody will listen to it.
    fn encrypted(scene: &mut Self::Scene<'_>);
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
#[derive(Debug)]
pub(crate) struct Probing {
    head: Vec<u8>,
    attempts_left: u8,
    headless: bool,
    refused: bool,
    seen: bool,
}

impl Probing {
    const NEW: Self = Self { head: Vec::new(), attempts_left: 1, headless: false, refused: false, seen: false };

    /// What was lost may have been the head: ask again at the next segments.
    fn lost(&mut self) {
        *self = Self { attempts_left: ATTEMPTS, headless: true, ..Self::NEW };
    }
}

enum Found {
    Known(Protocol),
    Tls,
    Undecided,
    Nothing,
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
            Self::Spoken(listener) => return listener.hear(direction, segment, scene),
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
            Found::Tls => {
                L::encrypted(scene);
                *self = Self::Other;
            }
            Found::Known(protocol) => {
                let mine = core::mem::replace(side, Probing::NEW);
                let theirs = core::mem::replace(other, Probing::NEW);
                let mut listener = L::begin(protocol, limits, scene);
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
                *self = Self::Spoken(listener);
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
                ask(data)
            } else {
                let mut head = side.head.clone();
                head.extend_from_slice(data);
                ask(&head)
            };
            let held = side.head.len().saturating_add(data.len());
            match found {
                // The head is fed first and then this segment, so it must not hold the segment as well.
                Found::Known(_) | Found::Tls => found,
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

/// What the first bytes of a direction are.
fn ask(head: &[u8]) -> Found {
    let verdicts = [
        (iomt_dicom::pdu::probe(head), Found::Known(Protocol::Dicom)),
        (iomt_hl7v2::mllp::probe(head), Found::Known(Protocol::Hl7)),
        (probe_tls(head), Found::Tls),
    ];
    let mut undecided = false;
    for (verdict, found) in verdicts {
        match verdict {
            verdict if verdict.is_at_least(SURE) => return found,
            Verdict::More(_) => undecided = true,
            Verdict::Yes(_) | Verdict::No => {}
        }
    }
    if undecided { Found::Undecided } else { Found::Nothing }
}

/// A TLS handshake record with a client or server hello; RFC 8446 section 5.1.
fn probe_tls(head: &[u8]) -> Verdict {
    const RECORD_HEAD: [u8; 2] = [0x16, 0x03];
    match head {
        [0x16, 0x03, minor, high, _, kind, ..] if *minor <= 4 && *high <= 0x40 && matches!(kind, 1 | 2) => {
            Verdict::Yes(Bits(32))
        }
        short if short.len() < 6 && RECORD_HEAD.starts_with(short.get(..2).unwrap_or(short)) => {
            Verdict::More(iomt_wire::Need::total(6))
        }
        _ => Verdict::No,
    }
}
