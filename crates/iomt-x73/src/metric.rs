//! What a metric is, and values that are no plain numbers.
//!
//! ```text
//!  MetricSpec         | update-period: RelativeTime | category:16 | access:16 | structure:8 | component:8 | relevance:16 |
//!  EnumObsVal         | physio-id:16 | state:16 | choice:16 | length:16 | value ... |                Philips
//!    choice 1         | OID |
//!    choice 4         | OID | FLOAT-Type | unit-code:16 |
//!  SaFixedValSpec16   list of | what:16 | sample:16 |
//!  SaCalData16        | lower-abs: FLOAT | upper-abs: FLOAT | lower:16 | upper:16 | increment:16 | kind:16 |
//!  SaPhysRange16      | lower:16 | upper:16 |
//!  ScaleRangeSpec8    | lower-abs: FLOAT | upper-abs: FLOAT | lower-scaled:8 | upper-scaled:8 |
//!  ScaleRangeSpec32   | lower-abs: FLOAT | upper-abs: FLOAT | lower-scaled:32 | upper-scaled:32 |
//! ```
//! The Data Export data model; ISO/IEEE 11073-20601 annex A for the scales.
//!
//! What devices really do: a metric's specification comes with the first answer to a poll and not again; later answers carry
//! the value alone. The enumerations of a captured operating-theatre monitor were not asked for: [`EnumObsVal`] follows the data
//! model and published code. An unknown choice keeps its bytes.

use iomt_wire::{Cursor, Result};

use crate::{Decode, FloatType, List, MeasurementState, OidType, RelativeTime};

/// What a metric is: how often it comes and how it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricSpec {
    /// Time between two values; zero where there is no period.
    pub update_period: RelativeTime,
    /// Measured, calculated, set by hand ...
    pub category: u16,
    /// Bits: how it may be read.
    pub access: u16,
    /// How it is composed.
    pub structure: u8,
    /// How many components it has.
    pub components: u8,
    /// Bits.
    pub relevance: u16,
}

impl<'a> Decode<'a> for MetricSpec {
    const LEAST: usize = 12;
    const NAME: &'static str = "MetricSpec";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [t0, t1, t2, t3, c0, c1, a0, a1, structure, components, r0, r1] = cursor.array(Self::NAME)?;
        Ok(Self {
            update_period: RelativeTime(u32::from_be_bytes([t0, t1, t2, t3])),
            category: u16::from_be_bytes([c0, c1]),
            access: u16::from_be_bytes([a0, a1]),
            structure,
            components,
            relevance: u16::from_be_bytes([r0, r1]),
        })
    }
}

/// A state, as of a rhythm, where a number would say nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EnumObsVal<'a> {
    /// What was observed, a term of partition 2.
    pub physio_id: OidType,
    /// What is to be thought of it.
    pub state: MeasurementState,
    /// The state found.
    pub value: EnumVal<'a>,
}

/// Without the bytes of an unknown choice.
impl core::fmt::Debug for EnumObsVal<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("EnumObsVal")
            .field("physio_id", &self.physio_id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The value of an [`EnumObsVal`].
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnumVal<'a> {
    /// A term of partition 2.
    Id(OidType),
    /// A term with a number.
    IdValue {
        /// The term.
        id: OidType,
        /// The number.
        value: FloatType,
        /// Its unit, a term of partition 4.
        unit_code: OidType,
    },
    /// Another choice, as it is.
    Other {
        /// Its number.
        choice: u16,
        /// Its bytes.
        bytes: &'a [u8],
    },
}

impl core::fmt::Debug for EnumVal<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Id(_) => "Id",
            Self::IdValue { .. } => "IdValue",
            Self::Other { .. } => "Other",
        })
    }
}

impl<'a> Decode<'a> for EnumObsVal<'a> {
    const LEAST: usize = 8;
    const NAME: &'static str = "EnumObsVal";

    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let mut ahead = *cursor;
        let [p0, p1, s0, s1, c0, c1, l0, l1] = ahead.array(Self::NAME)?;
        let bytes = ahead.take(u16::from_be_bytes([l0, l1]), "EnumVal")?;
        *cursor = ahead;
        let be = |high, low| OidType(u16::from_be_bytes([high, low]));
        let value = match (u16::from_be_bytes([c0, c1]), bytes) {
            (1, [high, low]) => EnumVal::Id(be(*high, *low)),
            (4, [i0, i1, v0, v1, v2, v3, u0, u1]) => EnumVal::IdValue {
                id: be(*i0, *i1),
                value: FloatType(u32::from_be_bytes([*v0, *v1, *v2, *v3])),
                unit_code: be(*u0, *u1),
            },
            (choice, bytes) => EnumVal::Other { choice, bytes },
        };
        Ok(Self { physio_id: be(p0, p1), state: MeasurementState(u16::from_be_bytes([s0, s1])), value })
    }
}

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident $least:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl<'a> Decode<'a> for $name {
            const LEAST: usize = $least;
            const NAME: &'static str = stringify!($name);

            #[inline]
            fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
                let mut ahead = *cursor;
                let found = Self { $($field: Field::read(&mut ahead, stringify!($name))?,)* };
                *cursor = ahead;
                Ok(found)
            }
        }
    )*};
}

/// A number within a record.
trait Field: Sized {
    fn read(cursor: &mut Cursor<'_>, name: &'static str) -> Result<Self>;
}

impl Field for u8 {
    fn read(cursor: &mut Cursor<'_>, name: &'static str) -> Result<Self> {
        cursor.u8(name)
    }
}

impl Field for u16 {
    fn read(cursor: &mut Cursor<'_>, name: &'static str) -> Result<Self> {
        cursor.be_u16(name)
    }
}

impl Field for u32 {
    fn read(cursor: &mut Cursor<'_>, name: &'static str) -> Result<Self> {
        cursor.be_u32(name)
    }
}

impl Field for FloatType {
    fn read(cursor: &mut Cursor<'_>, name: &'static str) -> Result<Self> {
        cursor.be_u32(name).map(FloatType)
    }
}

records! {
    /// A sample that stands for something else than a value.
    SaFixedValEntry16 4 {
        /// What it stands for.
        what: u16,
        /// The sample.
        sample: u16,
    }
    /// The calibration mark of a wave.
    SaCalData16 16 {
        /// The value of `lower_scaled`.
        lower_absolute: FloatType,
        /// The value of `upper_scaled`.
        upper_absolute: FloatType,
        /// A low sample.
        lower_scaled: u16,
        /// A high sample.
        upper_scaled: u16,
        /// Samples of one step.
        increment: u16,
        /// A bar or a stair.
        kind: u16,
    }
    /// The samples between which a wave is expected to stay.
    SaPhysRange16 4 {
        /// The low one.
        lower: u16,
        /// The high one.
        upper: u16,
    }
    /// How samples of 8 bits become values.
    ScaleRangeSpec8 10 {
        /// The value of `lower_scaled`.
        lower_absolute: FloatType,
        /// The value of `upper_scaled`.
        upper_absolute: FloatType,
        /// A low sample.
        lower_scaled: u8,
        /// A high sample.
        upper_scaled: u8,
    }
    /// How samples of 32 bits become values.
    ScaleRangeSpec32 16 {
        /// The value of `lower_scaled`.
        lower_absolute: FloatType,
        /// The value of `upper_scaled`.
        upper_absolute: FloatType,
        /// A low sample.
        lower_scaled: u32,
        /// A high sample.
        upper_scaled: u32,
    }
}

/// The samples of a wave that stand for something else than a value.
pub type SaFixedValSpec16<'a> = List<'a, SaFixedValEntry16>;

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::FloatValue;
    use std::format;

    #[test]
    fn the_specification_of_a_captured_pressure_reads() {
        // attribute 093F of handle 8272 in the captured poll result [real]
        let bytes = [0, 0, 0x20, 0, 0, 1, 0x52, 0x28, 1, 3, 0, 0];
        let found = MetricSpec::decode(&mut Cursor::new(&bytes)).unwrap();
        assert_eq!(found.update_period.duration().as_millis(), 1024);
        assert_eq!((found.category, found.access, found.structure, found.components), (1, 0x5228, 1, 3));
    }

    #[test]
    fn both_known_choices_of_an_enumeration_read_and_another_keeps_its_bytes() {
        // constructed after the data model: a rhythm; a state with a number; a choice that nobody knows
        let rhythm = [0xd0, 7, 0, 0, 0, 1, 0, 2, 0x40, 0x12];
        let found = EnumObsVal::decode(&mut Cursor::new(&rhythm)).unwrap();
        assert_eq!((found.physio_id, found.value), (OidType(0xd007), EnumVal::Id(OidType(0x4012))));
        let ectopic = [0xd0, 6, 0, 0, 0, 4, 0, 8, 0x42, 0x80, 0, 0, 0, 3, 0x0a, 0xa0];
        let EnumVal::IdValue { id, value, unit_code } = EnumObsVal::decode(&mut Cursor::new(&ectopic)).unwrap().value
        else {
            panic!()
        };
        assert_eq!((id, unit_code), (OidType(0x4280), OidType(0x0aa0)));
        assert_eq!(value.value(), FloatValue::Number { mantissa: 3, exponent: 0 });
        let other = [0xd0, 7, 0, 0, 0, 7, 0, 4, 0xde, 0xad, 0xbe, 0xef];
        let found = EnumObsVal::decode(&mut Cursor::new(&other)).unwrap();
        assert_eq!(found.value, EnumVal::Other { choice: 7, bytes: &[0xde, 0xad, 0xbe, 0xef] });
        assert!(!format!("{found:?} {:?}", found.value).contains("222"), "no bytes in debug output");
    }

    #[test]
    fn a_record_cut_short_moves_nothing_and_names_itself() {
        let mut cursor = Cursor::new(&[0, 0, 0, 1, 2]);
        let error = ScaleRangeSpec8::decode(&mut cursor).unwrap_err();
        assert_eq!((error.field, cursor.offset()), ("ScaleRangeSpec8", 0));
        let mut cursor = Cursor::new(&[0, 1, 0, 2, 0, 9, 1]);
        let error = EnumObsVal::decode(&mut cursor).unwrap_err();
        assert_eq!((error.field, cursor.offset()), ("EnumObsVal", 0));
    }

    #[test]
    fn scales_and_marks_read_in_their_order() {
        // constructed
        let bytes = [0xff, 0, 0, 1, 0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6];
        let mark = SaCalData16::decode(&mut Cursor::new(&bytes)).unwrap();
        assert_eq!((mark.lower_scaled, mark.upper_scaled, mark.increment, mark.kind), (3, 4, 5, 6));
        let scale = ScaleRangeSpec32::decode(&mut Cursor::new(&bytes)).unwrap();
        assert_eq!((scale.lower_scaled, scale.upper_scaled), (0x0003_0004, 0x0005_0006));
        let range = SaPhysRange16::decode(&mut Cursor::new(&[0, 1, 0, 2])).unwrap();
        assert_eq!((range.lower, range.upper), (1, 2));
        let list = [0, 1, 0, 4, 0, 1, 0x7f, 0xff];
        let fixed = SaFixedValSpec16::decode(&mut Cursor::new(&list)).unwrap().iter().next().unwrap().unwrap();
        assert_eq!((fixed.what, fixed.sample), (1, 0x7fff));
    }
}
