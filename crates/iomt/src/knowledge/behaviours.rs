//! How DICOM stacks behave, whatever they declare of themselves.
//!
//! ```text
//!  DCMTK ⇥ reserved ⇥ - ⇥ 00ff00 ⇥ always          declared DCMTK, and 000000 seen: it is not
//!  Orthanc ⇥ called ⇥ DCMTK ⇥ ORTHANC ⇥ sign       on DCMTK's stack, called ORTHANC: perhaps Orthanc
//! ```

use super::error::Reason;
use super::grade::{Grade, words};
use super::record::{Find, Record};
use super::table::{Common, Row};

words! {
    /// What a habit is worth.
    pub Strength, "always, default or sign" {
        /// Built in: another value contradicts the product.
        Always = "always",
        /// What it does unless it is told otherwise: another value says nothing.
        Default = "default",
        /// What a product does that is built on another's stack.
        Sign = "sign",
    }
}

/// The kinds of habit.
const HABITS: [&str; 12] = [
    "reserved",
    "area",
    "order",
    "max",
    "data-set",
    "answer-reserved",
    "answer-area",
    "answer-order",
    "answer-max",
    "rejected",
    "port",
    "called",
];

/// A habit of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behaviour<'k> {
    /// The product.
    pub product: &'k str,
    /// The stack that it is built on, for a sign.
    pub on: Option<&'k str>,
    /// Which habit: a word of the table.
    pub habit: &'k str,
    /// What it does.
    pub expected: &'k str,
    /// What that is worth.
    pub strength: Strength,
    /// Thousandths of a bit by which a sign speaks for the product.
    pub milli_bits: i64,
    /// How far the row can be trusted.
    pub grade: Grade,
    /// Where the row comes from.
    pub source: &'k str,
}

impl Behaviour<'_> {
    /// Whether what was seen is what the product does; nothing when that cannot be said.
    #[must_use]
    pub fn fits(&self, seen: &str) -> Option<bool> {
        fits(self.habit, self.expected, seen)
    }
}

fn fits(habit: &str, expected: &str, seen: &str) -> Option<bool> {
    let mut alternatives = expected.split(" / ");
    if !matches!(habit, "order" | "answer-order") {
        return Some(alternatives.any(|expected| expected == seen));
    }
    let known = |item: &str| expected.split(" / ").any(|order| order.split(',').any(|known| known == item));
    if !seen.split(',').all(known) {
        return None;
    }
    // A subsequence: each item is looked for behind the one before.
    Some(alternatives.any(|order| {
        let mut order = order.split(',');
        seen.split(',').all(|item| order.any(|expected| expected == item))
    }))
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    common: Common,
    product: Box<str>,
    on: Option<Box<str>>,
    habit: Box<str>,
    expected: Box<str>,
    strength: Strength,
    milli_bits: i64,
}

impl Entry {
    fn view(&self) -> Behaviour<'_> {
        Behaviour {
            product: &self.product,
            on: self.on.as_deref(),
            habit: &self.habit,
            expected: &self.expected,
            strength: self.strength,
            milli_bits: self.milli_bits,
            grade: self.common.grade,
            source: &self.common.source,
        }
    }
}

impl Record for Entry {
    const FILE: &'static str = "behaviours.tsv";
    const COLUMNS: &'static [&'static str] =
        &["product", "habit", "on", "expected", "strength", "milli-bits", "grade", "source", "examples", "counter"];
    const SIGNATURE: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        let habit = row.need("habit")?;
        if !HABITS.contains(&habit) {
            return Err(Reason::value("habit", habit, "a habit that the head of the table names"));
        }
        let strength = Strength::read(row, "strength")?;
        let milli_bits = match (strength, row.get("milli-bits")) {
            (Strength::Sign, Some(text)) => {
                let bits = text.parse().ok().filter(|bits| (0..=10_000).contains(bits));
                bits.ok_or_else(|| Reason::value("milli-bits", text, "an integer from 0 to 10000"))?
            }
            (Strength::Sign, None) => return Err(Reason::Missing("milli-bits")),
            (_, Some(text)) => return Err(Reason::value("milli-bits", text, "- unless strength is sign")),
            (_, None) => 0,
        };
        if strength == Strength::Sign {
            row.need("on")?;
        }
        Ok(Self {
            common: row.common()?,
            product: row.need("product")?.into(),
            on: row.text("on"),
            habit: habit.into(),
            expected: row.need("expected")?.into(),
            strength,
            milli_bits,
        })
    }

    fn key(&self) -> String {
        format!("{} {} {}", self.product, self.habit, self.on.as_deref().unwrap_or("-"))
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn matches(&self, subject: &str) -> Option<Option<String>> {
        let (habit, seen) = subject.split_once('=')?;
        (habit == &*self.habit && self.view().fits(seen) == Some(true)).then_some(None)
    }

    fn scope(&self) -> &str {
        &self.product
    }
}

/// The table.
#[derive(Clone, Debug)]
pub(super) struct Behaviours {
    rows: Vec<Entry>,
}

impl Behaviours {
    pub(super) const fn build(rows: Vec<Entry>) -> Self {
        Self { rows }
    }

    pub(super) fn of_grade(&self, least: Grade) -> impl Iterator<Item = Behaviour<'_>> {
        self.rows.iter().filter(move |row| row.common.grade >= least).map(Entry::view)
    }
}

impl Find<Entry> for Behaviours {
    fn rows(&self) -> &[Entry] {
        &self.rows
    }

    fn find_subject(&self, row: &Entry, subject: &str, least: Grade) -> Option<usize> {
        self.rows.iter().position(|other| {
            other.product == row.product && other.common.grade >= least && other.matches(subject).is_some()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_followed_with_any_left_out() {
        let orders = "51,52,54,55,56,58 / 51,52,55,54,56";
        for seen in ["51,52,55", "51,55", "51,52,54,55,58", "51,52,55,54", "52,55"] {
            assert_eq!(fits("order", orders, seen), Some(true), "{seen}");
        }
        for seen in ["52,51,55", "51,52,58,55", "51,55,54,58"] {
            assert_eq!(fits("order", orders, seen), Some(false), "{seen}");
        }
        assert_eq!(fits("order", orders, "51,52,53,55"), None, "a type that is not listed says nothing");
    }
}
