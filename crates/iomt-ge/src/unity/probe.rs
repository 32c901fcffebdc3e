//! Is this datagram, or this serial stream, of a Unity network? Decided by content: AFS uses the same ports.

use iomt_wire::{Bits, Need, Verdict};

use super::{
    MOST_DATA, announce,
    header::{Function, LENGTH, SubCode},
    waves::{WaveId, WavePacket},
};

/// What a datagram looks like.
pub(super) enum Shape {
    Announcement,
    Bed,
    Waves,
}

/// The shape that [`probe`] finds, strong or weak.
pub(super) fn shape(bytes: &[u8]) -> Option<Shape> {
    if announcement(bytes).is_some() {
        Some(Shape::Announcement)
    } else if bed(bytes).is_some() {
        Some(Shape::Bed)
    } else if waves(bytes).is_some() {
        Some(Shape::Waves)
    } else {
        None
    }
}

/// Says whether a datagram is a message of a Unity network.
///
/// Pure. A datagram is whole: the answer is never [`Verdict::More`]. The bits count the bytes that had to be as they are.
///
/// ```
/// use iomt_ge::{Verdict, unity::probe};
/// assert_eq!(probe(b"\x00\x00\x00\x01\x00\x00\x00\x01"), Verdict::No);
/// ```
#[must_use]
pub fn probe(datagram: &[u8]) -> Verdict {
    match announcement(datagram).or_else(|| bed(datagram)).or_else(|| waves(datagram)) {
        Some(bits) => Verdict::Yes(Bits(bits)),
        None => Verdict::No,
    }
}

/// Says whether a serial stream begins with the common header.
#[must_use]
pub fn probe_serial(head: &[u8]) -> Verdict {
    let Some(header) = head.get(..LENGTH) else {
        let possible = head.get(12..14).is_none_or(|function| matches!(function, [0, 0xc9 | 0xca]))
            && head.get(4..6).is_none_or(|zero| zero == [0; 2]);
        return if possible { Verdict::More(Need::total(crate::count(LENGTH))) } else { Verdict::No };
    };
    let known = be(header, 14).is_some_and(|code| SubCode(code).name().is_some());
    match (fixed(header), addresses(header), known, be(header, 58)) {
        (Some(bits), 32, true, Some(count)) if count <= MOST_DATA => Verdict::Yes(Bits(bits.saturating_add(44))),
        _ => Verdict::No,
    }
}

fn be(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

/// Text, then nothing but NUL; the bits are those of the NULs and the bar, none when it is no such field.
fn location(field: &[u8]) -> Option<u16> {
    let end = field.iter().position(|&byte| byte == 0)?;
    let (text, rest) = field.split_at_checked(end)?;
    let printable = |byte: u8| (0x20..0x7f).contains(&byte) || byte >= 0xa0;
    // Without early exits, which cost more than the few bytes that they save.
    let padding = rest.iter().fold(0, |all, byte| all | byte);
    let (odd, bars) = text.iter().fold((false, 0_u8), |(odd, bars), &byte| {
        (odd | !printable(byte), bars.saturating_add(u8::from(byte == b'|')))
    });
    match (odd || padding != 0, bars) {
        (true, _) => None,
        // The bar, and each NUL; characters are worth one bit.
        (false, 1) => Some(u16::try_from(rest.len()).unwrap_or(0).min(8).saturating_mul(4).saturating_add(8)),
        (false, _) => text.is_empty().then_some(16),
    }
}

/// 88 bytes: fixed head, location with a bar, and as many services as it says.
fn announcement(bytes: &[u8]) -> Option<u16> {
    if bytes.len() != announce::LENGTH || !bytes.starts_with(&announce::HEAD) {
        return None;
    }
    let place = location(bytes.get(12..28)?)?;
    let count = usize::from(*bytes.get(43)?);
    let (services, _) = bytes.get(44..)?.as_chunks::<4>();
    let (there, room) = services.split_at_checked(count)?;
    let counted = there.iter().all(|service| *service != [0; 4]) && room.iter().all(|service| *service == [0; 4]);
    // Head and length are sure by themselves; a service that is not counted is not.
    (count > 0 && counted).then_some(48_u16.saturating_add(place))
}

/// Function and location of the common header.
fn fixed(header: &[u8]) -> Option<u16> {
    let function = Function(be(header, 12)?);
    function.name()?;
    // What is not a location is not the header.
    Some(15_u16.saturating_add(location(header.get(24..56)?)?))
}

/// Bits of the zeros behind both addresses.
fn addresses(header: &[u8]) -> u16 {
    let zero = |at: usize| header.get(at..at.saturating_add(2)) == Some(&[0, 0]);
    match (zero(4), zero(10)) {
        (true, true) => 32,
        (true, false) | (false, true) => 16,
        (false, false) => 0,
    }
}

/// The common header, with a count that fits the datagram.
fn bed(bytes: &[u8]) -> Option<u16> {
    let header = bytes.get(..LENGTH)?;
    let fixed = fixed(header)?;
    let data = bytes.len().saturating_sub(LENGTH);
    let count = usize::from(be(header, 58)?);
    // A request has two zero bytes that it does not count.
    let fits = count == data || (count == 0 && bytes.get(LENGTH..) == Some(&[0, 0]));
    let known = SubCode(be(header, 14)?).name().is_some();
    let sum = fixed
        .saturating_add(addresses(header))
        .saturating_add(if fits { 16 } else { 0 })
        .saturating_add(if known { 13 } else { 0 });
    // Without a known code or a count that fits there is too little left that is of this protocol alone.
    (fits || (known && count > data)).then_some(sum)
}

/// A head with zeros, then nothing but known signals up to the known tail.
fn waves(bytes: &[u8]) -> Option<u16> {
    const LEAST: u16 = 10;
    let packet = WavePacket::parse(bytes).ok()?;
    let mut signals = packet.signals();
    let mut known = 0_u16;
    for signal in signals.by_ref() {
        WaveId(signal.id.0).name()?;
        known = known.saturating_add(1);
    }
    let ended = signals.tail().rest().starts_with(&[0xfa, 0x0d]);
    // Eight bits a signal: its number and its nibble.
    (known >= LEAST && ended).then_some(32_u16.saturating_add(known.saturating_mul(8)))
}
