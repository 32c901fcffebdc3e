//! Writing connect indications, for tests, simulators and honeypots.
//!
//! The layout is that of [`connect`](crate::connect); what is written parses back to the same values.

use alloc::vec::Vec;

use iomt_wire::{Error, Kind, Result};
use iomt_x73::{Ava, GlobalHandle, ManagedObjectId, OidType, RelativeTime, SpecType, Type, nomenclature::attribute};

use crate::{
    Localization, NetworkAddress, Service,
    connect::{ConnectIndication, NOM_NOTI_CONN_INDIC, NomenclatureVersion},
};

/// Builds a connect indication; attributes stand in the order in which they are added.
///
/// ```
/// use iomt_intellivue::{connect::ConnectIndication, emit::ConnectIndicationBuilder};
///
/// let bytes = ConnectIndicationBuilder::new().system_model(b"Acme", b"M1").build()?;
/// let (indication, _) = ConnectIndication::parse(&bytes)?;
/// assert_eq!(indication.system_model().map(|model| model.model_number.text()), Some(&b"M1"[..]));
/// # Ok::<(), iomt_intellivue::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConnectIndicationBuilder {
    version: NomenclatureVersion,
    invoke_id: u16,
    object: ManagedObjectId,
    uptime: RelativeTime,
    count: usize,
    attributes: Vec<u8>,
    too_long: Option<Error>,
}

impl Default for ConnectIndicationBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl ConnectIndicationBuilder {
    /// Nomenclature 1.0, a composite single bed MDS, no attributes.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            version: NomenclatureVersion { major: 1, minor: 0 },
            invoke_id: 0,
            object: ManagedObjectId {
                class: OidType(0x0023),
                instance: GlobalHandle { mds_context: 0, handle: iomt_x73::Handle(0) },
            },
            uptime: RelativeTime(0),
            count: 0,
            attributes: Vec::new(),
            too_long: None,
        }
    }

    /// A builder with the header and all whole attributes of an indication that was read.
    #[must_use]
    pub fn copy_of(indication: &ConnectIndication<'_>) -> Self {
        let start = Self::new()
            .nomenclature_version(indication.nomenclature_version())
            .invoke_id(indication.invoke_id())
            .object(indication.object())
            .uptime(indication.uptime());
        let whole = indication.attributes().map_while(Result::ok);
        whole.fold(start, |builder, Ava { id, value, .. }| builder.attribute(id, value))
    }

    /// Sets the version of the nomenclature.
    #[must_use]
    pub const fn nomenclature_version(mut self, version: NomenclatureVersion) -> Self {
        self.version = version;
        self
    }

    /// Sets the number of the invocation.
    #[must_use]
    pub const fn invoke_id(mut self, invoke_id: u16) -> Self {
        self.invoke_id = invoke_id;
        self
    }

    /// Sets the object that announces itself.
    #[must_use]
    pub const fn object(mut self, object: ManagedObjectId) -> Self {
        self.object = object;
        self
    }

    /// Sets the time since power-up.
    #[must_use]
    pub const fn uptime(mut self, uptime: RelativeTime) -> Self {
        self.uptime = uptime;
        self
    }

    /// Adds any attribute.
    #[must_use]
    pub fn attribute(mut self, id: OidType, value: &[u8]) -> Self {
        let room = usize::from(u16::MAX).saturating_sub(self.attributes.len().saturating_add(value.len()));
        if let Ok(length) = u16::try_from(value.len())
            && room >= HEADERS
        {
            self.attributes.extend(id.0.to_be_bytes());
            self.attributes.extend(length.to_be_bytes());
            self.attributes.extend(value);
            self.count = self.count.saturating_add(1);
        } else if self.too_long.is_none() {
            let kind = Kind::Limit { limit: u16::MAX.into() };
            self.too_long = Some(Error { offset: self.attributes.len(), field: "attribute-value", kind });
        }
        self
    }

    /// Adds MAC and IPv4 address.
    #[must_use]
    pub fn network_address(self, NetworkAddress { mac, ipv4, netmask }: NetworkAddress) -> Self {
        self.attribute(attribute::NET_ADDR_INFO, &[&mac[..], &ipv4, &netmask].concat())
    }

    /// Adds the IPv6 address.
    #[must_use]
    pub fn ipv6_address(self, address: [u8; 16]) -> Self {
        self.attribute(attribute::IPV6_ADDRESS, &address)
    }

    /// Adds the services.
    #[must_use]
    pub fn services(self, services: &[Service]) -> Self {
        let items: Vec<u8> = services
            .iter()
            .flat_map(|service| [service.application, service.transport, service.port, service.options])
            .flat_map(u16::to_be_bytes)
            .collect();
        let value = list(services.len(), &items);
        self.attribute(attribute::PCOL_SUPPORT, &value)
    }

    /// Adds the EUI-64.
    #[must_use]
    pub fn system_id(self, eui64: [u8; 8]) -> Self {
        self.attribute(attribute::SYS_ID, &octets(&eui64))
    }

    /// Adds the type of device.
    #[must_use]
    pub fn system_type(self, system_type: Type) -> Self {
        self.attribute(attribute::SYS_TYPE, &system_type.mdc().to_be_bytes())
    }

    /// Adds the language.
    #[must_use]
    pub fn localization(self, localization: Localization) -> Self {
        let numbers = [localization.language.0.to_be_bytes(), localization.string_format.to_be_bytes()].concat();
        let value = [&localization.text_catalog_revision.to_be_bytes()[..], &numbers].concat();
        self.attribute(attribute::LOCALIZN, &value)
    }

    /// Adds manufacturer and model, each with a NUL at its end and of even length.
    #[must_use]
    pub fn system_model(self, manufacturer: &[u8], model: &[u8]) -> Self {
        let value = [octets(&terminated(manufacturer)), octets(&terminated(model))].concat();
        self.attribute(attribute::ID_MODEL, &value)
    }

    /// Adds serial numbers, part numbers and revisions: of each line its kind, component and text.
    #[must_use]
    pub fn production_spec(self, lines: &[(SpecType, u16, &[u8])]) -> Self {
        let items: Vec<u8> = lines
            .iter()
            .flat_map(|(kind, component, text)| {
                let numbers = [kind.0.to_be_bytes(), component.to_be_bytes()].concat();
                [numbers, octets(&terminated(text))].concat()
            })
            .collect();
        self.attribute(attribute::ID_PROD_SPECN, &list(lines.len(), &items))
    }

    /// The datagram.
    ///
    /// # Errors
    /// [`Kind::Limit`] when an attribute or all together do not fit the 16-bit lengths.
    pub fn build(&self) -> Result<Vec<u8>> {
        if let Some(error) = self.too_long {
            return Err(error);
        }
        let list = list(self.count, &self.attributes);
        let length = |bytes: usize| {
            let kind = Kind::Limit { limit: u16::MAX.into() };
            u16::try_from(bytes).map(u16::to_be_bytes).map_err(|_| Error { offset: 6, field: "ROIV length", kind })
        };
        let info = list.len();
        let argument = info.saturating_add(14);
        let total = argument.saturating_add(6);
        let mut bytes = Vec::with_capacity(total.saturating_add(8));
        bytes.extend([0, 0, self.version.major, self.version.minor, 0, 1]);
        bytes.extend(length(total)?);
        bytes.extend(self.invoke_id.to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(length(argument)?);
        bytes.extend(self.object.class.0.to_be_bytes());
        bytes.extend(self.object.instance.mds_context.to_be_bytes());
        bytes.extend(self.object.instance.handle.0.to_be_bytes());
        bytes.extend(self.uptime.0.to_be_bytes());
        bytes.extend(NOM_NOTI_CONN_INDIC.0.to_be_bytes());
        bytes.extend(length(info)?);
        bytes.extend(list);
        Ok(bytes)
    }
}

/// What stands around the attributes and counts into the longest length, one attribute's header included.
const HEADERS: usize = 6 + 14 + 4 + 4;

/// A counted list; numbers that do not fit are caught by the attribute around it.
fn list(count: usize, items: &[u8]) -> Vec<u8> {
    let numbers = [number(count), number(items.len())].concat();
    [&numbers, items].concat()
}

/// A counted string.
fn octets(bytes: &[u8]) -> Vec<u8> {
    [&number(bytes.len())[..], bytes].concat()
}

fn number(count: usize) -> [u8; 2] {
    u16::try_from(count).unwrap_or(u16::MAX).to_be_bytes()
}

/// With a NUL at its end and of even length.
fn terminated(text: &[u8]) -> Vec<u8> {
    let pad: &[u8] = if text.len() & 1 == 0 { &[0, 0] } else { &[0] };
    [text, pad].concat()
}
