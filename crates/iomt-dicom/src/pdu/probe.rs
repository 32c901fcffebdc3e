//! Is this DICOM? Judged from the first bytes of one direction.

use super::PduType;
use iomt_wire::{Bits, Need, Verdict};

/// Longest A-ASSOCIATE that is believed.
const ASSOCIATE_MAX: u32 = 1 << 20;
/// Longest P-DATA-TF that is believed; one of no limit sends what it likes, but not this much.
const P_DATA_MAX: u32 = 1 << 28;

/// Judges the first bytes that one side of a conversation sent.
///
/// Tests type, length, version bit, printable AE titles and the first item's type of an A-ASSOCIATE-RQ (75 bytes); the
/// application context of an AC, whose AE titles mean nothing, and of either when its length is absurd; the fixed values of RJ,
/// release and abort (10 bytes); and for a
/// conversation that was joined late the consistent lengths of a P-DATA-TF with its first PDV (12 bytes, and 20 if that
/// is a command). Never tests the reserved byte.
#[must_use]
pub fn probe(head: &[u8]) -> Verdict {
    let Some(&first) = head.first() else {
        return Verdict::More(Need::total(12));
    };
    match PduType(first) {
        PduType::ASSOCIATE_RQ => associate(head, true),
        PduType::ASSOCIATE_AC => associate(head, false),
        PduType::P_DATA_TF => data(head),
        kind if kind.name().is_some() => fixed(head, kind),
        _ => Verdict::No,
    }
}

/// Whether a length can be that of a PDU of this type: a mebibyte is more than any A-ASSOCIATE has, and 256 MiB more than anyone
/// puts into a P-DATA-TF.
pub(crate) const fn is_believable(kind: PduType, length: u32) -> bool {
    match kind {
        PduType::ASSOCIATE_RQ | PduType::ASSOCIATE_AC => length >= 68 && length <= ASSOCIATE_MAX,
        PduType::P_DATA_TF => length >= 6 && length <= P_DATA_MAX,
        _ => kind.name().is_some() && length <= 1 << 10,
    }
}

fn length(head: &[u8]) -> Option<u32> {
    let [_, _, l0, l1, l2, l3] = *head.first_chunk()?;
    Some(u32::from_be_bytes([l0, l1, l2, l3]))
}

fn associate(head: &[u8], request: bool) -> Verdict {
    if length(head).is_some_and(|length| length < 68) {
        return Verdict::No;
    }
    let is_absurd = length(head).is_some_and(|length| length > ASSOCIATE_MAX);
    if head.get(7).is_some_and(|version| version & 1 == 0) {
        return Verdict::No;
    }
    let printable = |byte: &u8| matches!(byte, 0x20..=0x7e | 0);
    let titles = head.get(10..).unwrap_or_default();
    if request && !titles.iter().take(32).all(printable) {
        return Verdict::No;
    }
    match head.get(74) {
        Some(0x10) if request && !is_absurd => Verdict::Yes(Bits(64)),
        Some(0x20 | 0x50) if request && !is_absurd => Verdict::Yes(Bits(56)),
        // The titles of an AC say nothing, so the application context must: an item of UID text.
        Some(0x10) => match head.get(76..80) {
            Some([0, 1..=66, first, second]) if first.is_ascii_digit() && matches!(second, b'.' | b'0'..=b'9') => {
                Verdict::Yes(Bits(48))
            }
            Some(_) => Verdict::No,
            None => Verdict::More(Need::total(80)),
        },
        Some(_) => Verdict::No,
        None => Verdict::More(Need::total(if request && !is_absurd { 75 } else { 80 })),
    }
}

fn fixed(head: &[u8], kind: PduType) -> Verdict {
    if length(head).is_some_and(|length| length != 4) {
        return Verdict::No;
    }
    let Some(&[_, _, _, _, _, _, a, b, c, d]) = head.first_chunk() else {
        return Verdict::More(Need::total(10));
    };
    match kind {
        PduType::ASSOCIATE_RJ if matches!((b, c, d), (1 | 2, 1..=3, 0..=10)) => Verdict::Yes(Bits(44)),
        PduType::ABORT if matches!((c, d), (0..=2, 0..=6)) => Verdict::Yes(Bits(36)),
        PduType::RELEASE_RQ | PduType::RELEASE_RP if [a, b, c, d] == [0; 4] => Verdict::Yes(Bits(48)),
        _ => Verdict::No,
    }
}

fn data(head: &[u8]) -> Verdict {
    if length(head).is_some_and(|length| !(6..=P_DATA_MAX).contains(&length)) {
        return Verdict::No;
    }
    let Some(header) = head.first_chunk() else {
        return Verdict::More(Need::total(12));
    };
    if !data_head(header) {
        return Verdict::No;
    }
    let [.., control] = *header;
    let [_, _, l0, l1, l2, l3, p0, p1, p2, p3, ..] = *header;
    let single = u32::from_be_bytes([l0, l1, l2, l3]).checked_sub(4) == Some(u32::from_be_bytes([p0, p1, p2, p3]));
    match (control & 1, head.get(12..20)) {
        (1, Some([0, 0, 0, 0, 4, 0, 0, 0])) => Verdict::Yes(Bits(96)),
        (1, Some(_)) => Verdict::Yes(Bits(24)),
        (1, None) if length(head).is_some_and(|length| length >= 14) => Verdict::More(Need::total(20)),
        _ if single => Verdict::Yes(Bits(40)),
        _ => Verdict::Yes(Bits(20)),
    }
}

/// Whether twelve bytes are a plausible P-DATA-TF header with its first PDV header.
pub(crate) const fn data_head(head: &[u8; 12]) -> bool {
    let [kind, _, l0, l1, l2, l3, p0, p1, p2, p3, context, control] = *head;
    let length = u32::from_be_bytes([l0, l1, l2, l3]);
    let item = u32::from_be_bytes([p0, p1, p2, p3]);
    let Some(room) = length.checked_sub(4) else { return false };
    kind == PduType::P_DATA_TF.0
        && length <= P_DATA_MAX
        && item >= 2
        && item <= room
        && context & 1 == 1
        && control <= 3
}
