//! Visiting a data set flat, with depth and enclosing sequences.

use super::header::{Encoding, Header, starts_with_item};
use super::nest::{DEPTH, Nest, Step};
use super::skip::{Open, until_delimiter};
use super::{Element, Vr};
use crate::Tag;
use crate::ident::{FRAMES, Place, may_tell};
use iomt_wire::{Error, Kind};

/// Says whether an element, found within the enclosing sequences (outermost first), is wanted. A sequence that is wanted is
/// looked into; one that is not is stepped over with all that it holds.
pub type Filter = fn(&[Tag], Tag) -> bool;

/// One element of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// Sequences around it; 0 at the top level.
    pub depth: usize,
    /// The number of the item that it stands in, which tells it from all others of the walk; 0 at the top level.
    pub item: u32,
    /// The element. A sequence stands before its content and has an empty value.
    pub element: Element<'a>,
}

/// Every element at every depth in the order of the wire; after an error it is finished. Of a data set that was cut short, all
/// that is before the cut.
///
/// Follows at most 64 sequences within one another. Costs nothing but the stack: about 2 KiB, no allocation.
#[derive(Clone)]
pub struct Walk<'a> {
    bytes: &'a [u8],
    position: usize,
    nest: Nest,
}

impl core::fmt::Debug for Walk<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Walk")
            .field("offset", &self.position)
            .field("enclosing", &self.nest.enclosing())
            .finish_non_exhaustive()
    }
}

impl<'a> Walk<'a> {
    pub(crate) fn new(bytes: &'a [u8], encoding: Encoding) -> Self {
        Self { bytes, position: 0, nest: Nest::new(encoding, u64::MAX, DEPTH) }
    }

    /// The sequences around the entry that was returned last, outermost first. Of an entry that is itself a sequence, they
    /// do not contain it.
    #[must_use]
    pub fn enclosing(&self, entry: &Entry<'_>) -> &[Tag] {
        self.nest.enclosing().get(..entry.depth).unwrap_or_default()
    }

    #[inline]
    fn error(&self, field: &'static str, kind: Kind) -> Error {
        Error { offset: self.position, field, kind }
    }

    /// Nothing beyond this belongs to the element that comes next: where what encloses it ends, or the bytes do.
    #[inline]
    fn limit(&self) -> usize {
        usize::try_from(self.nest.limit()).map_or(self.bytes.len(), |limit| limit.min(self.bytes.len()))
    }

    /// A value that reaches beyond all bytes: the data set was cut short.
    #[cold]
    fn cut(&self, header: &Header, start: usize) -> Error {
        let available = self.bytes.len().saturating_sub(start);
        let kind = Kind::Truncated { needed: header.length.into(), available };
        Error { offset: start, field: "element value", kind }
    }

    /// The next element that is wanted; `to_pixels` ends the walk before (7FE0,eeee) of the top level.
    ///
    /// The short way is for what nearly all elements are: no structure, of a length that fits. Whatever it does not
    /// understand it leaves to the long way, one header at a time.
    #[inline]
    fn advance(&mut self, to_pixels: bool, wish: &impl Wish) -> Result<Option<Entry<'a>>, Error> {
        loop {
            self.nest.settle(self.position as u64);
            let encoding = self.nest.encoding();
            let limit = self.limit();
            let mut found = None;
            if self.nest.takes_elements()
                && let Some(level) = self.bytes.get(self.position..limit)
            {
                let rest;
                (rest, found) = pass(level, encoding, wish, self.nest.enclosing());
                self.position = limit.saturating_sub(rest);
            }
            if let Some((header, value)) = found
                && let vr = header.resolved_vr()
                && (vr != Vr::SQ || is_opaque(&header, value))
            {
                let offset = self.position;
                self.position = offset.saturating_add(header.size.into()).saturating_add(value.len());
                let vr = if encoding.is_explicit() || vr == Vr::SQ { header.vr } else { vr };
                let element = Element { tag: header.tag, vr, length: header.length, value, offset, encoding };
                return Ok(Some(Entry { depth: self.nest.depth(), item: self.nest.item(), element }));
            }
            match self.long(to_pixels, found.is_some(), wish)? {
                Long::Passed => {}
                Long::Entry(entry) => return Ok(Some(entry)),
                Long::End => return Ok(None),
            }
        }
    }

    /// What stands at the position, whatever it is, and the structure behind it up to where elements may stand again;
    /// `wanted` says that the wish was asked before, and granted.
    #[inline(never)]
    fn long(&mut self, to_pixels: bool, mut wanted: bool, wish: &impl Wish) -> Result<Long<'a>, Error> {
        loop {
            // The short way may have gone up to the end of an item.
            self.nest.settle(self.position as u64);
            let rest = self.bytes.get(self.position..).unwrap_or_default();
            if rest.is_empty() {
                return if self.nest.depth() == 0 {
                    Ok(Long::End)
                } else {
                    Err(self.error("sequence", Kind::Truncated { needed: 8, available: 0 }))
                };
            }
            let encoding = self.nest.encoding();
            let header = match Header::decode(rest, encoding) {
                Ok(header) => header,
                Err(needed) => {
                    let kind = Kind::Truncated { needed: needed as u64, available: rest.len() };
                    return Err(self.error("element header", kind));
                }
            };
            if to_pixels && header.tag.group == 0x7fe0 && self.nest.depth() == 0 {
                return Ok(Long::End);
            }
            if self.nest.is_beyond(&header, wish.frames()) {
                self.pass_frames(encoding)?;
                continue;
            }
            let offset = self.position;
            let start = offset.saturating_add(header.size.into());
            let step = match self.nest.step(&header, start as u64) {
                Ok(step) => step,
                Err(kind) => return Err(self.error("element", kind)),
            };
            let next = start.saturating_add(usize::try_from(header.length).unwrap_or(usize::MAX));
            // Of a sequence that is cut short, what is there: it is walked to the cut.
            let value = self.bytes.get(start..next.min(self.bytes.len())).unwrap_or_default();
            let (depth, item) = (self.nest.depth(), self.nest.item());
            match step {
                Step::Structure | Step::Stray => self.position = start,
                Step::Skip if next > self.bytes.len() => return Err(self.cut(&header, start)),
                Step::Skip => self.position = next,
                Step::Element | Step::Sequence | Step::Fragments => {
                    wanted = wanted || wish.within(self.nest.enclosing())(header.tag);
                    let open = Open::by(&header).filter(|_| header.length == super::UNDEFINED);
                    if let (Some(open), false) = (open, wanted) {
                        self.position = self.past(&header, open, encoding, start)?;
                    } else if step == Step::Element || !wanted || is_opaque(&header, value) {
                        if next > self.bytes.len() {
                            return Err(self.cut(&header, start));
                        }
                        self.position = next;
                        if wanted {
                            let mut element = describe(&header, value, offset, encoding);
                            element.vr = if step == Step::Element { element.vr } else { header.vr };
                            return Ok(Long::Entry(Entry { depth, item, element }));
                        }
                    } else {
                        self.position = start;
                        self.nest.enter(&header, start as u64, step).map_err(|kind| self.error("sequence", kind))?;
                        return Ok(Long::Entry(Entry {
                            depth,
                            item,
                            element: describe(&header, &[], offset, encoding),
                        }));
                    }
                }
            }
            if self.nest.takes_elements() {
                return Ok(Long::Passed);
            }
            wanted = false;
        }
    }

    /// Where a sequence of undefined length ends that nothing is wanted of.
    fn past(&self, header: &Header, open: Open, encoding: Encoding, start: usize) -> Result<usize, Error> {
        let level = self.bytes.get(start..self.limit()).unwrap_or_default();
        let content = if header.vr == Vr::UN { Encoding::ImplicitLittle } else { encoding };
        match until_delimiter(level, open, content, self.nest.depth()) {
            Ok(extent) => Ok(start.saturating_add(extent.behind)),
            Err((at, field, kind)) => Err(Error { offset: start.saturating_add(at), field, kind }),
        }
    }

    /// Passes over the items that are left of the innermost sequence.
    #[cold]
    fn pass_frames(&mut self, encoding: Encoding) -> Result<(), Error> {
        if let Some(end) = self.nest.end() {
            let end = usize::try_from(end).unwrap_or(usize::MAX);
            if end > self.bytes.len() {
                return Err(self.error("sequence", Kind::Truncated { needed: end as u64, available: self.bytes.len() }));
            }
            self.position = end;
            return Ok(());
        }
        let start = self.position;
        let level = self.bytes.get(start..self.limit()).unwrap_or_default();
        let depth = self.nest.depth().saturating_sub(1);
        let extent = until_delimiter(level, Open::Sequence, encoding, depth).map_err(|(at, field, kind)| Error {
            offset: start.saturating_add(at),
            field,
            kind,
        })?;
        self.position = start.saturating_add(extent.behind);
        self.nest.leave();
        Ok(())
    }

    fn finish(&mut self) {
        self.position = self.bytes.len();
        self.nest.reset(Encoding::ImplicitLittle);
    }
}

/// Where the long way of one header ended.
enum Long<'a> {
    Passed,
    Entry(Entry<'a>),
    End,
}

/// Steps over the elements at the front of `level` that are not wanted. Stops before the first that is, which it returns, or
/// before what is more than an element with a value; says how many bytes are left there.
#[inline]
fn pass<'a>(
    level: &'a [u8],
    encoding: Encoding,
    wish: &impl Wish,
    enclosing: &[Tag],
) -> (usize, Option<(Header, &'a [u8])>) {
    let wanted = wish.within(enclosing);
    let mut rest = level;
    loop {
        if encoding == Encoding::ExplicitLittle {
            rest = pass_short(rest, |tag| wish.may_be(tag));
        }
        let whole = Header::decode(rest, encoding).ok().filter(|header| header.tag.group < 0x7fe0).and_then(|header| {
            let (whole, behind) = rest.split_at_checked(header.extent()?)?;
            Some((header, whole.get(header.size.into()..)?, behind))
        });
        match whole {
            Some((header, value, _)) if wanted(header.tag) => return (rest.len(), Some((header, value))),
            Some((.., behind)) => rest = behind,
            None => return (rest.len(), None),
        }
    }
}

/// The tightest loop: over elements with the short header of explicit little endian, up to the first that may be wanted.
///
/// The header is taken apart as one number, which compiles to one load; the tag is handed on as one, its group in the low half.
#[inline]
pub(super) fn pass_short(level: &[u8], may_be_wanted: impl Fn(u32) -> bool) -> &[u8] {
    let mut rest = level;
    while let Some((head, behind)) = rest.split_first_chunk()
        && let word = u64::from_le_bytes(*head)
        && Vr(half(word, 32).to_le_bytes()).is_short()
        && half(word, 0) < 0x7fe0
        && !may_be_wanted(u32::try_from(word & 0xffff_ffff).unwrap_or_default())
        && let Some(behind) = behind.get(usize::from(half(word, 48))..)
    {
        rest = behind;
    }
    rest
}

#[inline(always)]
fn half(word: u64, shift: u32) -> u16 {
    u16::try_from(word >> shift & 0xffff).unwrap_or_default()
}

/// Which elements a walk returns.
trait Wish {
    /// Which of those that stand within the enclosing sequences.
    fn within(&self, enclosing: &[Tag]) -> impl Fn(Tag) -> bool;

    /// A cheap test that holds at least for what is wanted anywhere.
    #[inline]
    fn may_be(&self, _: u32) -> bool {
        true
    }

    /// Frames whose functional groups are looked into.
    #[inline]
    fn frames(&self) -> usize {
        FRAMES
    }
}

struct Everything;

impl Wish for Everything {
    #[inline]
    fn within(&self, _: &[Tag]) -> impl Fn(Tag) -> bool {
        |_| true
    }

    #[inline]
    fn frames(&self) -> usize {
        usize::MAX
    }
}

struct Equipment;

impl Wish for Equipment {
    #[inline]
    fn within(&self, enclosing: &[Tag]) -> impl Fn(Tag) -> bool {
        let place = Place::within(enclosing);
        move |tag| place.tells(tag)
    }

    #[inline]
    fn may_be(&self, tag: u32) -> bool {
        may_tell(tag)
    }
}

impl Wish for Filter {
    #[inline]
    fn within(&self, enclosing: &[Tag]) -> impl Fn(Tag) -> bool {
        move |tag| self(enclosing, tag)
    }
}

/// Whether a value that the dictionary alone takes for a sequence holds no items: it is bytes.
#[inline]
fn is_opaque(header: &Header, value: &[u8]) -> bool {
    header.vr == Vr::UN && header.length != super::UNDEFINED && !starts_with_item(value)
}

#[inline]
pub(crate) fn describe<'a>(header: &Header, value: &'a [u8], offset: usize, encoding: Encoding) -> Element<'a> {
    let vr = if encoding.is_explicit() { header.vr } else { header.resolved_vr() };
    Element { tag: header.tag, vr, length: header.length, value, offset, encoding }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Result<Entry<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.advance(false, &Everything);
        if entry.is_err() {
            self.finish();
        }
        entry.transpose()
    }
}

impl core::iter::FusedIterator for Walk<'_> {}

/// The elements that a filter wants, from the front up to the pixel data; after an error it is finished.
#[derive(Clone)]
pub struct Identity<'a> {
    walk: Walk<'a>,
    /// Nothing for the whitelist of [`is_identity`](crate::ident::is_identity), which needs no call for each element.
    filter: Option<Filter>,
}

impl core::fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Identity").field("walk", &self.walk).finish_non_exhaustive()
    }
}

impl<'a> Identity<'a> {
    pub(crate) const fn new(walk: Walk<'a>, filter: Option<Filter>) -> Self {
        Self { walk, filter }
    }

    /// The sequences around the entry that was returned last, outermost first.
    #[must_use]
    pub fn enclosing(&self, entry: &Entry<'_>) -> &[Tag] {
        self.walk.enclosing(entry)
    }
}

impl<'a> Iterator for Identity<'a> {
    type Item = Result<Entry<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = match self.filter {
            None => self.walk.advance(true, &Equipment),
            Some(filter) => self.walk.advance(true, &filter),
        };
        if !matches!(entry, Ok(Some(_))) {
            self.walk.finish();
        }
        entry.transpose()
    }
}

impl core::iter::FusedIterator for Identity<'_> {}
