//! What is negotiated when a client associates with a monitor.
//!
//! ```text
//!  SPDU CN or AC > user data > presentation PDU (31) > ... > ACSE (61) > ... > EXTERNAL (28) > 81 length
//!    0                  4                      8                  12            16
//!    | protocol-version | nomenclature-version | functional-units | system-type | startup-mode |
//!    20
//!    | options: AttributeList | supported profiles: AttributeList |
//!                               NOM_POLL_PROFILE_SUPPORT:
//!    | profile-revision:32 | min-poll-period:32 | max-mtu-rx:32 | max-mtu-tx:32 | max-bw-tx:32 | options:32 | packages |
//! ```
//! MDSEUserInfoStd, 11073-20201 and the Data Export guide. The walk to it follows the BER; no offset is fixed.
//!
//! What devices really do: the monitor is the server (system-type 00800000), the client says 80000000. The accept exists
//! with and without the integer `02 01 02` before the octets.

use iomt_wire::{Cursor, Error, Kind, Result, named};
use iomt_x73::{AttributeList, Decode, List, RelativeTime, Type, nomenclature::attribute};

use crate::{
    ber::Leaves,
    session::{Spdu, SpduType},
};

/// An association request or accept.
#[derive(Clone, Copy, Debug)]
pub struct Association<'a> {
    spdu: Spdu<'a>,
    user: Option<UserInformation<'a>>,
}

/// 1.2.840.10004.2.1, the arc of IEEE 1073, as it stands within object identifiers.
pub(crate) const IEEE_1073: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x14, 0x02, 0x01];

impl<'a> Association<'a> {
    /// Reads the association message at the head of a datagram, and tells how many bytes it takes.
    ///
    /// # Errors
    /// When it is neither request nor accept, when it is whole and has no object identifier of IEEE 1073 (another
    /// application over the same session layer), or when its BER cannot be walked that far.
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, usize)> {
        let (spdu, used) = Spdu::parse(bytes)?;
        if !matches!(spdu.kind, SpduType::CONNECT | SpduType::ACCEPT) {
            return Err(Error { offset: 0, field: "SI", kind: Kind::Invalid { value: spdu.kind.0.into() } });
        }
        let mut ieee = false;
        let mut user = None;
        for leaf in spdu.user_data().map(Leaves::new).into_iter().flatten() {
            let leaf = leaf?;
            ieee |= leaf.tag == 0x06 && leaf.content.rest().starts_with(&IEEE_1073);
            ieee |= leaf.tag == 0x81 && leaf.content.rest().starts_with(&IEEE_1073);
            if leaf.tag == 0x81 && leaf.parent == 0x28 {
                user = UserInformation::decode(&mut { leaf.content }).ok();
                break;
            }
        }
        if !ieee && spdu.missing() == 0 {
            let kind = Kind::Syntax("no object identifier of IEEE 1073");
            return Err(Error { offset: 0, field: "abstract-syntax-name", kind });
        }
        Ok((Self { spdu, user }, used))
    }

    /// The session message around it.
    #[must_use]
    pub const fn spdu(&self) -> Spdu<'a> {
        self.spdu
    }

    /// Whether this is the accept rather than the request.
    #[must_use]
    pub fn is_accept(&self) -> bool {
        self.spdu.kind == SpduType::ACCEPT
    }

    /// What the sender says of itself; nothing when the datagram was cut before it.
    #[must_use]
    pub const fn user_information(&self) -> Option<UserInformation<'a>> {
        self.user
    }
}

/// MDSEUserInfoStd: versions, role and profiles of one peer.
#[derive(Clone, Copy, Debug)]
pub struct UserInformation<'a> {
    /// 80000000 is MDDL version 1.
    pub protocol_version: u32,
    /// 40000000 in all that was seen.
    pub nomenclature_version: u32,
    /// Bits; 0 in all that was seen.
    pub functional_units: u32,
    /// Client or server.
    pub system_type: SystemType,
    /// How the sender came up.
    pub startup_mode: StartupMode,
    /// Options, mostly none.
    pub options: AttributeList<'a>,
    /// The profiles that the sender supports.
    pub profiles: AttributeList<'a>,
    /// Where these octets start in the frame.
    pub offset: usize,
}

impl<'a> UserInformation<'a> {
    /// What the sender can poll or be polled for.
    #[must_use]
    pub fn poll_profile(&self) -> Option<PollProfile<'a>> {
        self.profiles.get(attribute::POLL_PROFILE_SUPPORT)
    }

    /// The objects that the sender may have, and how many of each.
    #[must_use]
    pub fn object_support(&self) -> List<'a, ObjectSupport> {
        self.profiles.get(attribute::MDIB_OBJ_SUPPORT).unwrap_or_default()
    }
}

impl<'a> Decode<'a> for UserInformation<'a> {
    const LEAST: usize = 28;
    const NAME: &'static str = "MDSEUserInfoStd";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let offset = cursor.offset();
        Ok(Self {
            protocol_version: cursor.be_u32("protocol-version")?,
            nomenclature_version: cursor.be_u32("nomenclature-version")?,
            functional_units: cursor.be_u32("functional-units")?,
            system_type: SystemType(cursor.be_u32("system-type")?),
            startup_mode: StartupMode(cursor.be_u32("startup-mode")?),
            options: AttributeList::decode(cursor).unwrap_or_default(),
            profiles: AttributeList::decode(cursor).unwrap_or_default(),
            offset,
        })
    }
}

named! {
    /// On which side of the association a peer is.
    SystemType(u32) {
        /// A client: a computer that collects.
        CLIENT = 0x8000_0000, "client";
        /// A server: the monitor.
        SERVER = 0x0080_0000, "server";
    }
    /// How a peer came up.
    StartupMode(u32) {
        /// It goes on where it was.
        HOT = 0x8000_0000, "hot";
        /// It kept its settings.
        WARM = 0x4000_0000, "warm";
        /// It starts afresh.
        COLD = 0x2000_0000, "cold";
    }
}

/// How much and how often a peer polls or answers.
#[derive(Clone, Copy, Debug)]
pub struct PollProfile<'a> {
    /// 80000000 is the first revision.
    pub revision: u32,
    /// The shortest time between two polls.
    pub min_poll_period: RelativeTime,
    /// Most bytes of a message received.
    pub max_mtu_rx: u32,
    /// Most bytes of a message sent.
    pub max_mtu_tx: u32,
    /// Bandwidth; FFFFFFFF is no limit.
    pub max_bw_tx: u32,
    /// 40000000 creates objects as they come, 20000000 deletes them.
    pub options: u32,
    /// Optional packages.
    pub optional_packages: AttributeList<'a>,
}

impl PollProfile<'_> {
    /// Bits of the extended poll, `NOM_ATTR_POLL_PROFILE_EXT`.
    #[must_use]
    pub fn extension(&self) -> Option<u32> {
        self.optional_packages.find(attribute::POLL_PROFILE_EXT)?.cursor().be_u32("NOM_ATTR_POLL_PROFILE_EXT").ok()
    }
}

impl<'a> Decode<'a> for PollProfile<'a> {
    const LEAST: usize = 24;
    const NAME: &'static str = "NOM_POLL_PROFILE_SUPPORT";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self {
            revision: cursor.be_u32("poll-profile-revision")?,
            min_poll_period: RelativeTime::decode(cursor)?,
            max_mtu_rx: cursor.be_u32("max-mtu-rx")?,
            max_mtu_tx: cursor.be_u32("max-mtu-tx")?,
            max_bw_tx: cursor.be_u32("max-bw-tx")?,
            options: cursor.be_u32("poll profile options")?,
            optional_packages: AttributeList::decode(cursor).unwrap_or_default(),
        })
    }
}

/// A kind of object and how many of it a device may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectSupport {
    /// The kind.
    pub object_type: Type,
    /// The most of it.
    pub max_instances: u32,
}

impl<'a> Decode<'a> for ObjectSupport {
    const LEAST: usize = 8;
    const NAME: &'static str = "NOM_MDIB_OBJ_SUPPORT";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { object_type: Type::decode(cursor)?, max_instances: cursor.be_u32("max-inst")? })
    }
}
