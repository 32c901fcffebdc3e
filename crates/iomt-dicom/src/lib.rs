//! Reads DICOM as it passes by: upper layer PDUs (PS3.8), DIMSE command sets (PS3.7), data sets (PS3.5), Part 10 files (PS3.10),
//! DICOMweb bodies (PS3.18) and, over a whole TCP connection, the association that ties them together.
//!
//! Nothing here connects, sends or decodes pixels. Views borrow the input and allocate nothing; the [`Tracker`] holds only
//! split headers and the values that are wanted, so a multi-gigabyte C-STORE costs a few kilobytes. What is wrong but
//! readable is read and told as a [`Quirk`]; what is not, is an [`Error`] with its offset; nothing panics.
//!
//! | layer | one piece | in pieces |
//! |---|---|---|
//! | PDU | [`pdu::Pdu::parse`], [`pdu::probe`], [`pdu::need`] | [`Tracker`] |
//! | command set | [`dimse::CommandSet::parse`] | [`Tracker`] |
//! | data set | [`element::DataSet`] | [`Tracker`] |
//! | file | [`file::Part10`] | [`file::Scanner`] |
//! | HTTP body | | `web::Body` (feature `json`) |
//!
//! # A connection
//!
//! Feed the bytes of both directions in order, in any pieces; events come back. Without a filter of your own, the elements
//! that come are those that identify a device, and never a patient.
//!
//! ```
//! use iomt_dicom::{CommandField, Direction, Encoding, Event, Limits, Segment, Tag, Tracker, Vr, emit};
//!
//! // What a scanner and an archive say to each other; yours comes from a capture.
//! const CT: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
//! const EXPLICIT: &[u8] = b"1.2.840.10008.1.2.1";
//! let asks = emit::Associate::request(b"PACS", b"CT01").context(1, CT, &[EXPLICIT]).build();
//! let accepts = emit::Associate::accept(b"PACS", b"CT01").result(1, 0, Some(EXPLICIT)).build();
//! let image = emit::DataSet::new(Encoding::ExplicitLittle)
//!     .text(Tag::MANUFACTURER, Vr::LO, b"ACME")
//!     .text(Tag::PATIENT_NAME, Vr::PN, b"Doe^Jane")
//!     .text(Tag::DEVICE_SERIAL_NUMBER, Vr::LO, b"SN-12");
//! let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true).build();
//! let stores = emit::message(1, &command, Some(image.as_bytes()), 16_384);
//!
//! let mut tracker = Tracker::new(Limits::DEFAULT);
//! let mut told = Vec::new();
//! for (direction, bytes) in
//!     [(Direction::Initiator, &asks), (Direction::Responder, &accepts), (Direction::Initiator, &stores)]
//! {
//!     for piece in bytes.chunks(100) {
//!         tracker.feed(direction, Segment::Data(piece), &mut |event| match event {
//!             Event::Command { command, .. } => told.push(format!("{:?}", command.command_field().and_then(|field| field.name()))),
//!             Event::Element { element, .. } => told.push(format!("{} {}", element.tag, element.text().escape_ascii())),
//!             _ => {}
//!         });
//!     }
//! }
//! assert_eq!(told, ["Some(\"C-STORE-RQ\")", "(0008,0070) ACME", "(0018,1000) SN-12"]);
//! let association = tracker.association();
//! assert_eq!((association.calling_ae(), association.called_ae()), (&b"CT01"[..], &b"PACS"[..]));
//! ```
//!
//! # A data set
//!
//! [`DataSet::elements`] borrows the top level and [`Element::items`] goes down; [`DataSet::walk`] visits everything flat;
//! [`DataSet::identity`] visits what identifies a device and stops before the pixel data. [`Element::decoded`] says what a value
//! means, [`text::CharacterSets`] which character set it is in, [`element::Creators`] whose a private element is.
//!
//! ```
//! use iomt_dicom::text::CharacterSets;
//! use iomt_dicom::value::Value;
//! use iomt_dicom::{DataSet, Encoding, Tag, Vr, emit};
//!
//! let scanner = emit::DataSet::new(Encoding::ExplicitLittle).text(Tag::MANUFACTURER, Vr::LO, b"ACME");
//! let bytes = emit::DataSet::new(Encoding::ExplicitLittle)
//!     .text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"ISO_IR 100")
//!     .text(Tag::new(0x0018, 0x0050), Vr::DS, b"1.25")
//!     .open_sequence(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, &[scanner])
//!     .build();
//! let mut sets = CharacterSets::new();
//! let mut told = Vec::new();
//! for entry in DataSet::new(&bytes, Encoding::ExplicitLittle).walk() {
//!     let entry = entry?;
//!     let set = sets.see(&entry);
//!     for value in entry.element.decoded(&set) {
//!         match value {
//!             Value::Decimal { number, .. } => told.push(format!("{} is {number}", entry.element.tag)),
//!             Value::Text(text) => told.push(format!("{} at depth {}: {}", entry.element.tag, entry.depth, text.escape_ascii())),
//!             _ => {}
//!         }
//!     }
//! }
//! assert_eq!(told[1..], ["(0018,0050) is 1.25", "(0008,0070) at depth 1: ACME"]);
//! # Ok::<(), iomt_dicom::Error>(())
//! ```
//!
//! # A file
//!
//! ```
//! use iomt_dicom::file::{Outcome, Scanner};
//! use iomt_dicom::{Event, Limits, Tag, emit};
//!
//! let data = b"\x08\0\x60\0CS\x02\0CT\x08\0\x70\0LO\x04\0ACME";
//! let file = emit::part10(b"1.2.840.10008.1.2.1", b"1.2.840.10008.5.1.4.1.1.2", b"2.999.1", data);
//! let mut scanner = Scanner::new(Limits::DEFAULT);
//! let mut maker = None;
//! for piece in file.chunks(100) {
//!     scanner.feed(piece, &mut |event| match event {
//!         Event::Element { element, .. } if element.tag == Tag::MANUFACTURER => maker = Some(element.text().to_vec()),
//!         _ => {}
//!     });
//! }
//! assert_eq!(scanner.finish(&mut |_| ()), Outcome::Complete);
//! assert_eq!(maker.as_deref(), Some(&b"ACME"[..]));
//! ```
//!
//! # What identifies a device
//!
//! | where | what |
//! |---|---|
//! | A-ASSOCIATE user information | implementation class UID and version name, order of the sub-items, maximum length |
//! | A-ASSOCIATE presentation contexts | SOP classes, transfer syntaxes, reserved bytes, padding ([`pdu::Pdu::quirks`]) |
//! | C-STORE, MPPS, worklist data sets, files, DICOMweb | the elements of [`ident::is_identity`] |
//! | how a data set is written | [`DataSet::quirks`], private creators ([`element::Creators`]) |
//! | C-MOVE | move destination and originator: other nodes |
//! | file meta information | implementation of the writer, source AE title |
//!
//! # Limits
//!
//! Every buffer is capped by [`Limits`], and every cap that is reached is told: values ([`Limits::value_bytes`]), elements
//! of a data set, nesting, inflated bytes, and what JSON may take. Work is linear in the input.
//!
//! # What may grow
//!
//! Whatever this crate tells ([`Event`], [`Element`], [`Pdu`], [`value::Value`], [`file::Body`], ...) is `non_exhaustive`: editions of the standard
//! add to it, and so do we. Closed on purpose are numbers of the wire ([`CommandField`], [`Status`], [`Vr`], [`Tag`], [`pdu::PduType`],
//! [`pdu::ItemType`], [`pdu::ContextResult`]: unknown ones are values too), [`Encoding`], [`dimse::Suboperations`] and the dates and times of
//! [`value`]. No type of a library stands in a signature, but those of `iomt-wire` that are exported here.
//! `Debug` never shows what a value says.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod dictionary;
pub mod dimse;
pub mod element;
pub mod emit;
pub mod file;
pub mod ident;
pub mod pdu;
mod tag;
pub mod text;
mod tracker;
pub mod transfer_syntax;
mod uid;
pub mod value;
#[cfg(feature = "json")]
pub mod web;

pub use dimse::{CommandField, CommandSet, Message, Status};
pub use element::{DataSet, Element, Encoding, Filter, Vr};
pub use iomt_wire::{Bits, Direction, Error, Kind, Limits, Need, Quirk, Segment, Verdict};
pub use pdu::Pdu;
pub use tag::Tag;
pub use tracker::{Association, Context, Event, Operation, Phase, Tracker};
pub use transfer_syntax::TransferSyntax;
pub use uid::Uid;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
