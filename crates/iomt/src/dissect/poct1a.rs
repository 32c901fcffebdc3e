//! POCT1-A: messages and their elements.
//!
//! ```text
//!  0  message                       named by its root element
//!  1    element                     shown when it is free of patient data: those of a greeting, and what names a device
//! ```

use iomt_lis::poct1a::ident::facts;
use iomt_lis::poct1a::{Element, Event, Message, Splitter, resolve, text};
use iomt_wire::{Direction, Limits, Segment};

use super::moment::{Item, Moment, length, plus};
use crate::protocol::Protocol::Poct1a;
use crate::sensing::text::clean_text;

/// Shows one connection.
#[derive(Debug)]
pub(super) struct PoctDissection {
    splitters: [Splitter; 2],
    heard: [u64; 2],
}

impl PoctDissection {
    pub(super) fn new(limits: Limits) -> Self {
        Self { splitters: [Splitter::new(limits), Splitter::new(limits)], heard: [0; 2] }
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let Self { splitters: [mine, theirs], heard: [my_bytes, their_bytes] } = self;
        let (splitter, heard) = match direction {
            Direction::Initiator => (mine, my_bytes),
            Direction::Responder => (theirs, their_bytes),
        };
        splitter.feed(segment, &mut |event| note(direction, *heard, event, moment));
        *heard = match segment {
            Segment::Data(data) => plus(*heard, data.len()),
            Segment::Gap { len } => heard.saturating_add(len),
            Segment::End => *heard,
        };
    }
}

/// Shows a file.
pub(super) fn file(bytes: &[u8], moment: &mut Moment<'_>) {
    let mut dissection = PoctDissection::new(moment.options.limits);
    dissection.hear(Direction::Initiator, Segment::Data(bytes), moment);
    dissection.hear(Direction::Initiator, Segment::End, moment);
}

fn note(direction: Direction, heard: u64, event: Event<'_>, moment: &mut Moment<'_>) {
    let mut damaged = |offset, kind, len, why| {
        let item = Item { offset, kind, length: Some(len), value: why, ..Item::default() };
        moment.tell(Poct1a, direction, &item);
        moment.health.messages_damaged = moment.health.messages_damaged.saturating_add(1);
    };
    match event {
        Event::Message { offset, xml } => {
            let text = text(xml);
            match Message::parse(&text) {
                Ok(message) => shown(direction, offset, &message, xml.len(), moment),
                Err(error) => moment.error(Poct1a, direction, plus(offset, error.offset), &error),
            }
        }
        Event::Refused { offset, len, why } => damaged(offset, "refused bytes", len, Some(why)),
        Event::Truncated { offset, len } => damaged(offset, "truncated message", len, None),
        Event::Oversize { offset, len } => damaged(offset, "oversize message", len, None),
        Event::Skipped { offset, len } => {
            let item = Item { offset, kind: "skipped bytes", length: Some(len), ..Item::default() };
            moment.tell(Poct1a, direction, &item);
        }
        Event::Gap { len } => moment.gap(Poct1a, direction, heard, len),
        _ => {}
    }
}

fn shown(direction: Direction, offset: u64, message: &Message<'_>, bytes: usize, moment: &mut Moment<'_>) {
    moment.message();
    let item = Item { offset, kind: "message", name: message.name(), length: Some(length(bytes)), ..Item::default() };
    moment.tell(Poct1a, direction, &item);
    let mut said = Vec::new();
    facts(message, &mut |fact| said.push(fact.offset));
    for element in message.elements() {
        let raw = element.raw();
        if raw.is_empty() {
            continue;
        }
        let free = said.contains(&element.offset) || is_free(message, &element);
        let value = moment.value(free, || clean_text(&resolve(raw)));
        let item = Item {
            offset: plus(offset, element.offset),
            depth: 1,
            kind: "element",
            name: if is_name(element.name) { element.name } else { super::REDACTED },
            length: Some(length(raw.len())),
            value: Some(&value),
            ..Item::default()
        };
        moment.tell(Poct1a, direction, &item);
    }
}

/// The name of an object or of its field, and not somebody's text.
fn is_name(name: &str) -> bool {
    name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
}

/// Whether a value is free of patient data whatever a well-formed message holds: what describes a message, and how it was taken.
fn is_free(message: &Message<'_>, element: &Element<'_>) -> bool {
    match element.name {
        "HDR.message_type" | "HDR.version_id" | "HDR.creation_dttm" | "ACK.type_cd" | "ESC.esc_control_id" => true,
        "DCP.application_timeout" | "DCP.vendor_id" => message.name() == "HEL.R01",
        _ => false,
    }
}
