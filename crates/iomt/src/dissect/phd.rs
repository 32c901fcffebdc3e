//! ISO/IEEE 11073-20601: APDUs, their operations, objects, attributes, and the values of reports.
//!
//! ```text
//!  0  APDU
//!  1    operation
//!  2      object, attribute
//!  3        fact
//! ```
//! What a device measures belongs to a person: only what says something of the device is shown.

use iomt_phd::apdu::{Apdu, ApduType, Body};
use iomt_phd::association::PhdAssociationInformation;
use iomt_phd::check::{Finding, check};
use iomt_phd::data::{DataBody, action_name};
use iomt_phd::ident::{Fact, Value as Is, facts};
use iomt_phd::scan::{ConfigReport, ConfigResponse};
use iomt_phd::stream::Event as Framed;
use iomt_phd::tracker::{Event, Tracker};
use iomt_wire::{Direction, Limits, Segment};
use iomt_x73::nomenclature::{attribute_by_id, class_name, event_name};
use iomt_x73::{AttributeList, Ava};

use super::moment::{Item, Moment, length, plus};
use super::value::bytes;
use crate::protocol::Protocol::Phd;
use crate::sensing::text::clean;

/// Shows one connection.
#[derive(Debug)]
pub(super) struct PhdDissection {
    tracker: Tracker,
}

impl PhdDissection {
    pub(super) fn new(limits: Limits) -> Self {
        Self { tracker: Tracker::new(limits) }
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let mut start = 0;
        self.tracker.hear(direction, segment, &mut |event| match event {
            Event::Apdu { direction, offset, apdu, is_readable } => {
                start = offset;
                shown(direction, offset, &apdu, is_readable, moment);
            }
            Event::Observation { direction, observation } => {
                let value = moment.value(false, || bytes(observation.value.rest()));
                let name = observation.metric.map_or_else(String::new, |metric| format!("MDC {}", metric.mdc()));
                let tag = format!("{:04X}", observation.attribute.0);
                let item = Item {
                    offset: plus(start, observation.value.offset()),
                    depth: 2,
                    kind: "observation",
                    name: &name,
                    tag: &tag,
                    length: Some(length(observation.value.remaining())),
                    value: Some(&value),
                    ..Item::default()
                };
                moment.tell(Phd, direction, &item);
            }
            Event::Unread { direction, error } => {
                moment.error(Phd, direction, plus(start, error.offset), &error);
            }
            Event::Stream { direction, event } => stream(direction, event, moment),
            Event::Capped { config } => {
                let value = format!("configuration {:04X}", config.0);
                let item = Item { offset: start, depth: 1, kind: "capped", value: Some(&value), ..Item::default() };
                moment.tell(Phd, direction, &item);
            }
            _ => {}
        });
    }
}

fn stream(direction: Direction, event: Framed<'_>, moment: &mut Moment<'_>) {
    let (offset, kind, bytes) = match event {
        Framed::Skipped { offset, count } => (offset, "skipped bytes", count),
        Framed::CutShort { offset, count } => (offset, "truncated APDU", count),
        Framed::TooLong { offset, length } => (offset, "oversize APDU", length),
        Framed::Apdu { .. } => return,
    };
    moment.health.messages_damaged = moment.health.messages_damaged.saturating_add(1);
    moment.tell(Phd, direction, &Item { offset, kind, length: Some(bytes), ..Item::default() });
}

/// Shows one APDU.
fn shown(direction: Direction, offset: u64, apdu: &Apdu<'_>, is_readable: bool, moment: &mut Moment<'_>) {
    moment.message();
    let kind = apdu.apdu_type.name().unwrap_or("unknown APDU");
    let size = Some(length(apdu.length.into()));
    let value = match apdu.body() {
        Ok(Body::AssociationRequest(request)) => request.information().map(|said| association(&said)),
        Ok(Body::AssociationResponse(response)) => {
            let result = response.result.name().unwrap_or("unknown result");
            Some(
                response
                    .information()
                    .map_or_else(|| result.to_owned(), |said| format!("{result}; {}", association(&said))),
            )
        }
        Ok(Body::Abort(reason)) => reason.name().map(str::to_owned),
        Ok(Body::ReleaseRequest(reason) | Body::ReleaseResponse(reason)) => reason.name().map(str::to_owned),
        Ok(_) if !is_readable => Some("not in MDER".to_owned()),
        _ => None,
    };
    let item = Item { offset, kind, length: size, value: value.as_deref(), ..Item::default() };
    moment.tell(Phd, direction, &item);
    if apdu.apdu_type == ApduType::PRST && !is_readable {
        return;
    }
    let mut said = Vec::new();
    facts(apdu, &mut |fact| said.push(fact));
    let mut told = Told { direction, offset, said: &said, moment };
    match apdu.body() {
        Ok(Body::Presentation(presentation)) => {
            if let Ok(data) = presentation.data() {
                let name = data.choice.name().unwrap_or("unknown operation");
                let value = format!("invoke {}", data.invoke_id);
                told.tell(10, &Item { depth: 1, kind: "operation", name, value: Some(&value), ..Item::default() });
                if let Ok(body) = data.body() {
                    told.body(&body);
                }
            }
        }
        _ => told.facts(1, 0, usize::MAX),
    }
    check(apdu, &mut |finding| match finding {
        Finding::Quirk(quirk) => moment.quirk(Phd, direction, plus(offset, quirk.offset), &quirk),
        Finding::Error(error) => moment.error(Phd, direction, plus(offset, error.offset), &error),
    });
}

fn association(said: &PhdAssociationInformation<'_>) -> String {
    let role = said.system_type.name().unwrap_or("unknown system type");
    let encodings = said.encoding_rules.names().collect::<Vec<_>>().join(" or ");
    format!("{role}, {encodings}, configuration {:04X}", said.dev_config_id.0)
}

/// How one APDU is shown.
struct Told<'m, 'a, 'f> {
    direction: Direction,
    /// Where it starts in its stream.
    offset: u64,
    /// What may be shown of it, in the order of its bytes.
    said: &'f [Fact<'f>],
    moment: &'m mut Moment<'a>,
}

impl Told<'_, '_, '_> {
    /// Tells of something `within` the APDU.
    fn tell(&mut self, within: usize, item: &Item<'_>) {
        self.moment.tell(Phd, self.direction, &Item { offset: plus(self.offset, within), ..*item });
    }

    fn body(&mut self, body: &DataBody<'_>) {
        match body {
            DataBody::EventReport(event) => {
                let name = event_name(event.event_type).unwrap_or("unknown event");
                let tag = format!("{:04X}", event.event_type.0);
                let value = format!("handle {}", event.handle.0);
                let item = Item { depth: 2, kind: "event", name, tag: &tag, value: Some(&value), ..Item::default() };
                self.tell(event.info.offset(), &item);
                if let Ok(Some(report)) = ConfigReport::read(event) {
                    for object in report.objects.iter().map_while(Result::ok) {
                        let class = class_name(object.class).unwrap_or("unknown class");
                        let value = format!("{class}, handle {}", object.handle.0);
                        let item = Item { depth: 2, kind: "object", value: Some(&value), ..Item::default() };
                        self.tell(object.attributes.body().offset(), &item);
                        self.attributes(3, object.attributes);
                    }
                }
                if let Ok(Some(response)) = ConfigResponse::read(event) {
                    let result = response.result.name().unwrap_or("unknown result");
                    let item = Item { depth: 2, kind: "configuration", value: Some(result), ..Item::default() };
                    self.tell(event.info.offset(), &item);
                }
            }
            DataBody::Action(action) => {
                let name = action_name(action.action_type).unwrap_or("unknown action");
                let tag = format!("{:04X}", action.action_type.0);
                let value = format!("handle {}", action.handle.0);
                let item = Item { depth: 2, kind: "action", name, tag: &tag, value: Some(&value), ..Item::default() };
                self.tell(action.info.offset(), &item);
            }
            DataBody::Attributes { attributes, .. } => self.attributes(2, *attributes),
            DataBody::Set { modifications, .. } => {
                for change in modifications.iter().map_while(Result::ok) {
                    self.attribute(2, &change.attribute);
                }
            }
            DataBody::Error { value, .. } => {
                let item = Item { depth: 2, kind: "operation error", value: value.name(), ..Item::default() };
                self.tell(12, &item);
            }
            DataBody::Reject(problem) => {
                let item = Item { depth: 2, kind: "reject", value: problem.name(), ..Item::default() };
                self.tell(12, &item);
            }
            _ => {}
        }
    }

    fn attributes(&mut self, depth: usize, list: AttributeList<'_>) {
        // What cannot be read is told by the check.
        list.iter().map_while(Result::ok).for_each(|ava| self.attribute(depth, &ava));
    }

    /// An attribute, and within it what it says of the device.
    fn attribute(&mut self, depth: usize, ava: &Ava<'_>) {
        let tag = format!("{:04X}", ava.id.0);
        let known = attribute_by_id(ava.id);
        let name = known.map_or("", |known| known.name.unwrap_or(known.meaning));
        let end = ava.offset.saturating_add(ava.value.len());
        let has_facts = self.said.iter().any(|fact| (ava.offset..end).contains(&fact.offset));
        let value = (!has_facts).then(|| self.moment.value(false, || bytes(ava.value)));
        let size = Some(length(ava.value.len()));
        let item = Item {
            depth,
            kind: "attribute",
            name,
            tag: &tag,
            length: size,
            value: value.as_deref(),
            ..Item::default()
        };
        self.tell(ava.offset, &item);
        self.facts(depth.saturating_add(1), ava.offset, end);
    }

    /// The facts whose values stand from one byte to another.
    fn facts(&mut self, depth: usize, from: usize, to: usize) {
        for fact in self.said.iter().filter(|fact| (from..to).contains(&fact.offset)) {
            let value = fact_text(fact);
            let item = Item { depth, kind: "fact", name: fact.field, value: Some(&value), ..Item::default() };
            self.tell(fact.offset, &item);
        }
    }
}

/// What a fact says, with the component that it is about.
fn fact_text(fact: &Fact<'_>) -> String {
    let text = match fact.value {
        Is::Bytes(bytes) => clean(bytes),
        Is::Number(number) => number.to_string(),
        Is::Eui64(octets) => bytes(&octets),
        Is::Certification { auth_body, struct_type, data } => {
            format!("body {auth_body}, structure {struct_type}: {}", bytes(data))
        }
        _ => String::new(),
    };
    match fact.component {
        Some(id) if id != 0 => format!("component {id}: {text}"),
        _ => text,
    }
}
