//! What an object is, and which one it is.
//!
//! ```text
//!  TYPE             | partition:16 | code:16 |
//!  GlobalHandle     | mds-context:16 | handle:16 |
//!  ManagedObjectId  | object class:16 | mds-context:16 | handle:16 |
//! ```
//! ISO/IEEE 11073-20601 annex A; the two with a context are Philips'.
//!
//! What devices really do: a monitor announces itself with context 0 and handle 0; the class then still tells that it is
//! an MDS (0023, composite single bed, in the one capture there is; 0021 in association traffic).

use core::fmt;

use iomt_wire::{Cursor, Result};

use crate::Decode;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident, $field:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u16);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:#06x})"), self.0)
            }
        }

        impl<'a> Decode<'a> for $name {
            const LEAST: usize = 2;
            const NAME: &'static str = $field;

            #[inline]
            fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
                cursor.be_u16($field).map(Self)
            }
        }
    )*};
}

numbers! {
    /// A nomenclature term without its partition: which partition is meant follows from where it stands.
    OidType, "OID-Type";
    /// A term of a manufacturer's own nomenclature.
    PrivateOid, "PrivateOid";
    /// The number by which a device calls one of its objects; 0 is the device itself.
    Handle, "HANDLE";
    /// A part of the nomenclature.
    Partition, "NomPartition";
}

impl Partition {
    /// Object classes, device types and attributes.
    pub const OBJECT: Self = Self(1);
    /// Physiological quantities (SCADA).
    pub const SCADA: Self = Self(2);
    /// Alerts and events.
    pub const EVENT: Self = Self(3);
    /// Dimensions and units.
    pub const DIMENSION: Self = Self(4);
    /// Parameter groups.
    pub const PARAMETER_GROUP: Self = Self(6);
    /// Infrastructure, with the personal-health specialisations.
    pub const INFRASTRUCTURE: Self = Self(8);
    /// Personal health: disease management.
    pub const PHD_DISEASE_MANAGEMENT: Self = Self(128);
    /// Personal health: health and fitness.
    pub const PHD_HEALTH_FITNESS: Self = Self(129);
    /// Personal health: ageing independently.
    pub const PHD_AGEING: Self = Self(130);
    /// Return codes.
    pub const RETURN_CODE: Self = Self(255);
    /// Other nomenclatures.
    pub const EXTERNAL: Self = Self(256);
    /// Philips EMFC.
    pub const PHILIPS_EMFC: Self = Self(1025);
    /// Philips settings.
    pub const PHILIPS_SETTINGS: Self = Self(1026);

    /// What the partition holds, in plain words.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::OBJECT => "object",
            Self::SCADA => "physiological",
            Self::EVENT => "event",
            Self::DIMENSION => "dimension",
            Self::PARAMETER_GROUP => "parameter group",
            Self::INFRASTRUCTURE => "infrastructure",
            Self::PHD_DISEASE_MANAGEMENT => "personal health: disease management",
            Self::PHD_HEALTH_FITNESS => "personal health: health and fitness",
            Self::PHD_AGEING => "personal health: ageing independently",
            Self::RETURN_CODE => "return code",
            Self::EXTERNAL => "external",
            Self::PHILIPS_EMFC => "Philips EMFC",
            Self::PHILIPS_SETTINGS => "Philips settings",
            _ => return None,
        })
    }
}

/// A nomenclature term with its partition: the type of an object or device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Type {
    /// The part of the nomenclature that `code` is of.
    pub partition: Partition,
    /// The term.
    pub code: OidType,
}

impl Type {
    /// A type from its two numbers.
    #[must_use]
    pub const fn new(partition: u16, code: u16) -> Self {
        Self { partition: Partition(partition), code: OidType(code) }
    }

    /// The 32-bit number that HL7 device messages write: partition x 65536 + code.
    #[must_use]
    pub fn mdc(self) -> u32 {
        u32::from(self.partition.0) << 16 | u32::from(self.code.0)
    }
}

impl<'a> Decode<'a> for Type {
    const LEAST: usize = 4;
    const NAME: &'static str = "TYPE";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [p0, p1, c0, c1] = cursor.array(Self::NAME)?;
        Ok(Self::new(u16::from_be_bytes([p0, p1]), u16::from_be_bytes([c0, c1])))
    }
}

/// A handle in the context of one MDS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlobalHandle {
    /// Which MDS.
    pub mds_context: u16,
    /// Which of its objects.
    pub handle: Handle,
}

impl<'a> Decode<'a> for GlobalHandle {
    const LEAST: usize = 4;
    const NAME: &'static str = "GlobalHandle";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [m0, m1, h0, h1] = cursor.array(Self::NAME)?;
        Ok(Self { mds_context: u16::from_be_bytes([m0, m1]), handle: Handle(u16::from_be_bytes([h0, h1])) })
    }
}

/// Which object a message is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ManagedObjectId {
    /// The object's class, a term of partition 1.
    pub class: OidType,
    /// Which one.
    pub instance: GlobalHandle,
}

impl<'a> Decode<'a> for ManagedObjectId {
    const LEAST: usize = 6;
    const NAME: &'static str = "ManagedObjectId";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [c0, c1, m0, m1, h0, h1] = cursor.array(Self::NAME)?;
        let instance =
            GlobalHandle { mds_context: u16::from_be_bytes([m0, m1]), handle: Handle(u16::from_be_bytes([h0, h1])) };
        Ok(Self { class: OidType(u16::from_be_bytes([c0, c1])), instance })
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::format;

    #[test]
    fn a_type_gives_the_number_that_hl7_writes() {
        // the system type of the captured connect indication [real, anonymised]
        let found = Type::decode(&mut Cursor::new(&[0x00, 0x01, 0x11, 0x4d])).unwrap();
        assert_eq!((found, found.mdc()), (Type::new(1, 0x114d), 69_965));
    }

    #[test]
    fn an_object_id_is_class_context_and_handle() {
        let found = ManagedObjectId::decode(&mut Cursor::new(&[0, 0x23, 0, 1, 0, 2])).unwrap();
        assert_eq!(found.class, OidType(0x23));
        assert_eq!(found.instance, GlobalHandle { mds_context: 1, handle: Handle(2) });
    }

    #[test]
    fn numbers_show_as_hex_and_unknown_partitions_have_no_name() {
        assert_eq!(format!("{:?}", OidType(0x928)), "OidType(0x0928)");
        assert_eq!(Partition(7).name(), None);
        assert_eq!(Partition::DIMENSION.name(), Some("dimension"));
    }
}
