//! A bounds-checked reader over a borrowed slice.

use crate::{Error, Kind, Result};

/// Reads a borrowed slice from front to back and never past its end.
///
/// Every read names the field that it reads, spelled as the standard spells it; a failed read leaves the cursor where it
/// was and says where that was. Offsets count from the head of the frame even in a sub-cursor, so an error found four
/// levels deep still points at the right byte.
///
/// A cursor is two machine words and an offset: copy it to look ahead.
#[derive(Clone, Copy, Default)]
pub struct Cursor<'a> {
    rest: &'a [u8],
    offset: usize,
}

/// How many bytes are left and not which: they may be a patient's, and views that hold a cursor are shown.
impl core::fmt::Debug for Cursor<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Cursor").field("remaining", &self.rest.len()).field("offset", &self.offset).finish()
    }
}

impl<'a> Cursor<'a> {
    /// Starts at the head of a frame.
    #[inline]
    #[must_use]
    pub const fn new(frame: &'a [u8]) -> Self {
        Self { rest: frame, offset: 0 }
    }

    /// Starts at bytes that lie `offset` bytes into a frame.
    #[inline]
    #[must_use]
    pub const fn at(bytes: &'a [u8], offset: usize) -> Self {
        Self { rest: bytes, offset }
    }

    /// The bytes not yet read.
    #[inline]
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Where the next read starts, counted from the head of the frame.
    #[inline]
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// How many bytes are left.
    #[inline]
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Whether all bytes were read.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Gives up the rest, so that an iterator over this cursor ends.
    #[inline]
    pub fn finish(&mut self) {
        self.offset = self.offset.saturating_add(self.rest.len());
        self.rest = &[];
    }

    /// An error about the byte that would be read next.
    #[inline]
    #[must_use]
    pub const fn error(&self, field: &'static str, kind: Kind) -> Error {
        Error { offset: self.offset, field, kind }
    }

    /// Reads a fixed number of bytes at once; destructure the result.
    ///
    /// # Errors
    /// [`Kind::Truncated`] when fewer than `N` bytes are left.
    #[inline]
    pub const fn array<const N: usize>(&mut self, field: &'static str) -> Result<[u8; N]> {
        match self.rest.split_first_chunk::<N>() {
            Some((head, rest)) => {
                self.rest = rest;
                self.offset = self.offset.saturating_add(N);
                Ok(*head)
            }
            None => Err(self.truncated(field, N as u64)),
        }
    }

    /// Borrows the next `length` bytes.
    ///
    /// Takes any unsigned width, so a length from the wire needs no cast.
    ///
    /// # Errors
    /// [`Kind::Truncated`] when fewer than `length` bytes are left.
    #[inline]
    pub fn take(&mut self, length: impl Into<u64>, field: &'static str) -> Result<&'a [u8]> {
        let wanted: u64 = length.into();
        let Ok(count) = usize::try_from(wanted) else {
            return Err(self.truncated(field, wanted));
        };
        match self.rest.split_at_checked(count) {
            Some((head, rest)) => {
                self.rest = rest;
                self.offset = self.offset.saturating_add(count);
                Ok(head)
            }
            None => Err(self.truncated(field, wanted)),
        }
    }

    /// Splits off a cursor over the next `length` bytes; its offsets go on counting from the frame's head.
    ///
    /// # Errors
    /// [`Kind::Truncated`] when fewer than `length` bytes are left.
    #[inline]
    pub fn sub(&mut self, length: impl Into<u64>, field: &'static str) -> Result<Self> {
        let offset = self.offset;
        Ok(Self { rest: self.take(length, field)?, offset })
    }

    /// Splits off a cursor over the next `length` bytes, or over what is there of them: a snap length cuts a frame anywhere.
    #[inline]
    #[must_use]
    pub fn sub_clipped(&mut self, length: impl Into<usize>) -> Self {
        let offset = self.offset;
        let there = length.into().min(self.rest.len());
        let (head, rest) = self.rest.split_at_checked(there).unwrap_or((self.rest, &[]));
        self.rest = rest;
        self.offset = self.offset.saturating_add(there);
        Self { rest: head, offset }
    }

    /// Passes over `length` bytes.
    ///
    /// # Errors
    /// [`Kind::Truncated`] when fewer than `length` bytes are left.
    #[inline]
    pub fn skip(&mut self, length: impl Into<u64>, field: &'static str) -> Result<()> {
        self.take(length, field).map(|_| ())
    }

    /// Looks at the next `N` bytes without reading them.
    #[inline]
    #[must_use]
    pub const fn peek<const N: usize>(&self) -> Option<[u8; N]> {
        match self.rest.first_chunk::<N>() {
            Some(head) => Some(*head),
            None => None,
        }
    }

    /// Reads one byte.
    ///
    /// # Errors
    /// [`Kind::Truncated`] at the end of the bytes.
    #[inline]
    pub const fn u8(&mut self, field: &'static str) -> Result<u8> {
        match self.array::<1>(field) {
            Ok([byte]) => Ok(byte),
            Err(error) => Err(error),
        }
    }

    const fn truncated(&self, field: &'static str, needed: u64) -> Error {
        self.error(field, Kind::Truncated { needed, available: self.rest.len() })
    }
}

macro_rules! integers {
    ($($name:ident, $int:ty, $from:ident, $words:literal;)*) => {
        impl Cursor<'_> {
            $(
                #[doc = concat!("Reads ", $words, ".")]
                ///
                /// # Errors
                /// [`Kind::Truncated`] when too few bytes are left.
                #[inline]
                pub const fn $name(&mut self, field: &'static str) -> Result<$int> {
                    match self.array(field) {
                        Ok(bytes) => Ok(<$int>::$from(bytes)),
                        Err(error) => Err(error),
                    }
                }
            )*
        }
    };
}

integers! {
    be_u16, u16, from_be_bytes, "a big-endian 16-bit integer";
    be_u32, u32, from_be_bytes, "a big-endian 32-bit integer";
    be_u64, u64, from_be_bytes, "a big-endian 64-bit integer";
    be_i16, i16, from_be_bytes, "a big-endian signed 16-bit integer";
    be_i32, i32, from_be_bytes, "a big-endian signed 32-bit integer";
    le_u16, u16, from_le_bytes, "a little-endian 16-bit integer";
    le_u32, u32, from_le_bytes, "a little-endian 32-bit integer";
    le_u64, u64, from_le_bytes, "a little-endian 64-bit integer";
    le_i16, i16, from_le_bytes, "a little-endian signed 16-bit integer";
    le_i32, i32, from_le_bytes, "a little-endian signed 32-bit integer";
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_read_names_the_field_and_the_missing_count() {
        let mut cursor = Cursor::new(&[1, 2, 3]);
        assert_eq!(cursor.array("head"), Ok([1, 2]));
        let error = cursor.be_u32("PDU-length").unwrap_err();
        assert_eq!(error, Error { offset: 2, field: "PDU-length", kind: Kind::Truncated { needed: 4, available: 1 } });
        assert_eq!(cursor.rest(), [3], "a failed read moves nothing");
    }

    #[test]
    fn a_sub_cursor_counts_from_the_frame_and_stays_inside_its_part() {
        let mut cursor = Cursor::new(&[0, 2, 0xaa, 0xbb, 0xcc]);
        let length = cursor.be_u16("length").unwrap();
        let mut part = cursor.sub(length, "part").unwrap();
        assert_eq!(part.offset(), 2);
        assert_eq!(part.take(2_u8, "value").unwrap(), [0xaa, 0xbb]);
        assert_eq!(part.u8("more").unwrap_err().offset, 4);
        assert_eq!(cursor.rest(), [0xcc]);
    }

    #[test]
    fn a_cursor_does_not_show_what_it_reads() {
        extern crate std;
        let shown = std::format!("{:?}", Cursor::at(b"CANARY", 4));
        assert_eq!(shown, "Cursor { remaining: 6, offset: 4 }");
    }

    #[test]
    fn a_clipped_part_has_what_is_there_and_moves_by_it() {
        let mut cursor = Cursor::new(&[1, 2, 3]);
        assert_eq!(cursor.sub_clipped(2_u16).rest(), [1, 2]);
        let part = cursor.sub_clipped(9_usize);
        assert_eq!((part.rest(), part.offset(), cursor.offset(), cursor.is_empty()), (&[3][..], 2, 3, true));
    }

    #[test]
    fn a_length_wider_than_the_address_space_is_an_error_and_not_a_wrap() {
        let mut cursor = Cursor::new(&[0; 8]);
        let error = cursor.take(u64::MAX, "value").unwrap_err();
        assert_eq!(error.kind, Kind::Truncated { needed: u64::MAX, available: 8 });
    }

    proptest! {
        #[test]
        fn any_walk_conserves_the_bytes(bytes: [u8; 64], steps in prop::collection::vec(0_u16..40, 0..40)) {
            let mut cursor = Cursor::new(&bytes);
            let mut read = 0;
            for step in steps {
                if cursor.take(step, "step").is_ok() {
                    read += usize::from(step);
                }
                prop_assert_eq!(cursor.offset(), read);
                prop_assert_eq!(cursor.offset() + cursor.remaining(), bytes.len());
            }
        }
    }
}
