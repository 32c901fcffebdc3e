//! What a record says of the device that sent it.
//!
//! ```text
//!  H-4   access password                  that it is there, never what it is
//!  H-5   sender: name, or what its maker puts into the components (layouts)
//!  H-10  receiver                         H-12  processing    H-13  version
//!  R-14  instrument that measured         M     whatever the maker wants
//! ```
//! LIS02-A2 (ASTM E1394) sections 6 (header), 9 (result), 14 (manufacturer). P, O, C, Q and S records, and all other fields of
//! H and R, are never read.

mod layouts;

use crate::record::{Component, Field, Record, RecordType};
pub use layouts::{LAYOUTS, Layout, Part, Sign};

/// Whom a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Who sent the message: an analyser, a host, or a program between them.
    Sender,
    /// Whom it is for.
    Receiver,
    /// The instrument that made a result; it may be the sender, a part of it, or one of many behind it.
    Instrument,
}

/// Which property a fact gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// What the sender or receiver calls itself.
    Name,
    /// Who made it.
    Manufacturer,
    /// Which product it is.
    Model,
    /// The serial number.
    Serial,
    /// The version of its software.
    SoftwareVersion,
    /// The version of the protocol of its maker.
    ProtocolVersion,
    /// The maker's code of the product: Sysmex's PS code.
    ProductCode,
    /// The number that a site gave it.
    DeviceNumber,
    /// A component of H-5 that no layout explains.
    SenderComponent,
    /// That H-4 holds a password; the value is not given.
    AccessPassword,
    /// H-12: P production, T training, D debugging, Q quality control.
    ProcessingId,
    /// H-13: the version of the standard.
    Version,
    /// R-14 as it was sent.
    InstrumentId,
    /// A field of an M record: whatever the maker wants, so it may be anything.
    ManufacturerInformation,
}

/// Something that a field says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fact<'a> {
    /// About whom.
    pub subject: Subject,
    /// Which property.
    pub attribute: Attribute,
    /// The value as it was sent, still escaped, without blanks around it; never empty. Nothing for a password.
    pub value: &'a [u8],
    /// Where it stands, as the standard counts.
    pub field: &'static str,
    /// Where the value begins, counted as the record's offset is.
    pub offset: usize,
    /// Whether the message itself does not say so: a maker that is known by its product's name, or a component of a sender in no
    /// layout that is taken for a serial number or version by its form.
    pub inferred: bool,
}

impl core::fmt::Debug for Fact<'_> {
    /// Manufacturer information may be anything, so it is not shown.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { subject, attribute, value, field, offset, .. } = self;
        let value = if *attribute == Attribute::ManufacturerInformation { b"..." } else { *value };
        write!(f, "{subject:?} {attribute:?} = {} ({field} at {offset})", value.escape_ascii())
    }
}

/// Calls `visit` with everything that the record says of devices, in its order. No allocation.
pub fn facts<'a>(record: &Record<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    match record.record_type() {
        RecordType::HEADER => header(record, visit),
        RecordType::RESULT => {
            let mut teller = Teller { subject: Subject::Instrument, visit };
            teller.field(Attribute::InstrumentId, record.field(14), "R-14");
        }
        RecordType::MANUFACTURER => {
            let mut teller = Teller { subject: Subject::Sender, visit };
            for field in record.fields().skip(2) {
                teller.field(Attribute::ManufacturerInformation, field, "M");
            }
        }
        _ => {}
    }
}

fn header<'a>(record: &Record<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let mut teller = Teller { subject: Subject::Sender, visit };
    for (number, field) in (1_u8..=13).zip(record.fields()) {
        match number {
            4 if !field.bytes().trim_ascii().is_empty() => teller.password(field.offset()),
            5 => sender(field, &mut teller),
            10 => {
                teller.subject = Subject::Receiver;
                let name = field.component(1);
                teller.tell(Attribute::Name, name.bytes(), name.offset(), "H-10.1");
                teller.subject = Subject::Sender;
            }
            12 => teller.field(Attribute::ProcessingId, field, "H-12"),
            13 => teller.field(Attribute::Version, field, "H-13"),
            _ => {}
        }
    }
}

/// H-5, by the layout that its product has, or as it is.
fn sender<'a>(field: Field<'a>, teller: &mut Teller<'_, 'a>) {
    const NAMES: [&str; 9] = ["H-5.1", "H-5.2", "H-5.3", "H-5.4", "H-5.5", "H-5.6", "H-5.7", "H-5.8", "H-5.9"];
    let layout = layouts::find(field);
    if let Some(layout) = layout
        && !layout.parts.contains(&Part::Manufacturer)
    {
        teller.inferred(Attribute::Manufacturer, layout.maker.as_bytes(), field.offset(), "H-5");
    }
    let mut parts = layout.map_or(&[Part::Name][..], |layout| layout.parts).iter();
    if layout.is_none() {
        by_form(field, NAMES, teller);
    }
    for (component, place) in field.first().components().zip(NAMES) {
        let attribute = match parts.next() {
            Some(Part::Name) => Attribute::Name,
            Some(Part::Manufacturer) => Attribute::Manufacturer,
            Some(Part::Model) => Attribute::Model,
            Some(Part::Serial) => Attribute::Serial,
            Some(Part::SoftwareVersion) => Attribute::SoftwareVersion,
            Some(Part::ProtocolVersion) => Attribute::ProtocolVersion,
            Some(Part::ProductCode) => Attribute::ProductCode,
            Some(Part::DeviceNumber) => Attribute::DeviceNumber,
            Some(Part::Unknown) | None => Attribute::SenderComponent,
        };
        teller.component(attribute, component, place);
    }
}

/// What the components of a sender in no layout are by their form: where one looks like a serial number and one like a version, those
/// before them are the model, or maker and model.
fn by_form<'a>(field: Field<'a>, names: [&'static str; 9], teller: &mut Teller<'_, 'a>) {
    let component = |n: usize| field.component(n).bytes().trim_ascii();
    // Models have digits too, and stand before the serial number.
    let serial = (2..=6).rfind(|n| is_serial(component(*n)));
    let version = (2..=6).find(|n| is_version(component(*n)));
    let (Some(serial), Some(version)) = (serial, version) else { return };
    let before: &[Attribute] = match serial.min(version) {
        2 => &[Attribute::Model],
        3 => &[Attribute::Manufacturer, Attribute::Model],
        _ => return,
    };
    let found =
        (1..).zip(before.iter().copied()).chain([(serial, Attribute::Serial), (version, Attribute::SoftwareVersion)]);
    for (number, attribute) in found {
        let value = component(number);
        if let Some(place) = names.get(number.saturating_sub(1)).filter(|_| !value.is_empty()) {
            teller.inferred(attribute, value, field.component(number).offset(), place);
        }
    }
}

/// Letters, digits and hyphens with three digits or more among them.
fn is_serial(text: &[u8]) -> bool {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let lawful = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    digits >= 3 && text.len() <= 24 && text.iter().all(lawful)
}

/// Numbers with full stops between them, an initial `V` allowed.
fn is_version(text: &[u8]) -> bool {
    let numbers = match text {
        [b'V' | b'v', numbers @ ..] => numbers,
        numbers => numbers,
    };
    let lawful = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    numbers.len() <= 16
        && numbers.first().is_some_and(u8::is_ascii_digit)
        && numbers.contains(&b'.')
        && numbers.iter().all(lawful)
}

/// Emits facts about one subject; what is empty says nothing.
struct Teller<'v, 'a> {
    subject: Subject,
    visit: &'v mut dyn FnMut(Fact<'a>),
}

impl<'a> Teller<'_, 'a> {
    fn tell(&mut self, attribute: Attribute, value: &'a [u8], offset: usize, field: &'static str) {
        // Sysmex pads the model with blanks on the left.
        let leading = value.iter().take_while(|byte| **byte == b' ').count();
        let value = value.trim_ascii();
        if !value.is_empty() {
            let offset = offset.saturating_add(leading);
            (self.visit)(Fact { subject: self.subject, attribute, value, field, offset, inferred: false });
        }
    }

    fn inferred(&mut self, attribute: Attribute, value: &'a [u8], offset: usize, field: &'static str) {
        (self.visit)(Fact { subject: self.subject, attribute, value, field, offset, inferred: true });
    }

    fn password(&mut self, offset: usize) {
        let attribute = Attribute::AccessPassword;
        (self.visit)(Fact { subject: self.subject, attribute, value: b"", field: "H-4", offset, inferred: false });
    }

    fn field(&mut self, attribute: Attribute, field: Field<'a>, name: &'static str) {
        self.tell(attribute, field.bytes(), field.offset(), name);
    }

    fn component(&mut self, attribute: Attribute, component: Component<'a>, name: &'static str) {
        self.tell(attribute, component.bytes(), component.offset(), name);
    }
}

#[cfg(test)]
mod tests;
