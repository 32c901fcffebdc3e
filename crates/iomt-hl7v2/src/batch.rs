//! Several messages in one payload or file.
//!
//! ```text
//!  [FHS] { [BHS] { MSH ... } [BTS] } [FTS]
//! ```
//! HL7 v2.9.1 chapter 2, section 2.10.3. A batch may sit inside one MLLP block, may hold no message at all, and its counts
//! are often wrong. Files hold messages one after another with no wrapper, or with their MLLP block characters.
//!
//! A file that does not fit in memory is streamed through [`mllp::Decoder`](crate::mllp::Decoder): it gives unframed messages one by
//! one, each with the trailers behind it.
//!
//! Each header declares its own delimiters. FHS-3 to 6 and BHS-3 to 6 name applications exactly as MSH-3 to 6 do, so a file
//! or batch header is given as a [`Message`] too: one that [`is_wrapper`](Message::is_wrapper).

use crate::message::is_blank;
use crate::segment::{Segment, is_header_name};
use crate::{Message, Terminator};
use iomt_wire::{Bits, Error, Need, Quirk, Verdict};
use memchr::memchr2;

/// A part of a batch.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Part<'a> {
    /// A message, or a file or batch header on its own.
    Message(Message<'a>),
    /// BTS, which ends a batch and says how many messages it held.
    BatchTrailer(Trailer<'a>),
    /// FTS, which ends a file and says how many batches it held.
    FileTrailer(Trailer<'a>),
}

/// The end of a batch or file.
#[derive(Clone, Copy, Debug)]
pub struct Trailer<'a> {
    /// The BTS or FTS segment.
    pub segment: Segment<'a>,
    /// How many messages (BTS) or batches (FTS) there were since the header.
    pub counted: u64,
}

impl Trailer<'_> {
    /// BTS-1 or FTS-1: the count that is declared, when it is a number.
    #[must_use]
    pub fn declared(&self) -> Option<u64> {
        core::str::from_utf8(self.segment.field(1).bytes().trim_ascii()).ok()?.parse().ok()
    }

    /// The deviation when another count is declared, as is common.
    #[must_use]
    pub fn quirk(&self) -> Option<Quirk> {
        let field = if self.segment.raw().starts_with(b"B") { "BTS-1" } else { "FTS-1" };
        let wrong = self.declared().is_some_and(|declared| declared != self.counted);
        wrong.then(|| Quirk { offset: self.segment.field(1).offset(), field, name: "wrong-count" })
    }
}

impl Message<'_> {
    /// Whether this is a file or batch header (FHS, BHS) and no message of its own.
    #[must_use]
    pub fn is_wrapper(&self) -> bool {
        self.header().name() != b"MSH"
    }
}

/// The messages of a payload or file in order, file and batch headers among them. Work is linear; nothing is copied.
///
/// Offsets in a message count from its own first byte; [`Messages::offset`] says where that is.
#[must_use]
pub const fn messages(bytes: &[u8]) -> Messages<'_> {
    Messages { parts: parts(bytes) }
}

/// As [`messages`], with the trailers.
#[must_use]
pub const fn parts(bytes: &[u8]) -> Parts<'_> {
    Parts { rest: bytes, at: 0, started: 0, syntax: None, messages: 0, batches: 0 }
}

/// See [`messages`].
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    parts: Parts<'a>,
}

impl Messages<'_> {
    /// Where the part given last begins in the payload.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.parts.started
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.parts.next()? {
                Ok(Part::Message(message)) => return Some(Ok(message)),
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// See [`parts`].
#[derive(Clone)]
pub struct Parts<'a> {
    rest: &'a [u8],
    at: usize,
    started: usize,
    syntax: Option<Message<'a>>,
    /// Messages since the last batch header, batches since the last file header.
    messages: u64,
    batches: u64,
}

iomt_wire::shows!(Parts: at, messages, batches);

impl<'a> Iterator for Parts<'a> {
    /// A header that cannot be read is an error; the next header is tried after it.
    type Item = Result<Part<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(blank) = self.rest.iter().position(|&byte| !is_blank(byte)) else {
            self.rest = &[];
            return None;
        };
        // What stands before the first header belongs to it: the message tells of it as a quirk.
        let blank = if self.at == 0 { 0 } else { blank };
        let bytes = self.rest.get(blank..)?;
        self.started = self.at.wrapping_add(blank);
        let trailer = trailer(bytes).filter(|_| self.syntax.is_some());
        let (result, terminator) = match (trailer, self.syntax) {
            (Some(file), Some(of)) => {
                let end = of.terminator().find(bytes).unwrap_or(bytes.len());
                let raw = bytes.get(..end)?.trim_ascii_end();
                let segment = Segment::new(raw, raw.len(), self.started, of.syntax());
                let counted = core::mem::take(if file { &mut self.batches } else { &mut self.messages });
                let trailer = Trailer { segment, counted };
                let part = if file { Part::FileTrailer(trailer) } else { Part::BatchTrailer(trailer) };
                (Ok(part), Some(of.terminator()))
            }
            _ => match Message::parse(bytes) {
                Ok(message) => {
                    self.syntax = Some(message);
                    self.count(message.header().name());
                    (Ok(Part::Message(message)), Some(message.terminator()))
                }
                Err(error) => (Err(error), None),
            },
        };
        let end = end(bytes, terminator);
        let (run, rest) = bytes.split_at_checked(end)?;
        self.rest = rest;
        self.at = self.started.wrapping_add(end);
        Some(match result {
            // Parsed again over its own bytes only: the header is known to be good.
            Ok(Part::Message(_)) => Message::parse(unframed(run)).map(Part::Message),
            Ok(part) => Ok(part),
            Err(error) => Err(error),
        })
    }
}

impl Parts<'_> {
    fn count(&mut self, header: &[u8]) {
        match header {
            b"FHS" => (self.messages, self.batches) = (0, 0),
            b"BHS" => (self.messages, self.batches) = (0, self.batches.saturating_add(1)),
            _ => self.messages = self.messages.saturating_add(1),
        }
    }
}

/// Whether a file trailer (`true`) or batch trailer begins here.
fn trailer(bytes: &[u8]) -> Option<bool> {
    match bytes.first_chunk::<3>()? {
        b"FTS" => Some(true),
        b"BTS" => Some(false),
        _ => None,
    }
}

/// Where the next header or trailer begins, at the start of a line after the first.
fn end(bytes: &[u8], terminator: Option<Terminator>) -> usize {
    let mut at = 0_usize;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let line = match terminator {
            Some(terminator) => terminator.find(rest),
            None => memchr2(b'\r', b'\n', rest),
        };
        let Some(line) = line else { return bytes.len() };
        at = at.wrapping_add(line).wrapping_add(1);
        while let Some(byte) = bytes.get(at)
            && is_blank(*byte)
        {
            at = at.wrapping_add(1);
        }
        if let Some([a, b, c, separator, ..]) = bytes.get(at..)
            && (is_header_name(&[*a, *b, *c]) && separator.is_ascii_punctuation())
        {
            return at;
        }
        if let Some((name, after)) = bytes.get(at..).and_then(<[u8]>::split_first_chunk::<3>)
            && matches!(name, b"BTS" | b"FTS")
            && after.first().is_none_or(|byte| !byte.is_ascii_alphanumeric())
        {
            return at;
        }
    }
}

/// Without the MLLP characters that a file kept at the end of a message.
fn unframed(run: &[u8]) -> &[u8] {
    let end = run.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |last| last.wrapping_add(1));
    let Some((message, blank)) = run.split_at_checked(end) else { return run };
    match blank.iter().position(|byte| matches!(byte, 0x0b | 0x1c)) {
        Some(block) => run.get(..message.len().wrapping_add(block)).unwrap_or(run),
        None => run,
    }
}

/// Whether a file with this head holds HL7 messages, with or without MLLP block characters.
#[must_use]
pub fn probe_file(head: &[u8]) -> Verdict {
    if crate::text::wide(head).is_some_and(|order| {
        let text = crate::text::decode_wide(head.get(..64.min(head.len())).unwrap_or_default(), order);
        matches!(probe_text(text.as_bytes()), Verdict::Yes(_))
    }) {
        return Verdict::Yes(Bits(40));
    }
    probe_text(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head))
}

fn probe_text(text: &[u8]) -> Verdict {
    let total = text.len();
    let text = text.iter().position(|&byte| !is_blank(byte)).and_then(|at| text.get(at..)).unwrap_or_default();
    let blank = total.saturating_sub(text.len());
    let more =
        |count: usize| Verdict::More(Need::total(u64::try_from(blank.saturating_add(count)).unwrap_or(u64::MAX)));
    match text.split_first_chunk::<3>() {
        // MSH, a separator, its encoding characters, the separator again.
        Some((name, after)) if is_header_name(name) => match crate::Delimiters::read(after, 3) {
            Ok((_, length)) if after.get(length) == after.first() => Verdict::Yes(Bits(40)),
            _ if after.len() < 7 && after.iter().all(u8::is_ascii_punctuation) => more(10),
            Ok(_) => Verdict::Yes(Bits(24)),
            Err(_) => Verdict::No,
        },
        Some(_) => Verdict::No,
        None if [b"MSH", b"FHS", b"BHS"].iter().any(|name| name.starts_with(text)) && blank < 64 => more(10),
        None => Verdict::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn names(bytes: &[u8]) -> Vec<Vec<u8>> {
        parts(bytes)
            .map(|part| match part.unwrap() {
                Part::Message(message) => message.header().name().to_vec(),
                Part::BatchTrailer(trailer) | Part::FileTrailer(trailer) => trailer.segment.raw().to_vec(),
            })
            .collect()
    }

    const BATCH: &[u8] = b"FHS|^~\\&|A|B\rBHS|^~\\&|C|D\rMSH|^~\\&|E\rPID|1\rMSH*^~\\&*F\rPID*2\rBTS|2\rFTS|1\r";

    #[test]
    fn a_batch_is_taken_apart() {
        assert_eq!(names(BATCH), [&b"FHS"[..], b"BHS", b"MSH", b"MSH", b"BTS|2", b"FTS|1"]);
    }

    #[test]
    fn every_header_declares_its_own_delimiters() {
        let found: Vec<Message<'_>> = messages(BATCH).map(Result::unwrap).collect();
        assert_eq!(found[3].header().field(3).bytes(), b"F");
        assert_eq!(found[3].segments().count(), 2);
        assert_eq!(found.iter().filter(|message| message.is_wrapper()).count(), 2);
    }

    #[test]
    fn an_empty_batch_is_no_error() {
        assert_eq!(names(b"BHS|^~\\&|C\rBTS|0"), [&b"BHS"[..], b"BTS|0"]);
    }

    #[test]
    fn wrong_counts_are_told_and_right_ones_are_not() {
        let quirks = |bytes: &[u8]| -> Vec<_> {
            let trailers = parts(bytes).filter_map(|part| match part.unwrap() {
                Part::BatchTrailer(trailer) | Part::FileTrailer(trailer) => Some(trailer),
                Part::Message(_) => None,
            });
            trailers.filter_map(|trailer| trailer.quirk()).map(|quirk| quirk.field).collect()
        };
        assert!(quirks(BATCH).is_empty());
        assert_eq!(quirks(b"FHS|^~\\&\rBHS|^~\\&\rMSH|^~\\&|A\rBTS|7\rBHS|^~\\&\rBTS|\rFTS|1\r"), ["BTS-1", "FTS-1"]);
    }

    #[test]
    fn a_file_may_keep_its_block_characters() {
        let file = b"\x0bMSH|^~\\&|A\rPID|1\r\x1c\r\x0bMSH|^~\\&|B\rPID|2\x1c\r\n\x0bMSH|^~\\&|C\x1c\r";
        let found: Vec<Message<'_>> = messages(file).map(Result::unwrap).collect();
        assert_eq!(found.len(), 3);
        let last = found[1].segments().last().unwrap();
        assert_eq!(last.field(1).bytes(), b"2", "no block character is taken for data");
        assert_eq!(found[2].header().field(3).bytes(), b"C");
    }

    #[test]
    fn a_line_feed_inside_a_field_starts_no_message() {
        let one = b"MSH|^~\\&|A\rOBX|1|TX|||line\nMSH|is text here\rOBX|2\r";
        assert_eq!(messages(one).count(), 1);
        let lines = b"MSH|^~\\&|A\nPID|1\n\nMSH|^~\\&|B\n";
        assert_eq!(messages(lines).count(), 2);
    }

    #[test]
    fn a_bad_header_does_not_hide_the_next() {
        let found: Vec<bool> = messages(b"MSH||bad\rPID|1\rMSH|^~\\&|B\r").map(|message| message.is_ok()).collect();
        assert_eq!(found, [false, true]);
        let mut all = messages(b"garbage\rMSH|^~\\&|B\r");
        assert!(all.next().unwrap().is_err());
        assert!(all.next().unwrap().is_ok());
        assert_eq!(all.offset(), 8);
    }

    #[test]
    fn a_file_is_recognised_by_its_first_bytes() {
        assert!(probe_file(b"MSH|^~\\&|A").is_at_least(40));
        assert!(probe_file(b"\xef\xbb\xbf\r\n\x0bFHS|^~\\&|A").is_at_least(40));
        assert!(probe_file(b"\xff\xfeM\0S\0H\0|\0^\0~\0\\\0&\0|\0").is_at_least(40));
        assert!(matches!(probe_file(b"MS"), Verdict::More(_)));
        assert!(matches!(probe_file(b"MSH|^~"), Verdict::More(_)));
        assert_eq!(probe_file(b"MSHA is a name"), Verdict::No);
        assert_eq!(probe_file(b"%PDF-1.7"), Verdict::No);
    }
}
