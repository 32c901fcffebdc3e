//! The minimal lower layer protocol: how messages travel over TCP.
//!
//! ```text
//!  0B  payload  1C 0D        a block
//!  0B  06       1C 0D        release 2: commit acknowledgement (15: negative)
//! ```
//! HL7 transport specification MLLP, releases 1 and 2. Devices end blocks with `1C` alone or `1C 0A`, put line ends between
//! blocks, leave out the `0B`, or send bare messages with no framing until they close.

#[cfg(feature = "tokio")]
mod codec;
mod decoder;
mod look;

#[cfg(feature = "tokio")]
pub use codec::{Codec, Frame};
pub use decoder::{Decoder, Event};

use alloc::vec::Vec;
use iomt_wire::{Bits, Need, Verdict};
use look::{Look, header};
use memchr::memchr_iter;

/// Starts a block: vertical tab.
pub const START: u8 = 0x0b;
/// Ends a block's content: file separator. A carriage return follows.
pub const END: u8 = 0x1c;
/// The content of a block that acknowledges receipt (release 2).
pub const ACK: u8 = 0x06;
/// The content of a block that refuses receipt (release 2).
pub const NAK: u8 = 0x15;

/// As many bytes as [`probe`] wants to see before it gives a stream up that may have been joined in the middle.
const ENOUGH: usize = 4096;

/// Whether this stream carries HL7 messages: by its first bytes if it is seen from the start, by a block that begins later
/// if it was joined in the middle. Separators may be any; no port is considered.
#[must_use]
pub fn probe(head: &[u8]) -> Verdict {
    let need = |total: usize| Verdict::More(Need::total(u64::try_from(total).unwrap_or(u64::MAX)));
    let at = head.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | b' ' | 0)).unwrap_or(head.len());
    let start = head.get(at..).unwrap_or_default();
    match start {
        [START, ACK | NAK, END, b'\r', ..] => return Verdict::Yes(Bits(31)),
        [START, ACK | NAK, END] => return need(at.saturating_add(4)),
        [START, after @ ..] => match header(after, false) {
            Look::Yes => return Verdict::Yes(Bits(40)),
            Look::Undecided => return need(at.saturating_add(16)),
            Look::No => {}
        },
        _ => match header(start, false) {
            Look::Yes => return crate::batch::probe_file(start),
            Look::Undecided => return need(at.saturating_add(16)),
            Look::No => {}
        },
    }
    for start in memchr_iter(START, head) {
        let after = head.get(start.saturating_add(1)..).unwrap_or_default();
        match (header(after, false), after) {
            (Look::Yes, _) => return Verdict::Yes(Bits(36)),
            (Look::Undecided, _) => return need(head.len().saturating_add(8)),
            (Look::No, _) => {}
        }
    }
    // Joined inside a message: lines of segments, but no block begins yet.
    let segments = head.split(|&byte| byte == b'\r').skip(1).filter(|line| is_segment(line)).take(2).count();
    if head.len() < ENOUGH && (segments > 0 || matches!(start, [END, ..])) {
        return need(head.len().saturating_mul(2).clamp(64, ENOUGH));
    }
    Verdict::No
}

fn is_segment(line: &[u8]) -> bool {
    match line {
        [a, b, c, separator, ..] => {
            a.is_ascii_uppercase()
                && [b, c].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                && separator.is_ascii_punctuation()
        }
        _ => false,
    }
}

/// Appends a block with this content to `out`. The content must hold neither `0B` nor `1C`; [`crate::escape::escape`] sees to
/// that.
pub fn wrap(payload: &[u8], out: &mut Vec<u8>) {
    out.reserve(payload.len().saturating_add(3));
    out.push(START);
    out.extend_from_slice(payload);
    out.extend_from_slice(&[END, b'\r']);
}

/// The block that acknowledges receipt of the one before (release 2).
pub const COMMIT_ACK: [u8; 4] = [START, ACK, END, b'\r'];

/// The block that asks to send the one before again (release 2).
pub const COMMIT_NAK: [u8; 4] = [START, NAK, END, b'\r'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_recognised_by_its_first_five_bytes_whatever_the_separator() {
        assert!(probe(b"\x0bMSH|").is_at_least(40));
        assert!(probe(b"\x0bMSH!").is_at_least(40));
        assert!(probe(b"\x0bBHS|^~\\&|").is_at_least(40));
        assert!(probe(b"\r\n\x0bMSH|").is_at_least(40));
        assert!(matches!(probe(b"\x0bMS"), Verdict::More(_)));
        assert!(matches!(probe(b""), Verdict::More(_)));
        assert_eq!(probe(b"\x0bMSHA"), Verdict::No);
        assert_eq!(probe(b"GET / HTTP/1.1\r\n\r\n"), Verdict::No);
        assert_eq!(probe(b"\x16\x03\x01\x02\x00\x01\x00"), Verdict::No);
    }

    #[test]
    fn release_2_and_two_byte_framing_and_bare_messages_are_recognised() {
        assert!(probe(&COMMIT_ACK).is_at_least(24));
        assert!(probe(b"\x00\x0b\x00M\x00S\x00H\x00|").is_at_least(40));
        assert!(probe(b"\x0b\x00M\x00S\x00H\x00|\x00").is_at_least(40));
        assert!(probe(b"MSH|^~\\&|A|B").is_at_least(40));
    }

    #[test]
    fn a_stream_joined_in_the_middle_waits_for_its_next_block() {
        assert!(matches!(probe(b"ng|5\rOBX|2|NM|"), Verdict::More(_)));
        assert!(probe(b"ng|5\rOBX|2|NM|\r\x1c\r\x0bMSH|^~\\&|").is_at_least(36));
    }

    #[test]
    fn an_end_before_a_start_does_not_panic() {
        assert!(matches!(probe(b"\x1c\r\x0b"), Verdict::More(_)));
        assert!(probe(b"\x1c\r\x0bMSH|").is_at_least(36));
    }
}
