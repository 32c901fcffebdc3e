//! Finding the head of a PDU in the middle of a stream.

use crate::pdu::{self, PduType};
use iomt_wire::Verdict;

/// Most bytes that a judgement looks at.
pub(super) const WINDOW: usize = 80;

/// What the bytes at a place are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No head of a PDU.
    No,
    /// More bytes are needed to say.
    More,
    /// Surely a head.
    Head,
    /// The head of a P-DATA-TF if what follows its end is a head too.
    Maybe,
}

/// Judges a place where a head is likely: where a stream starts, goes on after a gap, or a PDU may have ended.
///
/// At the very start of a stream an A-ASSOCIATE is believed for its framing alone, whatever its titles are.
pub(super) fn at_start(bytes: &[u8], first: bool) -> Found {
    match pdu::probe(bytes) {
        Verdict::No if first => associate(bytes),
        Verdict::No => Found::No,
        // Of an absurd length: to be told where a stream starts, and nothing to go on with elsewhere.
        Verdict::More(_) | Verdict::Yes(_) if !first && is_absurd(bytes) => Found::No,
        Verdict::More(_) => Found::More,
        Verdict::Yes(_) => Found::Head,
    }
}

fn is_absurd(bytes: &[u8]) -> bool {
    matches!(bytes.first_chunk(), Some(&[kind, _, l0, l1, l2, l3])
        if !pdu::is_believable(PduType(kind), u32::from_be_bytes([l0, l1, l2, l3])))
}

/// Judges any place in a stream: only what cannot be chance counts.
///
/// An A-ASSOCIATE or a P-DATA-TF that opens a command set is sure. A P-DATA-TF filled by one data fragment has its length
/// twice, four apart; pixels can do that too, so what follows it must agree. Release and abort are ten bytes, most of them
/// zero, as in any dark image: they are not believed here.
pub(super) fn anywhere(bytes: &[u8]) -> Found {
    let Some(&first) = bytes.first() else { return Found::More };
    match PduType(first) {
        PduType::ASSOCIATE_RQ | PduType::ASSOCIATE_AC => at_start(bytes, false),
        PduType::P_DATA_TF => {
            let Some(head) = bytes.first_chunk::<12>() else {
                return if may_be_data(bytes) { Found::More } else { Found::No };
            };
            if !pdu::data_head(head) {
                return Found::No;
            }
            let [_, _, l0, l1, l2, l3, p0, p1, p2, p3, _, control] = *head;
            let single =
                u32::from_be_bytes([l0, l1, l2, l3]).checked_sub(4) == Some(u32::from_be_bytes([p0, p1, p2, p3]));
            match (control & 1, bytes.get(12..20)) {
                (1, Some([0, 0, 0, 0, 4, 0, 0, 0])) => Found::Head,
                (1, Some(_)) => Found::No,
                (1, None) => Found::More,
                _ if single => Found::Maybe,
                _ => Found::No,
            }
        }
        _ => Found::No,
    }
}

/// Whether the first bytes can still become a believable P-DATA-TF: not more than 256 MiB long.
fn may_be_data(bytes: &[u8]) -> bool {
    bytes.get(2).is_none_or(|high| *high <= 0x10)
}

/// Whether the framing is that of an A-ASSOCIATE: type, length, and a known item type at the place of the first item. One without
/// any item is none: the byte at that place is of whatever follows it.
fn associate(bytes: &[u8]) -> Found {
    let Some(&[kind, _, l0, l1, l2, l3]) = bytes.first_chunk() else { return Found::No };
    let length = u32::from_be_bytes([l0, l1, l2, l3]);
    if !matches!(PduType(kind), PduType::ASSOCIATE_RQ | PduType::ASSOCIATE_AC) || !(69..=1 << 20).contains(&length) {
        return Found::No;
    }
    match bytes.get(74) {
        Some(0x10 | 0x20 | 0x21 | 0x50) => Found::Head,
        Some(_) => Found::No,
        None => Found::More,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_associate_without_items_is_judged_alike_however_it_is_cut() {
        let mut head = [0x20; 80];
        head[..8].copy_from_slice(&[1, 0, 0, 0, 0, 68, 0, 1]);
        head[10] = 0xff; // a title that the probe does not believe
        for cut in 11..head.len() {
            assert_eq!(at_start(&head[..cut], true), Found::No, "{cut} bytes");
        }
    }
}
