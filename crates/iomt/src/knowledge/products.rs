//! Product numbers and their trade names.
//!
//! The number that a device states is the fact; the name beside it is a service to the reader and never replaces it.

use super::error::Reason;
use super::grade::Grade;
use super::pattern::Pattern;
use super::record::{Find, Map, PatternIndex, Record, heaviest};
use super::table::{Common, Row};

/// The trade name of a stated model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProductAlias<'k> {
    /// The trade name.
    pub name: &'k str,
    /// The device class of the product, where it is known.
    pub class: Option<&'k str>,
    /// How far the row can be trusted.
    pub grade: Grade,
    /// Where the row comes from.
    pub source: &'k str,
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    common: Common,
    vendor: Box<str>,
    model: Box<str>,
    pattern: Pattern,
    name: Box<str>,
    class: Option<Box<str>>,
}

impl Record for Entry {
    const FILE: &'static str = "products.tsv";
    const COLUMNS: &'static [&'static str] =
        &["vendor", "model", "name", "class", "grade", "source", "examples", "counter"];
    const SIGNATURE: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        let model = row.need("model")?;
        Ok(Self {
            common: row.common()?,
            vendor: row.need("vendor")?.into(),
            model: model.into(),
            pattern: Pattern::parse(model).map_err(Reason::Pattern)?,
            name: row.need("name")?.into(),
            class: row.text("class"),
        })
    }

    fn key(&self) -> String {
        format!("{} {}", self.vendor, self.model)
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn matches(&self, subject: &str) -> Option<Option<String>> {
        self.pattern.matches(subject).then(|| Some(self.name.to_string()))
    }

    fn scope(&self) -> &str {
        &self.vendor
    }

    fn names(&self) -> (Option<&str>, Option<&str>) {
        (Some(&*self.vendor), self.class.as_deref())
    }
}

/// The table with its index.
#[derive(Clone, Debug)]
pub(super) struct Products {
    rows: Vec<Entry>,
    vendors: Map<Box<str>, PatternIndex>,
}

impl Products {
    pub(super) fn build(rows: Vec<Entry>) -> Self {
        let mut vendors: Map<Box<str>, PatternIndex> = Map::default();
        for (index, row) in rows.iter().enumerate() {
            vendors.entry(row.vendor.clone()).or_default().insert(&row.pattern, index);
        }
        Self { rows, vendors }
    }

    fn find(&self, vendor: &str, model: &str, least: Grade) -> Option<usize> {
        heaviest(self.vendors.get(vendor)?.candidates(model).filter_map(|index| {
            let row = self.rows.get(index)?;
            (row.common.grade >= least && row.pattern.matches(model)).then(|| (row.pattern.weight(), index))
        }))
    }

    /// `vendor` is the canonical name.
    pub(super) fn get(&self, vendor: &str, model: &str, least: Grade) -> Option<ProductAlias<'_>> {
        let row = self.rows.get(self.find(vendor, model.trim_matches([' ', '\0']), least)?)?;
        Some(ProductAlias {
            name: &row.name,
            class: row.class.as_deref(),
            grade: row.common.grade,
            source: &row.common.source,
        })
    }
}

impl Products {
    /// Maker and class of a model that only one maker has; `None` where two have it, or none.
    pub(super) fn maker(&self, model: &str, least: Grade) -> Option<(&str, Option<&str>)> {
        let model = model.trim_matches([' ', '\0']);
        let mut found = self.vendors.keys().filter_map(|vendor| self.rows.get(self.find(vendor, model, least)?));
        let row = found.next()?;
        found.next().is_none().then_some((&*row.vendor, row.class.as_deref()))
    }
}

impl Find<Entry> for Products {
    fn rows(&self) -> &[Entry] {
        &self.rows
    }

    fn find_subject(&self, row: &Entry, subject: &str, least: Grade) -> Option<usize> {
        self.find(&row.vendor, subject, least)
    }
}
