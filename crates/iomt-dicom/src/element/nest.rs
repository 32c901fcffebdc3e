//! Sequences and items as an explicit, bounded stack.
//!
//! ```text
//!  SQ ──► item ──► element*  ──► item delimiter ──► item ...  ──► sequence delimiter
//!         (FFFE,E000)            (FFFE,E00D)                      (FFFE,E0DD)
//! ```
//! PS3.5 section 7.5. Sequence and item each have an explicit length or end at a delimiter, independently. UN with undefined
//! length is a sequence whose content is implicit little endian whatever the transfer syntax is (CP-246, section 6.2.2).
//! Other values of undefined length are encapsulated pixel data: items of bytes (section A.4).
//!
//! The stack knows positions only, no bytes, so the slice walker and the streaming scanner share it. What real files do wrong
//! and gets along: delimiters inside sequences of explicit length, and a sequence delimiter that closes an open item.

use super::Vr;
use super::header::{Encoding, Header, UNDEFINED};
use crate::Tag;
use iomt_wire::Kind;

/// Sequences within one another that can be followed.
pub(crate) const DEPTH: usize = 64;

/// Position of an end that a delimiter will tell.
const OPEN: u64 = u64::MAX;

/// In place of an item's end: between items.
const NO_ITEM: u64 = u64::MAX - 1;

#[derive(Clone, Copy, Debug)]
struct Frame {
    /// Where the sequence ends.
    end: u64,
    /// Where the current item ends, or [`NO_ITEM`].
    item: u64,
    /// Nearest explicit end of the sequence and what encloses it.
    limit: u64,
    /// Of the elements within.
    encoding: Encoding,
    /// Items hold bytes, not elements.
    fragments: bool,
    /// Tells the current item from all others.
    number: u32,
}

impl Frame {
    /// All zero, which is the cheapest to write 64 times.
    const EMPTY: Self =
        Self { end: 0, item: 0, limit: 0, encoding: Encoding::ImplicitLittle, fragments: false, number: 0 };
}

/// What a header means in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// An element; `length` bytes of value follow.
    Element,
    /// A sequence of explicit length or not; call [`Nest::enter`] to look into it.
    Sequence,
    /// Encapsulated pixel data; call [`Nest::enter`] to pass through it.
    Fragments,
    /// An item or a delimiter: a header follows.
    Structure,
    /// A delimiter that has no place here was passed over.
    Stray,
    /// A fragment of encapsulated data: `length` bytes to pass over.
    Skip,
}

/// The open sequences and items.
#[derive(Clone, Debug)]
pub(crate) struct Nest {
    depth: usize,
    max: usize,
    frames: [Frame; DEPTH],
    tags: [Tag; DEPTH],
    /// Items begun so far.
    items: u32,
    /// Items begun so far of the sequence of functional groups per frame.
    per_frame: usize,
    encoding: Encoding,
    total: u64,
}

impl Nest {
    /// For a data set of `total` bytes (`u64::MAX` when unknown) in `encoding`.
    pub(crate) fn new(encoding: Encoding, total: u64, max: usize) -> Self {
        Self {
            depth: 0,
            max: max.min(DEPTH),
            frames: [Frame::EMPTY; DEPTH],
            tags: [Tag::new(0, 0); DEPTH],
            items: 0,
            per_frame: 0,
            encoding,
            total,
        }
    }

    /// Forgets what is open and starts over.
    pub(crate) fn reset(&mut self, encoding: Encoding) {
        self.depth = 0;
        self.items = 0;
        self.encoding = encoding;
    }

    /// Sequences that are open, outermost first.
    #[inline]
    pub(crate) fn enclosing(&self) -> &[Tag] {
        self.tags.get(..self.depth).unwrap_or_default()
    }

    /// The number of the innermost item, which tells it from all others of the data set; 0 at the top level.
    #[inline]
    pub(crate) fn item(&self) -> u32 {
        self.top().map_or(0, |frame| frame.number)
    }

    #[inline]
    pub(crate) const fn depth(&self) -> usize {
        self.depth
    }

    #[inline]
    fn top(&self) -> Option<&Frame> {
        self.frames.get(self.depth.checked_sub(1)?)
    }

    #[inline]
    fn top_mut(&mut self) -> Option<&mut Frame> {
        self.frames.get_mut(self.depth.checked_sub(1)?)
    }

    /// The encoding of the header that comes next.
    #[inline]
    pub(crate) fn encoding(&self) -> Encoding {
        self.top().map_or(self.encoding, |frame| frame.encoding)
    }

    /// Whether an element may stand here: at the top level and within items.
    #[inline]
    pub(crate) fn takes_elements(&self) -> bool {
        self.top().is_none_or(|frame| frame.item != NO_ITEM)
    }

    /// Nothing beyond this position can belong to the element that comes next.
    #[inline]
    pub(crate) fn limit(&self) -> u64 {
        self.top().map_or(self.total, |frame| match frame.item {
            OPEN | NO_ITEM => frame.limit,
            end => end,
        })
    }

    /// Whether a header must start at `position`, that is, nothing of explicit length has ended there unseen.
    ///
    /// Closes what ends at `position`; call it before each header.
    #[inline]
    pub(crate) fn settle(&mut self, position: u64) {
        if self.depth != 0 {
            self.close(position);
        }
    }

    fn close(&mut self, position: u64) {
        while let Some(frame) = self.top_mut() {
            if frame.item == position {
                frame.item = NO_ITEM;
            }
            if frame.item == NO_ITEM && frame.end == position {
                self.depth = self.depth.saturating_sub(1);
            } else {
                return;
            }
        }
    }

    /// Says what a header means whose value starts at `position`.
    #[inline]
    pub(crate) fn step(&mut self, header: &Header, position: u64) -> Result<Step, Kind> {
        let limit = self.limit();
        if header.tag.group == 0xfffe {
            return self.structure(header, position, limit);
        }
        if let Some(Frame { item: NO_ITEM, .. }) = self.top() {
            return Err(Kind::Syntax("an element stands where an item should"));
        }
        if header.length != UNDEFINED {
            if position.saturating_add(header.length.into()) > limit {
                return Err(Kind::Length { length: header.length.into() });
            }
            return Ok(if header.is_sequence() { Step::Sequence } else { Step::Element });
        }
        match header.vr {
            Vr::SQ => Ok(Step::Sequence),
            Vr::UN if header.tag.group != 0x7fe0 => Ok(Step::Sequence),
            Vr::UN | Vr::OB | Vr::OD | Vr::OF | Vr::OL | Vr::OV | Vr::OW => Ok(Step::Fragments),
            _ => Err(Kind::Length { length: UNDEFINED.into() }),
        }
    }

    /// Opens the sequence or the encapsulated data whose value starts at `position`.
    pub(crate) fn enter(&mut self, header: &Header, position: u64, step: Step) -> Result<(), Kind> {
        if self.depth >= self.max {
            return Err(Kind::Limit { limit: self.max as u64 });
        }
        let limit = self.limit();
        let (end, limit) = if header.length == UNDEFINED {
            (OPEN, limit)
        } else {
            let end = position.saturating_add(header.length.into());
            (end, end)
        };
        let encoding = if header.vr == Vr::UN { Encoding::ImplicitLittle } else { self.encoding() };
        let frame = Frame { end, item: NO_ITEM, limit, encoding, fragments: step == Step::Fragments, number: 0 };
        if let (Some(slot), Some(tag)) = (self.frames.get_mut(self.depth), self.tags.get_mut(self.depth)) {
            (*slot, *tag) = (frame, header.tag);
            self.depth = self.depth.saturating_add(1);
        }
        if header.tag == Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE {
            self.per_frame = 0;
        }
        Ok(())
    }

    /// Whether the item whose header this is would be one frame more than `most`.
    #[inline]
    pub(crate) fn is_beyond(&self, header: &Header, most: usize) -> bool {
        header.tag == Tag::ITEM
            && self.per_frame >= most
            && self.enclosing().last() == Some(&Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
            && self.top().is_some_and(|frame| frame.item == NO_ITEM)
    }

    /// Where the innermost sequence ends, if it has a length.
    pub(crate) fn end(&self) -> Option<u64> {
        self.top().map(|frame| frame.end).filter(|end| *end != OPEN)
    }

    /// Closes the innermost sequence.
    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn structure(&mut self, header: &Header, position: u64, limit: u64) -> Result<Step, Kind> {
        let number = self.items.saturating_add(1);
        let step = self.place(header, position, limit, number);
        if header.tag == Tag::ITEM && step == Ok(Step::Structure) {
            self.items = number;
            if self.enclosing().last() == Some(&Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE) {
                self.per_frame = self.per_frame.saturating_add(1);
            }
        }
        step
    }

    fn place(&mut self, header: &Header, position: u64, limit: u64, number: u32) -> Result<Step, Kind> {
        let Some(frame) = self.top_mut() else {
            return match header.tag {
                Tag::ITEM_DELIMITATION_ITEM | Tag::SEQUENCE_DELIMITATION_ITEM => Ok(Step::Stray),
                _ => Err(Kind::Syntax("an item stands outside a sequence")),
            };
        };
        match (header.tag, frame.item) {
            (Tag::ITEM, NO_ITEM) if header.length == UNDEFINED => {
                if frame.fragments {
                    return Err(Kind::Length { length: UNDEFINED.into() });
                }
                (frame.item, frame.number) = (OPEN, number);
                Ok(Step::Structure)
            }
            (Tag::ITEM, NO_ITEM) => {
                let end = position.saturating_add(header.length.into());
                if end > limit {
                    return Err(Kind::Length { length: header.length.into() });
                }
                if frame.fragments {
                    return Ok(Step::Skip);
                }
                (frame.item, frame.number) = (end, number);
                Ok(Step::Structure)
            }
            (Tag::ITEM_DELIMITATION_ITEM, OPEN) => {
                frame.item = NO_ITEM;
                Ok(Step::Structure)
            }
            (Tag::SEQUENCE_DELIMITATION_ITEM, item @ (NO_ITEM | OPEN)) if frame.end == OPEN => {
                self.depth = self.depth.saturating_sub(1);
                Ok(if item == NO_ITEM { Step::Structure } else { Step::Stray })
            }
            (Tag::ITEM_DELIMITATION_ITEM | Tag::SEQUENCE_DELIMITATION_ITEM, _) => Ok(Step::Stray),
            _ => Err(Kind::Syntax("an item stands where an element should")),
        }
    }

    /// After damage: closes everything up to the nearest explicit end and says where that is.
    pub(crate) fn recover(&mut self) -> Option<u64> {
        while let Some(frame) = self.top_mut() {
            match frame.item {
                OPEN | NO_ITEM => frame.item = NO_ITEM,
                end => return Some(end),
            }
            if frame.end != OPEN {
                return Some(frame.end);
            }
            self.depth = self.depth.saturating_sub(1);
        }
        None
    }
}
