//! Stepping over what has no length: to the delimiter, by structure alone.
//!
//! ```text
//!  level 0      sequence ──► item ... item ──► sequence delimiter
//!  level 1        item   ──► element ...   ──► item delimiter
//!  level 2          sequence of undefined length in an element of that item, and so on
//! ```
//! PS3.5 section 7.5. What has a length is stepped over whole, so only what has none is open, and sequence and item take turns:
//! a counter does for a stack. An enhanced multi-frame object is items within items of undefined length by the thousand; its
//! headers are compared as numbers, one load each.

use super::Vr;
use super::header::{Encoding, Header, UNDEFINED};
use super::nest::DEPTH;
use super::walk::pass_short;
use crate::Tag;
use iomt_wire::Kind;

/// Where the content ends, and where what follows its delimiter starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) content: usize,
    pub(super) behind: usize,
}

/// What went wrong, and at which of the bytes.
pub(super) type Failure = (usize, &'static str, Kind);

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// A sequence of undefined length, whose items come next.
    Sequence,
    /// Encapsulated data of undefined length, whose fragments come next.
    Fragments,
    /// An item of undefined length, whose elements come next.
    Item,
}

impl Open {
    /// What an element of undefined length opens; nothing when it may not have one.
    #[inline]
    pub(super) const fn by(header: &Header) -> Option<Self> {
        match header.vr {
            Vr::SQ => Some(Self::Sequence),
            Vr::UN if header.tag.group != 0x7fe0 => Some(Self::Sequence),
            Vr::UN | Vr::OB | Vr::OD | Vr::OF | Vr::OL | Vr::OV | Vr::OW => Some(Self::Fragments),
            _ => None,
        }
    }
}

/// The level is even between items and odd within one.
struct Levels {
    level: usize,
    start: usize,
    max: usize,
    /// The level from which on elements have no letters: within `UN` (CP-246).
    implicit: usize,
}

impl Levels {
    #[inline]
    const fn in_item(&self) -> bool {
        self.level & 1 == 1
    }

    #[inline]
    fn open(&mut self) -> Result<(), Kind> {
        self.level = self.level.saturating_add(1);
        if self.level > self.max { Err(Kind::Limit { limit: DEPTH as u64 }) } else { Ok(()) }
    }

    /// Closes a level, and says whether it was the one that was asked for.
    fn close(&mut self, level: usize) -> bool {
        if level <= self.start {
            return true;
        }
        self.level = level.saturating_sub(1);
        if self.level < self.implicit && self.implicit != 0 {
            self.implicit = usize::MAX;
        }
        false
    }
}

/// Finds the delimiter that closes what is open at the front of `bytes`; `depth` is how many sequences are open around it.
pub(super) fn until_delimiter(bytes: &[u8], open: Open, encoding: Encoding, depth: usize) -> Result<Extent, Failure> {
    let start = usize::from(open == Open::Item);
    let implicit = if encoding.is_explicit() { usize::MAX } else { 0 };
    let Some(max) = DEPTH.saturating_sub(depth).saturating_mul(2).checked_sub(1) else {
        return Err((0, "sequence", Kind::Limit { limit: DEPTH as u64 }));
    };
    if open == Open::Fragments {
        return fragments(bytes, encoding);
    }
    let mut levels = Levels { level: start, start, max, implicit };
    let mut rest = bytes;
    let at = |rest: &[u8]| bytes.len().saturating_sub(rest.len());
    loop {
        let coding = if levels.level >= levels.implicit { Encoding::ImplicitLittle } else { encoding };
        if coding == Encoding::ExplicitLittle {
            rest = quick(rest, &mut levels);
        }
        let here = at(rest);
        let fail = |field, kind| (here, field, kind);
        let (header, behind) = header(rest, coding).map_err(|kind| fail("element header", kind))?;
        rest = match header.tag {
            Tag::ITEM if levels.in_item() => {
                return Err(fail("item", Kind::Syntax("an item stands where an element should")));
            }
            Tag::ITEM if header.length == UNDEFINED => {
                levels.open().map_err(|kind| fail("sequence", kind))?;
                behind
            }
            Tag::ITEM => after(&header, behind).map_err(|kind| fail("item", kind))?,
            Tag::ITEM_DELIMITATION_ITEM if levels.in_item() => {
                if levels.close(levels.level) {
                    return Ok(Extent { content: here, behind: at(behind) });
                }
                behind
            }
            Tag::ITEM_DELIMITATION_ITEM => behind,
            // The delimiter of the sequence also closes an item left open in it.
            Tag::SEQUENCE_DELIMITATION_ITEM => {
                if levels.close(levels.level & !1) {
                    return Ok(Extent { content: here, behind: at(behind) });
                }
                behind
            }
            tag if !levels.in_item() || tag.group == 0xfffe => {
                return Err(fail("item", Kind::Syntax("an element stands where an item should")));
            }
            _ if header.length != UNDEFINED => after(&header, behind).map_err(|kind| fail("element value", kind))?,
            _ => {
                let Some(open) = Open::by(&header) else {
                    return Err(fail("element length", Kind::Length { length: UNDEFINED.into() }));
                };
                levels.open().map_err(|kind| fail("sequence", kind))?;
                if open == Open::Fragments {
                    levels.level = levels.level.saturating_sub(1);
                    let within = |(offset, field, kind)| (at(behind).saturating_add(offset), field, kind);
                    behind.get(fragments(behind, coding).map_err(within)?.behind..).unwrap_or_default()
                } else {
                    if header.vr == Vr::UN && levels.level < levels.implicit {
                        levels.implicit = levels.level;
                    }
                    behind
                }
            }
        };
    }
}

/// The header at the front, and what follows it.
#[inline]
fn header(bytes: &[u8], encoding: Encoding) -> Result<(Header, &[u8]), Kind> {
    match Header::decode(bytes, encoding) {
        Ok(header) => Ok((header, bytes.get(header.size.into()..).unwrap_or_default())),
        Err(needed) => Err(Kind::Truncated { needed: needed as u64, available: bytes.len() }),
    }
}

/// What follows a value.
#[inline]
fn after<'a>(header: &Header, value: &'a [u8]) -> Result<&'a [u8], Kind> {
    let length = usize::try_from(header.length).unwrap_or(usize::MAX);
    value.get(length..).ok_or(Kind::Truncated { needed: header.length.into(), available: value.len() })
}

/// Passes over the fragments of encapsulated data (PS3.5 section A.4), which all have lengths.
fn fragments(bytes: &[u8], encoding: Encoding) -> Result<Extent, Failure> {
    let mut rest = bytes;
    loop {
        let here = bytes.len().saturating_sub(rest.len());
        let (header, behind) = header(rest, encoding).map_err(|kind| (here, "fragment", kind))?;
        rest = match header.tag {
            Tag::ITEM if header.length != UNDEFINED => {
                after(&header, behind).map_err(|kind| (here, "fragment", kind))?
            }
            Tag::ITEM => return Err((here, "fragment", Kind::Length { length: UNDEFINED.into() })),
            Tag::ITEM_DELIMITATION_ITEM => behind,
            Tag::SEQUENCE_DELIMITATION_ITEM => {
                return Ok(Extent { content: here, behind: bytes.len().saturating_sub(behind.len()) });
            }
            _ => return Err((here, "fragment", Kind::Syntax("an element stands where an item should"))),
        };
    }
}

/// The tightest loop, for explicit little endian: over short elements, and through items and sequences of undefined length.
/// Stops before whatever is more than that, and before the delimiter that was asked for.
fn quick<'a>(bytes: &'a [u8], levels: &mut Levels) -> &'a [u8] {
    const ITEM: u32 = 0xe000_fffe;
    const ITEM_END: u32 = 0xe00d_fffe;
    const SEQUENCE_END: u32 = 0xe0dd_fffe;
    let mut rest = bytes;
    let Levels { mut level, start, max, .. } = *levels;
    loop {
        if level & 1 == 1 {
            rest = pass_short(rest, |_| false);
        }
        let Some((head, behind)) = rest.split_first_chunk() else { break };
        let [g0, g1, e0, e1, a, b, c, d] = *head;
        let length = u32::from_le_bytes([a, b, c, d]);
        let next = match (u32::from_le_bytes([g0, g1, e0, e1]), level & 1) {
            (ITEM, 0) if length == UNDEFINED && level < max => {
                level = level.saturating_add(1);
                Some(behind)
            }
            (ITEM, 0) => usize::try_from(length).ok().and_then(|length| behind.get(length..)),
            (ITEM_END, 1) | (SEQUENCE_END, 0) if level > start => {
                level = level.saturating_sub(1);
                Some(behind)
            }
            (_, 1) if [a, b] == Vr::SQ.0 && g1 < 0x7f => match behind.split_first_chunk() {
                Some((length, behind)) if u32::from_le_bytes(*length) == UNDEFINED && level < max => {
                    level = level.saturating_add(1);
                    Some(behind)
                }
                Some((length, behind)) => {
                    usize::try_from(u32::from_le_bytes(*length)).ok().and_then(|length| behind.get(length..))
                }
                None => None,
            },
            _ => None,
        };
        match next {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    levels.level = level;
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQ: &[u8] = b"\x40\0\x75\x02SQ\0\0\xff\xff\xff\xff";
    const ITEM: &[u8] = b"\xfe\xff\0\xe0\xff\xff\xff\xff";
    const ITEM_END: &[u8] = b"\xfe\xff\x0d\xe0\0\0\0\0";
    const END: &[u8] = b"\xfe\xff\xdd\xe0\0\0\0\0";
    const TEXT: &[u8] = b"\x08\0\x70\0LO\x04\0ACME";

    fn extent(parts: &[&[u8]], open: Open) -> Result<Extent, Failure> {
        until_delimiter(&parts.concat(), open, Encoding::ExplicitLittle, 0)
    }

    #[test]
    fn the_delimiter_is_that_of_the_same_level() {
        let inner = [ITEM, TEXT, SQ, ITEM, TEXT, ITEM_END, END, ITEM_END];
        let length = inner.concat().len();
        let all = [&inner[..], &[END, TEXT]].concat();
        assert_eq!(extent(&all, Open::Sequence), Ok(Extent { content: length, behind: length + 8 }));
        assert_eq!(extent(&all[1..], Open::Item), Ok(Extent { content: length - 16, behind: length - 8 }));
    }

    #[test]
    fn a_sequence_delimiter_closes_an_item_left_open() {
        let all = [ITEM, TEXT, SQ, ITEM, TEXT, END, ITEM_END, END];
        let length = all.concat().len();
        assert_eq!(extent(&all, Open::Sequence), Ok(Extent { content: length - 8, behind: length }));
    }

    #[test]
    fn what_un_holds_is_implicit_and_what_follows_is_not() {
        let un = b"\x40\0\x75\x02UN\0\0\xff\xff\xff\xff";
        let implicit = b"\x08\0\x70\0\x04\0\0\0ACME";
        let all = [ITEM, un, ITEM, implicit, ITEM_END, END, TEXT, ITEM_END, END];
        let length = all.concat().len();
        assert_eq!(extent(&all, Open::Sequence), Ok(Extent { content: length - 8, behind: length }));
    }

    #[test]
    fn damage_names_its_place() {
        assert_eq!(extent(&[ITEM, TEXT], Open::Sequence).unwrap_err().0, 20);
        let (at, field, _) = extent(&[TEXT, END], Open::Sequence).unwrap_err();
        assert_eq!((at, field), (0, "item"));
        let text = b"\x40\0\x75\x02UT\0\0\xff\xff\xff\xff";
        let (at, field, _) = extent(&[ITEM, TEXT, text], Open::Sequence).unwrap_err();
        assert_eq!((at, field), (20, "element length"));
        assert!(matches!(extent(&[ITEM], Open::Fragments), Err((0, "fragment", Kind::Length { .. }))));
    }
}
