//! POCT1-A: the device at the bedside greets, and says who it is.
//!
//! The greeting (`HEL.R01`) comes from the device itself, or from a data manager on its behalf: then several greet from one address.

use iomt_lis::poct1a::ident::{Attribute as Said, Fact, facts};
use iomt_lis::poct1a::{Event, Message, Splitter, resolve, text};
use iomt_wire::{Direction, Limits, Segment};

use crate::evidence::{Attribute, Evidence, Place, Sink, Source, Subject, Value, WHOLE};
use crate::sensing::card::Card;
use crate::sensing::scene::Scene;
use crate::sensing::text::clean_text;

/// Listens to one connection.
#[derive(Debug)]
pub(crate) struct PoctObserver {
    splitters: [Splitter; 2],
    served: bool,
    partial: bool,
    /// The device that greeted, on either side.
    devices: [Option<Subject>; 2],
}

impl PoctObserver {
    pub(crate) fn new(limits: Limits) -> Self {
        let splitters = [Splitter::new(limits), Splitter::new(limits)];
        Self { splitters, served: false, partial: false, devices: [None, None] }
    }

    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        let Self { splitters: [mine, theirs], served, partial, devices: [my_device, their_device] } = self;
        let (splitter, device) = match direction {
            Direction::Initiator => (mine, my_device),
            Direction::Responder => (theirs, their_device),
        };
        splitter.feed(segment, &mut |event| match event {
            Event::Message { offset, xml } => {
                if !*served {
                    *served = true;
                    let port = Value::text(&format!("tcp/{}", scene.socket(Direction::Responder).port()));
                    let from = Source { protocol: "poct1a", field: "root element", kind: "role" };
                    scene.endpoint(Direction::Responder, Attribute::Port, port, from, offset);
                }
                said(direction, offset, xml, !*partial, device, scene);
            }
            Event::Gap { .. } => *partial = true,
            Event::Truncated { .. } | Event::Oversize { .. } | Event::Refused { .. } => {
                *partial = true;
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
            _ => {}
        });
    }
}

fn said(
    direction: Direction,
    offset: u64,
    xml: &[u8],
    whole: bool,
    device: &mut Option<Subject>,
    scene: &mut Scene<'_>,
) {
    let text = text(xml);
    let Ok(message) = Message::parse(&text) else {
        scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
        return;
    };
    scene.active(0, 1);
    let place = scene.place(offset);
    let role = |end, role: &str, scene: &mut Scene<'_>| {
        let source = Source { protocol: "poct1a", field: "root element", kind: "role" };
        scene.endpoint(end, Attribute::Role, Value::pair(role, message.name()), source, offset);
        let source = Source { kind: "security", ..source };
        scene.endpoint(end, Attribute::Security, Value::pair("no-encryption", "POCT1-A"), source, offset);
    };
    match message.name() {
        "HEL.R01" => {
            role(direction, "device", scene);
            role(direction.reverse(), "host", scene);
            let speaker = scene.address(direction);
            let filed = card(&message, "poct1a", &place).file(Some(speaker), "poct1a", scene.out);
            if let (Some(subject), true) = (&filed, whole) {
                let source = Source { protocol: "poct1a", field: "HEL.R01", kind: "sign" };
                let (attribute, value) = (Attribute::Sign, Value::text(WHOLE));
                scene.out.take(Evidence { subject: subject.clone(), attribute, value, source, place });
            }
            *device = filed;
        }
        // What only a device sends, where its greeting was not seen.
        "DST.R01" | "OBS.R01" | "OBS.R02" | "EVS.R01" => role(direction, "device", scene),
        _ => {}
    }
    let Some(subject) = device else { return };
    scene.out.active(subject, scene.at.time, 0, 1);
    facts(&message, &mut |fact| {
        if fact.attribute == Said::Condition {
            let source = Source { protocol: "poct1a", field: fact.field, kind: "declared" };
            let value = Value::pair("condition", &clean_text(&resolve(fact.value)));
            let place = scene.place(offset.saturating_add(u64::try_from(fact.offset).unwrap_or(u64::MAX)));
            let (subject, attribute) = (subject.clone(), Attribute::State);
            scene.out.take(Evidence { subject, attribute, value, source, place });
        }
    });
}

/// What a greeting says of the device.
fn card(message: &Message<'_>, protocol: &'static str, place: &Place) -> Card {
    let mut said = Vec::new();
    facts(message, &mut |fact| said.push(fact));
    let named = said.iter().any(|fact| fact.attribute == Said::Manufacturer);
    let mut card = Card::default();
    for fact in &said {
        let within = u64::try_from(fact.offset).unwrap_or(u64::MAX);
        let place = Place { offset: place.offset.saturating_add(within), ..place.clone() };
        if let Some((attribute, value, kind)) = device(fact, named) {
            let kind = if fact.misplaced { "sender-habit" } else { kind };
            card.add(attribute, value, Source { protocol, field: fact.field, kind }, place);
        }
    }
    if card.key().names_a_device() {
        let source = Source { protocol, field: "HEL.R01", kind: "role" };
        card.add(Attribute::Class, Value::pair("class", "point-of-care-analyser"), source, place.clone());
    }
    card
}

/// A fact of a greeting; `named` when it gives the maker's full name beside the code.
fn device(fact: &Fact<'_>, named: bool) -> Option<(Attribute, Value, &'static str)> {
    let text = clean_text(&resolve(fact.value));
    Some(match fact.attribute {
        Said::Manufacturer => (Attribute::Manufacturer, Value::text(&text), "declared"),
        Said::VendorId if !named => (Attribute::Manufacturer, Value::text(&text), "declared"),
        Said::VendorId => (Attribute::Name, Value::pair("vendor-id", &text), "declared-name"),
        Said::Model => (Attribute::Model, Value::text(&text), "declared"),
        Said::Serial => (Attribute::Serial, Value::text(&text), "declared"),
        Said::SoftwareVersion => (Attribute::Software, Value::pair("software", &text), "declared"),
        Said::HardwareVersion => (Attribute::Hardware, Value::pair("hardware", &text), "declared"),
        Said::ProtocolVersion => (Attribute::Stack, Value::pair("", &text), "declared"),
        Said::DeviceName => (Attribute::Name, Value::pair("device-name", &text), "declared-name"),
        Said::DeviceId => identifier(&text),
        _ => return None,
    })
}

/// DEV.device_id: an EUI-64, a hardware address, or a name.
fn identifier(text: &str) -> (Attribute, Value, &'static str) {
    let bare: String = text.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    if bare.chars().all(|c| c.is_ascii_hexdigit()) {
        let octets = bare.as_bytes().as_chunks::<2>().0.iter();
        let mac: Vec<String> = octets.map(|pair| String::from_utf8_lossy(pair).to_ascii_lowercase()).collect();
        match bare.len() {
            16 => return (Attribute::Eui64, Value::text(&bare.to_ascii_uppercase()), "declared"),
            // Twelve digits without anything between them may be a number as well.
            12 if text.len() == 17 => return (Attribute::Mac, Value::text(&mac.join(":")), "claimed-address"),
            _ => {}
        }
    }
    (Attribute::Name, Value::pair("device-id", text), "declared-name")
}

/// The messages of a file: there is no endpoint, only the devices that greet. Says how many there were, and how much was damaged.
pub(crate) fn file(bytes: &[u8], limits: Limits, place: &Place, out: &mut dyn Sink) -> (u64, u64) {
    let (mut messages, mut damaged) = (0_u64, 0_u64);
    let mut hear = |event: Event<'_>| match event {
        Event::Message { offset, xml } => {
            let text = text(xml);
            match Message::parse(&text) {
                Ok(message) => {
                    messages = messages.saturating_add(1);
                    if message.name() == "HEL.R01" {
                        let place = Place { offset, ..place.clone() };
                        let _ = card(&message, "poct1a-file", &place).file(None, "poct1a-file", out);
                    }
                }
                Err(_) => damaged = damaged.saturating_add(1),
            }
        }
        Event::Truncated { .. } | Event::Oversize { .. } | Event::Refused { .. } => damaged = damaged.saturating_add(1),
        _ => {}
    };
    let mut splitter = Splitter::new(limits);
    splitter.feed(Segment::Data(bytes), &mut hear);
    splitter.feed(Segment::End, &mut hear);
    (messages, damaged)
}
