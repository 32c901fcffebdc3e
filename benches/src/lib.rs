//! Traffic for the benches, made the same way every time.
//!
//! [`Mix`] says how much of what; [`write()`] writes it as a classic pcap file; [`write_others()`] writes one with nothing medical in it. Everything is constructed: addresses are of the
//! documentation ranges, names and texts invented, bulk bytes from a fixed-seed generator.

#![expect(clippy::indexing_slicing, reason = "the generator indexes arrays of its own")]

pub mod floor;
pub mod hl7;
mod others;
mod random;
mod tcp;
mod traffic;

pub use others::write_others;
pub use traffic::{Mix, write};
