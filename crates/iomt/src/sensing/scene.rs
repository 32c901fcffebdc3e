//! What an observer knows of the conversation that it listens to, and where it files what it hears.

use core::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use iomt_capture::{FlowKey, Place as At};
use iomt_wire::Direction;

use crate::evidence::{Attribute, Evidence, Place, Sink, Source, Subject, Value};
use crate::health::Health;
use crate::sensing::observers::hl7v2::memo::Memo;

/// One moment of one conversation.
pub(crate) struct Scene<'a> {
    pub(crate) flow: &'a FlowKey,
    pub(crate) at: &'a At,
    pub(crate) input: &'a Arc<str>,
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
        Place { time: self.at.time, input: Arc::clone(self.input), frame: self.at.frame, offset }
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
        let address = self.address(sender);
        if value.bare().is_empty() || is_nobody(address) {
            return;
        }
        let place = self.place(offset);
        self.out.take(Evidence { subject: Subject::Endpoint(address), attribute, value, source, place });
    }

    /// Counts messages, and the conversation at its first, for both of its endpoints.
    pub(crate) fn active(&mut self, flows: u64, messages: u64) {
        for direction in [Direction::Initiator, Direction::Responder] {
            let address = self.address(direction);
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
