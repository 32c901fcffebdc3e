//! DICOMweb bodies: objects as they travel in HTTP.
//!
//! ```text
//!  application/dicom+json        [ {"00080070": {"vr": "LO", "Value": ["ACME"]}, ...}, {...} ]       data sets
//!  application/dicom             a Part 10 file
//!  multipart/related             --boundary, headers, blank line, a part of either kind, --boundary ... --boundary--
//! ```
//! PS3.18 chapters 8 and 10, annex F. [`Body`] takes a body in pieces of any size, with whatever framed it in HTTP (chunks,
//! content encodings) taken off, and tells what [`file::Scanner`](crate::file::Scanner) tells of a file: the same events, the
//! same whitelist. A multi-gigabyte body costs what one data set of JSON costs, at most [`Limits::message_bytes`].
//!
//! JSON is told as if it were Explicit VR Little Endian in UTF-8: each data set starts with a Specific Character Set of
//! `ISO_IR 192`, several values are joined by backslashes, binary numbers are binary. Bulk data are told as elements without
//! value that are not complete.
//!
//! What servers really do: a single object where a list should be, numbers as strings, `vr` behind `Value`, parts without a
//! content type.

mod json;
mod multipart;

use crate::dimse::Message;
use crate::element::Filter;
use crate::file::{Outcome, Scanner};
use crate::{Event, ident};
use iomt_wire::{Direction, Limits};
use json::Json;
use multipart::{Multipart, Step};

/// A body of one of DICOM's media types, read in pieces.
///
/// ```
/// use iomt_dicom::{Event, Limits, Tag, web::Body};
///
/// let mut body = Body::new(b"application/dicom+json; charset=utf-8", Limits::DEFAULT).unwrap();
/// let mut maker = None;
/// let json = br#"[{"00080070": {"vr": "LO", "Value": ["ACME"]}}]"#;
/// for piece in json.chunks(7) {
///     body.feed(piece, &mut |event| match event {
///         Event::Element { element, .. } if element.tag == Tag::MANUFACTURER => maker = Some(element.text().to_vec()),
///         _ => {}
///     });
/// }
/// body.finish(&mut |_| ());
/// assert_eq!(maker.as_deref(), Some(&b"ACME"[..]));
/// ```
#[derive(Debug)]
pub struct Body {
    limits: Limits,
    filter: Filter,
    kind: Kind,
    objects: u32,
    outcome: Option<Outcome>,
}

#[derive(Debug)]
enum Kind {
    Single(Part),
    Multipart { frame: Multipart, media: Media, part: Part },
}

/// What is read at the moment.
#[derive(Debug)]
enum Part {
    File(alloc::boxed::Box<Scanner>),
    Json(Json),
    /// Nothing that concerns DICOM.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Media {
    Dicom,
    Json,
    Other,
}

impl Media {
    fn of(content_type: &[u8]) -> Self {
        let media = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        if media.eq_ignore_ascii_case(b"application/dicom") {
            Self::Dicom
        } else if media.eq_ignore_ascii_case(b"application/dicom+json") {
            Self::Json
        } else {
            Self::Other
        }
    }
}

/// A parameter of a content type, its quotes taken off.
fn parameter<'a>(content_type: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = content_type;
    while let Some(at) = memchr::memchr(b';', rest) {
        rest = rest.get(at..)?.get(1..)?.trim_ascii_start();
        let equals = memchr::memchr2(b'=', b';', rest)?;
        let (found, value) = rest.split_at_checked(equals)?;
        let Some(value) = value.strip_prefix(b"=") else { continue };
        let value = match value.strip_prefix(b"\"") {
            Some(quoted) => quoted.get(..memchr::memchr(b'"', quoted)?)?,
            None => value.split(|byte| *byte == b';').next()?.trim_ascii(),
        };
        if found.trim_ascii().eq_ignore_ascii_case(name) {
            return Some(value);
        }
    }
    None
}

impl Body {
    /// A body with this Content-Type that tells the elements of [`is_identity`](crate::ident::is_identity); nothing when the
    /// type is none of DICOM's.
    #[must_use]
    pub fn new(content_type: &[u8], limits: Limits) -> Option<Self> {
        Self::with_filter(content_type, limits, ident::is_identity)
    }

    /// A body with this Content-Type that tells the elements that `filter` wants, and of files group 0002.
    #[must_use]
    pub fn with_filter(content_type: &[u8], limits: Limits, filter: Filter) -> Option<Self> {
        let media = Media::of(content_type);
        let kind = if media != Media::Other {
            Kind::Single(Part::of(media, limits, filter))
        } else {
            let multipart = content_type.trim_ascii().get(..17)?.eq_ignore_ascii_case(b"multipart/related");
            let media = Media::of(parameter(content_type, b"type").unwrap_or_default());
            let boundary = parameter(content_type, b"boundary").filter(|_| multipart && media != Media::Other)?;
            Kind::Multipart { frame: Multipart::new(boundary)?, media, part: Part::Other }
        };
        Some(Self { limits, filter, kind, objects: 0, outcome: None })
    }

    /// Takes the next piece.
    pub fn feed(&mut self, piece: &[u8], sink: &mut dyn FnMut(Event<'_>)) {
        let Self { limits, filter, kind, objects, outcome } = self;
        match kind {
            Kind::Single(part) => part.feed(piece, limits, *filter, objects, sink),
            Kind::Multipart { frame, media, part } => frame.feed(piece, &mut |step| match step {
                Step::Part { content_type } => {
                    let media = content_type.map_or(*media, Media::of);
                    *part = Part::of(media, *limits, *filter);
                }
                Step::Content(content) => part.feed(content, limits, *filter, objects, sink),
                Step::End => {
                    let ended = part.finish(limits, *filter, objects, sink);
                    *outcome = worse(*outcome, ended);
                    *part = Part::Other;
                }
            }),
        }
    }

    /// Nothing follows; tells how the reading of all objects ended.
    pub fn finish(&mut self, sink: &mut dyn FnMut(Event<'_>)) -> Outcome {
        let Self { limits, filter, kind, objects, outcome } = self;
        let mut cut = None;
        if let Kind::Multipart { frame, part, .. } = kind
            && !frame.is_closed()
        {
            cut = Some(Outcome::Incomplete);
            frame.finish(&mut |step| {
                if let Step::Content(content) = step {
                    part.feed(content, limits, *filter, objects, sink);
                }
            });
        }
        let (Kind::Single(part) | Kind::Multipart { part, .. }) = kind;
        let ended = part.finish(limits, *filter, objects, sink);
        *part = Part::Other;
        let all = worse(worse(*outcome, ended), cut);
        *outcome = all;
        all.unwrap_or(Outcome::NotDicom)
    }
}

/// The worse of two outcomes.
const fn worse(one: Option<Outcome>, other: Option<Outcome>) -> Option<Outcome> {
    match (one, other) {
        (None, outcome) | (outcome, None) => outcome,
        (Some(Outcome::Complete), Some(Outcome::Complete)) => Some(Outcome::Complete),
        (Some(Outcome::NotDicom), Some(Outcome::NotDicom)) => Some(Outcome::NotDicom),
        _ => Some(Outcome::Incomplete),
    }
}

impl Part {
    fn of(media: Media, limits: Limits, filter: Filter) -> Self {
        match media {
            Media::Dicom => Self::File(alloc::boxed::Box::new(Scanner::with_filter(limits, filter))),
            Media::Json => Self::Json(Json::new(limits.message_bytes)),
            Media::Other => Self::Other,
        }
    }

    fn feed(
        &mut self,
        piece: &[u8],
        limits: &Limits,
        filter: Filter,
        objects: &mut u32,
        sink: &mut dyn FnMut(Event<'_>),
    ) {
        match self {
            Self::File(scanner) => scanner.feed(piece, sink),
            Self::Json(json) => json
                .feed(piece, &mut |object, whole| json::tell(object, whole, limits, filter, &mut next(objects), sink)),
            Self::Other => {}
        }
    }

    /// How what was read ended; nothing when it was nothing of DICOM's.
    fn finish(
        &mut self,
        limits: &Limits,
        filter: Filter,
        objects: &mut u32,
        sink: &mut dyn FnMut(Event<'_>),
    ) -> Option<Outcome> {
        match self {
            Self::File(scanner) => {
                next(objects);
                Some(scanner.finish(sink))
            }
            Self::Json(json) => Some(
                json.finish(&mut |object, whole| json::tell(object, whole, limits, filter, &mut next(objects), sink)),
            ),
            Self::Other => None,
        }
    }
}

/// The next object of a body.
const fn next(objects: &mut u32) -> Message {
    *objects = objects.saturating_add(1);
    let mut message = Message::unknown(0);
    message.number = *objects;
    message.has_data_set = true;
    message
}

/// Which way the events of a body point, as those of a file.
const DIRECTION: Direction = Direction::Initiator;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_quoted_or_not() {
        let content_type = b"multipart/related; type=\"application/dicom+json\"; x=\"a;b\" ;Boundary=ab-c; q=1";
        assert_eq!(parameter(content_type, b"type"), Some(&b"application/dicom+json"[..]));
        assert_eq!(parameter(content_type, b"boundary"), Some(&b"ab-c"[..]));
        assert_eq!(parameter(content_type, b"q"), Some(&b"1"[..]));
        assert_eq!(parameter(b"text/plain; a; b=\"", b"b"), None);
        assert_eq!(parameter(b"text/plain", b"b"), None);
    }

    #[test]
    fn only_types_of_dicom_are_bodies() {
        let body = |content_type: &[u8]| Body::new(content_type, Limits::DEFAULT).is_some();
        assert!(body(b"application/dicom") && body(b"Application/DICOM+JSON; charset=utf-8"));
        assert!(body(b"multipart/related; type=\"application/dicom\"; boundary=x"));
        assert!(!body(b"multipart/related; type=\"application/dicom\""), "no boundary");
        assert!(!body(b"multipart/related; type=\"application/soap+xml\"; boundary=x"));
        assert!(!body(b"multipart/form-data; type=\"application/dicom\"; boundary=x"));
        assert!(!body(b"application/json") && !body(b""));
    }
}
