//! Dates of labels: two-digit years, days of the year, days that are left open.

use core::fmt;

use serde::{Serialize, Serializer};

/// A date of a label. Two-digit years are of this century: there was no UDI in the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year, four digits.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31; none where the label leaves it open: the month as a whole.
    pub day: Option<u8>,
}

impl Date {
    /// A date that there is.
    fn new(year: u16, month: u8, day: Option<u8>) -> Option<Self> {
        let last = days_in(year, month)?;
        let lawful = day.is_none_or(|day| (1..=last).contains(&day));
        lawful.then_some(Self { year, month, day })
    }

    /// `YYMMDD`; day 00 leaves the day open (GS1 General Specifications 3.4).
    pub(super) fn yymmdd(text: &str) -> Option<Self> {
        let (year, month, day) = (number(text, 0, 2)?, number(text, 2, 4)?, number(text, 4, 6)?);
        Self::new(century(year), small(month)?, Some(small(day)?).filter(|day| *day != 0))
    }

    /// `MMYY`.
    pub(super) fn mmyy(text: &str) -> Option<Self> {
        Self::new(century(number(text, 2, 4)?), small(number(text, 0, 2)?)?, None)
    }

    /// `MMDDYY`.
    pub(super) fn mmddyy(text: &str) -> Option<Self> {
        let (month, day, year) = (number(text, 0, 2)?, number(text, 2, 4)?, number(text, 4, 6)?);
        Self::new(century(year), small(month)?, Some(small(day)?))
    }

    /// `YYYYMMDD`.
    pub(super) fn yyyymmdd(text: &str) -> Option<Self> {
        Self::new(number(text, 0, 4)?, small(number(text, 4, 6)?)?, Some(small(number(text, 6, 8)?)?))
    }

    /// `YYJJJ`: year and day of the year.
    pub(super) fn yyjjj(text: &str) -> Option<Self> {
        Self::day_of_year(century(number(text, 0, 2)?), number(text, 2, 5)?)
    }

    /// `YYYJJJ`: the last three digits of the year, and day of the year (ISBT 128).
    pub(super) fn yyyjjj(text: &str) -> Option<Self> {
        Self::day_of_year(number(text, 0, 3)?.checked_add(2000)?, number(text, 3, 6)?)
    }

    fn day_of_year(year: u16, mut day: u16) -> Option<Self> {
        for month in 1..=12 {
            let length = u16::from(days_in(year, month)?);
            match day.checked_sub(length) {
                Some(rest) if rest > 0 => day = rest,
                _ => return Self::new(year, month, Some(small(day)?)),
            }
        }
        None
    }
}

/// As ISO 8601 writes it: `2014-12-31`, `2014-12`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)?;
        self.day.map_or(Ok(()), |day| write!(f, "-{day:02}"))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// Digits of a text as a number.
fn number(text: &str, from: usize, to: usize) -> Option<u16> {
    let digits = text.get(from..to)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

const fn century(year: u16) -> u16 {
    year.saturating_add(2000)
}

fn small(number: u16) -> Option<u8> {
    u8::try_from(number).ok()
}

const fn days_in(year: u16, month: u8) -> Option<u8> {
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_year_are_days_of_months() {
        let date = |text| Date::yyjjj(text).map(|date| date.to_string());
        assert_eq!(date("20015").as_deref(), Some("2020-01-15"));
        assert_eq!(date("20060").as_deref(), Some("2020-02-29"));
        assert_eq!(date("19060").as_deref(), Some("2019-03-01"));
        assert_eq!(date("20366").as_deref(), Some("2020-12-31"));
        assert_eq!(date("19366"), None);
        assert_eq!(date("19000"), None);
    }

    #[test]
    fn a_day_that_is_left_open_stays_open_and_a_day_that_is_not_is_no_date() {
        assert_eq!(Date::yymmdd("150700").unwrap().to_string(), "2015-07");
        assert_eq!(Date::mmyy("0520").unwrap().to_string(), "2020-05");
        assert_eq!(Date::yymmdd("150231"), None);
        assert_eq!(Date::yymmdd("151301"), None);
        assert_eq!(Date::yyyymmdd("2013+202"), None);
    }
}
