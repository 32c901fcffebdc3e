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
use crate::line::Line;
use crate::segment::Segment;
use crate::view::Field;

/// Vendors whose use of MSH-3 and MSH-4 is known, by what proves them.
const SD_BIOSENSOR: [u8; 4] = [0x70, 0xb3, 0xd5, 0x73];

pub(super) fn msh<'a>(line: &Line<'_, 'a>, context: &mut Context<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let segment = line.segment();
    let separators = line.places::<26>();
    let place = |index: usize| separators.get(index).copied().unwrap_or(segment.len());
    // Two separators stand before MSH-3, and so on.
    let field = |n: usize| segment.slice(place(n.wrapping_sub(2)).wrapping_add(1), place(n.wrapping_sub(1)), false);
    let [name, facility, version] = [3, 4, 12].map(field);
    let mut teller = Teller { subject: &Subject::Sender, visit: &mut *visit };
    if !name.is_absent() {
        let sender = application(name, "MSH-3.1", "MSH-3.2", &mut teller).map(u64::to_be_bytes);
        (context.sender, context.oui) = (sender, sender.map_or([0; 3], eui64::oui));
    }
    hd(facility, Attribute::Facility, "MSH-4.1", "MSH-4.2", &mut teller);
    let [receiver, at] = [5, 6].map(field);
    if !(receiver.is_absent() && at.is_absent()) {
        let mut teller = Teller { subject: &Subject::Receiver, visit: &mut *teller.visit };
        application(receiver, "MSH-5.1", "MSH-5.2", &mut teller);
        hd(at, Attribute::Facility, "MSH-6.1", "MSH-6.2", &mut teller);
    }
    teller.first(Attribute::Time, field(7), "MSH-7");
    let security = field(8);
    if !(security.is_absent() || security.is_null()) {
        teller.tell(Attribute::Credentials, PRESENT, security.offset(), "MSH-8");
    }
    teller.field(Attribute::MessageType, field(9), "MSH-9");
    let id = field(10);
    if !id.is_absent() {
        teller.tell(Attribute::ControlIdShape, control_id_shape(id.bytes()).as_bytes(), id.offset(), "MSH-10");
    }
    teller.first(Attribute::ProcessingId, field(11), "MSH-11.1");
    teller.first(Attribute::Version, version, "MSH-12.1");
    for charset in field(18).repetitions() {
        teller.tell(Attribute::CharacterSet, charset.bytes(), charset.offset(), "MSH-18");
    }
    for profile in field(21).repetitions() {
        let [name, _, id] = profile.first();
        for (component, place) in [(name, "MSH-21.1"), (id, "MSH-21.3")] {
            let Some(component) = component else { continue };
            teller.tell(Attribute::Profile, component.bytes(), component.offset(), place);
        }
    }
    let [from, to] = [24, 25].map(field);
    address(from, "MSH-24.1", "MSH-24.2", &mut teller);
    if !to.is_absent() {
        let mut teller = Teller { subject: &Subject::Receiver, visit: &mut *teller.visit };
        address(to, "MSH-25.1", "MSH-25.2", &mut teller);
    }
    conventions(name, facility, version, context, visit);
}

/// What vendors put into MSH-3 and MSH-4 beyond the standard, where the message proves the vendor.
fn conventions<'a>(
    application: Field<'a>,
    facility: Field<'a>,
    version: Field<'a>,
    context: &mut Context<'a>,
    visit: &mut dyn FnMut(Fact<'a>),
) {
    let mut teller = Teller { subject: &Subject::Sender, visit };
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
        let subject = if index < 2 { &Subject::Sender } else { &Subject::Receiver };
        let mut teller = Teller { subject, visit: &mut *visit };
        if index & 1 == 0 {
            application(field, pick(names), pick(ids), &mut teller);
        } else {
            hd(field, Attribute::Facility, pick(names), pick(ids), &mut teller);
        }
    }
}

/// An application with its host's EUI-64, which is returned as a number.
fn application<'a>(field: Field<'a>, name: &'static str, id: &'static str, teller: &mut Teller<'_, 'a>) -> Option<u64> {
    let [first, second, third] = field.first();
    let first = first?;
    let Some(second) = second else {
        teller.tell(Attribute::Application, first.bytes(), first.offset(), name);
        return None;
    };
    if is_eui_type(second.bytes())
        && let Some(eui) = eui64::parse(first.bytes())
    {
        teller.tell(Attribute::ApplicationEui64, first.bytes(), first.offset(), name);
        return Some(u64::from_be_bytes(eui));
    }
    teller.tell(Attribute::Application, first.bytes(), first.offset(), name);
    let kind = third.map_or(&[][..], |kind| kind.bytes());
    if is_eui_type(kind)
        && let Some(eui) = eui64::parse(second.bytes())
    {
        teller.tell(Attribute::ApplicationEui64, second.bytes(), second.offset(), id);
        return Some(u64::from_be_bytes(eui));
    }
    if kind.eq_ignore_ascii_case(b"DNS") {
        teller.tell(Attribute::NetworkAddress, second.bytes(), second.offset(), id);
    }
    None
}

/// A name with a universal id that is told when it is an address.
fn hd<'a>(field: Field<'a>, attribute: Attribute, name: &'static str, id: &'static str, teller: &mut Teller<'_, 'a>) {
    let [Some(first), second, kind] = field.first() else { return };
    teller.tell(attribute, first.bytes(), first.offset(), name);
    if let (Some(second), Some(kind)) = (second, kind)
        && kind.bytes().eq_ignore_ascii_case(b"DNS")
    {
        teller.tell(Attribute::NetworkAddress, second.bytes(), second.offset(), id);
    }
}

fn address<'a>(field: Field<'a>, name: &'static str, id: &'static str, teller: &mut Teller<'_, 'a>) {
    let [first, second] = field.first();
    for (component, place) in [(first, name), (second, id)] {
        let Some(component) = component else { continue };
        teller.tell(Attribute::NetworkAddress, component.bytes(), component.offset(), place);
    }
}

pub(super) fn sft<'a>(line: &Line<'_, 'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let [before, first, second, third] = line.places();
    let field = |before: usize, end| line.segment().slice(before.wrapping_add(1), end, false);
    let mut teller = Teller { subject: &Subject::Sender, visit };
    teller.first(Attribute::SoftwareVendor, field(before, first), "SFT-1.1");
    teller.field(Attribute::SoftwareProductVersion, field(first, second), "SFT-2");
    teller.field(Attribute::SoftwareProduct, field(second, third), "SFT-3");
}

/// That there are credentials, and not which.
pub(super) fn uac<'a>(segment: Segment<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let field = segment.field(2);
    if !field.is_absent() {
        Teller { subject: &Subject::Sender, visit }.tell(Attribute::Credentials, PRESENT, field.offset(), "UAC-2");
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
