//! Decimal floating point numbers.
//!
//! ```text
//!  FLOAT-Type    | exponent:s8 | mantissa:s24 |      value = mantissa x 10^exponent
//!  SFLOAT-Type   | exponent:s4 | mantissa:s12 |
//! ```
//! ISO/IEEE 11073-20601 annex F. Five mantissas are no numbers; the exponent beside them should be zero and is not looked
//! at, because it is not always zero.

use iomt_wire::{Cursor, Result};

use crate::Decode;

/// A 32-bit decimal number, as it is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FloatType(pub u32);

/// A 16-bit decimal number, as it is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SFloatType(pub u16);

/// What a [`FloatType`] or [`SFloatType`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FloatValue {
    /// `mantissa` x 10^`exponent`, exact; the exponent also tells the resolution.
    Number {
        /// The digits.
        mantissa: i32,
        /// The power of ten.
        exponent: i8,
    },
    /// Not a number.
    NaN,
    /// Not at this resolution.
    NRes,
    /// More than can be written.
    PositiveInfinity,
    /// Less than can be written.
    NegativeInfinity,
    /// The mantissa that the standard reserves.
    Reserved,
}

impl FloatType {
    /// The number or the reason why there is none.
    #[must_use]
    pub fn value(self) -> FloatValue {
        let [exponent, m0, m1, m2] = self.0.to_be_bytes();
        match self.0 & 0x00ff_ffff {
            0x7f_ffff => FloatValue::NaN,
            0x80_0000 => FloatValue::NRes,
            0x7f_fffe => FloatValue::PositiveInfinity,
            0x80_0002 => FloatValue::NegativeInfinity,
            0x80_0001 => FloatValue::Reserved,
            _ => FloatValue::Number {
                mantissa: i32::from_be_bytes([m0, m1, m2, 0]) >> 8,
                exponent: i8::from_be_bytes([exponent]),
            },
        }
    }

    /// The nearest binary number, see [`FloatValue::to_f64`].
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.value().to_f64()
    }
}

impl SFloatType {
    /// The number or the reason why there is none.
    #[must_use]
    pub fn value(self) -> FloatValue {
        let [high, low] = self.0.to_be_bytes();
        match self.0 & 0x0fff {
            0x7ff => FloatValue::NaN,
            0x800 => FloatValue::NRes,
            0x7fe => FloatValue::PositiveInfinity,
            0x802 => FloatValue::NegativeInfinity,
            0x801 => FloatValue::Reserved,
            _ => FloatValue::Number {
                mantissa: i32::from_be_bytes([high << 4 | low >> 4, low << 4, 0, 0]) >> 20,
                exponent: i8::from_be_bytes([high]) >> 4,
            },
        }
    }

    /// The nearest binary number, see [`FloatValue::to_f64`].
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.value().to_f64()
    }
}

impl FloatValue {
    /// The number as binary floating point; whatever is not a number is `NaN` or an infinity.
    ///
    /// Correctly rounded for exponents of -22 to 22, within a few units in the last place beyond.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Number { mantissa, exponent } => {
                let power = power_of_ten(exponent.unsigned_abs());
                let digits = f64::from(mantissa);
                if exponent < 0 { digits / power } else { digits * power }
            }
            Self::PositiveInfinity => f64::INFINITY,
            Self::NegativeInfinity => f64::NEG_INFINITY,
            Self::NaN | Self::NRes | Self::Reserved => f64::NAN,
        }
    }
}

/// Exact up to 10^22 (core has no `powi`).
fn power_of_ten(mut exponent: u8) -> f64 {
    let (mut power, mut square) = (1.0, 10.0);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power *= square;
        }
        square *= square;
        exponent >>= 1;
    }
    power
}

impl<'a> Decode<'a> for FloatType {
    const LEAST: usize = 4;
    const NAME: &'static str = "FLOAT-Type";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        cursor.be_u32(Self::NAME).map(Self)
    }
}

impl<'a> Decode<'a> for SFloatType {
    const LEAST: usize = 2;
    const NAME: &'static str = "SFLOAT-Type";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        cursor.be_u16(Self::NAME).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_reference_values_decode() {
        for (raw, value) in
            [(0xfefe_7960, -1000.0), (0xfd00_7d00, 32.0), (0xff00_0140, 32.0), (0xff00_0270, 62.4), (0xff00_0100, 25.6)]
        {
            assert_eq!(FloatType(raw).to_f64(), value, "{raw:#x}");
        }
        assert_eq!(SFloatType(0xf258).to_f64(), 60.0);
        assert_eq!(FloatType(0xff00_0140).value(), FloatValue::Number { mantissa: 320, exponent: -1 });
    }

    #[test]
    fn what_is_no_number_is_known_by_its_mantissa_alone() {
        for exponent in [0, 0x0500_0000, 0xff00_0000_u32] {
            assert_eq!(FloatType(exponent | 0x7f_ffff).value(), FloatValue::NaN);
            assert_eq!(FloatType(exponent | 0x80_0000).value(), FloatValue::NRes);
            assert_eq!(FloatType(exponent | 0x7f_fffe).value(), FloatValue::PositiveInfinity);
            assert_eq!(FloatType(exponent | 0x80_0002).value(), FloatValue::NegativeInfinity);
            assert_eq!(FloatType(exponent | 0x80_0001).value(), FloatValue::Reserved);
        }
        for exponent in [0, 0x3000, 0xf000_u16] {
            assert_eq!(SFloatType(exponent | 0x7ff).value(), FloatValue::NaN);
            assert_eq!(SFloatType(exponent | 0x800).value(), FloatValue::NRes);
            assert_eq!(SFloatType(exponent | 0x7fe).value(), FloatValue::PositiveInfinity);
            assert_eq!(SFloatType(exponent | 0x802).value(), FloatValue::NegativeInfinity);
            assert_eq!(SFloatType(exponent | 0x801).value(), FloatValue::Reserved);
        }
    }

    #[test]
    fn infinities_and_absences_stay_apart_in_binary() {
        assert_eq!(FloatValue::PositiveInfinity.to_f64(), f64::INFINITY);
        assert_eq!(FloatValue::NegativeInfinity.to_f64(), f64::NEG_INFINITY);
        assert!(FloatValue::NRes.to_f64().is_nan());
    }

    proptest! {
        #[test]
        fn every_16_bit_number_reads_as_its_digits(mantissa in -2045_i32..=2045, exponent in -8_i8..=7) {
            let raw = u16::try_from((i32::from(exponent) & 0xf) << 12 | (mantissa & 0xfff)).unwrap();
            prop_assert_eq!(SFloatType(raw).value(), FloatValue::Number { mantissa, exponent });
        }

        #[test]
        fn every_32_bit_number_reads_as_its_digits(mantissa in -8_388_605_i32..=8_388_605, exponent: i8) {
            let [_, m0, m1, m2] = mantissa.to_be_bytes();
            let raw = u32::from_be_bytes([exponent.to_be_bytes()[0], m0, m1, m2]);
            prop_assert_eq!(FloatType(raw).value(), FloatValue::Number { mantissa, exponent });
        }

        #[test]
        fn small_powers_are_rounded_correctly(mantissa in -8_388_605_i32..=8_388_605, exponent in -22_i8..=22) {
            extern crate std;
            let parsed: f64 = std::format!("{mantissa}e{exponent}").parse().unwrap();
            prop_assert_eq!(FloatValue::Number { mantissa, exponent }.to_f64(), parsed);
        }
    }
}
