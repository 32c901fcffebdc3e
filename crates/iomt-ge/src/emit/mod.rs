//! Writing messages, for tests, simulators and honeypots. What is written parses back to the same values.

pub mod dri;
pub mod unity;
