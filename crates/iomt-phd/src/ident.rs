//! Which fields identify a device.
//!
//! [`facts`] walks an APDU once and hands out what its fields say of the system that sent it, each with the name of the
//! field and its place in the frame. It follows a list of attributes that may be read: measured values, and the numbers of
//! persons, are not on it, so a patient's data cannot come out, whatever the message holds.

use iomt_wire::Result;
use iomt_x73::{
    AttributeList, Ava, List, OctetString, ProductionSpec, SpecType, SystemModel, Type, nomenclature::attribute as id,
};

use crate::{
    apdu::{Apdu, Body},
    association::PhdAssociationInformation,
    data::{DataBody, EventReport},
    scan::{ConfigReport, Observations, ScanReport},
    standard,
    values::{RegCertData, TypeVer, attribute},
};

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// Who made the device; text.
    Manufacturer,
    /// Its model; text.
    Model,
    /// Its serial number, or that of a component; text.
    Serial,
    /// A part number; text.
    PartNumber,
    /// A hardware revision; text.
    HardwareRevision,
    /// A software revision; text.
    SoftwareRevision,
    /// A firmware revision; text.
    FirmwareRevision,
    /// A protocol revision; text.
    ProtocolRevision,
    /// The number of its kind in the global medical device nomenclature; text.
    Gmdn,
    /// EUI-64.
    SystemId,
    /// MDC number of the kind of device.
    Specialisation,
    /// Version of the standard of that kind; a number.
    SpecialisationVersion,
    /// Number of the configuration.
    ConfigId,
    /// Manager or agent, as [`SystemType`](crate::association::SystemType) names it; a number.
    Role,
    /// Encodings, as [`EncodingRules`](crate::association::EncodingRules) names them; a number.
    Encoding,
    /// Bits of [`FunctionalUnits`](crate::association::FunctionalUnits); a number.
    FunctionalUnits,
    /// Certification by a body: body, structure and their data, unread.
    Certification,
    /// Bits of [`PowerStatus`](iomt_x73::PowerStatus); a number.
    PowerStatus,
    /// Percent; a number.
    BatteryCharge,
    /// MDC number of a quantity that the device says it measures.
    Measures,
}

/// What a fact says.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Text, cleaned: no controls, no spaces around, 64 bytes at most, not empty.
    Bytes(&'a [u8]),
    /// A number.
    Number(u64),
    /// An EUI-64.
    Eui64([u8; 8]),
    /// A body of certification, its structure, and the data in it.
    Certification {
        /// Which body.
        auth_body: u8,
        /// Which structure of it.
        struct_type: u8,
        /// What it says.
        data: &'a [u8],
    },
}

/// Text shows as text: identity facts hold no patient's data.
impl core::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Bytes(text) => write!(f, "\"{}\"", text.escape_ascii()),
            Self::Number(number) => write!(f, "{number}"),
            Self::Eui64(bytes) => write!(f, "Eui64({bytes:02x?})"),
            Self::Certification { auth_body, struct_type, data } => {
                write!(f, "Certification({auth_body}, {struct_type}, {data:02x?})")
            }
        }
    }
}

/// One thing that a message says of the system that sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    /// What it is about.
    pub attribute: Attribute,
    /// The component that it is about, where it comes from a production specification: a manufacturer's own number.
    pub component: Option<u16>,
    /// What it says.
    pub value: Value<'a>,
    /// The field, as the standard names it.
    pub field: &'static str,
    /// Where the value starts, in bytes from the head of the APDU.
    pub offset: usize,
}

/// Hands out all that an APDU says of its sender, in wire order.
///
/// Never a measured value, never a person. Data in another encoding than MDER have to be kept away from this.
pub fn facts<'a>(apdu: &Apdu<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let mut sink = Sink { visit };
    match apdu.body() {
        Ok(Body::AssociationRequest(request)) => request.information().iter().for_each(|found| sink.association(found)),
        Ok(Body::AssociationResponse(response)) => {
            response.information().iter().for_each(|found| sink.association(found));
        }
        Ok(Body::Presentation(presentation)) => match presentation.data().and_then(|data| data.body()) {
            Ok(DataBody::EventReport(event)) => sink.event(&event),
            Ok(DataBody::Attributes { handle: MDS, attributes }) => sink.attributes(attributes),
            _ => {}
        },
        _ => {}
    }
}

/// The handle of the device itself.
const MDS: iomt_x73::Handle = iomt_x73::Handle(0);

/// Where facts go.
struct Sink<'a, 'v> {
    visit: &'v mut dyn FnMut(Fact<'a>),
}

impl<'a> Sink<'a, '_> {
    fn association(&mut self, found: &PhdAssociationInformation<'a>) {
        let at = |plus: usize| found.offset.saturating_add(plus);
        self.number(Attribute::Encoding, found.encoding_rules.0, "encoding-rules", at(4));
        self.number(Attribute::FunctionalUnits, found.functional_units.0, "functional-units", at(10));
        self.number(Attribute::Role, found.system_type.0, "system-type", at(14));
        self.system_id(found.system_id, "system-id");
        let (config, offset) = (found.dev_config_id, found.dev_config_offset);
        if config.is_standard() || config.is_extended() {
            self.number(Attribute::ConfigId, config.0, "dev-config-id", offset);
        }
        if let Some(kind) = standard::standard(config).and_then(|standard| standard.specialisation) {
            self.number(Attribute::Specialisation, Type::new(8, kind.0).mdc(), "dev-config-id", offset);
        }
        self.attributes(found.options);
    }

    fn event(&mut self, event: &EventReport<'a>) {
        if let Ok(Some(config)) = ConfigReport::read(event) {
            for object in config.objects.iter().map_while(Result::ok) {
                if let Some(ava) = object.attributes.find(id::ID_TYPE)
                    && let Ok(metric) = ava.get::<Type>()
                {
                    self.number(Attribute::Measures, metric.mdc(), "ConfigObject.Type", ava.offset);
                }
            }
        }
        // The device tells its own state in reports of handle 0.
        if let Ok(Some(ScanReport { observations: Observations::Variable(list), .. })) = ScanReport::read(event) {
            let own = list.iter().map_while(Result::ok).filter(|scan| scan.handle == MDS);
            own.for_each(|scan| self.attributes(scan.attributes));
        }
    }

    fn attributes(&mut self, list: AttributeList<'a>) {
        for ava in list.iter().map_while(Result::ok) {
            // An attribute whose value does not decode says nothing.
            let _ = self.attribute(&ava);
        }
    }

    /// The list of attributes that may be read.
    fn attribute(&mut self, ava: &Ava<'a>) -> Result<()> {
        let at = ava.offset;
        match ava.id {
            id::ID_MODEL => {
                let model: SystemModel<'a> = ava.get()?;
                self.text(Attribute::Manufacturer, None, model.manufacturer, "MDC_ATTR_ID_MODEL.manufacturer");
                self.text(Attribute::Model, None, model.model_number, "MDC_ATTR_ID_MODEL.model-number");
            }
            id::ID_PROD_SPECN => self.production_spec(ava.get()?),
            id::SYS_ID => self.system_id(ava.get()?, "MDC_ATTR_SYS_ID"),
            attribute::DEV_CONFIG_ID => {
                let config = ava.cursor().be_u16("MDC_ATTR_DEV_CONFIG_ID")?;
                self.number(Attribute::ConfigId, config, "MDC_ATTR_DEV_CONFIG_ID", at);
            }
            attribute::SYS_TYPE_SPEC_LIST => self.specialisations(ava.get()?),
            attribute::REG_CERT_DATA_LIST => self.certifications(ava.get()?),
            id::POWER_STAT => {
                let power: iomt_x73::PowerStatus = ava.get()?;
                self.number(Attribute::PowerStatus, power.0, "MDC_ATTR_POWER_STAT", at);
            }
            id::VAL_BATT_CHARGE => {
                let percent = ava.cursor().be_u16("MDC_ATTR_VAL_BATT_CHARGE")?;
                self.number(Attribute::BatteryCharge, percent, "MDC_ATTR_VAL_BATT_CHARGE", at);
            }
            _ => {}
        }
        Ok(())
    }

    fn production_spec(&mut self, specification: ProductionSpec<'a>) {
        for entry in specification.iter().map_while(Result::ok) {
            let (attribute, field) = match entry.spec_type {
                SpecType::SERIAL_NUMBER => (Attribute::Serial, "MDC_ATTR_ID_PROD_SPECN.serial-number"),
                SpecType::PART_NUMBER => (Attribute::PartNumber, "MDC_ATTR_ID_PROD_SPECN.part-number"),
                SpecType::HW_REVISION => (Attribute::HardwareRevision, "MDC_ATTR_ID_PROD_SPECN.hw-revision"),
                SpecType::SW_REVISION => (Attribute::SoftwareRevision, "MDC_ATTR_ID_PROD_SPECN.sw-revision"),
                SpecType::FW_REVISION => (Attribute::FirmwareRevision, "MDC_ATTR_ID_PROD_SPECN.fw-revision"),
                SpecType::PROTOCOL_REVISION => {
                    (Attribute::ProtocolRevision, "MDC_ATTR_ID_PROD_SPECN.protocol-revision")
                }
                SpecType::GMDN => (Attribute::Gmdn, "MDC_ATTR_ID_PROD_SPECN.prod-spec-gmdn"),
                _ => continue,
            };
            self.text(attribute, Some(entry.component_id.0), entry.prod_spec, field);
        }
    }

    fn specialisations(&mut self, list: List<'a, TypeVer>) {
        const FIELD: &str = "MDC_ATTR_SYS_TYPE_SPEC_LIST";
        let mut at = list.body().offset();
        for kind in list.iter().map_while(Result::ok) {
            let code = Type::new(8, kind.specialisation.0).mdc();
            self.number(Attribute::Specialisation, code, FIELD, at);
            self.number(Attribute::SpecialisationVersion, kind.version, FIELD, at.saturating_add(2));
            at = at.saturating_add(4);
        }
    }

    fn certifications(&mut self, list: List<'a, RegCertData<'a>>) {
        for found in list.iter().map_while(Result::ok) {
            let RegCertData { auth_body, struct_type, data } = found;
            let value = Value::Certification { auth_body, struct_type, data: data.rest() };
            self.fact(Attribute::Certification, value, "MDC_ATTR_REG_CERT_DATA_LIST", data.offset());
        }
    }

    fn system_id(&mut self, octets: OctetString<'a>, field: &'static str) {
        if let Ok(eui64) = octets.bytes.try_into()
            && eui64 != [0; 8]
        {
            self.fact(Attribute::SystemId, Value::Eui64(eui64), field, octets.offset);
        }
    }

    fn number(&mut self, attribute: Attribute, value: impl Into<u64>, field: &'static str, offset: usize) {
        self.fact(attribute, Value::Number(value.into()), field, offset);
    }

    /// Text that says something: not empty and not dashes only.
    fn text(&mut self, attribute: Attribute, component: Option<u16>, octets: OctetString<'a>, field: &'static str) {
        let (found, offset) = octets.located_text();
        if found.iter().any(|&byte| byte != b'-') {
            (self.visit)(Fact { attribute, component, value: Value::Bytes(found), field, offset });
        }
    }

    fn fact(&mut self, attribute: Attribute, value: Value<'a>, field: &'static str, offset: usize) {
        (self.visit)(Fact { attribute, component: None, value, field, offset });
    }
}
