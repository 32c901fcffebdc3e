//! What a data set does otherwise than the standard says.

use super::scan::{Note, Scan, Start};
use super::{DataSet, Element, Vr};
use crate::dictionary;
use iomt_wire::{Limits, Quirk};

/// Tells how the values of a data set deviate, each way once, as [`DataSet::quirks`] does for a whole one: for those who see its
/// elements one by one.
///
/// ```
/// use iomt_dicom::element::{DataSet, Encoding, Lint};
///
/// let (mut lint, mut told) = (Lint::new(), Vec::new());
/// for element in DataSet::new(b"\x08\0\x18\0UI\x06\x002.999 ", Encoding::ExplicitLittle).elements() {
///     lint.see(&element?, &mut |quirk| told.push(quirk.name));
/// }
/// assert_eq!(told, ["uid-padded-with-space"]);
/// # Ok::<(), iomt_dicom::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Lint {
    representation: bool,
    uid_padding: bool,
    text_padding: bool,
}

impl DataSet<'_> {
    /// Tells how the data set deviates from the standard, each way once, at its first place:
    ///
    /// | name | what |
    /// |---|---|
    /// | `odd-length` | a value of an odd number of bytes |
    /// | `tags-not-ascending` | an element that should have stood before |
    /// | `invalid-vr` | no letters where the value representation should be |
    /// | `vr-not-of-the-dictionary` | another representation than PS3.6 gives the tag |
    /// | `stray-delimiter` | a delimiter that closes nothing, or an item that its sequence has closed |
    /// | `encoding-not-as-negotiated` | explicit for implicit, big endian for little, or the other way round |
    /// | `retired-group-length` | an element (gggg,0000) |
    /// | `uid-padded-with-space` | a space where a UID has NUL |
    /// | `text-padded-with-nul` | NUL where text has a space |
    /// | `trailing-bytes` | zeros behind the last element |
    ///
    /// How an implementation deviates says who wrote it. Looks at everything up to the pixel data; allocates nothing.
    pub fn quirks(&self, sink: &mut dyn FnMut(Quirk)) {
        let limits = Limits { elements: usize::MAX, value_bytes: usize::MAX, frames: usize::MAX, ..Limits::DEFAULT };
        let mut scan = Scan::new(&limits, |_, _| true);
        let mut lint = Lint::new();
        let mut note = |note: Note<'_>| match note {
            Note::Quirk(quirk) => sink(quirk),
            Note::Element { element, .. } => lint.see(&element, sink),
            Note::Error { .. } => {}
        };
        scan.begin(Start::Negotiated(self.encoding()));
        scan.feed(0, self.bytes(), &mut note);
        scan.end(&mut note);
    }
}

impl Lint {
    /// Nothing was told yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { representation: false, uid_padding: false, text_padding: false }
    }

    /// Looks at the next element of the data set.
    pub fn see(&mut self, element: &Element<'_>, sink: &mut dyn FnMut(Quirk)) {
        let last = element.value.last();
        let vr = element.vr;
        let deviations = [
            (
                &mut self.representation,
                element.encoding.is_explicit() && !is_of_the_dictionary(element),
                "vr-not-of-the-dictionary",
            ),
            (&mut self.uid_padding, vr == Vr::UI && last == Some(&b' '), "uid-padded-with-space"),
            (&mut self.text_padding, vr != Vr::UI && vr.is_text() && last == Some(&0), "text-padded-with-nul"),
        ];
        for (told, deviates, name) in deviations {
            if deviates && !*told {
                *told = true;
                sink(Quirk { offset: element.offset, field: "data element", name });
            }
        }
    }
}

/// Whether the representation is the one of the dictionary, or one of those that it leaves to choose from.
fn is_of_the_dictionary(element: &Element<'_>) -> bool {
    let Some(said) = dictionary::vr(element.tag) else { return true };
    match element.vr {
        Vr::UN => true,
        Vr::OB => matches!(said, Vr::OB | Vr::OW),
        Vr::SS | Vr::OW => matches!(said, Vr::US) || said == element.vr,
        vr => vr == said || !vr.is_known(),
    }
}
