//! The DICOM JSON model.
//!
//! ```text
//!  [ { "0008103E": { "vr": "LO", "Value": [ "a", "b" ] },          several values
//!      "00100010": { "vr": "PN", "Value": [ { "Alphabetic": "..." } ] },
//!      "0018100A": { "vr": "SQ", "Value": [ { ... }, { ... } ] },   items
//!      "7FE00010": { "vr": "OW", "BulkDataURI": "..." } }, ... ]
//! ```
//! PS3.18 annex F. Where each data set of the list ends is found by counting braces outside of strings; what is between them is
//! read by `serde_json` without building anything, value by value. A data set larger than the cap is read up to the cap.

use super::DIRECTION;
use crate::dimse::Message;
use crate::element::{Element, Encoding, Filter, Note, Vr};
use crate::file::{Outcome, note_event};
use crate::{Event, Tag, dictionary};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use iomt_wire::{Error, Kind, Limits};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;

/// Finds the data sets of a body that arrives in pieces.
pub(super) struct Json {
    held: Vec<u8>,
    cap: usize,
    braces: u32,
    in_string: bool,
    escaped: bool,
    overflowed: bool,
    objects: u64,
    damaged: bool,
}

impl core::fmt::Debug for Json {
    /// Shows how much is held, not what: it may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Json").field("held", &self.held.len()).field("objects", &self.objects).finish_non_exhaustive()
    }
}

impl Json {
    pub(super) const fn new(cap: usize) -> Self {
        Self {
            held: Vec::new(),
            cap,
            braces: 0,
            in_string: false,
            escaped: false,
            overflowed: false,
            objects: 0,
            damaged: false,
        }
    }

    /// Takes the next piece; `object` gets each data set that it completes, and whether it is whole, and says whether it could
    /// be read.
    pub(super) fn feed(&mut self, piece: &[u8], object: &mut dyn FnMut(&[u8], bool) -> bool) {
        // Where in the piece the data set starts that is open.
        let mut start = (self.braces > 0).then_some(0);
        for (at, byte) in piece.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' => {
                    start = start.or(Some(at));
                    self.braces = self.braces.saturating_add(1);
                }
                b'}' if self.braces > 0 => {
                    self.braces = self.braces.saturating_sub(1);
                    if let (0, Some(from)) = (self.braces, start) {
                        self.hold(piece.get(from..=at).unwrap_or_default());
                        self.tell(!self.overflowed, object);
                        start = None;
                    }
                }
                _ => {}
            }
        }
        if let Some(from) = start {
            self.hold(piece.get(from..).unwrap_or_default());
        }
    }

    /// Nothing follows.
    pub(super) fn finish(&mut self, object: &mut dyn FnMut(&[u8], bool) -> bool) -> Outcome {
        if self.braces > 0 {
            self.tell(false, object);
        }
        match (self.objects, self.damaged) {
            (0, _) => Outcome::NotDicom,
            (_, true) => Outcome::Incomplete,
            _ => Outcome::Complete,
        }
    }

    fn tell(&mut self, whole: bool, object: &mut dyn FnMut(&[u8], bool) -> bool) {
        self.objects = self.objects.saturating_add(1);
        let read = object(&self.held, whole);
        self.damaged |= !read;
        self.held.clear();
        (self.overflowed, self.braces) = (false, 0);
    }

    fn hold(&mut self, bytes: &[u8]) {
        let room = self.cap.saturating_sub(self.held.len());
        let kept = bytes.get(..room).unwrap_or(bytes);
        self.overflowed |= kept.len() < bytes.len();
        self.held.extend_from_slice(kept);
    }
}

/// Reads one data set and tells its elements; says whether all of it could be read.
pub(super) fn tell(
    object: &[u8],
    whole: bool,
    limits: &Limits,
    filter: Filter,
    message: &mut Message,
    sink: &mut dyn FnMut(Event<'_>),
) -> bool {
    let mut reader = Reader {
        limits,
        filter,
        enclosing: Vec::new(),
        item: 0,
        items: 0,
        elements: 0,
        value: Vec::new(),
        sink: &mut |note| note_event(note, message, sink),
    };
    reader.tell(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"ISO_IR 192", true);
    let mut json = serde_json::Deserializer::from_slice(object);
    let read = DataSet(&mut reader).deserialize(&mut json);
    let complete = whole && read.is_ok();
    if let Err(error) = &read {
        let kind = match error.classify() {
            _ if !whole => Kind::Limit { limit: limits.message_bytes as u64 },
            serde_json::error::Category::Eof => {
                Kind::Truncated { needed: (object.len() as u64).saturating_add(1), available: object.len() }
            }
            _ => Kind::Syntax("no data set of the DICOM JSON model"),
        };
        let error = Error { offset: place(object, error.line(), error.column()), field: "DICOM JSON", kind };
        (reader.sink)(Note::Error { at: error.offset as u64, error });
    }
    sink(Event::DataSetEnd { direction: DIRECTION, offset: object.len() as u64, message, complete });
    complete
}

/// The byte of a line and a column, both from 1.
fn place(text: &[u8], line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    before.saturating_add(column.saturating_sub(1)).min(text.len())
}

/// What is known while a data set is read.
struct Reader<'r> {
    limits: &'r Limits,
    filter: Filter,
    enclosing: Vec<Tag>,
    item: u32,
    items: u32,
    elements: usize,
    value: Vec<u8>,
    sink: &'r mut dyn FnMut(Note<'_>),
}

impl Reader<'_> {
    fn tell(&mut self, tag: Tag, vr: Vr, value: &[u8], complete: bool) {
        let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
        let element = Element { tag, vr, length, value, offset: 0, encoding: Encoding::ExplicitLittle };
        let (enclosing, item) = (self.enclosing.as_slice(), self.item);
        (self.sink)(Note::Element { at: 0, enclosing, item, element, complete });
    }

    fn wants(&self, tag: Tag) -> bool {
        (self.filter)(&self.enclosing, tag)
    }
}

/// A data set or an item: an object of attributes by their tags.
struct DataSet<'a, 'r>(&'a mut Reader<'r>);

impl<'de> DeserializeSeed<'de> for DataSet<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for DataSet<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("an object of attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key<'de>>()? {
            self.0.elements = self.0.elements.saturating_add(1);
            match parse_tag(&key.0).filter(|tag| self.0.wants(*tag)) {
                Some(tag) if self.0.elements <= self.0.limits.elements => {
                    map.next_value_seed(Attribute { reader: self.0, tag })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Eight hexadecimal digits.
fn parse_tag(text: &str) -> Option<Tag> {
    let number = u32::from_str_radix(text, 16).ok().filter(|_| text.len() == 8 && !text.starts_with('+'))?;
    let [a, b, c, d] = number.to_be_bytes();
    Some(Tag::new(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])))
}

/// Text, borrowed where it has no escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.into())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// An attribute: its representation, and its values or where they are.
struct Attribute<'a, 'r> {
    reader: &'a mut Reader<'r>,
    tag: Tag,
}

impl<'de> DeserializeSeed<'de> for Attribute<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Attribute<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("an attribute")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { reader, tag } = self;
        let mut vr = dictionary::vr(tag).unwrap_or(Vr::UN);
        let (mut is_sequence, mut complete) = (false, true);
        reader.value.clear();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match key.0.as_ref() {
                "vr" => {
                    let text = map.next_value::<Key<'de>>()?;
                    if let [a, b] = text.0.as_bytes() {
                        vr = Vr([*a, *b]);
                    }
                }
                "Value" if vr == Vr::SQ => {
                    is_sequence = true;
                    reader.tell(tag, vr, &[], true);
                    if reader.enclosing.len() < reader.limits.depth {
                        map.next_value_seed(Items { reader, tag })?;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                "Value" => map.next_value_seed(Values { reader, vr })?,
                other => {
                    complete = complete && !matches!(other, "BulkDataURI" | "InlineBinary");
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if !is_sequence {
            let value = core::mem::take(&mut reader.value);
            let kept = value.get(..reader.limits.value_bytes).unwrap_or(&value);
            reader.tell(tag, vr, kept, complete && kept.len() == value.len());
            reader.value = value;
        }
        Ok(())
    }
}

/// The items of a sequence.
struct Items<'a, 'r> {
    reader: &'a mut Reader<'r>,
    tag: Tag,
}

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { reader, tag } = self;
        let around = reader.item;
        reader.enclosing.push(tag);
        loop {
            reader.items = reader.items.saturating_add(1);
            reader.item = reader.items;
            if list.next_element_seed(DataSet(reader))?.is_none() {
                break;
            }
        }
        reader.enclosing.pop();
        reader.item = around;
        Ok(())
    }
}

/// The values of an attribute, written to the reader's buffer as they would be in a data set.
struct Values<'a, 'r> {
    reader: &'a mut Reader<'r>,
    vr: Vr,
}

impl<'de> DeserializeSeed<'de> for Values<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Values<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a list of values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { reader, vr } = self;
        let mut first = true;
        loop {
            let separate = !first && (vr.is_text() || vr == Vr::UN);
            let seed = One { value: &mut reader.value, vr, separate };
            if list.next_element_seed(seed)?.is_none() {
                return Ok(());
            }
            first = false;
        }
    }
}

/// One value.
struct One<'a> {
    value: &'a mut Vec<u8>,
    vr: Vr,
    separate: bool,
}

impl One<'_> {
    fn text(self, text: &[u8]) {
        if self.separate {
            self.value.push(b'\\');
        }
        self.value.extend_from_slice(text);
    }

    /// A number: binary where the representation is, else as text.
    fn number(self, whole: Option<i64>, number: f64) {
        let bytes = match self.vr {
            Vr::FL => Some(Vec::from(single(number).to_le_bytes())),
            Vr::FD => Some(Vec::from(number.to_le_bytes())),
            Vr::US | Vr::SS => whole.map(|whole| whole.to_le_bytes().into_iter().take(2).collect()),
            Vr::UL | Vr::SL => whole.map(|whole| whole.to_le_bytes().into_iter().take(4).collect()),
            Vr::UV | Vr::SV => whole.map(|whole| Vec::from(whole.to_le_bytes())),
            _ => None,
        };
        match bytes {
            Some(bytes) => self.value.extend_from_slice(&bytes),
            None => {
                let mut text = String::new();
                let _ = match whole {
                    Some(whole) => write!(text, "{whole}"),
                    None => write!(text, "{number}"),
                };
                self.text(text.as_bytes());
            }
        }
    }
}

/// The nearest number of single precision.
#[expect(clippy::cast_possible_truncation, reason = "FL holds a single; the nearest one is meant")]
const fn single(number: f64) -> f32 {
    number as f32
}

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for One<'_> {
    type Value = ();

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        match self.vr {
            Vr::AT => {
                if let Some(tag) = parse_tag(text) {
                    self.value.extend_from_slice(&tag.group.to_le_bytes());
                    self.value.extend_from_slice(&tag.element.to_le_bytes());
                }
            }
            // Numbers that JSON cannot hold are written as strings.
            vr if !vr.is_text() && vr != Vr::UN => {
                if let Ok(number) = text.trim().parse::<f64>() {
                    self.number(text.trim().parse().ok(), number);
                }
            }
            _ => self.text(text.as_bytes()),
        }
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        #[expect(clippy::cast_precision_loss, reason = "only for representations that hold no more")]
        let nearest = number as f64;
        self.number(Some(number), nearest);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        #[expect(clippy::cast_precision_loss, reason = "only for representations that hold no more")]
        let nearest = number as f64;
        self.number(Some(number.cast_signed()), nearest);
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.number(None, number);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.text(b"");
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.text(b"");
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    /// A person's name by its groups.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut groups = [Cow::Borrowed(""), Cow::Borrowed(""), Cow::Borrowed("")];
        while let Some(key) = map.next_key::<Key<'de>>()? {
            let group = ["Alphabetic", "Ideographic", "Phonetic"].iter().position(|name| *name == key.0);
            match group.and_then(|group| groups.get_mut(group)) {
                Some(group) => *group = map.next_value::<Option<Key<'de>>>()?.map(|key| key.0).unwrap_or_default(),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let name = groups.join("=");
        self.text(name.trim_end_matches('=').as_bytes());
        Ok(())
    }
}
