//! Frames built field by field from the standards come out as they went in, whole and cut.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::unwrap_used
)]

mod common;

use std::net::IpAddr;

use common::{CLIENT_MAC, SERVER_MAC, ethernet, ipv4, ipv6, tcp, udp};
use iomt_capture::decode::{Flags, Payload, decode};
use iomt_capture::{LinkType, Mac};
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Shape {
    /// Identifiers with what precedes them in the tag.
    tags: Vec<u16>,
    v6: bool,
    udp: bool,
    ports: (u16, u16),
    sequence: u32,
    acknowledgement: u32,
    flags: u8,
    /// Words of options in the IPv4 and the TCP header; of eight bytes each in IPv6 extension headers.
    options: (usize, usize),
    payload: Vec<u8>,
    padding: usize,
}

prop_compose! {
    fn shape()(
        tags in prop::collection::vec(1_u16.., 0..4), v6: bool, udp: bool, ports in (1_u16..4000, 1_u16..4000), sequence: u32,
        acknowledgement: u32, flags: u8, options in (0_usize..11, 0_usize..11),
        payload in prop::collection::vec(any::<u8>(), 0..200), padding in 0_usize..20,
    ) -> Shape {
        Shape { tags, v6, udp, ports, sequence, acknowledgement, flags, options, payload, padding }
    }
}

const V4: ([u8; 4], [u8; 4]) = ([10, 0, 0, 1], [172, 16, 0, 2]);
const V6: ([u8; 16], [u8; 16]) = ([0xfd; 16], [0xfe; 16]);

/// The frame without its padding.
fn build(shape: &Shape) -> Vec<u8> {
    let transport = if shape.udp {
        udp(shape.ports.0, shape.ports.1, &shape.payload)
    } else {
        let (from, to) = shape.ports;
        let mut segment = tcp(from, to, shape.sequence, shape.acknowledgement, shape.flags, &[]);
        segment[12] = (5 + shape.options.1 as u8) << 4;
        segment.resize(20 + 4 * shape.options.1, 1);
        [segment, shape.payload.clone()].concat()
    };
    let protocol = if shape.udp { 17 } else { 6 };
    let (kind, packet) = if shape.v6 {
        // Destination options, one header for each pair of words asked for.
        let headers = shape.options.0 / 2;
        let chain: Vec<u8> =
            (1..=headers).flat_map(|n| [if n == headers { protocol } else { 60 }, 0, 1, 4, 0, 0, 0, 0]).collect();
        let first = if headers == 0 { protocol } else { 60 };
        (0x86dd_u16, ipv6(V6.0, V6.1, first, &[chain, transport].concat()))
    } else {
        let options = vec![1; 4 * shape.options.0];
        let mut packet = ipv4(V4.0, V4.1, protocol, &[options, transport].concat());
        packet[0] = 0x45 + shape.options.0 as u8;
        (0x0800, packet)
    };
    let mut body = Vec::new();
    for (at, tag) in shape.tags.iter().enumerate() {
        body.extend(tag.to_be_bytes());
        body.extend(if at + 1 == shape.tags.len() { kind } else { 0x8100 }.to_be_bytes());
    }
    let outer = match shape.tags.len() {
        0 => kind,
        1 => 0x8100,
        _ => 0x88a8,
    };
    ethernet(CLIENT_MAC, SERVER_MAC, outer, &[body, packet].concat())
}

fn addresses(shape: &Shape) -> (IpAddr, IpAddr) {
    if shape.v6 { (V6.0.into(), V6.1.into()) } else { (V4.0.into(), V4.1.into()) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_field_of_a_frame_comes_out_as_it_went_in(shape in shape()) {
        let mut frame = build(&shape);
        frame.resize(frame.len() + shape.padding, 0);
        let decoded = decode(LinkType::ETHERNET, &frame, frame.len() as u32, 0);
        prop_assert_eq!(decoded.ether.source, Some(Mac(CLIENT_MAC)));
        prop_assert_eq!(decoded.ether.destination, Some(Mac(SERVER_MAC)));
        prop_assert_eq!(decoded.ether.vlan, shape.tags.iter().map(|tag| tag & 0xfff).rfind(|id| *id != 0));
        let (source, destination) = addresses(&shape);
        match decoded.payload {
            Payload::Tcp(tcp) if !shape.udp => {
                prop_assert_eq!((tcp.source, tcp.destination), (source, destination));
                prop_assert_eq!((tcp.source_port, tcp.destination_port), shape.ports);
                prop_assert_eq!((tcp.sequence, tcp.acknowledgement), (shape.sequence, shape.acknowledgement));
                prop_assert_eq!((tcp.flags, tcp.missing), (Flags(shape.flags), 0));
                prop_assert_eq!(tcp.payload, &shape.payload);
            }
            Payload::Udp(udp) if shape.udp => {
                prop_assert_eq!((udp.source, udp.destination), (source, destination));
                prop_assert_eq!((udp.source_port, udp.destination_port), shape.ports);
                prop_assert_eq!((udp.payload, udp.missing), (&shape.payload[..], 0));
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn a_cut_frame_is_used_as_far_as_it_goes_and_tells_what_is_missing(
        shape in shape(), cut in any::<prop::sample::Index>(),
    ) {
        let frame = build(&shape);
        let end = cut.index(frame.len());
        let (least, header) = if shape.udp { (8, 8) } else { (20, 20 + 4 * shape.options.1) };
        let text = frame.len() - shape.payload.len();
        let enough = end >= text - header + least;
        let captured = end.saturating_sub(text);
        let decoded = decode(LinkType::ETHERNET, &frame[..end], frame.len() as u32, 0);
        match decoded.payload {
            Payload::Tcp(tcp) if !shape.udp && enough => {
                prop_assert_eq!((tcp.source_port, tcp.destination_port), shape.ports);
                prop_assert_eq!((tcp.sequence, tcp.flags), (shape.sequence, Flags(shape.flags)));
                prop_assert_eq!(tcp.payload, &shape.payload[..captured]);
                prop_assert_eq!(tcp.missing, shape.payload.len() - captured);
            }
            Payload::Udp(udp) if shape.udp && enough => {
                prop_assert_eq!(udp.payload, &shape.payload[..captured]);
                prop_assert_eq!(udp.missing, shape.payload.len() - captured);
            }
            Payload::Unknown(_) => prop_assert!(!enough),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
