//! The devices' table, `nomenclature/devices.tsv`, and its two indexes.

use super::Device;
use crate::table;

/// Looks up by code; 0 is none.
pub(super) fn by_code(code: u32) -> Option<&'static Device> {
    // Rows of code 0 are names without a number.
    let index = DEVICES.binary_search_by_key(&code, |row| row.code).ok().filter(|_| code != 0)?;
    DEVICES.get(index)
}

/// Looks up by RefID.
pub(super) fn by_ref_id(ref_id: &[u8]) -> Option<&'static Device> {
    let row = table::find(&BY_NAME, &NAMES, ref_id)?;
    DEVICES.get(row)
}

const TEXT: &str = include_str!("../../nomenclature/devices.tsv");
const COUNT: usize = table::rows(TEXT);

/// Sorted by code.
static DEVICES: [Device; COUNT] = table::devices(TEXT);
static NAMES: [&str; COUNT] = table::device_names(&DEVICES);
/// Rows, sorted by name.
static BY_NAME: [u16; COUNT] = table::order(&NAMES);

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::mdc::{device_by_ref_id, level};

    #[test]
    fn every_row_is_found_by_its_code_and_by_its_name() {
        for row in &DEVICES {
            if row.code != 0 {
                assert_eq!(by_code(row.code), Some(row));
            }
            if !row.ref_id.is_empty() {
                assert_eq!(device_by_ref_id(row.ref_id.as_bytes()), Some(row));
            }
        }
    }

    #[test]
    fn devices_of_partition_1_come_in_whole_groups_of_four() {
        let grouped: std::vec::Vec<_> =
            DEVICES.iter().filter(|row| level(row.code).is_some() && !is_alone(row.code)).collect();
        assert_eq!(grouped.len() % 4, 0);
        for group in grouped.chunks(4) {
            for (row, offset) in group.iter().zip(0..) {
                assert_eq!((row.code % 4, row.code - offset), (offset, group[0].code), "{row:?}");
                assert!(row.ref_id.ends_with(level(row.code).unwrap().suffix()), "{row:?}");
            }
            assert!(group.iter().any(|row| row.attested), "{}", group[0].ref_id);
        }
    }

    /// Codes that a source shows without their group.
    fn is_alone(code: u32) -> bool {
        matches!(code, 70_067 | 70_091 | 126_977 | 126_978)
    }
    #[test]
    fn every_class_is_on_the_projects_list() {
        let classes = [
            "patient-monitor",
            "central-station",
            "ventilator",
            "anaesthesia-machine",
            "infusion-pump",
            "syringe-pump",
            "ecg",
            "analyser",
            "point-of-care-analyser",
            "glucose-meter",
            "pulse-oximeter",
            "blood-pressure-monitor",
            "thermometer",
            "weighing-scale",
            "dialysis-machine",
            "defibrillator",
            "personal-health-device",
            "unknown-medical",
        ];
        assert!(DEVICES.iter().filter_map(|row| row.class).all(|class| classes.contains(&class)));
    }
}
