//! GE Unity network: announcements, requests, parameters, alarms, waves.
//!
//! ```text
//!  0  message
//!  1    fact, patient, parameter, alarm text
//! ```
//! The patient's name, what is measured and what an alarm says are a patient's.

use iomt_ge::ident::{Fact, Value as Is, bed_facts, unity_facts};
use iomt_ge::unity::header::{BedMessage, Body, SECONDS_1970};
use iomt_ge::unity::serial::{Decoder, Event};
use iomt_ge::unity::{self, Message};
use iomt_wire::{Direction, Limits, Segment};

use super::moment::{Item, Moment, length, plus};
use super::value::bytes;
use crate::protocol::Protocol::Unity;
use crate::sensing::observers::ge::SURE;
use crate::sensing::text::clean;

/// Shows one datagram; says whether it was of this protocol.
pub(super) fn datagram(direction: Direction, payload: &[u8], missing: usize, moment: &mut Moment<'_>) -> bool {
    if !unity::probe(payload).is_at_least(SURE) {
        return false;
    }
    let message = match Message::parse(payload) {
        Ok(message) => message,
        Err(error) => {
            moment.error(Unity, direction, length(error.offset), &error);
            return false;
        }
    };
    moment.message();
    let mut shown = Shown { direction, offset: 0, moment };
    shown.tell(0, &Item { kind: message.name(), length: Some(length(payload.len())), ..Item::default() });
    unity_facts(&message, &mut |fact| shown.fact(&fact));
    match &message {
        Message::Announcement(found) if !found.patient.is_empty() => {
            let (patient, offset) = (found.patient.reveal(), found.patient.offset());
            shown.closed(offset, "patient", "RWhat patient", patient.len(), || clean(patient));
        }
        Message::Bed(found) => shown.bed(found),
        _ => {}
    }
    if missing > 0 {
        let item = Item { kind: "gap", length: Some(length(missing)), ..Item::default() };
        shown.tell(payload.len(), &item);
    }
    true
}

/// Shows a serial line behind a terminal server.
#[derive(Debug)]
pub(super) struct UnitySerialDissection {
    initiator: Decoder,
    responder: Decoder,
}

impl UnitySerialDissection {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { initiator: Decoder::new(limits), responder: Decoder::new(limits) }
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let decoder = match direction {
            Direction::Initiator => &mut self.initiator,
            Direction::Responder => &mut self.responder,
        };
        let mut visit = |event: Event<'_>| match event {
            Event::Message { offset, bytes, .. } => {
                if let Ok((message, _)) = BedMessage::parse(bytes) {
                    moment.message();
                    let mut shown = Shown { direction, offset, moment };
                    let item = Item { kind: message.name(), length: Some(length(bytes.len())), ..Item::default() };
                    shown.tell(0, &item);
                    bed_facts(&message, &mut |fact| shown.fact(&fact));
                    shown.bed(&message);
                }
            }
            Event::Skipped { offset, count } => {
                moment.health.messages_damaged = moment.health.messages_damaged.saturating_add(1);
                let item = Item { offset, kind: "skipped bytes", length: Some(count), ..Item::default() };
                moment.tell(Unity, direction, &item);
            }
        };
        match segment {
            Segment::Data(bytes) => decoder.feed(bytes, &mut visit),
            Segment::Gap { len } => decoder.gap(len, &mut visit),
            Segment::End => decoder.gap(0, &mut visit),
        }
    }
}

/// How one message is shown.
struct Shown<'m, 'a> {
    direction: Direction,
    /// Where it starts in its stream; zero in a datagram.
    offset: u64,
    moment: &'m mut Moment<'a>,
}

impl Shown<'_, '_> {
    /// Tells of something `within` the message.
    fn tell(&mut self, within: usize, item: &Item<'_>) {
        self.moment.tell(Unity, self.direction, &Item { offset: plus(self.offset, within), ..*item });
    }

    fn fact(&mut self, fact: &Fact<'_>) {
        let text = fact_text(fact);
        let item = Item { depth: 1, kind: "fact", name: fact.field, value: Some(&text), ..Item::default() };
        self.tell(fact.offset, &item);
    }

    /// Something that is a patient's.
    fn closed(&mut self, within: usize, kind: &str, name: &str, size: usize, show: impl FnOnce() -> String) {
        let value = self.moment.value(false, show);
        let size = Some(length(size));
        self.tell(within, &Item { depth: 1, kind, name, length: size, value: Some(&value), ..Item::default() });
    }

    fn bed(&mut self, message: &BedMessage<'_>) {
        if let Some(quirk) = message.quirk() {
            self.moment.quirk(Unity, self.direction, plus(self.offset, quirk.offset), &quirk);
        }
        match message.body() {
            Ok(Body::Alarm(alarm)) => {
                let name = alarm.code.name().unwrap_or("unknown parameter");
                let text = alarm.text.bytes;
                self.closed(alarm.text.offset, "alarm", name, text.len(), || clean(text));
            }
            Ok(Body::Parameters { block, .. }) => {
                for parameter in block.parameters() {
                    match parameter {
                        Ok(parameter) => {
                            let name = parameter.code.name().unwrap_or("unknown parameter");
                            let values = || parameter.values.map(|value| value.0.to_string()).join(", ");
                            self.closed(parameter.offset, "parameter", name, parameter.bytes.len(), values);
                        }
                        Err(error) => {
                            let offset = plus(self.offset, error.offset);
                            self.moment.error(Unity, self.direction, offset, &error);
                        }
                    }
                }
            }
            Ok(Body::TimeSynchronisation(seconds)) => {
                let value = format!("{} s since 1970", seconds.saturating_sub(SECONDS_1970));
                let item = Item { depth: 1, kind: "time", value: Some(&value), ..Item::default() };
                self.tell(message.data.offset(), &item);
            }
            Ok(Body::Other) => {
                let data = message.data.rest();
                self.closed(message.data.offset(), "data", "", data.len(), || bytes(data));
            }
            Err(error) => {
                self.moment.error(Unity, self.direction, plus(self.offset, error.offset), &error);
            }
            Ok(_) => {}
        }
    }
}

/// What a fact says.
pub(super) fn fact_text(fact: &Fact<'_>) -> String {
    match fact.value {
        Is::Bytes(bytes) => clean(bytes),
        Is::Word(word) => word.to_owned(),
        Is::Number(number) => number.to_string(),
        Is::Ipv4(octets) => core::net::Ipv4Addr::from(octets).to_string(),
        Is::Mac(octets) => octets.map(|octet| format!("{octet:02x}")).join(":"),
        Is::Service(service) => format!("service {}, port {}", service.id, service.port),
        _ => String::new(),
    }
}
