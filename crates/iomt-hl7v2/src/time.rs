//! Times, as exact as they were sent.
//!
//! ```text
//!  YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]      DTM, TS, DT
//!  20260102080000.0000-0500
//!  HH[MM[SS[.S...]]][+/-ZZZZ]                          TM
//! ```
//! HL7 v2.9.1 chapter 2.A, sections 2.A.21 and 2.A.22. How far a time goes is part of it: `2026` is a year and not its first
//! second. Devices also send ISO 8601 with hyphens, colons and `T`, a blank before the zone, `240000`, more than four digits of a
//! second, zeros for what they do not know. These are read, and [`Timestamp::quirk`] tells of them; a month 13 is an error.
//!
//! Up to v2.5 a second component repeats the precision in a letter; it is not needed.

use iomt_wire::{Error, Kind};

/// How far a time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// A year.
    Year,
    /// A month.
    Month,
    /// A day.
    Day,
    /// An hour.
    Hour,
    /// A minute.
    Minute,
    /// A second.
    Second,
    /// So many digits of a second.
    Fraction(u8),
}

/// A point in time as a field gives it: local to the sender unless it has a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp {
    /// The year; 0 in a time of day ([`time_of_day`]).
    pub year: u16,
    /// 1 to 12; 1 when the precision ends before.
    pub month: u8,
    /// 1 to 31; 1 when the precision ends before.
    pub day: u8,
    /// 0 to 23; 24 only as the end of a day.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60.
    pub second: u8,
    /// Nanoseconds; digits behind the ninth are dropped.
    pub nanosecond: u32,
    /// How far it goes.
    pub precision: Precision,
    /// Minutes east of Greenwich, when said.
    pub zone: Option<i16>,
    /// The deviation that was tolerated, if any: the first one.
    pub quirk: Option<&'static str>,
}

/// Reads a date, with or without a time: DTM, TS or DT. White space around it is passed over.
///
/// ```
/// use iomt_hl7v2::time::{self, Precision};
///
/// let time = time::parse(b"20260102080000.0000-0500")?;
/// assert_eq!((time.hour, time.precision, time.zone), (8, Precision::Fraction(4), Some(-300)));
/// assert_eq!(time::parse(b"202601")?.precision, Precision::Month);
/// # Ok::<(), iomt_hl7v2::Error>(())
/// ```
///
/// # Errors
/// `Syntax` at the byte that does not fit, `Invalid` with a number that is none of a calendar or clock. Offsets count from the
/// value's first byte.
pub fn parse(text: &[u8]) -> Result<Timestamp, Error> {
    let mut reader = Reader::new(text, "DTM");
    let year = reader.number(4, 0, 9999)?;
    let mut time = Timestamp { year, ..reader.begun(Precision::Year) };
    let dashed = reader.mark(b'-', "hyphens-in-date") && reader.more();
    if dashed || reader.more() {
        (time.month, time.precision) = (reader.small(0, 12)?, Precision::Month);
        if dashed && reader.more() {
            return reader.syntax("a hyphen is missing");
        }
        if reader.mark(b'-', "hyphens-in-date") || reader.more() {
            (time.day, time.precision) = (reader.small(0, 31)?, Precision::Day);
        }
    }
    if time.precision == Precision::Day
        && (reader.mark(b'T', "letter-t-before-time") || reader.blank_before_digit() || reader.more())
    {
        reader.clock(&mut time)?;
    }
    reader.zone(&mut time)?;
    let zero = time.year == 0 && [time.month, time.day].iter().all(|part| *part == 0);
    if zero && time.precision >= Precision::Day {
        return Err(Error { offset: 0, field: "DTM", kind: Kind::Syntax("all zeros: no date") });
    }
    if time.precision >= Precision::Month && time.month == 0 || time.precision >= Precision::Day && time.day == 0 {
        // What follows an unknown part is not known either.
        time.precision = if time.month == 0 { Precision::Year } else { Precision::Month };
        reader.quirk.get_or_insert("zero-month-or-day");
    }
    (time.month, time.day) = (time.month.max(1), time.day.max(1));
    if time.day > days(time.year, time.month) {
        return Err(Error { offset: 6, field: "DTM", kind: Kind::Invalid { value: time.day.into() } });
    }
    time.quirk = reader.quirk;
    Ok(time)
}

/// Reads a time of day: TM. Year, month and day of what is given are 0, 1 and 1.
///
/// # Errors
/// As [`parse`].
pub fn time_of_day(text: &[u8]) -> Result<Timestamp, Error> {
    let mut reader = Reader::new(text, "TM");
    let mut time = reader.begun(Precision::Hour);
    reader.clock(&mut time)?;
    reader.zone(&mut time)?;
    time.quirk = reader.quirk;
    Ok(time)
}

const fn days(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    field: &'static str,
    quirk: Option<&'static str>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t [u8], field: &'static str) -> Self {
        let at = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let trimmed = text.trim_ascii_end();
        let quirk = (at > 0 || trimmed.len() < text.len()).then_some("white-space-around-time");
        Self { text: trimmed, at, field, quirk }
    }

    const fn begun(&self, precision: Precision) -> Timestamp {
        Timestamp {
            year: 0,
            month: 1,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
            nanosecond: 0,
            precision,
            zone: None,
            quirk: self.quirk,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn more(&self) -> bool {
        self.peek().is_some_and(|byte| byte.is_ascii_digit())
    }

    const fn syntax<T>(&self, why: &'static str) -> Result<T, Error> {
        Err(Error { offset: self.at, field: self.field, kind: Kind::Syntax(why) })
    }

    /// A separator that the standard does not have, with a digit behind it.
    fn mark(&mut self, byte: u8, name: &'static str) -> bool {
        let there = self.peek() == Some(byte)
            && self.text.get(self.at.wrapping_add(1)).is_some_and(u8::is_ascii_digit)
            // `2026-0500` is a year with a zone, `2026-05-01` a date.
            && (byte != b'-' || self.text.get(self.at.wrapping_add(3)).is_none_or(|byte| !byte.is_ascii_digit()));
        if there {
            self.at = self.at.wrapping_add(1);
            self.quirk.get_or_insert(name);
        }
        there
    }

    fn blank_before_digit(&mut self) -> bool {
        let there = self.peek() == Some(b' ') && self.text.get(self.at.wrapping_add(1)).is_some_and(u8::is_ascii_digit);
        if there {
            self.at = self.at.wrapping_add(1);
            self.quirk.get_or_insert("blank-before-time");
        }
        there
    }

    fn number(&mut self, digits: usize, least: u16, most: u16) -> Result<u16, Error> {
        let offset = self.at;
        let mut value = 0_u16;
        for _ in 0..digits {
            let Some(digit) = self.peek().filter(u8::is_ascii_digit) else { return self.syntax("a digit is missing") };
            value = value.wrapping_mul(10).wrapping_add(digit.wrapping_sub(b'0').into());
            self.at = self.at.wrapping_add(1);
        }
        if value < least || value > most {
            return Err(Error { offset, field: self.field, kind: Kind::Invalid { value: value.into() } });
        }
        Ok(value)
    }

    fn small(&mut self, least: u16, most: u16) -> Result<u8, Error> {
        self.number(2, least, most).map(|value| u8::try_from(value).unwrap_or(u8::MAX))
    }

    fn clock(&mut self, time: &mut Timestamp) -> Result<(), Error> {
        let start = self.at;
        (time.hour, time.precision) = (self.small(0, 24)?, Precision::Hour);
        let coloned = self.mark(b':', "colons-in-time");
        if self.more() {
            (time.minute, time.precision) = (self.small(0, 59)?, Precision::Minute);
            if coloned && self.more() {
                return self.syntax("a colon is missing");
            }
            if self.mark(b':', "colons-in-time") || self.more() {
                (time.second, time.precision) = (self.small(0, 60)?, Precision::Second);
                self.fraction(time)?;
            }
        }
        if time.hour == 24 {
            if time.minute > 0 || time.second > 0 || time.nanosecond > 0 {
                return Err(Error { offset: start, field: self.field, kind: Kind::Invalid { value: 24 } });
            }
            self.quirk.get_or_insert("hour-24");
        }
        Ok(())
    }

    fn fraction(&mut self, time: &mut Timestamp) -> Result<(), Error> {
        let Some(point) = self.peek().filter(|byte| matches!(byte, b'.' | b',')) else { return Ok(()) };
        if point == b',' {
            self.quirk.get_or_insert("comma-before-fraction");
        }
        self.at = self.at.wrapping_add(1);
        if !self.more() {
            return self.syntax("a digit is missing");
        }
        let mut count = 0_u8;
        let mut unit = 100_000_000_u32;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            time.nanosecond = time.nanosecond.wrapping_add(unit.wrapping_mul(digit.wrapping_sub(b'0').into()));
            unit /= 10;
            count = count.saturating_add(1);
            self.at = self.at.wrapping_add(1);
        }
        if count > 4 {
            self.quirk.get_or_insert("long-fraction");
        }
        time.precision = Precision::Fraction(count);
        Ok(())
    }

    /// The zone, and then nothing.
    fn zone(&mut self, time: &mut Timestamp) -> Result<(), Error> {
        if self.peek() == Some(b' ') {
            self.at = self.at.wrapping_add(1);
            self.quirk.get_or_insert("blank-before-zone");
        }
        match self.peek() {
            None => return Ok(()),
            Some(b'Z') => {
                self.quirk.get_or_insert("letter-z-as-zone");
                self.at = self.at.wrapping_add(1);
                time.zone = Some(0);
            }
            Some(sign @ (b'+' | b'-')) => {
                self.at = self.at.wrapping_add(1);
                let hours = self.number(2, 0, 14)?;
                if self.peek() == Some(b':') {
                    self.at = self.at.wrapping_add(1);
                    self.quirk.get_or_insert("colon-in-zone");
                }
                let minutes = if self.more() { self.number(2, 0, 59)? } else { 0 };
                let east = i16::try_from(hours.wrapping_mul(60).wrapping_add(minutes)).unwrap_or(0);
                time.zone = Some(if sign == b'-' { east.wrapping_neg() } else { east });
            }
            Some(_) => {}
        }
        if self.at < self.text.len() { self.syntax("more than a time") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn read(text: &str) -> Timestamp {
        parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn every_precision_of_the_standard_is_kept() {
        for (text, precision) in [
            ("2026", Precision::Year),
            ("202612", Precision::Month),
            ("20261231", Precision::Day),
            ("2026123123", Precision::Hour),
            ("202612312359", Precision::Minute),
            ("20261231235960", Precision::Second),
            ("20261231235959.1", Precision::Fraction(1)),
            ("20261231235959.1234", Precision::Fraction(4)),
        ] {
            for (zone, minutes) in [("", None), ("+0530", Some(330)), ("-0500", Some(-300))] {
                let time = read(&format!("{text}{zone}"));
                assert_eq!((time.precision, time.zone, time.quirk), (precision, minutes, None), "{text}{zone}");
            }
        }
        assert_eq!(read("20261231235959.1234").nanosecond, 123_400_000);
    }

    #[test]
    fn what_devices_write_instead_is_read_and_told() {
        let plain = read("20260102080000");
        for (text, quirk, same) in [
            ("2026-01-02T08:00:00", "hyphens-in-date", plain),
            ("20260102T080000", "letter-t-before-time", plain),
            ("20260102 08:00:00", "blank-before-time", plain),
            ("2026-01-02T08:00:00.5Z", "hyphens-in-date", read("20260102080000.5+0000")),
            ("20260102080000 -0100", "blank-before-zone", read("20260102080000-0100")),
            ("20260102080000,5", "comma-before-fraction", read("20260102080000.5")),
            ("20260102080000+01:00", "colon-in-zone", read("20260102080000+0100")),
            ("2026010208Z", "letter-z-as-zone", read("2026010208+0000")),
            (" 20260102 ", "white-space-around-time", read("20260102")),
        ] {
            assert_eq!(read(text), Timestamp { quirk: Some(quirk), ..same }, "{text}");
        }
        assert_eq!(read("20260101240000").quirk, Some("hour-24"));
        let long = read("20260102080000.1234567891");
        assert_eq!((long.quirk, long.nanosecond), (Some("long-fraction"), 123_456_789));
        assert_eq!(read("20260100").quirk, Some("zero-month-or-day"));
    }

    #[test]
    fn an_unknown_part_ends_the_precision() {
        assert_eq!(read("20260000").precision, Precision::Year);
        assert_eq!(read("20260700000000").precision, Precision::Month);
    }

    #[test]
    fn what_is_no_time_is_refused_with_its_place() {
        for (text, offset) in [
            ("", 0),
            ("202", 3),
            ("20261", 5),
            ("20261301", 4),
            ("20260230", 6),
            ("20260102250000", 8),
            ("20260102240001", 8),
            ("20260102080000.", 15),
            ("20260102080000x", 14),
            ("00000000000000", 0),
            ("yesterday", 0),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err().offset, offset, "{text}");
        }
    }

    #[test]
    fn a_time_of_day_has_no_date() {
        let time = time_of_day(b"0805-0100").unwrap();
        assert_eq!((time.year, time.hour, time.minute, time.zone), (0, 8, 5, Some(-60)));
        assert!(time_of_day(b"2400").is_ok());
        assert!(time_of_day(b"2401").is_err());
    }

    #[test]
    fn the_calendar_has_leap_years() {
        assert!(parse(b"20000229").is_ok() && parse(b"20240229").is_ok());
        assert!(parse(b"19000229").is_err() && parse(b"20260229").is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes: Vec<u8>, some in "[0-9T:. +Z-]{0,30}") {
            for text in [&bytes, some.as_bytes()] {
                let _ = parse(text);
                let _ = time_of_day(text);
            }
        }
    }
}
