//! HL7 v2, read where it lies.
//!
//! HL7 v2 is how hospital systems and most bedside and laboratory devices exchange data: lines of text with five separators,
//! usually framed by MLLP on a TCP port that nobody registered. This crate finds the messages in a stream ([`mllp`]) or file
//! ([`batch`]), gives their parts as borrowed views ([`Message`], [`Segment`], [`Field`]), and tells which fields name a
//! device ([`ident::facts`]).
//!
//! ```
//! use iomt_hl7v2::{Message, ident::{self, Attribute}};
//!
//! // Constructed: an infusion pump behind a gateway.
//! let message = Message::parse(b"MSH|^~\\&|PUMPGW^001221FFFE0A0B0C^EUI-64|WARD|||20260102||ORU^R01|1|P|2.6\r\
//!     OBX|1||69985^MDC_DEV_PUMP_INFUS_MDS^MDC|1.0.0.0|||||||X\r\
//!     OBX|2|ST|531976^MDC_ID_PROD_SPEC_FW^MDC|1.0.0.1|4.2.1||||||R\r")?;
//! assert_eq!(message.header().field(3).component(1).bytes(), b"PUMPGW");
//!
//! let mut firmware = None;
//! ident::facts(&message, &mut |fact| {
//!     if fact.attribute == Attribute::FirmwareVersion {
//!         firmware = Some((fact.value, fact.field));
//!     }
//! });
//! assert_eq!(firmware, Some((&b"4.2.1"[..], "OBX-5")));
//! # Ok::<(), iomt_hl7v2::Error>(())
//! ```
//!
//! # Ways of reading
//! | to read | use |
//! |---|---|
//! | a few fields | [`Message::segment`], [`Segment::field`] and below; [`segments`] names fields, [`types`] their parts |
//! | places that a user names | [`Path`]: `OBX[3]-18.1.2` |
//! | everything, once, in order | [`Message::tokens`] |
//! | many fields in any order | [`Index`], in memory of the caller |
//! | text for people | [`Field::text`], or [`display::text`] |
//! | times | [`time::parse`] |
//! | what `ADD` continues | [`Message::ropes`] |
//! | what names a device | [`ident::facts`] |
//! | which IHE transaction it is, its alarms, what its devices were doing | [`pcd`] |
//!
//! # What identifies a device
//! | where | what |
//! |---|---|
//! | MSH-3 to 6, FHS, BHS | sending and receiving application and facility, and the sender's EUI-64 |
//! | MSH-21 | the IHE profile, whose spelling differs by vendor |
//! | MSH-24, 25 | network addresses |
//! | SFT | vendor, product and version of each program that touched the message |
//! | OBX-3, 4, 5 | device type, model, serial, versions, addresses, in the tree of device, module, channel |
//! | OBX-18 | EUI-64 or other identifier of the equipment, lowest level first |
//! | PRT-10, 16 to 22; DEV; EQU-1 | UDI, serial number, lot, type |
//!
//! # Properties
//! Views are `Copy`, own nothing and find their parts when asked; parsing and fact extraction do not allocate. No input makes
//! the crate panic; work is linear in the input. Deviations are tolerated and told ([`Message::quirks`],
//! [`mllp::Event::Quirk`]). `Debug` output shows places, not values, because values may be a patient's. No unsafe code.
//!
//! # What is not covered
//! The XML encoding is another format. EUC-TW is named and not decoded ([`text::Charset::is_decoded`]). UTF-32 is decoded in files and payloads, not in MLLP's framing.
//!
//! References: HL7 v2.9.1 chapters 2 and 2.A; MLLP releases 1 and 2; IHE devices technical framework, volume 2.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod batch;
pub mod continuation;
mod delimiters;
pub mod display;
pub mod emit;
pub mod escape;
pub mod eui64;
pub mod ident;
mod index;
mod line;
mod message;
pub mod mllp;
mod path;
pub mod pcd;
mod scan;
mod segment;
pub mod segments;
pub mod text;
pub mod time;
mod tokens;
pub mod types;
mod view;

pub use batch::probe_file;
pub use delimiters::{Delimiters, Terminator};
pub use index::{Index, Row};
pub use iomt_wire::{Error, Kind, Quirk};
pub use message::{Message, Segments};
pub use path::{Found, Path};
pub use segment::{Fields, Segment};
pub use tokens::Token;
pub use view::{Component, Components, Field, Node, Repetition, Repetitions, Subcomponent, Subcomponents, Value};

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
pub struct Readme;
