//! Private elements and who reserved them.
//!
//! ```text
//!  (0009,0010) LO  "GEMS_IDEN_01"      reserves (0009,1000) to (0009,10FF) within this item, and nowhere else
//!  (0009,1001) LO  "..."               so this is element 01 of GEMS_IDEN_01
//! ```
//! PS3.5 section 7.8. The number of the block differs from file to file, and an item inherits nothing from what encloses it.

use super::{Entry, trim_text};
use crate::Tag;

/// Creators that are remembered at the same time; a real object has a few in each of a few nested items.
const SLOTS: usize = 64;

#[derive(Clone, Copy)]
struct Slot<'a> {
    depth: usize,
    item: u32,
    tag: Tag,
    creator: &'a [u8],
}

/// The private creators in force during a walk, resolved item by item.
///
/// ```
/// use iomt_dicom::element::{Creators, DataSet, Encoding};
///
/// let bytes = b"\x09\0\x10\0LO\x0c\0GEMS_IDEN_01\x09\0\x01\x10LO\x02\0X ";
/// let mut creators = Creators::new();
/// for entry in DataSet::new(bytes, Encoding::ExplicitLittle).walk().flatten() {
///     creators.see(&entry);
///     if entry.element.tag.element == 0x1001 {
///         assert_eq!(creators.of(&entry), Some(&b"GEMS_IDEN_01"[..]));
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Creators<'a> {
    slots: [Slot<'a>; SLOTS],
    used: usize,
    overflowed: bool,
}

iomt_wire::shows!(Creators: used, overflowed);

impl Default for Creators<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Creators<'a> {
    /// No creator yet.
    #[must_use]
    pub const fn new() -> Self {
        let none = Slot { depth: 0, item: 0, tag: Tag::new(0, 0), creator: &[] };
        Self { slots: [none; SLOTS], used: 0, overflowed: false }
    }

    /// Takes the next entry of a walk: forgets the creators of items that have ended, remembers a new one.
    pub fn see(&mut self, entry: &Entry<'a>) {
        while let Some(last) = self.used.checked_sub(1).and_then(|last| self.slots.get(last))
            && (last.depth > entry.depth || last.depth == entry.depth && last.item != entry.item)
        {
            self.used = self.used.saturating_sub(1);
        }
        if !entry.element.tag.is_private_creator() {
            return;
        }
        let creator = trim_text(entry.element.value);
        match self.slots.get_mut(self.used) {
            Some(slot) => {
                *slot = Slot { depth: entry.depth, item: entry.item, tag: entry.element.tag, creator };
                self.used = self.used.saturating_add(1);
            }
            None => self.overflowed = true,
        }
    }

    /// The creator that reserved the block of a private element; nothing for all other elements, and for one whose block
    /// nobody reserved.
    #[must_use]
    pub fn of(&self, entry: &Entry<'_>) -> Option<&'a [u8]> {
        let creator = entry.element.tag.private_creator()?;
        let slots = self.slots.get(..self.used).unwrap_or_default();
        let here = slots.iter().rev().take_while(|slot| slot.depth == entry.depth && slot.item == entry.item);
        here.filter(|slot| slot.tag == creator).map(|slot| slot.creator).next()
    }

    /// Whether more creators were in force at the same time than are remembered, 64.
    #[must_use]
    pub const fn overflowed(&self) -> bool {
        self.overflowed
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::{DataSet, Encoding, Vr};
    use super::*;
    use crate::emit;
    use alloc::vec::Vec;

    fn resolve(bytes: &[u8]) -> Vec<(Tag, Option<&[u8]>)> {
        let mut creators = Creators::new();
        let mut found = Vec::new();
        for entry in DataSet::new(bytes, Encoding::ExplicitLittle).walk().map(Result::unwrap) {
            creators.see(&entry);
            if entry.element.tag.is_private() && !entry.element.tag.is_private_creator() {
                found.push((entry.element.tag, creators.of(&entry)));
            }
        }
        found
    }

    #[test]
    fn the_scope_of_a_creator_is_its_item() {
        let (creator, value) = (Tag::new(0x0009, 0x0010), Tag::new(0x0009, 0x1001));
        let item = || emit::DataSet::new(Encoding::ExplicitLittle);
        let owned = item().text(creator, Vr::LO, b"INNER").text(value, Vr::LO, b"1");
        let orphan = item().text(value, Vr::LO, b"2");
        for open in [false, true] {
            let items = [owned.clone(), orphan.clone()];
            let data = item().text(creator, Vr::LO, b"OUTER");
            let tag = Tag::new(0x0009, 0x1000);
            let data = if open { data.open_sequence(tag, &items) } else { data.sequence(tag, &items) };
            let bytes = data.text(value, Vr::LO, b"3").text(Tag::new(0x0009, 0x1101), Vr::LO, b"4").build();
            let found: Vec<_> = resolve(&bytes).into_iter().map(|(_, creator)| creator).collect();
            let (outer, inner) = (Some(&b"OUTER"[..]), Some(&b"INNER"[..]));
            assert_eq!(found, [outer, inner, None, outer, None]);
        }
    }
}
