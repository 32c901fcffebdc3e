//! P-DATA-TF and the presentation data values in it.
//!
//! ```text
//!  6              10          11       12
//!  | length (32)  | context id | header | fragment ... |   one or more of these, back to back
//! ```
//! PS3.8 section 9.3.5 and annex E. The length covers context id, header and fragment. Header bit 0: command, else data set;
//! bit 1: last fragment. One PDU may hold fragments of both kinds (fo-dicom packs them so), and a fragment may end anywhere,
//! even within an element header. A fragment whose length reaches out of its PDU is read as far as that goes; [`Pdv::missing`] says
//! how far it does not, and [`Pdu::quirks`](super::Pdu::quirks) tells it.

use iomt_wire::{Cursor, Error, Kind};

/// The body of a P-DATA-TF PDU.
#[derive(Clone, Copy)]
pub struct PData<'a> {
    reserved: u8,
    body: &'a [u8],
}

impl core::fmt::Debug for PData<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PData").field("length", &self.body.len()).finish()
    }
}

impl<'a> PData<'a> {
    pub(crate) const fn new(reserved: u8, body: &'a [u8]) -> Self {
        Self { reserved, body }
    }

    /// Byte 1 of the PDU, reserved.
    #[must_use]
    pub const fn reserved_header(&self) -> u8 {
        self.reserved
    }

    /// What the length of the PDU covers.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The presentation data values.
    #[must_use]
    pub const fn pdvs(&self) -> Pdvs<'a> {
        Pdvs { cursor: Cursor::at(self.body, super::HEADER) }
    }
}

/// A presentation data value: one fragment of a command set or data set.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pdv<'a> {
    /// Presentation context id.
    pub context_id: u8,
    /// Message control header as it stands.
    pub header: u8,
    /// Bit 0 of the header: a fragment of a command set, else of a data set.
    pub command: bool,
    /// Bit 1 of the header: the last fragment.
    pub last: bool,
    /// The item length as declared: of context id, header and fragment.
    pub length: u32,
    /// The fragment, as far as the PDU has it.
    pub data: &'a [u8],
    /// Bytes from the head of the PDU to the fragment.
    pub offset: usize,
}

impl Pdv<'_> {
    /// How many bytes of the fragment the PDU does not have; zero when all is well.
    #[must_use]
    pub fn missing(&self) -> u64 {
        u64::from(self.length).saturating_sub(2).saturating_sub(self.data.len() as u64)
    }
}

impl core::fmt::Debug for Pdv<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Pdv")
            .field("context_id", &self.context_id)
            .field("command", &self.command)
            .field("last", &self.last)
            .field("length", &self.data.len())
            .finish_non_exhaustive()
    }
}

/// The presentation data values of a PDU; after an error it is finished.
#[derive(Clone, Copy, Debug)]
pub struct Pdvs<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Pdvs<'a> {
    fn pdv(&mut self) -> Result<Pdv<'a>, Error> {
        let r = &mut self.cursor;
        let at = r.offset();
        let [l0, l1, l2, l3, context_id, header] = r.array("PDV header")?;
        let length = u32::from_be_bytes([l0, l1, l2, l3]);
        let Some(fragment) = length.checked_sub(2) else {
            return Err(Error { offset: at, field: "PDV item-length", kind: Kind::Length { length: length.into() } });
        };
        let offset = r.offset();
        let data = r.take(u64::from(fragment).min(r.remaining() as u64), "PDV fragment")?;
        Ok(Pdv { context_id, header, command: header & 1 != 0, last: header & 2 != 0, length, data, offset })
    }
}

impl<'a> Iterator for Pdvs<'a> {
    type Item = Result<Pdv<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.is_empty() {
            return None;
        }
        let pdv = self.pdv();
        if pdv.is_err() {
            self.cursor.finish();
        }
        Some(pdv)
    }
}

impl core::iter::FusedIterator for Pdvs<'_> {}
