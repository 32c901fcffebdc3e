//! The attributes of an object, written one after the other.

use alloc::{borrow::ToOwned, vec::Vec};

use iomt_wire::{Error, Kind, Result};
use iomt_x73::{
    AbsoluteTime, AttributeList, NuObsValue, OidType, RelativeTime, SaObsValue, SpecType, Type, nomenclature::attribute,
};

use crate::{Localization, NetworkAddress, Service};

/// Attributes in the order in which they are added.
///
/// ```
/// use iomt_intellivue::emit::{Attributes, ConnectIndicationBuilder};
///
/// let attributes = Attributes::new().system_model(b"Acme", b"M1").system_type(iomt_x73::Type::new(1, 0x114d));
/// assert!(ConnectIndicationBuilder::new().attributes(attributes).build().is_ok());
/// ```
#[derive(Clone, Default)]
pub struct Attributes {
    count: usize,
    bytes: Vec<u8>,
    too_long: Option<Error>,
}

/// How many attributes and not what they say: they may be a patient's.
impl core::fmt::Debug for Attributes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Attributes")
            .field("count", &self.count)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl Attributes {
    /// No attributes.
    #[must_use]
    pub const fn new() -> Self {
        Self { count: 0, bytes: Vec::new(), too_long: None }
    }

    /// All whole attributes of a list that was read.
    #[must_use]
    pub fn copy_of(list: &AttributeList<'_>) -> Self {
        list.iter().map_while(Result::ok).fold(Self::new(), |all, ava| all.attribute(ava.id, ava.value))
    }

    /// Adds any attribute.
    #[must_use]
    pub fn attribute(mut self, id: OidType, value: &[u8]) -> Self {
        let room = usize::from(u16::MAX).saturating_sub(self.bytes.len().saturating_add(value.len()));
        if let Ok(length) = u16::try_from(value.len())
            && room >= HEADER
        {
            self.bytes.extend(id.0.to_be_bytes());
            self.bytes.extend(length.to_be_bytes());
            self.bytes.extend(value);
            self.count = self.count.saturating_add(1);
        } else {
            self.fail();
        }
        self
    }

    fn fail(&mut self) {
        let kind = Kind::Limit { limit: u16::MAX.into() };
        self.too_long.get_or_insert(Error { offset: self.bytes.len(), field: "attribute-value", kind });
    }

    /// Adds an attribute that is a counted list.
    fn listed(mut self, id: OidType, count: usize, items: &[u8]) -> Self {
        if let Ok(value) = super::list(count, items) {
            return self.attribute(id, &value);
        }
        self.fail();
        self
    }

    /// Adds an attribute of 16 bits.
    #[must_use]
    pub fn number(self, id: OidType, value: u16) -> Self {
        self.attribute(id, &value.to_be_bytes())
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
        self.listed(attribute::PCOL_SUPPORT, services.len(), &items)
    }

    /// Adds the system identifier.
    #[must_use]
    pub fn system_id(self, identifier: &[u8]) -> Self {
        let value = octets(identifier);
        self.attribute(attribute::SYS_ID, &value)
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
        self.listed(attribute::ID_PROD_SPECN, lines.len(), &items)
    }

    /// Adds the bed label, as object attribute.
    #[must_use]
    pub fn bed_label(self, label: &str) -> Self {
        let value = octets(&wide(label));
        self.attribute(attribute::ID_BED_LABEL, &value)
    }

    /// Adds the bed label as a connect indication has it: 34 bytes, uncounted; a longer label is cut.
    #[must_use]
    pub fn announced_bed_label(self, label: &str) -> Self {
        let mut field = [0; 34];
        for (slot, byte) in field.iter_mut().zip(wide(label)) {
            *slot = byte;
        }
        self.attribute(attribute::BED_LABEL_ANNOUNCED, &field)
    }

    /// Adds time since power-up.
    #[must_use]
    pub fn relative_time(self, time: RelativeTime) -> Self {
        self.attribute(attribute::TIME_REL, &time.0.to_be_bytes())
    }

    /// Adds the device's clock.
    #[must_use]
    pub fn absolute_time(self, time: AbsoluteTime) -> Self {
        self.attribute(attribute::TIME_ABS, &time.0)
    }

    /// Adds one measured number.
    #[must_use]
    pub fn numeric(self, value: &NuObsValue) -> Self {
        self.attribute(attribute::NU_VAL_OBS, &measured(value))
    }

    /// Adds numbers measured together.
    #[must_use]
    pub fn compound(self, values: &[NuObsValue]) -> Self {
        let items: Vec<u8> = values.iter().flat_map(measured).collect();
        self.listed(attribute::NU_CMPD_VAL_OBS, values.len(), &items)
    }

    /// Adds a piece of a wave.
    #[must_use]
    pub fn wave(mut self, wave: &SaObsValue<'_>) -> Self {
        let Ok(length) = super::length(wave.samples.len(), "SaObsValue samples") else {
            self.fail();
            return self;
        };
        let head = [wave.physio_id.0.to_be_bytes(), wave.state.0.to_be_bytes(), length].concat();
        self.attribute(attribute::SA_VAL_OBS, &[&head, wave.samples].concat())
    }

    /// Adds the profile that a peer polls or is polled by, with the bits of its extension.
    #[must_use]
    pub fn poll_profile(self, period: RelativeTime, mtu_rx: u32, mtu_tx: u32, extension: u32) -> Self {
        let numbers = [0x8000_0000, period.0, mtu_rx, mtu_tx, u32::MAX, 0x6000_0000];
        let package = [extension.to_be_bytes(), [0; 4]].concat();
        let packages = Self::new().attribute(attribute::POLL_PROFILE_EXT, &package);
        let value: Vec<u8> = numbers.into_iter().flat_map(u32::to_be_bytes).collect();
        let packages = packages.list().unwrap_or_default();
        self.attribute(attribute::POLL_PROFILE_SUPPORT, &[value, packages].concat())
    }

    /// The counted list.
    ///
    /// # Errors
    /// [`Kind::Limit`] when an attribute or all together do not fit the 16-bit lengths.
    pub fn list(&self) -> Result<Vec<u8>> {
        match self.too_long {
            Some(error) => Err(error),
            None => super::list(self.count, &self.bytes),
        }
    }
}

/// Number and length of an attribute.
const HEADER: usize = 4;

fn measured(value: &NuObsValue) -> Vec<u8> {
    let numbers = [value.physio_id.0, value.state.0, value.unit_code.0].map(u16::to_be_bytes);
    [&numbers.concat()[..], &value.value.0.to_be_bytes()].concat()
}

/// A counted string; what does not fit is caught by the attribute around it.
fn octets(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&length[..], bytes].concat()
}

/// With a NUL at its end and of even length.
fn terminated(text: &[u8]) -> Vec<u8> {
    let mut text = text.to_owned();
    text.push(0);
    if text.len() & 1 == 1 {
        text.push(0);
    }
    text
}

/// UTF-16BE with a NUL at its end.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect()
}
