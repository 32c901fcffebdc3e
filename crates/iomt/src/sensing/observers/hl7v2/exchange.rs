//! How the two ends write their messages and answer each other: parts for their fingerprints.
//!
//! A request is held, as what its answer is compared with and a keyed hash of its control id, until its answer comes. An answer is
//! a message with an MSA segment; MSA-2 names the request. The capture may have swapped the two, so an answer waits too.

use std::collections::VecDeque;

use iomt_hl7v2::Message;
use iomt_wire::{Direction, Limits, Timestamp};

use crate::evidence::{Attribute, Evidence, Place, Source, Subject, Value};
use crate::fingerprint::hl7v2::{self as fingerprint, Asked, RECEIVER, SENDER};
use crate::fingerprint::window::Part;
use crate::sensing::scene::{Scene, is_nobody};
use crate::sensing::text::clean;

/// The parts of one message of one sender.
struct Habits {
    dialog: String,
    parts: Vec<Part>,
}

/// A request that waits for its answer.
#[derive(Debug)]
struct Request {
    /// The hash of MSH-10.
    id: u64,
    time: Timestamp,
    asked: Asked,
}

/// An answer whose request was not seen yet.
struct Orphan {
    /// The hash of MSA-2.
    id: u64,
    batch: bool,
    place: Place,
    /// The message.
    bytes: Box<[u8]>,
}

impl core::fmt::Debug for Orphan {
    /// Shows where, not what.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Orphan").field("place", &self.place).finish_non_exhaustive()
    }
}

/// Answers that wait for their requests, per direction, and the longest that does.
const ORPHANS: usize = 8;
const ORPHAN_BYTES: usize = 2_048;

/// What is remembered of one connection.
#[derive(Debug)]
pub(super) struct Exchange {
    /// Requests without an answer, by their direction, oldest first.
    pending: [VecDeque<Request>; 2],
    /// Answers without a request, by their direction, oldest first.
    orphans: [VecDeque<Orphan>; 2],
    most: usize,
    /// Deviations of the blocks of a direction, told before its first message.
    early: [Vec<Part>; 2],
    /// Whose messages a direction carries, by the last of them.
    dialogs: [Option<String>; 2],
}

/// The slot of a direction.
const fn of<T>([initiator, responder]: &mut [T; 2], direction: Direction) -> &mut T {
    match direction {
        Direction::Initiator => initiator,
        Direction::Responder => responder,
    }
}

/// Deviations held before the first message of a direction; they are few kinds.
const EARLY: usize = 8;

impl Exchange {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            pending: [VecDeque::new(), VecDeque::new()],
            orphans: [VecDeque::new(), VecDeque::new()],
            most: limits.pending,
            early: [Vec::new(), Vec::new()],
            dialogs: [None, None],
        }
    }

    /// A deviation of the blocks.
    pub(super) fn quirk(&mut self, direction: Direction, quirk: &str, scene: &mut Scene<'_>) {
        let Some(part) = fingerprint::framing(quirk) else { return };
        match of(&mut self.dialogs, direction) {
            Some(dialog) => {
                let place = scene.place(0);
                file(direction, dialog, vec![part], &place, scene);
            }
            None => {
                let early = of(&mut self.early, direction);
                if early.len() < EARLY && !early.contains(&part) {
                    early.push(part);
                }
            }
        }
    }

    /// A message: whether it is one of a batch, and whether nothing was lost so far on either side.
    pub(super) fn message(
        &mut self,
        direction: Direction,
        message: &Message<'_>,
        (batch, whole): (bool, bool),
        offset: u64,
        scene: &mut Scene<'_>,
    ) {
        let place = &scene.place(offset);
        if message.header().name() != b"MSH" {
            return;
        }
        let habits = match message.segment(b"MSA") {
            Some(msa) => {
                let id = scene.memo.hash(&[msa.field(2).bytes()]);
                let asked = self.asked(direction, id, whole);
                let bytes = message.bytes();
                if asked.answered.is_none() && bytes.len() <= ORPHAN_BYTES {
                    let orphans = of(&mut self.orphans, direction);
                    orphans.push_back(Orphan { id, batch, place: place.clone(), bytes: bytes.into() });
                    let oldest = if orphans.len() > ORPHANS { orphans.pop_front() } else { None };
                    if let Some(oldest) = oldest {
                        self.unmatched(direction, &oldest, scene);
                    }
                    return;
                }
                answer(direction, message, batch, &asked, scene)
            }
            None => self.request(direction, message, batch, scene),
        };
        self.note(direction, habits, place, scene);
    }

    /// The connection is over.
    pub(super) fn close(&mut self, scene: &mut Scene<'_>) {
        for direction in [Direction::Initiator, Direction::Responder] {
            for orphan in core::mem::take(of(&mut self.orphans, direction)) {
                self.unmatched(direction, &orphan, scene);
            }
        }
    }

    /// An answer whose request was not seen.
    fn unmatched(&mut self, direction: Direction, orphan: &Orphan, scene: &mut Scene<'_>) {
        self.matched(direction, orphan, &Answered::default(), scene);
    }

    fn matched(&mut self, direction: Direction, orphan: &Orphan, asked: &Answered, scene: &mut Scene<'_>) {
        if let Ok(message) = Message::parse(&orphan.bytes) {
            let habits = answer(direction, &message, orphan.batch, asked, scene);
            self.note(direction, habits, &orphan.place, scene);
        }
    }

    /// Files what a message shows, and what its blocks showed before it.
    fn note(&mut self, direction: Direction, habits: Habits, place: &Place, scene: &mut Scene<'_>) {
        let Habits { dialog, parts } = habits;
        let early = core::mem::take(of(&mut self.early, direction));
        if !early.is_empty() {
            file(direction, &dialog, early, place, scene);
        }
        file(direction, &dialog, parts, place, scene);
        *of(&mut self.dialogs, direction) = Some(dialog);
    }

    fn request(&mut self, direction: Direction, message: &Message<'_>, batch: bool, scene: &mut Scene<'_>) -> Habits {
        // Of one address several applications may send.
        let header = message.header();
        let [application, facility] = [3, 4].map(|number| clean(header.field(number).bytes()));
        let mut habits = Habits { dialog: format!("{SENDER} {application}|{facility}"), parts: Vec::new() };
        fingerprint::message(message, batch, &mut |part| habits.parts.push(part));
        habits.parts.extend(names(message));
        let id = header.field(10).bytes();
        if id.is_empty() {
            return habits;
        }
        let id = scene.memo.hash(&[id]);
        let asked = Asked::of(message, |fields| scene.memo.hash(fields));
        let request = Request { id, time: scene.at.time, asked };
        let orphans = of(&mut self.orphans, direction.reverse());
        let orphan = orphans.iter().position(|orphan| orphan.id == id).and_then(|at| orphans.remove(at));
        if let Some(orphan) = orphan {
            let asked = Answered { answered: Some(request), passed_over: Vec::new(), swapped: true };
            self.matched(direction.reverse(), &orphan, &asked, scene);
            return habits;
        }
        let pending = of(&mut self.pending, direction);
        if pending.len() >= self.most {
            pending.pop_front();
        }
        pending.push_back(request);
        habits
    }

    /// What an answer with this MSA-2 answers.
    fn asked(&mut self, direction: Direction, id: u64, whole: bool) -> Answered {
        let pending = of(&mut self.pending, direction.reverse());
        let Some(at) = pending.iter().position(|request| request.id == id) else { return Answered::default() };
        // Answers come in the order of the requests, so what was asked before this one is not answered any more.
        let mut passed_over: Vec<Request> = pending.drain(..at).collect();
        if !whole {
            passed_over.clear();
        }
        Answered { answered: pending.pop_front(), passed_over, swapped: false }
    }
}

/// What an answer answers, and what was asked before it and got no answer.
#[derive(Default)]
struct Answered {
    answered: Option<Request>,
    passed_over: Vec<Request>,
    /// The capture has the answer first, so nothing can be said of how long it took.
    swapped: bool,
}

/// The parts of an answer. It carries the names of its request turned round, so it is the port that tells receivers apart.
fn answer(
    direction: Direction,
    message: &Message<'_>,
    batch: bool,
    Answered { answered, passed_over, swapped }: &Answered,
    scene: &Scene<'_>,
) -> Habits {
    let port = match direction {
        Direction::Initiator => "of its own connection".to_owned(),
        Direction::Responder => format!("tcp/{}", scene.socket(direction).port()),
    };
    let mut habits = Habits { dialog: format!("{RECEIVER} {port}"), parts: Vec::new() };
    habits.parts.extend(passed_over.iter().map(|request| request.asked.reply('-')));
    let asked = answered.as_ref().map(|request| &request.asked);
    let hash = |fields: &[&[u8]]| scene.memo.hash(fields);
    fingerprint::answer(message, asked, batch, hash, &mut |part| habits.parts.push(part));
    let waited = answered.as_ref().filter(|_| !swapped);
    habits.parts.extend(waited.and_then(|request| fingerprint::latency(request.time, scene.at.time)));
    habits.parts.extend(names(message));
    habits
}

/// The names at both ends, which stay outside the hashes.
fn names(message: &Message<'_>) -> impl Iterator<Item = Part> {
    let header = message.header();
    [("MSH-3", 3), ("MSH-4", 4), ("MSH-5", 5), ("MSH-6", 6)].into_iter().filter_map(move |(kind, number)| {
        let value = clean(header.field(number).bytes());
        (!value.is_empty()).then_some(Part { kind, value })
    })
}

/// Files parts of the endpoint that sends in a direction; what was all filed before is only counted.
fn file(direction: Direction, dialog: &str, mut parts: Vec<Part>, place: &Place, scene: &mut Scene<'_>) {
    let address = scene.address(direction);
    if is_nobody(address) {
        return;
    }
    parts.sort_unstable();
    parts.dedup();
    let print = scene.memo.habits(address, dialog, parts.iter());
    if scene.memo.again(print, scene.at.time) {
        return;
    }
    let source = Source { protocol: "hl7", field: "MSH", kind: "fingerprint" };
    let evidence: Vec<Evidence> = parts
        .iter()
        .map(|part| Evidence {
            subject: Subject::Endpoint(address),
            attribute: Attribute::Habit,
            value: Value::pair(dialog, &part.to_string()),
            source,
            place: place.clone(),
        })
        .collect();
    for one in &evidence {
        scene.out.take(one.clone());
    }
    scene.memo.remember(print, evidence, Vec::new(), scene.out);
}
