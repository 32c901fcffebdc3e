//! What a DICOM stack does out of habit, beside what it declares of itself: held against `behaviours` of the knowledge tables.
//!
//! | habit | where |
//! |---|---|
//! | `reserved` | bytes 2 to 4 of the presentation-context items (20), which nobody may test |
//! | `area` | bytes 42 to 73 of the request |
//! | `order` | the user sub-items (51 to 59) |
//! | `max` | the maximum length (51) |
//! | `data-set` | the value by which a command set says that a data set follows |

use std::collections::BTreeSet;

use iomt_dicom::dimse::CommandSet;
use iomt_dicom::pdu::Associate;

use super::window::Part;

/// The habits that an A-ASSOCIATE-RQ shows.
#[must_use]
pub fn request(rq: &Associate<'_>) -> Vec<Part> {
    let part = |kind, value| Part { kind, value };
    let mut parts = Vec::new();
    let reserved: BTreeSet<[u8; 3]> = rq.presentation_contexts().flatten().map(|context| context.reserved).collect();
    // Several are the habit of none that is known.
    if let (1, Some([a, b, c])) = (reserved.len(), reserved.first()) {
        parts.push(part("reserved", format!("{a:02x}{b:02x}{c:02x}")));
    }
    let area = match rq.reserved_area() {
        [first, ..] if *first != 0 => format!("{first:02x} more"),
        area if area.iter().any(|byte| *byte != 0) => "00 more".to_owned(),
        _ => "zero".to_owned(),
    };
    parts.push(part("area", area));
    let mut order: Vec<String> = Vec::new();
    for item in rq.user_items().flatten() {
        let item = format!("{:02x}", item.item_type().0);
        if !order.contains(&item) {
            order.push(item);
        }
    }
    parts.push(part("order", order.join(",")));
    parts.extend(rq.max_pdu_length().map(|length| part("max", length.to_string())));
    parts
}

/// The habit that a message with a data set shows.
#[must_use]
pub fn data_set(command: &CommandSet<'_>) -> Option<Part> {
    let kind = command.data_set_type().filter(|_| command.has_data_set())?;
    Some(Part { kind: "data-set", value: format!("{kind:04x}") })
}
