//! Sensing: bytes into evidence. Nothing in here asks who a device is.
//!
//! ```text
//! frame ─► iomt-capture ─► dialog: probe by content ─► protocol crate: borrowed views ─► observer ─► evidence
//! ```

pub(crate) mod card;
pub(crate) mod dialog;
pub mod files;
pub(crate) mod observers;
mod power;
mod probes;
pub(crate) mod scene;
pub(crate) mod sensor;
mod series;
mod telnet;
pub(crate) mod text;
pub(crate) mod web;
