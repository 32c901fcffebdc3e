//! A message and its elements.
//!
//! ```text
//!  <HEL.R01>                                   the root names the message
//!    <DEV>                                     an object
//!      <DEV.device_id V="00-11-22-..."/>       its field: nearly all values are the attribute V
//!      <DEV.sw_version V="">1.8 en</DEV.sw_version>   some meters use text beside or instead of it
//! ```
//! CLSI POCT01-A, device messaging layer.

use super::scan::{Scanner, Step, is_message, name};
use alloc::borrow::Cow;
use alloc::string::String;
use iomt_wire::{Error, Kind};
use quick_xml::escape::unescape;
use quick_xml::events::attributes::Attributes;

/// The text of a message: UTF-8 as it is; anything else is taken for Latin-1, whatever it declares.
#[must_use]
pub fn text(xml: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(xml) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(xml.iter().map(|byte| char::from(*byte)).collect::<String>()),
    }
}

/// A message, borrowed. Its elements are found when they are asked for.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    xml: &'a str,
    name: &'a str,
}

impl<'a> Message<'a> {
    /// Reads the root element's name.
    ///
    /// # Errors
    /// When the root element is no message, or something is refused before it.
    pub fn parse(xml: &'a str) -> Result<Self, Error> {
        let error = |offset, kind| Error { offset, field: "root element", kind };
        let mut tags = Tags::new(xml);
        match tags.next() {
            Some(Ok(tag)) if tag.kind != Step::End && is_message(tag.name.as_bytes()) => {
                Ok(Self { xml, name: tag.name })
            }
            Some(Ok(tag)) => Err(error(tag.offset, Kind::Syntax("not a message of POCT1-A"))),
            Some(Err(error)) => Err(error),
            None => {
                let needed = u64::try_from(xml.len()).unwrap_or(u64::MAX).saturating_add(1);
                Err(error(xml.len(), Kind::Truncated { needed, available: xml.len() }))
            }
        }
    }

    /// The message's name: `HEL.R01`.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The elements behind the root, in order, until the end or until something is refused.
    #[must_use]
    pub fn elements(&self) -> Elements<'a> {
        let mut tags = Tags::new(self.xml);
        let _ = tags.next();
        Elements { tags }
    }
}

impl core::fmt::Debug for Message<'_> {
    /// Shows the name and the length: the rest may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Message").field("name", &self.name).field("len", &self.xml.len()).finish()
    }
}

/// An element, borrowed.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    /// Its name: `DEV.device_id`, or the name of an object.
    pub name: &'a str,
    /// Where its tag begins in the message.
    pub offset: usize,
    /// The inside of its start tag, behind the name.
    attributes: &'a str,
    /// The text behind its start tag.
    text: &'a str,
}

impl core::fmt::Debug for Element<'_> {
    /// Shows the name: the value may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Element").field("name", &self.name).field("offset", &self.offset).finish_non_exhaustive()
    }
}

impl<'a> Element<'a> {
    /// The object and the field that the name gives, for an element that has a value.
    #[must_use]
    pub fn object_and_field(&self) -> Option<(&'a str, &'a str)> {
        self.name.split_once('.')
    }

    /// An attribute as it was sent.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut attributes = Attributes::new(self.attributes, 0);
        attributes.with_checks(false);
        let found = attributes.flatten().find(|attribute| attribute.key.as_ref() == name)?;
        match found.value {
            Cow::Borrowed(value) => Some(value),
            Cow::Owned(_) => None,
        }
    }

    /// The value as it was sent: the attribute `V`, or the text where that is missing or empty.
    #[must_use]
    pub fn raw(&self) -> &'a str {
        self.attribute("V").map(str::trim).filter(|value| !value.is_empty()).unwrap_or(self.text)
    }

    /// The value with the five predefined entities and character references resolved; others stay as they are. Borrowed when
    /// there is none.
    #[must_use]
    pub fn value(&self) -> Cow<'a, str> {
        resolve(self.raw())
    }

    /// The text, where there is both an attribute `V` and a text.
    #[must_use]
    pub fn text_beside(&self) -> Option<&'a str> {
        let has_value = self.attribute("V").is_some_and(|value| !value.trim().is_empty());
        Some(self.text).filter(|text| has_value && !text.is_empty())
    }
}

/// Resolves the predefined entities and character references of a raw value.
#[must_use]
pub fn resolve(raw: &str) -> Cow<'_, str> {
    unescape(raw).unwrap_or(Cow::Borrowed(raw))
}

/// See [`Message::elements`].
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    tags: Tags<'a>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        loop {
            let tag = self.tags.next()?.ok()?;
            if tag.kind == Step::End {
                continue;
            }
            let behind = self.tags.xml.get(self.tags.at..).unwrap_or_default();
            let text = match tag.kind {
                Step::Start => behind.split('<').next().unwrap_or_default().trim(),
                _ => "",
            };
            return Some(Element { name: tag.name, offset: tag.offset, attributes: tag.attributes, text });
        }
    }
}

impl core::iter::FusedIterator for Elements<'_> {}

/// Tags in order.
#[derive(Clone)]
struct Tags<'a> {
    xml: &'a str,
    at: usize,
    scanner: Scanner,
}

impl core::fmt::Debug for Tags<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Tags").field("at", &self.at).finish_non_exhaustive()
    }
}

struct Tag<'a> {
    kind: Step,
    name: &'a str,
    offset: usize,
    attributes: &'a str,
}

impl<'a> Tags<'a> {
    const fn new(xml: &'a str) -> Self {
        Self { xml, at: 0, scanner: Scanner::NEW }
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Result<Tag<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.xml.as_bytes();
        let mut begin = self.at;
        while let Some(&byte) = bytes.get(self.at) {
            let idle = self.scanner.idle(bytes.get(self.at..).unwrap_or_default());
            if idle > 0 {
                self.at = self.at.saturating_add(idle);
                continue;
            }
            if byte == b'<' && self.scanner.is_in_text() {
                begin = self.at;
            }
            let step = self.scanner.step(byte);
            self.at = self.at.saturating_add(1);
            match step {
                Step::Nothing => {}
                Step::Refused(why) => {
                    let offset = begin;
                    self.at = bytes.len();
                    return Some(Err(Error { offset, field: "markup", kind: Kind::Syntax(why) }));
                }
                kind => {
                    let skip = if kind == Step::End { 2 } else { 1 };
                    let inside =
                        self.xml.get(begin.saturating_add(skip)..self.at.saturating_sub(1)).unwrap_or_default();
                    let length = name(inside.as_bytes()).len();
                    let (name, attributes) = inside.split_at_checked(length).unwrap_or((inside, ""));
                    let attributes = attributes.strip_suffix('/').unwrap_or(attributes);
                    return Some(Ok(Tag { kind, name, offset: begin, attributes }));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn values_are_the_attribute_or_the_text() {
        let xml = "<HEL.R01><DEV><DEV.a V=\"1\"/><DEV.b V=''>two</DEV.b><DEV.c>three &amp; 4</DEV.c><DEV.d SN=\"x\" V = 'y'>z</DEV.d></DEV></HEL.R01>";
        let message = Message::parse(xml).unwrap();
        let values: Vec<(&str, Cow<'_, str>)> =
            message.elements().map(|element| (element.name, element.value())).collect();
        let expected = [("DEV", ""), ("DEV.a", "1"), ("DEV.b", "two"), ("DEV.c", "three & 4"), ("DEV.d", "y")];
        assert_eq!(values, expected.map(|(name, value)| (name, Cow::Borrowed(value))));
        assert_eq!(message.elements().last().unwrap().text_beside(), Some("z"));
    }

    #[test]
    fn unknown_entities_are_never_expanded() {
        let xml = "<HEL.R01><DEV.a V=\"&boom;&lt;\"/></HEL.R01>";
        let element = Message::parse(xml).unwrap().elements().next().unwrap();
        assert_eq!(element.value(), "&boom;&lt;");
    }

    #[test]
    fn a_root_that_is_no_message_is_an_error() {
        for xml in ["<html></html>", "</HEL.R01>", "<!DOCTYPE html><HEL.R01/>", "", "text"] {
            assert!(Message::parse(xml).is_err(), "{xml}");
        }
        assert_eq!(Message::parse("<!-- x --><DTV.NOVA.LOCK/>").unwrap().name(), "DTV.NOVA.LOCK");
    }

    #[test]
    fn latin_text_is_read() {
        assert_eq!(text(b"<HEL.R01 a='\xe4'/>"), "<HEL.R01 a='\u{e4}'/>");
    }
}
