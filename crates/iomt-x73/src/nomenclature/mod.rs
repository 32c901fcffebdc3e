//! Names for the 16-bit numbers: object classes, attributes, units, events.
//!
//! A name stands where a public source gives it, in the spelling of ISO/IEEE 11073-10101; where only the meaning is public there are
//! plain words. The table behind it, with the source of each row, is that of [`mdc`]: there the same numbers are found
//! with their partition in front, as HL7 writes them.

mod attributes;

pub use attributes::{Attribute, attribute, attribute_by_id, is_patient_attribute};

use crate::{
    OidType, Partition, Type,
    mdc::{self, Term},
};

/// Looks a number of a partition up.
///
/// ```
/// use iomt_x73::{OidType, Partition, nomenclature};
/// let rate = nomenclature::term(Partition::SCADA, OidType(0x4182)).expect("a known quantity");
/// assert_eq!((rate.ref_id, rate.about), ("MDC_ECG_CARD_BEAT_RATE", "heart rate"));
/// ```
#[must_use]
pub fn term(partition: Partition, number: OidType) -> Option<&'static Term> {
    mdc::term(Type { partition, code: number }.mdc())
}

/// What kind of object a class is, in plain words where there are some.
#[must_use]
pub fn class_name(class: OidType) -> Option<&'static str> {
    term(Partition::OBJECT, class).map(Term::words)
}

/// What an event type announces, in plain words.
#[must_use]
pub fn event_name(event: OidType) -> Option<&'static str> {
    term(Partition::OBJECT, event).map(Term::words)
}

/// What a physiological quantity is: plain words for the common ones, else the name.
#[must_use]
pub fn physiological_name(quantity: OidType) -> Option<&'static str> {
    term(Partition::SCADA, quantity).map(Term::words)
}

/// How a unit is written: the common ones; else its name.
#[must_use]
pub fn unit_name(unit: OidType) -> Option<&'static str> {
    term(Partition::DIMENSION, unit).map(Term::words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_have_names_and_others_none() {
        assert_eq!(event_name(OidType(0x0d17)), Some("connect indication"));
        assert_eq!(physiological_name(OidType(0x4bb8)), Some("SpO2"));
        assert_eq!(unit_name(OidType(0x0f20)), Some("mmHg"));
        assert_eq!(unit_name(OidType(0xffff)), None);
        assert_eq!(class_name(OidType(0x23)), Some("composite single bed MDS"));
        assert_eq!(class_name(OidType(0)), None);
    }

    #[test]
    fn the_transposed_digits_of_a_public_enumeration_are_set_right() {
        assert_eq!(class_name(OidType(0xf2d5)), Some("NOM_OBJ_SENSOR_O2_CO2"));
        assert_eq!(class_name(OidType(0x6635)), None);
    }
}
