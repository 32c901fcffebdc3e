//! GE Unity network: every node announces where it stands, monitors send what they measure, others ask them for it.
//!
//! The protocol states no model and no serial number, so what is learnt is filed about the endpoint. Its own address stands in
//! announcements and data: a message whose address is another's is passed on, and says nothing about who sent it. The patient's
//! name beside the location is not read.

use core::net::{IpAddr, Ipv4Addr};

mod serial;
pub(super) mod signals;

pub(crate) use serial::UnitySerialObserver;

use iomt_ge::ident::{Attribute as Said, Fact, Value as Is, unity_facts};
use iomt_ge::unity::header::{BedMessage, Function};
use iomt_ge::unity::{self, Message};
use iomt_wire::Direction;

use crate::evidence::{Attribute, Source, Subject, Value};
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
            unity_facts(&message, &mut |fact| told(direction, &fact, scene));
        } else {
            let passed_on = Value::pair("passes on", "unity");
            scene.endpoint(direction, Attribute::Role, passed_on, source("stated address", "role"), 0);
        }
        match &message {
            Message::Announcement(_) => maker(direction, scene),
            Message::Bed(message) if is_own => bed(direction, message, scene),
            Message::Waves(_) => polled(direction, scene),
            Message::Bed(_) | _ => {}
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

/// Who asks whom, and what was measured.
fn bed(direction: Direction, message: &BedMessage<'_>, scene: &mut Scene<'_>) {
    if message.header.function == Function::DATA {
        maker(direction, scene);
        polled(direction, scene);
        let address = scene.address(direction);
        let usage = signals::unity(message, scene.at.time);
        if !usage.is_empty() && !is_nobody(address) {
            scene.out.used(&Subject::Endpoint(address), &usage);
        }
        return;
    }
    if !is_to_a_group(direction, scene) {
        let port = Value::text(&format!("udp/{}", scene.socket(direction.reverse()).port()));
        scene.endpoint(direction.reverse(), Attribute::Port, port, source("fun_code", "role"), 12);
        polled(direction.reverse(), scene);
    }
}

/// What is sent to one node, that node asked for.
fn polled(direction: Direction, scene: &mut Scene<'_>) {
    if !is_to_a_group(direction, scene) {
        let client = Value::pair("polled-by", &scene.address(direction.reverse()).to_string());
        scene.endpoint(direction, Attribute::Peer, client, source("fun_code", "role"), 12);
    }
}

/// Whether the other end is no single node. What the frame says counts for both ends: who asks all asks nobody.
fn is_to_a_group(direction: Direction, scene: &Scene<'_>) -> bool {
    is_nobody(scene.address(direction.reverse())) || scene.at.destination_mac.is_some_and(iomt_capture::Mac::is_group)
}

/// One fact about the sender.
fn told(direction: Direction, fact: &Fact<'_>, scene: &mut Scene<'_>) {
    let Some((attribute, value, kind)) = evidence(fact) else { return };
    let offset = u64::try_from(fact.offset).unwrap_or(u64::MAX);
    scene.endpoint(direction, attribute, value, source(fact.field, kind), offset);
}

/// A fact as evidence: attribute, value, kind.
fn evidence(fact: &Fact<'_>) -> Option<(Attribute, Value, &'static str)> {
    Some(match (fact.attribute, fact.value) {
        (Said::Location, Is::Bytes(text)) => (Attribute::Location, Value::pair("bed", &clean(text)), "declared"),
        (Said::Ipv4, Is::Ipv4(address)) => {
            (Attribute::Ip, Value::text(&Ipv4Addr::from(address).to_string()), "claimed-address")
        }
        (Said::Role, Is::Word(role)) => (Attribute::Role, Value::pair(role, PROTOCOL), "role"),
        (Said::Measures, Is::Word(what)) => (Attribute::Role, Value::pair("measures", what), "role"),
        _ => return None,
    })
}
