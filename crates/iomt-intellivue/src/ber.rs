//! A walk over the BER of association messages.
//!
//! ```text
//!  | tag | length        | contents ...
//!  | tag | 80            | contents ... | 00 00 |        indefinite, ends with end-of-contents
//! ```
//! ISO/IEC 8825-1. Tags are of one byte. The walk keeps its own stack, 16 deep, and takes lengths of up to four bytes.
//!
//! What devices really do: monitor and clients use the indefinite form throughout, and within the presentation header one
//! constructed element of definite length holds what is no BER at all (`A0 03 00 00 01`). So an element of definite length
//! is opened only within the user data of ACSE (`61`), and is a leaf elsewhere.

use iomt_wire::{Cursor, Error, Kind, Result};

/// Elements within one another.
const DEPTH: usize = 16;

/// A leaf: its tag, the tag of what encloses it, and its contents, as far as they are there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) parent: u8,
    pub(crate) content: Cursor<'a>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    tag: u8,
    /// Offset of the first byte after it; nothing for the indefinite form.
    end: Option<usize>,
}

/// Iterates the leaves in wire order; an error ends it.
#[derive(Clone, Debug)]
pub(crate) struct Leaves<'a> {
    cursor: Cursor<'a>,
    open: [Open; DEPTH],
    depth: usize,
    /// Depth at which the ACSE data begin.
    acse: Option<usize>,
}

/// Tag of the ACSE PDUs within the presentation.
const FULLY_ENCODED: u8 = 0x61;

impl<'a> Leaves<'a> {
    pub(crate) const fn new(cursor: Cursor<'a>) -> Self {
        Self { cursor, open: [Open { tag: 0, end: None }; DEPTH], depth: 0, acse: None }
    }

    fn top(&self) -> Option<Open> {
        self.open.get(self.depth.checked_sub(1)?).copied()
    }

    fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.acse == Some(self.depth) {
            self.acse = None;
        }
    }

    fn push(&mut self, open: Open) -> Result<()> {
        let Some(slot) = self.open.get_mut(self.depth) else {
            return Err(self.cursor.error("BER element", Kind::Limit { limit: DEPTH as u64 }));
        };
        *slot = open;
        if open.tag == FULLY_ENCODED && self.acse.is_none() {
            self.acse = Some(self.depth);
        }
        self.depth = self.depth.saturating_add(1);
        Ok(())
    }

    /// Where the innermost element of definite length ends.
    fn limit(&self) -> Option<usize> {
        self.open.iter().take(self.depth).rev().find_map(|open| open.end)
    }

    fn leaf(&mut self) -> Result<Option<Element<'a>>> {
        loop {
            while let Some(Open { end: Some(end), .. }) = self.top()
                && self.cursor.offset() >= end
            {
                self.pop();
            }
            if self.cursor.is_empty() {
                return Ok(None);
            }
            let start = self.cursor;
            let [tag, first] = self.cursor.array("BER tag and length")?;
            if [tag, first] == [0, 0] {
                self.pop();
                continue;
            }
            if tag & 0x1f == 0x1f {
                return Err(start.error("BER tag", Kind::Invalid { value: tag.into() }));
            }
            let constructed = tag & 0x20 != 0;
            let parent = self.top().map_or(0, |open| open.tag);
            let length = match first {
                0..=0x7f => u32::from(first),
                0x80 if constructed => {
                    self.push(Open { tag, end: None })?;
                    continue;
                }
                0x81..=0x84 => self
                    .cursor
                    .take(first & 0x7f, "BER length")?
                    .iter()
                    .fold(0, |sum, &byte| sum << 8 | u32::from(byte)),
                _ => return Err(start.error("BER length", Kind::Invalid { value: first.into() })),
            };
            let end = usize::try_from(length).ok().and_then(|length| self.cursor.offset().checked_add(length));
            if self.limit().is_some_and(|limit| end.is_none_or(|end| end > limit)) {
                return Err(start.error("BER length", Kind::Length { length: length.into() }));
            }
            if constructed && (self.acse.is_some() || tag == FULLY_ENCODED) {
                self.push(Open { tag, end: Some(end.unwrap_or(usize::MAX)) })?;
                continue;
            }
            let content = self.cursor.sub_clipped(usize::try_from(length).unwrap_or(usize::MAX));
            return Ok(Some(Element { tag, parent, content }));
        }
    }
}

impl<'a> Iterator for Leaves<'a> {
    type Item = Result<Element<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let leaf = self.leaf();
        if leaf.is_err() {
            self.cursor.finish();
            self.depth = 0;
        }
        leaf.transpose()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use proptest::prelude::*;

    fn leaves(bytes: &[u8]) -> Vec<Result<(u8, u8, Vec<u8>)>> {
        let found = Leaves::new(Cursor::new(bytes));
        found.map(|leaf| leaf.map(|leaf| (leaf.tag, leaf.parent, leaf.content.rest().to_vec()))).collect()
    }

    #[test]
    fn both_forms_of_length_give_the_same_leaves() {
        let wanted = vec![Ok((0x02, 0x30, vec![1])), Ok((0x81, 0x28, vec![9, 9]))];
        assert_eq!(leaves(&[0x61, 0x80, 0x30, 0x80, 2, 1, 1, 0, 0, 0x28, 0x80, 0x81, 2, 9, 9, 0, 0, 0, 0]), wanted);
        assert_eq!(leaves(&[0x61, 11, 0x30, 3, 2, 1, 1, 0x28, 4, 0x81, 2, 9, 9]), wanted);
        assert_eq!(leaves(&[0x61, 0x82, 0, 12, 0x30, 3, 2, 1, 1, 0x28, 5, 0x81, 0x81, 2, 9, 9]), wanted);
    }

    #[test]
    fn an_element_of_definite_length_outside_acse_is_a_leaf() {
        assert_eq!(leaves(&[0xa2, 0x80, 0xa0, 3, 0, 0, 1, 0, 0]), [Ok((0xa0, 0xa2, vec![0, 0, 1]))]);
    }

    #[test]
    fn nesting_stops_at_sixteen() {
        let bytes: Vec<u8> = [0x30, 0x80].repeat(17);
        let error = leaves(&bytes).pop().unwrap().unwrap_err();
        assert_eq!(error.kind, Kind::Limit { limit: 16 });
        let bytes: Vec<u8> = [0x30, 0x80].repeat(16);
        assert!(leaves(&bytes).is_empty());
    }

    #[test]
    fn lengths_over_four_bytes_and_primitives_without_length_are_refused() {
        for bytes in [[0x04, 0x85, 0, 0, 0, 0, 0], [0x04, 0x80, 0, 0, 0, 0, 0], [0x1f, 0x81, 1, 0, 0, 0, 0]] {
            assert!(leaves(&bytes)[0].is_err());
        }
    }

    #[test]
    fn a_length_byte_of_80_and_above_is_unsigned() {
        let mut bytes = vec![0x04, 0x81, 0x90];
        bytes.extend([7; 0x90]);
        assert_eq!(leaves(&bytes), [Ok((0x04, 0, vec![7; 0x90]))]);
    }

    #[test]
    fn an_inner_length_beyond_its_container_is_refused() {
        assert!(leaves(&[0x61, 4, 0x04, 9, 1, 1])[0].is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_end_with_at_most_one_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let found = leaves(&bytes);
            let errors = found.iter().filter(|leaf| leaf.is_err()).count();
            prop_assert!(errors == 0 || (errors == 1 && found.last().unwrap().is_err()));
        }
    }
}
