//! The data dictionary: what PS3.6 says of a tag, of a keyword, of a UID.
//!
//! ```text
//!  dictionary/elements.tsv   00080070 │ LO │ 1 │ │ Manufacturer │ Manufacturer      facts, one line each, sorted
//!       │
//!       ├─► TAGS, VRS        always there: 5,258 tags and two letters for each, 32 KiB
//!       └─► ROWS, KEYWORDS   feature `dictionary`: where each line starts; the lines themselves are the strings
//! ```
//! PS3.6 chapters 6 to 8, annex A. Every lookup is a binary search in a sorted static array: nothing is built at run time and
//! nothing is allocated. The tables are made from the facts by `cargo test -p iomt-dicom --test dictionary -- --ignored`, and a
//! test says when they are not those of the facts.
//!
//! What it costs, by the symbols of a program: [`vr`] is 32 KiB of every program that reads data sets, because implicit
//! encodings cannot be read without it. The feature `dictionary` adds 436 KiB to programs that call what it adds, and changes
//! nothing else.

mod tables;

#[cfg(feature = "dictionary")]
mod names;

#[cfg(feature = "dictionary")]
pub use names::{Creator, Entry, UidEntry, by_keyword, creator, element, elements, uid, uids};

use crate::Tag;
use crate::element::Vr;

/// Two digits of a tag, or more, may be anything: overlays, curves and other repeating groups (PS3.5 section 7.6).
struct Repeating {
    mask: u32,
    value: u32,
    vr: [u8; 2],
}

/// The value representation of a tag: what an implicit encoding leaves out.
///
/// Where PS3.6 leaves a choice, the one that implicit encodings make (PS3.5 section A.1): `OW` of `OB or OW`, `US` of
/// `US or SS` and of `US or OW`. Group lengths are `UL`, the names of private creators `LO`. Nothing for all other private
/// elements and for what the standard does not know.
#[must_use]
pub fn vr(tag: Tag) -> Option<Vr> {
    if tag.is_private() {
        return tag.is_private_creator().then_some(Vr::LO);
    }
    if let Some(index) = position(tag) {
        return tables::VRS.get(index).map(|letters| Vr(*letters));
    }
    if tag.element == 0 {
        return Some(Vr::UL);
    }
    repeating(tag).and_then(|at| tables::REPEATING.get(at)).map(|row| Vr(row.vr))
}

fn number(tag: Tag) -> u32 {
    u32::from(tag.group) << 16 | u32::from(tag.element)
}

/// Where a tag stands among those that do not repeat.
fn position(tag: Tag) -> Option<usize> {
    tables::TAGS.binary_search(&number(tag)).ok()
}

/// Which row of those that repeat a tag is of.
fn repeating(tag: Tag) -> Option<usize> {
    // Curves, overlays and some elements of three retired groups.
    if !matches!(tag.group, 0x0020 | 0x0028 | 0x1000 | 0x1010 | 0x5000..=0x50ff | 0x6000..=0x60ff | 0x7f00..=0x7fff) {
        return None;
    }
    let number = number(tag);
    tables::REPEATING.iter().position(|row| number & row.mask == row.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_those_of_implicit_encodings() {
        assert_eq!(vr(Tag::PIXEL_DATA), Some(Vr::OW));
        assert_eq!(vr(Tag::new(0x0028, 0x0106)), Some(Vr::US));
        assert_eq!(vr(Tag::MANUFACTURER), Some(Vr::LO));
        assert_eq!(vr(Tag::new(0x5200, 0x9230)), Some(Vr::SQ));
    }

    #[test]
    fn group_lengths_and_private_creators_are_known_without_a_row() {
        assert_eq!(vr(Tag::new(0x0010, 0x0000)), Some(Vr::UL));
        assert_eq!(vr(Tag::new(0x0009, 0x0010)), Some(Vr::LO));
        assert_eq!(vr(Tag::new(0x0009, 0x1001)), None);
        assert_eq!(vr(Tag::new(0x0010, 0x9999)), None);
    }

    #[test]
    fn elements_of_repeating_groups_are_found_in_each_of_them() {
        assert_eq!(vr(Tag::new(0x6000, 0x3000)), Some(Vr::OW));
        assert_eq!(vr(Tag::new(0x601e, 0x0010)), Some(Vr::US));
        assert_eq!(vr(Tag::new(0x5004, 0x3000)), Some(Vr::OW));
        assert_eq!(vr(Tag::new(0x0020, 0x3103)), Some(Vr::CS));
        assert_eq!(vr(Tag::new(0x6000, 0x0013)), None);
    }

    #[test]
    fn what_this_crate_names_has_the_representation_of_the_standard() {
        for tag in crate::tag::ALL.iter().filter(|tag| tag.group != 0xfffe) {
            let (_, named) = crate::tag::lookup(*tag).unwrap();
            assert_eq!(vr(*tag), Some(named), "{tag}");
        }
    }
}
