//! The ISO/IEEE 11073 ("x73") data types, and the MDC nomenclature of medical devices.
//!
//! Bedside monitors (Philips Data Export), personal health devices (11073-20601) and, by their numbers, HL7 device
//! gateways share one object model: objects have a class, a handle and attributes; an attribute is a number, a length and
//! a value; a device says who it is in a handful of these. This crate reads those values from borrowed bytes and names
//! the numbers.
//!
//! | room | what it holds |
//! |---|---|
//! | [`List`], [`AttributeList`], [`Ava`] | counted lists, walked lazily, the count never believed |
//! | [`OctetString`], [`WideString`], [`text()`] | device text: cut at NUL, trimmed, capped; UTF-16 decoded as it is iterated |
//! | [`Type`], [`Handle`], [`GlobalHandle`], [`ManagedObjectId`] | what an object is and which one it is |
//! | [`FloatType`], [`SFloatType`], [`RelativeTime`], [`AbsoluteTime`] | numbers and times with their "not a number" and "not known" |
//! | [`SystemModel`], [`ProdSpecEntry`], [`PowerStatus`] | manufacturer, model, serial number, revisions; how it is powered |
//! | [`NuObsValue`], [`EnumObsVal`], [`MetricSpec`] | measurements, states, and what a metric is |
//! | [`SaObsValue`], [`SaSpec`], [`ScaleRangeSpec16`] and their kin | waves |
//! | [`nomenclature`], [`mdc`] | 1286 terms and 247 device codes with their source; classes; the rule of four |
//!
//! Everything is big-endian, fixed and without padding (the MDER encoding of 11073-20601 annex F). Nothing allocates,
//! nothing recurses, nothing panics; a list cut short yields what is whole and then says what is missing.
//!
//! ```
//! use iomt_wire::Cursor;
//! use iomt_x73::{AttributeList, Decode, SystemModel, nomenclature::attribute};
//!
//! let bytes = [0, 1, 0, 16, 0x09, 0x28, 0, 12, 0, 4, b'A', b'c', b'm', b'e', 0, 4, b'M', b'1', 0, 0];
//! let attributes = AttributeList::decode(&mut Cursor::new(&bytes))?;
//! let model = attributes.find(attribute::ID_MODEL).expect("the model attribute");
//! let model = SystemModel::decode(&mut model.cursor())?;
//! assert_eq!((model.manufacturer.text(), model.model_number.text()), (&b"Acme"[..], &b"M1"[..]));
//! # Ok::<(), iomt_wire::Error>(())
//! ```
#![no_std]

mod list;
pub mod mdc;
mod metric;
pub mod nomenclature;
mod number;
mod object;
mod observation;
mod power;
mod product;
mod table;
mod text;
mod time;

pub use iomt_wire::{Error, Kind, Quirk, Result};
pub use list::{AttributeList, Ava, Decode, Items, List};
pub use metric::{
    EnumObsVal, EnumVal, MetricSpec, SaCalData16, SaFixedValEntry16, SaFixedValSpec16, SaPhysRange16, ScaleRangeSpec8,
    ScaleRangeSpec32,
};
pub use number::{FloatType, FloatValue, SFloatType};
pub use object::{GlobalHandle, Handle, ManagedObjectId, OidType, Partition, PrivateOid, Type};
pub use observation::{
    MeasurementState, NuObsValue, NuObsValueCmp, SaFlags, SaObsValue, SaObsValueCmp, SaSpec, ScaleRangeSpec16,
};
pub use power::PowerStatus;
pub use product::{ProdSpecEntry, ProductionSpec, SpecType, SystemModel};
pub use text::{OctetString, TEXT_CAP, WideChars, WideString, text};
pub use time::{AbsoluteTime, DateTime, HighResRelativeTime, RelativeTime};

/// The README's example, compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[derive(Debug)]
pub struct Readme;
