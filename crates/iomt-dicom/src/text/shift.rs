//! The state that ISO 2022 text is read in.
//!
//! | escape | set | | escape | set |
//! |---|---|---|---|---|
//! | `ESC ( B` | ASCII in G0 | | `ESC - A` | Latin 1 in G1 |
//! | `ESC ( J` | JIS X 0201 romaji in G0 | | `ESC ) I` | JIS X 0201 katakana in G1 |
//! | `ESC $ B`, `ESC $ @` | JIS X 0208 in G0 | | `ESC $ ) C` | KS X 1001 in G1 |
//! | `ESC $ ( D` | JIS X 0212 in G0 | | `ESC $ ) A` | GB 2312 in G1 |
//!
//! PS3.3 section C.12.1.1.2, tables C.12-3 and C.12-4; the other parts of ISO 8859 as Latin 1.

/// What the bytes from 21 to 7E are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Low {
    Ascii,
    Romaji,
    JisX0208,
    JisX0212,
}

/// What the bytes from A0 to FF are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plane {
    None,
    Latin1,
    Latin2,
    Latin3,
    Latin4,
    Latin5,
    Latin9,
    Cyrillic,
    Arabic,
    Greek,
    Hebrew,
    Thai,
    Katakana,
    KsX1001,
    Gb2312,
}

/// An encoding of its own, in which nothing is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lead {
    Utf8,
    Gbk,
    Gb18030,
}

/// The state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shift {
    pub(crate) low: Low,
    pub(crate) high: Plane,
    pub(crate) whole: Option<Lead>,
}

/// What stands at the front of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// An escape sequence of so many bytes.
    Escape(usize),
    /// A byte below 80 that stands for itself or, in romaji, nearly so.
    Single(u8),
    /// A two-byte character of G0.
    Pair([u8; 2]),
    /// Bytes from 80 on that belong together: one or two, of an encoding of its own up to four.
    High(usize),
}

impl Unit {
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        match self {
            Self::Escape(length) | Self::High(length) => *length,
            Self::Single(_) => 1,
            Self::Pair(_) => 2,
        }
    }
}

impl Shift {
    pub(crate) const fn new(high: Plane) -> Self {
        let low = if matches!(high, Plane::Katakana) { Low::Romaji } else { Low::Ascii };
        Self { low, high, whole: None }
    }

    pub(crate) const fn whole(lead: Lead) -> Self {
        Self { low: Low::Ascii, high: Plane::None, whole: Some(lead) }
    }

    /// Whether a byte of this text may be more than itself.
    pub(crate) fn takes_more(&self, text: &[u8]) -> bool {
        match self.whole {
            Some(Lead::Utf8) => false,
            Some(Lead::Gbk | Lead::Gb18030) => true,
            None => memchr::memchr(0x1b, text).is_some(),
        }
    }

    /// Reads what stands at the front, and follows escape sequences.
    #[inline]
    pub(crate) fn step(&mut self, text: &[u8]) -> Option<Unit> {
        let [first, tail @ ..] = text else { return None };
        if let Some(lead) = self.whole {
            return Some(if *first < 0x80 { Unit::Single(*first) } else { Unit::High(lead.length(text)) });
        }
        Some(match (*first, tail) {
            (0x1b, tail) => Unit::Escape(self.escape(tail)),
            (0x80.., [0x80..=0xff, ..]) if matches!(self.high, Plane::KsX1001 | Plane::Gb2312) => Unit::High(2),
            (0x80.., _) => Unit::High(1),
            (0x21..=0x7e, [second @ 0x21..=0x7e, ..]) if matches!(self.low, Low::JisX0208 | Low::JisX0212) => {
                Unit::Pair([*first, *second])
            }
            (byte, _) => Unit::Single(byte),
        })
    }

    /// Follows the escape sequence behind ESC; says how long it is with it. One that is not known is ESC alone.
    fn escape(&mut self, tail: &[u8]) -> usize {
        let (low, high, length) = match tail {
            [b'(', b'B', ..] => (Low::Ascii, self.high, 3),
            [b'(', b'J', ..] => (Low::Romaji, self.high, 3),
            [b')', b'I', ..] => (self.low, Plane::Katakana, 3),
            [b'$', b'B' | b'@', ..] => (Low::JisX0208, self.high, 3),
            [b'$', b'(', b'D', ..] => (Low::JisX0212, self.high, 4),
            [b'$', b')', b'C', ..] => (self.low, Plane::KsX1001, 4),
            [b'$', b')', b'A', ..] => (self.low, Plane::Gb2312, 4),
            [b'-', last, ..] => match part(*last) {
                Some(plane) => (self.low, plane, 3),
                None => return 1,
            },
            _ => return 1,
        };
        (self.low, self.high) = (low, high);
        length
    }
}

/// The part of ISO 8859, or Thai, that `ESC - x` puts in G1.
const fn part(last: u8) -> Option<Plane> {
    Some(match last {
        b'A' => Plane::Latin1,
        b'B' => Plane::Latin2,
        b'C' => Plane::Latin3,
        b'D' => Plane::Latin4,
        b'F' => Plane::Greek,
        b'G' => Plane::Arabic,
        b'H' => Plane::Hebrew,
        b'L' => Plane::Cyrillic,
        b'M' => Plane::Latin5,
        b'T' => Plane::Thai,
        b'b' => Plane::Latin9,
        _ => return None,
    })
}

impl Lead {
    /// Bytes of the character at the front, which starts with one from 80 on.
    fn length(self, text: &[u8]) -> usize {
        let length = match (self, text) {
            (Self::Utf8, [0xf0..=0xff, ..]) => 4,
            (Self::Utf8, [0xe0..=0xef, ..]) => 3,
            (Self::Utf8, [0xc0..=0xdf, ..]) => 2,
            (Self::Gb18030, [0x81..=0xfe, b'0'..=b'9', ..]) => 4,
            (Self::Gb18030 | Self::Gbk, [0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe, ..]) => 2,
            _ => 1,
        };
        length.min(text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_escape_is_a_byte_and_changes_nothing() {
        let mut shift = Shift::new(Plane::Latin1);
        let before = shift;
        assert_eq!(shift.step(b"\x1b-Z"), Some(Unit::Escape(1)));
        assert_eq!(shift.step(b"\x1b"), Some(Unit::Escape(1)));
        assert_eq!(shift, before);
    }

    #[test]
    fn escapes_switch_one_half_and_leave_the_other() {
        let mut shift = Shift::new(Plane::Katakana);
        assert_eq!(shift.step(b"\x1b$B"), Some(Unit::Escape(3)));
        assert_eq!((shift.low, shift.high), (Low::JisX0208, Plane::Katakana));
        assert_eq!(shift.step(b"$\\"), Some(Unit::Pair(*b"$\\")));
        assert_eq!(shift.step(b"\r\n"), Some(Unit::Single(b'\r')));
        assert_eq!(shift.step(b"\xb1\xb2"), Some(Unit::High(1)));
    }

    #[test]
    fn a_character_cut_short_is_what_is_there() {
        assert_eq!(Shift::whole(Lead::Gb18030).step(b"\x81\x30"), Some(Unit::High(2)));
        assert_eq!(Shift::whole(Lead::Utf8).step(b"\xf0\x9f"), Some(Unit::High(2)));
        assert_eq!(Shift::new(Plane::KsX1001).step(b"\xb0"), Some(Unit::High(1)));
    }
}
