//! Datex-Ohmeda record interface: a serial line, so whoever speaks on the network is a terminal server, or the monitor itself.
//!
//! Only a login names the monitor: its hardware address and kind. All other records tell what is measured. The patient's record
//! is not read.

use iomt_ge::dri::network::DeviceType;
use iomt_ge::dri::{
    Level, Record,
    frame::{Decoder, Event},
};
use iomt_ge::ident::{Attribute as Said, Fact, Value as Is, dri_facts};
use iomt_wire::{Direction, Segment};

use super::ge::signals;
use crate::evidence::{Attribute, BEHIND_TERMINAL_SERVER, Evidence, Source, Subject, Value};
use crate::fingerprint::telemetry::{ByteOrder, Telemetry};
use crate::sensing::card::Card;
use crate::sensing::scene::{Scene, is_nobody};
use crate::usage::Usage;

/// What evidence calls the protocol.
const PROTOCOL: &str = "dri";

/// Listens to one connection.
#[derive(Debug)]
pub(crate) struct DriObserver {
    initiator: Side,
    responder: Side,
}

#[derive(Debug)]
struct Side {
    decoder: Decoder,
    rhythm: Telemetry,
    /// Bytes heard, for the places of facts.
    heard: u64,
    usage: Usage,
    /// The monitor that logged in.
    monitor: Option<Subject>,
}

impl Side {
    fn new() -> Self {
        Self {
            decoder: Decoder::default(),
            rhythm: Telemetry::new(ByteOrder::Little),
            heard: 0,
            usage: Usage::default(),
            monitor: None,
        }
    }
}

impl DriObserver {
    pub(crate) fn new() -> Self {
        Self { initiator: Side::new(), responder: Side::new() }
    }

    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        let Side { decoder, rhythm, heard, usage, monitor } = match direction {
            Direction::Initiator => &mut self.initiator,
            Direction::Responder => &mut self.responder,
        };
        let at = *heard;
        let mut visit = |event: Event<'_>| match event {
            Event::Record(bytes) => match Record::parse(bytes) {
                Ok((record, _)) => {
                    scene.active(0, 1);
                    rhythm.message(record.main_type.name().unwrap_or("record"), bytes.len(), scene.at.time);
                    usage.merge(&signals::dri(&record, scene.at.time));
                    if let Some(subject) = said(direction, at, &record, scene) {
                        *monitor = Some(subject);
                    }
                }
                Err(_) => scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1),
            },
            Event::Damaged(_) | Event::Skipped(_) => {
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
        };
        match segment {
            Segment::Data(bytes) => {
                decoder.feed(bytes, &mut visit);
                *heard = heard.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            }
            Segment::Gap { len } => {
                decoder.gap(&mut visit);
                rhythm.gap();
                *heard = heard.saturating_add(len);
            }
            Segment::End => decoder.gap(&mut visit),
        }
    }

    /// The connection is over: what was measured is of the monitor that logged in, or of whoever sent it.
    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        for (direction, side) in
            [(Direction::Initiator, &mut self.initiator), (Direction::Responder, &mut self.responder)]
        {
            let speaker = scene.address(direction);
            let usage = core::mem::take(&mut side.usage);
            if !usage.is_empty() && !is_nobody(speaker) {
                scene.out.used(&side.monitor.take().unwrap_or(Subject::Endpoint(speaker)), &usage);
            }
        }
        scene.telemetry(Direction::Initiator, PROTOCOL, &mut self.initiator.rhythm);
        scene.telemetry(Direction::Responder, PROTOCOL, &mut self.responder.rhythm);
    }
}

/// One record; says who logged in with it. Places are those of the piece of the stream that completed it.
fn said(direction: Direction, at: u64, record: &Record<'_>, scene: &mut Scene<'_>) -> Option<Subject> {
    let mut card = Card::default();
    dri_facts(record, &mut |fact| match fact.attribute {
        Said::Role | Said::Measures => {
            let Is::Word(word) = fact.value else { return };
            let value =
                if fact.attribute == Said::Role { Value::pair(word, PROTOCOL) } else { Value::pair("measures", word) };
            scene.endpoint(direction, Attribute::Role, value, source(fact.field, "role"), at);
        }
        _ => login(&mut card, at, &fact, scene),
    });
    let speaker = scene.address(direction);
    if is_nobody(speaker) {
        return None;
    }
    let own = scene.at.source_mac.is_some_and(|mac| card.states(Attribute::Mac, &mac.to_string()));
    let subject = card.file(Some(speaker), PROTOCOL, scene.out)?;
    scene.out.active(&subject, scene.at.time, 0, 1);
    if !own {
        // The framing is that of a serial line, and the frames are not from the address that logged in.
        scene.out.take(Evidence {
            subject: subject.clone(),
            attribute: Attribute::Sign,
            value: Value::text(BEHIND_TERMINAL_SERVER),
            source: source("login Ethernet address", "role"),
            place: scene.place(at),
        });
    }
    Some(subject)
}

/// What a login says of the monitor.
fn login(card: &mut Card, at: u64, fact: &Fact<'_>, scene: &Scene<'_>) {
    let mut add = |attribute, value, kind| card.add(attribute, value, source(fact.field, kind), scene.place(at));
    match (fact.attribute, fact.value) {
        (Said::Mac, Is::Mac(mac)) => {
            let text = mac.map(|octet| format!("{octet:02x}")).join(":");
            add(Attribute::Mac, Value::text(&text), "claimed-address");
            // There is no serial number: what it logs in with tells it from others of its kind.
            add(Attribute::Name, Value::pair("system-id", &text), "declared");
        }
        (Said::DeviceType, Is::Number(number)) => {
            let kind = i16::try_from(number).map(DeviceType).ok();
            let Some(kind) = kind.filter(|kind| kind.name().is_some()) else { return };
            add(Attribute::Class, Value::pair("DRI device type", &number.to_string()), "declared");
            add(Attribute::Manufacturer, Value::text("GE HealthCare"), "proprietary-protocol");
            if let Some(family) = kind.family() {
                add(Attribute::Model, Value::text(family), "declared-name");
            }
        }
        (Said::DriLevel, Is::Number(number)) => {
            if let Some(name) = u8::try_from(number).ok().and_then(|level| Level(level).name()) {
                // The level may be set lower than the software could: a lower bound of its generation.
                add(Attribute::Software, Value::pair("record interface", name), "declared");
            }
        }
        _ => {}
    }
}

const fn source(field: &'static str, kind: &'static str) -> Source {
    Source { protocol: PROTOCOL, field, kind }
}
