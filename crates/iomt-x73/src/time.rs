//! Times: since power-up, and on the device's own clock.
//!
//! ```text
//!  RelativeTime   | ticks of 125 us:32 |
//!  HighResRelativeTime | ticks:64 |
//!  AbsoluteTime   | century | year | month | day | hour | minute | second | hundredths |     each byte two BCD digits
//! ```
//! ISO/IEEE 11073-20601 annex A; the tick of 125 us was checked against a captured monitor.
//!
//! What devices really do: a monitor that does not say its clock sends eight `FF`. A device's clock is what the device
//! believes; nothing here compares it with the capture's.

use core::time::Duration;

use iomt_wire::{Cursor, Result};

use crate::Decode;

/// Time since power-up, in ticks of 125 microseconds; wraps after six days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelativeTime(pub u32);

impl RelativeTime {
    /// No time: what a personal health device sends in an event report without one.
    pub const NONE: Self = Self(u32::MAX);

    /// Nanoseconds since power-up.
    #[must_use]
    pub const fn nanoseconds(self) -> u64 {
        (self.0 as u64).saturating_mul(125_000)
    }

    /// The same as a standard duration.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_nanos(self.nanoseconds())
    }
}

impl<'a> Decode<'a> for RelativeTime {
    const LEAST: usize = 4;
    const NAME: &'static str = "RelativeTime";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        cursor.be_u32(Self::NAME).map(Self)
    }
}

/// Time since power-up at a higher resolution, as it is on the wire; which resolution, the device says elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HighResRelativeTime(pub u64);

impl<'a> Decode<'a> for HighResRelativeTime {
    const LEAST: usize = 8;
    const NAME: &'static str = "HighResRelativeTime";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        cursor.array(Self::NAME).map(u64::from_be_bytes).map(Self)
    }
}

/// The device's clock, as it is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AbsoluteTime(pub [u8; 8]);

impl AbsoluteTime {
    /// The time that a Philips monitor sends when it does not know any.
    pub const UNKNOWN: Self = Self([0xff; 8]);

    /// The date and time; nothing when it is not known or its digits are no calendar date.
    #[must_use]
    pub fn date_time(self) -> Option<DateTime> {
        let [century, year, month, day, hour, minute, second, hundredths] = self.0;
        let found = DateTime {
            year: u16::from(bcd(century)?).saturating_mul(100).saturating_add(bcd(year)?.into()),
            month: bcd(month)?,
            day: bcd(day)?,
            hour: bcd(hour)?,
            minute: bcd(minute)?,
            second: bcd(second)?,
            hundredths: bcd(hundredths)?,
        };
        let possible = (1..=12).contains(&found.month)
            && (1..=31).contains(&found.day)
            && found.hour < 24
            && found.minute < 60
            && found.second < 61;
        possible.then_some(found)
    }
}

/// Two decimal digits.
fn bcd(byte: u8) -> Option<u8> {
    let (tens, ones) = (byte >> 4, byte & 0x0f);
    (tens < 10 && ones < 10).then(|| tens.saturating_mul(10).saturating_add(ones))
}

impl<'a> Decode<'a> for AbsoluteTime {
    const LEAST: usize = 8;
    const NAME: &'static str = "AbsoluteTime";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        cursor.array(Self::NAME).map(Self)
    }
}

/// A date and time without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    /// With the century.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31; not checked against the month.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60.
    pub second: u8,
    /// Hundredths of a second.
    pub hundredths: u8,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_an_eighth_of_a_millisecond() {
        // uptime of the captured connect indication [real, anonymised]
        assert_eq!(RelativeTime(0x0945_7f00).duration(), Duration::from_nanos(19_443_680_000_000));
        // and of the captured poll result [real]
        assert_eq!(RelativeTime(0x0bc4_1f00).duration(), Duration::from_nanos(24_675_296_000_000));
        assert_eq!(RelativeTime(u32::MAX).nanoseconds(), 536_870_911_875_000);
    }

    #[test]
    fn a_clock_reads_as_decimal_digits() {
        // time stamp of the captured non-invasive pressure [real]
        let found = AbsoluteTime([0x20, 0x25, 0x05, 0x23, 0x11, 0x45, 0x00, 0x00]).date_time().unwrap();
        assert_eq!((found.year, found.month, found.day), (2025, 5, 23));
        assert_eq!((found.hour, found.minute, found.second, found.hundredths), (11, 45, 0, 0));
    }

    #[test]
    fn an_unknown_or_impossible_clock_is_no_time() {
        assert_eq!(AbsoluteTime::UNKNOWN.date_time(), None);
        assert_eq!(AbsoluteTime([0x20, 0x25, 0x13, 0x01, 0, 0, 0, 0]).date_time(), None);
        assert_eq!(AbsoluteTime([0x20, 0x2a, 0x01, 0x01, 0, 0, 0, 0]).date_time(), None);
        assert_eq!(AbsoluteTime([0; 8]).date_time(), None);
    }
}
