//! The values of a text element.

/// The values of a text element, split at backslashes, spaces and padding taken off both sides; raw bytes.
///
/// A backslash within a two-byte character is no delimiter: after the ISO 2022 escapes for JIS X 0208 and JIS X 0212
/// (`ESC $ B`, `ESC $ @`, `ESC $ ( D`) bytes go in pairs until the next escape; GB18030 and GBK, which no escape announces,
/// need [`Element::values_in`](super::Element::values_in). PS3.5 section 6.1.2.5.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    rest: Option<&'a [u8]>,
    lead_bytes: bool,
}

impl core::fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Values").field("bytes", &self.rest.map_or(0, <[u8]>::len)).finish()
    }
}

impl<'a> Values<'a> {
    /// `lead_bytes`: bytes from 81 to FE take the byte after them along, as in GB18030 and GBK.
    pub(crate) const fn new(value: &'a [u8], lead_bytes: bool) -> Self {
        Self { rest: Some(value), lead_bytes }
    }

    fn delimiter(&self, value: &[u8]) -> Option<usize> {
        if !self.lead_bytes && memchr::memchr(0x1b, value).is_none() {
            return memchr::memchr(b'\\', value);
        }
        let mut pairs = false;
        let mut at = 0_usize;
        while let Some([byte, tail @ ..]) = value.get(at..) {
            let step = match (*byte, tail) {
                (0x1b, [b'$', b'B' | b'@', ..]) => {
                    pairs = true;
                    3
                }
                (0x1b, [b'$', b'(', b'D', ..]) => {
                    pairs = true;
                    4
                }
                (0x1b, _) => {
                    pairs = false;
                    1
                }
                (b'\r' | b'\n' | 0x0c | b'\t', _) => {
                    pairs = false;
                    1
                }
                _ if pairs => 2,
                (b'\\', _) => return Some(at),
                (0x81..=0xfe, _) if self.lead_bytes => 2,
                _ => 1,
            };
            at = at.saturating_add(step);
        }
        None
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest?;
        let value = match self.delimiter(rest).and_then(|at| rest.split_at_checked(at)) {
            Some((value, tail)) => {
                self.rest = tail.get(1..);
                value
            }
            None => {
                self.rest = None;
                rest
            }
        };
        Some(crate::uid::trim_text(value))
    }
}

impl core::iter::FusedIterator for Values<'_> {}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    fn split(value: &[u8]) -> Vec<&[u8]> {
        Values::new(value, false).collect()
    }

    #[test]
    fn backslashes_split_and_padding_goes() {
        assert_eq!(split(b"1.0 \\ 2.1\\\\OS 7 "), [&b"1.0"[..], b"2.1", b"", b"OS 7"]);
        assert_eq!(split(b""), [b""]);
    }

    #[test]
    fn the_second_byte_of_a_kanji_is_no_delimiter() {
        // V19 of the reference: LO in ISO 2022 IR 87.
        assert_eq!(split(b"\x1b$B$\\\x1b(B"), [b"\x1b$B$\\\x1b(B"]);
        assert_eq!(split(b"\x1b$B$\\\x1b(B\\x").len(), 2);
    }

    #[test]
    fn the_second_byte_of_a_gbk_character_is_no_delimiter_when_the_character_set_says_so() {
        let value = b"\x81\\a\\b";
        assert_eq!(Values::new(value, true).count(), 2);
        assert_eq!(Values::new(value, false).count(), 3);
    }
}
