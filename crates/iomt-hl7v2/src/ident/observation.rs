//! Devices in observations: OBR and OBX.
//!
//! ```text
//!  OBX|1|  |69965^MDC_DEV_..._MDS^MDC|1.0.0.0|      level row: the device and its type
//!  OBX|2|ST|531976^MDC_ID_PROD_SPEC_FW^MDC|1.0.0.1|4.2.1   attribute row of device 1
//!  OBX|3|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|72|...|18: EI   measurement: only OBX-18 is read
//!           3                          4       5
//! ```
//! HL7 v2.9.1 chapter 7, section 7.4.2; IHE devices, volume 2, appendix B. OBX-4 is `device.module.channel.metric` and perhaps
//! a facet; anything else (`1`, `LOC`) is a sub-id that says nothing of devices. Since v2.8.2 it is the first component.

use super::code::{Row, classify};
use super::device::{self, eui_of, four, is_philips};
use super::{Attribute, Context, Fact, Subject, Teller};
use crate::eui64;
use crate::segment::Segment;
use crate::view::Field;

/// The fields of an OBX that may speak of a device.
struct Fields<'a> {
    id: Field<'a>,
    tree: Field<'a>,
    value: Field<'a>,
    method: Field<'a>,
    equipment: Field<'a>,
}

impl<'a> Fields<'a> {
    #[inline]
    fn read(segment: Segment<'a>) -> Option<Self> {
        let len = segment.raw().len();
        let mut marks = segment.marks();
        if !marks.skip(2) {
            return None;
        }
        let third = marks.next()?;
        let mut from = third;
        let mut next = || {
            let start = from.wrapping_add(1);
            let end = marks.next().unwrap_or(len);
            from = end;
            segment.slice(start, end, false)
        };
        let (id, tree, value) = (next(), next(), next());
        let absent = segment.slice(len, len, false);
        let mut fields = Self { id, tree, value, method: absent, equipment: absent };
        // The separator before field 6 is consumed: ten more stand before that of field 17.
        if from < len
            && marks.skip(10)
            && let Some(start) = marks.next()
        {
            let end = marks.next().unwrap_or(len);
            fields.method = segment.slice(start.wrapping_add(1), end, false);
            if end < len {
                let last = marks.next().unwrap_or(len);
                fields.equipment = segment.slice(end.wrapping_add(1), last, false);
            }
        }
        Some(fields)
    }
}

pub(super) fn obx<'a>(segment: Segment<'a>, context: &mut Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    context.row = Some(segment);
    let Some(fields) = Fields::read(segment) else { return };
    let row = classify(fields.id);
    if row.is_none() && fields.equipment.is_absent() && fields.method.is_absent() {
        return;
    }
    let (mds, vmd) = tree(fields.tree);
    let repeated = (mds, vmd, fields.equipment.bytes()) == (context.mds, context.vmd, context.equipment);
    if !repeated {
        (context.mds, context.vmd, context.equipment) = (mds, vmd, fields.equipment.bytes());
        context.instance = device::instance(fields.equipment);
    }
    let subject = Subject::Device { mds, vmd, instance: context.instance };
    if let Some((row, triplet)) = row {
        let mut teller = Teller { subject, visit: &mut *visit };
        match row {
            Row::Level => {
                let number = triplet.id.bytes();
                if number != b"0" {
                    teller.tell(Attribute::DeviceType, number, triplet.id.offset(), "OBX-3.1");
                }
                if let Some(text) = triplet.text {
                    teller.tell(Attribute::DeviceType, text.bytes(), text.offset(), "OBX-3.2");
                }
                // Philips gives a module's serial number as its equipment identifier.
                let plain = four(&fields.equipment.repetition(1));
                if vmd != 0 && is_philips(context.oui) && eui_of(&plain).is_none() && !repeated {
                    teller.first(Attribute::Serial, fields.equipment, "OBX-18.1");
                }
            }
            Row::Attribute(attribute) => attribute_value(attribute, fields.value, &mut teller),
            Row::Model => model(fields.value, &mut teller),
            Row::SystemId => system_id(fields.value, &mut teller),
            Row::AlertSource => {
                let value = fields.value.component(1);
                teller.tell(Attribute::DeviceType, value.bytes(), value.offset(), "OBX-5.1");
            }
        }
    }
    if !repeated {
        device::equipment(fields.equipment, ["OBX-18.1", "OBX-18.2", "OBX-18.3"], subject, context, visit);
    }
    method(fields.method, subject, visit);
}

/// The device that the row is about, for a segment that belongs to it.
pub(super) fn subject_of<'a>(row: Segment<'a>) -> Subject<'a> {
    Fields::read(row).map_or(Subject::MESSAGE, |fields| {
        let (mds, vmd) = tree(fields.tree);
        Subject::Device { mds, vmd, instance: device::instance(fields.equipment) }
    })
}

/// Device and module of OBX-4, when it is such a path.
fn tree(field: Field<'_>) -> (u64, u64) {
    let path = field.component(1);
    let mut numbers = [0_u64; 4];
    let mut count = 0_usize;
    for part in path.bytes().split(|byte| *byte == b'.') {
        if part.is_empty() || part.len() > 18 || !part.iter().all(u8::is_ascii_digit) {
            return (0, 0);
        }
        if let Some(number) = numbers.get_mut(count) {
            *number = part
                .iter()
                .fold(0, |value: u64, digit| value.wrapping_mul(10).wrapping_add(u64::from(digit.wrapping_sub(b'0'))));
        }
        count = count.saturating_add(1);
    }
    let [mds, vmd, ..] = numbers;
    if count >= 4 { (mds, vmd) } else { (0, 0) }
}

fn attribute_value<'a>(attribute: Attribute, value: Field<'a>, teller: &mut Teller<'_, 'a>) {
    if let Some(component) = value.components().find(|component| !component.is_absent()) {
        teller.tell(attribute, component.bytes(), component.offset(), "OBX-5");
    }
}

/// A model, or `manufacturer=X model=Y` in one string.
fn model<'a>(value: Field<'a>, teller: &mut Teller<'_, 'a>) {
    const MAKER: &[u8] = b"manufacturer=";
    const MODEL: &[u8] = b"model=";
    for repetition in value.repetitions() {
        let text = repetition.bytes();
        let maker = memchr::memmem::find(text, MAKER).map(|at| at.saturating_add(MAKER.len()));
        let model = memchr::memmem::find(text, MODEL).map(|at| at.saturating_add(MODEL.len()));
        if maker.is_none() && model.is_none() {
            teller.tell(Attribute::Model, text, repetition.offset(), "OBX-5");
            continue;
        }
        for (attribute, start, other) in [(Attribute::Manufacturer, maker, model), (Attribute::Model, model, maker)] {
            let Some(start) = start else { continue };
            let keyword = if attribute == Attribute::Model { MAKER.len() } else { MODEL.len() };
            let end = other
                .map_or(text.len(), |other| if other > start { other.saturating_sub(keyword) } else { text.len() });
            let value = text.get(start..end).unwrap_or_default();
            let value = value.trim_ascii_end();
            let value = value.strip_suffix(b",").or_else(|| value.strip_suffix(b";")).unwrap_or(value);
            teller.tell(attribute, value, repetition.offset().saturating_add(start), "OBX-5");
        }
    }
}

/// An EUI-64, alone or behind serial number and model; anything else is an identifier.
fn system_id<'a>(value: Field<'a>, teller: &mut Teller<'_, 'a>) {
    let parts = four(&value.repetition(1));
    let [serial, name, ..] = parts;
    let alone = serial.filter(|_| name.is_none()).and_then(|id| Some((eui64::parse(id.bytes())?, id)));
    if let Some((eui, id)) = alone {
        return teller.eui(eui, id.bytes(), id.offset(), "OBX-5");
    }
    let Some(found) = eui_of(&parts) else {
        return attribute_value(Attribute::DeviceIdentifier, value, teller);
    };
    if found.component == 2 {
        for (attribute, part, place) in [(Attribute::Serial, serial, "OBX-5.1"), (Attribute::Model, name, "OBX-5.2")] {
            if let Some(part) = part {
                teller.tell(attribute, part.bytes(), part.offset(), place);
            }
        }
    }
    teller.eui(found.eui, found.text, found.offset, if found.component == 2 { "OBX-5.3" } else { "OBX-5.1" });
}

/// A method says nothing of the device, unless it holds an EUI-64.
fn method<'a>(field: Field<'a>, subject: Subject<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    for repetition in field.repetitions() {
        if let Some(found) = eui_of(&four(&repetition)) {
            Teller { subject, visit: &mut *visit }.eui(found.eui, found.text, found.offset, "OBX-17");
        }
    }
}

/// Order numbers in which gateways repeat an EUI-64, the collector where it is a device, and the service that names one.
pub(super) fn obr<'a>(segment: Segment<'a>, context: &mut Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    const NAMES: [(usize, device::Names); 3] = [
        (1, ["OBR-2.1", "OBR-2.2", "OBR-2.3"]),
        (2, ["OBR-3.1", "OBR-3.2", "OBR-3.3"]),
        (9, ["OBR-10.1", "OBR-10.2", "OBR-10.3"]),
    ];
    context.row = None;
    let mut told = [0_u8; 8];
    for (index, field) in segment.fields().enumerate().take(10) {
        if field.is_absent() {
            continue;
        }
        if index == 3 {
            service(field, context, visit);
            continue;
        }
        let Some((_, names)) = NAMES.iter().find(|(at, _)| *at == index) else { continue };
        let Some(found) = eui_of(&four(&field.repetition(1))) else { continue };
        context.oui = eui64::oui(found.eui);
        // Most gateways put their own here, and the same in OBR-2 as in OBR-3.
        if context.sender == Some(found.eui) || told == found.eui {
            continue;
        }
        told = found.eui;
        let subject = Subject::Device { mds: 0, vmd: 0, instance: found.text };
        if context.oui == device::SMITHS && index < 3 {
            device::equipment(field, *names, subject, context, visit);
        } else {
            let [first, _, third] = *names;
            let place = if found.component == 0 { first } else { third };
            Teller { subject, visit: &mut *visit }.eui(found.eui, found.text, found.offset, place);
        }
    }
}

fn service<'a>(field: Field<'a>, context: &Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    if context.chemistry && field.component(1).bytes() == b"Mindray" {
        let model = field.component(2);
        Teller { subject: Subject::Sender, visit }.tell(Attribute::Model, model.bytes(), model.offset(), "OBR-4.2");
    } else if let Some((Row::Level, triplet)) = classify(field) {
        let mut teller = Teller { subject: Subject::MESSAGE, visit };
        if triplet.id.bytes() != b"0" {
            teller.tell(Attribute::DeviceType, triplet.id.bytes(), triplet.id.offset(), "OBR-4.1");
        }
        if let Some(text) = triplet.text {
            teller.tell(Attribute::DeviceType, text.bytes(), text.offset(), "OBR-4.2");
        }
    }
}
