//! The fuzz seeds of the facade, replayed on the stable compiler.

#![allow(clippy::expect_used, reason = "a panic is how a test reports")]

use std::path::Path;

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
