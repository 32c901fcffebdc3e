//! What a tracker tells.

use crate::Tag;
use crate::dimse::{CommandSet, Message};
use crate::element::Element;
use crate::pdu::Pdu;
use crate::tracker::Operation;
use iomt_wire::{Direction, Error, Quirk};

/// Something that was seen; borrows the segment or the tracker's small buffers.
///
/// Offsets count bytes of that direction's stream from its first byte, gaps included.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A whole PDU of any type but P-DATA-TF.
    #[non_exhaustive]
    Pdu {
        /// Who sent it.
        direction: Direction,
        /// Where it starts.
        offset: u64,
        /// The PDU.
        pdu: Pdu<'a>,
    },
    /// The header of a P-DATA-TF.
    #[non_exhaustive]
    PData {
        /// Who sent it.
        direction: Direction,
        /// Where it starts.
        offset: u64,
        /// Its length field.
        length: u32,
    },
    /// The header of a presentation data value, a fragment of a message.
    #[non_exhaustive]
    Pdv {
        /// Who sent it.
        direction: Direction,
        /// Where it starts.
        offset: u64,
        /// Presentation context id.
        context_id: u8,
        /// Message control header as it stands: bit 0 a command, bit 1 the last fragment.
        header: u8,
        /// Bytes of the fragment.
        length: u32,
    },
    /// A whole command set.
    #[non_exhaustive]
    Command {
        /// Who sent it.
        direction: Direction,
        /// Where its first fragment starts.
        offset: u64,
        /// The message that it opens.
        message: &'a Message,
        /// The command set.
        command: CommandSet<'a>,
        /// The operation that it opens, cancels or answers. Nothing where the request was not seen.
        operation: Option<&'a Operation>,
    },
    /// A wanted element of a data set. A sequence is announced with an empty value; its content follows.
    #[non_exhaustive]
    Element {
        /// Who sent it.
        direction: Direction,
        /// Where its tag starts.
        offset: u64,
        /// The message that it belongs to.
        message: &'a Message,
        /// Sequences around it, outermost first.
        enclosing: &'a [Tag],
        /// A number that tells the innermost item around it from all other items of the data set; 0 at the top level.
        item: u32,
        /// The element.
        element: Element<'a>,
        /// Not when the value was cut by the cap on values, by a gap or by the end of the data.
        complete: bool,
    },
    /// The last fragment of a data set has ended, or the data set was given up.
    #[non_exhaustive]
    DataSetEnd {
        /// Who sent it.
        direction: Direction,
        /// Where it ends.
        offset: u64,
        /// The message that it belonged to.
        message: &'a Message,
        /// Whether everything wanted up to the pixel data was seen.
        complete: bool,
    },
    /// A deviation that was tolerated.
    #[non_exhaustive]
    Quirk {
        /// Who sent it.
        direction: Direction,
        /// The deviation; its offset counts from the head of the PDU or the data set.
        quirk: Quirk,
    },
    /// Something that could not be read, and was passed over.
    #[non_exhaustive]
    Error {
        /// Who sent it.
        direction: Direction,
        /// Where the frame that could not be read starts.
        offset: u64,
        /// What was wrong; its offset counts from the head of that frame.
        error: Error,
    },
    /// Bytes were lost.
    #[non_exhaustive]
    Gap {
        /// Whose.
        direction: Direction,
        /// How many, as far as it is known.
        len: u64,
        /// Whether all of them were of one value that is passed over unread, such as an image: every PDU, command and wanted element
        /// beside it was seen.
        unread: bool,
    },
    /// After a gap or damage, or in a conversation that was joined late, the head of a PDU was found.
    #[non_exhaustive]
    Resynchronised {
        /// Who sent it.
        direction: Direction,
        /// Where it starts.
        offset: u64,
    },
}
