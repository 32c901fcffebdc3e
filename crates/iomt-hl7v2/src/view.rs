//! Fields and what they contain, borrowed.
//!
//! ```text
//!  |3^A&B~4|""||
//!   |-----|        Field
//!   |---|          Repetition
//!     |-|          Component
//!     |            Subcomponent
//!           ""     Null     an explicit "delete what you have"
//!              --  Absent   nothing is said: keep what you have
//! ```
//! HL7 v2.9.1 chapter 2, sections 2.5.3 and 2.7. What lies behind the end of a segment, a field or a component is absent,
//! exactly as what is written there with no characters; asking for it is no error.

use crate::scan::{Split, Trap, find_either, pieces};
use crate::{Delimiters, escape};
use alloc::borrow::Cow;

/// What is needed to split a slice of this message further. Every view carries it, so it is one word: a byte for each delimiter,
/// zero for one that is not declared, and a byte for the trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Syntax(u64);

impl Syntax {
    pub(crate) fn new(delimiters: Delimiters, trap: Trap) -> Self {
        let Delimiters { field, component, repetition, escape, subcomponent, truncation } = delimiters;
        let [component, repetition, escape, subcomponent, truncation] =
            [component, repetition, escape, subcomponent, truncation].map(Option::unwrap_or_default);
        Self(u64::from_le_bytes([field, component, repetition, escape, subcomponent, truncation, trap as u8, 0]))
    }

    /// The same for what is never split: MSH-1 and MSH-2.
    pub(crate) fn verbatim(self) -> Self {
        Self::new(self.delimiters().verbatim(), self.trap())
    }

    pub(crate) const fn delimiters(self) -> Delimiters {
        let [field, component, repetition, escape, subcomponent, truncation, ..] = self.0.to_le_bytes();
        Delimiters {
            field,
            component: declared(component),
            repetition: declared(repetition),
            escape: declared(escape),
            subcomponent: declared(subcomponent),
            truncation: declared(truncation),
        }
    }

    #[inline(always)]
    pub(crate) const fn field(self) -> u8 {
        let [field, ..] = self.0.to_le_bytes();
        field
    }

    #[inline(always)]
    pub(crate) const fn component(self) -> Option<u8> {
        let [_, component, ..] = self.0.to_le_bytes();
        declared(component)
    }

    #[inline(always)]
    pub(crate) const fn repetition(self) -> Option<u8> {
        let [_, _, repetition, ..] = self.0.to_le_bytes();
        declared(repetition)
    }

    #[inline(always)]
    pub(crate) const fn subcomponent(self) -> Option<u8> {
        let [_, _, _, _, subcomponent, ..] = self.0.to_le_bytes();
        declared(subcomponent)
    }

    #[inline(always)]
    pub(crate) const fn trap(self) -> Trap {
        let [.., trap, _] = self.0.to_le_bytes();
        Trap::of(trap)
    }
}

#[inline(always)]
const fn declared(delimiter: u8) -> Option<u8> {
    match delimiter {
        0 => None,
        byte => Some(byte),
    }
}

/// A value, and the two ways of giving none.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Value<'a> {
    /// Nothing was sent: the receiver keeps what it has.
    Absent,
    /// `""` was sent: the receiver deletes what it has.
    Null,
    /// These bytes were sent, still escaped.
    Present(&'a [u8]),
}

impl core::fmt::Debug for Value<'_> {
    /// Says how long, not what: a value may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Absent => f.write_str("Absent"),
            Self::Null => f.write_str("Null"),
            Self::Present(bytes) => write!(f, "Present({} bytes)", bytes.len()),
        }
    }
}

impl<'a> Value<'a> {
    /// The bytes of a present value.
    #[must_use]
    pub const fn present(self) -> Option<&'a [u8]> {
        match self {
            Self::Present(bytes) => Some(bytes),
            Self::Absent | Self::Null => None,
        }
    }
}

macro_rules! view {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name<'a> {
            bytes: &'a [u8],
            offset: usize,
            syntax: Syntax,
        }

        impl<'a> $name<'a> {
            #[inline]
            pub(crate) const fn new(bytes: &'a [u8], offset: usize, syntax: Syntax) -> Self {
                Self { bytes, offset, syntax }
            }

            /// The bytes as they were sent, still escaped.
            #[inline]
            #[must_use]
            pub const fn bytes(&self) -> &'a [u8] {
                self.bytes
            }

            /// Where the first byte lies in the bytes that were given to [`Message::parse`](crate::Message::parse).
            #[inline]
            #[must_use]
            pub const fn offset(&self) -> usize {
                self.offset
            }

            /// Where all bytes lie in the bytes that were given to [`Message::parse`](crate::Message::parse).
            #[inline]
            #[must_use]
            pub const fn span(&self) -> core::ops::Range<usize> {
                self.offset..self.offset.saturating_add(self.bytes.len())
            }

            /// Whether nothing was sent.
            #[inline]
            #[must_use]
            pub const fn is_absent(&self) -> bool {
                self.bytes.is_empty()
            }

            /// Whether `""` was sent, which asks to delete.
            #[inline]
            #[must_use]
            pub const fn is_null(&self) -> bool {
                matches!(self.bytes, b"\"\"")
            }

            /// The value, or which kind of none.
            #[inline]
            #[must_use]
            pub const fn value(&self) -> Value<'a> {
                match self.bytes {
                    [] => Value::Absent,
                    b"\"\"" => Value::Null,
                    bytes => Value::Present(bytes),
                }
            }

            /// The bytes with escape sequences resolved as [`escape::unescape`] does; borrowed when there is nothing to do.
            #[must_use]
            pub fn unescape(&self) -> Cow<'a, [u8]> {
                escape::unescape(self.bytes, &self.syntax.delimiters())
            }

            /// The value as text for people, as [`display::text`](crate::display::text) makes it. A null value is empty text.
            #[must_use]
            pub fn text(&self, charset: crate::text::Charset) -> Cow<'a, str> {
                if self.is_null() {
                    return Cow::Borrowed("");
                }
                crate::display::text(self.bytes, &self.syntax.delimiters(), charset)
            }
        }

        impl core::fmt::Debug for $name<'_> {
            /// Says where, not what: a field may hold a patient's name.
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($name)).field("span", &self.span()).finish_non_exhaustive()
            }
        }
    };
}

macro_rules! children {
    ($parent:ident, $iterator:ident, $child:ident, $separator:ident, $many:ident, $one:ident, $words:literal) => {
        #[doc = concat!("The ", $words, ", first to last. None when nothing was sent.")]
        #[derive(Clone, Copy, Debug)]
        pub struct $iterator<'a> {
            split: Split<'a>,
            syntax: Syntax,
        }

        impl<'a> Iterator for $iterator<'a> {
            type Item = $child<'a>;

            #[inline]
            fn next(&mut self) -> Option<$child<'a>> {
                let (bytes, offset) = self.split.next()?;
                Some($child::new(bytes, offset, self.syntax))
            }
        }

        impl core::iter::FusedIterator for $iterator<'_> {}

        impl<'a> $parent<'a> {
            #[doc = concat!("The ", $words, ", first to last. None when nothing was sent.")]
            #[inline]
            #[must_use]
            pub fn $many(&self) -> $iterator<'a> {
                let separator = self.syntax.$separator();
                let split = Split::new(self.bytes, self.offset, separator, self.syntax.trap());
                $iterator { split, syntax: self.syntax }
            }

            #[doc = concat!("Number `n` of the ", $words, ", counted from 1 as the standard counts; absent when there is none.")]
            #[inline]
            #[must_use]
            pub fn $one(&self, n: usize) -> $child<'a> {
                let end = self.offset.saturating_add(self.bytes.len());
                let absent = $child::new(&[], end, self.syntax);
                n.checked_sub(1).and_then(|skip| self.$many().nth(skip)).unwrap_or(absent)
            }
        }
    };
}

view!(
    /// What stands between two field separators.
    Field
);
view!(
    /// One of the values of a field that may occur several times.
    Repetition
);
view!(
    /// A part of a composite value.
    Component
);
view!(
    /// A part of a component that is itself composite; nothing is nested deeper.
    Subcomponent
);

view!(
    /// A value of whatever level: where a [`Path`](crate::Path) leads, or a part of a [data type](crate::types).
    Node
);

macro_rules! nodes {
    ($($view:ident),*) => {$(
        impl<'a> From<$view<'a>> for Node<'a> {
            #[inline]
            fn from($view { bytes, offset, syntax }: $view<'a>) -> Self {
                Self { bytes, offset, syntax }
            }
        }
    )*};
}

nodes!(Field, Repetition, Component, Subcomponent);

impl<'a> Node<'a> {
    #[inline]
    pub(crate) const fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// Part `n` of those between separators, counted from 1; absent when there is none.
    pub(crate) fn part(&self, n: usize, separator: Option<u8>) -> Self {
        let end = self.offset.saturating_add(self.bytes.len());
        let mut split = Split::new(self.bytes, self.offset, separator, self.syntax.trap());
        match n.checked_sub(1).and_then(|skip| split.nth(skip)) {
            Some((bytes, offset)) => Self { bytes, offset, syntax: self.syntax },
            None => Self { bytes: &[], offset: end, syntax: self.syntax },
        }
    }
}

children!(Field, Repetitions, Repetition, repetition, repetitions, repetition, "repetitions");
children!(Repetition, Components, Component, component, components, component, "components");
children!(Component, Subcomponents, Subcomponent, subcomponent, subcomponents, subcomponent, "subcomponents");

impl<'a> Repetition<'a> {
    /// The first `N` components, found together.
    #[inline]
    pub(crate) fn first<const N: usize>(&self) -> [Option<Component<'a>>; N] {
        first(self.bytes, self.offset, self.syntax, self.syntax.component(), None)
    }
}

#[inline]
fn first<const N: usize>(
    bytes: &[u8],
    offset: usize,
    syntax: Syntax,
    separator: Option<u8>,
    end: Option<u8>,
) -> [Option<Component<'_>>; N] {
    pieces(bytes, separator, end, syntax.trap())
        .map(|piece| piece.map(|(bytes, start)| Component::new(bytes, offset.wrapping_add(start), syntax)))
}

impl<'a> Field<'a> {
    /// Component `n` of the first repetition.
    #[inline]
    #[must_use]
    pub fn component(&self, n: usize) -> Component<'a> {
        if n == 1 && self.syntax.trap() == Trap::None {
            return self.leading();
        }
        self.repetition(1).component(n)
    }

    /// The first component of the first repetition: what most fields are asked for.
    #[inline]
    fn leading(&self) -> Component<'a> {
        let (component, repetition) = (self.syntax.component(), self.syntax.repetition());
        let ends = component.or(repetition).map(|first| [first, repetition.unwrap_or(first)]);
        let end = ends.and_then(|ends| find_either(ends, self.bytes)).unwrap_or(self.bytes.len());
        Component::new(self.bytes.get(..end).unwrap_or_default(), self.offset, self.syntax)
    }

    /// The first `N` components of the first repetition, found together.
    #[inline]
    pub(crate) fn first<const N: usize>(&self) -> [Option<Component<'a>>; N] {
        let (component, repetition) = (self.syntax.component(), self.syntax.repetition());
        first(self.bytes, self.offset, self.syntax, component, repetition)
    }

    #[inline]
    pub(crate) const fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// The components of the first repetition.
    #[inline]
    #[must_use]
    pub fn components(&self) -> Components<'a> {
        self.repetition(1).components()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec::Vec;

    fn field(bytes: &[u8]) -> Field<'_> {
        Field::new(bytes, 10, Syntax::new(Delimiters::DEFAULT, Trap::None))
    }

    #[test]
    fn absent_null_and_present_are_three_things() {
        assert_eq!(field(b"").value(), Value::Absent);
        assert_eq!(field(b"\"\"").value(), Value::Null);
        assert_eq!(field(b"\" \"").value(), Value::Present(b"\" \""));
        assert_eq!(field(b"a^\"\"^").component(2).value(), Value::Null);
        assert_eq!(field(b"a^\"\"^").component(3).value(), Value::Absent);
        assert_eq!(field(b"a^\"\"^").component(9).value(), Value::Absent);
    }

    #[test]
    fn every_level_knows_where_it_lies() {
        let field = field(b"a^b~c^d&e");
        let repetition = field.repetition(2);
        assert_eq!((repetition.bytes(), repetition.span()), (&b"c^d&e"[..], 14..19));
        let sub = repetition.component(2).subcomponent(2);
        assert_eq!((sub.bytes(), sub.offset()), (&b"e"[..], 18));
        assert_eq!(field.repetition(3).span(), 19..19);
        assert_eq!(field.repetition(0).span(), 19..19);
    }

    #[test]
    fn an_absent_field_has_no_children_and_an_empty_repetition_counts() {
        assert_eq!(field(b"").repetitions().count(), 0);
        let sizes: Vec<usize> = field(b"~").repetitions().map(|r| r.components().count()).collect();
        assert_eq!(sizes, [0, 0]);
    }

    #[test]
    fn a_value_without_declared_separators_stays_whole() {
        let mut delimiters = Delimiters::DEFAULT;
        delimiters.subcomponent = None;
        let field = Field::new(b"a&b", 0, Syntax::new(delimiters, Trap::None));
        assert_eq!(field.component(1).subcomponent(1).bytes(), b"a&b");
    }

    #[test]
    fn a_field_that_is_never_split_stays_whole() {
        let syntax = Syntax::new(Delimiters::DEFAULT.verbatim(), Trap::None);
        for text in [&b"|"[..], b"^~\\&"] {
            assert_eq!(Field::new(text, 3, syntax).component(1).bytes(), text);
        }
    }

    #[test]
    fn debug_output_shows_no_value() {
        assert_eq!(format!("{:?}", field(b"DOE^JOHN")), "Field { span: 10..18, .. }");
    }
}
