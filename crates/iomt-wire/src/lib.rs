//! What every `iomt` dissector shares, and nothing else.
//!
//! | room | what it holds |
//! |---|---|
//! | [`Cursor`] | bounds-checked reading of a borrowed slice, with the offset kept for errors |
//! | [`Error`], [`Kind`] | one small `Copy` error: where, which field, why |
//! | [`Need`], [`Verdict`], [`Bits`] | how a probe answers, and how many bytes a frame wants |
//! | [`Direction`], [`Segment`], [`Timestamp`] | how ordered bytes of a conversation arrive |
//! | [`Quirk`] | a deviation that was tolerated and is worth telling |
//! | [`named!`], [`bits!`], [`shows!`] | numbers and bits as types; debug output of views without their bytes |
//! | [`scan`] | search for dense separators, 64 bytes at a time |
//! | [`Limits`] | every cap of the project in one place |
//!
//! The crate is `no_std`, allocates nothing, contains no unsafe code and cannot panic.
//!
//! ```
//! use iomt_wire::Cursor;
//!
//! let mut cursor = Cursor::new(&[0x04, 0x00, 0x00, 0x00, 0x00, 0x02, 0xaa, 0xbb]);
//! let [pdu_type, _reserved] = cursor.array("PDU-type")?;
//! let length = cursor.be_u32("PDU-length")?;
//! let body = cursor.take(length, "PDU body")?;
//! assert_eq!((pdu_type, body), (0x04, &[0xaa, 0xbb][..]));
//! # Ok::<(), iomt_wire::Error>(())
//! ```
#![no_std]

mod cursor;
mod error;
mod limits;
mod number;
mod probe;
mod quirk;
pub mod scan;
mod stream;

pub use cursor::Cursor;
pub use error::{Error, Kind, Result};
pub use limits::Limits;
pub use probe::{Bits, Need, Verdict};
pub use quirk::Quirk;
pub use stream::{Direction, Segment, Timestamp};
