//! Which fields identify a device.
//!
//! [`unity_facts`] and [`dri_facts`] hand out what a message says of the device that sent it, each with the name of the field
//! and its place. A patient's name, record and values have no place here.

use crate::{
    Text,
    dri::{Record, network::Network, physiology::Physiology, request::Request, waves::Wave, waves::wave_name},
    unity::{
        Message,
        announce::Service,
        header::{BedMessage, Body, Function},
    },
};

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// Where the sender stands, `UNIT|BED`; text.
    Location,
    /// Where the bed stands that a requester asks about or speaks for, `UNIT|BED`; text.
    Origin,
    /// IPv4 address that the sender says it has.
    Ipv4,
    /// MAC address that the sender says it has.
    Mac,
    /// Seconds since 1970 on the sender's clock; a number.
    Clock,
    /// A service that the sender offers.
    Service,
    /// What the sender measures; a word.
    Measures,
    /// What the sender does; a word.
    Role,
    /// Kind of device, as [`DeviceType`](crate::dri::network::DeviceType) names it; a number.
    DeviceType,
    /// Generation of the interface, as [`Level`](crate::dri::Level) names it; a number.
    DriLevel,
    /// The plug of the sender; a number.
    PlugId,
}

/// What a fact says.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Text of the device, not empty.
    Bytes(&'a [u8]),
    /// A word of ours.
    Word(&'static str),
    /// A number.
    Number(u64),
    /// An IPv4 address.
    Ipv4([u8; 4]),
    /// A MAC address.
    Mac([u8; 6]),
    /// A service and its UDP port.
    Service(Service),
}

/// Text shows as text: identity facts hold no patient's data.
impl core::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Bytes(text) => write!(f, "\"{}\"", text.escape_ascii()),
            Self::Word(word) => f.write_str(word),
            Self::Number(number) => write!(f, "{number}"),
            Self::Ipv4(bytes) => write!(f, "Ipv4({bytes:?})"),
            Self::Mac(bytes) => write!(f, "Mac({bytes:02x?})"),
            Self::Service(service) => write!(f, "Service({}, {})", service.id, service.port),
        }
    }
}

/// One thing that a message says of the device that sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact<'a> {
    /// What it is about.
    pub attribute: Attribute,
    /// What it says.
    pub value: Value<'a>,
    /// The field, as its source names it.
    pub field: &'static str,
    /// Where the value starts, in bytes from the head of the message.
    pub offset: usize,
}

type Visit<'v, 'a> = &'v mut dyn FnMut(Fact<'a>);

/// Hands out all that a datagram of a Unity network says of its sender.
pub fn unity_facts<'a>(message: &Message<'a>, visit: Visit<'_, 'a>) {
    match message {
        Message::Announcement(found) => {
            tell(visit, Attribute::Role, Value::Word("announcer"), "RWhat", 0);
            if found.address != [0; 4] {
                tell(visit, Attribute::Ipv4, Value::Ipv4(found.address), "RWhat address", 4);
            }
            tell(visit, Attribute::Clock, Value::Number(found.clock.into()), "RWhat clock", 8);
            text(visit, Attribute::Location, found.location, "RWhat location");
            for service in found.services() {
                tell(visit, Attribute::Service, Value::Service(service), "RWhat service", service.offset);
            }
        }
        Message::Bed(found) => bed_facts(found, visit),
        Message::Waves(found) => {
            tell(visit, Attribute::Role, Value::Word("waveform sender"), "waveforms", 0);
            let mut told = [false; 256];
            for signal in found.signals().filter(crate::unity::waves::Signal::has_signal) {
                let (Some(name), Some(told)) = (signal.id.name(), told.get_mut(usize::from(signal.id.0))) else {
                    continue;
                };
                if !core::mem::replace(told, true) {
                    let offset = signal.samples.offset().saturating_sub(2);
                    tell(visit, Attribute::Measures, Value::Word(name), "wave id", offset);
                }
            }
        }
    }
}

/// Hands out all that a message with the common header says of its sender; on a serial line these are all there are.
pub fn bed_facts<'a>(message: &BedMessage<'a>, visit: Visit<'_, 'a>) {
    let header = &message.header;
    let body = message.body();
    let role = match &body {
        Ok(Body::Alarm(_)) => "alarm sender",
        Ok(Body::Parameters { .. }) => "parameter sender",
        Ok(Body::TimeSynchronisation(_)) => "time master",
        _ if header.function == Function::REQUEST => "requester",
        _ => "data sender",
    };
    tell(visit, Attribute::Role, Value::Word(role), "fun_code", 12);
    // Who asks writes the bed that it asks for, or its own: not a place where it stands.
    let place = if header.function == Function::REQUEST { Attribute::Origin } else { Attribute::Location };
    text(visit, place, header.origin, "origin location name");
    if let Some(address) = header.source_address() {
        tell(visit, Attribute::Ipv4, Value::Ipv4(address), "src_addr", 6);
    }
    if let Ok(Body::Parameters { inner, block }) = body {
        if let Some(inner) = inner {
            text(visit, Attribute::Location, inner.origin, "origin location name");
        }
        for parameter in block.parameters().map_while(Result::ok) {
            if let Some(name) = parameter.code.name() {
                let offset = parameter.offset.saturating_add(65);
                tell(visit, Attribute::Measures, Value::Word(name), "parameter code", offset);
            }
        }
    }
}

/// Hands out all that a record says of the monitor that sent it; nothing of requests, which monitors do not send.
pub fn dri_facts<'a>(record: &Record<'a>, visit: Visit<'_, 'a>) {
    let mut is_request = false;
    for sub in record.sub_records().map_while(Result::ok) {
        if let Ok(Some(Network::Login(login))) = Network::read(record, &sub) {
            let at = |plus: usize| login.offset.saturating_add(plus);
            if login.mac != [0; 6] {
                tell(visit, Attribute::Mac, Value::Mac(login.mac), "login Ethernet address", at(0));
            }
            if let Ok(kind) = u64::try_from(login.device_type.0) {
                tell(visit, Attribute::DeviceType, Value::Number(kind), "login device type", at(6));
            }
            if let Ok(level) = u64::try_from(login.level) {
                tell(visit, Attribute::DriLevel, Value::Number(level), "login DRI level", at(8));
            }
        }
        is_request |= matches!(Request::read(record, &sub), Ok(Some(_)));
        if let Ok(Some(values)) = Physiology::read(record, &sub) {
            for group in values.groups().filter(crate::dri::physiology::Group::is_measured) {
                tell(visit, Attribute::Measures, Value::Word(group.name), "parameter group", group.offset);
            }
        }
        if let Ok(Some(wave)) = Wave::read(record, &sub)
            && let Some(name) = wave_name(wave.kind)
        {
            tell(visit, Attribute::Measures, Value::Word(name), "waveform type", sub.data.offset());
        }
    }
    if is_request {
        return tell(visit, Attribute::Role, Value::Word("requester"), "r_maintype", 14);
    }
    tell(visit, Attribute::Role, Value::Word("record sender"), "r_maintype", 14);
    if record.level.name().is_some() {
        tell(visit, Attribute::DriLevel, Value::Number(record.level.0.into()), "dri_level", 3);
    }
    if record.plug_id != 0 {
        tell(visit, Attribute::PlugId, Value::Number(record.plug_id.into()), "plug_id", 4);
    }
}

fn text<'a>(visit: Visit<'_, 'a>, attribute: Attribute, text: Text<'a>, field: &'static str) {
    if !text.is_empty() {
        tell(visit, attribute, Value::Bytes(text.bytes), field, text.offset);
    }
}

fn tell<'a>(visit: Visit<'_, 'a>, attribute: Attribute, value: Value<'a>, field: &'static str, offset: usize) {
    visit(Fact { attribute, value, field, offset });
}
