//! DICOM values as text, and which of them are free of patient data.

use core::fmt::Write as _;

use iomt_dicom::element::Element;
use iomt_dicom::{CommandField, Encoding, Status, Tag, Vr, ident};

use super::REDACTED;
use crate::knowledge::Knowledge;
use crate::sensing::text::{clean, uid_root};

/// Numbers or bytes that are shown of one value.
const SHOWN: usize = 16;

/// How much of a value may be shown to everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Openness {
    /// All of it: it says nothing of a patient.
    Free,
    /// The root of a UID; what follows numbers a study or an image.
    Root,
    /// Nothing.
    Closed,
}

/// How open an element is that was found within the enclosing sequences.
pub(super) fn openness(enclosing: &[Tag], element: &Element<'_>) -> Openness {
    let tag = element.tag;
    match tag {
        Tag::SOP_INSTANCE_UID
        | Tag::STUDY_INSTANCE_UID
        | Tag::SERIES_INSTANCE_UID
        | Tag::MEDIA_STORAGE_SOP_INSTANCE_UID
        | Tag::AFFECTED_SOP_INSTANCE_UID
        | Tag::REQUESTED_SOP_INSTANCE_UID => Openness::Root,
        // Free text and private bytes may hold anything.
        Tag::ERROR_COMMENT
        | Tag::PRIVATE_INFORMATION
        | Tag::PROTOCOL_NAME
        | Tag::DEVICE_DESCRIPTION
        | Tag::DETECTOR_DESCRIPTION => Openness::Closed,
        Tag { group: 0x0000 | 0x0002, .. } if ident::keyword(tag).is_some() => Openness::Free,
        Tag { element: 0x0000, .. } if element.vr == Vr::UL && element.value.len() == 4 => Openness::Free,
        Tag::QUERY_RETRIEVE_LEVEL if matches!(element.text(), b"PATIENT" | b"STUDY" | b"SERIES" | b"IMAGE") => {
            Openness::Free
        }
        _ if ident::is_identity(enclosing, tag) => Openness::Free,
        _ => Openness::Closed,
    }
}

/// The value as it may be shown.
pub(super) fn show(enclosing: &[Tag], element: &Element<'_>, reveal_phi: bool) -> String {
    match openness(enclosing, element) {
        Openness::Root if !reveal_phi => match uid_root(element.value) {
            Some(root) => format!("{root}.{REDACTED}"),
            _ => REDACTED.to_owned(),
        },
        Openness::Closed if !reveal_phi => REDACTED.to_owned(),
        _ => match meaning(element).filter(|_| enclosing.is_empty()) {
            Some(meaning) => format!("{} {meaning}", text(element)),
            None => text(element),
        },
    }
}

/// The value as text, by its representation.
fn text(element: &Element<'_>) -> String {
    let value = element.value;
    let big = element.encoding == Encoding::ExplicitBig;
    match element.vr {
        Vr::US => numbers(value, |bytes| if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }),
        Vr::SS => numbers(value, |bytes| if big { i16::from_be_bytes(bytes) } else { i16::from_le_bytes(bytes) }),
        Vr::UL => numbers(value, |bytes| if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }),
        Vr::SL => numbers(value, |bytes| if big { i32::from_be_bytes(bytes) } else { i32::from_le_bytes(bytes) }),
        Vr::UV => numbers(value, |bytes| if big { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) }),
        Vr::SV => numbers(value, |bytes| if big { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) }),
        Vr::FL => numbers(value, |bytes| if big { f32::from_be_bytes(bytes) } else { f32::from_le_bytes(bytes) }),
        Vr::FD => numbers(value, |bytes| if big { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) }),
        Vr::AT => numbers(value, |[a, b, c, d]: [u8; 4]| {
            if big {
                Tag::new(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))
            } else {
                Tag::new(u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))
            }
        }),
        Vr::UI => uid(value),
        Vr::OB | Vr::OW | Vr::OD | Vr::OF | Vr::OL | Vr::OV => bytes(value),
        // An implicit encoding does not say what a private or unknown value is.
        Vr::UN if value.iter().any(|byte| byte.is_ascii_control() && !matches!(byte, 0 | b'\r' | b'\n')) => {
            bytes(value)
        }
        _ => clean(value),
    }
}

/// A UID with its name, where that is known.
pub(super) fn uid(value: &[u8]) -> String {
    let uid = clean(value);
    match uid_name(&uid) {
        Some(name) => format!("{uid} {name}"),
        None => uid,
    }
}

/// The name of a SOP class, a transfer syntax or another UID of the standard.
pub(super) fn uid_name(uid: &str) -> Option<&'static str> {
    let knowledge = Knowledge::builtin();
    let class = knowledge.sop_class(uid).map(|class| class.name);
    class
        .or_else(|| knowledge.transfer_syntax(uid))
        .or_else(|| Some(iomt_dicom::dictionary::uid(uid.as_bytes())?.name()))
}

/// What a number of a command set means (PS3.7 annex E); nothing for those that are only numbers.
fn meaning(element: &Element<'_>) -> Option<&'static str> {
    let number = element.u16()?;
    match element.tag {
        Tag::COMMAND_FIELD => CommandField(number).name(),
        Tag::STATUS => Some(Status(number).class()),
        Tag::PRIORITY => Some(match number {
            0 => "medium",
            1 => "high",
            2 => "low",
            _ => return None,
        }),
        Tag::COMMAND_DATA_SET_TYPE => Some(if number == 0x0101 { "no data set" } else { "data set follows" }),
        _ => None,
    }
}

fn numbers<const N: usize, T: core::fmt::Display>(value: &[u8], read: impl Fn([u8; N]) -> T) -> String {
    let mut text = String::new();
    let (chunks, _) = value.as_chunks::<N>();
    for (index, chunk) in chunks.iter().take(SHOWN).enumerate() {
        let separator = if index == 0 { "" } else { "\\" };
        let _ = write!(text, "{separator}{}", read(*chunk));
    }
    if chunks.len() > SHOWN {
        text.push('…');
    }
    text
}

/// Bytes in hexadecimal.
pub(super) fn bytes(value: &[u8]) -> String {
    let mut text = String::new();
    for byte in value.iter().take(SHOWN) {
        let _ = write!(text, "{byte:02x}");
    }
    if value.len() > SHOWN {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use iomt_dicom::{DataSet, emit};

    fn element(tag: Tag, vr: Vr, value: &[u8]) -> Element<'static> {
        let bytes = emit::DataSet::new(Encoding::ExplicitLittle).element(tag, vr, value).build();
        DataSet::new(bytes.leak(), Encoding::ExplicitLittle).elements().next().unwrap().unwrap()
    }

    #[test]
    fn an_instance_uid_is_cut_after_its_root() {
        let uid = element(Tag::STUDY_INSTANCE_UID, Vr::UI, b"1.3.12.2.1107.5.2.30.25641.30000001\0");
        assert_eq!(show(&[], &uid, false), "1.3.12.2.1107.5.2.‹redacted›");
        assert!(show(&[], &uid, true).ends_with(".30000001"));
    }

    #[test]
    fn the_time_of_a_study_is_no_part_of_a_root() {
        let uid = element(Tag::STUDY_INSTANCE_UID, Vr::UI, b"1.3.76.13.65829.2.20130125082826.1072139.2");
        assert_eq!(show(&[], &uid, false), "1.3.76.13.65829.2.‹redacted›");
    }

    #[test]
    fn a_patients_name_is_shown_only_to_who_asks_for_it() {
        let name = element(Tag::PATIENT_NAME, Vr::PN, b"DOE^JANE ");
        assert_eq!(show(&[], &name, false), REDACTED);
        assert_eq!(show(&[], &name, true), "DOE^JANE");
    }

    #[test]
    fn equipment_within_a_patients_sequence_is_closed() {
        let maker = element(Tag::MANUFACTURER, Vr::LO, b"ACME");
        assert_eq!(show(&[], &maker, false), "ACME");
        assert_eq!(show(&[Tag::REFERENCED_SOP_SEQUENCE], &maker, false), REDACTED);
    }

    #[test]
    fn numbers_follow_the_encoding_and_long_values_end_in_an_ellipsis() {
        let status = element(Tag::STATUS, Vr::US, &[0x00, 0xff]);
        assert_eq!(show(&[], &status, false), "65280 pending");
        let field = element(Tag::COMMAND_FIELD, Vr::US, &[0x01, 0x80]);
        assert_eq!(show(&[], &field, false), "32769 C-STORE-RSP");
        let version = element(Tag::FILE_META_INFORMATION_VERSION, Vr::OB, &[0, 1]);
        assert_eq!(show(&[], &version, false), "0001");
        assert!(bytes(&[0; 40]).ends_with('…'));
    }

    #[test]
    fn a_query_level_is_free_only_when_it_is_one() {
        let level = element(Tag::QUERY_RETRIEVE_LEVEL, Vr::CS, b"STUDY ");
        assert_eq!(show(&[], &level, false), "STUDY");
        let other = element(Tag::QUERY_RETRIEVE_LEVEL, Vr::CS, b"DOE");
        assert_eq!(show(&[], &other, false), REDACTED);
    }
}
