//! The tables that are looked up by a word: weights, signs of attribution, device classes, modalities, transfer syntaxes.

use super::error::Reason;
use super::grade::Grade;
use super::record::{Find, Map, Record};
use super::table::{Common, Row};

/// Largest weight, either sign, in milli-bits: a site cannot drown all other evidence by a slip of the keyboard.
const HEAVIEST: i64 = 100_000;

/// A weight and why it is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Weight<'k> {
    /// The kind of evidence, or the sign.
    pub kind: &'k str,
    /// Thousandths of a bit of log-odds; negative speaks against.
    pub milli_bits: i64,
    /// Why.
    pub reason: &'k str,
}

fn milli_bits(row: &Row<'_>) -> Result<i64, Reason> {
    let text = row.need("milli-bits")?;
    let value = text.parse().ok().filter(|value| (-HEAVIEST..=HEAVIEST).contains(value));
    value.ok_or_else(|| Reason::value("milli-bits", text, "an integer from -100000 to 100000"))
}

/// Declares a table whose rows are found by one word.
macro_rules! plain {
    ($name:ident, $file:literal, $key:literal, [$($column:literal),*], $names:expr, { $($field:ident: $type:ty = $read:expr,)* }) => {
        #[derive(Clone, Debug)]
        pub(super) struct $name {
            common: Common,
            pub(super) word: Box<str>,
            $(pub(super) $field: $type,)*
        }

        impl Record for $name {
            const FILE: &'static str = $file;
            const COLUMNS: &'static [&'static str] = &[$key, $($column,)* "grade", "source"];
            const SIGNATURE: bool = false;

            fn read(row: &Row<'_>) -> Result<Self, Reason> {
                Ok(Self { common: row.common()?, word: row.need($key)?.into(), $($field: $read(row)?,)* })
            }

            fn key(&self) -> String {
                self.word.to_string()
            }

            fn common(&self) -> &Common {
                &self.common
            }

            fn matches(&self, subject: &str) -> Option<Option<String>> {
                (subject == &*self.word).then_some(None)
            }

            fn specimen(&self) -> Option<String> {
                Some(self.word.to_string())
            }

            fn names(&self) -> (Option<&str>, Option<&str>) {
                let names: fn(&Self) -> (Option<&str>, Option<&str>) = $names;
                names(self)
            }
        }
    };
}

plain!(WeightRow, "weights.tsv", "kind", ["milli-bits", "reason"], |_| (None, None), {
    milli_bits: i64 = milli_bits,
    reason: Box<str> = |row: &Row<'_>| row.need("reason").map(Box::from),
});
plain!(SignRow, "attribution.tsv", "sign", ["milli-bits", "reason"], |_| (None, None), {
    milli_bits: i64 = milli_bits,
    reason: Box<str> = |row: &Row<'_>| row.need("reason").map(Box::from),
});
plain!(ClassRow, "device-classes.tsv", "class", ["about"], |_| (None, None), {
    about: Box<str> = |row: &Row<'_>| row.need("about").map(Box::from),
});
plain!(ModalityRow, "modalities.tsv", "modality", ["name", "class"], |row| (None, row.class.as_deref()), {
    name: Box<str> = |row: &Row<'_>| row.need("name").map(Box::from),
    class: Option<Box<str>> = |row: &Row<'_>| Ok::<_, Reason>(row.text("class")),
});
plain!(SyntaxRow, "transfer-syntaxes.tsv", "uid", ["name", "vendor"], |row| (row.vendor.as_deref(), None), {
    name: Box<str> = |row: &Row<'_>| row.need("name").map(Box::from),
    vendor: Option<Box<str>> = |row: &Row<'_>| Ok::<_, Reason>(row.text("vendor")),
});

/// A table of words with its index.
#[derive(Clone, Debug)]
pub(super) struct Words<T> {
    rows: Vec<T>,
    index: Map<String, usize>,
}

impl<T: Record> Words<T> {
    pub(super) fn build(rows: Vec<T>) -> Self {
        let index = rows.iter().enumerate().map(|(index, row)| (row.key(), index)).collect();
        Self { rows, index }
    }

    pub(super) fn get(&self, word: &str) -> Option<&T> {
        self.rows.get(*self.index.get(word)?)
    }

    pub(super) fn claim(&self, word: &str) -> Option<&T> {
        self.get(word).filter(|row| row.common().grade.claims())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.rows.iter()
    }
}

impl<T: Record> Find<T> for Words<T> {
    fn rows(&self) -> &[T] {
        &self.rows
    }

    fn find_subject(&self, _: &T, subject: &str, least: Grade) -> Option<usize> {
        let index = *self.index.get(subject)?;
        (self.rows.get(index)?.common().grade >= least).then_some(index)
    }
}
