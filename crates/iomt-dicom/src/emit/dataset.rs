//! Data sets and files.

use super::{len16, len32};
use crate::Tag;
use crate::element::{Encoding, Vr};
use alloc::vec::Vec;

/// Builds a data set, or the content of an item.
#[derive(Clone)]
pub struct DataSet {
    encoding: Encoding,
    bytes: Vec<u8>,
}

impl core::fmt::Debug for DataSet {
    /// Shows no bytes: what reads never does either.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DataSet").field("encoding", &self.encoding).field("bytes", &self.bytes.len()).finish()
    }
}

impl DataSet {
    /// An empty data set.
    #[must_use]
    pub const fn new(encoding: Encoding) -> Self {
        Self { encoding, bytes: Vec::new() }
    }

    /// The bytes so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes.
    #[must_use]
    pub fn build(self) -> Vec<u8> {
        self.bytes
    }

    /// Bytes as they are.
    #[must_use]
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// The header of an element with its length as given.
    #[must_use]
    pub fn header(mut self, tag: Tag, vr: Vr, length: u32) -> Self {
        let big = self.encoding == Encoding::ExplicitBig;
        let two = |number: u16| if big { number.to_be_bytes() } else { number.to_le_bytes() };
        let four = |number: u32| if big { number.to_be_bytes() } else { number.to_le_bytes() };
        self.bytes.extend_from_slice(&two(tag.group));
        self.bytes.extend_from_slice(&two(tag.element));
        if !self.encoding.is_explicit() || tag.group == 0xfffe {
            self.bytes.extend_from_slice(&four(length));
        } else {
            self.bytes.extend_from_slice(&vr.0);
            if vr.is_long() {
                self.bytes.extend_from_slice(&[0; 2]);
                self.bytes.extend_from_slice(&four(length));
            } else {
                self.bytes.extend_from_slice(&two(u16::try_from(length).unwrap_or(u16::MAX)));
            }
        }
        self
    }

    /// An element with its value as given; no padding is added.
    #[must_use]
    pub fn element(self, tag: Tag, vr: Vr, value: &[u8]) -> Self {
        let length =
            if vr.is_long() || !self.encoding.is_explicit() { len32(value.len()) } else { len16(value.len()).into() };
        self.header(tag, vr, length).raw(value)
    }

    /// A text element, padded to even length: NUL for UIDs, a space for all else.
    #[must_use]
    pub fn text(self, tag: Tag, vr: Vr, value: &[u8]) -> Self {
        if value.len() & 1 == 0 {
            return self.element(tag, vr, value);
        }
        let mut padded = value.to_vec();
        padded.push(if vr == Vr::UI { 0 } else { b' ' });
        self.element(tag, vr, &padded)
    }

    /// A 16-bit number.
    #[must_use]
    pub fn u16(self, tag: Tag, value: u16) -> Self {
        let bytes = if self.encoding == Encoding::ExplicitBig { value.to_be_bytes() } else { value.to_le_bytes() };
        self.element(tag, Vr::US, &bytes)
    }

    /// A sequence of items with explicit lengths.
    #[must_use]
    pub fn sequence(self, tag: Tag, items: &[Self]) -> Self {
        let mut content = Self::new(self.encoding);
        for item in items {
            content = content.header(Tag::ITEM, Vr::UN, len32(item.bytes.len())).raw(&item.bytes);
        }
        self.element(tag, Vr::SQ, &content.bytes)
    }

    /// A sequence of items, both of undefined length.
    #[must_use]
    pub fn open_sequence(mut self, tag: Tag, items: &[Self]) -> Self {
        self = self.header(tag, Vr::SQ, u32::MAX);
        for item in items {
            self = self.header(Tag::ITEM, Vr::UN, u32::MAX).raw(&item.bytes);
            self = self.header(Tag::ITEM_DELIMITATION_ITEM, Vr::UN, 0);
        }
        self.header(Tag::SEQUENCE_DELIMITATION_ITEM, Vr::UN, 0)
    }

    /// Encapsulated pixel data: an empty offset table and fragments.
    #[must_use]
    pub fn encapsulated(mut self, fragments: &[&[u8]]) -> Self {
        self = self.header(Tag::PIXEL_DATA, Vr::OB, u32::MAX).header(Tag::ITEM, Vr::UN, 0);
        for fragment in fragments {
            self = self.header(Tag::ITEM, Vr::UN, len32(fragment.len())).raw(fragment);
        }
        self.header(Tag::SEQUENCE_DELIMITATION_ITEM, Vr::UN, 0)
    }
}

/// A Part 10 file: zero preamble, `DICM`, file meta information with its group length, and a data set.
#[must_use]
pub fn part10(transfer_syntax: &[u8], sop_class: &[u8], sop_instance: &[u8], data_set: &[u8]) -> Vec<u8> {
    let meta = DataSet::new(Encoding::ExplicitLittle)
        .element(Tag::FILE_META_INFORMATION_VERSION, Vr::OB, &[0, 1])
        .text(Tag::MEDIA_STORAGE_SOP_CLASS_UID, Vr::UI, sop_class)
        .text(Tag::MEDIA_STORAGE_SOP_INSTANCE_UID, Vr::UI, sop_instance)
        .text(Tag::TRANSFER_SYNTAX_UID, Vr::UI, transfer_syntax)
        .text(Tag::IMPLEMENTATION_CLASS_UID, Vr::UI, b"2.999.1");
    let length = len32(meta.bytes.len()).to_le_bytes();
    let mut out = Vec::from([0; 128]);
    out.extend_from_slice(b"DICM");
    out.extend_from_slice(
        DataSet::new(Encoding::ExplicitLittle)
            .element(Tag::FILE_META_INFORMATION_GROUP_LENGTH, Vr::UL, &length)
            .as_bytes(),
    );
    out.extend_from_slice(&meta.bytes);
    out.extend_from_slice(data_set);
    out
}
