//! The separators that a message declares for itself.
//!
//! ```text
//!  MSH|^~\&#|SENDER|...
//!     |||||||
//!     ||||||+- MSH-1 again ends MSH-2
//!     |||||+-- truncation (since v2.7)
//!     ||||+--- subcomponent
//!     |||+---- escape
//!     ||+----- repetition
//!     |+------ component
//!     +------- MSH-1, the field separator: byte 4 of the segment
//! ```
//! HL7 v2.9.1 chapter 2, sections 2.5.4 and 2.14.9.1. Sites that do not use the later delimiters leave them out: `^~\` and
//! `^` alone occur. What is left out is absent here too; nothing is defaulted.

use iomt_wire::{Error, Kind};

/// The delimiters of one message, as its header segment declares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delimiters {
    /// Between fields (MSH-1).
    pub field: u8,
    /// Between components (MSH-2, character 1).
    pub component: Option<u8>,
    /// Between repetitions of a field (MSH-2, character 2).
    pub repetition: Option<u8>,
    /// Opens and closes an escape sequence (MSH-2, character 3).
    pub escape: Option<u8>,
    /// Between subcomponents (MSH-2, character 4).
    pub subcomponent: Option<u8>,
    /// Marks a truncated value (MSH-2, character 5; since v2.7).
    pub truncation: Option<u8>,
}

impl Delimiters {
    /// `|^~\&`, which nearly everyone uses.
    pub const DEFAULT: Self = Self {
        field: b'|',
        component: Some(b'^'),
        repetition: Some(b'~'),
        escape: Some(b'\\'),
        subcomponent: Some(b'&'),
        truncation: None,
    };

    /// Only the field separator: how MSH-1 and MSH-2 themselves are read, which are never split nor unescaped.
    pub(crate) const fn verbatim(self) -> Self {
        Self {
            field: self.field,
            component: None,
            repetition: None,
            escape: None,
            subcomponent: None,
            truncation: None,
        }
    }

    /// Reads MSH-1 and MSH-2 from the bytes that follow the three letters of a header segment, which start `offset` bytes
    /// into the message; also says how many bytes the two fields take.
    ///
    /// # Errors
    /// An `Invalid` or `Length` error about MSH-1 or MSH-2: a delimiter must be printable, 7-bit, neither letter nor digit,
    /// and different from the others; MSH-2 has one to five of them. A backslash twice in a row, as programs write it that took the
    /// message out of a quoted string, counts once.
    #[inline]
    pub fn read(after_name: &[u8], offset: usize) -> Result<(Self, usize), Error> {
        match after_name {
            // What nearly everyone writes needs no look at each character.
            [b'|', b'^', b'~', b'\\', b'&', b'|', ..] => Ok((Self::DEFAULT, 5)),
            _ => Self::read_any(after_name, offset),
        }
    }

    fn read_any(after_name: &[u8], offset: usize) -> Result<(Self, usize), Error> {
        let one = |field, at: usize| Error {
            offset: offset.saturating_add(at),
            field,
            kind: Kind::Truncated { needed: 1, available: 0 },
        };
        let (&field, rest) = after_name.split_first().ok_or(one("MSH-1", 0))?;
        let at = |index: usize, byte: u8, field: &'static str| Error {
            offset: offset.saturating_add(index),
            field,
            kind: Kind::Invalid { value: byte.into() },
        };
        if !usable(field) {
            return Err(at(0, field, "MSH-1"));
        }
        let mut characters = [None; 5];
        let (mut count, mut length) = (0_usize, 0_usize);
        let mut last = None;
        for &byte in rest {
            if byte == field || byte == b'\r' || byte == b'\n' {
                break;
            }
            length = length.saturating_add(1);
            // Once: `last` forgets it.
            if byte == b'\\' && last == Some(byte) {
                last = None;
                continue;
            }
            let repeated = characters.contains(&Some(byte));
            let Some(slot) = characters.get_mut(count) else {
                let length = u64::try_from(length).unwrap_or(u64::MAX);
                return Err(Error { offset: offset.saturating_add(1), field: "MSH-2", kind: Kind::Length { length } });
            };
            if repeated || !usable(byte) {
                return Err(at(length, byte, "MSH-2"));
            }
            *slot = Some(byte);
            last = Some(byte);
            count = count.saturating_add(1);
        }
        if length == 0 {
            return Err(Error { offset: offset.saturating_add(1), field: "MSH-2", kind: Kind::Length { length: 0 } });
        }
        let [component, repetition, escape, subcomponent, truncation] = characters;
        let delimiters = Self { field, component, repetition, escape, subcomponent, truncation };
        Ok((delimiters, length.saturating_add(1)))
    }

    /// MSH-2 as it is written, and its length.
    #[must_use]
    pub fn encoding_characters(&self) -> ([u8; 5], usize) {
        let mut text = [0; 5];
        let mut length = 0_usize;
        let declared = [self.component, self.repetition, self.escape, self.subcomponent, self.truncation];
        for (slot, byte) in text.iter_mut().zip(declared) {
            let Some(byte) = byte else { break };
            *slot = byte;
            length = length.saturating_add(1);
        }
        (text, length)
    }

    /// Whether all five are different and may be used as delimiters.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let (text, length) = self.encoding_characters();
        let mut head = [0; 6];
        let [first, rest @ ..] = &mut head;
        *first = self.field;
        rest.copy_from_slice(&text);
        head.get(..length.saturating_add(1))
            .is_some_and(|head| Self::read(head, 0).is_ok_and(|(found, _)| found == *self))
    }
}

impl Default for Delimiters {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Printable, 7-bit, neither letter nor digit.
const fn usable(byte: u8) -> bool {
    byte.is_ascii_punctuation()
}

/// What ends a segment. The standard knows CR only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Terminator {
    /// Carriage return, as it should be: a line feed is then data.
    Cr,
    /// Line feed: files edited on Unix, some gateways. A carriage return ends a segment there too.
    Lf,
    /// Both: files edited on Windows, some gateways.
    CrLf,
}

impl Terminator {
    /// Where the first terminator begins; what else belongs to it is skipped where the next segment begins.
    #[inline]
    pub(crate) fn find(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::Cr | Self::CrLf => memchr::memchr(b'\r', bytes),
            // A carriage return is never data.
            Self::Lf => memchr::memchr2(b'\r', b'\n', bytes),
        }
    }

    /// The byte that ends segments.
    #[inline]
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Cr | Self::CrLf => b'\r',
            Self::Lf => b'\n',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<(Delimiters, usize), Error> {
        Delimiters::read(text, 3)
    }

    #[test]
    fn the_usual_delimiters_are_read() {
        assert_eq!(read(b"|^~\\&|X"), Ok((Delimiters::DEFAULT, 5)));
        let hash = Delimiters { truncation: Some(b'#'), ..Delimiters::DEFAULT };
        assert_eq!(read(b"|^~\\&#|X"), Ok((hash, 6)));
    }

    #[test]
    fn what_a_short_msh_2_leaves_out_is_absent() {
        let (found, length) = read(b"|^|").unwrap();
        assert_eq!((found.component, found.repetition, found.escape, length), (Some(b'^'), None, None, 2));
        let (found, _) = read(b"|^~").unwrap();
        assert_eq!((found.repetition, found.subcomponent), (Some(b'~'), None));
    }

    #[test]
    fn unusual_delimiters_are_welcome() {
        let (found, _) = read(b"!@#$%!x").unwrap();
        assert_eq!(found.field, b'!');
        assert_eq!(found.subcomponent, Some(b'%'));
        assert!(found.is_valid());
    }

    #[test]
    fn a_multi_byte_character_as_separator_is_an_error_at_its_byte() {
        let error = read("§^~\\&§X".as_bytes()).unwrap_err();
        assert_eq!(error, Error { offset: 3, field: "MSH-1", kind: Kind::Invalid { value: 0xc2 } });
        let error = read("|^§\\&|X".as_bytes()).unwrap_err();
        assert_eq!((error.offset, error.field), (5, "MSH-2"));
    }

    #[test]
    fn a_repeated_delimiter_is_an_error_at_its_second_place() {
        let error = read(b"|^~^&|").unwrap_err();
        assert_eq!(error, Error { offset: 6, field: "MSH-2", kind: Kind::Invalid { value: b'^'.into() } });
    }

    #[test]
    fn a_doubled_backslash_is_one_escape_character() {
        assert_eq!(read(b"|^~\\\\&|X"), Ok((Delimiters::DEFAULT, 6)));
        assert_eq!(read(b"|^~\\\\\\&|X").unwrap_err().kind, Kind::Invalid { value: b'\\'.into() });
    }

    #[test]
    fn letters_digits_blanks_and_controls_do_not_delimit() {
        for text in [&b"A^~\\&A"[..], b"1^~", b" ^~", b"\t^~", b"|a~", b"|^0", b"|^ ", b"|^\x01"] {
            assert!(matches!(read(text).unwrap_err().kind, Kind::Invalid { .. }), "{text:?}");
        }
    }

    #[test]
    fn msh_2_has_one_to_five_characters() {
        assert!(matches!(read(b"||").unwrap_err().kind, Kind::Length { length: 0 }));
        assert!(matches!(read(b"|^~\\&#%|").unwrap_err().kind, Kind::Length { length: 6 }));
        assert_eq!(read(b"").unwrap_err().kind, Kind::Truncated { needed: 1, available: 0 });
    }
}
