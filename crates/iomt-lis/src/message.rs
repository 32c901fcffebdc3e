//! Records one after another, with no link layer: files, and what some analysers send over TCP.
//!
//! ```text
//!  H|\^&|||... CR
//!  P|1|...     CR
//!  R|1|...     CR
//!  L|1|N       CR
//! ```
//! LIS02-A2 (ASTM E1394) section 5. A message runs from a header to a terminator; several follow one another, and each header
//! declares its own delimiters.

use crate::Delimiters;
use crate::control::{CR, LF};
use crate::link;
use crate::record::Record;
use memchr::memchr2;

/// The records of a message or file that has no frames. Line ends may be CR, LF or both; lines that are no records are passed
/// over, and so are MLLP's block characters.
#[must_use]
pub const fn records(bytes: &[u8]) -> Records<'_> {
    Records { bytes, at: 0, delimiters: Delimiters::DEFAULT }
}

/// See [`records`].
#[derive(Clone, Copy)]
pub struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    delimiters: Delimiters,
}

impl core::fmt::Debug for Records<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Records").field("at", &self.at).finish_non_exhaustive()
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        loop {
            let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
            let offset = self.at;
            let end = memchr2(CR, LF, rest).unwrap_or(rest.len());
            self.at = offset.saturating_add(end).saturating_add(1);
            let line = rest.get(..end)?;
            let blank = line.iter().position(|byte| !is_blank(*byte)).unwrap_or(line.len());
            let line = line.get(blank..)?;
            if !link::is_record(line) {
                continue;
            }
            if let [b'H' | b'h', ..] = line {
                self.delimiters = Delimiters::read(line).map_or(Delimiters::DEFAULT, |(found, _)| found);
            }
            return Some(Record::new(line, offset.saturating_add(blank), self.delimiters));
        }
    }
}

impl core::iter::FusedIterator for Records<'_> {}

/// White space, a byte order mark, and the characters that files keep of a transport.
pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | CR | LF | 0x0b | 0x1c | 0x04 | 0x05 | 0xef | 0xbb | 0xbf)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn every_header_declares_its_own_delimiters() {
        let bytes = b"H|\\^&|||A^1\rR|1|x^y\rL|1\rH!@*$!!!B*2\nR!1!x*y\r\n\r\nL!1";
        let found: Vec<&[u8]> = records(bytes)
            .filter(|record| record.record_type() == crate::RecordType::RESULT)
            .map(|record| record.field(3).component(2).bytes())
            .collect();
        assert_eq!(found, [b"y", b"y"]);
        assert_eq!(records(bytes).count(), 6);
    }

    #[test]
    fn what_a_transport_left_in_a_file_is_passed_over() {
        let bytes = b"\xef\xbb\xbf\x05\x0bH|\\^&\r\x1c\rhello\rL|1\r\x04";
        let offsets: Vec<usize> = records(bytes).map(|record| record.offset()).collect();
        assert_eq!(offsets, [5, 19]);
    }
}
