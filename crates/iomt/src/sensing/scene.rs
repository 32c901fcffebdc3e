//! What an observer knows of the conversation that it listens to, and where it files what it hears.

use core::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use iomt_capture::{FlowKey, Mac, Place as At, Transport};
use iomt_wire::Direction;

use crate::evidence::{Attribute, Evidence, Place, Sink, Source, Subject, Value};
use crate::fingerprint::Fingerprint;
use crate::fingerprint::telemetry::{self, Telemetry};
use crate::fingerprint::window::Part;
use crate::health::Health;
use crate::sensing::observers::hl7v2::memo::Memo;

/// The files of a capture, each with the number of the last frame before it: a conversation knows a frame by its number in the
/// whole capture, people by that in its file.
#[derive(Debug)]
pub(crate) struct Inputs(Vec<(u64, Arc<str>)>);

impl Inputs {
    pub(crate) fn new(name: &str) -> Self {
        Self(vec![(0, name.into())])
    }

    /// The frames after `before` are of another file.
    pub(crate) fn next(&mut self, before: u64, name: &str) {
        self.0.push((before, name.into()));
    }

    /// The number in the whole capture of a frame of the last file.
    pub(crate) fn number(&self, frame: u64) -> u64 {
        self.0.last().map_or(frame, |(before, _)| before.saturating_add(frame))
    }

    pub(crate) fn place(&self, at: &At, offset: u64) -> Place {
        let after = self.0.partition_point(|(before, _)| *before < at.frame);
        let (before, input) = match self.0.get(after.saturating_sub(1)) {
            Some((before, input)) => (*before, Arc::clone(input)),
            None => (0, Arc::default()),
        };
        Place { time: at.time, input, frame: at.frame.saturating_sub(before), offset }
    }
}

/// One moment of one conversation.
pub(crate) struct Scene<'a> {
    pub(crate) flow: &'a FlowKey,
    pub(crate) at: &'a At,
    pub(crate) inputs: &'a Inputs,
    pub(crate) out: &'a mut dyn Sink,
    pub(crate) health: &'a mut Health,
    pub(crate) memo: &'a mut Memo,
}

impl Scene<'_> {
    /// The socket of the peer that sends in a direction.
    pub(crate) const fn socket(&self, sender: Direction) -> SocketAddr {
        match sender {
            Direction::Initiator => self.flow.initiator,
            Direction::Responder => self.flow.responder,
        }
    }

    /// The address of the peer that sends in a direction.
    pub(crate) const fn address(&self, sender: Direction) -> IpAddr {
        self.socket(sender).ip()
    }

    /// The place of a byte of the current frame's stream or datagram.
    pub(crate) fn place(&self, offset: u64) -> Place {
        self.inputs.place(self.at, offset)
    }

    /// Files evidence about the endpoint that sends in a direction. Groups (multicast, broadcast) are nobody.
    pub(crate) fn endpoint(
        &mut self,
        sender: Direction,
        attribute: Attribute,
        value: Value,
        source: Source,
        offset: u64,
    ) {
        self.endpoint_at(sender, attribute, value, source, self.place(offset));
    }

    /// As [`endpoint`](Self::endpoint), of what was sent somewhere else than where it is filed.
    pub(crate) fn endpoint_at(
        &mut self,
        sender: Direction,
        attribute: Attribute,
        value: Value,
        source: Source,
        place: Place,
    ) {
        let address = self.address(sender);
        if value.bare().is_empty() || is_nobody(address) {
            return;
        }
        self.out.take(Evidence { subject: Subject::Endpoint(address), attribute, value, source, place });
    }

    /// Files a fingerprint of the endpoint that sends in a direction, and its family. One that lacks something says so behind its
    /// scheme.
    pub(crate) fn print(&mut self, sender: Direction, place: Place, print: &Fingerprint, source: Source) {
        let address = self.address(sender);
        if is_nobody(address) {
            return;
        }
        let scheme = match print.missing.join(", ") {
            missing if missing.is_empty() => print.scheme.to_owned(),
            missing => format!("{} {missing}", print.scheme),
        };
        let family =
            (!print.family.is_empty()).then(|| Value::pair(&format!("{}-family", print.scheme), &print.family));
        for value in [Some(Value::pair(&scheme, &print.text)), family].into_iter().flatten() {
            let (subject, place) = (Subject::Endpoint(address), place.clone());
            self.out.take(Evidence { subject, attribute: Attribute::Fingerprint, value, source, place });
        }
    }

    /// Files what was gathered of one side of a telemetry dialog; `protocol` names the protocol, or one of its dialogs where it has
    /// several. To be called when the dialog ends, and now and then before.
    pub(crate) fn telemetry(&mut self, sender: Direction, protocol: &'static str, gathered: &mut Telemetry) {
        let address = self.address(sender);
        let mut parts = gathered.take().peekable();
        if is_nobody(address) || parts.peek().is_none() {
            return;
        }
        let transport = match self.flow.transport {
            Transport::Tcp => 't',
            Transport::Udp => 'u',
        };
        let class = telemetry::port_class(self.flow.initiator.port(), self.flow.responder.port());
        let place = self.place(0);
        let fixed = [("transport", format!("{transport}{class}")), ("protocol", protocol.to_owned())];
        let fixed = fixed.map(|(kind, value)| (Part { kind, value }, 1));
        for (part, count) in parts.chain(fixed) {
            let evidence = Evidence {
                subject: Subject::Endpoint(address),
                attribute: Attribute::Habit,
                value: Value::pair(&format!("{} {protocol}", telemetry::SCHEME), &part.to_string()),
                source: Source { protocol, field: "dialog", kind: "fingerprint" },
                place: place.clone(),
            };
            self.out.take(evidence.clone());
            if let Some(more) = count.checked_sub(1).filter(|more| *more > 0) {
                self.out.again(&evidence, more, place.time);
            }
        }
    }

    /// Counts messages, and the conversation at its first, for both of its endpoints.
    pub(crate) fn active(&mut self, flows: u64, messages: u64) {
        self.count(&[Direction::Initiator, Direction::Responder], flows, messages);
    }

    /// The same for what one side sent, which may have gone to a group: the address of a subnet's broadcast is nobody's.
    pub(crate) fn sent(&mut self, sender: Direction, flows: u64, messages: u64) {
        if self.at.destination_mac.is_some_and(Mac::is_group) {
            self.count(&[sender], flows, messages);
        } else {
            self.active(flows, messages);
        }
    }

    fn count(&mut self, ends: &[Direction], flows: u64, messages: u64) {
        for direction in ends {
            let address = self.address(*direction);
            if !is_nobody(address) {
                self.out.active(&Subject::Endpoint(address), self.at.time, flows, messages);
            }
        }
        self.health.messages = self.health.messages.saturating_add(messages);
    }
}

/// Whether an address stands for no single host.
pub(crate) fn is_nobody(address: IpAddr) -> bool {
    address.is_multicast() || address.is_unspecified() || matches!(address, IpAddr::V4(v4) if v4.is_broadcast())
}

#[cfg(test)]
mod tests {
    use super::*;
    use iomt_wire::Timestamp;

    #[test]
    fn a_frame_is_placed_in_its_own_file_whenever_its_evidence_is_filed() {
        let mut inputs = Inputs::new("one");
        inputs.next(3, "empty");
        inputs.next(3, "two");
        assert_eq!(inputs.number(1), 4);
        for (frame, input, own) in [(1, "one", 1), (3, "one", 3), (4, "two", 1), (9, "two", 6)] {
            let at = At { frame, time: Timestamp(0), source_mac: None, destination_mac: None, vlan: None };
            let place = inputs.place(&at, 7);
            assert_eq!((&*place.input, place.frame, place.offset), (input, own, 7));
        }
    }
}
