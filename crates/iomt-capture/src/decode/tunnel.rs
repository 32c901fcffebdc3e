//! Tunnels that mirrors and overlays put around frames.
//!
//! ```text
//!  GRE         | C:_:K:S:..:version3 | type16 | [checksum16, 0] | [key32] | [sequence32] |      RFC 2784, RFC 2890
//!  ERSPAN I    GRE type 88be without sequence number: Ethernet follows at once
//!  ERSPAN II   GRE type 88be with sequence number:    | version4=1 ... 8 bytes |
//!  ERSPAN III  GRE type 22eb:                         | version4=2 ... O1 | 12 bytes, and 8 more if O is set
//!  VXLAN       | flags8 = 08 | reserved24 | network24 | reserved8 |                             RFC 7348, section 5
//! ```
//! ERSPAN: draft-foschiano-erspan-03, section 4.
//!
//! Mirror ports of hospital switches reach the sensor this way as often as by a cable. VXLAN has no magic number: on its two
//! ports (4789, and 8472 of older Linux) a datagram is opened only if the flags are right and an Ethernet frame that carries IP,
//! ARP or a VLAN tag follows; else it stays plain UDP.

use etherparse::EtherType;

use super::{Inner, Step, unknown};

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

/// The frame in a VXLAN datagram, if it is one.
pub(super) fn vxlan(payload: &[u8]) -> Option<Inner<'_>> {
    let ([flags, _, _, _, _, _, _, reserved], frame) = payload.split_first_chunk::<8>()?;
    let kind = frame.get(12..14)?;
    let plausible = flags & 0x08 != 0
        && *reserved == 0
        && matches!(kind, [0x08, 0x00 | 0x06] | [0x86, 0xdd] | [0x81, 0x00] | [0x88, 0xa8 | 0x47 | 0x64]);
    plausible.then_some(Inner::Ethernet(frame))
}
