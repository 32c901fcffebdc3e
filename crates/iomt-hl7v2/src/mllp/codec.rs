//! MLLP as a codec of `tokio-util`, for `Framed`, `FramedRead` and `FramedWrite`.

use super::{COMMIT_ACK, COMMIT_NAK, Decoder, END, Event, START, wrap};
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use bytes::{Bytes, BytesMut};
use iomt_wire::{Limits, Segment};
use std::io;

/// What travels in blocks.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Frame {
    /// The content of a block: a message or a batch.
    Block(Bytes),
    /// Release 2: the last block was received.
    CommitAck,
    /// Release 2: the last block is wanted again.
    CommitNak,
    /// A block that was too long or never ended, so many bytes. It is given rather than an error, because an error ends a
    /// `Framed` stream and the next block is as good as any.
    Lost(u64),
}

impl core::fmt::Debug for Frame {
    /// Shows lengths, not content: it may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Block(content) => write!(f, "Block({} bytes)", content.len()),
            Self::CommitAck => f.write_str("CommitAck"),
            Self::CommitNak => f.write_str("CommitNak"),
            Self::Lost(len) => write!(f, "Lost({len} bytes)"),
        }
    }
}

/// Reads and writes blocks.
///
/// ```
/// use bytes::{Bytes, BytesMut};
/// use iomt_hl7v2::mllp::{Codec, Frame};
/// use tokio_util::codec::{Decoder as _, Encoder as _};
///
/// let (mut codec, mut wire) = (Codec::default(), BytesMut::new());
/// codec.encode(Frame::Block(Bytes::from_static(b"MSH|^~\\&|A\r")), &mut wire)?;
/// codec.encode(Frame::CommitAck, &mut wire)?;
/// assert_eq!(codec.decode(&mut wire)?, Some(Frame::Block(Bytes::from_static(b"MSH|^~\\&|A\r"))));
/// assert_eq!(codec.decode(&mut wire)?, Some(Frame::CommitAck));
/// assert_eq!(codec.decode(&mut wire)?, None);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Codec {
    decoder: Decoder,
    /// Frames of the bytes read last, not yet taken.
    ready: VecDeque<Frame>,
}

impl Codec {
    /// A codec with these caps; [`Limits::message_bytes`] is that of a block.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self { decoder: Decoder::new(limits), ready: VecDeque::new() }
    }

    fn feed(&mut self, segment: Segment<'_>) {
        let ready = &mut self.ready;
        self.decoder.feed(segment, &mut |event| {
            ready.extend(match event {
                Event::Block { payload, .. } => Some(Frame::Block(Bytes::copy_from_slice(payload))),
                Event::CommitAck { .. } => Some(Frame::CommitAck),
                Event::CommitNak { .. } => Some(Frame::CommitNak),
                Event::Truncated { len, .. } | Event::Oversize { len, .. } => Some(Frame::Lost(len)),
                Event::Skipped { .. } | Event::Gap { .. } | Event::Quirk(_) => None,
            });
        });
    }
}

impl Default for Codec {
    fn default() -> Self {
        Self::new(Limits::DEFAULT)
    }
}

impl tokio_util::codec::Decoder for Codec {
    type Item = Frame;
    type Error = io::Error;

    fn decode(&mut self, bytes: &mut BytesMut) -> io::Result<Option<Frame>> {
        if self.ready.is_empty() && !bytes.is_empty() {
            self.feed(Segment::Data(bytes));
            bytes.clear();
        }
        Ok(self.ready.pop_front())
    }

    fn decode_eof(&mut self, bytes: &mut BytesMut) -> io::Result<Option<Frame>> {
        match self.decode(bytes)? {
            Some(frame) => Ok(Some(frame)),
            None => {
                self.feed(Segment::End);
                Ok(self.ready.pop_front())
            }
        }
    }
}

impl tokio_util::codec::Encoder<Frame> for Codec {
    type Error = io::Error;

    /// # Errors
    /// `InvalidInput` for content that holds a block character, and for [`Frame::Lost`]. Nothing is written then.
    fn encode(&mut self, frame: Frame, out: &mut BytesMut) -> io::Result<()> {
        let refuse = |why| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        match frame {
            Frame::Block(content) if memchr::memchr2(START, END, &content).is_some() => {
                refuse("a block character in the content of a block")
            }
            Frame::Block(content) => {
                let mut block = Vec::new();
                wrap(&content, &mut block);
                out.extend_from_slice(&block);
                Ok(())
            }
            Frame::CommitAck => {
                out.extend_from_slice(&COMMIT_ACK);
                Ok(())
            }
            Frame::CommitNak => {
                out.extend_from_slice(&COMMIT_NAK);
                Ok(())
            }
            Frame::Lost(_) => refuse("what was lost cannot be sent"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_util::codec::{Decoder as _, Encoder as _};

    fn frames(pieces: &[&[u8]], limits: Limits) -> Vec<Frame> {
        let (mut codec, mut bytes, mut found) = (Codec::new(limits), BytesMut::new(), Vec::new());
        for piece in pieces {
            bytes.extend_from_slice(piece);
            while let Some(frame) = codec.decode(&mut bytes).unwrap() {
                found.push(frame);
            }
        }
        while let Some(frame) = codec.decode_eof(&mut bytes).unwrap() {
            found.push(frame);
        }
        found
    }

    const STREAM: &[u8] = b"junk\x0bMSH|^~\\&|A\r\x1c\r\x0b\x06\x1c\r\x0bMSH|^~\\&|B\r\x0bMSH|^~\\&|C\r\x1c";

    #[test]
    fn pipelined_and_split_blocks_come_out_alike() {
        let whole = frames(&[STREAM], Limits::DEFAULT);
        let block = |bytes: &'static [u8]| Frame::Block(Bytes::from_static(bytes));
        assert_eq!(
            whole,
            [block(b"MSH|^~\\&|A\r"), Frame::CommitAck, Frame::Lost(11), block(b"MSH|^~\\&|C\r")],
            "a message is never glued to another"
        );
        for cut in 0..STREAM.len() {
            let (head, tail) = STREAM.split_at(cut);
            assert_eq!(frames(&[head, tail], Limits::DEFAULT), whole, "{cut}");
        }
    }

    #[test]
    fn a_block_over_the_cap_is_lost_and_the_next_is_not() {
        let long = [b"\x0bMSH|^~\\&|", &[b'x'; 99][..], b"\x1c\r\x0bMSH|^~\\&|B\x1c\r"].concat();
        let found = frames(&[&long], Limits { message_bytes: 32, ..Limits::DEFAULT });
        assert_eq!(found, [Frame::Lost(108), Frame::Block(Bytes::from_static(b"MSH|^~\\&|B"))]);
    }

    #[test]
    fn what_would_break_the_framing_is_not_sent() {
        let (mut codec, mut out) = (Codec::default(), BytesMut::new());
        assert!(codec.encode(Frame::Block(Bytes::from_static(b"a\x1cb")), &mut out).is_err());
        assert!(codec.encode(Frame::Lost(1), &mut out).is_err());
        assert!(out.is_empty());
    }
}
