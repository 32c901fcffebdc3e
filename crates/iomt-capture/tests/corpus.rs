//! The fuzz seeds, replayed on stable. A published crate has no seeds: then there is nothing to replay.
#![allow(clippy::std_instead_of_core, clippy::unwrap_used)]

#[path = "common/hostile.rs"]
mod hostile;

use std::path::PathBuf;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn reader_seeds_keep_the_invariants() {
    seeds("capture_reader").iter().for_each(|bytes| hostile::file(bytes));
}

#[test]
fn network_seeds_keep_the_invariants() {
    seeds("capture_network").iter().for_each(|bytes| hostile::network(bytes));
}
