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

use iomt_lis::{Event, Reader, ident, records};
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
fn every_stream_seed_says_the_same_byte_by_byte() {
    for (path, bytes) in seeds("lis_stream") {
        let run = |size: usize| {
            let mut reader = Reader::new(Limits { message_bytes: 4096, ..Limits::DEFAULT });
            let mut met = Vec::new();
            let mut sink = |event: Event<'_>| {
                if let Event::Record { record, .. } = event {
                    ident::facts(&record, &mut |fact| met.push(format!("{fact:?}")));
                }
                met.push(format!("{event:?}"));
            };
            bytes.chunks(size).for_each(|piece| reader.feed(Segment::Data(piece), &mut sink));
            reader.feed(Segment::End, &mut sink);
            met
        };
        assert_eq!(run(1), run(bytes.len().max(1)), "{}", path.display());
        for record in records(&bytes) {
            record.tokens(|token| assert!(token.offset <= bytes.len()));
        }
    }
}

#[cfg(feature = "poct1a")]
#[test]
fn every_poct1a_seed_says_the_same_byte_by_byte() {
    use iomt_lis::poct1a::{Event, Splitter};
    for (path, bytes) in seeds("lis_poct1a") {
        let run = |size: usize| {
            let mut splitter = Splitter::new(Limits { message_bytes: 4096, ..Limits::DEFAULT });
            let mut met = Vec::new();
            let mut sink = |event: Event<'_>| met.push(format!("{event:?}"));
            bytes.chunks(size).for_each(|piece| splitter.feed(Segment::Data(piece), &mut sink));
            splitter.feed(Segment::End, &mut sink);
            met
        };
        assert_eq!(run(1), run(bytes.len().max(1)), "{}", path.display());
    }
}
