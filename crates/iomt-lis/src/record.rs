//! Records and their parts, borrowed.
//!
//! ```text
//!  R|1|^^^GLU|5.4|mmol/L||N||F||TEST^OPERATOR|20260102101500|20260102101730|C702-2
//!  | | |      |                                                              |
//!  | | |      +-- field 4                                         field 14 --+
//!  | | +--------- field 3, component 4 is GLU
//!  | +----------- field 2, the sequence number
//!  +------------- field 1, the record type
//! ```
//! LIS02-A2 (ASTM E1394) sections 5 and 6. The record type counts as field 1. What lies behind the end of a record, a field or a
//! repeat is empty, exactly as what is written there with no characters.

use crate::Delimiters;
use crate::escape;
use alloc::borrow::Cow;
use memchr::memchr;

/// What a record is, by its first character. Unknown ones are values too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordType(pub u8);

impl RecordType {
    /// Header: delimiters, sender, receiver, version.
    pub const HEADER: Self = Self(b'H');
    /// Patient.
    pub const PATIENT: Self = Self(b'P');
    /// Test order.
    pub const ORDER: Self = Self(b'O');
    /// Result.
    pub const RESULT: Self = Self(b'R');
    /// Comment.
    pub const COMMENT: Self = Self(b'C');
    /// Request for information.
    pub const REQUEST: Self = Self(b'Q');
    /// Message terminator.
    pub const TERMINATOR: Self = Self(b'L');
    /// Manufacturer information.
    pub const MANUFACTURER: Self = Self(b'M');
    /// Scientific.
    pub const SCIENTIFIC: Self = Self(b'S');

    /// The name that the standard gives it.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            b'H' => "header",
            b'P' => "patient",
            b'O' => "order",
            b'R' => "result",
            b'C' => "comment",
            b'Q' => "request",
            b'L' => "terminator",
            b'M' => "manufacturer",
            b'S' => "scientific",
            _ => return None,
        })
    }
}

/// A record, borrowed, without its carriage return. Fields are found when they are asked for.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    bytes: &'a [u8],
    offset: usize,
    delimiters: Delimiters,
}

impl<'a> Record<'a> {
    /// A record of a message with these delimiters; `offset` is where it lies in whatever the caller counts.
    ///
    /// The byte behind the record type separates its fields, whatever the header said.
    #[inline]
    #[must_use]
    pub fn new(bytes: &'a [u8], offset: usize, mut delimiters: Delimiters) -> Self {
        if let Some(separator) = bytes.get(1).filter(|byte| byte.is_ascii_punctuation()) {
            delimiters.field = *separator;
        }
        // A line feed in a header was meant to end it: what follows is the next record's and may be a patient's.
        let bytes = match bytes {
            [b'H' | b'h', ..] => memchr(b'\n', bytes).and_then(|end| bytes.get(..end)).unwrap_or(bytes),
            _ => bytes,
        };
        Self { bytes, offset, delimiters }
    }

    /// The bytes of the record.
    #[inline]
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where it begins.
    #[inline]
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The delimiters that hold in it.
    #[inline]
    #[must_use]
    pub const fn delimiters(&self) -> &Delimiters {
        &self.delimiters
    }

    /// What it is; lower case, which some senders use, counts as upper.
    #[inline]
    #[must_use]
    pub fn record_type(&self) -> RecordType {
        RecordType(self.bytes.first().map_or(0, u8::to_ascii_uppercase))
    }

    /// The fields from number 1, the record type, on.
    #[inline]
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        Fields {
            split: Split { rest: Some(self.bytes), offset: self.offset, separator: Some(self.delimiters.field) },
            delimiters: self.delimiters,
            verbatim: matches!(self.bytes, [b'H' | b'h', ..]),
            number: 0,
        }
    }

    /// Field `n`, counted from 1 as the standard counts; empty when the record ends before.
    #[inline]
    #[must_use]
    pub fn field(&self, n: usize) -> Field<'a> {
        let end = self.offset.saturating_add(self.bytes.len());
        let absent = Field { bytes: &[], offset: end, delimiters: self.delimiters };
        n.checked_sub(1).and_then(|skip| self.fields().nth(skip)).unwrap_or(absent)
    }
}

impl core::fmt::Debug for Record<'_> {
    /// Says what and where, not what is in it: it may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { bytes, offset, .. } = self;
        f.debug_struct("Record")
            .field("type", &self.record_type().name())
            .field("span", &(*offset..offset.saturating_add(bytes.len())))
            .finish_non_exhaustive()
    }
}

/// Pieces of a slice between separators, with their places.
#[derive(Clone, Copy)]
struct Split<'a> {
    rest: Option<&'a [u8]>,
    offset: usize,
    separator: Option<u8>,
}

iomt_wire::shows!(Split: offset);

impl<'a> Iterator for Split<'a> {
    type Item = (&'a [u8], usize);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest?;
        let offset = self.offset;
        let at = self.separator.and_then(|separator| memchr(separator, rest));
        let Some((piece, after)) = at.and_then(|at| rest.split_at_checked(at)) else {
            self.rest = None;
            return Some((rest, offset));
        };
        self.rest = Some(after.get(1..).unwrap_or_default());
        self.offset = offset.saturating_add(piece.len()).saturating_add(1);
        Some((piece, offset))
    }
}

/// The fields of a record in order.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    split: Split<'a>,
    delimiters: Delimiters,
    verbatim: bool,
    number: u8,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Field<'a>> {
        let (bytes, offset) = self.split.next()?;
        self.number = self.number.saturating_add(1);
        let mut delimiters = self.delimiters;
        if self.verbatim && self.number == 2 {
            // The declaration itself: nothing in it delimits.
            delimiters = Delimiters { repeat: None, component: None, escape: None, ..delimiters };
        }
        Some(Field { bytes, offset, delimiters })
    }
}

impl core::iter::FusedIterator for Fields<'_> {}

macro_rules! view {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name<'a> {
            bytes: &'a [u8],
            offset: usize,
            delimiters: Delimiters,
        }

        impl<'a> $name<'a> {
            /// The bytes as they were sent, still escaped.
            #[inline]
            #[must_use]
            pub const fn bytes(&self) -> &'a [u8] {
                self.bytes
            }

            /// Where the first byte lies, counted as the record's offset is.
            #[inline]
            #[must_use]
            pub const fn offset(&self) -> usize {
                self.offset
            }

            /// Whether nothing was sent.
            #[inline]
            #[must_use]
            pub const fn is_empty(&self) -> bool {
                self.bytes.is_empty()
            }

            /// The bytes with escape sequences resolved as [`escape::unescape`] does; borrowed when there is nothing to do.
            #[must_use]
            pub fn unescape(&self) -> Cow<'a, [u8]> {
                escape::unescape(self.bytes, &self.delimiters)
            }
        }

        impl core::fmt::Debug for $name<'_> {
            /// Says where, not what: it may be a patient's.
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let Self { bytes, offset, .. } = self;
                f.debug_struct(stringify!($name))
                    .field("span", &(*offset..offset.saturating_add(bytes.len())))
                    .finish_non_exhaustive()
            }
        }
    };
}

view!(
    /// What stands between two field delimiters.
    Field
);
view!(
    /// One of the values of a field that may occur several times.
    Repeat
);
view!(
    /// A part of a value; nothing is nested deeper.
    Component
);

impl<'a> Field<'a> {
    /// The values of the field; one when it does not repeat.
    pub fn repeats(&self) -> impl Iterator<Item = Repeat<'a>> + use<'a> {
        let Self { bytes, offset, delimiters } = *self;
        let split = Split { rest: Some(bytes), offset, separator: delimiters.repeat };
        split.map(move |(bytes, offset)| Repeat { bytes, offset, delimiters })
    }

    /// The first of its values.
    #[must_use]
    pub fn first(&self) -> Repeat<'a> {
        let Self { bytes, offset, delimiters } = *self;
        let end = delimiters.repeat.and_then(|repeat| memchr(repeat, bytes)).unwrap_or(bytes.len());
        Repeat { bytes: bytes.get(..end).unwrap_or_default(), offset, delimiters }
    }

    /// Component `n` of its first value, counted from 1; empty when there is none.
    #[must_use]
    pub fn component(&self, n: usize) -> Component<'a> {
        self.first().component(n)
    }
}

impl<'a> Repeat<'a> {
    /// The components; one when it is not composite.
    pub fn components(&self) -> impl Iterator<Item = Component<'a>> + use<'a> {
        let Self { bytes, offset, delimiters } = *self;
        let split = Split { rest: Some(bytes), offset, separator: delimiters.component };
        split.map(move |(bytes, offset)| Component { bytes, offset, delimiters })
    }

    /// Component `n`, counted from 1; empty when there is none.
    #[must_use]
    pub fn component(&self, n: usize) -> Component<'a> {
        let end = self.offset.saturating_add(self.bytes.len());
        let absent = Component { bytes: &[], offset: end, delimiters: self.delimiters };
        n.checked_sub(1).and_then(|skip| self.components().nth(skip)).unwrap_or(absent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    // Constructed; the form is that of a Roche cobas c111.
    const HEADER: &[u8] = b"H|\\^&||secret|SITE^Roche^c111^4.2.2^1^1735|||||host|RSUPL^REAL|P|1|20260102101500";

    fn header() -> Record<'static> {
        Record::new(HEADER, 100, Delimiters::DEFAULT)
    }

    #[test]
    fn fields_count_from_the_record_type() {
        assert_eq!(header().field(1).bytes(), b"H");
        assert_eq!(header().field(2).bytes(), b"\\^&");
        assert_eq!(header().field(2).component(1).bytes(), b"\\^&", "the declaration is not split");
        assert_eq!(header().field(5).component(3).bytes(), b"c111");
        assert_eq!(header().field(14).bytes(), b"20260102101500");
        assert!(header().field(15).is_empty());
        assert!(header().field(0).is_empty());
    }

    #[test]
    fn every_part_knows_where_it_lies() {
        let model = header().field(5).component(3);
        let at = model.offset() - 100;
        assert_eq!(&HEADER[at..at + 4], b"c111");
    }

    #[test]
    fn repeats_and_components_use_the_declared_delimiters() {
        let delimiters = Delimiters { repeat: Some(b'@'), ..Delimiters::DEFAULT };
        let record = Record::new(b"Q|1|A^1@B^2\\x", 0, delimiters);
        let found: alloc::vec::Vec<_> = record.field(3).repeats().map(|repeat| repeat.component(2).bytes()).collect();
        assert_eq!(found, [&b"1"[..], b"2\\x"]);
    }

    #[test]
    fn a_record_is_split_at_the_byte_behind_its_type() {
        let record = Record::new(b"R!1!x", 0, Delimiters::DEFAULT);
        assert_eq!(record.field(3).bytes(), b"x");
    }

    #[test]
    fn a_line_feed_ends_a_header() {
        let record = Record::new(b"H|\\^&|||XN-550\nP|1||ID||DOE^JANE", 0, Delimiters::DEFAULT);
        assert_eq!(record.field(5).bytes(), b"XN-550");
        assert!(record.field(10).is_empty(), "no patient is taken for the receiver");
    }

    #[test]
    fn a_lower_case_type_is_the_same_type() {
        assert_eq!(Record::new(b"r|1", 0, Delimiters::DEFAULT).record_type(), RecordType::RESULT);
    }

    #[test]
    fn debug_output_shows_no_value() {
        assert_eq!(format!("{:?}", header()), "Record { type: Some(\"header\"), span: 100..181, .. }");
        assert!(!format!("{:?}", header().field(4)).contains("secret"));
    }
}
