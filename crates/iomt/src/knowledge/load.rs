//! Reading the tables: the built-in ones once, those of a site on top.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};

use super::behaviours::{self, Behaviours};
use super::creators::{self, Creators};
use super::error::{KnowledgeError, Reason};
use super::habits::{Sender, Senders, Title, Titles};
use super::implementations::{self, Implementations};
use super::oui::{self, Ouis};
use super::plain::{ClassRow, ModalityRow, SignRow, SyntaxRow, WeightRow, Words};
use super::products::{self, Products};
use super::record::{Find, Record, check, merge, read};
use super::sop_classes::{self, SopClasses};
use super::table::FILE_BYTES;
use super::uid_roots::{self, UidRoots};
use super::vendors::{self, Vendors};
use super::{Knowledge, Tables};

/// Files of a directory that are looked at.
const FILES: usize = 1_024;

macro_rules! builtin {
    ($($file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("../../knowledge/", $file)))),*]
    };
}

/// The built-in tables, by name.
pub(super) const BUILTIN: &[(&str, &str)] = builtin![
    "attribution.tsv",
    "behaviours.tsv",
    "device-classes.tsv",
    "hl7-senders.tsv",
    "implementations.tsv",
    "modalities.tsv",
    "names.tsv",
    "oui.tsv",
    "private-creators.tsv",
    "products.tsv",
    "sop-classes.tsv",
    "transfer-syntaxes.tsv",
    "uid-roots.tsv",
    "vendors.tsv",
    "weights.tsv",
];

/// Rows of all tables before they are indexed.
#[derive(Default)]
struct Rows {
    vendors: Vec<vendors::Entry>,
    implementations: Vec<implementations::Entry>,
    creators: Vec<creators::Entry>,
    uid_roots: Vec<uid_roots::Entry>,
    sop_classes: Vec<sop_classes::Entry>,
    ouis: Vec<oui::Entry>,
    senders: Vec<Sender>,
    titles: Vec<Title>,
    products: Vec<products::Entry>,
    behaviours: Vec<behaviours::Entry>,
    weights: Vec<WeightRow>,
    signs: Vec<SignRow>,
    classes: Vec<ClassRow>,
    modalities: Vec<ModalityRow>,
    syntaxes: Vec<SyntaxRow>,
}

/// Calls a macro with every table: the field of [`Rows`] and its record.
macro_rules! each_table {
    ($do:ident) => {
        $do!(vendors, vendors::Entry);
        $do!(classes, ClassRow);
        $do!(implementations, implementations::Entry);
        $do!(creators, creators::Entry);
        $do!(uid_roots, uid_roots::Entry);
        $do!(sop_classes, sop_classes::Entry);
        $do!(ouis, oui::Entry);
        $do!(senders, Sender);
        $do!(titles, Title);
        $do!(products, products::Entry);
        $do!(behaviours, behaviours::Entry);
        $do!(weights, WeightRow);
        $do!(signs, SignRow);
        $do!(modalities, ModalityRow);
        $do!(syntaxes, SyntaxRow);
    };
}

impl Rows {
    /// Reads one table; no two of its rows may be about the same, which need not be looked for where it is known.
    fn read(&mut self, file: &str, text: &str, checked: bool) -> Result<(), KnowledgeError> {
        macro_rules! table {
            ($field:ident, $record:ty) => {
                if file == <$record>::FILE {
                    self.$field = read(file, text, checked)?;
                    return Ok(());
                }
            };
        }
        each_table!(table);
        let names = BUILTIN.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        Err(KnowledgeError { file: file.to_owned(), line: 0, reason: Reason::Table(names) })
    }

    /// Puts these rows over those of `old` and holds the new ones against their examples and the lists of vendors and classes.
    fn over(mut self, old: Option<&Tables>, checked: bool) -> Result<Tables, KnowledgeError> {
        if checked {
            macro_rules! examples {
                ($field:ident, $record:ty) => {
                    check::<$record>(<$record>::FILE, &self.$field)?;
                };
            }
            each_table!(examples);
        }
        macro_rules! merged {
            ($field:ident) => {
                merge(old.map_or_else(Vec::new, |old| old.$field.rows().to_vec()), core::mem::take(&mut self.$field))
            };
        }
        let vendors = Vendors::build(merged!(vendors));
        let classes = Words::build(merged!(classes));
        if checked {
            macro_rules! known {
                ($field:ident, $record:ty) => {
                    known::<$record>(&self.$field, &vendors, &classes)?;
                };
            }
            each_table!(known);
        }
        Ok(Tables {
            vendors,
            classes,
            implementations: Implementations::build(merged!(implementations)),
            creators: Creators::build(merged!(creators)),
            uid_roots: UidRoots::build(merged!(uid_roots)),
            sop_classes: SopClasses::build(merged!(sop_classes)),
            ouis: Ouis::build(merged!(ouis)),
            senders: Senders::build(merged!(senders)),
            titles: Titles::build(merged!(titles)),
            products: Products::build(merged!(products)),
            behaviours: Behaviours::build(merged!(behaviours)),
            weights: Words::build(merged!(weights)),
            signs: Words::build(merged!(signs)),
            modalities: Words::build(merged!(modalities)),
            syntaxes: Words::build(merged!(syntaxes)),
        })
    }
}

/// Every vendor and class that a row names must be in its list.
fn known<T: Record>(rows: &[T], vendors: &Vendors, classes: &Words<ClassRow>) -> Result<(), KnowledgeError> {
    for row in rows {
        let (vendor, class) = row.names();
        let reason = match (vendor, class) {
            (Some(vendor), _) if !vendors.is_canonical(vendor) => Reason::Vendor(vendor.to_owned()),
            (_, Some(class)) if classes.get(class).is_none() => Reason::Class(class.to_owned()),
            _ => continue,
        };
        return Err(KnowledgeError { file: T::FILE.to_owned(), line: row.common().line, reason });
    }
    Ok(())
}

/// The version of the built-in tables.
pub(super) fn builtin_version() -> String {
    short(digest(Sha256::new(), BUILTIN))
}

/// Folds tables into a digest; the names and lengths keep two different sets from looking alike.
fn digest(mut state: Sha256, tables: &[(&str, &str)]) -> Sha256 {
    for (name, text) in tables {
        state.update(format!("{name}\n{}\n", text.len()));
        state.update(text);
    }
    state
}

fn short(state: Sha256) -> String {
    state.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

impl Knowledge {
    /// The built-in tables, read once per process on first use. That they can be read is proven by the tests.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILT: OnceLock<Knowledge> = OnceLock::new();
        BUILT.get_or_init(|| Self::from_tables(None, BUILTIN, false).unwrap_or_default())
    }

    /// These tables with those of a site on top. Every file of `dir` whose name ends in `.tsv` must be a table; a row about
    /// something that is already known replaces what was known of it, any other row is added. Every row is held against its
    /// own examples.
    ///
    /// # Errors
    ///
    /// The file, the line and the reason when a table cannot be read or a row contradicts itself. Nothing is taken then.
    pub fn with_dir(&self, dir: &Path) -> Result<Self, KnowledgeError> {
        let failed = |path: &Path, error: &std::io::Error| KnowledgeError {
            file: path.display().to_string(),
            line: 0,
            reason: Reason::Read(error.to_string()),
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(dir).map_err(|error| failed(dir, &error))? {
            let path = entry.map_err(|error| failed(dir, &error))?.path();
            if path.extension().is_some_and(|extension| extension == "tsv") {
                files.push(path);
            }
            if files.len() > FILES {
                let reason = Reason::Limit { what: "files", limit: FILES };
                return Err(KnowledgeError { file: dir.display().to_string(), line: 0, reason });
            }
        }
        files.sort();
        let mut tables = Vec::new();
        for path in files {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let mut bytes = Vec::new();
            let file = fs::File::open(&path).map_err(|error| failed(&path, &error))?;
            // One byte past the cap shows that there is more.
            let cap = u64::try_from(FILE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
            file.take(cap).read_to_end(&mut bytes).map_err(|error| failed(&path, &error))?;
            let text = String::from_utf8(bytes).map_err(|_| KnowledgeError {
                file: name.clone(),
                line: 0,
                reason: Reason::Encoding,
            })?;
            tables.push((name, text));
        }
        let tables: Vec<_> = tables.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        self.with_tables(&tables)
    }

    /// As [`with_dir`](Self::with_dir), for tables that are already in memory: pairs of a table's name and its text.
    ///
    /// # Errors
    ///
    /// As [`with_dir`](Self::with_dir).
    pub fn with_tables(&self, tables: &[(&str, &str)]) -> Result<Self, KnowledgeError> {
        Self::from_tables(Some(self), tables, true)
    }

    fn from_tables(old: Option<&Self>, tables: &[(&str, &str)], checked: bool) -> Result<Self, KnowledgeError> {
        let mut rows = Rows::default();
        for (name, text) in tables {
            rows.read(name, text, checked)?;
        }
        let merged = rows.over(old.map(|old| &*old.tables), checked)?;
        // That of the built-in tables is made when it is asked for.
        let version = old.map(|old| short(digest(Sha256::new().chain_update(old.version()), tables)));
        Ok(Self { tables: Arc::new(merged), version: version.map_or_else(OnceLock::new, OnceLock::from) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_tables_pass_every_check_that_a_site_s_do() {
        let checked = Knowledge::from_tables(None, BUILTIN, true).unwrap();
        assert_eq!(checked.version(), Knowledge::builtin().version());
    }
}
