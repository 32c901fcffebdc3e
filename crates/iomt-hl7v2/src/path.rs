//! Places in a message by their usual spellings, read once and followed often.
//!
//! ```text
//!  OBX[3]-18[2].1.2     third OBX, field 18, second repetition, component 1, subcomponent 2
//!  OBX[*]-3.1           of every OBX
//!  PID-3[*].4           of every repetition
//!  PID.5.1              the same with full stops
//!  /.OBX(2)-18(1)-1-2   HAPI's Terser: occurrences in parentheses count from 0, all parts are joined by hyphens
//! ```
//! Numbers in brackets count from 1, as the standard does; those in parentheses from 0, as Terser does. What is left out is the
//! first. A Terser path through groups (`/PATIENT_RESULT(0)/...`) is refused: groups exist in the message profile only, not in the
//! bytes.

use crate::segment::Segment;
use crate::view::{Field, Node, Repetition, Repetitions};
use crate::{Index, Message};
use iomt_wire::{Error, Kind};

/// Which of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Pick {
    /// This one, counted from 1; 0 is all of them at once, as one value.
    Number(u32),
    /// Each.
    Every,
}

impl Pick {
    const fn takes(self, number: u32) -> bool {
        match self {
            Self::Number(wanted) => wanted == number,
            Self::Every => true,
        }
    }

    const fn ends(self, number: u32) -> bool {
        match self {
            Self::Number(wanted) => number >= wanted,
            Self::Every => false,
        }
    }
}

/// A place in a message: a segment's field, or a part of it.
///
/// ```
/// use iomt_hl7v2::{Message, Path};
///
/// let model: Path = "OBX[2]-18.2".parse()?;
/// let message = Message::parse(b"MSH|^~\\&|A\rOBX|1\rOBX|2|||||||||||||||||4711^B40\r")?;
/// assert_eq!(model.get(&message).map(|node| node.bytes()), Some(&b"B40"[..]));
/// assert_eq!(Path::parse(b"/.OBX(1)-18-2")?, model);
/// # Ok::<(), iomt_hl7v2::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    name: [u8; 3],
    segment: Pick,
    field: u32,
    /// `Number(0)` is the whole field with all its repetitions.
    repetition: Pick,
    component: u32,
    subcomponent: u32,
}

impl Path {
    /// Reads a spelling.
    ///
    /// # Errors
    /// When it is none of those above; the offset is that of the byte in the spelling.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader { text, at: 0 };
        let terser = reader.skip(b'/');
        reader.skip(b'.');
        let name = reader.name()?;
        let segment = reader.occurrence()?.unwrap_or(Pick::Number(1));
        let mut path = Self { name, segment, field: 0, repetition: Pick::Number(0), component: 0, subcomponent: 0 };
        if reader.rest().is_empty() {
            return reader.error("a segment without a field");
        }
        reader.joint(terser)?;
        path.field = reader.number()?;
        let repetition = reader.occurrence()?;
        let part = |reader: &mut Reader<'_>| {
            if reader.rest().is_empty() {
                return Ok(0);
            }
            reader.joint(terser)?;
            reader.number()
        };
        path.component = part(&mut reader)?;
        path.subcomponent = part(&mut reader)?;
        if !reader.rest().is_empty() {
            return reader.error("nothing is below a subcomponent");
        }
        path.repetition = match repetition {
            Some(pick) => pick,
            None if path.component > 0 => Pick::Number(1),
            None => Pick::Number(0),
        };
        Ok(path)
    }

    /// The name of the segment.
    #[must_use]
    pub const fn segment_name(&self) -> &[u8; 3] {
        &self.name
    }

    /// What is there, even if it is empty; none when the message has no such segment, or the path says `[*]` and nothing is
    /// there. The first, when there are several.
    #[must_use]
    pub fn get<'a>(&self, message: &Message<'a>) -> Option<Node<'a>> {
        self.all(message).next()
    }

    /// Everything there, in the order of the message. One pass over the segments' ends.
    #[must_use]
    pub const fn all<'a>(&self, message: &Message<'a>) -> Found<'a, 'a> {
        Found { path: *self, segments: Source::Message(message.segments()), met: 0, repetitions: None }
    }

    /// The same from an [`Index`], which knows every segment and field already.
    #[must_use]
    pub const fn all_in<'i, 'a: 'i>(&self, index: &'i Index<'i, 'a>) -> Found<'a, 'i> {
        Found { path: *self, segments: Source::Index(index, 0), met: 0, repetitions: None }
    }

    /// What is there in one segment, whatever its name is.
    #[must_use]
    pub fn in_segment<'a>(&self, segment: &Segment<'a>) -> Node<'a> {
        let field = segment.field(usize::try_from(self.field).unwrap_or(usize::MAX));
        self.in_field(&field, if let Pick::Number(n) = self.repetition { n } else { 1 })
    }

    fn in_field<'a>(&self, field: &Field<'a>, repetition: u32) -> Node<'a> {
        match repetition {
            0 => (*field).into(),
            n => self.in_repetition(&field.repetition(usize::try_from(n).unwrap_or(usize::MAX))),
        }
    }

    fn in_repetition<'a>(&self, repetition: &Repetition<'a>) -> Node<'a> {
        let n = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        match (self.component, self.subcomponent) {
            (0, _) => (*repetition).into(),
            (component, 0) => repetition.component(n(component)).into(),
            (component, sub) => repetition.component(n(component)).subcomponent(n(sub)).into(),
        }
    }
}

impl core::str::FromStr for Path {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text.as_bytes())
    }
}

impl core::fmt::Display for Path {
    /// In the spelling with brackets.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { name, segment, field, repetition, component, subcomponent } = self;
        write!(f, "{}", name.escape_ascii())?;
        match segment {
            Pick::Number(1) => {}
            Pick::Number(n) => write!(f, "[{n}]")?,
            Pick::Every => f.write_str("[*]")?,
        }
        write!(f, "-{field}")?;
        match repetition {
            Pick::Number(0) => {}
            Pick::Number(1) if *component > 0 => {}
            Pick::Number(n) => write!(f, "[{n}]")?,
            Pick::Every => f.write_str("[*]")?,
        }
        if *component > 0 {
            write!(f, ".{component}")?;
        }
        if *subcomponent > 0 {
            write!(f, ".{subcomponent}")?;
        }
        Ok(())
    }
}

/// Where segments come from.
#[derive(Clone, Copy, Debug)]
enum Source<'a, 'i> {
    Message(crate::Segments<'a>),
    Index(&'i Index<'i, 'a>, usize),
}

/// What a [`Path`] leads to.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a, 'i> {
    path: Path,
    segments: Source<'a, 'i>,
    /// Segments of the name so far.
    met: u32,
    /// The repetitions still to be given, when the path takes each.
    repetitions: Option<Repetitions<'a>>,
}

impl<'a> Found<'a, '_> {
    /// The field in the next segment that the path takes.
    fn field(&mut self) -> Option<Field<'a>> {
        let n = usize::try_from(self.path.field).ok()?;
        loop {
            if self.met > 0 && self.path.segment.ends(self.met) {
                return None;
            }
            let field = match &mut self.segments {
                Source::Message(segments) => {
                    let segment = segments.find(|segment| segment.name() == self.path.name)?;
                    self.met = self.met.saturating_add(1);
                    self.path.segment.takes(self.met).then(|| segment.field(n))
                }
                Source::Index(index, at) => {
                    let row = index.find(*at, &self.path.name)?;
                    *at = row.saturating_add(1);
                    self.met = self.met.saturating_add(1);
                    self.path.segment.takes(self.met).then(|| index.field(row, n))
                }
            };
            if field.is_some() {
                return field;
            }
        }
    }
}

impl<'a> Iterator for Found<'a, '_> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        if let Pick::Number(repetition) = self.path.repetition {
            let field = self.field()?;
            return Some(self.path.in_field(&field, repetition));
        }
        loop {
            if let Some(repetition) = self.repetitions.as_mut().and_then(Iterator::next) {
                return Some(self.path.in_repetition(&repetition));
            }
            self.repetitions = Some(self.field()?.repetitions());
        }
    }
}

impl core::iter::FusedIterator for Found<'_, '_> {}

/// Reads a spelling byte by byte.
struct Reader<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    const fn error<T>(&self, why: &'static str) -> Result<T, Error> {
        Err(Error { offset: self.at, field: "path", kind: Kind::Syntax(why) })
    }

    fn skip(&mut self, byte: u8) -> bool {
        let there = self.rest().first() == Some(&byte);
        self.at = self.at.wrapping_add(usize::from(there));
        there
    }

    fn name(&mut self) -> Result<[u8; 3], Error> {
        let Some(name) = self.rest().first_chunk::<3>() else { return self.error("no segment name") };
        let [a, b, c] = name;
        if !(a.is_ascii_alphabetic() && b.is_ascii_alphanumeric() && c.is_ascii_alphanumeric()) {
            return self.error("no segment name");
        }
        self.at = self.at.wrapping_add(3);
        match self.rest() {
            [byte, ..] if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/') => {
                self.error("groups are not in the bytes of a message")
            }
            _ => Ok(*name),
        }
    }

    /// `[n]`, `[*]`, `(n)`, or nothing.
    fn occurrence(&mut self) -> Result<Option<Pick>, Error> {
        let (close, first) = match self.rest().first() {
            Some(b'[') => (b']', 1),
            Some(b'(') => (b')', 0),
            _ => return Ok(None),
        };
        self.at = self.at.wrapping_add(1);
        let pick = if self.skip(b'*') {
            Pick::Every
        } else {
            let number = self.digits()?;
            // Terser counts from 0.
            match number.checked_add(1_u32.wrapping_sub(first)) {
                Some(number) if number > 0 => Pick::Number(number),
                _ => return self.error("occurrences count from 1"),
            }
        };
        if self.skip(close) { Ok(Some(pick)) } else { self.error("an open bracket") }
    }

    /// What stands between two parts.
    fn joint(&mut self, terser: bool) -> Result<(), Error> {
        if self.skip(b'-') || (!terser && self.skip(b'.')) {
            return Ok(());
        }
        match self.rest() {
            [b'/', ..] => self.error("groups are not in the bytes of a message"),
            _ => self.error("no hyphen or full stop"),
        }
    }

    /// A number from 1.
    fn number(&mut self) -> Result<u32, Error> {
        let number = self.digits()?;
        if number == 0 { self.error("parts count from 1") } else { Ok(number) }
    }

    fn digits(&mut self) -> Result<u32, Error> {
        let mut number = 0_u32;
        let mut some = false;
        while let Some(digit) = self.rest().first().filter(|byte| byte.is_ascii_digit()) {
            let next = number.checked_mul(10).and_then(|n| n.checked_add(u32::from(digit.wrapping_sub(b'0'))));
            let Some(next) = next else { return self.error("a number over 2^32") };
            (number, some) = (next, true);
            self.at = self.at.wrapping_add(1);
        }
        if some { Ok(number) } else { self.error("no number") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    const MESSAGE: &[u8] = b"MSH|^~\\&|A\rOBX|1|a&b^c~d^e\rNTE|1\rOBX|2|f\rOBX|3\r";

    fn found(path: &str) -> Vec<&'static [u8]> {
        let path: Path = path.parse().unwrap();
        let message = Message::parse(MESSAGE).unwrap();
        let mut marks = [0; 64];
        let mut rows = [crate::index::Row::default(); 8];
        let index = Index::build(&message, &mut marks, &mut rows).unwrap();
        let found: Vec<_> = path.all(&message).map(|node| (node.span(), node.bytes())).collect();
        let indexed: Vec<_> = path.all_in(&index).map(|node| (node.span(), node.bytes())).collect();
        assert_eq!(found, indexed);
        found.into_iter().map(|(_, bytes)| bytes).collect()
    }

    #[test]
    fn every_spelling_leads_to_the_same_place() {
        for spelling in ["OBX-2.1.2", "OBX.2.1.2", "OBX-2-1-2", "/.OBX-2-1-2", "/OBX(0)-2(0)-1-2", "OBX[1]-2[1].1.2"] {
            assert_eq!(found(spelling), [b"b"], "{spelling}");
        }
        assert_eq!(found("OBX(1)-2"), [b"f"]);
        assert_eq!(found("OBX[2]-2"), [b"f"]);
    }

    #[test]
    fn what_is_left_out_is_the_first_and_a_field_is_whole() {
        assert_eq!(found("OBX-2"), [b"a&b^c~d^e"]);
        assert_eq!(found("OBX-2.2"), [b"c"]);
        assert_eq!(found("OBX-2[2]"), [b"d^e"]);
        assert_eq!(found("MSH-1"), [b"|"]);
        assert_eq!(found("MSH-2.1"), [b"^~\\&"]);
    }

    #[test]
    fn a_star_means_every_one() {
        assert_eq!(found("OBX[*]-1"), [b"1", b"2", b"3"]);
        assert_eq!(found("OBX[1]-2[*].1"), [&b"a&b"[..], b"d"]);
        assert_eq!(found("OBX[*]-2[*].2"), [&b"c"[..], b"e", b""]);
    }

    #[test]
    fn what_is_not_there_is_absent_or_nothing() {
        assert_eq!(found("OBX-9.3"), [b""]);
        assert!(found("ZZZ-1").is_empty());
        assert!(found("OBX[9]-1").is_empty());
    }

    #[test]
    fn a_wrong_spelling_is_an_error_at_its_byte() {
        for (spelling, offset) in [
            ("", 0),
            ("OB", 0),
            ("OBX", 3),
            ("OBX-", 4),
            ("OBX-0", 5),
            ("OBX[0]-1", 5),
            ("OBX[1-1", 5),
            ("OBX-1.2.3.4", 9),
            ("OBX-1x", 5),
            ("/PATIENT_RESULT(0)/OBX-1", 4),
            ("OBX-99999999999", 13),
        ] {
            let error = Path::parse(spelling.as_bytes()).unwrap_err();
            assert_eq!((error.offset, error.field), (offset, "path"), "{spelling}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_as_the_same_path(spelling in "[A-Z]{3}(\\[[1-9*]\\])?-[1-9]{1,3}(\\[[1-9*]\\])?(\\.[1-9](\\.[1-9])?)?") {
            let path: Path = spelling.parse().unwrap();
            prop_assert_eq!(path.to_string().parse::<Path>().unwrap(), path);
        }

        #[test]
        fn no_spelling_panics(text: Vec<u8>, some in "[A-Z\\[\\]()*./0-9-]{0,20}") {
            let _ = Path::parse(&text);
            let _ = Path::parse(some.as_bytes());
        }
    }
}
