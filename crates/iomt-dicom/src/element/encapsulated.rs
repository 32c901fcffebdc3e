//! Encapsulated pixel data: which bytes are which frame, without decoding any.
//!
//! ```text
//!  (7FE0,0010) OB FFFFFFFF │ item: basic offset table │ item: fragment │ item: fragment │ ... │ sequence delimiter
//!                          └─ u32 for each frame, or empty
//!  (7FE0,0001) OV  u64 for each frame: where its first fragment starts       extended offset table,
//!  (7FE0,0002) OV  u64 for each frame: how long it is                        the basic one is empty then
//! ```
//! PS3.5 section A.4, PS3.3 section C.7.6.3. Offsets count from the first byte behind the basic table. What files really do:
//! tables that are empty, that point beyond the data, or that were not updated when the pixels were compressed again: an offset that
//! leads nowhere gives no frame, never bytes of another.

use super::{Element, Item, Items};

/// Encapsulated pixel data, its fragments borrowed.
#[derive(Clone, Copy)]
pub struct Encapsulated<'a> {
    table: &'a [u8],
    fragments: Items<'a>,
    /// Where in the data set the fragments start.
    first: usize,
}

iomt_wire::shows!(Encapsulated: fragments, first);

/// What the fragments add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sizes {
    /// How many fragments there are.
    pub fragments: u64,
    /// Bytes in all of them.
    pub bytes: u64,
    /// Whether they end as they should; otherwise they were cut short or damaged, and the sums are of what is before that.
    pub complete: bool,
}

impl<'a> Encapsulated<'a> {
    /// The fragments of an element; nothing when its length is defined, or its first item is damaged.
    #[must_use]
    pub fn of(element: &Element<'a>) -> Option<Self> {
        if !element.is_undefined_length() || element.is_sequence() {
            return None;
        }
        let mut fragments = element.items();
        let table = fragments.next()?.ok()?;
        let first = table.offset.saturating_add(8).saturating_add(table.bytes().len());
        Some(Self { table: table.bytes(), fragments, first })
    }

    /// The basic offset table: for each frame where its first fragment starts, counted from the first fragment.
    pub fn basic_offsets(&self) -> impl Iterator<Item = u64> + use<'a> {
        let (offsets, _) = self.table.as_chunks();
        offsets.iter().map(|bytes| u32::from_le_bytes(*bytes).into())
    }

    /// The fragments, the offset table left out.
    #[must_use]
    pub const fn fragments(&self) -> Items<'a> {
        self.fragments
    }

    /// The fragment that starts at an offset of a table.
    #[must_use]
    pub fn fragment_at(&self, offset: u64) -> Option<Item<'a>> {
        let wanted = usize::try_from(offset).ok().and_then(|offset| self.first.checked_add(offset))?;
        self.fragments.flatten().take_while(|item| item.offset <= wanted).find(|item| item.offset == wanted)
    }

    /// Counts the fragments and their bytes.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        let mut sizes = Sizes { complete: true, ..Sizes::default() };
        for fragment in self.fragments {
            match fragment {
                Ok(fragment) => {
                    sizes.fragments = sizes.fragments.saturating_add(1);
                    sizes.bytes = sizes.bytes.saturating_add(fragment.bytes().len() as u64);
                }
                Err(_) => sizes.complete = false,
            }
        }
        sizes
    }
}

/// The frames that an extended offset table tells: offset and length of each, from the values of (7FE0,0001) and (7FE0,0002).
pub fn extended_offsets<'a>(
    offsets: &Element<'a>,
    lengths: &Element<'a>,
) -> impl Iterator<Item = (u64, u64)> + use<'a> {
    offsets.numbers::<u64>().zip(lengths.numbers::<u64>())
}

#[cfg(test)]
mod tests {
    use super::super::{DataSet, Encoding, Vr};
    use super::*;
    use crate::{Tag, emit};
    use alloc::vec::Vec;

    fn pixels(table: &[u8], fragments: &[&[u8]]) -> Vec<u8> {
        let mut data = emit::DataSet::new(Encoding::ExplicitLittle).header(Tag::PIXEL_DATA, Vr::OB, u32::MAX);
        for fragment in core::iter::once(&table).chain(fragments) {
            data = data.header(Tag::ITEM, Vr::UN, u32::try_from(fragment.len()).unwrap()).raw(fragment);
        }
        data.header(Tag::SEQUENCE_DELIMITATION_ITEM, Vr::UN, 0).build()
    }

    #[test]
    fn frames_are_found_by_the_basic_table() {
        let bytes = pixels(&[0, 0, 0, 0, 20, 0, 0, 0], &[b"ab", b"cd", b"efgh"]);
        let element = DataSet::new(&bytes, Encoding::ExplicitLittle).elements().next().unwrap().unwrap();
        let pixels = Encapsulated::of(&element).unwrap();
        assert_eq!(pixels.sizes(), Sizes { fragments: 3, bytes: 8, complete: true });
        let frames: Vec<_> = pixels.basic_offsets().map(|offset| pixels.fragment_at(offset).unwrap().bytes()).collect();
        assert_eq!(frames, [&b"ab"[..], b"efgh"]);
        assert!(pixels.fragment_at(3).is_none() && pixels.fragment_at(u64::MAX).is_none());
    }

    #[test]
    fn an_empty_table_and_an_extended_one() {
        let mut bytes = emit::DataSet::new(Encoding::ExplicitLittle)
            .element(Tag::new(0x7fe0, 0x0001), Vr::OV, &[0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0])
            .element(Tag::new(0x7fe0, 0x0002), Vr::OV, &[2, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0])
            .build();
        bytes.extend(pixels(b"", &[b"ab", b"cdef"]));
        let elements: Vec<_> = DataSet::new(&bytes, Encoding::ExplicitLittle).elements().map(Result::unwrap).collect();
        let pixels = Encapsulated::of(&elements[2]).unwrap();
        assert_eq!(pixels.basic_offsets().count(), 0);
        let frames: Vec<_> = extended_offsets(&elements[0], &elements[1])
            .map(|(offset, length)| (pixels.fragment_at(offset).unwrap().bytes(), length))
            .collect();
        assert_eq!(frames, [(&b"ab"[..], 2), (b"cdef", 4)]);
    }

    #[test]
    fn what_has_a_length_is_not_encapsulated() {
        let bytes = emit::DataSet::new(Encoding::ExplicitLittle).element(Tag::PIXEL_DATA, Vr::OW, &[0; 8]).build();
        let element = DataSet::new(&bytes, Encoding::ExplicitLittle).elements().next().unwrap().unwrap();
        assert!(Encapsulated::of(&element).is_none());
    }
}
