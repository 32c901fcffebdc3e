//! SOP classes: what an abstract syntax is for, and which kind of device deals in it.
//!
//! PS3.6 annex A, PS3.4. Private abstract syntaxes are filed by the arc of their maker and say who made the proposer.

use super::error::Reason;
use super::grade::{Grade, words};
use super::record::{Find, Map, Record, ancestry};
use super::table::{Common, Row};

words! {
    /// The service that a SOP class belongs to.
    pub Service, "verification, storage, query, move, get, worklist, mpps, commitment, print, media, display, \
              availability, procedure-step, logging, notification, real-time or other" {
        /// C-ECHO.
        Verification = "verification",
        /// C-STORE of composite objects.
        Storage = "storage",
        /// C-FIND of patients, studies, protocols and the like.
        Query = "query",
        /// C-MOVE.
        Move = "move",
        /// C-GET.
        Get = "get",
        /// C-FIND of scheduled work: a modality asks.
        Worklist = "worklist",
        /// Modality performed procedure step: a modality reports.
        Mpps = "mpps",
        /// Storage commitment: a modality asks, an archive promises.
        Commitment = "commitment",
        /// Film and paper.
        Print = "print",
        /// Removable media.
        Media = "media",
        /// Display systems.
        Display = "display",
        /// Instance availability: an archive reports.
        Availability = "availability",
        /// Unified procedure steps.
        ProcedureStep = "procedure-step",
        /// Procedure and administration logs.
        Logging = "logging",
        /// Retired notifications and managements.
        Notification = "notification",
        /// Real-time video.
        RealTime = "real-time",
        /// Anything else.
        Other = "other",
    }
}

/// What a SOP class says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SopClass<'k> {
    /// The name in PS3.6, or a description of a private arc.
    pub name: &'k str,
    /// The service it belongs to.
    pub service: Service,
    /// The modality of the objects, where it is one.
    pub modality: Option<&'k str>,
    /// The class of the device that makes such objects or uses such a service, where it is one.
    pub class: Option<&'k str>,
    /// The maker, for a private SOP class.
    pub vendor: Option<&'k str>,
    /// How far the row can be trusted.
    pub grade: Grade,
    /// Where the row comes from.
    pub source: &'k str,
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    common: Common,
    uid: Box<str>,
    arc: bool,
    name: Box<str>,
    service: Service,
    modality: Option<Box<str>>,
    class: Option<Box<str>>,
    vendor: Option<Box<str>>,
}

impl Record for Entry {
    const FILE: &'static str = "sop-classes.tsv";
    const COLUMNS: &'static [&'static str] =
        &["uid", "arc", "name", "service", "modality", "class", "vendor", "grade", "source", "examples", "counter"];
    const SIGNATURE: bool = false;

    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        Ok(Self {
            common: row.common()?,
            uid: row.need("uid")?.into(),
            arc: row.flag("arc")?,
            name: row.need("name")?.into(),
            service: Service::read(row, "service")?,
            modality: row.text("modality"),
            class: row.text("class"),
            vendor: row.text("vendor"),
        })
    }

    fn key(&self) -> String {
        self.uid.to_string()
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn matches(&self, subject: &str) -> Option<Option<String>> {
        let mut prefixes = ancestry(subject);
        let whole = prefixes.next()? == &*self.uid;
        (whole || (self.arc && prefixes.any(|prefix| prefix == &*self.uid))).then_some(None)
    }

    fn specimen(&self) -> Option<String> {
        Some(self.uid.to_string())
    }

    fn names(&self) -> (Option<&str>, Option<&str>) {
        (self.vendor.as_deref(), self.class.as_deref())
    }
}

/// The table with its index.
#[derive(Clone, Debug)]
pub(super) struct SopClasses {
    rows: Vec<Entry>,
    index: Map<Box<str>, usize>,
}

impl SopClasses {
    pub(super) fn build(rows: Vec<Entry>) -> Self {
        let index = rows.iter().enumerate().map(|(index, row)| (row.uid.clone(), index)).collect();
        Self { rows, index }
    }

    fn find(&self, uid: &str, least: Grade) -> Option<usize> {
        ancestry(uid).zip(0_usize..).find_map(|(prefix, cut)| {
            let index = *self.index.get(prefix)?;
            let row = self.rows.get(index)?;
            (row.common.grade >= least && (cut == 0 || row.arc)).then_some(index)
        })
    }

    pub(super) fn get(&self, uid: &str, least: Grade) -> Option<SopClass<'_>> {
        let row = self.rows.get(self.find(uid, least)?)?;
        Some(SopClass {
            name: &row.name,
            service: row.service,
            modality: row.modality.as_deref(),
            class: row.class.as_deref(),
            vendor: row.vendor.as_deref(),
            grade: row.common.grade,
            source: &row.common.source,
        })
    }
}

impl Find<Entry> for SopClasses {
    fn rows(&self) -> &[Entry] {
        &self.rows
    }

    fn find_subject(&self, _: &Entry, subject: &str, least: Grade) -> Option<usize> {
        self.find(subject, least)
    }
}
