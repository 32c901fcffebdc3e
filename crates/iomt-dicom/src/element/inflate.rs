//! Deflated data sets.
//!
//! ```text
//!  raw RFC 1951 stream ─► blocks of 512 bytes ─► window of 32 KiB ─► elements        nothing else is held
//! ```
//! PS3.5 section A.5: the whole data set is one deflate stream, the file meta information and the command set are not. A stream
//! that inflates to more than [`Limits::inflated_bytes`], or to more than 64 times what was sent and 16 KiB, is given up there,
//! with all that was read before it: headers of real objects shrink to a tenth, an attacker's zeros to a thousandth.

use alloc::boxed::Box;
use alloc::vec::Vec;
use iomt_wire::{Error, Kind, Limits};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress_with_limit};

/// The farthest that a deflate stream refers back.
const WINDOW: usize = 32 << 10;

/// Where in the window a position of what comes out stands.
const WRAP: u64 = WINDOW as u64 - 1;

/// Compressed bytes that are inflated at a time: what comes of them, and when the ratio is judged, does not depend on how the
/// stream was cut.
const BLOCK: usize = 512;

/// Inflated bytes for each compressed one.
const RATIO: u64 = 64;

/// Inflated bytes that the ratio does not count.
const FREE: u64 = 16 << 10;

/// What pieces of a stream come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    More,
    Done,
}

/// Inflates a stream piece by piece.
pub(super) struct Inflater {
    decompressor: DecompressorOxide,
    window: [u8; WINDOW],
    block: [u8; BLOCK],
    held: usize,
    consumed: u64,
    produced: u64,
    cap: u64,
    done: bool,
}

impl core::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Inflater").field("consumed", &self.consumed).field("produced", &self.produced).finish()
    }
}

impl Inflater {
    pub(super) fn new(limits: &Limits) -> Box<Self> {
        Box::new(Self {
            decompressor: DecompressorOxide::new(),
            window: [0; WINDOW],
            block: [0; BLOCK],
            held: 0,
            consumed: 0,
            produced: 0,
            cap: limits.inflated_bytes as u64,
            done: false,
        })
    }

    /// Starts over with another stream.
    pub(super) fn reset(&mut self) {
        self.decompressor.init();
        (self.held, self.consumed, self.produced, self.done) = (0, 0, 0, false);
    }

    /// Bytes that came out so far.
    pub(super) const fn produced(&self) -> u64 {
        self.produced
    }

    /// Takes the next piece, and gives what it inflates to; `sink` says whether it wants more.
    pub(super) fn push(&mut self, piece: &[u8], sink: &mut dyn FnMut(&[u8]) -> bool) -> Result<Progress, Kind> {
        let mut piece = piece;
        while !piece.is_empty() && !self.done {
            let (taken, rest) = piece.split_at_checked(BLOCK.saturating_sub(self.held)).unwrap_or((piece, &[]));
            let end = self.held.saturating_add(taken.len());
            if let Some(slot) = self.block.get_mut(self.held..end) {
                slot.copy_from_slice(taken);
            }
            self.held = end;
            piece = rest;
            if self.held == BLOCK {
                self.inflate(sink)?;
            }
        }
        Ok(if self.done { Progress::Done } else { Progress::More })
    }

    /// Nothing follows: inflates what is held.
    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(&[u8]) -> bool) -> Result<Progress, Kind> {
        self.inflate(sink)?;
        Ok(if self.done { Progress::Done } else { Progress::More })
    }

    fn inflate(&mut self, sink: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), Kind> {
        let mut input = self.block.get(..self.held).unwrap_or_default();
        self.consumed = self.consumed.saturating_add(self.held as u64);
        self.held = 0;
        let most = self.cap.min(self.consumed.saturating_mul(RATIO).saturating_add(FREE));
        while !self.done {
            let at = usize::try_from(self.produced & WRAP).unwrap_or(0);
            let room = usize::try_from(most.saturating_sub(self.produced)).unwrap_or(usize::MAX);
            let flags = TINFL_FLAG_HAS_MORE_INPUT;
            let (status, read, written) =
                decompress_with_limit(&mut self.decompressor, input, &mut self.window, at, room, flags);
            input = input.get(read..).unwrap_or_default();
            self.produced = self.produced.saturating_add(written as u64);
            let out = self.window.get(at..at.saturating_add(written)).unwrap_or_default();
            if !out.is_empty() && !sink(out) {
                self.done = true;
            }
            match status {
                TINFLStatus::Done => self.done = true,
                TINFLStatus::NeedsMoreInput => return Ok(()),
                TINFLStatus::HasMoreOutput if self.produced < most => {}
                TINFLStatus::HasMoreOutput => return Err(Kind::Limit { limit: most }),
                _ => return Err(Kind::Syntax("no deflate stream")),
            }
        }
        Ok(())
    }
}

/// Inflates a whole deflated data set, appending to `out` as far as it goes.
///
/// # Errors
/// When the stream is damaged or cut short, or inflates to more than the limits allow; `out` then holds what came before.
pub fn inflate(deflated: &[u8], limits: &Limits, out: &mut Vec<u8>) -> Result<(), Error> {
    let mut inflater = Inflater::new(limits);
    let mut sink = |bytes: &[u8]| {
        out.extend_from_slice(bytes);
        true
    };
    let result = match inflater.push(deflated, &mut sink) {
        Ok(Progress::More) => inflater.finish(&mut sink),
        done => done,
    };
    let kind = match result {
        Ok(Progress::Done) => return Ok(()),
        Ok(Progress::More) => {
            let needed = (deflated.len() as u64).saturating_add(1);
            Kind::Truncated { needed, available: deflated.len() }
        }
        Err(kind) => kind,
    };
    let offset = usize::try_from(inflater.produced()).unwrap_or(usize::MAX);
    Err(Error { offset, field: "deflated data set", kind })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    /// Zeros, deflated: one byte and then matches of 258, by fixed codes. Constructed.
    fn bomb(length: usize) -> Vec<u8> {
        // Stored would be long; miniz_oxide's own compressor is not built in, so the code words are written here.
        let mut bits = Bits::default();
        bits.put(0b011, 3);
        bits.put_reversed(0x30, 8);
        for _ in 0..length / 258 {
            bits.put_reversed(0b1100_0101, 8);
            bits.put_reversed(0, 5);
        }
        bits.put_reversed(0, 7);
        bits.out
    }

    #[derive(Default)]
    struct Bits {
        out: Vec<u8>,
        used: u32,
    }

    impl Bits {
        fn put(&mut self, value: u32, count: u32) {
            for bit in 0..count {
                if self.used.is_multiple_of(8) {
                    self.out.push(0);
                }
                let last = self.out.last_mut().unwrap();
                *last |= u8::try_from(value >> bit & 1).unwrap() << (self.used % 8);
                self.used = self.used.wrapping_add(1);
            }
        }

        fn put_reversed(&mut self, value: u32, count: u32) {
            for bit in (0..count).rev() {
                self.put(value >> bit & 1, 1);
            }
        }
    }

    #[test]
    fn a_stored_block_comes_out_as_it_is() {
        let mut out = Vec::new();
        inflate(b"\x01\x04\0\xfb\xffACME", &Limits::DEFAULT, &mut out).unwrap();
        assert_eq!(out, b"ACME");
    }

    #[test]
    fn a_stream_cut_short_gives_what_precedes_the_cut() {
        let mut out = Vec::new();
        let error = inflate(b"\x01\x04\0\xfb\xffAC", &Limits::DEFAULT, &mut out).unwrap_err();
        assert_eq!((out.as_slice(), error.offset), (&b"AC"[..], 2));
        assert!(matches!(error.kind, Kind::Truncated { .. }));
        assert!(inflate(b"\x07", &Limits::DEFAULT, &mut out).is_err());
    }

    #[test]
    fn a_bomb_goes_off_at_the_ratio() {
        let deflated = bomb(4 << 20);
        let mut out = Vec::new();
        let error = inflate(&deflated, &Limits::DEFAULT, &mut out).unwrap_err();
        assert!(matches!(error.kind, Kind::Limit { .. }), "{error}");
        assert!(out.len() <= (16 << 10) + deflated.len() * 64, "{}", out.len());
        assert!(out.iter().all(|byte| *byte == 0));
        let small = bomb(20 << 10);
        out.clear();
        inflate(&small, &Limits::DEFAULT, &mut out).unwrap();
        assert_eq!(out.len(), 1 + (20 << 10) / 258 * 258);
    }

    #[test]
    fn the_cap_on_bytes_holds() {
        let stored: Vec<u8> = (0..8)
            .flat_map(|number| {
                let mut block = vec![u8::from(number == 7), 0, 0x80, 0xff, 0x7f];
                block.extend([number; 0x8000]);
                block
            })
            .collect();
        let mut out = Vec::new();
        let limits = Limits { inflated_bytes: 100_000, ..Limits::DEFAULT };
        assert!(matches!(inflate(&stored, &limits, &mut out).unwrap_err().kind, Kind::Limit { .. }));
        assert_eq!(out.len(), 100_000);
        out.clear();
        inflate(&stored, &Limits::DEFAULT, &mut out).unwrap();
        assert_eq!(out.len(), 8 * 0x8000);
    }
}
