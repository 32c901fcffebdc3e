//! Holding the tables against their own examples and against each other.

use core::fmt::Write as _;

use super::Knowledge;
use super::grade::Grade;
use super::record::{Find, Record, check};

/// Something that is wrong with the tables though they could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The table.
    pub table: &'static str,
    /// The row, by what it is about.
    pub row: String,
    /// What is wrong.
    pub problem: String,
}

impl core::fmt::Display for Finding {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}: {}", self.table, self.row, self.problem)
    }
}

/// Subjects that a row is meant to speak of.
fn subjects<T: Record>(row: &T) -> Vec<String> {
    let mut subjects: Vec<String> = row.common().examples().map(|(subject, _)| subject.to_owned()).collect();
    if subjects.is_empty() {
        subjects.extend(row.specimen());
    }
    subjects
}

fn reach<T: Record>(table: &impl Find<T>, out: &mut Vec<Finding>) {
    if let Err(error) = check(T::FILE, table.rows()) {
        out.push(Finding { table: T::FILE, row: format!("line {}", error.line), problem: error.reason.to_string() });
    }
    for (index, row) in table.rows().iter().enumerate() {
        let least = row.common().grade;
        let reached = subjects(row).iter().any(|subject| table.find_subject(row, subject, least) == Some(index));
        if !reached {
            out.push(Finding {
                table: T::FILE,
                row: row.key(),
                problem: "is never reached: other rows win".to_owned(),
            });
        }
    }
}

fn crosses<T: Record>(table: &impl Find<T>, out: &mut String) {
    for row in table.rows() {
        for subject in subjects(row) {
            let others = table.rows().iter().filter(|other| other.key() != row.key() && other.scope() == row.scope());
            for other in others.filter(|other| other.matches(&subject).is_some()) {
                let winner = table.find_subject(row, &subject, Grade::M).and_then(|index| table.rows().get(index));
                let wins = winner.map_or_else(String::new, Record::key);
                // Writing to a string cannot fail.
                let _ = writeln!(out, "{}\t{subject}\t{}\t{}\t{wins}", T::FILE, row.key(), other.key());
            }
        }
    }
}

impl Knowledge {
    /// Everything wrong with the tables: a row whose example does not match, whose counter-example does, or that no look-up ever
    /// reaches. Empty for the built-in tables; meant for those who add rows.
    #[must_use]
    pub fn lint(&self) -> Vec<Finding> {
        let mut out = Vec::new();
        let t = &*self.tables;
        reach(&t.vendors, &mut out);
        reach(&t.implementations, &mut out);
        reach(&t.creators, &mut out);
        reach(&t.uid_roots, &mut out);
        reach(&t.sop_classes, &mut out);
        reach(&t.ouis, &mut out);
        reach(&t.senders, &mut out);
        reach(&t.titles, &mut out);
        reach(&t.products, &mut out);
        reach(&t.behaviours, &mut out);
        reach(&t.weights, &mut out);
        reach(&t.signs, &mut out);
        reach(&t.classes, &mut out);
        reach(&t.modalities, &mut out);
        reach(&t.syntaxes, &mut out);
        out
    }

    /// The cross-match matrix: one line for each example of one row that another row matches too, as
    /// `table, example, its row, the other row, the row that wins`, separated by tabs. Takes time quadratic in the rows.
    #[must_use]
    pub fn cross_matches(&self) -> String {
        let mut out = String::new();
        let t = &*self.tables;
        crosses(&t.vendors, &mut out);
        crosses(&t.implementations, &mut out);
        crosses(&t.creators, &mut out);
        crosses(&t.uid_roots, &mut out);
        crosses(&t.sop_classes, &mut out);
        crosses(&t.ouis, &mut out);
        crosses(&t.senders, &mut out);
        crosses(&t.titles, &mut out);
        crosses(&t.products, &mut out);
        crosses(&t.behaviours, &mut out);
        out
    }
}
