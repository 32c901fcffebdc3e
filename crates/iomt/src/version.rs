//! Versions as makers write them, compared without guessing.
//!
//! There is no common form: `L.01.18` and `M.00.02` (letters that go up), `syngo MR E11`, `012U000061` (an article code, a letter, a
//! number), `OFFIS_DCMTK_367` (3.6.7 without its dots), `MR_VB19A`, `Rev B`. [`Version`] compares part by part, and where two
//! readings of a part would disagree, or what differs has no order, the answer is that the two are incomparable.
//!
//! | part | is | order |
//! |---|---|---|
//! | number in a dotted row | `01` and `18` of `L.01.18` | as numbers; leading zeros mean nothing |
//! | number on its own | `367`, `19`, `000061` | as a number, **if** its digits in reading order agree: `367` and `3610` may be 3.6.7 and 3.6.10, so neither is less |
//! | number glued to a letter at the beginning | `012` of `012U000061` | none: an article code, the same or incomparable |
//! | letter with nothing glued behind it | `L` of `L.01.18`, `A` of `VB19A`, `Rev B` | of the alphabet, without case |
//! | letter before a digit, word | `E` of `E11`, `VB`, `syngo` | none: the same or incomparable |
//! | long mixture of hexadecimal digits | `9f3b2c1` | none: a hash |
//!
//! `v`, `ver`, `version`, `rev`, `revision`, `release` at the beginning say nothing. What has more parts (`3.6.7` beside `3.6`) is
//! incomparable with what has fewer: it may be the same, told more exactly.
//!
//! The order is a partial one (irreflexive, antisymmetric, transitive; a property test holds it to that), so it is [`PartialOrd`],
//! and [`partial_cmp`](PartialOrd::partial_cmp) gives none for incomparable. Nothing is allocated.
//!
//! ```
//! use iomt::version::Version;
//!
//! let version = Version::new;
//! assert!(version("L.01.18") < version("L.01.20"));
//! assert!(version("OFFIS_DCMTK_367") > version("OFFIS_DCMTK_365"));
//! assert_eq!(version("v2.1\n\0junk"), version("Version 2.01"));
//! assert_eq!(version("012U000061").partial_cmp(&version("028U000061")), None); // two kinds of module
//! ```

use core::cmp::Ordering;

/// A version as it was written.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    text: &'a str,
}

impl<'a> Version<'a> {
    /// A version of a text; what follows a NUL and white space at the ends are no part of it.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let text = text.split('\0').next().unwrap_or_default();
        Self { text: text.trim_matches(|c: char| c.is_whitespace() || c.is_control()) }
    }

    /// The text without what is no part of it.
    #[must_use]
    pub const fn text(self) -> &'a str {
        self.text
    }

    fn parts(self) -> Parts<'a> {
        Parts { rest: without_heading(self.text), first: true, after_number: false }
    }
}

impl PartialEq for Version<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Version<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self.text == other.text {
            return Some(Ordering::Equal);
        }
        let (mut mine, mut theirs) = (self.parts(), other.parts());
        let mut said = false;
        loop {
            match (mine.next(), theirs.next()) {
                (Some(a), Some(b)) => match a.compare(&b)? {
                    Ordering::Equal => said = true,
                    decided => return Some(decided),
                },
                // Two texts without any part are the same only if they are the same text.
                (None, None) => return said.then_some(Ordering::Equal),
                _ => return None,
            }
        }
    }
}

/// What a heading says is that a version follows.
fn without_heading(text: &str) -> &str {
    const HEADINGS: [&str; 6] = ["version", "ver", "revision", "rev", "release", "v"];
    for heading in HEADINGS {
        let Some((head, rest)) = text.split_at_checked(heading.len()) else { continue };
        if !head.eq_ignore_ascii_case(heading) {
            continue;
        }
        let rest = match rest.as_bytes() {
            [b'0'..=b'9', ..] => rest,
            // `V.01` may be the letter after `U.01`.
            [b' ' | b'.' | b':', ..] if heading != "v" => rest.trim_start_matches([' ', '.', ':']),
            [b' ', b'0'..=b'9', ..] => rest.trim_start_matches(' '),
            _ => continue,
        };
        if !rest.is_empty() {
            return rest;
        }
    }
    text
}

/// What stands between two parts; spaces count once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    None,
    Space,
    Dot,
    Other(char),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A number in a dotted row.
    Dotted,
    /// A number on its own.
    Alone,
    /// A number with nothing before it that is glued to a letter.
    Code,
    /// A letter with nothing glued behind it.
    Letter,
    /// A word, or a letter before a digit.
    Word,
    /// A hash.
    Opaque,
}

/// One part of a version, with what stands before it.
#[derive(Clone, Copy, Debug)]
struct Part<'a> {
    separator: Separator,
    kind: Kind,
    text: &'a str,
}

impl Part<'_> {
    /// How two parts stand to each other. Equal ones may stand for one another everywhere, which is what makes the order
    /// transitive.
    fn compare(&self, other: &Self) -> Option<Ordering> {
        if (self.separator, self.kind) != (other.separator, other.kind) {
            return None;
        }
        let order = match self.kind {
            Kind::Dotted => number(self.text).cmp(&number(other.text)),
            Kind::Alone => {
                let (as_number, as_digits) = (number(self.text).cmp(&number(other.text)), self.text.cmp(other.text));
                return (as_number == as_digits).then_some(as_number);
            }
            Kind::Letter => folded(self.text).cmp(folded(other.text)),
            Kind::Code => return (self.text == other.text).then_some(Ordering::Equal),
            Kind::Word | Kind::Opaque => {
                return folded(self.text).eq(folded(other.text)).then_some(Ordering::Equal);
            }
        };
        Some(order)
    }
}

/// Digits in the order of the numbers that they write, however long.
fn number(digits: &str) -> (usize, &str) {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits)
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The parts of a version, from left to right.
struct Parts<'a> {
    rest: &'a str,
    first: bool,
    /// Whether the part before was a number, which makes a row of `1-2` and `1_2`.
    after_number: bool,
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        let start = self.rest.find(char::is_alphanumeric)?;
        let (between, text) = self.rest.split_at_checked(start)?;
        let separator = separator(between);
        let begins_a_run = self.first || separator != Separator::None;
        if begins_a_run && let Some((hash, rest)) = hash(text) {
            (self.rest, self.first, self.after_number) = (rest, false, false);
            return Some(Part { separator, kind: Kind::Opaque, text: hash });
        }
        let is_number = text.starts_with(|c: char| c.is_ascii_digit());
        let same = |c: char| c.is_alphanumeric() && c.is_ascii_digit() == is_number;
        let end = text.find(|c| !same(c)).unwrap_or(text.len());
        let (part, rest) = text.split_at_checked(end)?;
        let glued = rest.starts_with(char::is_alphanumeric);
        let kind = if is_number { self.number(separator, glued, rest) } else { word(part, glued) };
        (self.rest, self.first, self.after_number) = (rest, false, is_number);
        Some(Part { separator, kind, text: part })
    }
}

impl Parts<'_> {
    fn number(&self, separator: Separator, glued: bool, rest: &str) -> Kind {
        let row = |separator: Separator| match separator {
            Separator::Dot => true,
            Separator::Other('-' | '_') => self.after_number,
            _ => false,
        };
        let mut after = rest.chars();
        let next = (after.next(), after.next().is_some_and(|c| c.is_ascii_digit()));
        if row(separator) || matches!(next, (Some('.' | '-' | '_'), true)) {
            Kind::Dotted
        } else if self.first && glued {
            Kind::Code
        } else {
            Kind::Alone
        }
    }
}

/// A single letter goes up unless a digit is glued to it.
fn word(text: &str, glued: bool) -> Kind {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii_alphabetic() && !glued => Kind::Letter,
        _ => Kind::Word,
    }
}

fn separator(between: &str) -> Separator {
    let mut strong = between.chars().filter(|c| !c.is_whitespace());
    match (strong.next(), between.is_empty()) {
        (None, true) => Separator::None,
        (None, false) => Separator::Space,
        (Some('.'), _) => Separator::Dot,
        (Some(other), _) => Separator::Other(other),
    }
}

/// A run of hexadecimal digits that changes often between digits and letters.
fn hash(text: &str) -> Option<(&str, &str)> {
    const SHORTEST: usize = 7;
    const CHANGES: usize = 3;
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    let (run, rest) = text.split_at_checked(end)?;
    let bytes = run.as_bytes();
    let changes = bytes.windows(2).filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit()));
    (run.len() >= SHORTEST && bytes.iter().all(u8::is_ascii_hexdigit) && changes.count() >= CHANGES)
        .then_some((run, rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use proptest::prelude::*;

    fn order(a: &str, b: &str) -> Option<Ordering> {
        Version::new(a).partial_cmp(&Version::new(b))
    }

    #[test]
    fn what_makers_write_is_ordered_as_they_count() {
        for (earlier, later) in [
            ("L.01.18", "L.01.20"),
            ("L.01.18", "L.1.20"),
            ("L.01.18", "M.00.02"),
            ("Rev B", "Rev C"),
            ("Rev. B", "rev c"),
            ("B", "Rev D"),
            ("syngo MR E11", "syngo MR E12"),
            ("MR_VB19A", "MR_VB19B"),
            ("MR_VB19A", "MR_VB20A"),
            ("012U000061", "012U000062"),
            ("L81", "L82"),
            ("OFFIS_DCMTK_365", "OFFIS_DCMTK_367"),
            ("3.6.9", "3.6.10"),
            ("dcm4che-1.4.30", "dcm4che-1.4.31"),
            ("1.1.3 b10", "1.1.3 b11"),
            ("2019-05-01", "2019-10-01"),
            ("18446744073709551615.1", "18446744073709551616.1"),
            ("1.2a", "1.2b"),
            ("v3.30", "V3.31"),
        ] {
            assert_eq!(order(earlier, later), Some(Ordering::Less), "{earlier} and {later}");
            assert_eq!(order(later, earlier), Some(Ordering::Greater), "{earlier} and {later}");
        }
    }

    #[test]
    fn where_a_reading_would_be_a_guess_there_is_no_order() {
        for (a, b) in [
            ("OFFIS_DCMTK_367", "OFFIS_DCMTK_3610"), // 3.6.7 and 3.6.10, or 367 and 3610
            ("012U000061", "028U000061"),            // two kinds of module
            ("012U000061", "012L000081"),            // two families of software
            ("012U000061", "L81"),
            ("3.6", "3.6.7"), // may be the same, told less exactly
            ("1.2", "1.2a"),  // may come before or after
            ("syngo MR E11", "syngo MR D13"),
            ("syngo MR E11", "syngo CT VA48A"),
            ("MR_VB19A", "MR_VE11C"),
            ("OFFIS_DCMTK_367", "dicom-rs 0.10.1"),
            ("1.2.3", "1.2-3"),
            ("9f3b2c1d", "8f3b2c1d"),
            ("", "1"),
            ("---", "-"),
            ("unknown", "none"),
        ] {
            assert_eq!(order(a, b), None, "{a} and {b}");
        }
    }

    #[test]
    fn padding_junk_and_headings_make_no_other_version() {
        for (a, b) in [
            ("L.01.18", " L.01.18\r\n\0\0garbage"),
            ("1.2", "v1.2"),
            ("1.2", "Version 1.02"),
            ("Rev B", "REV.B"),
            ("syngo  MR E11", "syngo MR e11"),
            ("---", "---"),
        ] {
            assert_eq!(order(a, b), Some(Ordering::Equal), "{a:?} and {b:?}");
        }
        assert_eq!(order("V.01.02", "U.01.02"), Some(Ordering::Greater), "a letter with a dot is no heading");
    }

    fn versions() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9]{1,3}(\\.[0-9]{1,2}){0,3}",
            "[A-C]\\.0?[0-3]\\.[0-9]{1,2}",
            "(v|V|rev |Version )?[0-2]{1,2}[.a-b_-]?[0-2]{0,2}[ab]?",
            "(OFFIS_DCMTK_|MR_VB|E|012U|syngo MR )[0-9]{1,4}[AB]?",
            "[0-9a-f]{7,8}",
            "[ .0-2a-b_-]{0,6}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn the_order_is_a_partial_one(a in versions(), b in versions(), c in versions()) {
            prop_assert_eq!(order(&a, &a), Some(Ordering::Equal));
            prop_assert_eq!(order(&a, &b), order(&b, &a).map(Ordering::reverse));
            match (order(&a, &b), order(&b, &c)) {
                (Some(Ordering::Equal), with) => prop_assert_eq!(order(&a, &c), with),
                (Some(first), Some(second)) if first == second => prop_assert_eq!(order(&a, &c), Some(first)),
                _ => {}
            }
        }

        #[test]
        fn any_text_is_compared(a in any::<String>(), b in any::<String>()) {
            prop_assert_eq!(order(&a, &b), order(&b, &a).map(Ordering::reverse));
            prop_assert_eq!(order(&a, &a), Some(Ordering::Equal));
        }
    }
}
