//! Which fields say something about a device, and about which.
//!
//! ```text
//!  MSH-3,4  ─► Sender        MSH-5,6 ─► Receiver       SFT ─► Sender
//!  OBX-4 `m.v.c.n` ─► Device { mds: m, vmd: v }        OBX-18 ─► its instance
//!  PRT behind an OBX ─► that OBX's device
//! ```
//! HL7 v2.9.1 chapters 2, 7, 13 and 17; IHE devices technical framework, volume 2, appendix B (OBX-4).
//!
//! A sender is not what it sends about: one gateway speaks for forty monitors. A row's OBX-4 says which device and which
//! module of it the row is about; where there is no such tree, OBX-18 is the only name the device has. The same OBX-18 on the
//! next row of the same device is not told again.
//!
//! Never read: PID, NK1, IN1, NTE, visit numbers, persons, and OBX-5 of any row that is not a device attribute. PV1-3, where
//! the patient is, is told as location because a bedside device stands there; the consumer knows the message type.

mod code;
mod device;
mod equipment;
mod header;
mod observation;
#[cfg(test)]
mod tests;

use crate::line::{Line, Reader, WORDS};
use crate::message::blanks;
use crate::segment::Place;
use crate::view::Field;
use crate::{Message, Terminator, eui64};

/// What a fact is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject<'a> {
    /// The application that sent the message (MSH-3, MSH-4).
    Sender,
    /// The application it was sent to (MSH-5, MSH-6).
    Receiver,
    /// A device that the message speaks of.
    Device {
        /// First number of OBX-4: the device; 0 when the row does not say.
        mds: u64,
        /// Second number of OBX-4: the module; 0 for the device itself, or when the row does not say.
        vmd: u64,
        /// The best identifier of the device on this row, still escaped: an EUI-64, else a serial number or what OBX-18
        /// says. Empty when the row has none; other rows with the same numbers may.
        instance: &'a [u8],
    },
}

impl core::fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Sender => f.write_str("Sender"),
            Self::Receiver => f.write_str("Receiver"),
            Self::Device { mds, vmd, instance } => write!(f, "Device({mds}.{vmd} {})", instance.escape_ascii()),
        }
    }
}

impl Subject<'_> {
    const MESSAGE: Self = Self::Device { mds: 0, vmd: 0, instance: &[] };
}

/// What a fact says of its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Attribute {
    /// Name of the application.
    Application,
    /// Name of the facility.
    Facility,
    /// EUI-64 of the application's host (MSH-3.2).
    ApplicationEui64,
    /// Network name or address (MSH-24, 25, or the universal id of MSH-3 to 6 when its type is DNS).
    NetworkAddress,
    /// Maker.
    Manufacturer,
    /// EUI-64 of which only the maker's part means something: the rest is zero.
    ManufacturerOui,
    /// Model name or number.
    Model,
    /// Brand name.
    Brand,
    /// Serial number.
    Serial,
    /// Version of the device's software.
    SoftwareVersion,
    /// Version of the device's firmware; pumps list several parts in one string.
    FirmwareVersion,
    /// Version of the device's hardware.
    HardwareVersion,
    /// Part or catalogue number.
    PartNumber,
    /// Lot number.
    Lot,
    /// When it was made.
    ManufactureDate,
    /// When it expires.
    ExpiryDate,
    /// Version of the protocol the device speaks.
    ProtocolVersion,
    /// EUI-64 of the device.
    Eui64,
    /// MAC address of the device.
    Mac,
    /// IPv4 address of the device.
    Ipv4,
    /// What people call it: a label, a bed's monitor.
    InstanceName,
    /// Kind of device: an MDC number or reference id, or another code. The number modulo 4 says the level: 1 device, 2 module,
    /// 3 channel.
    DeviceType,
    /// Where it stands: PV1-3 as it is.
    Location,
    /// Device identifier part of a UDI.
    UdiDevice,
    /// A whole UDI as a label carries it.
    UdiCarrier,
    /// An identifier that is no EUI-64.
    DeviceIdentifier,
    /// An equipment identifier as a whole, with its separators: OBX-18, PRT-10, DEV-2 or EQU-1, and an order number that holds
    /// the same. Its parts are told behind it; how they stand together is a habit of the sender's maker.
    EquipmentIdentifier,
    /// OBR-4 as a whole where it names the sender's model, not what was ordered.
    Service,
    /// Who made the program that handled the message (SFT-1).
    SoftwareVendor,
    /// The program (SFT-3).
    SoftwareProduct,
    /// Its version (SFT-2).
    SoftwareProductVersion,
    /// MSH-9 as it is.
    MessageType,
    /// MSH-12: the version of HL7.
    Version,
    /// MSH-18, each repetition.
    CharacterSet,
    /// What kind of text MSH-10 is, not the text: `digits`, `guid`, ...; see [`control_id_shape`].
    ControlIdShape,
    /// MSH-11.
    ProcessingId,
    /// MSH-7: when the message was made, by the sender's clock.
    Time,
    /// That a password, ticket or token is there (MSH-8, UAC-2). The value is `present`, never what stands there.
    Credentials,
    /// MSH-21: the profile's name and its OID.
    Profile,
    /// Name or version of the drug library.
    DrugLibrary,
    /// Name of the radio network that the device is in.
    RadioNetwork,
    /// Whether it runs on mains or battery: `onMains(0)`.
    PowerStatus,
    /// How its battery is: `batt-full(1)`.
    BatteryStatus,
    /// Production specification of no known kind.
    ProductionSpecification,
}

/// Something that a field says of a device or application.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fact<'a> {
    /// About what.
    pub subject: Subject<'a>,
    /// Which property.
    pub attribute: Attribute,
    /// The value as it was sent, still escaped; never empty, never `""`.
    pub value: &'a [u8],
    /// Where it stands, as the standard counts: `OBX-18.3`.
    pub field: &'static str,
    /// Where the value begins in the bytes that were given to [`Message::parse`].
    pub offset: usize,
}

impl core::fmt::Debug for Fact<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { subject, attribute, value, field, offset } = self;
        write!(f, "{subject:?} {attribute:?} = {} ({field} at {offset})", value.escape_ascii())
    }
}

pub(crate) use code::mdc;
pub use header::control_id_shape;
pub(crate) use observation::tree;

/// The value of [`Attribute::Credentials`].
const PRESENT: &[u8] = b"present";

impl Fact<'_> {
    /// Whether the value stands in the message, at `offset`; else it says in a word what stands there.
    #[must_use]
    pub const fn is_quoted(&self) -> bool {
        !matches!(self.attribute, Attribute::ControlIdShape | Attribute::Credentials)
    }
}

/// Calls `visit` with everything that the message says of its sender, its receiver and the devices it speaks of, in the
/// order of the message. One pass, no allocation; segments that say nothing of devices cost a search for their end.
pub fn facts<'a>(message: &Message<'a>, visit: &mut dyn FnMut(Fact<'a>)) {
    match message.terminator() {
        Terminator::Cr | Terminator::CrLf => facts_of(message, [b'\r'], visit),
        Terminator::Lf => facts_of(message, [b'\r', b'\n'], visit),
    }
}

/// The same where segments end with one of these bytes.
fn facts_of<'a, const ENDS: usize>(message: &Message<'a>, ends: [u8; ENDS], visit: &mut dyn FnMut(Fact<'a>)) {
    let (syntax, terminator) = (message.syntax(), message.terminator());
    let reader = Reader::new(syntax, terminator, ends);
    let mut context = Context::default();
    let mut words = [0; WORDS];
    let mut at = message.head();
    loop {
        at = blanks(message.bytes(), at);
        let tail = message.bytes().get(at..).unwrap_or_default();
        let Some((&name, rest)) = tail.split_first_chunk::<3>() else { return };
        let named = rest.first().is_none_or(|byte| *byte == syntax.field() || ends.contains(byte));
        let len = if named && name == *b"OBX" {
            let line = reader.line(tail, at, &mut words);
            observation::obx(&line, &mut context, visit);
            line.segment().len()
        } else if named && speaks(&name) {
            let line = reader.line(tail, at, &mut words);
            other(message, line, name, &mut context, visit);
            line.segment().len()
        } else {
            terminator.find(tail).unwrap_or(tail.len())
        };
        at = at.wrapping_add(len).wrapping_add(1);
    }
}

/// The segments that speak of devices, in capital letters.
const SPEAKING: [&[u8; 3]; 10] = [b"MSH", b"FHS", b"BHS", b"SFT", b"UAC", b"OBR", b"PRT", b"DEV", b"EQU", b"PV1"];

/// Whether a segment of this name speaks of devices.
fn speaks(name: &[u8; 3]) -> bool {
    let name = name.map(|byte| byte.to_ascii_uppercase());
    name == *b"OBX" || SPEAKING.contains(&&name)
}

/// A segment that is not an observation, or not in capital letters.
#[inline(never)]
fn other<'a>(
    message: &Message<'a>,
    line: Line<'_, 'a>,
    name: [u8; 3],
    context: &mut Context<'a>,
    visit: &mut dyn FnMut(Fact<'a>),
) {
    let (line, segment) = (&line, *line.segment());
    match &name.map(|byte| byte.to_ascii_uppercase()) {
        b"OBX" => {
            context.row = Some(segment.place());
            observation::row(*line, line.count(), context, visit);
        }
        b"MSH" => header::msh(line, context, visit),
        b"FHS" | b"BHS" => header::wrapper(segment, visit),
        b"SFT" => header::sft(line, visit),
        b"UAC" => header::uac(segment, visit),
        b"OBR" => observation::obr(line, context, visit),
        b"PRT" => equipment::prt(segment, context.row.map(|row| message.at(row)), context, visit),
        b"DEV" => equipment::dev(segment, visit),
        b"EQU" => equipment::equ(segment, context, visit),
        b"PV1" => equipment::pv1(line, visit),
        _ => {}
    }
}

/// What earlier segments said that later ones need.
#[derive(Clone, Copy, Default)]
struct Context<'a> {
    /// Maker proven by an EUI-64 of the sender or of the order.
    oui: [u8; 3],
    /// EUI-64 of the sender: a repetition of it further down is no device.
    sender: Option<[u8; 8]>,
    /// Whether the sender is one of those that put the model into MSH-4 and OBR-4.
    chemistry: bool,
    /// The OBX before this segment: its numbers, the OBX-18 told last, and its instance.
    mds: u64,
    vmd: u64,
    equipment: &'a [u8],
    instance: &'a [u8],
    /// Where the OBX itself is, when its device is still to be found out because only a PRT behind it asks.
    row: Option<Place>,
}

/// Emits facts about one subject from fields and their parts; what is absent or null says nothing.
struct Teller<'v, 'a> {
    subject: &'v Subject<'a>,
    visit: &'v mut dyn FnMut(Fact<'a>),
}

impl<'a> Teller<'_, 'a> {
    fn tell(&mut self, attribute: Attribute, value: &'a [u8], offset: usize, field: &'static str) {
        // Half of the senders pad with blanks; a blank value says nothing.
        match value {
            [] | b"\"\"" => return,
            [b' ', ..] if value.iter().all(|byte| *byte == b' ') => return,
            _ => {}
        }
        (self.visit)(Fact { subject: *self.subject, attribute, value, field, offset });
    }

    fn field(&mut self, attribute: Attribute, value: Field<'a>, field: &'static str) {
        self.tell(attribute, value.bytes(), value.offset(), field);
    }

    /// The first component of the field.
    fn first(&mut self, attribute: Attribute, value: Field<'a>, field: &'static str) {
        let value = value.component(1);
        self.tell(attribute, value.bytes(), value.offset(), field);
    }

    /// An EUI-64, or its maker when nothing else is in it.
    fn eui(&mut self, eui: [u8; 8], value: &'a [u8], offset: usize, field: &'static str) {
        let attribute = if eui64::is_placeholder(eui) { Attribute::ManufacturerOui } else { Attribute::Eui64 };
        self.tell(attribute, value, offset, field);
    }
}

/// Whether a universal id type says that the id is an EUI-64.
#[inline]
pub(crate) fn is_eui_type(text: &[u8]) -> bool {
    text.len() >= 5 && (text == b"EUI-64" || spells_eui(text))
}

fn spells_eui(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    text.eq_ignore_ascii_case(b"EUI-64") || text.eq_ignore_ascii_case(b"EUI64")
}
