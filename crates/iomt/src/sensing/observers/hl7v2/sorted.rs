//! What one message says, sorted by whom it is about.

use std::collections::BTreeMap;

use iomt_hl7v2::Message;
use iomt_hl7v2::escape::unescape;
use iomt_hl7v2::ident::{Attribute as Said, Subject as About, facts};

use iomt_wire::Timestamp;

use super::security;
use crate::evidence::{Attribute, Place, Source, Value};
use crate::sensing::card::Card;
use crate::sensing::text::clean_text;

/// Devices of one message; a gateway speaks of a few hundred at most.
const DEVICES: usize = 1024;

/// Facts of one message about one of its ends; there are about a dozen fields.
const OF_ONE_END: usize = 256;

/// What one message says, sorted by whom it is about.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) message_type: String,
    pub(super) sender: Vec<(Attribute, Value, Source, Place)>,
    pub(super) receiver: Vec<(Attribute, Value, Source, Place)>,
    /// Each with its number in OBX-4, 0 where it has none.
    pub(super) devices: Vec<(u64, Card)>,
    /// Whether a cap was reached.
    pub(super) capped: bool,
}

impl Sorted {
    pub(super) fn read(message: &Message<'_>, protocol: &'static str, place: &Place) -> Self {
        let mut said = Self::default();
        let mut tree = Tree::default();
        let mut product = (String::new(), None);
        // The code of a device row, until its reference identifier comes.
        let mut code: Option<u32> = None;
        // How a device is powered is one state of the whole, though its battery may be a part of its own.
        let mut powered: BTreeMap<u64, (Vec<String>, Source, Place)> = BTreeMap::new();
        let (charset, delimiters) = (message.charset(), message.delimiters());
        facts(message, &mut |fact| {
            let text = match fact.attribute {
                Said::Location => location(message, fact.value),
                Said::EquipmentIdentifier | Said::Service => habit(message, fact.value),
                _ => clean_text(&charset.decode(&unescape(fact.value, delimiters))),
            };
            if text.is_empty() {
                return;
            }
            let offset = u64::try_from(fact.offset).unwrap_or(u64::MAX).saturating_add(place.offset);
            let place = Place { offset, ..place.clone() };
            if said.sender.len().max(said.receiver.len()) >= OF_ONE_END {
                said.capped = true;
                return;
            }
            let source = |kind| Source { protocol, field: fact.field, kind };
            match fact.subject {
                About::Sender => match fact.attribute {
                    Said::Time | Said::Credentials | Said::ProcessingId | Said::Version => {
                        let finding = finding(fact.attribute, fact.field, &text, place.time);
                        said.sender
                            .extend(finding.map(|value| (Attribute::Security, value, source("security"), place)));
                    }
                    Said::Service => {
                        let value = Value::pair("OBR-4", &text);
                        said.sender.push((Attribute::VendorSign, value, source("sender-habit"), place));
                    }
                    Said::MessageType => said.message_type = message_type(text),
                    Said::SoftwareProduct => product = (text, Some(place)),
                    Said::SoftwareProductVersion => {
                        let component = if product.0.is_empty() { "software" } else { &product.0 };
                        said.sender.push((
                            Attribute::Software,
                            Value::pair(component, &text),
                            source("declared"),
                            place,
                        ));
                    }
                    other => said.sender.extend(peer(other, &text, source, place)),
                },
                About::Receiver => said.receiver.extend(peer(fact.attribute, &text, source, place)),
                About::Device { mds, vmd, instance } => {
                    if fact.field == "OBX-3.1" {
                        code = text.parse().ok();
                    } else if fact.field == "OBX-3.2"
                        && let Some(code) = code.take()
                        && security::contradicts(code, &text)
                    {
                        let value = Value::pair("device-code-contradicts-name", &code.to_string());
                        tree.add(mds, 0, instance, Attribute::Security, value, source("security"), place.clone());
                    }
                    if matches!(fact.attribute, Said::PowerStatus | Said::BatteryStatus) {
                        let (all, ..) = powered.entry(mds).or_insert_with(|| (Vec::new(), source("declared"), place));
                        all.push(text);
                        return;
                    }
                    if let Some((attribute, value, kind)) = device(fact.attribute, fact.field, &text) {
                        tree.add(mds, vmd, instance, attribute, value, source(kind), place);
                    }
                }
            }
        });
        for (mds, (all, source, place)) in powered {
            tree.add(mds, 0, &[], Attribute::State, Value::pair("power", &all.join(", ")), source, place);
        }
        said.sender.extend(habits(message, protocol, place));
        said.capped |= tree.capped;
        said.devices = tree.devices();
        said.capped |= said.devices.iter().any(|(_, card)| card.is_capped());
        said
    }
}

/// The fields by which a sender calls itself, whole: how they are filled is a habit of its maker.
fn habits(
    message: &Message<'_>,
    protocol: &'static str,
    place: &Place,
) -> impl Iterator<Item = (Attribute, Value, Source, Place)> {
    let header = message.header();
    let fields = [(3, "MSH-3"), (4, "MSH-4")].map(|(number, name)| {
        let field = header.field(number).repetition(1);
        let text = habit(message, field.bytes());
        let offset = u64::try_from(field.offset()).unwrap_or(u64::MAX).saturating_add(place.offset);
        let place = Place { offset, ..place.clone() };
        let source = Source { protocol, field: name, kind: "sender-habit" };
        (Attribute::VendorSign, Value::pair(name, &text), source, place)
    });
    fields.into_iter().filter(|(_, value, ..)| !value.bare().is_empty())
}

/// A field whose form is a habit of its maker, as tables of habits write it: still escaped, its components separated by `^`.
fn habit(message: &Message<'_>, sent: &[u8]) -> String {
    let text = message.charset().decode(sent);
    match message.delimiters().component {
        Some(other) if other != b'^' => clean_text(&text.replace(char::from(other), "^")),
        _ => clean_text(&text),
    }
}

/// A fact about an application at either end.
fn peer(
    said: Said,
    text: &str,
    source: impl Fn(&'static str) -> Source,
    place: Place,
) -> Option<(Attribute, Value, Source, Place)> {
    let (attribute, value, kind) = match said {
        Said::Application => (Attribute::Name, Value::pair("hl7-application", text), "declared-name"),
        Said::Facility => (Attribute::Name, Value::pair("hl7-facility", text), "declared-name"),
        Said::ApplicationEui64 => (Attribute::Eui64, Value::text(&text.to_ascii_uppercase()), "declared"),
        Said::NetworkAddress => (Attribute::Name, Value::pair("network-address", text), "declared-name"),
        _ => return None,
    };
    Some((attribute, value, source(kind), place))
}

/// What a header field is worth to an assessment of security; free text is worth nothing.
fn finding(said: Said, field: &str, text: &str, seen: Timestamp) -> Option<Value> {
    match said {
        Said::Credentials => Some(Value::pair("clear-text-credentials", field)),
        // Training or debugging, on a network that carries production.
        Said::ProcessingId => matches!(text, "T" | "D").then(|| Value::pair("processing-id", text)),
        Said::Version => {
            let lawful =
                text.len() <= 8 && text.starts_with('2') && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            lawful.then(|| Value::pair("protocol-version", text))
        }
        Said::Time => security::clock(text.as_bytes(), seen).map(|(kind, range)| Value::pair(kind, range)),
        _ => None,
    }
}

/// MSH-9 if it is one; free text is not.
fn message_type(text: String) -> String {
    let lawful = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '^');
    if text.len() <= 20 && text.chars().all(lawful) { text } else { "unlawful".to_owned() }
}

/// Point of care, room, bed, facility, building and floor of a PL, of each the first subcomponent; its other components are free text. First
/// repetition only.
fn location(message: &Message<'_>, sent: &[u8]) -> String {
    let (charset, delimiters) = (message.charset(), message.delimiters());
    let text = charset.decode(sent);
    let first = |text: &str, separator: Option<u8>| {
        let end = separator.and_then(|separator| text.find(char::from(separator))).unwrap_or(text.len());
        text.get(..end).unwrap_or_default().to_owned()
    };
    let whole = first(&text, delimiters.repetition);
    let parts: Vec<&str> = match delimiters.component {
        Some(component) => whole.split(char::from(component)).collect(),
        None => vec![&whole],
    };
    let parts = parts.into_iter().enumerate().filter(|(number, _)| matches!(number, 0..=3 | 6 | 7)).map(|(_, part)| {
        let part = first(part, delimiters.subcomponent);
        clean_text(&String::from_utf8_lossy(&unescape(part.as_bytes(), delimiters)))
    });
    parts.filter(|part| !part.is_empty() && part != "\"\"").collect::<Vec<_>>().join("|")
}

/// A fact about a device.
fn device(said: Said, field: &str, text: &str) -> Option<(Attribute, Value, &'static str)> {
    Some(match said {
        Said::Manufacturer => (Attribute::Manufacturer, Value::text(text), "declared"),
        Said::Model => (Attribute::Model, Value::text(text), "declared"),
        Said::Serial => (Attribute::Serial, Value::text(text), "declared"),
        Said::SoftwareVersion => (Attribute::Software, Value::pair("software", text), "declared"),
        Said::FirmwareVersion => (Attribute::Software, Value::pair("firmware", text), "declared"),
        Said::ProtocolVersion => (Attribute::Software, Value::pair("protocol", text), "declared"),
        Said::DrugLibrary => (Attribute::Software, Value::pair("drug library", text), "declared"),
        Said::HardwareVersion => (Attribute::Hardware, Value::pair("hardware", text), "declared"),
        Said::PartNumber => (Attribute::Part, Value::pair("part", text), "declared"),
        Said::Eui64 => (Attribute::Eui64, Value::text(&text.to_ascii_uppercase()), "declared"),
        Said::ManufacturerOui => {
            (Attribute::VendorSign, Value::pair("eui64-oui", &text.to_ascii_uppercase()), "eui64-oui")
        }
        Said::RadioNetwork => (Attribute::Name, Value::pair("radio-network", text), "declared-name"),
        Said::Mac => (Attribute::Mac, Value::text(&text.to_ascii_lowercase().replace('-', ":")), "claimed-address"),
        Said::Ipv4 => (Attribute::Ip, Value::text(text), "claimed-address"),
        Said::InstanceName | Said::DeviceIdentifier => {
            (Attribute::Name, Value::pair("instance", text), "declared-name")
        }
        Said::DeviceType => (Attribute::Class, Value::pair("MDC", text), "mdc-device-type"),
        Said::Location => (Attribute::Location, Value::text(text), "declared"),
        Said::UdiDevice => (Attribute::Udi, Value::pair("device-identifier", text), "declared"),
        Said::UdiCarrier => (Attribute::Udi, Value::pair("carrier", text), "declared"),
        Said::EquipmentIdentifier => {
            // PRT-10, DEV-2 and EQU-1 are what OBX-18 is, OBR-2 and OBR-10 what OBR-3 is.
            let field = if field.starts_with("OBR") { "OBR-3" } else { "OBX-18" };
            (Attribute::VendorSign, Value::pair(field, text), "sender-habit")
        }
        _ => return None,
    })
}

/// A system by its number and instance: its own card, and those of its modules.
type Systems = BTreeMap<(u64, Box<[u8]>), (Card, Vec<(u64, Card)>)>;

/// What an order number or a location says of a device (its EUI-64, its address) has no number in the tree. Where the message has one
/// numbered device, and nothing contradicts, that is the one.
fn join_the_only_two(systems: &mut Systems) {
    let keys: Vec<(u64, Box<[u8]>)> = systems.keys().cloned().collect();
    let [(0, _), (1.., _)] = keys.as_slice() else { return };
    let [unnumbered, numbered] = keys.as_slice() else { return };
    let same = |one: &Card, other: &Card| {
        let agree = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
        let (a, b) = (one.key(), other.key());
        agree(&a.eui64, &b.eui64) && agree(&a.serial, &b.serial) && agree(&a.model, &b.model) && agree(&a.udi, &b.udi)
    };
    let joined = match (systems.get(unnumbered), systems.get(numbered)) {
        (Some((one, _)), Some((other, _))) => same(one, other),
        _ => false,
    };
    if joined
        && let Some((card, _)) = systems.remove(unnumbered)
        && let Some((system, _)) = systems.get_mut(numbered)
    {
        system.extend(card.into_facts());
    }
}

/// The devices of one message, by their place in the containment tree.
#[derive(Default)]
struct Tree {
    cards: BTreeMap<(u64, u64, Box<[u8]>), Card>,
    capped: bool,
}

impl Tree {
    #[expect(clippy::too_many_arguments, reason = "the place in the tree and the parts of one fact")]
    fn add(
        &mut self,
        mds: u64,
        vmd: u64,
        instance: &[u8],
        attribute: Attribute,
        value: Value,
        source: Source,
        place: Place,
    ) {
        // Within a tree the numbers tell devices apart, without one the instance identifier does.
        let instance: Box<[u8]> = if mds == 0 { instance.into() } else { Box::default() };
        let key = (mds, vmd, instance);
        if self.cards.len() < DEVICES || self.cards.contains_key(&key) {
            self.cards.entry(key).or_default().add(attribute, value, source, place);
        } else {
            self.capped = true;
        }
    }

    /// One card per medical device system.
    ///
    /// A module (VMD) counts for its system only where the system itself says nothing: a module's serial number is not the
    /// system's. What the message says without naming a device holds for its one device; its location for all.
    fn devices(mut self) -> Vec<(u64, Card)> {
        let unnamed = self.cards.remove(&(0, 0, Box::default()));
        let mut systems = Systems::new();
        for ((mds, vmd, instance), card) in self.cards {
            let system = systems.entry((mds, instance)).or_default();
            if vmd == 0 {
                system.0 = card;
            } else {
                system.1.push((vmd, card));
            }
        }
        join_the_only_two(&mut systems);
        let mut devices = Vec::new();
        for ((mds, _), (mut system, mut modules)) in systems {
            for (number, module) in &modules {
                system.list_module(*number, module);
            }
            if modules.len() == 1
                && !system.has(Attribute::Model)
                && !system.has(Attribute::Serial)
                && let Some((_, module)) = modules.pop()
            {
                system.extend(module.into_facts());
            }
            devices.push((mds, system));
        }
        if let Some(unnamed) = unnamed {
            if devices.is_empty() {
                devices.push((0, unnamed));
            } else if let [(_, only)] = devices.as_mut_slice() {
                only.extend(unnamed.into_facts());
            } else {
                let locations: Vec<_> =
                    unnamed.into_facts().filter(|(said, ..)| *said == Attribute::Location).collect();
                for (_, device) in &mut devices {
                    device.extend(locations.iter().cloned());
                }
            }
        }
        devices
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(delimiters: &str, sent: &str) -> String {
        let text = format!("MSH{delimiters}A\r");
        location(&Message::parse(text.as_bytes()).expect("a header"), sent.as_bytes())
    }

    #[test]
    fn a_place_is_read_with_the_messages_own_delimiters_and_without_free_text() {
        let usual = "|^~\\&|";
        assert_eq!(read(usual, "ICU^^BED3&0&0^^^^^^00-0F-14-A1-B2-C4"), "ICU|BED3");
        assert_eq!(read(usual, "ICU^4^B^HOSP^CANARY^CANARY^B1^F2^CANARY^CANARY~CANARY"), "ICU|4|B|HOSP|B1|F2");
        assert_eq!(read(usual, "A\\T\\E^\"\"^B"), "A&E|B");
        assert_eq!(read("!*%\\/!", "ICU*4*B/0*HOSP*CANARY%CANARY"), "ICU|4|B|HOSP");
    }
}
