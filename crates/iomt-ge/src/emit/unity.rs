//! Messages of a Unity network.

use alloc::vec::Vec;

use iomt_wire::{Error, Kind, Result};

use crate::unity::{
    announce::{HEAD, SERVICES},
    header::{Function, SubCode},
    parameters::{Code, ENTRY, ENTRY_SERIAL, ParameterType},
};

/// Text in a field of fixed size, NUL-padded.
fn field(text: &[u8], length: usize, name: &'static str) -> Result<Vec<u8>> {
    if text.len() >= length {
        return Err(Error { offset: 0, field: name, kind: Kind::Limit { limit: crate::count(length) } });
    }
    let mut bytes = text.to_vec();
    bytes.resize(length, 0);
    Ok(bytes)
}

/// An announcement of 88 bytes.
///
/// # Errors
/// When a text does not fit, or there are more than eleven services.
pub fn announcement(
    address: [u8; 4],
    clock: u32,
    location: &[u8],
    patient: &[u8],
    services: &[(u16, u16)],
) -> Result<Vec<u8>> {
    let count = u8::try_from(services.len()).ok().filter(|count| usize::from(*count) <= SERVICES);
    let limit = Error { offset: 43, field: "RWhat service count", kind: Kind::Limit { limit: 11 } };
    let count = count.ok_or(limit)?;
    let mut bytes = [&HEAD[..], &address, &clock.to_be_bytes()].concat();
    bytes.extend(field(location, 16, "RWhat location")?);
    bytes.extend(field(patient, 15, "RWhat patient")?);
    bytes.push(count);
    for (id, port) in services {
        bytes.extend(id.to_be_bytes());
        bytes.extend(port.to_be_bytes());
    }
    bytes.resize(crate::unity::announce::LENGTH, 0);
    Ok(bytes)
}

/// The common header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// IPv4 of the receiver.
    pub destination: [u8; 4],
    /// IPv4 of the sender.
    pub source: [u8; 4],
    /// What the message is for.
    pub function: Function,
    /// Which data.
    pub sub_code: SubCode,
    /// Version.
    pub version: u16,
    /// Counts messages.
    pub sequence: u16,
    /// The requester's process.
    pub process: u16,
    /// Where the message comes from: `UNIT|BED`.
    pub origin: &'a [u8],
}

impl Header<'_> {
    /// A message with this header and these data.
    ///
    /// # Errors
    /// When the location or the data do not fit.
    pub fn message(&self, data: &[u8]) -> Result<Vec<u8>> {
        let limit = Error { offset: 58, field: "data count", kind: Kind::Limit { limit: u16::MAX.into() } };
        let count = u16::try_from(data.len()).map_err(|_| limit)?;
        let numbers = [self.function.0, self.sub_code.0, self.version, self.sequence, 0, self.process];
        let mut bytes = [&self.destination[..], &[0; 2], &self.source, &[0; 2]].concat();
        bytes.extend(numbers.into_iter().flat_map(u16::to_be_bytes));
        bytes.extend(field(self.origin, 32, "origin location name")?);
        bytes.extend([0; 2]);
        bytes.extend(count.to_be_bytes());
        bytes.extend(data);
        Ok(bytes)
    }

    /// A request: the header and two zero bytes that it does not count.
    ///
    /// # Errors
    /// When the location does not fit.
    pub fn request(&self) -> Result<Vec<u8>> {
        let mut bytes = self.message(&[])?;
        bytes.extend([0; 2]);
        Ok(bytes)
    }

    /// An alarm.
    ///
    /// # Errors
    /// When the location or the text do not fit.
    pub fn alarm(&self, code: Code, text: &[u8], counter: u32) -> Result<Vec<u8>> {
        let mut data = alloc::vec![0x81, 3, 3, code.0, 1, 1];
        data.extend(field(text, text.len().max(13).saturating_add(1), "alarm text")?);
        data.extend(counter.to_be_bytes());
        self.message(&data)
    }

    /// Parameters as on the network: a second header, and 70 bytes each.
    ///
    /// # Errors
    /// When the location or the parameters do not fit.
    pub fn parameters(&self, parameters: &[Parameter]) -> Result<Vec<u8>> {
        self.message(&self.message(&block(parameters, ENTRY)?)?)
    }

    /// Parameters as on a serial line: 68 bytes each, and a CRC.
    ///
    /// # Errors
    /// When the location or the parameters do not fit.
    pub fn serial_parameters(&self, parameters: &[Parameter], crc: [u8; 2]) -> Result<Vec<u8>> {
        let mut bytes = self.message(&block(parameters, ENTRY_SERIAL)?)?;
        bytes.extend(crc);
        Ok(bytes)
    }
}

/// One parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Kind of parameter.
    pub parameter_type: ParameterType,
    /// What is measured.
    pub code: Code,
    /// Its values.
    pub values: [i16; 3],
    /// Its limits, low and high.
    pub limits: [[i16; 2]; 3],
}

impl Parameter {
    fn entry(&self, length: usize) -> Vec<u8> {
        let code = self.code.0;
        let mut bytes = alloc::vec![1, code, 0, 0];
        bytes.extend(self.values.into_iter().flat_map(i16::to_be_bytes));
        bytes.extend([&[0x0c, code][..], &[0; 12], &[3, code, 0, 0, 0, 0]].concat());
        bytes.extend(self.limits.into_iter().flatten().flat_map(i16::to_be_bytes));
        bytes.extend([&[0; 2][..], &[0x15, code], &[0; 8], &[2, code], &[0; 8]].concat());
        bytes.extend([self.parameter_type.0, code, 0, 0]);
        bytes.resize(length, 0);
        bytes
    }
}

fn block(parameters: &[Parameter], length: usize) -> Result<Vec<u8>> {
    let limit = Error { offset: 0, field: "parameter count", kind: Kind::Limit { limit: u8::MAX.into() } };
    let count = u8::try_from(parameters.len()).map_err(|_| limit)?;
    let mut bytes = alloc::vec![0, 0, 0, 0, count, 0];
    bytes.extend(parameters.iter().flat_map(|parameter| parameter.entry(length)));
    Ok(bytes)
}

/// A packet of waves: of each signal its number and its one or four samples, round after round, then the tail that was seen.
///
/// # Errors
/// When a signal has another number of samples.
pub fn waves(sequence: u16, signals: &[(u8, &[i16])]) -> Result<Vec<u8>> {
    let mut bytes = sequence.to_be_bytes().to_vec();
    bytes.extend([0; 2]);
    for (id, samples) in signals {
        let flags = match samples.len() {
            1 => 0x09,
            4 => 0x0b,
            other => {
                let kind = Kind::Length { length: crate::count(other) };
                return Err(Error { offset: bytes.len(), field: "wave samples", kind });
            }
        };
        bytes.extend([*id, flags]);
        bytes.extend(samples.iter().copied().flat_map(i16::to_be_bytes));
    }
    bytes.extend([0xfa, 0x0d]);
    bytes.extend([0; 33]);
    Ok(bytes)
}
