//! Counted lists, and attribute lists above all.
//!
//! ```text
//!  0       2        4
//!  | count | length | count x item ...         every "list of X"
//!                   `------ length bytes ------'
//!
//!  0              2        4
//!  | attribute-id | length | value ...         AVA: attribute value assertion, the item of an AttributeList
//! ```
//! ISO/IEEE 11073-20601 annex A (AttributeList, AVA-Type); the Data Export programming guide spells it the same.
//!
//! What devices really do: the two numbers of a list contradict each other in hand-written clients and in damaged
//! captures (a count of four over a length that ends inside the third item is a published test file). A snap length cuts
//! a datagram anywhere. So a list is read for as long as its items are whole, and the iterator's last item says what is
//! missing.

use core::{fmt, iter::FusedIterator, marker::PhantomData};

use iomt_wire::{Cursor, Error, Kind, Quirk, Result};

use crate::OidType;

/// A value that is read from a cursor in the fixed big-endian encoding.
pub trait Decode<'a>: Sized {
    /// The fewest bytes that a value of this type takes; at least one, so that a list always ends.
    const LEAST: usize;
    /// What the standard calls it, for errors and quirks.
    const NAME: &'static str;

    /// Reads one value from the front of the cursor.
    ///
    /// # Errors
    /// Says which field is cut short or contradictory.
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self>;
}

/// A counted list, borrowed: its items are decoded as they are iterated.
///
/// A list whose length reaches beyond its container is kept as far as it goes; [`Items`] tells at the end.
pub struct List<'a, T> {
    count: u16,
    length: u16,
    body: Cursor<'a>,
    item: PhantomData<fn() -> T>,
}

/// The attributes of an object.
pub type AttributeList<'a> = List<'a, Ava<'a>>;

impl<'a, T> List<'a, T> {
    /// How many items the list says it has; not to be believed before they were read.
    #[must_use]
    pub const fn count(&self) -> u16 {
        self.count
    }

    /// How many bytes the list says its items take.
    #[must_use]
    pub const fn length(&self) -> u16 {
        self.length
    }

    /// The items' bytes, as far as they are there.
    #[must_use]
    pub const fn body(&self) -> Cursor<'a> {
        self.body
    }

    /// How many of the announced bytes are not there.
    #[must_use]
    pub fn missing(&self) -> usize {
        usize::from(self.length).saturating_sub(self.body.remaining())
    }
}

impl<'a, T: Decode<'a>> List<'a, T> {
    /// The items in wire order.
    #[must_use]
    pub fn iter(&self) -> Items<'a, T> {
        Items {
            left: self.count,
            length: self.length,
            body: self.body,
            cursor: self.body,
            ended: false,
            item: PhantomData,
        }
    }

    /// The first deviation of the list's two numbers from its items; walks the list.
    ///
    /// `slack`: bytes follow the last counted item. `count-beyond-length`: the count cannot fit the length.
    #[must_use]
    pub fn quirk(&self) -> Option<Quirk> {
        if usize::from(self.count).saturating_mul(T::LEAST) > usize::from(self.length) {
            return Some(Quirk { offset: self.body.offset(), field: T::NAME, name: "count-beyond-length" });
        }
        let mut items = self.iter();
        if items.by_ref().any(|item| item.is_err()) { None } else { items.slack() }
    }
}

impl<'a> AttributeList<'a> {
    /// The first whole attribute with this number.
    #[must_use]
    pub fn find(&self, id: OidType) -> Option<Ava<'a>> {
        self.iter().map_while(Result::ok).find(|ava| ava.id == id)
    }

    /// Decodes the first whole attribute with this number; a value that does not decode counts as absent.
    #[must_use]
    pub fn get<T: Decode<'a>>(&self, id: OidType) -> Option<T> {
        self.find(id).and_then(|ava| ava.get().ok())
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for List<'a, T> {
    const LEAST: usize = 4;
    const NAME: &'static str = "list";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [c0, c1, l0, l1] = cursor.array("list count and length")?;
        let length = u16::from_be_bytes([l0, l1]);
        let body = cursor.sub_clipped(length);
        Ok(Self { count: u16::from_be_bytes([c0, c1]), length, body, item: PhantomData })
    }
}

impl<T> Clone for List<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<'_, T> {}

/// An empty list.
impl<T> Default for List<'_, T> {
    fn default() -> Self {
        Self { count: 0, length: 0, body: Cursor::default(), item: PhantomData }
    }
}

/// Numbers only: a list may hold patient data.
impl<T> fmt::Debug for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("count", &self.count)
            .field("length", &self.length)
            .field("missing", &self.missing())
            .finish_non_exhaustive()
    }
}

impl<'a, T: Decode<'a>> IntoIterator for List<'a, T> {
    type Item = Result<T>;
    type IntoIter = Items<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Iterates a [`List`]: whole items, then at most one error, then nothing.
pub struct Items<'a, T> {
    left: u16,
    length: u16,
    body: Cursor<'a>,
    cursor: Cursor<'a>,
    ended: bool,
    item: PhantomData<fn() -> T>,
}

impl<'a, T: Decode<'a>> Items<'a, T> {
    /// Bytes after the last counted item, once the iterator has come to its end without an error.
    #[must_use]
    pub fn slack(&self) -> Option<Quirk> {
        (self.left == 0 && !self.cursor.is_empty()).then_some(Quirk {
            offset: self.cursor.offset(),
            field: T::NAME,
            name: "slack",
        })
    }

    /// The error that a list ends with whose bytes are not all there.
    fn end(&mut self) -> Option<Error> {
        let first = !core::mem::replace(&mut self.ended, true);
        (first && self.body.remaining() < usize::from(self.length)).then(|| {
            let kind = Kind::Truncated { needed: self.length.into(), available: self.body.remaining() };
            self.body.error(T::NAME, kind)
        })
    }
}

impl<'a, T: Decode<'a>> Iterator for Items<'a, T> {
    type Item = Result<T>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let Some(left) = self.left.checked_sub(1) else {
            return self.end().map(Err);
        };
        match T::decode(&mut self.cursor) {
            Ok(item) => {
                self.left = left;
                Some(Ok(item))
            }
            Err(error) => {
                self.left = 0;
                self.ended = true;
                self.cursor.finish();
                Some(Err(error))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let fit = self.cursor.remaining().checked_div(T::LEAST).unwrap_or(0);
        (0, Some(fit.min(self.left.into()).saturating_add(1)))
    }
}

impl<'a, T: Decode<'a>> FusedIterator for Items<'a, T> {}

impl<T> Clone for Items<'_, T> {
    fn clone(&self) -> Self {
        Self { item: PhantomData, ..*self }
    }
}

impl<T> fmt::Debug for Items<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("left", &self.left).finish_non_exhaustive()
    }
}

/// One attribute: its number and its value, borrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ava<'a> {
    /// Which attribute, by its number in partition 1.
    pub id: OidType,
    /// The value as it is on the wire.
    pub value: &'a [u8],
    /// Where the value starts, in bytes from the head of the frame.
    pub offset: usize,
}

impl<'a> Ava<'a> {
    /// A cursor over the value, with offsets that go on counting from the frame's head.
    #[must_use]
    pub const fn cursor(&self) -> Cursor<'a> {
        Cursor::at(self.value, self.offset)
    }

    /// Decodes the value; bytes beyond it are left alone (see [`Self::slack`]).
    ///
    /// # Errors
    /// What the type's own decoding says.
    pub fn get<T: Decode<'a>>(&self) -> Result<T> {
        T::decode(&mut self.cursor())
    }

    /// Bytes beyond a value of type `T`, when one decodes.
    #[must_use]
    pub fn slack<T: Decode<'a>>(&self) -> Option<Quirk> {
        let mut cursor = self.cursor();
        T::decode(&mut cursor).ok()?;
        (!cursor.is_empty()).then_some(Quirk { offset: cursor.offset(), field: T::NAME, name: "slack" })
    }
}

/// Number and length only: the value may be a patient's.
impl fmt::Debug for Ava<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ava")
            .field("id", &self.id)
            .field("length", &self.value.len())
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl<'a> Decode<'a> for Ava<'a> {
    const LEAST: usize = 4;
    const NAME: &'static str = "AttributeList";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let mut ahead = *cursor;
        let [i0, i1, l0, l1] = ahead.array("attribute-id and length")?;
        let offset = ahead.offset();
        let value = ahead.take(u16::from_be_bytes([l0, l1]), "attribute-value")?;
        *cursor = ahead;
        Ok(Self { id: OidType(u16::from_be_bytes([i0, i1])), value, offset })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]
    extern crate std;

    use super::*;
    use proptest::prelude::*;
    use std::{format, vec::Vec};

    fn list(bytes: &[u8]) -> AttributeList<'_> {
        AttributeList::decode(&mut Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn attributes_come_in_wire_order_with_the_offset_of_their_value() {
        let bytes = [0, 2, 0, 11, 0x09, 0x28, 0, 1, 0xaa, 0x09, 0x84, 0, 2, 0xbb, 0xcc];
        let found: Vec<_> = list(&bytes).iter().map(Result::unwrap).collect();
        assert_eq!(found[0], Ava { id: OidType(0x0928), value: &[0xaa], offset: 8 });
        assert_eq!(found[1], Ava { id: OidType(0x0984), value: &[0xbb, 0xcc], offset: 13 });
        assert_eq!(list(&bytes).quirk(), None);
    }

    #[test]
    fn a_count_of_four_over_a_length_that_ends_inside_the_third_item_yields_two_and_an_error() {
        // constructed after the malformation described in the public fixture set
        let bytes = [0, 4, 0, 14, 0, 1, 0, 1, 9, 0, 2, 0, 1, 9, 0, 3, 0, 4];
        let mut items = list(&bytes).iter();
        assert_eq!(items.by_ref().take(2).filter(Result::is_ok).count(), 2);
        let error = items.next().unwrap().unwrap_err();
        assert_eq!((error.offset, error.field), (18, "attribute-value"));
        assert!(items.next().is_none(), "after an error the list is over");
    }

    #[test]
    fn bytes_after_the_last_counted_item_are_told_as_slack() {
        let bytes = [0, 1, 0, 7, 0, 1, 0, 1, 9, 0xde, 0xad];
        let quirk = list(&bytes).quirk().unwrap();
        assert_eq!((quirk.offset, quirk.name), (9, "slack"));
    }

    #[test]
    fn a_list_cut_after_a_whole_item_ends_with_what_is_missing() {
        let bytes = [0, 2, 0, 20, 0, 1, 0, 1, 9];
        let mut items = list(&bytes).iter();
        assert!(items.next().unwrap().is_ok());
        assert!(matches!(items.next().unwrap().unwrap_err().kind, Kind::Truncated { .. }));
        assert_eq!(list(&bytes).missing(), 15);
        // and when all that the count announced is there, the missing bytes are still told
        let bytes = [0, 1, 0, 20, 0, 1, 0, 1, 9];
        let last = list(&bytes).iter().last().unwrap().unwrap_err();
        assert_eq!(last.kind, Kind::Truncated { needed: 20, available: 5 });
    }

    #[test]
    fn an_impossible_count_is_told_and_reserves_nothing() {
        let bytes = [0xff, 0xff, 0, 0];
        assert_eq!(list(&bytes).quirk().unwrap().name, "count-beyond-length");
        assert_eq!(list(&bytes).iter().size_hint(), (0, Some(1)));
    }

    #[test]
    fn values_do_not_show_in_debug_output() {
        let bytes = [0, 1, 0, 8, 0x09, 0x5c, 0, 4, b'D', b'O', b'E', b'!'];
        let shown = format!("{:?} {:?}", list(&bytes), list(&bytes).iter().next());
        assert!(!shown.contains("68") && !shown.contains("DOE"), "{shown}");
    }

    proptest! {
        #[test]
        fn any_bytes_end_and_whole_items_lie_inside(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(list) = AttributeList::decode(&mut Cursor::new(&bytes)) {
                let mut end = 4;
                for ava in list.iter().map_while(Result::ok) {
                    prop_assert_eq!(ava.offset, end + 4);
                    end = ava.offset + ava.value.len();
                    prop_assert!(end <= bytes.len());
                }
            }
        }
    }
}
