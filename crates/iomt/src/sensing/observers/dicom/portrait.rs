//! What one object says of devices: of the equipment that made it, and of others that it names.
//!
//! | where | whom it is about |
//! |---|---|
//! | top level, UDI, transducer | the equipment that made the object |
//! | functional groups, shared and of the first frames: detector, calibration, attributes of converted frames | the same |
//! | contributing equipment, contributing sources | who had the object in hand before: acquired, processed, modified, converted it |
//! | secondary capture and hardcopy device | the digitizer, frame grabber or workstation |
//! | device sequence | a catheter, an injector: what was used |
//! | beams, treatment machine | the linear accelerator, which the planning system is not |
//! | display subsystem, measurement equipment | a display, a photometer |
//! | device observers of a report | who observed |
//!
//! None of the others is the sender, so none is filed as spoken of by an address: each is equipment of its own.

use core::net::IpAddr;

use iomt_dicom::Tag;
use iomt_dicom::element::Element;

use super::modules;
use super::report::{Report, Says};
use super::script::Script;
use crate::evidence::{Attribute, Evidence, Place, Sink, Source, Subject, Value};
use crate::sensing::card::Card;
use crate::sensing::text::clean;

/// Other devices kept of one object.
const OTHERS: usize = 32;

/// In place of an item's number, for devices that are described at the top level.
const TOP: u32 = 0;

/// What another device has to do with the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Contributing,
    Source,
    Capture,
    Hardcopy,
    Used,
    Machine,
    Display,
    Instrument,
    Observer,
}

impl Kind {
    const fn of(sequence: Tag) -> Option<Self> {
        Some(match sequence {
            Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE => Self::Contributing,
            Tag::CONTRIBUTING_SOURCES_SEQUENCE => Self::Source,
            Tag::DEVICE_SEQUENCE => Self::Used,
            Tag::BEAM_SEQUENCE | Tag::ION_BEAM_SEQUENCE | Tag::TREATMENT_MACHINE_SEQUENCE => Self::Machine,
            Tag::DISPLAY_SUBSYSTEM_SEQUENCE => Self::Display,
            Tag::MEASUREMENT_EQUIPMENT_SEQUENCE => Self::Instrument,
            _ => return None,
        })
    }

    /// What it is called where it is named.
    const fn word(self) -> &'static str {
        match self {
            Self::Contributing => "contributing equipment",
            Self::Source => "contributing source",
            Self::Capture => "secondary capture device",
            Self::Hardcopy => "hardcopy device",
            Self::Used => "device used",
            Self::Machine => "treatment machine",
            Self::Display => "display",
            Self::Instrument => "measurement equipment",
            Self::Observer => "device observer",
        }
    }

    /// Whether the object passed through it.
    const fn handled_it(self) -> bool {
        matches!(self, Self::Contributing | Self::Source | Self::Capture | Self::Hardcopy)
    }
}

/// Purposes of contributing equipment (PS3.16 CID 7005).
const PURPOSES: &[(&[u8], &str)] = &[
    (b"109100", "synthesizing equipment"),
    (b"109101", "acquisition equipment"),
    (b"109102", "processing equipment"),
    (b"109103", "modifying equipment"),
    (b"109104", "de-identifying equipment"),
    (b"109105", "frame extracting equipment"),
    (b"109106", "enhanced multi-frame conversion equipment"),
    (b"DOCD", "document digitizer equipment"),
    (b"FILMD", "film digitizer"),
    (b"MEDIM", "portable media importer equipment"),
    (b"VIDD", "video tape digitizer equipment"),
];

/// Another device that the object names.
#[derive(Debug)]
struct Other {
    kind: Kind,
    /// Number of the item that describes it; of an observer its depth in the report.
    item: u32,
    card: Card,
    purpose: Option<&'static str>,
    /// How it is called in words: maker, model, station, serial number.
    called: [String; 4],
}

impl Other {
    fn new(kind: Kind, item: u32) -> Self {
        Self { kind, item, card: Card::default(), purpose: None, called: Default::default() }
    }

    fn word(&self) -> &'static str {
        self.purpose.unwrap_or(self.kind.word())
    }

    fn call(&mut self, slot: usize, element: &Element<'_>) {
        if let Some(slot) = self.called.get_mut(slot).filter(|slot| slot.is_empty()) {
            *slot = clean(element.value);
        }
    }

    /// Whether nothing that tells devices apart is known of it yet.
    fn is_blank(&self) -> bool {
        !self.card.key().names_a_device() && self.called.iter().all(String::is_empty)
    }

    /// In words, as far as they go.
    fn called(&self) -> String {
        let words: Vec<&str> = self.called.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
        words.join(" ")
    }
}

/// Who handled an object, in words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Handler {
    /// `modifying equipment`.
    pub(crate) as_what: &'static str,
    /// `ACME Router R-7`.
    pub(crate) who: String,
}

/// What was filed of one object.
#[derive(Debug, Default)]
pub(crate) struct Filed {
    /// The equipment that made it, if it names a device.
    pub(crate) maker: Option<Subject>,
    /// Who had it in hand.
    pub(crate) handlers: Vec<Handler>,
    /// It named more devices, or said more of one, than is kept.
    pub(crate) capped: bool,
}

/// Gathers what an object says until it is over.
#[derive(Debug, Default)]
pub(crate) struct Portrait {
    maker: Card,
    others: Vec<Other>,
    /// Devices of a report, of which the last is being read.
    report: Report,
    writer: [String; 2],
    script: Script,
    capped: bool,
}

impl Portrait {
    /// Elements that are wanted of an object.
    pub(crate) fn wants(enclosing: &[Tag], tag: Tag) -> bool {
        iomt_dicom::ident::is_identity(enclosing, tag) || iomt_dicom::ident::is_device_observer(enclosing, tag)
    }

    /// Whether it names the equipment that made the object.
    pub(crate) fn names_its_maker(&self) -> bool {
        self.maker.key().names_a_device()
    }

    /// Whether it names any device.
    pub(crate) fn names_a_device(&self) -> bool {
        self.names_its_maker() || self.others.iter().any(|other| other.card.key().names_a_device())
    }

    /// Takes the next element.
    pub(crate) fn hear(
        &mut self,
        enclosing: &[Tag],
        item: u32,
        element: &Element<'_>,
        protocol: &'static str,
        place: &Place,
    ) {
        if element.tag == Tag::SPECIFIC_CHARACTER_SET {
            return self.script.set(enclosing, item, element);
        }
        let unicode = self.script.unicode(enclosing, item, element);
        let element = &unicode.as_ref().map_or(*element, |text| element.with_value(text.as_bytes()));
        let maker = &mut self.maker;
        match enclosing {
            [] if element.tag.group == 0x0002 => self.file_meta(element, protocol, place),
            [] if capture(element.tag).is_some() => self.captured(element, protocol, place),
            [] => {
                modules::equipment(maker, element, protocol, place);
                modules::object(maker, element, protocol, place);
            }
            [Tag::UDI_SEQUENCE] => udi(maker, element, protocol, place),
            // Of a converted object: what its single-frame sources said, each of itself.
            [
                groups,
                Tag::UNASSIGNED_SHARED_CONVERTED_ATTRIBUTES_SEQUENCE
                | Tag::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE,
            ] if is_functional_groups(*groups) => {
                modules::equipment(maker, element, protocol, place);
            }
            [groups, ..] if is_functional_groups(*groups) => {
                let mut add = |attribute, value, field, kind| {
                    maker.add(attribute, value, Source { protocol, field, kind }, place.clone());
                };
                modules::parts(element, &mut add);
                modules::maintenance(element, &mut add);
            }
            [Tag::TRANSDUCER_IDENTIFICATION_SEQUENCE] => transducer(maker, element, protocol, place),
            [Tag::CONTENT_SEQUENCE, ..] => self.observer(enclosing, item, element, protocol, place),
            [sequence, inner @ ..] => {
                let Some(kind) = Kind::of(*sequence) else { return };
                if kind == Kind::Contributing {
                    let sign = Source { protocol, field: "Contributing Equipment Sequence", kind: "sign" };
                    maker.add(Attribute::Sign, Value::text("contributing-equipment"), sign, place.clone());
                }
                match inner {
                    [] => self.describe(kind, item, element, protocol, place),
                    [inner] => self.detail(*inner, element, protocol, place),
                    _ => {}
                }
            }
        }
    }

    /// The other device that an item describes, or a new one.
    fn other(&mut self, kind: Kind, item: u32) -> Option<&mut Other> {
        let at = self.others.iter().rposition(|other| (other.kind, other.item) == (kind, item));
        if at.is_none() {
            if self.others.len() >= OTHERS {
                self.capped = true;
                return None;
            }
            self.others.push(Other::new(kind, item));
        }
        match at {
            Some(at) => self.others.get_mut(at),
            None => self.others.last_mut(),
        }
    }

    fn describe(&mut self, kind: Kind, item: u32, element: &Element<'_>, protocol: &'static str, place: &Place) {
        let Some(other) = self.other(kind, item) else { return };
        match element.tag {
            Tag::MANUFACTURER => other.call(0, element),
            Tag::MANUFACTURER_MODEL_NAME => other.call(1, element),
            Tag::STATION_NAME | Tag::TREATMENT_MACHINE_NAME => other.call(2, element),
            Tag::DEVICE_SERIAL_NUMBER => other.call(3, element),
            _ => {}
        }
        modules::equipment(&mut other.card, element, protocol, place);
    }

    /// The secondary capture or hardcopy device.
    fn captured(&mut self, element: &Element<'_>, protocol: &'static str, place: &Place) {
        let Some((kind, attribute, field)) = capture(element.tag) else { return };
        let Some(other) = self.other(kind, TOP) else { return };
        match attribute {
            Attribute::Manufacturer => other.call(0, element),
            Attribute::Model => other.call(1, element),
            _ => {}
        }
        let mut add = |attribute, value, field, kind| {
            other.card.add(attribute, value, Source { protocol, field, kind }, place.clone());
        };
        let text = clean(element.value);
        match attribute {
            Attribute::Software => modules::versions(element, field, &mut add),
            Attribute::Name => add(attribute, Value::pair("device-id", &text), field, "declared-name"),
            _ => add(attribute, Value::text(&text), field, "declared"),
        }
    }

    /// A sequence within the item that describes another device: the last one.
    fn detail(&mut self, sequence: Tag, element: &Element<'_>, protocol: &'static str, place: &Place) {
        let Some(other) = self.others.last_mut() else { return };
        match (sequence, element.tag) {
            (Tag::UDI_SEQUENCE, _) => udi(&mut other.card, element, protocol, place),
            (Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, Tag::CODE_VALUE) => {
                let code = element.text();
                let known = PURPOSES.iter().find(|(known, _)| *known == code).map(|(_, word)| *word);
                other.purpose = other.purpose.or(known);
            }
            _ => {}
        }
    }

    fn observer(&mut self, enclosing: &[Tag], item: u32, element: &Element<'_>, protocol: &'static str, place: &Place) {
        let Some(says) = self.report.hear(enclosing, item, element) else { return };
        let last = self.others.last().filter(|other| other.kind == Kind::Observer);
        let fact = says.fact();
        let again = fact.is_some_and(|(attribute, qualifier, _)| {
            qualifier.is_empty() && last.is_some_and(|last| last.card.has(attribute))
        });
        // Devices are told apart by how deep they stand, by what begins one, and by what one device does not say twice.
        let depth = u32::try_from(enclosing.len()).unwrap_or(u32::MAX);
        if last.is_none_or(|last| again || last.item != depth || says.begins() && !last.is_blank()) {
            if self.others.len() >= OTHERS {
                self.capped = true;
                return;
            }
            self.others.push(Other::new(Kind::Observer, depth));
        }
        let (Some((attribute, qualifier, field)), Some(other)) = (fact, self.others.last_mut()) else { return };
        match says {
            Says::Manufacturer => other.call(0, element),
            Says::Model => other.call(1, element),
            Says::Name => other.call(2, element),
            Says::Serial => other.call(3, element),
            Says::Begins | Says::Uid | Says::Location => {}
        }
        let value = Says::value(qualifier, &clean(element.value));
        let kind = if attribute == Attribute::Name { "declared-name" } else { "declared" };
        other.card.add(attribute, value, Source { protocol, field, kind }, place.clone());
    }

    /// Who wrote the file, which is often neither who made the object nor who sends it.
    fn file_meta(&mut self, element: &Element<'_>, protocol: &'static str, place: &Place) {
        let [uid, name] = &mut self.writer;
        let (kind, field) = match element.tag {
            Tag::IMPLEMENTATION_CLASS_UID => {
                *uid = clean(element.value);
                return;
            }
            Tag::IMPLEMENTATION_VERSION_NAME => {
                *name = clean(element.value);
                return;
            }
            Tag::SOURCE_APPLICATION_ENTITY_TITLE => ("source AE title", "Source Application Entity Title"),
            Tag::SENDING_APPLICATION_ENTITY_TITLE => ("sending AE title", "Sending Application Entity Title"),
            Tag::RECEIVING_APPLICATION_ENTITY_TITLE => ("receiving AE title", "Receiving Application Entity Title"),
            _ => return,
        };
        let value = Value::pair(kind, &clean(element.value));
        self.maker.add(Attribute::Handler, value, Source { protocol, field, kind: "file-writer" }, place.clone());
    }

    /// Files what was gathered: the maker as spoken of by `speaker`, the others as spoken of by nobody.
    pub(crate) fn file(
        mut self,
        speaker: Option<IpAddr>,
        protocol: &'static str,
        place: &Place,
        out: &mut dyn Sink,
    ) -> Filed {
        let mut handlers = Vec::new();
        let mut capped = self.capped || self.maker.is_capped();
        let writer = self.writer.join(" ");
        if !writer.trim().is_empty() {
            let source = Source { protocol, field: "Implementation Class UID", kind: "file-writer" };
            self.maker.add(Attribute::Handler, Value::pair("file writer", writer.trim()), source, place.clone());
        }
        for mut other in self.others {
            let (word, who) = (other.word(), other.called());
            if other.kind.handled_it() && !who.is_empty() {
                let source = Source { protocol, field: "Contributing Equipment Sequence", kind: "declared" };
                self.maker.add(Attribute::Handler, Value::pair(word, &who), source, place.clone());
                handlers.push(Handler { as_what: word, who });
            }
            let source = Source { protocol, field: "named in an object", kind: "role" };
            other.card.add(Attribute::Role, Value::pair("named", word), source, place.clone());
            capped |= other.card.is_capped();
            let _ = other.card.file(None, protocol, out);
        }
        Filed { maker: self.maker.file(speaker, protocol, out), handlers, capped }
    }
}

/// Evidence that an endpoint passed on objects which another had in hand.
pub(super) fn passed_on(handler: &Handler, speaker: IpAddr, place: &Place) -> Evidence {
    Evidence {
        subject: Subject::Endpoint(speaker),
        attribute: Attribute::Handler,
        value: Value::pair(handler.as_what, &handler.who),
        source: Source { protocol: "dicom", field: "Contributing Equipment Sequence", kind: "declared" },
        place: place.clone(),
    }
}

/// Whether a sequence describes the frames of an enhanced object.
const fn is_functional_groups(sequence: Tag) -> bool {
    matches!(sequence, Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE | Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
}

/// What an element of the secondary capture and hardcopy modules says, by its place in [`Other::called`] or as software or id.
const fn capture(tag: Tag) -> Option<(Kind, Attribute, &'static str)> {
    use Attribute::{Manufacturer, Model, Name, Software};
    use Kind::{Capture, Hardcopy};
    Some(match tag {
        Tag::SECONDARY_CAPTURE_DEVICE_ID => (Capture, Name, "Secondary Capture Device ID"),
        Tag::SECONDARY_CAPTURE_DEVICE_MANUFACTURER => (Capture, Manufacturer, "Secondary Capture Device Manufacturer"),
        Tag::SECONDARY_CAPTURE_DEVICE_MANUFACTURER_MODEL_NAME => {
            (Capture, Model, "Secondary Capture Device Manufacturer's Model Name")
        }
        Tag::SECONDARY_CAPTURE_DEVICE_SOFTWARE_VERSIONS => {
            (Capture, Software, "Secondary Capture Device Software Versions")
        }
        Tag::HARDCOPY_CREATION_DEVICE_ID => (Hardcopy, Name, "Hardcopy Creation Device ID"),
        Tag::HARDCOPY_DEVICE_MANUFACTURER => (Hardcopy, Manufacturer, "Hardcopy Device Manufacturer"),
        Tag::HARDCOPY_DEVICE_MANUFACTURER_MODEL_NAME => (Hardcopy, Model, "Hardcopy Device Manufacturer's Model Name"),
        Tag::HARDCOPY_DEVICE_SOFTWARE_VERSION => (Hardcopy, Software, "Hardcopy Device Software Version"),
        _ => return None,
    })
}

fn udi(card: &mut Card, element: &Element<'_>, protocol: &'static str, place: &Place) {
    if element.tag == Tag::UNIQUE_DEVICE_IDENTIFIER {
        let source = Source { protocol, field: "Unique Device Identifier", kind: "declared" };
        card.add(Attribute::Udi, Value::text(&clean(element.value)), source, place.clone());
    }
}

/// A transducer is a part of the scanner that it is plugged into.
fn transducer(card: &mut Card, element: &Element<'_>, protocol: &'static str, place: &Place) {
    let part = match element.tag {
        Tag::MANUFACTURER => "transducer manufacturer",
        Tag::MANUFACTURER_MODEL_NAME => "transducer model",
        Tag::DEVICE_SERIAL_NUMBER => "transducer serial number",
        Tag::DEVICE_ID => "transducer",
        _ => return,
    };
    let source = Source { protocol, field: "Transducer Identification Sequence", kind: "declared" };
    card.add(Attribute::Part, Value::pair(part, &clean(element.value)), source, place.clone());
}
