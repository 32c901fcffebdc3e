//! The character sets of an object: which one its text is in, and its text in Unicode.

use std::borrow::Cow;

use iomt_dicom::Tag;
use iomt_dicom::element::Element;
use iomt_dicom::text::CharacterSet;

/// The Specific Character Set (0008,0005) of the object, and of the item that is being read, which may have its own
/// (PS3.5 section 6.1.2.3).
#[derive(Debug, Default)]
pub(super) struct Script {
    object: Option<CharacterSet>,
    /// Depth and number of the item.
    item: Option<(usize, u32, CharacterSet)>,
}

impl Script {
    /// Takes note of a character set.
    pub(super) fn set(&mut self, enclosing: &[Tag], item: u32, element: &Element<'_>) {
        let set = CharacterSet::parse(element.value);
        match enclosing.len() {
            0 => self.object = Some(set),
            depth => self.item = Some((depth, item, set)),
        }
    }

    fn of(&self, enclosing: &[Tag], number: u32) -> Option<&CharacterSet> {
        match &self.item {
            Some((depth, item, set)) if enclosing.len() > *depth || (enclosing.len() == *depth && *item == number) => {
                Some(set)
            }
            _ => self.object.as_ref(),
        }
    }

    /// The text of an element in UTF-8, its values still divided by backslashes; none where its bytes are good as they are: ASCII, of a set
    /// that is not said or does not fit them, or no text.
    pub(super) fn unicode(&self, enclosing: &[Tag], item: u32, element: &Element<'_>) -> Option<String> {
        let plain = element.value.iter().all(|byte| byte.is_ascii() && *byte != 0x1b);
        if plain || !element.vr.has_character_set() {
            return None;
        }
        let set = self.of(enclosing, item)?;
        let values: Vec<Cow<'_, str>> =
            set.split(element.value, b'\\').map(|value| set.decode(value, element.vr)).collect();
        let text = values.join("\\");
        (!text.contains(char::REPLACEMENT_CHARACTER)).then_some(text)
    }
}
