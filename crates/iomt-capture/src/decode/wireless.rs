//! IEEE 802.11 data frames, as a radio in monitor mode sees them.
//!
//! ```text
//!  802.11    | control16 | duration16 | address6 | address6 | address6 | sequence16 | [address6] | [QoS16] | [HT32] | LLC, SNAP
//!  radiotap  | 00 | pad8 | length16 | present32 [present32]* | [clock64] | [flags8] | ...      little-endian, fields aligned
//!  PPI       | 00 | flags8 | length16 | link32 | ...                                           little-endian
//! ```
//! IEEE 802.11-2020, section 9.3.2.1; radiotap.org; the CACE PPI specification.
//!
//! What is encrypted on the air, and what came in several parts or with several packets in one frame (A-MSDU), stays unknown.

use super::{Ether, LinkType, Mac, Step, Walk, snap, unknown};

impl Walk {
    pub(super) fn wireless<'a>(&mut self, bytes: &'a [u8]) -> Step<'a> {
        let Some((header, rest)) = bytes.split_first_chunk::<24>() else { return unknown("802.11") };
        let [kind, flags, _, _, a @ ..] = header;
        let [a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5, c0, c1, c2, c3, c4, c5, part, _] = *a;
        let (to, from) = (flags & 0x01 != 0, flags & 0x02 != 0);
        let (encrypted, in_parts) = (flags & 0x40 != 0, flags & 0x04 != 0 || part & 0x0f != 0);
        // Version 0, a data frame, and not one of those that only tell something about power.
        if kind & 0x0f != 0x08 || kind & 0x40 != 0 || encrypted || in_parts {
            return unknown("802.11");
        }
        let (a, b, c) = ([a0, a1, a2, a3, a4, a5], [b0, b1, b2, b3, b4, b5], [c0, c1, c2, c3, c4, c5]);
        let (source, destination, mut rest) = match (to, from) {
            (false, false) => (b, a, rest),
            (true, false) => (b, c, rest),
            (false, true) => (c, a, rest),
            (true, true) => match rest.split_first_chunk::<6>() {
                Some((d, rest)) => (*d, c, rest),
                None => return unknown("802.11"),
            },
        };
        if kind & 0x80 != 0 {
            rest = match rest.split_first_chunk::<2>() {
                Some(([quality, _], rest)) if quality & 0x80 == 0 => rest,
                _ => return unknown("802.11"),
            };
            if flags & 0x80 != 0 {
                rest = rest.get(4..).unwrap_or_default();
            }
        }
        // Some radios pad the header to 32 bits.
        let Some((kind, payload)) = snap(rest).or_else(|| snap(rest.get(2..)?)) else { return unknown("802.11") };
        self.ether = Ether { source: Some(Mac(source)), destination: Some(Mac(destination)), vlan: None };
        Step::EtherType(kind, payload)
    }
}

pub(super) fn radiotap(bytes: &[u8]) -> Step<'_> {
    let Some(([0, _, l0, l1], _)) = bytes.split_first_chunk::<4>() else { return unknown("radiotap") };
    match bytes.split_at_checked(u16::from_le_bytes([*l0, *l1]).into()) {
        Some((header, frame)) if !is_damaged(header) => Step::Wireless(frame),
        _ => unknown("radiotap"),
    }
}

/// Whether the radio says that the frame's checksum was wrong.
fn is_damaged(header: &[u8]) -> bool {
    let words = header.get(4..).unwrap_or_default().chunks_exact(4);
    let more = words.clone().take_while(|word| matches!(word, [.., last] if last & 0x80 != 0)).count();
    let present = words.clone().next().and_then(<[u8]>::first).copied().unwrap_or_default();
    let mut at = more.saturating_add(2).saturating_mul(4);
    if present & 0x01 != 0 {
        at = at.next_multiple_of(8).saturating_add(8);
    }
    present & 0x02 != 0 && header.get(at).is_some_and(|flags| flags & 0x40 != 0)
}

pub(super) fn ppi(bytes: &[u8]) -> Step<'_> {
    let Some(([0, _, l0, l1, k0, k1, k2, k3], _)) = bytes.split_first_chunk::<8>() else { return unknown("PPI") };
    match (LinkType(u32::from_le_bytes([*k0, *k1, *k2, *k3])), bytes.get(u16::from_le_bytes([*l0, *l1]).into()..)) {
        (LinkType::IEEE802_11, Some(frame)) => Step::Wireless(frame),
        (LinkType::ETHERNET, Some(frame)) => Step::Ethernet(frame),
        _ => unknown("PPI"),
    }
}
