//! What the facade's tests share: bundled captures as frames, and inventories reduced to what an impairment must not change.
#![allow(
    dead_code,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "each test uses a part; tests may panic"
)]

use std::path::{Path, PathBuf};

use iomt::{Frame, Inventory, LinkType, Sensor, Timestamp, knowledge::Knowledge};
use serde_json::Value;

/// A frame that owns its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Owned {
    pub(crate) time: Timestamp,
    pub(crate) link: LinkType,
    pub(crate) data: Vec<u8>,
}

pub(crate) fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/captures")
}

/// The bundled captures, by name.
pub(crate) fn bundled() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(captures())
        .expect("the fixtures are there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pcap"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 8, "the bundled captures are missing");
    paths
}

pub(crate) fn frames(name: &str) -> Vec<Owned> {
    let path = captures().join(name);
    let mut reader = iomt_capture::Reader::open(&path, iomt::Limits::DEFAULT).expect("a capture");
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame().expect("an undamaged capture") {
        frames.push(Owned { time: frame.time, link: frame.link, data: frame.data.to_vec() });
    }
    frames
}

/// A connection of 192.0.2.1 to a port of 192.0.2.2: what each side sends, in turn.
pub(crate) fn connection(from: u16, to: u16, said: &[(bool, Vec<u8>)]) -> Vec<Owned> {
    let segment = |client: bool, [server_next, client_next]: [u32; 2], flags: u8, payload: &[u8]| {
        let total = u16::try_from(40 + payload.len()).expect("small").to_be_bytes();
        let (one, two) = if client { (1, 2) } else { (2, 1) };
        let mut frame = vec![2, 0, 0, 0, 0, two, 2, 0, 0, 0, 0, one, 8, 0];
        frame.extend([0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, one, 192, 0, 2, two]);
        let (source, destination) = if client { (from, to) } else { (to, from) };
        let (sequence, seen) = if client { (client_next, server_next) } else { (server_next, client_next) };
        frame.extend(source.to_be_bytes());
        frame.extend(destination.to_be_bytes());
        frame.extend(sequence.to_be_bytes());
        frame.extend(seen.to_be_bytes());
        frame.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        frame.extend(payload);
        Owned { time: Timestamp::new(1, 0), link: LinkType::ETHERNET, data: frame }
    };
    let mut frames = vec![segment(true, [0, 99], 2, &[]), segment(false, [499, 100], 0x12, &[])];
    let mut next = [500, 100];
    for (client, bytes) in said {
        for part in bytes.chunks(700) {
            frames.push(segment(*client, next, 0x18, part));
            next[usize::from(*client)] += u32::try_from(part.len()).expect("small");
        }
    }
    frames
}

/// Bytes written in hexadecimal.
pub(crate) fn bytes_of(hexadecimal: &str) -> Vec<u8> {
    let (pairs, _) = hexadecimal.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("a hexadecimal digit");
    pairs.iter().map(|[high, low]| u8::try_from(digit(*high) * 16 + digit(*low)).expect("a byte")).collect()
}

pub(crate) fn sensed(frames: &[Owned]) -> iomt::Ledger {
    let mut sensor = Sensor::new("test");
    for (number, frame) in (1..).zip(frames) {
        let original_length = u32::try_from(frame.data.len()).expect("small");
        sensor.push_frame(&Frame { number, time: frame.time, link: frame.link, data: &frame.data, original_length });
    }
    sensor.finish()
}

pub(crate) fn inventory(frames: &[Owned]) -> Inventory {
    Inventory::read(&sensed(frames), Knowledge::builtin())
}

pub(crate) fn json(inventory: &Inventory) -> Value {
    serde_json::to_value(inventory).expect("an inventory is JSON")
}

/// The devices without where and when they were seen: what no reordering, fragmenting or re-encapsulating may change.
pub(crate) fn essence(inventory: &Inventory) -> Value {
    let mut devices = json(inventory)["devices"].clone();
    strip(&mut devices);
    devices
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in ["frame", "offset", "time", "first", "last", "input", "activity", "count", "latency"] {
                map.remove(key);
            }
            map.values_mut().for_each(strip);
        }
        Value::Array(list) => {
            list.iter_mut().for_each(strip);
            // Evidence is listed by place; without places its order means nothing.
            list.sort_by_key(Value::to_string);
            list.dedup();
        }
        _ => {}
    }
}

/// The lines that only one of two values has.
pub(crate) fn difference(want: &Value, got: &Value) -> String {
    let lines = |value: &Value| format!("{value:#}").lines().map(str::to_owned).collect::<Vec<_>>();
    let (want, got) = (lines(want), lines(got));
    let lost = want.iter().filter(|line| !got.contains(line)).map(|line| format!("- {line}"));
    let gained = got.iter().filter(|line| !want.contains(line)).map(|line| format!("+ {line}"));
    lost.chain(gained).collect::<Vec<_>>().join("\n")
}

/// An IPv4 TCP segment in an Ethernet frame.
fn segment(from: [u8; 4], to: [u8; 4], ports: (u16, u16), sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let total = u16::try_from(40 + payload.len()).expect("small").to_be_bytes();
    let ip = [0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, 6, 0, 0];
    let mut frame = vec![2, 0, 0, 0, 0, to[3], 2, 0, 0, 0, 0, from[3], 8, 0];
    frame.extend(ip);
    frame.extend(from);
    frame.extend(to);
    frame.extend(ports.0.to_be_bytes());
    frame.extend(ports.1.to_be_bytes());
    frame.extend(sequence.to_be_bytes());
    frame.extend([0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    frame.extend(payload);
    frame
}

/// One direction of a connection.
pub(crate) fn conversation(port: u16, bytes: &[u8]) -> Inventory {
    let (client, server) = ([192, 0, 2, 10], [192, 0, 2, 20]);
    let mut sensor = Sensor::new("constructed");
    sensor.push(Timestamp::new(1, 0), LinkType::ETHERNET, &segment(client, server, (40_000, port), 99, 2, &[]));
    let mut sequence = 100;
    for part in bytes.chunks(1000) {
        let frame = segment(client, server, (40_000, port), sequence, 0x18, part);
        sensor.push(Timestamp::new(2, 0), LinkType::ETHERNET, &frame);
        sequence += u32::try_from(part.len()).expect("small");
    }
    Inventory::read(&sensor.finish(), Knowledge::builtin())
}
