//! LIS01 and LIS02: control characters, records, fields, and the components that name a device.
//!
//! ```text
//!  0  ENQ, ACK, NAK, EOT; record
//!  1    field                       shown when it is free of patient data
//!  2      component                 told where a redacted field has an identity fact in it
//! ```
//! A password is never shown.

use iomt_lis::escape::unescape;
use iomt_lis::ident::{Attribute, Fact, facts};
use iomt_lis::{Event, Exchange, Field, Record, RecordType, control};
use iomt_wire::{Direction, Limits, Segment};

use super::REDACTED;
use super::moment::{Item, Moment, length, plus};
use crate::protocol::Protocol::Lis;
use crate::sensing::text::clean;

/// Shows one connection.
#[derive(Debug)]
pub(super) struct LisDissection {
    exchange: Exchange,
    heard: [u64; 2],
}

impl LisDissection {
    pub(super) fn new(limits: Limits) -> Self {
        Self { exchange: Exchange::new(limits), heard: [0; 2] }
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let [mine, theirs] = &mut self.heard;
        let heard = if direction == Direction::Initiator { mine } else { theirs };
        self.exchange.feed(direction, segment, &mut |event| note(direction, *heard, &event, moment));
        *heard = match segment {
            Segment::Data(data) => plus(*heard, data.len()),
            Segment::Gap { len } => heard.saturating_add(len),
            Segment::End => *heard,
        };
    }
}

/// Shows a file.
pub(super) fn file(bytes: &[u8], moment: &mut Moment<'_>) {
    let mut dissection = LisDissection::new(moment.options.limits);
    dissection.hear(Direction::Initiator, Segment::Data(bytes), moment);
    dissection.hear(Direction::Initiator, Segment::End, moment);
}

fn note(direction: Direction, heard: u64, event: &Event<'_>, moment: &mut Moment<'_>) {
    let mut tell = |offset, kind, length| {
        moment.tell(Lis, direction, &Item { offset, kind, length: Some(length), ..Item::default() });
    };
    match *event {
        Event::Record { offset, record, joined } => shown(direction, offset, &record, joined, moment),
        Event::Control { offset, byte } => tell(
            offset,
            match byte {
                control::ENQ => "ENQ",
                control::ACK => "ACK",
                control::NAK => "NAK",
                _ => "EOT",
            },
            1,
        ),
        Event::Retransmission { offset, .. } => tell(offset, "retransmitted frame", 0),
        Event::Contention { offset } => tell(offset, "contention", 1),
        // It is sent again.
        Event::Damaged { offset, len } => tell(offset, "damaged frame", len),
        Event::Skipped { offset, len } => tell(offset, "skipped bytes", len),
        Event::Truncated { offset, len } => {
            tell(offset, "truncated frame", len);
            moment.health.messages_damaged = moment.health.messages_damaged.saturating_add(1);
        }
        Event::Oversize { offset, len } => {
            tell(offset, "oversize frame", len);
            moment.health.messages_damaged = moment.health.messages_damaged.saturating_add(1);
        }
        Event::Gap { len } => moment.gap(Lis, direction, heard, len),
        Event::Quirk(quirk) => moment.quirk(Lis, direction, length(quirk.offset), &quirk),
        _ => {}
    }
}

/// Shows a record. Where it was joined, offsets behind its first frame are of its text and not of the stream.
fn shown(direction: Direction, offset: u64, record: &Record<'_>, joined: bool, moment: &mut Moment<'_>) {
    let kind = record.record_type();
    if kind == RecordType::HEADER {
        moment.message();
    }
    let name = kind.name().unwrap_or("unknown record");
    let item = Item {
        offset,
        kind: if joined { "joined record" } else { "record" },
        name,
        length: Some(length(record.bytes().len())),
        ..Item::default()
    };
    moment.tell(Lis, direction, &item);
    let letter = if kind.name().is_some() { char::from(kind.0) } else { '?' };
    let mut said: Vec<Fact<'_>> = Vec::new();
    facts(record, &mut |fact| {
        if !fact.inferred && !matches!(fact.attribute, Attribute::AccessPassword | Attribute::ManufacturerInformation) {
            said.push(fact);
        }
    });
    for (number, field) in (1_usize..).zip(record.fields()) {
        if field.is_empty() {
            continue;
        }
        let free = is_free(kind, number, &field, &said);
        let text = |bytes: &[u8]| clean(&unescape(bytes, record.delimiters()));
        let value = match (kind, number) {
            (RecordType::HEADER, 4) => REDACTED.to_owned(),
            _ => moment.value(free, || text(field.bytes())),
        };
        let name = format!("{letter}-{number}");
        let item = Item {
            offset: plus(offset, field.offset()),
            depth: 1,
            kind: "field",
            name: &name,
            length: Some(length(field.bytes().len())),
            value: Some(&value),
            ..Item::default()
        };
        moment.tell(Lis, direction, &item);
        let end = field.offset().saturating_add(field.bytes().len());
        for fact in said.iter().filter(|fact| !free && (field.offset()..end).contains(&fact.offset)) {
            let value = text(fact.value);
            let item = Item {
                offset: plus(offset, fact.offset),
                depth: 2,
                kind: "component",
                name: fact.field,
                length: Some(length(fact.value.len())),
                value: Some(&value),
                ..Item::default()
            };
            moment.tell(Lis, direction, &item);
        }
    }
}

/// Whether a whole field is free of patient data whatever a well-formed record holds.
fn is_free(kind: RecordType, number: usize, field: &Field<'_>, said: &[Fact<'_>]) -> bool {
    let bytes = field.bytes();
    let short = |limit: usize| bytes.len() <= limit && bytes.iter().all(u8::is_ascii_alphanumeric);
    match (kind, number) {
        (RecordType::HEADER, 1 | 2 | 5) => true,
        (RecordType::HEADER, 12) => short(1),
        (_, 1) => kind.name().is_some() && bytes.len() == 1,
        // The sequence number, and the terminator's code.
        (_, 2) => bytes.len() <= 6 && bytes.iter().all(u8::is_ascii_digit),
        (RecordType::TERMINATOR, 3) => short(1),
        _ => said.iter().any(|fact| fact.offset == field.offset() && fact.value.len() == bytes.len()),
    }
}
