//! Frames of any content, or a conversation cut, shuffled and repeated, whose streams are conserved.
#![no_main]

#[path = "../../crates/iomt-capture/tests/common/hostile.rs"]
mod hostile;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hostile::network(bytes));
