//! What workflow messages say about the endpoint that sends them, and about stations that it knows.
//!
//! | message | says |
//! |---|---|
//! | worklist C-FIND-RQ | the station that asks: its AE title, name, modality |
//! | worklist C-FIND-RSP | stations for which the answering system schedules |
//! | MPPS and UPS N-CREATE, N-SET, N-ACTION | the station that performs: AE title, name, location, modality |
//! | storage commitment, instance availability, query responses | the AE title from which objects can be retrieved |
//! | printer N-EVENT-REPORT | the printer's name |
//!
//! PS3.4 annexes F, J, K, R, CC and H. Attributes of the scheduled or performed patient are never asked for.

use iomt_dicom::dimse::CommandField;
use iomt_dicom::element::Element;
use iomt_dicom::{Message, Tag, Uid};

use crate::evidence::{Attribute, Value};
use crate::sensing::text::clean;

/// The modality worklist information model, FIND.
pub(super) const MODALITY_WORKLIST: &str = "1.2.840.10008.5.1.4.31";
/// The modality performed procedure step.
pub(super) const PERFORMED_STEP: &str = "1.2.840.10008.3.1.2.3.3";
/// The unified procedure step, in its five SOP classes.
const UNIFIED_STEP: &str = "1.2.840.10008.5.1.4.34.6.";
/// Storage commitment, push model.
const COMMITMENT: &str = "1.2.840.10008.1.20.1";
/// Instance availability notification.
const AVAILABILITY: &str = "1.2.840.10008.5.1.4.33";

/// A fact about the endpoint that sent a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) attribute: Attribute,
    pub(super) value: Value,
    pub(super) field: &'static str,
    pub(super) kind: &'static str,
}

/// What the messages of a service say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    /// The sender is the station.
    Own,
    /// The sender knows the station.
    Known,
    /// The sender has objects or knows who has.
    Keeps,
    /// The sender is the printer.
    Prints,
}

/// What one element of a message says about its sender.
pub(super) fn fact(message: &Message, class: Option<&Uid>, enclosing: &[Tag], element: &Element<'_>) -> Option<Fact> {
    let text = clean(element.value);
    if text.contains(['*', '?']) {
        return None; // a wild card asks, it does not say
    }
    let (attribute, qualifier, field, kind) = match service(message, class?.as_str())? {
        Service::Own => own(enclosing, element.tag)?,
        Service::Known => known(element.tag)?,
        Service::Keeps => match element.tag {
            Tag::RETRIEVE_AE_TITLE => (Attribute::Name, "retrieve-ae-title", "Retrieve AE Title", "declared-name"),
            _ => return None,
        },
        Service::Prints => match element.tag {
            Tag::PRINTER_NAME => (Attribute::Name, "printer", "Printer Name", "declared-name"),
            _ => return None,
        },
    };
    Some(Fact { attribute, value: Value::pair(qualifier, &text), field, kind })
}

fn service(message: &Message, class: &str) -> Option<Service> {
    use CommandField as C;
    let steps = || class == PERFORMED_STEP || class.starts_with(UNIFIED_STEP);
    Some(match message.command {
        C::C_FIND_RQ if class == MODALITY_WORKLIST => Service::Own,
        C::C_FIND_RSP if class == MODALITY_WORKLIST => Service::Known,
        C::C_FIND_RSP => Service::Keeps,
        C::N_CREATE_RQ | C::N_SET_RQ | C::N_ACTION_RQ if steps() => Service::Own,
        C::N_CREATE_RQ if class == AVAILABILITY => Service::Keeps,
        C::N_EVENT_REPORT_RQ | C::N_ACTION_RQ if class == COMMITMENT => Service::Keeps,
        C::N_EVENT_REPORT_RQ if class == super::PRINTER => Service::Prints,
        _ => return None,
    })
}

type Words = (Attribute, &'static str, &'static str, &'static str);

fn own(enclosing: &[Tag], tag: Tag) -> Option<Words> {
    use Attribute::{Class, Location, Name};
    let within = enclosing.last().copied();
    Some(match tag {
        Tag::SCHEDULED_STATION_AE_TITLE => (Name, "ae-title", "Scheduled Station AE Title", "declared-name"),
        Tag::SCHEDULED_STATION_NAME => (Name, "station-name", "Scheduled Station Name", "declared-name"),
        Tag::PERFORMED_STATION_AE_TITLE => (Name, "ae-title", "Performed Station AE Title", "declared-name"),
        Tag::PERFORMED_STATION_NAME => (Name, "station-name", "Performed Station Name", "declared-name"),
        Tag::PERFORMED_LOCATION => (Location, "location", "Performed Location", "declared"),
        Tag::MODALITY => (Class, "DICOM Modality", "Modality", "modality"),
        Tag::CODE_MEANING if within == Some(Tag::PERFORMED_STATION_NAME_CODE_SEQUENCE) => {
            (Name, "station-name", "Performed Station Name Code Sequence", "declared-name")
        }
        Tag::CODE_MEANING if within == Some(Tag::PERFORMED_STATION_GEOGRAPHIC_LOCATION_CODE_SEQUENCE) => {
            (Location, "location", "Performed Station Geographic Location Code Sequence", "declared")
        }
        _ => return None,
    })
}

fn known(tag: Tag) -> Option<Words> {
    Some(match tag {
        Tag::SCHEDULED_STATION_AE_TITLE => {
            (Attribute::Peer, "schedules-for", "Scheduled Station AE Title", "declared-name")
        }
        Tag::SCHEDULED_STATION_NAME => {
            (Attribute::Peer, "schedules-for-station", "Scheduled Station Name", "declared-name")
        }
        _ => return None,
    })
}
