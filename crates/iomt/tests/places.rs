//! Evidence leads back to the wire: at its frame and offset stands what it says was sent.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test reports"
)]

mod support;

use std::collections::HashMap;

use iomt::Limits;
use iomt_capture::{FlowKey, Frame, Handler, Network, Place};
use iomt_wire::{Direction, Segment};
use serde_json::Value;
use support::{bundled, frames, inventory, json};

/// The bytes of each direction of each connection, and of each datagram; and which of them a frame brought.
#[derive(Default)]
struct Wire {
    streams: HashMap<(u64, Direction), Vec<u8>>,
    of_frame: HashMap<u64, (u64, Direction)>,
    datagrams: HashMap<u64, Vec<u8>>,
    flows: u64,
}

impl Handler for Wire {
    type Flow = u64;

    fn open(&mut self, _: &FlowKey, _: &Place) -> u64 {
        self.flows += 1;
        self.flows
    }

    fn stream(&mut self, flow: &mut u64, _: &FlowKey, direction: Direction, place: &Place, segment: Segment<'_>) {
        let stream = self.streams.entry((*flow, direction)).or_default();
        match segment {
            Segment::Data(data) => stream.extend_from_slice(data),
            Segment::Gap { len } => stream.resize(stream.len() + usize::try_from(len).unwrap(), 0),
            _ => return,
        }
        self.of_frame.insert(place.frame, (*flow, direction));
    }

    fn datagram(&mut self, _: &mut u64, _: &FlowKey, _: Direction, place: &Place, payload: &[u8], _: usize) {
        self.datagrams.insert(place.frame, payload.to_vec());
    }

    fn close(&mut self, _: u64, _: &FlowKey) {}
}

impl Wire {
    fn of(name: &str) -> Self {
        let (mut wire, mut network) = (Self::default(), Network::new(Limits::DEFAULT));
        for (number, frame) in (1..).zip(&frames(name)) {
            let original_length = u32::try_from(frame.data.len()).unwrap();
            let frame = Frame { number, time: frame.time, link: frame.link, data: &frame.data, original_length };
            network.push(&mut wire, &frame);
        }
        network.finish(&mut wire);
        wire
    }

    fn at(&self, frame: u64, offset: usize) -> Option<&[u8]> {
        let bytes = match self.of_frame.get(&frame) {
            Some(stream) => self.streams.get(stream)?,
            None => self.datagrams.get(&frame)?,
        };
        bytes.get(offset..)
    }
}

/// All evidence in an inventory, wherever it stands.
fn evidence<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            if ["frame", "offset", "field", "value"].iter().all(|field| fields.contains_key(*field)) {
                found.push(value);
            }
            fields.values().for_each(|value| evidence(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| evidence(value, found)),
        _ => {}
    }
}

/// How far behind the offset a value may begin: an offset leads to the first byte of a field, of an element of DICOM to its tag.
fn reach(protocol: &str) -> usize {
    if protocol == "dicom" { 12 } else { 0 }
}

/// Fields whose value was sent as it is shown. Of others a number, a conclusion, or an address of the frame is shown.
const VERBATIM: [&str; 17] = [
    "Manufacturer",
    "Manufacturer's Model Name",
    "Device Serial Number",
    "Station Name",
    "Private Creator",
    "Modality",
    "SOP Class UID",
    "Institution Name",
    "Calling AE Title",
    "Called AE Title",
    "MSH-3.1",
    "MSH-4.1",
    "MSH-5.1",
    "MSH-6.1",
    "MSH-12.1",
    "OBX-3.1",
    "OBX-18.1",
];

#[test]
fn at_its_frame_and_offset_stands_what_evidence_says_was_sent() {
    let mut missing = Vec::new();
    let mut followed = 0;
    for path in bundled() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (wire, inventory) = (Wire::of(&name), json(&inventory(&frames(&name))));
        let mut all = Vec::new();
        evidence(&inventory, &mut all);
        for one in all {
            let text = |field: &str| one[field].as_str().unwrap_or_default();
            let (protocol, field, value) = (text("protocol"), text("field"), text("value"));
            let frame = one["frame"].as_u64().unwrap();
            let bytes = wire.at(frame, usize::try_from(one["offset"].as_u64().unwrap()).unwrap());
            let near = bytes.map(|bytes| &bytes[..bytes.len().min(value.len() + reach(protocol))]);
            let stands =
                near.is_some_and(|near| near.windows(value.len().max(1)).any(|found| found == value.as_bytes()));
            if stands {
                followed += 1;
            } else if VERBATIM.contains(&field) {
                missing.push(format!("{name} {protocol} {field} {value:?} frame {frame} offset {}", one["offset"]));
            }
        }
    }
    missing.sort();
    missing.dedup();
    assert!(followed > 300, "{followed} values were followed");
    assert!(missing.is_empty(), "{} missing:\n{}", missing.len(), missing.join("\n"));
}
