//! Packets in, medical devices out.
//!
//! `iomt` listens, passively, to the protocols that medical devices speak (DICOM, HL7 version 2, Philips IntelliVue) and says
//! which devices are there: manufacturer, model, serial number, software, class, location, and whether each speaks for itself
//! or through a gateway or an archive. Every value is shown with the frame, the byte and the field that said it.
//!
//! ```no_run
//! let ledger = iomt::files::read("capture.pcap".as_ref(), &iomt::files::Options::default())?.ledger;
//! let inventory = iomt::Inventory::read(&ledger, iomt::knowledge::Knowledge::builtin());
//! for device in &inventory.devices {
//!     println!("{} {:?}", device.id, device.model.as_ref().map(|model| &model.value));
//! }
//! # Ok::<(), iomt::files::FileError>(())
//! ```
//!
//! # Two wings and a door
//!
//! | wing | modules | does | never |
//! |---|---|---|---|
//! | sensing | [`Sensor`], [`files`] | turns bytes into evidence | asks who a device is |
//! | reasoning | [`Ledger`], [`Inventory`] | turns evidence into devices | sees a packet |
//!
//! [`evidence`] is the only door between them, and no patient's datum fits through it.
//!
//! # Bounded
//!
//! Every buffer has a cap in [`Limits`]; reaching one is told in [`Health`]. Memory grows with the number of conversations and
//! devices, not with the length of the capture: a gigabyte object costs a few kilobytes.

pub mod dissect;
pub mod evidence;
pub mod fingerprint;
mod health;
pub mod knowledge;
mod protocol;
mod reasoning;
mod sensing;
mod stable;
pub mod udi;
pub mod usage;
pub mod version;

pub use health::Health;
pub use iomt_capture::{Frame, LinkType};
pub use iomt_wire::{Limits, Timestamp};
pub use reasoning::decision::{Decision, Shown};
pub use reasoning::inventory::{self, Inventory};
pub use reasoning::ledger::{self, Ledger, ShardId};
pub use reasoning::record::{Activity, Record, Tally, Told};
pub use reasoning::utilisation::{AlarmUse, MeasurementUse, ModeUse, Utilisation};
pub use sensing::files;
pub use sensing::sensor::Sensor;

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
