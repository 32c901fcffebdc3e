//! The fuzz seeds, which are the vectors of the protocol reference and what was found in them since.

use std::{fs, path::Path};

/// Calls `check` with each datagram of the seeds.
pub(crate) fn each_seed(check: impl FnMut(&str, &[u8])) {
    each_seed_of("intellivue_connect", check);
}

/// Calls `check` with each seed of a fuzz target; a published crate has none.
pub(crate) fn each_seed_of(target: &str, mut check: impl FnMut(&str, &[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let Ok(entries) = fs::read_dir(seeds) else { return };
    let mut seen = 0_u32;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        check(&name, &fs::read(entry.path()).unwrap_or_default());
        seen = seen.saturating_add(1);
    }
    assert!(seen > 0, "the directory of seeds is empty");
}
