//! How a device lays out its values, and the values of a report read by it.
//!
//! ```text
//!  configuration:  object 1: | 0A4C: 2 bytes | 0990: 8 bytes |      object 10: | 0A4C: 2 | 0990: 8 |
//!  fixed report:   1, "0062 2007120612100000"   10, "0048 2007120612100000"
//! ```
//! ISO/IEEE 11073-20601, 7.4: a fixed or grouped report holds bare values. The object's attribute-value-map (0A55), or the
//! scanner's handle-attribute-value-map (0A53), tells which they are and how long.

use alloc::vec::Vec;
use core::ops::Range;

use iomt_wire::{Cursor, Error, Kind, Limits, Result};
use iomt_x73::{
    AttributeList, Decode, FloatType, FloatValue, Handle, List, NuObsValue, OctetString, OidType, SFloatType, Type,
    nomenclature::attribute as id,
};

use crate::{
    association::ConfigId,
    scan::{ConfigReport, Observations, PersonId, ScanReport, misfit},
    standard,
    values::{AttrValMap, HandleAttrValMapEntry, attribute},
};

/// The most values that a configuration keeps.
const SLOTS: usize = 4_096;

/// The objects of a device and the layout of their values. Bounded: 256 objects by default ([`Limits::pending`]), 4096 values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    objects: Vec<Object>,
    slots: Vec<Slot>,
    capped: bool,
}

/// An object of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its number.
    pub handle: Handle,
    /// Its class, a term of partition 1.
    pub class: OidType,
    /// What it measures, where it says so.
    pub metric: Option<Type>,
    slots: Range<usize>,
}

/// One value in a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    handle: Handle,
    attribute: OidType,
    length: u16,
}

/// One value of a report. It is a patient's: its debug output does not show it.
#[derive(Clone, Copy)]
pub struct Observation<'a> {
    /// Of which object.
    pub handle: Handle,
    /// What the object measures, where it is known.
    pub metric: Option<Type>,
    /// Which of its attributes.
    pub attribute: OidType,
    /// Whose, where the report tells persons apart.
    pub person: Option<PersonId>,
    /// The value.
    pub value: Cursor<'a>,
}

crate::shows!(Observation: handle, metric, attribute);

impl<'a> Observation<'a> {
    /// Whether the value is a number, or has one in it: neither a code for none, nor a time, nor a state.
    #[must_use]
    pub fn has_number(&self) -> bool {
        let number = |value: FloatValue| matches!(value, FloatValue::Number { .. });
        match self.attribute {
            attribute::NU_VAL_OBS_BASIC => self.read::<SFloatType>().is_some_and(|found| number(found.value())),
            attribute::NU_VAL_OBS_SIMP => self.read::<FloatType>().is_some_and(|found| number(found.value())),
            attribute::NU_CMPD_VAL_OBS_BASIC => self
                .read::<List<'a, SFloatType>>()
                .is_some_and(|list| list.iter().flatten().any(|found| number(found.value()))),
            id::NU_VAL_OBS => {
                self.read::<NuObsValue>().is_some_and(|found| found.state.is_usable() && number(found.value.value()))
            }
            _ => false,
        }
    }

    fn read<T: Decode<'a>>(&self) -> Option<T> {
        T::decode(&mut { self.value }).ok()
    }
}

impl Configuration {
    /// The layout that a standard defines, where it is public.
    #[must_use]
    pub fn standard(id: ConfigId) -> Option<Self> {
        let standard = standard::standard(id).filter(|standard| !standard.objects.is_empty())?;
        let mut found = Self::default();
        for object in standard.objects {
            let handle = Handle(object.handle);
            let start = found.slots.len();
            found.slots.extend(object.map.iter().map(|&(attribute, length)| Slot {
                handle,
                attribute: OidType(attribute),
                length,
            }));
            let slots = start..found.slots.len();
            found.objects.push(Object { handle, class: object.class, metric: Some(object.metric), slots });
        }
        Some(found)
    }

    /// The layout that a device reports, as far as its report can be read.
    #[must_use]
    pub fn learn(report: &ConfigReport<'_>, limits: &Limits) -> Self {
        let mut found = Self::default();
        for object in report.objects.iter().map_while(Result::ok) {
            if found.objects.len() >= limits.pending {
                found.capped = true;
                break;
            }
            let start = found.slots.len();
            found.map(object.handle, &object.attributes);
            let slots = start..found.slots.len();
            let metric = object.attributes.get(id::ID_TYPE);
            found.objects.push(Object { handle: object.handle, class: object.class, metric, slots });
        }
        // Of two objects with one number the first counts.
        found.objects.sort_by_key(|object| object.handle);
        found.objects.dedup_by_key(|object| object.handle);
        found
    }

    fn map(&mut self, handle: Handle, attributes: &AttributeList<'_>) {
        if let Some(map) = attributes.get::<AttrValMap<'_>>(attribute::ATTRIBUTE_VAL_MAP) {
            self.extend(handle, &map);
        }
        let of_objects = attributes.get::<List<'_, HandleAttrValMapEntry<'_>>>(attribute::SCAN_HANDLE_ATTR_VAL_MAP);
        for entry in of_objects.unwrap_or_default().iter().map_while(Result::ok) {
            self.extend(entry.handle, &entry.map);
        }
    }

    fn extend(&mut self, handle: Handle, map: &AttrValMap<'_>) {
        for entry in map.iter().map_while(Result::ok) {
            if self.slots.len() >= SLOTS {
                self.capped = true;
                return;
            }
            self.slots.push(Slot { handle, attribute: entry.attribute, length: entry.length });
        }
    }

    /// Whether the configuration was larger than what is kept of it.
    #[must_use]
    pub const fn is_capped(&self) -> bool {
        self.capped
    }

    /// Its objects, by their number.
    #[must_use]
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The object with this number.
    #[must_use]
    pub fn object(&self, handle: Handle) -> Option<&Object> {
        let index = self.objects.binary_search_by_key(&handle, |object| object.handle).ok()?;
        self.objects.get(index)
    }

    /// Hands out the values of a report; `reporter` is the object that the event report is of.
    ///
    /// # Errors
    /// The first thing that could not be read; what else can be is handed out all the same.
    pub fn observe<'a>(
        &self,
        reporter: Handle,
        report: &ScanReport<'a>,
        visit: &mut dyn FnMut(Observation<'a>),
    ) -> Result<()> {
        let mut reading = Reading { configuration: self, reporter, first_error: None, visit };
        match &report.observations {
            Observations::Variable(list) => {
                reading.each(list, |reading, scan| reading.attributes(scan.handle, None, &scan.attributes));
            }
            Observations::Fixed(list) => {
                reading.each(list, |reading, scan| reading.values(scan.handle, None, scan.values));
            }
            Observations::Grouped(list) => {
                reading.each(list, |reading, values| reading.values(reporter, None, values));
            }
            Observations::PersonVariable(list) => reading.each(list, |reading, per| {
                reading.each(&per.observations, |reading, scan| {
                    reading.attributes(scan.handle, Some(per.person), &scan.attributes);
                });
            }),
            Observations::PersonFixed(list) => reading.each(list, |reading, per| {
                reading.each(&per.observations, |reading, scan| {
                    reading.values(scan.handle, Some(per.person), scan.values);
                });
            }),
            Observations::PersonGrouped(list) => {
                reading.each(list, |reading, per| {
                    reading.values(reading.reporter, Some(per.person), per.observations);
                });
            }
        }
        reading.first_error.map_or(Ok(()), Err)
    }
}

/// One report being read.
struct Reading<'c, 'a, 'v> {
    configuration: &'c Configuration,
    reporter: Handle,
    first_error: Option<Error>,
    visit: &'v mut dyn FnMut(Observation<'a>),
}

impl<'a> Reading<'_, 'a, '_> {
    fn each<T: iomt_x73::Decode<'a>>(&mut self, list: &List<'a, T>, mut then: impl FnMut(&mut Self, T)) {
        for item in list.iter() {
            match item {
                Ok(item) => then(self, item),
                Err(error) => self.fail(error),
            }
        }
    }

    fn fail(&mut self, error: Error) {
        self.first_error = self.first_error.or(Some(error));
    }

    fn attributes(&mut self, handle: Handle, person: Option<PersonId>, attributes: &AttributeList<'a>) {
        let metric = self.configuration.object(handle).and_then(|object| object.metric);
        self.each(attributes, |reading, ava| {
            let value = ava.cursor();
            (reading.visit)(Observation { handle, metric, attribute: ava.id, person, value });
        });
    }

    /// Bare values, by the layout of the object.
    fn values(&mut self, layout: Handle, person: Option<PersonId>, values: OctetString<'a>) {
        let Some(object) = self.configuration.object(layout) else {
            let kind = Kind::Invalid { value: layout.0.into() };
            return self.fail(Error { offset: values.offset, field: "object without a known layout", kind });
        };
        let slots = self.configuration.slots.get(object.slots.clone()).unwrap_or_default();
        let length = slots.iter().fold(0_usize, |sum, slot| sum.saturating_add(slot.length.into()));
        if length != values.bytes.len() || slots.is_empty() {
            let length = u64::try_from(values.bytes.len()).unwrap_or(u64::MAX);
            return self.fail(misfit(values.offset, "obs-val-data", length));
        }
        let mut cursor = Cursor::at(values.bytes, values.offset);
        for slot in slots {
            let Ok(value) = cursor.sub(slot.length, "obs-val-data") else { return };
            let metric = self.configuration.object(slot.handle).and_then(|object| object.metric);
            let (handle, attribute) = (slot.handle, slot.attribute);
            (self.visit)(Observation { handle, metric, attribute, person, value });
        }
    }
}
