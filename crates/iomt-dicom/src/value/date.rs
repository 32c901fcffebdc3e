//! Dates, times and ages, as precise as they are written.
//!
//! | representation | form |
//! |---|---|
//! | `DA` | `YYYYMMDD`; ACR-NEMA wrote `YYYY.MM.DD` |
//! | `TM` | `HH[MM[SS[.F…]]]`; ACR-NEMA wrote `HH:MM:SS` |
//! | `DT` | `YYYY[MM[DD[HH[MM[SS[.F…]]]]]][±HHMM]` |
//! | `AS` | `nnnD`, `nnnW`, `nnnM`, `nnnY` |
//!
//! PS3.5 section 6.2. Precision is part of the value: 10 o'clock is not 10:00:00. These types have no fields but what their
//! representation writes, so they are closed and can be made and taken apart freely.

/// A calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year, four digits.
    pub year: u16,
    /// Month from 1.
    pub month: u8,
    /// Day from 1.
    pub day: u8,
}

/// A part of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fraction {
    /// Millionths of a second.
    pub micros: u32,
    /// How many digits were written, 1 to 6.
    pub digits: u8,
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, if written.
    pub minute: Option<u8>,
    /// Second, if written; 60 in a leap second.
    pub second: Option<u8>,
    /// Part of the second, if written.
    pub fraction: Option<Fraction>,
}

/// A date with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// Year, four digits.
    pub year: u16,
    /// Month from 1, if written.
    pub month: Option<u8>,
    /// Day from 1, if written.
    pub day: Option<u8>,
    /// Time, if written.
    pub time: Option<Time>,
    /// Minutes that local time is ahead of UTC, if written.
    pub offset: Option<i16>,
}

/// An age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Age {
    /// How many.
    pub count: u16,
    /// Of what: `D` days, `W` weeks, `M` months, `Y` years.
    pub unit: u8,
}

/// The number that so many digits at the front write, and what follows them.
fn digits(text: &[u8], count: usize) -> Option<(u16, &[u8])> {
    let (digits, rest) = text.split_at_checked(count)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some((core::str::from_utf8(digits).ok()?.parse().ok()?, rest))
}

/// Two digits within bounds.
fn two(text: &[u8], least: u8, most: u8) -> Option<(u8, &[u8])> {
    let (number, rest) = digits(text, 2)?;
    let number = u8::try_from(number).ok().filter(|number| (least..=most).contains(number))?;
    Some((number, rest))
}

/// Two digits within bounds, or nothing where no digit stands.
fn two_more(text: &[u8], least: u8, most: u8) -> Option<(Option<u8>, &[u8])> {
    match text {
        [b'0'..=b'9', ..] => two(text, least, most).map(|(number, rest)| (Some(number), rest)),
        _ => Some((None, text)),
    }
}

const fn days(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

impl Date {
    /// Reads `YYYYMMDD` or `YYYY.MM.DD`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (year, rest) = digits(text, 4)?;
        let points = rest.starts_with(b".");
        let (month, rest) = two(rest.get(usize::from(points)..)?, 1, 12)?;
        let rest = if points { rest.strip_prefix(b".")? } else { rest };
        let (day, rest) = two(rest, 1, days(year, month))?;
        rest.is_empty().then_some(Self { year, month, day })
    }
}

impl Time {
    /// Reads `HH[MM[SS[.F…]]]` or `HH:MM[:SS[.F…]]`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (time, rest) = Self::front(text)?;
        rest.is_empty().then_some(time)
    }

    fn front(text: &[u8]) -> Option<(Self, &[u8])> {
        let (hour, rest) = two(text, 0, 23)?;
        let (minute, rest) = two_more(rest.strip_prefix(b":").unwrap_or(rest), 0, 59)?;
        let mut time = Self { hour, minute, second: None, fraction: None };
        if minute.is_none() {
            return Some((time, rest));
        }
        let (second, rest) = two_more(rest.strip_prefix(b":").unwrap_or(rest), 0, 60)?;
        time.second = second;
        let Some(after) = rest.strip_prefix(b".").filter(|_| second.is_some()) else { return Some((time, rest)) };
        let count = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (written, rest) = after.split_at_checked(count)?;
        let digits = u8::try_from(count).ok().filter(|count| (1..=6).contains(count))?;
        let micros = written
            .iter()
            .chain(b"000000")
            .take(6)
            .fold(0_u32, |sum, digit| sum.saturating_mul(10).saturating_add(u32::from(digit.saturating_sub(b'0'))));
        time.fraction = Some(Fraction { micros, digits });
        Some((time, rest))
    }
}

impl DateTime {
    /// Reads `YYYY[MM[DD[HH[MM[SS[.F…]]]]]][±HHMM]`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (year, rest) = digits(text, 4)?;
        let (month, rest) = two_more(rest, 1, 12)?;
        let (day, rest) = match month {
            Some(month) => two_more(rest, 1, days(year, month))?,
            None => (None, rest),
        };
        let (time, rest) = match (day, rest) {
            (Some(_), [b'0'..=b'9', ..]) => Time::front(rest).map(|(time, rest)| (Some(time), rest))?,
            _ => (None, rest),
        };
        let (offset, rest) = match rest {
            [sign @ (b'+' | b'-'), rest @ ..] => {
                let (hours, rest) = two(rest, 0, 14)?;
                let (minutes, rest) = two(rest, 0, 59)?;
                let ahead = i16::from(hours).saturating_mul(60).saturating_add(minutes.into());
                (Some(if *sign == b'-' { ahead.saturating_neg() } else { ahead }), rest)
            }
            _ => (None, rest),
        };
        rest.is_empty().then_some(Self { year, month, day, time, offset })
    }
}

impl Age {
    /// Reads `nnnD`, `nnnW`, `nnnM` or `nnnY`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        match digits(text, 3)? {
            (count, [unit @ (b'D' | b'W' | b'M' | b'Y')]) => Some(Self { count, unit: *unit }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(Date::parse(b"20260228"), Some(Date { year: 2026, month: 2, day: 28 }));
        assert_eq!(Date::parse(b"1997.04.24"), Some(Date { year: 1997, month: 4, day: 24 }));
        assert!(Date::parse(b"20240229").is_some() && Date::parse(b"20260229").is_none());
        assert!(Date::parse(b"19000229").is_none() && Date::parse(b"20000229").is_some());
        for text in
            [&b""[..], b"2026", b"20260", b"202601", b"2026010", b"202601011", b"2026-01-01", b"2026.0101", b"20260001"]
        {
            assert_eq!(Date::parse(text), None, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn times_are_as_precise_as_they_are_written() {
        let time = |hour, minute, second, fraction| Some(Time { hour, minute, second, fraction });
        assert_eq!(Time::parse(b"10"), time(10, None, None, None));
        assert_eq!(Time::parse(b"1015"), time(10, Some(15), None, None));
        assert_eq!(Time::parse(b"10:15:07"), time(10, Some(15), Some(7), None));
        let fraction = Some(Fraction { micros: 70_500, digits: 4 });
        assert_eq!(Time::parse(b"101500.0705"), time(10, Some(15), Some(0), fraction));
        for text in [&b""[..], b"1", b"24", b"1060", b"101500.", b"101500.1234567", b"1015.5", b"10150"] {
            assert_eq!(Time::parse(text), None, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn a_date_time_may_stop_anywhere_and_tell_its_offset() {
        let year = DateTime::parse(b"2026").unwrap();
        assert_eq!((year.year, year.month, year.time, year.offset), (2026, None, None, None));
        let full = DateTime::parse(b"20261124101500.5-0330").unwrap();
        assert_eq!((full.day, full.offset), (Some(24), Some(-210)));
        assert_eq!(full.time.unwrap().fraction, Some(Fraction { micros: 500_000, digits: 1 }));
        assert_eq!(DateTime::parse(b"2026+0100").unwrap().offset, Some(60));
        for text in [&b""[..], b"202", b"202613", b"20260231", b"2026+01", b"2026+1500", b"20260101x"] {
            assert_eq!(DateTime::parse(text), None, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn an_age_has_three_digits_and_a_unit() {
        assert_eq!(Age::parse(b"018M"), Some(Age { count: 18, unit: b'M' }));
        for text in [&b""[..], b"18M", b"018", b"018X", b"018MM"] {
            assert_eq!(Age::parse(text), None);
        }
    }
}
