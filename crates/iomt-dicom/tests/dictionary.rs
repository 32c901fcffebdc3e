//! The dictionary: its tables are made from the facts, and agree with an independent dictionary.
#![cfg(feature = "dictionary")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use core::fmt::{Display, Write as _};
use dicom_core::dictionary::{DataDictionary as _, DataDictionaryEntry as _, UidDictionary as _};
use dicom_core::dictionary::{UidType, VirtualVr};
use iomt_dicom::{Tag, Vr, dictionary};
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The lines of a table of facts with the offset of each.
fn rows(text: &str) -> Vec<(usize, Vec<&str>)> {
    let mut at = 0;
    let mut rows = Vec::new();
    for line in text.split_inclusive('\n') {
        if !line.starts_with('#') {
            rows.push((at, line.trim_end_matches('\n').split('\t').collect()));
        }
        at += line.len();
    }
    rows
}

/// The representation that an implicit encoding implies.
fn letters(vr: &str) -> &str {
    match vr {
        "OB or OW" => "OW",
        "US or SS" | "US or OW" | "US or SS or OW" => "US",
        one => one,
    }
}

fn array<T: Display>(out: &mut String, head: &str, values: &[T], per_line: usize) {
    let _ = writeln!(out, "{head} = [");
    for line in values.chunks(per_line) {
        let _ = writeln!(out, "    {},", line.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    }
    out.push_str("];\n\n");
}

fn tables() -> String {
    let read = |name: &str| std::fs::read_to_string(folder().join("dictionary").join(name)).unwrap();
    let (elements, uids) = (read("elements.tsv"), read("uids.tsv"));
    let elements = rows(&elements);
    let (plain, repeating): (Vec<_>, Vec<_>) = elements.iter().partition(|(_, row)| !row[0].contains('x'));
    assert!(
        plain.is_sorted_by_key(|(_, row)| row[0])
            && elements[plain.len()..].iter().all(|(_, row)| row[0].contains('x'))
    );
    let mut keywords: Vec<usize> = (0..elements.len()).collect();
    keywords.sort_by_key(|index| elements[*index].1[4]);

    let mut out = String::from(
        "//! Made from the facts in `dictionary/`; see the module above. Do not edit.\n#![cfg_attr(rustfmt, rustfmt_skip)]\n\nuse super::Repeating;\n\n",
    );
    let tags: Vec<_> = plain.iter().map(|(_, row)| format!("0x{}", row[0])).collect();
    array(
        &mut out,
        &format!(
            "/// Group and element of each tag that does not repeat.\npub(super) static TAGS: [u32; {}]",
            tags.len()
        ),
        &tags,
        10,
    );
    let vrs: Vec<_> = plain.iter().map(|(_, row)| format!("*b\"{}\"", letters(row[1]))).collect();
    array(
        &mut out,
        &format!("/// The representation of each.\npub(super) static VRS: [[u8; 2]; {}]", vrs.len()),
        &vrs,
        16,
    );
    let masks: Vec<_> = repeating
        .iter()
        .map(|(_, row)| {
            let mask: String = row[0].chars().map(|digit| if digit == 'x' { '0' } else { 'f' }).collect();
            format!(
                "Repeating {{ mask: 0x{mask}, value: 0x{}, vr: *b\"{}\" }}",
                row[0].replace('x', "0"),
                letters(row[1])
            )
        })
        .collect();
    array(
        &mut out,
        &format!(
            "/// Tags of which some digits may be anything.\npub(super) static REPEATING: [Repeating; {}]",
            masks.len()
        ),
        &masks,
        1,
    );

    let feature = "#[cfg(feature = \"dictionary\")]\npub(super) static";
    let starts: Vec<_> = elements.iter().map(|(at, _)| at).collect();
    array(
        &mut out,
        &format!(
            "/// Where the line of each element starts; those that repeat come last.\n{feature} ROWS: [u32; {}]",
            starts.len()
        ),
        &starts,
        14,
    );
    array(
        &mut out,
        &format!("/// The rows in the order of their keywords.\n{feature} KEYWORDS: [u16; {}]", keywords.len()),
        &keywords,
        16,
    );
    let starts: Vec<_> = rows(&uids).iter().map(|(at, _)| *at).collect();
    array(
        &mut out,
        &format!("/// Where the line of each UID starts.\n{feature} UID_ROWS: [u32; {}]", starts.len()),
        &starts,
        14,
    );
    for (name, file) in [("ELEMENTS", "elements"), ("UIDS", "uids"), ("CREATORS", "creators")] {
        let _ =
            writeln!(out, "/// The facts.\n{feature} {name}: &str = include_str!(\"../../dictionary/{file}.tsv\");\n");
    }
    out.trim_end().to_owned() + "\n"
}

#[test]
fn the_tables_are_made_from_the_facts() {
    let written = std::fs::read_to_string(folder().join("src/dictionary/tables.rs")).unwrap();
    assert!(written == tables(), "cargo test -p iomt-dicom --test dictionary -- --ignored writes them anew");
}

/// Writes the tables anew: `cargo test -p iomt-dicom --features dictionary --test dictionary -- --ignored`.
#[test]
#[ignore = "writes src/dictionary/tables.rs"]
fn write_the_tables() {
    std::fs::write(folder().join("src/dictionary/tables.rs"), tables()).unwrap();
}

#[test]
fn every_element_is_found_by_its_tag_and_by_its_keyword() {
    let mut count = 0;
    for entry in dictionary::elements() {
        assert_eq!(dictionary::by_keyword(entry.keyword()), Some(entry));
        let digits = u32::from_str_radix(&entry.tag().replace('x', "0"), 16).unwrap();
        let tag = Tag::new(u16::try_from(digits >> 16).unwrap(), u16::try_from(digits & 0xffff).unwrap());
        assert!(dictionary::element(tag).is_some(), "{tag}");
        assert!(dictionary::vr(tag).is_some(), "{tag}");
        count += 1;
    }
    assert!(count > 5300);
    assert!(dictionary::uids().all(|entry| dictionary::uid(entry.uid().as_bytes()) == Some(entry)));
    assert!(dictionary::uids().count() > 490);
}

#[test]
fn the_elements_are_those_of_an_independent_dictionary() {
    let theirs = dicom_dictionary_std::StandardDataDictionary;
    let (mut same, mut absent) = (0, Vec::new());
    for entry in dictionary::elements().filter(|entry| !entry.tag().contains('x')) {
        let number = u32::from_str_radix(entry.tag(), 16).unwrap();
        let (group, element) = (u16::try_from(number >> 16).unwrap(), u16::try_from(number & 0xffff).unwrap());
        let tag = Tag::new(group, element);
        let Some(other) = theirs.by_tag(dicom_core::Tag(group, element)) else {
            absent.push(tag);
            continue;
        };
        let vr = match other.vr() {
            VirtualVr::Exact(vr) => vr.to_string().to_owned(),
            VirtualVr::Xs => "US or SS".to_owned(),
            VirtualVr::Ox | VirtualVr::Px => "OB or OW".to_owned(),
            VirtualVr::Lt => "US or OW".to_owned(),
            other => panic!("{other:?}"),
        };
        assert!(entry.vr() == vr || EXPLAINED.contains(&tag), "{tag} {} {vr}", entry.vr());
        assert!(
            entry.keyword() == other.alias || EXPLAINED.contains(&tag),
            "{tag} {} {}",
            entry.keyword(),
            other.alias
        );
        same += 1;
    }
    assert!(same > 5200, "{same}");
    assert_eq!(absent, []);
    for tag in [(0x6002, 0x3000), (0x5006, 0x0005), (0x0020, 0x3111)] {
        let other = theirs.by_tag(dicom_core::Tag(tag.0, tag.1)).unwrap();
        assert_eq!(dictionary::element(Tag::new(tag.0, tag.1)).unwrap().keyword(), other.alias);
    }
}

/// Where the two dictionaries spell a keyword otherwise (`Sequence` at the end, or not), or state another choice of
/// representations for a retired element.
const EXPLAINED: &[Tag] = &[Tag::new(0x003a, 0x0320), Tag::new(0x003a, 0x0325), Tag::new(0x0028, 0x1200)];

#[test]
fn transfer_syntaxes_of_the_crate_have_an_entry_with_that_kind() {
    use iomt_dicom::TransferSyntax;
    let mut known = 0;
    for entry in dictionary::uids().filter(|entry| entry.kind() == "Transfer Syntax") {
        known += usize::from(TransferSyntax::from_uid(entry.uid().as_bytes()).is_some());
    }
    assert!(known > 40, "{known}");
    let theirs = dicom_dictionary_std::StandardSopClassDictionary;
    let classes = dictionary::uids().filter(|entry| entry.kind() == "SOP Class");
    let agreed =
        classes.filter_map(|entry| theirs.by_uid(entry.uid())).filter(|other| other.r#type == UidType::SopClass);
    assert!(agreed.count() > 200);
    assert_eq!(dictionary::vr(Tag::MANUFACTURER), Some(Vr::LO));
}
