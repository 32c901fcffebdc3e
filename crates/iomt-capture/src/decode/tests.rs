//! Each link type and each tunnel, with built packets.
#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation)]

use super::*;
use core::net::{Ipv4Addr, Ipv6Addr};

const A: [u8; 6] = [2, 0, 0, 0, 0, 0xa];
const B: [u8; 6] = [2, 0, 0, 0, 0, 0xb];

fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&B[..], &A, &kind.to_be_bytes(), payload].concat()
}

fn tcp(payload: &[u8]) -> Vec<u8> {
    [&[0xc0, 0x00, 0x00, 0x68, 0, 0, 0, 9, 0, 0, 0, 8, 0x60, 0x18, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1][..], payload].concat()
}

fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    [&[0xc0, 0x01][..], &port.to_be_bytes(), &(8 + payload.len() as u16).to_be_bytes(), &[0, 0], payload].concat()
}

fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    // With four bytes of options.
    let length = (24 + payload.len() as u16).to_be_bytes();
    [&[0x46, 0, length[0], length[1], 0, 1, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 1, 1, 1, 0], payload]
        .concat()
}

fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u16).to_be_bytes();
    let address = |last| [0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
    [&[0x60, 0, 0, 0, length[0], length[1], next, 255], &address(1)[..], &address(2), payload].concat()
}

fn walk(link: LinkType, data: &[u8]) -> Decoded<'_> {
    decode(link, data, data.len() as u32, 4)
}

fn text<'a>(decoded: &Decoded<'a>) -> &'a [u8] {
    match decoded.payload {
        Payload::Tcp(tcp) => tcp.payload,
        Payload::Udp(udp) => udp.payload,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_segment_is_found_behind_every_kind_of_link() {
    let v4 = ipv4(6, &tcp(b"text"));
    let v6 = ipv6(6, &tcp(b"text"));
    let tagged = |tags: &[&[u8]], kind: [u8; 2], body: &[u8]| [&tags.concat(), &kind[..], body].concat();
    let frames: Vec<(LinkType, Vec<u8>, Option<u16>, bool)> = vec![
        (LinkType::ETHERNET, ethernet(0x0800, &v4), None, true),
        (LinkType::ETHERNET, ethernet(0x86dd, &v6), None, true),
        (LinkType::ETHERNET, ethernet(0x8100, &tagged(&[&[0x20, 7]], [8, 0], &v4)), Some(7), true),
        (
            LinkType::ETHERNET,
            ethernet(0x88a8, &tagged(&[&[0, 100], &[0x81, 0], &[0x10, 7]], [8, 0], &v4)),
            Some(0x1007 & 0xfff),
            true,
        ),
        (
            LinkType::ETHERNET,
            ethernet(0x88a8, &tagged(&[&[0, 100], &[0x81, 0], &[0xe0, 0]], [8, 0], &v4)),
            Some(100),
            true,
        ),
        (
            LinkType::ETHERNET,
            ethernet(
                0x8100,
                &tagged(&[&[0, 1], &[0x81, 0], &[0, 2], &[0x81, 0], &[0, 3], &[0x81, 0], &[0, 4]], [0x86, 0xdd], &v6),
            ),
            Some(4),
            true,
        ),
        (LinkType::ETHERNET, ethernet(0x8847, &[&[0, 1, 0, 64, 0, 2, 1, 64], &v4[..]].concat()), None, true),
        (LinkType::ETHERNET, ethernet(0x8864, &[&[0x11, 0, 0, 1, 0, 0, 0, 0x21], &v4[..]].concat()), None, true),
        (LinkType::LINUX_SLL, [&[0, 0, 0, 1, 0, 6], &A[..], &[0, 0, 8, 0], &v4].concat(), None, true),
        (
            LinkType::LINUX_SLL2,
            [&[0x86, 0xdd, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6], &A[..], &[0, 0], &v6].concat(),
            None,
            true,
        ),
        (LinkType::RAW, v4.clone(), None, false),
        (LinkType::RAW_BSD, v6.clone(), None, false),
        (LinkType::RAW_OPENBSD, v6.clone(), None, false),
        (LinkType::IPV4, v4.clone(), None, false),
        (LinkType::IPV6, v6.clone(), None, false),
        (LinkType::NULL, [&[2, 0, 0, 0], &v4[..]].concat(), None, false),
        (LinkType::NULL, [&[0, 0, 0, 30], &v6[..]].concat(), None, false),
        (LinkType::LOOP, [&[0, 0, 0, 2], &v4[..]].concat(), None, false),
        (LinkType::ETHERNET, [&B[..], &A, &[0, 60], &SNAP, &[8, 0], &v4].concat(), None, true),
        (LinkType::ETHERNET, ethernet(0x8100, &[&[0, 7, 0, 60][..], &SNAP, &[8, 0], &v4].concat()), Some(7), true),
        (LinkType::PPP, [&[0xff, 3, 0, 0x21], &v4[..]].concat(), None, false),
        (LinkType::PPP, [&[0x57], &v6[..]].concat(), None, false),
        (LinkType::PPP_HDLC, [&[0, 0x21], &v4[..]].concat(), None, false),
        (LinkType::PPP_HDLC, [&[0x0f, 0, 0x86, 0xdd], &v6[..]].concat(), None, false),
        (LinkType::C_HDLC, [&[0x8f, 0, 8, 0], &v4[..]].concat(), None, false),
        (LinkType::PPP_ETHER, [&[0x11, 0, 0, 1, 0, 0, 0, 0x57], &v6[..]].concat(), None, false),
        (LinkType::NFLOG, [&[2, 0, 0, 0, 5, 0, 10, 0, b'x', 0, 0, 0, 0xff, 1, 9, 0], &v4[..]].concat(), None, false),
    ];
    for (link, frame, vlan, has_mac) in frames {
        let decoded = walk(link, &frame);
        assert_eq!(text(&decoded), b"text", "{link:?} {frame:02x?}");
        assert_eq!(decoded.ether.vlan, vlan, "{link:?} {frame:02x?}");
        assert_eq!(decoded.ether.source, has_mac.then_some(Mac(A)), "{link:?} {frame:02x?}");
        for end in 0..frame.len() {
            let cut = decode(link, &frame[..end], frame.len() as u32, 4);
            if let Payload::Tcp(tcp) = cut.payload {
                assert_eq!(tcp.payload.len() + tcp.missing, 4, "{link:?} cut to {end}");
            }
        }
    }
}

/// The LLC header that announces an EtherType.
const SNAP: [u8; 6] = [0xaa, 0xaa, 3, 0, 0, 0];

#[test]
fn a_wireless_frame_names_its_ends_whichever_way_it_goes() {
    let text_in = [&SNAP[..], &[8, 0], &ipv4(6, &tcp(b"text"))].concat();
    let frame = |control: &[u8], addresses: &[[u8; 6]], rest: &[u8]| {
        [control, &[0, 0], &addresses[..3].concat(), &[0x10, 0], &addresses[3..].concat(), rest, &text_in].concat()
    };
    let (point, other) = ([7; 6], [5; 6]);
    let frames = [
        frame(&[0x08, 0], &[B, A, point], &[]),
        frame(&[0x08, 1], &[point, A, B], &[]),
        frame(&[0x08, 2], &[B, point, A], &[]),
        frame(&[0x08, 3], &[point, other, B, A], &[]),
        frame(&[0x88, 1], &[point, A, B], &[5, 0]),
        frame(&[0x88, 0x81], &[point, A, B], &[5, 0, 1, 2, 3, 4]),
        frame(&[0x88, 1], &[point, A, B], &[5, 0, 0, 0]),
    ];
    for frame in &frames {
        let radiotap = [
            &[0, 0, 8, 0, 0, 0, 0, 0][..],
            &[0, 0, 17, 0, 3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0x10],
            &[0, 0, 13, 0, 2, 0, 0, 0x80, 0, 0, 0, 0, 0x10],
        ]
        .map(|header| (LinkType::IEEE802_11_RADIOTAP, [header, frame, &[1, 2, 3, 4]].concat()));
        let bare = [
            (LinkType::IEEE802_11, frame.clone()),
            (LinkType::PPI, [&[0, 0, 8, 0, 105, 0, 0, 0], &frame[..]].concat()),
        ];
        for (link, frame) in radiotap.into_iter().chain(bare) {
            let decoded = walk(link, &frame);
            assert_eq!(text(&decoded), b"text", "{link:?} {frame:02x?}");
            let ends = Ether { source: Some(Mac(A)), destination: Some(Mac(B)), vlan: None };
            assert_eq!(decoded.ether, ends, "{link:?} {frame:02x?}");
            for end in 0..frame.len() {
                let _ = decode(link, &frame[..end], frame.len() as u32, 4);
            }
        }
    }
}

#[test]
fn a_wireless_frame_that_cannot_be_read_stays_unknown() {
    let text_in = [&SNAP[..], &[8, 0], &ipv4(6, &tcp(b"text"))].concat();
    let frame = |control: [u8; 2], part: u8, rest: &[u8]| {
        [&control[..], &[0; 2], &A, &B, &A, &[part, 0], rest, &text_in].concat()
    };
    let encrypted = frame([0x08, 0x41], 0, &[]);
    let (first, second) = (frame([0x08, 0x05], 0, &[]), frame([0x08, 0x01], 1, &[]));
    let several = frame([0x88, 0x01], 0, &[0x80, 0]);
    let (beacon, power) = (frame([0x80, 0], 0, &[]), frame([0x48, 1], 0, &[]));
    for frame in [encrypted, first, second, several, beacon, power] {
        assert_eq!(walk(LinkType::IEEE802_11, &frame).payload, Payload::Unknown("802.11"), "{frame:02x?}");
    }
    let damaged = [&[0, 0, 9, 0, 2, 0, 0, 0, 0x40][..], &frame([0x08, 1], 0, &[])].concat();
    assert_eq!(walk(LinkType::IEEE802_11_RADIOTAP, &damaged).payload, Payload::Unknown("radiotap"));
}

#[test]
fn cooked_frames_of_loopback_and_tunnel_devices_are_read_as_well() {
    // ARPHRD of a loopback device, of PPP, and of a device without link addresses.
    for hardware in [772_u16, 512, 0xfffe] {
        let frame = [&[0, 0][..], &hardware.to_be_bytes(), &[0; 10], &[8, 0], &ipv4(6, &tcp(b"text"))].concat();
        let decoded = walk(LinkType::LINUX_SLL, &frame);
        assert_eq!(text(&decoded), b"text");
        assert_eq!(decoded.ether.source, None, "no Ethernet address");
    }
}

#[test]
fn more_than_four_tags_are_not_followed() {
    let body = [&[0, 1, 0x81, 0].repeat(5)[..], &[0, 1, 8, 0], &ipv4(6, &tcp(b""))].concat();
    assert_eq!(walk(LinkType::ETHERNET, &ethernet(0x8100, &body)).payload, Payload::Unknown("EtherType"));
}

#[test]
fn tunnels_are_peeled_off_and_the_inner_ethernet_speaks() {
    let inner = [&[9; 6][..], &[8; 6], &[0x81, 0, 0, 42, 8, 0], &ipv4(17, &udp(24_105, b"wave"))].concat();
    let inner_ip = ipv6(17, &udp(24_105, b"wave"));
    let in_udp = |port, header: &[u8], body: &[u8]| ethernet(0x0800, &ipv4(17, &udp(port, &[header, body].concat())));
    let gre = |header: &[u8], body: &[u8]| ethernet(0x0800, &ipv4(47, &[header, body].concat()));
    let erspan3 = |options: u8, rest: &[u8]| [&[0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, options], rest, &inner].concat();
    let with_mac = [
        gre(&[0, 0, 0x65, 0x58], &inner),
        gre(&[0xb0, 0, 0x65, 0x58, 1, 2, 0, 0, 0, 0, 0, 5, 0, 0, 0, 6], &inner),
        gre(&[0, 0, 0x88, 0xbe], &inner),
        gre(&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1], &[&[0x10, 0, 0, 0, 0, 0, 0, 0], &inner[..]].concat()),
        gre(&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1], &erspan3(0, &[])),
        gre(&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1], &erspan3(1, &[7; 8])),
        ethernet(0x0800, &ipv4(17, &udp(4789, &[&[8, 0, 0, 0, 0, 0, 5, 0], &inner[..]].concat()))),
        ethernet(0x86dd, &ipv6(17, &udp(8472, &[&[8, 0, 0, 0, 0, 0, 5, 0], &inner[..]].concat()))),
        in_udp(4790, &[0x0c, 0, 0, 3, 0, 0, 5, 0], &inner),
        in_udp(6081, &[0, 0, 0x65, 0x58, 0, 0, 5, 0], &inner),
        in_udp(6081, &[2, 0, 0x65, 0x58, 0, 0, 5, 0, 1, 2, 0x80, 1, 1, 2, 3, 4], &inner),
        in_udp(37008, &[1, 0, 0, 1, 1], &inner),
        in_udp(37008, &[1, 1, 0, 1, 0, 10, 1, 0x20, 0, 40, 2, 0, 9, 1], &inner),
        in_udp(
            37008,
            &[1, 0, 0, 0x12, 1],
            &[&[8, 1, 0, 0], &[7; 6][..], &[8; 6], &[9; 6], &[0, 0], &SNAP, &inner[12..]].concat(),
        ),
    ];
    for frame in with_mac {
        let decoded = walk(LinkType::ETHERNET, &frame);
        assert_eq!(text(&decoded), b"wave", "{frame:02x?}");
        assert_eq!(decoded.ether, Ether { source: Some(Mac([8; 6])), destination: Some(Mac([9; 6])), vlan: Some(42) });
        assert_eq!(decoded.depth, 3);
    }
    let without_mac = [
        gre(&[0, 0, 0x86, 0xdd], &inner_ip),
        in_udp(4790, &[0x0c, 0, 0, 2, 0, 0, 5, 0], &inner_ip),
        in_udp(6081, &[0, 0, 0x86, 0xdd, 0, 0, 5, 0], &inner_ip),
        gre(&[0x20, 0, 0x86, 0xdd, 0, 0, 0, 1], &inner_ip),
        ethernet(0x0800, &ipv4(41, &inner_ip)),
        ethernet(0x86dd, &ipv6(4, &ipv4(17, &udp(24_105, b"wave")))),
        ethernet(0x8100, &[&[0, 42, 8, 0], &ipv4(41, &inner_ip)[..]].concat()),
        gre(&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1], &[&[0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0], &inner_ip[..]].concat()),
    ];
    for frame in without_mac {
        let decoded = walk(LinkType::ETHERNET, &frame);
        assert_eq!(text(&decoded), b"wave", "{frame:02x?}");
        assert_eq!(decoded.ether, Ether::default(), "the outer link is that of the tunnel's ends");
    }
}

#[test]
fn a_pseudowire_is_followed_with_and_without_its_control_word() {
    let inner = ethernet(0x0800, &ipv4(17, &udp(24_105, b"wave")));
    for control in [&[][..], &[0; 4], &[0, 0, 0, 9]] {
        let frame = [&[7; 12][..], &[0x88, 0x47, 0, 1, 1, 64], control, &inner].concat();
        let decoded = walk(LinkType::ETHERNET, &frame);
        assert_eq!(text(&decoded), b"wave", "{control:?}");
        assert_eq!((decoded.ether.source, decoded.ether.destination), (Some(Mac(A)), Some(Mac(B))));
    }
}

#[test]
fn a_datagram_on_a_tunnels_port_that_is_none_stays_plain() {
    let headers: [&[u8]; 7] = [
        &[8, 0, 0, 0, 0, 0, 5, 0],
        &[0x0c, 0, 0, 3, 0, 0, 5, 0],
        &[0x0c, 0, 0, 1, 0, 0, 5, 0],
        &[0, 0, 0x65, 0x58, 0, 0, 5, 0],
        &[0x3f, 0, 8, 0, 0, 0, 5, 0],
        &[1, 0, 0, 1, 1],
        &[1, 0, 0, 0x12, 40, 200],
    ];
    let bodies = [&b"hello"[..], &[0; 60], &[8; 60], &[1, 2, 3]];
    for port in [4789, 8472, 4790, 6081, 37008] {
        for (header, body) in headers.iter().flat_map(|header| bodies.map(|body| (*header, body))) {
            let payload = [header, body].concat();
            let frame = ethernet(0x0800, &ipv4(17, &udp(port, &payload)));
            assert_eq!(text(&walk(LinkType::ETHERNET, &frame)), payload, "{port}");
        }
    }
}

#[test]
fn tunnels_are_peeled_off_only_so_deep() {
    let mut packet = ipv4(17, &udp(1, b"deep"));
    for _ in 0..5 {
        packet = ipv4(4, &packet);
    }
    let frame = ethernet(0x0800, &packet);
    let decoded = decode(LinkType::ETHERNET, &frame, frame.len() as u32, 4);
    assert!(decoded.too_deep);
    assert_eq!(decoded.payload, Payload::Nothing);
    assert_eq!(text(&decode(LinkType::ETHERNET, &frame, frame.len() as u32, 5)), b"deep");
}

#[test]
fn padding_is_cut_off_and_a_length_of_zero_takes_what_was_captured() {
    let mut packet = ipv4(6, &tcp(b"x"));
    let padded = ethernet(0x0800, &[&packet[..], &[0; 20]].concat());
    assert_eq!(text(&walk(LinkType::ETHERNET, &padded)), b"x");
    packet[2] = 0;
    packet[3] = 0;
    let offloaded = ethernet(0x0800, &packet);
    assert_eq!(text(&walk(LinkType::ETHERNET, &offloaded)), b"x");
    let Payload::Tcp(tcp) = decode(LinkType::ETHERNET, &offloaded, offloaded.len() as u32 + 99, 4).payload else {
        panic!("no segment");
    };
    assert_eq!((tcp.payload, tcp.missing), (&b"x"[..], 99));
}

#[test]
fn a_udp_length_beyond_or_below_what_is_possible_says_nothing() {
    for (length, missing) in [(0_u16, 3), (7, 3), (0xffff, 3), (12, 0), (14, 2)] {
        let mut datagram = udp(1, b"text");
        datagram[4..6].copy_from_slice(&length.to_be_bytes());
        let mut packet = ipv4(17, &datagram);
        packet[3] += 3;
        let Payload::Udp(udp) = decode(LinkType::RAW, &packet, packet.len() as u32 + 3, 4).payload else {
            panic!("no datagram");
        };
        assert_eq!((udp.payload, udp.missing), (&b"text"[..], missing), "{length}");
    }
}

#[test]
fn an_authentication_header_is_passed_over() {
    let header = [6, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    for packet in [ipv4(51, &[&header[..], &tcp(b"text")].concat()), ipv6(51, &[&header[..], &tcp(b"text")].concat())] {
        assert_eq!(text(&walk(LinkType::RAW, &packet)), b"text");
    }
}

#[test]
fn a_part_of_an_ipv4_datagram_keeps_its_place_and_loses_the_padding() {
    let mut packet = ipv4(17, b"abcdefgh");
    packet[4..8].copy_from_slice(&[0x12, 0x34, 0x20, 0x05]);
    let frame = ethernet(0x0800, &[packet, vec![0; 9]].concat());
    let Payload::Fragment(part) = walk(LinkType::ETHERNET, &frame).payload else { panic!("no fragment") };
    assert_eq!((part.protocol, part.identification, part.offset, part.more), (17, 0x1234, 40, true));
    assert_eq!((part.payload, part.missing), (&b"abcdefgh"[..], 0));
}

#[test]
fn extension_headers_are_walked_and_an_atomic_fragment_is_whole() {
    let chain = [
        &[60, 0, 1, 4, 0, 0, 0, 0][..],                      // hop-by-hop, then
        &[43, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], // destination options of 16 bytes, then
        &[51, 0, 0, 0, 0, 0, 0, 0],                          // routing, then
        &[44, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], // authentication, then
        &[6, 0, 0, 0, 0, 0, 0, 9],                           // an atomic fragment
        &tcp(b"text"),
    ]
    .concat();
    assert_eq!(text(&walk(LinkType::RAW, &ipv6(0, &chain))), b"text");
    let part = ipv6(44, &[&[17, 0, 0, 0x09, 0, 0, 0, 7][..], b"abcdefgh"].concat());
    let Payload::Fragment(fragment) = walk(LinkType::RAW, &part).payload else { panic!("no fragment") };
    assert_eq!((fragment.offset, fragment.more, fragment.identification), (8, true, 7));
    assert_eq!(fragment.payload, b"abcdefgh");
}

#[test]
fn arp_tells_of_its_sender_and_a_probe_tells_nothing() {
    let arp = |operation: u8, address: [u8; 4]| {
        ethernet(0x0806, &[&[0, 1, 8, 0, 6, 4, 0, operation], &A[..], &address, &B, &[10, 0, 0, 9]].concat())
    };
    for operation in [1, 2] {
        let frame = arp(operation, [10, 0, 0, 1]);
        assert_eq!(
            walk(LinkType::ETHERNET, &frame).payload,
            Payload::Neighbour(Mac(A), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)))
        );
    }
    assert_eq!(walk(LinkType::ETHERNET, &arp(1, [0; 4])).payload, Payload::Nothing);
    assert_eq!(walk(LinkType::ETHERNET, &arp(3, [10, 0, 0, 1])).payload, Payload::Nothing);
}

#[test]
fn neighbour_discovery_tells_of_source_or_target_and_only_from_the_same_link() {
    let option = |kind: u8| [&[kind, 1][..], &A].concat();
    let target = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 5);
    let advertisement =
        [&[136, 0, 0, 0, 0, 0, 0, 0], &target.octets()[..], &[14, 1, 0, 0, 0, 0, 0, 0], &option(2)].concat();
    let frame = ethernet(0x86dd, &ipv6(58, &advertisement));
    assert_eq!(walk(LinkType::ETHERNET, &frame).payload, Payload::Neighbour(Mac(A), target.into()));
    let solicitation = [&[135, 0, 0, 0, 0, 0, 0, 0], &target.octets()[..], &option(1)].concat();
    let source = Ipv6Addr::new(0xfd77, 0, 0, 0, 0, 0, 0, 1);
    let mut frame = ethernet(0x86dd, &ipv6(58, &solicitation));
    assert_eq!(walk(LinkType::ETHERNET, &frame).payload, Payload::Neighbour(Mac(A), source.into()));
    frame[21] = 64;
    assert_eq!(walk(LinkType::ETHERNET, &frame).payload, Payload::Nothing, "it crossed a router");
    let router = [&[133, 0, 0, 0, 0, 0, 0, 0], &option(1)[..]].concat();
    let frame = ethernet(0x86dd, &ipv6(58, &router));
    assert_eq!(walk(LinkType::ETHERNET, &frame).payload, Payload::Neighbour(Mac(A), source.into()));
}
