//! Every prefix of every seed, as a file that was cut off and as a frame that was cut off, is survived.
#![allow(clippy::std_instead_of_core, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "common/hostile.rs"]
mod hostile;

use std::path::PathBuf;

#[test]
fn every_prefix_of_every_seed_keeps_the_invariants() {
    for (target, run) in [("capture_reader", hostile::file as fn(&[u8])), ("capture_network", hostile::network)] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            (0..bytes.len()).filter(|end| *end < 200 || end % 13 == 0).for_each(|end| run(&bytes[..end]));
        }
    }
}
