//! A deflated data set that arrives in pieces: inflated, and what comes out scanned at once.

use super::inflate::{Inflater, Progress};
use super::scan::{Note, Scan, Start};
use super::{Encoding, Filter};
use alloc::boxed::Box;
use iomt_wire::{Error, Kind, Limits};

/// An inflater and the scanner of what it gives.
#[derive(Debug)]
pub(super) struct Inflated {
    inflater: Box<Inflater>,
    scan: Scan,
    /// Where in the stream the deflated bytes start. Positions within are told as if they were not deflated.
    base: u64,
}

impl Inflated {
    pub(super) fn new(limits: &Limits, filter: Filter) -> Box<Self> {
        Box::new(Self { inflater: Inflater::new(limits), scan: Scan::new(limits, filter), base: 0 })
    }

    /// Starts with the data set whose deflated bytes stand at `base`.
    pub(super) fn begin(&mut self, base: u64, encoding: Encoding) {
        self.inflater.reset();
        self.scan.begin(Start::Negotiated(encoding));
        self.base = base;
    }

    /// Where the scan stands.
    pub(super) const fn position(&self) -> u64 {
        self.base.saturating_add(self.inflater.produced())
    }

    /// Reads the next piece. Once nothing more is wanted, says whether all that was wanted has been seen.
    pub(super) fn feed(&mut self, piece: &[u8], sink: &mut dyn FnMut(Note<'_>)) -> Option<bool> {
        self.inflate(Some(piece), sink)
    }

    /// Nothing follows.
    pub(super) fn end(&mut self, sink: &mut dyn FnMut(Note<'_>)) -> bool {
        self.inflate(None, sink).unwrap_or_else(|| {
            self.scan.end(sink);
            false
        })
    }

    /// What follows was lost.
    pub(super) fn lost(&mut self, sink: &mut dyn FnMut(Note<'_>)) {
        self.scan.end(sink);
    }

    fn inflate(&mut self, piece: Option<&[u8]>, sink: &mut dyn FnMut(Note<'_>)) -> Option<bool> {
        let Self { inflater, scan, base } = self;
        let mut at = base.saturating_add(inflater.produced());
        let mut read = |bytes: &[u8]| {
            scan.feed(at, bytes, sink);
            at = at.saturating_add(bytes.len() as u64);
            !scan.is_stopped()
        };
        let progress = match piece {
            Some(piece) => inflater.push(piece, &mut read),
            None => inflater.finish(&mut read),
        };
        match progress {
            Ok(Progress::More) => None,
            Ok(Progress::Done) if self.scan.is_stopped() => Some(self.scan.is_complete()),
            Ok(Progress::Done) => Some(self.scan.end(sink)),
            Err(kind) => {
                self.scan.end(sink);
                sink(Note::Error { at: self.position(), error: self.error(kind) });
                Some(false)
            }
        }
    }

    fn error(&self, kind: Kind) -> Error {
        let offset = usize::try_from(self.inflater.produced()).unwrap_or(usize::MAX);
        Error { offset, field: "deflated data set", kind }
    }
}
