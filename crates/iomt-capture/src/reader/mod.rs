//! Capture files: pcap and pcapng, plain or compressed, whole or damaged.
//!
//! `pcap-parser` (MIT or Apache-2.0, maintained, in use for years) reads headers, records and blocks: it works on slices,
//! takes numbers as they are and asks for the bytes that it lacks. Ours are the buffer, the clocks, the limits, and how to go on
//! behind damage, where its own readers end. A packet costs no allocation, except that in pcapng the options of a packet that
//! has some are gathered in a vector until it is read; a foreign block of any size is passed over in constant memory.

mod buffer;
mod pcap;
mod pcapng;

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use iomt_wire::Limits;

use crate::{Frame, decompress};
use buffer::Buffer;

/// Why a capture cannot be read at all, or no further.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The input failed.
    #[error("cannot read the capture: {0}; check that it exists and may be read")]
    Io(#[from] io::Error),
    /// The input is something else.
    #[error("not a capture: it begins with {0}; give a pcap or pcapng file, plain or compressed with gzip or zstd")]
    Format(Head),
}

/// The first bytes of an input, as an error shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    bytes: [u8; 4],
    length: usize,
}

impl Head {
    fn of(bytes: &[u8]) -> Self {
        let mut head = Self { bytes: [0; 4], length: bytes.len().min(4) };
        for (to, from) in head.bytes.iter_mut().zip(bytes) {
            *to = *from;
        }
        head
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.length == 0 {
            return f.write_str("nothing (it is empty)");
        }
        f.write_str("bytes")?;
        self.bytes.iter().take(self.length).try_for_each(|byte| write!(f, " {byte:02x}"))
    }
}

/// A place where a capture file does not hold what its format asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Bytes from the head of the decompressed file.
    pub offset: u64,
    /// What is wrong there.
    pub what: &'static str,
}

/// More places than this are not told apart: a file of noise must not fill the memory.
const DAMAGES: usize = 64;

/// Whether `head` (four bytes suffice) begins a pcap or pcapng file. Compressed files are asked after decompression.
#[must_use]
pub fn is_capture(head: &[u8]) -> bool {
    head.first_chunk().is_some_and(|magic| pcap::is_magic(*magic) || *magic == pcapng::SECTION_HEADER)
}

enum Format {
    Pcap(pcap::Pcap),
    Pcapng(pcapng::Pcapng),
}

/// Reads the frames of a capture, one by one, in constant memory.
///
/// The format is told by its magic number, never by the file's name. A frame borrows the reader's buffer: use it before the
/// next.
pub struct Reader {
    buffer: Buffer,
    format: Format,
    damages: Damages,
    number: u64,
    consumed: Arc<AtomicU64>,
    over: bool,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("frames", &self.number)
            .field("damage", &self.damages.list)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Opens a capture file.
    ///
    /// # Errors
    /// [`ReadError::Io`] when it cannot be read, [`ReadError::Format`] when it is no capture.
    pub fn open(path: &Path, limits: Limits) -> Result<Self, ReadError> {
        Self::new(File::open(path)?, limits)
    }

    /// Reads a capture from anything: a pipe, a socket, memory.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn new(input: impl Read + Send + 'static, limits: Limits) -> Result<Self, ReadError> {
        let consumed = Arc::new(AtomicU64::new(0));
        let input = decompress(Counted { input, count: Arc::clone(&consumed) })?;
        let mut buffer = Buffer::new(input);
        let head = buffer.peek(24)?;
        let foreign = ReadError::Format(Head::of(head));
        let Some(magic) = head.first_chunk::<4>() else { return Err(foreign) };
        let format = if *magic == pcapng::SECTION_HEADER {
            Format::Pcapng(pcapng::Pcapng::new(limits))
        } else {
            let Some(pcap) = pcap::Pcap::new(head, limits) else { return Err(foreign) };
            buffer.consume(24);
            Format::Pcap(pcap)
        };
        Ok(Self { buffer, format, damages: Damages::default(), number: 0, consumed, over: false })
    }

    /// The next frame; `None` at the end of the file, be it where it should be or where damage ends it (then
    /// [`Reader::damage`] says so).
    ///
    /// # Errors
    /// [`ReadError::Io`] when the input fails. Damaged content is no error.
    #[inline]
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, ReadError> {
        if self.over {
            return Ok(None);
        }
        let record = match &mut self.format {
            Format::Pcap(pcap) => pcap.next(&mut self.buffer, &mut self.damages)?,
            Format::Pcapng(pcapng) => pcapng.next(&mut self.buffer, &mut self.damages)?,
        };
        let Some(record) = record else {
            self.over = true;
            if self.buffer.is_broken() {
                self.damages.add(self.buffer.offset(), "the compressed data end or are damaged here");
            }
            return Ok(None);
        };
        self.number = self.number.saturating_add(1);
        // Consuming moves the window's start, not its bytes: they stay valid until the next peek.
        let data = self.buffer.take(record.skip, record.length, record.whole);
        Ok(Some(Frame {
            number: self.number,
            time: record.time,
            link: record.link,
            data,
            original_length: record.original_length,
        }))
    }

    /// What was wrong with the file so far; at most the first 64 places.
    #[must_use]
    pub fn damage(&self) -> &[Damage] {
        &self.damages.list
    }

    /// How many bytes of the input, compressed as it is, were read so far: for a progress bar. Reading runs ahead of the frames
    /// by up to a buffer.
    #[must_use]
    pub fn consumed(&self) -> u64 {
        self.consumed.load(Ordering::Relaxed)
    }
}

/// A packet that lies whole in the buffer.
struct Record {
    time: iomt_wire::Timestamp,
    link: crate::LinkType,
    original_length: u32,
    /// Bytes of headers before the packet.
    skip: usize,
    /// Bytes of the packet.
    length: usize,
    /// Bytes of the whole record.
    whole: usize,
}

#[derive(Default)]
struct Damages {
    list: Vec<Damage>,
}

impl Damages {
    #[cold]
    fn add(&mut self, offset: u64, what: &'static str) {
        if self.list.len() < DAMAGES {
            self.list.push(Damage { offset, what });
        }
    }
}

/// Counts what goes through.
struct Counted<R> {
    input: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.count.fetch_add(u64::try_from(read).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(read)
    }
}
