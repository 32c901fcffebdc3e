//! Which MAC has which address: ARP and neighbour discovery.
//!
//! ```text
//!  ARP  | 1 | 0800 | 6 | 4 | operation16 | sender MAC | sender IP | target MAC | target IP |     RFC 826
//!  NDP  | type | 0 | checksum16 | ... | option type, length in 8 bytes, MAC |                    RFC 4861, section 4
//! ```
//! The sender of an ARP request says as much of itself as that of a reply. A probe (sender 0.0.0.0, RFC 5227) says nothing.
//! Neighbour discovery counts only with the hop limit of 255, which no router passes on.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Addresses, Payload};
use crate::Mac;

pub(super) fn arp(bytes: &[u8]) -> Payload<'_> {
    let Some([0, 1, 8, 0, 6, 4, 0, operation, m0, m1, m2, m3, m4, m5, a0, a1, a2, a3, ..]) = bytes.first_chunk::<28>()
    else {
        return Payload::Unknown("ARP");
    };
    let address = Ipv4Addr::new(*a0, *a1, *a2, *a3);
    if !matches!(operation, 1 | 2) || address.is_unspecified() {
        return Payload::Nothing;
    }
    Payload::Neighbour(Mac([*m0, *m1, *m2, *m3, *m4, *m5]), IpAddr::V4(address))
}

pub(super) fn discovery(addresses: Addresses, bytes: &[u8]) -> Payload<'_> {
    if addresses.hops != 255 {
        return Payload::Nothing;
    }
    // Where the options begin, which of them is asked for, and whose address it is.
    let (options, wanted, address) = match bytes {
        // Router solicitation, router advertisement, neighbour solicitation: the source and its own address.
        [133, 0, ..] => (bytes.get(8..), 1, addresses.source),
        [134, 0, ..] => (bytes.get(16..), 1, addresses.source),
        [135, 0, ..] => (bytes.get(24..), 1, addresses.source),
        // Neighbour advertisement: the target and the address it is asked about.
        [136, 0, ..] => match bytes.get(8..24).and_then(|target| target.first_chunk::<16>()) {
            Some(target) => (bytes.get(24..), 2, IpAddr::V6(Ipv6Addr::from(*target))),
            None => return Payload::Nothing,
        },
        _ => return Payload::Nothing,
    };
    let mut options = options.unwrap_or_default();
    if address.is_unspecified() {
        return Payload::Nothing;
    }
    while let [kind, units, ..] = options
        && *units > 0
    {
        if let [_, 1, m0, m1, m2, m3, m4, m5, ..] = options
            && *kind == wanted
        {
            return Payload::Neighbour(Mac([*m0, *m1, *m2, *m3, *m4, *m5]), address);
        }
        options = options.get(usize::from(*units).saturating_mul(8)..).unwrap_or_default();
    }
    Payload::Nothing
}
