//! What a DICOM stack does out of habit, beside what it declares of itself: held against `behaviours` of the knowledge tables.
//!
//! | habit | where |
//! |---|---|
//! | `reserved` | bytes 2 to 4 of the presentation-context items (20), which nobody may test |
//! | `area` | bytes 42 to 73 of the request |
//! | `order` | the user sub-items (51 to 59) |
//! | `max` | the maximum length (51) |
//! | `data-set` | the value by which a command set says that a data set follows |
//! | `answer-reserved` | the reserved bytes before and behind the result of the items (21) |
//! | `answer-area`, `answer-order`, `answer-max` | as those of the request |
//! | `rejected` | the transfer syntax in the items of rejected contexts, where it means nothing |

use std::collections::BTreeSet;

use iomt_dicom::dimse::CommandSet;
use iomt_dicom::pdu::Associate;

use super::dicom::Offer;
use super::window::Part;

/// The habits that an A-ASSOCIATE-RQ shows.
#[must_use]
pub fn request(rq: &Associate<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let reserved: BTreeSet<[u8; 3]> = rq.presentation_contexts().flatten().map(|context| context.reserved).collect();
    // Several are the habit of none that is known.
    if let (1, Some([a, b, c])) = (reserved.len(), reserved.first()) {
        parts.push(part("reserved", format!("{a:02x}{b:02x}{c:02x}")));
    }
    parts.extend(of_either(rq, ["area", "order", "max"]));
    parts
}

/// The habits that an A-ASSOCIATE-AC shows; in what it puts where it means nothing, only beside what was offered.
#[must_use]
pub fn answer(ac: &Associate<'_>, offer: Option<&Offer>) -> Vec<Part> {
    let mut parts = Vec::new();
    let reserved: BTreeSet<[u8; 2]> =
        ac.presentation_contexts().flatten().map(|context| [context.reserved[0], context.reserved[2]]).collect();
    if let (1, Some([before, behind])) = (reserved.len(), reserved.first()) {
        parts.push(part("answer-reserved", format!("{before:02x}{behind:02x}")));
    }
    parts.extend(of_either(ac, ["answer-area", "answer-order", "answer-max"]));
    let rejected = ac.presentation_contexts().flatten().filter(|context| !context.is_accepted());
    let fillings: BTreeSet<&str> =
        rejected.filter_map(|context| filling(offer?.first(context.id)?, context.transfer_syntax())).collect();
    if let (1, Some(filling)) = (fillings.len(), fillings.first()) {
        parts.push(part("rejected", (*filling).to_owned()));
    }
    parts
}

/// By which rule the transfer syntax of a rejected context was chosen; nothing where two rules come to the same.
fn filling(first_offered: &str, sent: Option<&[u8]>) -> Option<&'static str> {
    const IMPLICIT: &str = "1.2.840.10008.1.2";
    Some(match sent {
        _ if first_offered == IMPLICIT => return None,
        None => "none",
        Some(sent) if sent == IMPLICIT.as_bytes() => "implicit",
        Some(sent) if sent == first_offered.as_bytes() => "first",
        Some(_) => "other",
    })
}

const fn part(kind: &'static str, value: String) -> Part {
    Part { kind, value }
}

/// What requests and answers show alike, under these names.
fn of_either(pdu: &Associate<'_>, [area_name, order_name, max_name]: [&'static str; 3]) -> impl Iterator<Item = Part> {
    let area = match pdu.reserved_area() {
        [first, ..] if *first != 0 => format!("{first:02x} more"),
        area if area.iter().any(|byte| *byte != 0) => "00 more".to_owned(),
        _ => "zero".to_owned(),
    };
    let mut order: Vec<String> = Vec::new();
    for item in pdu.user_items().flatten() {
        let item = format!("{:02x}", item.item_type().0);
        if !order.contains(&item) {
            order.push(item);
        }
    }
    let max = pdu.max_pdu_length().map(|length| part(max_name, length.to_string()));
    [part(area_name, area), part(order_name, order.join(","))].into_iter().chain(max)
}

/// The habit that a message with a data set shows.
#[must_use]
pub fn data_set(command: &CommandSet<'_>) -> Option<Part> {
    let kind = command.data_set_type().filter(|_| command.has_data_set())?;
    Some(Part { kind: "data-set", value: format!("{kind:04x}") })
}
