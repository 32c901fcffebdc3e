//! What is known beforehand: which UID, name, prefix or habit speaks for which product, maker and kind of device.
//!
//! ```text
//!  crates/iomt/knowledge/*.tsv ──┐
//!                                ├─► Knowledge ──► one small answer per question, with grade and source
//!  a site's own directory ───────┘
//! ```
//!
//! The tables are text with one fact a row; every row says where it comes from and how far it can be trusted, and signatures
//! carry examples that must match and counter-examples that must not. [`Knowledge::lint`] and the tests hold all of them
//! against each other. `docs/knowledge.md` describes the format for those who add rows.
//!
//! **Only grades A and B answer.** What rests on memory stays out of every answer until [`Knowledge::hints`] is asked.
//!
//! Look-ups take time linear in what is looked up: exact keys, longest prefixes of UIDs on component boundaries, and patterns
//! that are matched in one pass without going back.
//!
//! ```
//! use iomt::knowledge::{ImplementationKind, Knowledge};
//!
//! let knowledge = Knowledge::builtin();
//! let stack = knowledge.implementation("1.2.276.0.7230010.3.0.3.6.7", Some("OFFIS_DCMTK_367")).unwrap();
//! assert_eq!((stack.product, stack.version.as_deref()), ("DCMTK", Some("3.6.7")));
//! // A toolkit that very many products embed: it names no maker and no device.
//! assert_eq!((stack.kind, stack.vendor), (ImplementationKind::Toolkit, None));
//! assert_eq!(knowledge.vendor("G.E. Medical Systems"), Some("GE HealthCare"));
//! ```

use std::sync::{Arc, OnceLock};

mod behaviours;
mod creators;
mod error;
mod grade;
mod habits;
mod implementations;
mod lint;
mod load;
mod oui;
mod pattern;
mod plain;
mod products;
mod record;
mod sop_classes;
mod table;
mod uid_roots;
mod vendors;

pub use behaviours::{Behaviour, Strength};
pub use creators::{Creator, CreatorKind};
pub use error::{KnowledgeError, Reason};
pub use grade::Grade;
pub use habits::{Habit, Speaker};
pub use implementations::{Implementation, ImplementationKind};
pub use lint::Finding;
pub use oui::{Oui, OuiKind};
pub use pattern::PatternError;
pub use plain::Weight;
pub use products::ProductAlias;
pub use sop_classes::{Service, SopClass};
pub use uid_roots::{RootKind, UidRoot};

use plain::{ClassRow, ModalityRow, SignRow, SyntaxRow, WeightRow, Words};

/// The tables of knowledge, built-in and a site's own. Cheap to clone.
#[derive(Clone)]
pub struct Knowledge {
    tables: Arc<Tables>,
    /// Unset: that of the built-in tables.
    version: OnceLock<String>,
}

/// All tables with their indexes.
struct Tables {
    vendors: vendors::Vendors,
    implementations: implementations::Implementations,
    creators: creators::Creators,
    uid_roots: uid_roots::UidRoots,
    sop_classes: sop_classes::SopClasses,
    ouis: oui::Ouis,
    senders: habits::Senders,
    titles: habits::Titles,
    products: products::Products,
    behaviours: behaviours::Behaviours,
    weights: Words<WeightRow>,
    signs: Words<SignRow>,
    classes: Words<ClassRow>,
    modalities: Words<ModalityRow>,
    syntaxes: Words<SyntaxRow>,
}

impl core::fmt::Debug for Knowledge {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Knowledge").field("version", &self.version()).finish_non_exhaustive()
    }
}

/// No knowledge at all.
impl Default for Knowledge {
    fn default() -> Self {
        let tables = Tables {
            vendors: vendors::Vendors::build(Vec::new()),
            implementations: implementations::Implementations::build(Vec::new()),
            creators: creators::Creators::build(Vec::new()),
            uid_roots: uid_roots::UidRoots::build(Vec::new()),
            sop_classes: sop_classes::SopClasses::build(Vec::new()),
            ouis: oui::Ouis::build(Vec::new()),
            senders: habits::Senders::build(Vec::new()),
            titles: habits::Titles::build(Vec::new()),
            products: products::Products::build(Vec::new()),
            behaviours: behaviours::Behaviours::build(Vec::new()),
            weights: Words::build(Vec::new()),
            signs: Words::build(Vec::new()),
            classes: Words::build(Vec::new()),
            modalities: Words::build(Vec::new()),
            syntaxes: Words::build(Vec::new()),
        };
        Self { tables: Arc::new(tables), version: OnceLock::from(String::new()) }
    }
}

/// The least grade that may lead to a statement.
const CLAIM: Grade = Grade::B;

impl Knowledge {
    /// What an implementation class UID and version name say of the software that speaks (PS3.7 annex D.3.3.2).
    #[must_use]
    pub fn implementation(&self, uid: &str, version_name: Option<&str>) -> Option<Implementation<'_>> {
        self.tables.implementations.get(uid, version_name, None, CLAIM)
    }

    /// As [`implementation`](Self::implementation), with the reserved byte 2 of the presentation-context items (0x20) of the request.
    /// It tells a network scanner that borrows a toolkit's identifiers from the toolkit.
    #[must_use]
    pub fn implementation_with_reserved(
        &self,
        uid: &str,
        version_name: Option<&str>,
        reserved: u8,
    ) -> Option<Implementation<'_>> {
        self.tables.implementations.get(uid, version_name, Some(reserved), CLAIM)
    }

    /// The canonical name of a maker, whatever the spelling.
    #[must_use]
    pub fn vendor(&self, text: &str) -> Option<&str> {
        self.tables.vendors.get(text, CLAIM)
    }

    /// What a private creator says of the equipment that made an object, or of a station on its way.
    #[must_use]
    pub fn private_creator(&self, creator: &str) -> Option<Creator<'_>> {
        self.tables.creators.get(creator, CLAIM)
    }

    /// Who generates instance UIDs with this root.
    #[must_use]
    pub fn uid_root(&self, uid: &str) -> Option<UidRoot<'_>> {
        self.tables.uid_roots.get(uid, CLAIM)
    }

    /// What a SOP class is for.
    #[must_use]
    pub fn sop_class(&self, uid: &str) -> Option<SopClass<'_>> {
        self.tables.sop_classes.get(uid, CLAIM)
    }

    /// The class of the device that makes objects of a modality (0008,0060).
    #[must_use]
    pub fn modality_class(&self, modality: &str) -> Option<&str> {
        self.tables.modalities.claim(modality)?.class.as_deref()
    }

    /// The name of a modality as PS3.3 C.7.3.1.1.1 gives it.
    #[must_use]
    pub fn modality_name(&self, modality: &str) -> Option<&str> {
        Some(&*self.tables.modalities.claim(modality)?.name)
    }

    /// The name of a transfer syntax.
    #[must_use]
    pub fn transfer_syntax(&self, uid: &str) -> Option<&str> {
        let uid = uid.trim_end_matches(['\0', ' ']);
        Some(&*self.tables.syntaxes.claim(uid)?.name)
    }

    /// The maker of a private transfer syntax.
    #[must_use]
    pub fn transfer_syntax_vendor(&self, uid: &str) -> Option<&str> {
        let uid = uid.trim_end_matches(['\0', ' ']);
        self.tables.syntaxes.claim(uid)?.vendor.as_deref()
    }

    /// Who made the interface with this address; nothing for group and locally administered addresses.
    #[must_use]
    pub fn oui(&self, mac: [u8; 6]) -> Option<Oui<'_>> {
        self.tables.ouis.get(mac, CLAIM)
    }

    /// What the way a field is filled says of an HL7 sender. `field` is written `MSH-3`, `OBX-18`; `value` is the whole field
    /// with its component separators.
    #[must_use]
    pub fn hl7_habit(&self, field: &str, value: &str) -> Option<Habit<'_>> {
        self.tables.senders.get(field, value, CLAIM)
    }

    /// What an AE title hints at. Of a row of grade M only the class is given, never a vendor or product.
    #[must_use]
    pub fn ae_habit(&self, ae: &str) -> Option<Habit<'_>> {
        self.tables.titles.get("ae-title", ae, CLAIM)
    }

    /// As [`ae_habit`](Self::ae_habit) for another kind of name: `ae-title`, `station-name` or `host-name`.
    #[must_use]
    pub fn name_habit(&self, field: &str, name: &str) -> Option<Habit<'_>> {
        self.tables.titles.get(field, name, CLAIM)
    }

    /// The trade name of a stated model. `vendor` may be any known spelling.
    #[must_use]
    pub fn product(&self, vendor: &str, model: &str) -> Option<ProductAlias<'_>> {
        self.tables.products.get(self.vendor(vendor).unwrap_or(vendor), model, CLAIM)
    }

    /// What DICOM stacks do whatever they declare, in the order of the table.
    pub fn behaviours(&self) -> impl Iterator<Item = Behaviour<'_>> {
        self.tables.behaviours.of_grade(CLAIM)
    }

    /// The one maker of a model whose name is known, with the class of the product.
    #[must_use]
    pub fn maker_of(&self, model: &str) -> Option<(&str, Option<&str>)> {
        self.tables.products.maker(model, CLAIM)
    }

    /// The weight of one kind of evidence in milli-bits; 0 for a kind that is not listed.
    #[must_use]
    pub fn weight(&self, kind: &str) -> i64 {
        self.tables.weights.get(kind).map_or(0, |row| row.milli_bits)
    }

    /// All weights with their reasons, in the order of the table.
    pub fn weights(&self) -> impl Iterator<Item = Weight<'_>> {
        let rows = self.tables.weights.iter();
        rows.map(|row| Weight { kind: &row.word, milli_bits: row.milli_bits, reason: &row.reason })
    }

    /// How far a sign speaks for (positive) or against (negative) an endpoint being the equipment that it speaks of, in
    /// milli-bits; 0 for a sign that is not listed.
    #[must_use]
    pub fn attribution(&self, sign: &str) -> i64 {
        self.tables.signs.get(sign).map_or(0, |row| row.milli_bits)
    }

    /// All signs of attribution with their reasons, in the order of the table.
    pub fn attributions(&self) -> impl Iterator<Item = Weight<'_>> {
        let rows = self.tables.signs.iter();
        rows.map(|row| Weight { kind: &row.word, milli_bits: row.milli_bits, reason: &row.reason })
    }

    /// The closed list of device classes: each with what it means.
    pub fn device_classes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tables.classes.iter().map(|row| (&*row.word, &*row.about))
    }

    /// Whether a word is in the closed list of device classes.
    #[must_use]
    pub fn is_device_class(&self, class: &str) -> bool {
        self.tables.classes.get(class).is_some()
    }

    /// The same questions, answered from memory too. An answer of [`Grade::M`] must never become a statement about a device.
    #[must_use]
    pub const fn hints(&self) -> Hints<'_> {
        Hints { knowledge: self }
    }

    /// The version of the tables: twelve hexadecimal digits of SHA-256 over the built-in tables and those loaded on top, for reports.
    #[must_use]
    pub fn version(&self) -> &str {
        self.version.get_or_init(load::builtin_version)
    }
}

/// Look-ups that also answer from rows of grade M.
#[derive(Clone, Copy, Debug)]
pub struct Hints<'k> {
    knowledge: &'k Knowledge,
}

impl<'k> Hints<'k> {
    /// As [`Knowledge::implementation`].
    #[must_use]
    pub fn implementation(self, uid: &str, version_name: Option<&str>) -> Option<Implementation<'k>> {
        self.knowledge.tables.implementations.get(uid, version_name, None, Grade::M)
    }

    /// As [`Knowledge::vendor`].
    #[must_use]
    pub fn vendor(self, text: &str) -> Option<&'k str> {
        self.knowledge.tables.vendors.get(text, Grade::M)
    }

    /// As [`Knowledge::private_creator`].
    #[must_use]
    pub fn private_creator(self, creator: &str) -> Option<Creator<'k>> {
        self.knowledge.tables.creators.get(creator, Grade::M)
    }

    /// As [`Knowledge::uid_root`].
    #[must_use]
    pub fn uid_root(self, uid: &str) -> Option<UidRoot<'k>> {
        self.knowledge.tables.uid_roots.get(uid, Grade::M)
    }

    /// As [`Knowledge::sop_class`].
    #[must_use]
    pub fn sop_class(self, uid: &str) -> Option<SopClass<'k>> {
        self.knowledge.tables.sop_classes.get(uid, Grade::M)
    }

    /// As [`Knowledge::oui`].
    #[must_use]
    pub fn oui(self, mac: [u8; 6]) -> Option<Oui<'k>> {
        self.knowledge.tables.ouis.get(mac, Grade::M)
    }

    /// As [`Knowledge::hl7_habit`].
    #[must_use]
    pub fn hl7_habit(self, field: &str, value: &str) -> Option<Habit<'k>> {
        self.knowledge.tables.senders.get(field, value, Grade::M)
    }

    /// As [`Knowledge::name_habit`], with vendor and product.
    #[must_use]
    pub fn name_habit(self, field: &str, name: &str) -> Option<Habit<'k>> {
        self.knowledge.tables.titles.get(field, name, Grade::M)
    }

    /// As [`Knowledge::product`].
    #[must_use]
    pub fn product(self, vendor: &str, model: &str) -> Option<ProductAlias<'k>> {
        let vendor = self.knowledge.tables.vendors.get(vendor, Grade::M).unwrap_or(vendor);
        self.knowledge.tables.products.get(vendor, model, Grade::M)
    }
}
