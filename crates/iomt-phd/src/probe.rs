//! Is this a stream of 20601 APDUs? Decided by its first bytes: no port is assigned.

use iomt_wire::{Bits, Need, Verdict};

use crate::{
    apdu::ApduType,
    association::{AssociateResult, DataProtoId},
    data::Choice,
};

/// Says whether bytes are the head of an APDU.
///
/// Pure and cheap: looks at 16 bytes at most. The bits count the bytes that had to be as they are and the lengths that had
/// to agree.
///
/// ```
/// use iomt_phd::{Verdict, probe};
/// assert!(probe(b"\xe4\x00\x00\x02\x00\x00").is_at_least(40));
/// assert_eq!(probe(b"GET / HTTP/1.1\r\n"), Verdict::No);
/// ```
#[must_use]
pub fn probe(head: &[u8]) -> Verdict {
    match head {
        [] => more(4),
        [0xe2..=0xe7] => more(4),
        [0xe2..=0xe7, 0, ..] => known(head),
        _ => Verdict::No,
    }
}

fn more(total: u64) -> Verdict {
    Verdict::More(Need::total(total))
}

fn be(head: &[u8], at: usize) -> Option<u16> {
    head.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

fn known(head: &[u8]) -> Verdict {
    let (Some(choice), Some(length)) = (be(head, 0), be(head, 2)) else { return more(4) };
    match ApduType(choice) {
        ApduType::AARQ => request(head, length),
        ApduType::AARE => response(head, length),
        ApduType::PRST => presentation(head, length),
        ApduType::ABRT => reason(head, length, 3),
        _ => reason(head, length, 0),
    }
}

/// Two bytes of reason, mostly one that the standard lists.
fn reason(head: &[u8], length: u16, highest: u16) -> Verdict {
    if length != 2 {
        return Verdict::No;
    }
    match be(head, 4) {
        None => more(6),
        Some(reason) if reason <= highest => Verdict::Yes(Bits(44)),
        Some(reason) if reason <= 0xff => Verdict::Yes(Bits(36)),
        Some(_) => Verdict::No,
    }
}

/// Version, and a list that fills the APDU; then which protocol is offered first.
fn request(head: &[u8], length: u16) -> Verdict {
    let (Some(high), Some(low)) = (be(head, 4), be(head, 6)) else { return more(14) };
    let (Some(count), Some(list)) = (be(head, 8), be(head, 10)) else { return more(14) };
    if length.checked_sub(8) != Some(list) || !(1..=0xff).contains(&count) {
        return Verdict::No;
    }
    let Some(protocol) = be(head, 12) else { return more(14) };
    let version = if (high, low) == (0x8000, 0) { 32 } else { 0 };
    let offered = if matches!(DataProtoId(protocol), DataProtoId::PHD | DataProtoId::EXTERNAL) { 15 } else { 0 };
    Verdict::Yes(Bits(40_u16.saturating_add(version).saturating_add(offered)))
}

/// A result that the standard lists, and one protocol that fills the APDU.
fn response(head: &[u8], length: u16) -> Verdict {
    let Some(result) = be(head, 4) else { return more(10) };
    if AssociateResult(result).name().is_none() {
        return Verdict::No;
    }
    let (Some(protocol), Some(inner)) = (be(head, 6), be(head, 8)) else { return more(10) };
    if length.checked_sub(6) != Some(inner) {
        return Verdict::No;
    }
    let chosen = if DataProtoId(protocol) == DataProtoId::PHD { 16 } else { 0 };
    Verdict::Yes(Bits(44_u16.saturating_add(chosen)))
}

/// Three lengths, one within the other, and an operation that the standard lists.
fn presentation(head: &[u8], length: u16) -> Verdict {
    let Some(outer) = be(head, 4) else { return more(12) };
    let (Some(choice), Some(inner)) = (be(head, 8), be(head, 10)) else { return more(12) };
    let outer_fits = length.checked_sub(2) == Some(outer);
    let inner_fits = outer.checked_sub(6) == Some(inner);
    let listed = Choice(choice).name().is_some();
    match (outer_fits, inner_fits, listed) {
        (true, true, true) => Verdict::Yes(Bits(60)),
        (true, true, false) => Verdict::Yes(Bits(48)),
        (true, false, true) | (false, true, true) => Verdict::Yes(Bits(44)),
        // Data in another encoding than MDER.
        (true, false, false) => Verdict::Yes(Bits(32)),
        (false, ..) => Verdict::No,
    }
}
