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
            for key in ["frame", "offset", "time", "input", "activity", "count", "latency"] {
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
