//! Does a serial stream begin with a frame of the record interface?

use iomt_wire::{Bits, Need, Verdict};

use super::{HEADER, LONGEST, MainType, SUB_RECORDS};

const FLAG: u8 = 0x7e;
const ESCAPE: u8 = 0x7d;

/// Says whether bytes begin with a frame: its flag, a header, and, when the frame is whole, its checksum.
///
/// Pure; looks at one frame at most.
///
/// ```
/// use iomt_ge::{Verdict, dri};
/// // PPP uses the same flag
/// assert_eq!(dri::probe(b"\x7e\xff\x7d\x23\xc0\x21\x7d\x21"), Verdict::No);
/// ```
#[must_use]
pub fn probe(head: &[u8]) -> Verdict {
    let Some((FLAG, rest)) = head.split_first().map(|(first, rest)| (*first, rest)) else {
        return if head.is_empty() { more(1) } else { Verdict::No };
    };
    let mut frame = Plain { bytes: rest, at: 0 };
    let mut header = [0_u8; HEADER];
    for (index, slot) in header.iter_mut().enumerate() {
        match frame.next() {
            Some(byte) => *slot = byte,
            None if frame.ended() => return Verdict::No,
            None => {
                let so_far = header.get(..index).unwrap_or_default();
                return if possible(so_far) { more(head.len().saturating_add(1)) } else { Verdict::No };
            }
        }
    }
    let Some(bits) = sure(&header) else { return Verdict::No };
    let length = i16::from_le_bytes([header[0], header[1]]);
    // The sum over the record must be the byte behind it, and that must end the frame.
    let mut sum = header.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    for _ in HEADER..usize::try_from(length).unwrap_or(0) {
        match frame.next() {
            Some(byte) => sum = sum.wrapping_add(byte),
            None if frame.ended() => return Verdict::No,
            None => return Verdict::Yes(Bits(bits)),
        }
    }
    match frame.next() {
        None if frame.ended() => Verdict::No,
        None => Verdict::Yes(Bits(bits)),
        Some(found) if found != sum => Verdict::No,
        Some(_) => match frame.next() {
            None if frame.ended() => Verdict::Yes(Bits(bits.saturating_add(16))),
            None => Verdict::Yes(Bits(bits.saturating_add(8))),
            Some(_) => Verdict::No,
        },
    }
}

fn more(total: usize) -> Verdict {
    Verdict::More(Need::total(crate::count(total)))
}

/// The unescaped bytes up to the next flag.
struct Plain<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Plain<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        match byte {
            FLAG => None,
            ESCAPE => {
                let escaped = *self.bytes.get(self.at.saturating_add(1)).filter(|byte| **byte != FLAG)?;
                self.at = self.at.saturating_add(2);
                Some(escaped | 0x20)
            }
            plain => {
                self.at = self.at.saturating_add(1);
                Some(plain)
            }
        }
    }

    /// Whether there is nothing more because of a flag, and not because the bytes end.
    fn ended(&self) -> bool {
        matches!(self.bytes.get(self.at..), Some([FLAG, ..] | [ESCAPE, FLAG, ..]))
    }
}

/// Whether the first bytes of a header may be those of one.
fn possible(header: &[u8]) -> bool {
    let length = header.first_chunk::<2>().map(|bytes| i16::from_le_bytes(*bytes));
    let main_type = header.get(14..16).and_then(|bytes| bytes.try_into().ok()).map(i16::from_le_bytes);
    let first = header.get(16..18);
    length.is_none_or(|length| usize::try_from(length).is_ok_and(|length| (HEADER..=LONGEST).contains(&length)))
        && main_type.is_none_or(|found| MainType(found).name().is_some())
        && first.is_none_or(|offset| offset == [0, 0])
}

/// The bits of a whole header: length, main type, first offset, and a list of descriptors that ends and goes upwards.
fn sure(header: &[u8; HEADER]) -> Option<u16> {
    if !possible(header) {
        return None;
    }
    let (descriptors, _) = header.get(16..)?.as_chunks::<3>();
    let mut last = -1;
    for [o0, o1, kind] in descriptors {
        if *kind == 0xff {
            break;
        }
        let offset = i16::from_le_bytes([*o0, *o1]);
        if offset <= last || usize::try_from(offset).is_ok_and(|offset| offset > LONGEST) {
            return None;
        }
        last = offset;
    }
    let ended = descriptors.iter().take(SUB_RECORDS).any(|[_, _, kind]| *kind == 0xff);
    Some(if ended { 53 } else { 45 })
}
