//! DICOM: who associates with whom, with which stack, doing what, and which equipment made the objects.
//!
//! | seen | says | about |
//! |---|---|---|
//! | A-ASSOCIATE-RQ, -AC | implementation, AE title | the endpoint that sent it |
//! | C-STORE-RQ data set | equipment modules | the equipment that made the object, never the sender |
//! | C-STORE, C-FIND, C-MOVE, C-GET, N-* | roles | both endpoints |
//! | modality worklist C-FIND-RQ, MPPS | station, modality | the asking endpoint, which is a scanner |

use std::collections::BTreeSet;

use iomt_dicom::dimse::{CommandField, CommandSet};
use iomt_dicom::element::Element;
use iomt_dicom::pdu::{Associate, Pdu};
use iomt_dicom::{Event, Message, Tag, Tracker};
use iomt_wire::{Direction, Limits, Segment};

use crate::evidence::{Attribute, Evidence, Place, Source, Subject, Value, WHOLE};
use crate::fingerprint::dicom::{self as fingerprint, Offer};
use crate::sensing::card::Card;
use crate::sensing::scene::{Scene, is_nobody};
use crate::sensing::text::{clean, uid_root};

/// The modality worklist information model, FIND.
const MODALITY_WORKLIST: &str = "1.2.840.10008.5.1.4.31";
/// The modality performed procedure step.
const PERFORMED_STEP: &str = "1.2.840.10008.3.1.2.3.3";
/// The printer.
const PRINTER: &str = "1.2.840.10008.5.1.1.16";

const fn source(field: &'static str, kind: &'static str) -> Source {
    Source { protocol: "dicom", field, kind }
}

/// Listens to one connection.
#[derive(Debug)]
pub(crate) struct DicomObserver {
    tracker: Tracker,
    state: State,
}

#[derive(Debug, Default)]
struct State {
    requestor: Option<Direction>,
    called: String,
    /// What was offered, until the answer comes; the answer, if the capture has it before the request.
    offer: Option<Offer>,
    answer: Option<(Direction, Place, Vec<u8>)>,
    /// Who accepted, and where in its stream. May be known before the request is: the capture may have swapped the two.
    acceptor: Option<(Direction, u64)>,
    /// Released, or its requestor closed the connection: nothing more will be said.
    ended: bool,
    /// The data set being read, per direction.
    cards: [Card; 2],
    /// Something was not seen: the beginning, bytes between, or the end of a data set.
    partial: bool,
    stored: bool,
    /// The equipment of which this association spoke.
    spoken_of: BTreeSet<Subject>,
}

/// Pieces of equipment remembered per association; whoever speaks of more speaks for none of them.
const SPOKEN_OF: usize = 16;

impl DicomObserver {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { tracker: Tracker::new(limits), state: State::default() }
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
            let card = core::mem::take(self.state.card(direction));
            if !card.key().model.is_empty() {
                self.state.file(card, direction, scene);
            }
        }
    }
}

impl State {
    const fn card(&mut self, direction: Direction) -> &mut Card {
        let [initiator, responder] = &mut self.cards;
        match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        }
    }

    fn note(&mut self, event: Event<'_>, scene: &mut Scene<'_>) {
        match event {
            Event::Pdu { direction, offset, pdu } => {
                scene.active(0, 1);
                match pdu {
                    Pdu::AssociateRq(rq) => self.request(direction, offset, &rq, scene),
                    Pdu::AssociateAc(ac) => self.accept(direction, offset, &ac, scene),
                    Pdu::ReleaseRp(_) => self.ended = true,
                    _ => {}
                }
                self.settle(scene);
            }
            Event::Command { direction, offset, message, command, .. } => {
                scene.active(0, 1);
                self.command(direction, offset, message, &command, scene);
            }
            Event::Element { direction, offset, message, enclosing, element, .. } => {
                self.element(direction, offset, message, enclosing, &element, scene);
            }
            Event::DataSetEnd { direction, message, complete, .. } => {
                if !complete {
                    self.partial = true;
                    scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
                }
                let card = core::mem::take(self.card(direction));
                self.end(direction, message, card, scene);
                self.settle(scene);
            }
            Event::Error { .. } => {
                self.partial = true;
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
            Event::Gap { .. } => self.partial = true,
            _ => {}
        }
    }

    /// An association is asked for.
    fn request(&mut self, direction: Direction, offset: u64, rq: &Associate<'_>, scene: &mut Scene<'_>) {
        if self.requestor.is_some() {
            *self = Self::default(); // another association on the same connection
        }
        self.requestor = Some(direction);
        self.called = clean(rq.called_ae());
        let calling = Value::pair("ae-title", &clean(rq.calling_ae()));
        scene.endpoint(direction, Attribute::Name, calling, source("Calling AE Title", "declared-name"), offset);
        stack(direction, offset, rq, scene);
        role(direction, "requestor", "association", offset, scene);
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
        self.acceptor = Some((direction, offset));
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
        if let (Some((direction, offset)), Some(_)) = (self.acceptor, self.requestor) {
            let called = Value::pair("ae-title", &self.called);
            scene.endpoint(direction, Attribute::Name, called, source("Called AE Title", "declared-name"), offset);
        }
    }

    /// Files the acceptor's fingerprint: when both sides are known, or at the end without the request.
    fn print_acceptor(&mut self, scene: &mut Scene<'_>) {
        let Some((direction, place, bytes)) = self.answer.take() else { return };
        if let Ok((Pdu::AssociateAc(ac), _)) = Pdu::parse(&bytes) {
            let made = fingerprint::acceptor(&ac, self.offer.as_ref());
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
        *self.card(direction) = Card::default();
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
        if class == MODALITY_WORKLIST {
            sign(direction, "worklist-user", "Affected SOP Class UID", offset, scene);
        }
        if class == PERFORMED_STEP {
            sign(direction, "mpps-user", "Affected SOP Class UID", offset, scene);
        }
    }

    fn element(
        &mut self,
        direction: Direction,
        offset: u64,
        message: &Message,
        enclosing: &[Tag],
        element: &Element<'_>,
        scene: &mut Scene<'_>,
    ) {
        if speaks_of_its_maker(message) {
            let place = scene.place(offset);
            equipment(self.card(direction), enclosing, element, "dicom", &place);
        } else if is_worklist_request(message) || is_performed_step(message) {
            station(direction, offset, element, scene);
        }
    }

    fn end(&mut self, direction: Direction, message: &Message, card: Card, scene: &mut Scene<'_>) {
        if is_performed_step(message) || !card.key().names_a_device() {
            // No equipment, but what an MPPS says of the performing station holds for its sender.
            return;
        }
        self.file(card, direction, scene);
    }

    fn file(&mut self, card: Card, direction: Direction, scene: &mut Scene<'_>) {
        let speaker = scene.address(direction);
        let place = scene.place(0);
        if card.is_capped() {
            scene.health.hit("facts of one device", 1);
        }
        if let Some(subject) = card.file(Some(speaker), "dicom", scene.out) {
            scene.out.active(&subject, scene.at.time, 0, 1);
            if self.spoken_of.len() < SPOKEN_OF {
                self.spoken_of.insert(subject.clone());
            } else {
                scene.health.hit("equipment of one association", 1);
            }
            let receiver = scene.address(direction.reverse());
            if self.stored && !is_nobody(receiver) {
                scene.out.take(Evidence {
                    subject,
                    attribute: Attribute::Peer,
                    value: Value::pair("stored-at", &receiver.to_string()),
                    source: source("C-STORE", "role"),
                    place,
                });
            }
        }
    }
}

/// Whether a message's data set describes the equipment that made an object.
fn speaks_of_its_maker(message: &Message) -> bool {
    match message.command {
        CommandField::C_STORE_RQ => true,
        // Without its command set (lost, or before the capture began) a data set with an equipment module is an object.
        CommandField(0) => true,
        CommandField::N_GET_RSP => message.sop_class.as_ref().is_some_and(|uid| uid.as_str() == PRINTER),
        _ => false,
    }
}

fn is_worklist_request(message: &Message) -> bool {
    message.command == CommandField::C_FIND_RQ
        && message.sop_class.as_ref().is_some_and(|uid| uid.as_str() == MODALITY_WORKLIST)
}

fn is_performed_step(message: &Message) -> bool {
    matches!(message.command, CommandField::N_CREATE_RQ | CommandField::N_SET_RQ)
        && message.sop_class.as_ref().is_some_and(|uid| uid.as_str() == PERFORMED_STEP)
}

/// What a worklist query or a performed procedure step says about the station that sends it.
fn station(direction: Direction, offset: u64, element: &Element<'_>, scene: &mut Scene<'_>) {
    let (attribute, qualifier, field, kind) = match element.tag {
        Tag::SCHEDULED_STATION_AE_TITLE => (Attribute::Name, "ae-title", "Scheduled Station AE Title", "declared-name"),
        Tag::SCHEDULED_STATION_NAME => (Attribute::Name, "station-name", "Scheduled Station Name", "declared-name"),
        Tag::PERFORMED_STATION_AE_TITLE => (Attribute::Name, "ae-title", "Performed Station AE Title", "declared-name"),
        Tag::PERFORMED_STATION_NAME => (Attribute::Name, "station-name", "Performed Station Name", "declared-name"),
        Tag::PERFORMED_LOCATION => (Attribute::Location, "location", "Performed Location", "declared"),
        Tag::MODALITY => (Attribute::Class, "DICOM Modality", "Modality", "modality"),
        _ => return,
    };
    let text = clean(element.value);
    if text.contains(['*', '?']) {
        return; // a wild card asks, it does not say
    }
    scene.endpoint(direction, attribute, Value::pair(qualifier, &text), source(field, kind), offset);
}

/// Puts one element of an object's equipment modules on its card.
///
/// PS3.3 C.7.5.1 and C.7.5.2, with the station and detector facts that stand elsewhere at the top level.
pub(crate) fn equipment(
    card: &mut Card,
    enclosing: &[Tag],
    element: &Element<'_>,
    protocol: &'static str,
    place: &Place,
) {
    let mut add = |attribute, value, field, kind| {
        card.add(attribute, value, Source { protocol, field, kind }, place.clone());
    };
    let tag = element.tag;
    if !enclosing.is_empty() {
        if enclosing.first() == Some(&Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE) {
            add(Attribute::Sign, Value::text("contributing-equipment"), "Contributing Equipment Sequence", "sign");
        }
        if enclosing == [Tag::UDI_SEQUENCE] && tag == Tag::UNIQUE_DEVICE_IDENTIFIER {
            add(Attribute::Udi, Value::text(&clean(element.value)), "Unique Device Identifier", "declared");
        }
        return;
    }
    if tag.is_private() {
        if (0x10..=0xff).contains(&tag.element) {
            let creator = Value::pair("private-creator", &clean(element.value));
            add(Attribute::VendorSign, creator, "Private Creator", "private-creator");
        }
        return;
    }
    let text = || clean(element.value);
    let named = |kind| Value::pair(kind, &text());
    match tag {
        Tag::MANUFACTURER => add(Attribute::Manufacturer, Value::text(&text()), "Manufacturer", "declared"),
        Tag::MANUFACTURER_MODEL_NAME => {
            add(Attribute::Model, Value::text(&text()), "Manufacturer's Model Name", "declared");
        }
        Tag::DEVICE_SERIAL_NUMBER => add(Attribute::Serial, Value::text(&text()), "Device Serial Number", "declared"),
        Tag::SOFTWARE_VERSIONS => {
            let mut values: Vec<String> = element.values().map(clean).filter(|value| !value.is_empty()).collect();
            values.dedup();
            if let [only] = values.as_slice() {
                add(Attribute::Software, Value::pair("software", only), "Software Versions", "declared");
            } else {
                for (number, value) in (1_u32..).zip(values) {
                    let component = format!("software {number}");
                    add(Attribute::Software, Value::pair(&component, &value), "Software Versions", "declared");
                }
            }
        }
        Tag::STATION_NAME => add(Attribute::Name, named("station-name"), "Station Name", "declared-name"),
        Tag::STATION_AE_TITLE => add(Attribute::Name, named("ae-title"), "Station AE Title", "declared-name"),
        Tag::DEVICE_ID => add(Attribute::Name, named("device-id"), "Device ID", "declared-name"),
        Tag::DEVICE_UID => add(Attribute::Name, named("device-uid"), "Device UID", "declared-name"),
        Tag::GANTRY_ID => add(Attribute::Name, named("gantry-id"), "Gantry ID", "declared-name"),
        Tag::TREATMENT_MACHINE_NAME => {
            add(Attribute::Name, named("treatment-machine"), "Treatment Machine Name", "declared-name");
        }
        Tag::PRINTER_NAME => add(Attribute::Name, named("printer"), "Printer Name", "declared-name"),
        Tag::DETECTOR_ID => add(Attribute::Part, named("detector"), "Detector ID", "declared"),
        Tag::INSTITUTION_NAME => add(Attribute::Location, named("institution"), "Institution Name", "declared"),
        Tag::INSTITUTIONAL_DEPARTMENT_NAME => {
            add(Attribute::Location, named("department"), "Institutional Department Name", "declared");
        }
        Tag::MODALITY => add(Attribute::Class, named("DICOM Modality"), "Modality", "modality"),
        Tag::SOP_CLASS_UID => add(Attribute::Class, named("SOP Class"), "SOP Class UID", "sop-class"),
        Tag::SOP_INSTANCE_UID => {
            if let Some(root) = uid_root(element.value) {
                add(Attribute::VendorSign, Value::pair("uid-root", root), "SOP Instance UID", "uid-root");
            }
        }
        _ => {}
    }
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
    let place = scene.place(offset);
    scene.out.take(Evidence {
        subject: Subject::Endpoint(address),
        attribute: Attribute::Stack,
        value: Value::pair(&uid, &version),
        source: source("Implementation Class UID", "implementation"),
        place,
    });
}

fn role(direction: Direction, role: &str, service: &str, offset: u64, scene: &mut Scene<'_>) {
    scene.endpoint(direction, Attribute::Role, Value::pair(role, service), source("DIMSE service", "role"), offset);
}

fn sign(direction: Direction, sign: &str, field: &'static str, offset: u64, scene: &mut Scene<'_>) {
    scene.endpoint(direction, Attribute::Sign, Value::text(sign), source(field, "sign"), offset);
}
