//! GE Unity network: every node announces where it stands, monitors send what they measure, others ask them for it.
//!
//! The protocol states no model and no serial number, so what is learnt is filed about the endpoint. Its own address stands in
//! announcements and data: a message whose address is another's is passed on, and says nothing about who sent it. The patient's
//! name beside the location is not read.

use core::net::{IpAddr, Ipv4Addr};

use iomt_ge::ident::{Attribute as Said, Fact, Value as Is, bed_facts, unity_facts};
use iomt_ge::unity::header::{BedMessage, Function};
use iomt_ge::unity::serial::{Decoder, Event};
use iomt_ge::unity::{self, Message};
use iomt_wire::{Direction, Limits, Segment};

use crate::evidence::{Attribute, Source, Value};
use crate::fingerprint::telemetry::{ByteOrder, Telemetry};
use crate::sensing::scene::{Scene, is_nobody};
use crate::sensing::text::clean;

/// What evidence calls the protocol.
const PROTOCOL: &str = "unity";

/// A node that announces itself and one that sends data hold two dialogs.
const ANNOUNCEMENT: &str = "unity-announcement";

/// Certainty below which a datagram is not believed; AFS uses the same ports.
pub(crate) const SURE: u16 = 60;

/// Messages after which what was gathered of a rhythm is filed, though the conversation goes on.
const FILED_AFTER: u64 = 256;

/// Listens to one conversation in datagrams.
#[derive(Debug)]
pub(crate) struct UnityObserver {
    begun: bool,
    dialog: &'static str,
    initiator: Telemetry,
    responder: Telemetry,
}

impl Default for UnityObserver {
    fn default() -> Self {
        let [initiator, responder] = [const { Telemetry::new(ByteOrder::Big) }; 2];
        Self { begun: false, dialog: PROTOCOL, initiator, responder }
    }
}

impl UnityObserver {
    /// Listens to one datagram; says whether it was of this protocol.
    pub(crate) fn hear(&mut self, direction: Direction, payload: &[u8], scene: &mut Scene<'_>) -> bool {
        if !unity::probe(payload).is_at_least(SURE) {
            return false;
        }
        let Ok(message) = Message::parse(payload) else {
            scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            return false;
        };
        scene.sent(direction, u64::from(!core::mem::replace(&mut self.begun, true)), 1);
        let is_own = stated(&message).is_none_or(|stated| IpAddr::V4(stated) == scene.address(direction));
        if is_own {
            unity_facts(&message, &mut |fact| told(direction, 0, &fact, scene));
        } else {
            let passed_on = Value::pair("passes on", "unity");
            scene.endpoint(direction, Attribute::Role, passed_on, source("stated address", "role"), 0);
        }
        if let Message::Announcement(_) = message {
            maker(direction, scene);
        } else if let Message::Bed(message) = &message
            && is_own
        {
            bed(direction, message, scene);
        }
        let side = match direction {
            Direction::Initiator => &mut self.initiator,
            Direction::Responder => &mut self.responder,
        };
        // What is said again and again has no beginning that could be missed.
        if matches!(message, Message::Announcement(_)) && self.dialog != ANNOUNCEMENT {
            self.dialog = ANNOUNCEMENT;
            side.open();
        }
        side.message(message.name(), payload.len(), scene.at.time);
        if side.pending() >= FILED_AFTER {
            scene.telemetry(direction, self.dialog, side);
        }
        true
    }

    /// The conversation is over.
    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        scene.telemetry(Direction::Initiator, self.dialog, &mut self.initiator);
        scene.telemetry(Direction::Responder, self.dialog, &mut self.responder);
    }
}

/// The address that a message states as its sender's.
fn stated(message: &Message<'_>) -> Option<Ipv4Addr> {
    match message {
        Message::Announcement(found) => Some(found.address),
        Message::Bed(found) => found.header.source_address(),
        _ => None,
    }
    .map(Ipv4Addr::from)
    .filter(|address| !address.is_unspecified())
}

const fn source(field: &'static str, kind: &'static str) -> Source {
    Source { protocol: PROTOCOL, field, kind }
}

/// Only nodes of this maker's network announce themselves and send data.
fn maker(direction: Direction, scene: &mut Scene<'_>) {
    let made = source("RWhat", "proprietary-protocol");
    scene.endpoint(direction, Attribute::Manufacturer, Value::text("GE HealthCare"), made, 0);
}

/// Who asks whom.
fn bed(direction: Direction, message: &BedMessage<'_>, scene: &mut Scene<'_>) {
    if message.header.function == Function::DATA {
        return maker(direction, scene);
    }
    let asked = scene.socket(direction.reverse());
    if is_nobody(asked.ip()) || scene.at.destination_mac.is_some_and(iomt_capture::Mac::is_group) {
        return;
    }
    let port = Value::text(&format!("udp/{}", asked.port()));
    scene.endpoint(direction.reverse(), Attribute::Port, port, source("fun_code", "role"), 12);
    let peer = Value::pair("asks", &asked.ip().to_string());
    scene.endpoint(direction, Attribute::Peer, peer, source("fun_code", "role"), 12);
}

/// One fact about the sender.
fn told(direction: Direction, offset: u64, fact: &Fact<'_>, scene: &mut Scene<'_>) {
    let (attribute, value, kind) = match (fact.attribute, fact.value) {
        (Said::Location, Is::Bytes(text)) => (Attribute::Location, Value::pair("bed", &clean(text)), "declared"),
        (Said::Ipv4, Is::Ipv4(address)) => {
            (Attribute::Ip, Value::text(&Ipv4Addr::from(address).to_string()), "claimed-address")
        }
        (Said::Role, Is::Word(role)) => (Attribute::Role, Value::pair(role, PROTOCOL), "role"),
        (Said::Measures, Is::Word(what)) => (Attribute::Role, Value::pair("measures", what), "role"),
        _ => return,
    };
    let offset = offset.saturating_add(u64::try_from(fact.offset).unwrap_or(u64::MAX));
    scene.endpoint(direction, attribute, value, source(fact.field, kind), offset);
}

/// Listens to a serial line behind a terminal server: both directions of one connection.
#[derive(Debug)]
pub(crate) struct UnitySerialObserver {
    initiator: Decoder,
    responder: Decoder,
}

impl UnitySerialObserver {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { initiator: Decoder::new(limits), responder: Decoder::new(limits) }
    }

    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        let decoder = match direction {
            Direction::Initiator => &mut self.initiator,
            Direction::Responder => &mut self.responder,
        };
        let mut visit = |event: Event<'_>| match event {
            Event::Message { offset, bytes, .. } => {
                if let Ok((message, _)) = BedMessage::parse(bytes) {
                    scene.active(0, 1);
                    // The address is the terminal server's: neither maker nor place of the monitor are.
                    bed_facts(&message, &mut |fact| {
                        if matches!(fact.attribute, Said::Role | Said::Measures) {
                            told(direction, offset, &fact, scene);
                        }
                    });
                }
            }
            Event::Skipped { .. } => {
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
        };
        match segment {
            Segment::Data(bytes) => decoder.feed(bytes, &mut visit),
            Segment::Gap { len } => decoder.gap(len, &mut visit),
            Segment::End => decoder.gap(0, &mut visit),
        }
    }
}
