//! What values mean: numbers, dates, names, by their representation.
//!
//! ```text
//!  value = part (\ part)*         text of a representation with several values
//!        | number number ...      binary numbers
//!        | text                   LT ST UR UT: one value, backslashes and all
//!        | bytes                  OB OD OF OL OV OW UN
//! ```
//! PS3.5 section 6.2. Decoding is lazy and never fails: a part that does not follow its representation comes out as the text
//! that it is, so that nothing is lost and nothing invented. What real files do: decimal strings with a comma or of 60 digits, dates
//! with points (ACR-NEMA), times with colons, UIDs padded with spaces, numbers in fields that should hold none.

mod date;
mod name;

pub use date::{Age, Date, DateTime, Fraction, Time};
pub use name::{Components, PersonName};

use crate::Tag;
use crate::element::{Element, Numbers, Values, Vr};
use crate::text::CharacterSet;
use crate::uid::{trim_text, trim_uid};

/// One value of an element.
///
/// `Debug` shows of which kind it is and how long text is, never what it says: that may be a patient's.
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Characters, padding taken off; [`CharacterSet`] says which. Also any part that does not follow its representation.
    Text(&'a [u8]),
    /// `PN`.
    Name(PersonName<'a>),
    /// `UI`, without its padding.
    Uid(&'a [u8]),
    /// `DA`.
    Date(Date),
    /// `TM`.
    Time(Time),
    /// `DT`.
    DateTime(DateTime),
    /// `AS`.
    Age(Age),
    /// `IS`.
    Integer(i64),
    /// `DS`: the number, and the text that says how precise it is.
    Decimal {
        /// The nearest number.
        number: f64,
        /// As it is written.
        text: &'a [u8],
    },
    /// `US`, `UL`, `UV`.
    Unsigned(u64),
    /// `SS`, `SL`, `SV`.
    Signed(i64),
    /// `FL`.
    Single(f32),
    /// `FD`.
    Double(f64),
    /// `AT`.
    Tag(Tag),
    /// `OB`, `OD`, `OF`, `OL`, `OV`, `OW`, `UN` and representations not yet invented: all of it.
    Bytes(&'a [u8]),
}

impl core::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (kind, length) = match self {
            Self::Text(text) => ("Text", Some(text.len())),
            Self::Name(name) => ("Name", Some(name.text().len())),
            Self::Uid(uid) => ("Uid", Some(uid.len())),
            Self::Bytes(bytes) => ("Bytes", Some(bytes.len())),
            Self::Date(_) => ("Date", None),
            Self::Time(_) => ("Time", None),
            Self::DateTime(_) => ("DateTime", None),
            Self::Age(_) => ("Age", None),
            Self::Integer { .. } => ("Integer", None),
            Self::Decimal { .. } => ("Decimal", None),
            Self::Unsigned(_) => ("Unsigned", None),
            Self::Signed(_) => ("Signed", None),
            Self::Single(_) => ("Single", None),
            Self::Double(_) => ("Double", None),
            Self::Tag(_) => ("Tag", None),
        };
        match length {
            Some(length) => write!(f, "{kind}({length} bytes)"),
            None => write!(f, "{kind}(..)"),
        }
    }
}

/// The values of an element, decoded one by one. A sequence has none, nor has an empty value.
#[derive(Clone)]
pub struct Decoded<'a> {
    vr: Vr,
    set: CharacterSet,
    inner: Inner<'a>,
}

iomt_wire::shows!(Decoded: vr);

#[derive(Clone)]
enum Inner<'a> {
    Empty,
    One(&'a [u8]),
    Texts(Values<'a>),
    U16(Numbers<'a, u16>),
    I16(Numbers<'a, i16>),
    U32(Numbers<'a, u32>),
    I32(Numbers<'a, i32>),
    U64(Numbers<'a, u64>),
    I64(Numbers<'a, i64>),
    F32(Numbers<'a, f32>),
    F64(Numbers<'a, f64>),
    Tags(Numbers<'a, Tag>),
}

impl<'a> Element<'a> {
    /// The values, decoded by the representation; `set` is the character set of the data set or item.
    ///
    /// ```
    /// use iomt_dicom::{DataSet, Encoding, text::CharacterSet, value::Value};
    ///
    /// let bytes = b"\x20\0\x32\0DS\x08\0-1.5\\0\\2";
    /// let element = DataSet::new(bytes, Encoding::ExplicitLittle).elements().next().unwrap()?;
    /// let numbers: Vec<f64> = element
    ///     .decoded(&CharacterSet::ASCII)
    ///     .map(|value| match value {
    ///         Value::Decimal { number, .. } => number,
    ///         other => panic!("{other:?}"),
    ///     })
    ///     .collect();
    /// assert_eq!(numbers, [-1.5, 0.0, 2.0]);
    /// # Ok::<(), iomt_dicom::Error>(())
    /// ```
    #[must_use]
    pub fn decoded(&self, set: &CharacterSet) -> Decoded<'a> {
        let inner = match self.vr {
            _ if self.is_sequence() || self.value.is_empty() => Inner::Empty,
            Vr::US => Inner::U16(self.numbers()),
            Vr::SS => Inner::I16(self.numbers()),
            Vr::UL => Inner::U32(self.numbers()),
            Vr::SL => Inner::I32(self.numbers()),
            Vr::UV => Inner::U64(self.numbers()),
            Vr::SV => Inner::I64(self.numbers()),
            Vr::FL => Inner::F32(self.numbers()),
            Vr::FD => Inner::F64(self.numbers()),
            Vr::AT => Inner::Tags(self.numbers()),
            vr if vr.is_multi_valued_text() => Inner::Texts(self.values_in(set)),
            _ => Inner::One(self.value),
        };
        Decoded { vr: self.vr, set: *set, inner }
    }
}

impl<'a> Decoded<'a> {
    /// One part of text by its representation; as text when it does not follow it.
    fn part(&self, text: &'a [u8]) -> Value<'a> {
        let value = match self.vr {
            Vr::PN => Some(Value::Name(PersonName::new(text, self.set))),
            Vr::UI => Some(Value::Uid(trim_uid(text))),
            Vr::DA => Date::parse(text).map(Value::Date),
            Vr::TM => Time::parse(text).map(Value::Time),
            Vr::DT => DateTime::parse(text).map(Value::DateTime),
            Vr::AS => Age::parse(text).map(Value::Age),
            Vr::IS => number(text).map(Value::Integer),
            Vr::DS => number(text).map(|number| Value::Decimal { number, text }),
            _ => None,
        };
        value.unwrap_or(Value::Text(text))
    }

    /// A value that is never split.
    fn whole(&self, value: &'a [u8]) -> Value<'a> {
        match self.vr {
            // Spaces in front are part of the text.
            Vr::LT | Vr::ST | Vr::UT | Vr::UR => Value::Text(trim_uid(value)),
            _ => Value::Bytes(value),
        }
    }
}

/// A number in text: no number in the sense of `FromStr` that DICOM does not know (`inf`, `NaN`).
fn number<T: core::str::FromStr>(text: &[u8]) -> Option<T> {
    let text = trim_text(text);
    if !text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
        return None;
    }
    core::str::from_utf8(text).ok()?.parse().ok()
}

impl<'a> Iterator for Decoded<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        match &mut self.inner {
            Inner::Empty => None,
            Inner::One(value) => {
                let value = *value;
                self.inner = Inner::Empty;
                Some(self.whole(value))
            }
            Inner::Texts(values) => {
                let text = values.next()?;
                Some(self.part(text))
            }
            Inner::U16(numbers) => numbers.next().map(|number| Value::Unsigned(number.into())),
            Inner::I16(numbers) => numbers.next().map(|number| Value::Signed(number.into())),
            Inner::U32(numbers) => numbers.next().map(|number| Value::Unsigned(number.into())),
            Inner::I32(numbers) => numbers.next().map(|number| Value::Signed(number.into())),
            Inner::U64(numbers) => numbers.next().map(Value::Unsigned),
            Inner::I64(numbers) => numbers.next().map(Value::Signed),
            Inner::F32(numbers) => numbers.next().map(Value::Single),
            Inner::F64(numbers) => numbers.next().map(Value::Double),
            Inner::Tags(numbers) => numbers.next().map(Value::Tag),
        }
    }
}

impl core::iter::FusedIterator for Decoded<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::Encoding;
    use alloc::vec::Vec;

    fn decode<'a>(vr: Vr, value: &'a [u8]) -> Vec<Value<'a>> {
        let length = u32::try_from(value.len()).unwrap();
        let tag = Tag::new(0x0011, 0x1001);
        let element = Element { tag, vr, length, value, offset: 0, encoding: Encoding::ExplicitLittle };
        element.decoded(&CharacterSet::ASCII).collect()
    }

    #[test]
    fn every_representation_has_its_value() {
        assert_eq!(decode(Vr::US, &[1, 0, 2, 0]), [Value::Unsigned(1), Value::Unsigned(2)]);
        assert_eq!(decode(Vr::SS, &[0xff, 0xff]), [Value::Signed(-1)]);
        assert_eq!(decode(Vr::UV, &[0xff; 8]), [Value::Unsigned(u64::MAX)]);
        assert_eq!(decode(Vr::SV, &[0xff; 8]), [Value::Signed(-1)]);
        assert_eq!(decode(Vr::FL, &1.5_f32.to_le_bytes()), [Value::Single(1.5)]);
        assert_eq!(decode(Vr::FD, &1.5_f64.to_le_bytes()), [Value::Double(1.5)]);
        assert_eq!(decode(Vr::AT, &[8, 0, 0x70, 0]), [Value::Tag(Tag::MANUFACTURER)]);
        assert_eq!(decode(Vr::UI, b"1.2.3\0"), [Value::Uid(b"1.2.3")]);
        assert_eq!(decode(Vr::UI, b"1.2 \\3.4 "), [Value::Uid(b"1.2"), Value::Uid(b"3.4")]);
        assert_eq!(decode(Vr::IS, b" 12 \\-3"), [Value::Integer(12), Value::Integer(-3)]);
        assert_eq!(decode(Vr::OB, &[1, 2]), [Value::Bytes(&[1, 2])]);
        assert_eq!(decode(Vr(*b"ZZ"), &[1, 2]), [Value::Bytes(&[1, 2])]);
        assert_eq!(decode(Vr::LT, b" a\\b "), [Value::Text(b" a\\b")]);
        assert_eq!(decode(Vr::LO, b"a \\b"), [Value::Text(b"a"), Value::Text(b"b")]);
        assert_eq!(decode(Vr::SQ, b""), []);
        assert_eq!(decode(Vr::LO, b""), []);
    }

    #[test]
    fn a_decimal_keeps_its_text() {
        let [Value::Decimal { number, text }] = decode(Vr::DS, b"+1.250e1 ")[..] else { panic!() };
        assert_eq!((number, text), (12.5, &b"+1.250e1"[..]));
    }

    #[test]
    fn what_does_not_follow_its_representation_stays_text() {
        for (vr, value) in [
            (Vr::DS, &b"1,5"[..]),
            (Vr::DS, b"NaN"),
            (Vr::DS, b"inf"),
            (Vr::IS, b"1.5"),
            (Vr::IS, b"99999999999999999999"),
            (Vr::DA, b"20261332"),
            (Vr::DA, b"20260101-20260202"),
            (Vr::TM, b"25"),
            (Vr::AS, b"12"),
            (Vr::DT, b"MIDNIGHT"),
        ] {
            assert_eq!(decode(vr, value), [Value::Text(value)], "{vr}");
        }
    }
}
