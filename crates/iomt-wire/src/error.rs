//! One small error for all dissectors.

/// What the fallible calls of the dissectors return.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Where a frame could not be read, at which field, and why. Small and `Copy`; carries no bytes of the input, so it can be
/// logged where patient data must not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{field} at byte {offset}: {kind}")]
pub struct Error {
    /// Bytes from the head of the frame (the PDU, the message, the datagram).
    pub offset: usize,
    /// The field, spelled as its standard spells it.
    pub field: &'static str,
    /// The reason.
    pub kind: Kind,
}

/// Why a field could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Kind {
    /// The field wants more bytes than its container has.
    #[error("needs {needed} bytes, {available} are there")]
    Truncated {
        /// Bytes that the field wants.
        needed: u64,
        /// Bytes that are left.
        available: usize,
    },
    /// A value that the field cannot have.
    #[error("invalid value {value:#x}")]
    Invalid {
        /// The value as it was read.
        value: u64,
    },
    /// A length that contradicts what surrounds it.
    #[error("length {length} contradicts its container")]
    Length {
        /// The length as it was read.
        length: u64,
    },
    /// A cap of [`Limits`](crate::Limits) was reached.
    #[error("over the limit of {limit}")]
    Limit {
        /// The cap.
        limit: u64,
    },
    /// Text that does not follow its grammar.
    #[error("{0}")]
    Syntax(&'static str),
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn an_error_reads_as_a_sentence() {
        let error = Error { offset: 18, field: "PDU-length", kind: Kind::Truncated { needed: 4, available: 1 } };
        assert_eq!(error.to_string(), "PDU-length at byte 18: needs 4 bytes, 1 are there");
    }

    #[test]
    fn an_error_stays_small() {
        assert!(size_of::<Error>() <= 48);
    }
}
