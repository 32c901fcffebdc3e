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

use super::code::{Code, Row, classify, is_quantity, is_system};
use super::device::{self, eui_of, is_philips};
use super::{Attribute, Context, Fact, Subject, Teller};
use crate::eui64;
use crate::line::Line;
use crate::scan::Trap;
use crate::segment::Segment;
use crate::view::{Field, Syntax};

/// Where the fields of an OBX lie that may speak of a device.
#[derive(Clone, Copy)]
struct Row3To18<'a> {
    raw: &'a [u8],
    id: Span,
    tree: Span,
    value: Span,
    method: Span,
    equipment: Span,
}

/// Start and end in the segment; not behind each other when the field is absent.
type Span = (usize, usize);

impl<'a> Row3To18<'a> {
    /// By the places of the separators before fields 3 to 6 and before fields 17 to 19.
    #[inline(always)]
    fn new(segment: &Segment<'a>, [third, fourth, fifth, sixth]: [usize; 4], behind: [usize; 3]) -> Self {
        let span = |before: usize, end| (before.wrapping_add(1), end);
        let [method, equipment, end] = behind;
        Self {
            raw: segment.raw(),
            id: span(third, fourth),
            tree: span(fourth, fifth),
            value: span(fifth, sixth),
            method: span(method, equipment),
            equipment: span(equipment, end),
        }
    }

    fn read(segment: &Segment<'a>) -> Option<Self> {
        let [_, _, third, fourth, fifth, sixth, .., method, equipment, end] = segment.marks().take::<19>();
        (third < segment.len()).then(|| Self::new(segment, [third, fourth, fifth, sixth], [method, equipment, end]))
    }

    #[inline(always)]
    fn bytes(&self, (start, end): Span) -> &'a [u8] {
        self.raw.get(start..end).unwrap_or_default()
    }

    #[inline]
    fn device(&self, segment: &Segment<'a>) -> (u64, u64) {
        tree(self.bytes(self.tree), *segment.syntax())
    }
}

#[inline(always)]
pub(super) fn obx<'a>(line: &Line<'_, 'a>, context: &mut Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let segment = line.segment();
    context.row = Some(segment.place());
    let [_, _, third] = line.places();
    let count = line.count();
    // Most rows are measurements, with nothing behind them that matters.
    let quantity =
        count >= 3 && is_quantity(segment.tail().get(third.wrapping_add(1)..).unwrap_or_default(), *segment.syntax());
    if !(quantity && (count <= 16 || (count == 18 && is_repeated(line, context)))) {
        // A copy, so that the line itself need not lie in memory.
        row(*line, count, context, visit);
    }
}

/// Whether a row with 18 fields has the same equipment identifier as the row before, is about the same device, and has no method.
#[inline(always)]
fn is_repeated(line: &Line<'_, '_>, context: &Context<'_>) -> bool {
    let (raw, syntax) = (line.segment().raw(), *line.segment().syntax());
    let [_, _, _, before, end] = line.places();
    // Where separators may hide, what stands before the identifier may be part of a character.
    !context.equipment.is_empty()
        && syntax.trap() == Trap::None
        && matches!(raw.strip_suffix(context.equipment), Some([.., a, b]) if [*a, *b] == [syntax.field(); 2])
        && tree(raw.get(before.wrapping_add(1)..end).unwrap_or_default(), syntax) == (context.mds, context.vmd)
}

/// Tells what a row says that is more than a measurement.
#[inline(never)]
pub(super) fn row<'a>(line: Line<'_, 'a>, count: u32, context: &mut Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let segment = *line.segment();
    let behind = if count > 16 { line.places_from(16) } else { [segment.len(); 3] };
    let [_, _, places @ ..] = line.places::<6>();
    let fields = Row3To18::new(&segment, places, behind);
    let code = classify(fields.bytes(fields.id), *segment.syntax(), segment.offset().wrapping_add(fields.id.0));
    let (method, equipment) = (fields.bytes(fields.method), fields.bytes(fields.equipment));
    if code.is_none() && method.is_empty() && equipment.is_empty() {
        return;
    }
    let (mds, vmd) = fields.device(&segment);
    // Nothing is not compared with nothing: that is a read of no bytes at no address, which takes some processors long.
    let repeated = (mds, vmd) == (context.mds, context.vmd)
        && equipment.len() == context.equipment.len()
        && (equipment.is_empty() || equipment == context.equipment);
    if code.is_none() && method.is_empty() && repeated {
        return;
    }
    let field = |(start, end): Span| segment.slice(start, end, false);
    if !repeated {
        (context.mds, context.vmd, context.equipment) = (mds, vmd, equipment);
        context.instance = device::instance(field(fields.equipment));
    }
    let subject = Subject::Device { mds, vmd, instance: context.instance };
    if let Some(code) = code {
        let mut teller = Teller { subject: &subject, visit: &mut *visit };
        let value = field(fields.value);
        match code.row {
            Row::Level => {
                level(field(fields.id), code, ["OBX-3.1", "OBX-3.2"], &mut teller);
                // Philips gives a module's serial number as its equipment identifier.
                if vmd != 0 && !repeated && is_philips(context.oui) {
                    let equipment = field(fields.equipment);
                    if eui_of(&equipment.first()).is_none() {
                        teller.first(Attribute::Serial, equipment, "OBX-18.1");
                    }
                }
            }
            Row::Attribute(attribute) => attribute_value(attribute, value, &mut teller),
            Row::Model => model(value, &mut teller),
            Row::SystemId => system_id(value, &mut teller),
            Row::AlertSource => alert_source(value, &mut teller),
        }
    }
    if !repeated && !equipment.is_empty() {
        let names = ["OBX-18", "OBX-18.1", "OBX-18.2", "OBX-18.3"];
        device::equipment(field(fields.equipment), names, &subject, context, visit);
    }
    if !method.is_empty() {
        self::method(field(fields.method), &subject, visit);
    }
}

/// The type of a device, by number and by reference id.
fn level<'a>(id: Field<'a>, code: Code, [number, text]: [&'static str; 2], teller: &mut Teller<'_, 'a>) {
    let Some((code, name)) = code.pair(id) else { return };
    if code.bytes() != b"0" {
        teller.tell(Attribute::DeviceType, code.bytes(), code.offset(), number);
    }
    if let Some(name) = name {
        teller.tell(Attribute::DeviceType, name.bytes(), name.offset(), text);
    }
}

/// The device that the row is about, for a segment that belongs to it.
pub(super) fn subject_of<'a>(row: Segment<'a>) -> Subject<'a> {
    Row3To18::read(&row).map_or(Subject::MESSAGE, |fields| {
        let (mds, vmd) = fields.device(&row);
        let (start, end) = fields.equipment;
        Subject::Device { mds, vmd, instance: device::instance(row.slice(start, end, false)) }
    })
}

/// Device and module of OBX-4, when it is such a path: four numbers or more, none longer than 18 digits.
#[inline]
pub(crate) fn tree(path: &[u8], syntax: Syntax) -> (u64, u64) {
    let levels = || {
        let (mds, rest) = level_number(path)?;
        let (vmd, rest) = level_number(rest.strip_prefix(b".")?)?;
        let (_, rest) = level_number(rest.strip_prefix(b".")?)?;
        let (_, mut rest) = level_number(rest.strip_prefix(b".")?)?;
        while let [b'.', behind @ ..] = rest {
            (_, rest) = level_number(behind)?;
        }
        // Another component or repetition may follow; anything else makes it no path.
        let end = rest.first().copied();
        (end.is_none() || end == syntax.component() || end == syntax.repetition()).then_some((mds, vmd))
    };
    levels().unwrap_or_default()
}

/// A number of one to 18 digits, and what is behind it.
#[inline(always)]
fn level_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (mut rest, mut number) = (bytes, 0_u64);
    while let [byte, behind @ ..] = rest
        && byte.is_ascii_digit()
    {
        number = number.wrapping_mul(10).wrapping_add(u64::from(byte.wrapping_sub(b'0')));
        rest = behind;
    }
    let digits = bytes.len().wrapping_sub(rest.len());
    matches!(digits, 1..=18).then_some((number, rest))
}

fn attribute_value<'a>(attribute: Attribute, value: Field<'a>, teller: &mut Teller<'_, 'a>) {
    let first = Some(value.component(1)).filter(|first| !first.is_absent());
    if let Some(component) = first.or_else(|| value.components().find(|component| !component.is_absent())) {
        teller.tell(attribute, component.bytes(), component.offset(), "OBX-5");
    }
}

/// The type of a device that raised an alert. Where a module, a quantity or a place in the tree did, it says nothing here.
fn alert_source<'a>(value: Field<'a>, teller: &mut Teller<'_, 'a>) {
    let source = value.component(1);
    if !is_system(source.bytes()) {
        return;
    }
    // The row stands where the alert does, perhaps in a module; the type is that of the device.
    let subject = match *teller.subject {
        Subject::Device { mds, instance, .. } => Subject::Device { mds, vmd: 0, instance },
        other => other,
    };
    let mut teller = Teller { subject: &subject, visit: &mut *teller.visit };
    teller.tell(Attribute::DeviceType, source.bytes(), source.offset(), "OBX-5.1");
}

/// A model, or `manufacturer=X model=Y` in one string.
fn model<'a>(value: Field<'a>, teller: &mut Teller<'_, 'a>) {
    for repetition in value.repetitions() {
        let text = repetition.bytes();
        let mut open: Option<(Attribute, usize)> = None;
        let mut told = false;
        let mut close = |open: Option<(Attribute, usize)>, end: usize| {
            let Some((attribute, start)) = open else { return };
            let value = text.get(start..end).unwrap_or_default().trim_ascii_end();
            let value = value.strip_suffix(b",").or_else(|| value.strip_suffix(b";")).unwrap_or(value);
            teller.tell(attribute, value, repetition.offset().wrapping_add(start), "OBX-5");
            told = true;
        };
        for equals in memchr::memchr_iter(b'=', text) {
            let before = text.get(..equals).unwrap_or_default();
            let (attribute, keyword) = if before.ends_with(b"manufacturer") {
                (Attribute::Manufacturer, 12)
            } else if before.ends_with(b"model") {
                (Attribute::Model, 5)
            } else {
                continue;
            };
            close(open, equals.saturating_sub(keyword));
            open = Some((attribute, equals.wrapping_add(1)));
        }
        close(open, text.len());
        if !told {
            teller.tell(Attribute::Model, text, repetition.offset(), "OBX-5");
        }
    }
}

/// An EUI-64, alone or behind serial number and model; anything else is an identifier.
fn system_id<'a>(value: Field<'a>, teller: &mut Teller<'_, 'a>) {
    let parts: [_; 4] = value.first();
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
fn method<'a>(field: Field<'a>, subject: &Subject<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    for repetition in field.repetitions() {
        if let Some(found) = eui_of(&repetition.first()) {
            Teller { subject, visit: &mut *visit }.eui(found.eui, found.text, found.offset, "OBX-17");
        }
    }
}

/// Order numbers in which gateways repeat an EUI-64, the collector where it is a device, and the service that names one.
pub(super) fn obr<'a>(line: &Line<'_, 'a>, context: &mut Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    const NAMES: [(usize, device::Names); 3] = [
        (2, ["OBR-2", "OBR-2.1", "OBR-2.2", "OBR-2.3"]),
        (3, ["OBR-3", "OBR-3.1", "OBR-3.2", "OBR-3.3"]),
        (10, ["OBR-10", "OBR-10.1", "OBR-10.2", "OBR-10.3"]),
    ];
    context.row = None;
    let mut told: &[u8] = &[];
    let [_, second, third, fourth, fifth, .., tenth, eleventh] = line.places::<11>();
    for (number, before, end) in [(2, second, third), (3, third, fourth), (4, fourth, fifth), (10, tenth, eleventh)] {
        let field = line.segment().slice(before.wrapping_add(1), end, false);
        // Most gateways put the same into OBR-3 as into OBR-2.
        if field.is_absent() || field.bytes() == told {
            continue;
        }
        if number == 4 {
            service(field, context, visit);
            continue;
        }
        let Some((_, names)) = NAMES.iter().find(|(of, _)| *of == number) else { continue };
        let Some(found) = eui_of(&field.first()) else { continue };
        context.oui = eui64::oui(found.eui);
        told = field.bytes();
        // A gateway's own.
        if context.sender == Some(found.eui) {
            continue;
        }
        let subject = Subject::Device { mds: 0, vmd: 0, instance: found.text };
        if context.oui == device::SMITHS && number < 4 {
            device::equipment(field, *names, &subject, context, visit);
        } else {
            let [_, first, _, third] = *names;
            let place = if found.component == 0 { first } else { third };
            Teller { subject: &subject, visit: &mut *visit }.eui(found.eui, found.text, found.offset, place);
        }
    }
}

fn service<'a>(field: Field<'a>, context: &Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    if context.chemistry && field.component(1).bytes() == b"Mindray" {
        let (service, model) = (field.repetition(1), field.component(2));
        let mut teller = Teller { subject: &Subject::Sender, visit };
        teller.tell(Attribute::Service, service.bytes(), service.offset(), "OBR-4");
        teller.tell(Attribute::Model, model.bytes(), model.offset(), "OBR-4.2");
    } else if let Some(code) =
        classify(field.bytes(), field.syntax(), field.offset()).filter(|code| code.row == Row::Level)
    {
        level(field, code, ["OBR-4.1", "OBR-4.2"], &mut Teller { subject: &Subject::MESSAGE, visit });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Delimiters;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_read_at_once_equals_one_split_at_every_separator(
            row in "OBX(\\|[a1.^]{0,12}|\\|){0,24}", behind in "(\rOBX\\|1\\|\\|\\|{0,90})?"
        ) {
            let tail: Vec<u8> = row.bytes().chain(behind.bytes()).collect();
            let syntax = Syntax::new(Delimiters::DEFAULT, Trap::None);
            let segment = Segment::new(&tail, row.len(), 0, syntax);
            let pieces: Vec<&str> = row.split('|').collect();
            let piece = |n: usize| pieces.get(n).map_or(&b""[..], |piece| piece.as_bytes());
            let found = Row3To18::read(&segment);
            prop_assert_eq!(found.is_some(), pieces.len() > 3);
            if let Some(found) = found {
                let read = [found.id, found.tree, found.value, found.method, found.equipment].map(|at| found.bytes(at));
                prop_assert_eq!(read, [3, 4, 5, 17, 18].map(piece));
            }
        }
    }
}
