//! Which MAC has which address: ARP and neighbour discovery.
//!
//! ```text
//!  ARP  | 1 | 0800 | 6 | 4 | operation16 | sender MAC | sender IP | target MAC | target IP |     RFC 826
//!  NDP  | type | 0 | checksum16 | ... | option type, length in 8 bytes, MAC |                    RFC 4861, section 4
//! ```
//! The sender of an ARP request says as much of itself as that of a reply. A probe (sender 0.0.0.0, RFC 5227) says nothing.
//! Neighbour discovery counts only with the hop limit of 255, which no router passes on.

use core::net::{IpAddr, Ipv4Addr};

use etherparse::icmpv6::{Icmpv6PayloadSlice, NdpOptionSlice};
use etherparse::{ArpHardwareId, ArpOperation, ArpPacketSlice, EtherType, Icmpv6Slice};

use super::{Addresses, Payload};
use crate::Mac;

pub(super) fn arp(bytes: &[u8]) -> Payload<'_> {
    let Ok(arp) = ArpPacketSlice::from_slice(bytes) else { return Payload::Unknown("ARP") };
    let (mac, address) = (arp.sender_hw_addr().as_array::<6>(), arp.sender_protocol_addr().as_array::<4>());
    let (ArpHardwareId::ETHERNET, EtherType::IPV4, Some(mac), Some(address)) =
        (arp.hw_addr_type(), arp.proto_addr_type(), mac, address)
    else {
        return Payload::Unknown("ARP");
    };
    let address = Ipv4Addr::from(*address);
    if !matches!(arp.operation(), ArpOperation::REQUEST | ArpOperation::REPLY) || address.is_unspecified() {
        return Payload::Nothing;
    }
    Payload::Neighbour(Mac(*mac), IpAddr::V4(address))
}

pub(super) fn discovery(addresses: Addresses, bytes: &[u8]) -> Payload<'_> {
    if addresses.hops != 255 {
        return Payload::Nothing;
    }
    let Ok(message) = Icmpv6Slice::from_slice(bytes).and_then(|icmp| icmp.payload_slice()) else {
        return Payload::Nothing;
    };
    // An advertisement speaks of the target that was asked for, the others of their source.
    let (mut options, target) = match message {
        Icmpv6PayloadSlice::RouterSolicitation(message) => (message.options_iterator(), None),
        Icmpv6PayloadSlice::RouterAdvertisement(message) => (message.options_iterator(), None),
        Icmpv6PayloadSlice::NeighborSolicitation(message) => (message.options_iterator(), None),
        Icmpv6PayloadSlice::NeighborAdvertisement(message) => {
            (message.options_iterator(), Some(IpAddr::V6(message.target_address())))
        }
        _ => return Payload::Nothing,
    };
    let address = target.unwrap_or(addresses.source);
    let mac = options.find_map(|option| match option {
        Ok(NdpOptionSlice::TargetLinkLayerAddress(option)) if target.is_some() => {
            option.link_layer_address().as_array()
        }
        Ok(NdpOptionSlice::SourceLinkLayerAddress(option)) if target.is_none() => {
            option.link_layer_address().as_array()
        }
        _ => None,
    });
    match mac {
        Some(mac) if !address.is_unspecified() => Payload::Neighbour(Mac(*mac), address),
        _ => Payload::Nothing,
    }
}
