//! What the examples share: where they find their input, and a made-up ward.

use std::path::PathBuf;

pub mod ward;

/// A bundled fixture.
#[must_use]
pub fn bundled(fixture: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures")).join(fixture)
}

/// The first argument, or a bundled fixture: the examples run without arguments, from any folder.
#[must_use]
pub fn input(fixture: &str) -> PathBuf {
    std::env::args_os().nth(1).map_or_else(|| bundled(fixture), PathBuf::from)
}
