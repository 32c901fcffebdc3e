//! The laboratory and the point of care, read where it lies.
//!
//! Laboratory analysers talk to the laboratory's information system in LIS02 records (ASTM E1394), usually in LIS01 frames (ASTM
//! E1381) that were made for serial lines and now run over TCP on any port. Analysers at the bedside talk POCT1-A, which is XML.
//! This crate finds the records and messages in a stream or file, gives their parts as borrowed views, and tells which of them name a
//! device.
//!
//! ```
//! use iomt_lis::{ident::{self, Attribute}, Event, Reader};
//! use iomt_wire::{Limits, Segment};
//!
//! // Constructed: an analyser begins a session.
//! let stream = b"\x05\x021H|\\^&|||XN-550^00-16^13456\r\x0379\r\n\x04";
//! let mut reader = Reader::new(Limits::DEFAULT);
//! let mut serial = Vec::new();
//! reader.feed(Segment::Data(stream), &mut |event| {
//!     let Event::Record { record, .. } = event else { return };
//!     ident::facts(&record, &mut |fact| {
//!         if fact.attribute == Attribute::Serial {
//!             serial = fact.value.to_vec();
//!         }
//!     });
//! });
//! assert_eq!(serial, b"13456");
//! ```
//!
//! # Rooms
//! | room | what it holds |
//! |---|---|
//! | [`link`] | LIS01: frames, checksums, control characters; a stream of one direction taken apart |
//! | [`Record`], [`records`], [`Delimiters`], [`escape`](mod@escape) | LIS02: views of records and their parts |
//! | [`Reader`], [`Exchange`] | records out of one direction, or both, of a stream: framed, bare, or in MLLP blocks |
//! | [`ident`] | which fields name a device |
//! | `poct1a` | POCT1-A: messages out of a stream, and the device that greets |
//! | [`emit`] | records, frames, sessions, written |
//! | [`probe`], [`probe_file`] | is this it? |
//!
//! # What identifies a device
//! | where | what |
//! |---|---|
//! | H-5 | name, or model, serial number, software version in the layout of the maker |
//! | H-10 | what the receiver is called |
//! | H-12, H-13 | production or training, version of the standard |
//! | H-4 | that there is a password in clear |
//! | R-14 | the instrument or module that measured |
//! | HEL.R01 | POCT1-A: vendor, model, serial number, software, hardware |
//!
//! # Properties
//! Views own nothing and find their parts when asked. Reading allocates nothing, but for a record that `ETB` cut, which is joined
//! in one buffer, and for what is split over segments. No input makes the crate panic; work is linear in the input; memory is bounded
//! by [`Limits`](iomt_wire::Limits). Deviations are tolerated and told. `Debug` output shows places, not values, because values may be a
//! patient's. No unsafe code.
//!
//! References: CLSI LIS01-A2 (ASTM E1381), CLSI LIS02-A2 (ASTM E1394), CLSI POCT01-A.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod control;
mod delimiters;
pub mod emit;
pub mod escape;
mod exchange;
pub mod ident;
pub mod link;
mod message;
#[cfg(feature = "poct1a")]
pub mod poct1a;
mod probe;
mod reader;
mod record;
mod tokens;

pub use delimiters::Delimiters;
pub use exchange::Exchange;
pub use iomt_wire::{Error, Kind, Quirk};
pub use message::{Records, records};
pub use probe::{probe, probe_file};
pub use reader::{Event, Reader};
pub use record::{Component, Field, Fields, Record, RecordType, Repeat};
pub use tokens::Token;

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
pub struct Readme;
