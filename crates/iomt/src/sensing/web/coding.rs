//! Bodies as they are coded: gzip, deflate, or plain.
//!
//! ```text
//!  piece ─► 512 bytes at a time ─► inflated ─► reader of the body       nothing is kept but the decoder's window
//! ```
//! RFC 9110 section 8.4.1. What HTTP calls deflate is a zlib stream, which some senders leave the wrapping off. A body that inflates to
//! more than [`Limits::inflated_bytes`], or to more than [`RATIO`] times what was sent, is given up there with all that was read of it.

use std::io::Write;

use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use iomt_dicom::Event;
use iomt_dicom::web::Body;
use iomt_wire::Limits;

/// Compressed bytes that are inflated at a time, so that little comes out at once.
const BLOCK: usize = 512;
/// Inflated bytes for each compressed one; attributes as JSON shrink to a thirtieth at most.
const RATIO: u64 = 100;
/// Inflated bytes that the ratio does not count.
const FREE: u64 = 64 << 10;

/// How a body is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Gzip,
    Deflate,
}

impl Coding {
    /// What a field says; nothing for a coding that is not opened, or several on one another.
    pub(super) fn of(value: &[u8]) -> Option<Self> {
        let named = |names: &[&str]| names.iter().any(|name| value.eq_ignore_ascii_case(name.as_bytes()));
        if named(&["", "identity"]) {
            Some(Self::Plain)
        } else if named(&["gzip", "x-gzip"]) {
            Some(Self::Gzip)
        } else if named(&["deflate"]) {
            Some(Self::Deflate)
        } else {
            None
        }
    }
}

enum Decoder {
    Plain,
    /// Deflate, before its first byte has shown whether it is wrapped.
    Unsure,
    Gzip(MultiGzDecoder<Vec<u8>>),
    Zlib(ZlibDecoder<Vec<u8>>),
    Raw(DeflateDecoder<Vec<u8>>),
    /// Damaged, or too much of it.
    GivenUp,
}

impl Decoder {
    /// Inflates some bytes.
    fn push(&mut self, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        fn through<W: Write>(
            decoder: &mut W,
            bytes: &[u8],
            out: impl Fn(&mut W) -> &mut Vec<u8>,
        ) -> std::io::Result<Vec<u8>> {
            decoder.write_all(bytes)?;
            decoder.flush()?;
            Ok(core::mem::take(out(decoder)))
        }
        match self {
            Self::Gzip(decoder) => through(decoder, bytes, MultiGzDecoder::get_mut),
            Self::Zlib(decoder) => through(decoder, bytes, ZlibDecoder::get_mut),
            Self::Raw(decoder) => through(decoder, bytes, DeflateDecoder::get_mut),
            Self::Plain | Self::Unsure | Self::GivenUp => Ok(Vec::new()),
        }
    }
}

/// What was wrong with a coded body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It does not inflate.
    Damaged,
    /// It inflates to more than is looked at.
    TooMuch,
}

/// The reader of a body, coded or not.
pub(crate) struct CodedBody {
    body: Body,
    decoder: Decoder,
    limit: u64,
    taken: u64,
    given: u64,
}

impl core::fmt::Debug for CodedBody {
    /// Shows how much passed, not what: it may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CodedBody").field("taken", &self.taken).field("given", &self.given).finish_non_exhaustive()
    }
}

impl CodedBody {
    pub(super) fn new(body: Body, coding: Coding, limits: &Limits) -> Self {
        let decoder = match coding {
            Coding::Plain => Decoder::Plain,
            Coding::Gzip => Decoder::Gzip(MultiGzDecoder::new(Vec::new())),
            Coding::Deflate => Decoder::Unsure,
        };
        Self { body, decoder, limit: u64::try_from(limits.inflated_bytes).unwrap_or(u64::MAX), taken: 0, given: 0 }
    }

    /// Takes the next piece; says once what is wrong with it.
    pub(crate) fn feed(&mut self, piece: &[u8], sink: &mut dyn FnMut(Event<'_>)) -> Option<Trouble> {
        if matches!(self.decoder, Decoder::Plain) {
            self.body.feed(piece, sink);
            return None;
        }
        if let (Decoder::Unsure, Some(first)) = (&self.decoder, piece.first()) {
            // RFC 1950 section 2.2: the low half of the first byte of a zlib stream is 8.
            self.decoder = if first & 0x0f == 8 {
                Decoder::Zlib(ZlibDecoder::new(Vec::new()))
            } else {
                Decoder::Raw(DeflateDecoder::new(Vec::new()))
            };
        }
        for block in piece.chunks(BLOCK) {
            if matches!(self.decoder, Decoder::GivenUp) {
                break;
            }
            let trouble = match self.decoder.push(block) {
                Ok(out) => {
                    let count = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    self.taken = self.taken.saturating_add(count(block));
                    self.given = self.given.saturating_add(count(&out));
                    self.body.feed(&out, sink);
                    let most = self.limit.min(self.taken.saturating_mul(RATIO).saturating_add(FREE));
                    (self.given > most).then_some(Trouble::TooMuch)
                }
                Err(_) => Some(Trouble::Damaged),
            };
            if trouble.is_some() {
                self.decoder = Decoder::GivenUp;
                return trouble;
            }
        }
        None
    }

    /// Nothing follows.
    pub(crate) fn finish(&mut self, sink: &mut dyn FnMut(Event<'_>)) {
        self.body.finish(sink);
    }
}
