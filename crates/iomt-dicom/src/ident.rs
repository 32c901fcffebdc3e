//! Which elements say something about a device.
//!
//! ```text
//!  data set ─┬─ equipment, station, detector, calibration          top level
//!            ├─ SQ of equipment ─► item ─► the same elements        and within such sequences again
//!            ├─ SQ of codes ─► item ─► code value, scheme, meaning
//!            ├─ SQ of references ─► item ─► retrieve AE title
//!            └─ any other SQ                                        stepped over with all that it holds
//! ```
//! The General Equipment module (PS3.3 C.7.5.1) and its enhanced form (C.7.5.2) name the equipment that made an object; the
//! Contributing Equipment Sequence names others in the chain; worklist, performed-procedure and printer attributes name
//! stations. Everything else is left alone: the list below is a whitelist, and nothing of group 0010 and no other
//! patient's field can pass it.
//!
//! Frames of an enhanced object may say more of the equipment than the object does: its functional groups are looked into, those of
//! single frames only of the first [`FRAMES`], since every frame says the same and there may be thousands.
//!
//! What devices really do: serial numbers and station names are edited by the site, Software Versions holds drivers and
//! operating system beside the application (all values count), and a de-identified object still says who made it through
//! the root of its UIDs and through the names of its private creators.

use crate::Tag;

/// Frames whose own functional groups are looked into; [`Limits::frames`](crate::Limits::frames) is this by default.
pub const FRAMES: usize = crate::Limits::DEFAULT.frames;

/// The keyword that PS3.6 gives a tag, for the tags this crate knows: command set, file meta information, identity, and the
/// few patient fields that a report must be able to name in order to redact them.
#[must_use]
pub const fn keyword(tag: Tag) -> Option<&'static str> {
    match crate::tag::lookup(tag) {
        Some((keyword, _)) => Some(keyword),
        None => None,
    }
}

/// Whether an element, found within the `enclosing` sequences (outermost first), says something about a device.
///
/// A sequence for which this is true is one to look into. Elements within any other sequence never pass, whatever they are.
#[inline]
#[must_use]
pub fn is_identity(enclosing: &[Tag], tag: Tag) -> bool {
    Place::within(enclosing).tells(tag)
}

/// What may be said about devices within some enclosing sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Equipment,
    Code,
    /// References to instances, which may name the archive that has them.
    Reference,
    Other,
}

impl Place {
    #[inline]
    pub(crate) fn within(enclosing: &[Tag]) -> Self {
        match enclosing {
            [] => Self::Equipment,
            [outer @ .., inner] if outer.iter().all(|tag| is_equipment_sequence(*tag)) => {
                if is_equipment_sequence(*inner) {
                    Self::Equipment
                } else if is_code_sequence(*inner) {
                    Self::Code
                } else if is_reference(*inner) {
                    Self::Reference
                } else {
                    Self::Other
                }
            }
            _ if enclosing.iter().all(|tag| is_reference(*tag)) => Self::Reference,
            _ => Self::Other,
        }
    }

    #[inline]
    pub(crate) const fn tells(self, tag: Tag) -> bool {
        match self {
            Self::Equipment => is_identity_tag(tag),
            Self::Code => is_code(tag),
            Self::Reference => is_reference(tag) || matches!(tag, Tag::RETRIEVE_AE_TITLE),
            Self::Other => false,
        }
    }
}

/// Whether [`is_identity`] may hold within some sequences or other; cheap, and sometimes true without need.
///
/// Private creators by their numbers, all others by a table of one bit for each of 8192 classes of tags. The tag comes as one
/// number, its group in the low half, as little endian has it.
#[inline]
pub(crate) fn may_tell(tag: u32) -> bool {
    let row = TOLD.get(usize::from(row(tag))).copied().unwrap_or_default();
    // Without branches, and odd group and small element number in one comparison.
    (row >> (tag >> 16 & 31) & 1 == 1) | (tag & 0xff00_0001 == 1)
}

const TOLD: [u32; 256] = {
    let mut table = [0; 256];
    let mut tags = crate::tag::ALL;
    while let [tag, others @ ..] = tags {
        if is_identity_tag(*tag) || is_code(*tag) {
            let number = (tag.element as u32) << 16 | tag.group as u32;
            let (_, rows) = table.split_at_mut(row(number) as usize);
            if let [row, ..] = rows {
                *row |= 1_u32 << (tag.element & 31);
            }
        }
        tags = others;
    }
    table
};

/// Keeps the elements of one group apart, and the usual groups from one another.
#[inline]
const fn row(tag: u32) -> u8 {
    let [low, ..] = ((tag << 2) ^ (tag >> 21)).to_le_bytes();
    low
}

/// Sequences whose items describe equipment or stations.
const fn is_equipment_sequence(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::UDI_SEQUENCE
            | Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE
            | Tag::CONTRIBUTING_SOURCES_SEQUENCE
            | Tag::TRANSDUCER_IDENTIFICATION_SEQUENCE
            | Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE
            | Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE
            | Tag::UNASSIGNED_SHARED_CONVERTED_ATTRIBUTES_SEQUENCE
            | Tag::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE
            | Tag::FRAME_DETECTOR_PARAMETERS_SEQUENCE
            | Tag::MEASUREMENT_EQUIPMENT_SEQUENCE
            | Tag::DISPLAY_SUBSYSTEM_SEQUENCE
            | Tag::DEVICE_SEQUENCE
            | Tag::BEAM_SEQUENCE
            | Tag::ION_BEAM_SEQUENCE
            | Tag::TREATMENT_MACHINE_SEQUENCE
            | Tag::SCHEDULED_PROCEDURE_STEP_SEQUENCE
            | Tag::PERFORMED_SERIES_SEQUENCE
            | Tag::UNIFIED_PROCEDURE_STEP_PERFORMED_PROCEDURE_SEQUENCE
    )
}

/// Sequences of references to instances.
const fn is_reference(tag: Tag) -> bool {
    matches!(tag, Tag::REFERENCED_SERIES_SEQUENCE | Tag::REFERENCED_SOP_SEQUENCE)
}

/// Whether an element of a structured report, found within the `enclosing` sequences, may say something about the device that
/// observed: a concept's code, and the text or UID that may stand under it (PS3.16 TID 1004, 1010 and 1021).
///
/// Text of a report may be anything, a patient's history included: whoever lets these pass must look at the code of the concept
/// before reading a value, and at nothing under any other code. They are therefore not part of [`is_identity`].
#[must_use]
pub fn is_device_observer(enclosing: &[Tag], tag: Tag) -> bool {
    match enclosing {
        [] => matches!(tag, Tag::CONTENT_SEQUENCE),
        [outer @ .., inner] if outer.iter().all(|tag| matches!(*tag, Tag::CONTENT_SEQUENCE)) => match *inner {
            Tag::CONTENT_SEQUENCE => {
                matches!(tag, Tag::CONTENT_SEQUENCE | Tag::CONCEPT_NAME_CODE_SEQUENCE | Tag::UID | Tag::TEXT_VALUE)
            }
            Tag::CONCEPT_NAME_CODE_SEQUENCE if !outer.is_empty() => {
                matches!(tag, Tag::CODE_VALUE | Tag::CODING_SCHEME_DESIGNATOR)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Sequences of codes that classify equipment or stations.
const fn is_code_sequence(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::INSTITUTIONAL_DEPARTMENT_TYPE_CODE_SEQUENCE
            | Tag::SCHEDULED_STATION_NAME_CODE_SEQUENCE
            | Tag::SCHEDULED_STATION_CLASS_CODE_SEQUENCE
            | Tag::SCHEDULED_STATION_GEOGRAPHIC_LOCATION_CODE_SEQUENCE
            | Tag::PERFORMED_STATION_NAME_CODE_SEQUENCE
            | Tag::PERFORMED_STATION_CLASS_CODE_SEQUENCE
            | Tag::PERFORMED_STATION_GEOGRAPHIC_LOCATION_CODE_SEQUENCE
            | Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE
    )
}

const fn is_code(tag: Tag) -> bool {
    matches!(tag, Tag::CODE_VALUE | Tag::CODING_SCHEME_DESIGNATOR | Tag::CODE_MEANING)
}

#[inline]
const fn is_identity_tag(tag: Tag) -> bool {
    match tag.group {
        0x0002 => matches!(tag.element, 0x0002 | 0x0003 | 0x0010 | 0x0012 | 0x0013 | 0x0016..=0x0018),
        0x0008 => matches!(
            tag,
            Tag::SPECIFIC_CHARACTER_SET
                | Tag::INSTANCE_CREATOR_UID
                | Tag::SOP_CLASS_UID
                | Tag::SOP_INSTANCE_UID
                | Tag::RETRIEVE_AE_TITLE
                | Tag::STATION_AE_TITLE
                | Tag::MODALITY
                | Tag::MODALITIES_IN_STUDY
                | Tag::MANUFACTURER
                | Tag::INSTITUTION_NAME
                | Tag::INSTITUTION_ADDRESS
                | Tag::TIMEZONE_OFFSET_FROM_UTC
                | Tag::STATION_NAME
                | Tag::INSTITUTIONAL_DEPARTMENT_NAME
                | Tag::INSTITUTIONAL_DEPARTMENT_TYPE_CODE_SEQUENCE
                | Tag::MANUFACTURER_MODEL_NAME
                | Tag::REFERENCED_SERIES_SEQUENCE
                | Tag::REFERENCED_SOP_SEQUENCE
        ),
        0x0018 => matches!(
            tag,
            Tag::DEVICE_SERIAL_NUMBER
                | Tag::DEVICE_UID
                | Tag::DEVICE_ID
                | Tag::PLATE_ID
                | Tag::GENERATOR_ID
                | Tag::CASSETTE_ID
                | Tag::GANTRY_ID
                | Tag::UNIQUE_DEVICE_IDENTIFIER
                | Tag::UDI_SEQUENCE
                | Tag::MANUFACTURER_DEVICE_CLASS_UID
                | Tag::SECONDARY_CAPTURE_DEVICE_ID
                | Tag::SECONDARY_CAPTURE_DEVICE_MANUFACTURER
                | Tag::SECONDARY_CAPTURE_DEVICE_MANUFACTURER_MODEL_NAME
                | Tag::SECONDARY_CAPTURE_DEVICE_SOFTWARE_VERSIONS
                | Tag::HARDCOPY_CREATION_DEVICE_ID
                | Tag::HARDCOPY_DEVICE_MANUFACTURER
                | Tag::HARDCOPY_DEVICE_MANUFACTURER_MODEL_NAME
                | Tag::HARDCOPY_DEVICE_SOFTWARE_VERSION
                | Tag::SOFTWARE_VERSIONS
                | Tag::PROTOCOL_NAME
                | Tag::DATE_OF_LAST_CALIBRATION
                | Tag::TIME_OF_LAST_CALIBRATION
                | Tag::DATE_TIME_OF_LAST_CALIBRATION
                | Tag::CALIBRATION_DATE_TIME
                | Tag::TRANSDUCER_DATA
                | Tag::TRANSDUCER_IDENTIFICATION_SEQUENCE
                | Tag::DETECTOR_DESCRIPTION
                | Tag::DETECTOR_ID
                | Tag::DETECTOR_MANUFACTURER_NAME
                | Tag::DETECTOR_MANUFACTURER_MODEL_NAME
                | Tag::DATE_OF_LAST_DETECTOR_CALIBRATION
                | Tag::TIME_OF_LAST_DETECTOR_CALIBRATION
                | Tag::FRAME_DETECTOR_PARAMETERS_SEQUENCE
                | Tag::CONTRIBUTING_SOURCES_SEQUENCE
                | Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE
        ),
        0x0020 => matches!(
            tag,
            Tag::STUDY_INSTANCE_UID
                | Tag::SERIES_INSTANCE_UID
                | Tag::UNASSIGNED_SHARED_CONVERTED_ATTRIBUTES_SEQUENCE
                | Tag::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE
        ),
        0x0040 if is_code_sequence(tag) => true,
        0x0040 => matches!(
            tag,
            Tag::SCHEDULED_STATION_AE_TITLE
                | Tag::SCHEDULED_STATION_NAME
                | Tag::SCHEDULED_PROCEDURE_STEP_LOCATION
                | Tag::SCHEDULED_PROCEDURE_STEP_SEQUENCE
                | Tag::PERFORMED_STATION_AE_TITLE
                | Tag::PERFORMED_STATION_NAME
                | Tag::PERFORMED_LOCATION
                | Tag::PERFORMED_SERIES_SEQUENCE
        ),
        0x0028 => matches!(tag, Tag::MEASUREMENT_EQUIPMENT_SEQUENCE | Tag::DISPLAY_SUBSYSTEM_SEQUENCE),
        0x0050 => matches!(tag, Tag::DEVICE_SEQUENCE | Tag::DEVICE_DESCRIPTION),
        0x0074 => matches!(tag, Tag::UNIFIED_PROCEDURE_STEP_PERFORMED_PROCEDURE_SEQUENCE),
        0x2110 => matches!(tag, Tag::PRINTER_STATUS | Tag::PRINTER_NAME),
        0x3002 => matches!(tag, Tag::RADIATION_MACHINE_NAME),
        0x300a => matches!(
            tag,
            Tag::TREATMENT_MACHINE_NAME | Tag::BEAM_SEQUENCE | Tag::ION_BEAM_SEQUENCE | Tag::TREATMENT_MACHINE_SEQUENCE
        ),
        0x5200 => {
            matches!(tag, Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE | Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
        }
        _ => tag.is_private_creator(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(tag: Tag) -> u32 {
        u32::from(tag.element) << 16 | u32::from(tag.group)
    }

    #[test]
    fn no_element_of_group_0010_is_identity_anywhere() {
        for element in 0..=u16::MAX {
            let tag = Tag::new(0x0010, element);
            assert!(!is_identity(&[], tag));
            assert!(!is_identity(&[Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE], tag));
        }
    }

    #[test]
    fn dates_descriptions_and_people_are_not_identity() {
        for tag in [
            Tag::STUDY_DATE,
            Tag::STUDY_TIME,
            Tag::ACCESSION_NUMBER,
            Tag::REFERRING_PHYSICIAN_NAME,
            Tag::STUDY_DESCRIPTION,
            Tag::SERIES_DESCRIPTION,
            Tag::CODE_VALUE,
        ] {
            assert!(!is_identity(&[], tag), "{tag}");
        }
    }

    #[test]
    fn equipment_within_equipment_sequences_counts_and_within_others_does_not() {
        assert!(is_identity(&[Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE], Tag::MANUFACTURER));
        assert!(is_identity(&[Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, Tag::UDI_SEQUENCE], Tag::UNIQUE_DEVICE_IDENTIFIER));
        assert!(is_identity(&[Tag::PERFORMED_STATION_NAME_CODE_SEQUENCE], Tag::CODE_VALUE));
        assert!(!is_identity(&[Tag::new(0x0008, 0x1115)], Tag::MANUFACTURER));
        assert!(!is_identity(&[Tag::new(0x0008, 0x1115), Tag::UDI_SEQUENCE], Tag::UNIQUE_DEVICE_IDENTIFIER));
    }

    #[test]
    fn references_to_instances_tell_where_they_are_kept_and_nothing_else() {
        let within = [Tag::REFERENCED_SERIES_SEQUENCE, Tag::REFERENCED_SOP_SEQUENCE];
        assert!(is_identity(&within, Tag::RETRIEVE_AE_TITLE));
        for group in (0..=0x0061).chain([0x2110, 0x300a]) {
            for element in (0..=0x1fff).map(|element| Tag::new(group, element)) {
                let is_way = matches!(element, Tag::REFERENCED_SERIES_SEQUENCE | Tag::REFERENCED_SOP_SEQUENCE);
                assert!(is_way || element == Tag::RETRIEVE_AE_TITLE || !is_identity(&within, element), "{element}");
            }
        }
    }

    #[test]
    fn the_text_of_a_report_is_no_identity_and_its_concepts_are_told_apart() {
        use Tag as T;
        let item = [T::CONTENT_SEQUENCE, T::CONTENT_SEQUENCE];
        assert!(!is_identity(&item, T::TEXT_VALUE) && !is_identity(&[], T::CONTENT_SEQUENCE));
        assert!(is_device_observer(&item, T::TEXT_VALUE) && is_device_observer(&item, T::UID));
        assert!(is_device_observer(&[T::CONTENT_SEQUENCE, T::CONCEPT_NAME_CODE_SEQUENCE], T::CODE_VALUE));
        assert!(!is_device_observer(&[T::CONCEPT_NAME_CODE_SEQUENCE], T::CODE_VALUE), "the title says nothing here");
        assert!(!is_device_observer(&[], T::TEXT_VALUE));
        assert!(!is_device_observer(&item, Tag::new(0x0040, 0xa123)), "a person's name");
        assert!(!is_device_observer(&[T::REFERENCED_SOP_SEQUENCE], T::TEXT_VALUE));
    }

    #[test]
    fn the_cheap_test_rejects_nothing_that_tells_within_a_sequence() {
        for tag in [Tag::CODE_VALUE, Tag::CODING_SCHEME_DESIGNATOR, Tag::CODE_MEANING] {
            assert!(is_identity(&[Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE], tag));
            assert!(may_tell(number(tag)));
        }
        let tags = (0..=u16::MAX).map(|element| Tag::new(0x0018, element));
        assert!(tags.filter(|tag| may_tell(number(*tag))).count() < 2500, "it is of use");
    }

    #[test]
    fn private_creators_count_and_private_values_do_not() {
        assert!(is_identity(&[], Tag::new(0x0009, 0x0010)));
        assert!(!is_identity(&[], Tag::new(0x0009, 0x1001)));
    }

    #[test]
    fn whatever_is_identity_has_a_keyword_or_is_a_private_creator() {
        for group in (0..=0x0061).chain([0x0074, 0x2110, 0x3002, 0x300a, 0x5200, 0x7fe0, 0x7fe1, 0xfffe]) {
            for element in
                (0..=0x1fff).chain(0x4000..=0x40ff).chain(0x5000..=0x50ff).chain(0x7000..=0x70ff).chain(0x9000..=0x9fff)
            {
                let tag = Tag::new(group, element);
                if is_identity(&[], tag) {
                    assert!(may_tell(number(tag)), "{tag}");
                    assert!(keyword(tag).is_some() || tag.is_private_creator(), "{tag}");
                }
            }
        }
    }
}
