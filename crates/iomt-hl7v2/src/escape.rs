//! Escape sequences.
//!
//! ```text
//!  \F\ \S\ \R\ \T\ \E\ \P\   a delimiter of this message as data
//!  \X0D0A\                   bytes
//!  \H\ \N\                   highlighting on, off
//!  \.br\ \.sp 2\ \.in+4\     layout of formatted text
//!  \C2D41\ \M242844\         another character set from here on
//!  \Z...\                    agreed locally
//! ```
//! HL7 v2.9.1 chapter 2, section 2.7. Devices send lone escape characters (paths, `\5`), escapes with an odd number of hex
//! digits, and doubly escaped text. Whatever is not one of the above stays as it is, and its place is known.

use crate::Delimiters;
use alloc::borrow::Cow;
use alloc::vec::Vec;
use memchr::memchr;

/// A part of an escaped value.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Piece<'a> {
    /// Bytes that stand for themselves.
    Literal(&'a [u8]),
    /// A delimiter of this message, meant as data.
    Delimiter(u8),
    /// Hexadecimal digits, two for each byte.
    Hex(&'a [u8]),
    /// Highlighted text begins (`true`) or ends.
    Highlight(bool),
    /// A layout command, from its full stop on: `.br`, `.sp 2`.
    Layout(&'a [u8]),
    /// The final and intermediate bytes that designate another character set, as hexadecimal digits.
    Charset(&'a [u8]),
    /// What follows `Z`, agreed locally.
    Local(&'a [u8]),
    /// An escape character that opens no known sequence; it stands for itself.
    Stray(&'a [u8]),
}

/// The parts of an escaped value, each with its place and its bytes as sent.
#[derive(Clone, Copy)]
pub struct Pieces<'a> {
    rest: &'a [u8],
    offset: usize,
    delimiters: Delimiters,
}

iomt_wire::shows!(Pieces: offset);

impl core::fmt::Debug for Piece<'_> {
    /// Says how long, not what: text may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (name, bytes) = match self {
            Self::Delimiter(byte) => return write!(f, "Delimiter({:?})", char::from(*byte)),
            Self::Highlight(begins) => return write!(f, "Highlight({begins})"),
            Self::Literal(bytes) => ("Literal", bytes),
            Self::Hex(digits) => ("Hex", digits),
            Self::Layout(command) => ("Layout", command),
            Self::Charset(digits) => ("Charset", digits),
            Self::Local(bytes) => ("Local", bytes),
            Self::Stray(bytes) => ("Stray", bytes),
        };
        write!(f, "{name}({} bytes)", bytes.len())
    }
}

/// Splits a value into literal text and escape sequences.
#[must_use]
pub const fn pieces<'a>(bytes: &'a [u8], delimiters: &Delimiters) -> Pieces<'a> {
    Pieces { rest: bytes, offset: 0, delimiters: *delimiters }
}

impl<'a> Iterator for Pieces<'a> {
    /// Where it begins in the value, its bytes as sent, what they mean.
    type Item = (usize, &'a [u8], Piece<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let escape = self.delimiters.escape;
        let (length, piece) = match escape.map(|escape| (escape, memchr(escape, self.rest))) {
            None | Some((_, None)) => (self.rest.len(), Piece::Literal(self.rest)),
            Some((escape, Some(0))) => {
                sequence(self.rest, escape, &self.delimiters).unwrap_or((1, Piece::Stray(self.rest.get(..1)?)))
            }
            Some((_, Some(at))) => (at, Piece::Literal(self.rest.get(..at)?)),
        };
        let (raw, rest) = self.rest.split_at_checked(length)?;
        let offset = self.offset;
        self.rest = rest;
        self.offset = offset.wrapping_add(length);
        Some((offset, raw, piece))
    }
}

impl core::iter::FusedIterator for Pieces<'_> {}

/// The sequence at the head of `bytes`, which begins with the escape character, and its length.
fn sequence<'a>(bytes: &'a [u8], escape: u8, delimiters: &Delimiters) -> Option<(usize, Piece<'a>)> {
    let (identifier, body) = bytes.get(1..)?.split_first()?;
    let delimiter = |byte: Option<u8>| Some((&[][..], Piece::Delimiter(byte?)));
    let (data, piece) = match identifier {
        b'F' => delimiter(Some(delimiters.field)),
        b'S' => delimiter(delimiters.component),
        b'R' => delimiter(delimiters.repetition),
        b'T' => delimiter(delimiters.subcomponent),
        b'E' => delimiter(Some(escape)),
        b'P' => delimiter(delimiters.truncation),
        b'H' => Some((&[][..], Piece::Highlight(true))),
        b'N' => Some((&[][..], Piece::Highlight(false))),
        b'X' => {
            let digits = digits(body);
            (!digits.is_empty() && digits.len().is_multiple_of(2)).then_some((digits, Piece::Hex(digits)))
        }
        b'C' => body.get(..4).filter(|set| set == &digits(body)).map(|set| (set, Piece::Charset(set))),
        b'M' => {
            let set = digits(body);
            matches!(set.len(), 4 | 6).then_some((set, Piece::Charset(set)))
        }
        b'.' => {
            // The longest lawful command is `.sp+` and digits; a full stop further off is prose.
            let near = body.get(..body.len().min(16))?;
            let end = memchr(escape, near)?;
            let command = bytes.get(1..end.checked_add(2)?)?;
            let known =
                matches!(command.get(..3)?, b".sp" | b".br" | b".fi" | b".nf" | b".in" | b".ti" | b".sk" | b".ce");
            known.then_some((near.get(..end)?, Piece::Layout(command)))
        }
        b'Z' => {
            let data = body.get(..memchr(escape, body)?)?;
            Some((data, Piece::Local(data)))
        }
        _ => None,
    }?;
    let closing = body.get(data.len())?;
    (*closing == escape).then_some((data.len().checked_add(3)?, piece))
}

/// The hexadecimal digits at the head.
fn digits(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or_default()
}

/// Resolves delimiters and hexadecimal bytes, one level deep; all other sequences and stray escape characters stay as they
/// are. Borrows when there is no escape character.
///
/// ```
/// use iomt_hl7v2::{Delimiters, escape::unescape};
/// assert_eq!(*unescape(br"a\F\b\X0D0a\", &Delimiters::DEFAULT), *b"a|b\r\n");
/// ```
#[must_use]
pub fn unescape<'a>(bytes: &'a [u8], delimiters: &Delimiters) -> Cow<'a, [u8]> {
    let Some(escape) = delimiters.escape else { return Cow::Borrowed(bytes) };
    if memchr(escape, bytes).is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    for (_, raw, piece) in pieces(bytes, delimiters) {
        match piece {
            Piece::Delimiter(byte) => plain.push(byte),
            Piece::Hex(digits) => plain.extend(digits.as_chunks::<2>().0.iter().map(hex)),
            _ => plain.extend_from_slice(raw),
        }
    }
    Cow::Owned(plain)
}

/// Replaces every delimiter, terminator and block character by an escape sequence, so that the bytes are data wherever they
/// are put. Borrows when there is nothing to replace. Without an escape character nothing can be replaced.
#[must_use]
pub fn escape<'a>(bytes: &'a [u8], delimiters: &Delimiters) -> Cow<'a, [u8]> {
    let Some(mark) = delimiters.escape else { return Cow::Borrowed(bytes) };
    let name = |byte: u8| {
        let some = Some(byte);
        match byte {
            _ if byte == delimiters.field => Some(b'F'),
            _ if some == delimiters.component => Some(b'S'),
            _ if some == delimiters.repetition => Some(b'R'),
            _ if some == delimiters.subcomponent => Some(b'T'),
            _ if some == delimiters.escape => Some(b'E'),
            _ if some == delimiters.truncation => Some(b'P'),
            _ => None,
        }
    };
    let control = |byte: u8| matches!(byte, b'\r' | b'\n' | 0x0b | 0x1c);
    if !bytes.iter().any(|&byte| control(byte) || name(byte).is_some()) {
        return Cow::Borrowed(bytes);
    }
    let mut escaped = Vec::with_capacity(bytes.len().saturating_mul(2));
    for &byte in bytes {
        if let Some(name) = name(byte) {
            escaped.extend_from_slice(&[mark, name, mark]);
        } else if control(byte) {
            let digit = |nibble: u8| b"0123456789ABCDEF".get(usize::from(nibble & 15)).copied().unwrap_or(b'0');
            escaped.extend_from_slice(&[mark, b'X', digit(byte >> 4), digit(byte), mark]);
        } else {
            escaped.push(byte);
        }
    }
    Cow::Owned(escaped)
}

pub(crate) fn hex(pair: &[u8; 2]) -> u8 {
    pair.iter().fold(0, |value, &digit| (value << 4) | crate::eui64::nibble(digit).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(bytes: &[u8]) -> Vec<u8> {
        unescape(bytes, &Delimiters::DEFAULT).into_owned()
    }

    #[test]
    fn every_delimiter_has_its_sequence() {
        assert_eq!(plain(br"\F\\S\\R\\T\\E\"), br"|^~&\");
        let hash = Delimiters { truncation: Some(b'#'), ..Delimiters::DEFAULT };
        assert_eq!(*unescape(br"\P\", &hash), *b"#");
        assert_eq!(plain(br"\P\"), br"\P\", "no truncation character is declared");
    }

    #[test]
    fn hexadecimal_gives_bytes_and_back_to_back_sequences_share_no_character() {
        assert_eq!(plain(br"\X0D\\X0A\"), b"\r\n");
        assert_eq!(plain(br"\Xc3A4\"), "ä".as_bytes());
    }

    #[test]
    fn an_odd_number_of_digits_stays_as_it_is() {
        assert_eq!(plain(br"\X00D\"), br"\X00D\");
        assert_eq!(plain(br"\X\"), br"\X\");
    }

    #[test]
    fn doubly_escaped_text_loses_one_level_only() {
        assert_eq!(plain(br"\E\X09\E\"), br"\X09\");
    }

    #[test]
    fn stray_escape_characters_stay_and_hide_nothing() {
        assert_eq!(plain(br"C:\5 \F\ x\"), br"C:\5 | x\");
        assert_eq!(plain(br"\\\F\"), br"\\|");
    }

    #[test]
    fn a_clean_value_is_borrowed() {
        assert!(matches!(unescape(b"clean", &Delimiters::DEFAULT), Cow::Borrowed(_)));
        assert!(matches!(escape(b"clean", &Delimiters::DEFAULT), Cow::Borrowed(_)));
    }

    #[test]
    fn layout_highlighting_sets_and_local_sequences_are_told_apart() {
        let text = br"a\.br\\.in+4\\H\b\N\\C2D41\\M242844\\Zq1\\.no\";
        let found: Vec<Piece<'_>> = pieces(text, &Delimiters::DEFAULT).map(|(_, _, piece)| piece).collect();
        assert_eq!(
            found,
            [
                Piece::Literal(b"a"),
                Piece::Layout(b".br"),
                Piece::Layout(b".in+4"),
                Piece::Highlight(true),
                Piece::Literal(b"b"),
                Piece::Highlight(false),
                Piece::Charset(b"2D41"),
                Piece::Charset(b"242844"),
                Piece::Local(b"q1"),
                Piece::Stray(b"\\"),
                Piece::Literal(b".no"),
                Piece::Stray(b"\\"),
            ]
        );
    }

    proptest! {
        #[test]
        fn what_was_escaped_comes_back(bytes: Vec<u8>) {
            let escaped = escape(&bytes, &Delimiters::DEFAULT);
            prop_assert!(!escaped.iter().any(|byte| b"|^~&\r\n\x0b\x1c".contains(byte)));
            prop_assert_eq!(plain(&escaped), bytes);
        }

        #[test]
        fn the_pieces_cover_the_value(bytes in prop::collection::vec(prop::sample::select(br"\\\FXZ.brC2D4|M1"), 0..60)) {
            let joined: Vec<u8> = pieces(&bytes, &Delimiters::DEFAULT).flat_map(|(_, raw, _)| raw.to_vec()).collect();
            prop_assert_eq!(joined, bytes);
        }
    }
}
