//! DICOM: PDUs with their items, commands and data sets with their elements.
//!
//! ```text
//!  0  A-ASSOCIATE-RQ           P-DATA-TF       C-STORE-RQ
//!  1    item                                     command element, data element
//!  2      sub-item                                 data element within a sequence
//! ```

use iomt_dicom::dimse::CommandSet;
use iomt_dicom::element::Element;
use iomt_dicom::pdu::{Associate, Item as PduItem, Pdu, PresentationContext, UserItem};
use iomt_dicom::{Event, Message, Tag, Tracker, ident};
use iomt_wire::{Direction, Error, Limits, Segment};

use super::REDACTED;
use super::moment::{Item, Moment, length, plus};
use super::value::{bytes, show, uid};
use crate::knowledge::Knowledge;
use crate::protocol::Protocol::Dicom;
use crate::sensing::text::clean;

/// Shows one connection.
#[derive(Debug)]
pub(super) struct DicomDissection {
    tracker: Tracker,
    lanes: [Lane; 2],
}

/// What the events of one direction do not say themselves.
#[derive(Clone, Copy, Debug, Default)]
struct Lane {
    /// Bytes heard, gaps included.
    heard: u64,
    /// Where the PDU or data set began that a quirk counts from.
    head: u64,
}

impl DicomDissection {
    pub(super) fn new(limits: Limits) -> Self {
        Self { tracker: Tracker::with_filter(limits, |_, _| true), lanes: [Lane::default(); 2] }
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let Self { tracker, lanes: [initiator, responder] } = self;
        let lane = match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        };
        tracker.feed(direction, segment, &mut |event| note(event, lane, moment));
        lane.heard = match segment {
            Segment::Data(data) => plus(lane.heard, data.len()),
            Segment::Gap { len } => lane.heard.saturating_add(len),
            Segment::End => lane.heard,
        };
    }
}

/// Shows what a tracker or the scanner of a file tells.
fn note(event: Event<'_>, lane: &mut Lane, moment: &mut Moment<'_>) {
    match event {
        Event::Pdu { direction, offset, pdu } => {
            lane.head = offset;
            moment.message();
            whole_pdu(direction, offset, &pdu, moment);
        }
        Event::PData { direction, offset, length } => {
            let item = Item { offset, kind: "P-DATA-TF", length: Some(length.into()), ..Item::default() };
            moment.tell(Dicom, direction, &item);
        }
        Event::Command { direction, offset, message, command, .. } => {
            lane.head = offset;
            moment.message();
            whole_command(direction, offset, message, &command, moment);
        }
        Event::Element { direction, offset, enclosing, element, complete, .. } => {
            lane.head = offset.saturating_sub(length(element.offset));
            data_element(direction, offset, enclosing, &element, complete, "data element", moment);
        }
        Event::DataSetEnd { direction, offset, complete, .. } => {
            let value = if complete { "complete up to the pixel data" } else { "incomplete" };
            let item = Item { offset, depth: 1, kind: "data set end", value: Some(value), ..Item::default() };
            moment.tell(Dicom, direction, &item);
        }
        Event::Quirk { direction, quirk } => {
            moment.quirk(Dicom, direction, plus(lane.head, quirk.offset), &quirk);
        }
        Event::Error { direction, offset, error } => {
            moment.error(Dicom, direction, plus(offset, error.offset), &error);
        }
        Event::Gap { direction, len } => moment.gap(Dicom, direction, lane.heard, len),
        Event::Resynchronised { direction, offset } => {
            moment.tell(Dicom, direction, &Item { offset, kind: "resynchronised", ..Item::default() });
        }
        _ => {}
    }
}

/// Shows the events of a file.
pub(super) fn file_event(event: Event<'_>, moment: &mut Moment<'_>) {
    note(event, &mut Lane::default(), moment);
}

fn whole_pdu(direction: Direction, offset: u64, pdu: &Pdu<'_>, moment: &mut Moment<'_>) {
    let kind = pdu.pdu_type().name().unwrap_or("PDU");
    let (length, value) = match pdu {
        Pdu::AssociateRq(rq) | Pdu::AssociateAc(rq) => (Some(length(rq.bytes().len())), Some(summary(rq))),
        Pdu::AssociateRj(reject) => {
            let reason = reject.reason_name().unwrap_or("unknown reason");
            let kept = if reject.result == 1 { "permanent" } else { "transient" };
            let value = format!("{kept}, source {}, reason {}: {reason}", reject.source, reject.reason);
            (None, Some(value))
        }
        Pdu::Abort(abort) => {
            let by = if abort.source == 0 { "by the user" } else { "by the provider" };
            let reason = abort.reason_name().map_or_else(String::new, |name| format!(": {name}"));
            (None, Some(format!("{by}, reason {}{reason}", abort.reason)))
        }
        _ => (None, None),
    };
    moment.tell(Dicom, direction, &Item { offset, kind, length, value: value.as_deref(), ..Item::default() });
    if let Pdu::AssociateRq(associate) | Pdu::AssociateAc(associate) = pdu {
        items(direction, offset, associate, moment);
    }
}

/// The line by which people recognise an association.
fn summary(associate: &Associate<'_>) -> String {
    let (calling, called) = (clean(associate.calling_ae()), clean(associate.called_ae()));
    let contexts = associate.presentation_contexts().filter_map(Result::ok);
    let (all, accepted) = contexts.fold((0_u32, 0_u32), |(all, accepted), context| {
        (all.saturating_add(1), accepted.saturating_add(context.is_accepted().into()))
    });
    let decided = associate.presentation_contexts().filter_map(Result::ok).any(|context| context.is_decision());
    let plural = if all == 1 { "" } else { "s" };
    let contexts = if decided {
        format!("{accepted} of {all} context{plural} accepted")
    } else {
        format!("{all} context{plural}")
    };
    let class = associate.implementation_class_uid().map(clean).unwrap_or_default();
    let version = associate.implementation_version_name().map(clean);
    let known = Knowledge::builtin().implementation(&class, version.as_deref());
    let stack = known.map_or_else(
        || version.clone().unwrap_or_default(),
        |known| match known.version {
            Some(version) => format!("{} {version}", known.product),
            None => known.product.to_owned(),
        },
    );
    let comma = if stack.is_empty() { "" } else { ", " };
    format!("{calling} → {called}, {contexts}{comma}{stack}")
}

/// The items of an association PDU.
fn items(direction: Direction, offset: u64, associate: &Associate<'_>, moment: &mut Moment<'_>) {
    let mut contexts = associate.presentation_contexts();
    for item in associate.items() {
        let item = match item {
            Ok(item) => item,
            Err(error) => return moment.error(Dicom, direction, plus(offset, error.offset), &error),
        };
        match item.item_type {
            0x10 => {
                let name = associate.application_context().map(clean).unwrap_or_default();
                pdu_item(direction, offset, &item, "application context", Some(&name), moment);
            }
            0x20 | 0x21 => match contexts.next() {
                Some(Ok(context)) => presentation_context(direction, offset, &item, &context, moment),
                Some(Err(error)) => moment.error(Dicom, direction, plus(offset, error.offset), &error),
                None => pdu_item(direction, offset, &item, "presentation context", None, moment),
            },
            0x50 => {
                pdu_item(direction, offset, &item, "user information", None, moment);
                user_information(direction, offset, associate, moment);
            }
            _ => pdu_item(direction, offset, &item, "unknown item", None, moment),
        }
    }
}

fn pdu_item(
    direction: Direction,
    offset: u64,
    item: &PduItem<'_>,
    name: &str,
    value: Option<&str>,
    moment: &mut Moment<'_>,
) {
    let tag = format!("{:02X}", item.item_type);
    let item = Item {
        offset: plus(offset, item.offset),
        depth: 1,
        kind: "item",
        name,
        tag: &tag,
        length: Some(length(item.value.len())),
        value,
        ..Item::default()
    };
    moment.tell(Dicom, direction, &item);
}

fn presentation_context(
    direction: Direction,
    offset: u64,
    item: &PduItem<'_>,
    context: &PresentationContext<'_>,
    moment: &mut Moment<'_>,
) {
    let value = match context.result() {
        Some(result) => format!("{}: {}", context.id, result.name().unwrap_or("unknown result")),
        None => context.id.to_string(),
    };
    pdu_item(direction, offset, item, "presentation context", Some(&value), moment);
    for sub in context.sub_items() {
        let sub = match sub {
            Ok(sub) => sub,
            Err(error) => return moment.error(Dicom, direction, plus(offset, error.offset), &error),
        };
        let (name, value) = match sub.item_type {
            0x30 => ("abstract syntax", uid(sub.value)),
            0x40 => ("transfer syntax", uid(sub.value)),
            _ => ("unknown sub-item", REDACTED.to_owned()),
        };
        let tag = format!("{:02X}", sub.item_type);
        let item = Item {
            offset: plus(offset, sub.offset),
            depth: 2,
            kind: "sub-item",
            name,
            tag: &tag,
            length: Some(length(sub.value.len())),
            value: Some(&value),
            ..Item::default()
        };
        moment.tell(Dicom, direction, &item);
    }
}

fn user_information(direction: Direction, offset: u64, associate: &Associate<'_>, moment: &mut Moment<'_>) {
    let mut subs = associate.user_items();
    loop {
        let at = plus(offset, subs.offset());
        let sub = match subs.next() {
            Some(Ok(sub)) => sub,
            Some(Err(error)) => return moment.error(Dicom, direction, plus(offset, error.offset), &error),
            None => return,
        };
        let (name, value) = user_item(&sub);
        let tag = format!("{:02X}", sub.item_type());
        let item =
            Item { offset: at, depth: 2, kind: "sub-item", name, tag: &tag, value: Some(&value), ..Item::default() };
        moment.tell(Dicom, direction, &item);
    }
}

fn user_item(sub: &UserItem<'_>) -> (&'static str, String) {
    match sub {
        UserItem::MaximumLength(bytes) => ("maximum length", bytes.to_string()),
        UserItem::ImplementationClassUid(uid) => ("implementation class UID", clean(uid)),
        UserItem::ImplementationVersionName(name) => ("implementation version name", clean(name)),
        UserItem::AsynchronousOperationsWindow { invoked, performed } => {
            ("asynchronous operations window", format!("invoked {invoked}, performed {performed}"))
        }
        UserItem::RoleSelection { sop_class, scu, scp } => {
            ("SCP/SCU role selection", format!("{}: SCU {scu}, SCP {scp}", uid(sop_class)))
        }
        UserItem::ExtendedNegotiation { sop_class, information } => {
            ("SOP class extended negotiation", format!("{}: {}", uid(sop_class), bytes(information)))
        }
        UserItem::CommonExtendedNegotiation(common) => ("SOP class common extended negotiation", uid(common.sop_class)),
        // Who logs in with which password is nobody's business here, a patient's or not.
        UserItem::UserIdentity(identity) => ("user identity", format!("type {}: {REDACTED}", identity.identity_type)),
        UserItem::UserIdentityResponse(_) => ("user identity response", REDACTED.to_owned()),
        _ => ("unknown sub-item", REDACTED.to_owned()),
    }
}

fn whole_command(
    direction: Direction,
    offset: u64,
    message: &Message,
    command: &CommandSet<'_>,
    moment: &mut Moment<'_>,
) {
    let unknown = format!("command {:04X}", message.command.0);
    let kind = message.command.name().unwrap_or(&unknown);
    let class = message.sop_class.as_ref().map(|class| uid(class.as_bytes())).unwrap_or_default();
    let status =
        command.status().map_or_else(String::new, |status| format!(", status {:04X} {}", status.0, status.class()));
    let value = format!("message {}, context {}{status}", message.message_id, message.context_id);
    let length = Some(length(command.bytes().len()));
    let item = Item { offset, kind, name: &class, length, value: Some(&value), ..Item::default() };
    moment.tell(Dicom, direction, &item);
    for element in command.elements() {
        match element {
            Ok(element) => {
                let at = plus(offset, element.offset);
                data_element(direction, at, &[], &element, true, "command element", moment);
            }
            Err(error) => return element_error(direction, offset, &error, moment),
        }
    }
}

fn element_error(direction: Direction, offset: u64, error: &Error, moment: &mut Moment<'_>) {
    moment.error(Dicom, direction, plus(offset, error.offset), error);
}

fn data_element(
    direction: Direction,
    offset: u64,
    enclosing: &[Tag],
    element: &Element<'_>,
    complete: bool,
    kind: &str,
    moment: &mut Moment<'_>,
) {
    let tag = element.tag.to_string();
    let vr = element.vr.0.map(|byte| if byte.is_ascii_uppercase() { char::from(byte) } else { '?' });
    let vr: String = vr.iter().collect();
    let name = match ident::keyword(element.tag) {
        Some(keyword) => keyword,
        None if element.tag.is_private_creator() => "private creator",
        None if element.tag.is_private() => "private",
        None if element.tag.element == 0 => "group length",
        None => "",
    };
    let mut value = show(enclosing, element, moment.options.reveal_phi);
    if !complete {
        value.push_str(" (cut)");
    }
    let is_sequence = element.is_sequence();
    let item = Item {
        offset,
        depth: enclosing.len().saturating_add(1),
        kind: if is_sequence { "sequence" } else { kind },
        name,
        tag: &tag,
        vr: &vr,
        length: (!element.is_undefined_length()).then(|| element.length.into()),
        value: (!is_sequence && !element.value.is_empty()).then_some(&value),
    };
    moment.tell(Dicom, direction, &item);
}
