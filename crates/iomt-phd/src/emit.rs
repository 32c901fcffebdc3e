//! Writing APDUs, for tests, simulators and honeypots.
//!
//! What is written parses back to the same values. A builder that is asked for more than the 16-bit lengths can say
//! returns [`Kind::Limit`].

use alloc::vec::Vec;

use iomt_wire::{Error, Kind, Result};
use iomt_x73::{Ava, Handle, OidType, RelativeTime, SpecType, Type, nomenclature::attribute as id};

use crate::{
    apdu::{AbortReason, ApduType, ReleaseReason},
    association::{
        AssociateResult, ConfigId, DataProtoId, EncodingRules, FunctionalUnits, PhdAssociationInformation, SystemType,
    },
    data::Choice,
    scan::{ConfigResult, NOTI_CONFIG},
    values::attribute,
};

/// A length or count as the wire writes it.
fn number(count: usize, field: &'static str) -> Result<[u8; 2]> {
    let kind = Kind::Limit { limit: u16::MAX.into() };
    u16::try_from(count).map(u16::to_be_bytes).map_err(|_| Error { offset: 0, field, kind })
}

/// Bytes with their count in front.
fn counted(bytes: &[u8], field: &'static str) -> Result<Vec<u8>> {
    Ok([&number(bytes.len(), field)?, bytes].concat())
}

/// A list: how many items, how many bytes, the items.
///
/// # Errors
/// When there are too many, or they are too long.
pub fn list<'i>(items: impl IntoIterator<Item = &'i [u8]>) -> Result<Vec<u8>> {
    let (mut count, mut body) = (0_usize, Vec::new());
    for item in items {
        count = count.saturating_add(1);
        body.extend_from_slice(item);
    }
    Ok([&number(count, "list count")?[..], &number(body.len(), "list length")?, &body].concat())
}

/// Any APDU.
///
/// # Errors
/// When the body is too long.
pub fn apdu(apdu_type: ApduType, body: &[u8]) -> Result<Vec<u8>> {
    Ok([&apdu_type.0.to_be_bytes()[..], &counted(body, "APDU length")?].concat())
}

/// A release request.
#[must_use]
pub fn release_request(reason: ReleaseReason) -> Vec<u8> {
    short(ApduType::RLRQ, reason.0)
}

/// A release response.
#[must_use]
pub fn release_response(reason: ReleaseReason) -> Vec<u8> {
    short(ApduType::RLRE, reason.0)
}

/// An abort.
#[must_use]
pub fn abort(reason: AbortReason) -> Vec<u8> {
    short(ApduType::ABRT, reason.0)
}

fn short(apdu_type: ApduType, reason: u16) -> Vec<u8> {
    [apdu_type.0, 2, reason].into_iter().flat_map(u16::to_be_bytes).collect()
}

/// Builds association requests and responses.
///
/// ```
/// use iomt_phd::{apdu::Apdu, association::ConfigId, emit::Association};
///
/// let bytes = Association::agent([0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x04], ConfigId(0x0190)).request()?;
/// assert_eq!((bytes.len(), Apdu::parse(&bytes)?.0.missing()), (54, 0));
/// # Ok::<(), iomt_phd::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Association {
    encoding: EncodingRules,
    functional_units: FunctionalUnits,
    system_type: SystemType,
    system_id: [u8; 8],
    config: ConfigId,
    flags: u16,
    counts: [u8; 2],
    options: Attributes,
}

impl Association {
    /// A device that offers MDER and may start one data request, as its manager may.
    #[must_use]
    pub const fn agent(system_id: [u8; 8], config: ConfigId) -> Self {
        Self {
            encoding: EncodingRules::MDER,
            functional_units: FunctionalUnits(0),
            system_type: SystemType::AGENT,
            system_id,
            config,
            flags: 1,
            counts: [1, 0],
            options: Attributes::new(),
        }
    }

    /// A manager that chooses MDER.
    #[must_use]
    pub fn manager(system_id: [u8; 8]) -> Self {
        Self {
            system_type: SystemType::MANAGER,
            flags: 0,
            counts: [0, 0],
            ..Self::agent(system_id, ConfigId::MANAGER_RESPONSE)
        }
    }

    /// What was read, to be written again; nothing when its system-id is no EUI-64.
    #[must_use]
    pub fn copy_of(said: &PhdAssociationInformation<'_>) -> Option<Self> {
        Some(Self {
            encoding: said.encoding_rules,
            functional_units: said.functional_units,
            system_type: said.system_type,
            system_id: said.system_id.bytes.try_into().ok()?,
            config: said.dev_config_id,
            flags: said.data_req_mode_flags,
            counts: [said.agent_count, said.manager_count],
            options: said.options.iter().map_while(Result::ok).fold(Attributes::new(), Attributes::copy),
        })
    }

    /// Sets the encodings that are offered or the one that is chosen.
    #[must_use]
    pub const fn encoding(mut self, encoding: EncodingRules) -> Self {
        self.encoding = encoding;
        self
    }

    /// Sets what the system can do beside the ordinary.
    #[must_use]
    pub const fn functional_units(mut self, units: FunctionalUnits) -> Self {
        self.functional_units = units;
        self
    }

    /// Sets the ways of asking for data that are supported.
    #[must_use]
    pub const fn data_request(mut self, flags: u16, agent: u8, manager: u8) -> Self {
        self.flags = flags;
        self.counts = [agent, manager];
        self
    }

    fn proto(&self) -> Result<Vec<u8>> {
        const VERSION_1: [u8; 4] = [0x80, 0, 0, 0];
        let information = [
            &VERSION_1[..],
            &self.encoding.0.to_be_bytes(),
            &VERSION_1,
            &self.functional_units.0.to_be_bytes(),
            &self.system_type.0.to_be_bytes(),
            &[0, 8],
            &self.system_id,
            &self.config.0.to_be_bytes(),
            &self.flags.to_be_bytes(),
            &self.counts,
            &self.options.build()?,
        ]
        .concat();
        Ok([&DataProtoId::PHD.0.to_be_bytes()[..], &counted(&information, "data-proto-info length")?].concat())
    }

    /// The association request, with this protocol as the only offer.
    ///
    /// # Errors
    /// When the options are too long.
    pub fn request(&self) -> Result<Vec<u8>> {
        let offers = list([&self.proto()?[..]])?;
        apdu(ApduType::AARQ, &[&[0x80, 0, 0, 0][..], &offers].concat())
    }

    /// The association response.
    ///
    /// # Errors
    /// When the options are too long.
    pub fn response(&self, result: AssociateResult) -> Result<Vec<u8>> {
        apdu(ApduType::AARE, &[&result.0.to_be_bytes()[..], &self.proto()?].concat())
    }
}

/// Builds a list of attributes; they stand in the order in which they are added.
#[derive(Clone, Default)]
pub struct Attributes {
    count: usize,
    bytes: Vec<u8>,
    error: Option<Error>,
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
        Self { count: 0, bytes: Vec::new(), error: None }
    }

    fn copy(self, ava: Ava<'_>) -> Self {
        self.attribute(ava.id, ava.value)
    }

    /// Adds any attribute.
    #[must_use]
    pub fn attribute(mut self, id: OidType, value: &[u8]) -> Self {
        match number(value.len(), "attribute-value length") {
            Ok(length) => {
                self.bytes.extend(id.0.to_be_bytes());
                self.bytes.extend(length);
                self.bytes.extend_from_slice(value);
                self.count = self.count.saturating_add(1);
            }
            Err(error) => self.error = self.error.or(Some(error)),
        }
        self
    }

    /// Adds an attribute whose value has to be built.
    #[must_use]
    fn built(mut self, id: OidType, value: Result<Vec<u8>>) -> Self {
        match value {
            Ok(value) => self.attribute(id, &value),
            Err(error) => {
                self.error = self.error.or(Some(error));
                self
            }
        }
    }

    /// Adds manufacturer and model, each with a NUL behind it when its length is odd.
    #[must_use]
    pub fn system_model(self, manufacturer: &[u8], model: &[u8]) -> Self {
        let value = octets(manufacturer).and_then(|manufacturer| Ok([manufacturer, octets(model)?].concat()));
        self.built(id::ID_MODEL, value)
    }

    /// Adds the EUI-64.
    #[must_use]
    pub fn system_id(self, eui64: [u8; 8]) -> Self {
        self.built(id::SYS_ID, counted(&eui64, "system-id length"))
    }

    /// Adds serial numbers, part numbers and revisions: of each line its kind, component and text.
    #[must_use]
    pub fn production_spec(self, lines: &[(SpecType, u16, &[u8])]) -> Self {
        let items: Result<Vec<Vec<u8>>> = lines
            .iter()
            .map(|(kind, component, text)| {
                Ok([&kind.0.to_be_bytes()[..], &component.to_be_bytes(), &octets(text)?].concat())
            })
            .collect();
        self.built(id::ID_PROD_SPECN, items.and_then(|items| list(items.iter().map(Vec::as_slice))))
    }

    /// Adds the kinds of device, each with the version of its standard.
    #[must_use]
    pub fn specialisations(self, kinds: &[(u16, u16)]) -> Self {
        self.built(attribute::SYS_TYPE_SPEC_LIST, pairs(kinds))
    }

    /// Adds the number of the configuration.
    #[must_use]
    pub fn config_id(self, config: ConfigId) -> Self {
        self.attribute(attribute::DEV_CONFIG_ID, &config.0.to_be_bytes())
    }

    /// Adds certifications: of each its body, structure and data.
    #[must_use]
    pub fn certifications(self, all: &[(u8, u8, &[u8])]) -> Self {
        let items: Result<Vec<Vec<u8>>> = all
            .iter()
            .map(|(body, kind, data)| Ok([&[*body, *kind][..], &counted(data, "auth-body-data length")?].concat()))
            .collect();
        self.built(attribute::REG_CERT_DATA_LIST, items.and_then(|items| list(items.iter().map(Vec::as_slice))))
    }

    /// Adds where the power comes from.
    #[must_use]
    pub fn power_status(self, bits: u16) -> Self {
        self.attribute(id::POWER_STAT, &bits.to_be_bytes())
    }

    /// Adds the charge of the battery.
    #[must_use]
    pub fn battery_charge(self, percent: u16) -> Self {
        self.attribute(id::VAL_BATT_CHARGE, &percent.to_be_bytes())
    }

    /// Adds what an object measures.
    #[must_use]
    pub fn metric(self, metric: Type) -> Self {
        self.attribute(id::ID_TYPE, &metric.mdc().to_be_bytes())
    }

    /// Adds how an object lays out its values.
    #[must_use]
    pub fn value_map(self, map: &[(u16, u16)]) -> Self {
        self.built(attribute::ATTRIBUTE_VAL_MAP, pairs(map))
    }

    /// Adds how a scanner lays out the values of its objects.
    #[must_use]
    pub fn handle_value_map(self, maps: &[(u16, &[(u16, u16)])]) -> Self {
        let items: Result<Vec<Vec<u8>>> =
            maps.iter().map(|(handle, map)| Ok([&handle.to_be_bytes()[..], &pairs(map)?].concat())).collect();
        self.built(attribute::SCAN_HANDLE_ATTR_VAL_MAP, items.and_then(|items| list(items.iter().map(Vec::as_slice))))
    }

    /// The list.
    ///
    /// # Errors
    /// When one of them, or all together, are too long.
    pub fn build(&self) -> Result<Vec<u8>> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let (count, length) = (number(self.count, "list count")?, number(self.bytes.len(), "AttributeList length")?);
        Ok([&count[..], &length, &self.bytes].concat())
    }
}

/// A counted string of even length.
fn octets(text: &[u8]) -> Result<Vec<u8>> {
    let pad: &[u8] = if text.len() & 1 == 0 { &[] } else { &[0] };
    counted(&[text, pad].concat(), "OCTET STRING length")
}

/// A list of pairs of numbers.
fn pairs(all: &[(u16, u16)]) -> Result<Vec<u8>> {
    let items: Vec<[u8; 4]> = all
        .iter()
        .map(|(first, second)| {
            let ([a, b], [c, d]) = (first.to_be_bytes(), second.to_be_bytes());
            [a, b, c, d]
        })
        .collect();
    list(items.iter().map(<[u8; 4]>::as_slice))
}

/// A PRST with a data APDU of any kind.
///
/// # Errors
/// When the body is too long.
pub fn data(invoke_id: u16, choice: Choice, body: &[u8]) -> Result<Vec<u8>> {
    let inner = [&invoke_id.to_be_bytes()[..], &choice.0.to_be_bytes(), &counted(body, "DATA APDU length")?].concat();
    apdu(ApduType::PRST, &counted(&inner, "PRST length")?)
}

/// An event report or its confirmation, as the choice says.
///
/// # Errors
/// When the information is too long.
pub fn event_report(
    invoke_id: u16,
    choice: Choice,
    handle: Handle,
    time: RelativeTime,
    event_type: OidType,
    info: &[u8],
) -> Result<Vec<u8>> {
    let body = [
        &handle.0.to_be_bytes()[..],
        &time.0.to_be_bytes(),
        &event_type.0.to_be_bytes(),
        &counted(info, "event-info length")?,
    ]
    .concat();
    data(invoke_id, choice, &body)
}

/// An action or its result, as the choice says.
///
/// # Errors
/// When the information is too long.
pub fn action(invoke_id: u16, choice: Choice, handle: Handle, action: OidType, info: &[u8]) -> Result<Vec<u8>> {
    let body = [&handle.0.to_be_bytes()[..], &action.0.to_be_bytes(), &counted(info, "action-info length")?].concat();
    data(invoke_id, choice, &body)
}

/// A question for attributes; for all when none are named.
///
/// # Errors
/// When there are too many.
pub fn get(invoke_id: u16, handle: Handle, attributes: &[OidType]) -> Result<Vec<u8>> {
    let items: Vec<[u8; 2]> = attributes.iter().map(|attribute| attribute.0.to_be_bytes()).collect();
    let wanted = list(items.iter().map(<[u8; 2]>::as_slice))?;
    data(invoke_id, Choice::ROIV_GET, &[&handle.0.to_be_bytes()[..], &wanted].concat())
}

/// The answer to it.
///
/// # Errors
/// When the attributes are too long.
pub fn get_result(invoke_id: u16, handle: Handle, attributes: &Attributes) -> Result<Vec<u8>> {
    data(invoke_id, Choice::RORS_GET, &[&handle.0.to_be_bytes()[..], &attributes.build()?].concat())
}

/// A configuration report of the device: of each object its class, handle and attributes.
///
/// # Errors
/// When it is too long.
pub fn config_report(invoke_id: u16, config: ConfigId, objects: &[(OidType, Handle, Attributes)]) -> Result<Vec<u8>> {
    let items: Result<Vec<Vec<u8>>> = objects
        .iter()
        .map(|(class, handle, attributes)| {
            Ok([&class.0.to_be_bytes()[..], &handle.0.to_be_bytes(), &attributes.build()?].concat())
        })
        .collect();
    let info = [&config.0.to_be_bytes()[..], &list(items?.iter().map(Vec::as_slice))?].concat();
    let choice = Choice::ROIV_CONFIRMED_EVENT_REPORT;
    event_report(invoke_id, choice, Handle(0), RelativeTime::NONE, NOTI_CONFIG, &info)
}

/// A manager's answer to it.
///
/// # Errors
/// None: it always fits.
pub fn config_response(invoke_id: u16, config: ConfigId, result: ConfigResult) -> Result<Vec<u8>> {
    let info = [config.0.to_be_bytes(), result.0.to_be_bytes()].concat();
    let choice = Choice::RORS_CONFIRMED_EVENT_REPORT;
    event_report(invoke_id, choice, Handle(0), RelativeTime(0), NOTI_CONFIG, &info)
}

/// A fixed scan report of the device: of each object its handle and bare values.
///
/// # Errors
/// When it is too long.
pub fn fixed_scan(invoke_id: u16, report_number: u16, objects: &[(Handle, &[u8])]) -> Result<Vec<u8>> {
    let items: Result<Vec<Vec<u8>>> = objects
        .iter()
        .map(|(handle, values)| Ok([&handle.0.to_be_bytes()[..], &counted(values, "obs-val-data length")?].concat()))
        .collect();
    scan(invoke_id, OidType(0x0d1d), report_number, items)
}

/// A variable scan report of the device: of each object its handle and attributes.
///
/// # Errors
/// When it is too long.
pub fn variable_scan(invoke_id: u16, report_number: u16, objects: &[(Handle, Attributes)]) -> Result<Vec<u8>> {
    let items: Result<Vec<Vec<u8>>> = objects
        .iter()
        .map(|(handle, attributes)| Ok([&handle.0.to_be_bytes()[..], &attributes.build()?].concat()))
        .collect();
    scan(invoke_id, OidType(0x0d1e), report_number, items)
}

fn scan(invoke_id: u16, event: OidType, report_number: u16, items: Result<Vec<Vec<u8>>>) -> Result<Vec<u8>> {
    let observations = list(items?.iter().map(Vec::as_slice))?;
    let head = [crate::scan::AGENT_INITIATED.to_be_bytes(), report_number.to_be_bytes()].concat();
    let choice = Choice::ROIV_CONFIRMED_EVENT_REPORT;
    event_report(invoke_id, choice, Handle(0), RelativeTime::NONE, event, &[head, observations].concat())
}
