//! Which character set is in force where.

use super::CharacterSet;
use crate::Tag;
use crate::element::Entry;

/// Sequences that a walk follows, and the top level.
const SLOTS: usize = 65;

#[derive(Clone, Copy, Debug)]
struct Slot {
    depth: usize,
    item: u32,
    set: CharacterSet,
}

/// The character sets in force during a walk: that of the data set, unless an item has its own. Unlike private creators, an
/// item inherits the set of what encloses it (PS3.3 section C.12.1.1.2).
#[derive(Clone, Debug)]
pub struct CharacterSets {
    slots: [Slot; SLOTS],
    used: usize,
}

impl Default for CharacterSets {
    fn default() -> Self {
        Self::new()
    }
}

impl CharacterSets {
    /// ASCII, until something else is said.
    #[must_use]
    pub const fn new() -> Self {
        Self { slots: [Slot { depth: 0, item: 0, set: CharacterSet::ASCII }; SLOTS], used: 0 }
    }

    /// Takes the next entry of a walk, and says which set its text is in.
    pub fn see(&mut self, entry: &Entry<'_>) -> CharacterSet {
        let current = loop {
            match self.used.checked_sub(1).and_then(|last| self.slots.get(last)) {
                Some(last) if last.depth > entry.depth || last.depth == entry.depth && last.item != entry.item => {
                    self.used = self.used.saturating_sub(1);
                }
                Some(last) => break last.set,
                None => break CharacterSet::ASCII,
            }
        };
        if entry.element.tag == Tag::SPECIFIC_CHARACTER_SET {
            let set = CharacterSet::parse(entry.element.value);
            if let Some(slot) = self.slots.get_mut(self.used) {
                *slot = Slot { depth: entry.depth, item: entry.item, set };
                self.used = self.used.saturating_add(1);
            }
        }
        current
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::{DataSet, Encoding, Vr, emit};
    use alloc::vec::Vec;

    #[test]
    fn an_item_inherits_unless_it_has_its_own() {
        let item = || emit::DataSet::new(Encoding::ExplicitLittle);
        let name = |data: emit::DataSet| data.text(Tag::MANUFACTURER, Vr::LO, b"x");
        let charset = |data: emit::DataSet, term: &[u8]| data.text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, term);
        let own = name(charset(item(), b"ISO_IR 144"));
        let nested = name(item()).sequence(Tag::UDI_SEQUENCE, &[own.clone(), name(item())]);
        let data = charset(item(), b"ISO_IR 100");
        let bytes = name(name(data).open_sequence(Tag::new(0x0008, 0x2112), &[own, nested])).build();
        let mut sets = CharacterSets::new();
        let seen: Vec<_> = DataSet::new(&bytes, Encoding::ExplicitLittle)
            .walk()
            .map(Result::unwrap)
            .filter_map(|entry| {
                let set = sets.see(&entry);
                (entry.element.tag == Tag::MANUFACTURER).then_some(set)
            })
            .collect();
        let [latin, cyrillic] = [&b"ISO_IR 100"[..], b"ISO_IR 144"].map(CharacterSet::parse);
        assert_eq!(seen, [latin, cyrillic, latin, cyrillic, latin, latin]);
    }
}
