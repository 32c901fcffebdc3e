//! What all tables have in common: reading, overriding, checking.

use std::collections::HashMap;

use super::error::{KnowledgeError, Reason};
use super::grade::Grade;
use super::pattern::Pattern;
use super::table::{self, Common, Row};

/// A map whose order is never looked at and whose keys come from trusted tables.
pub(super) type Map<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// One kind of fact.
pub(super) trait Record: Sized + Clone {
    /// The name of its table.
    const FILE: &'static str;
    /// The columns that its table may have.
    const COLUMNS: &'static [&'static str];
    /// Whether every row needs an example; a row whose key is a literal is its own example.
    const SIGNATURE: bool;

    fn read(row: &Row<'_>) -> Result<Self, Reason>;
    /// What the fact is about; a later fact about the same replaces an earlier one.
    fn key(&self) -> String;
    fn common(&self) -> &Common;
    /// Whether the row speaks of this subject, and what it makes of it.
    fn matches(&self, subject: &str) -> Option<Option<String>>;
    /// Rows are compared with each other only within a scope, such as one field of a message.
    fn scope(&self) -> &str {
        ""
    }
    /// A subject that a row without examples speaks of.
    fn specimen(&self) -> Option<String> {
        None
    }
    /// Vendor and device class, for the check against their lists.
    fn names(&self) -> (Option<&str>, Option<&str>) {
        (None, None)
    }
}

/// The row that speaks of a subject, if its grade is at least `least`.
pub(super) trait Find<T> {
    /// The rows.
    fn rows(&self) -> &[T];
    /// The index of the winning row for an example subject.
    fn find_subject(&self, row: &T, subject: &str, least: Grade) -> Option<usize>;
}

/// Reads one table. Two rows about the same are looked for if it is to be checked.
pub(super) fn read<T: Record>(file: &str, text: &str, checked: bool) -> Result<Vec<T>, KnowledgeError> {
    let mut rows: Vec<T> = Vec::new();
    let mut seen: Map<String, usize> = Map::default();
    table::read(text, T::COLUMNS, |row| {
        let record = T::read(&row)?;
        if checked && let Some(first) = seen.insert(record.key(), row.line) {
            return Err(Reason::Duplicate { first });
        }
        rows.push(record);
        Ok(())
    })
    .map_err(|(line, reason)| KnowledgeError { file: file.to_owned(), line, reason })?;
    Ok(rows)
}

/// Later facts replace earlier ones about the same, in their place; new ones are appended.
pub(super) fn merge<T: Record>(mut old: Vec<T>, new: Vec<T>) -> Vec<T> {
    if old.is_empty() {
        return new;
    }
    let mut places: Map<String, usize> = old.iter().enumerate().map(|(index, row)| (row.key(), index)).collect();
    for row in new {
        let key = row.key();
        match places.get(&key).and_then(|&index| old.get_mut(index)) {
            Some(place) => *place = row,
            None => {
                places.insert(key, old.len());
                old.push(row);
            }
        }
    }
    old
}

/// Holds every row against its own examples and counter-examples.
pub(super) fn check<T: Record>(file: &str, rows: &[T]) -> Result<(), KnowledgeError> {
    for row in rows {
        let fail = |reason| KnowledgeError { file: file.to_owned(), line: row.common().line, reason };
        let mut any = false;
        for (subject, wanted) in row.common().examples() {
            any = true;
            let found = row.matches(subject);
            if found.as_ref().is_none_or(|found| wanted.is_some() && found.as_deref() != wanted) {
                let example = wanted.map_or_else(|| subject.to_owned(), |wanted| format!("{subject} => {wanted}"));
                return Err(fail(Reason::Example { example, found: found.map(Option::unwrap_or_default) }));
            }
        }
        if T::SIGNATURE && !any {
            return Err(fail(Reason::NoExample));
        }
        if let Some(counter) = row.common().counter().find(|counter| row.matches(counter).is_some()) {
            return Err(fail(Reason::CounterExample(counter.to_owned())));
        }
    }
    Ok(())
}

/// Patterns by the byte that they begin with.
#[derive(Clone, Debug, Default)]
pub(super) struct PatternIndex {
    heads: Map<u8, Vec<usize>>,
    open: Vec<usize>,
}

impl PatternIndex {
    /// Files a pattern under its row.
    pub(super) fn insert(&mut self, pattern: &Pattern, row: usize) {
        match pattern.head() {
            Some(head) => self.heads.entry(head).or_default().push(row),
            None => self.open.push(row),
        }
    }

    /// The rows whose pattern may match a text.
    pub(super) fn candidates(&self, text: &str) -> impl Iterator<Item = usize> {
        let filed = text.bytes().next().and_then(|head| self.heads.get(&head)).map_or(&[][..], Vec::as_slice);
        filed.iter().chain(&self.open).copied()
    }
}

/// The row of greatest weight; of equal ones, the first.
pub(super) fn heaviest(rows: impl Iterator<Item = (usize, usize)>) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (weight, row) in rows {
        if best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, row));
        }
    }
    best.map(|(_, row)| row)
}

/// An object identifier and its parents, longest first, cut on component boundaries; padding is taken off.
pub(super) fn ancestry(uid: &str) -> impl Iterator<Item = &str> {
    let uid = uid.trim_end_matches(['\0', ' ']);
    // The standard allows 64 bytes; anything much longer is no UID and not worth the look-ups.
    let uid = Some(uid).filter(|uid| !uid.is_empty() && uid.len() <= 128);
    core::iter::successors(uid, |uid| uid.rsplit_once('.').map(|(parent, _)| parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_cut_on_component_boundaries_only() {
        let cut: Vec<_> = ancestry("1.2.840.113619\0").collect();
        assert_eq!(cut, ["1.2.840.113619", "1.2.840", "1.2", "1"]);
        assert_eq!(ancestry("").count(), 0);
        assert_eq!(ancestry(&"1.".repeat(100)).count(), 0);
    }

    #[test]
    fn the_heaviest_row_wins_and_the_first_of_equals() {
        assert_eq!(heaviest([(1, 0), (3, 1), (3, 2)].into_iter()), Some(1));
        assert_eq!(heaviest(core::iter::empty()), None);
    }
}
