//! Stored measurements: a store has segments, a segment has entries of one layout.
//!
//! ```text
//!  0D21  segment data    | instance:16 | first entry:32 | entries:32 | status:16 | octet string: the entries |
//!                        its confirmation has no octet string
//!  0C0D  segment info    argument: SegmSelection      result: list of | instance:16 | AttributeList |
//!  0C1C  trigger         argument: | instance:16 |     result: | instance:16 | response:16 |
//!  0C0C  clear           argument: SegmSelection
//!    SegmSelection       | choice:16 | length:16 | 1 all | 2 list of instance | 3 from, to: AbsoluteTime |
//!  0A4E  PmSegmentEntryMap   | header bits:16 | list of SegmEntryElem |
//!    SegmEntryElem           | class:16 | TYPE | handle:16 | AttrValMap |
//!    an entry                | absolute time: 8 | relative time: 4 | high-resolution time: 8 | values ...
//!                              as the header bits 8000, 4000, 2000 say
//! ```
//! ISO/IEEE 11073-20601 annex A.11. The layouts follow published code; no bytes of a store are public.

use core::iter::FusedIterator;

use iomt_wire::{Cursor, Result};
use iomt_x73::{AbsoluteTime, AttributeList, Decode, Handle, List, OctetString, OidType, RelativeTime, Type};

use crate::{
    data::{Action, EventReport, action},
    named,
    scan::{NOTI_SEGMENT_DATA, misfit},
    values::AttrValMap,
};

/// Entries of one segment on their way, or the confirmation that they came.
#[derive(Clone, Copy, Debug)]
pub struct SegmentData<'a> {
    /// Which segment.
    pub instance: u16,
    /// The number of the first entry.
    pub first_entry: u32,
    /// How many entries.
    pub entry_count: u32,
    /// Bits: 8000 first, 4000 last, 0800 the device breaks off, 0080 the manager confirms, 0008 the manager breaks off.
    pub status: u16,
    /// The entries; nothing in a confirmation.
    pub entries: Option<OctetString<'a>>,
}

impl<'a> SegmentData<'a> {
    /// Reads the information of an event report or its confirmation; nothing when that is of another event.
    ///
    /// # Errors
    /// When the information is cut short.
    pub fn read(event: &EventReport<'a>) -> Result<Option<Self>> {
        if event.event_type != NOTI_SEGMENT_DATA {
            return Ok(None);
        }
        Self::decode(&mut { event.info }, event.is_result).map(Some)
    }

    pub(crate) fn decode(cursor: &mut Cursor<'a>, is_result: bool) -> Result<Self> {
        Ok(Self {
            instance: cursor.be_u16("segm-instance")?,
            first_entry: cursor.be_u32("segm-evt-entry-index")?,
            entry_count: cursor.be_u32("segm-evt-entry-count")?,
            status: cursor.be_u16("segm-evt-status")?,
            entries: if is_result { None } else { Some(OctetString::decode(cursor)?) },
        })
    }
}

/// One segment of a store.
#[derive(Clone, Copy, Debug)]
pub struct SegmentInfo<'a> {
    /// Which segment.
    pub instance: u16,
    /// Its attributes; its layout is one of them.
    pub attributes: AttributeList<'a>,
}

impl<'a> Decode<'a> for SegmentInfo<'a> {
    const LEAST: usize = 6;
    const NAME: &'static str = "SegmentInfoList";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { instance: cursor.be_u16("seg-inst-no")?, attributes: List::decode(cursor)? })
    }
}

/// Reads the segments out of the result of an action; nothing when that is of another action.
///
/// # Errors
/// When the result is cut before its list.
pub fn segments<'a>(response: &Action<'a>) -> Result<Option<List<'a, SegmentInfo<'a>>>> {
    let is_info = response.action_type == action::SEG_GET_INFO && response.is_result;
    is_info.then(|| List::decode(&mut { response.info })).transpose()
}

/// Which segments are meant.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum SegmentSelection<'a> {
    /// All.
    All,
    /// These.
    List(List<'a, OidType>),
    /// Those with entries from the one time to the other.
    Range(AbsoluteTime, AbsoluteTime),
    /// Something else.
    Other(u16),
}

impl<'a> SegmentSelection<'a> {
    /// Reads the argument of an action on segments; nothing when that is another action or a result.
    ///
    /// # Errors
    /// When the argument is cut short.
    pub fn read(request: &Action<'a>) -> Result<Option<Self>> {
        let is_selection = matches!(request.action_type, action::SEG_GET_INFO | action::SEG_CLR);
        if !is_selection || request.is_result {
            return Ok(None);
        }
        let mut cursor = request.info;
        let choice = cursor.be_u16("SegmSelection choice")?;
        let length = cursor.be_u16("SegmSelection length")?;
        let mut body = cursor.sub(length, "SegmSelection")?;
        Ok(Some(match choice {
            1 => Self::All,
            2 => Self::List(List::decode(&mut body)?),
            3 => Self::Range(AbsoluteTime::decode(&mut body)?, AbsoluteTime::decode(&mut body)?),
            other => Self::Other(other),
        }))
    }
}

named! {
    /// Whether a segment will be sent.
    TransferResponse(u16) {
        /// It will.
        SUCCESSFUL = 0, "successful";
        /// There is none with this number.
        NO_SUCH_SEGMENT = 1, "no such segment";
        /// Not now.
        TRY_LATER = 2, "try later";
        /// It has no entries.
        EMPTY = 3, "segment empty";
        /// For another reason.
        OTHER = 512, "other";
    }
}

/// A segment is asked for, or the device says whether it will send it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Which segment.
    pub instance: u16,
    /// Whether it will be sent; nothing in a request.
    pub response: Option<TransferResponse>,
}

impl Transfer {
    /// Reads an action that triggers a transfer, or its result; nothing when that is another action.
    ///
    /// # Errors
    /// When it is cut short.
    pub fn read(request: &Action<'_>) -> Result<Option<Self>> {
        if request.action_type != action::SEG_TRIG_XFER {
            return Ok(None);
        }
        let mut cursor = request.info;
        let instance = cursor.be_u16("seg-inst-no")?;
        let response =
            if request.is_result { Some(TransferResponse(cursor.be_u16("trig-segm-xfer-rsp")?)) } else { None };
        Ok(Some(Self { instance, response }))
    }
}

/// How the entries of a segment are laid out.
#[derive(Clone, Copy, Debug)]
pub struct SegmentEntryMap<'a> {
    /// Which times stand in front of the values: bits 8000 absolute, 4000 relative, 2000 high-resolution.
    pub header: u16,
    /// What follows them.
    pub elements: List<'a, SegmentEntryElement<'a>>,
}

/// One object in the layout of an entry.
#[derive(Clone, Copy, Debug)]
pub struct SegmentEntryElement<'a> {
    /// Its class.
    pub class: OidType,
    /// What it measures.
    pub metric_type: Type,
    /// Which object it is.
    pub handle: Handle,
    /// Its values.
    pub map: AttrValMap<'a>,
}

impl<'a> Decode<'a> for SegmentEntryElement<'a> {
    const LEAST: usize = 12;
    const NAME: &'static str = "SegmEntryElemList";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self {
            class: OidType::decode(cursor)?,
            metric_type: Type::decode(cursor)?,
            handle: Handle::decode(cursor)?,
            map: List::decode(cursor)?,
        })
    }
}

impl<'a> Decode<'a> for SegmentEntryMap<'a> {
    const LEAST: usize = 6;
    const NAME: &'static str = "PmSegmentEntryMap";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { header: cursor.be_u16("segm-entry-header")?, elements: List::decode(cursor)? })
    }
}

impl<'a> SegmentEntryMap<'a> {
    /// How many bytes an entry has.
    #[must_use]
    pub fn entry_length(&self) -> usize {
        let times = [(0x8000, 8_usize), (0x4000, 4), (0x2000, 8)];
        let times = times.iter().filter(|(bit, _)| self.header & bit != 0).map(|(_, length)| *length);
        let elements = self.elements.iter().map_while(Result::ok);
        let values = elements.flat_map(|element| element.map.iter().map_while(Result::ok));
        times.chain(values.map(|value| usize::from(value.length))).fold(0, usize::saturating_add)
    }

    /// The entries of segment data in this layout; at most one error, at the end, when bytes are left over.
    #[must_use]
    pub fn entries(&self, data: OctetString<'a>) -> Entries<'a> {
        Entries { header: self.header, length: self.entry_length(), cursor: Cursor::at(data.bytes, data.offset) }
    }
}

/// One stored entry: when, and the values behind that, laid out as the map says.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    /// On the device's clock.
    pub absolute: Option<AbsoluteTime>,
    /// On its count.
    pub relative: Option<RelativeTime>,
    /// On its fine count, as it is on the wire.
    pub high_resolution: Option<[u8; 8]>,
    /// The values.
    pub values: Cursor<'a>,
}

crate::shows!(Entry: relative);

/// Iterates stored entries.
#[derive(Clone)]
pub struct Entries<'a> {
    header: u16,
    length: usize,
    cursor: Cursor<'a>,
}

crate::shows!(Entries: header, length);

impl<'a> Entries<'a> {
    fn entry(&mut self) -> Result<Entry<'a>> {
        let left = self.cursor.remaining();
        if self.length == 0 || left < self.length {
            return Err(misfit(
                self.cursor.offset(),
                "segm-data-event-entries",
                u64::try_from(left).unwrap_or(u64::MAX),
            ));
        }
        let mut cursor = self.cursor.sub(u64::try_from(self.length).unwrap_or(u64::MAX), "segment entry")?;
        let has = |bit: u16| self.header & bit != 0;
        Ok(Entry {
            absolute: if has(0x8000) { Some(AbsoluteTime::decode(&mut cursor)?) } else { None },
            relative: if has(0x4000) { Some(RelativeTime::decode(&mut cursor)?) } else { None },
            high_resolution: if has(0x2000) { Some(cursor.array("HighResRelativeTime")?) } else { None },
            values: cursor,
        })
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Result<Entry<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.is_empty() {
            return None;
        }
        let entry = self.entry();
        if entry.is_err() {
            self.cursor.finish();
        }
        Some(entry)
    }
}

impl FusedIterator for Entries<'_> {}
