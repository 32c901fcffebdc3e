//! The PDUs of fixed length: rejection, release and abort.
//!
//! ```text
//!         6          7          8          9
//!  RJ     | reserved | result   | source   | reason |
//!  RQ, RP | reserved                                |
//!  ABORT  | reserved            | source   | reason |
//! ```
//! PS3.8 sections 9.3.4, 9.3.6 to 9.3.8. What a stack leaves in the bytes that mean nothing, byte 1 of the header included, and a
//! length other than four are kept: [`Pdu::quirks`](super::Pdu::quirks) tells them.

/// Why an association was rejected: the three numbers of A-ASSOCIATE-RJ (PS3.8 section 9.3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Reject {
    /// 1 permanent, 2 transient.
    pub result: u8,
    /// 1 service user, 2 service provider (ACSE), 3 service provider (presentation).
    pub source: u8,
    /// Its meaning depends on the source; see [`reason_name`](Self::reason_name).
    pub reason: u8,
    /// Byte 1 of the header and byte 6.
    pub reserved: [u8; 2],
    /// The length field; four, says the standard.
    pub length: u32,
}

/// A-RELEASE-RQ or -RP; it says nothing but that (PS3.8 sections 9.3.6 and 9.3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Release {
    /// Byte 1 of the header, and bytes 6 to 9 as far as they are there.
    pub reserved: [u8; 5],
    /// The length field; four, says the standard.
    pub length: u32,
}

/// Who aborted and why: the two numbers of A-ABORT (PS3.8 section 9.3.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Abort {
    /// 0 service user, 2 service provider.
    pub source: u8,
    /// Has a meaning only when the source is the provider.
    pub reason: u8,
    /// Byte 1 of the header, and bytes 6 and 7.
    pub reserved: [u8; 3],
    /// The length field; four, says the standard.
    pub length: u32,
}

/// The first four bytes of a body, zero where it is shorter, and its length.
fn four(body: &[u8]) -> ([u8; 4], u32) {
    let mut four = [0; 4];
    four.iter_mut().zip(body).for_each(|(to, from)| *to = *from);
    (four, u32::try_from(body.len()).unwrap_or(u32::MAX))
}

impl Reject {
    pub(super) fn new(header: u8, body: &[u8]) -> Self {
        let ([reserved, result, source, reason], length) = four(body);
        Self { result, source, reason, reserved: [header, reserved], length }
    }

    /// The result in words.
    #[must_use]
    pub const fn result_name(&self) -> Option<&'static str> {
        match self.result {
            1 => Some("rejected permanent"),
            2 => Some("rejected transient"),
            _ => None,
        }
    }

    /// The source in words.
    #[must_use]
    pub const fn source_name(&self) -> Option<&'static str> {
        match self.source {
            1 => Some("service user"),
            2 => Some("service provider (ACSE)"),
            3 => Some("service provider (presentation)"),
            _ => None,
        }
    }

    /// What the reason means for its source.
    #[must_use]
    pub const fn reason_name(&self) -> Option<&'static str> {
        Some(match (self.source, self.reason) {
            (1 | 2, 1) => "no reason given",
            (1, 2) => "application context name not supported",
            (1, 3) => "calling AE title not recognized",
            (1, 7) => "called AE title not recognized",
            (2, 2) => "protocol version not supported",
            (3, 1) => "temporary congestion",
            (3, 2) => "local limit exceeded",
            _ => return None,
        })
    }
}

impl Release {
    pub(super) fn new(header: u8, body: &[u8]) -> Self {
        let ([a, b, c, d], length) = four(body);
        Self { reserved: [header, a, b, c, d], length }
    }
}

impl Abort {
    pub(super) fn new(header: u8, body: &[u8]) -> Self {
        let ([a, b, source, reason], length) = four(body);
        Self { source, reason, reserved: [header, a, b], length }
    }

    /// The source in words.
    #[must_use]
    pub const fn source_name(&self) -> Option<&'static str> {
        match self.source {
            0 => Some("service user"),
            2 => Some("service provider"),
            _ => None,
        }
    }

    /// What the reason means; nothing when the user aborted.
    #[must_use]
    pub const fn reason_name(&self) -> Option<&'static str> {
        Some(match (self.source, self.reason) {
            (2, 0) => "reason not specified",
            (2, 1) => "unrecognized PDU",
            (2, 2) => "unexpected PDU",
            (2, 4) => "unrecognized PDU parameter",
            (2, 5) => "unexpected PDU parameter",
            (2, 6) => "invalid PDU parameter value",
            _ => return None,
        })
    }
}
