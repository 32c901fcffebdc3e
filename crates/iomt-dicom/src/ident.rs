//! Which elements say something about a device.
//!
//! The General Equipment module (PS3.3 C.7.5.1) and its enhanced form (C.7.5.2) name the equipment that made an object; the
//! Contributing Equipment Sequence names others in the chain; worklist, performed-procedure and printer attributes name
//! stations. Everything else is left alone: the list below is a whitelist, and nothing of group 0010 and no other
//! patient's field can pass it.
//!
//! What devices really do: serial numbers and station names are edited by the site, Software Versions holds drivers and
//! operating system beside the application (all values count), and a de-identified object still says who made it through
//! the root of its UIDs and through the names of its private creators.

use crate::Tag;

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
                } else {
                    Self::Other
                }
            }
            _ => Self::Other,
        }
    }

    #[inline]
    pub(crate) const fn tells(self, tag: Tag) -> bool {
        match self {
            Self::Equipment => is_identity_tag(tag),
            Self::Code => is_code(tag),
            Self::Other => false,
        }
    }
}

/// Whether [`is_identity`] may hold within some sequences or other; cheap, and sometimes true without need.
///
/// Private creators by their numbers, all others by a table of one bit for each of 8192 classes of tags.
#[inline]
pub(crate) fn may_tell(tag: Tag) -> bool {
    let row = TOLD.get(usize::from(row(tag))).copied().unwrap_or_default();
    // Without branches, and odd group and small element number in one comparison.
    (row >> (tag.element & 31) & 1 == 1) | ((tag.group & 1) | (tag.element & 0xff00) == 1)
}

const TOLD: [u32; 256] = {
    let mut table = [0; 256];
    let mut tags = crate::tag::ALL;
    while let [tag, others @ ..] = tags {
        if is_identity_tag(*tag) || is_code(*tag) {
            let (_, rows) = table.split_at_mut(row(*tag) as usize);
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
const fn row(tag: Tag) -> u8 {
    let [_, low] = ((tag.group << 2) ^ (tag.element >> 5)).to_be_bytes();
    low
}

/// Sequences whose items describe equipment or stations.
const fn is_equipment_sequence(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::UDI_SEQUENCE
            | Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE
            | Tag::SCHEDULED_PROCEDURE_STEP_SEQUENCE
            | Tag::PERFORMED_SERIES_SEQUENCE
    )
}

/// Sequences of codes that classify equipment or stations.
const fn is_code_sequence(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::INSTITUTIONAL_DEPARTMENT_TYPE_CODE_SEQUENCE
            | Tag::SCHEDULED_STATION_NAME_CODE_SEQUENCE
            | Tag::PERFORMED_STATION_NAME_CODE_SEQUENCE
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
                | Tag::SOFTWARE_VERSIONS
                | Tag::PROTOCOL_NAME
                | Tag::DATE_OF_LAST_CALIBRATION
                | Tag::TIME_OF_LAST_CALIBRATION
                | Tag::DATE_TIME_OF_LAST_CALIBRATION
                | Tag::TRANSDUCER_DATA
                | Tag::DETECTOR_DESCRIPTION
                | Tag::DETECTOR_ID
                | Tag::DATE_OF_LAST_DETECTOR_CALIBRATION
                | Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE
        ),
        0x0020 => matches!(tag, Tag::STUDY_INSTANCE_UID | Tag::SERIES_INSTANCE_UID),
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
                | Tag::SCHEDULED_STATION_NAME_CODE_SEQUENCE
                | Tag::PERFORMED_STATION_NAME_CODE_SEQUENCE
                | Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE
        ),
        0x0050 => matches!(tag, Tag::DEVICE_DESCRIPTION),
        0x2110 => matches!(tag, Tag::PRINTER_NAME),
        0x300a => matches!(tag, Tag::TREATMENT_MACHINE_NAME),
        _ => tag.is_private_creator(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_cheap_test_rejects_nothing_that_tells_within_a_sequence() {
        for tag in [Tag::CODE_VALUE, Tag::CODING_SCHEME_DESIGNATOR, Tag::CODE_MEANING] {
            assert!(is_identity(&[Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE], tag));
            assert!(may_tell(tag));
        }
        let tags = (0..=u16::MAX).map(|element| Tag::new(0x0018, element));
        assert!(tags.filter(|tag| may_tell(*tag)).count() < 2500, "it is of use");
    }

    #[test]
    fn private_creators_count_and_private_values_do_not() {
        assert!(is_identity(&[], Tag::new(0x0009, 0x0010)));
        assert!(!is_identity(&[], Tag::new(0x0009, 0x1001)));
    }

    #[test]
    fn whatever_is_identity_has_a_keyword_or_is_a_private_creator() {
        for group in (0..=0x0061).chain([0x2110, 0x300a, 0x7fe0, 0x7fe1, 0xfffe]) {
            for element in (0..=0x1fff).chain(0x4000..=0x40ff).chain(0x5000..=0x50ff).chain(0x7000..=0x70ff) {
                let tag = Tag::new(group, element);
                if is_identity(&[], tag) {
                    assert!(may_tell(tag), "{tag}");
                    assert!(keyword(tag).is_some() || tag.is_private_creator(), "{tag}");
                }
            }
        }
    }
}
