//! What IP carries: TCP, UDP, tunnels, neighbour discovery.
//!
//! ```text
//!  TCP  | source16 | destination16 | sequence32 | acknowledgement32 | words4:0 | flags8 | window16 | ...    RFC 9293, section 3.1
//!  UDP  | source16 | destination16 | length16 | checksum16 |                                               RFC 768
//! ```
//! The headers are `etherparse`'s. Ours is what a snap length did to them.

use etherparse::err::tcp::HeaderSliceError;
use etherparse::{IpNumber, TcpSlice, UdpSlice, ip_number};

use super::{Addresses, Body, Flags, Inner, Payload, Step, Tcp, Udp, ip, neighbour, tunnel, unknown};

#[inline]
pub(super) fn transport(addresses: Addresses, protocol: IpNumber, body: Body<'_>) -> Step<'_> {
    match protocol {
        ip_number::TCP => tcp(addresses, body),
        ip_number::UDP => udp(addresses, body),
        // IP in IP: RFC 2003, RFC 2473.
        ip_number::IPV4 | ip_number::IPV6 => Step::Tunnel(Inner::Ip(body.bytes)),
        ip_number::GRE => tunnel::gre(body.bytes),
        // Over IPv4: over IPv6 it is an extension header.
        ip_number::AUTHENTICATION_HEADER => match ip::authentication(body) {
            Some((next, body)) => Step::Transport(addresses, next, body),
            None => unknown("authentication header"),
        },
        ip_number::IPV6_ICMP => Step::Done(neighbour::discovery(addresses, body.bytes)),
        ip_number::ICMP | ip_number::IGMP => Step::Done(Payload::Nothing),
        _ => unknown("transport"),
    }
}

#[inline]
fn tcp(addresses: Addresses, body: Body<'_>) -> Step<'_> {
    let payload = match TcpSlice::from_slice(body.bytes) {
        Ok(tcp) => segment(addresses, &tcp, tcp.payload(), body.missing),
        Err(HeaderSliceError::Len(error)) => cut(addresses, body, error.required_len),
        Err(HeaderSliceError::Content(_)) => None,
    };
    payload.map_or(unknown("TCP"), |tcp| Step::Done(Payload::Tcp(tcp)))
}

#[inline]
fn segment<'a>(addresses: Addresses, tcp: &TcpSlice<'_>, payload: &'a [u8], missing: usize) -> Option<Tcp<'a>> {
    Some(Tcp {
        source: addresses.source,
        destination: addresses.destination,
        source_port: tcp.source_port(),
        destination_port: tcp.destination_port(),
        sequence: tcp.sequence_number(),
        acknowledgement: tcp.acknowledgment_number(),
        flags: Flags(*tcp.header_slice().get(13)?),
        payload,
        missing,
    })
}

/// A segment of whose options the snap length left nothing, or a part: what precedes them is read as a header without any.
#[cold]
fn cut(addresses: Addresses, body: Body<'_>, header: usize) -> Option<Tcp<'_>> {
    let missing = body.missing.checked_sub(header.saturating_sub(body.bytes.len()))?;
    let mut fixed = *body.bytes.first_chunk::<20>()?;
    let [.., words, _, _, _, _, _, _, _] = &mut fixed;
    *words = 0x50;
    let tcp = TcpSlice::from_slice(&fixed).ok()?;
    segment(addresses, &tcp, &[], missing)
}

#[inline]
fn udp(addresses: Addresses, body: Body<'_>) -> Step<'_> {
    let Ok(udp) = UdpSlice::from_slice_lax(body.bytes) else { return unknown("UDP") };
    let payload = udp.payload();
    let missing = match usize::from(udp.length()).checked_sub(udp.header_len()) {
        // A length beyond the IP payload is a mistake.
        Some(length) => length.saturating_sub(payload.len()).min(body.missing),
        // A length of zero is a jumbogram's or an offloaded packet's; the library takes what is there.
        None => body.missing,
    };
    if let Some(inner) = tunnel::in_datagram(udp.destination_port(), payload) {
        return Step::Tunnel(inner);
    }
    Step::Done(Payload::Udp(Udp {
        source: addresses.source,
        destination: addresses.destination,
        source_port: udp.source_port(),
        destination_port: udp.destination_port(),
        payload,
        missing,
    }))
}
