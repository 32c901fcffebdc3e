//! Command sets, data sets, files.

use super::{len16, len32};
use crate::Tag;
use crate::dimse::{CommandField, NO_DATA_SET};
use crate::element::{Encoding, Vr};
use alloc::vec::Vec;

/// Builds a data set, or the content of an item.
#[derive(Clone, Debug)]
pub struct DataSet {
    encoding: Encoding,
    bytes: Vec<u8>,
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

/// Builds a command set: implicit VR little endian with its group length in front.
#[derive(Clone, Debug)]
pub struct Command {
    data: DataSet,
}

impl Command {
    /// A command set with its command field yet to come.
    #[must_use]
    pub const fn empty() -> Self {
        Self { data: DataSet::new(Encoding::ImplicitLittle) }
    }

    /// A request for a SOP class with its message id, announcing a data set or not.
    #[must_use]
    pub fn request(field: CommandField, sop_class: &[u8], message_id: u16, data_set: bool) -> Self {
        Self::empty()
            .uid(Tag::AFFECTED_SOP_CLASS_UID, sop_class)
            .u16(Tag::COMMAND_FIELD, field.0)
            .u16(Tag::MESSAGE_ID, message_id)
            .u16(Tag::COMMAND_DATA_SET_TYPE, if data_set { 1 } else { NO_DATA_SET })
    }

    /// A response with its status, announcing a data set or not.
    #[must_use]
    pub fn response(field: CommandField, sop_class: &[u8], message_id: u16, status: u16, data_set: bool) -> Self {
        Self::empty()
            .uid(Tag::AFFECTED_SOP_CLASS_UID, sop_class)
            .u16(Tag::COMMAND_FIELD, field.0)
            .u16(Tag::MESSAGE_ID_BEING_RESPONDED_TO, message_id)
            .u16(Tag::COMMAND_DATA_SET_TYPE, if data_set { 1 } else { NO_DATA_SET })
            .u16(Tag::STATUS, status)
    }

    /// A UID element.
    #[must_use]
    pub fn uid(self, tag: Tag, uid: &[u8]) -> Self {
        Self { data: self.data.text(tag, Vr::UI, uid) }
    }

    /// A 16-bit element.
    #[must_use]
    pub fn u16(self, tag: Tag, value: u16) -> Self {
        Self { data: self.data.u16(tag, value) }
    }

    /// A text element.
    #[must_use]
    pub fn text(self, tag: Tag, value: &[u8]) -> Self {
        Self { data: self.data.text(tag, Vr::LO, value) }
    }

    /// The command set.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        let length = len32(self.data.bytes.len()).to_le_bytes();
        DataSet::new(Encoding::ImplicitLittle)
            .element(Tag::COMMAND_GROUP_LENGTH, Vr::UL, &length)
            .raw(&self.data.bytes)
            .build()
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
