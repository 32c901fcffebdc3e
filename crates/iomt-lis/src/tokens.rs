//! All of a record in one pass.

use crate::record::Record;
use iomt_wire::scan::{Marks, last_chunk};

/// A component and its place, as the standard counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The value, still escaped; empty when nothing was sent.
    pub bytes: &'a [u8],
    /// Where it lies, counted as the record's offset is.
    pub offset: usize,
    /// Number of the field; 1 is the record type.
    pub field: u32,
    /// Number of the repeat.
    pub repeat: u32,
    /// Number of the component.
    pub component: u32,
}

impl core::fmt::Debug for Token<'_> {
    /// Says where, not what: a value may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { offset, field, repeat, component, .. } = self;
        write!(f, "Token({field}[{repeat}].{component} at {offset})")
    }
}

impl<'a> Record<'a> {
    /// Calls `visit` with every component of the record in order. What was left empty is visited once, with no bytes.
    #[inline]
    pub fn tokens(&self, mut visit: impl FnMut(Token<'a>)) {
        let bytes = self.bytes();
        let delimiters = *self.delimiters();
        let field_end = delimiters.field;
        let repeat_end = delimiters.repeat.unwrap_or(field_end);
        let component_end = delimiters.component.unwrap_or(field_end);
        let header = matches!(bytes, [b'H' | b'h', ..]);
        let (mut field, mut repeat, mut component) = (1_u32, 1_u32, 1_u32);
        let mut begin = 0_usize;
        let last = last_chunk(bytes, 0);
        let mut marks = Marks::new(bytes, &last, 0, [field_end, repeat_end, component_end]);
        while let Some((at, byte)) = marks.next() {
            // The declaration itself: nothing in it delimits.
            if header && field == 2 && byte != field_end {
                continue;
            }
            let value = bytes.get(begin..at).unwrap_or_default();
            visit(Token { bytes: value, offset: self.offset().saturating_add(begin), field, repeat, component });
            begin = at.wrapping_add(1);
            if byte == field_end {
                (field, repeat, component) = (field.wrapping_add(1), 1, 1);
            } else if byte == repeat_end {
                (repeat, component) = (repeat.wrapping_add(1), 1);
            } else {
                component = component.wrapping_add(1);
            }
        }
        let value = bytes.get(begin..).unwrap_or_default();
        visit(Token { bytes: value, offset: self.offset().saturating_add(begin), field, repeat, component });
    }
}

#[cfg(test)]
mod tests {
    use crate::{Delimiters, Record};
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn by_views(record: Record<'_>) -> Vec<(Vec<u8>, usize, u32, u32, u32)> {
        let mut all = Vec::new();
        for (f, field) in (1..).zip(record.fields()) {
            for (r, repeat) in (1..).zip(field.repeats()) {
                for (c, component) in (1..).zip(repeat.components()) {
                    all.push((component.bytes().to_vec(), component.offset(), f, r, c));
                }
            }
        }
        all
    }

    proptest! {
        #[test]
        fn one_pass_equals_the_views(text in "[HRP][|!\\\\^&ab]{0,40}", offset in 0_usize..9) {
            let record = Record::new(text.as_bytes(), offset, Delimiters::DEFAULT);
            let mut tokens = Vec::new();
            record.tokens(|t| tokens.push((t.bytes.to_vec(), t.offset, t.field, t.repeat, t.component)));
            prop_assert_eq!(tokens, by_views(record));
        }
    }
}
