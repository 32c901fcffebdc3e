//! Philips IntelliVue Data Export: the monitor speaks for itself.
//!
//! Its datagrams carry its own addresses, which are compared with those of the frame: a claim that fits corroborates, one that
//! does not stays a claim.

use iomt_intellivue::ident::{Attribute as Said, Value as Is, facts};
use iomt_intellivue::message::{Message, parse};
use iomt_wire::Direction;

use crate::evidence::{Attribute, Evidence, Source, Value, WHOLE};
use crate::sensing::card::Card;
use crate::sensing::scene::{Scene, is_nobody};
use crate::sensing::text::{clean, clean_text};

mod rhythm;

use rhythm::Rhythm;

/// Certainty below which a datagram is not believed; no more datagrams follow to confirm it.
pub(crate) const SURE: u16 = 24;

/// Listens to one conversation in datagrams.
#[derive(Debug, Default)]
pub(crate) struct IntelliVueObserver {
    /// A datagram was understood.
    begun: bool,
    rhythm: Rhythm,
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
        said(direction, &message, !core::mem::replace(&mut self.begun, true), scene);
        self.rhythm.hear(direction, &message, payload.len(), scene);
        true
    }

    /// The conversation is over.
    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        self.rhythm.file(scene);
    }
}

/// One message, the first of its conversation or a later one.
fn said(direction: Direction, message: &Message<'_>, first: bool, scene: &mut Scene<'_>) {
    let mut card = Card::default();
    facts(message, &mut |fact| {
        let place = scene.place(u64::try_from(fact.offset).unwrap_or(u64::MAX));
        let text = match fact.value {
            Is::Bytes(bytes) => clean(bytes),
            other => clean_text(&written(other)),
        };
        let component =
            || fact.component.and_then(iomt_intellivue::component_name).unwrap_or("unnamed component").to_owned();
        let (attribute, value, kind) = match fact.attribute {
            Said::Manufacturer => (Attribute::Manufacturer, Value::text(&text), "declared"),
            Said::Model => (Attribute::Model, Value::text(&text), "declared"),
            Said::Serial => (Attribute::Serial, Value::text(&text), "declared"),
            Said::PartNumber => (Attribute::Part, Value::pair(&component(), &text), "declared"),
            Said::HardwareRevision => (Attribute::Hardware, Value::pair(&component(), &text), "declared"),
            Said::SoftwareRevision => (Attribute::Software, Value::pair(&component(), &text), "declared"),
            Said::FirmwareRevision => {
                (Attribute::Software, Value::pair(&format!("{} firmware", component()), &text), "declared")
            }
            Said::ProtocolRevision => {
                (Attribute::Software, Value::pair(&format!("{} protocol", component()), &text), "declared")
            }
            Said::SystemId => {
                (Attribute::Eui64, Value::text(&text.replace([':', '-'], "").to_ascii_uppercase()), "declared")
            }
            Said::Mac => (Attribute::Mac, Value::text(&text.to_ascii_lowercase()), "claimed-address"),
            Said::Ipv4 | Said::Ipv6 => (Attribute::Ip, Value::text(&text), "claimed-address"),
            Said::DeviceType => (Attribute::Class, Value::pair("MDC", &text), "mdc-device-type"),
            Said::BedLabel => (Attribute::Location, Value::pair("bed", &text), "declared"),
            Said::OperatingMode => (Attribute::State, Value::pair("operating-mode", &text), "declared"),
            _ => return,
        };
        // A revision that is all hyphens says that there is none.
        if !text.chars().all(|c| c == '-') {
            card.add(attribute, value, Source { protocol: "intellivue", field: fact.field, kind }, place);
        }
    });
    scene.active(u64::from(first), 1);
    let port = Value::text(&format!("udp/{}", scene.socket(direction).port()));
    let from = Source { protocol: "intellivue", field: "Data Export", kind: "role" };
    if matches!(message, Message::ConnectIndication(_)) {
        scene.endpoint(direction, Attribute::Port, port, from, 0);
        scene.endpoint(direction, Attribute::Role, Value::pair("announcer", "connect-indication"), from, 0);
    } else {
        scene.endpoint(direction, Attribute::Role, Value::pair("peer", "data-export"), from, 0);
    }
    let speaker = scene.address(direction);
    let place = scene.place(0);
    if is_nobody(speaker) {
        return;
    }
    if let Some(subject) = card.file(Some(speaker), "intellivue", scene.out) {
        scene.out.active(&subject, scene.at.time, 0, 1);
        scene.out.take(Evidence {
            subject: subject.clone(),
            attribute: Attribute::Sign,
            value: Value::text(WHOLE),
            source: from,
            place: place.clone(),
        });
        if let Some(mac) = scene.at.source_mac {
            // The frame's own hardware address, to be compared with the claimed one when the inventory is read.
            scene.out.take(Evidence {
                subject,
                attribute: Attribute::Mac,
                value: Value::text(&mac.to_string()),
                source: Source { protocol: "link", field: "source MAC", kind: "seen-address" },
                place,
            });
        }
    }
}

/// A value that is no plain text, as text.
fn written(value: Is<'_>) -> String {
    let hexadecimal = |bytes: &[u8], separator: &str| {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(separator)
    };
    match value {
        Is::Utf16(text) => text.to_string(),
        Is::Number(number) => number.to_string(),
        Is::Mac(mac) => hexadecimal(&mac, ":"),
        Is::Ipv4(address) => core::net::Ipv4Addr::from(address).to_string(),
        Is::Ipv6(address) => core::net::Ipv6Addr::from(address).to_string(),
        Is::Eui64(eui64) => hexadecimal(&eui64, ""),
        _ => String::new(),
    }
}
