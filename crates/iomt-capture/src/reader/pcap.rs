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

use super::buffer::Buffer;
use super::{Damages, Record};
use crate::LinkType;

/// What the magic number says of the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    big_endian: bool,
    nanoseconds: bool,
    header: usize,
}

impl Layout {
    pub(crate) fn of(magic: [u8; 4]) -> Option<Self> {
        let layout = |big_endian, nanoseconds, header| Some(Self { big_endian, nanoseconds, header });
        match magic {
            [0xa1, 0xb2, 0xc3, 0xd4] => layout(true, false, 16),
            [0xd4, 0xc3, 0xb2, 0xa1] => layout(false, false, 16),
            [0xa1, 0xb2, 0x3c, 0x4d] => layout(true, true, 16),
            [0x4d, 0x3c, 0xb2, 0xa1] => layout(false, true, 16),
            [0xa1, 0xb2, 0xcd, 0x34] => layout(true, false, 24),
            [0x34, 0xcd, 0xb2, 0xa1] => layout(false, false, 24),
            _ => None,
        }
    }

    #[inline]
    fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }
}

pub(crate) struct Pcap {
    layout: Layout,
    link: LinkType,
    limits: Limits,
}

impl Pcap {
    /// From the file header; `None` when it is none.
    pub(crate) fn new(head: &[u8], limits: Limits) -> Option<Self> {
        let [m0, m1, m2, m3, rest @ ..] = *head.first_chunk::<24>()?;
        let layout = Layout::of([m0, m1, m2, m3])?;
        let [.., l0, l1, l2, l3] = rest;
        // The upper half holds the frame check sequence length and reserved bits.
        let link = LinkType(layout.u32([l0, l1, l2, l3]) & 0xffff);
        Some(Self { layout, link, limits })
    }

    #[inline]
    pub(crate) fn next(&self, buffer: &mut Buffer, damages: &mut Damages) -> io::Result<Option<Record>> {
        let header = self.layout.header;
        let head = buffer.peek(header)?;
        let Some([s0, s1, s2, s3, f0, f1, f2, f3, c0, c1, c2, c3, o0, o1, o2, o3]) = head.first_chunk::<16>() else {
            if !head.is_empty() {
                damages.add(buffer.offset(), "the file ends inside a record header");
            }
            return Ok(None);
        };
        let seconds = self.layout.u32([*s0, *s1, *s2, *s3]);
        let fraction = self.layout.u32([*f0, *f1, *f2, *f3]);
        let captured = self.layout.u32([*c0, *c1, *c2, *c3]);
        let original_length = self.layout.u32([*o0, *o1, *o2, *o3]);
        let nanoseconds = if self.layout.nanoseconds { fraction } else { fraction.saturating_mul(1000) };
        let time = Timestamp::new(i64::from(seconds), nanoseconds);
        let length = usize::try_from(captured).unwrap_or(usize::MAX);
        if length > self.limits.frame_bytes {
            // Nothing marks the head of a record, so behind a wrong length nothing can be found again.
            damages.add(buffer.offset(), "a record is longer than the limit of frame_bytes");
            return Ok(None);
        }
        let whole = header.saturating_add(length);
        let there = buffer.peek(whole)?.len();
        if there < whole {
            damages.add(buffer.offset(), "the file ends inside a record");
            return Ok(None);
        }
        Ok(Some(Record { time, link: self.link, original_length, skip: header, length, whole }))
    }
}
