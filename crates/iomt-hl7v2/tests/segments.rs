//! The segments by name: written from the facts, and read.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "in tests a panic is the report"
)]

mod common;

use core::fmt::Write as _;
use iomt_hl7v2::Message;
use iomt_hl7v2::segments::{Dev, Msh, Obx, Sft, Version, fields_of};
use std::path::Path;

/// The rows of a table, without comments and head.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect()).collect()
}

/// `SENDING_APPLICATION` as an accessor.
fn accessor(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// `SENDING_APPLICATION` as words.
fn words(name: &str) -> String {
    let words = name.to_ascii_lowercase().replace('_', " ");
    format!("{}{}", words[..1].to_ascii_uppercase(), &words[1..])
}

/// The view of a data type.
fn view(data_type: &str) -> &'static str {
    match data_type {
        "HD" => "Hd",
        "EI" => "Ei",
        "CWE" | "CNE" | "CE" => "Cwe",
        "CX" => "Cx",
        "XTN" => "Xtn",
        "PL" => "Pl",
        "XON" => "Xon",
        "OG" => "Og",
        "MSG" => "Msg",
        "PT" => "Pt",
        "VID" => "Vid",
        _ => "Field",
    }
}

/// `generated.rs` as the facts have it.
fn rendered(fields: &str, segments: &str) -> String {
    let mut out = String::from(
        "//! Written from `facts/fields.tsv` and `facts/segments.tsv`: `IOMT_BLESS=1 cargo test -p iomt-hl7v2 --test segments`.\n\n\
         use super::Values;\n\
         use crate::segment::Segment;\n\
         use crate::types::{Cwe, Cx, Ei, Hd, Msg, Og, Pl, Pt, Vid, Xon, Xtn};\n\
         use crate::view::{Field, Repetitions};\n",
    );
    let fields = rows(fields);
    for of_segment in fields.chunk_by(|a, b| a[0] == b[0]) {
        let code = of_segment[0][0];
        let name = format!("{}{}", &code[..1], code[1..].to_ascii_lowercase());
        writeln!(out, "\nsegment! {{ {name} \"{code}\" {{").unwrap();
        for row in of_segment {
            let [_, number, name, data_type, repeats, first, last, _] = row[..] else { panic!("{row:?}") };
            let until = if last == "2.9" { String::new() } else { format!(", until {last}") };
            let many = if repeats == "*" { "each" } else { "one" };
            let (words, accessor, view) = (words(name), accessor(name), view(data_type));
            writeln!(out, "    \"{words} ({data_type}, since {first}{until}).\" {accessor} {number} {many} {view}")
                .unwrap();
        }
        writeln!(out, "}} }}").unwrap();
    }
    let segments = rows(segments);
    writeln!(out, "\n/// Number of fields per version, 0 where there is none or it is not known; sorted by name.")
        .unwrap();
    writeln!(out, "pub(super) const COUNTS: [([u8; 3], [u8; 13]); {}] = [", segments.len()).unwrap();
    for row in segments {
        let counts: Vec<&str> = row[1..].iter().map(|count| if *count == "-" { "0" } else { count }).collect();
        writeln!(out, "    (*b\"{}\", [{}]),", row[0], counts.join(", ")).unwrap();
    }
    out.push_str("];\n");
    out
}

#[test]
fn the_segments_are_as_the_facts_have_them() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| std::fs::read_to_string(here.join(name)).unwrap();
    let wanted = rendered(&read("facts/fields.tsv"), &read("facts/segments.tsv"));
    if std::env::var_os("IOMT_BLESS").is_some() {
        std::fs::write(here.join("src/segments/generated.rs"), &wanted).unwrap();
    }
    assert!(read("src/segments/generated.rs") == wanted, "generated.rs is not what the facts give");
}

#[test]
fn fields_are_read_by_name() {
    let message = Message::parse(common::PUMP).unwrap();
    let msh = Msh::of(message.header()).unwrap();
    assert_eq!(msh.sending_application().universal_id().bytes(), b"001221FFFE0A0B0C");
    assert_eq!(msh.message_type().structure().bytes(), b"ORU_R01");
    assert_eq!(msh.version_id().version().bytes(), b"2.6");
    assert_eq!(msh.message_profile_identifier().next().unwrap().entity().bytes(), b"IHE_PCD_001");
    assert!(msh.security_classification_tag().identifier().is_absent());
    let sft = Sft::of(message.segment(b"SFT").unwrap()).unwrap();
    assert_eq!(sft.software_product_name().bytes(), b"LinkServer");
    let obx = Obx::of(message.segment(b"OBX").unwrap()).unwrap();
    assert_eq!(obx.observation_identifier().identifier().bytes(), b"70049");
    assert_eq!(obx.observation_sub_id().original().bytes(), b"1.0.0.0");
    assert_eq!(obx.equipment_instance_identifier().count(), 1);
    assert!(Obx::of(message.header()).is_none());
    let dev = Message::parse(b"MSH|^~\\&|A\rDEV|A||||||9000||||SN77|||||4.2\r").unwrap();
    let dev = Dev::of(dev.segment(b"DEV").unwrap()).unwrap();
    assert_eq!(
        (dev.device_serial_number().bytes(), dev.software_version_number().bytes()),
        (&b"SN77"[..], &b"4.2"[..])
    );
}

#[test]
fn each_version_has_its_number_of_fields() {
    for (name, version, count) in [
        (b"MSH", Version::V2_1, Some(14)),
        (b"MSH", Version::V2_9, Some(28)),
        (b"OBX", Version::V2_8_2, Some(30)),
        (b"PRT", Version::V2_7, Some(15)),
        (b"PID", Version::V2_5, Some(39)),
        (b"PID", Version::V2_9, None),
        (b"DEV", Version::V2_8_2, None),
        (b"ZZZ", Version::V2_5, None),
    ] {
        assert_eq!(fields_of(name, version), count, "{name:?} {version:?}");
    }
    assert_eq!(Version::named(b"2.5.1"), Some(Version::V2_5_1));
    assert_eq!(Version::named(b"2.9.1 "), Some(Version::V2_9));
    assert_eq!(Version::named(b"3"), None);
}
