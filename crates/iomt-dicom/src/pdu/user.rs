//! The sub-items of user information.
//!
//! ```text
//!  | type | res. | length (16) | value |     within item 50; all inner lengths are 16 bits, big endian
//! ```
//! PS3.8 annex D.1, PS3.7 annex D.3.3. Each inner length is bounded by its sub-item and each sub-item by the item. The
//! order of the sub-items differs from toolkit to toolkit and is part of how one knows them.

use super::item::{Item, ItemType, Items};
use iomt_wire::{Cursor, Error};

/// A sub-item of user information, decoded.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum UserItem<'a> {
    /// 51: the longest P-DATA-TF length field that the sender will take; 0 is no limit.
    MaximumLength(u32),
    /// 52: implementation class UID as it stands, padding included.
    ImplementationClassUid(&'a [u8]),
    /// 53: asynchronous operations window; 0 is unlimited.
    AsynchronousOperationsWindow {
        /// Operations invoked at the same time.
        invoked: u16,
        /// Operations performed at the same time.
        performed: u16,
    },
    /// 54: role selection for a SOP class.
    RoleSelection {
        /// SOP class UID.
        sop_class: &'a [u8],
        /// Whether the requestor would be service class user.
        scu: u8,
        /// Whether the requestor would be service class provider.
        scp: u8,
    },
    /// 55: implementation version name as it stands, padding included.
    ImplementationVersionName(&'a [u8]),
    /// 56: extended negotiation for a SOP class.
    ExtendedNegotiation {
        /// SOP class UID.
        sop_class: &'a [u8],
        /// Service class application information; its meaning depends on the service class (PS3.4).
        information: &'a [u8],
    },
    /// 57: common extended negotiation for a SOP class.
    CommonExtendedNegotiation(CommonExtendedNegotiation<'a>),
    /// 58: who the user is.
    UserIdentity(UserIdentity<'a>),
    /// 59: the server's answer to 58; empty except for Kerberos, SAML and JSON Web Token. May be secret.
    UserIdentityResponse(Secret<'a>),
    /// An unknown type, or a known one that ends before its layout does.
    Other {
        /// The type byte.
        item_type: ItemType,
        /// What the length covers; a broken user identity is in here, so it may be secret.
        value: Secret<'a>,
    },
}

impl<'a> UserItem<'a> {
    /// Reads a sub-item; bytes behind its layout are left alone, and [`is_longer`](Self::is_longer) tells of them.
    #[must_use]
    pub fn decode(item: &Item<'a>) -> Self {
        let mut cursor = Cursor::new(item.value);
        Self::known(item, &mut cursor).unwrap_or(Self::Other { item_type: item.item_type, value: Secret(item.value) })
    }

    /// Whether a sub-item of a known type has bytes behind its layout.
    #[must_use]
    pub fn is_longer(item: &Item<'a>) -> bool {
        let mut cursor = Cursor::new(item.value);
        Self::known(item, &mut cursor).is_some() && !cursor.is_empty()
    }

    fn known(item: &Item<'a>, r: &mut Cursor<'a>) -> Option<Self> {
        Some(match item.item_type {
            ItemType::MAXIMUM_LENGTH => Self::MaximumLength(r.be_u32("maximum length").ok()?),
            ItemType::IMPLEMENTATION_CLASS_UID => Self::ImplementationClassUid(rest(r)),
            ItemType::ASYNCHRONOUS_OPERATIONS_WINDOW => Self::AsynchronousOperationsWindow {
                invoked: r.be_u16("maximum number operations invoked").ok()?,
                performed: r.be_u16("maximum number operations performed").ok()?,
            },
            ItemType::ROLE_SELECTION => {
                let sop_class = counted(r)?;
                let [scu, scp] = r.array("role").ok()?;
                Self::RoleSelection { sop_class, scu, scp }
            }
            ItemType::IMPLEMENTATION_VERSION_NAME => Self::ImplementationVersionName(rest(r)),
            ItemType::EXTENDED_NEGOTIATION => {
                Self::ExtendedNegotiation { sop_class: counted(r)?, information: rest(r) }
            }
            ItemType::COMMON_EXTENDED_NEGOTIATION => {
                let (sop_class, service_class) = (counted(r)?, counted(r)?);
                // Senders of version 0 may end here.
                let related = if r.is_empty() { &[][..] } else { counted(r)? };
                let (version, reserved) = (item.reserved, rest(r));
                Self::CommonExtendedNegotiation(CommonExtendedNegotiation {
                    version,
                    sop_class,
                    service_class,
                    related,
                    reserved,
                })
            }
            ItemType::USER_IDENTITY => {
                let [identity_type, response_requested] = r.array("user-identity-type").ok()?;
                let (primary, secondary) = (Secret(counted(r)?), Secret(counted(r)?));
                Self::UserIdentity(UserIdentity { identity_type, response_requested, primary, secondary })
            }
            ItemType::USER_IDENTITY_RESPONSE => Self::UserIdentityResponse(Secret(counted(r)?)),
            _ => return None,
        })
    }

    /// The type byte of the sub-item.
    #[must_use]
    pub const fn item_type(&self) -> ItemType {
        match self {
            Self::MaximumLength(_) => ItemType::MAXIMUM_LENGTH,
            Self::ImplementationClassUid(_) => ItemType::IMPLEMENTATION_CLASS_UID,
            Self::AsynchronousOperationsWindow { .. } => ItemType::ASYNCHRONOUS_OPERATIONS_WINDOW,
            Self::RoleSelection { .. } => ItemType::ROLE_SELECTION,
            Self::ImplementationVersionName(_) => ItemType::IMPLEMENTATION_VERSION_NAME,
            Self::ExtendedNegotiation { .. } => ItemType::EXTENDED_NEGOTIATION,
            Self::CommonExtendedNegotiation(_) => ItemType::COMMON_EXTENDED_NEGOTIATION,
            Self::UserIdentity(_) => ItemType::USER_IDENTITY,
            Self::UserIdentityResponse(_) => ItemType::USER_IDENTITY_RESPONSE,
            Self::Other { item_type, .. } => *item_type,
        }
    }
}

fn counted<'a>(r: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let length = r.be_u16("length").ok()?;
    r.take(length, "value").ok()
}

fn rest<'a>(r: &mut Cursor<'a>) -> &'a [u8] {
    let rest = r.rest();
    r.finish();
    rest
}

/// Common extended negotiation, sub-item 57.
#[derive(Clone, Copy, Debug)]
pub struct CommonExtendedNegotiation<'a> {
    /// Sub-item version, in the place of the reserved byte.
    pub version: u8,
    /// SOP class UID.
    pub sop_class: &'a [u8],
    /// Service class UID.
    pub service_class: &'a [u8],
    /// Bytes behind the related classes, for later versions; version 0 has none.
    pub reserved: &'a [u8],
    related: &'a [u8],
}

impl<'a> CommonExtendedNegotiation<'a> {
    /// The related general SOP classes.
    #[must_use]
    pub const fn related(&self) -> Related<'a> {
        Related { cursor: Cursor::new(self.related) }
    }

    /// Whether the lengths within the list of related classes do not add up to that of the list.
    pub(super) fn is_broken(&self) -> bool {
        let mut cursor = Cursor::new(self.related);
        while !cursor.is_empty() {
            if counted(&mut cursor).is_none() {
                return true;
            }
        }
        false
    }
}

/// The related general SOP classes. One whose length reaches out of the list ends with it; of one without a whole length nothing
/// is told. [`Pdu::quirks`](super::Pdu::quirks) tells of both.
#[derive(Clone, Copy, Debug)]
pub struct Related<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Iterator for Related<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        let length = self.cursor.be_u16("length").ok()?;
        let here = usize::from(length).min(self.cursor.remaining());
        self.cursor.take(here as u64, "related general SOP class").ok()
    }
}

impl core::iter::FusedIterator for Related<'_> {}

/// User identity, sub-item 58.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct UserIdentity<'a> {
    /// 1 user name, 2 user name and passcode, 3 Kerberos, 4 SAML, 5 JSON Web Token.
    pub identity_type: u8,
    /// Whether the requestor wants a positive answer.
    pub response_requested: u8,
    /// User name, ticket, assertion or token.
    pub primary: Secret<'a>,
    /// Passcode, in clear, for type 2; else empty.
    pub secondary: Secret<'a>,
}

impl UserIdentity<'_> {
    /// The type in words (PS3.7 table D.3-14).
    #[must_use]
    pub const fn type_name(&self) -> Option<&'static str> {
        Some(match self.identity_type {
            1 => "user name",
            2 => "user name and passcode",
            3 => "Kerberos service ticket",
            4 => "SAML assertion",
            5 => "JSON Web Token",
            _ => return None,
        })
    }
}

/// Bytes that must not reach a log: `Debug` shows only how many they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret<'a>(&'a [u8]);

impl<'a> Secret<'a> {
    /// The bytes themselves.
    #[must_use]
    pub const fn reveal(self) -> &'a [u8] {
        self.0
    }

    /// How many bytes there are.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl core::fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "({} bytes)", self.0.len())
    }
}

/// The sub-items of user information; after an error in their framing it is finished.
#[derive(Clone, Copy, Debug)]
pub struct UserItems<'a> {
    items: Items<'a>,
}

impl<'a> UserItems<'a> {
    pub(super) const fn new(items: Items<'a>) -> Self {
        Self { items }
    }

    /// Bytes from the head of the PDU to the next sub-item.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.items.offset()
    }
}

impl<'a> Iterator for UserItems<'a> {
    type Item = Result<UserItem<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let item = self.items.next()?;
        Some(item.map(|item| UserItem::decode(&item)))
    }
}

impl core::iter::FusedIterator for UserItems<'_> {}
