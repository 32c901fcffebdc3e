//! Which fields identify a device.
//!
//! [`facts`] walks a message once and hands out what its fields say of the device that sent it, each with the name of the
//! field and its place in the frame. It follows a list of attributes that may be read; patient attributes are not on it,
//! so a patient's data cannot come out, whatever the message holds.
//!
//! What devices really do: a revision that a component does not have is written as `--------` and is no fact; addresses
//! of zeros are none either. The system identifier is the MAC address with `FF FF` in the middle; an older firmware (G.01.80,
//! in a public capture that is not bundled) sends the six bytes of the MAC address less one. The same monitor puts its bed label into the
//! connect indication (attribute F135), and calls itself `M8003A` there and `M8000`, its family, in the MDS: the part number of
//! the product tells which it is.

use iomt_wire::Result;
use iomt_x73::{
    AttributeList, Ava, Decode, List, ManagedObjectId, OctetString, ProductionSpec, RelativeTime, SpecType,
    SystemModel, Type, WideString, nomenclature::attribute as id,
};

use crate::{
    Localization, NetworkAddress, Service,
    association::Association,
    connect::ConnectIndication,
    export::{Body, DataExport},
    mds::{MDS, MdsCreate},
    message::Message,
    poll::PollResult,
};

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// Who made the device; text.
    Manufacturer,
    /// Its model, a product number; text.
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
    /// MAC address that the device says it has.
    Mac,
    /// IPv4 address that the device says it has.
    Ipv4,
    /// Mask of its IPv4 network.
    Ipv4Netmask,
    /// IPv6 address that the device says it has.
    Ipv6,
    /// Number of the system, mostly made of its MAC address: an EUI-64, or octets where an older firmware sends six.
    SystemId,
    /// MDC number of the device type.
    DeviceType,
    /// A service that the device offers.
    ServicePort,
    /// Nanoseconds since power-up; a number. Of a connect indication it is the time when that was made, not when it was sent.
    Uptime,
    /// What it is used for, bits that [`OperatingMode`](crate::OperatingMode) names; a number.
    OperatingMode,
    /// How it stands to its client, a number that [`DeviceStatus`](crate::DeviceStatus) names.
    DeviceStatus,
    /// Label of the bed; UTF-16 text.
    BedLabel,
    /// Where it is used, a number that [`CareArea`](crate::CareArea) names.
    CareArea,
    /// Language, a number that [`Language`](crate::Language) names.
    Language,
    /// Version of the nomenclature; a number.
    NomenclatureVersion,
    /// Bits of [`PowerStatus`](iomt_x73::PowerStatus); a number.
    PowerStatus,
    /// Percent; a number.
    BatteryCharge,
    /// Which side the sender is, as [`SystemType`](crate::association::SystemType) names it; a number.
    Role,
}

/// What a fact says.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Text, cleaned: no controls, no spaces around, 64 bytes at most, not empty.
    Bytes(&'a [u8]),
    /// UTF-16 text that is not blank.
    Utf16(WideString<'a>),
    /// A number.
    Number(u64),
    /// A MAC address.
    Mac([u8; 6]),
    /// An IPv4 address or mask.
    Ipv4([u8; 4]),
    /// An IPv6 address.
    Ipv6([u8; 16]),
    /// An EUI-64.
    Eui64([u8; 8]),
    /// An identifier of another length.
    Octets(&'a [u8]),
    /// A service with its transport and port.
    Service(Service),
}

/// Text shows as text: identity facts hold no patient's data.
impl core::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Bytes(text) => write!(f, "\"{}\"", text.escape_ascii()),
            Self::Utf16(text) => write!(f, "\"{text}\""),
            Self::Number(number) => write!(f, "{number}"),
            Self::Mac(bytes) => write!(f, "Mac({bytes:02x?})"),
            Self::Ipv4(bytes) => write!(f, "Ipv4({bytes:?})"),
            Self::Ipv6(bytes) => write!(f, "Ipv6({bytes:02x?})"),
            Self::Eui64(bytes) => write!(f, "Eui64({bytes:02x?})"),
            Self::Octets(bytes) => write!(f, "Octets({bytes:02x?})"),
            Self::Service(service) => service.fmt(f),
        }
    }
}

/// One thing that a message says of the device that sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    /// What it is about.
    pub attribute: Attribute,
    /// The component that it is about, where it comes from a production specification; see [`component_name`].
    pub component: Option<u16>,
    /// What it says.
    pub value: Value<'a>,
    /// The field, as the standard names it.
    pub field: &'static str,
    /// Where the value starts, in bytes from the head of the datagram.
    pub offset: usize,
}

/// What a component number of a production specification means; the public ones.
#[must_use]
pub const fn component_name(id: u16) -> Option<&'static str> {
    Some(match id {
        0x0008 => "product",
        0x0010 => "configuration",
        0x0018 => "boot",
        0x0050 => "main board",
        0x0058 => "application software",
        _ => return None,
    })
}

/// Hands out all that a message says of its sender, in wire order.
///
/// Never a patient attribute. Facts may repeat when a message repeats itself.
pub fn facts<'a>(message: &Message<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    let mut sink = Sink { visit };
    match message {
        Message::ConnectIndication(indication) => sink.connect_indication(indication),
        Message::AssociationRequest(association) | Message::AssociationAccept(association) => sink.role(association),
        Message::DataExport(pdu) => sink.data_export(pdu),
        Message::Refuse | Message::ReleaseRequest | Message::ReleaseResponse | Message::Abort => {}
    }
}

/// Where facts go.
struct Sink<'a, 'v> {
    visit: &'v mut dyn FnMut(Fact<'a>),
}

impl<'a> Sink<'a, '_> {
    fn connect_indication(&mut self, indication: &ConnectIndication<'a>) {
        let version = indication.nomenclature_version();
        let version = u16::from_be_bytes([version.major, version.minor]);
        self.number(Attribute::NomenclatureVersion, version, "nomenclature version", 2);
        self.uptime(indication.uptime(), "connect indication.RelativeTime", 20);
        self.attributes(indication.attribute_list());
    }

    fn role(&mut self, association: &Association<'a>) {
        if let Some(user) = association.user_information() {
            let offset = user.offset.saturating_add(12);
            self.number(Attribute::Role, user.system_type.0, "MDSEUserInfoStd.system-type", offset);
        }
    }

    fn data_export(&mut self, pdu: &DataExport<'a>) {
        match pdu.body() {
            Ok(Body::EventReport(event)) => {
                if let Ok(Some(create)) = MdsCreate::read(&event) {
                    self.uptime(event.time, "MDS create event.RelativeTime", 20);
                    self.attributes(create.attributes);
                }
            }
            Ok(Body::Action(action)) => {
                if let Ok(Some(poll)) = PollResult::read(&action)
                    && poll.object_type == Type::new(1, MDS.0)
                {
                    poll.observations().for_each(|object| self.attributes(object.attributes));
                }
            }
            Ok(Body::Attributes { object: ManagedObjectId { class: MDS, .. }, attributes }) => {
                self.attributes(attributes);
            }
            _ => {}
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
            id::ID_MODEL => self.model(ava.get()?),
            id::ID_PROD_SPECN => self.production_spec(ava.get()?),
            id::SYS_ID => self.system_id(ava.get()?),
            id::SYS_TYPE => {
                let code = ava.get::<Type>()?.mdc();
                self.number(Attribute::DeviceType, code, "NOM_ATTR_SYS_TYPE", at);
            }
            id::NET_ADDR_INFO => self.network_address(ava.get()?, at),
            id::IPV6_ADDRESS => {
                let address = ava.cursor().array("attribute F35E")?;
                self.fact(Attribute::Ipv6, Value::Ipv6(address), "attribute F35E", at);
            }
            id::PCOL_SUPPORT => self.services(ava.get()?),
            id::LOCALIZN => {
                let language = ava.get::<Localization>()?.language.0;
                self.number(Attribute::Language, language, "NOM_ATTR_LOCALIZN.language", at.saturating_add(4));
            }
            id::ID_BED_LABEL => self.bed_label(ava.get()?, "NOM_ATTR_ID_BED_LABEL"),
            id::BED_LABEL_ANNOUNCED => {
                self.bed_label(WideString { bytes: ava.value, offset: at }, "attribute F135");
            }
            id::MODE_OP => self.bits(ava, Attribute::OperatingMode, "NOM_ATTR_MODE_OP")?,
            id::VMS_MDS_STAT => self.bits(ava, Attribute::DeviceStatus, "NOM_ATTR_VMS_MDS_STAT")?,
            id::AREA_APPL => self.bits(ava, Attribute::CareArea, "NOM_ATTR_AREA_APPL")?,
            id::POWER_STAT => self.bits(ava, Attribute::PowerStatus, "NOM_ATTR_POWER_STAT")?,
            id::VAL_BATT_CHARGE => self.bits(ava, Attribute::BatteryCharge, "NOM_ATTR_VAL_BATT_CHARGE")?,
            id::NOM_VERS => {
                let version = ava.cursor().be_u32("NOM_ATTR_NOM_VERS")?;
                self.number(Attribute::NomenclatureVersion, version, "NOM_ATTR_NOM_VERS", at);
            }
            id::TIME_REL => self.uptime(ava.get()?, "NOM_ATTR_TIME_REL", at),
            _ => {}
        }
        Ok(())
    }

    fn model(&mut self, model: SystemModel<'a>) {
        self.text(Attribute::Manufacturer, None, model.manufacturer, "NOM_ATTR_ID_MODEL.manufacturer");
        self.text(Attribute::Model, None, model.model_number, "NOM_ATTR_ID_MODEL.model-number");
    }

    fn production_spec(&mut self, specification: ProductionSpec<'a>) {
        for entry in specification.iter().map_while(Result::ok) {
            let (attribute, field) = match entry.spec_type {
                SpecType::SERIAL_NUMBER => (Attribute::Serial, "NOM_ATTR_ID_PROD_SPECN.serial-number"),
                SpecType::PART_NUMBER => (Attribute::PartNumber, "NOM_ATTR_ID_PROD_SPECN.part-number"),
                SpecType::HW_REVISION => (Attribute::HardwareRevision, "NOM_ATTR_ID_PROD_SPECN.hw-revision"),
                SpecType::SW_REVISION => (Attribute::SoftwareRevision, "NOM_ATTR_ID_PROD_SPECN.sw-revision"),
                SpecType::FW_REVISION => (Attribute::FirmwareRevision, "NOM_ATTR_ID_PROD_SPECN.fw-revision"),
                SpecType::PROTOCOL_REVISION => {
                    (Attribute::ProtocolRevision, "NOM_ATTR_ID_PROD_SPECN.protocol-revision")
                }
                _ => continue,
            };
            self.text(attribute, Some(entry.component_id.0), entry.prod_spec, field);
        }
    }

    /// Six to sixteen bytes, not all zero.
    fn system_id(&mut self, octets: OctetString<'a>) {
        let bytes = octets.bytes;
        if (6..=16).contains(&bytes.len()) && bytes.iter().any(|&byte| byte != 0) {
            let value = bytes.try_into().map_or(Value::Octets(bytes), Value::Eui64);
            self.fact(Attribute::SystemId, value, "NOM_ATTR_SYS_ID", octets.offset);
        }
    }

    fn bed_label(&mut self, label: WideString<'a>, field: &'static str) {
        if !label.is_blank() {
            self.fact(Attribute::BedLabel, Value::Utf16(label), field, label.offset);
        }
    }

    fn network_address(&mut self, found: NetworkAddress, at: usize) {
        if found.mac != [0; 6] {
            self.fact(Attribute::Mac, Value::Mac(found.mac), "NOM_ATTR_NET_ADDR_INFO.mac-address", at);
        }
        if found.ipv4 != [0; 4] {
            let (ipv4, netmask) = (Value::Ipv4(found.ipv4), Value::Ipv4(found.netmask));
            self.fact(Attribute::Ipv4, ipv4, "NOM_ATTR_NET_ADDR_INFO.ip-address", at.saturating_add(6));
            self.fact(Attribute::Ipv4Netmask, netmask, "NOM_ATTR_NET_ADDR_INFO.subnet-mask", at.saturating_add(10));
        }
    }

    fn services(&mut self, list: List<'a, Service>) {
        let mut offset = list.body().offset();
        for service in list.iter().map_while(Result::ok) {
            self.fact(Attribute::ServicePort, Value::Service(service), Service::NAME, offset);
            offset = offset.saturating_add(Service::LEAST);
        }
    }

    fn bits(&mut self, ava: &Ava<'a>, attribute: Attribute, field: &'static str) -> Result<()> {
        let value = ava.cursor().be_u16(field)?;
        self.number(attribute, value, field, ava.offset);
        Ok(())
    }

    fn uptime(&mut self, time: RelativeTime, field: &'static str, offset: usize) {
        self.number(Attribute::Uptime, time.nanoseconds(), field, offset);
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
