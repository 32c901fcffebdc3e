//! How the two ends write their messages and answer each other: parts for their fingerprints.
//!
//! A request is held, as what its answer is compared with and a keyed hash of its control id, until its answer comes. An answer is
//! a message with an MSA segment; MSA-2 names the request. The capture may have swapped the two, so an answer waits too.

use core::net::IpAddr;
use std::collections::VecDeque;
use std::sync::Arc;

use iomt_hl7v2::Message;
use iomt_wire::{Direction, Limits, Timestamp};

use crate::evidence::{Attribute, Evidence, Place, Source, Subject, Value};
use crate::fingerprint::hl7v2::{self as fingerprint, Asked, Outline, RECEIVER, SENDER, Shape};
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
    dialogs: [Option<Arc<str>>; 2],
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
                let (dialog, place) = (Arc::clone(dialog), scene.place(0));
                blocks(direction, &dialog, vec![part], &place, scene);
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
        if message.header().name() != b"MSH" {
            return;
        }
        let outline = Outline::of(message);
        let Some(msa) = outline.acknowledgement() else {
            return self.request(direction, (message, &outline), batch, offset, scene);
        };
        let id = scene.memo.hash(&[msa.field(2).bytes()]);
        let asked = self.asked(direction, id, whole);
        let bytes = message.bytes();
        if asked.answered.is_some() || bytes.len() > ORPHAN_BYTES {
            let place = |scene: &Scene<'_>| scene.place(offset);
            return self.answer(direction, (message, &outline), batch, &asked, place, scene);
        }
        let orphans = of(&mut self.orphans, direction);
        orphans.push_back(Orphan { id, batch, place: scene.place(offset), bytes: bytes.into() });
        let oldest = if orphans.len() > ORPHANS { orphans.pop_front() } else { None };
        if let Some(oldest) = oldest {
            self.matched(direction, &oldest, &Answered::default(), scene);
        }
    }

    /// The connection is over.
    pub(super) fn close(&mut self, scene: &mut Scene<'_>) {
        for direction in [Direction::Initiator, Direction::Responder] {
            for orphan in core::mem::take(of(&mut self.orphans, direction)) {
                self.matched(direction, &orphan, &Answered::default(), scene);
            }
        }
    }

    /// An answer that waited, with what it answers, if that was seen.
    fn matched(&mut self, direction: Direction, orphan: &Orphan, asked: &Answered, scene: &mut Scene<'_>) {
        if let Ok(message) = Message::parse(&orphan.bytes) {
            let place = |_: &Scene<'_>| orphan.place.clone();
            self.answer(direction, (&message, &Outline::of(&message)), orphan.batch, asked, place, scene);
        }
    }

    /// Files what a message shows, and what its blocks showed before it. `habits` is called for the first of a shape only.
    fn note(
        &mut self,
        direction: Direction,
        shape: Shape,
        place: impl Fn(&Scene<'_>) -> Place,
        habits: impl FnOnce(&Scene<'_>) -> Habits,
        scene: &mut Scene<'_>,
    ) {
        if is_nobody(scene.address(direction)) {
            return;
        }
        let dialog = match scene.memo.written(&shape, scene.at.time) {
            Some(dialog) => dialog,
            None => {
                let (Habits { dialog, parts }, place) = (habits(scene), place(scene));
                let dialog: Arc<str> = dialog.into();
                file(direction, Arc::clone(&dialog), parts, &place, shape, scene);
                dialog
            }
        };
        let early = core::mem::take(of(&mut self.early, direction));
        if !early.is_empty() {
            let place = place(scene);
            blocks(direction, &dialog, early, &place, scene);
        }
        *of(&mut self.dialogs, direction) = Some(dialog);
    }

    fn request(
        &mut self,
        direction: Direction,
        (message, outline): (&Message<'_>, &Outline<'_>),
        batch: bool,
        offset: u64,
        scene: &mut Scene<'_>,
    ) {
        let mut shape = writer(b's', direction, scene);
        shape.message(message, outline, batch);
        let habits = |_: &Scene<'_>| {
            // Of one address several applications may send.
            let [application, facility] = [3, 4].map(|number| clean(outline.header(number)));
            let mut habits = Habits { dialog: format!("{SENDER} {application}|{facility}"), parts: Vec::new() };
            fingerprint::message(message, batch, &mut |part| habits.parts.push(part));
            habits.parts.extend(names(outline));
            habits
        };
        self.note(direction, shape, |scene| scene.place(offset), habits, scene);
        let id = outline.header(10);
        if id.is_empty() {
            return;
        }
        let id = scene.memo.hash(&[id]);
        let asked = Asked::of(outline, |fields| scene.memo.hash(fields));
        let request = Request { id, time: scene.at.time, asked };
        let orphans = of(&mut self.orphans, direction.reverse());
        let orphan = orphans.iter().position(|orphan| orphan.id == id).and_then(|at| orphans.remove(at));
        if let Some(orphan) = orphan {
            let asked = Answered { answered: Some(request), passed_over: Vec::new(), swapped: true };
            return self.matched(direction.reverse(), &orphan, &asked, scene);
        }
        let pending = of(&mut self.pending, direction);
        if pending.len() >= self.most {
            pending.pop_front();
        }
        pending.push_back(request);
    }

    /// An answer. It carries the names of its request turned round, so it is the port that tells receivers apart.
    fn answer(
        &mut self,
        direction: Direction,
        (message, outline): (&Message<'_>, &Outline<'_>),
        batch: bool,
        Answered { answered, passed_over, swapped }: &Answered,
        place: impl Fn(&Scene<'_>) -> Place,
        scene: &mut Scene<'_>,
    ) {
        let asked = answered.as_ref().map(|request| &request.asked);
        let waited = answered.as_ref().filter(|_| !swapped);
        let latency = waited.and_then(|request| fingerprint::decade(request.time, scene.at.time));
        let passed_over = passed_over.iter().map(|request| request.asked.reply('-'));
        let port = match direction {
            Direction::Initiator => None,
            Direction::Responder => Some(scene.socket(direction).port()),
        };
        let mut shape = writer(b'r', direction, scene);
        shape.text(&port.unwrap_or_default().to_le_bytes());
        shape.answer(message, outline, asked, batch);
        shape.text(latency.unwrap_or_default().as_bytes());
        passed_over.clone().flatten().for_each(|letter| shape.letter(letter));
        let habits = |scene: &Scene<'_>| {
            let port = port.map_or_else(|| "of its own connection".to_owned(), |port| format!("tcp/{port}"));
            let mut habits = Habits { dialog: format!("{RECEIVER} {port}"), parts: Vec::new() };
            let hash = |fields: &[&[u8]]| scene.memo.hash(fields);
            fingerprint::answer(message, asked, batch, hash, &mut |part| habits.parts.push(part));
            habits.parts.extend(passed_over.map(fingerprint::reply));
            habits.parts.extend(latency.map(fingerprint::latency));
            habits.parts.extend(names(outline));
            habits
        };
        self.note(direction, shape, place, habits, scene);
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

/// The names at both ends, which stay outside the hashes.
fn names(outline: &Outline<'_>) -> impl Iterator<Item = Part> {
    [("MSH-3", 3), ("MSH-4", 4), ("MSH-5", 5), ("MSH-6", 6)].into_iter().filter_map(move |(kind, number)| {
        let value = clean(outline.header(number));
        (!value.is_empty()).then_some(Part { kind, value })
    })
}

/// The beginning of the shape of what the endpoint writes that sends in a direction.
fn writer(kind: u8, direction: Direction, scene: &Scene<'_>) -> Shape {
    let address = match scene.address(direction) {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    };
    let mut shape = Shape::new(&address.octets());
    shape.push(kind);
    shape
}

/// Files what blocks showed of a dialog; what was filed before is only counted.
fn blocks(direction: Direction, dialog: &Arc<str>, parts: Vec<Part>, place: &Place, scene: &mut Scene<'_>) {
    let mut shape = writer(b'b', direction, scene);
    shape.text(dialog.as_bytes());
    parts.iter().for_each(|part| shape.text(part.value.as_bytes()));
    if scene.memo.written(&shape, scene.at.time).is_none() {
        file(direction, Arc::clone(dialog), parts, place, shape, scene);
    }
}

/// Files parts of the endpoint that sends in a direction, and remembers that all of the shape have them.
fn file(
    direction: Direction,
    dialog: Arc<str>,
    mut parts: Vec<Part>,
    place: &Place,
    shape: Shape,
    scene: &mut Scene<'_>,
) {
    parts.sort_unstable();
    parts.dedup();
    let source = Source { protocol: "hl7", field: "MSH", kind: "fingerprint" };
    let subject = Subject::Endpoint(scene.address(direction));
    let evidence: Vec<Evidence> = parts
        .iter()
        .map(|part| Evidence {
            subject: subject.clone(),
            attribute: Attribute::Habit,
            value: Value::pair(&dialog, &part.to_string()),
            source,
            place: place.clone(),
        })
        .collect();
    for one in &evidence {
        scene.out.take(one.clone());
    }
    scene.memo.write(shape, dialog, evidence, scene.out);
}
