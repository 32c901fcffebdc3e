//! The format of a table: readable text, one fact a row.
//!
//! ```text
//! # a comment                                     lines that begin with # and empty lines are skipped
//! uid ⇥ name ⇥ product ⇥ grade ⇥ source           the first other line names the columns
//! 1.2.40.0.13.1.3 ⇥ dcm4che-<version:v> ⇥ …       then rows; one tab between cells; - is an empty cell
//! ```

use super::error::Reason;
use super::grade::Grade;

/// Bytes of one table.
pub(super) const FILE_BYTES: usize = 16 << 20;
/// Bytes of one line.
const LINE_BYTES: usize = 4_096;
/// Rows of one table.
const ROWS: usize = 100_000;
/// Examples, or counter-examples, in one cell.
const EXAMPLES: usize = 32;

/// One row and the names of its columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'r> {
    /// Line of the file, from 1.
    pub(super) line: usize,
    columns: &'r [&'r str],
    cells: &'r [&'r str],
}

impl<'r> Row<'r> {
    /// The cell in a column; none when the table lacks the column or the cell is `-`.
    pub(super) fn get(&self, column: &str) -> Option<&'r str> {
        let index = self.columns.iter().position(|&each| each == column)?;
        self.cells.get(index).copied().filter(|&cell| cell != "-")
    }

    /// The cell in a column that may not be empty.
    pub(super) fn need(&self, column: &'static str) -> Result<&'r str, Reason> {
        self.get(column).ok_or(Reason::Missing(column))
    }

    /// A cell as owned text.
    pub(super) fn text(&self, column: &str) -> Option<Box<str>> {
        self.get(column).map(Box::from)
    }

    /// `yes` or nothing.
    pub(super) fn flag(&self, column: &'static str) -> Result<bool, Reason> {
        match self.get(column) {
            None | Some("no") => Ok(false),
            Some("yes") => Ok(true),
            Some(other) => Err(Reason::value(column, other, "yes, no or -")),
        }
    }

    /// What every fact carries: grade, source, examples, counter-examples.
    pub(super) fn common(&self) -> Result<Common, Reason> {
        let grade = match self.get("grade") {
            Some(text) => Grade::parse(text).ok_or_else(|| Reason::value("grade", text, "A, B or M"))?,
            None if self.columns.contains(&"grade") => return Err(Reason::Missing("grade")),
            None => Grade::A,
        };
        let common = Common {
            line: self.line,
            grade,
            source: self.need("source")?.into(),
            examples: self.text("examples").unwrap_or_default(),
            counter: self.text("counter").unwrap_or_default(),
        };
        if common.examples().count() > EXAMPLES || common.counter().count() > EXAMPLES {
            return Err(Reason::Limit { what: "examples", limit: EXAMPLES });
        }
        Ok(common)
    }
}

/// What every fact carries.
#[derive(Clone, Debug)]
pub(super) struct Common {
    /// Line of the file that said it.
    pub(super) line: usize,
    pub(super) grade: Grade,
    pub(super) source: Box<str>,
    examples: Box<str>,
    counter: Box<str>,
}

impl Common {
    /// The examples: a subject and, after ` => `, what the row makes of it.
    pub(super) fn examples(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        list(&self.examples).map(|example| match example.split_once(" => ") {
            Some((subject, result)) => (subject, Some(result)),
            None => (example, None),
        })
    }

    /// What must not match.
    pub(super) fn counter(&self) -> impl Iterator<Item = &str> {
        list(&self.counter)
    }
}

fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(" | ").filter(|item| !item.is_empty())
}

/// Calls `each` for every row; the error carries the line.
pub(super) fn read(
    text: &str,
    known: &[&str],
    mut each: impl FnMut(Row<'_>) -> Result<(), Reason>,
) -> Result<(), (usize, Reason)> {
    if text.len() > FILE_BYTES {
        return Err((0, Reason::Limit { what: "bytes", limit: FILE_BYTES }));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut columns: Vec<&str> = Vec::new();
    let mut cells: Vec<&str> = Vec::new();
    let mut rows = 0_usize;
    for (line, number) in text.lines().zip(1_usize..) {
        if line.len() > LINE_BYTES {
            return Err((number, Reason::Limit { what: "bytes of a line", limit: LINE_BYTES }));
        }
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if columns.is_empty() {
            columns = header(line, known).map_err(|reason| (number, reason))?;
            continue;
        }
        cells.clear();
        cells.extend(line.split('\t').map(str::trim));
        if cells.len() != columns.len() {
            return Err((number, Reason::Cells { expected: columns.len(), found: cells.len() }));
        }
        rows = rows.saturating_add(1);
        if rows > ROWS {
            return Err((number, Reason::Limit { what: "rows", limit: ROWS }));
        }
        each(Row { line: number, columns: &columns, cells: &cells }).map_err(|reason| (number, reason))?;
    }
    if columns.is_empty() { Err((0, Reason::Header)) } else { Ok(()) }
}

fn header<'t>(line: &'t str, known: &[&str]) -> Result<Vec<&'t str>, Reason> {
    let mut columns = Vec::new();
    for column in line.split('\t').map(str::trim) {
        if !known.contains(&column) {
            return Err(Reason::Column(column.chars().take(60).collect()));
        }
        if columns.contains(&column) {
            return Err(Reason::ColumnTwice(column.to_owned()));
        }
        columns.push(column);
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["uid", "grade", "source", "examples"];

    type Cells = Vec<(usize, Option<String>)>;

    fn rows(text: &str) -> Result<Cells, (usize, Reason)> {
        let mut out = Vec::new();
        read(text, KNOWN, |row| {
            out.push((row.line, row.get("uid").map(str::to_owned)));
            Ok(())
        })?;
        Ok(out)
    }

    #[test]
    fn comments_and_empty_lines_are_skipped_and_lines_keep_their_numbers() {
        let text = "\u{feff}# note\r\n\r\nuid\tsource\r\n# more\r\n1.2\tx\r\n-\ty\r\n";
        assert_eq!(rows(text).unwrap(), [(5, Some("1.2".into())), (6, None)]);
    }

    #[test]
    fn a_missing_cell_is_told_with_its_line() {
        assert_eq!(rows("uid\tsource\n1.2\n"), Err((2, Reason::Cells { expected: 2, found: 1 })));
    }

    #[test]
    fn an_unknown_or_doubled_column_is_refused() {
        assert_eq!(rows("uid\tgarde\n"), Err((1, Reason::Column("garde".into()))));
        assert_eq!(rows("uid\tuid\n"), Err((1, Reason::ColumnTwice("uid".into()))));
        assert_eq!(rows("# only a comment\n"), Err((0, Reason::Header)));
    }

    #[test]
    fn long_lines_are_refused() {
        let text = format!("uid\tsource\n{}\tx\n", "1".repeat(LINE_BYTES));
        assert!(matches!(rows(&text), Err((2, Reason::Limit { .. }))));
    }

    #[test]
    fn examples_are_a_list_with_results() {
        let mut seen = Vec::new();
        read("uid\tgrade\tsource\texamples\n1\tA\tx\ta b => 3.6 | c\n", KNOWN, |row| {
            let common = row.common()?;
            seen = common.examples().map(|(a, b)| (a.to_owned(), b.map(str::to_owned))).collect();
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, [("a b".into(), Some("3.6".into())), ("c".into(), None)]);
    }
}
