//! Messages to send: for tests, simulators and acknowledgements.
//!
//! ```
//! use iomt_hl7v2::{Delimiters, Message, emit::Builder};
//!
//! let mut builder = Builder::new(Delimiters::DEFAULT);
//! builder.field(b"MONITOR").text(b"WARD 5 & 6").segment(b"PID").field(b"1");
//! let bytes = builder.finish();
//! assert_eq!(bytes, br"MSH|^~\&|MONITOR|WARD 5 \T\ 6
//! PID|1
//! ".map(|byte| if byte == b'\n' { b'\r' } else { byte }));
//! assert!(Message::parse(&bytes).is_ok());
//! ```

use crate::{Delimiters, Message, escape};
use alloc::vec::Vec;

/// Writes a message field by field.
#[derive(Clone)]
pub struct Builder {
    bytes: Vec<u8>,
    delimiters: Delimiters,
}

impl core::fmt::Debug for Builder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Builder").field("len", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl Builder {
    /// Begins a message; its next field is MSH-3.
    #[must_use]
    pub fn new(delimiters: Delimiters) -> Self {
        Self::with_header(b"MSH", delimiters)
    }

    /// Begins a message (`MSH`), batch (`BHS`) or file (`FHS`); the next field is number 3.
    #[must_use]
    pub fn with_header(name: &[u8; 3], delimiters: Delimiters) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(name);
        bytes.push(delimiters.field);
        let (text, length) = delimiters.encoding_characters();
        bytes.extend_from_slice(text.get(..length).unwrap_or_default());
        Self { bytes, delimiters }
    }

    /// Ends the segment and begins another.
    pub fn segment(&mut self, name: &[u8]) -> &mut Self {
        self.bytes.push(b'\r');
        self.bytes.extend_from_slice(name);
        self
    }

    /// Adds a field as it is to be sent: separators in it separate.
    pub fn field(&mut self, escaped: &[u8]) -> &mut Self {
        self.bytes.push(self.delimiters.field);
        self.bytes.extend_from_slice(escaped);
        self
    }

    /// Adds a field of plain data: separators in it are escaped.
    pub fn text(&mut self, data: &[u8]) -> &mut Self {
        self.bytes.push(self.delimiters.field);
        self.bytes.extend_from_slice(&escape::escape(data, &self.delimiters));
        self
    }

    /// Adds a component to the field: a separator, then plain data, escaped. Without a component separator it is left out.
    pub fn component(&mut self, data: &[u8]) -> &mut Self {
        if let Some(separator) = self.delimiters.component {
            self.bytes.push(separator);
            self.bytes.extend_from_slice(&escape::escape(data, &self.delimiters));
        }
        self
    }

    /// Adds a subcomponent to the component: a separator, then plain data, escaped. Without a subcomponent separator it is left out.
    pub fn subcomponent(&mut self, data: &[u8]) -> &mut Self {
        if let Some(separator) = self.delimiters.subcomponent {
            self.bytes.push(separator);
            self.bytes.extend_from_slice(&escape::escape(data, &self.delimiters));
        }
        self
    }

    /// Adds a repetition to the field: a separator, then plain data, escaped. Without a repetition separator it is left out.
    pub fn repetition(&mut self, data: &[u8]) -> &mut Self {
        if let Some(separator) = self.delimiters.repetition {
            self.bytes.push(separator);
            self.bytes.extend_from_slice(&escape::escape(data, &self.delimiters));
        }
        self
    }

    /// Adds fields with nothing in them.
    pub fn skip(&mut self, fields: usize) -> &mut Self {
        let length = self.bytes.len().saturating_add(fields);
        self.bytes.resize(length, self.delimiters.field);
        self
    }

    /// Ends the message.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.push(b'\r');
        self.bytes
    }
}

/// What an acknowledgement says (MSA-1, table 0008).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code(pub [u8; 2]);

impl Code {
    /// The application accepts.
    pub const AA: Self = Self(*b"AA");
    /// The application could not process it.
    pub const AE: Self = Self(*b"AE");
    /// The application rejects it.
    pub const AR: Self = Self(*b"AR");
    /// Received and kept (enhanced mode).
    pub const CA: Self = Self(*b"CA");
    /// Received, could not be kept.
    pub const CE: Self = Self(*b"CE");
    /// Received and rejected.
    pub const CR: Self = Self(*b"CR");
}

/// The acknowledgement of `message`, in its own delimiters: sender and receiver change places, MSH-11 and 12 are kept, MSA-2
/// repeats MSH-10. `time` is MSH-7 and `control_id` MSH-10, both of the acknowledgement.
#[must_use]
pub fn ack(message: &Message<'_>, code: Code, time: &[u8], control_id: &[u8]) -> Vec<u8> {
    let header = message.header();
    let field = |n: usize| header.field(n).bytes();
    let mut builder = Builder::new(*message.delimiters());
    builder.field(field(5)).field(field(6)).field(field(3)).field(field(4)).text(time).skip(1).text(b"ACK");
    let trigger = header.field(9).component(2).bytes();
    if !trigger.is_empty() {
        builder.component(trigger).component(b"ACK");
    }
    builder.text(control_id).field(field(11)).field(field(12));
    builder.segment(b"MSA").text(&code.0).field(field(10));
    builder.finish()
}

/// Why a message is not accepted (ERR-3, table 0357).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reason(pub u16);

impl Reason {
    /// Segments are missing or in a wrong order.
    pub const SEGMENT_SEQUENCE: Self = Self(100);
    /// A required field is missing.
    pub const REQUIRED_FIELD_MISSING: Self = Self(101);
    /// A value is not of its data type.
    pub const DATA_TYPE: Self = Self(102);
    /// A code is not in its table.
    pub const TABLE_VALUE_NOT_FOUND: Self = Self(103);
    /// The message type is not supported.
    pub const UNSUPPORTED_MESSAGE_TYPE: Self = Self(200);
    /// The trigger event is not supported.
    pub const UNSUPPORTED_EVENT_CODE: Self = Self(201);
    /// The processing id is not supported.
    pub const UNSUPPORTED_PROCESSING_ID: Self = Self(202);
    /// The version is not supported.
    pub const UNSUPPORTED_VERSION_ID: Self = Self(203);
    /// Anything else.
    pub const APPLICATION_INTERNAL_ERROR: Self = Self(207);
}

/// The acknowledgement of `message` that refuses it: [`ack`] with an ERR segment behind MSA, in the layout of v2.5 and later. `place`
/// is ERR-2: `OBX^3^5`, separators as they are to be sent.
#[must_use]
pub fn nak(message: &Message<'_>, code: Code, reason: Reason, place: &[u8], time: &[u8], control_id: &[u8]) -> Vec<u8> {
    let mut bytes = ack(message, code, time, control_id);
    // ERR is one more segment; the terminator is there already.
    bytes.pop();
    let mut builder = Builder { bytes, delimiters: *message.delimiters() };
    let mut digits = [b'0'; 5];
    let mut rest = reason.0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0'.wrapping_add(u8::try_from(rest % 10).unwrap_or(0));
        rest /= 10;
    }
    let number = digits.get(digits.iter().take(4).take_while(|digit| **digit == b'0').count()..).unwrap_or(&digits);
    builder.segment(b"ERR").skip(1).field(place).text(number);
    if builder.delimiters.component.is_some() {
        builder.component(b"").component(b"HL70357");
    }
    builder.text(b"E");
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_why_and_where() {
        let message = Message::parse(b"MSH|^~\\&|A|B|C|D|1||ORU^R01|77|P|2.6\r").unwrap();
        let bytes = nak(&message, Code::AE, Reason::REQUIRED_FIELD_MISSING, b"OBX^3^5", b"2", b"9");
        assert_eq!(bytes, b"MSH|^~\\&|C|D|A|B|2||ACK^R01^ACK|9|P|2.6\rMSA|AE|77\rERR||OBX^3^5|101^^HL70357|E\r");
        assert_eq!(Message::parse(&bytes).unwrap().segment(b"ERR").unwrap().field(3).component(1).bytes(), b"101");
    }

    #[test]
    fn an_acknowledgement_changes_places_and_repeats_the_control_id() {
        let message = Message::parse(b"MSH|^~\\&|A^1|B|C|D|20260102||ORU^R01^ORU_R01|77|P|2.5.1\r").unwrap();
        let bytes = ack(&message, Code::AA, b"20260103", b"1");
        assert_eq!(bytes, b"MSH|^~\\&|C|D|A^1|B|20260103||ACK^R01^ACK|1|P|2.5.1\rMSA|AA|77\r");
    }

    #[test]
    fn an_acknowledgement_speaks_with_the_delimiters_it_heard() {
        let message = Message::parse(b"MSH*:*A*B*C*D***ADT:A01*9*P*2.1\r").unwrap();
        let bytes = ack(&message, Code::CE, b"", b"1");
        assert_eq!(bytes, b"MSH*:*C*D*A*B***ACK:A01:ACK*1*P*2.1\rMSA*CE*9\r");
    }
}
