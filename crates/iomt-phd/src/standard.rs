//! The configurations that the device standards define.
//!
//! A standard configuration is told by its number alone: a device that has one never sends a configuration report, so how it
//! lays out its values, and which kind of device it is, has to be known beforehand.
//!
//! The table is data. Sources: the annex examples of the standards, as an open stack publishes them, for the layouts of
//! 0190, 02BC and 05DC. A number known from memory alone has a name, and nothing is concluded from it.

use iomt_x73::{OidType, Type};

use crate::association::ConfigId;

/// A configuration that a standard defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardConfiguration {
    /// Its number.
    pub id: ConfigId,
    /// Of which kind of device, in plain words.
    pub name: &'static str,
    /// The kind, a term of partition 8, where the number is attested by published bytes.
    pub specialisation: Option<OidType>,
    /// Its objects; none where no layout is public.
    pub objects: &'static [StandardObject],
}

/// An object of a standard configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardObject {
    /// Its number.
    pub handle: u16,
    /// Its class, a term of partition 1.
    pub class: OidType,
    /// What it measures.
    pub metric: Type,
    /// The attributes in a fixed report, each with its length.
    pub map: &'static [(u16, u16)],
}

/// Looks a standard configuration up.
#[must_use]
pub fn standard(id: ConfigId) -> Option<&'static StandardConfiguration> {
    let index = STANDARD.binary_search_by_key(&id, |row| row.id).ok()?;
    STANDARD.get(index)
}

const NUMERIC: OidType = OidType(0x0006);

const fn numeric(handle: u16, metric: u16, map: &'static [(u16, u16)]) -> StandardObject {
    StandardObject { handle, class: NUMERIC, metric: Type::new(2, metric), map }
}

/// A number as SFLOAT, and when it was measured.
const BASIC: &[(u16, u16)] = &[(0x0a4c, 2), (0x0990, 8)];
/// A number as FLOAT, and when it was measured.
const SIMPLE: &[(u16, u16)] = &[(0x0a56, 4), (0x0990, 8)];
/// Three numbers as SFLOAT, and when they were measured.
const THREE: &[(u16, u16)] = &[(0x0a75, 10), (0x0990, 8)];

const fn attested(
    id: u16,
    name: &'static str,
    specialisation: u16,
    objects: &'static [StandardObject],
) -> StandardConfiguration {
    StandardConfiguration { id: ConfigId(id), name, specialisation: Some(OidType(specialisation)), objects }
}

const fn remembered(id: u16, name: &'static str) -> StandardConfiguration {
    StandardConfiguration { id: ConfigId(id), name, specialisation: None, objects: &[] }
}

static STANDARD: &[StandardConfiguration] = &[
    attested(0x0190, "pulse oximeter", 0x1004, &[numeric(1, 0x4bb8, BASIC), numeric(10, 0x481a, BASIC)]),
    attested(0x0191, "pulse oximeter", 0x1004, &[]),
    remembered(0x0258, "basic electrocardiograph"),
    remembered(0x0259, "basic electrocardiograph"),
    attested(0x02bc, "blood pressure monitor", 0x1007, &[numeric(1, 0x4a04, THREE), numeric(2, 0x482a, BASIC)]),
    remembered(0x0320, "thermometer"),
    attested(0x05dc, "weighing scale", 0x100f, &[numeric(1, 0xe140, SIMPLE)]),
    remembered(0x06a4, "glucose meter"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_kind_in_it_is_a_device_of_the_nomenclature() {
        assert!(STANDARD.is_sorted_by_key(|row| row.id));
        for row in STANDARD {
            assert!(row.id.is_standard());
            if let Some(term) = row.specialisation {
                let device = iomt_x73::mdc::device(Type::new(8, term.0).mdc()).expect("a device");
                assert!(device.class.is_some(), "{row:?}");
            }
        }
    }

    #[test]
    fn a_number_from_memory_says_nothing_of_the_kind_of_device() {
        assert_eq!(standard(ConfigId(0x0320)).map(|row| row.specialisation), Some(None));
        assert_eq!(standard(ConfigId(0x4000)), None);
    }
}
