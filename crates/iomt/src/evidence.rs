//! The door between sensing and reasoning: what was said about whom, by what, where and when.
//!
//! An evidence is `(subject, attribute, value, source, place)`. The observers make it, the [ledger](crate::ledger) merges it,
//! and it is weighed when an [inventory](crate::inventory) is read. There is no attribute for anything about a patient, so no observer can hand one
//! over; what is not here cannot leak.
//!
//! Two kinds of subject are never mixed: an [endpoint](Subject::Endpoint) is what speaks on the network, [equipment](Subject::Equipment)
//! is what the data say produced them. Equipment is always kept together with the endpoint that spoke about it, so whether the
//! two are one is decided when the inventory is read, and not before.

use core::net::IpAddr;
use std::sync::Arc;

use iomt_wire::Timestamp;

use crate::usage::Usage;

/// Whom an evidence is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// What speaks on the network under this address.
    Endpoint(IpAddr),
    /// What was seen of the encrypted conversations of this address. It tells something of an endpoint that is known otherwise, and
    /// makes none: most of it is of hosts that have nothing to do with medicine.
    Encrypted(IpAddr),
    /// What the data say produced them, as told by one speaker.
    Equipment {
        /// What tells this equipment from others.
        key: EquipmentKey,
        /// Who spoke about it; none when it was read from a file, or only named in an object that other equipment made.
        speaker: Option<IpAddr>,
        /// In which protocol.
        protocol: &'static str,
    },
}

/// The facts that tell one piece of equipment from another, normalised: lower case, letters and digits only.
///
/// Empty means not said. Two keys can turn out to be one device; that is found when the inventory is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EquipmentKey {
    /// Manufacturer.
    pub manufacturer: Box<str>,
    /// Model.
    pub model: Box<str>,
    /// Serial number.
    pub serial: Box<str>,
    /// EUI-64, sixteen hexadecimal digits; of a device whose system identifier is shorter, that.
    pub eui64: Box<str>,
    /// Unique device identifier of one unit: device identifier and serial number, of a carrier whose check is not wrong.
    pub udi: Box<str>,
    /// Device identifier of a UDI, which numbers a product and no unit; a carrier that cannot be trusted, as a whole.
    pub product: Box<str>,
    /// What the site calls it: station name, or the identifier of the instance.
    pub instance: Box<str>,
}

impl EquipmentKey {
    /// Whether the key holds enough to speak of one device: a model, a serial number, an EUI-64 or a UDI.
    #[must_use]
    pub fn names_a_device(&self) -> bool {
        self.is_unit() || !(self.model.is_empty() && self.product.is_empty())
    }

    /// Whether the key names one unit: by serial number, EUI-64 or UDI.
    #[must_use]
    pub fn is_unit(&self) -> bool {
        !(self.serial.is_empty() && self.eui64.is_empty() && self.udi.is_empty())
    }
}

/// Lower-case letters and digits of a text, the form in which values are compared.
#[must_use]
pub fn normalise(text: &str) -> Box<str> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What is said about a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// Who made it.
    Manufacturer,
    /// Which product it is.
    Model,
    /// The serial number.
    Serial,
    /// A software or firmware version; the value names the component.
    Software,
    /// A hardware revision; the value names the component.
    Hardware,
    /// A part number; the value names the component.
    Part,
    /// What kind of device it is: the code as the protocol gives it (`CT`, `MDC 69965`, a SOP class).
    Class,
    /// Where the site says it stands.
    Location,
    /// What the site calls it; the value names the kind.
    Name,
    /// EUI-64 of the device or of its network interface.
    Eui64,
    /// A hardware address: of the frames' sender, or claimed inside a message.
    Mac,
    /// A network address claimed inside a message.
    Ip,
    /// A port that is served: `tcp/104`.
    Port,
    /// Protocol implementation: the value pairs the implementation identifier with its version name.
    Stack,
    /// What the subject does in a protocol: the value pairs the role with the service.
    Role,
    /// A carrier of a unique device identifier, as it was sent.
    Udi,
    /// Who a vendor-specific sign points at: a private creator, the root of an instance UID.
    VendorSign,
    /// How the subject behaves in a protocol: the value pairs the scheme with the fingerprint.
    Fingerprint,
    /// One part of a fingerprint that takes many messages to see: the value pairs the scheme, and whose it is, with the part. Or what
    /// a stack does beside what it declares: the value pairs `stack` and the declared identifiers with the habit.
    Habit,
    /// Another endpoint that has to do with the subject: the value pairs what it does with its address or title.
    Peer,
    /// Something else that had the subject's objects in hand, or that the subject passed on: the value pairs what it did with its
    /// name in words.
    Handler,
    /// When the subject was looked after: the value pairs what was done with the day.
    Maintenance,
    /// A sign for or against the endpoint being the equipment that it speaks of.
    Sign,
    /// The operating mode or the like that the device reports.
    State,
    /// Something that is said of a part of the subject: the value pairs the part's number and what is said (`5 serial`) with it.
    Module,
    /// As what the device is registered or certified: the value pairs the kind (`certification`, `gmdn`) with the text.
    Registration,
    /// Something that an assessment of security wants to know: the value pairs the kind with the detail. Never a secret itself.
    Security,
}

/// A value: text, or two texts that only mean something together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A plain value.
    Text(Box<str>),
    /// A qualified value: component and version, kind and name, identifier and version name, role and service.
    Pair(Box<str>, Box<str>),
}

impl Value {
    /// A plain value.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// A qualified value.
    #[must_use]
    pub fn pair(first: &str, second: &str) -> Self {
        Self::Pair(first.into(), second.into())
    }

    /// The value without its qualifier.
    #[must_use]
    pub fn bare(&self) -> &str {
        match self {
            Self::Text(text) | Self::Pair(_, text) => text,
        }
    }

    /// The qualifier, empty for a plain value.
    #[must_use]
    pub fn qualifier(&self) -> &str {
        match self {
            Self::Text(_) => "",
            Self::Pair(first, _) => first,
        }
    }
}

/// What can be said of a module, by the word in its evidence.
const SAID: [(&str, Attribute); 9] = [
    ("class", Attribute::Class),
    ("manufacturer", Attribute::Manufacturer),
    ("model", Attribute::Model),
    ("serial", Attribute::Serial),
    ("eui64", Attribute::Eui64),
    ("name", Attribute::Name),
    ("software", Attribute::Software),
    ("hardware", Attribute::Hardware),
    ("part", Attribute::Part),
];

/// The evidence that a module has an attribute: number, word and the attribute's own qualifier stand before the value.
pub(crate) fn of_module(number: u64, attribute: Attribute, value: &Value) -> Option<Value> {
    let (word, _) = SAID.iter().find(|(_, known)| *known == attribute)?;
    Some(Value::pair(&format!("{number} {word} {}", value.qualifier()), value.bare()))
}

/// The number, the attribute and its value, from that evidence.
pub(crate) fn said_of_module(value: &Value) -> Option<(u64, Attribute, Value)> {
    let mut words = value.qualifier().splitn(3, ' ');
    let (number, word, qualifier) = (words.next()?.parse().ok()?, words.next()?, words.next()?);
    let (_, attribute) = SAID.iter().find(|(known, _)| *known == word)?;
    let bare = value.bare();
    Some((number, *attribute, if qualifier.is_empty() { Value::text(bare) } else { Value::pair(qualifier, bare) }))
}

/// Where in a protocol a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// `dicom`, `hl7`, `lis`, `poct1a`, `intellivue`, `link`; with `-file` behind it where it was read from a file of messages or objects.
    pub protocol: &'static str,
    /// The field, spelled as its standard spells it.
    pub field: &'static str,
    /// How much a value in this field is worth: a kind of the knowledge table `weights`.
    pub kind: &'static str,
}

/// Where in the input a value was seen.
///
/// Places order by time, then input, frame and offset, so the first of several is the same in whatever order they are merged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// When, as the capture says; [`NO_TIME`] in a file that has no time of its own.
    pub time: Timestamp,
    /// The name of the capture or file, without its folder.
    pub input: Arc<str>,
    /// The frame that completed the value, counted from one; zero in a file.
    pub frame: u64,
    /// Bytes from the start of that direction's stream, of the datagram, or of the file.
    pub offset: u64,
}

/// The time of what has none: a DICOM file or a file of messages was written whenever.
pub const NO_TIME: Timestamp = Timestamp(i64::MIN);

/// One thing said about one subject.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Whom it is about.
    pub subject: Subject,
    /// What is said.
    pub attribute: Attribute,
    /// The value.
    pub value: Value,
    /// Where in the protocol it stands.
    pub source: Source,
    /// Where in the input it was seen.
    pub place: Place,
}

/// The [sign](Attribute::Sign) that a conversation about equipment was seen from its beginning to its end without a gap.
pub const WHOLE: &str = "seen-whole";

/// The [sign](Attribute::Sign) that equipment was heard through a terminal server: the address is not its own.
pub const BEHIND_TERMINAL_SERVER: &str = "terminal-server";

/// Evidence without its subject: what was said, by which source, and where.
pub type Fact = (Attribute, Value, Source, Place);

/// Takes what is sensed; the [ledger](crate::ledger::Ledger) does. All that sensing knows of reasoning.
pub trait Sink {
    /// Takes one piece of evidence.
    fn take(&mut self, evidence: Evidence);

    /// Takes several facts about one subject: the same as each of them with the subject, in one go.
    fn take_all(&mut self, subject: &Subject, facts: &mut dyn Iterator<Item = Fact>) {
        for (attribute, value, source, place) in facts {
            self.take(Evidence { subject: subject.clone(), attribute, value, source, place });
        }
    }

    /// Takes note that evidence which was taken before was seen so many times more, the last time at `last`.
    fn again(&mut self, evidence: &Evidence, times: u64, last: Timestamp) {
        let _ = (evidence, times, last);
    }

    /// Takes note of a subject's sign of life, with new conversations and messages.
    fn active(&mut self, subject: &Subject, time: Timestamp, flows: u64, messages: u64) {
        let _ = (subject, time, flows, messages);
    }

    /// Takes note of the minutes in which a subject did something.
    fn used(&mut self, subject: &Subject, usage: &Usage) {
        let _ = (subject, usage);
    }
}

impl<F: FnMut(Evidence)> Sink for F {
    fn take(&mut self, evidence: Evidence) {
        self(evidence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_make_another_device() {
        assert_eq!(normalise("SN-30912 "), normalise("sn 30912"));
        assert_eq!(&*normalise("ÉTAT 5"), "état5");
    }

    #[test]
    fn what_is_said_of_a_module_is_read_back() {
        for (attribute, value) in [
            (Attribute::Class, Value::pair("MDC", "69798")),
            (Attribute::Serial, Value::text("DE 4")),
            (Attribute::Software, Value::pair("drug library", "ICU v12")),
        ] {
            assert_eq!(said_of_module(&of_module(5, attribute, &value).unwrap()), Some((5, attribute, value)));
        }
        assert_eq!(of_module(5, Attribute::Location, &Value::text("x")), None);
        assert_eq!(said_of_module(&Value::pair("five class ", "x")), None);
    }

    #[test]
    fn a_station_name_alone_names_no_device() {
        let key = EquipmentKey { instance: "ct01".into(), ..EquipmentKey::default() };
        assert!(!key.names_a_device());
    }
}
