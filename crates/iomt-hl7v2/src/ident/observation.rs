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

use super::code::{Row, classify, is_system, pair};
use super::device::{self, eui_of, four, is_philips};
use super::{Attribute, Context, Fact, Subject, Teller};
use crate::scan::{self, Marks, Trap};
use crate::segment::Segment;
use crate::view::{Field, Syntax};
use crate::{Delimiters, eui64};

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

/// Start and end in the segment; equal when the field is absent.
type Span = (usize, usize);

impl<'a> Row3To18<'a> {
    fn read(segment: &Segment<'a>, last: &[u8]) -> Option<Self> {
        let mut marks = segment.marks();
        Some(Self::begin(segment, &mut marks)?.end(segment, &mut marks, last))
    }

    /// Fields 3 to 5.
    #[inline(always)]
    fn begin(segment: &Segment<'a>, marks: &mut Marks<'a>) -> Option<Self> {
        let raw = segment.raw();
        let len = raw.len();
        let [_, _, third, fourth, fifth, sixth] = marks.take();
        if third >= len {
            return None;
        }
        let from = |separator: usize| separator.wrapping_add(1).min(len);
        let (id, tree, value) = ((from(third), fourth), (from(fourth), fifth), (from(fifth), sixth));
        Some(Self { raw, id, tree, value, method: (0, 0), equipment: (0, 0) })
    }

    /// Fields 17 and 18 as well. `last` is the equipment identifier of another row: one that is the same needs no search for its end.
    #[inline(always)]
    fn end(mut self, segment: &Segment<'a>, marks: &mut Marks<'a>, last: &[u8]) -> Self {
        let Self { raw, .. } = self;
        let len = raw.len();
        // The separator before field 6 is consumed: ten more stand before that of field 17.
        if self.value.1 < len
            && marks.skip(10)
            && let Some(start) = marks.next()
        {
            let end = marks.next().unwrap_or(len);
            self.method = (start.wrapping_add(1), end);
            if let Some((_, rest)) = raw.split_at_checked(end.wrapping_add(1)) {
                let Syntax { delimiters, trap } = *segment.syntax();
                let length = match rest.strip_prefix(last) {
                    Some([]) => rest.len(),
                    // Where separators may hide, what stood at the end of the other row may hide this one.
                    Some([after, ..]) if *after == delimiters.field && trap == Trap::None => last.len(),
                    _ => scan::find(delimiters.field, rest, trap).unwrap_or(rest.len()),
                };
                let start = end.wrapping_add(1);
                self.equipment = (start, start.wrapping_add(length));
            }
        }
        self
    }

    #[inline]
    fn bytes(&self, (start, end): Span) -> &'a [u8] {
        self.raw.get(start..end).unwrap_or_default()
    }

    #[inline]
    fn device(&self, segment: &Segment<'a>) -> (u64, u64) {
        tree(self.bytes(self.tree), &segment.syntax().delimiters)
    }
}

pub(super) fn obx<'a>(segment: Segment<'a>, context: &mut Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    context.row = Some(segment);
    let mut marks = segment.marks();
    let Some(fields) = Row3To18::begin(&segment, &mut marks) else { return };
    let row = classify(fields.bytes(fields.id), segment.syntax(), segment.offset().wrapping_add(fields.id.0));
    if row.is_none() && segment.syntax().trap == Trap::None {
        match behind(&segment, context.equipment) {
            Behind::Nothing => return,
            Behind::TheSame if fields.device(&segment) == (context.mds, context.vmd) => return,
            _ => {}
        }
    }
    let fields = fields.end(&segment, &mut marks, context.equipment);
    let equipment = fields.bytes(fields.equipment);
    // Most rows are measurements: they matter only if their device is not the one of the row before.
    let silent = row.is_none() && fields.method.0 >= fields.method.1;
    if silent && equipment.is_empty() {
        return;
    }
    let device = fields.device(&segment);
    let repeated = equipment == context.equipment && device == (context.mds, context.vmd);
    if !(silent && repeated) {
        say(segment, fields, row, device, repeated, context, visit);
    }
}

/// What a row has in fields 17 and 18, as far as that is seen without looking for them.
enum Behind {
    /// Nothing.
    Nothing,
    /// Nothing in 17, and in 18, which is the last, what another row has there.
    TheSame,
    /// Perhaps something.
    More,
}

/// Rows of measurements end before field 17, or with the equipment identifier of the row before: counting separators tells.
#[inline(always)]
fn behind(segment: &Segment<'_>, last: &[u8]) -> Behind {
    let (raw, separator) = (segment.raw(), segment.syntax().delimiters.field);
    match scan::count(separator, raw) {
        0..=16 => Behind::Nothing,
        18 if !last.is_empty()
            && let Some([.., before, at]) = raw.strip_suffix(last)
            && *before == separator
            && *at == separator =>
        {
            Behind::TheSame
        }
        _ => Behind::More,
    }
}

/// Tells what a row says that is more than a measurement of the device of the row before.
#[inline(never)]
fn say<'a>(
    segment: Segment<'a>,
    fields: Row3To18<'a>,
    row: Option<Row>,
    (mds, vmd): (u64, u64),
    repeated: bool,
    context: &mut Context<'a>,
    visit: &mut dyn FnMut(Fact<'a>),
) {
    let field = |(start, end): Span| segment.slice(start, end, false);
    let equipment = fields.bytes(fields.equipment);
    if !repeated {
        (context.mds, context.vmd, context.equipment) = (mds, vmd, equipment);
        context.instance = device::instance(field(fields.equipment));
    }
    let subject = Subject::Device { mds, vmd, instance: context.instance };
    if let Some(row) = row {
        let mut teller = Teller { subject, visit: &mut *visit };
        let value = field(fields.value);
        match row {
            Row::Level => {
                level(field(fields.id), ["OBX-3.1", "OBX-3.2"], &mut teller);
                // Philips gives a module's serial number as its equipment identifier.
                if vmd != 0 && !repeated && is_philips(context.oui) {
                    let equipment = field(fields.equipment);
                    if eui_of(&four(&equipment.repetition(1))).is_none() {
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
        device::equipment(field(fields.equipment), names, subject, context, visit);
    }
    if fields.method.0 < fields.method.1 {
        method(field(fields.method), subject, visit);
    }
}

/// The type of a device, by number and by reference id.
fn level<'a>(id: Field<'a>, [number, text]: [&'static str; 2], teller: &mut Teller<'_, 'a>) {
    let Some((code, name)) = pair(id) else { return };
    if code.bytes() != b"0" {
        teller.tell(Attribute::DeviceType, code.bytes(), code.offset(), number);
    }
    if let Some(name) = name {
        teller.tell(Attribute::DeviceType, name.bytes(), name.offset(), text);
    }
}

/// The device that the row is about, for a segment that belongs to it.
pub(super) fn subject_of<'a>(row: Segment<'a>) -> Subject<'a> {
    Row3To18::read(&row, &[]).map_or(Subject::MESSAGE, |fields| {
        let (mds, vmd) = fields.device(&row);
        let (start, end) = fields.equipment;
        Subject::Device { mds, vmd, instance: device::instance(row.slice(start, end, false)) }
    })
}

/// Device and module of OBX-4, when it is such a path: four numbers or more, none longer than 18 digits.
#[inline]
pub(crate) fn tree(path: &[u8], delimiters: &Delimiters) -> (u64, u64) {
    let (mut mds, mut vmd) = (0, 0);
    let (mut dots, mut digits, mut number) = (0_u32, 0_u32, 0_u64);
    for &byte in path {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
            digits = digits.wrapping_add(1);
            continue;
        }
        if byte != b'.' {
            // Another component or repetition may follow; anything else makes it no path.
            let ends = Some(byte) == delimiters.component || Some(byte) == delimiters.repetition;
            dots = if ends { dots } else { 0 };
            break;
        }
        if !matches!(digits, 1..=18) {
            return (0, 0);
        }
        (mds, vmd) = if dots == 0 { (number, 0) } else { (mds, if dots == 1 { number } else { vmd }) };
        dots = dots.wrapping_add(1);
        (digits, number) = (0, 0);
    }
    if dots >= 3 && matches!(digits, 1..=18) { (mds, vmd) } else { (0, 0) }
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
    if let Subject::Device { vmd, .. } = &mut teller.subject {
        *vmd = 0;
    }
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
        (1, ["OBR-2", "OBR-2.1", "OBR-2.2", "OBR-2.3"]),
        (2, ["OBR-3", "OBR-3.1", "OBR-3.2", "OBR-3.3"]),
        (9, ["OBR-10", "OBR-10.1", "OBR-10.2", "OBR-10.3"]),
    ];
    context.row = None;
    let mut told: &[u8] = &[];
    for (index, field) in segment.fields().enumerate().take(10) {
        // Most gateways put the same into OBR-3 as into OBR-2.
        if !matches!(index, 1..=3 | 9) || field.is_absent() || field.bytes() == told {
            continue;
        }
        if index == 3 {
            service(field, context, visit);
            continue;
        }
        let Some((_, names)) = NAMES.iter().find(|(at, _)| *at == index) else { continue };
        let Some(found) = eui_of(&four(&field.repetition(1))) else { continue };
        context.oui = eui64::oui(found.eui);
        told = field.bytes();
        // A gateway's own.
        if context.sender == Some(found.eui) {
            continue;
        }
        let subject = Subject::Device { mds: 0, vmd: 0, instance: found.text };
        if context.oui == device::SMITHS && index < 3 {
            device::equipment(field, *names, subject, context, visit);
        } else {
            let [_, first, _, third] = *names;
            let place = if found.component == 0 { first } else { third };
            Teller { subject, visit: &mut *visit }.eui(found.eui, found.text, found.offset, place);
        }
    }
}

fn service<'a>(field: Field<'a>, context: &Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    if context.chemistry && field.component(1).bytes() == b"Mindray" {
        let (service, model) = (field.repetition(1), field.component(2));
        let mut teller = Teller { subject: Subject::Sender, visit };
        teller.tell(Attribute::Service, service.bytes(), service.offset(), "OBR-4");
        teller.tell(Attribute::Model, model.bytes(), model.offset(), "OBR-4.2");
    } else if classify(field.bytes(), &field.syntax(), field.offset()) == Some(Row::Level) {
        level(field, ["OBR-4.1", "OBR-4.2"], &mut Teller { subject: Subject::MESSAGE, visit });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_read_at_once_equals_one_split_at_every_separator(
            row in "OBX(\\|[a1.^]{0,12}|\\|){0,24}", behind in "(\rOBX\\|1\\|\\|\\|{0,90})?", last in "[a1.^]{0,3}"
        ) {
            let tail: Vec<u8> = row.bytes().chain(behind.bytes()).collect();
            let syntax = Syntax { delimiters: Delimiters::DEFAULT, trap: Trap::None };
            let segment = Segment::new(&tail, row.len(), 0, syntax);
            let pieces: Vec<&str> = row.split('|').collect();
            let piece = |n: usize| pieces.get(n).map_or(&b""[..], |piece| piece.as_bytes());
            let twin = piece(18);
            for last in [&b""[..], last.as_bytes(), twin, twin.get(1..).unwrap_or_default()] {
                let found = Row3To18::read(&segment, last);
                prop_assert_eq!(found.is_some(), pieces.len() > 3);
                let Some(found) = found else { continue };
                let read = [found.id, found.tree, found.value, found.method, found.equipment].map(|at| found.bytes(at));
                prop_assert_eq!(read, [3, 4, 5, 17, 18].map(piece));
            }
        }
    }
}
