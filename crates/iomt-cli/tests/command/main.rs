//! The command as its users run it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

mod dissect;
mod identify;
mod privacy;
mod support;
mod usage;
