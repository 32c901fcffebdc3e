//! What one association was: remembered while it is shown, summed up when it is over.

use std::collections::BTreeMap;

use iomt_dicom::dimse::{CommandSet, Suboperations};
use iomt_dicom::pdu::Pdu;
use iomt_dicom::{Message, Operation};
use iomt_wire::Direction;

use super::super::moment::{Item, Moment};
use super::super::value::{uid, uid_name};
use crate::protocol::Protocol::Dicom;
use crate::sensing::text::clean;

/// One association.
#[derive(Debug, Default)]
pub(super) struct Talk {
    requestor: Option<Direction>,
    who: String,
    /// Abstract syntaxes by context id.
    proposed: BTreeMap<u8, String>,
    /// Names of the accepted transfer syntaxes by context id.
    syntaxes: BTreeMap<u8, String>,
    accepted: usize,
    /// Messages by their command; at most the 23 that have names, and one for all others.
    commands: BTreeMap<&'static str, u64>,
    ending: Option<&'static str>,
}

impl Talk {
    /// What was proposed for a context.
    pub(super) fn proposed(&self, id: u8) -> Option<&str> {
        self.proposed.get(&id).map(String::as_str)
    }

    /// In which syntax a context carries what, in brackets; nothing where that was not seen.
    pub(super) fn terms(&self, id: u8) -> String {
        let proposed = self.proposed(id).map(|class| name(class.split(' ').next().unwrap_or_default().as_bytes()));
        let terms: Vec<String> = self.syntaxes.get(&id).cloned().into_iter().chain(proposed).collect();
        if terms.is_empty() { String::new() } else { format!(" ({})", terms.join(", ")) }
    }

    /// Takes a whole PDU; a second request on the connection ends the association before it.
    pub(super) fn hear(&mut self, direction: Direction, pdu: &Pdu<'_>, moment: &mut Moment<'_>) {
        match pdu {
            Pdu::AssociateRq(rq) => {
                if self.requestor.is_some() {
                    self.end(&[], moment);
                }
                let contexts = rq.presentation_contexts().filter_map(Result::ok);
                let class = |class: Option<&[u8]>| class.map(uid).unwrap_or_default();
                *self = Self {
                    requestor: Some(direction),
                    who: format!("{} → {}", clean(rq.calling_ae()), clean(rq.called_ae())),
                    proposed: contexts.map(|context| (context.id, class(context.abstract_syntax()))).collect(),
                    ..Self::default()
                };
            }
            Pdu::AssociateAc(ac) => {
                let decided = ac.presentation_contexts().filter_map(Result::ok);
                let accepted = decided.filter(|context| context.is_accepted());
                self.syntaxes =
                    accepted.map(|context| (context.id, name(context.transfer_syntax().unwrap_or_default()))).collect();
                self.accepted = self.syntaxes.len();
            }
            Pdu::AssociateRj(_) => self.ending = Some("rejected"),
            Pdu::ReleaseRp(_) => self.ending = Some("released"),
            Pdu::Abort(_) => self.ending = Some("aborted"),
            _ => {}
        }
    }

    /// Counts a message.
    pub(super) fn count(&mut self, message: &Message) {
        let count = self.commands.entry(message.command.name().unwrap_or("other command")).or_default();
        *count = count.saturating_add(1);
    }

    /// The association is over; `open` are requests without an answer.
    pub(super) fn end(&mut self, open: &[Operation], moment: &mut Moment<'_>) {
        if self.requestor.is_none() && self.commands.is_empty() && self.ending.is_none() {
            return;
        }
        let who = if self.who.is_empty() { "beginning not seen" } else { &self.who };
        let ending = self.ending.unwrap_or("end not seen");
        let mut value = format!("{who}, {} of {} contexts accepted, {ending}", self.accepted, self.proposed.len());
        for (command, count) in &self.commands {
            value.push_str(&format!(", {count} {command}"));
        }
        if !open.is_empty() {
            value.push_str(&format!(", {} unanswered", open.len()));
        }
        let direction = self.requestor.unwrap_or(Direction::Initiator);
        moment.tell(Dicom, direction, &Item { kind: "association", value: Some(&value), ..Item::default() });
        *self = Self::default();
    }
}

/// The name of a UID, or the UID where it has none.
fn name(uid: &[u8]) -> String {
    let uid = clean(uid);
    uid_name(&uid).map_or(uid, str::to_owned)
}

/// How a command stands to the request that it answers or cancels, and how far its sub-operations are.
pub(super) fn paired(message: &Message, command: &CommandSet<'_>, operation: Option<&Operation>) -> String {
    let mut text = String::new();
    if let Some(asked) = operation.filter(|operation| operation.responses > 0 || operation.cancelled) {
        let request = asked.command.name().unwrap_or("request");
        let does = if message.command.is_response() { "answers" } else { "cancels" };
        text.push_str(&format!(", {does} {request} at byte {}", asked.offset));
        if asked.responses > 1 {
            text.push_str(&format!(", response {}", asked.responses));
        }
        if asked.cancelled && message.command.is_response() {
            text.push_str(", cancelled");
        }
    }
    let Suboperations { remaining, completed, failed, warning } = command.suboperations();
    for (what, count) in
        [("remaining", remaining), ("completed", completed), ("failed", failed), ("with warnings", warning)]
    {
        if let Some(count) = count {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}
