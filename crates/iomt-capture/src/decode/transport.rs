//! What IP carries: TCP, UDP, tunnels, neighbour discovery.
//!
//! ```text
//!  TCP  | source16 | destination16 | sequence32 | acknowledgement32 | words4:0 | flags8 | window16 | ...    RFC 9293, section 3.1
//!  UDP  | source16 | destination16 | length16 | checksum16 |                                               RFC 768
//! ```

use super::{Addresses, Body, Flags, Inner, Payload, Step, Tcp, Udp, neighbour, tunnel, unknown};

#[inline]
pub(super) fn transport(addresses: Addresses, protocol: u8, body: Body<'_>) -> Step<'_> {
    match protocol {
        6 => tcp(addresses, body),
        17 => udp(addresses, body),
        // IP in IP: RFC 2003, RFC 2473.
        4 | 41 => Step::Tunnel(Inner::Ip(body.bytes)),
        47 => tunnel::gre(body.bytes),
        // Authentication over IPv4.
        51 => match body.bytes {
            [next, units, ..] => {
                let length = usize::from(*units).saturating_add(2).saturating_mul(4);
                match body.bytes.get(length..) {
                    Some(bytes) => Step::Transport(addresses, *next, Body { bytes, missing: body.missing }),
                    None => unknown("authentication header"),
                }
            }
            _ => unknown("authentication header"),
        },
        58 => Step::Done(neighbour::discovery(addresses, body.bytes)),
        // ICMP and IGMP.
        1 | 2 => Step::Done(Payload::Nothing),
        _ => unknown("transport"),
    }
}

#[inline]
fn tcp(addresses: Addresses, body: Body<'_>) -> Step<'_> {
    let Some(([s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, words, flags, ..], _)) =
        body.bytes.split_first_chunk::<20>()
    else {
        return unknown("TCP");
    };
    let header = usize::from(words >> 4).saturating_mul(4);
    if header < 20 {
        return unknown("TCP");
    }
    let (payload, missing) = match body.bytes.get(header..) {
        Some(payload) => (payload, body.missing),
        // The snap length cut the options.
        None => match body.missing.checked_sub(header.saturating_sub(body.bytes.len())) {
            Some(missing) => (&[][..], missing),
            None => return unknown("TCP"),
        },
    };
    Step::Done(Payload::Tcp(Tcp {
        source: addresses.source,
        destination: addresses.destination,
        source_port: u16::from_be_bytes([*s0, *s1]),
        destination_port: u16::from_be_bytes([*d0, *d1]),
        sequence: u32::from_be_bytes([*q0, *q1, *q2, *q3]),
        acknowledgement: u32::from_be_bytes([*a0, *a1, *a2, *a3]),
        flags: Flags(*flags),
        payload,
        missing,
    }))
}

#[inline]
fn udp(addresses: Addresses, body: Body<'_>) -> Step<'_> {
    let Some(([s0, s1, d0, d1, n0, n1, _, _], rest)) = body.bytes.split_first_chunk::<8>() else {
        return unknown("UDP");
    };
    let destination_port = u16::from_be_bytes([*d0, *d1]);
    let length = usize::from(u16::from_be_bytes([*n0, *n1])).saturating_sub(8);
    let there = rest.len().saturating_add(body.missing);
    // A length of zero is a jumbogram's or an offloaded packet's; one beyond the IP payload is a mistake.
    let length = if length == 0 && n0 | n1 == 0 { there } else { length.min(there) };
    let payload = rest.get(..length).unwrap_or(rest);
    let missing = length.saturating_sub(payload.len());
    if let 4789 | 8472 = destination_port
        && let Some(inner) = tunnel::vxlan(payload)
    {
        return Step::Tunnel(inner);
    }
    Step::Done(Payload::Udp(Udp {
        source: addresses.source,
        destination: addresses.destination,
        source_port: u16::from_be_bytes([*s0, *s1]),
        destination_port,
        payload,
        missing,
    }))
}
