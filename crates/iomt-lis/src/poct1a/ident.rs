//! What a message says of the device that sent it.
//!
//! `HEL.R01`, the greeting, is the best self-description of all: vendor, model, serial number, versions. `DST.R01` adds its condition.
//! Other messages are never read: they hold results, operators and patients.

use super::message::{Element, Message};

/// Which property a fact gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// An EUI-64, a hardware address, or a name that the site gave.
    DeviceId,
    /// A short code of the maker.
    VendorId,
    /// The full name of the maker.
    Manufacturer,
    /// Which product it is.
    Model,
    /// The serial number.
    Serial,
    /// The version of its software.
    SoftwareVersion,
    /// The version of its hardware.
    HardwareVersion,
    /// What the product or the site calls it.
    DeviceName,
    /// Version of the protocol.
    ProtocolVersion,
    /// How it connects: `SA` now and then, `CS` all the time.
    ConnectionProfile,
    /// A topic that it can speak of; vendors add their own.
    Topic,
    /// A directive that it obeys; vendors add their own.
    Directive,
    /// Bytes of the largest message that it takes.
    MaxMessageSize,
    /// Its condition: `R` ready, `B` busy, `L` locked.
    Condition,
}

/// Something that an element says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    /// Which property.
    pub attribute: Attribute,
    /// The value as it was sent, entities not resolved; never empty.
    pub value: &'a str,
    /// Where it stands, as the standard names it.
    pub field: &'static str,
    /// Where the element begins in the message.
    pub offset: usize,
    /// Whether it stands in an object where the standard does not have it.
    pub misplaced: bool,
}

/// Field, property, and the field's full name in its own object.
type Row = (&'static str, Attribute, &'static str);

/// What a greeting has.
const HELLO: [Row; 13] = [
    ("device_id", Attribute::DeviceId, "DEV.device_id"),
    ("vendor_id", Attribute::VendorId, "DEV.vendor_id"),
    ("model_id", Attribute::Model, "DEV.model_id"),
    ("serial_id", Attribute::Serial, "DEV.serial_id"),
    ("manufacturer_name", Attribute::Manufacturer, "DEV.manufacturer_name"),
    ("hw_version", Attribute::HardwareVersion, "DEV.hw_version"),
    ("sw_version", Attribute::SoftwareVersion, "DEV.sw_version"),
    ("device_name", Attribute::DeviceName, "DEV.device_name"),
    ("version_id", Attribute::ProtocolVersion, "HDR.version_id"),
    ("connection_profile_cd", Attribute::ConnectionProfile, "DSC.connection_profile_cd"),
    ("topics_supported_cd", Attribute::Topic, "DSC.topics_supported_cd"),
    ("directives_supported_cd", Attribute::Directive, "DSC.directives_supported_cd"),
    ("max_message_sz", Attribute::MaxMessageSize, "DSC.max_message_sz"),
];

/// What a status has.
const STATUS: [Row; 1] = [("condition_cd", Attribute::Condition, "DST.condition_cd")];

/// Calls `visit` with everything that a greeting or a status says of the device, in its order. No allocation.
pub fn facts<'a>(message: &Message<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let rows: &[Row] = match message.name() {
        "HEL.R01" => &HELLO,
        "DST.R01" => &STATUS,
        _ => return,
    };
    for element in message.elements() {
        let Some((object, name)) = element.object_and_field() else { continue };
        if let Some((_, attribute, field)) = rows.iter().find(|(known, ..)| *known == name) {
            let misplaced = field.split('.').next() != Some(object);
            tell(&element, *attribute, field, misplaced, visit);
        }
    }
}

fn tell<'a>(
    element: &Element<'a>,
    attribute: Attribute,
    field: &'static str,
    misplaced: bool,
    visit: &mut dyn FnMut(Fact<'a>),
) {
    let value = element.raw().trim();
    if !value.is_empty() {
        visit(Fact { attribute, value, field, offset: element.offset, misplaced });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Constructed in the form of a vendor's sample: values are made up.
    const HELLO: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><HEL.R01><HDR><HDR.message_type V=\"HEL.R01\" SN=\"ISO\"/><HDR.control_id V=\"1\"/>\
        <HDR.version_id V=\"POCT1\"/></HDR><DEV><DEV.device_id V=\"\">LAB7^WARD</DEV.device_id><DEV.vendor_id V=\"ACME\"/><DEV.model_id V=\"Strip &amp; Go\"/>\
        <DEV.serial_id V=\"S-0042\"/><DEV.manufacturer_name V=\"Acme Diagnostics\"/><DEV.hw_version V=\"1.0\"/><DEV.sw_version>2.5 en</DEV.sw_version>\
        <DSC><DSC.connection_profile_cd V=\"CS\"/><DSC.topics_supported_cd V=\"DTV\"/><DSC.topics_supported_cd V=\"ACME.LOT\"/></DSC></DEV></HEL.R01>";

    fn told(xml: &str) -> Vec<(Attribute, &str, bool)> {
        let mut told = Vec::new();
        facts(&Message::parse(xml).unwrap(), &mut |fact| told.push((fact.attribute, fact.value, fact.misplaced)));
        told
    }

    #[test]
    fn a_greeting_tells_who_the_device_is() {
        assert_eq!(
            told(HELLO),
            [
                (Attribute::ProtocolVersion, "POCT1", false),
                (Attribute::DeviceId, "LAB7^WARD", false),
                (Attribute::VendorId, "ACME", false),
                (Attribute::Model, "Strip &amp; Go", false),
                (Attribute::Serial, "S-0042", false),
                (Attribute::Manufacturer, "Acme Diagnostics", false),
                (Attribute::HardwareVersion, "1.0", false),
                (Attribute::SoftwareVersion, "2.5 en", false),
                (Attribute::ConnectionProfile, "CS", false),
                (Attribute::Topic, "DTV", false),
                (Attribute::Topic, "ACME.LOT", false),
            ]
        );
    }

    #[test]
    fn a_field_in_another_object_is_told_as_misplaced() {
        assert_eq!(told("<HEL.R01><DCP><DCP.serial_id V='7'/></DCP></HEL.R01>"), [(Attribute::Serial, "7", true)]);
    }

    #[test]
    fn a_status_tells_the_condition_and_results_tell_nothing() {
        assert_eq!(
            told("<DST.R01><DST><DST.condition_cd V='R'/></DST></DST.R01>"),
            [(Attribute::Condition, "R", false)]
        );
        assert_eq!(told("<OBS.R01><DEV.serial_id V='7'/><PT.patient_id V='CANARY'/></OBS.R01>"), []);
        assert_eq!(told("<HEL.R01><PT.patient_id V='CANARY'/><PT.name V='CANARY'/></HEL.R01>"), []);
    }
}
