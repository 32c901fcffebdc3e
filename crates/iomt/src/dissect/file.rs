//! Files: a DICOM object, and messages one after another.

use std::io::Read;

use iomt_dicom::file::Scanner;
use iomt_wire::Direction;

use super::moment::{Moment, Outlet, length};
use super::{Options, Sink, dicom as dicom_events, hl7v2, lis, poct1a};
use crate::health::Health;
use crate::protocol::Protocol;
use crate::sensing::files::{FileError, MESSAGE_FILE};

/// Shows the elements of a Part 10 file up to its pixel data.
pub(super) fn dicom(name: &str, mut input: impl Read, options: &Options, sink: Sink<'_>) -> Result<Health, FileError> {
    let mut health = Health { messages: 1, ..Health::default() };
    if !options.wants(Protocol::Dicom) {
        return Ok(health);
    }
    let mut outlet = Outlet { sink, over: false };
    let mut scanner = Scanner::with_filter(dicom_events::every_frame(options.limits), |_, _| true);
    let mut shown = dicom_events::FileDissection::default();
    let mut buffer = vec![0; 64 << 10];
    while !scanner.is_done() && !outlet.over {
        let count = input.read(&mut buffer)?;
        let Some(chunk) = buffer.get(..count).filter(|chunk| !chunk.is_empty()) else { break };
        health.bytes = health.bytes.saturating_add(length(count));
        let mut moment = Moment { input: name, at: None, options, health: &mut health, outlet: &mut outlet };
        scanner.feed(chunk, &mut |event| shown.note(event, &mut moment));
    }
    let mut moment = Moment { input: name, at: None, options, health: &mut health, outlet: &mut outlet };
    if !scanner.is_done() {
        scanner.finish(&mut |event| shown.note(event, &mut moment));
    }
    if health.messages_damaged > 0 {
        health.damaged(format!("{name}: not all of the data set could be read"));
    }
    Ok(health)
}

/// Shows the messages of a file, if they are wanted.
pub(super) fn messages(
    name: &str,
    input: impl Read,
    options: &Options,
    protocol: Protocol,
    sink: Sink<'_>,
) -> Result<Health, FileError> {
    let mut bytes = Vec::new();
    input.take(MESSAGE_FILE).read_to_end(&mut bytes)?;
    let mut health = Health { bytes: length(bytes.len()), ..Health::default() };
    if health.bytes == MESSAGE_FILE {
        health.damaged(format!("{name}: only the first {MESSAGE_FILE} bytes were read"));
    }
    if options.wants(protocol) {
        let mut outlet = Outlet { sink, over: false };
        let mut moment = Moment { input: name, at: None, options, health: &mut health, outlet: &mut outlet };
        match protocol {
            Protocol::Lis => lis::file(&bytes, &mut moment),
            Protocol::Poct1a => poct1a::file(&bytes, &mut moment),
            _ => hl7v2::payload(Direction::Initiator, 0, &bytes, 0, &mut moment),
        }
    }
    Ok(health)
}
