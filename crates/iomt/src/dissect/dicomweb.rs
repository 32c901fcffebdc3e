//! DICOMweb: heads of requests and responses, and how long their bodies are.
//!
//! ```text
//!  0  request POST                  the service and the words of its path; asterisks for what names a study
//!  1    content type
//!  0  response 200                  the service that it answers
//!  1    content type
//!  1    body                        its bytes, chunks taken off
//! ```
//! A target's query and its identifiers may be a patient's: they are not kept, so they are not revealed either.

use iomt_wire::{Direction, Limits, Segment};

use super::moment::{Item, Moment, length};
use crate::protocol::Protocol::DicomWeb;
use crate::sensing::web::{Event, Head, Talk};

/// Shows one connection.
#[derive(Debug)]
pub(super) struct WebDissection {
    talk: Talk,
    /// Where the message of a direction starts, and how long its body is so far.
    bodies: [(u64, u64); 2],
}

impl WebDissection {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { talk: Talk::new(limits), bodies: [(0, 0); 2] }
    }

    pub(super) const fn is_over(&self) -> bool {
        self.talk.is_over()
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let Self { talk, bodies } = self;
        talk.feed(direction, segment, &mut |event| note(bodies, direction, &event, moment));
    }

    pub(super) fn close(&mut self, moment: &mut Moment<'_>) {
        let Self { talk, bodies } = self;
        for direction in [Direction::Initiator, Direction::Responder] {
            talk.end(direction, false, &mut |event| note(bodies, direction, &event, moment));
        }
    }
}

fn note(bodies: &mut [(u64, u64); 2], direction: Direction, event: &Event<'_>, moment: &mut Moment<'_>) {
    let [initiator, responder] = bodies;
    let (offset, bytes) = match direction {
        Direction::Initiator => initiator,
        Direction::Responder => responder,
    };
    match event {
        Event::Head(head) => {
            (*offset, *bytes) = (head.offset, 0);
            shown(direction, head, moment);
        }
        Event::Body(piece) => *bytes = bytes.saturating_add(length(piece.len())),
        Event::End { complete: true } if *bytes == 0 => {}
        Event::End { complete } => {
            let kind = if *complete { "body" } else { "truncated body" };
            let item = Item { offset: *offset, depth: 1, kind, length: Some(*bytes), ..Item::default() };
            moment.tell(DicomWeb, direction, &item);
            *bytes = 0;
        }
    }
}

fn shown(direction: Direction, head: &Head, moment: &mut Moment<'_>) {
    moment.message();
    let status = head.status.map(|status| status.to_string());
    let asked = head.asked.as_ref();
    let service = asked.and_then(|asked| asked.service).map_or("HTTP", |service| service.name());
    let value = match asked {
        Some(asked) => format!("{service} {} {}", asked.method, asked.path),
        None => service.to_owned(),
    };
    let item = Item {
        offset: head.offset,
        kind: if status.is_some() { "response" } else { "request" },
        name: status.as_deref().or(asked.map(|asked| &*asked.method)).unwrap_or_default(),
        length: Some(length(head.length)),
        value: Some(value.trim_end()),
        ..Item::default()
    };
    moment.tell(DicomWeb, direction, &item);
    if let Some(media) = head.content_type.as_deref().and_then(media_type) {
        let item = Item { offset: head.offset, depth: 1, kind: "content type", value: Some(&media), ..Item::default() };
        moment.tell(DicomWeb, direction, &item);
    }
}

/// A media type without its parameters, if it looks like one.
fn media_type(value: &[u8]) -> Option<String> {
    let media = value.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let media = core::str::from_utf8(media).ok()?.to_ascii_lowercase();
    let (kind, _) = media.split_once('/')?;
    let known = ["application", "multipart", "image", "video", "text"].contains(&kind);
    let is_token = media.len() <= 64 && media.chars().all(|c| c.is_ascii_alphanumeric() || "/+-.".contains(c));
    (known && is_token).then_some(media)
}
