//! Who made a device, which one it is, and the revisions of its parts.
//!
//! ```text
//!  SystemModel      | manufacturer: octet string | model-number: octet string |
//!  ProductionSpec   list of
//!    ProdSpecEntry  | spec-type:16 | component-id:16 | prod-spec: octet string |
//! ```
//! ISO/IEEE 11073-20601 annex A. The component numbers are a manufacturer's own (20601 calls the field a PrivateOid).

use iomt_wire::{Cursor, Result};

use crate::{Decode, List, OctetString, PrivateOid};

/// Manufacturer and model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SystemModel<'a> {
    /// Who made it.
    pub manufacturer: OctetString<'a>,
    /// Its model, often a product number rather than the trade name.
    pub model_number: OctetString<'a>,
}

impl<'a> Decode<'a> for SystemModel<'a> {
    const LEAST: usize = 4;
    const NAME: &'static str = "SystemModel";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { manufacturer: OctetString::decode(cursor)?, model_number: OctetString::decode(cursor)? })
    }
}

/// The list of serial numbers, part numbers and revisions of a device.
pub type ProductionSpec<'a> = List<'a, ProdSpecEntry<'a>>;

/// One line of a production specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProdSpecEntry<'a> {
    /// What kind of text it is.
    pub spec_type: SpecType,
    /// Of which component, by the manufacturer's numbers.
    pub component_id: PrivateOid,
    /// The text.
    pub prod_spec: OctetString<'a>,
}

impl<'a> Decode<'a> for ProdSpecEntry<'a> {
    const LEAST: usize = 6;
    const NAME: &'static str = "ProdSpecEntry";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let mut ahead = *cursor;
        let [s0, s1, c0, c1] = ahead.array("spec-type and component-id")?;
        let prod_spec = OctetString::decode(&mut ahead)?;
        *cursor = ahead;
        Ok(Self {
            spec_type: SpecType(u16::from_be_bytes([s0, s1])),
            component_id: PrivateOid(u16::from_be_bytes([c0, c1])),
            prod_spec,
        })
    }
}

/// What a line of a production specification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpecType(pub u16);

impl SpecType {
    /// Nothing in particular.
    pub const UNSPECIFIED: Self = Self(0);
    /// A serial number.
    pub const SERIAL_NUMBER: Self = Self(1);
    /// A part number.
    pub const PART_NUMBER: Self = Self(2);
    /// A hardware revision.
    pub const HW_REVISION: Self = Self(3);
    /// A software revision.
    pub const SW_REVISION: Self = Self(4);
    /// A firmware revision.
    pub const FW_REVISION: Self = Self(5);
    /// A protocol revision.
    pub const PROTOCOL_REVISION: Self = Self(6);
    /// A GMDN code; personal health devices only.
    pub const GMDN: Self = Self(7);

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::UNSPECIFIED => "unspecified",
            Self::SERIAL_NUMBER => "serial-number",
            Self::PART_NUMBER => "part-number",
            Self::HW_REVISION => "hw-revision",
            Self::SW_REVISION => "sw-revision",
            Self::FW_REVISION => "fw-revision",
            Self::PROTOCOL_REVISION => "protocol-revision",
            Self::GMDN => "prod-spec-gmdn",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    #[test]
    fn a_scale_says_its_maker_and_model() {
        // get response of the 20601 annex example [public fixture]
        let bytes = b"\x00\x0aTheCompany\x00\x0cTheScaleABC\x00";
        let model = SystemModel::decode(&mut Cursor::new(bytes)).unwrap();
        assert_eq!((model.manufacturer.text(), model.model_number.text()), (&b"TheCompany"[..], &b"TheScaleABC"[..]));
    }

    #[test]
    fn a_scale_says_its_serial_number() {
        // get response of the 20601 annex example [public fixture]
        let bytes = b"\x00\x01\x00\x0e\x00\x01\x00\x00\x00\x08DE124567";
        let entries: Vec<_> =
            ProductionSpec::decode(&mut Cursor::new(bytes)).unwrap().iter().map(Result::unwrap).collect();
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].spec_type, entries[0].component_id), (SpecType::SERIAL_NUMBER, PrivateOid(0)));
        assert_eq!(entries[0].prod_spec.text(), b"DE124567");
        assert_eq!(entries[0].prod_spec.offset, 10);
    }

    #[test]
    fn an_unknown_kind_of_line_survives() {
        let bytes = [0, 1, 0, 7, 0x12, 0x34, 0, 9, 0, 1, b'x'];
        let entry = ProductionSpec::decode(&mut Cursor::new(&bytes)).unwrap().iter().next().unwrap().unwrap();
        assert_eq!((entry.spec_type, entry.spec_type.name()), (SpecType(0x1234), None));
    }
}
