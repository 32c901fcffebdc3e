//! Names, keywords, multiplicities and UIDs: the lines of the facts, found by binary search.

use super::tables::{CREATORS, ELEMENTS, KEYWORDS, ROWS, UID_ROWS, UIDS};
use crate::Tag;
use crate::uid::{trim_text, trim_uid};

/// What PS3.6 says of an element: a line of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    line: &'static str,
}

impl core::fmt::Debug for Entry {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Entry").field(&self.line).finish()
    }
}

impl Entry {
    fn column(&self, number: usize) -> &'static str {
        column(self.line, number)
    }

    /// The tag in eight hexadecimal digits; `x` stands for any digit, in the elements of repeating groups.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.column(0)
    }

    /// The value representation, or the choice that PS3.6 leaves: `OB or OW`.
    #[must_use]
    pub fn vr(&self) -> &'static str {
        self.column(1)
    }

    /// The value multiplicity as the standard writes it: `1`, `1-n`, `2-2n`.
    #[must_use]
    pub fn vm(&self) -> &'static str {
        self.column(2)
    }

    /// Whether the standard has retired it.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        !self.column(3).is_empty()
    }

    /// The keyword: `PatientName`.
    #[must_use]
    pub fn keyword(&self) -> &'static str {
        self.column(4)
    }

    /// The name: `Patient's Name`. For the newest elements the table has the keyword in its place.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.column(5)
    }
}

/// What PS3.6 annex A says of a UID: a line of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UidEntry {
    line: &'static str,
}

impl core::fmt::Debug for UidEntry {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("UidEntry").field(&self.line).finish()
    }
}

impl UidEntry {
    /// The UID.
    #[must_use]
    pub fn uid(&self) -> &'static str {
        column(self.line, 0)
    }

    /// What it is the UID of: `SOP Class`, `Transfer Syntax`, `Coding Scheme`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        column(self.line, 1)
    }

    /// Whether the standard has retired it.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        !column(self.line, 2).is_empty()
    }

    /// The keyword; empty where the table has none.
    #[must_use]
    pub fn keyword(&self) -> &'static str {
        column(self.line, 3)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        column(self.line, 4)
    }
}

/// A family of private creators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Creator {
    /// What the creators of the family start with.
    pub prefix: &'static str,
    /// Who makes what writes them.
    pub maker: &'static str,
    /// Whether the maker is known from the string or a real file, or only from memory.
    pub sure: bool,
}

fn column(line: &'static str, number: usize) -> &'static str {
    line.split('\t').nth(number).unwrap_or_default()
}

/// The line that starts at an offset.
fn line(text: &'static str, start: u32) -> &'static str {
    let rest = usize::try_from(start).ok().and_then(|start| text.get(start..)).unwrap_or_default();
    rest.split('\n').next().unwrap_or_default()
}

fn row(index: usize) -> Option<Entry> {
    ROWS.get(index).map(|start| Entry { line: line(ELEMENTS, *start) })
}

/// What the standard says of a tag.
#[must_use]
pub fn element(tag: Tag) -> Option<Entry> {
    let index = super::position(tag).or_else(|| {
        // The rows of repeating groups stand behind all others.
        super::repeating(tag).map(|at| super::tables::TAGS.len().saturating_add(at))
    });
    row(index?)
}

/// What the standard says of a keyword.
#[must_use]
pub fn by_keyword(keyword: &str) -> Option<Entry> {
    let at = |index: u16| row(index.into()).map_or("", |entry| entry.keyword());
    let found = KEYWORDS.binary_search_by(|index| at(*index).cmp(keyword)).ok()?;
    row((*KEYWORDS.get(found)?).into())
}

/// Every element of the standard: by tag, those of repeating groups behind all others.
pub fn elements() -> impl Iterator<Item = Entry> {
    ROWS.iter().map(|start| Entry { line: line(ELEMENTS, *start) })
}

/// What the standard says of a UID; padding is left out.
#[must_use]
pub fn uid(uid: &[u8]) -> Option<UidEntry> {
    let uid = trim_uid(uid);
    let found = UID_ROWS.binary_search_by(|start| column(line(UIDS, *start), 0).as_bytes().cmp(uid)).ok()?;
    UID_ROWS.get(found).map(|start| UidEntry { line: line(UIDS, *start) })
}

/// Every UID of the standard, in the order of their characters.
pub fn uids() -> impl Iterator<Item = UidEntry> {
    UID_ROWS.iter().map(|start| UidEntry { line: line(UIDS, *start) })
}

/// The family of a private creator: the longest known prefix; padding is left out.
#[must_use]
pub fn creator(creator: &[u8]) -> Option<Creator> {
    let creator = trim_text(creator);
    CREATORS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| (column(line, 0), line))
        .filter(|(prefix, _)| creator.starts_with(prefix.as_bytes()))
        .max_by_key(|(prefix, _)| prefix.len())
        .map(|(prefix, line)| Creator { prefix, maker: column(line, 1), sure: column(line, 2) == "A" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_column_by_column() {
        let name = element(Tag::PATIENT_NAME).unwrap();
        assert_eq!((name.tag(), name.vr(), name.vm()), ("00100010", "PN", "1"));
        assert_eq!((name.keyword(), name.name(), name.is_retired()), ("PatientName", "Patient's Name", false));
        assert_eq!(by_keyword("PatientName"), Some(name));
        assert!(by_keyword("CommandLengthToEnd").unwrap().is_retired());
        assert_eq!(by_keyword("PatientNames"), None);
    }

    #[test]
    fn repeating_groups_have_one_line_for_all_of_them() {
        assert_eq!(element(Tag::new(0x6002, 0x3000)).unwrap().keyword(), "OverlayData");
        assert_eq!(element(Tag::new(0x6002, 0x3000)), element(Tag::new(0x6000, 0x3000)));
    }

    #[test]
    fn uids_are_found_with_their_padding() {
        let ct = uid(b"1.2.840.10008.5.1.4.1.1.2\0").unwrap();
        assert_eq!((ct.kind(), ct.keyword()), ("SOP Class", "CTImageStorage"));
        assert!(uid(b"1.2.840.10008.1.2.2").unwrap().is_retired());
        assert_eq!(uid(b"2.999"), None);
    }

    #[test]
    fn the_longest_prefix_tells_the_family_of_a_creator() {
        assert_eq!(creator(b"GEMS_IDEN_01").unwrap().maker, "GE HealthCare");
        assert_eq!(creator(b"SIEMENS CSA HEADER ").unwrap().maker, "Siemens Healthineers");
        assert_eq!(creator(b"no such creator"), None);
    }
}
