//! The same messages on a serial line, carried over TCP by a terminal server.
//!
//! The address is the terminal server's; the monitor is equipment behind it. It states no serial number, so what tells it from
//! others is the bed that it says it stands at, or else the port of the terminal server that its line is plugged into. A line that the server
//! itself connects from a passing port, and on which no bed is said, makes no device.

use core::net::SocketAddr;

use iomt_ge::ident::{Attribute as Said, bed_facts};
use iomt_ge::unity::header::{BedMessage, Function};
use iomt_ge::unity::serial::{Decoder, Event};
use iomt_wire::{Direction, Limits, Segment};

use super::{PROTOCOL, evidence, signals, source};
use crate::evidence::{
    Attribute, BEHIND_TERMINAL_SERVER, EquipmentKey, Evidence, Place, Subject, Value, WHOLE, normalise,
};
use crate::sensing::scene::{Scene, is_nobody};
use crate::usage::Usage;

/// Facts that are kept of one line; a monitor says the same ones again and again.
const FACTS: usize = 64;

/// Listens to both directions of one connection.
#[derive(Debug)]
pub(crate) struct UnitySerialObserver {
    initiator: Side,
    responder: Side,
}

/// What came from one end.
struct Side {
    decoder: Decoder,
    facts: Vec<(Attribute, Value, &'static str, &'static str, Place)>,
    usage: Usage,
    messages: u64,
    whole: bool,
}

/// Without what was said.
impl core::fmt::Debug for Side {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Side")
            .field("facts", &self.facts.len())
            .field("messages", &self.messages)
            .finish_non_exhaustive()
    }
}

impl UnitySerialObserver {
    pub(crate) fn new(limits: &Limits) -> Self {
        let side = || Side {
            decoder: Decoder::new(limits),
            facts: Vec::new(),
            usage: Usage::default(),
            messages: 0,
            whole: true,
        };
        Self { initiator: side(), responder: side() }
    }

    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        let Side { decoder, facts, usage, messages, whole } = match direction {
            Direction::Initiator => &mut self.initiator,
            Direction::Responder => &mut self.responder,
        };
        *whole &= !matches!(segment, Segment::Gap { .. });
        let mut visit = |event: Event<'_>| match event {
            Event::Message { offset, bytes, .. } => {
                let Ok((message, _)) = BedMessage::parse(bytes) else { return };
                scene.active(0, 1);
                if message.header.function == Function::REQUEST {
                    let asks = Value::pair("requester", PROTOCOL);
                    scene.endpoint(direction, Attribute::Role, asks, source("fun_code", "role"), offset);
                    return;
                }
                *messages = messages.saturating_add(1);
                usage.merge(&signals::unity(&message, scene.at.time));
                bed_facts(&message, &mut |fact| {
                    let Some((attribute, value, kind)) = evidence(&fact).filter(|_| fact.attribute != Said::Ipv4)
                    else {
                        return;
                    };
                    let known = facts.iter().any(|(a, v, ..)| (*a, v) == (attribute, &value));
                    if !known && facts.len() < FACTS {
                        let offset = offset.saturating_add(u64::try_from(fact.offset).unwrap_or(u64::MAX));
                        facts.push((attribute, value, fact.field, kind, scene.place(offset)));
                    }
                });
            }
            Event::Skipped { .. } => {
                *whole = false;
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
        };
        match segment {
            Segment::Data(bytes) => decoder.feed(bytes, &mut visit),
            Segment::Gap { len } => decoder.gap(len, &mut visit),
            Segment::End => decoder.gap(0, &mut visit),
        }
    }

    /// The connection is over: what was gathered of the monitor is filed.
    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        self.initiator.file(Direction::Initiator, scene);
        self.responder.file(Direction::Responder, scene);
    }
}

impl Side {
    fn file(&mut self, direction: Direction, scene: &mut Scene<'_>) {
        let server = scene.socket(direction);
        if self.messages == 0 || is_nobody(server.ip()) {
            return;
        }
        let from = source("fun_code", "role");
        scene.endpoint(direction, Attribute::Role, Value::pair("server", "serial-line"), from, 0);
        let client = scene.address(direction.reverse());
        if !is_nobody(client) {
            let peer = Value::pair("polled-by", &client.to_string());
            scene.endpoint(direction, Attribute::Peer, peer, from, 0);
        }
        let listens = direction == Direction::Responder;
        if listens {
            let port = Value::text(&format!("tcp/{}", server.port()));
            scene.endpoint(direction, Attribute::Port, port, from, 0);
        }
        let Some(instance) = self.instance(server, listens) else { return };
        let maker = "GE HealthCare";
        let subject = Subject::Equipment {
            key: EquipmentKey { manufacturer: normalise(maker), instance, ..EquipmentKey::default() },
            speaker: Some(server.ip()),
            protocol: PROTOCOL,
        };
        scene.out.active(&subject, scene.at.time, 1, self.messages);
        scene.out.used(&subject, &core::mem::take(&mut self.usage));
        let place = scene.place(0);
        let mut said = core::mem::take(&mut self.facts);
        let protocol = "proprietary-protocol";
        said.push((Attribute::Manufacturer, Value::text(maker), "fun_code", protocol, place.clone()));
        said.push((Attribute::Class, Value::pair("class", "patient-monitor"), "fun_code", protocol, place.clone()));
        for sign in [Some(BEHIND_TERMINAL_SERVER), self.whole.then_some(WHOLE)].into_iter().flatten() {
            said.push((Attribute::Sign, Value::text(sign), "fun_code", "role", place.clone()));
        }
        if listens {
            let line = Value::pair("serial-line", &format!("{} tcp/{}", server.ip(), server.port()));
            said.push((Attribute::Name, line, "fun_code", "role", place));
        }
        for (attribute, value, field, kind, place) in said {
            let subject = subject.clone();
            scene.out.take(Evidence { subject, attribute, value, source: source(field, kind), place });
        }
    }

    /// What tells the monitor from others.
    fn instance(&self, server: SocketAddr, listens: bool) -> Option<Box<str>> {
        let bed = self.facts.iter().find(|(attribute, ..)| *attribute == Attribute::Location);
        bed.map(|(_, value, ..)| normalise(&format!("bed {}", value.bare())))
            .or_else(|| listens.then(|| format!("line {server}").into()))
    }
}
