//! What a DICOMDIR lists.
//!
//! ```text
//!  (0002,0002)  1.2.840.10008.1.3.10                      says that the file is one
//!  (0004,1220)  SQ  item: PATIENT  item: STUDY  item: SERIES  item: IMAGE  item: SERIES ...
//!                         └ offsets of the next record and of the first one below, and keys that the type asks for
//! ```
//! PS3.3 annex F, PS3.10 section 8.6. The records lie one after another in the file; offsets tie them into a tree. The keys of a
//! record name patients: here only its type and what it refers to are told.

use crate::element::{DataSet, Element, Item};
use crate::{Tag, Uid};
use iomt_wire::Error;

/// The SOP class of a DICOMDIR.
pub const SOP_CLASS: &[u8] = b"1.2.840.10008.1.3.10";

const RECORDS: Tag = Tag::new(0x0004, 0x1220);
const NEXT: Tag = Tag::new(0x0004, 0x1400);
const LOWER: Tag = Tag::new(0x0004, 0x1420);
const TYPE: Tag = Tag::new(0x0004, 0x1430);
const FILE_ID: Tag = Tag::new(0x0004, 0x1500);
const CLASS: Tag = Tag::new(0x0004, 0x1510);
const SYNTAX: Tag = Tag::new(0x0004, 0x1512);

/// A directory record.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    item: Item<'a>,
}

/// The records of a directory, in the order in which they lie in the file.
///
/// # Errors
/// When the data set breaks before its records; a record that is damaged ends the iterator with an error.
pub fn records<'a>(
    directory: &DataSet<'a>,
) -> Result<impl Iterator<Item = Result<Record<'a>, Error>> + use<'a>, Error> {
    let items = directory.find(RECORDS)?.map(|element| element.items());
    Ok(items.into_iter().flatten().map(|item| item.map(|item| Record { item })))
}

impl<'a> Record<'a> {
    /// The item: the keys of the record, which may name a patient.
    #[must_use]
    pub const fn item(&self) -> Item<'a> {
        self.item
    }

    fn find(&self, tag: Tag) -> Option<Element<'a>> {
        self.item.elements().map_while(Result::ok).find(|element| element.tag == tag)
    }

    /// `PATIENT`, `STUDY`, `SERIES`, `IMAGE` and so on; empty when it has none.
    #[must_use]
    pub fn record_type(&self) -> &'a [u8] {
        self.find(TYPE).map_or(&[], |element| element.text())
    }

    /// Where the next record of the same level starts, counted from the head of the file; 0 when it is the last.
    #[must_use]
    pub fn next(&self) -> u32 {
        self.find(NEXT).and_then(|element| element.u32()).unwrap_or(0)
    }

    /// Where the first record below this one starts, counted from the head of the file; 0 when there is none.
    #[must_use]
    pub fn lower(&self) -> u32 {
        self.find(LOWER).and_then(|element| element.u32()).unwrap_or(0)
    }

    /// The components of the path of the file that it refers to. Never to be trusted as one.
    pub fn file_id(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.find(FILE_ID).into_iter().flat_map(|element| element.values())
    }

    /// The SOP class of the object that it refers to.
    #[must_use]
    pub fn sop_class(&self) -> Option<Uid> {
        self.find(CLASS).and_then(|element| Uid::new(element.value))
    }

    /// The transfer syntax of the file that it refers to.
    #[must_use]
    pub fn transfer_syntax(&self) -> Option<Uid> {
        self.find(SYNTAX).and_then(|element| Uid::new(element.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Encoding, Vr, emit};
    use alloc::vec::Vec;

    #[test]
    fn records_tell_their_type_and_what_they_refer_to() {
        let empty = || emit::DataSet::new(Encoding::ExplicitLittle);
        let offset = |value: u32| value.to_le_bytes();
        let series = empty()
            .element(NEXT, Vr::UL, &offset(0))
            .element(LOWER, Vr::UL, &offset(400))
            .text(TYPE, Vr::CS, b"SERIES")
            .text(Tag::MODALITY, Vr::CS, b"CT");
        let image = empty()
            .text(TYPE, Vr::CS, b"IMAGE")
            .text(FILE_ID, Vr::CS, b"CT1\\IM2")
            .text(CLASS, Vr::UI, b"1.2.840.10008.5.1.4.1.1.2")
            .text(SYNTAX, Vr::UI, b"1.2.840.10008.1.2.1");
        let bytes = empty().text(Tag::new(0x0004, 0x1130), Vr::CS, b"SET").sequence(RECORDS, &[series, image]).build();
        let set = DataSet::new(&bytes, Encoding::ExplicitLittle);
        let records: Vec<_> = records(&set).unwrap().map(Result::unwrap).collect();
        assert_eq!(records.iter().map(Record::record_type).collect::<Vec<_>>(), [&b"SERIES"[..], b"IMAGE"]);
        assert_eq!((records[0].next(), records[0].lower()), (0, 400));
        assert!(records[1].file_id().eq([&b"CT1"[..], b"IM2"]));
        assert_eq!(records[1].sop_class().unwrap().as_str(), "1.2.840.10008.5.1.4.1.1.2");
        assert!(records[1].transfer_syntax().is_some());
    }

    #[test]
    fn a_data_set_that_is_no_directory_has_no_records() {
        assert_eq!(records(&DataSet::new(b"", Encoding::ExplicitLittle)).unwrap().count(), 0);
    }
}
