//! Philips IntelliVue Data Export: datagrams, their operations, objects and attributes.
//!
//! ```text
//!  0  connect indication        data export
//!  1    attribute                 poll result
//!  2      fact                      object
//!  3                                  attribute
//! ```
//! What a monitor measures belongs to its patient: of the attributes only those are shown that say something of the device.

use iomt_intellivue::association::Association;
use iomt_intellivue::export::{Body, DataExport};
use iomt_intellivue::ident::{Fact, Value as Is, facts};
use iomt_intellivue::mds::MdsCreate;
use iomt_intellivue::message::{Message, parse};
use iomt_intellivue::poll::{PollRequest, PollResult};
use iomt_intellivue::rs232::{Decoder, Event};
use iomt_wire::{Direction, Error, Limits, Quirk, Segment};
use iomt_x73::nomenclature::{attribute_by_id, class_name, event_name};
use iomt_x73::{AttributeList, Ava, ManagedObjectId};

use super::moment::{Item, Moment, length};
use super::value::bytes;
use crate::protocol::Protocol::IntelliVue;
use crate::sensing::observers::intellivue::SURE;
use crate::sensing::text::{clean, clean_text};

/// Shows the serial framing over TCP; the offsets of a message count within its frame.
pub(super) struct SerialDissection {
    initiator: Decoder,
    responder: Decoder,
}

impl SerialDissection {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { initiator: Decoder::new(limits), responder: Decoder::new(limits) }
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let decoder = match direction {
            Direction::Initiator => &mut self.initiator,
            Direction::Responder => &mut self.responder,
        };
        let mut show = |event: Event<'_>| match event {
            Event::Frame(data) => {
                datagram(direction, data, 0, moment);
            }
            Event::Skipped(count) => {
                let item = Item { kind: "skipped", length: Some(length(count)), ..Item::default() };
                moment.tell(IntelliVue, direction, &item);
            }
            Event::Damaged(damage) => {
                let value = format!("{damage:?}");
                let item = Item { kind: "damaged frame", value: Some(&value), ..Item::default() };
                moment.tell(IntelliVue, direction, &item);
            }
        };
        match segment {
            Segment::Data(bytes) => decoder.feed(bytes, &mut show),
            Segment::Gap { .. } | Segment::End => decoder.gap(&mut show),
        }
    }
}

/// Shows one datagram; says whether it was of this protocol.
pub(super) fn datagram(direction: Direction, payload: &[u8], missing: usize, moment: &mut Moment<'_>) -> bool {
    if !iomt_intellivue::probe(payload).is_at_least(SURE) {
        return false;
    }
    let message = match parse(payload) {
        Ok((message, _)) => message,
        Err(error) => {
            moment.error(IntelliVue, direction, length(error.offset), &error);
            return false;
        }
    };
    moment.message();
    let item = Item { kind: message.name(), length: Some(length(payload.len())), ..Item::default() };
    let mut said = Vec::new();
    facts(&message, &mut |fact| said.push(fact));
    said.sort_by_key(|fact| fact.offset);
    let mut shown = Shown { direction, said: &said, moment };
    match &message {
        Message::ConnectIndication(indication) => {
            let uptime = format!("up for {:?}", indication.uptime().duration());
            shown.tell(&Item { value: Some(&uptime), ..item });
            shown.quirks(indication.quirks());
            shown.attributes(1, indication.attribute_list());
        }
        Message::AssociationRequest(association) | Message::AssociationAccept(association) => {
            shown.association(&item, association);
        }
        Message::DataExport(pdu) => shown.data_export(&item, pdu),
        _ => shown.tell(&item),
    }
    if missing > 0 {
        let gone = length(missing);
        let item = Item { offset: length(payload.len()), kind: "gap", length: Some(gone), ..Item::default() };
        moment.tell(IntelliVue, direction, &item);
    }
    true
}

/// How one datagram is shown.
struct Shown<'m, 'a, 'f> {
    direction: Direction,
    /// What may be shown of it, in the order of its bytes.
    said: &'f [Fact<'f>],
    moment: &'m mut Moment<'a>,
}

impl Shown<'_, '_, '_> {
    fn tell(&mut self, item: &Item<'_>) {
        self.moment.tell(IntelliVue, self.direction, item);
    }

    fn quirks(&mut self, quirks: impl Iterator<Item = Quirk>) {
        for quirk in quirks {
            self.moment.quirk(IntelliVue, self.direction, length(quirk.offset), &quirk);
        }
    }

    fn error(&mut self, error: &Error) {
        self.moment.error(IntelliVue, self.direction, length(error.offset), error);
    }

    fn association(&mut self, item: &Item<'_>, association: &Association<'_>) {
        let Some(user) = association.user_information() else { return self.tell(item) };
        let role = user.system_type.name().unwrap_or("unknown system type");
        let startup = user.startup_mode.name().unwrap_or("unknown");
        let value = format!("{role}, {startup} start");
        self.tell(&Item { value: Some(&value), ..*item });
        self.attributes(1, user.options);
        self.attributes(1, user.profiles);
    }

    fn data_export(&mut self, item: &Item<'_>, pdu: &DataExport<'_>) {
        let operation = pdu.ro_type.name().unwrap_or("unknown operation");
        let command = pdu.command_type().and_then(|command| command.name());
        let error = pdu.error_value().and_then(|error| error.name());
        let what = command.or(error).unwrap_or("unknown command");
        let linked = pdu.linked.map_or_else(String::new, |part| format!(", part {}", part.count));
        let value = format!("{operation}: {what}, invoke {}{linked}", pdu.invoke_id);
        self.tell(&Item { value: Some(&value), ..*item });
        self.quirks(pdu.quirks());
        match pdu.body() {
            Ok(body) => self.body(&body),
            Err(error) => self.error(&error),
        }
    }

    fn body(&mut self, body: &Body<'_>) {
        match body {
            Body::EventReport(event) => {
                let name = event_name(event.event_type).unwrap_or_default();
                let tag = format!("{:04X}", event.event_type.0);
                let offset = length(event.info.offset());
                self.object("event", name, &tag, offset, &event.object);
                match MdsCreate::read(event) {
                    Ok(Some(create)) => self.attributes(2, create.attributes),
                    Ok(None) => {}
                    Err(error) => self.error(&error),
                }
            }
            Body::Action(action) => {
                let tag = format!("{:04X}", action.action_type.0);
                let offset = length(action.info.offset());
                let name = if action.scope.is_some() { "request" } else { "result" };
                self.object("action", name, &tag, offset, &action.object);
                match (PollRequest::read(action), PollResult::read(action)) {
                    (Ok(Some(request)), _) => {
                        let (partition, code) = (request.object_type.partition.0, request.object_type.code.0);
                        let value = format!("number {}, type {partition}/{code:04X}", request.poll_number);
                        let item =
                            Item { offset, depth: 2, kind: "poll request", value: Some(&value), ..Item::default() };
                        self.tell(&item);
                    }
                    (_, Ok(Some(result))) => self.poll_result(offset, &result),
                    (Err(error), _) | (_, Err(error)) => self.error(&error),
                    _ => {}
                }
            }
            Body::Get { object, .. } => self.object("get", "", "", 0, object),
            Body::Set { object, modifications, .. } => {
                self.object("set", "", "", length(modifications.body().offset()), object);
                for change in modifications.iter() {
                    match change {
                        Ok(change) => self.attribute(2, &change.attribute),
                        Err(error) => return self.error(&error),
                    }
                }
            }
            Body::Attributes { object, attributes } => {
                self.object("attributes", "", "", length(attributes.body().offset()), object);
                self.attributes(2, *attributes);
            }
            _ => {}
        }
    }

    fn object(&mut self, kind: &str, name: &str, tag: &str, offset: u64, object: &ManagedObjectId) {
        let class = class_name(object.class).unwrap_or("unknown class");
        let handle = object.instance.handle.0;
        let value = format!("{class} {:04X}, handle {handle}", object.class.0);
        self.tell(&Item { offset, depth: 1, kind, name, tag, value: Some(&value), ..Item::default() });
    }

    fn poll_result(&mut self, offset: u64, result: &PollResult<'_>) {
        let (partition, code) = (result.object_type.partition.0, result.object_type.code.0);
        let class = class_name(result.object_type.code).unwrap_or_default();
        let value = format!("number {}, type {partition}/{code:04X} {class}", result.poll_number);
        let item = Item { offset, depth: 2, kind: "poll result", value: Some(value.trim_end()), ..Item::default() };
        self.tell(&item);
        for context in result.contexts.iter() {
            let context = match context {
                Ok(context) => context,
                Err(error) => return self.error(&error),
            };
            for object in context.observations.iter() {
                let object = match object {
                    Ok(object) => object,
                    Err(error) => return self.error(&error),
                };
                let value = format!("context {}, handle {}", context.mds_context, object.handle.0);
                let offset = length(object.attributes.body().offset());
                self.tell(&Item { offset, depth: 3, kind: "object", value: Some(&value), ..Item::default() });
                self.attributes(4, object.attributes);
            }
        }
    }

    fn attributes(&mut self, depth: usize, list: AttributeList<'_>) {
        for ava in list.iter() {
            match ava {
                Ok(ava) => self.attribute(depth, &ava),
                Err(error) => return self.error(&error),
            }
        }
    }

    /// An attribute, and within it what it says of the device.
    fn attribute(&mut self, depth: usize, ava: &Ava<'_>) {
        let tag = format!("{:04X}", ava.id.0);
        let known = attribute_by_id(ava.id);
        let name = known.map_or("", |known| known.name.unwrap_or(known.meaning));
        let end = ava.offset.saturating_add(ava.value.len());
        let said = self.said;
        let from = said.partition_point(|fact| fact.offset < ava.offset);
        let to = said.partition_point(|fact| fact.offset < end);
        let facts = said.get(from..to).unwrap_or_default();
        let value = facts.is_empty().then(|| self.moment.value(false, || bytes(ava.value)));
        let offset = length(ava.offset);
        let size = Some(length(ava.value.len()));
        let item =
            Item { offset, depth, kind: "attribute", name, tag: &tag, length: size, value: value.as_deref(), vr: "" };
        self.tell(&item);
        for fact in facts {
            let value = fact_text(fact);
            let offset = length(fact.offset);
            let depth = depth.saturating_add(1);
            self.tell(&Item { offset, depth, kind: "fact", name: fact.field, value: Some(&value), ..Item::default() });
        }
    }
}

/// What a fact says, with the component that it is about.
fn fact_text(fact: &Fact<'_>) -> String {
    let text = match fact.value {
        Is::Bytes(bytes) => clean(bytes),
        Is::Utf16(text) => clean_text(&text.to_string()),
        Is::Number(number) => number.to_string(),
        Is::Mac([a, b, c, d, e, f]) => format!("{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}"),
        Is::Ipv4(octets) => core::net::Ipv4Addr::from(octets).to_string(),
        Is::Ipv6(octets) => core::net::Ipv6Addr::from(octets).to_string(),
        Is::Eui64(octets) => bytes(&octets),
        Is::Octets(octets) => bytes(octets),
        Is::Service(service) => {
            format!("application {}, transport {}, port {}", service.application, service.transport, service.port)
        }
        _ => String::new(),
    };
    match fact.component {
        Some(id) => {
            let component = iomt_intellivue::component_name(id);
            component.map_or_else(|| format!("component {id:04X}: {text}"), |name| format!("{name}: {text}"))
        }
        None => text,
    }
}
