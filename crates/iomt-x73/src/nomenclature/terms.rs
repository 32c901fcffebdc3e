//! Events (partition 3 and Philips' own), measured quantities (partition 2) and units (partition 4).

use super::Row;
use crate::OidType;

/// What an event type announces, in plain words.
#[must_use]
pub fn event_name(event: OidType) -> Option<&'static str> {
    super::name(EVENTS, event.0)
}

/// What a physiological quantity is, in plain words: the common ones.
#[must_use]
pub fn physiological_name(quantity: OidType) -> Option<&'static str> {
    super::name(PHYSIOLOGICAL, quantity.0)
}

/// How a unit is written: the common ones.
#[must_use]
pub fn unit_name(unit: OidType) -> Option<&'static str> {
    super::name(UNITS, unit.0)
}

const EVENTS: &[Row] = &[
    (0x0d06, "MDS create"),
    (0x0d17, "connect indication"),
    (0x0d1c, "configuration"),
    (0x0d1d, "fixed scan"),
    (0x0d1e, "variable scan"),
    (0x0d1f, "multi-person fixed scan"),
    (0x0d20, "multi-person variable scan"),
    (0x0d21, "segment data"),
    (0x0d22, "unbuffered variable scan"),
    (0x0d23, "unbuffered fixed scan"),
    (0x0d24, "unbuffered grouped scan"),
    (0x0d25, "unbuffered multi-person variable scan"),
    (0x0d26, "unbuffered multi-person fixed scan"),
    (0x0d27, "unbuffered multi-person grouped scan"),
    (0x0d28, "buffered variable scan"),
    (0x0d29, "buffered fixed scan"),
    (0x0d2a, "buffered grouped scan"),
    (0x0d2b, "buffered multi-person variable scan"),
    (0x0d2c, "buffered multi-person fixed scan"),
    (0x0d2d, "buffered multi-person grouped scan"),
];

const PHYSIOLOGICAL: &[Row] = &[
    (0x0100, "ECG"),
    (0x0101, "ECG lead I"),
    (0x0102, "ECG lead II"),
    (0x0103, "ECG lead V1"),
    (0x013d, "ECG lead III"),
    (0x0300, "ST"),
    (0x4182, "heart rate"),
    (0x4261, "PVC"),
    (0x480a, "pulse rate"),
    (0x4822, "pulse rate from pleth"),
    (0x4a04, "non-invasive pressure"),
    (0x4a05, "non-invasive pressure, systolic"),
    (0x4a06, "non-invasive pressure, diastolic"),
    (0x4a07, "non-invasive pressure, mean"),
    (0x4a10, "arterial pressure"),
    (0x4a14, "ABP"),
    (0x4a15, "ABP, systolic"),
    (0x4a24, "pulmonary wedge pressure"),
    (0x4a44, "central venous pressure"),
    (0x4b04, "cardiac output"),
    (0x4b28, "systemic vascular resistance"),
    (0x4bb0, "perfusion"),
    (0x4bb8, "SpO2"),
    (0x5000, "respiration wave"),
    (0x500a, "respiration rate"),
    (0x5012, "airway respiration rate"),
    (0x50ac, "CO2 wave"),
    (0x50b0, "end-tidal CO2"),
    (0x5804, "cerebral perfusion pressure"),
    (0x5808, "intracranial pressure"),
    (0xe014, "blood temperature"),
    (0xe018, "temperature difference"),
    (0xf04e, "bispectral index"),
    (0xf0e5, "pulse rate from non-invasive pressure"),
];

const UNITS: &[Row] = &[
    (0x0000, "none"),
    (0x0200, "dimensionless"),
    (0x0220, "%"),
    (0x0512, "mm"),
    (0x0aa0, "beats/min"),
    (0x0ac0, "pulses/min"),
    (0x0ae0, "breaths/min"),
    (0x0c00, "L/min"),
    (0x0f20, "mmHg"),
    (0x0f40, "cmH2O"),
    (0x10b2, "mV"),
    (0x17a0, "\u{b0}C"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        for table in [EVENTS, PHYSIOLOGICAL, UNITS] {
            assert!(super::super::is_sorted(table));
        }
    }

    #[test]
    fn known_numbers_have_names_and_others_none() {
        assert_eq!(event_name(OidType(0x0d17)), Some("connect indication"));
        assert_eq!(physiological_name(OidType(0x4bb8)), Some("SpO2"));
        assert_eq!(unit_name(OidType(0x0f20)), Some("mmHg"));
        assert_eq!(unit_name(OidType(0xffff)), None);
    }
}
