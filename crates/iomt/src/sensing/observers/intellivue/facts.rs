//! The facts of a message as evidence.

use iomt_intellivue::ident::{Attribute as Said, Value as Is, facts};
use iomt_intellivue::message::Message;
use iomt_intellivue::{CareArea, OperatingMode, component_name};

use crate::evidence::{Attribute, Source, Value};
use crate::sensing::card::Card;
use crate::sensing::power::{battery, power};
use crate::sensing::scene::Scene;
use crate::sensing::text::{clean, clean_text};

/// Component number of the product itself.
const PRODUCT: u16 = 0x0008;

/// Puts what a message says of its sender onto a card.
///
/// The model of a connect indication is the product number. That of the MDS is the family (an M8003A calls itself M8000 there), so
/// it is kept as a name, and the part number of the product is the model.
pub(super) fn told(message: &Message<'_>, card: &mut Card, scene: &Scene<'_>) {
    let announced = matches!(message, Message::ConnectIndication(_));
    let mut product = None;
    facts(message, &mut |fact| {
        let place = scene.place(u64::try_from(fact.offset).unwrap_or(u64::MAX));
        let text = match fact.value {
            Is::Bytes(bytes) => clean(bytes),
            other => clean_text(&written(other)),
        };
        // A revision that is all hyphens says that there is none.
        if text.chars().all(|c| c == '-') {
            return;
        }
        let component = || fact.component.and_then(component_name).unwrap_or("unnamed component").to_owned();
        let declared = |attribute, value| (attribute, value, "declared");
        let (attribute, value, kind) = match fact.attribute {
            Said::Manufacturer => declared(Attribute::Manufacturer, Value::text(&text)),
            Said::Model if announced => declared(Attribute::Model, Value::text(&text)),
            Said::Model => declared(Attribute::Name, Value::pair("system-model", &text)),
            Said::Serial => declared(Attribute::Serial, Value::text(&text)),
            Said::PartNumber => {
                if fact.component == Some(PRODUCT) {
                    let source = Source { protocol: "intellivue", field: fact.field, kind: "declared" };
                    product = Some((Value::text(&text), source, place.clone()));
                }
                declared(Attribute::Part, Value::pair(&component(), &text))
            }
            Said::HardwareRevision => declared(Attribute::Hardware, Value::pair(&component(), &text)),
            Said::SoftwareRevision => declared(Attribute::Software, Value::pair(&component(), &text)),
            Said::FirmwareRevision => {
                declared(Attribute::Software, Value::pair(&format!("{} firmware", component()), &text))
            }
            Said::ProtocolRevision => {
                declared(Attribute::Software, Value::pair(&format!("{} protocol", component()), &text))
            }
            Said::SystemId if matches!(fact.value, Is::Eui64(_)) => {
                declared(Attribute::Eui64, Value::text(&text.to_ascii_uppercase()))
            }
            Said::SystemId => declared(Attribute::Name, Value::pair("system-id", &text)),
            Said::Mac => (Attribute::Mac, Value::text(&text), "claimed-address"),
            Said::Ipv4 | Said::Ipv6 => (Attribute::Ip, Value::text(&text), "claimed-address"),
            Said::DeviceType => (Attribute::Class, Value::pair("MDC", &text), "mdc-device-type"),
            Said::BedLabel => declared(Attribute::Location, Value::pair("bed", &text)),
            Said::CareArea => match named(fact.value, |number| CareArea(number).name()) {
                Some(area) if area != "unspecified" => declared(Attribute::Name, Value::pair("care-area", area)),
                _ => return,
            },
            Said::OperatingMode => {
                let mode = named(fact.value, |number| OperatingMode(number).name());
                declared(Attribute::State, Value::pair("operating-mode", mode.unwrap_or(&text)))
            }
            Said::PowerStatus | Said::BatteryCharge => {
                let Is::Number(number) = fact.value else { return };
                let is_power = fact.attribute == Said::PowerStatus;
                let Some(state) = (if is_power { power(number) } else { battery(number) }) else { return };
                declared(Attribute::State, state)
            }
            _ => return,
        };
        card.add(attribute, value, Source { protocol: "intellivue", field: fact.field, kind }, place);
    });
    // What a message says twice is no second witness.
    if let Some((value, source, place)) = product
        && !card.has(Attribute::Model)
    {
        card.add(Attribute::Model, value, source, place);
    }
}

/// The name of a number.
fn named(value: Is<'_>, name: impl Fn(u16) -> Option<&'static str>) -> Option<&'static str> {
    let Is::Number(number) = value else { return None };
    name(u16::try_from(number).ok()?)
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
        Is::Octets(octets) => hexadecimal(octets, ""),
        _ => String::new(),
    }
}
