//! Private creators: whose private elements an object carries.
//!
//! PS3.5 section 7.8. Elements of one maker survive in objects that pass other makers' systems, so a creator speaks of the
//! equipment that made the object or of a station on its way, never of the endpoint that sends it.

use super::error::Reason;
use super::grade::{Grade, words};
use super::pattern::Pattern;
use super::record::{Find, PatternIndex, Record, heaviest};
use super::table::{Common, Row};

words! {
    /// What writes elements under a private creator.
    pub CreatorKind, "device, station or chain" {
        /// Equipment that acquires or treats.
        Device = "device",
        /// An archive, viewer or planning station.
        Station = "station",
        /// A processing chain: anonymisers, converters, test suites. No device.
        Chain = "chain",
    }
}

/// What a private creator says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Creator<'k> {
    /// The maker; none for a processing chain.
    pub vendor: Option<&'k str>,
    /// The device class, where the creator is of one.
    pub class: Option<&'k str>,
    /// The modality, where the creator is of one.
    pub modality: Option<&'k str>,
    /// What writes it.
    pub kind: CreatorKind,
    /// How far the row can be trusted.
    pub grade: Grade,
    /// Where the row comes from.
    pub source: &'k str,
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    common: Common,
    creator: Box<str>,
    pattern: Pattern,
    vendor: Option<Box<str>>,
    class: Option<Box<str>>,
    modality: Option<Box<str>>,
    kind: CreatorKind,
}

impl Record for Entry {
    const FILE: &'static str = "private-creators.tsv";
    const COLUMNS: &'static [&'static str] =
        &["creator", "vendor", "modality", "class", "kind", "grade", "source", "examples", "counter"];
    const SIGNATURE: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        let creator = row.need("creator")?;
        Ok(Self {
            common: row.common()?,
            creator: creator.into(),
            pattern: Pattern::parse(creator).map_err(Reason::Pattern)?,
            vendor: row.text("vendor"),
            class: row.text("class"),
            modality: row.text("modality"),
            kind: CreatorKind::read(row, "kind")?,
        })
    }

    fn key(&self) -> String {
        self.creator.to_string()
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn matches(&self, subject: &str) -> Option<Option<String>> {
        self.pattern.matches(subject).then_some(None)
    }

    fn names(&self) -> (Option<&str>, Option<&str>) {
        (self.vendor.as_deref(), self.class.as_deref())
    }
}

/// The table with its index.
#[derive(Clone, Debug)]
pub(super) struct Creators {
    rows: Vec<Entry>,
    index: PatternIndex,
}

impl Creators {
    pub(super) fn build(rows: Vec<Entry>) -> Self {
        let mut index = PatternIndex::default();
        for (number, row) in rows.iter().enumerate() {
            index.insert(&row.pattern, number);
        }
        Self { rows, index }
    }

    fn find(&self, creator: &str, least: Grade) -> Option<usize> {
        heaviest(self.index.candidates(creator).filter_map(|index| {
            let row = self.rows.get(index)?;
            (row.common.grade >= least && row.pattern.matches(creator)).then(|| (row.pattern.weight(), index))
        }))
    }

    pub(super) fn get(&self, creator: &str, least: Grade) -> Option<Creator<'_>> {
        let row = self.rows.get(self.find(creator.trim_matches([' ', '\0']), least)?)?;
        Some(Creator {
            vendor: row.vendor.as_deref(),
            class: row.class.as_deref(),
            modality: row.modality.as_deref(),
            kind: row.kind,
            grade: row.common.grade,
            source: &row.common.source,
        })
    }
}

impl Find<Entry> for Creators {
    fn rows(&self) -> &[Entry] {
        &self.rows
    }

    fn find_subject(&self, _: &Entry, subject: &str, least: Grade) -> Option<usize> {
        self.find(subject, least)
    }
}
