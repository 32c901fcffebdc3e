//! One name per maker, whatever spelling it is met in.
//!
//! Spellings are compared without case, spaces, punctuation and trailing legal forms: `G.E. Medical Systems`, `GE MEDICAL
//! SYSTEMS` and `GE Medical Systems, Inc.` are one. `ä ö ü ß é è` are read as `ae oe ue ss e e`. A row that matches by its
//! `head` also takes what follows on a word boundary (`Philips Medical Systems, Cleveland`). A maker that was bought is filed
//! under its present owner: the tables would otherwise see a conflict between a label and an address prefix of one device.

use super::error::Reason;
use super::grade::{Grade, words};
use super::record::{Find, Map, Record};
use super::table::{Common, Row};

/// Bytes of a text that are looked at.
const BYTES: usize = 256;
/// Words of a text that are looked at.
const WORDS: usize = 16;
/// Words that end a company name and mean nothing.
const FORMS: &[&str] = &[
    "ab",
    "ag",
    "and",
    "aps",
    "as",
    "asa",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "kgaa",
    "kk",
    "limited",
    "llc",
    "ltd",
    "mbh",
    "nv",
    "oy",
    "oyj",
    "plc",
    "pty",
    "sa",
    "sas",
    "spa",
    "srl",
];

words! {
    /// How much of a text an alias must cover.
    Extent, "whole or head" {
        /// All of it.
        Whole = "whole",
        /// Its first words.
        Head = "head",
    }
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    common: Common,
    alias: Box<str>,
    folded: String,
    extent: Extent,
    vendor: Box<str>,
}

/// The words of a name as they are compared.
fn fold(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    for character in text.chars().take(BYTES).flat_map(char::to_lowercase).chain([' ']) {
        match character {
            'ä' => word.push_str("ae"),
            'ö' => word.push_str("oe"),
            'ü' => word.push_str("ue"),
            'ß' => word.push_str("ss"),
            'é' | 'è' => word.push('e'),
            '.' | '\'' | '’' => {}
            letter if letter.is_alphanumeric() => word.push(letter),
            _ if word.is_empty() => {}
            _ => out.push(core::mem::take(&mut word)),
        }
    }
    out.truncate(WORDS);
    while out.len() > 1 && out.last().is_some_and(|word| FORMS.contains(&word.as_str())) {
        out.pop();
    }
    out
}

/// The folded name and its heads on word boundaries, longest first.
fn heads(text: &str) -> Vec<String> {
    let mut heads: Vec<String> = fold(text)
        .into_iter()
        .scan(String::new(), |head, word| {
            head.push_str(&word);
            Some(head.clone())
        })
        .collect();
    heads.reverse();
    heads
}

impl Record for Entry {
    const FILE: &'static str = "vendors.tsv";
    const COLUMNS: &'static [&'static str] = &["alias", "extent", "vendor", "grade", "source", "examples", "counter"];
    const SIGNATURE: bool = false;

    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        let alias = row.need("alias")?;
        let folded = fold(alias).concat();
        if folded.is_empty() {
            return Err(Reason::value("alias", alias, "a name with letters or digits"));
        }
        Ok(Self {
            common: row.common()?,
            alias: alias.into(),
            folded,
            extent: Extent::read(row, "extent")?,
            vendor: row.need("vendor")?.into(),
        })
    }

    fn key(&self) -> String {
        self.folded.clone()
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn matches(&self, subject: &str) -> Option<Option<String>> {
        let heads = heads(subject);
        let mut heads = heads.iter();
        let whole = *heads.next()? == self.folded;
        (whole || (self.extent == Extent::Head && heads.any(|head| *head == self.folded)))
            .then(|| Some(self.vendor.to_string()))
    }

    fn specimen(&self) -> Option<String> {
        Some(self.alias.to_string())
    }
}

/// The table with its indexes.
#[derive(Clone, Debug)]
pub(super) struct Vendors {
    rows: Vec<Entry>,
    aliases: Map<String, usize>,
    canonical: Map<String, usize>,
}

impl Vendors {
    pub(super) fn build(rows: Vec<Entry>) -> Self {
        let aliases = rows.iter().enumerate().map(|(index, row)| (row.folded.clone(), index)).collect();
        let mut canonical = Map::default();
        for (index, row) in rows.iter().enumerate() {
            canonical.entry(fold(&row.vendor).concat()).or_insert(index);
        }
        Self { rows, aliases, canonical }
    }

    fn find(&self, text: &str, least: Grade) -> Option<usize> {
        let heads = heads(text);
        let alias = heads.iter().zip(0_usize..).find_map(|(head, cut)| {
            let index = *self.aliases.get(head)?;
            let row = self.rows.get(index)?;
            (row.common.grade >= least && (cut == 0 || row.extent == Extent::Head)).then_some(index)
        });
        alias.or_else(|| self.canonical.get(heads.first()?).copied())
    }

    pub(super) fn get(&self, text: &str, least: Grade) -> Option<&str> {
        Some(&*self.rows.get(self.find(text, least)?)?.vendor)
    }

    /// Whether a name is exactly one of the canonical ones.
    pub(super) fn is_canonical(&self, name: &str) -> bool {
        let row = self.canonical.get(&fold(name).concat()).and_then(|&index| self.rows.get(index));
        row.is_some_and(|row| &*row.vendor == name)
    }
}

impl Find<Entry> for Vendors {
    fn rows(&self) -> &[Entry] {
        &self.rows
    }

    fn find_subject(&self, _: &Entry, subject: &str, least: Grade) -> Option<usize> {
        self.find(subject, least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_fold_to_one() {
        let one = |text| fold(text).concat();
        assert_eq!(one("G.E. Medical Systems"), one("GE MEDICAL SYSTEMS, Inc."));
        assert_eq!(one("Drägerwerk AG & Co. KG aA"), "draegerwerkagcokgaa");
        assert_eq!(one("B.Braun"), one("b. braun"));
        assert_eq!(one("Becton, Dickinson and Company"), one("Becton Dickinson"));
        assert_eq!(one("Co"), "co");
        assert_eq!(one(" - "), "");
    }

    #[test]
    fn heads_end_on_words() {
        assert_eq!(heads("Philips Medical Systems"), ["philipsmedicalsystems", "philipsmedical", "philips"]);
    }
}
