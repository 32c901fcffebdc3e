//! The connect indication: the datagram by which a monitor announces itself.
//!
//! ```text
//!  0      2       3       4         6        8           10             12
//!  | 0:16 | major | minor | ro-type | length | invoke-id | command-type | length |
//!  14                20            24           26       28
//!  | ManagedObjectId | RelativeTime | event-type | length | AttributeList ...
//! ```
//! Data Export, "connect indication event"; ro-type 1 (invoke), command-type 0 (event report), event-type 0D17. Each of
//! the three lengths counts what follows it.
//!
//! What devices really do: an MX450 sends sixteen attributes in 418 bytes to multicast 224.0.23.63, port 24005, and six of
//! them have no public name. Older firmware is said to broadcast and to send only system type, protocol support,
//! localisation and network address: then the serial number has to come from the MDS. A captured M8003A (G.01.80; a public capture that
//! is not bundled) broadcasts every 61 seconds, in 458 bytes with its bed label, and repeats the same time since power-up for
//! minutes: that of the moment when the indication was made.

use iomt_wire::{Cursor, Error, Kind, Quirk, Result};
use iomt_x73::{
    AttributeList, Decode, Items, List, ManagedObjectId, OctetString, OidType, ProductionSpec, RelativeTime,
    SystemModel, Type, nomenclature::attribute,
};

use crate::{Localization, NetworkAddress, Service};

pub use iomt_x73::Ava;

/// Event type of the connect indication, `NOM_NOTI_CONN_INDIC`.
pub const NOM_NOTI_CONN_INDIC: OidType = OidType(0x0d17);

/// Version of the nomenclature that a monitor speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NomenclatureVersion {
    /// Before the point.
    pub major: u8,
    /// Behind it.
    pub minor: u8,
}

/// A monitor's announcement of itself.
#[derive(Clone, Copy, Debug)]
pub struct ConnectIndication<'a> {
    nomenclature_version: NomenclatureVersion,
    lengths: [u16; 3],
    missing: usize,
    invoke_id: u16,
    object: ManagedObjectId,
    uptime: RelativeTime,
    attributes: AttributeList<'a>,
}

impl<'a> ConnectIndication<'a> {
    /// Reads the announcement at the head of a datagram, and tells how many bytes it takes.
    ///
    /// Of a datagram that was cut, what is there is read; [`Self::missing`] tells.
    ///
    /// # Errors
    /// When the first 32 bytes are not those of a connect indication, or not all there.
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, usize)> {
        let mut cursor = Cursor::new(bytes);
        expect(&mut cursor, "session-id", &[0])?;
        let [major, minor] = cursor.array("nomenclature version")?;
        expect(&mut cursor, "ro-type", &[1])?;
        let length = cursor.be_u16("ROIV length")?;
        let missing = usize::from(length).saturating_sub(cursor.remaining());
        let mut body = cursor.sub_clipped(length);
        let invoke_id = body.be_u16("invoke-id")?;
        expect(&mut body, "command-type", &[0, 1])?;
        let argument = body.be_u16("event report length")?;
        let object = ManagedObjectId::decode(&mut body)?;
        let uptime = RelativeTime::decode(&mut body)?;
        expect(&mut body, "event-type", &[NOM_NOTI_CONN_INDIC.0])?;
        let info = body.be_u16("event info length")?;
        let attributes = AttributeList::decode(&mut body)?;
        let indication = Self {
            nomenclature_version: NomenclatureVersion { major, minor },
            lengths: [length, argument, info],
            missing,
            invoke_id,
            object,
            uptime,
            attributes,
        };
        Ok((indication, cursor.offset()))
    }

    /// Version of the nomenclature; 1.0 in the one capture there is.
    #[must_use]
    pub const fn nomenclature_version(&self) -> NomenclatureVersion {
        self.nomenclature_version
    }

    /// Time since power-up when the indication was made; it is sent again and again without being made anew.
    #[must_use]
    pub const fn uptime(&self) -> RelativeTime {
        self.uptime
    }

    /// Number of the invocation; 0 in the one capture there is.
    #[must_use]
    pub const fn invoke_id(&self) -> u16 {
        self.invoke_id
    }

    /// The object that announces itself: its class tells the kind of MDS.
    #[must_use]
    pub const fn object(&self) -> ManagedObjectId {
        self.object
    }

    /// How many of the announced bytes are not in the datagram.
    #[must_use]
    pub const fn missing(&self) -> usize {
        self.missing
    }

    /// The attributes in wire order; of a datagram that was cut, the whole ones and then the error.
    #[must_use]
    pub fn attributes(&self) -> Items<'a, Ava<'a>> {
        self.attributes.iter()
    }

    /// The attributes as a list, with its announced count and length.
    #[must_use]
    pub const fn attribute_list(&self) -> AttributeList<'a> {
        self.attributes
    }

    /// MAC and IPv4 address that the monitor says it has.
    #[must_use]
    pub fn network_address(&self) -> Option<NetworkAddress> {
        self.attributes.get(attribute::NET_ADDR_INFO)
    }

    /// IPv6 address that the monitor says it has.
    #[must_use]
    pub fn ipv6_address(&self) -> Option<[u8; 16]> {
        self.attributes.find(attribute::IPV6_ADDRESS)?.value.try_into().ok()
    }

    /// The services that the monitor offers; an empty list when it says none.
    #[must_use]
    pub fn services(&self) -> List<'a, Service> {
        self.attributes.get(attribute::PCOL_SUPPORT).unwrap_or_default()
    }

    /// Manufacturer and product number.
    #[must_use]
    pub fn system_model(&self) -> Option<SystemModel<'a>> {
        self.attributes.get(attribute::ID_MODEL)
    }

    /// Serial number, part numbers and revisions; an empty list when the monitor says none.
    #[must_use]
    pub fn production_spec(&self) -> ProductionSpec<'a> {
        self.attributes.get(attribute::ID_PROD_SPECN).unwrap_or_default()
    }

    /// The EUI-64: the MAC address with `FF FF` in its middle.
    #[must_use]
    pub fn system_id(&self) -> Option<OctetString<'a>> {
        self.attributes.get(attribute::SYS_ID)
    }

    /// The type of device; 1/114D is a multi-parameter patient monitor.
    #[must_use]
    pub fn system_type(&self) -> Option<Type> {
        self.attributes.get(attribute::SYS_TYPE)
    }

    /// The language that the monitor is set to.
    #[must_use]
    pub fn localization(&self) -> Option<Localization> {
        self.attributes.get(attribute::LOCALIZN)
    }

    /// Deviations: lengths that do not agree with what is around them, bytes after the last attribute.
    pub fn quirks(&self) -> impl Iterator<Item = Quirk> + use<'a> {
        let [length, argument, info] = self.lengths;
        let pairs = [
            (12, "event report length", length.checked_sub(6), argument),
            (26, "event info length", argument.checked_sub(14), info),
            (30, "AttributeList length", info.checked_sub(4), self.attributes.length()),
        ];
        let lengths = pairs.into_iter().filter(|(_, _, wanted, found)| *wanted != Some(*found));
        lengths
            .map(|(offset, field, _, _)| Quirk { offset, field, name: "length-mismatch" })
            .chain(self.attributes.quirk())
    }
}

/// Reads a number that can only have some values.
fn expect(cursor: &mut Cursor<'_>, field: &'static str, wanted: &[u16]) -> Result<u16> {
    let offset = cursor.offset();
    let found = cursor.be_u16(field)?;
    if wanted.contains(&found) {
        Ok(found)
    } else {
        Err(Error { offset, field, kind: Kind::Invalid { value: found.into() } })
    }
}
