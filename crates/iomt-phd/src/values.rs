//! Attribute values that only personal health devices have.
//!
//! ```text
//!  0A5A  list of TypeVer       | specialisation:16 | version:16 |
//!  0A4B  list of RegCertData   | auth-body:8 | struct-type:8 | length:16 | data ... |
//!  0A45  MdsTimeInfo           | capabilities and state:16 | sync protocol:16 | accuracy:32 | resolutions: 16, 16, 32 |
//!  0955  PowerStatus           | bits:16 |                      (`iomt-x73`)
//!  099C  battery charge        | percent:16 |
//!  0A55  AttrValMap            list of | attribute-id:16 | length:16 |
//!  0A53  HandleAttrValMap      list of | handle:16 | AttrValMap |
//! ```
//! ISO/IEEE 11073-20601 annex A.3 to A.7.

use iomt_wire::{Cursor, Result};
use iomt_x73::{Decode, Handle, List, OidType, RelativeTime};

use crate::shows;

/// Numbers of attributes that only this protocol has.
pub mod attribute {
    use iomt_x73::OidType;

    /// Number of the configuration.
    pub const DEV_CONFIG_ID: OidType = OidType(0x0a44);
    /// What the clock can do and how it is set.
    pub const MDS_TIME_INFO: OidType = OidType(0x0a45);
    /// Certifications.
    pub const REG_CERT_DATA_LIST: OidType = OidType(0x0a4b);
    /// A number as SFLOAT.
    pub const NU_VAL_OBS_BASIC: OidType = OidType(0x0a4c);
    /// How the entries of a segment are laid out.
    pub const PM_SEG_MAP: OidType = OidType(0x0a4e);
    /// Whose a segment is: a patient's.
    pub const PM_SEG_PERSON_ID: OidType = OidType(0x0a4f);
    /// How a scanner lays out the values of its objects.
    pub const SCAN_HANDLE_ATTR_VAL_MAP: OidType = OidType(0x0a53);
    /// How an object lays out its values.
    pub const ATTRIBUTE_VAL_MAP: OidType = OidType(0x0a55);
    /// A number as FLOAT.
    pub const NU_VAL_OBS_SIMP: OidType = OidType(0x0a56);
    /// Kinds of device.
    pub const SYS_TYPE_SPEC_LIST: OidType = OidType(0x0a5a);
    /// Several numbers as SFLOAT.
    pub const NU_CMPD_VAL_OBS_BASIC: OidType = OidType(0x0a75);
    /// Absolute time stamp.
    pub const TIME_STAMP_ABS: OidType = OidType(0x0990);
}

/// A kind of device and the version of its standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeVer {
    /// The kind, a term of partition 8; [`iomt_x73::mdc`] has its name and class.
    pub specialisation: OidType,
    /// Of its standard.
    pub version: u16,
}

impl<'a> Decode<'a> for TypeVer {
    const LEAST: usize = 4;
    const NAME: &'static str = "TypeVerList";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [t0, t1, v0, v1] = cursor.array(Self::NAME)?;
        Ok(Self { specialisation: OidType(u16::from_be_bytes([t0, t1])), version: u16::from_be_bytes([v0, v1]) })
    }
}

/// What a body of certification says of a device. Its data are that body's own and stay bytes.
#[derive(Clone, Copy)]
pub struct RegCertData<'a> {
    /// Which body.
    pub auth_body: u8,
    /// Which structure of it.
    pub struct_type: u8,
    /// What it says.
    pub data: Cursor<'a>,
}

shows!(RegCertData: auth_body, struct_type);

impl<'a> Decode<'a> for RegCertData<'a> {
    const LEAST: usize = 4;
    const NAME: &'static str = "RegCertDataList";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let mut ahead = *cursor;
        let [auth_body, struct_type, l0, l1] = ahead.array("auth-body, struct-type and length")?;
        let data = ahead.sub(u16::from_be_bytes([l0, l1]), "auth-body-data")?;
        *cursor = ahead;
        Ok(Self { auth_body, struct_type, data })
    }
}

/// What the clock of a device can do, and how it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MdsTimeInfo {
    /// Bits: 8000 has a clock, 4000 it can be set, 2000 relative time, 1000 high resolution, 0800/0400/0200 can be
    /// synchronised, 0080/0040/0020 are synchronised, 0010 the manager shall set it.
    pub capabilities: u16,
    /// By which protocol it is synchronised, a term of partition 8.
    pub sync_protocol: OidType,
    /// How exactly.
    pub accuracy: RelativeTime,
    /// Hundredths of a second that the clock resolves.
    pub absolute_resolution: u16,
    /// Ticks that relative time resolves.
    pub relative_resolution: u16,
    /// Microseconds that high-resolution time resolves.
    pub high_resolution: u32,
}

impl<'a> Decode<'a> for MdsTimeInfo {
    const LEAST: usize = 16;
    const NAME: &'static str = "MdsTimeInfo";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self {
            capabilities: cursor.be_u16("mds-time-cap-state")?,
            sync_protocol: OidType(cursor.be_u16("time-sync-protocol")?),
            accuracy: RelativeTime(cursor.be_u32("time-sync-accuracy")?),
            absolute_resolution: cursor.be_u16("time-resolution-abs-time")?,
            relative_resolution: cursor.be_u16("time-resolution-rel-time")?,
            high_resolution: cursor.be_u32("time-resolution-high-res-time")?,
        })
    }
}

/// One value in a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttrValMapEntry {
    /// Which attribute.
    pub attribute: OidType,
    /// How many bytes it takes.
    pub length: u16,
}

impl<'a> Decode<'a> for AttrValMapEntry {
    const LEAST: usize = 4;
    const NAME: &'static str = "AttrValMap";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [a0, a1, l0, l1] = cursor.array(Self::NAME)?;
        Ok(Self { attribute: OidType(u16::from_be_bytes([a0, a1])), length: u16::from_be_bytes([l0, l1]) })
    }
}

/// How an object lays out its values.
pub type AttrValMap<'a> = List<'a, AttrValMapEntry>;

/// How a scanner lays out the values of one of its objects.
#[derive(Clone, Copy, Debug)]
pub struct HandleAttrValMapEntry<'a> {
    /// Which object.
    pub handle: Handle,
    /// Its values.
    pub map: AttrValMap<'a>,
}

impl<'a> Decode<'a> for HandleAttrValMapEntry<'a> {
    const LEAST: usize = 6;
    const NAME: &'static str = "HandleAttrValMap";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { handle: Handle::decode(cursor)?, map: List::decode(cursor)? })
    }
}
