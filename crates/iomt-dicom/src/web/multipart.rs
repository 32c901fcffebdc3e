//! The parts of a multipart body.
//!
//! ```text
//!  preamble CRLF --boundary CRLF headers CRLF CRLF content CRLF --boundary CRLF headers ... CRLF --boundary-- epilogue
//! ```
//! RFC 2046 section 5.1, PS3.18 section 8.6.1.2. Content is passed on as it comes; held are headers (capped) and, between two
//! pieces, as many bytes as a delimiter may be split over.

use alloc::vec::Vec;

/// Bytes of the headers of a part that are looked at.
const HEADERS: usize = 8 << 10;

/// The longest boundary that RFC 2046 allows.
const BOUNDARY: usize = 70;

/// What the frame tells.
#[cfg_attr(test, derive(Debug))]
pub(super) enum Step<'a> {
    /// A part starts.
    Part { content_type: Option<&'a [u8]> },
    /// Bytes of the part.
    Content(&'a [u8]),
    /// The part has ended.
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first delimiter.
    Preamble,
    /// Behind a delimiter: a line end or `--` follows.
    Delimiter,
    Headers,
    Content,
    Epilogue,
}

/// The state of the framing.
pub(super) struct Multipart {
    /// `CRLF --boundary`.
    delimiter: Vec<u8>,
    state: State,
    held: Vec<u8>,
}

impl core::fmt::Debug for Multipart {
    /// Shows how much is held, not what: it may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Multipart").field("state", &self.state).field("held", &self.held.len()).finish_non_exhaustive()
    }
}

impl Multipart {
    /// For a boundary; nothing when there can be none like it.
    pub(super) fn new(boundary: &[u8]) -> Option<Self> {
        if boundary.is_empty() || boundary.len() > BOUNDARY {
            return None;
        }
        let delimiter = [b"\r\n--", boundary].concat();
        // The first delimiter may stand at the very start.
        Some(Self { delimiter, state: State::Preamble, held: Vec::from(b"\r\n") })
    }

    /// Whether the last delimiter was seen.
    pub(super) fn is_closed(&self) -> bool {
        self.state == State::Epilogue
    }

    pub(super) fn feed(&mut self, piece: &[u8], sink: &mut dyn FnMut(Step<'_>)) {
        let mut rest = piece;
        while !rest.is_empty() {
            rest = match self.state {
                State::Preamble | State::Content => self.content(rest, sink),
                State::Delimiter => self.line(rest),
                State::Headers => self.headers(rest, sink),
                State::Epilogue => return,
            };
        }
    }

    /// Nothing follows: passes on what might have become a delimiter.
    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(Step<'_>)) {
        let held = core::mem::take(&mut self.held);
        self.tell(&held, sink);
    }

    /// Passes content on up to the delimiter; returns what follows that.
    fn content<'a>(&mut self, piece: &'a [u8], sink: &mut dyn FnMut(Step<'_>)) -> &'a [u8] {
        let (tail, length) = (self.held.len(), self.delimiter.len());
        let keep = length.saturating_sub(1);
        if tail > 0 {
            // Delimiters that start in what was held end within so many bytes of the piece.
            let (front, behind) = piece.split_at_checked(keep).unwrap_or((piece, &[]));
            self.held.extend_from_slice(front);
            if let Some(at) = memchr::memmem::find(&self.held, &self.delimiter) {
                let taken = at.saturating_add(length).saturating_sub(tail);
                self.pass(at, sink);
                self.found(sink);
                return piece.get(taken..).unwrap_or_default();
            }
            if behind.is_empty() {
                let sure = self.held.len().saturating_sub(keep);
                self.pass(sure, sink);
                self.held.drain(..sure);
                return &[];
            }
            self.pass(tail, sink);
            self.held.clear();
        }
        match memchr::memmem::find(piece, &self.delimiter) {
            Some(at) => {
                self.tell(piece.get(..at).unwrap_or_default(), sink);
                self.found(sink);
                piece.get(at.saturating_add(length)..).unwrap_or_default()
            }
            None => {
                let (sure, tail) = piece.split_at_checked(piece.len().saturating_sub(keep)).unwrap_or_default();
                self.tell(sure, sink);
                self.held.extend_from_slice(tail);
                &[]
            }
        }
    }

    fn pass(&self, length: usize, sink: &mut dyn FnMut(Step<'_>)) {
        self.tell(self.held.get(..length).unwrap_or_default(), sink);
    }

    fn tell(&self, content: &[u8], sink: &mut dyn FnMut(Step<'_>)) {
        if self.state == State::Content && !content.is_empty() {
            sink(Step::Content(content));
        }
    }

    fn found(&mut self, sink: &mut dyn FnMut(Step<'_>)) {
        if self.state == State::Content {
            sink(Step::End);
        }
        self.held.clear();
        self.state = State::Delimiter;
    }

    /// What stands behind the boundary, to the end of the line.
    fn line<'a>(&mut self, piece: &'a [u8]) -> &'a [u8] {
        let end = memchr::memchr(b'\n', piece).map_or(piece.len(), |at| at.saturating_add(1));
        let (line, behind) = piece.split_at_checked(end).unwrap_or_default();
        let room = 2_usize.saturating_sub(self.held.len());
        self.held.extend_from_slice(line.get(..room.min(line.len())).unwrap_or_default());
        if self.held == b"--" {
            self.state = State::Epilogue;
        } else if line.ends_with(b"\n") {
            self.state = State::Headers;
            // So that a part without headers ends them with its first line.
            self.held.clear();
            self.held.extend_from_slice(b"\r\n");
        }
        behind
    }

    fn headers<'a>(&mut self, piece: &'a [u8], sink: &mut dyn FnMut(Step<'_>)) -> &'a [u8] {
        let before = self.held.len();
        let (front, _) = piece.split_at_checked(HEADERS).unwrap_or((piece, &[]));
        self.held.extend_from_slice(front);
        let from = before.saturating_sub(3);
        let searched = self.held.get(from..).unwrap_or_default();
        let Some(end) = memchr::memmem::find(searched, b"\r\n\r\n").map(|at| at.saturating_add(from).saturating_add(4))
        else {
            if self.held.len() > HEADERS {
                // No part of anything that is known: passed over to the next delimiter.
                self.begin(None, sink);
                return piece.get(front.len()..).unwrap_or_default();
            }
            return piece.get(front.len()..).unwrap_or_default();
        };
        let head = self.held.get(2..end).unwrap_or_default().to_vec();
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let content_type = match httparse::parse_headers(&head, &mut headers) {
            Ok(httparse::Status::Complete((_, headers))) => headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case("content-type"))
                .map(|header| header.value),
            _ => None,
        };
        self.begin(content_type, sink);
        piece.get(end.saturating_sub(before)..).unwrap_or_default()
    }

    fn begin(&mut self, content_type: Option<&[u8]>, sink: &mut dyn FnMut(Step<'_>)) {
        self.held.clear();
        self.state = State::Content;
        sink(Step::Part { content_type });
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use alloc::string::String;
    use std::format;

    fn read(boundary: &[u8], body: &[u8], piece: usize) -> (Vec<String>, bool) {
        let mut frame = Multipart::new(boundary).unwrap();
        let mut parts: Vec<String> = Vec::new();
        for part in body.chunks(piece) {
            frame.feed(part, &mut |step| match step {
                Step::Part { content_type } => {
                    parts.push(format!("{}|", content_type.unwrap_or(b"-").escape_ascii()));
                }
                Step::Content(content) => parts.last_mut().unwrap().push_str(&format!("{}", content.escape_ascii())),
                Step::End => parts.last_mut().unwrap().push('.'),
            });
        }
        frame.finish(&mut |step| match step {
            Step::Content(content) => parts.last_mut().unwrap().push_str(&format!("{}", content.escape_ascii())),
            other => panic!("{other:?}"),
        });
        (parts, frame.is_closed())
    }

    #[test]
    fn parts_are_the_same_however_the_body_is_cut() {
        let body =
            b"preamble\r\n--b1\r\nContent-Type: application/dicom\r\nContent-Length: 3\r\n\r\nA\r\n--b\r\n--b1 \r\n\
            \r\nno headers\r\n--b1\r\nX: y\r\n\r\n\r\n\r\n--b1--\r\nepilogue\r\n--b1\r\n";
        let parts = [r"application/dicom|A\r\n--b.", "-|no headers.", r"-|\r\n."];
        for piece in 1..=body.len() {
            let (read, closed) = read(b"b1", body, piece);
            assert_eq!(read, parts, "{piece}");
            assert!(closed);
        }
    }

    #[test]
    fn the_first_delimiter_may_stand_at_the_start_and_the_last_may_be_missing() {
        assert_eq!(read(b"b", b"--b\r\n\r\nabc", 1), (Vec::from([String::from("-|abc")]), false));
        assert!(Multipart::new(b"").is_none() && Multipart::new(&[b'x'; 71]).is_none());
    }

    #[test]
    fn headers_without_end_are_given_up() {
        let body = [&b"--b\r\n"[..], &[b'x'; 20_000], b"\r\n--b--"].concat();
        let (parts, closed) = read(b"b", &body, 1000);
        assert_eq!((parts.len(), closed), (1, true));
    }
}
