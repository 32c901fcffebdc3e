//! Text as devices send it.
//!
//! ```text
//!  octet string, VariableLabel   | length:16 | bytes ... |                  one byte per character
//!  String (Philips)              | length:16 | UTF-16BE code units ... |    length counts bytes
//! ```
//! ISO/IEEE 11073-20601 annex A; the UTF-16 form is Philips'.
//!
//! What devices really do: model and serial number stand in fields of fixed size, NUL-terminated, and what follows the
//! NUL is junk (a captured monitor leaves a `09` and a `0A` there); some have a space in front. Labels are NUL-terminated
//! and padded with spaces before the NUL, come in any script, and may hold private-use characters and lone surrogates.

use core::{
    char::{DecodeUtf16, REPLACEMENT_CHARACTER, decode_utf16},
    fmt,
    iter::FusedIterator,
};

use iomt_wire::{Cursor, Quirk, Result};

use crate::Decode;

/// The most bytes of an identity text that reach a log or a fingerprint.
pub const TEXT_CAP: usize = 64;

/// The text in a device's field: from its first character that is neither a control nor a space, up to a NUL or another
/// control, without spaces at the end, at most [`TEXT_CAP`] bytes.
///
/// The bytes keep the device's own character set.
///
/// ```
/// assert_eq!(iomt_x73::text(b" A.00.30"), b"A.00.30");
/// assert_eq!(iomt_x73::text(b"DE00000001\0\x09"), b"DE00000001");
/// ```
#[must_use]
pub fn text(field: &[u8]) -> &[u8] {
    located(field).1
}

/// The text, and how many bytes of the field lie before it.
fn located(field: &[u8]) -> (usize, &[u8]) {
    // NUL is a control that ends the text even before it has begun.
    let blank = |byte: u8| byte == b' ' || (byte.is_ascii_control() && byte != 0);
    let start = field.iter().position(|&byte| !blank(byte)).unwrap_or(field.len());
    let rest = field.get(start..).unwrap_or_default();
    let end = rest.iter().position(u8::is_ascii_control).unwrap_or(rest.len());
    let line = rest.get(..end).unwrap_or(rest);
    (start, line.get(..TEXT_CAP).unwrap_or(line).trim_ascii_end())
}

/// A counted string of bytes; with [`Self::text`] as the text in it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct OctetString<'a> {
    /// All bytes, junk included.
    pub bytes: &'a [u8],
    /// Where they start, in bytes from the head of the frame.
    pub offset: usize,
}

impl<'a> OctetString<'a> {
    /// The text in the field, see [`text()`].
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        text(self.bytes)
    }

    /// Where that text starts, in bytes from the head of the frame.
    #[must_use]
    pub fn text_offset(&self) -> usize {
        self.located_text().1
    }

    /// The text, and where it starts.
    #[must_use]
    pub fn located_text(&self) -> (&'a [u8], usize) {
        let (before, text) = located(self.bytes);
        (text, self.offset.saturating_add(before))
    }

    /// `junk-after-nul`: bytes other than NUL that follow the first NUL.
    #[must_use]
    pub fn quirk(&self) -> Option<Quirk> {
        let nul = self.bytes.iter().position(|&byte| byte == 0)?;
        let junk = self.bytes.iter().skip(nul).position(|&byte| byte != 0)?;
        let offset = self.offset.saturating_add(nul).saturating_add(junk);
        Some(Quirk { offset, field: Self::NAME, name: "junk-after-nul" })
    }
}

/// Length only: the text may be a patient's.
impl fmt::Debug for OctetString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OctetString({} bytes at {})", self.bytes.len(), self.offset)
    }
}

impl<'a> Decode<'a> for OctetString<'a> {
    const LEAST: usize = 2;
    const NAME: &'static str = "OCTET STRING";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let mut ahead = *cursor;
        let length = ahead.be_u16("OCTET STRING length")?;
        let offset = ahead.offset();
        let bytes = ahead.take(length, Self::NAME)?;
        *cursor = ahead;
        Ok(Self { bytes, offset })
    }
}

/// A Philips String: UTF-16BE, decoded as it is iterated.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct WideString<'a> {
    /// All bytes, the NUL and what follows it included.
    pub bytes: &'a [u8],
    /// Where they start, in bytes from the head of the frame.
    pub offset: usize,
}

impl<'a> WideString<'a> {
    /// The characters up to the first NUL, controls left out, spaces at the end included; what is not UTF-16 comes as
    /// U+FFFD.
    #[must_use]
    pub fn chars(&self) -> WideChars<'a> {
        WideChars(decode_utf16(Units(self.bytes)))
    }

    /// Whether nothing but spaces, controls and NUL is in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.chars().all(char::is_whitespace)
    }

    /// `odd-length`: half a code unit at the end.
    #[must_use]
    pub fn quirk(&self) -> Option<Quirk> {
        let odd = self.bytes.len() & 1 == 1;
        odd.then_some(Quirk { offset: self.offset, field: Self::NAME, name: "odd-length" })
    }
}

/// Length only: the text may be a patient's.
impl fmt::Debug for WideString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WideString({} bytes at {})", self.bytes.len(), self.offset)
    }
}

/// The characters up to the first NUL, without spaces at the end.
impl fmt::Display for WideString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        let mut spaces = 0_usize;
        for character in self.chars() {
            if character == ' ' {
                spaces = spaces.saturating_add(1);
                continue;
            }
            for _ in 0..core::mem::take(&mut spaces) {
                f.write_char(' ')?;
            }
            f.write_char(character)?;
        }
        Ok(())
    }
}

impl<'a> Decode<'a> for WideString<'a> {
    const LEAST: usize = 2;
    const NAME: &'static str = "String";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        OctetString::decode(cursor).map(|OctetString { bytes, offset }| Self { bytes, offset })
    }
}

/// Big-endian code units up to the first NUL.
#[derive(Clone, Copy)]
struct Units<'a>(&'a [u8]);

impl Iterator for Units<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        let unit = u16::from_be_bytes(*head);
        if unit == 0 {
            self.0 = &[];
        }
        (unit != 0).then_some(unit)
    }
}

/// Iterates the characters of a [`WideString`].
#[derive(Clone)]
pub struct WideChars<'a>(DecodeUtf16<Units<'a>>);

impl Iterator for WideChars<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        self.0.by_ref().map(|unit| unit.unwrap_or(REPLACEMENT_CHARACTER)).find(|character| !character.is_control())
    }
}

impl FusedIterator for WideChars<'_> {}

impl fmt::Debug for WideChars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WideChars")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]
    extern crate std;

    use super::*;
    use proptest::prelude::*;
    use std::{format, string::String, string::ToString, vec::Vec};

    #[test]
    fn the_captured_fields_are_cut_at_nul_and_trimmed() {
        // fields of the captured production specification [real, anonymised]
        for (field, found) in [
            (&b"DE00000001\0\x09"[..], &b"DE00000001"[..]),
            (b"866062\0\0\0\0\0\0\0\0", b"866062"),
            (b" A.00.30", b"A.00.30"),
            (b"L.01.18\n", b"L.01.18"),
        ] {
            assert_eq!(text(field), found);
        }
    }

    #[test]
    fn no_control_character_survives_and_long_text_is_capped() {
        assert_eq!(text(b"\x1b[31mred\x1b[0m"), b"[31mred");
        assert_eq!(text(b"\0hidden"), b"");
        assert_eq!(text(&[b'x'; 100]).len(), TEXT_CAP);
        assert_eq!(text(b""), b"");
    }

    #[test]
    fn junk_after_the_nul_is_a_quirk_with_its_place() {
        let bytes = b"\0\x0cDE00000001\0\x09";
        let field = OctetString::decode(&mut Cursor::at(bytes, 100)).unwrap();
        assert_eq!(field.quirk().unwrap(), Quirk { offset: 113, field: "OCTET STRING", name: "junk-after-nul" });
        assert_eq!(field.text_offset(), 102);
    }

    #[test]
    fn a_cyrillic_label_reads_as_text() {
        // label of handle 0683 in the captured poll result [real]
        let bytes = [0, 0x0e, 4, 0x14, 4, 0x17, 4, 0x1b, 4, 0x10, 0, 0x20, 0, 0x20, 0, 0];
        let label = WideString::decode(&mut Cursor::new(&bytes)).unwrap();
        assert_eq!(label.chars().collect::<String>(), "ДЗЛА  ");
        assert_eq!(label.to_string(), "ДЗЛА");
    }

    #[test]
    fn broken_utf_16_is_replaced_and_an_odd_byte_is_told() {
        let string = WideString { bytes: &[0xd8, 0x00, 0x00, 0x41, 0xdc, 0x00, 0x42], offset: 0 };
        assert_eq!(string.chars().collect::<String>(), "\u{fffd}A\u{fffd}");
        assert_eq!(string.quirk().unwrap().name, "odd-length");
    }

    #[test]
    fn text_does_not_show_in_debug_output() {
        let shown = format!("{:?}", OctetString { bytes: b"DOE", offset: 3 });
        assert_eq!(shown, "OctetString(3 bytes at 3)");
    }

    proptest! {
        #[test]
        fn text_is_a_clean_part_of_the_field_at_its_offset(field in prop::collection::vec(any::<u8>(), 0..120)) {
            let (start, found) = located(&field);
            prop_assert_eq!(&field[start..start + found.len()], found);
            prop_assert!(found.len() <= TEXT_CAP && !found.iter().any(u8::is_ascii_control));
            prop_assert_eq!(text(found), found, "cleaning twice changes nothing");
        }

        #[test]
        fn wide_text_decodes_as_the_standard_library_does(units in prop::collection::vec(1_u16.., 0..40)) {
            let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            let wanted: String = String::from_utf16_lossy(&units).chars().filter(|c| !c.is_control()).collect();
            let found: String = WideString { bytes: &bytes, offset: 0 }.chars().collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
