//! Philips IntelliVue Data Export on UDP: the monitor speaks for itself, its client is the one that polls it.
//!
//! Its datagrams carry its own addresses, which are compared with those of the frame: a claim that fits corroborates, one that
//! does not stays a claim.
//!
//! What says which unit it is (the serial number in connect indication or MDS poll) makes equipment. What does not, the MDS create
//! event above all, waits for what does in the same conversation: behind an address translator, several monitors have one address
//! and one conversation each. Where nothing in the conversation does, it is filed at its end about the address that said it: on UDP
//! nobody speaks for a monitor but itself, so it comes to the equipment when the two are found to be one, and no second device comes of a
//! monitor that calls itself by its product in one message and by its family in another.

use iomt_intellivue::export::{Body, DataExport};
use iomt_intellivue::message::{Message, parse};
use iomt_intellivue::tracker::{Role, Tracker};
use iomt_wire::Direction;

use crate::evidence::{Attribute, Evidence, Source, Subject, Value, WHOLE};
use crate::sensing::card::Card;
use crate::sensing::scene::{Scene, is_nobody};
use crate::usage::Usage;

mod facts;
mod rhythm;
pub(crate) mod serial;
mod signals;

use rhythm::Rhythm;

/// Certainty below which a datagram is not believed; no more datagrams follow to confirm it.
pub(crate) const SURE: u16 = 24;

/// Listens to one conversation in datagrams.
#[derive(Debug, Default)]
pub(crate) struct IntelliVueObserver {
    /// A datagram was understood.
    begun: bool,
    rhythm: Rhythm,
    tracker: Tracker,
    monitor: Monitor,
}

/// What a conversation's monitor said of itself.
#[derive(Debug, Default)]
struct Monitor {
    /// Which unit it is, once it said so.
    subject: Option<Subject>,
    /// The side that it is on.
    side: Option<Direction>,
    /// What it said before.
    card: Card,
    usage: Usage,
}

impl IntelliVueObserver {
    /// Listens to one datagram; says whether it was of this protocol.
    pub(crate) fn hear(&mut self, direction: Direction, payload: &[u8], scene: &mut Scene<'_>) -> bool {
        if !iomt_intellivue::probe(payload).is_at_least(SURE) {
            return false;
        }
        let Ok((message, _)) = parse(payload) else {
            scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            return false;
        };
        let first = !core::mem::replace(&mut self.begun, true);
        scene.active(u64::from(first), 1);
        self.rhythm.hear(direction, &message, payload.len(), scene);
        let sender = self.tracker.hear(direction, &message).sender;
        roles(direction, sender, &message, "udp", scene);
        if sender != Some(Role::Client) && !is_nobody(scene.address(direction)) {
            self.monitor.speaks(direction, &message, scene);
        }
        true
    }

    /// The conversation is over.
    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        self.rhythm.file(scene);
        if let Some(side) = self.monitor.side {
            let subject = Subject::Endpoint(scene.address(side));
            self.monitor.file(self.monitor.subject.clone().unwrap_or(subject), scene);
        }
    }
}

impl Monitor {
    /// It speaks of itself.
    fn speaks(&mut self, direction: Direction, message: &Message<'_>, scene: &mut Scene<'_>) {
        let speaker = scene.address(direction);
        let mut card = Card::default();
        facts::told(message, &mut card, scene);
        self.side = Some(direction);
        self.usage.merge(&signals::usage(message, scene.at.time));
        if card.key().serial.is_empty() {
            self.card.extend(card.into_facts());
            // What is announced to all passes no translator.
            let announced = matches!(message, Message::ConnectIndication(_)).then_some(Subject::Endpoint(speaker));
            if let Some(subject) = self.subject.clone().or(announced) {
                self.file(subject, scene);
            }
        } else if let Some(subject) = card.file(Some(speaker), "intellivue", scene.out) {
            unit(&subject, scene);
            self.file(subject.clone(), scene);
            self.subject = Some(subject);
        }
    }

    /// What waited is about this subject.
    fn file(&mut self, subject: Subject, scene: &mut Scene<'_>) {
        let usage = core::mem::take(&mut self.usage);
        if !usage.is_empty() {
            scene.out.used(&subject, &usage);
        }
        scene.out.take_all(&subject, &mut core::mem::take(&mut self.card).into_facts());
    }
}

/// A message said which unit it is from.
fn unit(subject: &Subject, scene: &mut Scene<'_>) {
    let place = scene.place(0);
    scene.out.active(subject, scene.at.time, 0, 1);
    let mut add = |attribute, value, source| {
        scene.out.take(Evidence { subject: subject.clone(), attribute, value, source, place: place.clone() });
    };
    let source = Source { protocol: "intellivue", field: "Data Export", kind: "role" };
    add(Attribute::Sign, Value::text(WHOLE), source);
    if let Some(mac) = scene.at.source_mac {
        // The frame's own hardware address, to be compared with the claimed one when the inventory is read.
        let seen = Source { protocol: "link", field: "source MAC", kind: "seen-address" };
        add(Attribute::Mac, Value::text(&mac.to_string()), seen);
    }
}

/// What both ends are in the protocol, and who polls whom.
fn roles(direction: Direction, sender: Option<Role>, message: &Message<'_>, transport: &str, scene: &mut Scene<'_>) {
    let from = Source { protocol: "intellivue", field: "Data Export", kind: "role" };
    let port = Value::text(&format!("{transport}/{}", scene.socket(direction).port()));
    let mut role = |role, service| scene.endpoint(direction, Attribute::Role, Value::pair(role, service), from, 0);
    match (message, sender) {
        (Message::ConnectIndication(_), _) => {
            role("announcer", "connect-indication");
            let from = Source { field: "connect indication", ..from };
            scene.endpoint(direction, Attribute::Port, port, from, 0);
        }
        (_, Some(Role::Monitor)) => {
            role("server", "data-export");
            scene.endpoint(direction, Attribute::Port, port, from, 0);
            if let Message::DataExport(DataExport { .. }) | Message::AssociationAccept(_) = message {
                let client = scene.address(direction.reverse());
                if !is_nobody(client) {
                    let peer = Value::pair("polled-by", &client.to_string());
                    scene.endpoint(direction, Attribute::Peer, peer, from, 0);
                }
            }
        }
        (_, Some(Role::Client)) => role("client", "data-export"),
        (_, None) => role("peer", "data-export"),
    }
}

/// The action within a data export PDU, if it is the answer to a poll.
fn poll_result<'a>(message: &Message<'a>) -> Option<iomt_intellivue::poll::PollResult<'a>> {
    let Message::DataExport(pdu) = message else { return None };
    let Ok(Body::Action(action)) = pdu.body() else { return None };
    iomt_intellivue::poll::PollResult::read(&action).ok().flatten()
}
