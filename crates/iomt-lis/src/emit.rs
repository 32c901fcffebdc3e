//! Records, frames and sessions, written.

use crate::Delimiters;
use crate::control::{CR, ENQ, EOT, ETB, ETX, LF, STX};
use crate::escape;
use crate::link::checksum;
use alloc::vec::Vec;

/// Writes one record.
///
/// ```
/// use iomt_lis::{Delimiters, emit::Record};
/// let header = Record::header(Delimiters::DEFAULT).skip(2).parts(&[b"XN-550", b"00-16", b"13456"]).build();
/// assert_eq!(header, b"H|\\^&|||XN-550^00-16^13456\r");
/// ```
#[derive(Clone)]
pub struct Record {
    bytes: Vec<u8>,
    delimiters: Delimiters,
}

impl core::fmt::Debug for Record {
    /// Shows the length: what is written may be a patient's.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Record").field("len", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl Record {
    /// A header, with its first two fields. Delimiters that cannot be declared are replaced by the usual ones.
    #[must_use]
    pub fn header(delimiters: Delimiters) -> Self {
        let delimiters = if delimiters.is_valid() { delimiters } else { Delimiters::DEFAULT };
        let mut bytes = Vec::from([b'H', delimiters.field]);
        bytes.extend(delimiters.repeat);
        bytes.extend(delimiters.component);
        bytes.extend(delimiters.escape);
        Self { bytes, delimiters }
    }

    /// A record of another type, which is its first field.
    #[must_use]
    pub fn new(kind: u8, delimiters: Delimiters) -> Self {
        Self { bytes: Vec::from([kind]), delimiters }
    }

    /// Leaves fields empty.
    #[must_use]
    pub fn skip(mut self, fields: usize) -> Self {
        self.bytes.extend(core::iter::repeat_n(self.delimiters.field, fields));
        self
    }

    /// Adds a field of one value, escaped.
    #[must_use]
    pub fn field(self, value: &[u8]) -> Self {
        self.parts(&[value])
    }

    /// Adds a field of one value of several components, each escaped.
    #[must_use]
    pub fn parts(self, components: &[&[u8]]) -> Self {
        self.repeats(&[components])
    }

    /// Adds a field of several values, each of several components, each escaped.
    #[must_use]
    pub fn repeats(mut self, values: &[&[&[u8]]]) -> Self {
        self.bytes.push(self.delimiters.field);
        for (number, value) in values.iter().enumerate() {
            if number > 0 {
                self.bytes.extend(self.delimiters.repeat);
            }
            for (number, component) in value.iter().enumerate() {
                if number > 0 {
                    self.bytes.extend(self.delimiters.component);
                }
                self.bytes.extend_from_slice(&escape::escape(component, &self.delimiters));
            }
        }
        self
    }

    /// The record with its carriage return.
    #[must_use]
    pub fn build(mut self) -> Vec<u8> {
        self.bytes.push(CR);
        self.bytes
    }
}

/// Writes one frame; `last` when its text ends a record or message.
pub fn frame(number: u8, text: &[u8], last: bool, into: &mut Vec<u8>) {
    let start = into.len().saturating_add(1);
    into.extend([STX, b'0' | (number & 7)]);
    into.extend_from_slice(text);
    into.push(if last { ETX } else { ETB });
    let sum = checksum(into.get(start..).unwrap_or_default());
    let digit = |nibble: u8| b"0123456789ABCDEF".get(usize::from(nibble)).copied().unwrap_or(b'0');
    into.extend([digit(sum >> 4), digit(sum & 15), CR, LF]);
}

/// Writes what a sender sends in one session: `ENQ`, each text in frames of at most `longest` bytes, `EOT`.
#[must_use]
pub fn session(texts: &[&[u8]], longest: usize) -> Vec<u8> {
    let mut out = Vec::from([ENQ]);
    let mut number = 0_u8;
    for text in texts {
        let mut pieces = text.chunks(longest.max(1)).peekable();
        while let Some(piece) = pieces.next() {
            number = number.wrapping_add(1);
            frame(number, piece, pieces.peek().is_none(), &mut out);
        }
    }
    out.push(EOT);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::{Event, Reader};
    use iomt_wire::{Limits, Segment};
    use proptest::prelude::*;

    fn field() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
        let component = prop::collection::vec(any::<u8>(), 0..8);
        prop::collection::vec(prop::collection::vec(component, 1..4), 1..3)
    }

    fn read(stream: &[u8]) -> Vec<Vec<Vec<Vec<Vec<u8>>>>> {
        let mut records = Vec::new();
        let mut reader = Reader::new(Limits::DEFAULT);
        let mut sink = |event: Event<'_>| match event {
            Event::Record { record, .. } => records.push(
                record
                    .fields()
                    .skip(if record.bytes().starts_with(b"H") { 2 } else { 1 })
                    .map(|field| {
                        let repeats = field.repeats();
                        repeats
                            .map(|value| value.components().map(|part| part.unescape().into_owned()).collect())
                            .collect()
                    })
                    .collect(),
            ),
            Event::Control { .. } => {}
            other => panic!("{other:?}"),
        };
        reader.feed(Segment::Data(stream), &mut sink);
        reader.feed(Segment::End, &mut sink);
        records
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            records in prop::collection::vec(prop::collection::vec(field(), 0..6), 1..5),
            longest in 1_usize..300,
            repeat in prop::sample::select(alloc::vec![b'\\', b'@', b'~']),
            together: bool,
        ) {
            let delimiters = Delimiters { repeat: Some(repeat), ..Delimiters::DEFAULT };
            let mut texts: Vec<Vec<u8>> = Vec::new();
            for (number, fields) in records.iter().enumerate() {
                let record = if number == 0 { Record::header(delimiters) } else { Record::new(b'R', delimiters) };
                let record = fields.iter().fold(record, |record, values| {
                    let values: Vec<Vec<&[u8]>> =
                        values.iter().map(|parts| parts.iter().map(Vec::as_slice).collect()).collect();
                    let values: Vec<&[&[u8]]> = values.iter().map(Vec::as_slice).collect();
                    record.repeats(&values)
                });
                texts.push(record.build());
            }
            let all = texts.concat();
            let texts: Vec<&[u8]> =
                if together { alloc::vec![&all[..]] } else { texts.iter().map(Vec::as_slice).collect() };
            prop_assert_eq!(read(&session(&texts, longest)), records);
        }
    }
}
