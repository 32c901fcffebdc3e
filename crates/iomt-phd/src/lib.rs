//! ISO/IEEE 11073-20601: what personal health devices (oximeters, cuffs, scales, ...) say of themselves and measure, as
//! borrowed views.
//!
//! An agent (the device) asks a manager to associate and names in that first message its EUI-64 and the number of its
//! configuration. A standard number tells the whole layout of its data and the kind of device; another is followed by a
//! configuration report. Then measurements come as event reports, most of them "fixed": bare values in an order that only
//! the configuration tells. The carriers are Bluetooth, USB and ZigBee; over TCP, as test set-ups and gateways use it,
//! the same APDUs follow one another without anything between them.
//!
//! ```text
//!  0        2        4
//!  | choice | length | body ...                                   APDU
//!    E200 AARQ   E300 AARE   E400 RLRQ   E500 RLRE   E600 ABRT   E700 PRST: a data APDU
//! ```
//!
//! | module | what it reads | clause (annex of 20601) |
//! |---|---|---|
//! | [`apdu`] | the frame, and what is in it | A.8 |
//! | [`association`] | association requests and responses, data protocols | A.8 |
//! | [`data`] | event reports, get, set, action, errors, rejects | A.10 |
//! | [`scan`] | configuration reports and their answers; the sixteen kinds of scan report | A.11 |
//! | [`store`] | stored measurements: segments and their entries | A.11 |
//! | [`values`] | certifications, time, power, maps of values | A.3 to A.7 |
//! | [`config`] | which values a configuration lays out, and where | 6.4, 7.4 |
//! | [`standard`] | the configurations that need no report | 11073-104xx |
//! | [`ident`] | which of all these fields identify a device | |
//! | [`check`] | every deviation of one APDU | |
//! | `stream`, `tracker`, `emit` | TCP streams; whole conversations; writing (feature `alloc`) | |
//!
//! Only the medical device encoding rules (MDER) are read. The two others that a device may offer, XER and PER, are
//! recognised and named ([`association::EncodingRules`]); data in them stay bytes.
//!
//! What identifies a device:
//!
//! | field | where |
//! |---|---|
//! | EUI-64, and by it the maker | AARQ system-id; 0984 in MDS attributes |
//! | kind of device | AARQ dev-config-id where it is standard; 0A5A in MDS attributes |
//! | manufacturer, model | 0928 in MDS attributes |
//! | serial number, part numbers, revisions | 092D in MDS attributes |
//! | certification | 0A4B in MDS attributes |
//!
//! Measured values, and the numbers that a device gives to its persons, are a patient's: they are never among the facts of
//! [`ident::facts`], and views do not show them in their debug output.
//!
//! ```
//! use iomt_phd::{apdu::Apdu, ident, probe};
//!
//! // an oximeter asks to associate; its configuration 0190 is a standard one
//! let bytes = b"\xe2\x00\x00\x32\x80\x00\x00\x00\x00\x01\x00\x2a\x50\x79\x00\x26\x80\x00\x00\x00\xa0\x00\x80\x00\
//!     \x00\x00\x40\x00\x00\x00\x00\x80\x00\x00\x00\x08\x11\x22\x33\x44\x55\x66\x77\x04\x01\x90\x00\x01\x01\x00\
//!     \x00\x00\x00\x00";
//! assert!(probe(bytes).is_at_least(60));
//! let (apdu, used) = Apdu::parse(bytes)?;
//! # let mut kinds = Vec::new();
//! ident::facts(&apdu, &mut |fact| {
//!     println!("{} = {:?} at byte {}", fact.field, fact.value, fact.offset);
//! #   kinds.push(fact.attribute);
//! });
//! assert_eq!(used, 54);
//! # assert!(kinds.contains(&ident::Attribute::SystemId) && kinds.contains(&ident::Attribute::Specialisation));
//! # Ok::<(), iomt_phd::Error>(())
//! ```
#![cfg_attr(not(test), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

pub mod apdu;
pub mod association;
pub mod check;
#[cfg(feature = "alloc")]
pub mod config;
pub mod data;
#[cfg(feature = "alloc")]
pub mod emit;
pub mod ident;
mod probe;
pub mod scan;
pub mod standard;
pub mod store;
#[cfg(feature = "alloc")]
pub mod stream;
#[cfg(feature = "alloc")]
pub mod tracker;
pub mod values;

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
#[cfg(test)]
mod vectors;

pub use iomt_wire::{Bits, Cursor, Error, Kind, Need, Quirk, Result, Verdict};
use iomt_wire::{named, shows};
pub use probe::probe;

/// The README's example, compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
pub struct Readme;
