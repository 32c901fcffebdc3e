//! Data elements and data sets.
//!
//! ```text
//!  data set = element*                    ascending tags
//!  element  = header, value               see the three header forms in PS3.5 section 7.1
//!  value    = bytes | item* (a sequence)
//! ```
//! [`DataSet::elements`] borrows the top level, [`Element::items`] goes down into a sequence, [`DataSet::walk`] visits
//! everything flat with its depth, and [`DataSet::identity`] visits only what says something about a device and stops
//! before the pixel data. None of them allocates.
//!
//! What devices really do: odd lengths, tags out of order, letters missing, delimiters too many. All of that is read; only a
//! length that reaches out of its container is an error.

mod dataset;
mod encapsulated;
mod header;
mod inflate;
mod inflated;
mod lint;
mod nest;
mod numbers;
mod private;
mod scan;
mod skip;
mod values;
mod vr;
mod walk;

pub use dataset::{DataSet, Elements, Item, Items};
pub use encapsulated::{Encapsulated, Sizes, extended_offsets};
pub use header::Encoding;
pub(crate) use header::UNDEFINED;
pub use inflate::inflate;
pub use lint::Lint;
pub use numbers::{Number, Numbers};
pub use private::Creators;
pub(crate) use scan::{Note, Scan, Start};
pub use values::Values;
pub use vr::Vr;
pub use walk::{Entry, Filter, Identity, Walk};

use crate::Tag;
use crate::text::CharacterSet;
use crate::uid::trim_text;

/// One data element, its value borrowed.
///
/// `Debug` shows no bytes of the value: they may be a patient's.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Element<'a> {
    /// The tag.
    pub tag: Tag,
    /// The value representation as written; in implicit encodings as the dictionary says, else `UN`.
    pub vr: Vr,
    /// The length as declared, FFFFFFFF for undefined.
    pub length: u32,
    /// The value; of a sequence of undefined length everything before its delimiter.
    pub value: &'a [u8],
    /// Bytes from the head of the data set to the element's tag.
    pub offset: usize,
    /// The encoding of this element, which is also that of the numbers in its value.
    pub encoding: Encoding,
}

impl core::fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Element")
            .field("tag", &self.tag)
            .field("vr", &self.vr)
            .field("length", &self.length)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl<'a> Element<'a> {
    /// The same element with another value, as one that was decoded to Unicode; its declared length stays.
    #[must_use]
    pub const fn with_value(self, value: &'a [u8]) -> Self {
        Self { value, ..self }
    }

    /// The values of a text element, split at backslashes, padding taken off.
    #[must_use]
    pub const fn values(&self) -> Values<'a> {
        Values::new(self.value, &CharacterSet::ASCII)
    }

    /// As [`values`](Self::values), but knows the character set of the data set or item, so that a backslash within a GB18030
    /// or GBK character does not split.
    #[must_use]
    pub const fn values_in(&self, set: &CharacterSet) -> Values<'a> {
        Values::new(self.value, set)
    }

    /// The whole value without the padding on both sides; raw bytes.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        crate::uid::trim_text(self.value)
    }

    /// The numbers of a binary value, in the byte order of the data set.
    #[inline]
    #[must_use]
    pub const fn numbers<T: Number>(&self) -> Numbers<'a, T> {
        Numbers::new(self.value, self.encoding)
    }

    /// The first 16-bit number of the value.
    #[must_use]
    pub fn u16(&self) -> Option<u16> {
        self.numbers().next()
    }

    /// The first 32-bit number of the value.
    #[must_use]
    pub fn u32(&self) -> Option<u32> {
        self.numbers().next()
    }

    /// Whether the length is undefined, FFFFFFFF.
    #[must_use]
    pub const fn is_undefined_length(&self) -> bool {
        self.length == UNDEFINED
    }

    /// Whether the value is a sequence of items.
    #[must_use]
    pub const fn is_sequence(&self) -> bool {
        matches!(self.vr, Vr::SQ) || matches!(self.vr, Vr::UN) && self.is_undefined_length() && self.tag.group != 0x7fe0
    }

    /// The items of a sequence, or the fragments of encapsulated pixel data.
    #[must_use]
    pub fn items(&self) -> Items<'a> {
        Items::of(self)
    }
}
