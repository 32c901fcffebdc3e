//! DICOM: who associates with whom, with which stack, doing what, and which equipment made the objects.
//!
//! | seen | says | about |
//! |---|---|---|
//! | A-ASSOCIATE-RQ, -AC | implementation, AE title | the endpoint that sent it |
//! | C-STORE-RQ data set | equipment modules | the equipment that made the object, never the sender |
//! | its sequences of other equipment | who had it in hand, what was used ([`portrait`]) | that equipment, which is not the sender either |
//! | C-STORE, C-FIND, C-MOVE, C-GET, N-* | roles | both endpoints |
//! | worklist, procedure steps, commitment, availability | stations, archives ([`station`]) | the endpoint that sent it |

use std::collections::BTreeSet;

use iomt_dicom::dimse::{CommandField, CommandSet};
use iomt_dicom::pdu::{Associate, ItemType, Pdu};
use iomt_dicom::{Event, Message, Operation, Tracker, Uid};
use iomt_wire::{Direction, Limits, Segment};

use crate::evidence::{Attribute, Evidence, Place, Source, Subject, Value, WHOLE};
use crate::fingerprint::dicom::{self as fingerprint, Offer};
use crate::fingerprint::habits::{answer, data_set, request};
use crate::fingerprint::window::Part;
use crate::sensing::scene::{Scene, is_nobody};
use crate::sensing::text::clean;

mod modules;
pub(crate) mod portrait;
mod report;
mod script;
pub(crate) mod station;

use portrait::Portrait;
use station::{Fact, MODALITY_WORKLIST, PERFORMED_STEP, Standing, Stations};

/// The printer.
const PRINTER: &str = "1.2.840.10008.5.1.1.16";
/// The display system.
const DISPLAY_SYSTEM: &str = "1.2.840.10008.5.1.1.40";

pub(super) const fn source(field: &'static str, kind: &'static str) -> Source {
    Source { protocol: "dicom", field, kind }
}

/// Where the titles stand in an associate PDU, and how long the header of an item is (PS3.8 section 9.3.2).
const CALLED: u64 = 10;
const CALLING: u64 = 26;
const ITEM_HEADER: usize = 4;

/// Listens to one connection.
#[derive(Debug)]
pub(crate) struct DicomObserver {
    tracker: Tracker,
    state: State,
}

#[derive(Debug, Default)]
struct State {
    requestor: Option<Direction>,
    /// The called AE title, and where the request has it.
    called: Option<(String, Place)>,
    /// What was offered, until the answer comes; the answer, if the capture has it before the request.
    offer: Option<Offer>,
    answer: Option<(Direction, Place, Vec<u8>)>,
    /// Whose habits the requestor shows, until the last of them is filed.
    habits: Option<String>,
    /// Who accepted. May be known before the request is: the capture may have swapped the two.
    acceptor: Option<Direction>,
    /// Released, or its requestor closed the connection: nothing more will be said.
    ended: bool,
    /// The data set being read, per direction.
    hearing: [Hearing; 2],
    /// Something was not seen: the beginning, bytes between, or the end of a data set.
    partial: bool,
    stored: bool,
    /// The equipment of which this association spoke.
    spoken_of: BTreeSet<Subject>,
}

/// One direction's data set that is being read.
#[derive(Debug, Default)]
struct Hearing {
    portrait: Portrait,
    /// What is no portrait.
    stations: Stations,
    /// The SOP class of its message; of a response that does not say it, that of its request.
    class: Option<Uid>,
}

/// Pieces of equipment remembered per association; whoever speaks of more speaks for none of them.
const SPOKEN_OF: usize = 16;

impl DicomObserver {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { tracker: Tracker::with_filter(limits, Portrait::wants), state: State::default() }
    }

    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        let Self { tracker, state } = self;
        tracker.feed(direction, segment, &mut |event| state.note(event, scene));
        if segment == Segment::End && state.requestor == Some(direction) {
            state.ended = true;
            state.settle(scene);
        }
    }

    /// The connection is over: what was begun and never ended is filed as far as it went.
    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        self.state.print_acceptor(scene);
        for direction in [Direction::Initiator, Direction::Responder] {
            let portrait = core::mem::take(&mut self.state.hearing(direction).portrait);
            if portrait.names_its_maker() {
                self.state.file(portrait, direction, scene);
            }
        }
    }
}

impl State {
    const fn hearing(&mut self, direction: Direction) -> &mut Hearing {
        let [initiator, responder] = &mut self.hearing;
        match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        }
    }

    fn note(&mut self, event: Event<'_>, scene: &mut Scene<'_>) {
        match event {
            Event::Pdu { direction, offset, pdu, .. } => {
                scene.active(0, 1);
                match pdu {
                    Pdu::AssociateRq(rq) => self.request(direction, offset, &rq, scene),
                    Pdu::AssociateAc(ac) => self.accept(direction, offset, &ac, scene),
                    Pdu::ReleaseRp(_) => self.ended = true,
                    _ => {}
                }
                self.settle(scene);
            }
            Event::Command { direction, offset, message, command, operation, .. } => {
                scene.active(0, 1);
                let class =
                    message.sop_class.or_else(|| operation.and_then(|operation: &Operation| operation.sop_class));
                *self.hearing(direction) = Hearing { class, ..Hearing::default() };
                self.command(direction, offset, message, &command, scene);
            }
            Event::Element { direction, offset, message, enclosing, item, element, .. } => {
                let hearing = self.hearing(direction);
                if speaks_of_its_maker(message, hearing.class.as_ref()) {
                    hearing.portrait.hear(enclosing, item, &element, "dicom", &scene.place(offset));
                } else {
                    let standing = Standing::of(message, hearing.class.as_ref());
                    if let Some(fact) = hearing.stations.hear(standing, enclosing, item, &element) {
                        file_fact(fact, direction, offset, scene);
                    }
                }
            }
            Event::DataSetEnd { direction, message, complete, .. } => {
                if !complete {
                    self.partial = true;
                    scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
                }
                let Hearing { portrait, class, .. } = core::mem::take(self.hearing(direction));
                if speaks_of_its_maker(message, class.as_ref()) && portrait.names_a_device() {
                    self.file(portrait, direction, scene);
                }
                self.settle(scene);
            }
            Event::Error { .. } => {
                self.partial = true;
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
            Event::Gap { unread, .. } => self.partial |= !unread,
            _ => {}
        }
    }

    /// An association is asked for.
    fn request(&mut self, direction: Direction, offset: u64, rq: &Associate<'_>, scene: &mut Scene<'_>) {
        if self.requestor.is_some() {
            *self = Self::default(); // another association on the same connection
        }
        self.requestor = Some(direction);
        self.called = Some((clean(rq.called_ae()), scene.place(offset.saturating_add(CALLED))));
        let calling = Value::pair("ae-title", &clean(rq.calling_ae()));
        let at = offset.saturating_add(CALLING);
        scene.endpoint(direction, Attribute::Name, calling, source("Calling AE Title", "declared-name"), at);
        stack(direction, offset, rq, scene);
        role(direction, "requestor", "association", offset, scene);
        self.habits = Some(habits(direction, &scene.place(offset), rq, "A-ASSOCIATE-RQ", request(rq), scene));
        self.offer = Some(Offer::of(rq));
        scene.print(
            direction,
            scene.place(offset),
            &fingerprint::requestor(rq),
            source("A-ASSOCIATE-RQ", "fingerprint"),
        );
        self.name_acceptor(scene);
        self.print_acceptor(scene);
    }

    /// An association is accepted.
    fn accept(&mut self, direction: Direction, offset: u64, ac: &Associate<'_>, scene: &mut Scene<'_>) {
        self.acceptor = Some(direction);
        stack(direction, offset, ac, scene);
        role(direction, "acceptor", "association", offset, scene);
        self.answer = Some((direction, scene.place(offset), ac.bytes().to_vec()));
        if self.offer.is_some() {
            self.print_acceptor(scene);
        }
        let port = Value::text(&format!("tcp/{}", scene.socket(direction).port()));
        if direction == Direction::Responder {
            scene.endpoint(direction, Attribute::Port, port, source("Called Presentation Address", "role"), offset);
        }
        self.name_acceptor(scene);
    }

    /// Only when the association is accepted is the called AE title known to be the acceptor's.
    fn name_acceptor(&self, scene: &mut Scene<'_>) {
        if let (Some(direction), Some((called, place))) = (self.acceptor, &self.called) {
            let called = Value::pair("ae-title", called);
            let source = source("Called AE Title", "declared-name");
            scene.endpoint_at(direction, Attribute::Name, called, source, place.clone());
        }
    }

    /// Files the acceptor's fingerprint: when both sides are known, or at the end without the request.
    fn print_acceptor(&mut self, scene: &mut Scene<'_>) {
        let Some((direction, place, bytes)) = self.answer.take() else { return };
        if let Ok((Pdu::AssociateAc(ac), _)) = Pdu::parse(&bytes) {
            let made = fingerprint::acceptor(&ac, self.offer.as_ref());
            habits(direction, &place, &ac, "A-ASSOCIATE-AC", answer(&ac, self.offer.as_ref()), scene);
            scene.print(direction, place, &made, source("A-ASSOCIATE-AC", "fingerprint"));
        }
    }

    /// If all of an association was seen, to its end, what its requestor did not show was not there to be seen.
    fn settle(&mut self, scene: &mut Scene<'_>) {
        if self.partial || !self.ended || self.requestor.is_none() || self.acceptor.is_none() {
            return;
        }
        for subject in core::mem::take(&mut self.spoken_of) {
            let place = scene.place(0);
            scene.out.take(Evidence {
                subject,
                attribute: Attribute::Sign,
                value: Value::text(WHOLE),
                source: source("association", "sign"),
                place,
            });
        }
    }

    fn command(
        &mut self,
        direction: Direction,
        offset: u64,
        message: &Message,
        command: &CommandSet<'_>,
        scene: &mut Scene<'_>,
    ) {
        if self.requestor == Some(direction)
            && let Some(habit) = data_set(command)
            && let Some(stack) = self.habits.take()
        {
            let source = source("Command Data Set Type", "behaviour");
            scene.endpoint(direction, Attribute::Habit, Value::pair(&stack, &habit.to_string()), source, offset);
        }
        let field = message.command;
        if field.is_response() {
            return;
        }
        let class = message.sop_class.as_ref().map_or("", |uid| uid.as_str());
        let service = match field {
            CommandField::C_STORE_RQ => "C-STORE".to_owned(),
            CommandField::C_ECHO_RQ => "C-ECHO".to_owned(),
            CommandField::C_CANCEL_RQ => return,
            _ => match field.name() {
                Some(name) => format!("{} {class}", name.trim_end_matches("-RQ")),
                None => return,
            },
        };
        // Who invokes is not always who asked for the association: a C-STORE that answers a C-GET comes from the acceptor.
        let (asks, serves) = match self.requestor {
            Some(requestor) if requestor != direction => ("acceptor-scu", "requestor-scp"),
            _ => ("requestor", "acceptor"),
        };
        role(direction, asks, &service, offset, scene);
        role(direction.reverse(), serves, &service, offset, scene);
        if field == CommandField::C_STORE_RQ {
            self.stored = true;
            if command.move_originator().is_some_and(|ae| !ae.is_empty()) {
                sign(direction, "move-originator", "Move Originator Application Entity Title", offset, scene);
            }
        }
        if let Some(destination) = command.move_destination() {
            let peer = Value::pair("moves-to", &clean(destination));
            scene.endpoint(direction, Attribute::Peer, peer, source("Move Destination", "declared-name"), offset);
        }
        if class == MODALITY_WORKLIST {
            sign(direction, "worklist-user", "Affected SOP Class UID", offset, scene);
        }
        if class == PERFORMED_STEP {
            sign(direction, "mpps-user", "Affected SOP Class UID", offset, scene);
        }
    }

    fn file(&mut self, portrait: Portrait, direction: Direction, scene: &mut Scene<'_>) {
        let (place, stored_by) = (scene.place(0), self.stored.then_some("C-STORE"));
        let Some(subject) = file_object(portrait, direction, stored_by, place, scene) else { return };
        if self.spoken_of.len() < SPOKEN_OF {
            self.spoken_of.insert(subject);
        } else {
            scene.health.hit("equipment of one association", 1);
        }
    }
}

/// Files what an object says that one side sent, and where it is kept if this service gave it to the other side to keep; says which
/// equipment made it.
pub(super) fn file_object(
    portrait: Portrait,
    direction: Direction,
    stored_by: Option<&'static str>,
    place: Place,
    scene: &mut Scene<'_>,
) -> Option<Subject> {
    let speaker = scene.address(direction);
    let filed = portrait.file(Some(speaker), "dicom", &place, scene.out);
    if filed.capped {
        scene.health.hit("facts of one device", 1);
    }
    if !is_nobody(speaker) {
        for handler in &filed.handlers {
            scene.out.take(portrait::passed_on(handler, speaker, &place));
        }
    }
    let subject = filed.maker?;
    scene.out.active(&subject, scene.at.time, 0, 1);
    let receiver = scene.address(direction.reverse());
    if let Some(service) = stored_by.filter(|_| !is_nobody(receiver)) {
        scene.out.take(Evidence {
            subject: subject.clone(),
            attribute: Attribute::Peer,
            value: Value::pair("stored-at", &receiver.to_string()),
            source: source(service, "role"),
            place,
        });
    }
    Some(subject)
}

/// Files a fact about the endpoint that sends in a direction.
pub(super) fn file_fact(fact: Fact, sender: Direction, offset: u64, scene: &mut Scene<'_>) {
    let Fact { attribute, value, field, kind } = fact;
    scene.endpoint(sender, attribute, value, source(field, kind), offset);
}

/// Whether a message's data set describes the equipment that made an object, or that answers.
fn speaks_of_its_maker(message: &Message, class: Option<&Uid>) -> bool {
    match message.command {
        CommandField::C_STORE_RQ => true,
        // Without its command set (lost, or before the capture began) a data set with an equipment module is an object.
        CommandField(0) => true,
        CommandField::N_GET_RSP => class.is_some_and(|uid| matches!(uid.as_str(), PRINTER | DISPLAY_SYSTEM)),
        _ => false,
    }
}

/// Files what a request or an answer shows of its stack's habits; says whose they are.
fn habits(
    direction: Direction,
    place: &Place,
    pdu: &Associate<'_>,
    field: &'static str,
    shown: Vec<Part>,
    scene: &mut Scene<'_>,
) -> String {
    let declared = |bytes: Option<&[u8]>| bytes.map(clean).unwrap_or_default();
    let (uid, name) = (declared(pdu.implementation_class_uid()), declared(pdu.implementation_version_name()));
    let stack = format!("stack {uid} {name}");
    let address = scene.address(direction);
    for habit in shown.into_iter().filter(|_| !is_nobody(address)) {
        scene.out.take(Evidence {
            subject: Subject::Endpoint(address),
            attribute: Attribute::Habit,
            value: Value::pair(&stack, &habit.to_string()),
            source: source(field, "behaviour"),
            place: place.clone(),
        });
    }
    stack
}

/// What an associate PDU says of its sender's DICOM implementation.
fn stack(direction: Direction, offset: u64, pdu: &Associate<'_>, scene: &mut Scene<'_>) {
    let uid = pdu.implementation_class_uid().map(clean).unwrap_or_default();
    let version = pdu.implementation_version_name().map(clean).unwrap_or_default();
    if uid.is_empty() && version.is_empty() {
        return;
    }
    let address = scene.address(direction);
    if is_nobody(address) {
        return;
    }
    let (field, sub_item) = if uid.is_empty() {
        ("Implementation Version Name", ItemType::IMPLEMENTATION_VERSION_NAME)
    } else {
        ("Implementation Class UID", ItemType::IMPLEMENTATION_CLASS_UID)
    };
    let found = pdu.user_information().flatten().find(|item| item.item_type == sub_item);
    let within = found.map_or(0, |item| item.offset.saturating_add(ITEM_HEADER));
    let place = scene.place(offset.saturating_add(u64::try_from(within).unwrap_or(u64::MAX)));
    scene.out.take(Evidence {
        subject: Subject::Endpoint(address),
        attribute: Attribute::Stack,
        value: Value::pair(&uid, &version),
        source: source(field, "implementation"),
        place,
    });
}

fn role(direction: Direction, role: &str, service: &str, offset: u64, scene: &mut Scene<'_>) {
    scene.endpoint(direction, Attribute::Role, Value::pair(role, service), source("DIMSE service", "role"), offset);
}

fn sign(direction: Direction, sign: &str, field: &'static str, offset: u64, scene: &mut Scene<'_>) {
    scene.endpoint(direction, Attribute::Sign, Value::text(sign), source(field, "sign"), offset);
}
