//! Why a table could not be taken: always the file, the line and a reason that a site administrator can act on.

use super::pattern::PatternError;

/// A table of knowledge that could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {reason}", at(.line))]
pub struct KnowledgeError {
    /// The file, as it was named by the caller or found in the directory.
    pub file: String,
    /// The line, counted from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// What is wrong there.
    pub reason: Reason,
}

fn at(line: &usize) -> String {
    if *line == 0 { String::new() } else { format!(", line {line}") }
}

fn gives(found: Option<&str>) -> String {
    found.map_or_else(|| "does not match".to_owned(), |found| format!("gives {found:?}"))
}

/// What is wrong with a table or one of its rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The operating system could not read it.
    #[error("cannot be read: {0}")]
    Read(String),
    /// A cap on files, rows, cells or lengths.
    #[error("{what} over the limit of {limit}")]
    Limit {
        /// What was counted.
        what: &'static str,
        /// The cap.
        limit: usize,
    },
    /// The text is not UTF-8.
    #[error("is not UTF-8 text")]
    Encoding,
    /// A `.tsv` file whose name is none of the tables.
    #[error("is not the name of a table; tables are {0}")]
    Table(String),
    /// The table has no header line.
    #[error("has no header line")]
    Header,
    /// A header names a column that this table does not have.
    #[error("column {0:?} does not exist in this table")]
    Column(String),
    /// A header names a column twice.
    #[error("column {0:?} is there twice")]
    ColumnTwice(String),
    /// A row has more or fewer cells than the header has columns.
    #[error("{found} cells where the header has {expected}; cells are separated by one tab, an empty one is written -")]
    Cells {
        /// Columns of the header.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
    /// A cell that must not be empty is.
    #[error("column {0:?} is missing or empty")]
    Missing(&'static str),
    /// A cell holds what its column cannot.
    #[error("column {column:?} cannot be {value:?}; it takes {takes}")]
    Value {
        /// The column.
        column: &'static str,
        /// What stands there, cut to a readable length.
        value: String,
        /// What may stand there.
        takes: &'static str,
    },
    /// A pattern that cannot be read.
    #[error("pattern: {0}")]
    Pattern(PatternError),
    /// The same fact a second time in one file.
    #[error("says again what line {first} says")]
    Duplicate {
        /// The line that said it first.
        first: usize,
    },
    /// A vendor that is not a canonical name.
    #[error("vendor {0:?} is no canonical name; add it to vendors.tsv")]
    Vendor(String),
    /// A device class outside the closed list.
    #[error("device class {0:?} is not in device-classes.tsv")]
    Class(String),
    /// An example that its own row does not match, or not with the stated result.
    #[error("example {example:?} {}", gives(.found.as_deref()))]
    Example {
        /// The example as the row writes it.
        example: String,
        /// What the row made of it; nothing when it did not match.
        found: Option<String>,
    },
    /// A counter-example that its own row matches.
    #[error("counter-example {0:?} matches")]
    CounterExample(String),
    /// A signature without an example cannot be checked.
    #[error("a row of this table needs at least one example")]
    NoExample,
}

impl Reason {
    /// A [`Reason::Value`], with what stands there cut to sixty characters.
    pub(super) fn value(column: &'static str, value: &str, takes: &'static str) -> Self {
        Self::Value { column, value: value.chars().take(60).collect(), takes }
    }
}
