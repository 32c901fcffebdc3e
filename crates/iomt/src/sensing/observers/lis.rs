//! LIS02: which analyser sends results, and to whom.
//!
//! H-5 describes the sender in the layout of its maker; then the sender is equipment. R-14 names the instrument that made a result:
//! the sender itself, one of its modules, or one of several instruments behind a program that speaks for them. Names alone, and
//! what a host calls itself, are the endpoint's.

use core::hash::{Hash, Hasher};
use core::net::IpAddr;

use iomt_lis::escape::unescape;
use iomt_lis::ident::{Attribute as Said, Fact, Subject as About, facts};
use iomt_lis::{Event, Exchange, Reader, Record, RecordType, control};
use iomt_wire::{Direction, Limits, Segment};

use crate::evidence::{
    Attribute, BEHIND_TERMINAL_SERVER, Evidence, Place, Sink, Source, Subject, Value, WHOLE, normalise,
};
use crate::sensing::card::Card;
use crate::sensing::scene::{Scene, is_nobody};
use crate::sensing::text::clean;

/// Instruments of one message; middleware speaks for a few dozen.
const INSTRUMENTS: usize = 256;

/// Listens to one connection.
#[derive(Debug)]
pub(crate) struct LisObserver {
    exchange: Exchange,
    messages: [Message; 2],
    /// Whether a damaged frame awaits its repetition, per side.
    refused: [bool; 2],
    served: bool,
    /// Something was not seen, on either side.
    partial: bool,
    /// A terminal server carries the analyser's line.
    on_a_line: bool,
}

impl LisObserver {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            exchange: Exchange::new(limits),
            messages: Default::default(),
            refused: [false; 2],
            served: false,
            partial: false,
            on_a_line: false,
        }
    }

    /// A terminal server stands between the analyser and the network.
    pub(crate) fn on_a_line(&mut self) {
        self.on_a_line = true;
    }

    /// What follows for the equipment of a message from how it was heard.
    fn signs(partial: bool, on_a_line: bool) -> impl Iterator<Item = &'static str> + Clone {
        [(!partial).then_some(WHOLE), on_a_line.then_some(BEHIND_TERMINAL_SERVER)].into_iter().flatten()
    }

    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        let Self {
            exchange,
            messages: [of_initiator, of_responder],
            refused: [initiators, responders],
            served,
            partial,
            on_a_line,
        } = self;
        let (message, refused) = match direction {
            Direction::Initiator => (of_initiator, initiators),
            Direction::Responder => (of_responder, responders),
        };
        exchange.feed(direction, segment, &mut |event| match event {
            Event::Record { offset, record, .. } => {
                if !*served {
                    *served = true;
                    let port = Value::text(&format!("tcp/{}", scene.socket(Direction::Responder).port()));
                    let from = Source { protocol: "lis", field: "LIS01", kind: "role" };
                    scene.endpoint(Direction::Responder, Attribute::Port, port, from, offset);
                }
                if record.record_type() == RecordType::HEADER {
                    message.end(direction, Self::signs(*partial, *on_a_line), scene);
                }
                *refused = false;
                message.add(&record, "lis", &scene.place(offset));
                if record.record_type() == RecordType::TERMINATOR {
                    message.terminated = true;
                    message.end(direction, Self::signs(*partial, *on_a_line), scene);
                }
            }
            Event::Gap { .. } => (*partial, message.torn) = (true, true),
            Event::Truncated { .. } | Event::Oversize { .. } => {
                (*partial, message.torn) = (true, true);
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
            // It is sent again; only if nothing was read until the session ends was something lost.
            Event::Damaged { .. } => *refused = true,
            Event::Control { byte: control::ENQ | control::EOT, .. } if *refused => {
                (*refused, *partial, message.torn) = (false, true, true);
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
            _ => {}
        });
    }

    /// The conversation is over: a message without terminator ends too.
    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        let signs = Self::signs(self.partial, self.on_a_line);
        for (message, direction) in self.messages.iter_mut().zip([Direction::Initiator, Direction::Responder]) {
            message.end(direction, signs.clone(), scene);
        }
    }
}

/// Something said about an endpoint.
type Saying = (Attribute, Value, Source, Place);

/// What one message says.
#[derive(Debug, Default)]
struct Message {
    /// Where it begins; nothing while none has.
    begin: Option<Place>,
    /// Its terminator was read.
    terminated: bool,
    /// Some of it was not.
    torn: bool,
    results: bool,
    orders: bool,
    queries: bool,
    /// The sender as equipment: what a layout gives, and what the form of a component suggests.
    known: Card,
    guessed: Card,
    /// The ends as endpoints.
    sender: Vec<Saying>,
    receiver: Vec<Saying>,
    /// What R-14 says, each once.
    instruments: Vec<(String, Source, Place)>,
    capped: bool,
}

impl Message {
    fn add(&mut self, record: &Record<'_>, protocol: &'static str, place: &Place) {
        if self.begin.is_none() {
            self.begin = Some(place.clone());
        }
        match record.record_type() {
            RecordType::RESULT => self.results = true,
            RecordType::ORDER => self.orders = true,
            RecordType::REQUEST => self.queries = true,
            _ => {}
        }
        facts(record, &mut |fact| {
            let text = clean(&unescape(fact.value, record.delimiters()));
            let within = u64::try_from(fact.offset).unwrap_or(u64::MAX);
            let place = Place { offset: place.offset.saturating_add(within), ..place.clone() };
            match fact.subject {
                About::Receiver if fact.attribute == Said::Name => {
                    let source = Source { protocol, field: fact.field, kind: "declared-name" };
                    self.receiver.push((Attribute::Name, Value::pair("lis-name", &text), source, place));
                }
                About::Receiver => {}
                About::Instrument => {
                    let source = Source { protocol, field: fact.field, kind: "sender-habit" };
                    self.instrument(text, source, place);
                }
                About::Sender => self.sender(&fact, &text, protocol, place),
            }
        });
    }

    fn instrument(&mut self, text: String, source: Source, place: Place) {
        if text.is_empty() || self.instruments.iter().any(|(known, ..)| *known == text) {
            return;
        }
        if self.instruments.len() >= INSTRUMENTS {
            self.capped = true;
            return;
        }
        self.instruments.push((text, source, place));
    }

    fn sender(&mut self, fact: &Fact<'_>, text: &str, protocol: &'static str, place: Place) {
        let (attribute, value, kind) = match fact.attribute {
            Said::Manufacturer => (Attribute::Manufacturer, Value::text(text), "declared"),
            Said::Model => (Attribute::Model, Value::text(text), "declared"),
            Said::Serial => (Attribute::Serial, Value::text(text), "declared"),
            Said::SoftwareVersion => (Attribute::Software, Value::pair("software", text), "declared"),
            Said::ProtocolVersion => (Attribute::Software, Value::pair("protocol", text), "declared"),
            Said::ProductCode => (Attribute::Part, Value::pair("product code", text), "declared"),
            Said::DeviceNumber => (Attribute::Name, Value::pair("device-number", text), "declared-name"),
            Said::Name => (Attribute::Name, Value::pair("lis-name", text), "declared-name"),
            Said::Version if is_version(text) => {
                let finding = (Attribute::Security, Value::pair("protocol-version", text));
                let source = Source { protocol, field: fact.field, kind: "security" };
                self.sender.push((finding.0, finding.1, source, place.clone()));
                (Attribute::Stack, Value::pair("", text), "declared")
            }
            Said::AccessPassword => {
                (Attribute::Security, Value::pair("clear-text-credentials", fact.field), "security")
            }
            // Training or debugging, on a network that carries production.
            Said::ProcessingId if matches!(text, "T" | "D") => {
                (Attribute::Security, Value::pair("processing-id", text), "security")
            }
            _ => return,
        };
        let kind = if fact.inferred { "sender-habit" } else { kind };
        let source = Source { protocol, field: fact.field, kind };
        match fact.attribute {
            Said::Name | Said::Version | Said::AccessPassword | Said::ProcessingId => {
                self.sender.push((attribute, value, source, place));
            }
            // A maker that follows from the product's name comes with a layout, the rest with the form of a component.
            _ if fact.inferred && fact.field != "H-5" => self.guessed.add(attribute, value, source, place),
            _ => self.known.add(attribute, value, source, place),
        }
    }

    /// The devices that the message speaks of.
    fn devices(&mut self, protocol: &'static str, place: &Place) -> Vec<Card> {
        let mut own = core::mem::take(&mut self.known);
        let guessed = core::mem::take(&mut self.guessed);
        // What a host calls itself is read by its form only where it acts as an analyser.
        if !own.key().names_a_device() && (self.results || self.queries) {
            own = guessed;
        }
        let identified = own.key().names_a_device();
        if !identified {
            // A maker alone is no device, but says whose the endpoint is.
            let facts = core::mem::take(&mut own).into_facts();
            self.sender.extend(facts.filter(|(said, ..)| *said == Attribute::Manufacturer));
        }
        let mut devices = Vec::new();
        for (text, source, place) in core::mem::take(&mut self.instruments) {
            if identified {
                // The sender says who it is: what R-14 says is of the sender itself or of its modules.
                let confirms = |part: &str| {
                    let part = normalise(part);
                    !part.is_empty() && (part == own.key().model || part == own.key().serial)
                };
                if !text.split('^').any(confirms) {
                    own.add(Attribute::Name, Value::pair("module", &text.replace('^', " ")), source, place);
                }
                continue;
            }
            let mut card = Card::default();
            let mut parts = text.split('^').map(str::trim);
            let (model, serial) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            if is_model(model) && serial.chars().filter(char::is_ascii_digit).count() >= 3 {
                card.add(Attribute::Model, Value::text(model), source, place.clone());
                card.add(Attribute::Serial, Value::text(serial), source, place);
            } else {
                card.add(Attribute::Name, Value::pair("instance", &text.replace('^', " ")), source, place);
            }
            devices.push(card);
        }
        if identified {
            devices.insert(0, own);
        }
        let source = Source { protocol, field: "record type", kind: "role" };
        for device in devices.iter_mut().filter(|device| device.key().names_a_device()) {
            device.add(Attribute::Class, Value::pair("class", "analyser"), source, place.clone());
        }
        devices
    }

    /// Files what the message said, and begins anew.
    fn end(&mut self, direction: Direction, signs: impl Iterator<Item = &'static str> + Clone, scene: &mut Scene<'_>) {
        let message = core::mem::take(self);
        let Some(place) = message.begin.clone() else { return };
        scene.active(0, 1);
        if message.capped {
            scene.health.hit("instruments of one message", 1);
        }
        let ends = (scene.address(direction), scene.address(direction.reverse()));
        let print = scene.memo.print_of(("lis", ends, signs.clone().collect::<Vec<_>>(), &message));
        if !scene.memo.again(print, scene.at.time) {
            let evidence = message.evidence(ends, signs, &place);
            scene.memo.first(print, evidence, Vec::new(), scene.at.time, scene.out);
        }
    }

    /// What the message is evidence of; what is about one piece of equipment stands together.
    fn evidence(
        mut self,
        (speaker, listener): (IpAddr, IpAddr),
        signs: impl Iterator<Item = &'static str> + Clone,
        place: &Place,
    ) -> Vec<Evidence> {
        let mut all = Vec::new();
        let service = match (self.results, self.queries, self.orders) {
            (true, ..) => "results",
            (_, true, _) => "query",
            // Results follow an order: only a whole message without any is one of orders, which a host sends.
            (.., true) if self.terminated && !self.torn => "orders",
            _ => "message",
        };
        let source = |field, kind| Source { protocol: "lis", field, kind };
        let devices = self.devices("lis", place);
        let ends = [(speaker, "sender", self.sender), (listener, "receiver", self.receiver)];
        for (address, role, sayings) in ends.into_iter().filter(|(address, ..)| !is_nobody(*address)) {
            let role = (Attribute::Role, Value::pair(role, service), source("record type", "role"), place.clone());
            let clear = Value::pair("no-encryption", "LIS01");
            let clear = (Attribute::Security, clear, source("LIS01", "security"), place.clone());
            for (attribute, value, source, place) in sayings.into_iter().chain([role, clear]) {
                all.push(Evidence { subject: Subject::Endpoint(address), attribute, value, source, place });
            }
        }
        for card in devices {
            if !card.key().names_a_device() {
                // An instance alone is no device, but a word of what the sender speaks of.
                for (_, value, source, place) in card.into_facts() {
                    let (subject, value) = (Subject::Endpoint(speaker), Value::pair("speaks-of", value.bare()));
                    all.push(Evidence { subject, attribute: Attribute::Name, value, source, place });
                }
                continue;
            }
            let subject = card.file(Some(speaker), "lis", &mut |one: Evidence| all.push(one));
            for (subject, sign) in subject.iter().flat_map(|subject| signs.clone().map(move |sign| (subject, sign))) {
                let (attribute, value) = (Attribute::Sign, Value::text(sign));
                let (subject, source, place) = (subject.clone(), source("LIS01", "sign"), place.clone());
                all.push(Evidence { subject, attribute, value, source, place });
            }
        }
        all
    }
}

/// By all that its evidence is made of but where it was said.
impl Hash for Message {
    fn hash<H: Hasher>(&self, state: &mut H) {
        [self.results, self.orders, self.queries, self.terminated, self.torn].hash(state);
        [&self.known, &self.guessed].map(Card::said).hash(state);
        for sayings in [&self.sender, &self.receiver] {
            sayings.len().hash(state);
            for (attribute, value, source, _) in sayings {
                (attribute, value, source).hash(state);
            }
        }
        for (text, source, _) in &self.instruments {
            (text, source).hash(state);
        }
    }
}

/// Whether H-13 is a version and not somebody's text.
fn is_version(text: &str) -> bool {
    text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// Whether the first component of R-14 is the name of a product and not a number of a place.
fn is_model(text: &str) -> bool {
    text.len() >= 2 && text.chars().any(|c| c.is_ascii_alphabetic())
}

/// The messages of a file: there is no endpoint, only the devices that they speak of. Says how many there were, and how much of it
/// was damaged.
pub(crate) fn file(bytes: &[u8], limits: Limits, place: &Place, out: &mut dyn Sink) -> (u64, u64) {
    let mut reader = Reader::new(limits);
    let mut message = Message::default();
    let (mut messages, mut damaged) = (0_u64, 0_u64);
    let mut end = |message: &mut Message| {
        let mut message = core::mem::take(message);
        if let Some(begin) = message.begin.clone() {
            messages = messages.saturating_add(1);
            for card in message.devices("lis-file", &begin) {
                let _ = card.file(None, "lis-file", out);
            }
        }
    };
    let mut hear = |event: Event<'_>| match event {
        Event::Record { offset, record, .. } => {
            if record.record_type() == RecordType::HEADER {
                end(&mut message);
            }
            message.add(&record, "lis-file", &Place { offset, ..place.clone() });
        }
        Event::Damaged { .. } | Event::Truncated { .. } | Event::Oversize { .. } => {
            damaged = damaged.saturating_add(1);
        }
        _ => {}
    };
    reader.feed(Segment::Data(bytes), &mut hear);
    reader.feed(Segment::End, &mut hear);
    end(&mut message);
    (messages, damaged)
}
