//! The scan for what identifies a device takes short ways; it must find what the walk over everything finds.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use iomt_dicom::{DataSet, Encoding, Tag, Vr, emit, ident};
use proptest::prelude::*;

/// Tag, depth, offset and value of each entry.
type Found<'a> = Vec<(Tag, usize, usize, &'a [u8])>;

fn slow(bytes: &[u8], encoding: Encoding) -> Found<'_> {
    let mut walk = DataSet::new(bytes, encoding).walk();
    let mut found = Vec::new();
    while let Some(entry) = walk.next() {
        let entry = entry.unwrap();
        if entry.depth == 0 && entry.element.tag.group == 0x7fe0 {
            break;
        }
        if ident::is_identity(walk.enclosing(&entry), entry.element.tag) {
            found.push((entry.element.tag, entry.depth, entry.element.offset, entry.element.value));
        }
    }
    found
}

fn quick(bytes: &[u8], encoding: Encoding) -> [Found<'_>; 2] {
    let data = DataSet::new(bytes, encoding);
    [data.identity(), data.filtered(ident::is_identity)].map(|entries| {
        entries
            .map(Result::unwrap)
            .map(|entry| (entry.element.tag, entry.depth, entry.element.offset, entry.element.value))
            .collect()
    })
}

/// One element of the data sets that are made up: a tag, a sequence or not, the length of its value or its content.
#[derive(Clone, Debug)]
enum Made {
    Text(usize, u8),
    Long(usize, u8),
    Sequence(usize, bool, Vec<Vec<Self>>),
}

const TAGS: [Tag; 16] = [
    Tag::SPECIFIC_CHARACTER_SET,
    Tag::CODE_VALUE,
    Tag::new(0x0008, 0x1140),
    Tag::MANUFACTURER,
    Tag::new(0x0009, 0x0010),
    Tag::new(0x0009, 0x1001),
    Tag::PATIENT_NAME,
    Tag::new(0x0018, 0x0050),
    Tag::DEVICE_SERIAL_NUMBER,
    Tag::UDI_SEQUENCE,
    Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE,
    Tag::STUDY_INSTANCE_UID,
    Tag::new(0x0028, 0x0010),
    Tag::PERFORMED_SERIES_SEQUENCE,
    Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE,
    Tag::PIXEL_DATA,
];

/// Sequences that are looked into, and some that are stepped over.
const SEQUENCES: [Tag; 7] = [
    Tag::new(0x0008, 0x2112),
    Tag::new(0x5200, 0x9230),
    Tag::UDI_SEQUENCE,
    Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE,
    Tag::PERFORMED_SERIES_SEQUENCE,
    Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE,
    Tag::REFERENCED_SOP_SEQUENCE,
];

fn made() -> impl Strategy<Value = Vec<Made>> {
    let plain = (0..TAGS.len(), 0_u8..24).prop_map(|(tag, length)| Made::Text(tag, length));
    let long = (0..TAGS.len(), 0_u8..24).prop_map(|(tag, length)| Made::Long(tag, length));
    let leaf = prop_oneof![4 => plain, 1 => long];
    let element = leaf.prop_recursive(4, 40, 4, |inner| {
        let items = prop::collection::vec(prop::collection::vec(inner, 0..4), 0..3);
        (0..SEQUENCES.len(), any::<bool>(), items).prop_map(|(tag, open, items)| Made::Sequence(tag, open, items))
    });
    prop::collection::vec(element, 0..12)
}

fn build(made: &[Made], encoding: Encoding) -> emit::DataSet {
    made.iter().fold(emit::DataSet::new(encoding), |data, made| match made {
        Made::Text(tag, length) => data.element(plain(*tag), Vr::LO, &vec![b'x'; usize::from(*length)]),
        Made::Long(tag, length) => data.element(plain(*tag), Vr::UT, &vec![b'x'; usize::from(*length)]),
        Made::Sequence(tag, open, items) => {
            let items: Vec<_> = items.iter().map(|item| build(item, encoding)).collect();
            if *open { data.open_sequence(SEQUENCES[*tag], &items) } else { data.sequence(SEQUENCES[*tag], &items) }
        }
    })
}

/// A tag for a value that is no sequence, in no encoding.
fn plain(tag: usize) -> Tag {
    if SEQUENCES.contains(&TAGS[tag]) { Tag::MODALITY } else { TAGS[tag] }
}

#[test]
fn a_sequence_ends_with_the_last_element_of_its_last_item_when_that_is_not_wanted() {
    let bytes = b"\x40\0\x40\x03\x13\0\0\0\xfe\xff\0\xe0\x0b\0\0\0\x28\0\x10\0\x03\0\0\0\x2a\xb1\x40";
    let found = slow(bytes, Encoding::ImplicitLittle);
    assert_eq!(found, [(Tag::PERFORMED_SERIES_SEQUENCE, 0, 0, &[][..])]);
    assert_eq!(quick(bytes, Encoding::ImplicitLittle), [found.clone(), found]);
}

proptest! {
    #[test]
    fn the_short_way_finds_what_the_walk_over_everything_finds(made in made()) {
        for encoding in [Encoding::ExplicitLittle, Encoding::ImplicitLittle, Encoding::ExplicitBig] {
            let bytes = build(&made, encoding).build();
            let found = slow(&bytes, encoding);
            prop_assert_eq!(quick(&bytes, encoding), [found.clone(), found], "{:?}", encoding);
        }
    }

    /// The short way steps over what the walk over everything goes into, so damage there stops only the latter.
    #[test]
    fn of_damaged_data_the_short_way_finds_all_that_the_walk_finds_before_the_damage(
        made in made(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        for encoding in [Encoding::ExplicitLittle, Encoding::ImplicitLittle, Encoding::ExplicitBig] {
            let mut bytes = build(&made, encoding).build();
            for (at, byte) in &damage {
                if let Some(slot) = (!bytes.is_empty()).then(|| at.index(bytes.len())).and_then(|at| bytes.get_mut(at)) {
                    *slot = *byte;
                }
            }
            let data = DataSet::new(&bytes, encoding);
            let mut walk = data.walk();
            let mut found = Vec::new();
            while let Some(Ok(entry)) = walk.next() {
                if entry.depth == 0 && entry.element.tag.group == 0x7fe0 {
                    break;
                }
                if ident::is_identity(walk.enclosing(&entry), entry.element.tag) {
                    found.push((entry.element.tag, entry.depth, entry.element.offset, entry.element.value));
                }
            }
            let quick: Vec<_> = data
                .identity()
                .map_while(Result::ok)
                .map(|entry| (entry.element.tag, entry.depth, entry.element.offset, entry.element.value))
                .collect();
            prop_assert!(quick.starts_with(&found), "{:?} {:?} {:?}", encoding, quick, found);
        }
    }
}

/// An object whose frames each name a detector; what stands behind them is seen whether or not they are looked into.
fn frames(open: bool, count: usize) -> Vec<u8> {
    let set = || emit::DataSet::new(Encoding::ExplicitLittle);
    let frame = |number: usize| {
        let detector = set().text(Tag::DETECTOR_ID, Vr::SH, format!("FD-{number}").as_bytes());
        let empty = set().open_sequence(Tag::new(0x0020, 0x9111), &[set(), set()]);
        set().open_sequence(Tag::FRAME_DETECTOR_PARAMETERS_SEQUENCE, &[detector]).raw(empty.as_bytes())
    };
    let items: Vec<emit::DataSet> = (1..=count).map(frame).collect();
    let object = set().text(Tag::MANUFACTURER, Vr::LO, b"ACME");
    let groups = Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE;
    let object = if open { object.open_sequence(groups, &items) } else { object.sequence(groups, &items) };
    object.text(Tag::new(0x7f01, 0x0010), Vr::LO, b"BEHIND").build()
}

#[test]
fn of_many_frames_the_first_are_looked_into_and_what_follows_is_found() {
    for (open, count) in [(false, 500), (true, 500), (false, 4), (true, 4), (true, 5), (false, 0), (true, 0)] {
        let bytes = frames(open, count);
        let mut expected: Vec<String> = (1..=count.min(ident::FRAMES)).map(|number| format!("FD-{number}")).collect();
        expected.insert(0, "ACME".into());
        expected.push("BEHIND".into());
        let told = |found: &Found<'_>| -> Vec<String> {
            let texts = found.iter().filter(|found| !found.3.is_empty());
            texts.map(|found| String::from_utf8_lossy(found.3).trim().to_owned()).collect()
        };
        for found in quick(&bytes, Encoding::ExplicitLittle) {
            assert_eq!(told(&found), expected);
        }
        let all = slow(&bytes, Encoding::ExplicitLittle).iter().filter(|found| found.3.starts_with(b"FD-")).count();
        assert_eq!(all, count, "the walk over everything leaves none out");
        // As it arrives in pieces.
        let file = emit::part10(b"1.2.840.10008.1.2.1", b"1.2.840.10008.5.1.4.1.1.12.1.1", b"2.999.1", &bytes);
        for piece in [3, 1 << 16] {
            let mut told = Vec::new();
            let mut scanner = iomt_dicom::file::Scanner::new(iomt_dicom::Limits::DEFAULT);
            let mut sink = |event: iomt_dicom::Event<'_>| match event {
                iomt_dicom::Event::Element { element, .. } if element.tag.group != 2 && !element.value.is_empty() => {
                    told.push(String::from_utf8_lossy(element.text()).into_owned());
                }
                iomt_dicom::Event::Error { error, .. } => told.push(error.to_string()),
                _ => {}
            };
            file.chunks(piece).for_each(|piece| scanner.feed(piece, &mut sink));
            assert_eq!(scanner.finish(&mut sink), iomt_dicom::file::Outcome::Complete);
            assert_eq!(told, expected, "{open} {count} {piece}");
        }
    }
}
