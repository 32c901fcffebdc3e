//! A-ASSOCIATE-RQ and A-ASSOCIATE-AC.
//!
//! ```text
//!   6        8      10          26          42           74
//!   | version | res. | called AE | calling AE | reserved  | items ...
//!
//!  item 20, 21: | id | res. | result or res. | res. | then 30 abstract syntax, 40 transfer syntax
//! ```
//! PS3.8 sections 9.3.2 and 9.3.3. In the AC, bytes 10 to 73 should echo the RQ but must not be relied on.

use super::item::{Item, ItemType, Items};
use super::user::{UserItem, UserItems};
use crate::uid::{trim_text, trim_uid};
use iomt_wire::{Cursor, Error};

/// Where the items start.
const ITEMS: usize = 74;

/// The body of A-ASSOCIATE-RQ or -AC.
///
/// `Debug` shows the AE titles only: user identity items may hold passwords.
#[derive(Clone, Copy)]
pub struct Associate<'a> {
    pdu: &'a [u8],
    fixed: &'a [u8; ITEMS],
}

impl core::fmt::Debug for Associate<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let text = |bytes| core::str::from_utf8(bytes).unwrap_or("?");
        f.debug_struct("Associate")
            .field("called_ae", &text(self.called_ae()))
            .field("calling_ae", &text(self.calling_ae()))
            .field("bytes", &self.pdu.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Associate<'a> {
    pub(crate) fn new(pdu: &'a [u8]) -> Result<Self, Error> {
        match pdu.first_chunk() {
            Some(fixed) => Ok(Self { pdu, fixed }),
            None => Err(Cursor::new(pdu).skip(ITEMS as u64, "A-ASSOCIATE").err().unwrap_or(Error {
                offset: 0,
                field: "A-ASSOCIATE",
                kind: iomt_wire::Kind::Length { length: pdu.len() as u64 },
            })),
        }
    }

    /// The whole PDU, header included.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.pdu
    }

    const fn part<const N: usize>(&self, start: usize) -> &'a [u8; N] {
        match self.fixed.split_at(start).1.first_chunk() {
            Some(part) => part,
            None => &[0; N],
        }
    }

    /// Protocol version; bit 0 stands for version 1 and only it is to be tested.
    #[must_use]
    pub const fn protocol_version(&self) -> u16 {
        u16::from_be_bytes(*self.part(6))
    }

    /// Called AE title without the spaces around it (and without NULs, which some devices pad with).
    #[must_use]
    pub fn called_ae(&self) -> &'a [u8] {
        trim_text(self.called_ae_raw())
    }

    /// Calling AE title without the spaces around it.
    #[must_use]
    pub fn calling_ae(&self) -> &'a [u8] {
        trim_text(self.calling_ae_raw())
    }

    /// The 16 bytes of the called AE title.
    #[must_use]
    pub const fn called_ae_raw(&self) -> &'a [u8; 16] {
        self.part(10)
    }

    /// The 16 bytes of the calling AE title.
    #[must_use]
    pub const fn calling_ae_raw(&self) -> &'a [u8; 16] {
        self.part(26)
    }

    /// Byte 1 of the PDU, reserved.
    #[must_use]
    pub const fn reserved_header(&self) -> u8 {
        let [_, reserved, ..] = self.fixed;
        *reserved
    }

    /// Bytes 8 and 9 of the PDU, reserved.
    #[must_use]
    pub const fn reserved_version(&self) -> &'a [u8; 2] {
        self.part(8)
    }

    /// Bytes 42 to 73 of the PDU, reserved.
    #[must_use]
    pub const fn reserved_area(&self) -> &'a [u8; 32] {
        self.part(42)
    }

    /// The items in the order of the wire, unknown ones included.
    #[must_use]
    pub fn items(&self) -> Items<'a> {
        Items::new(Cursor::at(self.pdu.get(ITEMS..).unwrap_or_default(), ITEMS))
    }

    /// The presentation contexts, items 20 (RQ) and 21 (AC), in the order of the wire.
    #[must_use]
    pub fn presentation_contexts(&self) -> PresentationContexts<'a> {
        PresentationContexts { items: self.items() }
    }

    /// The sub-items of user information, item 50, decoded.
    #[must_use]
    pub fn user_items(&self) -> UserItems<'a> {
        UserItems::new(self.user_information())
    }

    /// The sub-items of user information as they stand, with their reserved bytes and offsets; [`UserItem::decode`] reads one.
    /// Of the first item 50, should there be more; [`Item::sub_items`] reads any.
    #[must_use]
    pub fn user_information(&self) -> Items<'a> {
        let information =
            self.items().find_map(|item| item.ok().filter(|item| item.item_type == ItemType::USER_INFORMATION));
        information.map_or(Items::new(Cursor::default()), |item| item.sub_items())
    }

    /// Application context name, padding taken off; `1.2.840.10008.3.1.1.1` for DICOM.
    #[must_use]
    pub fn application_context(&self) -> Option<&'a [u8]> {
        self.items().find_map(|item| {
            Some(trim_uid(item.ok().filter(|item| item.item_type == ItemType::APPLICATION_CONTEXT)?.value))
        })
    }

    /// The longest P-DATA-TF length field that the sender will take; 0 is no limit.
    #[must_use]
    pub fn max_pdu_length(&self) -> Option<u32> {
        self.user_items().find_map(|item| match item {
            Ok(UserItem::MaximumLength(length)) => Some(length),
            _ => None,
        })
    }

    /// Implementation class UID, padding taken off: the toolkit, or the device, that speaks.
    #[must_use]
    pub fn implementation_class_uid(&self) -> Option<&'a [u8]> {
        self.user_items().find_map(|item| match item {
            Ok(UserItem::ImplementationClassUid(uid)) => Some(trim_uid(uid)),
            _ => None,
        })
    }

    /// Implementation version name, padding taken off.
    #[must_use]
    pub fn implementation_version_name(&self) -> Option<&'a [u8]> {
        self.user_items().find_map(|item| match item {
            Ok(UserItem::ImplementationVersionName(name)) => Some(trim_text(name)),
            _ => None,
        })
    }
}

iomt_wire::named! {
    /// What the acceptor decided about a presentation context (PS3.8 table 9-18).
    ContextResult(u8) {
        /// Accepted.
        ACCEPTANCE = 0, "acceptance";
        /// Rejected by the user.
        USER_REJECTION = 1, "user rejection";
        /// Rejected by the provider, who gives no reason.
        NO_REASON = 2, "no reason";
        /// Abstract syntax not supported.
        ABSTRACT_SYNTAX_NOT_SUPPORTED = 3, "abstract syntax not supported";
        /// None of the transfer syntaxes is supported.
        TRANSFER_SYNTAXES_NOT_SUPPORTED = 4, "transfer syntaxes not supported";
    }
}

/// A presentation context as proposed (item 20) or as decided (item 21).
#[derive(Clone, Copy, Debug)]
pub struct PresentationContext<'a> {
    /// Context id; odd, says the standard.
    pub id: u8,
    /// The three bytes after the id: reserved in the RQ, the second one the result in the AC.
    pub reserved: [u8; 3],
    /// Bytes from the head of the PDU to the item's type byte.
    pub offset: usize,
    item_type: ItemType,
    sub_items: Items<'a>,
}

impl<'a> PresentationContext<'a> {
    fn new(item: &Item<'a>) -> Result<Self, Error> {
        let mut cursor = Cursor::at(item.value, item.offset.saturating_add(4));
        let [id, a, b, c] = cursor.array("presentation context")?;
        let sub_items = Items::new(cursor);
        Ok(Self { id, reserved: [a, b, c], offset: item.offset, item_type: item.item_type, sub_items })
    }

    /// Whether this is the acceptor's decision, item 21.
    #[must_use]
    pub const fn is_decision(&self) -> bool {
        matches!(self.item_type, ItemType::PRESENTATION_CONTEXT_AC)
    }

    /// The decision of an AC; nothing in an RQ.
    #[must_use]
    pub fn result(&self) -> Option<ContextResult> {
        let [_, result, _] = self.reserved;
        self.is_decision().then_some(ContextResult(result))
    }

    /// Whether an AC accepted it.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.result() == Some(ContextResult::ACCEPTANCE)
    }

    /// The sub-items with their raw values.
    #[must_use]
    pub const fn sub_items(&self) -> Items<'a> {
        self.sub_items
    }

    /// The SOP class that is proposed, padding taken off.
    #[must_use]
    pub fn abstract_syntax(&self) -> Option<&'a [u8]> {
        self.sub_items.into_iter().find_map(|item| match item {
            Ok(Item { item_type: ItemType::ABSTRACT_SYNTAX, value, .. }) => Some(trim_uid(value)),
            _ => None,
        })
    }

    /// The transfer syntaxes that are proposed, in the order of the wire, padding taken off.
    #[must_use]
    pub const fn transfer_syntaxes(&self) -> TransferSyntaxes<'a> {
        TransferSyntaxes { items: self.sub_items }
    }

    /// The first transfer syntax: in an AC the chosen one. Nothing where the sub-item is missing or empty, as it
    /// often is in rejected contexts.
    #[must_use]
    pub fn transfer_syntax(&self) -> Option<&'a [u8]> {
        self.transfer_syntaxes().next().filter(|uid| !uid.is_empty())
    }
}

/// The presentation contexts of an RQ or AC; after an error in the item framing it is finished.
#[derive(Clone, Copy, Debug)]
pub struct PresentationContexts<'a> {
    items: Items<'a>,
}

impl<'a> Iterator for PresentationContexts<'a> {
    type Item = Result<PresentationContext<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.items.find_map(|item| match item {
            Ok(item)
                if matches!(item.item_type, ItemType::PRESENTATION_CONTEXT_RQ | ItemType::PRESENTATION_CONTEXT_AC) =>
            {
                Some(PresentationContext::new(&item))
            }
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
    }
}

impl core::iter::FusedIterator for PresentationContexts<'_> {}

/// The transfer syntaxes of a presentation context, padding taken off.
#[derive(Clone, Copy, Debug)]
pub struct TransferSyntaxes<'a> {
    items: Items<'a>,
}

impl<'a> Iterator for TransferSyntaxes<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.items.find_map(|item| match item {
            Ok(Item { item_type: ItemType::TRANSFER_SYNTAX, value, .. }) => Some(trim_uid(value)),
            _ => None,
        })
    }
}

impl core::iter::FusedIterator for TransferSyntaxes<'_> {}
