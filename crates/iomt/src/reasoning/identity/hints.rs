//! What speaks for a maker or a class of device without stating it: who made the interface, whose private elements and UIDs these
//! are, whose software answers, how names are chosen, whose model it is.

use super::attribution::octets;
use super::describe::{first_octets, sources};
use crate::evidence::{Attribute, Source, Value};
use crate::knowledge::{CreatorKind, Habit, Knowledge, OuiKind, Speaker};
use crate::reasoning::inventory::Addresses;
use crate::reasoning::record::{Record, Tally};

/// One hint, by one source.
pub(super) struct Hint<'a> {
    pub(super) vendor: Option<&'a str>,
    pub(super) class: Option<&'a str>,
    /// What was sent.
    pub(super) sent: &'a str,
    /// Where, and of which kind a hint it is.
    pub(super) source: Source,
    pub(super) tally: &'a Tally,
}

/// Tells all hints of a record.
pub(super) fn hints<'a>(
    record: &'a Record,
    addresses: &Addresses,
    knowledge: &'a Knowledge,
    mut tell: impl FnMut(Hint<'a>),
) {
    let attributes = [
        Attribute::Software,
        Attribute::VendorSign,
        Attribute::Stack,
        Attribute::Role,
        Attribute::Class,
        Attribute::Mac,
        Attribute::Eui64,
        Attribute::Name,
        Attribute::Model,
    ];
    for attribute in attributes {
        for (value, source, tally) in sources(record, attribute) {
            let own_address = || addresses.mac.iter().any(|mac| mac == value.bare());
            if attribute == Attribute::Mac && !own_address() {
                continue;
            }
            let found = of_hl7(attribute, value, source, knowledge).or_else(|| look_up(attribute, value, knowledge));
            let Some((kind, vendor, class)) = found else { continue };
            let source = Source { kind, ..*source };
            // A version says nothing of who made it, the product does.
            let sent = if attribute == Attribute::Software { value.qualifier() } else { value.bare() };
            tell(Hint { vendor, class, sent, source, tally });
        }
    }
}

/// Kind of hint, maker, class.
type Found<'k> = (&'static str, Option<&'k str>, Option<&'k str>);

fn look_up<'k>(attribute: Attribute, value: &Value, knowledge: &'k Knowledge) -> Option<Found<'k>> {
    let (qualifier, text) = (value.qualifier(), value.bare());
    match (attribute, qualifier) {
        (Attribute::VendorSign, "private-creator") => {
            // What a station wrote on the object's way is not of the equipment that made it.
            let creator = knowledge.private_creator(text).filter(|creator| creator.kind == CreatorKind::Device)?;
            Some(("private-creator", creator.vendor, creator.class))
        }
        (Attribute::VendorSign, "uid-root") => {
            knowledge.uid_root(text).map(|root| ("uid-root", root.vendor, root.class))
        }
        (Attribute::VendorSign, "eui64-oui") => borne(text, knowledge),
        (Attribute::VendorSign, field) => {
            let habit = knowledge.hl7_habit(field, text)?;
            // An equipment identifier is about the device, whoever sends it.
            let class = if matches!(field, "OBX-18" | "OBR-3") { habit.class } else { class_of_speaker(&habit) };
            Some(("sender-habit", habit.vendor, class))
        }
        (Attribute::Stack, uid) => {
            let known = knowledge.implementation(uid, Some(text).filter(|name| !name.is_empty()))?;
            Some(("implementation", known.vendor, known.class))
        }
        (Attribute::Role, _) => {
            let (_, uid) = text.split_once(' ')?;
            knowledge.sop_class(uid).map(|class| ("private-sop-class", class.vendor, None))
        }
        (Attribute::Class, "SOP Class") => {
            knowledge.sop_class(text).map(|class| ("private-sop-class", class.vendor, None))
        }
        (Attribute::Mac, _) => {
            let oui = knowledge.oui(octets(text)?)?;
            match oui.kind {
                OuiKind::Medical => Some(("oui-medical", oui.vendor, None)),
                OuiKind::Mixed => Some(("oui", oui.vendor, None)),
                OuiKind::Gateway => Some(("oui", None, Some("terminal-server"))),
                // The maker of a module, a port server or a hypervisor did not make the device.
                _ => None,
            }
        }
        (Attribute::Eui64, _) => borne(text, knowledge),
        (Attribute::Name, "ae-title" | "station-name" | "host-name") => {
            let habit = knowledge.name_habit(qualifier, text)?;
            Some(("ae-habit", habit.vendor, habit.class))
        }
        (Attribute::Model, _) => knowledge.maker_of(text).map(|(vendor, class)| ("known-model", Some(vendor), class)),
        _ => None,
    }
}

/// What an HL7 sender's way says that puts its product (SFT-3) beside a version, or a model into a row of its own (OBX-3 67880).
fn of_hl7<'k>(attribute: Attribute, value: &Value, source: &Source, knowledge: &'k Knowledge) -> Option<Found<'k>> {
    let (habit, class) = match (attribute, source.field) {
        (Attribute::Software, "SFT-2") => {
            let habit = knowledge.hl7_habit("SFT-3", value.qualifier())?;
            let class = class_of_speaker(&habit);
            (habit, class)
        }
        // Whoever fills the row, it is about the device.
        (Attribute::Model, "OBX-5") => {
            let habit = knowledge.hl7_habit("67880", value.bare())?;
            let class = habit.class;
            (habit, class)
        }
        _ => return None,
    };
    Some(("sender-habit", habit.vendor, class))
}

/// Whose numbers the device bears.
fn borne<'k>(eui64: &str, knowledge: &'k Knowledge) -> Option<Found<'k>> {
    knowledge.oui(first_octets(eui64)?).map(|oui| ("eui64-oui", oui.vendor, None))
}

/// A gateway is a gateway, whatever it speaks of.
fn class_of_speaker<'k>(habit: &Habit<'k>) -> Option<&'k str> {
    match habit.speaker {
        Speaker::Gateway => Some("gateway"),
        _ => habit.class,
    }
}
