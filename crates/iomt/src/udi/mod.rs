//! Unique device identifiers: what a label's carrier says of a product and of one unit of it.
//!
//! A UDI is a device identifier (DI: the product) and production identifiers (PI: serial number, lot, dates), written as one of
//! three issuing agencies prescribes:
//!
//! ```text
//!  GS1     (01)51022222233336(11)141231(17)150707(10)A213B1(21)1234
//!  GS1     0151022222233336 11141231 17150707 10A213B1␝ 211234              what the bar code carries; ␝ is FNC1, sent as GS
//!  HIBCC   +A99912345 /$$52001510X3 /16D20111212 /S77DE1G45 -               '-' is the check character
//!  ICCBBA  =/A9999XYZ100T0944 =,000025 =A99971312345600 =>014032 =}013032 &,1000000000000XYZ123
//! ```
//!
//! | | DI | check | PI |
//! |---|---|---|---|
//! | GS1 General Specifications 3, 7.8, 7.9 | AI 01, 14 digits | modulo 10, **of the DI alone** | AI 21 serial, 10 lot, 11 made, 17 expires |
//! | ANSI/HIBC 2.4 and 2.5, 2.2 to 2.4 | labeler, catalogue number, unit of measure | modulo 43, of the whole carrier | `$ $$ $+ $$+ /S /16D /14D` |
//! | ICCBBA ST-011 | `=/` 16, `=)` 10 characters | none in the text | `=,` serial, `=` donation, `=>` expires, `=}` made, `&,1` and `&)` lot |
//!
//! The overview of all three is the FDA's "UDI formats by FDA-accredited issuing agency", version 1.3 (2017). What that page
//! does not say of itself: the check character of its HIBCC example is wrong (`C`; modulo 43 gives `H`). It has been copied
//! into many test suites since, so a wrong check is told ([`Check::Wrong`]) and never makes a carrier unreadable.
//!
//! [`Udi::parse`] borrows, allocates nothing and takes time linear in the text. What cannot be read is left in
//! [`Udi::unread`]; it is an error only if there is no part of a UDI at all.
//!
//! ```
//! use iomt::udi::{Check, Udi};
//!
//! let udi = Udi::parse("(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234")?;
//! assert_eq!((udi.device, udi.serial, udi.lot), (Some("51022222233336"), Some("1234"), Some("A213B1")));
//! assert_eq!(udi.made.unwrap().to_string(), "2014-12-31");
//! assert_eq!(udi.check, Check::Right);
//! # Ok::<(), iomt::udi::Error>(())
//! ```

use serde::{Serialize, Serializer};

mod date;
mod gs1;
mod hibcc;
mod iccbba;
mod registry;

pub use date::Date;
pub use iomt_wire::Error;
pub use registry::{NoRegistry, Registered, Registry};

use iomt_wire::Kind;

/// The longest carrier that is read, in bytes: the longest base UDI of the three agencies has 87 characters.
pub const LONGEST: usize = 256;

/// Who prescribes the form of a carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Issuer {
    /// GS1: the device identifier is a GTIN.
    Gs1,
    /// Health Industry Business Communications Council.
    Hibcc,
    /// International Council for Commonality in Blood Banking Automation (ISBT 128).
    Iccbba,
}

/// What the check digit or character says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// It is right. Of GS1 this holds for the device identifier alone: nothing guards its production identifiers.
    Right,
    /// It is wrong: mistyped, misread, or left out where one belongs.
    Wrong {
        /// What would have been right; none where a character stands that the check has no value for.
        expected: Option<char>,
    },
    /// The form has none.
    Absent,
}

impl Check {
    /// One word: `right`, `wrong`, `absent`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong { .. } => "wrong",
            Self::Absent => "absent",
        }
    }

    fn compare(stated: char, expected: Option<char>) -> Self {
        if expected == Some(stated) { Self::Right } else { Self::Wrong { expected } }
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

/// One carrier, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Udi<'a> {
    /// Who prescribes its form.
    pub issuer: Issuer,
    /// The device identifier, as registries write it: without delimiter and check character.
    pub device: Option<&'a str>,
    /// What its check says.
    pub check: Check,
    /// Serial number: one unit of the product.
    pub serial: Option<&'a str>,
    /// Lot or batch.
    pub lot: Option<&'a str>,
    /// Donation identification number, of products of human origin.
    pub donation: Option<&'a str>,
    /// When it was made.
    pub made: Option<Date>,
    /// When it expires.
    pub expires: Option<Date>,
    /// What follows the last part that could be read.
    pub unread: Option<&'a str>,
}

impl<'a> Udi<'a> {
    const fn of(issuer: Issuer) -> Self {
        Self {
            issuer,
            device: None,
            check: Check::Absent,
            serial: None,
            lot: None,
            donation: None,
            made: None,
            expires: None,
            unread: None,
        }
    }

    /// Takes a carrier apart. The first character tells the agency: `(`, `]` or a digit GS1, `+` HIBCC, `=` or `&` ICCBBA.
    ///
    /// # Errors
    ///
    /// When the text is no carrier of any agency, or holds no part of one that could be read.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let text = text.trim_matches([' ', '*']);
        if text.len() > LONGEST {
            return Err(Error { offset: LONGEST, field: "UDI", kind: Kind::Limit { limit: 256 } });
        }
        let udi = match text.as_bytes() {
            [b'(' | b']' | 0x1d | b'0'..=b'9', ..] => gs1::parse(text),
            _ if text.starts_with('␝') => gs1::parse(text),
            [b'+', ..] => hibcc::parse(text),
            [b'=' | b'&', ..] => iccbba::parse(text),
            _ => return Err(syntax("begins like no carrier")),
        };
        if (udi.device, udi.serial, udi.lot, udi.donation) == (None, None, None, None)
            && (udi.made, udi.expires) == (None, None)
        {
            return Err(syntax("no part of it could be read"));
        }
        Ok(udi)
    }

    /// Whether it tells one unit from all others: a device identifier with a serial or donation number, and no wrong check.
    #[must_use]
    pub const fn is_unit(&self) -> bool {
        self.device.is_some()
            && (self.serial.is_some() || self.donation.is_some())
            && !matches!(self.check, Check::Wrong { .. })
    }

    /// The device identifier in the form in which it is compared: a GTIN is the same with and without its leading zeros.
    #[must_use]
    pub fn product(&self) -> Option<&'a str> {
        match self.issuer {
            Issuer::Gs1 => self.device.map(|gtin| gtin.trim_start_matches('0')),
            Issuer::Hibcc | Issuer::Iccbba => self.device,
        }
    }

    /// Notes what could not be read, unless there is nothing.
    const fn leave(&mut self, rest: &'a str) {
        if !rest.is_empty() {
            self.unread = Some(rest);
        }
    }
}

const fn syntax(reason: &'static str) -> Error {
    Error { offset: 0, field: "UDI", kind: Kind::Syntax(reason) }
}

/// Cuts a text after `length` bytes, all of which must be there and satisfy `lawful`.
fn cut(text: &str, length: usize, lawful: impl Fn(u8) -> bool) -> Option<(&str, &str)> {
    let (head, rest) = text.split_at_checked(length)?;
    head.bytes().all(lawful).then_some((head, rest))
}

/// Cuts digits.
fn digits(text: &str, length: usize) -> Option<(&str, &str)> {
    cut(text, length, |byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
