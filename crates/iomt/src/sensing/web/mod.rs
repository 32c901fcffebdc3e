//! HTTP/1.1 as far as DICOMweb needs it: heads, where bodies end, which request a response answers.
//!
//! RFC 9112 sections 6 and 7, PS3.18 chapters 9 to 11. Heads are read by `httparse`, bodies pass through in pieces with their chunks
//! taken off. Held are a head, a chunk's line, and what is asked and not answered; never a body, and never a target, which may name
//! a patient: of it only the words of the standard are kept.
//!
//! A connection whose first requests are none of DICOMweb's is let go with the first [`STRANGE`] of them. HTTP/2 in clear text is not read:
//! browsers do not speak it, and its heads are compressed with a state that a late listener does not have.

use std::collections::VecDeque;

use iomt_dicom::web::Body;
use iomt_wire::{Direction, Limits, Segment, Verdict};

mod coding;
mod service;

use coding::Coding;
pub(crate) use coding::{CodedBody, Trouble};
use service::{METHODS, WORDS, words};
pub(crate) use service::{Service, probe};

/// Bytes of a head, and header fields of it.
const HEAD: usize = 16 << 10;
const FIELDS: usize = 64;
/// Requests of a connection after which it is let go when none of them was DICOMweb's.
const STRANGE: u8 = 8;
/// Bytes of the line that opens a chunk, or of a trailer.
const LINE: usize = 1 << 10;

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Box<str>,
    pub(crate) service: Option<Service>,
    /// The words of its path, with asterisks for what is not the standard's.
    pub(crate) path: Box<str>,
}

/// The head of a request or a response.
#[derive(Debug)]
pub(crate) struct Head {
    /// Where it starts in its direction's stream.
    pub(crate) offset: u64,
    pub(crate) length: usize,
    pub(crate) content_type: Option<Vec<u8>>,
    /// The status; of a response.
    pub(crate) status: Option<u16>,
    /// What was asked; of a response, if its request was seen.
    pub(crate) asked: Option<Asked>,
    /// How the body is compressed; nothing when in a way that is not opened.
    coding: Option<Coding>,
    framing: Framing,
}

impl Head {
    /// The reader of a body that is one of DICOM's types.
    pub(crate) fn body(&self, limits: Limits, filter: iomt_dicom::element::Filter) -> Option<CodedBody> {
        let body = Body::with_filter(self.content_type.as_deref()?, limits, filter)?;
        Some(CodedBody::new(body, self.coding?, &limits))
    }
}

/// What a conversation tells.
pub(crate) enum Event<'a> {
    Head(&'a Head),
    /// Bytes of the body of the last head of this direction.
    Body(&'a [u8]),
    /// Its message has ended, or is lost.
    End {
        complete: bool,
    },
}

/// Where in a message a direction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    /// A head follows.
    Head,
    /// A body of so many more bytes.
    Fixed(u64),
    /// The line that opens a chunk.
    Chunk,
    /// A chunk of so many more bytes.
    Data(u64),
    /// The line end behind a chunk.
    DataEnd,
    Trailer,
    /// The body ends with the connection.
    ToEnd,
    /// So many more bytes of a body of which some were lost.
    Skip(u64),
    /// Until something that begins like a head.
    Lost,
}

struct Side {
    framing: Framing,
    held: Vec<u8>,
    at: u64,
    /// Nothing is told of its message: when that began, nothing had been DICOMweb's.
    silent: bool,
}

impl core::fmt::Debug for Side {
    /// Shows how much is held, not what: a target may name a patient.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Side").field("held", &self.held.len()).field("at", &self.at).finish_non_exhaustive()
    }
}

impl Side {
    const NEW: Self = Self { framing: Framing::Head, held: Vec::new(), at: 0, silent: false };

    /// Whether it is within a body of which something was told.
    const fn in_body(&self) -> bool {
        !self.silent && !matches!(self.framing, Framing::Head | Framing::Skip(_) | Framing::Lost)
    }

    fn lose(&mut self) {
        self.framing = Framing::Lost;
        self.held = Vec::new();
    }

    /// Holds bytes up to and with `end`; gives how many it took and whether the end is there. Nothing when there are too many.
    fn hold(&mut self, data: &[u8], end: &[u8], cap: usize) -> Option<(usize, bool)> {
        let overlap = end.len().saturating_sub(1);
        let tail = self.held.get(self.held.len().saturating_sub(overlap)..).unwrap_or_default();
        let bridge = [tail, data.get(..overlap).unwrap_or(data)].concat();
        let find = |bytes: &[u8]| bytes.windows(end.len()).position(|window| window == end);
        let ends = |at: usize| at.saturating_add(end.len());
        let room = cap.saturating_sub(self.held.len());
        let here = data.get(..room).unwrap_or(data);
        let found = match find(&bridge) {
            Some(at) => Some(ends(at).saturating_sub(tail.len())),
            None => find(here).map(ends),
        };
        let taken = found.unwrap_or(here.len());
        self.held.extend_from_slice(data.get(..taken).unwrap_or_default());
        (found.is_some() || here.len() == data.len()).then_some((taken, found.is_some()))
    }
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Talk {
    limits: Limits,
    sides: [Side; 2],
    client: Option<Direction>,
    asked: VecDeque<Asked>,
    /// Nothing was lost: the next response answers the oldest request.
    paired: bool,
    /// Requests so far that may be anybody's.
    strange: u8,
    /// A request was DICOMweb's.
    known: bool,
    over: bool,
}

impl Talk {
    pub(crate) const fn new(limits: Limits) -> Self {
        Self {
            limits,
            sides: [Side::NEW, Side::NEW],
            client: None,
            asked: VecDeque::new(),
            paired: true,
            strange: 0,
            known: false,
            over: false,
        }
    }

    /// Whether it is none of DICOMweb's, or has become another protocol.
    pub(crate) const fn is_over(&self) -> bool {
        self.over
    }

    /// Takes the next piece of one direction.
    pub(crate) fn feed(&mut self, direction: Direction, segment: Segment<'_>, sink: &mut dyn FnMut(Event<'_>)) {
        if self.over {
            return;
        }
        match segment {
            Segment::Data(data) => self.data(direction, data, sink),
            Segment::Gap { len } => self.gap(direction, len, sink),
            Segment::End => self.end(direction, true, sink),
        }
    }

    /// A direction has ended; in order, if its sender said so.
    pub(crate) fn end(&mut self, direction: Direction, in_order: bool, sink: &mut dyn FnMut(Event<'_>)) {
        let side = self.side(direction);
        if side.in_body() {
            sink(Event::End { complete: in_order && side.framing == Framing::ToEnd });
        }
        side.lose();
    }

    const fn side(&mut self, direction: Direction) -> &mut Side {
        let [initiator, responder] = &mut self.sides;
        match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        }
    }

    fn gap(&mut self, direction: Direction, len: u64, sink: &mut dyn FnMut(Event<'_>)) {
        let side = self.side(direction);
        side.at = side.at.saturating_add(len);
        if side.in_body() {
            sink(Event::End { complete: false });
        }
        if let Framing::Fixed(left) | Framing::Skip(left) = side.framing
            && len > 0
            && let Some(left) = left.checked_sub(len)
        {
            // Where the body ends is known; nothing of it is read any more.
            side.framing = if left == 0 { Framing::Head } else { Framing::Skip(left) };
            return;
        }
        side.lose();
        (self.paired, self.asked) = (false, VecDeque::new());
    }

    fn data(&mut self, direction: Direction, data: &[u8], sink: &mut dyn FnMut(Event<'_>)) {
        let mut rest = data;
        while !rest.is_empty() && !self.over {
            let taken = self.step(direction, rest, sink);
            let side = self.side(direction);
            side.at = side.at.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX));
            rest = rest.get(taken..).unwrap_or_default();
        }
    }

    /// Takes what it can of the next bytes; says how many.
    fn step(&mut self, direction: Direction, data: &[u8], sink: &mut dyn FnMut(Event<'_>)) -> usize {
        let cap = HEAD.min(self.limits.message_bytes);
        let side = self.side(direction);
        match side.framing {
            // Line ends before a head are tolerated (RFC 9112 section 2.2).
            Framing::Head if side.held.is_empty() && matches!(data, [b'\r' | b'\n', ..]) => 1,
            Framing::Head => match side.hold(data, b"\r\n\r\n", cap) {
                Some((taken, false)) => taken,
                Some((taken, true)) => {
                    let head = core::mem::take(&mut side.held);
                    let offset = side.at.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX));
                    let offset = offset.saturating_sub(u64::try_from(head.len()).unwrap_or(u64::MAX));
                    self.head(direction, offset, &head, sink);
                    taken
                }
                None => self.damaged(direction, data, sink),
            },
            Framing::Skip(left) => {
                let taken = usize::try_from(left).unwrap_or(usize::MAX).min(data.len());
                let left = left.saturating_sub(u64::try_from(taken).unwrap_or(u64::MAX));
                side.framing = if left == 0 { Framing::Head } else { Framing::Skip(left) };
                taken
            }
            Framing::Fixed(left) | Framing::Data(left) => {
                let taken = usize::try_from(left).unwrap_or(usize::MAX).min(data.len());
                let left = left.saturating_sub(u64::try_from(taken).unwrap_or(u64::MAX));
                let is_chunk = matches!(side.framing, Framing::Data(_));
                side.framing = match (is_chunk, left) {
                    (true, 0) => Framing::DataEnd,
                    (true, left) => Framing::Data(left),
                    (false, 0) => Framing::Head,
                    (false, left) => Framing::Fixed(left),
                };
                if !side.silent {
                    sink(Event::Body(data.get(..taken).unwrap_or_default()));
                    if side.framing == Framing::Head {
                        sink(Event::End { complete: true });
                    }
                }
                taken
            }
            Framing::Chunk | Framing::DataEnd | Framing::Trailer => match side.hold(data, b"\r\n", LINE) {
                Some((taken, false)) => taken,
                Some((taken, true)) => {
                    let line = core::mem::take(&mut side.held);
                    let next = match (side.framing, line.as_slice()) {
                        (Framing::DataEnd, b"\r\n") => Framing::Chunk,
                        (Framing::Trailer, b"\r\n") => Framing::Head,
                        (Framing::Trailer, _) => Framing::Trailer,
                        (Framing::Chunk, line) => match httparse::parse_chunk_size(line) {
                            Ok(httparse::Status::Complete((_, 0))) => Framing::Trailer,
                            Ok(httparse::Status::Complete((_, size))) => Framing::Data(size),
                            _ => Framing::Lost,
                        },
                        _ => Framing::Lost,
                    };
                    if next == Framing::Lost {
                        return self.damaged(direction, data, sink);
                    }
                    side.framing = next;
                    if next == Framing::Head && !side.silent {
                        sink(Event::End { complete: true });
                    }
                    taken
                }
                None => self.damaged(direction, data, sink),
            },
            Framing::ToEnd => {
                if !side.silent {
                    sink(Event::Body(data));
                }
                data.len()
            }
            Framing::Lost => {
                let status = data.iter().zip(b"HTTP/1.").all(|(one, other)| one == other);
                if !status && probe(data) == Verdict::No {
                    return data.len();
                }
                side.framing = Framing::Head;
                0
            }
        }
    }

    /// What stands there is no HTTP: passes over this segment.
    fn damaged(&mut self, direction: Direction, data: &[u8], sink: &mut dyn FnMut(Event<'_>)) -> usize {
        // A connection that never told what it is will not.
        self.over |= self.client.is_none();
        self.gap(direction, 0, sink);
        data.len()
    }

    fn head(&mut self, direction: Direction, offset: u64, bytes: &[u8], sink: &mut dyn FnMut(Event<'_>)) {
        let mut fields = [httparse::EMPTY_HEADER; FIELDS];
        let head = if bytes.starts_with(b"HTTP/") {
            let mut response = httparse::Response::new(&mut fields);
            response.parse(bytes).ok().and(response.code).and_then(|status| self.response(status, response.headers))
        } else {
            let mut request = httparse::Request::new(&mut fields);
            let line = request.parse(bytes).ok().and_then(|_| Some((request.method?, request.path?)));
            line.and_then(|(method, target)| self.request(direction, method, target, request.headers))
        };
        if self.over {
            return;
        }
        let Some(mut head) = head else {
            self.damaged(direction, bytes, sink);
            return;
        };
        (head.offset, head.length) = (offset, bytes.len());
        if self.known {
            sink(Event::Head(&head));
            if head.framing == Framing::Head {
                sink(Event::End { complete: true });
            }
        }
        let silent = !self.known;
        let side = self.side(direction);
        (side.framing, side.silent) = (head.framing, silent);
    }

    fn request(
        &mut self,
        direction: Direction,
        method: &str,
        target: &str,
        fields: &[httparse::Header<'_>],
    ) -> Option<Head> {
        let mut head = Head::of(fields, Framing::Head)?;
        let carries = head.content_type.as_deref().is_some_and(|kind| Body::new(kind, self.limits).is_some());
        let accepts = || field(fields, "accept").any(|value| contains(value, b"application/dicom"));
        let service = Service::of(method, target).or_else(|| (carries && method == "POST").then_some(Service::Store));
        self.known = self.known || service.is_some() || accepts();
        self.strange = self.strange.saturating_add(u8::from(!self.known));
        if *self.client.get_or_insert(direction) != direction || self.strange >= STRANGE {
            self.over = true;
            return None;
        }
        let path = words(target.split('?').next().unwrap_or_default());
        let path: Vec<&str> = path.map(|word| if WORDS.contains(&word) { word } else { "*" }).take(16).collect();
        let method = if METHODS.iter().any(|known| known.trim_ascii_end() == method.as_bytes()) { method } else { "*" };
        let asked = Asked { method: method.into(), service, path: path.join("/").into() };
        head.asked = Some(asked.clone());
        if self.paired {
            self.asked.push_back(asked);
            if self.asked.len() > self.limits.pending {
                (self.paired, self.asked) = (false, VecDeque::new());
            }
        }
        Some(head)
    }

    fn response(&mut self, status: u16, fields: &[httparse::Header<'_>]) -> Option<Head> {
        if status == 101 {
            self.over = true; // another protocol follows
            return None;
        }
        let asked = if status < 200 { None } else { self.asked.pop_front() };
        let bare =
            status < 200 || matches!(status, 204 | 304) || asked.as_ref().is_some_and(|asked| &*asked.method == "HEAD");
        let mut head = Head::of(fields, Framing::ToEnd)?;
        if bare {
            head.framing = Framing::Head;
        }
        (head.status, head.asked) = (Some(status), asked);
        Some(head)
    }
}

impl Head {
    /// What the fields say; nothing when they contradict themselves. `otherwise` frames a body of which nothing is said.
    fn of(fields: &[httparse::Header<'_>], otherwise: Framing) -> Option<Self> {
        let mut framing = otherwise;
        for value in field(fields, "content-length") {
            let length = core::str::from_utf8(value).ok()?.trim().parse().ok()?;
            let said = if length == 0 { Framing::Head } else { Framing::Fixed(length) };
            if framing != otherwise && framing != said {
                return None;
            }
            framing = said;
        }
        let mut codings = field(fields, "content-encoding");
        let mut coding = Coding::of(codings.next().unwrap_or_default()).filter(|_| codings.next().is_none());
        if let Some(value) = field(fields, "transfer-encoding").last() {
            framing = if value.to_ascii_lowercase().ends_with(b"chunked") { Framing::Chunk } else { Framing::ToEnd };
            // Compressed between two hosts only: nobody does.
            coding = coding.filter(|_| value.eq_ignore_ascii_case(b"chunked"));
        }
        let content_type = field(fields, "content-type").next().map(<[u8]>::to_vec);
        Some(Self { offset: 0, length: 0, content_type, status: None, asked: None, coding, framing })
    }
}

fn field<'a>(fields: &'a [httparse::Header<'a>], name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value.trim_ascii())
}

fn contains(value: &[u8], word: &[u8]) -> bool {
    value.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}
