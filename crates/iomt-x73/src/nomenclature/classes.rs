//! Object classes, partition 1.

use super::Row;
use crate::OidType;

/// What kind of object a class is, in plain words.
#[must_use]
pub fn class_name(class: OidType) -> Option<&'static str> {
    super::name(CLASSES, class.0)
}

const CLASSES: &[Row] = &[
    (0x01, "VMO"),
    (0x05, "enumeration"),
    (0x06, "numeric"),
    (0x09, "real-time sample array"),
    (0x21, "MDS"),
    (0x23, "composite single bed MDS"),
    (0x25, "simple MDS"),
    (0x29, "battery"),
    (0x2a, "patient demographics"),
    (0x36, "alert monitor"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_unknown_classes_have_no_name() {
        assert!(super::super::is_sorted(CLASSES));
        assert_eq!(class_name(OidType(0x23)), Some("composite single bed MDS"));
        assert_eq!(class_name(OidType(0)), None);
    }
}
