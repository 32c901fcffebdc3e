//! The fuzzers' seeds and findings, replayed without a fuzzer.
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

use iomt_hl7v2::mllp::{Decoder, Event};
use iomt_hl7v2::{batch, ident};
use iomt_wire::{Limits, Segment};
use std::path::PathBuf;

/// Every seed of a target; none where the fuzzing workspace is not at hand, as in a published crate.
fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn every_message_seed_is_read() {
    for (path, bytes) in seeds("hl7v2_message") {
        for message in batch::messages(&bytes).flatten() {
            let mut last = None;
            for segment in message.segments() {
                assert!(last.is_none_or(|last| segment.offset() > last), "{}", path.display());
                last = Some(segment.offset());
            }
            ident::facts(&message, &mut |fact| assert!(!fact.value.is_empty()));
            message.quirks(&mut |_| {});
            message.tokens(|_| {});
        }
    }
}

#[test]
fn every_path_seed_is_read() {
    for (path, bytes) in seeds("hl7v2_path") {
        // The last byte is the length of the spelling in front.
        let (length, rest) = bytes.split_last().unwrap();
        let (spelling, message) = rest.split_at(usize::from(*length));
        let message = iomt_hl7v2::Message::parse(message).unwrap();
        let found = iomt_hl7v2::Path::parse(spelling).map(|place| place.all(&message).count());
        assert_eq!(found.is_err(), path.ends_with("groups"), "{}", path.display());
    }
}

#[test]
fn every_stream_seed_says_the_same_byte_by_byte() {
    for (path, bytes) in seeds("hl7v2_mllp") {
        let run = |size: usize| {
            let mut decoder = Decoder::new(Limits { message_bytes: 4096, ..Limits::DEFAULT });
            let mut met = Vec::new();
            let mut sink = |event: Event<'_>| met.push(format!("{event:?}"));
            bytes.chunks(size).for_each(|piece| decoder.feed(Segment::Data(piece), &mut sink));
            decoder.feed(Segment::End, &mut sink);
            met
        };
        assert_eq!(run(1), run(bytes.len().max(1)), "{}", path.display());
    }
}
