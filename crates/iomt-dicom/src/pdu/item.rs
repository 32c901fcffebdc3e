//! Items and sub-items of A-ASSOCIATE PDUs: they share one layout.
//!
//! ```text
//!  0      1      2             4
//!  | type | res. | length (16) | value: length bytes          big endian
//!
//!  10 application context   20, 21 presentation context   50 user information      in the PDU
//!  30 abstract syntax   40 transfer syntax                                        in 20 and 21
//!  51 to 59                                                                       in 50
//! ```
//! PS3.8 sections 9.3.2 and 9.3.3 and annex D, PS3.7 annex D.3.3.
//!
//! What stacks really do: user information that says more bytes than the PDU has (a vector of pynetdicom's tests does). An item
//! or sub-item whose length reaches out of its container is read as far as that goes; [`Item::missing`] says how far it does not,
//! and [`Pdu::quirks`](super::Pdu::quirks) tells it.

use iomt_wire::{Cursor, Error};

iomt_wire::named! {
    /// The type of an item or sub-item, its first byte.
    ItemType(u8) {
        /// Application context.
        APPLICATION_CONTEXT = 0x10, "application context";
        /// Presentation context as proposed.
        PRESENTATION_CONTEXT_RQ = 0x20, "presentation context";
        /// Presentation context as decided.
        PRESENTATION_CONTEXT_AC = 0x21, "presentation context";
        /// Abstract syntax.
        ABSTRACT_SYNTAX = 0x30, "abstract syntax";
        /// Transfer syntax.
        TRANSFER_SYNTAX = 0x40, "transfer syntax";
        /// User information.
        USER_INFORMATION = 0x50, "user information";
        /// Maximum length.
        MAXIMUM_LENGTH = 0x51, "maximum length";
        /// Implementation class UID.
        IMPLEMENTATION_CLASS_UID = 0x52, "implementation class UID";
        /// Asynchronous operations window.
        ASYNCHRONOUS_OPERATIONS_WINDOW = 0x53, "asynchronous operations window";
        /// SCP/SCU role selection.
        ROLE_SELECTION = 0x54, "SCP/SCU role selection";
        /// Implementation version name.
        IMPLEMENTATION_VERSION_NAME = 0x55, "implementation version name";
        /// SOP class extended negotiation.
        EXTENDED_NEGOTIATION = 0x56, "SOP class extended negotiation";
        /// SOP class common extended negotiation.
        COMMON_EXTENDED_NEGOTIATION = 0x57, "SOP class common extended negotiation";
        /// User identity.
        USER_IDENTITY = 0x58, "user identity";
        /// User identity response.
        USER_IDENTITY_RESPONSE = 0x59, "user identity response";
    }
}

/// One item of the variable part, or a sub-item within one.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Item<'a> {
    /// Unknown types are to be skipped.
    pub item_type: ItemType,
    /// Byte 1 of the item's header.
    pub reserved: u8,
    /// The length as declared.
    pub length: u16,
    /// What the length covers, as far as the container has it.
    pub value: &'a [u8],
    /// Bytes from the head of the PDU to the item's type byte.
    pub offset: usize,
}

impl<'a> Item<'a> {
    /// How many bytes of its value its container does not have; zero when all is well.
    #[must_use]
    pub fn missing(&self) -> usize {
        usize::from(self.length).saturating_sub(self.value.len())
    }

    /// Its value as a list of sub-items, which that of user information is.
    #[must_use]
    pub const fn sub_items(&self) -> Items<'a> {
        Items::new(Cursor::at(self.value, self.offset.saturating_add(4)))
    }
}

impl core::fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Item")
            .field("item_type", &self.item_type)
            .field("length", &self.length)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

/// Reads one item or sub-item: they share the header. A value that reaches out of its container ends with that.
#[inline]
fn item<'a>(cursor: &mut Cursor<'a>) -> Result<Item<'a>, Error> {
    let offset = cursor.offset();
    let [item_type, reserved, l0, l1] = cursor.array("item header")?;
    let length = u16::from_be_bytes([l0, l1]);
    let here = usize::from(length).min(cursor.remaining());
    let value = cursor.take(here as u64, "item")?;
    Ok(Item { item_type: ItemType(item_type), reserved, length, value, offset })
}

/// The items of the variable part, or the sub-items of one; after an error, which is a header cut short, it is finished.
#[derive(Clone, Copy, Debug)]
pub struct Items<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Items<'a> {
    pub(super) const fn new(cursor: Cursor<'a>) -> Self {
        Self { cursor }
    }

    /// Bytes from the head of the PDU to the next item.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.cursor.offset()
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Result<Item<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.is_empty() {
            return None;
        }
        let item = item(&mut self.cursor);
        if item.is_err() {
            self.cursor.finish();
        }
        Some(item)
    }
}

impl core::iter::FusedIterator for Items<'_> {}
