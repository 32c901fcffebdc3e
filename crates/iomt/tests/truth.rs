//! The inventory of each bundled capture against the truth beside it: nothing missed, nothing invented, nothing misplaced.

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

use std::collections::BTreeSet;

use serde_json::Value;
use support::{bundled, json};

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}

fn text(value: &Value) -> String {
    plain(value.as_str().unwrap_or_default())
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().map(text).collect(),
        other => vec![text(other)],
    }
}

/// Manufacturer, model, serial number and software of each piece of equipment that a capture speaks of in clear.
fn expected(truth: &Value) -> Vec<(String, String, String, Vec<String>)> {
    let mut all = BTreeSet::new();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for session in list(&truth["sessions"]) {
        if session["transport"] == "tls" {
            continue;
        }
        for object in list(&session["objects"]) {
            all.insert((
                text(&object["Manufacturer"]),
                text(&object["ManufacturerModelName"]),
                text(&object["DeviceSerialNumber"]),
                texts(&object["SoftwareVersions"]),
            ));
        }
        for device in list(&session["messages"]).iter().flat_map(|message| list(&message["devices"])) {
            all.insert((
                text(&device["manufacturer"]),
                text(&device["model"]),
                text(&device["serial"]),
                texts(&device["software"]),
            ));
        }
    }
    for host in list(&truth["hosts"]) {
        let identity = &host["identity"];
        if identity["model"].is_string() && identity["on_the_wire"] != false {
            all.insert((
                text(&identity["manufacturer"]),
                text(&identity["model"]),
                text(&identity["serial"]),
                texts(&identity["software"]),
            ));
        }
    }
    all.into_iter().filter(|(_, model, serial, _)| !(model.is_empty() && serial.is_empty())).collect()
}

#[test]
fn the_devices_are_those_of_the_truth() {
    for path in bundled() {
        let truth: Value = serde_json::from_slice(
            &std::fs::read(path.with_extension("truth.json")).expect("a truth beside each capture"),
        )
        .expect("JSON");
        let ledger = iomt::files::read(&path, &iomt::files::Options::default()).expect("readable").ledger;
        let inventory = json(&iomt::Inventory::read(&ledger, iomt::knowledge::Knowledge::builtin()));
        let devices = inventory["devices"].as_array().expect("devices");
        let name = path.file_name().expect("a name").to_string_lossy();
        let wanted = expected(&truth);
        for (manufacturer, model, serial, software) in &wanted {
            let found = devices.iter().find(|device| {
                text(&device["model"]["value"]) == *model && text(&device["serial"]["value"]) == *serial
            });
            let found = found.unwrap_or_else(|| panic!("{name}: {manufacturer} {model} {serial} is missing"));
            assert_eq!(text(&found["manufacturer"]["value"]), *manufacturer, "{name}: manufacturer of {model}");
            let versions: Vec<String> = found["software"]
                .as_array()
                .expect("software")
                .iter()
                .map(|component| text(&component["version"]["value"]))
                .collect();
            for version in software.iter().filter(|version| !version.is_empty()) {
                assert!(versions.contains(version), "{name}: {model} has {versions:?}, not {version}");
            }
        }
        let models: BTreeSet<&String> = wanted.iter().map(|(_, model, ..)| model).collect();
        for device in devices.iter().filter(|device| !device["model"].is_null()) {
            assert!(models.contains(&text(&device["model"]["value"])), "{name}: invented {}", device["model"]["value"]);
        }
    }
}

#[test]
fn what_a_truth_says_to_be_on_no_wire_is_on_none() {
    let mut unseen = 0;
    for path in bundled() {
        let truth: Value =
            serde_json::from_slice(&std::fs::read(path.with_extension("truth.json")).expect("truth")).expect("JSON");
        let bytes = std::fs::read(&path).expect("a capture");
        for host in truth["hosts"].as_array().expect("hosts") {
            let identity = &host["identity"];
            for value in ["manufacturer", "model", "serial"].map(|key| identity[key].as_str().unwrap_or_default()) {
                if identity["on_the_wire"] == false && !value.is_empty() {
                    assert!(!bytes.windows(value.len()).any(|window| window == value.as_bytes()), "{value}");
                    unseen += 1;
                }
            }
        }
    }
    assert_eq!(unseen, 6);
}

#[test]
fn no_model_is_pinned_on_a_host_that_is_another() {
    for path in bundled() {
        let truth: Value =
            serde_json::from_slice(&std::fs::read(path.with_extension("truth.json")).expect("truth")).expect("JSON");
        let ledger = iomt::files::read(&path, &iomt::files::Options::default()).expect("readable").ledger;
        let inventory = json(&iomt::Inventory::read(&ledger, iomt::knowledge::Knowledge::builtin()));
        for host in truth["hosts"].as_array().expect("hosts") {
            for device in inventory["devices"].as_array().expect("devices") {
                let here = device["addresses"]["ip"]
                    .as_array()
                    .expect("addresses")
                    .iter()
                    .any(|ip| *ip == host["ip"] || *ip == host["ip6"]);
                if here && !device["model"].is_null() {
                    assert_eq!(
                        text(&device["model"]["value"]),
                        text(&host["identity"]["model"]),
                        "{}: {} is {}",
                        path.display(),
                        host["ip"],
                        host["role"]
                    );
                }
            }
        }
    }
}
