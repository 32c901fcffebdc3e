//! Fingerprints of how a peer speaks: stable, readable strings that can be compared.
//!
//! A fingerprint has a part that reads and parts that are hashes: the first twelve hexadecimal digits of SHA-256 over a text that
//! `docs/fingerprints.md` specifies to the byte. Instance data (AE titles, serial numbers, user names) never enter one. What a
//! peer declares of itself (implementation UID and version name) enters the *stack* hash, and not the *family* hash: the same
//! family under another name is a stack that claims to be what it is not.
//!
//! What one message shows whole ([`dicom`]) is a fingerprint at once; what takes many messages ([`hl7v2`], [`telemetry`]) is a
//! [`window`]: a set of parts that merges, hashed when it is read.

pub mod dicom;
pub mod habits;
pub mod hl7v2;
pub mod ja4;
pub mod telemetry;
pub mod window;

use sha2::{Digest as _, Sha256};

/// A fingerprint, complete or as far as it could be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// `DQ1`, `DA1`, `HS1`, `HR1`, `TB1`, `JA4`.
    pub scheme: &'static str,
    /// The fingerprint.
    pub text: String,
    /// The stack without what it declares of itself.
    pub family: String,
    /// All that was hashed, in clear and where it matters in its order.
    pub raw: String,
    /// What tells a site or a configuration and stays out of the hashes, by name.
    pub clear: Vec<(String, String)>,
    /// What was not seen; empty for a complete fingerprint.
    pub missing: Vec<String>,
    /// Messages that it was made of.
    pub count: u64,
}

/// The first twelve hexadecimal digits of a text's SHA-256.
#[must_use]
pub fn hash12(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .take(6)
        .fold(String::with_capacity(12), |hash, byte| hash + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_the_head_of_sha_256() {
        // SHA-256 of the empty text begins so (FIPS 180-4 examples).
        assert_eq!(hash12(""), "e3b0c44298fc");
        assert_eq!(hash12("abc"), "ba7816bf8f01");
    }
}
