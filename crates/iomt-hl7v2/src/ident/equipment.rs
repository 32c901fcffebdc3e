//! Devices outside observations: PRT, DEV, EQU, and where the bed is: PV1-3.
//!
//! ```text
//!  PRT  10 device (EI)  16 UDI-DI  17 made  18 expires  19 lot  20 serial  22 type
//!  DEV  2 id (EI)  3 type  5 maker  6 brand  7 model  8 catalogue  9 UDI-DI  10 lot  11 serial  16 software
//!  EQU  1 instance (EI)
//!  PV1  3 point of care ^ room ^ bed ... ^ 9: the device's MAC address (Mindray)
//! ```
//! HL7 v2.9.1 chapters 7 (PRT), 17 (DEV), 13 (EQU), 3 (PV1). PRT-16 is the device identifier of a UDI, not a type, and PRT-17
//! a date, not a maker. Persons in PRT-5 are not read, nor the donation in PRT-21.

use super::device::{self, Names};
use super::observation::subject_of;
use super::{Attribute, Context, Fact, Subject, Teller};
use crate::eui64;
use crate::line::Line;
use crate::segment::Segment;
use crate::view::Field;

/// The root under which the FDA registers whole UDIs.
const UDI_ROOT: &[u8] = b"2.16.840.1.113883.3.3719";

/// `row` is the observation that it belongs to.
pub(super) fn prt<'a>(
    segment: Segment<'a>,
    row: Option<Segment<'a>>,
    context: &Context<'a>,
    visit: &mut dyn FnMut(Fact<'a>),
) {
    let absent = Field::new(&[], 0, *segment.syntax());
    let mut found = [absent; 22];
    for (slot, field) in found.iter_mut().zip(segment.fields()) {
        *slot = field;
    }
    let [.., device, _, _, _, _, _, udi, made, expires, lot, serial, _, kind] = found;
    if [device, udi, lot, serial, kind, made, expires].iter().all(Field::is_absent) {
        return;
    }
    let own = [device::instance(device), serial.component(1).bytes()].into_iter().find(|id| !id.is_empty());
    let subject = match row.map_or(Subject::MESSAGE, subject_of) {
        Subject::Device { mds, vmd, instance: [] } => Subject::Device { mds, vmd, instance: own.unwrap_or_default() },
        subject => subject,
    };
    identifier(device, ["PRT-10", "PRT-10.1", "PRT-10.2", "PRT-10.3"], &subject, context, visit);
    let mut teller = Teller { subject: &subject, visit };
    teller.first(Attribute::UdiDevice, udi, "PRT-16.1");
    teller.first(Attribute::ManufactureDate, made, "PRT-17");
    teller.first(Attribute::ExpiryDate, expires, "PRT-18");
    teller.first(Attribute::Lot, lot, "PRT-19");
    teller.first(Attribute::Serial, serial, "PRT-20");
    teller.first(Attribute::DeviceType, kind, "PRT-22.1");
}

/// An identifier that may be a UDI; other ones are read as equipment identifiers are.
fn identifier<'a>(
    field: Field<'a>,
    names: Names,
    subject: &Subject<'a>,
    context: &Context<'a>,
    visit: &mut dyn FnMut(Fact<'a>),
) {
    let entity = field.component(1);
    let root = field.component(3);
    // GS1 with its application identifiers, HIBCC, ICCBBA; a bare GS1 number looks like any other.
    let labelled = matches!(entity.bytes(), [b'(' | b'+' | b'=', _, _, _, ..]);
    if labelled || root.bytes() == UDI_ROOT {
        let [_, name, ..] = names;
        for repetition in field.repetitions() {
            let carrier = repetition.component(1);
            let value = carrier.bytes();
            Teller { subject, visit: &mut *visit }.tell(Attribute::UdiCarrier, value, carrier.offset(), name);
        }
    } else {
        device::equipment(field, names, subject, context, visit);
    }
}

pub(super) fn dev<'a>(segment: Segment<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let id = segment.field(2);
    let serial = segment.field(11);
    let own = [device::instance(id), serial.component(1).bytes()].into_iter().find(|id| !id.is_empty());
    let subject = Subject::Device { mds: 0, vmd: 0, instance: own.unwrap_or_default() };
    identifier(id, ["DEV-2", "DEV-2.1", "DEV-2.2", "DEV-2.3"], &subject, &Context::default(), visit);
    let mut teller = Teller { subject: &subject, visit };
    for (index, field) in segment.fields().enumerate().take(16) {
        let (attribute, place) = match index.wrapping_add(1) {
            3 => (Attribute::DeviceType, "DEV-3.1"),
            5 => (Attribute::Manufacturer, "DEV-5.1"),
            6 => (Attribute::Brand, "DEV-6"),
            7 => (Attribute::Model, "DEV-7"),
            8 => (Attribute::PartNumber, "DEV-8"),
            9 => (Attribute::UdiDevice, "DEV-9.1"),
            10 => (Attribute::Lot, "DEV-10"),
            11 => (Attribute::Serial, "DEV-11"),
            12 => (Attribute::ManufactureDate, "DEV-12"),
            13 => (Attribute::ExpiryDate, "DEV-13"),
            16 => (Attribute::SoftwareVersion, "DEV-16"),
            _ => continue,
        };
        teller.first(attribute, field, place);
    }
}

pub(super) fn equ<'a>(segment: Segment<'a>, context: &Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let field = segment.field(1);
    let subject = Subject::Device { mds: 0, vmd: 0, instance: device::instance(field) };
    device::equipment(field, ["EQU-1", "EQU-1.1", "EQU-1.2", "EQU-1.3"], &subject, context, visit);
}

pub(super) fn pv1<'a>(line: &Line<'_, 'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let [_, _, before, end] = line.places();
    let location = line.segment().slice(before.wrapping_add(1), end, false);
    if location.is_absent() {
        return;
    }
    let mut teller = Teller { subject: &Subject::MESSAGE, visit: &mut *visit };
    teller.field(Attribute::Location, location, "PV1-3");
    // Eight separators and seventeen characters at least.
    if location.bytes().len() < 25 {
        return;
    }
    let address = location.component(9);
    if eui64::parse_mac(address.bytes()).is_some() {
        let subject = Subject::Device { mds: 0, vmd: 0, instance: address.bytes() };
        Teller { subject: &subject, visit }.tell(Attribute::Mac, address.bytes(), address.offset(), "PV1-3.9");
    }
}
