//! A data set in each encoding: the three ways of reading it agree.
#![no_main]

use iomt_dicom::element::{Creators, Encapsulated};
use iomt_dicom::text::{CharacterSet, CharacterSets};
use iomt_dicom::value::Value;
use iomt_dicom::{DataSet, Encoding, Tag, ident};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&control, bytes)) = input.split_first() else { return };
    let encoding = match control % 3 {
        0 => Encoding::ImplicitLittle,
        1 => Encoding::ExplicitLittle,
        _ => Encoding::ExplicitBig,
    };
    let data = DataSet::new(bytes, encoding);
    let mut end = 0;
    for element in data.elements().flatten() {
        assert!(element.offset >= end && element.offset + 8 + element.value.len() <= bytes.len());
        end = element.offset + 8 + element.value.len();
        for item in element.items().flatten() {
            let _ = (item.bytes().len(), item.elements().count());
        }
        let set = CharacterSet::parse(b"GB18030");
        let _ = (element.values().count(), element.values_in(&set).count(), element.u16(), element.u32());
        let _ = (element.decoded(&set).count(), Encapsulated::of(&element).map(|pixels| pixels.sizes()));
    }
    data.quirks(&mut |_| ());
    let (mut creators, mut sets) = (Creators::new(), CharacterSets::new());
    for entry in data.walk().map_while(Result::ok) {
        creators.see(&entry);
        let set = sets.see(&entry);
        let _ = (creators.of(&entry), set.decode(entry.element.value, entry.element.vr));
        for value in entry.element.decoded(&set) {
            if let Value::Name(name) = value {
                let _ = (0..3).map(|group| name.components(group).count()).sum::<usize>();
            }
        }
    }
    let mut walk = data.walk();
    let mut wanted = Vec::new();
    let mut pixels = false;
    while let Some(Ok(entry)) = walk.next() {
        assert_eq!(walk.enclosing(&entry).len(), entry.depth);
        pixels |= entry.depth == 0 && entry.element.tag.group == 0x7fe0;
        let enclosing = walk.enclosing(&entry);
        // Of the frames the filtered walk looks at the first alone.
        let of_frames = enclosing.contains(&Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
        if !pixels && !of_frames && ident::is_identity(enclosing, entry.element.tag) {
            wanted.push(entry);
        }
    }
    // The filtered walk steps over what the full walk goes into, so it may get further, and counts fewer items; what both reach,
    // they agree on.
    let (mut identity, mut filtered) = (data.identity(), Vec::new());
    while let Some(Ok(entry)) = identity.next() {
        if !identity.enclosing(&entry).contains(&Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE) {
            filtered.push(entry);
        }
    }
    assert!(filtered.len() >= wanted.len());
    for (filtered, wanted) in filtered.iter().zip(&wanted) {
        assert_eq!((filtered.depth, filtered.element), (wanted.depth, wanted.element));
    }
    assert!(filtered.iter().all(|entry| entry.element.tag.group != 0x0010));
});
