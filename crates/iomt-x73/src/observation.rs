//! Measurements and waves.
//!
//! ```text
//!  NuObsValue        | physio-id:16 | state:16 | unit-code:16 | value: FLOAT-Type |
//!  NuObsValueCmp     list of NuObsValue
//!  SaSpec            | array-size:16 | sample-size:8 | significant-bits:8 | flags:16 |
//!  SaObsValue        | physio-id:16 | state:16 | length:16 | samples ... |                    Philips
//!  ScaleRangeSpec16  | lower-abs: FLOAT | upper-abs: FLOAT | lower-scaled:16 | upper-scaled:16 |
//! ```
//! ISO/IEEE 11073-20601 annex A and the Data Export data model.
//!
//! What devices really do: a monitor without a sensor goes on sending the measurement, with the state "unavailable" and
//! "not a number" as its value. A monitor in demonstration mode marks every value 0400. Waves were checked against a public
//! capture of an operating-theatre monitor (arrays of 128 samples of 16 bits, 14 of them significant), which is not bundled.

use iomt_wire::{Cursor, Result, bits};

use crate::{Decode, FloatType, List, OidType};

bits! {
    /// What is to be thought of a measurement.
    MeasurementState(u16) {
        /// The value is no measurement.
        INVALID = 0x8000;
        /// The value is doubtful.
        QUESTIONABLE = 0x4000;
        /// There is no value.
        UNAVAILABLE = 0x2000;
        /// The sensor is being calibrated.
        CALIBRATING = 0x1000;
        /// Made by a test.
        TEST_DATA = 0x0800;
        /// Made by a demonstration.
        DEMO_DATA = 0x0400;
        /// Someone has looked at it.
        VALIDATED = 0x0080;
        /// An early estimate.
        EARLY_INDICATION = 0x0040;
        /// A new value is being measured.
        MEASUREMENT_ONGOING = 0x0020;
        /// The value is in alarm.
        IN_ALARM = 0x0002;
        /// Alarms of it are off.
        ALARM_INHIBITED = 0x0001;
    }
}

impl MeasurementState {
    /// Whether the value can be used: the upper byte is zero.
    #[must_use]
    pub const fn is_usable(self) -> bool {
        self.0 & 0xff00 == 0
    }
}

bits! {
    /// How a wave is meant to be drawn.
    SaFlags(u16) {
        /// Interpolated.
        SMOOTH_CURVE = 0x8000;
        /// Delayed against the others.
        DELAYED_CURVE = 0x4000;
        /// The scale does not change.
        STATIC_SCALE = 0x2000;
        /// Samples use more than the significant bits.
        EXTENDED_VALUE_RANGE = 0x1000;
    }
}

/// One measured number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NuObsValue {
    /// What was measured, a term of partition 2.
    pub physio_id: OidType,
    /// What is to be thought of it.
    pub state: MeasurementState,
    /// Its unit, a term of partition 4.
    pub unit_code: OidType,
    /// The number.
    pub value: FloatType,
}

/// Numbers measured together, as systolic, diastolic and mean pressure.
pub type NuObsValueCmp<'a> = List<'a, NuObsValue>;

impl<'a> Decode<'a> for NuObsValue {
    const LEAST: usize = 10;
    const NAME: &'static str = "NuObsValue";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [p0, p1, s0, s1, u0, u1, v0, v1, v2, v3] = cursor.array(Self::NAME)?;
        Ok(Self {
            physio_id: OidType(u16::from_be_bytes([p0, p1])),
            state: MeasurementState(u16::from_be_bytes([s0, s1])),
            unit_code: OidType(u16::from_be_bytes([u0, u1])),
            value: FloatType(u32::from_be_bytes([v0, v1, v2, v3])),
        })
    }
}

/// The shape of a wave's samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaSpec {
    /// Samples in one array.
    pub array_size: u16,
    /// Bits that a sample takes.
    pub sample_size: u8,
    /// Bits of these that carry the value.
    pub significant_bits: u8,
    /// How the wave is meant to be drawn.
    pub flags: SaFlags,
}

impl<'a> Decode<'a> for SaSpec {
    const LEAST: usize = 6;
    const NAME: &'static str = "SaSpec";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [a0, a1, sample_size, significant_bits, f0, f1] = cursor.array(Self::NAME)?;
        Ok(Self {
            array_size: u16::from_be_bytes([a0, a1]),
            sample_size,
            significant_bits,
            flags: SaFlags(u16::from_be_bytes([f0, f1])),
        })
    }
}

/// A piece of a wave.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SaObsValue<'a> {
    /// What was measured, a term of partition 2.
    pub physio_id: OidType,
    /// What is to be thought of it.
    pub state: MeasurementState,
    /// The samples, in the shape that [`SaSpec`] tells.
    pub samples: &'a [u8],
}

impl core::fmt::Debug for SaObsValue<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SaObsValue")
            .field("physio_id", &self.physio_id)
            .field("state", &self.state)
            .field("length", &self.samples.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Decode<'a> for SaObsValue<'a> {
    const LEAST: usize = 6;
    const NAME: &'static str = "SaObsValue";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let mut ahead = *cursor;
        let [p0, p1, s0, s1, l0, l1] = ahead.array(Self::NAME)?;
        let samples = ahead.take(u16::from_be_bytes([l0, l1]), "SaObsValue samples")?;
        *cursor = ahead;
        Ok(Self {
            physio_id: OidType(u16::from_be_bytes([p0, p1])),
            state: MeasurementState(u16::from_be_bytes([s0, s1])),
            samples,
        })
    }
}

/// Pieces of several waves that were sampled together.
pub type SaObsValueCmp<'a> = List<'a, SaObsValue<'a>>;

impl<'a> SaObsValue<'a> {
    /// The samples, where they are of 8 or 16 bits as nearly all are; a piece of a sample at the end is left out.
    pub fn numbers(&self, spec: &SaSpec) -> impl Iterator<Item = u16> + use<'a> {
        let wide = spec.sample_size == 16;
        let (bytes, pairs): (&[u8], &[u8]) = match spec.sample_size {
            8 => (self.samples, &[]),
            _ if wide => (&[], self.samples),
            _ => (&[], &[]),
        };
        let pairs = pairs.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
        bytes.iter().copied().map(u16::from).chain(pairs)
    }
}

/// How samples become values: a straight line through two points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScaleRangeSpec16 {
    /// The value of `lower_scaled`.
    pub lower_absolute: FloatType,
    /// The value of `upper_scaled`.
    pub upper_absolute: FloatType,
    /// A low sample.
    pub lower_scaled: u16,
    /// A high sample.
    pub upper_scaled: u16,
}

impl<'a> Decode<'a> for ScaleRangeSpec16 {
    const LEAST: usize = 12;
    const NAME: &'static str = "ScaleRangeSpec16";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [a, b, c, d, e, f, g, h, l0, l1, u0, u1] = cursor.array(Self::NAME)?;
        Ok(Self {
            lower_absolute: FloatType(u32::from_be_bytes([a, b, c, d])),
            upper_absolute: FloatType(u32::from_be_bytes([e, f, g, h])),
            lower_scaled: u16::from_be_bytes([l0, l1]),
            upper_scaled: u16::from_be_bytes([u0, u1]),
        })
    }
}

impl ScaleRangeSpec16 {
    /// The value of a sample; nothing where the two points are no line or no numbers.
    #[must_use]
    pub fn value(&self, sample: u16) -> Option<f64> {
        let span = f64::from(self.upper_scaled) - f64::from(self.lower_scaled);
        let (low, high) = (self.lower_absolute.to_f64(), self.upper_absolute.to_f64());
        let value = low + (f64::from(sample) - f64::from(self.lower_scaled)) * ((high - low) / span);
        value.is_finite().then_some(value)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::FloatValue;
    use std::vec::Vec;

    #[test]
    fn a_pressure_without_a_cuff_is_three_unavailable_numbers() {
        // compound value of handle 8272 in the captured poll result [real]
        let bytes = [
            0x00, 0x03, 0x00, 0x1e, 0x4a, 0x05, 0x20, 0x00, 0x0f, 0x20, 0x00, 0x7f, 0xff, 0xff, 0x4a, 0x06, 0x20, 0x00,
            0x0f, 0x20, 0x00, 0x7f, 0xff, 0xff, 0x4a, 0x07, 0x20, 0x00, 0x0f, 0x20, 0x00, 0x7f, 0xff, 0xff,
        ];
        let values: Vec<_> =
            NuObsValueCmp::decode(&mut Cursor::new(&bytes)).unwrap().iter().map(Result::unwrap).collect();
        assert_eq!(values.iter().map(|value| value.physio_id.0).collect::<Vec<_>>(), [0x4a05, 0x4a06, 0x4a07]);
        for value in values {
            assert!(value.state.contains(MeasurementState::UNAVAILABLE) && !value.state.is_usable());
            assert_eq!((value.unit_code, value.value.value()), (OidType(0x0f20), FloatValue::NaN));
        }
    }

    #[test]
    fn a_value_in_alarm_is_usable() {
        assert!(MeasurementState(0x0002).is_usable());
        assert!(!MeasurementState::DEMO_DATA.is_usable());
    }

    #[test]
    fn waves_and_their_shape_decode() {
        // constructed
        let spec = SaSpec::decode(&mut Cursor::new(&[0x01, 0x00, 16, 14, 0x80, 0x00])).unwrap();
        assert_eq!((spec.array_size, spec.sample_size, spec.significant_bits), (256, 16, 14));
        assert!(spec.flags.contains(SaFlags::SMOOTH_CURVE));
        let wave = SaObsValue::decode(&mut Cursor::new(&[0x01, 0x02, 0, 0, 0, 2, 0x20, 0x00])).unwrap();
        assert_eq!((wave.physio_id, wave.samples), (OidType(0x0102), &[0x20, 0x00][..]));
        let mut range = Cursor::new(&[0xff, 0, 0, 0, 0xff, 0, 0, 0x0a, 0, 1, 0, 2]);
        let range = ScaleRangeSpec16::decode(&mut range).unwrap();
        assert_eq!((range.upper_absolute.to_f64(), range.lower_scaled, range.upper_scaled), (1.0, 1, 2));
    }

    #[test]
    fn samples_become_values_by_a_straight_line() {
        // constructed: 0 is -1 and 100 is 1
        let line = ScaleRangeSpec16 {
            lower_absolute: FloatType(0x00ff_ffff),
            upper_absolute: FloatType(1),
            lower_scaled: 0,
            upper_scaled: 100,
        };
        assert_eq!((line.value(0), line.value(50), line.value(100)), (Some(-1.0), Some(0.0), Some(1.0)));
        assert_eq!(ScaleRangeSpec16 { upper_scaled: 0, ..line }.value(50), None);
        assert_eq!(ScaleRangeSpec16 { upper_absolute: FloatType(0x007f_ffff), ..line }.value(50), None);
        let spec = |sample_size| SaSpec { array_size: 2, sample_size, significant_bits: 12, flags: SaFlags(0) };
        let wave = SaObsValue { physio_id: OidType(0), state: MeasurementState(0), samples: &[1, 2, 3, 4, 5] };
        assert_eq!(wave.numbers(&spec(16)).collect::<Vec<_>>(), [0x0102, 0x0304]);
        assert_eq!(wave.numbers(&spec(8)).count(), 5);
        assert_eq!(wave.numbers(&spec(12)).count(), 0);
    }

    #[test]
    fn a_wave_cut_short_moves_nothing_and_names_the_field() {
        let mut cursor = Cursor::new(&[0x01, 0x02, 0, 0, 0, 4, 0x20]);
        assert_eq!(SaObsValue::decode(&mut cursor).unwrap_err().field, "SaObsValue samples");
        assert_eq!(cursor.offset(), 0);
    }
}
