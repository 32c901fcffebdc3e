//! DICOMweb in clear HTTP: who stores where, who answers queries, and which equipment made the objects.
//!
//! | seen | says | about |
//! |---|---|---|
//! | STOW-RS request with objects | equipment modules, where they are kept | the equipment that made them, spoken for by the client |
//! | QIDO-RS and WADO-RS response in DICOM's types | equipment modules | the same, told by a server that answers queries and is not it |
//! | either, UPS-RS | roles | both endpoints |
//!
//! Only a body of DICOM's media types makes a conversation DICOMweb's; a path is no proof. Until then nobody is noted, so an
//! ordinary web conversation leaves nothing, whatever its paths are. Bodies coded with gzip or deflate are opened, up to a cap.

use iomt_dicom::Event as Heard;
use iomt_wire::{Direction, Limits, Segment};

use super::dicom::portrait::Portrait;
use super::dicom::{file_object, source};
use crate::evidence::{Attribute, Place, Value};
use crate::sensing::scene::Scene;
use crate::sensing::web::{CodedBody, Event, Head, Service, Talk, Trouble};

/// Listens to one connection.
#[derive(Debug)]
pub(crate) struct WebObserver {
    talk: Talk,
    state: State,
}

#[derive(Debug)]
struct State {
    limits: Limits,
    /// A body of DICOM's types passed.
    confirmed: bool,
    /// What is being read, per direction.
    reading: [Option<Reading>; 2],
}

/// A body that is being read.
#[derive(Debug)]
struct Reading {
    body: CodedBody,
    objects: Objects,
}

/// The objects of a body.
#[derive(Debug)]
struct Objects {
    portrait: Portrait,
    /// The number of the object that the portrait is of.
    number: u64,
    /// Where its message starts.
    place: Place,
    /// They are given to be kept.
    stored: bool,
}

impl WebObserver {
    pub(crate) const fn new(limits: Limits) -> Self {
        Self { talk: Talk::new(limits), state: State { limits, confirmed: false, reading: [None, None] } }
    }

    /// Whether it is known to be DICOMweb's.
    pub(crate) const fn is_medical(&self) -> bool {
        self.state.confirmed
    }

    /// Whether nothing will come of it.
    pub(crate) const fn is_over(&self) -> bool {
        self.talk.is_over()
    }

    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        let Self { talk, state } = self;
        talk.feed(direction, segment, &mut |event| state.note(direction, &event, scene));
    }

    /// The connection is over: what was begun is filed as far as it went.
    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        let Self { talk, state } = self;
        for direction in [Direction::Initiator, Direction::Responder] {
            talk.end(direction, false, &mut |event| state.note(direction, &event, scene));
        }
    }
}

impl State {
    const fn reading(&mut self, direction: Direction) -> &mut Option<Reading> {
        let [initiator, responder] = &mut self.reading;
        match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        }
    }

    fn note(&mut self, direction: Direction, event: &Event<'_>, scene: &mut Scene<'_>) {
        match event {
            Event::Head(head) => self.head(direction, head, scene),
            Event::Body(piece) => {
                if let Some(Reading { body, objects }) = self.reading(direction) {
                    match body.feed(piece, &mut |heard| objects.note(direction, &heard, scene)) {
                        None => {}
                        Some(Trouble::TooMuch) => scene.health.hit("inflated bytes", 1),
                        Some(Trouble::Damaged) => {
                            scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
                        }
                    }
                }
            }
            Event::End { complete } => {
                let Some(Reading { mut body, mut objects }) = self.reading(direction).take() else { return };
                body.finish(&mut |heard| objects.note(direction, &heard, scene));
                objects.file(direction, scene);
                if !complete {
                    scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
                }
            }
        }
    }

    fn head(&mut self, direction: Direction, head: &Head, scene: &mut Scene<'_>) {
        let service = head.asked.as_ref().and_then(|asked| asked.service);
        let (client, stored) = match (head.status, service) {
            (None, Some(Service::Store)) => (direction, true),
            (None, Some(Service::Worklist)) => (direction, false),
            // What a store answers says which objects it has taken.
            (None, _) | (Some(_), Some(Service::Store)) => return,
            (Some(200..=299), _) => (direction.reverse(), false),
            (Some(_), _) => return,
        };
        let Some(body) = head.body(self.limits, Portrait::wants) else { return };
        self.confirm(client, service, head.offset, scene);
        if service != Some(Service::Worklist) {
            let place = scene.place(head.offset);
            let objects = Objects { portrait: Portrait::default(), number: 0, place, stored };
            *self.reading(direction) = Some(Reading { body, objects });
        }
    }

    /// It is DICOMweb's: who does what in it.
    fn confirm(&mut self, client: Direction, service: Option<Service>, offset: u64, scene: &mut Scene<'_>) {
        let server = client.reverse();
        scene.active(u64::from(!self.confirmed), 1);
        self.confirmed = true;
        let service = match service {
            Some(service) => format!("DICOMweb {}", service.name()),
            None => "DICOMweb".to_owned(),
        };
        for (who, role) in [(client, "user agent"), (server, "origin server")] {
            let role = Value::pair(role, &service);
            scene.endpoint(who, Attribute::Role, role, source("DICOMweb service", "role"), offset);
        }
        if server == Direction::Responder {
            let port = Value::text(&format!("tcp/{}", scene.socket(server).port()));
            scene.endpoint(server, Attribute::Port, port, source("DICOMweb service", "role"), offset);
        }
    }
}

impl Objects {
    fn note(&mut self, direction: Direction, heard: &Heard<'_>, scene: &mut Scene<'_>) {
        match heard {
            Heard::Element { message, enclosing, item, element, .. } => {
                let number = u64::from(message.number);
                if number != self.number {
                    self.file(direction, scene);
                    self.number = number;
                }
                self.portrait.hear(enclosing, *item, element, "dicom", &self.place);
            }
            Heard::DataSetEnd { .. } => self.file(direction, scene),
            Heard::Error { .. } => {
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
            _ => {}
        }
    }

    fn file(&mut self, direction: Direction, scene: &mut Scene<'_>) {
        let portrait = core::mem::take(&mut self.portrait);
        if portrait.names_a_device() {
            let stored_by = self.stored.then_some("STOW-RS");
            let _ = file_object(portrait, direction, stored_by, self.place.clone(), scene);
        }
    }
}
