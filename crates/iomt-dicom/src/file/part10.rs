//! A file in one piece.

use super::{HEAD, bare, preamble_quirk};
use crate::element::{DataSet, Element, Encoding, Start, inflate};
use crate::{Tag, TransferSyntax, Uid};
use alloc::vec::Vec;
use iomt_wire::{Error, Kind, Limits, Quirk};

/// A Part 10 file, borrowed.
///
/// ```
/// use iomt_dicom::{Tag, emit, file::{Body, Part10}};
///
/// let data = b"\x08\0\x70\0LO\x04\0ACME";
/// let bytes = emit::part10(b"1.2.840.10008.1.2.1", b"1.2.840.10008.5.1.4.1.1.2", b"2.999.1", data);
/// let file = Part10::parse(&bytes)?;
/// let Body::Plain(set) = file.body() else { panic!("it is not deflated") };
/// assert_eq!(set.find(Tag::MANUFACTURER)?.map(|element| element.text()), Some(&b"ACME"[..]));
/// # Ok::<(), iomt_dicom::Error>(())
/// ```
///
/// `Debug` shows no bytes of it.
#[derive(Clone, Copy)]
pub struct Part10<'a> {
    preamble: Option<&'a [u8]>,
    meta: DataSet<'a>,
    body: Body<'a>,
    syntax: Option<Uid>,
    /// Where the data set starts.
    offset: usize,
}

iomt_wire::shows!(Part10: meta, body, syntax, offset);

/// The data set of a file.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Body<'a> {
    /// As it lies there.
    Plain(DataSet<'a>),
    /// Deflated: [`Body::inflate`] makes bytes of it that a [`DataSet`] can be made of.
    Deflated {
        /// The deflate stream.
        bytes: &'a [u8],
        /// How what comes out is laid out.
        encoding: Encoding,
    },
}

impl core::fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Plain(set) => f.debug_tuple("Plain").field(set).finish(),
            Self::Deflated { bytes, .. } => {
                f.debug_struct("Deflated").field("bytes", &bytes.len()).finish_non_exhaustive()
            }
        }
    }
}

impl<'a> Body<'a> {
    /// The data set; `buffer` takes the bytes of one that is deflated, as far as they go.
    ///
    /// # Errors
    /// When the deflate stream is damaged, cut short or larger than the limits allow; the buffer then holds what came before.
    pub fn inflate<'b>(self, limits: &Limits, buffer: &'b mut Vec<u8>) -> Result<DataSet<'b>, Error>
    where
        'a: 'b,
    {
        match self {
            Self::Plain(set) => Ok(set),
            Self::Deflated { bytes, encoding } => {
                inflate(bytes, limits, buffer)?;
                Ok(DataSet::new(buffer, encoding))
            }
        }
    }
}

impl<'a> Part10<'a> {
    /// Borrows a file: finds its parts, reads no more than the file meta information.
    ///
    /// # Errors
    /// When there is neither `DICM` nor a data element, or the file meta information is damaged.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let (preamble, start, rest) = match bytes.split_at_checked(HEAD) {
            Some((head, rest)) if head.ends_with(b"DICM") => (head.get(..128), Start::FileMeta, rest),
            _ => match bare(bytes) {
                Some(start) => (None, start, bytes),
                None => {
                    let kind = Kind::Syntax("no DICM and no data element");
                    return Err(Error { offset: 0, field: "DICOM prefix", kind });
                }
            },
        };
        let offset = bytes.len().saturating_sub(rest.len());
        let infer = |bytes: &[u8]| bytes.first_chunk().and_then(Encoding::infer);
        let encoding = match infer(rest) {
            Some(Encoding::ImplicitLittle) => Encoding::ImplicitLittle,
            _ => Encoding::ExplicitLittle,
        };
        let mut file = Self {
            preamble,
            meta: DataSet::new(&[], encoding),
            body: Body::Plain(DataSet::new(rest, Encoding::ImplicitLittle)),
            syntax: None,
            offset,
        };
        let mut length = 0;
        if start == Start::FileMeta {
            length = meta_length(rest, encoding, offset)?;
        }
        let (meta, data) = rest.split_at_checked(length).unwrap_or_default();
        file.meta = DataSet::new(meta, encoding);
        file.offset = offset.saturating_add(length);
        file.syntax = file.meta.find(Tag::TRANSFER_SYNTAX_UID)?.and_then(|element| Uid::new(element.value));
        let syntax = file.transfer_syntax();
        let said = syntax.map(|syntax| syntax.encoding());
        file.body = match (syntax, said) {
            (Some(syntax), Some(encoding)) if syntax.is_deflated() => Body::Deflated { bytes: data, encoding },
            (_, said) => {
                let unsaid = if file.syntax.is_some() { Encoding::ExplicitLittle } else { Encoding::ImplicitLittle };
                Body::Plain(DataSet::new(data, infer(data).or(said).unwrap_or(unsaid)))
            }
        };
        Ok(file)
    }

    /// The 128 bytes before `DICM`, if the file has them.
    #[must_use]
    pub const fn preamble(&self) -> Option<&'a [u8]> {
        self.preamble
    }

    /// The file meta information, group 0002; offsets of its elements count from its head.
    #[must_use]
    pub const fn meta(&self) -> DataSet<'a> {
        self.meta
    }

    /// The data set; offsets of its elements count from its head, which stands at [`offset`](Self::offset).
    #[must_use]
    pub const fn body(&self) -> Body<'a> {
        self.body
    }

    /// Where the data set starts, counted from the head of the file.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The transfer syntax that (0002,0010) names, if it is one that this crate knows. A data set that plainly is laid out
    /// otherwise is read otherwise; [`DataSet::encoding`] says how.
    #[must_use]
    pub fn transfer_syntax(&self) -> Option<TransferSyntax> {
        TransferSyntax::from_uid(self.syntax.as_ref()?.as_bytes())
    }

    /// Tells how the head of the file deviates: the preamble's quirks, and those of [`DataSet::quirks`] for group 0002.
    pub fn quirks(&self, sink: &mut dyn FnMut(Quirk)) {
        let name = match self.preamble {
            None => Some("preamble-absent"),
            Some(preamble) => preamble_quirk(preamble),
        };
        if let Some(name) = name {
            sink(Quirk { offset: 0, field: "File Preamble", name });
        }
        self.meta.quirks(sink);
    }
}

/// How long group 0002 is: to the first element of another group or, before a deflated data set, which may look like anything,
/// as its group length says.
fn meta_length(rest: &[u8], encoding: Encoding, offset: usize) -> Result<usize, Error> {
    let mut elements = DataSet::new(rest, encoding).elements();
    let mut end = 0_usize;
    let (mut told, mut deflated) = (None, false);
    loop {
        if rest.get(end..end.saturating_add(2)) != Some(&[2, 0]) || deflated && told == Some(end) {
            return Ok(end);
        }
        let element: Element<'_> = match elements.next() {
            Some(Ok(element)) => element,
            Some(Err(error)) => return Err(Error { offset: offset.saturating_add(error.offset), ..error }),
            None => return Ok(end),
        };
        end = elements.offset();
        match element.tag {
            Tag::FILE_META_INFORMATION_GROUP_LENGTH => {
                told = element.u32().and_then(|length| end.checked_add(usize::try_from(length).ok()?));
            }
            Tag::TRANSFER_SYNTAX_UID => {
                deflated = TransferSyntax::from_uid(element.value).is_some_and(|syntax| syntax.is_deflated());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::{Vr, emit};
    use std::string::ToString;

    const SYNTAX: &[u8] = b"1.2.840.10008.1.2.1";
    const DATA: &[u8] = b"\x08\0\x60\0CS\x02\0CT\x08\0\x70\0LO\x04\0ACME";

    fn maker(file: &Part10<'_>) -> Option<Vec<u8>> {
        let Body::Plain(set) = file.body() else { return None };
        set.find(Tag::MANUFACTURER).unwrap().map(|element| element.text().to_vec())
    }

    fn quirks(bytes: &[u8]) -> Vec<&'static str> {
        let mut names = Vec::new();
        Part10::parse(bytes).unwrap().quirks(&mut |quirk| names.push(quirk.name));
        names
    }

    #[test]
    fn the_parts_of_a_file_are_found() {
        let bytes = emit::part10(SYNTAX, b"2.999", b"2.999.1", DATA);
        let file = Part10::parse(&bytes).unwrap();
        assert_eq!(file.preamble(), Some(&[0; 128][..]));
        assert_eq!((file.meta().elements().count(), file.offset()), (6, bytes.len() - 22));
        assert_eq!(maker(&file), Some(b"ACME".to_vec()));
        assert_eq!(quirks(&bytes), [""; 0]);
    }

    #[test]
    fn a_file_without_preamble_or_without_group_two_is_read() {
        let bytes = emit::part10(SYNTAX, b"2.999", b"2.999.1", DATA);
        for bare in [&bytes[132..], DATA] {
            assert_eq!(maker(&Part10::parse(bare).unwrap()), Some(b"ACME".to_vec()));
            assert_eq!(quirks(bare), ["preamble-absent"]);
        }
        let error = Part10::parse(b"GIF89a..").unwrap_err();
        assert_eq!(error.to_string(), "DICOM prefix at byte 0: no DICM and no data element");
    }

    #[test]
    fn what_a_preamble_looks_like_is_told() {
        let mut bytes = emit::part10(SYNTAX, b"2.999", b"2.999.1", DATA);
        for (head, name) in [
            (&b"II*\0"[..], "preamble-tiff"),
            (b"MZ\x90\0", "preamble-executable"),
            (b"\x7fELF", "preamble-executable"),
            (b"#!/bin/sh", "preamble-script"),
            (b"%PDF-1.7", "preamble-pdf"),
            (b"hello", "preamble-other"),
        ] {
            bytes[..128].fill(0);
            bytes[..head.len()].copy_from_slice(head);
            assert_eq!(quirks(&bytes), [name]);
        }
    }

    #[test]
    fn the_end_of_group_two_is_where_another_starts_whatever_its_length_says() {
        let mut bytes = emit::part10(SYNTAX, b"2.999", b"2.999.1", DATA);
        for wrong in [0_u32, 4, 60_000] {
            bytes[140..144].copy_from_slice(&wrong.to_le_bytes());
            assert_eq!(maker(&Part10::parse(&bytes).unwrap()), Some(b"ACME".to_vec()));
        }
    }

    #[test]
    fn group_two_in_implicit_representation_is_read() {
        let meta = emit::DataSet::new(Encoding::ImplicitLittle).text(Tag::TRANSFER_SYNTAX_UID, Vr::UI, SYNTAX).build();
        let bytes = [&[0; 128][..], b"DICM", &meta, DATA].concat();
        let file = Part10::parse(&bytes).unwrap();
        assert_eq!(file.transfer_syntax().map(|syntax| syntax.uid().as_bytes()), Some(SYNTAX));
        assert_eq!(maker(&file), Some(b"ACME".to_vec()));
    }

    #[test]
    fn a_deflated_body_is_inflated_on_demand() {
        let stored = [b"\x01\x16\0\xe9\xff", DATA].concat();
        let bytes = emit::part10(b"1.2.840.10008.1.2.1.99", b"2.999", b"2.999.1", &stored);
        let file = Part10::parse(&bytes).unwrap();
        let mut buffer = Vec::new();
        let set = file.body().inflate(&Limits::DEFAULT, &mut buffer).unwrap();
        assert_eq!(set.find(Tag::MANUFACTURER).unwrap().map(|element| element.text()), Some(&b"ACME"[..]));
    }
}
