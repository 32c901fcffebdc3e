//! The header in front of alarms, parameters, requests and the time.
//!
//! ```text
//!  0                6               12           14           16        18         20        22
//!  | destination: 6 | source: 6     | function:16 | sub-code:16 | version | sequence | req/res | process |
//!  24                                           56              58           60
//!  | origin location UNIT|BED: 32               | return status | data count | data ...
//! ```
//! Addresses are IPv4 and two zero bytes. What devices really do: requesters leave junk in both addresses (one capture has
//! text in them), and a request of 62 bytes has a count of zero and two zero bytes behind its header.

use iomt_wire::{Cursor, Quirk, Result};

use super::{alarm::Alarm, parameters::ParameterBlock};
use crate::{Text, named, shows};

/// How many bytes the header has.
pub const LENGTH: usize = 60;

named! {
    /// What a message is for.
    Function(u16) {
        /// Data.
        DATA = 0x00c9, "data";
        /// A request for data.
        REQUEST = 0x00ca, "request";
    }
    /// Which data.
    SubCode(u16) {
        /// An alarm.
        ALARM = 0x0004, "alarm";
        /// Parameters.
        PARAMETERS = 0x0014, "parameters";
        /// A request for waveforms.
        REQUEST_WAVEFORMS = 0x0021, "request for waveforms";
        /// A request on a serial line.
        REQUEST_SERIAL = 0x0023, "request on a serial line";
        /// A request for parameters.
        REQUEST_PARAMETERS = 0x0060, "request for parameters";
    }
}

/// The header, read.
#[derive(Clone, Copy)]
pub struct Header<'a> {
    /// For whom: IPv4 and two bytes. Junk in requests.
    pub destination: [u8; 6],
    /// From whom: IPv4 and two bytes. Junk in requests.
    pub source: [u8; 6],
    /// What the message is for.
    pub function: Function,
    /// Which data.
    pub sub_code: SubCode,
    /// Version.
    pub version: u16,
    /// Counts messages.
    pub sequence: u16,
    /// Request or response.
    pub request_response: u16,
    /// The requester's process.
    pub process: u16,
    /// Where the message comes from: `UNIT|BED`.
    pub origin: Text<'a>,
    /// How a request went.
    pub return_status: u16,
    /// How many bytes of data follow.
    pub data_count: u16,
    /// Where the header starts.
    pub offset: usize,
}

shows!(Header: function, sub_code, version, sequence, origin, data_count);

impl<'a> Header<'a> {
    /// Reads a header.
    ///
    /// # Errors
    /// When its 60 bytes are not there.
    pub fn read(cursor: &mut Cursor<'a>) -> Result<Self> {
        let (offset, bytes) = (cursor.offset(), cursor.rest());
        // Moves over all of it or over nothing.
        let [
            d0,
            d1,
            d2,
            d3,
            d4,
            d5,
            s0,
            s1,
            s2,
            s3,
            s4,
            s5, //
            f0,
            f1,
            c0,
            c1,
            v0,
            v1,
            n0,
            n1,
            r0,
            r1,
            p0,
            p1,
            ..,
            t0,
            t1,
            k0,
            k1,
        ] = cursor.array::<LENGTH>("common header")?;
        let pair = |high, low| u16::from_be_bytes([high, low]);
        Ok(Self {
            destination: [d0, d1, d2, d3, d4, d5],
            source: [s0, s1, s2, s3, s4, s5],
            function: Function(pair(f0, f1)),
            sub_code: SubCode(pair(c0, c1)),
            version: pair(v0, v1),
            sequence: pair(n0, n1),
            request_response: pair(r0, r1),
            process: pair(p0, p1),
            origin: Text::field(bytes.get(24..56).unwrap_or_default(), offset.saturating_add(24)),
            return_status: pair(t0, t1),
            data_count: pair(k0, k1),
            offset,
        })
    }

    /// The source address, where the field looks like one: two zero bytes behind it, and data rather than a request.
    #[must_use]
    pub fn source_address(&self) -> Option<[u8; 4]> {
        match self.source {
            [a, b, c, d, 0, 0] if self.function == Function::DATA && [a, b, c, d] != [0; 4] => Some([a, b, c, d]),
            _ => None,
        }
    }
}

/// A message with the common header.
#[derive(Clone, Copy)]
pub struct BedMessage<'a> {
    /// The header.
    pub header: Header<'a>,
    /// The data, as far as they are there.
    pub data: Cursor<'a>,
    after: usize,
}

shows!(BedMessage: header);

impl<'a> BedMessage<'a> {
    /// Reads the message at the head of the bytes, and tells how many of them it takes.
    ///
    /// # Errors
    /// When its header is not all there.
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, usize)> {
        let mut cursor = Cursor::new(bytes);
        let header = Header::read(&mut cursor)?;
        let data = cursor.sub_clipped(header.data_count);
        Ok((Self { header, data, after: cursor.remaining() }, cursor.offset()))
    }

    /// How many of the announced bytes are not there.
    #[must_use]
    pub fn missing(&self) -> usize {
        usize::from(self.header.data_count).saturating_sub(self.data.remaining())
    }

    /// `slack`: bytes behind the data, beyond the two that a request has.
    #[must_use]
    pub fn quirk(&self) -> Option<Quirk> {
        let offset = self.data.offset().saturating_add(self.data.remaining());
        (self.after > 2).then_some(Quirk { offset, field: "data count", name: "slack" })
    }

    /// What the message is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.body() {
            Ok(Body::TimeSynchronisation(_)) => "time synchronisation",
            _ => self.header.sub_code.name().or(self.header.function.name()).unwrap_or("bed message"),
        }
    }

    /// What the message carries.
    ///
    /// # Errors
    /// When its fixed fields are cut short.
    pub fn body(&self) -> Result<Body<'a>> {
        Ok(match (self.header.function, self.header.sub_code) {
            (Function::DATA, SubCode::ALARM) => Body::Alarm(Alarm::read(self.data)?),
            (Function::DATA, SubCode::PARAMETERS) => {
                // On the network a second header stands in front of the block; on a serial line it does not.
                let mut behind = self.data;
                let inner = Header::read(&mut behind).ok().filter(|header| header.function == Function::DATA);
                let block = if inner.is_some() { behind } else { self.data };
                Body::Parameters { inner, block: ParameterBlock::read(block)? }
            }
            (Function::REQUEST, _) => Body::Request,
            (Function::DATA, code) if code.name().is_none() && self.header.data_count == 4 => {
                match (self.data.peek().map(u32::from_be_bytes), self.header.origin.is_empty()) {
                    // No message of the last century counts seconds since 1900 so high.
                    (Some(seconds), false) if seconds >= SECONDS_1990 => Body::TimeSynchronisation(seconds),
                    _ => Body::Other,
                }
            }
            _ => Body::Other,
        })
    }
}

/// Seconds from 1900 to 1990.
const SECONDS_1990: u32 = 2_840_140_800;

/// Seconds from 1900 to 1970.
pub const SECONDS_1970: u32 = 2_208_988_800;

/// What a message with the common header carries.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Body<'a> {
    /// An alarm.
    Alarm(Alarm<'a>),
    /// Parameters.
    Parameters {
        /// The second header, on the network.
        inner: Option<Header<'a>>,
        /// The parameters.
        block: ParameterBlock<'a>,
    },
    /// A request.
    Request,
    /// The time: seconds since 1900, from the master of the network's clocks. Documented by an integrator; no bytes were seen,
    /// its sub-code is not public.
    TimeSynchronisation(u32),
    /// Something else.
    Other,
}
