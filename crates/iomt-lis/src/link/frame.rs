//! One frame.

use crate::control::{CR, ENQ, ETB, ETX, LF, STX};
use iomt_wire::{Error, Kind, scan};

/// What the two digits behind the text say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Checksum {
    /// The sum of the bytes from the frame number to `ETB` or `ETX`.
    Good,
    /// Another sum that implementations make by mistake; the name says which.
    Variant(&'static str),
    /// No such sum: the frame was damaged, or its sender counts in a way of its own.
    Bad {
        /// What was sent.
        sent: u8,
        /// What the bytes add up to.
        counted: u8,
    },
    /// No digits were sent.
    Absent,
}

impl Checksum {
    /// Whether the text may be read: the sum is right, or made by a known mistake, or not made at all.
    #[must_use]
    pub const fn is_sound(self) -> bool {
        !matches!(self, Self::Bad { .. })
    }
}

/// A frame, borrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// 0 to 7; none where the sender leaves it out.
    pub number: Option<u8>,
    /// The text between the number and `ETB` or `ETX`.
    pub text: &'a [u8],
    /// Whether `ETX` ended it: the record or message ends here.
    pub last: bool,
    /// What the checksum says.
    pub checksum: Checksum,
    /// What ended the frame differently from the standard, if it did.
    pub quirk: Option<&'static str>,
}

impl core::fmt::Debug for Frame<'_> {
    /// Shows the length of the text: it may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { number, text, last, checksum, quirk } = self;
        f.debug_struct("Frame")
            .field("number", number)
            .field("len", &text.len())
            .field("last", last)
            .field("checksum", checksum)
            .field("quirk", quirk)
            .finish()
    }
}

/// The sum of bytes, modulo 256.
#[must_use]
pub fn checksum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

impl<'a> Frame<'a> {
    /// Reads a frame from its `STX` on; returns how many bytes it takes.
    ///
    /// # Errors
    /// When it does not begin with `STX`, when another frame, `ENQ` or `EOT` comes before its end, or when its end is not there
    /// yet ([`Kind::Truncated`]).
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, usize), Error> {
        let error = |offset, field, kind| Error { offset, field, kind };
        let Some((&STX, inside)) = bytes.split_first() else {
            return Err(match bytes.first() {
                Some(other) => error(0, "STX", Kind::Invalid { value: u64::from(*other) }),
                None => error(0, "STX", Kind::Truncated { needed: 1, available: 0 }),
            });
        };
        let needed = u64::try_from(bytes.len()).unwrap_or(u64::MAX).saturating_add(1);
        let Some(end) = text_end(inside) else {
            return Err(error(bytes.len(), "ETX", Kind::Truncated { needed, available: bytes.len() }));
        };
        let at = end.saturating_add(1);
        match inside.get(end) {
            Some(&(ETX | ETB)) => {}
            other => {
                let value = u64::from(other.copied().unwrap_or_default());
                return Err(error(at, "ETX", Kind::Invalid { value }));
            }
        }
        let behind = inside.get(at..).unwrap_or_default();
        let trailer = trailer(behind, true);
        let frame = read_text(inside.get(..at).unwrap_or_default(), &trailer);
        Ok((frame, at.saturating_add(1).saturating_add(trailer.len)))
    }
}

/// Where the text of a frame ends: at `STX`, `ETX`, `EOT` or `ENQ`, which are neighbours, or at `ETB`.
#[inline]
pub(crate) fn text_end(bytes: &[u8]) -> Option<usize> {
    scan::position(bytes, |byte| (byte.wrapping_sub(STX) <= ENQ.wrapping_sub(STX)) | (byte == ETB))
}

/// What stands behind `ETB` or `ETX`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trailer {
    pub(crate) sent: Option<u8>,
    pub(crate) len: usize,
    pub(crate) quirk: Option<&'static str>,
    /// Whether bytes to come may still belong to it.
    pub(crate) open: bool,
}

/// Reads what stands behind `ETB` or `ETX`; `whole` when nothing follows.
pub(crate) fn trailer(behind: &[u8], whole: bool) -> Trailer {
    let hexadecimal = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (sent, digits) = match behind {
        [high, low, ..] => match (hexadecimal(*high), hexadecimal(*low)) {
            (Some(high), Some(low)) => (Some((high << 4) | low), 2),
            _ => (None, 0),
        },
        [high] if hexadecimal(*high).is_some() && !whole => {
            return Trailer { sent: None, len: 1, quirk: None, open: true };
        }
        _ => (None, 0_usize),
    };
    let line = behind.get(digits..).unwrap_or_default();
    let (end, quirk, open) = match line {
        [CR, LF, ..] => (2, None, false),
        [CR, ..] => (1, Some("missing-line-feed"), line.len() < 2),
        [LF, ..] => (1, Some("missing-carriage-return"), false),
        [] => (0, Some("missing-line-end"), true),
        _ => (0, Some("missing-line-end"), false),
    };
    let quirk = if sent.is_none() { Some("missing-checksum") } else { quirk };
    Trailer { sent, len: digits.saturating_add(end), quirk, open: open && !whole }
}

/// Makes a frame of what lies between `STX` (excluded) and `ETB` or `ETX` (included).
pub(crate) fn read_text<'a>(counted: &'a [u8], trailer: &Trailer) -> Frame<'a> {
    let (end, inside) = counted.split_last().map_or((ETX, counted), |(end, inside)| (*end, inside));
    let (number, text) = match inside {
        [digit @ b'0'..=b'7', text @ ..] => (Some(digit.wrapping_sub(b'0')), text),
        // Some senders leave it out; other digits and letters are the text's.
        text => (None, text),
    };
    let sum = checksum(counted);
    let checksum = match trailer.sent {
        None => Checksum::Absent,
        Some(sent) if sent == sum => Checksum::Good,
        Some(sent) if sent == sum.wrapping_sub(end) => Checksum::Variant("checksum-without-terminator"),
        Some(sent) if sent == sum.wrapping_add(STX) => Checksum::Variant("checksum-with-start"),
        Some(sent) => Checksum::Bad { sent, counted: sum },
    };
    let quirk = match checksum {
        Checksum::Variant(name) => Some(name),
        _ if number.is_none() => Some("missing-frame-number"),
        _ => trailer.quirk,
    };
    Frame { number, text, last: end == ETX, checksum, quirk }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    /// Real: python-astm 0.6 talking to itself.
    const HEADER: &[u8] = b"\x021H|\\^&||||||||||P||20261123144454\r\x03CC\r\n";

    #[test]
    fn a_frame_is_read_with_its_number_text_and_checksum() {
        let (frame, length) = Frame::parse(HEADER).unwrap();
        assert_eq!((frame.number, frame.last, frame.checksum, length), (Some(1), true, Checksum::Good, HEADER.len()));
        assert!(frame.text.starts_with(b"H|\\^&") && frame.text.ends_with(b"\r"));
        assert_eq!(frame.quirk, None);
    }

    #[test]
    fn the_worked_example_of_the_checksum_adds_up() {
        assert_eq!(checksum(b"1L|1\r\x03"), 0x3a);
    }

    #[test]
    fn an_intermediate_frame_goes_on() {
        // Real: the same peer in chunks of 64 bytes.
        let bulk = b"\x021H|\\^&||||||||||P||20261123144454\rP|1||||TEST^BED\rO|1|S100\x179F\r\n";
        let (frame, _) = Frame::parse(bulk).unwrap();
        assert!(!frame.last);
        assert_eq!(frame.checksum, Checksum::Good);
    }

    #[test]
    fn lower_case_digits_are_digits() {
        let (frame, _) = Frame::parse(b"\x021L|1\r\x033a\r\n").unwrap();
        assert_eq!(frame.checksum, Checksum::Good);
    }

    #[test]
    fn a_wrong_sum_is_told_and_known_mistakes_are_named() {
        let (frame, _) = Frame::parse(b"\x021L|1\r\x0399\r\n").unwrap();
        assert_eq!(frame.checksum, Checksum::Bad { sent: 0x99, counted: 0x3a });
        assert!(!frame.checksum.is_sound());
        let (frame, _) = Frame::parse(b"\x021L|1\r\x0337\r\n").unwrap();
        assert_eq!(frame.checksum, Checksum::Variant("checksum-without-terminator"));
        let (frame, _) = Frame::parse(b"\x021L|1\r\x033C\r\n").unwrap();
        assert_eq!(frame.quirk, Some("checksum-with-start"));
    }

    #[test]
    fn what_is_left_out_at_the_end_is_a_quirk() {
        for (bytes, quirk, length) in [
            (&b"\x021L|1\r\x033A\r"[..], "missing-line-feed", 10),
            (b"\x021L|1\r\x033A\n", "missing-carriage-return", 10),
            (b"\x021L|1\r\x033A", "missing-line-end", 9),
            (b"\x021L|1\r\x03\r\n", "missing-checksum", 9),
            (b"\x021L|1\r\x03", "missing-checksum", 7),
            (b"\x02L|1\r\x0309\r\n", "missing-frame-number", 10),
        ] {
            let (frame, taken) = Frame::parse(bytes).unwrap();
            assert_eq!((frame.quirk, taken), (Some(quirk), length), "{bytes:?}");
        }
    }

    #[test]
    fn a_frame_that_another_interrupts_is_an_error_there() {
        let error = Frame::parse(b"\x021H|\x021H|").unwrap_err();
        assert_eq!((error.offset, error.field), (4, "ETX"));
        assert!(matches!(Frame::parse(b"\x021H|").unwrap_err().kind, Kind::Truncated { .. }));
        assert!(matches!(Frame::parse(b"H").unwrap_err().kind, Kind::Invalid { .. }));
        assert!(Frame::parse(b"").is_err());
    }

    #[test]
    fn debug_output_shows_no_text() {
        let shown = format!("{:?}", Frame::parse(b"\x022P|1||||TEST^BED\r\x0398\r\n").unwrap().0);
        assert!(!shown.contains("TEST"), "{shown}");
    }
}
