//! Segments with their fields by name.
//!
//! The segments that identify devices are here in full, in the union of versions 2.1 to 2.9: a field is what it became, and a version
//! that does not have it finds it absent. Of all others [`fields_of`] knows how many fields each version gives them. Nothing is checked:
//! senders of every version fill fields of every other.
//!
//! `generated.rs` is written from `facts/*.tsv`, whose rows say where they come from, by `tests/segments.rs`, which also fails when
//! they differ.

use crate::view::{Field, Repetition, Repetitions};

/// A version of the standard that has tables of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the name says which")]
pub enum Version {
    V2_1,
    V2_2,
    V2_3,
    V2_3_1,
    V2_4,
    V2_5,
    V2_5_1,
    V2_6,
    V2_7,
    V2_8,
    V2_8_1,
    V2_8_2,
    V2_9,
}

impl Version {
    /// The version that MSH-12.1 names: `2.5.1`. Later corrections (`2.7.1`, `2.9.1`) count as what they correct.
    #[must_use]
    pub fn named(text: &[u8]) -> Option<Self> {
        Some(match text.trim_ascii() {
            b"2.1" => Self::V2_1,
            b"2.2" => Self::V2_2,
            b"2.3" => Self::V2_3,
            b"2.3.1" => Self::V2_3_1,
            b"2.4" => Self::V2_4,
            b"2.5" => Self::V2_5,
            b"2.5.1" => Self::V2_5_1,
            b"2.6" => Self::V2_6,
            b"2.7" | b"2.7.1" => Self::V2_7,
            b"2.8" => Self::V2_8,
            b"2.8.1" => Self::V2_8_1,
            b"2.8.2" => Self::V2_8_2,
            b"2.9" | b"2.9.1" => Self::V2_9,
            _ => return None,
        })
    }
}

/// How many fields a version gives a segment: none when it does not have the segment, or is v2.9 and not known.
///
/// ```
/// use iomt_hl7v2::segments::{Version, fields_of};
///
/// assert_eq!(fields_of(b"OBX", Version::V2_3), Some(17));
/// assert_eq!(fields_of(b"PRT", Version::V2_3), None);
/// ```
#[must_use]
pub fn fields_of(name: &[u8], version: Version) -> Option<u8> {
    let at = generated::COUNTS.binary_search_by(|(known, _)| known[..].cmp(name)).ok()?;
    let (_, counts) = generated::COUNTS.get(at)?;
    counts.get(version as usize).copied().filter(|count| *count > 0)
}

/// The repetitions of a field, each as a value of its data type.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a, T> {
    repetitions: Repetitions<'a>,
    of: core::marker::PhantomData<T>,
}

impl<'a, T: From<Repetition<'a>>> Iterator for Values<'a, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.repetitions.next().map(T::from)
    }
}

impl<'a, T> Values<'a, T> {
    fn new(field: Field<'a>) -> Self {
        Self { repetitions: field.repetitions(), of: core::marker::PhantomData }
    }
}

/// Declares a segment: its type, its name, and of each field the words for people, the accessor, the number, how many and what.
macro_rules! segment {
    ($name:ident $code:literal { $($doc:literal $field:ident $n:literal $many:ident $kind:ident)* }) => {
        #[doc = concat!("The ", $code, " segment.")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a>(Segment<'a>);

        impl<'a> $name<'a> {
            #[doc = concat!("The segment as ", $code, ", when that is its name.")]
            #[must_use]
            pub fn of(segment: Segment<'a>) -> Option<Self> {
                segment.name().eq_ignore_ascii_case($code.as_bytes()).then_some(Self(segment))
            }

            /// The segment itself.
            #[must_use]
            pub const fn segment(&self) -> Segment<'a> {
                self.0
            }

            $(segment!(@ $many $kind, concat!($code, "-", $n, ": ", $doc), $field $n);)*
        }
    };
    (@ one Field, $doc:expr, $field:ident $n:literal) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(&self) -> Field<'a> {
            self.0.field($n)
        }
    };
    (@ each Field, $doc:expr, $field:ident $n:literal) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(&self) -> Repetitions<'a> {
            self.0.field($n).repetitions()
        }
    };
    (@ one $kind:ident, $doc:expr, $field:ident $n:literal) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(&self) -> $kind<'a> {
            self.0.field($n).into()
        }
    };
    (@ each $kind:ident, $doc:expr, $field:ident $n:literal) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(&self) -> Values<'a, $kind<'a>> {
            Values::new(self.0.field($n))
        }
    };
}

#[rustfmt::skip]
mod generated;
pub use generated::*;
