//! Headers of one frame, from the link to the transport.
//!
//! ```text
//!  Ethernet | 802.11 | SLL | SLL2 | PPP, HDLC | null | NFLOG | raw
//!    [802.1Q | 802.1ad]* [LLC, SNAP] [MPLS]* [PPPoE]
//!      ARP | IPv4 options* | IPv6 extension headers*
//!        GRE, ERSPAN, VXLAN, GENEVE, TZSP, IP in IP: begins again, at most `tunnel_depth` times
//!        TCP | UDP | ICMPv6 neighbour discovery | a fragment of any of these
//! ```
//!
//! The decoder is lenient where captures of real networks demand it. An IPv4 total length of zero (a packet that the network card
//! was to cut up, RFC 9293 calls it segmentation offload) means "what was captured"; link padding is cut off by the IP length;
//! a frame that the snap length cut is used as far as it goes. **Checksums are not verified**: on the sending host they are
//! not yet computed when the packet is captured.
//!
//! `etherparse` (MIT or Apache-2.0, maintained, no allocation) reads each header it has: Ethernet, VLAN, ARP, IP, TCP, UDP and
//! neighbour discovery. Ours are the order of headers, what a snap length cut, tunnels, MPLS, PPP, wireless, and the cooked and loopback
//! links: it lacks most of these, and refuses cooked frames of loopback and tunnel devices, which captures of `any` are full of.

mod ip;
mod neighbour;
mod ppp;
mod transport;
mod tunnel;
mod wireless;

use core::net::IpAddr;

use etherparse::{EtherType, Ethernet2Slice, IpNumber, SingleVlanSlice};

use crate::{LinkType, Mac};

/// What was found in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The Ethernet header nearest to the payload, and its VLAN; empty inside a tunnel that carries no Ethernet.
    pub ether: Ether,
    /// What the headers lead to.
    pub payload: Payload<'a>,
    /// How many tunnels may still be peeled off.
    pub depth: usize,
    /// Whether a tunnel was left unopened because `tunnel_depth` was reached.
    pub too_deep: bool,
}

/// The Ethernet addresses of a frame, where its link has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ether {
    /// Who sent it on this link.
    pub source: Option<Mac>,
    /// Whom it was sent to on this link.
    pub destination: Option<Mac>,
    /// The innermost VLAN identifier.
    pub vlan: Option<u16>,
}

/// What the headers of a frame lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payload<'a> {
    /// A TCP segment.
    Tcp(Tcp<'a>),
    /// A UDP datagram.
    Udp(Udp<'a>),
    /// A part of an IP datagram.
    Fragment(Fragment<'a>),
    /// A statement that a MAC has an address, by ARP or neighbour discovery.
    Neighbour(Mac, IpAddr),
    /// Understood, and nothing to follow: other ICMP, ARP without a statement.
    Nothing,
    /// Not understood; the word says at which layer.
    Unknown(&'static str),
}

/// A TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tcp<'a> {
    /// Who sent it.
    pub source: IpAddr,
    /// To whom.
    pub destination: IpAddr,
    /// From which port.
    pub source_port: u16,
    /// To which port.
    pub destination_port: u16,
    /// The sequence number of its first byte, or of the SYN.
    pub sequence: u32,
    /// The next sequence number expected from the other side, when [`Flags::ACK`] is set.
    pub acknowledgement: u32,
    /// The control bits.
    pub flags: Flags,
    /// Its bytes, as far as they were captured.
    pub payload: &'a [u8],
    /// How many bytes more it carried.
    pub missing: usize,
}

/// The control bits of TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(pub u8);

impl Flags {
    /// No more data from the sender.
    pub const FIN: Self = Self(0x01);
    /// Synchronise sequence numbers.
    pub const SYN: Self = Self(0x02);
    /// Reset the connection.
    pub const RST: Self = Self(0x04);
    /// Push.
    pub const PSH: Self = Self(0x08);
    /// The acknowledgement number is valid.
    pub const ACK: Self = Self(0x10);

    /// Whether all bits of `other` are set.
    #[inline]
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A UDP datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Udp<'a> {
    /// Who sent it.
    pub source: IpAddr,
    /// To whom.
    pub destination: IpAddr,
    /// From which port.
    pub source_port: u16,
    /// To which port.
    pub destination_port: u16,
    /// Its bytes, as far as they were captured.
    pub payload: &'a [u8],
    /// How many bytes more it carried.
    pub missing: usize,
}

/// A part of an IP datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment<'a> {
    /// Who sent the datagram.
    pub source: IpAddr,
    /// To whom.
    pub destination: IpAddr,
    /// The transport or the first header after the fragment header.
    pub protocol: u8,
    /// What the fragments of one datagram have in common.
    pub identification: u32,
    /// Where in the datagram's payload the bytes belong.
    pub offset: usize,
    /// Whether others follow.
    pub more: bool,
    /// The bytes, as far as they were captured.
    pub payload: &'a [u8],
    /// How many bytes more it carried.
    pub missing: usize,
}

/// What the IP header said that a datagram put together from fragments lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Who sent the datagram.
    pub source: IpAddr,
    /// To whom.
    pub destination: IpAddr,
    /// The transport or the next extension header.
    pub protocol: u8,
}

impl Fragment<'_> {
    /// What the fragments of one datagram have in common and its reassembled payload lacks.
    #[must_use]
    pub const fn ends(&self) -> Ends {
        Ends { source: self.source, destination: self.destination, protocol: self.protocol }
    }
}

/// VLAN tags in a row.
const TAGS: usize = 4;
/// MPLS labels in a row.
const LABELS: usize = 8;

/// Decodes a frame.
///
/// At most `tunnel_depth` encapsulations are peeled off. Never fails: what is not understood is [`Payload::Unknown`].
#[inline]
#[must_use]
pub fn decode(link: LinkType, data: &[u8], original_length: u32, tunnel_depth: usize) -> Decoded<'_> {
    let cut = usize::try_from(original_length).unwrap_or(usize::MAX).saturating_sub(data.len());
    let mut walk = Walk { ether: Ether::default(), depth: tunnel_depth, too_deep: false, cut };
    let step = match link {
        LinkType::ETHERNET => Step::Ethernet(data),
        LinkType::RAW | LinkType::RAW_BSD | LinkType::RAW_OPENBSD | LinkType::IPV4 | LinkType::IPV6 => Step::Ip(data),
        LinkType::NULL | LinkType::LOOP => loopback(data),
        LinkType::LINUX_SLL => walk.cooked(data),
        LinkType::LINUX_SLL2 => walk.cooked2(data),
        LinkType::IEEE802_11 => Step::Wireless(data),
        LinkType::IEEE802_11_RADIOTAP => wireless::radiotap(data),
        LinkType::PPI => wireless::ppi(data),
        LinkType::PPP | LinkType::PPP_HDLC | LinkType::C_HDLC => ppp::serial(data),
        LinkType::PPP_ETHER => ppp::pppoe(data),
        LinkType::NFLOG => nflog(data),
        _ => unknown("link"),
    };
    walk.run(step)
}

/// Goes on behind the IP header of a datagram that was put together from fragments.
#[must_use]
pub fn resume(ends: Ends, payload: &[u8], ether: Ether, tunnel_depth: usize) -> Decoded<'_> {
    let walk = Walk { ether, depth: tunnel_depth, too_deep: false, cut: 0 };
    // No hops: neighbour discovery must not come in fragments (RFC 6980).
    let addresses = Addresses { source: ends.source, destination: ends.destination, hops: 0 };
    let (protocol, body) = (IpNumber(ends.protocol), Body { bytes: payload, missing: 0 });
    walk.run(match ends.source {
        IpAddr::V6(_) => ip::extensions(addresses, protocol, body),
        IpAddr::V4(_) => Step::Transport(addresses, protocol, body),
    })
}

/// What is left to look at. Every step is a proper part of the one before it, so a walk ends.
#[derive(Clone, Copy)]
enum Step<'a> {
    Ethernet(&'a [u8]),
    Wireless(&'a [u8]),
    EtherType(EtherType, &'a [u8]),
    Ip(&'a [u8]),
    Transport(Addresses, IpNumber, Body<'a>),
    Tunnel(Inner<'a>),
    Done(Payload<'a>),
}

/// What a tunnel may carry.
#[derive(Clone, Copy)]
enum Inner<'a> {
    Ethernet(&'a [u8]),
    Wireless(&'a [u8]),
    EtherType(EtherType, &'a [u8]),
    Ip(&'a [u8]),
}

#[derive(Clone, Copy)]
struct Addresses {
    source: IpAddr,
    destination: IpAddr,
    /// Hop limit: neighbour discovery counts only from the same link.
    hops: u8,
}

/// The payload of an IP datagram: what was captured, and how much more there was.
#[derive(Clone, Copy)]
struct Body<'a> {
    bytes: &'a [u8],
    missing: usize,
}

struct Walk {
    ether: Ether,
    depth: usize,
    too_deep: bool,
    /// How many bytes the snap length cut off the frame.
    cut: usize,
}

const fn unknown(layer: &'static str) -> Step<'static> {
    Step::Done(Payload::Unknown(layer))
}

impl Walk {
    #[inline]
    fn run<'a>(mut self, mut step: Step<'a>) -> Decoded<'a> {
        loop {
            step = match step {
                Step::Ethernet(bytes) => self.ethernet(bytes),
                Step::Wireless(bytes) => self.wireless(bytes),
                Step::EtherType(kind, bytes) => self.ether_type(kind, bytes),
                Step::Ip(bytes) => ip::ip(bytes, self.cut),
                Step::Transport(addresses, protocol, body) => transport::transport(addresses, protocol, body),
                Step::Tunnel(inner) => match self.depth.checked_sub(1) {
                    Some(depth) => {
                        self.depth = depth;
                        // The MACs and the VLAN so far are those of the tunnel's ends, not of who speaks inside.
                        self.ether = Ether::default();
                        match inner {
                            Inner::Ethernet(bytes) => Step::Ethernet(bytes),
                            Inner::Wireless(bytes) => Step::Wireless(bytes),
                            Inner::EtherType(kind, bytes) => Step::EtherType(kind, bytes),
                            Inner::Ip(bytes) => Step::Ip(bytes),
                        }
                    }
                    None => {
                        self.too_deep = true;
                        Step::Done(Payload::Nothing)
                    }
                },
                Step::Done(payload) => {
                    return Decoded { ether: self.ether, payload, depth: self.depth, too_deep: self.too_deep };
                }
            }
        }
    }

    #[inline]
    fn ethernet<'a>(&mut self, bytes: &'a [u8]) -> Step<'a> {
        let Ok(frame) = Ethernet2Slice::from_slice_without_fcs(bytes) else { return unknown("Ethernet") };
        self.ether =
            Ether { source: Some(Mac(frame.source())), destination: Some(Mac(frame.destination())), vlan: None };
        Step::EtherType(frame.ether_type(), frame.payload_slice())
    }

    #[inline]
    fn ether_type<'a>(&mut self, mut kind: EtherType, mut bytes: &'a [u8]) -> Step<'a> {
        let mut tags = 0_usize;
        loop {
            match kind {
                EtherType::IPV4 | EtherType::IPV6 => return Step::Ip(bytes),
                EtherType::ARP => return Step::Done(neighbour::arp(bytes)),
                // 802.1Q, 802.1ad, and the two numbers that were used for stacked tags before it.
                EtherType::VLAN_TAGGED_FRAME
                | EtherType::PROVIDER_BRIDGING
                | EtherType::VLAN_DOUBLE_TAGGED_FRAME
                | EtherType(0x9200)
                    if tags < TAGS =>
                {
                    let Ok(tag) = SingleVlanSlice::from_slice(bytes) else { return unknown("VLAN") };
                    // Zero is a priority without a VLAN.
                    self.ether.vlan = Some(tag.vlan_identifier().value()).filter(|id| *id != 0).or(self.ether.vlan);
                    kind = tag.ether_type();
                    bytes = tag.payload_slice();
                    tags = tags.saturating_add(1);
                }
                EtherType(0x8847 | 0x8848) => return mpls(bytes),
                EtherType(0x8864) => return ppp::pppoe(bytes),
                // A length, by IEEE 802.3: what follows says what it is.
                EtherType(0..=1500) => match snap(bytes) {
                    Some(behind) => (kind, bytes) = behind,
                    None => return unknown("LLC"),
                },
                _ => return unknown("EtherType"),
            }
        }
    }

    /// ```text
    ///  0             2           4             6         14         16
    ///  | packet type | ARPHRD    | addr length | address | protocol |     LINKTYPE_LINUX_SLL
    /// ```
    fn cooked<'a>(&mut self, bytes: &'a [u8]) -> Step<'a> {
        let Some(([_, _, h0, h1, n0, n1, a0, a1, a2, a3, a4, a5, _, _, p0, p1], rest)) =
            bytes.split_first_chunk::<16>()
        else {
            return unknown("SLL");
        };
        self.cooked_source([*h0, *h1], u16::from_be_bytes([*n0, *n1]), [*a0, *a1, *a2, *a3, *a4, *a5]);
        Step::EtherType(EtherType(u16::from_be_bytes([*p0, *p1])), rest)
    }

    /// ```text
    ///  0          2          4           8        10            11            12        20
    ///  | protocol | reserved | interface | ARPHRD | packet type | addr length | address |     LINKTYPE_LINUX_SLL2
    /// ```
    fn cooked2<'a>(&mut self, bytes: &'a [u8]) -> Step<'a> {
        let Some(([p0, p1, _, _, _, _, _, _, h0, h1, _, n, a0, a1, a2, a3, a4, a5, _, _], rest)) =
            bytes.split_first_chunk::<20>()
        else {
            return unknown("SLL2");
        };
        self.cooked_source([*h0, *h1], u16::from(*n), [*a0, *a1, *a2, *a3, *a4, *a5]);
        Step::EtherType(EtherType(u16::from_be_bytes([*p0, *p1])), rest)
    }

    /// Takes the sender's address if it is an Ethernet one (ARPHRD 1) of six bytes.
    fn cooked_source(&mut self, hardware: [u8; 2], length: u16, address: [u8; 6]) {
        if u16::from_be_bytes(hardware) == 1 && length == 6 {
            self.ether.source = Some(Mac(address));
        }
    }
}

/// A four-byte address family, in the byte order of whoever captured (LOOP: network order); the known ones fit in one byte.
fn loopback(bytes: &[u8]) -> Step<'_> {
    let Some((family, rest)) = bytes.split_first_chunk::<4>() else { return unknown("loopback") };
    match *family {
        // AF_INET; AF_INET6 of Linux, NetBSD, FreeBSD and macOS.
        [2 | 10 | 24 | 28 | 30, 0, 0, 0] | [0, 0, 0, 2 | 10 | 24 | 28 | 30] => Step::Ip(rest),
        _ => unknown("loopback"),
    }
}

/// ```text
///  | label20 | class3 | bottom1 | time to live8 |     RFC 3032, section 2.1
/// ```
fn mpls(mut bytes: &[u8]) -> Step<'_> {
    for _ in 0..LABELS {
        let Some(([_, _, bottom, _], rest)) = bytes.split_first_chunk::<4>() else { return unknown("MPLS") };
        bytes = rest;
        if bottom & 1 != 0 {
            return match bytes.first() {
                Some(0x40..=0x6f) => Step::Ip(bytes),
                // A pseudowire control word begins with a zero nibble (RFC 4385); Ethernet follows. It may be left out (RFC 4448,
                // section 4.6), and the first nibble is then that of a MAC.
                Some(0x00..=0x0f) if is_carried(bytes.get(12..14)) && !is_carried(bytes.get(16..18)) => {
                    Step::Tunnel(Inner::Ethernet(bytes))
                }
                Some(0x00..=0x0f) => Step::Tunnel(Inner::Ethernet(bytes.get(4..).unwrap_or_default())),
                _ => unknown("MPLS"),
            };
        }
    }
    unknown("MPLS")
}

/// Whether these bytes are an EtherType that is followed here.
fn is_carried(kind: Option<&[u8]>) -> bool {
    matches!(
        kind,
        Some([0x08, 0x00 | 0x06] | [0x86, 0xdd] | [0x81 | 0x91 | 0x92, 0x00] | [0x88, 0xa8 | 0x47 | 0x48 | 0x64])
    )
}

/// ```text
///  | aa | aa | 03 | 00 00 00 | EtherType16 |     IEEE 802.2 with SNAP; RFC 1042
/// ```
fn snap(bytes: &[u8]) -> Option<(EtherType, &[u8])> {
    match bytes.split_first_chunk::<8>()? {
        // Of IEEE 802.1H, for what must not be told from a bridge's own.
        ([0xaa, 0xaa, 0x03, 0, 0, 0 | 0xf8, t0, t1], rest) => Some((EtherType(u16::from_be_bytes([*t0, *t1])), rest)),
        _ => None,
    }
}

/// ```text
///  | family | version 0 | resource16 | [length16 | type16 | value, padded to 32 bits]* |     LINKTYPE_NFLOG; 9 is the packet
/// ```
/// Lengths are in the byte order of whoever captured, which is not told: little-endian, as nearly all are.
fn nflog(bytes: &[u8]) -> Step<'_> {
    let Some(([_, 0, _, _], mut rest)) = bytes.split_first_chunk::<4>() else { return unknown("NFLOG") };
    while let Some(([l0, l1, t0, t1], value)) = rest.split_first_chunk::<4>() {
        let Some(length) = usize::from(u16::from_le_bytes([*l0, *l1])).checked_sub(4) else { break };
        if u16::from_le_bytes([*t0, *t1]) == 9 {
            return Step::Ip(value.get(..length).unwrap_or(value));
        }
        rest = value.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    unknown("NFLOG")
}

#[cfg(test)]
mod tests;
