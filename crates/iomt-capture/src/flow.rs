//! Conversations, and who listens to them.

use core::net::{IpAddr, SocketAddr};

use iomt_wire::{Direction, Segment, Timestamp};

use crate::{LinkType, Mac};

/// One captured frame, as a file or a live source hands it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The position in the capture, from one, as other tools count.
    pub number: u64,
    /// When it was captured.
    pub time: Timestamp,
    /// What its first bytes are.
    pub link: LinkType,
    /// What was captured of it.
    pub data: &'a [u8],
    /// How long it was on the wire; more than `data` when the snap length cut it.
    pub original_length: u32,
}

/// The transport protocol of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Ordered bytes.
    Tcp,
    /// Datagrams.
    Udp,
}

/// The two ends of a conversation and who began it.
///
/// The beginner of a TCP connection is who sent the SYN, or to whom the SYN-ACK went. Where neither was seen, and for UDP,
/// the end with the lower port is taken for the responder (with equal ports, the lower address; a group always), which does not depend on the
/// order of packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowKey {
    /// The transport protocol.
    pub transport: Transport,
    /// Who opened the conversation.
    pub initiator: SocketAddr,
    /// Who was addressed.
    pub responder: SocketAddr,
}

/// Where bytes came from: the frame which brought them.
///
/// Under a tunnel that carries Ethernet (ERSPAN, VXLAN, GRE) the addresses are those of the innermost Ethernet header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The frame's number in the capture.
    pub frame: u64,
    /// The frame's time.
    pub time: Timestamp,
    /// The Ethernet source of that frame, where the link has one.
    pub source_mac: Option<Mac>,
    /// The Ethernet destination of that frame, where the link has one.
    pub destination_mac: Option<Mac>,
    /// The innermost VLAN identifier; a priority tag (identifier 0) is none.
    pub vlan: Option<u16>,
}

/// What listens to the conversations of a capture.
///
/// Calls for one flow come in this order: `open`, any number of `stream` or `datagram`, `close`. A network never calls after
/// `close` with the same state.
pub trait Handler {
    /// What is remembered per conversation.
    type Flow;

    /// A conversation begins; returns what to remember of it.
    fn open(&mut self, flow: &FlowKey, place: &Place) -> Self::Flow;

    /// The next piece of one direction of a TCP connection, in order, each byte once.
    ///
    /// `Gap { len: 0 }` before the first data says that the capture began mid-stream.
    fn stream(
        &mut self,
        state: &mut Self::Flow,
        flow: &FlowKey,
        direction: Direction,
        place: &Place,
        segment: Segment<'_>,
    );

    /// A UDP datagram; `missing` bytes of its end were cut off by the snap length.
    fn datagram(
        &mut self,
        state: &mut Self::Flow,
        flow: &FlowKey,
        direction: Direction,
        place: &Place,
        payload: &[u8],
        missing: usize,
    );

    /// The conversation is over, or was given up for being idle or for want of room.
    fn close(&mut self, state: Self::Flow, flow: &FlowKey);

    /// ARP or neighbour discovery says that `mac` has `address`.
    fn neighbour(&mut self, _place: &Place, _mac: Mac, _address: IpAddr) {}
}
