//! Second opinions: `etherparse` on headers, `pcap-parser` on files.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::unwrap_used
)]

mod common;

use etherparse::{PacketBuilder, SlicedPacket, TransportSlice};
use iomt_capture::decode::{Payload, decode};
use iomt_capture::{LinkType, Reader};
use iomt_wire::Limits;
use pcap_parser::traits::PcapReaderIterator;
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Shape {
    vlan: Option<u16>,
    v6: bool,
    udp: bool,
    ports: (u16, u16),
    sequence: u32,
    ack: Option<u32>,
    flags: [bool; 3],
    payload: Vec<u8>,
    padding: usize,
}

prop_compose! {
    fn shape()(
        vlan in prop::option::of(1_u16..4095), v6: bool, udp: bool, ports in (1_u16..4000, 1_u16..4000), sequence: u32,
        ack: Option<u32>, flags: [bool; 3], payload in prop::collection::vec(any::<u8>(), 0..200), padding in 0_usize..20,
    ) -> Shape {
        Shape { vlan, v6, udp, ports, sequence, ack, flags, payload, padding }
    }
}

fn build(shape: &Shape) -> Vec<u8> {
    let mut frame = Vec::new();
    let link = PacketBuilder::ethernet2([2; 6], [4; 6]);
    macro_rules! finish {
        ($ip:expr) => {{
            let ip = $ip;
            if shape.udp {
                ip.udp(shape.ports.0, shape.ports.1).write(&mut frame, &shape.payload).unwrap();
            } else {
                let mut tcp = ip.tcp(shape.ports.0, shape.ports.1, shape.sequence, 4096);
                if let Some(ack) = shape.ack {
                    tcp = tcp.ack(ack);
                }
                if shape.flags[0] {
                    tcp = tcp.syn();
                }
                if shape.flags[1] {
                    tcp = tcp.fin();
                }
                if shape.flags[2] {
                    tcp = tcp.rst().options(&[etherparse::TcpOptionElement::MaximumSegmentSize(1460)]).unwrap();
                }
                tcp.write(&mut frame, &shape.payload).unwrap();
            }
        }};
    }
    match (shape.vlan, shape.v6) {
        (None, false) => finish!(link.ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64)),
        (None, true) => finish!(link.ipv6([1; 16], [2; 16], 64)),
        (Some(vlan), false) => {
            finish!(link.single_vlan(vlan.try_into().unwrap()).ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64))
        }
        (Some(vlan), true) => finish!(link.single_vlan(vlan.try_into().unwrap()).ipv6([1; 16], [2; 16], 64)),
    }
    frame.resize(frame.len() + shape.padding, 0);
    frame
}

/// What both opinions are reduced to.
type View = (Option<u16>, bool, u16, u16, u32, u32, Vec<u8>);

fn theirs(frame: &[u8]) -> Option<View> {
    let sliced = SlicedPacket::from_ethernet(frame).ok()?;
    let vlan = sliced.vlan_ids().last().map(|id| id.value()).filter(|id| *id != 0);
    if sliced.is_ip_payload_fragmented() {
        return None;
    }
    match sliced.transport? {
        TransportSlice::Tcp(tcp) => Some((
            vlan,
            true,
            tcp.source_port(),
            tcp.destination_port(),
            tcp.sequence_number(),
            tcp.acknowledgment_number(),
            tcp.payload().to_vec(),
        )),
        TransportSlice::Udp(udp) => {
            Some((vlan, false, udp.source_port(), udp.destination_port(), 0, 0, udp.payload().to_vec()))
        }
        _ => None,
    }
}

fn ours(frame: &[u8]) -> Option<View> {
    let decoded = decode(LinkType::ETHERNET, frame, frame.len() as u32, 0);
    let vlan = decoded.ether.vlan;
    match decoded.payload {
        Payload::Tcp(tcp) => Some((
            vlan,
            true,
            tcp.source_port,
            tcp.destination_port,
            tcp.sequence,
            tcp.acknowledgement,
            tcp.payload.to_vec(),
        )),
        Payload::Udp(udp) => Some((vlan, false, udp.source_port, udp.destination_port, 0, 0, udp.payload.to_vec())),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn built_frames_are_read_as_etherparse_reads_them(shape in shape()) {
        let frame = build(&shape);
        let view = ours(&frame);
        prop_assert!(view.is_some());
        prop_assert_eq!(view, theirs(&frame));
    }

    #[test]
    fn damaged_frames_that_etherparse_accepts_are_read_alike(
        shape in shape(), at in any::<prop::sample::Index>(), value: u8,
    ) {
        let mut frame = build(&shape);
        let at = at.index(frame.len());
        frame[at] = value;
        if let (Some(theirs), Some(ours)) = (theirs(&frame), ours(&frame)) {
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn frames_of_a_file_are_those_that_pcap_parser_finds(
        frames in prop::collection::vec((any::<u32>(), 0_u32..1_000_000, prop::collection::vec(any::<u8>(), 0..300)), 0..30),
        big_endian: bool,
    ) {
        let number = |n: u32| if big_endian { n.to_be_bytes() } else { n.to_le_bytes() };
        let mut file = number(0xa1b2_c3d4).to_vec();
        file.extend(if big_endian { [0, 2, 0, 4] } else { [2, 0, 4, 0] });
        for field in [0, 0, 65_535, 1] {
            file.extend(number(field));
        }
        for (seconds, micros, data) in &frames {
            for field in [*seconds, *micros, data.len() as u32, data.len() as u32] {
                file.extend(number(field));
            }
            file.extend(data);
        }
        let mut theirs = Vec::new();
        let mut reader = pcap_parser::LegacyPcapReader::new(65_536, std::io::Cursor::new(file.clone())).unwrap();
        loop {
            match reader.next() {
                Ok((offset, block)) => {
                    if let pcap_parser::PcapBlockOwned::Legacy(block) = block {
                        theirs.push((block.ts_sec, block.ts_usec, block.data.to_vec()));
                    }
                    reader.consume(offset);
                }
                Err(pcap_parser::PcapError::Incomplete(_)) => reader.refill().unwrap(),
                Err(_) => break,
            }
        }
        let mut ours = Vec::new();
        let mut reader = Reader::new(std::io::Cursor::new(file), Limits::default()).unwrap();
        while let Some(frame) = reader.next_frame().unwrap() {
            let time = frame.time.nanoseconds();
            ours.push(((time / 1_000_000_000) as u32, (time % 1_000_000_000 / 1000) as u32, frame.data.to_vec()));
        }
        prop_assert_eq!(&ours, &theirs);
        prop_assert_eq!(ours, frames);
        prop_assert!(reader.damage().is_empty());
    }
}
