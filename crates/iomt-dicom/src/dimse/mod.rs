//! DIMSE command sets.
//!
//! ```text
//!  (0000,0000) group length, (0000,0002) affected SOP class, (0000,0100) command field, ...
//!  | 00 00 | element | length (32) | value |*      implicit VR little endian, whatever was negotiated
//! ```
//! PS3.7 sections 6.3, 9.3, 10.3 and annex E. A data set follows unless (0000,0800) is 0101; every other value announces one,
//! and which value a toolkit uses (0000, 0001, 0102, 0202 were seen) is a habit that tells toolkits apart.
//!
//! What devices really do: retired group 0000 elements stand in between, group length is sometimes wrong, and UIDs are
//! padded with NUL as they should be, or with a space.

mod command;
mod field;
mod message;
mod quirks;
mod status;

pub use command::{CommandSet, Suboperations, Tags};
pub use field::CommandField;
pub use message::Message;
pub use status::Status;

/// The value of (0000,0800) that says that no data set follows.
pub const NO_DATA_SET: u16 = 0x0101;
