//! A data set in one piece.

use super::header::{Encoding, Header, UNDEFINED};
use super::skip::{Open, until_delimiter};
use super::walk::{Filter, Identity, Walk, describe};
use super::{Element, Vr};
use crate::Tag;
use iomt_wire::{Cursor, Error, Kind};

/// The bytes of a data set and how they are laid out.
#[derive(Clone, Copy)]
pub struct DataSet<'a> {
    bytes: &'a [u8],
    offset: usize,
    encoding: Encoding,
}

impl core::fmt::Debug for DataSet<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DataSet")
            .field("bytes", &self.bytes.len())
            .field("encoding", &self.encoding)
            .finish_non_exhaustive()
    }
}

impl<'a> DataSet<'a> {
    /// Borrows a data set; reads nothing yet.
    #[must_use]
    pub const fn new(bytes: &'a [u8], encoding: Encoding) -> Self {
        Self { bytes, offset: 0, encoding }
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The encoding.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The elements of the top level.
    #[must_use]
    pub const fn elements(&self) -> Elements<'a> {
        Elements { cursor: Cursor::at(self.bytes, self.offset), encoding: self.encoding }
    }

    /// Every element at every depth, in the order of the wire, each sequence before its content.
    #[must_use]
    pub fn walk(&self) -> Walk<'a> {
        Walk::new(self.bytes, self.encoding)
    }

    /// Only the elements that say something about a device ([`is_identity`](crate::ident::is_identity)); stops before the
    /// pixel data.
    #[must_use]
    pub fn identity(&self) -> Identity<'a> {
        Identity::new(self.walk(), None)
    }

    /// Only the elements that a filter wants; stops before the pixel data.
    #[must_use]
    pub fn filtered(&self, filter: Filter) -> Identity<'a> {
        Identity::new(self.walk(), Some(filter))
    }

    /// The first top-level element with this tag; stops looking at the first greater tag.
    ///
    /// # Errors
    /// When the data set breaks before the tag could be found.
    pub fn find(&self, tag: Tag) -> Result<Option<Element<'a>>, Error> {
        for element in self.elements() {
            let element = element?;
            if element.tag >= tag {
                return Ok((element.tag == tag).then_some(element));
            }
        }
        Ok(None)
    }
}

/// The elements of one level; after an error it is finished.
#[derive(Clone, Copy)]
pub struct Elements<'a> {
    cursor: Cursor<'a>,
    encoding: Encoding,
}

impl core::fmt::Debug for Elements<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Elements").field("offset", &self.cursor.offset()).finish_non_exhaustive()
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        // The whole of the short way is inlined into the caller's loop, and nothing else is.
        if self.encoding == Encoding::ExplicitLittle
            && let Ok(header) = Header::decode(self.cursor.rest(), Encoding::ExplicitLittle)
            && let Some((whole, behind)) =
                header.extent().and_then(|extent| self.cursor.rest().split_at_checked(extent))
            && let Some(value) = whole.get(header.size.into()..)
        {
            let offset = self.cursor.offset();
            self.cursor = Cursor::at(behind, offset.saturating_add(whole.len()));
            return Some(Ok(describe(&header, value, offset, Encoding::ExplicitLittle)));
        }
        self.other()
    }
}

impl<'a> Elements<'a> {
    /// Bytes from the head of the data set to the element that comes next.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.cursor.offset()
    }

    #[inline(never)]
    fn other(&mut self) -> Option<Result<Element<'a>, Error>> {
        if self.cursor.is_empty() {
            return None;
        }
        let element = element(&mut self.cursor, self.encoding);
        if element.is_err() {
            self.cursor.finish();
        }
        Some(element)
    }
}

impl core::iter::FusedIterator for Elements<'_> {}

#[inline]
fn header(cursor: &mut Cursor<'_>, encoding: Encoding) -> Result<Header, Error> {
    match Header::decode(cursor.rest(), encoding) {
        Ok(header) => {
            cursor.skip(header.size, "element header")?;
            Ok(header)
        }
        Err(needed) => {
            let kind = Kind::Truncated { needed: needed as u64, available: cursor.remaining() };
            Err(cursor.error("element header", kind))
        }
    }
}

#[inline]
fn element<'a>(cursor: &mut Cursor<'a>, encoding: Encoding) -> Result<Element<'a>, Error> {
    let offset = cursor.offset();
    let header = header(cursor, encoding)?;
    let value = if header.length == UNDEFINED {
        undefined(cursor, &header, encoding)?
    } else {
        cursor.take(header.length, "element value")?
    };
    Ok(describe(&header, value, offset, encoding))
}

/// Takes the value of undefined length and passes over the delimiter behind it.
#[cold]
fn undefined<'a>(cursor: &mut Cursor<'a>, header: &Header, encoding: Encoding) -> Result<&'a [u8], Error> {
    let open = if header.tag.group == 0xfffe { Some(Open::Item) } else { Open::by(header) };
    let Some(open) = open else {
        return Err(cursor.error("element length", Kind::Length { length: UNDEFINED.into() }));
    };
    let content = if header.vr == Vr::UN && open != Open::Item { Encoding::ImplicitLittle } else { encoding };
    let bytes = cursor.rest();
    let first = cursor.offset();
    let extent = until_delimiter(bytes, open, content, 0).map_err(|(at, field, kind)| Error {
        offset: first.saturating_add(at),
        field,
        kind,
    })?;
    let (_, behind) = bytes.split_at_checked(extent.behind).unwrap_or_default();
    *cursor = Cursor::at(behind, first.saturating_add(extent.behind));
    Ok(bytes.get(..extent.content).unwrap_or_default())
}

/// One item of a sequence, or one fragment of encapsulated pixel data.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// The length as declared, FFFFFFFF for undefined.
    pub length: u32,
    /// Bytes from the head of the data set to the item's tag.
    pub offset: usize,
    bytes: &'a [u8],
    encoding: Encoding,
}

impl core::fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Item").field("length", &self.length).field("offset", &self.offset).finish_non_exhaustive()
    }
}

impl<'a> Item<'a> {
    /// The content: elements, or the bytes of a fragment.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The item's elements.
    #[must_use]
    pub const fn elements(&self) -> Elements<'a> {
        Elements { cursor: Cursor::at(self.bytes, self.offset.saturating_add(8)), encoding: self.encoding }
    }
}

/// The items of a sequence; after an error it is finished.
#[derive(Clone, Copy)]
pub struct Items<'a> {
    cursor: Cursor<'a>,
    encoding: Encoding,
}

impl core::fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Items").field("offset", &self.cursor.offset()).finish_non_exhaustive()
    }
}

impl<'a> Items<'a> {
    pub(crate) fn of(element: &Element<'a>) -> Self {
        let short = element.encoding == Encoding::ImplicitLittle;
        let encoding = if element.vr == Vr::UN { Encoding::ImplicitLittle } else { element.encoding };
        let offset = element.offset.saturating_add(if short { 8 } else { Header::MAX });
        Self { cursor: Cursor::at(element.value, offset), encoding }
    }

    fn item(&mut self) -> Result<Option<Item<'a>>, Error> {
        loop {
            if self.cursor.is_empty() {
                return Ok(None);
            }
            let offset = self.cursor.offset();
            let header = header(&mut self.cursor, self.encoding)?;
            match header.tag {
                Tag::ITEM => {
                    let bytes = if header.length == UNDEFINED {
                        undefined(&mut self.cursor, &header, self.encoding)?
                    } else {
                        self.cursor.take(header.length, "item")?
                    };
                    return Ok(Some(Item { length: header.length, offset, bytes, encoding: self.encoding }));
                }
                Tag::ITEM_DELIMITATION_ITEM | Tag::SEQUENCE_DELIMITATION_ITEM => {}
                _ => {
                    let kind = Kind::Syntax("an element stands where an item should");
                    return Err(Error { offset, field: "item", kind });
                }
            }
        }
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Result<Item<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.item();
        if item.is_err() {
            self.cursor.finish();
        }
        item.transpose()
    }
}

impl core::iter::FusedIterator for Items<'_> {}
