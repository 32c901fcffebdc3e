//! POCT1-A: analysers at the bedside.
//!
//! ```text
//!  device  <HEL.R01>..</HEL.R01>            <DST.R01>..            <OBS.R01>..          <EOT.R01>..  <END.R01>..
//!  host                          <ACK.R01>..          <ACK.R01>..               <ACK.R01>..
//! ```
//! CLSI POCT01-A, device messaging layer. XML documents, one after another on a TCP connection that the device opens, with no length and
//! no framing. [`Splitter`] finds them without trusting them: tags are counted, depth and size are bounded, entities are never expanded, a
//! document type declaration is refused. [`Message`] gives their elements; [`ident::facts`] says which of them name the device.
//!
//! UTF-16 is not read.

pub mod emit;
pub mod ident;
mod message;
mod scan;
mod splitter;

use iomt_wire::{Bits, Need, Verdict};
pub use message::{Element, Elements, Message, resolve, text};
pub use splitter::{Event, Splitter};

/// Bytes before the root element that are listened to before a stream is let go.
const PROLOGUE: usize = 512;

/// Whether a stream of one direction, or a file, that begins so is POCT1-A: the name of the root element is one of its messages
/// (60 bits: eight bytes given, less what other names of the same form might be).
#[must_use]
pub fn probe(head: &[u8]) -> Verdict {
    let more = Verdict::More(Need::total(u64::try_from(head.len()).unwrap_or(u64::MAX).saturating_add(1)));
    let blank = |byte: &u8| matches!(*byte, b' ' | b'\t' | b'\r' | b'\n');
    let mark = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut rest = mark.trim_ascii_start();
    // The declaration, and comments of vendors.
    loop {
        if head.len().saturating_sub(rest.len()) > PROLOGUE {
            return Verdict::No;
        }
        let end: &[u8] = match rest {
            [] => return more,
            [b'<', b'?', ..] => b"?>",
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b'!'] | [b'<', b'!', b'-'] => return more,
            _ => break,
        };
        let Some(at) = rest.windows(end.len()).position(|window| window == end) else {
            return if rest.len() > PROLOGUE { Verdict::No } else { more };
        };
        rest = rest.get(at.saturating_add(end.len())..).unwrap_or_default().trim_ascii_start();
    }
    let Some(inside) = rest.strip_prefix(b"<") else { return Verdict::No };
    let name = scan::name(inside);
    match inside.get(name.len()) {
        Some(b'>' | b'/') if scan::is_message(name) => Verdict::Yes(Bits(60)),
        Some(byte) if scan::is_message(name) && blank(byte) => Verdict::Yes(Bits(60)),
        Some(_) => Verdict::No,
        None if scan::may_be_message(name) && name.len() < 64 => more,
        None => Verdict::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_element_of_the_standard_is_sure_and_its_beginnings_are_possible() {
        let head = b"<?xml version=\"1.0\"?>\r\n<!-- x --><HEL.R01>";
        for cut in 0..head.len() {
            assert!(matches!(probe(&head[..cut]), Verdict::More(_)), "{cut}");
        }
        assert_eq!(probe(head), Verdict::Yes(Bits(60)));
        assert_eq!(probe(b"<DTV.NOVA.LOCK V"), Verdict::Yes(Bits(60)));
    }

    #[test]
    fn other_xml_is_refused() {
        for head in [
            &b"<?xml version=\"1.0\"?><soap:Envelope"[..],
            b"<html>",
            b"<HEL.R02>",
            b"<!DOCTYPE html>",
            b"<ORU_R01>",
            b"HEL.R01",
            b"<DTV.>",
        ] {
            assert_eq!(probe(head), Verdict::No, "{head:?}");
        }
        assert_eq!(probe(&[b' '; 600]), Verdict::No);
    }
}
