//! The session layer under the association messages.
//!
//! ```text
//!  | SI | LI | item ... | C1 | LI | presentation PDU |
//!             | code | LI | value ... |
//!  LI: one byte below FF, else FF and 16 bits
//! ```
//! ISO/IEC 8327-1, cut down: association control runs over it straight on UDP.
//!
//! What devices really do: both forms of LI occur for the same message, so nothing after it has a fixed offset.

use core::iter::FusedIterator;

use iomt_wire::{Cursor, Error, Kind, Result};

use crate::{ber::Leaves, shows};

/// The kind of a session message, its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpduType(pub u8);

impl SpduType {
    /// FN, finish: release request.
    pub const FINISH: Self = Self(0x09);
    /// DN, disconnect: release response.
    pub const DISCONNECT: Self = Self(0x0a);
    /// RF: association refuse.
    pub const REFUSE: Self = Self(0x0c);
    /// CN, connect: association request.
    pub const CONNECT: Self = Self(0x0d);
    /// AC: association accept.
    pub const ACCEPT: Self = Self(0x0e);
    /// AB: abort.
    pub const ABORT: Self = Self(0x19);

    /// What the message is called.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::FINISH => "release request",
            Self::DISCONNECT => "release response",
            Self::REFUSE => "association refuse",
            Self::CONNECT => "association request",
            Self::ACCEPT => "association accept",
            Self::ABORT => "abort",
            _ => return None,
        })
    }
}

/// One session message.
#[derive(Clone, Copy)]
pub struct Spdu<'a> {
    /// Its kind.
    pub kind: SpduType,
    /// Whether its length indicator takes three bytes.
    pub wide: bool,
    missing: usize,
    body: Cursor<'a>,
}

shows!(Spdu: kind, wide, missing);

/// Item code of the user data.
const USER_DATA: u8 = 0xc1;
/// Item code of the reason in a refuse.
const REASON: u8 = 0x32;

impl<'a> Spdu<'a> {
    /// Reads the session message at the head of a datagram, and tells how many bytes it takes.
    ///
    /// # Errors
    /// When the first byte is no session message of association control, or the length is not there.
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, usize)> {
        let mut cursor = Cursor::new(bytes);
        let kind = SpduType(cursor.u8("SI")?);
        if kind.name().is_none() {
            return Err(Error { offset: 0, field: "SI", kind: Kind::Invalid { value: kind.0.into() } });
        }
        let (length, wide) = length_indicator(&mut cursor)?;
        let missing = usize::from(length).saturating_sub(cursor.remaining());
        let body = cursor.sub_clipped(length);
        Ok((Self { kind, wide, missing, body }, cursor.offset()))
    }

    /// How many of the announced bytes are not there.
    #[must_use]
    pub const fn missing(&self) -> usize {
        self.missing
    }

    /// The session items in wire order.
    #[must_use]
    pub const fn items(&self) -> SessionItems<'a> {
        SessionItems { cursor: self.body }
    }

    /// The presentation PDU, as far as it is there.
    #[must_use]
    pub fn user_data(&self) -> Option<Cursor<'a>> {
        self.item(USER_DATA)
    }

    /// The reason of a refuse; its values have no public meaning.
    #[must_use]
    pub fn refuse_reason(&self) -> Option<u8> {
        self.item(REASON)?.rest().first().copied()
    }

    /// The reason that a release request or response gives (0 is normal), or the source that an abort gives.
    #[must_use]
    pub fn reason(&self) -> Option<u8> {
        let mut leaves = Leaves::new(self.user_data()?).map_while(Result::ok);
        leaves.find(|leaf| leaf.tag == 0x80 && matches!(leaf.parent, 0x62..=0x64))?.content.rest().first().copied()
    }

    fn item(&self, code: u8) -> Option<Cursor<'a>> {
        self.items().map_while(Result::ok).find(|item| item.code == code).map(|item| item.value)
    }
}

/// One item of a session message.
#[derive(Clone, Copy)]
pub struct SessionItem<'a> {
    /// Its code.
    pub code: u8,
    /// Its value, as far as it is there.
    pub value: Cursor<'a>,
}

shows!(SessionItem: code);

/// Iterates the items of a session message; an error ends it.
#[derive(Clone, Copy)]
pub struct SessionItems<'a> {
    cursor: Cursor<'a>,
}

shows!(SessionItems: );

impl<'a> SessionItems<'a> {
    fn read(&mut self) -> Result<SessionItem<'a>> {
        let code = self.cursor.u8("session item code")?;
        let (length, _) = length_indicator(&mut self.cursor)?;
        let value = self.cursor.sub_clipped(length);
        Ok(SessionItem { code, value })
    }
}

impl<'a> Iterator for SessionItems<'a> {
    type Item = Result<SessionItem<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.is_empty() {
            return None;
        }
        let item = self.read();
        if item.is_err() {
            self.cursor.finish();
        }
        Some(item)
    }
}

impl FusedIterator for SessionItems<'_> {}

/// One byte, or `FF` and two.
fn length_indicator(cursor: &mut Cursor<'_>) -> Result<(u16, bool)> {
    match cursor.u8("LI")? {
        0xff => Ok((cursor.be_u16("LI")?, true)),
        short => Ok((short.into(), false)),
    }
}
