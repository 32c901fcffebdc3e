//! What an equipment identifier says.
//!
//! ```text
//!  entity ^ namespace ^ universal id ^ type
//!  MON-12 ^           ^ 0009FBFFFF...^ EUI-64     an EUI-64 and what people call it
//!  CX-5                                           an identifier of its own
//!  080019FFFE...^ B40_GE                          EUI-64 first, model family as namespace (GE)
//!  000F14049B...^ BED3 ^ 000F14049B... ^ EUI-64   EUI-64 twice, name as namespace (Mindray)
//!  4711 ^ Medfusion 4000 ^ 001A01... ^ EUI-64     serial and model (Smiths Medical)
//!  I12345 ^ ^ 0012210000000000 ^ EUI-64           the maker only: the entity names the device (B. Braun)
//!  001A01FFFE......10.1.2.3                       EUI-64 with an address behind it
//!  ~~WARD 5~SITE^^0012210000000000^EUI-64         ward and site, written with repetition separators (B. Braun)
//! ```
//! HL7 v2.9.1 chapter 7, section 7.4.2.18 (OBX-18), chapter 2.A (EI). What only one vendor does is read that way only where
//! the identifier's or the sender's maker part proves the vendor.

use super::{Attribute, Context, Fact, Subject, Teller, is_eui_type};
use crate::eui64;
use crate::view::{Component, Field};

pub(super) const GE: [u8; 3] = [0x08, 0x00, 0x19];
pub(super) const SMITHS: [u8; 3] = [0x00, 0x1a, 0x01];
const MINDRAY: [[u8; 3]; 2] = [[0x00, 0x0f, 0x14], [0x00, 0xa0, 0x37]];
const PHILIPS: [[u8; 3]; 2] = [[0x00, 0x09, 0xfb], [0x00, 0x09, 0x5c]];
const BRAUN: [u8; 3] = [0x00, 0x12, 0x21];
const CARDIOPULMONARY: [u8; 3] = [0x3c, 0x1a, 0x57];

/// Names of the places that facts cite: the field, its components 1 to 3.
pub(super) type Names = [&'static str; 4];

/// Where an EUI-64 stands in an identifier.
#[derive(Clone, Copy)]
pub(super) struct Eui<'a> {
    pub(super) eui: [u8; 8],
    /// The digits.
    pub(super) text: &'a [u8],
    pub(super) offset: usize,
    /// Index of the component: 0 or 2.
    pub(super) component: usize,
    /// What follows the digits in the same component: an address.
    suffix: &'a [u8],
}

fn bytes<'a>(component: Option<Component<'a>>) -> &'a [u8] {
    component.map_or(&[], |component| component.bytes())
}

/// The EUI-64 of an identifier: by its type, or by a MAC address inside when no type is given.
pub(super) fn eui_of<'a>(parts: &[Option<Component<'a>>; 4]) -> Option<Eui<'a>> {
    let [entity, namespace, universal, kind] = *parts;
    let at = |component: Option<Component<'a>>, index| {
        let component = component?;
        let eui = eui64::parse(component.bytes())?;
        let (text, offset) = (component.bytes(), component.offset());
        Some(Eui { eui, text, offset, component: index, suffix: &[] })
    };
    let typed = is_eui_type(bytes(kind));
    if typed && let Some(found) = at(universal, 2) {
        return Some(found);
    }
    let entity = entity?;
    if let Some(found) = at(Some(entity), 0) {
        let said = typed || is_eui_type(bytes(namespace)) || is_eui_type(bytes(universal));
        return (said || eui64::mac_of(found.eui).is_some()).then_some(found);
    }
    let (digits, suffix) = entity.bytes().split_at_checked(16)?;
    let eui = eui64::parse(digits).filter(|_| is_ipv4(suffix))?;
    Some(Eui { eui, text: digits, offset: entity.offset(), component: 0, suffix })
}

/// What names the device best: an EUI-64 that is more than its maker, else the first entity.
pub(super) fn instance<'a>(field: Field<'a>) -> &'a [u8] {
    let mut entity: &[u8] = &[];
    for repetition in field.repetitions() {
        let parts = repetition.first();
        if let Some(found) = eui_of(&parts)
            && !eui64::is_placeholder(found.eui)
        {
            return found.text;
        }
        if entity.is_empty() {
            let [first, _, universal, _] = parts;
            entity = [first, universal].into_iter().map(bytes).find(|text| is_value(text)).unwrap_or_default();
        }
    }
    entity
}

/// Tells everything that an equipment identifier, repeated for each level, says.
pub(super) fn equipment<'a>(
    field: Field<'a>,
    names: Names,
    subject: &Subject<'a>,
    context: &Context<'a>,
    visit: &mut dyn FnMut(Fact<'a>),
) {
    let mut teller = Teller { subject, visit };
    let [whole, name, of_namespace, of_universal] = names;
    let mut bed: Option<Component<'a>> = None;
    let mut blanks = 0_usize;
    for (index, repetition) in field.repetitions().enumerate() {
        if repetition.is_absent() {
            blanks = blanks.saturating_add(1);
            continue;
        }
        let parts = repetition.first();
        let [entity, namespace, universal, _] = parts;
        let found = eui_of(&parts);
        // `bed~model^feed^EUI^EUI-64`, `~~ward~site^^EUI^EUI-64`: the first that says something waits until the next proves who wrote it.
        let first = index == 0 || (index == 2 && blanks == 2);
        if first && found.is_none() && namespace.is_none() && field.bytes().len() > repetition.bytes().len() {
            bed = entity;
            continue;
        }
        // Behind a place stands another place.
        if bed.is_none() {
            teller.tell(Attribute::EquipmentIdentifier, repetition.bytes(), repetition.offset(), whole);
        }
        let mut tell = |attribute, component: Option<Component<'a>>, place| {
            if let Some(component) = component {
                teller.tell(attribute, component.bytes(), component.offset(), place);
            }
        };
        let Some(found) = found else {
            tell(Attribute::DeviceIdentifier, bed.take(), name);
            if let Some(entity) = entity.filter(|_| is_philips(context.oui)).and_then(Philips::read) {
                entity.tell(&mut teller, name);
                continue;
            }
            let own = entity.filter(|entity| !entity.is_absent());
            match own {
                Some(_) => tell(Attribute::DeviceIdentifier, own, name),
                None => tell(Attribute::DeviceIdentifier, universal, of_universal),
            }
            continue;
        };
        let oui = eui64::oui(found.eui);
        let named = bed.take();
        if oui == CARDIOPULMONARY && named.is_some() {
            tell(Attribute::Location, named, name);
            tell(Attribute::Model, entity.filter(|_| found.component == 2), name);
            teller.eui(found.eui, found.text, found.offset, of_universal);
            continue;
        }
        if oui == BRAUN && blanks == 2 && named.is_some() {
            tell(Attribute::Location, named, name);
            teller.eui(found.eui, found.text, found.offset, of_universal);
            continue;
        }
        tell(Attribute::DeviceIdentifier, named, name);
        let place = if found.component == 0 { name } else { of_universal };
        let entity_is_eui = entity.is_some_and(|entity| eui64::parse(entity.bytes()).is_some());
        match oui {
            SMITHS if found.component == 2 && !entity_is_eui => {
                tell(Attribute::Serial, entity, name);
                tell(Attribute::Model, namespace, of_namespace);
            }
            GE if bytes(namespace).ends_with(b"_GE") => tell(Attribute::Model, namespace, of_namespace),
            _ if entity_is_eui && MINDRAY.contains(&oui) => tell(Attribute::InstanceName, namespace, of_namespace),
            _ if entity_is_eui || found.component == 0 => {}
            _ if eui64::is_placeholder(found.eui) => tell(Attribute::DeviceIdentifier, entity, name),
            _ => tell(Attribute::InstanceName, entity, name),
        }
        teller.eui(found.eui, found.text, found.offset, place);
        let behind = found.offset.saturating_add(found.text.len());
        teller.tell(Attribute::Ipv4, found.suffix, behind, name);
    }
    if let Some(only) = bed {
        teller.tell(Attribute::DeviceIdentifier, only.bytes(), only.offset(), name);
    }
}

pub(super) fn is_philips(oui: [u8; 3]) -> bool {
    PHILIPS.contains(&oui)
}

/// `<uuid>-IntelliVue MX500 - 866064`: product name and product number behind a UUID.
struct Philips<'a> {
    uuid: (&'a [u8], usize),
    product: (&'a [u8], usize),
    number: (&'a [u8], usize),
}

impl<'a> Philips<'a> {
    fn read(entity: Component<'a>) -> Option<Self> {
        let (uuid, rest) = entity.bytes().split_at_checked(36)?;
        let product = rest.strip_prefix(b"-").filter(|_| super::header::is_guid(uuid))?;
        let dash = memchr::memmem::rfind(product, b" - ")?;
        let (name, number) = product.split_at_checked(dash)?;
        let start = entity.offset().saturating_add(37);
        let number = (number.get(3..)?, start.saturating_add(dash).saturating_add(3));
        Some(Self { uuid: (uuid, entity.offset()), product: (name, start), number })
    }

    fn tell(&self, teller: &mut Teller<'_, 'a>, place: &'static str) {
        for (attribute, (value, offset)) in [
            (Attribute::DeviceIdentifier, self.uuid),
            (Attribute::Model, self.product),
            (Attribute::PartNumber, self.number),
        ] {
            teller.tell(attribute, value, offset, place);
        }
    }
}

fn is_value(text: &[u8]) -> bool {
    !text.is_empty() && text != b"\"\"" && text.iter().any(|byte| *byte != b' ')
}

/// Four numbers up to 255 with full stops between.
pub(super) fn is_ipv4(text: &[u8]) -> bool {
    let octet = |part: &[u8]| {
        matches!(part.len(), 1..=3)
            && part.iter().all(u8::is_ascii_digit)
            && part.iter().fold(0_u16, |value, digit| {
                value.saturating_mul(10).saturating_add(u16::from(digit.wrapping_sub(b'0')))
            }) <= 255
    };
    text.len() <= 15 && text.split(|byte| *byte == b'.').count() == 4 && text.split(|byte| *byte == b'.').all(octet)
}
