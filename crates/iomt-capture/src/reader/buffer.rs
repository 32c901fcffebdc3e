//! A window over an input that is read once, front to back.

use std::io::{self, Read};

/// What is asked of the operating system at a time: large enough to make calls rare, small enough to stay in the cache.
const CHUNK: usize = 256 << 10;

/// Bytes read ahead of an input, and where in the input they lie.
pub(crate) struct Buffer {
    input: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
    at_end: bool,
    broken: bool,
}

impl Buffer {
    pub(crate) fn new(input: Box<dyn Read + Send>) -> Self {
        Self { input, bytes: vec![0; CHUNK], start: 0, end: 0, offset: 0, at_end: false, broken: false }
    }

    /// Where in the (decompressed) input the next byte lies.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the input ended because its compressed form is damaged.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    /// The next `wanted` bytes, or all that are left when there are fewer.
    ///
    /// Grows to `wanted`: the caller caps it.
    #[inline]
    pub(crate) fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        let window = self.window(wanted)?;
        Ok(window.get(..wanted).unwrap_or(window))
    }

    /// All that was read ahead, at least `wanted` bytes unless fewer are left.
    ///
    /// Grows as [`Buffer::peek`] does.
    #[inline]
    pub(crate) fn window(&mut self, wanted: usize) -> io::Result<&[u8]> {
        if self.end.saturating_sub(self.start) < wanted {
            self.fill(wanted)?;
        }
        Ok(self.bytes.get(self.start..self.end).unwrap_or_default())
    }

    /// Passes over `whole` peeked bytes and lends `length` of them that begin after `skip`.
    #[inline]
    pub(crate) fn take(&mut self, skip: usize, length: usize, whole: usize) -> &[u8] {
        let from = self.start.saturating_add(skip);
        let to = from.saturating_add(length).min(self.end);
        self.consume(whole);
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// Passes over `length` bytes which were peeked.
    #[inline]
    pub(crate) fn consume(&mut self, length: usize) {
        let length = length.min(self.end.saturating_sub(self.start));
        self.start = self.start.saturating_add(length);
        self.offset = self.offset.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
    }

    /// Passes over `length` bytes without holding them; returns whether they were there.
    pub(crate) fn skip(&mut self, mut length: u64) -> io::Result<bool> {
        while length > 0 {
            let step = usize::try_from(length).unwrap_or(CHUNK).min(CHUNK);
            let there = self.peek(step)?.len();
            if there == 0 {
                return Ok(false);
            }
            self.consume(there);
            length = length.saturating_sub(u64::try_from(there).unwrap_or(u64::MAX));
        }
        Ok(true)
    }

    #[cold]
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if self.at_end {
            return Ok(());
        }
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end = self.end.saturating_sub(self.start);
            self.start = 0;
        }
        if self.bytes.len() < wanted {
            // A chunk more than is wanted, so that moving what is left is paid for by a whole chunk of new bytes.
            self.bytes.resize(wanted.saturating_add(CHUNK), 0);
        }
        while self.end < wanted && !self.at_end {
            let room = self.bytes.get_mut(self.end..).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => self.at_end = true,
                Ok(read) => self.end = self.end.saturating_add(read).min(self.bytes.len()),
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    // Said of compressed data that are cut off or damaged: what came before them is good.
                    io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
                        self.at_end = true;
                        self.broken = true;
                    }
                    _ => return Err(error),
                },
            }
        }
        Ok(())
    }
}
