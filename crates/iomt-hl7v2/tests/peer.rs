//! The same messages through an independent parser.
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

use iomt_hl7v2::Message;
use proptest::prelude::*;

/// Every subcomponent as `(segment, field, repetition, component, subcomponent, text)`, headers' first two fields aside.
type Told = Vec<(String, usize, usize, usize, usize, String)>;

fn ours(bytes: &[u8]) -> Told {
    let message = Message::parse(bytes).unwrap();
    let mut told = Vec::new();
    for segment in message.segments() {
        let name = String::from_utf8_lossy(segment.name()).into_owned();
        let skip = if segment.is_header() { 2 } else { 0 };
        for (f, field) in segment.fields().enumerate().skip(skip) {
            for (r, repetition) in field.repetitions().enumerate() {
                for (c, component) in repetition.components().enumerate() {
                    for (s, sub) in component.subcomponents().enumerate() {
                        let text = String::from_utf8_lossy(sub.bytes()).into_owned();
                        told.push((name.clone(), f + 1, r + 1, c + 1, s + 1, text));
                    }
                }
            }
        }
    }
    told.retain(|line| !line.5.is_empty());
    told
}

fn theirs(text: &str) -> Told {
    let message = hl7_parser::Message::parse(text).unwrap();
    let mut told = Vec::new();
    for segment in message.segments() {
        let skip = if segment.name == "MSH" { 2 } else { 0 };
        for (f, field) in segment.fields().enumerate().skip(skip) {
            for (r, repeat) in field.repeats().enumerate() {
                for (c, component) in repeat.components().enumerate() {
                    for (s, sub) in component.subcomponents().enumerate() {
                        told.push((segment.name.to_string(), f + 1, r + 1, c + 1, s + 1, sub.raw_value().to_string()));
                    }
                }
            }
        }
    }
    told.retain(|line| !line.5.is_empty());
    told
}

#[test]
fn an_independent_parser_reads_the_same_values_at_the_same_places() {
    for bytes in common::ALL {
        let text = std::str::from_utf8(bytes).unwrap();
        assert_eq!(ours(bytes), theirs(text));
    }
}

proptest! {
    #[test]
    fn an_independent_parser_reads_the_same_of_any_well_formed_message(
        segments in prop::collection::vec("[A-Z][A-Z0-9]{2}(\\|[a-z0-9 ^~&]{0,8}){1,6}", 0..6)
    ) {
        prop_assume!(segments.iter().all(|segment| !["MSH", "BHS", "FHS"].contains(&&segment[..3])));
        let text = format!("MSH|^~\\&|A|B\r{}", segments.join("\r"));
        prop_assert_eq!(ours(text.as_bytes()), theirs(&text));
    }
}
