//! The pcap file format.
//!
//! ```text
//!  0        4         8      12     16      20     24
//!  | magic  | version | zone | sigf | snap  | link |            file header
//!  | seconds | fraction | captured | original | packet ... |    every record
//! ```
//! draft-ietf-opsawg-pcap, sections 4 and 5. The magic tells the byte order and whether fractions are microseconds
//! (`a1b2c3d4`) or nanoseconds (`a1b23c4d`); `a1b2cd34` is an old Linux patch whose records carry eight bytes more.
//!
//! In the field: files cut off in the last record (the capturing process was killed), and files of one order renamed to `.pcap`
//! that are pcapng.

use std::io;

use iomt_wire::{Limits, Timestamp};
use pcap_parser::nom::{Err, IResult, Needed};
use pcap_parser::{LegacyPcapBlock, PcapError, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_header};

use super::buffer::Buffer;
use super::{Damages, Record};
use crate::LinkType;

const BIG_ENDIAN: [u8; 4] = [0xa1, 0xb2, 0xc3, 0xd4];
/// The patched format in big-endian, the one magic that `pcap-parser` does not know.
const PATCHED_BIG_ENDIAN: [u8; 4] = [0xa1, 0xb2, 0xcd, 0x34];

const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;
const PATCHED_RECORD_HEADER: usize = 24;

type Parse = fn(&[u8]) -> IResult<&[u8], LegacyPcapBlock<'_>, PcapError<&[u8]>>;

/// Whether a file that begins so is of this format.
pub(crate) fn is_magic(magic: [u8; 4]) -> bool {
    // With a known magic the parser asks for the rest of the header.
    magic == PATCHED_BIG_ENDIAN || matches!(parse_pcap_header(&magic), Err(Err::Incomplete(_)))
}

pub(crate) struct Pcap {
    parse: Parse,
    /// Bytes before the packet in each record.
    header: usize,
    nanoseconds: bool,
    link: LinkType,
    limits: Limits,
}

impl Pcap {
    /// From the file header; `None` when it is none.
    pub(crate) fn new(head: &[u8], limits: Limits) -> Option<Self> {
        let mut head = *head.first_chunk::<FILE_HEADER>()?;
        let magic = head.first_chunk_mut::<4>()?;
        let mut patched = *magic == PATCHED_BIG_ENDIAN;
        if patched {
            *magic = BIG_ENDIAN;
        }
        let (_, header) = parse_pcap_header(&head).ok()?;
        patched |= header.is_modified_format();
        Some(Self {
            parse: if header.is_bigendian() { parse_pcap_frame_be } else { parse_pcap_frame },
            header: if patched { PATCHED_RECORD_HEADER } else { RECORD_HEADER },
            nanoseconds: header.is_nanosecond_precision(),
            // The upper half holds the frame check sequence length and reserved bits.
            link: LinkType(header.network.0.cast_unsigned() & 0xffff),
            limits,
        })
    }

    #[inline]
    pub(crate) fn next(&self, buffer: &mut Buffer, damages: &mut Damages) -> io::Result<Option<Record>> {
        let mut wanted = self.header;
        loop {
            let window = buffer.window(wanted)?;
            if window.len() < wanted {
                if !window.is_empty() {
                    let inside_header = window.len() < self.header;
                    let what = if inside_header {
                        "the file ends inside a record header"
                    } else {
                        "the file ends inside a record"
                    };
                    damages.add(buffer.offset(), what);
                }
                return Ok(None);
            }
            match (self.parse)(window) {
                Ok((_, record)) => {
                    let length = usize::try_from(record.caplen).unwrap_or(usize::MAX);
                    let whole = self.header.saturating_add(length);
                    if whole <= window.len() && length <= self.limits.frame_bytes {
                        return Ok(Some(Record {
                            time: self.time(&record),
                            link: self.link,
                            original_length: record.origlen,
                            skip: self.header,
                            length,
                            whole,
                        }));
                    }
                    wanted = whole;
                }
                Err(Err::Incomplete(Needed::Size(more))) => wanted = window.len().saturating_add(more.get()),
                Err(_) => wanted = usize::MAX,
            }
            if wanted.saturating_sub(self.header) > self.limits.frame_bytes {
                // Nothing marks the head of a record, so behind a wrong length nothing can be found again.
                damages.add(buffer.offset(), "a record is longer than the limit of frame_bytes");
                return Ok(None);
            }
        }
    }

    #[inline]
    fn time(&self, record: &LegacyPcapBlock<'_>) -> Timestamp {
        let nanoseconds = if self.nanoseconds { record.ts_usec } else { record.ts_usec.saturating_mul(1000) };
        Timestamp::new(i64::from(record.ts_sec), nanoseconds)
    }
}
