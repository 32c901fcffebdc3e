//! IPv4 and IPv6.
//!
//! ```text
//!  IPv4  | 4:ihl | tos | total16 | id16 | flags3:offset13 | ttl | protocol | checksum16 | source4 | destination4 | options
//!  IPv6  | 6:class8:label20 | payload16 | next | hops | source16 | destination16 | extension headers
//! ```
//! RFC 791, section 3.1; RFC 8200, sections 3 and 4.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Addresses, Body, Fragment, Payload, Step, unknown};

/// Extension headers in a row; more are a sign of nonsense.
const EXTENSIONS: usize = 10;

/// `cut` is what the snap length took off the frame: it matters when the header does not say how long the packet is.
#[inline]
pub(super) fn ip(bytes: &[u8], cut: usize) -> Step<'_> {
    match bytes.first() {
        Some(0x40..=0x4f) => v4(bytes, cut),
        Some(0x60..=0x6f) => v6(bytes, cut),
        _ => unknown("IP"),
    }
}

/// Cuts off the link's padding, or tells how much the snap length took.
#[inline]
fn body(bytes: &[u8], length: usize) -> Body<'_> {
    match bytes.get(..length) {
        Some(bytes) => Body { bytes, missing: 0 },
        None => Body { bytes, missing: length.saturating_sub(bytes.len()) },
    }
}

#[inline]
fn v4(bytes: &[u8], cut: usize) -> Step<'_> {
    let Some(([version, _, n0, n1, i0, i1, f0, f1, hops, protocol, _, _, s0, s1, s2, s3, d0, d1, d2, d3], mut rest)) =
        bytes.split_first_chunk::<20>()
    else {
        return unknown("IPv4");
    };
    let header = usize::from(version & 0x0f).saturating_mul(4);
    let Some(options) = header.checked_sub(20) else { return unknown("IPv4") };
    if options > 0 {
        let Some(behind) = rest.get(options..) else { return unknown("IPv4") };
        rest = behind;
    }
    let total = usize::from(u16::from_be_bytes([*n0, *n1]));
    let body = if total == 0 {
        Body { bytes: rest, missing: cut }
    } else {
        let Some(length) = total.checked_sub(header) else { return unknown("IPv4") };
        body(rest, length)
    };
    let addresses = Addresses {
        source: IpAddr::V4(Ipv4Addr::new(*s0, *s1, *s2, *s3)),
        destination: IpAddr::V4(Ipv4Addr::new(*d0, *d1, *d2, *d3)),
        hops: *hops,
    };
    let place = u16::from_be_bytes([*f0, *f1]);
    if place & 0x3fff != 0 {
        return Step::Done(Payload::Fragment(Fragment {
            source: addresses.source,
            destination: addresses.destination,
            protocol: *protocol,
            identification: u32::from(u16::from_be_bytes([*i0, *i1])),
            offset: usize::from(place & 0x1fff).saturating_mul(8),
            more: place & 0x2000 != 0,
            payload: body.bytes,
            missing: body.missing,
        }));
    }
    Step::Transport(addresses, *protocol, body)
}

#[inline]
fn v6(bytes: &[u8], cut: usize) -> Step<'_> {
    let Some((head, rest)) = bytes.split_first_chunk::<40>() else { return unknown("IPv6") };
    let [_, _, _, _, n0, n1, next, hops, addresses @ ..] = head;
    let Some((source, destination)) = addresses.split_first_chunk::<16>() else { return unknown("IPv6") };
    let Some(destination) = destination.first_chunk::<16>() else { return unknown("IPv6") };
    let addresses = Addresses {
        source: IpAddr::V6(Ipv6Addr::from(*source)),
        destination: IpAddr::V6(Ipv6Addr::from(*destination)),
        hops: *hops,
    };
    let length = usize::from(u16::from_be_bytes([*n0, *n1]));
    // Zero: a jumbogram, or a packet that the network card was to cut up.
    let body = if length == 0 { Body { bytes: rest, missing: cut } } else { body(rest, length) };
    extensions(addresses, *next, body.bytes, body.missing)
}

/// Walks the extension headers to the transport or to a fragment.
#[inline]
pub(super) fn extensions(addresses: Addresses, mut next: u8, mut bytes: &[u8], missing: usize) -> Step<'_> {
    for _ in 0..EXTENSIONS {
        let length = match next {
            // Hop-by-hop options, routing, destination options, mobility, host identity, shim6.
            0 | 43 | 60 | 135 | 139 | 140 => match bytes.get(1) {
                Some(units) => usize::from(*units).saturating_add(1).saturating_mul(8),
                None => return unknown("IPv6 extension"),
            },
            // Authentication: counted in words of four bytes (RFC 4302, section 2.2).
            51 => match bytes.get(1) {
                Some(units) => usize::from(*units).saturating_add(2).saturating_mul(4),
                None => return unknown("IPv6 extension"),
            },
            44 => {
                let Some(([protocol, _, o0, o1, i0, i1, i2, i3], rest)) = bytes.split_first_chunk::<8>() else {
                    return unknown("IPv6 fragment");
                };
                let place = u16::from_be_bytes([*o0, *o1]);
                if place & 0xfff9 == 0 {
                    // An atomic fragment is the whole datagram (RFC 6946).
                    next = *protocol;
                    bytes = rest;
                    continue;
                }
                return Step::Done(Payload::Fragment(Fragment {
                    source: addresses.source,
                    destination: addresses.destination,
                    protocol: *protocol,
                    identification: u32::from_be_bytes([*i0, *i1, *i2, *i3]),
                    offset: usize::from(place & 0xfff8),
                    more: place & 1 != 0,
                    payload: rest,
                    missing,
                }));
            }
            _ => return Step::Transport(addresses, next, Body { bytes, missing }),
        };
        let (Some(following), Some(rest)) = (bytes.first(), bytes.get(length..)) else {
            return unknown("IPv6 extension");
        };
        next = *following;
        bytes = rest;
    }
    unknown("IPv6 extension")
}
