//! Writes what this crate reads: PDUs, command sets, data sets and files, for tests, fuzzing and simulators.
//!
//! Lengths are computed; everything else is written as it is given, right or wrong. The layouts are those of the modules that read:
//! [`crate::pdu`] (PS3.8 section 9.3), [`crate::dimse`] (PS3.7 annex E), [`crate::element`] (PS3.5 section 7), [`crate::file`] (PS3.10 section 7).
//!
//! ```
//! use iomt_dicom::{Pdu, emit};
//!
//! let bytes = emit::release_rq();
//! assert!(matches!(Pdu::parse(&bytes), Ok((Pdu::ReleaseRq(_), 10))));
//! ```

mod associate;
mod command;
mod dataset;

pub use associate::Associate;
pub use command::Command;
pub use dataset::{DataSet, part10};

use alloc::vec::Vec;

/// A length field that saturates: what does not fit is the caller's mistake, and shows.
pub(crate) fn len32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

pub(crate) fn len16(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// A PDU of any type around a body.
#[must_use]
pub fn pdu(pdu_type: u8, body: &[u8]) -> Vec<u8> {
    pdu_with(pdu_type, 0, body)
}

/// A PDU of any type with the reserved byte of its header.
#[must_use]
pub fn pdu_with(pdu_type: u8, reserved: u8, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len().saturating_add(6));
    out.extend_from_slice(&[pdu_type, reserved]);
    out.extend_from_slice(&len32(body.len()).to_be_bytes());
    out.extend_from_slice(body);
    out
}

/// A-ASSOCIATE-RJ.
#[must_use]
pub const fn reject(result: u8, source: u8, reason: u8) -> [u8; 10] {
    [0x03, 0, 0, 0, 0, 4, 0, result, source, reason]
}

/// A-RELEASE-RQ.
#[must_use]
pub const fn release_rq() -> [u8; 10] {
    [0x05, 0, 0, 0, 0, 4, 0, 0, 0, 0]
}

/// A-RELEASE-RP.
#[must_use]
pub const fn release_rp() -> [u8; 10] {
    [0x06, 0, 0, 0, 0, 4, 0, 0, 0, 0]
}

/// A-ABORT.
#[must_use]
pub const fn abort(source: u8, reason: u8) -> [u8; 10] {
    [0x07, 0, 0, 0, 0, 4, 0, 0, source, reason]
}

/// One P-DATA-TF of several fragments: context id, message control header, bytes.
#[must_use]
pub fn p_data(fragments: &[(u8, u8, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (context_id, header, data) in fragments {
        body.extend_from_slice(&len32(data.len()).saturating_add(2).to_be_bytes());
        body.extend_from_slice(&[*context_id, *header]);
        body.extend_from_slice(data);
    }
    pdu(0x04, &body)
}

/// A whole message, its command and data set cut into P-DATA-TF PDUs whose length field is at most `max_length` (at least 7
/// is used), one fragment each.
#[must_use]
pub fn message(context_id: u8, command: &[u8], data_set: Option<&[u8]>, max_length: u32) -> Vec<u8> {
    let room = usize::try_from(max_length).unwrap_or(usize::MAX).saturating_sub(6).max(1);
    let mut out = Vec::new();
    for (bytes, kind) in [(Some(command), 1), (data_set, 0)] {
        let Some(bytes) = bytes else { continue };
        let mut pieces = bytes.chunks(room).peekable();
        if pieces.peek().is_none() {
            out.extend_from_slice(&p_data(&[(context_id, kind | 2, &[])]));
        }
        while let Some(piece) = pieces.next() {
            let header = if pieces.peek().is_none() { kind | 2 } else { kind };
            out.extend_from_slice(&p_data(&[(context_id, header, piece)]));
        }
    }
    out
}
