//! The facts of one message about one piece of equipment, gathered before they are filed.

use core::net::IpAddr;

use crate::evidence::{Attribute, EquipmentKey, Fact, Place, Sink, Source, Subject, Value, normalise};
use crate::udi::{Check, Udi};

/// Facts that a card takes; a message that says more about one device is not believed to.
const FACTS: usize = 256;

/// What one message says about one piece of equipment.
///
/// The facts are filed together because together they tell which equipment it is.
#[derive(Debug, Default)]
pub(crate) struct Card {
    facts: Vec<Fact>,
    key: EquipmentKey,
    /// The serial number inside a UDI, for want of a stated one.
    serial_of_label: Box<str>,
    capped: bool,
}

/// Whether a serial number says that there is none.
fn is_placeholder(serial: &str) -> bool {
    let serial = normalise(serial);
    serial.chars().all(|c| c == '0')
        || matches!(&*serial, "unknown" | "none" | "na" | "notapplicable" | "notset" | "serial")
}

impl Card {
    /// Adds a fact; the first manufacturer, model, serial number and EUI-64 become the key.
    pub(crate) fn add(&mut self, attribute: Attribute, value: Value, source: Source, place: Place) {
        if value.bare().is_empty() {
            return;
        }
        if self.facts.len() >= FACTS {
            self.capped = true;
            return;
        }
        let slot = match attribute {
            // All zeros or a word for nothing is no serial number, though it is shown as it was sent.
            Attribute::Serial if is_placeholder(value.bare()) => None,
            Attribute::Manufacturer => Some(&mut self.key.manufacturer),
            Attribute::Model => Some(&mut self.key.model),
            Attribute::Serial => Some(&mut self.key.serial),
            Attribute::Eui64 => Some(&mut self.key.eui64),
            // A system identifier that is no EUI-64 tells units apart as well.
            Attribute::Name if value.qualifier() == "system-id" => Some(&mut self.key.eui64),
            Attribute::Name if matches!(value.qualifier(), "station-name" | "instance" | "endpoint-reference") => {
                Some(&mut self.key.instance)
            }
            _ => None,
        };
        if let Some(slot) = slot
            && slot.is_empty()
        {
            *slot = normalise(value.bare());
        }
        if attribute == Attribute::Udi {
            self.identify(value.bare());
        }
        if !self.facts.iter().any(|(a, v, s, _)| (*a, v, s) == (attribute, &value, &source)) {
            self.facts.push((attribute, value, source, place));
        }
    }

    /// Takes from a carrier what tells the equipment from others: the product, and the unit if a check does not speak against it.
    fn identify(&mut self, carrier: &str) {
        let parsed = Udi::parse(carrier).ok();
        let trusted = parsed.as_ref().filter(|udi| !matches!(udi.check, Check::Wrong { .. }));
        let product = normalise(trusted.and_then(Udi::product).unwrap_or(carrier));
        if let Some(udi) = trusted.filter(|udi| udi.is_unit() && self.key.udi.is_empty()) {
            let unit = udi.serial.or(udi.donation).unwrap_or_default();
            self.key.udi = format!("{product} {}", normalise(unit)).into();
        }
        if self.key.product.is_empty() {
            self.key.product = product;
        }
        if let Some(serial) = trusted.and_then(|udi| udi.serial).filter(|serial| !is_placeholder(serial)) {
            self.serial_of_label = normalise(serial);
        }
    }

    /// Adds several facts.
    pub(crate) fn extend(&mut self, facts: impl IntoIterator<Item = Fact>) {
        for (attribute, value, source, place) in facts {
            self.add(attribute, value, source, place);
        }
    }

    /// What tells the equipment from others, so far.
    pub(crate) const fn key(&self) -> &EquipmentKey {
        &self.key
    }

    /// Whether the cap on facts was reached.
    pub(crate) const fn is_capped(&self) -> bool {
        self.capped
    }

    /// Whether a fact of this attribute is there.
    pub(crate) fn has(&self, attribute: Attribute) -> bool {
        self.facts.iter().any(|(a, ..)| *a == attribute)
    }

    /// Whether this value of an attribute is there.
    pub(crate) fn states(&self, attribute: Attribute, bare: &str) -> bool {
        self.facts.iter().any(|(a, value, ..)| *a == attribute && value.bare() == bare)
    }

    /// Lists a module with what it says that the system does not say of itself.
    pub(crate) fn list_module(&mut self, number: u64, module: &Self) {
        for (attribute, value, source, place) in &module.facts {
            let shared = self.facts.iter().any(|(a, v, ..)| (a, v) == (attribute, value));
            if let Some(said) = crate::evidence::of_module(number, *attribute, value).filter(|_| !shared) {
                self.add(Attribute::Module, said, *source, place.clone());
            }
        }
    }

    /// All that the card holds but where it was said.
    pub(crate) fn said(&self) -> Vec<(Attribute, &Value, &Source)> {
        self.facts.iter().map(|(attribute, value, source, _)| (*attribute, value, source)).collect()
    }

    /// The facts, for those who file them elsewhere.
    pub(crate) fn into_facts(self) -> impl Iterator<Item = Fact> {
        self.facts.into_iter()
    }

    /// Files the facts about the equipment; says about whom, or none when they name no device.
    pub(crate) fn file(
        mut self,
        speaker: Option<IpAddr>,
        protocol: &'static str,
        out: &mut dyn Sink,
    ) -> Option<Subject> {
        if self.key.serial.is_empty() {
            self.key.serial = self.serial_of_label;
        }
        if !self.key.names_a_device() {
            return None;
        }
        let subject = Subject::Equipment { key: self.key, speaker, protocol };
        out.take_all(&subject, &mut self.facts.into_iter());
        Some(subject)
    }
}
