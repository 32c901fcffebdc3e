//! GE patient monitors: two protocols of two families, as borrowed views.
//!
//! **Unity**, the network of Dash, Solar and CARESCAPE monitors: a flat broadcast domain, UDP only, without authentication or
//! encryption. Every node announces itself every ten seconds ("RWhat"), broadcasts its alarms, and sends parameters and
//! waves to whoever asks. The same messages run over a serial line with two bytes of CRC behind them. Big-endian.
//!
//! **DRI**, the Datex-Ohmeda record interface of S/5, CARESCAPE B and Cardiocap monitors: records of parameters, waves, alarms
//! and network events in an HDLC-like serial frame. Little-endian.
//!
//! | module | what it reads | port |
//! |---|---|---|
//! | [`unity`] | any datagram of the network, by its content | 7000, 7001, 2000, the asker's |
//! | [`unity::announce`] | the announcement of a node | UDP 7000 |
//! | [`unity::header`] | the 60 bytes in front of everything else | |
//! | [`unity::alarm`], [`unity::parameters`], [`unity::waves`] | what they carry | |
//! | [`dri`] | records and their sub-records | |
//! | [`dri::network`] | login of a monitor: hardware address, device type, software generation | |
//! | [`dri::physiology`], [`dri::waves`] | what was measured | |
//! | [`ident`] | which of all these fields identify a device | |
//! | `unity::serial`, `dri::frame`, `emit` | serial streams; writing messages (feature `alloc`) | |
//!
//! What identifies a device: on Unity its address, location (`UNIT|BED`), clock, services and measurements; never a model, a
//! serial number or a software revision. On DRI the login record: hardware address, device type, DRI level.
//!
//! A patient's name stands beside the location in every announcement, and a patient's record is one of DRI's. Both have types
//! of their own whose debug output shows nothing; neither is among the facts of [`ident`].
//!
//! Bytes whose meaning is not verified stay bytes: the first four of an announcement, the two in front of an alarm's
//! parameter, the tail of a wave packet.
//!
//! ```
//! use iomt_ge::{ident, unity};
//!
//! // an announcement of a Dash 4000, the patient's name replaced
//! let datagram = b"\x01\x04\x00\x00\xc0\xa8\x00\xc3\x5c\xce\xb3\x24HOME|B-01\0\0\0\0\0\0\0TESTPATIENT,J\0\0\x07\
//!     \x00\x03\x07\xd0\x00\x11\x00\x20\x00\x09\x07\xd0\x00\x13\x0b\xb8\x00\x1c\x0b\xb9\x00\x0d\x07\xd0\x00\x0c\x07\xd0\
//!     \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
//! assert!(unity::probe(datagram).is_at_least(60));
//! let message = unity::Message::parse(datagram)?;
//! # let mut found = Vec::new();
//! ident::unity_facts(&message, &mut |fact| {
//!     println!("{} = {:?} at byte {}", fact.field, fact.value, fact.offset);
//! #   found.push(format!("{:?}", fact.value));
//! });
//! # assert!(found.contains(&"\"HOME|B-01\"".to_owned()) && !found.iter().any(|value| value.contains("TEST")));
//! # Ok::<(), iomt_ge::Error>(())
//! ```
#![cfg_attr(not(test), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

pub mod dri;
#[cfg(feature = "alloc")]
pub mod emit;
pub mod ident;
mod text;
pub mod unity;

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
#[cfg(test)]
mod vectors;

pub use iomt_wire::{Bits, Cursor, Error, Kind, Need, Quirk, Result, Verdict};
use iomt_wire::{named, shows};
pub use text::{PatientText, Text};

/// The README's example, compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
pub struct Readme;

/// A count of bytes as an offset or need.
fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
