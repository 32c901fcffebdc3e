//! DICOM: PDUs with their items, commands and data sets with their elements.
//!
//! ```text
//!  0  A-ASSOCIATE-RQ           P-DATA-TF       C-STORE-RQ                                association
//!  1    item                     PDV             command element, data element
//!  2      sub-item                                 data element within a sequence
//! ```
//!
//! What Wireshark shows is here: the abstract syntax beside each decided context, the fragments, statuses by name. So is what it
//! lacks: which request a response answers, the account of each association, and every deviation from the standard.

mod associate;
mod prints;
mod talk;

use iomt_dicom::dimse::CommandSet;
use iomt_dicom::element::Element;
use iomt_dicom::pdu::Pdu;
use iomt_dicom::{Event, Message, Operation, Tag, Tracker, dictionary, ident};
use iomt_wire::{Direction, Error, Limits, Segment};

use super::moment::{Item, Moment, length, plus};
use super::value::{show, uid};
use crate::protocol::Protocol::Dicom;
use prints::Prints;
use talk::Talk;

/// Shows one connection.
#[derive(Debug)]
pub(super) struct DicomDissection {
    tracker: Tracker,
    lanes: [Lane; 2],
    talk: Talk,
    prints: Prints,
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
        let tracker = Tracker::with_filter(limits, |_, _| true);
        Self { tracker, lanes: [Lane::default(); 2], talk: Talk::default(), prints: Prints::default() }
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let Self { tracker, lanes: [initiator, responder], talk, prints } = self;
        let lane = match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        };
        tracker.feed(direction, segment, &mut |event| {
            note(event, lane, talk, moment);
            if let Event::Pdu { direction, offset, pdu } = event {
                prints.show(direction, offset, &pdu, moment);
            }
        });
        lane.heard = match segment {
            Segment::Data(data) => plus(lane.heard, data.len()),
            Segment::Gap { len } => lane.heard.saturating_add(len),
            Segment::End => lane.heard,
        };
    }

    /// The connection is over.
    pub(super) fn close(&mut self, moment: &mut Moment<'_>) {
        self.talk.end(self.tracker.operations(), moment);
    }
}

/// Shows what a tracker or the scanner of a file tells.
fn note(event: Event<'_>, lane: &mut Lane, talk: &mut Talk, moment: &mut Moment<'_>) {
    match event {
        Event::Pdu { direction, offset, pdu } => {
            lane.head = offset;
            moment.message();
            talk.hear(direction, &pdu, moment);
            whole_pdu(direction, offset, &pdu, talk, moment);
        }
        Event::PData { direction, offset, length } => {
            let item = Item { offset, kind: "P-DATA-TF", length: Some(length.into()), ..Item::default() };
            moment.tell(Dicom, direction, &item);
        }
        Event::Pdv { direction, offset, context_id, header, length } => {
            let what = if header & 1 == 1 { "command" } else { "data set" };
            let last = if header & 2 == 2 { ", last" } else { "" };
            let value = format!("context {context_id}, {what}{last}");
            let length = Some(length.into());
            moment.tell(
                Dicom,
                direction,
                &Item { offset, depth: 1, kind: "PDV", length, value: Some(&value), ..Item::default() },
            );
        }
        Event::Command { direction, offset, message, command, operation } => {
            lane.head = offset;
            moment.message();
            talk.count(message);
            whole_command(direction, offset, message, &command, operation, moment);
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
    note(event, &mut Lane::default(), &mut Talk::default(), moment);
}

fn whole_pdu(direction: Direction, offset: u64, pdu: &Pdu<'_>, talk: &Talk, moment: &mut Moment<'_>) {
    let kind = pdu.pdu_type().name().unwrap_or("PDU");
    let unknown = |name: Option<&'static str>| name.unwrap_or("unknown");
    let (length, value) = match pdu {
        Pdu::AssociateRq(rq) | Pdu::AssociateAc(rq) => (Some(length(rq.bytes().len())), Some(associate::summary(rq))),
        Pdu::AssociateRj(reject) => {
            let (result, source) = (unknown(reject.result_name()), unknown(reject.source_name()));
            let reason = unknown(reject.reason_name());
            let value = format!("{result}, source {} {source}, reason {}: {reason}", reject.source, reject.reason);
            (Some(reject.length.into()), Some(value))
        }
        Pdu::Abort(abort) => {
            let reason = abort.reason_name().map_or_else(String::new, |name| format!(": {name}"));
            let source = unknown(abort.source_name());
            let value = format!("by the {source}, reason {}{reason}", abort.reason);
            (Some(abort.length.into()), Some(value))
        }
        Pdu::ReleaseRq(release) | Pdu::ReleaseRp(release) => (Some(release.length.into()), None),
        _ => (None, None),
    };
    moment.tell(Dicom, direction, &Item { offset, kind, length, value: value.as_deref(), ..Item::default() });
    if let Pdu::AssociateRq(associate) | Pdu::AssociateAc(associate) = pdu {
        associate::items(direction, offset, associate, talk, moment);
    }
}

fn whole_command(
    direction: Direction,
    offset: u64,
    message: &Message,
    command: &CommandSet<'_>,
    operation: Option<&Operation>,
    moment: &mut Moment<'_>,
) {
    let unknown = format!("command {:04X}", message.command.0);
    let kind = message.command.name().unwrap_or(&unknown);
    let class = message.sop_class.as_ref().or_else(|| operation?.sop_class.as_ref());
    let status = command.status().map_or_else(String::new, |status| {
        let bytes = class.map(iomt_dicom::Uid::as_bytes).unwrap_or_default();
        let name = status
            .name(message.command, bytes)
            .filter(|name| *name != status.class())
            .map_or_else(String::new, |name| format!(": {name}"));
        format!(", status {:04X} {}{name}", status.0, status.class())
    });
    let class = class.map(|class| uid(class.as_bytes())).unwrap_or_default();
    let value = format!(
        "message {}, context {}{status}{}",
        message.message_id,
        message.context_id,
        talk::paired(message, command, operation)
    );
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
    let keyword = ident::keyword(element.tag).or_else(|| Some(dictionary::element(element.tag)?.keyword()));
    let name = match keyword.filter(|keyword| !keyword.is_empty()) {
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
