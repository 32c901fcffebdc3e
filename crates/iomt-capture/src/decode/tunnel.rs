//! Tunnels that mirrors and overlays put around frames.
//!
//! ```text
//!  GRE         | C:_:K:S:..:version3 | type16 | [checksum16, 0] | [key32] | [sequence32] |      RFC 2784, RFC 2890
//!  ERSPAN I    GRE type 88be without sequence number: Ethernet follows at once
//!  ERSPAN II   GRE type 88be with sequence number:    | version4=1 ... 8 bytes |
//!  ERSPAN III  GRE type 22eb:                         | version4=2 ... O1 | 12 bytes, and 8 more if O is set
//!  VXLAN       | flags8 = 08 | reserved24 | network24 | reserved8 |                             RFC 7348, section 5
//!  VXLAN-GPE   | flags8 = 0c | reserved16 | next8 | network24 | reserved8 |                     draft-ietf-nvo3-vxlan-gpe-13, section 3
//!  GENEVE      | version2:words6 | flags8 | type16 | network24 | 00 | options of that many words |       RFC 8926, section 3.4
//!  TZSP        | 01 | type8 | protocol16 | [tag8 | length8 | value]* | 01 |                     as TaZmen and MikroTik send it
//! ```
//! ERSPAN: draft-foschiano-erspan-03, section 4.
//!
//! Mirror ports of hospital switches reach the sensor this way as often as by a cable. Tunnels in UDP have no magic number: on
//! their ports (VXLAN also 8472, of older Linux) a datagram is opened only if flags and reserved fields are right and an Ethernet
//! frame that carries IP, ARP or a tag follows (or, where the header says so, IP); else it stays plain UDP.

use etherparse::EtherType;

use super::{Inner, Step, is_carried, unknown};

pub(super) fn gre(bytes: &[u8]) -> Step<'_> {
    let Some(([flags, version, t0, t1], rest)) = bytes.split_first_chunk::<4>() else { return unknown("GRE") };
    // Version 1 is PPTP's; routing (0x40) was withdrawn by RFC 2784.
    if version & 0x07 != 0 || flags & 0x40 != 0 {
        return unknown("GRE");
    }
    let sequenced = flags & 0x10 != 0;
    let optional = [flags & 0x80 != 0, flags & 0x20 != 0, sequenced];
    let length = optional.iter().filter(|present| **present).count().saturating_mul(4);
    let Some(payload) = rest.get(length..) else { return unknown("GRE") };
    match u16::from_be_bytes([*t0, *t1]) {
        0x6558 => Step::Tunnel(Inner::Ethernet(payload)),
        0x88be if sequenced => match payload.split_first_chunk::<8>() {
            Some((_, frame)) => Step::Tunnel(Inner::Ethernet(frame)),
            None => unknown("ERSPAN"),
        },
        0x88be => Step::Tunnel(Inner::Ethernet(payload)),
        0x22eb => erspan3(payload),
        kind => Step::Tunnel(Inner::EtherType(EtherType(kind), payload)),
    }
}

fn erspan3(bytes: &[u8]) -> Step<'_> {
    let Some(([.., kind, options], rest)) = bytes.split_first_chunk::<12>() else { return unknown("ERSPAN") };
    let frame = if options & 0x01 == 0 { Some(rest) } else { rest.get(8..) };
    match (frame, (kind >> 2) & 0x1f) {
        (Some(frame), 0) => Step::Tunnel(Inner::Ethernet(frame)),
        (Some(frame), 2) => Step::Tunnel(Inner::Ip(frame)),
        _ => unknown("ERSPAN"),
    }
}

/// What a datagram to a tunnel's port carries, if it is one of that tunnel.
#[inline]
pub(super) fn in_datagram(port: u16, payload: &[u8]) -> Option<Inner<'_>> {
    match port {
        4789 | 8472 => vxlan(payload),
        4790 => vxlan_gpe(payload),
        6081 => geneve(payload),
        37008 => tzsp(payload),
        _ => None,
    }
}

fn vxlan(payload: &[u8]) -> Option<Inner<'_>> {
    match payload.split_first_chunk::<8>()? {
        ([flags, .., 0], frame) if flags & 0x08 != 0 => ethernet(frame),
        _ => None,
    }
}

fn vxlan_gpe(payload: &[u8]) -> Option<Inner<'_>> {
    match payload.split_first_chunk::<8>()? {
        // The network is valid, a protocol is named, version 0.
        ([0x0c, 0, 0, 3, .., 0], frame) => ethernet(frame),
        ([0x0c, 0, 0, 1, .., 0], packet) => internet(4, packet),
        ([0x0c, 0, 0, 2, .., 0], packet) => internet(6, packet),
        _ => None,
    }
}

fn geneve(payload: &[u8]) -> Option<Inner<'_>> {
    let ([words @ 0..=0x3f, flags, t0, t1, .., 0], rest) = payload.split_first_chunk::<8>()? else { return None };
    let inner = rest.get(usize::from(*words).saturating_mul(4)..)?;
    match u16::from_be_bytes([*t0, *t1]) {
        _ if flags & 0x3f != 0 => None,
        0x6558 => ethernet(inner),
        0x0800 => internet(4, inner),
        0x86dd => internet(6, inner),
        _ => None,
    }
}

fn tzsp(payload: &[u8]) -> Option<Inner<'_>> {
    let ([1, 0 | 1, p0, p1], mut tags) = payload.split_first_chunk::<4>()? else { return None };
    loop {
        tags = match tags {
            [0, rest @ ..] => rest,
            [1, frame @ ..] => {
                return match u16::from_be_bytes([*p0, *p1]) {
                    1 => ethernet(frame),
                    0x12 => Some(Inner::Wireless(frame)),
                    _ => None,
                };
            }
            [_, length, rest @ ..] => rest.get(usize::from(*length)..)?,
            _ => return None,
        };
    }
}

/// A frame that carries what is followed here.
fn ethernet(frame: &[u8]) -> Option<Inner<'_>> {
    is_carried(frame.get(12..14)).then_some(Inner::Ethernet(frame))
}

fn internet(version: u8, packet: &[u8]) -> Option<Inner<'_>> {
    (packet.first()? >> 4 == version).then_some(Inner::Ip(packet))
}
