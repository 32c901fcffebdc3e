//! The pcapng file format.
//!
//! ```text
//!  0      4        8                              length-4
//!  | type | length | body, padded to 32 bits      | length |    every block
//!
//!  0a0d0d0a  section header:   byte-order magic 1a2b3c4d, version, section length, options
//!  1         interface:        link type16, reserved16, snap length, options (9: if_tsresol, 14: if_tsoffset)
//!  6         enhanced packet:  interface, time high, time low, captured, original, packet, options
//!  3         simple packet:    original, packet
//!  2         packet, obsolete: interface16, drops16, time high, time low, captured, original, packet, options
//! ```
//! draft-ietf-opsawg-pcapng, sections 3.1 and 4. A file may hold several sections, each of its own byte order, and its own
//! interfaces, each of its own link type and clock.
//!
//! In the field: files appended to one another (a new section), an interface per adapter with `any`-style links beside Ethernet
//! ones, nanosecond clocks (`if_tsresol` 9), name resolution and decryption-secret blocks between packets, and a last block that
//! is cut off. A block whose two lengths disagree is reported, and reading goes on at the next place that looks like a block.
//!
//! `pcap-parser` reads what is in a block. Where a block begins and ends is ours: a foreign one is passed over unread, and behind
//! damage the next one is searched for.

use std::io;

use iomt_wire::{Limits, Timestamp};
use pcap_parser::nom::Offset as _;
use pcap_parser::traits::PcapNGPacketBlock as _;
use pcap_parser::{
    Block, EPB_MAGIC as ENHANCED_PACKET, IDB_MAGIC as INTERFACE, InterfaceDescriptionBlock, OptionCode,
    SHB_MAGIC as SECTION, SPB_MAGIC as SIMPLE_PACKET, SimplePacketBlock, parse_block_be, parse_block_le,
    parse_enhancedpacketblock_be, parse_enhancedpacketblock_le,
};

use super::buffer::Buffer;
use super::{Damages, Record};
use crate::LinkType;

/// The type of a section header block: the same in either byte order, and never changed by a text-mode transfer unnoticed.
pub(crate) const SECTION_HEADER: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// The obsolete packet block, which `pcap-parser` leaves to us.
const PACKET: u32 = 2;

const MISFIT: &str = "a block that does not hold what its type asks for";

/// What a packet block holds beside the packet: headers, both lengths, and generous options.
const OVERHEAD: usize = 64 << 10;

/// Interfaces remembered per section.
const INTERFACES: usize = 1 << 12;

/// How an interface counts time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    /// Units are this many nanoseconds.
    Coarse(u64),
    /// This many units are a nanosecond.
    Fine(u64),
    /// A second is two to this power units.
    Binary(u32),
}

#[derive(Clone, Copy, Debug)]
struct Interface {
    link: LinkType,
    snap_length: u32,
    clock: Clock,
    /// Seconds to add.
    offset: i64,
}

impl Interface {
    fn time(&self, ticks: u64) -> Timestamp {
        let nanoseconds = match self.clock {
            Clock::Coarse(unit) => i64::try_from(ticks.saturating_mul(unit)).unwrap_or(i64::MAX),
            Clock::Fine(units) => i64::try_from(ticks.checked_div(units).unwrap_or(0)).unwrap_or(i64::MAX),
            Clock::Binary(power) => {
                let scaled = u128::from(ticks).saturating_mul(1_000_000_000).checked_shr(power).unwrap_or(0);
                i64::try_from(scaled).unwrap_or(i64::MAX)
            }
        };
        Timestamp(nanoseconds.saturating_add(self.offset.saturating_mul(1_000_000_000)))
    }
}

pub(crate) struct Pcapng {
    big_endian: bool,
    /// No section header was understood yet.
    outside: bool,
    interfaces: Vec<Interface>,
    last: Timestamp,
    limits: Limits,
}

impl Pcapng {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { big_endian: false, outside: true, interfaces: Vec::new(), last: Timestamp(0), limits }
    }

    #[inline]
    fn u32(&self, bytes: [u8; 4]) -> u32 {
        if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    #[inline]
    fn u16(&self, bytes: [u8; 2]) -> u16 {
        if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    pub(crate) fn next(&mut self, buffer: &mut Buffer, damages: &mut Damages) -> io::Result<Option<Record>> {
        loop {
            let offset = buffer.offset();
            let head = buffer.peek(12)?;
            let Some([t0, t1, t2, t3, l0, l1, l2, l3, m @ ..]) = head.first_chunk::<12>() else {
                if !head.is_empty() {
                    damages.add(offset, "the file ends inside a block header");
                }
                return Ok(None);
            };
            let kind = self.u32([*t0, *t1, *t2, *t3]);
            if kind == SECTION {
                match byte_order(*m) {
                    Some(big_endian) => self.begin_section(big_endian),
                    None => {
                        damages.add(offset, "a section header without a byte-order magic");
                        if !self.resynchronise(buffer)? {
                            return Ok(None);
                        }
                        continue;
                    }
                }
            }
            let length = self.u32([*l0, *l1, *l2, *l3]);
            if length < 12 || !length.is_multiple_of(4) || self.outside {
                damages.add(offset, "a block of an impossible length");
                if !self.resynchronise(buffer)? {
                    return Ok(None);
                }
                continue;
            }
            let whole = usize::try_from(length).unwrap_or(usize::MAX);
            if whole > self.limits.frame_bytes.saturating_add(OVERHEAD) {
                if !self.pass_over(buffer, damages, kind, length)? {
                    return Ok(None);
                }
                continue;
            }
            let block = buffer.peek(whole)?;
            if block.len() < whole {
                damages.add(offset, "the file ends inside a block");
                if !self.resynchronise(buffer)? {
                    return Ok(None);
                }
                continue;
            }
            if block.last_chunk().is_none_or(|last| self.u32(*last) != length) {
                damages.add(offset, "the two lengths of a block disagree");
                if !self.resynchronise(buffer)? {
                    return Ok(None);
                }
                continue;
            }
            let found = match kind {
                ENHANCED_PACKET => self.enhanced(block),
                SECTION | INTERFACE | SIMPLE_PACKET | PACKET => self.block(block),
                _ => Ok(None),
            };
            match found {
                Ok(Some(record)) if record.length <= self.limits.frame_bytes => {
                    self.last = record.time;
                    return Ok(Some(Record { whole, ..record }));
                }
                Ok(Some(_)) => damages.add(offset, "a packet is longer than the limit of frame_bytes"),
                Ok(None) => {}
                Err(what) => damages.add(offset, what),
            }
            buffer.consume(whole);
        }
    }

    fn begin_section(&mut self, big_endian: bool) {
        self.big_endian = big_endian;
        self.outside = false;
        self.interfaces.clear();
    }

    /// Passes over a block that is too large to hold.
    fn pass_over(&self, buffer: &mut Buffer, damages: &mut Damages, kind: u32, length: u32) -> io::Result<bool> {
        let offset = buffer.offset();
        if matches!(kind, ENHANCED_PACKET | SIMPLE_PACKET | PACKET) {
            damages.add(offset, "a packet is longer than the limit of frame_bytes");
        }
        if !buffer.skip(u64::from(length.saturating_sub(4)))? {
            damages.add(offset, "the file ends inside a block");
            return Ok(false);
        }
        let trailer = buffer.peek(4)?;
        if trailer.first_chunk().is_some_and(|last| self.u32(*last) == length) {
            buffer.consume(4);
            return Ok(true);
        }
        damages.add(offset, "the two lengths of a block disagree");
        self.resynchronise(buffer)
    }

    /// Moves on to the next place that looks like a block: a known type, a length that fits, and the same length at its end.
    fn resynchronise(&self, buffer: &mut Buffer) -> io::Result<bool> {
        buffer.consume(1);
        let most = self.limits.frame_bytes.saturating_add(OVERHEAD);
        loop {
            let head = buffer.peek(12)?;
            let Some([t0, t1, t2, t3, l0, l1, l2, l3, m @ ..]) = head.first_chunk::<12>() else {
                let rest = head.len();
                buffer.consume(rest);
                return Ok(false);
            };
            let kind = [*t0, *t1, *t2, *t3];
            let length = [*l0, *l1, *l2, *l3];
            let length = if kind == SECTION_HEADER {
                match byte_order(*m) {
                    Some(true) => Some(u32::from_be_bytes(length)),
                    Some(false) => Some(u32::from_le_bytes(length)),
                    None => None,
                }
            } else if self.outside || !matches!(self.u32(kind), 1..=6 | 10) {
                None
            } else {
                Some(self.u32(length))
            };
            if let Some(length) = length.and_then(|length| usize::try_from(length).ok())
                && length >= 12
                && length.is_multiple_of(4)
                && length <= most
            {
                let block = buffer.peek(length)?;
                if block.len() == length && block.get(4..8) == block.last_chunk::<4>().map(<[u8; 4]>::as_slice) {
                    return Ok(true);
                }
            }
            buffer.consume(1);
        }
    }

    /// What a whole block says; `whole` of the record is left open.
    fn block(&mut self, block: &[u8]) -> Result<Option<Record>, &'static str> {
        let parsed = if self.big_endian { parse_block_be(block) } else { parse_block_le(block) };
        let Ok((_, parsed)) = parsed else { return Err(MISFIT) };
        match parsed {
            Block::SimplePacket(packet) => self.simple(&packet, block),
            Block::Unknown(packet) => self.obsolete(packet.data, block),
            Block::InterfaceDescription(description) => {
                if self.interfaces.len() < INTERFACES {
                    self.interfaces.push(self.interface(&description));
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// The block that nearly every packet is in, without a detour over all kinds.
    #[inline]
    fn enhanced(&self, block: &[u8]) -> Result<Option<Record>, &'static str> {
        let parse = if self.big_endian { parse_enhancedpacketblock_be } else { parse_enhancedpacketblock_le };
        let Ok((_, packet)) = parse(block) else { return Err(MISFIT) };
        let data = packet.packet_data();
        let ticks = (u64::from(packet.ts_high) << 32) | u64::from(packet.ts_low);
        self.packet(packet.if_id, ticks, packet.origlen, block.offset(data), data.len())
    }

    fn interface(&self, description: &InterfaceDescriptionBlock<'_>) -> Interface {
        // Not `if_tsoffset`, which `pcap-parser` 0.17 reads as little-endian in any section.
        let offset = description.options.iter().find(|option| option.code == OptionCode::IfTsoffset);
        let offset = offset
            .and_then(|option| option.as_bytes().ok()?.first_chunk::<8>())
            .map_or(0, |bytes| if self.big_endian { i64::from_be_bytes(*bytes) } else { i64::from_le_bytes(*bytes) });
        Interface {
            link: LinkType(description.linktype.0.cast_unsigned()),
            snap_length: description.snaplen,
            clock: clock(description.if_tsresol),
            offset,
        }
    }

    /// What the enhanced and the obsolete packet block have in common.
    fn packet(
        &self,
        interface: u32,
        ticks: u64,
        original_length: u32,
        skip: usize,
        length: usize,
    ) -> Result<Option<Record>, &'static str> {
        let Some(interface) = usize::try_from(interface).ok().and_then(|index| self.interfaces.get(index)) else {
            return Err("a packet of an interface that was not described");
        };
        Ok(Some(Record { time: interface.time(ticks), link: interface.link, original_length, skip, length, whole: 0 }))
    }

    fn obsolete(&self, body: &[u8], block: &[u8]) -> Result<Option<Record>, &'static str> {
        let Some((fields, packet)) = body.split_first_chunk::<20>() else {
            return Err(MISFIT);
        };
        let [i0, i1, _, _, h0, h1, h2, h3, l0, l1, l2, l3, c0, c1, c2, c3, o0, o1, o2, o3] = *fields;
        let ticks = (u64::from(self.u32([h0, h1, h2, h3])) << 32) | u64::from(self.u32([l0, l1, l2, l3]));
        let length = usize::try_from(self.u32([c0, c1, c2, c3])).unwrap_or(usize::MAX);
        if length > packet.len() {
            return Err(MISFIT);
        }
        let original_length = self.u32([o0, o1, o2, o3]);
        self.packet(self.u16([i0, i1]).into(), ticks, original_length, block.offset(packet), length)
    }

    fn simple(&self, packet: &SimplePacketBlock<'_>, block: &[u8]) -> Result<Option<Record>, &'static str> {
        let Some(interface) = self.interfaces.first() else {
            return Err("a packet of an interface that was not described");
        };
        let data = packet.packet_data();
        let snap_length = usize::try_from(interface.snap_length).unwrap_or(usize::MAX);
        let length = if snap_length == 0 { data.len() } else { data.len().min(snap_length) };
        // The block has no time of its own: the last known one keeps the order.
        Ok(Some(Record {
            time: self.last,
            link: interface.link,
            original_length: packet.origlen,
            skip: block.offset(data),
            length,
            whole: 0,
        }))
    }
}

/// `Some(true)` for big-endian.
fn byte_order(magic: [u8; 4]) -> Option<bool> {
    match magic {
        [0x1a, 0x2b, 0x3c, 0x4d] => Some(true),
        [0x4d, 0x3c, 0x2b, 0x1a] => Some(false),
        _ => None,
    }
}

/// `if_tsresol`: the high bit chooses powers of two, the rest is the negated exponent.
fn clock(resolution: u8) -> Clock {
    let exponent = u32::from(resolution & 0x7f);
    if resolution & 0x80 != 0 {
        Clock::Binary(exponent)
    } else if let Some(up) = 9_u32.checked_sub(exponent) {
        Clock::Coarse(10_u64.saturating_pow(up))
    } else {
        Clock::Fine(10_u64.saturating_pow(exponent.saturating_sub(9)))
    }
}
