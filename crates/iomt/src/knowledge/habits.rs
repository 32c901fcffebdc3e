//! Habits of names: how HL7 senders fill their fields, and how AE titles and station names are chosen.
//!
//! HL7 habits come from messages that were seen. AE titles are chosen by a site: most rows are of grade M and hint at a device
//! class only; a product's own default title is better than that.

use super::error::Reason;
use super::grade::{Grade, words};
use super::pattern::{Captures, Pattern};
use super::record::{Find, Map, PatternIndex, Record, heaviest};
use super::table::{Common, Row};

words! {
    /// Who fills a field in this way.
    pub Speaker, "device, gateway, system or tool" {
        /// The device itself.
        Device = "device",
        /// A gateway that speaks for devices behind it.
        Gateway = "gateway",
        /// A clinical system: laboratory middleware, archive, information system.
        System = "system",
        /// A command-line or test tool.
        Tool = "tool",
    }
}

/// What the way a field is filled says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Habit<'k> {
    /// The maker.
    pub vendor: Option<&'k str>,
    /// The product or product family.
    pub product: Option<&'k str>,
    /// A model, read out of the field.
    pub model: Option<String>,
    /// A version, read out of the field.
    pub version: Option<String>,
    /// The device class that is spoken of.
    pub class: Option<&'k str>,
    /// Who fills the field.
    pub speaker: Speaker,
    /// How far the row can be trusted.
    pub grade: Grade,
    /// Where the row comes from.
    pub source: &'k str,
}

/// One row of either table.
#[derive(Clone, Debug)]
struct Filled {
    common: Common,
    field: Box<str>,
    text: Box<str>,
    pattern: Pattern,
    vendor: Option<Box<str>>,
    product: Option<Box<str>>,
    class: Option<Box<str>>,
    speaker: Speaker,
}

const COLUMNS: &[&str] =
    &["field", "pattern", "vendor", "product", "class", "speaker", "grade", "source", "examples", "counter"];

impl Filled {
    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        let text = row.need("pattern")?;
        Ok(Self {
            common: row.common()?,
            field: row.need("field")?.into(),
            text: text.into(),
            pattern: Pattern::parse(text).map_err(Reason::Pattern)?,
            vendor: row.text("vendor"),
            product: row.text("product"),
            class: row.text("class"),
            speaker: Speaker::read(row, "speaker")?,
        })
    }

    fn habit(&self, captures: Captures<'_>) -> Habit<'_> {
        Habit {
            vendor: self.vendor.as_deref(),
            product: self.product.as_deref(),
            model: captures.model.map(str::to_owned),
            version: captures.version,
            class: self.class.as_deref(),
            speaker: self.speaker,
            grade: self.common.grade,
            source: &self.common.source,
        }
    }
}

/// What an example of a habit gives: the model, else the version.
fn result(captures: Captures<'_>) -> Option<String> {
    captures.model.map(str::to_owned).or(captures.version)
}

/// Fields of HL7 whose habits are looked up; 67880 is OBX-5 of rows that state the model.
const FIELDS: [&str; 7] = ["MSH-3", "MSH-4", "SFT-3", "OBR-3", "OBR-4", "OBX-18", "67880"];

/// A row of `hl7-senders.tsv`.
#[derive(Clone, Debug)]
pub(super) struct Sender(Filled);

/// A row of `names.tsv`.
#[derive(Clone, Debug)]
pub(super) struct Title(Filled);

impl Record for Sender {
    const FILE: &'static str = "hl7-senders.tsv";
    const COLUMNS: &'static [&'static str] = COLUMNS;
    const SIGNATURE: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        let field = row.need("field")?;
        if !FIELDS.contains(&field) {
            return Err(Reason::value(
                "field",
                field,
                "one that is looked up: MSH-3, MSH-4, SFT-3, OBR-3, OBR-4, OBX-18 or 67880",
            ));
        }
        Filled::read(row).map(Self)
    }

    fn key(&self) -> String {
        format!("{} {}", self.0.field, self.0.text)
    }

    fn common(&self) -> &Common {
        &self.0.common
    }

    fn matches(&self, subject: &str) -> Option<Option<String>> {
        self.0.pattern.captures(subject).map(result)
    }

    fn scope(&self) -> &str {
        &self.0.field
    }

    fn names(&self) -> (Option<&str>, Option<&str>) {
        (self.0.vendor.as_deref(), self.0.class.as_deref())
    }
}

impl Record for Title {
    const FILE: &'static str = "names.tsv";
    const COLUMNS: &'static [&'static str] = COLUMNS;
    const SIGNATURE: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        let text = row.need("pattern")?;
        let literals = text.split('<').filter_map(|piece| piece.rsplit('>').next());
        if literals.clone().count() > 0 && literals.flat_map(str::bytes).any(|byte| byte.is_ascii_lowercase()) {
            return Err(Reason::value("pattern", text, "capital letters, for names are compared in capitals"));
        }
        Filled::read(row).map(Self)
    }

    fn key(&self) -> String {
        format!("{} {}", self.0.field, self.0.text)
    }

    fn common(&self) -> &Common {
        &self.0.common
    }

    fn matches(&self, subject: &str) -> Option<Option<String>> {
        self.0.pattern.captures(&subject.to_ascii_uppercase()).map(result)
    }

    fn scope(&self) -> &str {
        &self.0.field
    }

    fn names(&self) -> (Option<&str>, Option<&str>) {
        (self.0.vendor.as_deref(), self.0.class.as_deref())
    }
}

/// Patterns by field.
#[derive(Clone, Debug, Default)]
struct Fields(Map<Box<str>, PatternIndex>);

impl Fields {
    fn build<'r>(rows: impl Iterator<Item = &'r Filled>) -> Self {
        let mut fields: Map<Box<str>, PatternIndex> = Map::default();
        for (index, row) in rows.enumerate() {
            fields.entry(row.field.clone()).or_default().insert(&row.pattern, index);
        }
        Self(fields)
    }

    fn find<'r>(
        &self,
        field: &str,
        text: &str,
        least: Grade,
        row: impl Fn(usize) -> Option<&'r Filled>,
    ) -> Option<usize> {
        heaviest(self.0.get(field)?.candidates(text).filter_map(|index| {
            let row = row(index)?;
            (row.common.grade >= least && row.pattern.matches(text)).then(|| (row.pattern.weight(), index))
        }))
    }
}

/// The table of HL7 senders with its index.
#[derive(Clone, Debug)]
pub(super) struct Senders {
    rows: Vec<Sender>,
    fields: Fields,
}

impl Senders {
    pub(super) fn build(rows: Vec<Sender>) -> Self {
        let fields = Fields::build(rows.iter().map(|row| &row.0));
        Self { rows, fields }
    }

    fn find(&self, field: &str, value: &str, least: Grade) -> Option<usize> {
        self.fields.find(field, value, least, |index| self.rows.get(index).map(|row| &row.0))
    }

    pub(super) fn get(&self, field: &str, value: &str, least: Grade) -> Option<Habit<'_>> {
        let row = &self.rows.get(self.find(field, value, least)?)?.0;
        Some(row.habit(row.pattern.captures(value)?))
    }
}

impl Find<Sender> for Senders {
    fn rows(&self) -> &[Sender] {
        &self.rows
    }

    fn find_subject(&self, row: &Sender, subject: &str, least: Grade) -> Option<usize> {
        self.find(&row.0.field, subject, least)
    }
}

/// The table of AE titles and station names with its index.
#[derive(Clone, Debug)]
pub(super) struct Titles {
    rows: Vec<Title>,
    fields: Fields,
}

impl Titles {
    pub(super) fn build(rows: Vec<Title>) -> Self {
        let fields = Fields::build(rows.iter().map(|row| &row.0));
        Self { rows, fields }
    }

    fn find(&self, field: &str, name: &str, least: Grade) -> Option<usize> {
        self.fields.find(field, name, least, |index| self.rows.get(index).map(|row| &row.0))
    }

    /// A row of grade M keeps its class and loses vendor and product, unless the caller asks for hints.
    pub(super) fn get(&self, field: &str, name: &str, least: Grade) -> Option<Habit<'_>> {
        let name = name.trim_matches([' ', '\0']).to_ascii_uppercase();
        let row = &self.rows.get(self.find(field, &name, Grade::M)?)?.0;
        let mut habit = row.habit(row.pattern.captures(&name)?);
        if habit.grade < least {
            (habit.vendor, habit.product, habit.model, habit.version) = (None, None, None, None);
        }
        Some(habit)
    }
}

impl Find<Title> for Titles {
    fn rows(&self) -> &[Title] {
        &self.rows
    }

    fn find_subject(&self, row: &Title, subject: &str, least: Grade) -> Option<usize> {
        self.find(&row.0.field, &subject.to_ascii_uppercase(), least)
    }
}
