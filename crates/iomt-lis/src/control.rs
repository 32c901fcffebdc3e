//! The control characters of LIS01, and the block characters that some senders put around it on TCP.

/// Start of text: a frame begins.
pub const STX: u8 = 0x02;
/// End of text: the last frame of a record or message ends.
pub const ETX: u8 = 0x03;
/// End of transmission: the sender is done, or the receiver wants the line.
pub const EOT: u8 = 0x04;
/// Enquiry: a sender wants the line.
pub const ENQ: u8 = 0x05;
/// The receiver has the frame, or is ready.
pub const ACK: u8 = 0x06;
/// The receiver wants the frame again, or is busy.
pub const NAK: u8 = 0x15;
/// End of block: a frame ends, and its record or message goes on in the next.
pub const ETB: u8 = 0x17;
/// Ends a record.
pub const CR: u8 = 0x0d;
/// Ends a frame behind [`CR`].
pub const LF: u8 = 0x0a;
/// Vertical tab, with which MLLP begins a block: some senders wrap bare records so.
pub const VT: u8 = 0x0b;
/// File separator, with which MLLP ends a block.
pub const FS: u8 = 0x1c;
