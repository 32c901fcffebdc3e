//! Is this LIS01 or LIS02?
//!
//! A port says nothing: none is registered. What is strict enough by content:
//!
//! | head | bits | why |
//! |---|---|---|
//! | `STX`, number, `H`, delimiters, the field delimiter again | 41 | 8 + 5 + 8 + 4 × 3 + 8 |
//! | a whole frame of any record, with the right checksum and `CR LF` | 50 | 8 + 5 + 4 + 3 + 6 + 8 + 16 |
//! | a bare `H`, ``\|\^&``, the field delimiter again | 48 | six bytes given |
//! | a bare `H` with `\|`, other delimiters, `^` among them, `\|` again | 35 | 8 + 8 + 3 + 8 + 8 |
//! | a bare `H` with delimiters of its own, a printable line, a record with the same delimiter behind it | 38 | 8 + 4 × 3 + 8 + 10 |
//!
//! `ENQ`, `ACK`, `NAK` and `EOT` may come before any of them and prove nothing.

use crate::Delimiters;
use crate::control::{ACK, CR, ENQ, EOT, LF, NAK, STX, VT};
use crate::link::{Checksum, Frame, is_record};
use crate::message::is_blank;
use iomt_wire::{Bits, Kind, Need, Verdict};

/// Control characters at the head of a stream that are listened to before it is let go.
const CONTROLS: usize = 64;

/// Bytes of a frame or of a line without a usual header that are listened to before they are let go.
const LONGEST: usize = 1024;

/// Whether a stream of one direction that begins so is LIS01 or LIS02, framed or bare.
#[must_use]
pub fn probe(head: &[u8]) -> Verdict {
    let controls = head.iter().take_while(|byte| matches!(**byte, ENQ | ACK | NAK | EOT)).count();
    if controls > CONTROLS {
        return Verdict::No;
    }
    let rest = head.get(controls..).unwrap_or_default();
    let verdict = match rest {
        [] => more(1),
        [STX, frame @ ..] => framed(frame, rest),
        [VT] => more(2),
        [VT, bare @ ..] => shift(bare_records(bare), 1),
        bare => bare_records(bare),
    };
    shift(verdict, controls)
}

/// Whether a file that begins so holds LIS02 records, with or without what a transport left in it.
#[must_use]
pub fn probe_file(head: &[u8]) -> Verdict {
    let blank = head.iter().take_while(|byte| is_blank(**byte)).count();
    match head.get(blank..).unwrap_or_default() {
        [] if blank > CONTROLS => Verdict::No,
        [] => shift(more(1), blank),
        [STX, frame @ ..] => shift(framed(frame, head.get(blank..).unwrap_or_default()), blank),
        bare => shift(bare_records(bare), blank),
    }
}

const fn more(total: u64) -> Verdict {
    Verdict::More(Need::total(total))
}

/// One byte more than are there.
fn another(bytes: &[u8]) -> Verdict {
    more(u64::try_from(bytes.len()).unwrap_or(u64::MAX).saturating_add(1))
}

/// A verdict on what lies `by` bytes behind the head.
fn shift(verdict: Verdict, by: usize) -> Verdict {
    match verdict {
        Verdict::More(need) => more(need.get().saturating_add(u64::try_from(by).unwrap_or(u64::MAX))),
        sure => sure,
    }
}

/// What lies behind an `STX`; `whole` is with it.
fn framed(inside: &[u8], whole: &[u8]) -> Verdict {
    let (numbered, text) = match inside {
        [] => return another(whole),
        [b'0'..=b'7', text @ ..] => (true, text),
        text => (false, text),
    };
    match text {
        [] => return another(whole),
        [kind, separator, ..] if is_record(&[*kind, *separator]) => {}
        [kind] if is_record(&[*kind]) => return another(whole),
        _ => return Verdict::No,
    }
    match header(text) {
        Header::Usual | Header::Likely | Header::Unusual if numbered => return Verdict::Yes(Bits(41)),
        Header::Usual => return Verdict::Yes(Bits(48)),
        Header::Short => return another(whole),
        Header::None | Header::Likely | Header::Unusual => {}
    }
    match Frame::parse(whole) {
        Ok((frame, _)) if frame.checksum == Checksum::Good && frame.quirk.is_none() => Verdict::Yes(Bits(50)),
        // Its end may be cut off.
        Ok((frame, length))
            if whole.len() <= length.saturating_add(1) && frame.quirk.is_some() && whole.len() < LONGEST =>
        {
            another(whole)
        }
        Ok(_) => Verdict::No,
        Err(error) if matches!(error.kind, Kind::Truncated { .. }) => {
            let printable = text.iter().all(|byte| !byte.is_ascii_control() || matches!(*byte, CR | LF | b'\t'));
            if printable && whole.len() < LONGEST { another(whole) } else { Verdict::No }
        }
        Err(_) => Verdict::No,
    }
}

/// Records with no frame around them.
fn bare_records(bytes: &[u8]) -> Verdict {
    match header(bytes) {
        Header::Usual => Verdict::Yes(Bits(48)),
        Header::Likely => Verdict::Yes(Bits(35)),
        Header::Short => another(bytes),
        Header::None => Verdict::No,
        Header::Unusual => {
            let end = bytes.iter().position(|byte| matches!(*byte, CR | LF));
            let line = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            if line.iter().any(u8::is_ascii_control) {
                return Verdict::No;
            }
            let next = end.and_then(|end| bytes.get(end..)).unwrap_or_default();
            let next = next.iter().position(|byte| !matches!(*byte, CR | LF)).and_then(|at| next.get(at..));
            match next {
                Some([kind, separator, ..]) => {
                    let same = Some(separator) == bytes.get(1) && is_record(&[*kind, *separator]);
                    if same { Verdict::Yes(Bits(38)) } else { Verdict::No }
                }
                _ if bytes.len() < LONGEST => another(bytes),
                _ => Verdict::No,
            }
        }
    }
}

/// What the head of a record says as a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Header {
    /// With the delimiters that the standard recommends.
    Usual,
    /// With delimiters that have the usual field and component delimiters among them.
    Likely,
    /// With other delimiters.
    Unusual,
    /// Too little is there to say.
    Short,
    /// It is none.
    None,
}

fn header(bytes: &[u8]) -> Header {
    let (separator, rest) = match bytes {
        [b'H'] => return Header::Short,
        [b'H', separator, rest @ ..] if separator.is_ascii_punctuation() => (*separator, rest),
        _ => return Header::None,
    };
    // H-2 has two to four characters, then the separator comes again.
    let Some(end) = rest.iter().position(|byte| *byte == separator) else {
        let possible = rest.len() <= 4 && rest.iter().all(u8::is_ascii_punctuation);
        return if possible { Header::Short } else { Header::None };
    };
    if !(2..=4).contains(&end) {
        return Header::None;
    }
    match Delimiters::read(bytes) {
        Ok((Delimiters::DEFAULT, _)) => Header::Usual,
        Ok((Delimiters { field: b'|', component: Some(b'^'), .. }, _)) => Header::Likely,
        Ok(_) => Header::Unusual,
        Err(_) => Header::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    const HEADER: &[u8] = b"\x05\x021H|\\^&||||||||||P||20261123144454\r\x03CC\r\n";

    #[test]
    fn every_beginning_of_a_session_is_possible_until_it_is_sure() {
        for cut in 0..HEADER.len() {
            let verdict = probe(&HEADER[..cut]);
            assert_eq!(verdict.is_at_least(40), cut >= 9, "{cut}: {verdict:?}");
            assert_ne!(verdict, Verdict::No, "{cut}");
        }
    }

    #[test]
    fn a_capture_that_begins_in_the_middle_is_recognised_by_its_checksum() {
        let frame = b"\x024R|1|^^^GLU|5.4|mmol/L||N||F\r\x0304\r\n";
        assert_eq!(probe(frame), Verdict::Yes(Bits(50)));
        for cut in 1..frame.len() {
            assert!(matches!(probe(&frame[..cut]), Verdict::More(_)), "{cut}");
        }
        let mut wrong = frame.to_vec();
        wrong[10] ^= 1;
        assert_eq!(probe(&wrong), Verdict::No);
    }

    #[test]
    fn answers_prove_nothing_and_do_not_refuse() {
        assert!(matches!(probe(&[ACK; 20]), Verdict::More(_)));
        assert!(matches!(probe(&[ENQ, EOT]), Verdict::More(_)));
        assert_eq!(probe(&[ACK; 80]), Verdict::No);
    }

    #[test]
    fn bare_and_wrapped_records_are_recognised() {
        assert!(probe(b"H|\\^&|||XN-550").is_at_least(48));
        assert!(probe(b"\x0bH|\\^&|||XN-550").is_at_least(48));
        assert!(probe(b"\x05H|@^\\|id").is_at_least(35));
        assert!(probe(b"H!@*$!!!A\rP!1!!X").is_at_least(38));
        assert!(probe_file(b"\r\n\x05H|\\^&|||XN-550").is_at_least(48));
    }

    #[test]
    fn other_traffic_is_refused_with_its_first_bytes() {
        for head in [
            &b"HTTP/1.1 200 OK\r\n"[..],
            b"HELO example.com\r\n",
            b"H|||text|",
            b"H\x00\x01",
            b"\x05\x01\x00",
            b"\x02\x00\x00\x00",
            b"\x021HTTP",
            b"\x04\x01\x00\x50\x0a",
            b"\x0bMSH|^~\\&|",
            b"\x06\x00",
            b"GET / HTTP/1.1\r\n",
            b"H!!text",
        ] {
            assert_eq!(probe(head), Verdict::No, "{head:?}");
        }
        let unusual: Vec<u8> = [&b"H!@*$!"[..], &[b'x'; 2000]].concat();
        assert_eq!(probe(&unusual), Verdict::No);
    }
}
