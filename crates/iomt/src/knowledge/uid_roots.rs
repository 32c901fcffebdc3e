//! Roots of instance UIDs: who generated an object, even where the equipment module was blanked.
//!
//! The root of a SOP instance UID is of the software that made the object. Of a study UID it is often that of the
//! information system or of the first device. Only the root is looked at here; the rest is an instance and is not kept.

use super::error::Reason;
use super::grade::{Grade, words};
use super::record::{Find, Map, Record, ancestry};
use super::table::{Common, Row};

words! {
    /// What sort of owner a root has.
    pub RootKind, "maker, toolkit, organisation or none" {
        /// A maker of devices.
        Maker = "maker",
        /// A library that generates UIDs for products of any maker.
        Toolkit = "toolkit",
        /// A standards body, registrar or research archive.
        Organisation = "organisation",
        /// Nobody: the arc of UIDs derived from UUIDs.
        None = "none",
    }
}

/// What the root of a UID says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UidRoot<'k> {
    /// The root that matched.
    pub root: &'k str,
    /// The maker; none when the root belongs to a toolkit, an organisation or nobody.
    pub vendor: Option<&'k str>,
    /// Who holds the root, in words.
    pub holder: &'k str,
    /// What sort of owner that is.
    pub kind: RootKind,
    /// The device class, where the arc is of one.
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
    root: Box<str>,
    vendor: Option<Box<str>>,
    holder: Box<str>,
    kind: RootKind,
    class: Option<Box<str>>,
}

impl Record for Entry {
    const FILE: &'static str = "uid-roots.tsv";
    const COLUMNS: &'static [&'static str] =
        &["root", "holder", "vendor", "kind", "class", "grade", "source", "examples", "counter"];
    const SIGNATURE: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        let kind = RootKind::read(row, "kind")?;
        let vendor = row.text("vendor");
        if kind != RootKind::Maker && vendor.is_some() {
            return Err(Reason::value("vendor", row.need("vendor")?, "a name only where kind is maker"));
        }
        Ok(Self {
            common: row.common()?,
            root: row.need("root")?.into(),
            vendor,
            holder: row.need("holder")?.into(),
            kind,
            class: row.text("class"),
        })
    }

    fn key(&self) -> String {
        self.root.to_string()
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn matches(&self, subject: &str) -> Option<Option<String>> {
        ancestry(subject).any(|prefix| prefix == &*self.root).then_some(None)
    }

    fn names(&self) -> (Option<&str>, Option<&str>) {
        (self.vendor.as_deref(), self.class.as_deref())
    }
}

/// The table with its index.
#[derive(Clone, Debug)]
pub(super) struct UidRoots {
    rows: Vec<Entry>,
    index: Map<Box<str>, usize>,
}

impl UidRoots {
    pub(super) fn build(rows: Vec<Entry>) -> Self {
        let index = rows.iter().enumerate().map(|(index, row)| (row.root.clone(), index)).collect();
        Self { rows, index }
    }

    fn find(&self, uid: &str, least: Grade) -> Option<usize> {
        ancestry(uid).find_map(|prefix| {
            let index = *self.index.get(prefix)?;
            (self.rows.get(index)?.common.grade >= least).then_some(index)
        })
    }

    pub(super) fn get(&self, uid: &str, least: Grade) -> Option<UidRoot<'_>> {
        let row = self.rows.get(self.find(uid, least)?)?;
        Some(UidRoot {
            root: &row.root,
            vendor: row.vendor.as_deref(),
            holder: &row.holder,
            kind: row.kind,
            class: row.class.as_deref(),
            grade: row.common.grade,
            source: &row.common.source,
        })
    }
}

impl Find<Entry> for UidRoots {
    fn rows(&self) -> &[Entry] {
        &self.rows
    }

    fn find_subject(&self, _: &Entry, subject: &str, least: Grade) -> Option<usize> {
        self.find(subject, least)
    }
}
