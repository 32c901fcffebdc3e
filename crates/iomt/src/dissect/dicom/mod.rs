//! DICOM: PDUs with their items, commands and data sets with their elements.
//!
//! ```text
//!  0  A-ASSOCIATE-RQ           P-DATA-TF       C-STORE-RQ                                association
//!  1    field, item              PDV             command element, data element, item of a sequence
//!  2      sub-item                                 data element within an item
//! ```
//!
//! What Wireshark shows is here: the abstract syntax beside each decided context, the fragments with the terms of their context, commands
//! and statuses by name, the items of sequences. So is what it lacks: which request a response answers, the account of each association,
//! whose a private element is, and every deviation from the standard, of values too.

mod associate;
mod elements;
mod prints;
mod talk;

use iomt_dicom::dimse::CommandSet;
use iomt_dicom::pdu::Pdu;
use iomt_dicom::{Event, Message, Operation, Tracker};
use iomt_wire::{Direction, Error, Limits, Segment};

use super::moment::{Item, Moment, length, plus};
use super::value::uid;
use crate::protocol::Protocol::Dicom;
use elements::{Elements, Found};
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
#[derive(Debug, Default)]
struct Lane {
    /// Bytes heard, gaps included.
    heard: u64,
    /// Where the PDU or data set began that a quirk counts from.
    head: u64,
    /// The data set that is being shown, and the number of its message.
    elements: Elements,
    message: u32,
}

impl DicomDissection {
    pub(super) fn new(limits: Limits) -> Self {
        let tracker = Tracker::with_filter(every_frame(limits), |_, _| true);
        Self { tracker, lanes: [Lane::default(), Lane::default()], talk: Talk::default(), prints: Prints::default() }
    }

    pub(super) fn hear(&mut self, direction: Direction, segment: Segment<'_>, moment: &mut Moment<'_>) {
        let Self { tracker, lanes: [initiator, responder], talk, prints } = self;
        let lane = match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        };
        tracker.feed(direction, segment, &mut |event| {
            note(event, lane, talk, moment);
            if let Event::Pdu { direction, offset, pdu, .. } = event {
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

/// Every frame is shown, not only those that can say something new of a device.
pub(super) const fn every_frame(limits: Limits) -> Limits {
    Limits { frames: usize::MAX, ..limits }
}

/// Shows what a tracker or the scanner of a file tells.
fn note(event: Event<'_>, lane: &mut Lane, talk: &mut Talk, moment: &mut Moment<'_>) {
    match event {
        Event::Pdu { direction, offset, pdu, .. } => {
            lane.head = offset;
            moment.message();
            talk.hear(direction, &pdu, moment);
            whole_pdu(direction, offset, &pdu, talk, moment);
        }
        Event::PData { direction, offset, length, .. } => {
            let item = Item { offset, kind: "P-DATA-TF", length: Some(length.into()), ..Item::default() };
            moment.tell(Dicom, direction, &item);
        }
        Event::Pdv { direction, offset, context_id, header, length, .. } => {
            let what = if header & 1 == 1 { "command" } else { "data set" };
            let last = if header & 2 == 2 { ", last" } else { "" };
            let value = format!("context {context_id}{}, {what}{last}", talk.terms(context_id));
            let length = Some(length.into());
            moment.tell(
                Dicom,
                direction,
                &Item { offset, depth: 1, kind: "PDV", length, value: Some(&value), ..Item::default() },
            );
        }
        Event::Command { direction, offset, message, command, operation, .. } => {
            lane.head = offset;
            moment.message();
            talk.count(message);
            whole_command(direction, offset, message, &command, operation, moment);
        }
        Event::Element { direction, offset, message, enclosing, item, element, complete, .. } => {
            lane.head = offset.saturating_sub(length(element.offset));
            if lane.message != message.number {
                (lane.message, lane.elements) = (message.number, Elements::default());
            }
            lane.elements.show(Found { direction, offset, enclosing, item, complete }, &element, moment);
        }
        Event::DataSetEnd { direction, offset, complete, .. } => {
            lane.elements = Elements::default();
            let value = if complete { "complete up to the pixel data" } else { "incomplete" };
            let item = Item { offset, depth: 1, kind: "data set end", value: Some(value), ..Item::default() };
            moment.tell(Dicom, direction, &item);
        }
        Event::Quirk { direction, quirk, .. } => {
            moment.quirk(Dicom, direction, plus(lane.head, quirk.offset), &quirk);
        }
        Event::Error { direction, offset, error, .. } => {
            moment.error(Dicom, direction, plus(offset, error.offset), &error);
        }
        Event::Gap { direction, len, .. } => moment.gap(Dicom, direction, lane.heard, len),
        Event::Resynchronised { direction, offset, .. } => {
            moment.tell(Dicom, direction, &Item { offset, kind: "resynchronised", ..Item::default() });
        }
        _ => {}
    }
}

/// Shows a file.
#[derive(Debug, Default)]
pub(super) struct FileDissection {
    lane: Lane,
    talk: Talk,
}

impl FileDissection {
    /// Shows what its scanner tells.
    pub(super) fn note(&mut self, event: Event<'_>, moment: &mut Moment<'_>) {
        note(event, &mut self.lane, &mut self.talk, moment);
    }
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
                let offset = plus(offset, element.offset);
                let found = Found { direction, offset, enclosing: &[], item: 0, complete: true };
                elements::one(found, &element, None, "command element", moment);
            }
            Err(error) => return element_error(direction, offset, &error, moment),
        }
    }
}

fn element_error(direction: Direction, offset: u64, error: &Error, moment: &mut Moment<'_>) {
    moment.error(Dicom, direction, plus(offset, error.offset), error);
}
