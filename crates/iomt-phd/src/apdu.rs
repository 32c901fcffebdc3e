//! The frame of every message.
//!
//! ```text
//!  0        2        4
//!  | choice | length | body ... |            length counts what follows it
//!
//!  AARQ   | association-version:32 | list of DataProto |
//!  AARE   | result:16 | DataProto |
//!  RLRQ, RLRE, ABRT   | reason:16 |
//!  PRST   | length:16 | DATA APDU |          length counts the data APDU
//! ```
//! ISO/IEEE 11073-20601 annex A.8.
//!
//! What devices really do: the two lengths of a PRST agree in all that was seen. One published file announces two bytes
//! more than it has: it is read as far as it goes, and [`Apdu::missing`] tells.

use iomt_wire::{Cursor, Error, Kind, Result};

use crate::{
    association::{AssociationRequest, AssociationResponse},
    data::DataApdu,
    named, shows,
};

named! {
    /// Which message an APDU is.
    ApduType(u16) {
        /// Association request.
        AARQ = 0xe200, "association request";
        /// Association response.
        AARE = 0xe300, "association response";
        /// Release request.
        RLRQ = 0xe400, "release request";
        /// Release response.
        RLRE = 0xe500, "release response";
        /// Abort.
        ABRT = 0xe600, "abort";
        /// Presentation: carries a data APDU.
        PRST = 0xe700, "presentation";
    }
    /// Why an association is released.
    ReleaseReason(u16) {
        /// Nothing is wrong.
        NORMAL = 0, "normal";
    }
    /// Why an association is broken off.
    AbortReason(u16) {
        /// Not said.
        UNDEFINED = 0, "undefined";
        /// More came than can be held.
        BUFFER_OVERFLOW = 1, "buffer overflow";
        /// No answer came.
        RESPONSE_TIMEOUT = 2, "response timeout";
        /// No configuration came.
        CONFIGURATION_TIMEOUT = 3, "configuration timeout";
    }
}

/// The most bytes of one APDU: what its length can say, and the four bytes in front.
pub const LONGEST: usize = 65_539;

/// One message.
#[derive(Clone, Copy)]
pub struct Apdu<'a> {
    /// Which message it is.
    pub apdu_type: ApduType,
    /// How many bytes it says that it has behind its length.
    pub length: u16,
    body: Cursor<'a>,
}

shows!(Apdu: apdu_type, length);

impl<'a> Apdu<'a> {
    /// Reads the APDU at the head of the bytes, and tells how many of them it takes.
    ///
    /// Of an APDU that is not all there, what is there is read.
    ///
    /// # Errors
    /// When the first four bytes are not there, or are of no APDU.
    #[inline]
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, usize)> {
        let mut cursor = Cursor::new(bytes);
        let [c0, c1, l0, l1] = cursor.array("APDU choice and length")?;
        let apdu_type = ApduType(u16::from_be_bytes([c0, c1]));
        if apdu_type.name().is_none() {
            return Err(Error { offset: 0, field: "APDU choice", kind: Kind::Invalid { value: apdu_type.0.into() } });
        }
        let length = u16::from_be_bytes([l0, l1]);
        let body = cursor.sub_clipped(length);
        Ok((Self { apdu_type, length, body }, cursor.offset()))
    }

    /// How many of the announced bytes are not there.
    #[must_use]
    pub fn missing(&self) -> usize {
        usize::from(self.length).saturating_sub(self.body.remaining())
    }

    /// The bytes behind the length, as far as they are there.
    #[must_use]
    pub const fn bytes(&self) -> Cursor<'a> {
        self.body
    }

    /// What the message says.
    ///
    /// # Errors
    /// When its fixed fields are cut short; lists are read as far as they go.
    #[inline]
    pub fn body(&self) -> Result<Body<'a>> {
        self.read().map(|(body, _)| body)
    }

    /// What the message says, and the bytes behind it.
    pub(crate) fn read(&self) -> Result<(Body<'a>, Cursor<'a>)> {
        let mut cursor = self.body;
        let body = match self.apdu_type {
            ApduType::AARQ => Body::AssociationRequest(AssociationRequest::read(&mut cursor)?),
            ApduType::AARE => Body::AssociationResponse(AssociationResponse::read(&mut cursor)?),
            ApduType::RLRQ => Body::ReleaseRequest(ReleaseReason(cursor.be_u16("Release-request-reason")?)),
            ApduType::RLRE => Body::ReleaseResponse(ReleaseReason(cursor.be_u16("Release-response-reason")?)),
            ApduType::ABRT => Body::Abort(AbortReason(cursor.be_u16("Abort-reason")?)),
            _ => {
                let length = cursor.be_u16("PRST length")?;
                Body::Presentation(Presentation { length, bytes: cursor.sub_clipped(length) })
            }
        };
        Ok((body, cursor))
    }

    /// The data APDU of a PRST.
    ///
    /// Meaningful when the association uses MDER.
    ///
    /// # Errors
    /// When its header is cut short; of another APDU [`Kind::Invalid`].
    #[inline]
    pub fn data(&self) -> Result<DataApdu<'a>> {
        match self.body()? {
            Body::Presentation(presentation) => presentation.data(),
            _ => {
                let kind = Kind::Invalid { value: self.apdu_type.0.into() };
                Err(Error { offset: 0, field: "APDU choice", kind })
            }
        }
    }
}

/// What a message says.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Body<'a> {
    /// A device asks to associate.
    AssociationRequest(AssociationRequest<'a>),
    /// A manager answers.
    AssociationResponse(AssociationResponse<'a>),
    /// One side wants to end the association.
    ReleaseRequest(ReleaseReason),
    /// The other side agrees.
    ReleaseResponse(ReleaseReason),
    /// One side ends the association at once.
    Abort(AbortReason),
    /// Data within an association.
    Presentation(Presentation<'a>),
}

/// The contents of a PRST: a data APDU in the encoding that the association agreed on.
#[derive(Clone, Copy)]
pub struct Presentation<'a> {
    /// How many bytes it says that the data APDU has.
    pub length: u16,
    /// Its bytes, as far as they are there.
    pub bytes: Cursor<'a>,
}

shows!(Presentation: length);

impl<'a> Presentation<'a> {
    /// Reads it as MDER.
    ///
    /// # Errors
    /// When its header is cut short.
    #[inline]
    pub fn data(&self) -> Result<DataApdu<'a>> {
        DataApdu::read(&mut { self.bytes })
    }
}
