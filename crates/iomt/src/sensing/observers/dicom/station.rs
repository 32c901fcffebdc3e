//! What workflow messages say about the endpoint that sends them, and about stations that it knows.
//!
//! | message | says |
//! |---|---|
//! | worklist C-FIND-RQ: modality worklist, UPS Pull | the station that asks: its AE title, name or code, modality |
//! | worklist C-FIND-RSP; N-GET-RSP, N-EVENT-REPORT of UPS; what UPS-RS answers | stations for which the sender schedules |
//! | MPPS and UPS N-CREATE, N-SET, N-ACTION; what UPS-RS is sent | the station that performs: AE title, name, class, location; others for which it schedules |
//! | storage commitment, instance availability, query responses | the AE title from which objects can be retrieved |
//! | printer N-EVENT-REPORT | the printer's name |
//!
//! PS3.4 annexes F, J, K, R, CC and H, PS3.18 chapter 11. Attributes of the scheduled or performed patient are never asked for.
//!
//! A unified procedure step names its stations by codes, (0040,4025) to (0040,4030): the code is the station's key, its meaning how
//! people call it. Who creates a step schedules it for a station that is another; who performs it says so where it tells what was
//! performed, and nowhere else. So a scheduled station is only in a query the one that asks.

use iomt_dicom::dimse::CommandField;
use iomt_dicom::element::Element;
use iomt_dicom::{Message, Tag, Uid};

use super::script::Script;
use crate::evidence::{Attribute, Value};
use crate::sensing::text::clean;

/// The modality worklist information model, FIND.
pub(super) const MODALITY_WORKLIST: &str = "1.2.840.10008.5.1.4.31";
/// The modality performed procedure step.
pub(super) const PERFORMED_STEP: &str = "1.2.840.10008.3.1.2.3.3";
/// The unified procedure step, in its five SOP classes.
const UNIFIED_STEP: &str = "1.2.840.10008.5.1.4.34.6.";
/// That of them by which a performer looks for its steps.
const UNIFIED_STEP_PULL: &str = "1.2.840.10008.5.1.4.34.6.3";
/// Storage commitment, push model.
const COMMITMENT: &str = "1.2.840.10008.1.20.1";
/// Instance availability notification.
const AVAILABILITY: &str = "1.2.840.10008.5.1.4.33";

/// A fact about the endpoint that sent a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) attribute: Attribute,
    pub(crate) value: Value,
    pub(crate) field: &'static str,
    pub(crate) kind: &'static str,
}

/// How the sender of a message stands to the stations that are named in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is the one for which it asks.
    Asks,
    /// It is the one that performs, and schedules for others.
    Performs,
    /// It knows them.
    Knows,
    /// It has objects or knows who has.
    Keeps,
    /// It is the printer.
    Prints,
}

impl Standing {
    /// That of the sender of a message of a SOP class; nothing where such a message says nothing of stations.
    pub(super) fn of(message: &Message, class: Option<&Uid>) -> Option<Self> {
        use CommandField as C;
        let class = class?.as_str();
        let is_unified = class.starts_with(UNIFIED_STEP);
        Some(match message.command {
            C::C_FIND_RQ if matches!(class, MODALITY_WORKLIST | UNIFIED_STEP_PULL) => Self::Asks,
            C::C_FIND_RSP if class == MODALITY_WORKLIST || is_unified => Self::Knows,
            C::C_FIND_RSP => Self::Keeps,
            C::N_CREATE_RQ | C::N_SET_RQ | C::N_ACTION_RQ if class == PERFORMED_STEP || is_unified => Self::Performs,
            C::N_GET_RSP | C::N_EVENT_REPORT_RQ if is_unified => Self::Knows,
            C::N_CREATE_RQ if class == AVAILABILITY => Self::Keeps,
            C::N_EVENT_REPORT_RQ | C::N_ACTION_RQ if class == COMMITMENT => Self::Keeps,
            C::N_EVENT_REPORT_RQ if class == super::PRINTER => Self::Prints,
            _ => return None,
        })
    }
}

/// Reads what a data set says of its sender, its text in the character set that it declares.
#[derive(Debug, Default)]
pub(crate) struct Stations {
    script: Script,
}

impl Stations {
    /// What one element says.
    pub(crate) fn hear(
        &mut self,
        standing: Option<Standing>,
        enclosing: &[Tag],
        item: u32,
        element: &Element<'_>,
    ) -> Option<Fact> {
        if element.tag == Tag::SPECIFIC_CHARACTER_SET {
            self.script.set(enclosing, item, element);
            return None;
        }
        let (attribute, qualifier, field, kind) = words(standing?, enclosing, element.tag)?;
        let unicode = self.script.unicode(enclosing, item, element);
        let text = clean(unicode.as_ref().map_or(element.value, |text| text.as_bytes()));
        // A wild card asks, it does not say.
        let value = (!text.contains(['*', '?'])).then(|| Value::pair(qualifier, &text))?;
        Some(Fact { attribute, value, field, kind })
    }
}

type Words = (Attribute, &'static str, &'static str, &'static str);

fn words(standing: Standing, enclosing: &[Tag], tag: Tag) -> Option<Words> {
    let within = enclosing.last().copied();
    match standing {
        Standing::Asks => scheduled(within, tag),
        Standing::Performs => performed(within, tag).or_else(|| known(within, tag)),
        Standing::Knows => known(within, tag),
        Standing::Keeps => (tag == Tag::RETRIEVE_AE_TITLE).then_some((
            Attribute::Name,
            "retrieve-ae-title",
            "Retrieve AE Title",
            "declared-name",
        )),
        Standing::Prints => {
            (tag == Tag::PRINTER_NAME).then_some((Attribute::Name, "printer", "Printer Name", "declared-name"))
        }
    }
}

const MODALITY: Words = (Attribute::Class, "DICOM Modality", "Modality", "modality");

/// What the station for which it asks is to a sender that is it.
fn scheduled(within: Option<Tag>, tag: Tag) -> Option<Words> {
    let (qualifier, field) = match (within, tag) {
        (_, Tag::MODALITY) => return Some(MODALITY),
        (_, Tag::SCHEDULED_STATION_AE_TITLE) => ("ae-title", "Scheduled Station AE Title"),
        (_, Tag::SCHEDULED_STATION_NAME) => ("station-name", "Scheduled Station Name"),
        (Some(Tag::SCHEDULED_STATION_NAME_CODE_SEQUENCE), tag) => (coded(tag)?, "Scheduled Station Name Code Sequence"),
        (Some(Tag::SCHEDULED_STATION_CLASS_CODE_SEQUENCE), Tag::CODE_MEANING) => {
            ("station-class", "Scheduled Station Class Code Sequence")
        }
        (Some(Tag::SCHEDULED_STATION_GEOGRAPHIC_LOCATION_CODE_SEQUENCE), Tag::CODE_MEANING) => {
            return Some(location("Scheduled Station Geographic Location Code Sequence"));
        }
        _ => return None,
    };
    Some((Attribute::Name, qualifier, field, "declared-name"))
}

/// What the station that performs is to a sender that is it.
fn performed(within: Option<Tag>, tag: Tag) -> Option<Words> {
    let (qualifier, field) = match (within, tag) {
        (_, Tag::MODALITY) => return Some(MODALITY),
        (_, Tag::PERFORMED_STATION_AE_TITLE) => ("ae-title", "Performed Station AE Title"),
        (_, Tag::PERFORMED_STATION_NAME) => ("station-name", "Performed Station Name"),
        (_, Tag::PERFORMED_LOCATION) => return Some(location("Performed Location")),
        (Some(Tag::PERFORMED_STATION_NAME_CODE_SEQUENCE), tag) => (coded(tag)?, "Performed Station Name Code Sequence"),
        (Some(Tag::PERFORMED_STATION_CLASS_CODE_SEQUENCE), Tag::CODE_MEANING) => {
            ("station-class", "Performed Station Class Code Sequence")
        }
        (Some(Tag::PERFORMED_STATION_GEOGRAPHIC_LOCATION_CODE_SEQUENCE), Tag::CODE_MEANING) => {
            return Some(location("Performed Station Geographic Location Code Sequence"));
        }
        _ => return None,
    };
    Some((Attribute::Name, qualifier, field, "declared-name"))
}

/// Which name of a station an element of its code is.
const fn coded(tag: Tag) -> Option<&'static str> {
    match tag {
        Tag::CODE_MEANING => Some("station-name"),
        Tag::CODE_VALUE => Some("station-code"),
        _ => None,
    }
}

const fn location(field: &'static str) -> Words {
    (Attribute::Location, "location", field, "declared")
}

/// What a station is to a sender that is another.
fn known(within: Option<Tag>, tag: Tag) -> Option<Words> {
    let (qualifier, field) = match (within, tag) {
        (_, Tag::SCHEDULED_STATION_AE_TITLE) => ("schedules-for", "Scheduled Station AE Title"),
        (_, Tag::SCHEDULED_STATION_NAME) => ("schedules-for-station", "Scheduled Station Name"),
        (Some(Tag::SCHEDULED_STATION_NAME_CODE_SEQUENCE), Tag::CODE_MEANING) => {
            ("schedules-for-station", "Scheduled Station Name Code Sequence")
        }
        (Some(Tag::PERFORMED_STATION_NAME_CODE_SEQUENCE), Tag::CODE_MEANING) => {
            ("schedules-for-station", "Performed Station Name Code Sequence")
        }
        _ => return None,
    };
    Some((Attribute::Peer, qualifier, field, "declared-name"))
}
