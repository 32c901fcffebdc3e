//! Packets built with computed lengths, and a handler that remembers everything.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unreachable_pub
)]

use std::net::{IpAddr, SocketAddr};

use iomt_capture::{FlowKey, Frame, Handler, LinkType, Mac, Network, Place, Transport};
use iomt_wire::{Direction, Limits, Segment, Timestamp};

pub const CLIENT: ([u8; 4], u16) = ([10, 0, 0, 7], 49_152);
pub const SERVER: ([u8; 4], u16) = ([10, 0, 0, 1], 104);
pub const CLIENT_MAC: [u8; 6] = [2, 0, 0, 0, 0, 7];
pub const SERVER_MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];

pub const FIN: u8 = 0x01;
pub const SYN: u8 = 0x02;
pub const RST: u8 = 0x04;
pub const ACK: u8 = 0x10;

pub fn ethernet(source: [u8; 6], destination: [u8; 6], kind: u16, payload: &[u8]) -> Vec<u8> {
    [&destination[..], &source, &kind.to_be_bytes(), payload].concat()
}

pub fn ipv4(source: [u8; 4], destination: [u8; 4], protocol: u8, payload: &[u8]) -> Vec<u8> {
    ipv4_part(source, destination, protocol, 1, 0, payload)
}

/// `place` is the field of flags and offset.
pub fn ipv4_part(source: [u8; 4], destination: [u8; 4], protocol: u8, id: u16, place: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x45, 0];
    bytes.extend((20 + payload.len() as u16).to_be_bytes());
    bytes.extend(id.to_be_bytes());
    bytes.extend(place.to_be_bytes());
    bytes.extend([64, protocol, 0, 0]);
    bytes.extend(source);
    bytes.extend(destination);
    bytes.extend(payload);
    bytes
}

pub fn ipv6(source: [u8; 16], destination: [u8; 16], next: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x60, 0, 0, 0];
    bytes.extend((payload.len() as u16).to_be_bytes());
    bytes.extend([next, 255]);
    bytes.extend(source);
    bytes.extend(destination);
    bytes.extend(payload);
    bytes
}

pub fn udp(source: u16, destination: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(source.to_be_bytes());
    bytes.extend(destination.to_be_bytes());
    bytes.extend((8 + payload.len() as u16).to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(payload);
    bytes
}

pub fn tcp(source: u16, destination: u16, sequence: u32, acknowledgement: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(source.to_be_bytes());
    bytes.extend(destination.to_be_bytes());
    bytes.extend(sequence.to_be_bytes());
    bytes.extend(acknowledgement.to_be_bytes());
    bytes.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    bytes.extend(payload);
    bytes
}

/// A TCP segment between the two ends of the tests, as an Ethernet frame.
pub fn segment(direction: Direction, sequence: u32, acknowledgement: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    segment_between(CLIENT, SERVER, direction, sequence, acknowledgement, flags, payload)
}

pub fn segment_between(
    client: ([u8; 4], u16),
    server: ([u8; 4], u16),
    direction: Direction,
    sequence: u32,
    acknowledgement: u32,
    flags: u8,
    payload: &[u8],
) -> Vec<u8> {
    let (from, to, from_mac, to_mac) = match direction {
        Direction::Initiator => (client, server, CLIENT_MAC, SERVER_MAC),
        Direction::Responder => (server, client, SERVER_MAC, CLIENT_MAC),
    };
    let tcp = tcp(from.1, to.1, sequence, acknowledgement, flags, payload);
    ethernet(from_mac, to_mac, 0x0800, &ipv4(from.0, to.0, 6, &tcp))
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Open(FlowKey),
    Data(Direction, Vec<u8>),
    Gap(Direction, u64),
    End(Direction),
    Datagram(FlowKey, Direction, Vec<u8>, usize),
    Close(FlowKey),
    Neighbour(Mac, IpAddr),
}

/// Remembers every call.
#[derive(Default, Debug)]
pub struct Recorder {
    pub events: Vec<Event>,
    pub places: Vec<Place>,
    pub live: usize,
}

impl Handler for Recorder {
    type Flow = ();

    fn open(&mut self, flow: &FlowKey, place: &Place) {
        self.live += 1;
        self.events.push(Event::Open(*flow));
        self.places.push(*place);
    }

    fn stream(&mut self, (): &mut (), flow: &FlowKey, direction: Direction, place: &Place, segment: Segment<'_>) {
        assert_eq!(flow.transport, Transport::Tcp);
        self.places.push(*place);
        self.events.push(match segment {
            Segment::Data(bytes) => {
                assert!(!bytes.is_empty(), "an empty piece says nothing");
                Event::Data(direction, bytes.to_vec())
            }
            Segment::Gap { len } => Event::Gap(direction, len),
            Segment::End => Event::End(direction),
        });
    }

    fn datagram(
        &mut self,
        (): &mut (),
        flow: &FlowKey,
        direction: Direction,
        place: &Place,
        payload: &[u8],
        missing: usize,
    ) {
        self.places.push(*place);
        self.events.push(Event::Datagram(*flow, direction, payload.to_vec(), missing));
    }

    fn close(&mut self, (): (), flow: &FlowKey) {
        self.live -= 1;
        self.events.push(Event::Close(*flow));
    }

    fn neighbour(&mut self, _: &Place, mac: Mac, address: IpAddr) {
        self.events.push(Event::Neighbour(mac, address));
    }
}

impl Recorder {
    /// The bytes delivered in a direction, gaps left out.
    pub fn bytes(&self, wanted: Direction) -> Vec<u8> {
        let pieces = self.events.iter().filter_map(|event| match event {
            Event::Data(direction, bytes) if *direction == wanted => Some(bytes.as_slice()),
            _ => None,
        });
        pieces.collect::<Vec<_>>().concat()
    }

    /// The stream of a direction as the handler knows it: bytes at their places, gaps as nothing.
    pub fn stream(&self, wanted: Direction) -> Vec<Option<u8>> {
        let mut stream = Vec::new();
        for event in &self.events {
            match event {
                Event::Data(direction, bytes) if *direction == wanted => stream.extend(bytes.iter().copied().map(Some)),
                Event::Gap(direction, len) if *direction == wanted => {
                    stream.extend(std::iter::repeat_n(None, usize::try_from(*len).unwrap()));
                }
                _ => {}
            }
        }
        stream
    }

    pub fn gaps(&self, wanted: Direction) -> Vec<u64> {
        let gaps = self.events.iter().filter_map(|event| match event {
            Event::Gap(direction, len) if *direction == wanted => Some(*len),
            _ => None,
        });
        gaps.collect()
    }

    pub fn flows(&self) -> Vec<FlowKey> {
        self.events.iter().filter_map(|event| if let Event::Open(flow) = event { Some(*flow) } else { None }).collect()
    }

    pub fn ended(&self, wanted: Direction) -> bool {
        self.events.contains(&Event::End(wanted))
    }
}

/// A network under test: pushes frames one millisecond apart.
pub struct Bench {
    pub network: Network<Recorder>,
    pub recorder: Recorder,
    pub number: u64,
    pub time: i64,
    pub link: LinkType,
}

impl Bench {
    pub fn new() -> Self {
        Self::with(Limits::default())
    }

    pub fn with(limits: Limits) -> Self {
        Self {
            network: Network::new(limits),
            recorder: Recorder::default(),
            number: 0,
            time: 1_700_000_000_000_000_000,
            link: LinkType::ETHERNET,
        }
    }

    pub fn push(&mut self, data: &[u8]) -> &mut Self {
        self.push_cut(data, data.len())
    }

    /// Pushes a frame of which only the first `captured` bytes are there.
    pub fn push_cut(&mut self, data: &[u8], captured: usize) -> &mut Self {
        self.number += 1;
        self.time += 1_000_000;
        let frame = Frame {
            number: self.number,
            time: Timestamp(self.time),
            link: self.link,
            data: &data[..captured],
            original_length: data.len() as u32,
        };
        self.network.push(&mut self.recorder, &frame);
        self
    }

    pub fn wait(&mut self, milliseconds: i64) -> &mut Self {
        self.time += milliseconds * 1_000_000;
        self
    }

    pub fn finish(&mut self) -> &mut Self {
        self.network.finish(&mut self.recorder);
        assert_eq!(self.recorder.live, 0, "every flow that was opened is closed");
        self
    }
}

pub fn flow(transport: Transport, initiator: ([u8; 4], u16), responder: ([u8; 4], u16)) -> FlowKey {
    FlowKey { transport, initiator: SocketAddr::from(initiator), responder: SocketAddr::from(responder) }
}
