//! Devices that a structured report names: who observed, who took part, what was examined.
//!
//! ```text
//!  content item
//!    concept name   (121015, DCM)      looked at first: under any other code nothing is read
//!    text or UID    value of the device
//! ```
//! PS3.16 TID 1004 (device observer), TID 1010 (device subject), TID 1021 (device participant). The text of a report may be a
//! patient's history; only the text under these codes is taken.

use iomt_dicom::Tag;
use iomt_dicom::element::Element;

use crate::evidence::{Attribute, Value};

/// What a concept says of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// Another device begins.
    Begins,
    /// Another device begins, with this.
    Uid,
    Name,
    Manufacturer,
    Model,
    Serial,
    Location,
}

/// Codes of the scheme DCM.
const CONCEPTS: &[(&[u8], Says)] = &[
    (b"121005", Says::Begins),
    (b"121012", Says::Uid),
    (b"121013", Says::Name),
    (b"121014", Says::Manufacturer),
    (b"121015", Says::Model),
    (b"121016", Says::Serial),
    (b"121017", Says::Location),
    (b"121198", Says::Uid),
    (b"121193", Says::Name),
    (b"121194", Says::Manufacturer),
    (b"121195", Says::Model),
    (b"121196", Says::Serial),
    (b"121197", Says::Location),
    (b"113876", Says::Begins),
    (b"113877", Says::Name),
    (b"113878", Says::Manufacturer),
    (b"113879", Says::Model),
    (b"113880", Says::Serial),
];

impl Says {
    /// How evidence has it: attribute, qualifier, field.
    pub(super) const fn fact(self) -> Option<(Attribute, &'static str, &'static str)> {
        Some(match self {
            Self::Begins => return None,
            Self::Uid => (Attribute::Name, "device-uid", "Device Observer UID"),
            Self::Name => (Attribute::Name, "device-name", "Device Observer Name"),
            Self::Manufacturer => (Attribute::Manufacturer, "", "Device Observer Manufacturer"),
            Self::Model => (Attribute::Model, "", "Device Observer Model Name"),
            Self::Serial => (Attribute::Serial, "", "Device Observer Serial Number"),
            Self::Location => (Attribute::Location, "location", "Device Observer Physical Location During Observation"),
        })
    }

    /// The value as evidence has it.
    pub(super) fn value(qualifier: &str, text: &str) -> Value {
        if qualifier.is_empty() { Value::text(text) } else { Value::pair(qualifier, text) }
    }

    /// Whether a device that has this already is over when it comes again.
    pub(super) const fn begins(self) -> bool {
        matches!(self, Self::Begins | Self::Uid)
    }
}

/// The concept of the content item that is being read.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Number of the content item, and how deep it is.
    item: u32,
    depth: usize,
    says: Option<Says>,
    is_dcm: bool,
}

impl Report {
    /// Takes an element of a report; says what a value means that may be read.
    pub(super) fn hear(&mut self, enclosing: &[Tag], item: u32, element: &Element<'_>) -> Option<Says> {
        let is_content = enclosing.iter().all(|tag| *tag == Tag::CONTENT_SEQUENCE);
        match element.tag {
            Tag::CONCEPT_NAME_CODE_SEQUENCE if is_content => {
                *self = Self { item, depth: enclosing.len(), says: None, is_dcm: false };
                None
            }
            Tag::CODE_VALUE if enclosing.len() == self.depth.saturating_add(1) => {
                let code = element.text();
                self.says = CONCEPTS.iter().find(|(known, _)| *known == code).map(|(_, says)| *says);
                None
            }
            Tag::CODING_SCHEME_DESIGNATOR if enclosing.len() == self.depth.saturating_add(1) => {
                self.is_dcm = element.text() == b"DCM";
                self.says.filter(|says| self.is_dcm && *says == Says::Begins)
            }
            Tag::TEXT_VALUE | Tag::UID if is_content && (item, enclosing.len()) == (self.item, self.depth) => {
                let says = self.says.take().filter(|_| self.is_dcm)?;
                let is_uid = element.tag == Tag::UID;
                (is_uid == (says == Says::Uid) && says != Says::Begins).then_some(says)
            }
            _ => None,
        }
    }
}
