//! IPv4 and IPv6.
//!
//! ```text
//!  IPv4  | 4:ihl | tos | total16 | id16 | flags3:offset13 | ttl | protocol | checksum16 | source4 | destination4 | options
//!  IPv6  | 6:class8:label20 | payload16 | next | hops | source16 | destination16 | extension headers
//! ```
//! RFC 791, section 3.1; RFC 8200, sections 3 and 4.
//!
//! Each header is `etherparse`'s; how many bytes follow it, and the walk from one to the next, are ours. Its own walk does not
//! say how much a snap length took, goes on into what a fragment carries, and follows extension headers without end.

use core::net::IpAddr;

use etherparse::{IpAuthHeaderSlice, IpNumber, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice};
use etherparse::{Ipv6RawExtHeaderSlice, ip_number};

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
fn behind<'a>(bytes: &'a [u8], header: &[u8]) -> &'a [u8] {
    bytes.get(header.len()..).unwrap_or_default()
}

#[inline]
fn v4(bytes: &[u8], cut: usize) -> Step<'_> {
    let Ok(header) = Ipv4HeaderSlice::from_slice(bytes) else { return unknown("IPv4") };
    let rest = behind(bytes, header.slice());
    let body = match (header.total_len(), header.payload_len()) {
        // The network card was to cut it up.
        (0, _) => Body { bytes: rest, missing: cut },
        (_, Ok(length)) => body(rest, length.into()),
        (_, Err(_)) => return unknown("IPv4"),
    };
    let addresses = Addresses {
        source: IpAddr::V4(header.source_addr()),
        destination: IpAddr::V4(header.destination_addr()),
        hops: header.ttl(),
    };
    if header.is_fragmenting_payload() {
        return Step::Done(Payload::Fragment(Fragment {
            source: addresses.source,
            destination: addresses.destination,
            protocol: header.protocol().0,
            identification: header.identification().into(),
            offset: header.fragments_offset().byte_offset().into(),
            more: header.more_fragments(),
            payload: body.bytes,
            missing: body.missing,
        }));
    }
    Step::Transport(addresses, header.protocol(), body)
}

#[inline]
fn v6(bytes: &[u8], cut: usize) -> Step<'_> {
    let Ok(header) = Ipv6HeaderSlice::from_slice(bytes) else { return unknown("IPv6") };
    let rest = behind(bytes, header.slice());
    let addresses = Addresses {
        source: IpAddr::V6(header.source_addr()),
        destination: IpAddr::V6(header.destination_addr()),
        hops: header.hop_limit(),
    };
    let body = match header.payload_length() {
        // A jumbogram, or a packet that the network card was to cut up.
        0 => Body { bytes: rest, missing: cut },
        length => body(rest, length.into()),
    };
    extensions(addresses, header.next_header(), body)
}

/// Walks the extension headers to the transport or to a fragment.
#[inline]
pub(super) fn extensions(addresses: Addresses, mut next: IpNumber, mut body: Body<'_>) -> Step<'_> {
    for _ in 0..EXTENSIONS {
        let bytes = body.bytes;
        match next {
            ip_number::IPV6_FRAGMENTATION_HEADER => {
                let Ok(header) = Ipv6FragmentHeaderSlice::from_slice(bytes) else { return unknown("IPv6 fragment") };
                body.bytes = behind(bytes, header.slice());
                // An atomic fragment is the whole datagram (RFC 6946).
                if header.is_fragmenting_payload() {
                    return Step::Done(Payload::Fragment(Fragment {
                        source: addresses.source,
                        destination: addresses.destination,
                        protocol: header.next_header().0,
                        identification: header.identification(),
                        offset: header.fragment_offset().byte_offset().into(),
                        more: header.more_fragments(),
                        payload: body.bytes,
                        missing: body.missing,
                    }));
                }
                next = header.next_header();
            }
            ip_number::AUTHENTICATION_HEADER => match authentication(body) {
                Some(behind) => (next, body) = behind,
                None => return unknown("IPv6 extension"),
            },
            _ if Ipv6RawExtHeaderSlice::header_type_supported(next) => {
                let Ok(header) = Ipv6RawExtHeaderSlice::from_slice(bytes) else { return unknown("IPv6 extension") };
                body.bytes = behind(bytes, header.slice());
                next = header.next_header();
            }
            _ => return Step::Transport(addresses, next, body),
        }
    }
    unknown("IPv6 extension")
}

/// What an authentication header is followed by (RFC 4302).
pub(super) fn authentication(body: Body<'_>) -> Option<(IpNumber, Body<'_>)> {
    let header = IpAuthHeaderSlice::from_slice(body.bytes).ok()?;
    Some((header.next_header(), Body { bytes: behind(body.bytes, header.slice()), missing: body.missing }))
}
