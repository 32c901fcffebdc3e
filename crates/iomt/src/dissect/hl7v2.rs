//! HL7 version 2: MLLP blocks, messages, segments, fields, and the components that name a device.
//!
//! ```text
//!  0  MLLP block
//!  1    message
//!  2      segment
//!  3        field                   shown when it is free of patient data
//!  4          component             told where a redacted field has an identity fact in it
//! ```
//! Text that was broken into lines reads as segments with odd names; such a name is redacted too.

use iomt_hl7v2::batch::{Part, parts};
use iomt_hl7v2::ident::{Attribute, Fact, Subject, facts};
use iomt_hl7v2::mllp::{Decoder, Event};
use iomt_hl7v2::text::{Charset, decode_wide, wide};
use iomt_hl7v2::{Delimiters, Field, Message, Segment as Line, escape};
use iomt_wire::{Direction, Limits, Segment};

use super::REDACTED;
use super::moment::{Item, Moment, length, plus};
use crate::protocol::Protocol::Hl7;
use crate::sensing::text::clean_text;

/// Shows one connection.
#[derive(Debug)]
pub(super) struct Hl7Dissection {
    decoders: [Decoder; 2],
    heard: [u64; 2],
}

impl Hl7Dissection {
    pub(super) fn new(limits: Limits) -> Self {
        Self { decoders: [Decoder::new(limits), Decoder::new(limits)], heard: [0; 2] }
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let Self { decoders: [mine, theirs], heard: [my_bytes, their_bytes] } = self;
        let (decoder, heard) = match direction {
            Direction::Initiator => (mine, my_bytes),
            Direction::Responder => (theirs, their_bytes),
        };
        decoder.feed(segment, &mut |event| note(direction, *heard, event, moment));
        *heard = match segment {
            Segment::Data(data) => plus(*heard, data.len()),
            Segment::Gap { len } => heard.saturating_add(len),
            Segment::End => *heard,
        };
    }
}

fn note(direction: Direction, heard: u64, event: Event<'_>, moment: &mut Moment<'_>) {
    let mut tell = |offset, kind, length| {
        moment.tell(Hl7, direction, &Item { offset, kind, length: Some(length), ..Item::default() });
    };
    match event {
        Event::Block { offset, payload: content } => {
            tell(offset, "MLLP block", length(content.len()));
            payload(direction, offset, content, 1, moment);
        }
        Event::CommitAck { offset } => tell(offset, "commit acknowledgement", 1),
        Event::CommitNak { offset } => tell(offset, "commit refusal", 1),
        Event::Skipped { offset, len } => tell(offset, "skipped bytes", len),
        Event::Truncated { offset, len } => {
            tell(offset, "truncated block", len);
            moment.health.messages_damaged = moment.health.messages_damaged.saturating_add(1);
        }
        Event::Oversize { offset, len } => {
            tell(offset, "oversize block", len);
            moment.health.messages_damaged = moment.health.messages_damaged.saturating_add(1);
        }
        Event::Gap { len } => moment.gap(Hl7, direction, heard, len),
        Event::Quirk(quirk) => moment.quirk(Hl7, direction, length(quirk.offset), &quirk),
        _ => {}
    }
}

/// Shows the messages of a block or a file; `depth` is theirs. Offsets in two-byte text count its decoded form.
pub(super) fn payload(direction: Direction, offset: u64, bytes: &[u8], depth: usize, moment: &mut Moment<'_>) {
    let decoded = wide(bytes).map(|order| decode_wide(bytes, order));
    let bytes = decoded.as_ref().map_or(bytes, |text| text.as_bytes());
    for part in parts(bytes) {
        match part {
            Ok(Part::Message(part)) => {
                let at = plus(offset, offset_within(bytes, part.bytes()));
                let (charset, delimiters) = (part.charset(), *part.delimiters());
                Shown { direction, offset: at, depth, charset, delimiters }.message(&part, moment);
            }
            Ok(Part::BatchTrailer(trailer) | Part::FileTrailer(trailer)) => {
                let line = trailer.segment;
                if let Some(quirk) = trailer.quirk() {
                    moment.quirk(Hl7, direction, plus(offset, quirk.offset), &quirk);
                }
                let (charset, delimiters) = (Charset::default(), Delimiters::DEFAULT);
                let shown = Shown { direction, offset, depth, charset, delimiters };
                shown.segment(&line, &mut [].iter(), moment);
            }
            Ok(_) => {}
            Err(error) => moment.error(Hl7, direction, plus(offset, error.offset), &error),
        }
    }
}

/// Where a part of a slice begins in it.
fn offset_within(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr().saturating_sub(whole.as_ptr().addr())
}

/// How one message is shown.
struct Shown {
    direction: Direction,
    offset: u64,
    depth: usize,
    charset: Charset,
    delimiters: Delimiters,
}

impl Shown {
    fn message(&self, message: &Message<'_>, moment: &mut Moment<'_>) {
        moment.message();
        let header = message.header();
        let kind = if message.is_wrapper() { "batch header" } else { "message" };
        let name = clean_text(&header.field(9).text(self.charset));
        let item = Item {
            offset: self.offset,
            depth: self.depth,
            kind,
            name: if message.is_wrapper() { "" } else { &name },
            length: Some(length(message.bytes().len())),
            ..Item::default()
        };
        moment.tell(Hl7, self.direction, &item);
        message.quirks(&mut |quirk| moment.quirk(Hl7, self.direction, plus(self.offset, quirk.offset), &quirk));
        let mut said: Vec<Fact<'_>> = Vec::new();
        let mut of_devices = false;
        facts(message, &mut |fact| {
            of_devices |= matches!(fact.subject, Subject::Device { .. }) && fact.attribute != Attribute::Location;
            // Of a field with more in it than identity only the parts that are.
            let whole = matches!(fact.attribute, Attribute::EquipmentIdentifier | Attribute::Service);
            if fact.is_quoted() && !whole {
                said.push(fact);
            }
        });
        // In a message that speaks of no device, PV1-3 is where a patient lies and nothing else.
        said.retain(|fact| of_devices || fact.attribute != Attribute::Location);
        said.sort_by_key(|fact| fact.offset);
        let mut said = said.iter();
        for line in message.segments() {
            self.segment(&line, &mut said, moment);
        }
    }

    /// A segment with its fields; takes the facts that stand in it.
    fn segment<'f>(
        &self,
        line: &Line<'_>,
        said: &mut (impl Iterator<Item = &'f Fact<'f>> + Clone),
        moment: &mut Moment<'_>,
    ) {
        let name = segment_name(line);
        let shown = name.unwrap_or(REDACTED);
        let item = Item {
            offset: plus(self.offset, line.offset()),
            depth: self.depth.saturating_add(1),
            kind: "segment",
            name: shown,
            length: Some(length(line.raw().len())),
            ..Item::default()
        };
        moment.tell(Hl7, self.direction, &item);
        for (number, field) in (1_usize..).zip(line.fields()) {
            if field.is_absent() {
                continue;
            }
            let end = field.span().end;
            let mut here = said.clone().take_while(|fact| fact.offset < end);
            let covered = here.clone().any(|fact| fact.value == field.bytes());
            let free = covered || name.is_some_and(|name| is_free(name, number, &field));
            let value = moment.value(free, || clean_text(&field.text(self.charset)));
            let name = format!("{}-{number}", name.unwrap_or("???"));
            let item = Item {
                offset: plus(self.offset, field.offset()),
                depth: self.depth.saturating_add(2),
                kind: "field",
                name: &name,
                length: Some(length(field.bytes().len())),
                value: Some(&value),
                ..Item::default()
            };
            moment.tell(Hl7, self.direction, &item);
            if !free {
                here.by_ref().for_each(|fact| self.component(fact, moment));
            }
            while said.clone().next().is_some_and(|fact| fact.offset < end) {
                said.next();
            }
        }
    }

    fn component(&self, fact: &Fact<'_>, moment: &mut Moment<'_>) {
        let value = escape::unescape(fact.value, &self.delimiters);
        let value = clean_text(&self.charset.decode(&value));
        let item = Item {
            offset: plus(self.offset, fact.offset),
            depth: self.depth.saturating_add(3),
            kind: "component",
            name: fact.field,
            length: Some(length(fact.value.len())),
            value: Some(&value),
            ..Item::default()
        };
        moment.tell(Hl7, self.direction, &item);
    }
}

/// The name of a segment, when it is one and not the start of somebody's text.
fn segment_name<'a>(line: &Line<'a>) -> Option<&'a str> {
    let name @ [first, second, third] = line.name() else { return None };
    let is_name = first.is_ascii_uppercase()
        && [second, third].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && line.raw().len() > name.len();
    if is_name { core::str::from_utf8(name).ok() } else { None }
}

/// Whether a whole field is free of patient data whatever a well-formed message holds.
fn is_free(segment: &str, number: usize, field: &Field<'_>) -> bool {
    let bytes = field.bytes();
    match (segment, number) {
        // MSH-8 is a password in some installations; behind MSH-12 only what has the form that it must have.
        ("MSH", 1..=7 | 9..=12) | ("FHS" | "BHS", 1..=7) | ("SFT", _) => true,
        ("MSH", 15 | 16) => matches!(bytes, b"AL" | b"NE" | b"ER" | b"SU"),
        ("MSH", 17) => bytes.len() == 3 && bytes.iter().all(u8::is_ascii_uppercase),
        ("MSH", 18) => field.repetitions().all(|set| Charset::named(set.bytes()) != Charset::Unknown),
        // MSA-3 and MSA-6 are free text in which senders repeat the message.
        ("MSA", 1 | 2) | ("BTS" | "FTS", 1) => true,
        // The type of the value, two or three letters.
        ("OBX", 2) => bytes.len() <= 3 && bytes.iter().all(u8::is_ascii_uppercase),
        _ => false,
    }
}
