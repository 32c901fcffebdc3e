//! Messages, written.

use alloc::string::String;
use quick_xml::escape::escape;

/// Writes a message of objects, each with its fields and their values.
///
/// ```
/// use iomt_lis::poct1a::{Message, emit, ident};
/// let xml = emit::message("HEL.R01", &[("DEV", &[("model_id", "Strip & Go"), ("serial_id", "S-1")])]);
/// let mut serial = None;
/// ident::facts(&Message::parse(&xml)?, &mut |fact| {
///     if fact.attribute == ident::Attribute::Serial {
///         serial = Some(fact.value);
///     }
/// });
/// assert_eq!(serial, Some("S-1"));
/// # Ok::<(), iomt_lis::Error>(())
/// ```
#[must_use]
pub fn message(name: &str, objects: &[(&str, &[(&str, &str)])]) -> String {
    let mut xml = String::from("<");
    let mut add = |parts: &[&str]| parts.iter().for_each(|part| xml.push_str(part));
    add(&[name, ">"]);
    for (object, fields) in objects {
        add(&["<", object, ">"]);
        for (field, value) in *fields {
            add(&["<", object, ".", field, " V=\"", &escape(*value), "\"/>"]);
        }
        add(&["</", object, ">"]);
    }
    add(&["</", name, ">"]);
    xml
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poct1a::{Event, Message, Splitter, text};
    use alloc::string::ToString;
    use alloc::vec::Vec;
    use iomt_wire::{Limits, Segment};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_again(values in prop::collection::vec("[^\\x00-\\x1f]{0,12}", 1..6), cut in 1_usize..40) {
            let fields: Vec<(&str, &str)> = values.iter().map(|value| ("field", value.as_str())).collect();
            let xml = message("DST.R01", &[("DST", &fields)]);
            let mut found = Vec::new();
            let mut splitter = Splitter::new(Limits::DEFAULT);
            for piece in xml.as_bytes().chunks(cut) {
                splitter.feed(Segment::Data(piece), &mut |event| {
                    let Event::Message { xml, .. } = event else { panic!("{event:?}") };
                    let text = text(xml);
                    let read = Message::parse(&text).unwrap();
                    found.extend(read.elements().skip(1).map(|element| element.value().to_string()));
                });
            }
            let expected: Vec<String> = values.iter().map(|value| value.trim().to_string()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
