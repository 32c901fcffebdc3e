//! Is this datagram Data Export? Decided by its content; ports are hints for the caller.

use iomt_wire::{Bits, Need, Verdict};

use crate::association::IEEE_1073;

/// The fixed beginnings of the messages that have no contents of their own.
const FIXED: [&[u8]; 4] = [
    b"\x0c\x03\x32\x01",
    b"\x09\x18\xc1\x16\x61\x80\x30\x80\x02\x01\x01\xa0\x80\x62\x80",
    b"\x0a\x18\xc1\x16\x61\x80\x30\x80\x02\x01\x01\xa0\x80\x63\x80",
    b"\x19\x2e\x11\x01\x03\xc1\x29\xa0\x80\xa0\x80\x30\x80\x02\x01\x01\x06\x02\x51\x01",
];

/// How far into an association message the first object identifier of IEEE 1073 is looked for.
const ASSOCIATION_HEAD: usize = 160;

/// Says whether a datagram is a message of Data Export.
///
/// Pure and cheap: looks at 160 bytes at most. The bits count the bytes that had to be as they are, and the lengths that
/// had to agree.
///
/// ```
/// use iomt_intellivue::{Verdict, probe};
/// assert!(probe(b"\xe1\x00\x00\x02\x00\x01\x00\x08\x00\x01\x00\x03\x00\x02\x00\x21").is_at_least(60));
/// assert_eq!(probe(b"GET / HTTP/1.1\r\n"), Verdict::No);
/// ```
#[must_use]
pub fn probe(head: &[u8]) -> Verdict {
    match head {
        [] => Verdict::More(Need::total(1)),
        [0x00, ..] => connect_indication(head),
        [0xe1, ..] => data_export(head),
        [0x0d | 0x0e, ..] => association(head),
        [0x0c | 0x09 | 0x0a | 0x19, ..] => fixed(head),
        _ => Verdict::No,
    }
}

/// Compares the bytes that are there with those that must be; `None` is any byte.
fn matches(head: &[u8], pattern: &[Option<u8>]) -> bool {
    head.iter().zip(pattern).all(|(found, wanted)| wanted.is_none_or(|wanted| wanted == *found))
}

fn more(total: usize) -> Verdict {
    Verdict::More(Need::total(u64::try_from(total).unwrap_or(u64::MAX)))
}

fn be(head: &[u8], at: usize) -> Option<u16> {
    head.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

/// 28 bytes: zero, version, ROIV, length, invoke, event report, length, object, time, event type, length.
fn connect_indication(head: &[u8]) -> Verdict {
    const ANY: Option<u8> = None;
    const PATTERN: [Option<u8>; 28] = {
        let mut pattern = [ANY; 28];
        let [p0, p1, _, _, p4, p5, _, _, _, _, p10, p11, _, _, p14, ..] = &mut pattern;
        (*p0, *p1, *p4, *p5) = (Some(0), Some(0), Some(0), Some(1));
        (*p10, *p11, *p14) = (Some(0), Some(0), Some(0));
        let [.., p24, p25, _, _] = &mut pattern;
        (*p24, *p25) = (Some(0x0d), Some(0x17));
        pattern
    };
    if !matches(head, &PATTERN) {
        return Verdict::No;
    }
    let (Some(length), Some(argument), Some(info)) = (be(head, 6), be(head, 12), be(head, 26)) else {
        return more(PATTERN.len());
    };
    let agree = length.checked_sub(6) == Some(argument) && argument.checked_sub(14) == Some(info);
    Verdict::Yes(Bits(if agree { 104 } else { 72 }))
}

/// 14 or 16 bytes: session, context, operation, length, [linked,] invoke, command, length.
fn data_export(head: &[u8]) -> Verdict {
    if !matches(head, &[Some(0xe1), Some(0), Some(0), None, Some(0)]) {
        return Verdict::No;
    }
    let (Some(context), Some(operation)) = (be(head, 2), be(head, 4)) else {
        return more(14);
    };
    let (header, at) = match operation {
        1..=3 => (6, 12),
        5 => (8, 14),
        _ => return Verdict::No,
    };
    let (Some(length), Some(inner)) = (be(head, 6), be(head, at)) else {
        return more(at.saturating_add(2));
    };
    let agree = length.checked_sub(header) == Some(inner);
    match (context, agree) {
        (2, true) => Verdict::Yes(Bits(61)),
        (2, false) => Verdict::Yes(Bits(45)),
        (_, true) => Verdict::Yes(Bits(53)),
        (_, false) => Verdict::No,
    }
}

/// Request and accept: a session header, then an object identifier of IEEE 1073.
fn association(head: &[u8]) -> Verdict {
    let (length, items) = match head {
        [_, 0xff, l0, l1, items @ ..] => (usize::from(u16::from_be_bytes([*l0, *l1])).saturating_add(4), items),
        [_, 0xff, ..] | [_] => return more(4),
        [_, length, items @ ..] => (usize::from(*length).saturating_add(2), items),
        [] => return more(4),
    };
    if !matches(items, &[Some(0x05), Some(0x08), Some(0x13), Some(0x01)]) {
        return Verdict::No;
    }
    let enough = length.min(ASSOCIATION_HEAD);
    // Not beyond the message, or a "no" would not be final.
    let seen = head.get(..enough).unwrap_or(head);
    if seen.windows(IEEE_1073.len()).any(|window| window == IEEE_1073) {
        return Verdict::Yes(Bits(88));
    }
    if head.len() < enough { more(enough) } else { Verdict::No }
}

fn fixed(head: &[u8]) -> Verdict {
    for pattern in FIXED {
        if head.starts_with(pattern) {
            return Verdict::Yes(Bits(if pattern.len() > 8 { 88 } else { 32 }));
        }
        if pattern.starts_with(head) {
            return more(pattern.len());
        }
    }
    Verdict::No
}
