//! Reads DICOM as it passes by: upper layer PDUs (PS3.8), DIMSE command sets (PS3.7), data sets (PS3.5), Part 10 files (PS3.10)
//! and, over a whole TCP connection, the association that ties them together.
//!
//! Nothing here connects, sends or decodes pixels. Views borrow the input and allocate nothing; the [`Tracker`] holds only
//! split headers and the values that are wanted, so a multi-gigabyte C-STORE costs a few kilobytes.
//!
//! | layer | one piece | in pieces |
//! |---|---|---|
//! | PDU | [`pdu::Pdu::parse`], [`pdu::probe`], [`pdu::need`] | [`Tracker`] |
//! | command set | [`dimse::CommandSet::parse`] | [`Tracker`] |
//! | data set | [`element::DataSet`] | [`Tracker`] |
//! | file | | [`file::Scanner`] |
//!
//! # What identifies a device
//!
//! | where | what |
//! |---|---|
//! | A-ASSOCIATE user information | implementation class UID and version name, order of the sub-items, maximum length |
//! | A-ASSOCIATE presentation contexts | SOP classes, transfer syntaxes, reserved bytes, padding ([`pdu::Pdu::quirks`]) |
//! | C-STORE, MPPS, worklist data sets | the elements of [`ident::is_identity`] |
//! | C-MOVE | move destination and originator: other nodes |
//! | file meta information | implementation of the writer, source AE title |
//!
//! # Example
//!
//! ```
//! use iomt_dicom::{Event, Tracker, emit, ident};
//! use iomt_dicom::{Direction, Limits, Segment};
//!
//! let request = emit::Associate::request(b"PACS", b"CT01")
//!     .context(1, b"1.2.840.10008.5.1.4.1.1.2", &[b"1.2.840.10008.1.2.1"])
//!     .implementation_class_uid(b"2.999.1")
//!     .build();
//! let mut tracker = Tracker::new(Limits::DEFAULT);
//! tracker.feed(Direction::Initiator, Segment::Data(&request), &mut |event| {
//!     if let Event::Pdu { pdu, .. } = event {
//!         println!("{:?}", pdu.pdu_type().name());
//!     }
//! });
//! assert_eq!(tracker.association().calling_ae(), b"CT01");
//! ```
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
