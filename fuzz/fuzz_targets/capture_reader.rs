//! Any bytes as a capture file, and its frames as a network.
#![no_main]

#[path = "../../crates/iomt-capture/tests/common/hostile.rs"]
mod hostile;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hostile::file(bytes));
