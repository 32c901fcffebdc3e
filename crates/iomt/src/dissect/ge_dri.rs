//! Datex-Ohmeda record interface: records, sub-records and what they say of the monitor.
//!
//! ```text
//!  0  record
//!  1    sub-record, fact
//! ```
//! A patient's record and all values are a patient's.

use iomt_ge::dri::{
    Record, SubRecord,
    frame::{Decoder, Event},
    network::Network,
    request::Request,
};
use iomt_ge::ident::dri_facts;
use iomt_wire::{Direction, Segment};

use super::ge::fact_text;
use super::moment::{Item, Moment, length};
use super::value::bytes;
use crate::protocol::Protocol::Dri;
use crate::sensing::text::clean;

/// Shows one connection. Places are those of the piece of the stream that completed a record.
#[derive(Debug)]
pub(super) struct DriDissection {
    decoders: [Decoder; 2],
    heard: [u64; 2],
}

impl DriDissection {
    pub(super) fn new() -> Self {
        Self { decoders: [Decoder::default(), Decoder::default()], heard: [0; 2] }
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let Self { decoders: [mine, theirs], heard: [my_bytes, their_bytes] } = self;
        let (decoder, heard) = match direction {
            Direction::Initiator => (mine, my_bytes),
            Direction::Responder => (theirs, their_bytes),
        };
        let at = *heard;
        let mut visit = |event: Event<'_>| match event {
            Event::Record(frame) => match Record::parse(frame) {
                Ok((record, _)) => shown(direction, at, &record, moment),
                Err(error) => moment.error(Dri, direction, at, &error),
            },
            Event::Damaged(damage) => {
                moment.health.messages_damaged = moment.health.messages_damaged.saturating_add(1);
                let value = format!("{damage:?}");
                let item = Item { offset: at, kind: "damaged frame", value: Some(&value), ..Item::default() };
                moment.tell(Dri, direction, &item);
            }
            Event::Skipped(count) => {
                let size = Some(length(count));
                let item = Item { offset: at, kind: "skipped bytes", length: size, ..Item::default() };
                moment.tell(Dri, direction, &item);
            }
        };
        match segment {
            Segment::Data(bytes) => {
                decoder.feed(bytes, &mut visit);
                *heard = heard.saturating_add(length(bytes.len()));
            }
            Segment::Gap { len } => {
                decoder.gap(&mut visit);
                *heard = heard.saturating_add(len);
            }
            Segment::End => decoder.gap(&mut visit),
        }
    }
}

/// Shows one record.
fn shown(direction: Direction, offset: u64, record: &Record<'_>, moment: &mut Moment<'_>) {
    moment.message();
    let name = record.main_type.name().unwrap_or("unknown record");
    let level = record.level.name().unwrap_or("none");
    let value = format!("number {}, level {level}, plug {}", record.number, record.plug_id);
    let size = u64::try_from(record.length).ok();
    let item = Item { offset, kind: "record", name, length: size, value: Some(&value), ..Item::default() };
    moment.tell(Dri, direction, &item);
    record.quirks().for_each(|quirk| moment.quirk(Dri, direction, offset, &quirk));
    dri_facts(record, &mut |fact| {
        let value = fact_text(&fact);
        let item = Item { offset, depth: 1, kind: "fact", name: fact.field, value: Some(&value), ..Item::default() };
        moment.tell(Dri, direction, &item);
    });
    for sub in record.sub_records() {
        match sub {
            Ok(sub) => sub_record(direction, offset, record, &sub, moment),
            Err(error) => moment.error(Dri, direction, offset, &error),
        }
    }
}

fn sub_record(direction: Direction, offset: u64, record: &Record<'_>, sub: &SubRecord<'_>, moment: &mut Moment<'_>) {
    let tag = sub.kind.to_string();
    let closed = |moment: &Moment<'_>| moment.value(false, || bytes(sub.data.rest()));
    let (name, value) = match (Network::read(record, sub), Request::read(record, sub)) {
        (Ok(Some(Network::Login(login))), _) => {
            ("login", login.device_type.name().unwrap_or("unknown device type").to_owned())
        }
        (Ok(Some(Network::Patient(patient))), _) => {
            let all = [patient.last_name, patient.first_name, patient.middle_name, patient.identifier];
            ("patient", moment.value(false, || all.map(|text| clean(text.reveal())).join(", ")))
        }
        (Ok(Some(Network::Logout)), _) => ("logout", String::new()),
        (_, Ok(Some(Request::Parameters(asked)))) => {
            ("request", format!("{}, every {} s", asked.physiology_type.name().unwrap_or("unknown"), asked.interval))
        }
        (_, Ok(Some(Request::Waves(asked)))) => {
            let waves: Vec<String> = asked.waves().map(|wave| wave.to_string()).collect();
            let what = if asked.is_stop { "stop" } else { "start" };
            ("request", format!("{what} waves {}", waves.join(", ")))
        }
        (Err(error), _) | (_, Err(error)) => return moment.error(Dri, direction, offset, &error),
        _ => ("", closed(moment)),
    };
    let size = Some(length(sub.data.remaining()));
    let item = Item {
        offset,
        depth: 1,
        kind: "sub-record",
        name,
        tag: &tag,
        length: size,
        value: Some(&value),
        ..Item::default()
    };
    moment.tell(Dri, direction, &item);
}
