//! The LIS01 link layer: control characters and frames.
//!
//! ```text
//!  sender    ENQ      frame 1      frame 2      EOT
//!  receiver       ACK          ACK          ACK
//!
//!  frame     STX number text (ETB | ETX) C1 C2 CR LF
//!                |---- counted by the checksum ---|
//! ```
//! LIS01-A2 (ASTM E1381) section 6. The number runs from 1 in a session, then on modulo 8. `ETB`: the record or message goes on in
//! the next frame, and may be cut in the middle of a field; `ETX`: it ends here. `C1 C2` is the sum of all bytes from the number to
//! `ETB` or `ETX`, modulo 256, in hexadecimal.
//!
//! [`Frame::parse`] reads one frame, [`Decoder`] takes a stream of one direction apart, framed or not.

mod decoder;
mod frame;

pub(crate) use decoder::is_record;
pub use decoder::{Decoder, Event};
pub use frame::{Checksum, Frame, checksum};
