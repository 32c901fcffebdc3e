//! Implementation class UIDs and version names: the software that speaks DICOM on an endpoint.
//!
//! ```text
//!  1.2.276.0.7230010.3.0.3 . 3.6.7      OFFIS_DCMTK_367
//!  └───── uid ───────────┘ └ tail ┘     └──── name ───┘
//! ```
//!
//! PS3.7 annex D.3.3.2. Toolkits are embedded unchanged in very many products, so most rows name a toolkit and no device;
//! `kind` says which. A version name is what was said, not what is so: one library still calls itself `V0.2` at release 0.3.3.

use super::error::Reason;
use super::grade::{Grade, words};
use super::pattern::Pattern;
use super::record::{Find, Map, PatternIndex, Record, ancestry, heaviest};
use super::table::{Common, Row};

words! {
    /// What sort of software an implementation is.
    pub ImplementationKind, "toolkit, archive, router, modality, workstation, writer, processing or probe" {
        /// A library found in products of many makers: says nothing of the device.
        Toolkit = "toolkit",
        /// An archive; what it sends was made elsewhere.
        Archive = "archive",
        /// A router, broker or gateway; what it sends was made elsewhere.
        Router = "router",
        /// The software of an imaging device.
        Modality = "modality",
        /// A viewer or post-processing station.
        Workstation = "workstation",
        /// Writes files; met in the file meta information rather than in associations.
        Writer = "writer",
        /// Changes objects on their way: de-identification, curation.
        Processing = "processing",
        /// A network scanner.
        Probe = "probe",
    }
}

words! {
    /// Which of the two identifiers must be there for a row to speak.
    By, "uid, name, either or both" {
        /// The class UID suffices; the name alone does not.
        Uid = "uid",
        /// Only the name is known.
        Name = "name",
        /// One of them suffices.
        Either = "either",
        /// Both must agree.
        Both = "both",
    }
}

words! {
    /// What may follow the listed part of a class UID.
    Tail, "version, any or none" {
        /// The rest is the version.
        Version = "version",
        /// The rest means nothing.
        Any = "any",
        /// Nothing.
        None = "none",
    }
}

/// What an implementation class UID and version name say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Implementation<'k> {
    /// The product.
    pub product: &'k str,
    /// Its version, where one can be read off the name or the UID.
    pub version: Option<String>,
    /// The maker of the product, where it is a maker of devices.
    pub vendor: Option<&'k str>,
    /// What sort of software it is.
    pub kind: ImplementationKind,
    /// The device class that runs it, where that follows.
    pub class: Option<&'k str>,
    /// Whether name and UID agree in form and version; nothing when one of them was not given or the name has no known form.
    /// A disagreement means a release that the table does not know, a product that set one of the two, or somebody posing.
    pub name_agrees: Option<bool>,
    /// How far the row can be trusted.
    pub grade: Grade,
    /// Where the row comes from.
    pub source: &'k str,
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    common: Common,
    uid: Option<Box<str>>,
    name_text: Option<Box<str>>,
    name: Option<Pattern>,
    by: By,
    tail: Tail,
    reserved: Option<u8>,
    product: Box<str>,
    vendor: Option<Box<str>>,
    kind: ImplementationKind,
    class: Option<Box<str>>,
}

impl Entry {
    /// The version in the UID when the UID is of this row; `None` when it is not.
    fn uid_version<'u>(&self, uid: &'u str) -> Option<Option<&'u str>> {
        let uid = uid.trim_end_matches(['\0', ' ']);
        let rest = uid.strip_prefix(self.uid.as_deref()?)?;
        match (self.tail, rest.strip_prefix('.')) {
            (_, None) if rest.is_empty() => Some(None),
            (Tail::Version, Some(version)) => Some(Some(version)),
            (Tail::Any, Some(_)) => Some(None),
            _ => None,
        }
    }

    fn read_as(&self, uid: &str, name: Option<&str>, reserved: Option<u8>) -> Option<(Option<String>, Option<bool>)> {
        if self.reserved.is_some() && self.reserved != reserved {
            return None;
        }
        let by_uid = if self.by == By::Name { None } else { self.uid_version(uid) };
        let form = self.name.as_ref().zip(name).map(|(pattern, name)| pattern.captures(name));
        let by_name = form.as_ref().and_then(Option::as_ref);
        let speaks = match self.by {
            By::Uid => by_uid.is_some(),
            By::Name => by_name.is_some(),
            By::Either => by_uid.is_some() || by_name.is_some(),
            By::Both => by_uid.is_some() && by_name.is_some(),
        };
        if !speaks {
            return None;
        }
        let said = by_name.and_then(|captures| captures.version.as_deref());
        let version = said.or(by_uid.flatten());
        let both = form.is_some() && !matches!(uid, "" | "-");
        let agrees = both.then(|| {
            let versions = said.zip(by_uid.flatten());
            by_name.is_some() && (self.uid.is_none() || by_uid.is_some()) && versions.is_none_or(|(a, b)| a == b)
        });
        Some((version.map(str::to_owned), agrees))
    }
}

/// Takes an example apart: `[reserved byte] uid name`.
fn subject(text: &str) -> Option<(Option<u8>, &str, Option<&str>)> {
    let (reserved, text) = match text.strip_prefix('[').and_then(|text| text.split_once("] ")) {
        Some((byte, text)) => (Some(u8::from_str_radix(byte, 16).ok()?), text),
        None => (None, text),
    };
    let (uid, name) = text.split_once(' ').map_or((text, None), |(uid, name)| (uid, Some(name)));
    Some((reserved, uid, name))
}

impl Record for Entry {
    const FILE: &'static str = "implementations.tsv";
    const COLUMNS: &'static [&'static str] = &[
        "uid", "tail", "name", "by", "reserved", "product", "vendor", "kind", "class", "grade", "source", "examples",
        "counter",
    ];
    const SIGNATURE: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        let name = row.get("name").map(Pattern::parse).transpose().map_err(Reason::Pattern)?;
        let by = By::read(row, "by")?;
        if by != By::Name {
            row.need("uid")?;
        }
        if by != By::Uid {
            row.need("name")?;
        }
        if matches!(by, By::Name | By::Either) && name.as_ref().is_some_and(|name| name.literal_bytes() < 4) {
            return Err(Reason::value(
                "by",
                by.as_str(),
                "uid or both where the name has fewer than four literal bytes",
            ));
        }
        let reserved = row
            .get("reserved")
            .map(|text| u8::from_str_radix(text, 16).map_err(|_| Reason::value("reserved", text, "two hex digits")))
            .transpose()?;
        Ok(Self {
            common: row.common()?,
            uid: row.text("uid"),
            name_text: row.text("name"),
            name,
            by,
            tail: Tail::read(row, "tail")?,
            reserved,
            product: row.need("product")?.into(),
            vendor: row.text("vendor"),
            kind: ImplementationKind::read(row, "kind")?,
            class: row.text("class"),
        })
    }

    fn key(&self) -> String {
        let uid = self.uid.as_deref().unwrap_or("-");
        let name = self.name_text.as_deref().unwrap_or("-");
        match self.reserved {
            Some(byte) => format!("[{byte:02x}] {uid} {name}"),
            None => format!("{uid} {name}"),
        }
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn matches(&self, text: &str) -> Option<Option<String>> {
        let (reserved, uid, name) = subject(text)?;
        self.read_as(uid, name, reserved).map(|(version, _)| version)
    }

    fn names(&self) -> (Option<&str>, Option<&str>) {
        (self.vendor.as_deref(), self.class.as_deref())
    }
}

/// The table with its indexes.
#[derive(Clone, Debug)]
pub(super) struct Implementations {
    rows: Vec<Entry>,
    by_uid: Map<Box<str>, Vec<usize>>,
    by_name: PatternIndex,
}

impl Implementations {
    pub(super) fn build(rows: Vec<Entry>) -> Self {
        let mut by_uid: Map<Box<str>, Vec<usize>> = Map::default();
        let mut by_name = PatternIndex::default();
        for (index, row) in rows.iter().enumerate() {
            if let Some(uid) = row.uid.as_ref().filter(|_| row.by != By::Name) {
                by_uid.entry(uid.clone()).or_default().push(index);
            }
            if let Some(name) = row.name.as_ref().filter(|_| matches!(row.by, By::Name | By::Either)) {
                by_name.insert(name, index);
            }
        }
        Self { rows, by_uid, by_name }
    }

    /// The row for what was announced: the longest UID first, then the most specific name.
    fn find(&self, uid: &str, name: Option<&str>, reserved: Option<u8>, least: Grade) -> Option<usize> {
        let good = |index: usize| self.rows.get(index).filter(|row| row.common.grade >= least);
        for prefix in ancestry(uid) {
            let rows = self.by_uid.get(prefix).into_iter().flatten().filter_map(|&index| {
                let row = good(index)?;
                row.uid_version(uid)?;
                let (_, agrees) = row.read_as(uid, name, reserved)?;
                // Of several rows for one UID: the one that asks for most and gets it.
                let asks = usize::from(row.reserved.is_some()).saturating_mul(2);
                Some((asks.saturating_add(usize::from(agrees == Some(true))), index))
            });
            if let Some(row) = heaviest(rows) {
                return Some(row);
            }
        }
        let name = name?;
        heaviest(self.by_name.candidates(name).filter_map(|index| {
            let row = good(index)?;
            row.read_as(uid, Some(name), reserved)?;
            Some((row.name.as_ref()?.weight(), index))
        }))
    }

    pub(super) fn get(
        &self,
        uid: &str,
        name: Option<&str>,
        reserved: Option<u8>,
        least: Grade,
    ) -> Option<Implementation<'_>> {
        let name = name.map(|name| name.trim_matches([' ', '\0'])).filter(|name| !name.is_empty());
        let row = self.rows.get(self.find(uid, name, reserved, least)?)?;
        let (version, name_agrees) = row.read_as(uid, name, reserved)?;
        Some(Implementation {
            product: &row.product,
            version,
            vendor: row.vendor.as_deref(),
            kind: row.kind,
            class: row.class.as_deref(),
            name_agrees,
            grade: row.common.grade,
            source: &row.common.source,
        })
    }
}

impl Find<Entry> for Implementations {
    fn rows(&self) -> &[Entry] {
        &self.rows
    }

    fn find_subject(&self, _: &Entry, text: &str, least: Grade) -> Option<usize> {
        let (reserved, uid, name) = subject(text)?;
        self.find(uid, name, reserved, least)
    }
}
