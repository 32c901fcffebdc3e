//! Person names.
//!
//! ```text
//!  Yamada^Tarou = 山田^太郎 = やまだ^たろう
//!  alphabetic     ideographic  phonetic         groups, split at =
//!  family ^ given ^ middle ^ prefix ^ suffix    components of each, split at ^
//! ```
//! PS3.5 section 6.2.1. Both delimiters may be second bytes of two-byte characters, so the character set splits.

use crate::text::{CharacterSet, Split};
use crate::uid::trim_text;

/// A name, its parts found when asked for. `Debug` shows none of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PersonName<'a> {
    text: &'a [u8],
    set: CharacterSet,
}

impl core::fmt::Debug for PersonName<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PersonName").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// The components of one group of a name: family, given, middle, prefix, suffix.
#[derive(Clone, Copy, Debug)]
pub struct Components<'a> {
    split: Split<'a>,
}

impl<'a> PersonName<'a> {
    /// A name as one value of an element has it.
    #[must_use]
    pub const fn new(text: &'a [u8], set: CharacterSet) -> Self {
        Self { text, set }
    }

    /// All of it.
    #[must_use]
    pub const fn text(&self) -> &'a [u8] {
        self.text
    }

    /// The character set that it is written in.
    #[must_use]
    pub const fn character_set(&self) -> CharacterSet {
        self.set
    }

    /// A group: 0 alphabetic, 1 ideographic, 2 phonetic. Nothing when the name has none at that place.
    #[must_use]
    pub fn group(&self, number: usize) -> Option<&'a [u8]> {
        self.set.split(self.text, b'=').nth(number).map(trim_text)
    }

    /// The components of a group.
    #[must_use]
    pub fn components(&self, group: usize) -> Components<'a> {
        Components { split: self.set.split(self.group(group).unwrap_or_default(), b'^') }
    }
}

impl<'a> Iterator for Components<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.split.next().map(trim_text)
    }
}

impl core::iter::FusedIterator for Components<'_> {}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn groups_and_components_are_found() {
        let name = PersonName::new(b"Doe ^Jane^^Dr=\xc4^x", CharacterSet::parse(b"ISO_IR 100"));
        assert_eq!(name.components(0).collect::<Vec<_>>(), [&b"Doe"[..], b"Jane", b"", b"Dr"]);
        assert_eq!((name.group(1), name.group(2)), (Some(&b"\xc4^x"[..]), None));
        assert_eq!(name.components(2).collect::<Vec<_>>(), [b""]);
        assert!(!std::format!("{name:?}").contains("Doe"));
    }

    #[test]
    fn second_bytes_of_kanji_do_not_split() {
        // The second character of the family name is 24 3D, of the given name 24 5E: constructed.
        let text = b"A^B=\x1b$B$=$^\x1b(B^\x1b$B$^\x1b(B";
        let name = PersonName::new(text, CharacterSet::parse(b"\\ISO 2022 IR 87"));
        assert_eq!(name.components(1).count(), 2);
        assert_eq!(name.group(2), None);
    }
}
