//! Philips IntelliVue Data Export: what patient monitors say of themselves and measure, as borrowed views.
//!
//! A monitor announces itself by an unsolicited datagram, the connect indication, that names its maker, model, serial
//! number, software revisions, addresses and services. A client that wants data associates with it over UDP (an ISO
//! session and presentation wrapped around a few fixed numbers), receives an MDS create event that repeats the identity,
//! and then polls for numerics, waves and alarms. The same messages run over RS232 in an HDLC-like frame.
//!
//! | module | what it reads |
//! |---|---|
//! | [`message`] | any datagram: the first bytes decide |
//! | [`connect`] | the connect indication |
//! | [`session`], [`association`] | association request, accept, refuse, release, abort |
//! | [`export`] | data export PDUs: event reports, actions, get, set, errors |
//! | [`mds`], [`poll`] | the MDS create event; poll requests and results |
//! | [`measure`], [`alarm`] | numerics, waves, alarms of a poll result |
//! | [`tracker`] | one conversation: who is the monitor, is there an association, is a series whole |
//! | [`ident`] | which of all these fields identify a device |
//! | `rs232`, `emit` | serial framing, also over a terminal server; writing messages (feature `alloc`) |
//!
//! All numbers are big-endian. A datagram cut by a snap length is read as far as it goes. No patient attribute is ever
//! among the facts of [`ident::facts`], and views do not show values in their debug output.
//!
//! What identifies a monitor:
//!
//! | field | where |
//! |---|---|
//! | manufacturer, product number | `NOM_ATTR_ID_MODEL` in connect indication, MDS create, MDS poll |
//! | serial number, hardware and software revisions | `NOM_ATTR_ID_PROD_SPECN`, same places |
//! | MAC, IPv4, IPv6 | `NOM_ATTR_NET_ADDR_INFO`, attribute F35E in the connect indication |
//! | EUI-64 | `NOM_ATTR_SYS_ID` |
//! | device type | `NOM_ATTR_SYS_TYPE`, an MDC code |
//! | services | `NOM_ATTR_PCOL_SUPPORT` |
//! | bed label | MDS create, MDS poll; attribute F135 of the connect indication |
//! | care area, operating mode | MDS create, MDS poll |
//!
//! ```
//! use iomt_intellivue::{ident, message};
//!
//! # let mut list = Vec::new();
//! let datagram = b"\xe1\x00\x00\x02\x00\x01\x00\x4a\x00\x01\x00\x01\x00\x44\x00\x21\x00\x00\x00\x00\
//!     \x00\x00\x03\x20\x0d\x06\x00\x36\x00\x21\x00\x00\x00\x00\x00\x03\x00\x2c\x09\x84\x00\x0a\x00\x08\
//!     \x00\x09\xfb\xff\xff\x11\x22\x33\x09\x28\x00\x14\x00\x08Philips\x00\x00\x08866062\x00\x00\
//!     \x09\x46\x00\x02\x40\x00";
//! let (message, used) = message::parse(datagram)?;
//! ident::facts(&message, &mut |fact| {
//!     println!("{} = {:?}", fact.field, fact.value);
//! #   list.push(fact.field);
//! });
//! assert_eq!(used, 82);
//! # assert!(list.contains(&"NOM_ATTR_ID_MODEL.manufacturer"));
//! # Ok::<(), iomt_intellivue::Error>(())
//! ```
#![cfg_attr(not(test), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

pub mod alarm;
pub mod association;
mod ber;
pub mod connect;
#[cfg(feature = "alloc")]
pub mod emit;
pub mod export;
pub mod ident;
pub mod mds;
pub mod measure;
pub mod message;
pub mod poll;
mod probe;
#[cfg(feature = "alloc")]
pub mod rs232;
pub mod session;
pub mod tracker;
mod values;

#[cfg(test)]
#[cfg(feature = "alloc")]
mod hostile;
#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
#[cfg(test)]
mod vectors;

pub use ident::component_name;
use iomt_wire::shows;
pub use iomt_wire::{Bits, Cursor, Error, Kind, Need, Quirk, Result, Verdict};
pub use probe::probe;
pub use values::{CareArea, DeviceStatus, Language, Localization, NetworkAddress, OperatingMode, Service};

/// The README's example, compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
pub struct Readme;
