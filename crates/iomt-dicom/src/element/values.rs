//! The values of a text element.

use crate::text::{CharacterSet, Split};
use crate::uid::trim_text;

/// The values of a text element, split at backslashes, spaces and padding taken off both sides; raw bytes.
///
/// A backslash within a two-byte character is no delimiter: after the ISO 2022 escapes for JIS X 0208 and JIS X 0212
/// bytes go in pairs until the next escape; GB18030 and GBK, which no escape announces, need
/// [`Element::values_in`](super::Element::values_in). PS3.5 section 6.1.2.5.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    split: Split<'a>,
}

impl core::fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Values").field("split", &self.split).finish()
    }
}

impl<'a> Values<'a> {
    pub(crate) const fn new(value: &'a [u8], set: &CharacterSet) -> Self {
        Self { split: set.split(value, b'\\') }
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        self.split.next().map(trim_text)
    }
}

impl core::iter::FusedIterator for Values<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn split<'a>(value: &'a [u8], set: &[u8]) -> Vec<&'a [u8]> {
        Values::new(value, &CharacterSet::parse(set)).collect()
    }

    #[test]
    fn backslashes_split_and_padding_goes() {
        assert_eq!(split(b"1.0 \\ 2.1\\\\OS 7 ", b""), [&b"1.0"[..], b"2.1", b"", b"OS 7"]);
        assert_eq!(split(b"", b""), [b""]);
    }

    #[test]
    fn the_second_byte_of_a_kanji_is_no_delimiter() {
        // V19 of the reference: LO in ISO 2022 IR 87.
        assert_eq!(split(b"\x1b$B$\\\x1b(B", b""), [b"\x1b$B$\\\x1b(B"]);
        assert_eq!(split(b"\x1b$B$\\\x1b(B\\x", b"").len(), 2);
    }

    #[test]
    fn the_second_byte_of_a_gbk_character_is_no_delimiter_when_the_character_set_says_so() {
        assert_eq!(split(b"\x81\\a\\b", b"GBK").len(), 2);
        assert_eq!(split(b"\x81\\a\\b", b"").len(), 3);
    }
}
