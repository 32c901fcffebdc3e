//! HL7 version 2: which application sends, and of which devices its messages speak.
//!
//! The sender of a message is an endpoint; the devices of its observation tree (OBX-4, OBX-18, PRT, DEV, EQU) are equipment. They
//! are the same only when a sign says so: the hardware address of the frame, or the EUI-64 in MSH-3.

use iomt_hl7v2::Message;
use iomt_hl7v2::mllp::{Decoder, Event};
use iomt_hl7v2::pcd::Transaction;
use iomt_hl7v2::text::{decode_wide, wide};
use iomt_wire::{Direction, Limits, Segment, Timestamp};

use crate::evidence::{Attribute, Evidence, Place, Sink, Source, Subject, Value, WHOLE};
use crate::sensing::scene::{Scene, is_nobody};

mod exchange;
pub(crate) mod memo;
mod security;
mod signals;
mod sorted;

use exchange::Exchange;
use signals::Systems;
use sorted::Sorted;

/// Listens to one connection.
#[derive(Debug)]
pub(crate) struct Hl7Observer {
    decoders: [Decoder; 2],
    served: bool,
    /// Something was not seen, on either side.
    partial: bool,
    exchange: Exchange,
}

impl Hl7Observer {
    pub(crate) fn new(limits: Limits) -> Self {
        let exchange = Exchange::new(&limits);
        Self { decoders: [Decoder::new(limits), Decoder::new(limits)], served: false, partial: false, exchange }
    }

    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        let [initiator, responder] = &mut self.decoders;
        let decoder = match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        };
        let (served, partial, exchange) = (&mut self.served, &mut self.partial, &mut self.exchange);
        decoder.feed(segment, &mut |event| match event {
            Event::Block { offset, payload } => {
                if !*served {
                    *served = true;
                    let port = Value::text(&format!("tcp/{}", scene.socket(Direction::Responder).port()));
                    let from = Source { protocol: "hl7", field: "MLLP", kind: "role" };
                    scene.endpoint(Direction::Responder, Attribute::Port, port, from, offset);
                }
                let batch = payload.starts_with(b"FHS") || payload.starts_with(b"BHS");
                each_message(payload, |within, message| match message {
                    Some(message) => {
                        let offset = offset.saturating_add(within);
                        said(direction, offset, message, !*partial, scene);
                        exchange.message(direction, message, (batch, !*partial), offset, scene);
                    }
                    None => scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1),
                });
            }
            Event::Gap { .. } => *partial = true,
            Event::Quirk(quirk) => exchange.quirk(direction, quirk.name, scene),
            Event::Truncated { .. } | Event::Oversize { .. } => {
                *partial = true;
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
            _ => {}
        });
    }

    /// The connection is over.
    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        self.exchange.close(scene);
    }
}

/// The messages of a payload with their offsets in it, or none where one cannot be read. Two-byte text is decoded first; then
/// offsets count in the decoded text.
pub(crate) fn each_message(payload: &[u8], mut visit: impl FnMut(u64, Option<&Message<'_>>)) {
    let decoded = wide(payload).map(|order| decode_wide(payload, order));
    let bytes = decoded.as_deref().map_or(payload, str::as_bytes);
    let mut messages = iomt_hl7v2::batch::messages(bytes);
    while let Some(message) = messages.next() {
        let within = u64::try_from(messages.offset()).unwrap_or_default();
        visit(within, message.ok().as_ref());
    }
}

/// One message between two endpoints.
fn said(direction: Direction, offset: u64, message: &Message<'_>, whole: bool, scene: &mut Scene<'_>) {
    scene.active(0, 1);
    let print =
        scene.memo.print((scene.address(direction), scene.address(direction.reverse())), whole, message, scene.at.time);
    if scene.memo.again(print, scene.at.time) {
        let systems = scene.memo.systems(print);
        return used(message, systems, scene.at.time, scene.out);
    }
    let place = scene.place(offset);
    let (evidence, systems) = evidence(direction, message, whole, place, scene);
    used(message, &systems, scene.at.time, scene.out);
    scene.memo.first(print, evidence, systems, scene.at.time, scene.out);
}

/// Files what the devices of a message did in its minute.
fn used(message: &Message<'_>, systems: &Systems, time: Timestamp, out: &mut dyn Sink) {
    for (usage, (_, subject)) in signals::usage(message, systems, time).iter().zip(systems) {
        if !usage.is_empty() {
            out.used(subject, usage);
        }
    }
}

/// What a message is evidence of; what is about one piece of equipment stands together.
fn evidence(
    direction: Direction,
    message: &Message<'_>,
    whole: bool,
    place: Place,
    scene: &mut Scene<'_>,
) -> (Vec<Evidence>, Systems) {
    let (speaker, listener) = (scene.address(direction), scene.address(direction.reverse()));
    let said = Sorted::read(message, "hl7", &place);
    if said.capped {
        scene.health.hit("facts of one message", 1);
    }
    let role = |name: &str| {
        let source = Source { protocol: "hl7", field: "MSH-9", kind: "role" };
        (Attribute::Role, Value::pair(name, &said.message_type), source, place.clone())
    };
    let ends = [(speaker, said.sender, role("sender")), (listener, said.receiver, role("receiver"))];
    let mut all = Vec::new();
    for (address, parts, role) in ends.into_iter().filter(|(address, ..)| !is_nobody(*address)) {
        let clear = Source { protocol: "hl7", field: "MLLP", kind: "security" };
        let clear = (Attribute::Security, Value::pair("no-encryption", "MLLP"), clear, place.clone());
        for (attribute, value, source, place) in parts.into_iter().chain([role, clear]) {
            all.push(Evidence { subject: Subject::Endpoint(address), attribute, value, source, place });
        }
    }
    // An order is for a pump of the one who gets it.
    let order = Transaction::of(message) == Some(Transaction::InfusionOrder);
    let behind = if order { listener } else { speaker };
    let mut systems = Vec::new();
    for (number, card) in said.devices {
        if card.key().names_a_device() {
            let subject = card.file(Some(behind), "hl7", &mut |one: Evidence| all.push(one));
            let Some(subject) = subject else { continue };
            if whole {
                let source = Source { protocol: "hl7", field: "MLLP", kind: "sign" };
                let (attribute, value, place) = (Attribute::Sign, Value::text(WHOLE), place.clone());
                all.push(Evidence { subject: subject.clone(), attribute, value, source, place });
            }
            systems.push((number, subject));
        } else {
            // An instance without model, serial number or EUI-64 is no device, but a word of what the sender speaks of.
            for (_, value, source, place) in card.into_facts().filter(|(said, ..)| *said == Attribute::Name) {
                let subject = Subject::Endpoint(speaker);
                let value = Value::pair("speaks-of", value.bare());
                all.push(Evidence { subject, attribute: Attribute::Name, value, source, place });
            }
        }
    }
    (all, systems)
}

/// A message of a file: there is no endpoint, only the devices that it speaks of.
pub(crate) fn message_of_file(message: &Message<'_>, place: &Place, out: &mut dyn Sink) {
    for (_, card) in Sorted::read(message, "hl7-file", place).devices {
        let _ = card.file(None, "hl7-file", out);
    }
}
