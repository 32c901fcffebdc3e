//! DICOMweb in clear HTTP: who stores where, who answers queries, and which equipment made the objects.
//!
//! | seen | says | about |
//! |---|---|---|
//! | STOW-RS request with objects | equipment modules, where they are kept | the equipment that made them, spoken for by the client |
//! | QIDO-RS and WADO-RS response in DICOM's types | equipment modules | the same, told by a server that answers queries and is not it |
//! | UPS-RS request with a workitem | the station that performs it; stations for which it is scheduled | the client |
//! | UPS-RS response with workitems | stations for which they are scheduled ([`station`](super::dicom::station)) | the server |
//! | any of these | roles | both endpoints |
//!
//! Only a body of DICOM's media types makes a conversation DICOMweb's; a path is no proof. Until then nobody is noted, so an
//! ordinary web conversation leaves nothing, whatever its paths are. Bodies coded with gzip or deflate are opened, up to a cap.

use iomt_dicom::Event as Heard;
use iomt_wire::{Direction, Limits, Segment};

use super::dicom::portrait::Portrait;
use super::dicom::station::{Standing, Stations};
use super::dicom::{file_fact, file_object, source};
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
    content: Content,
}

#[derive(Debug)]
enum Content {
    Objects(Box<Objects>),
    Workitems(Workitems),
}

impl Content {
    fn note(&mut self, direction: Direction, heard: &Heard<'_>, scene: &mut Scene<'_>) {
        match self {
            Self::Objects(objects) => objects.note(direction, heard, scene),
            Self::Workitems(workitems) => workitems.note(direction, heard, scene),
        }
        if let Heard::Error { .. } = heard {
            scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
        }
    }
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

/// The workitems of a body.
#[derive(Debug)]
struct Workitems {
    standing: Standing,
    stations: Stations,
    /// Where the message starts.
    offset: u64,
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
                if let Some(Reading { body, content }) = self.reading(direction) {
                    match body.feed(piece, &mut |heard| content.note(direction, &heard, scene)) {
                        None => {}
                        Some(Trouble::TooMuch) => scene.health.hit("inflated bytes", 1),
                        Some(Trouble::Damaged) => {
                            scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
                        }
                    }
                }
            }
            Event::End { complete } => {
                let Some(Reading { mut body, mut content }) = self.reading(direction).take() else { return };
                body.finish(&mut |heard| content.note(direction, &heard, scene));
                if let Content::Objects(objects) = &mut content {
                    objects.file(direction, scene);
                }
                if !complete {
                    scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
                }
            }
        }
    }

    fn head(&mut self, direction: Direction, head: &Head, scene: &mut Scene<'_>) {
        let service = head.asked.as_ref().and_then(|asked| asked.service);
        let offset = head.offset;
        let objects = |stored| {
            let (portrait, place) = (Portrait::default(), scene.place(offset));
            Content::Objects(Box::new(Objects { portrait, number: 0, place, stored }))
        };
        let workitems = |standing| Content::Workitems(Workitems { standing, stations: Stations::default(), offset });
        let (client, content) = match (head.status, service) {
            (None, Some(Service::Store)) => (direction, objects(true)),
            (None, Some(Service::Worklist)) => (direction, workitems(Standing::Performs)),
            // What a store answers says which objects it has taken.
            (None, _) | (Some(_), Some(Service::Store)) => return,
            (Some(200..=299), Some(Service::Worklist)) => (direction.reverse(), workitems(Standing::Knows)),
            (Some(200..=299), _) => (direction.reverse(), objects(false)),
            (Some(_), _) => return,
        };
        let Some(body) = head.body(self.limits, Portrait::wants) else { return };
        self.confirm(client, service, offset, scene);
        *self.reading(direction) = Some(Reading { body, content });
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

impl Workitems {
    fn note(&mut self, direction: Direction, heard: &Heard<'_>, scene: &mut Scene<'_>) {
        match heard {
            Heard::Element { enclosing, item, element, .. } => {
                if let Some(fact) = self.stations.hear(Some(self.standing), enclosing, *item, element) {
                    file_fact(fact, direction, self.offset, scene);
                }
            }
            Heard::DataSetEnd { .. } => self.stations = Stations::default(),
            _ => {}
        }
    }
}
