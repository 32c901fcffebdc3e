//! Text and its character sets.
//!
//! ```text
//!  (0008,0005) CS   ISO 2022 IR 6 \ ISO 2022 IR 87          what text is written in, and what it may switch to
//!       │
//!       ▼            G0: bytes 21-7E   ASCII, JIS X 0201 romaji, JIS X 0208, JIS X 0212
//!  initial state ──► G1: bytes A0-FF   one of the ISO 8859 parts, katakana, Thai, KS X 1001, GB 2312
//!       ▲            escape sequences switch either
//!       └── at each delimiter, and after CR LF FF TAB
//! ```
//! PS3.5 section 6.1, PS3.3 section C.12.1.1.2. GB18030, GBK and UTF-8 know no switching. Only the text of LO LT PN SH ST UC UT is
//! in these sets; all other text is ASCII ([`Vr::has_character_set`](crate::Vr::has_character_set)).
//!
//! The delimiter trap: bytes 5C, 5E and 3D (`\`, `^`, `=`) are also second bytes of two-byte characters, so text is split only
//! where a single byte is read. Splitting needs no table and is always there; [`CharacterSet::decode`] makes Unicode of it with
//! the feature `charset`.
//!
//! What devices really do: `ISO-IR 100`, `ISO_IR100`, `ISO IR 100` for `ISO_IR 100`; escape sequences of sets that they did not
//! declare; both are read.

#[cfg(feature = "charset")]
mod decode;
mod scope;
mod shift;

use crate::uid::trim_text;

pub use scope::CharacterSets;

use shift::{Lead, Plane, Shift};

pub(crate) use shift::Unit;

/// The character sets of a data set or of an item: the value of Specific Character Set (0008,0005).
///
/// ```
/// use iomt_dicom::text::CharacterSet;
///
/// let set = CharacterSet::parse(b"GB18030");
/// assert_eq!(set.split(b"\x81\\a\\b", b'\\').count(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CharacterSet {
    initial: Shift,
    unknown: bool,
}

impl Default for CharacterSet {
    fn default() -> Self {
        Self::ASCII
    }
}

/// Terms and what they start with. The number is that of the ISO registry, in `ISO_IR n` and in `ISO 2022 IR n`.
const TERMS: &[(u16, Plane)] = &[
    (6, Plane::None),
    (100, Plane::Latin1),
    (101, Plane::Latin2),
    (109, Plane::Latin3),
    (110, Plane::Latin4),
    (126, Plane::Greek),
    (127, Plane::Arabic),
    (138, Plane::Hebrew),
    (144, Plane::Cyrillic),
    (148, Plane::Latin5),
    (166, Plane::Thai),
    (203, Plane::Latin9),
    (13, Plane::Katakana),
    (149, Plane::KsX1001),
    (58, Plane::Gb2312),
    // These two come by escape sequence only.
    (87, Plane::None),
    (159, Plane::None),
];

impl CharacterSet {
    /// The default repertoire: what text is in when there is no (0008,0005), or an empty one.
    pub const ASCII: Self = Self { initial: Shift::new(Plane::None), unknown: false };

    /// Reads the value of (0008,0005).
    #[must_use]
    pub fn parse(value: &[u8]) -> Self {
        let mut terms = value.split(|byte| *byte == b'\\').map(trim_text);
        let first = terms.next().unwrap_or_default();
        let read = match first {
            b"" => Some(Shift::new(Plane::None)),
            b"GB18030" => Some(Shift::whole(Lead::Gb18030)),
            b"GBK" => Some(Shift::whole(Lead::Gbk)),
            term => match number(term) {
                Some(192) => Some(Shift::whole(Lead::Utf8)),
                number => TERMS.iter().find(|(known, _)| Some(*known) == number).map(|(_, plane)| Shift::new(*plane)),
            },
        };
        let others =
            terms.all(|term| term.is_empty() || number(term).is_some_and(|n| TERMS.iter().any(|(k, _)| *k == n)));
        Self { initial: read.unwrap_or(Shift::new(Plane::None)), unknown: read.is_none() || !others }
    }

    /// Whether the value names a set that the standard does not know. What the first is, if unknown, is read as ASCII.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        self.unknown
    }

    /// Splits text at a delimiter: `\` between values, `=` between the groups of a name, `^` between its components.
    /// The parts are as they are, padding included.
    #[must_use]
    pub const fn split<'a>(&self, text: &'a [u8], delimiter: u8) -> Split<'a> {
        Split { rest: Some(text), delimiter, initial: self.initial }
    }

    #[cfg(feature = "charset")]
    const fn initial(&self) -> Shift {
        self.initial
    }
}

/// The number at the end of `ISO_IR 100`, `ISO 2022 IR 87` and how they are misspelt.
fn number(term: &[u8]) -> Option<u16> {
    let digits = term.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (head, number) = term.split_at_checked(term.len().checked_sub(digits)?)?;
    let head = trim_text(head).strip_suffix(b"_").or_else(|| head.strip_suffix(b"-")).unwrap_or(trim_text(head));
    if !head.starts_with(b"ISO") || !head.ends_with(b"IR") {
        return None;
    }
    core::str::from_utf8(number).ok()?.parse().ok()
}

/// The parts of text between delimiters, each read from the initial state.
#[derive(Clone, Copy)]
pub struct Split<'a> {
    rest: Option<&'a [u8]>,
    delimiter: u8,
    initial: Shift,
}

impl core::fmt::Debug for Split<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Split").field("bytes", &self.rest.map_or(0, <[u8]>::len)).finish_non_exhaustive()
    }
}

impl Split<'_> {
    fn delimiter(&self, text: &[u8]) -> Option<usize> {
        if !self.initial.takes_more(text) {
            return memchr::memchr(self.delimiter, text);
        }
        let mut shift = self.initial;
        let mut rest = text;
        while let Some(unit) = shift.step(rest) {
            if unit == (Unit::Single(self.delimiter)) {
                return Some(text.len().saturating_sub(rest.len()));
            }
            rest = rest.get(unit.len()..).unwrap_or_default();
        }
        None
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        match self.delimiter(rest).and_then(|at| rest.split_at_checked(at)) {
            Some((part, tail)) => {
                self.rest = tail.get(1..);
                Some(part)
            }
            None => self.rest.take(),
        }
    }
}

impl core::iter::FusedIterator for Split<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn terms_are_known_however_they_are_spelt() {
        let latin = CharacterSet::parse(b"ISO_IR 100");
        for term in [&b"ISO-IR 100"[..], b"ISO_IR100", b"ISO IR 100 ", b"ISO 2022 IR 100", b"ISO 2022-IR 100"] {
            assert_eq!(CharacterSet::parse(term), latin, "{}", term.escape_ascii());
        }
        assert_eq!(CharacterSet::parse(b""), CharacterSet::ASCII);
        assert!(!CharacterSet::parse(b"\\ISO 2022 IR 87\\ISO 2022 IR 159").is_unknown());
        for term in [&b"ISO_IR 999"[..], b"latin1", b"\\KOI8", b"IR 100", b"ISO_IR 99999999999"] {
            assert!(CharacterSet::parse(term).is_unknown(), "{}", term.escape_ascii());
        }
    }

    #[test]
    fn each_part_starts_in_the_initial_state() {
        // Romaji and katakana in front, kanji by escape: V19 of the reference, and another value behind it.
        let set = CharacterSet::parse(b"ISO 2022 IR 13\\ISO 2022 IR 87");
        let parts: Vec<_> = set.split(b"\x1b$B$\\\x1b(J\\\xb1^x", b'\\').collect();
        assert_eq!(parts, [&b"\x1b$B$\\\x1b(J"[..], b"\xb1^x"]);
    }

    #[test]
    fn second_bytes_are_no_delimiters() {
        for (set, text, parts) in [
            (&b"GBK"[..], &b"\x81\\a\\b"[..], 2),
            (b"GB18030", b"\x81\\\\\x81\x30\x81\x5c", 2),
            (b"GB18030", b"\x81\x30\x81\x30\\", 2),
            (b"ISO_IR 192", b"\xe5\xb1\xb1\\", 2),
            (b"", b"\x81\\a\\b", 3),
            (b"\\ISO 2022 IR 149", b"\x1b$)C\xb1\xe8\\\xb1\xe8", 2),
            (b"\\ISO 2022 IR 159", b"\x1b$(D\\\\\x1b(B\\", 2),
        ] {
            assert_eq!(CharacterSet::parse(set).split(text, b'\\').count(), parts, "{}", text.escape_ascii());
        }
    }
}
