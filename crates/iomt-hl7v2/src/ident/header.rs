//! Who sends and receives: MSH, FHS, BHS, SFT.
//!
//! ```text
//!  MSH-3  name ^ EUI-64 ^ EUI-64     application, with its host
//!  MSH-3  EUI-64 ^ "EUI-64"          the same, shifted by one component (Draeger gateway)
//!  MSH-3  name ^ address ^ DNS
//! ```
//! HL7 v2.9.1 chapter 2, sections 2.14.9 and 2.14.12 (MSH, SFT).

use super::{Attribute, Context, Fact, PRESENT, Subject, Teller, is_eui_type};
use crate::eui64;
use crate::segment::Segment;
use crate::view::Field;

/// Vendors whose use of MSH-3 and MSH-4 is known, by what proves them.
const SD_BIOSENSOR: [u8; 4] = [0x70, 0xb3, 0xd5, 0x73];

pub(super) fn msh<'a>(segment: Segment<'a>, context: &mut Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let mut named = [Field::new(&[], 0, *segment.syntax()); 4];
    let mut marks = segment.marks();
    let len = segment.raw().len();
    if !marks.skip(1) {
        return;
    }
    // MSH-3 begins behind the second separator.
    let mut before = marks.next();
    for n in 3..=25 {
        let Some(separator) = before else { break };
        before = marks.next();
        let (start, end) = (separator.wrapping_add(1), before.unwrap_or(len));
        if start >= end {
            continue;
        }
        let field = segment.slice(start, end, false);
        let mut teller = Teller { subject: Subject::Sender, visit: &mut *visit };
        match n {
            3 => {
                named = [field; 4];
                context.sender = application(field, "MSH-3.1", "MSH-3.2", &mut teller);
                context.oui = context.sender.map_or([0; 3], eui64::oui);
            }
            4 => {
                named[1] = field;
                hd(field, Attribute::Facility, "MSH-4.1", "MSH-4.2", &mut teller);
            }
            5 => {
                teller.subject = Subject::Receiver;
                application(field, "MSH-5.1", "MSH-5.2", &mut teller);
            }
            6 => {
                teller.subject = Subject::Receiver;
                hd(field, Attribute::Facility, "MSH-6.1", "MSH-6.2", &mut teller);
            }
            7 => teller.first(Attribute::Time, field, "MSH-7"),
            8 if !field.is_null() => teller.tell(Attribute::Credentials, PRESENT, field.offset(), "MSH-8"),
            9 => teller.field(Attribute::MessageType, field, "MSH-9"),
            10 => {
                let shape = control_id_shape(field.bytes());
                teller.tell(Attribute::ControlIdShape, shape.as_bytes(), field.offset(), "MSH-10");
            }
            11 => teller.first(Attribute::ProcessingId, field, "MSH-11.1"),
            12 => {
                teller.first(Attribute::Version, field, "MSH-12.1");
                named[2] = field;
            }
            18 => {
                for repetition in field.repetitions() {
                    teller.tell(Attribute::CharacterSet, repetition.bytes(), repetition.offset(), "MSH-18");
                }
            }
            21 => {
                for repetition in field.repetitions() {
                    for (component, name) in [(1, "MSH-21.1"), (3, "MSH-21.3")] {
                        let component = repetition.component(component);
                        teller.tell(Attribute::Profile, component.bytes(), component.offset(), name);
                    }
                }
            }
            24 => address(field, "MSH-24.1", "MSH-24.2", &mut teller),
            25 => {
                teller.subject = Subject::Receiver;
                address(field, "MSH-25.1", "MSH-25.2", &mut teller);
            }
            _ => {}
        }
    }
    let [application, facility, version, _] = named;
    conventions(application, facility, version, context, visit);
}

/// What vendors put into MSH-3 and MSH-4 beyond the standard, where the message proves the vendor.
fn conventions<'a>(
    application: Field<'a>,
    facility: Field<'a>,
    version: Field<'a>,
    context: &mut Context<'a>,
    visit: &mut dyn FnMut(Fact<'a>),
) {
    let mut teller = Teller { subject: Subject::Sender, visit };
    // SD Biosensor F-line (its block of 36 bits) and BioNote Vcheck give the instrument's serial number as application.
    let sd_biosensor = context.sender.is_some_and(|[a, b, c, d, e, ..]| [a, b, c, d] == SD_BIOSENSOR && e >> 4 == 7);
    if sd_biosensor || facility.bytes() == b"BioNote" {
        teller.first(Attribute::Serial, application, "MSH-3.1");
    }
    // Mindray chemistry and haematology analysers of v2.3.1 give the model as facility.
    if application.bytes() == b"Mindray" && version.bytes() == b"2.3.1" {
        context.chemistry = true;
        teller.first(Attribute::Model, facility, "MSH-4.1");
    }
    // Roche cobas infinity gives its version as universal id.
    if application.bytes().starts_with(b"INFINITY^") && facility.bytes() == b"Roche Diagnostics" {
        let version = application.component(2);
        teller.tell(Attribute::SoftwareVersion, version.bytes(), version.offset(), "MSH-3.2");
    }
}

pub(super) fn wrapper<'a>(segment: Segment<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    const NAMES: [[&str; 2]; 4] =
        [["FHS-3.1", "BHS-3.1"], ["FHS-4.1", "BHS-4.1"], ["FHS-5.1", "BHS-5.1"], ["FHS-6.1", "BHS-6.1"]];
    const IDS: [[&str; 2]; 4] =
        [["FHS-3.2", "BHS-3.2"], ["FHS-4.2", "BHS-4.2"], ["FHS-5.2", "BHS-5.2"], ["FHS-6.2", "BHS-6.2"]];
    let batch = segment.raw().first() == Some(&b'B');
    let pick = |[file, batch_name]: [&'static str; 2]| if batch { batch_name } else { file };
    for (index, (field, (names, ids))) in segment.fields().skip(2).zip(NAMES.into_iter().zip(IDS)).enumerate() {
        let subject = if index < 2 { Subject::Sender } else { Subject::Receiver };
        let mut teller = Teller { subject, visit: &mut *visit };
        if index & 1 == 0 {
            application(field, pick(names), pick(ids), &mut teller);
        } else {
            hd(field, Attribute::Facility, pick(names), pick(ids), &mut teller);
        }
    }
}

/// An application with its host's EUI-64, which is returned.
fn application<'a>(
    field: Field<'a>,
    name: &'static str,
    id: &'static str,
    teller: &mut Teller<'_, 'a>,
) -> Option<[u8; 8]> {
    let mut components = field.components();
    let first = components.next()?;
    let Some(second) = components.next() else {
        teller.tell(Attribute::Application, first.bytes(), first.offset(), name);
        return None;
    };
    if is_eui_type(second.bytes())
        && let Some(eui) = eui64::parse(first.bytes())
    {
        teller.tell(Attribute::ApplicationEui64, first.bytes(), first.offset(), name);
        return Some(eui);
    }
    teller.tell(Attribute::Application, first.bytes(), first.offset(), name);
    let kind = components.next().map_or(&[][..], |kind| kind.bytes());
    if is_eui_type(kind)
        && let Some(eui) = eui64::parse(second.bytes())
    {
        teller.tell(Attribute::ApplicationEui64, second.bytes(), second.offset(), id);
        return Some(eui);
    }
    if kind.eq_ignore_ascii_case(b"DNS") {
        teller.tell(Attribute::NetworkAddress, second.bytes(), second.offset(), id);
    }
    None
}

/// A name with a universal id that is told when it is an address.
fn hd<'a>(field: Field<'a>, attribute: Attribute, name: &'static str, id: &'static str, teller: &mut Teller<'_, 'a>) {
    let mut components = field.components();
    let Some(first) = components.next() else { return };
    teller.tell(attribute, first.bytes(), first.offset(), name);
    if let (Some(second), Some(kind)) = (components.next(), components.next())
        && kind.bytes().eq_ignore_ascii_case(b"DNS")
    {
        teller.tell(Attribute::NetworkAddress, second.bytes(), second.offset(), id);
    }
}

fn address<'a>(field: Field<'a>, name: &'static str, id: &'static str, teller: &mut Teller<'_, 'a>) {
    for (component, place) in [(1, name), (2, id)] {
        let component = field.component(component);
        teller.tell(Attribute::NetworkAddress, component.bytes(), component.offset(), place);
    }
}

pub(super) fn sft<'a>(segment: Segment<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let mut teller = Teller { subject: Subject::Sender, visit };
    let mut fields = segment.fields();
    if let Some(vendor) = fields.next() {
        teller.first(Attribute::SoftwareVendor, vendor, "SFT-1.1");
    }
    for (attribute, place) in [(Attribute::SoftwareProductVersion, "SFT-2"), (Attribute::SoftwareProduct, "SFT-3")] {
        if let Some(field) = fields.next() {
            teller.field(attribute, field, place);
        }
    }
}

/// That there are credentials, and not which.
pub(super) fn uac<'a>(segment: Segment<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let field = segment.field(2);
    if !field.is_absent() {
        Teller { subject: Subject::Sender, visit }.tell(Attribute::Credentials, PRESENT, field.offset(), "UAC-2");
    }
}

/// What kind of text a message control id is. Implementations number their messages in few ways, which tells them apart;
/// the number itself says nothing and is not kept.
#[must_use]
pub fn control_id_shape(id: &[u8]) -> &'static str {
    let digits = id.iter().all(u8::is_ascii_digit);
    match id {
        [] => "absent",
        _ if digits => match id.len() {
            1..=9 => "digits-to-9",
            14 | 17 if id.starts_with(b"20") => "timestamp",
            18 => "digits-18",
            10..=17 => "digits-to-17",
            _ => "digits-over-18",
        },
        [b'{', inner @ .., b'}'] if is_guid(inner) => "braced-guid",
        _ if is_guid(id) => "guid",
        _ if id.len() == 32 && id.iter().all(u8::is_ascii_hexdigit) => "hex-32",
        [b'H', b'P', digit, ..] if digit.is_ascii_digit() => "hp-time",
        _ if id.iter().all(u8::is_ascii_hexdigit) => "hex",
        _ if id.get(..14).is_some_and(|time| time.starts_with(b"20") && time.iter().all(u8::is_ascii_digit)) => {
            "timestamp-and-more"
        }
        _ if id.iter().all(u8::is_ascii_alphanumeric) => "letters-and-digits",
        _ => "mixed",
    }
}

/// Whether this is a GUID or UUID in its usual writing.
pub(super) fn is_guid(text: &[u8]) -> bool {
    let place = |(index, byte): (usize, &u8)| match index {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.iter().enumerate().all(place)
}
