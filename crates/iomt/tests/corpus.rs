//! The fuzz seeds of the facade, replayed on the stable compiler.

#![allow(clippy::expect_used, reason = "a panic is how a test reports")]

mod support;

use core::ops::ControlFlow;
use std::path::Path;

use iomt::dissect::{self, Options};

use iomt::{Inventory, files, knowledge::Knowledge};

#[test]
fn every_carrier_among_the_seeds_is_taken_apart() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/udi");
    for seed in std::fs::read_dir(seeds).expect("the seeds are there") {
        let text = std::fs::read_to_string(seed.expect("readable").path()).expect("text");
        assert!(iomt::udi::Udi::parse(&text).is_ok_and(|udi| udi.unread.is_none()), "{text}");
        for end in 0..text.len() {
            let _ = iomt::udi::Udi::parse(text.get(..end).unwrap_or_default());
        }
    }
}

#[test]
fn every_seed_gives_an_inventory_and_no_panic() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/inventory");
    let mut replayed = 0;
    for seed in std::fs::read_dir(seeds).expect("the seeds are there") {
        let bytes = std::fs::read(seed.expect("readable").path()).expect("readable");
        // Every seed, and the seed cut at any eighth.
        for part in 0..=8 {
            let cut = bytes.get(..bytes.len() / 8 * part).unwrap_or(&bytes).to_vec();
            if let Ok(reading) = files::read_from("seed", std::io::Cursor::new(cut), &files::Options::default()) {
                let inventory = Inventory::read(&reading.ledger, Knowledge::builtin());
                assert!(serde_json::to_string(&inventory).is_ok());
                replayed += 1;
            }
        }
    }
    assert!(replayed >= 20, "only {replayed} were readable");
}

/// What is shown of a conversation over HTTP that is said in pieces of so many bytes.
fn shown(said: &[u8], piece: usize) -> Vec<String> {
    let turns = said.split(|byte| *byte == 0x1e).enumerate();
    let turns = turns.flat_map(|(number, turn)| turn.chunks(piece).map(move |part| (number % 2 == 0, part.to_vec())));
    let mut capture = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1].map(u32::to_le_bytes).concat();
    for frame in support::connection(40_000, 80, &turns.collect::<Vec<_>>()) {
        let length = u32::try_from(frame.data.len()).expect("small");
        capture.extend([1, 0, length, length].map(u32::to_le_bytes).concat());
        capture.extend(frame.data);
    }
    let mut shown = Vec::new();
    let read = dissect::read_from("seed", std::io::Cursor::new(capture), &Options::default(), &mut |record| {
        let (name, value) = (record.name, record.value.unwrap_or_default());
        shown.push(format!("{} {} {name} {value} {:?}", record.offset, record.kind, record.length));
        ControlFlow::Continue(())
    });
    assert!(read.is_ok());
    shown
}

#[test]
fn http_seeds_are_shown_alike_however_they_are_cut() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/dicom_http");
    for seed in std::fs::read_dir(seeds).expect("the seeds are there") {
        let bytes = std::fs::read(seed.expect("readable").path()).expect("readable");
        let said = bytes.get(1..).unwrap_or_default();
        let whole = shown(said, 1 << 16);
        assert!(whole.len() >= 2 && !whole.join("").contains("CANARY"), "{whole:?}");
        for piece in [1, 7, 64] {
            assert_eq!(shown(said, piece), whole, "{piece}");
        }
    }
}
