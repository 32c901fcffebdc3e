//! The inventory of each bundled capture, as reviewed. `IOMT_BLESS=1 cargo test -p iomt --test golden` writes them anew.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test reports"
)]

mod support;

use std::path::Path;

use support::{bundled, json};

#[test]
fn every_bundled_capture_gives_its_reviewed_inventory() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let bless = std::env::var_os("IOMT_BLESS").is_some();
    let mut wrong = Vec::new();
    for path in bundled() {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let ledger = iomt::files::read(&path, &iomt::files::Options::default()).expect("readable").ledger;
        let inventory = iomt::Inventory::read(&ledger, iomt::knowledge::Knowledge::builtin());
        let text = format!("{:#}\n", json(&inventory));
        let file = golden.join(format!("{name}.json"));
        if bless {
            std::fs::write(&file, &text).expect("writable");
        }
        if std::fs::read_to_string(&file).unwrap_or_default() != text {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "these differ from tests/golden: {wrong:?}");
}
