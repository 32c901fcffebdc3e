//! How a device asks to associate, and how a manager answers.
//!
//! ```text
//!  DataProto   | data-proto-id:16 | length:16 | information ... |
//!    5079      PhdAssociationInformation
//!    | protocol-version:32 | encoding-rules:16 | nomenclature-version:32 | functional-units:32 | system-type:32 |
//!    | system-id: octet string | dev-config-id:16 | data-req-mode-flags:16 | agent-count:8 | manager-count:8 |
//!    | options: AttributeList |
//!    FFFF      | UUID: 16 bytes | length:16 | a manufacturer's own ... |
//! ```
//! ISO/IEEE 11073-20601 annex A.8. The first 24, 28 or 36 bits of the system-id are its maker's.
//!
//! What devices really do: an agent offers one protocol, 20601, and one or two encodings of which MDER is always one
//! (`A000`: MDER and PER). A manager answers with the one it chose and, in the field of the configuration, zero.

use iomt_wire::{Cursor, Result};
use iomt_x73::{AttributeList, Decode, List, OctetString};

use crate::{named, shows};

named! {
    /// Which protocol the data of an association follow.
    DataProtoId(u16) {
        /// This one.
        PHD = 0x5079, "20601";
        /// A manufacturer's own.
        EXTERNAL = 0xffff, "external";
    }
    /// How a manager answers.
    AssociateResult(u16) {
        /// The association is on, and the configuration is known.
        ACCEPTED = 0, "accepted";
        /// Not now and not later.
        REJECTED_PERMANENT = 1, "rejected permanently";
        /// Not now.
        REJECTED_TRANSIENT = 2, "rejected for now";
        /// The association is on, and the device shall send its configuration.
        ACCEPTED_UNKNOWN_CONFIG = 3, "accepted, configuration unknown";
        /// No protocol that both speak.
        REJECTED_NO_COMMON_PROTOCOL = 4, "rejected: no common protocol";
        /// No parameters that both accept.
        REJECTED_NO_COMMON_PARAMETER = 5, "rejected: no common parameter";
        /// For another reason.
        REJECTED_UNKNOWN = 6, "rejected: unknown reason";
        /// The device may not.
        REJECTED_UNAUTHORIZED = 7, "rejected: unauthorised";
        /// Of the association itself.
        REJECTED_UNSUPPORTED_ASSOC_VERSION = 8, "rejected: association version not supported";
    }
}

impl AssociateResult {
    /// Whether the association is on.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::ACCEPTED | Self::ACCEPTED_UNKNOWN_CONFIG)
    }
}

/// A device asks to associate.
#[derive(Clone, Copy, Debug)]
pub struct AssociationRequest<'a> {
    /// 80000000 is version 1.
    pub association_version: u32,
    /// The protocols that it offers.
    pub data_protocols: List<'a, DataProto<'a>>,
}

impl<'a> AssociationRequest<'a> {
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Result<Self> {
        let association_version = cursor.be_u32("assoc-version")?;
        Ok(Self { association_version, data_protocols: List::decode(cursor)? })
    }

    /// What the device says of itself in the first offer that is of 20601.
    #[must_use]
    pub fn information(&self) -> Option<PhdAssociationInformation<'a>> {
        self.data_protocols.iter().map_while(Result::ok).find_map(|proto| proto.phd()?.ok())
    }
}

/// A manager answers.
#[derive(Clone, Copy, Debug)]
pub struct AssociationResponse<'a> {
    /// Yes or no.
    pub result: AssociateResult,
    /// The protocol that it chose.
    pub data_protocol: DataProto<'a>,
}

impl<'a> AssociationResponse<'a> {
    pub(crate) fn read(cursor: &mut Cursor<'a>) -> Result<Self> {
        let result = AssociateResult(cursor.be_u16("Associate-result")?);
        let [i0, i1, l0, l1] = cursor.array("data-proto-id and length")?;
        let information = cursor.sub_clipped(u16::from_be_bytes([l0, l1]));
        let data_protocol = DataProto {
            id: DataProtoId(u16::from_be_bytes([i0, i1])),
            length: u16::from_be_bytes([l0, l1]),
            information,
        };
        Ok(Self { result, data_protocol })
    }

    /// What the manager says of itself, where it chose 20601.
    #[must_use]
    pub fn information(&self) -> Option<PhdAssociationInformation<'a>> {
        self.data_protocol.phd()?.ok()
    }
}

/// One protocol that is offered or chosen.
#[derive(Clone, Copy)]
pub struct DataProto<'a> {
    /// Which one.
    pub id: DataProtoId,
    /// How many bytes its information says that it has.
    pub length: u16,
    /// More of it, as far as it is there.
    pub information: Cursor<'a>,
}

shows!(DataProto: id, length);

impl<'a> DataProto<'a> {
    /// The information of 20601; nothing for another protocol, or where a rejection leaves it out.
    #[must_use]
    pub fn phd(&self) -> Option<Result<PhdAssociationInformation<'a>>> {
        let is_phd = self.id == DataProtoId::PHD && !self.information.is_empty();
        is_phd.then(|| PhdAssociationInformation::decode(&mut { self.information }))
    }

    /// The information of a manufacturer's own protocol; nothing for another.
    #[must_use]
    pub fn external(&self) -> Option<Result<ExternalInformation<'a>>> {
        (self.id == DataProtoId::EXTERNAL).then(|| ExternalInformation::decode(&mut { self.information }))
    }
}

impl<'a> Decode<'a> for DataProto<'a> {
    const LEAST: usize = 4;
    const NAME: &'static str = "DataProtoList";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let mut ahead = *cursor;
        let [i0, i1, l0, l1] = ahead.array("data-proto-id and length")?;
        let length = u16::from_be_bytes([l0, l1]);
        let information = ahead.sub(length, "data-proto-info")?;
        *cursor = ahead;
        Ok(Self { id: DataProtoId(u16::from_be_bytes([i0, i1])), length, information })
    }
}

/// What a device or manager says of itself when it associates.
#[derive(Clone, Copy, Debug)]
pub struct PhdAssociationInformation<'a> {
    /// 80000000 is version 1.
    pub protocol_version: u32,
    /// The encodings that are offered, or the one that was chosen.
    pub encoding_rules: EncodingRules,
    /// 80000000 is version 1.
    pub nomenclature_version: u32,
    /// What it can do beside the ordinary.
    pub functional_units: FunctionalUnits,
    /// Which side it is.
    pub system_type: SystemType,
    /// EUI-64.
    pub system_id: OctetString<'a>,
    /// Which layout its data have; zero from a manager.
    pub dev_config_id: ConfigId,
    /// Where that number stands, in bytes from the head of the frame.
    pub dev_config_offset: usize,
    /// Which ways of asking for data it supports.
    pub data_req_mode_flags: u16,
    /// Data requests that the agent may start at the same time.
    pub agent_count: u8,
    /// Data requests that the manager may start at the same time.
    pub manager_count: u8,
    /// More of it.
    pub options: AttributeList<'a>,
    /// Where all this starts, in bytes from the head of the frame.
    pub offset: usize,
}

impl<'a> Decode<'a> for PhdAssociationInformation<'a> {
    const LEAST: usize = 30;
    const NAME: &'static str = "PhdAssociationInformation";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let offset = cursor.offset();
        let protocol_version = cursor.be_u32("protocol-version")?;
        let encoding_rules = EncodingRules(cursor.be_u16("encoding-rules")?);
        let nomenclature_version = cursor.be_u32("nomenclature-version")?;
        let functional_units = FunctionalUnits(cursor.be_u32("functional-units")?);
        let system_type = SystemType(cursor.be_u32("system-type")?);
        let system_id = OctetString::decode(cursor)?;
        let dev_config_offset = cursor.offset();
        let [c0, c1, f0, f1, agent_count, manager_count] = cursor.array("dev-config-id and data-req-mode-capab")?;
        Ok(Self {
            protocol_version,
            encoding_rules,
            nomenclature_version,
            functional_units,
            system_type,
            system_id,
            dev_config_id: ConfigId(u16::from_be_bytes([c0, c1])),
            dev_config_offset,
            data_req_mode_flags: u16::from_be_bytes([f0, f1]),
            agent_count,
            manager_count,
            options: List::decode(cursor)?,
            offset,
        })
    }
}

/// A manufacturer's own protocol.
#[derive(Clone, Copy)]
pub struct ExternalInformation<'a> {
    /// Which one.
    pub uuid: [u8; 16],
    /// More of it.
    pub information: Cursor<'a>,
}

shows!(ExternalInformation: uuid);

impl<'a> Decode<'a> for ExternalInformation<'a> {
    const LEAST: usize = 18;
    const NAME: &'static str = "ManufSpecAssociationInformation";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let uuid = cursor.array("data-proto-id-ext")?;
        let length = cursor.be_u16("data-proto-info-ext length")?;
        Ok(Self { uuid, information: cursor.sub_clipped(length) })
    }
}

/// How data are written: bits, since several may be offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EncodingRules(pub u16);

impl EncodingRules {
    /// Medical device encoding rules: fixed, big-endian, no padding.
    pub const MDER: Self = Self(0x8000);
    /// XML encoding rules.
    pub const XER: Self = Self(0x4000);
    /// Packed encoding rules.
    pub const PER: Self = Self(0x2000);

    /// Whether MDER is among them.
    #[must_use]
    pub const fn has_mder(self) -> bool {
        self.0 & Self::MDER.0 != 0
    }

    /// The names of those that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        [(Self::MDER, "MDER"), (Self::XER, "XER"), (Self::PER, "PER")]
            .into_iter()
            .filter(move |(bit, _)| self.0 & bit.0 != 0)
            .map(|(_, name)| name)
    }
}

/// What a system can do beside the ordinary: bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionalUnits(pub u32);

impl FunctionalUnits {
    /// It only sends.
    pub const UNIDIRECTIONAL: Self = Self(0x8000_0000);
    /// It can take part in a test association.
    pub const HAVE_TEST_CAP: Self = Self(0x4000_0000);
    /// This shall be a test association: its data are nobody's.
    pub const CREATE_TEST_ASSOC: Self = Self(0x2000_0000);

    /// Whether all bits of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Which side a system is: bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemType(pub u32);

impl SystemType {
    /// It collects.
    pub const MANAGER: Self = Self(0x8000_0000);
    /// It measures.
    pub const AGENT: Self = Self(0x0080_0000);

    /// In plain words.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::MANAGER => "manager",
            Self::AGENT => "agent",
            _ => return None,
        })
    }
}

/// Which layout a device's data have.
///
/// ```
/// use iomt_phd::association::ConfigId;
/// assert!(ConfigId(0x0190).is_standard() && ConfigId(0x4000).is_extended());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConfigId(pub u16);

impl ConfigId {
    /// What a manager writes.
    pub const MANAGER_RESPONSE: Self = Self(0);

    /// Whether a device specialisation standard defines it.
    #[must_use]
    pub const fn is_standard(self) -> bool {
        matches!(self.0, 0x0001..=0x3fff)
    }

    /// Whether the device defines it.
    #[must_use]
    pub const fn is_extended(self) -> bool {
        matches!(self.0, 0x4000..=0x7fff)
    }
}
