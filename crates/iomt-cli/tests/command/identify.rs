//! `iomt identify`: the inventory in its formats.

use std::fs;
use std::io::Write as _;

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::support::{Folder, all, capture, captures, iomt, piped};

/// Names of the members of an object.
fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn assert_has(value: &Value, names: &[&str]) {
    for name in names {
        assert!(value.get(name).is_some(), "{name} is not among {:?}", members(value));
    }
}

fn assert_no_null(value: &Value) {
    match value {
        Value::Null => panic!("what a device does not have is absent, not null"),
        Value::Array(list) => list.iter().for_each(assert_no_null),
        Value::Object(object) => object.values().for_each(assert_no_null),
        _ => {}
    }
}

#[test]
fn the_document_has_the_fields_that_users_script_against() {
    let run = iomt(["identify", "--format", "json", captures().to_str().unwrap()]);
    assert_eq!(run.status, 0);
    let json = run.json();
    assert_eq!(json["schema"], "iomt.inventory/1");
    assert_no_null(&json);
    let health = ["frames", "bytes", "undecoded_frames", "streams", "gaps", "limits_hit", "damage"];
    assert_has(&json["health"], &health);
    let devices = json["devices"].as_array().unwrap();
    assert!(devices.iter().any(|device| device["kind"] == "equipment"));
    assert!(devices.iter().any(|device| device["kind"] == "endpoint"));
    for device in devices {
        assert_has(
            device,
            &["id", "kind", "addresses", "names", "software", "stack", "udi", "roles", "fingerprints", "relations"],
        );
        assert_has(&device["addresses"], &["mac", "ip", "ports"]);
        for name in ["manufacturer", "model", "serial", "class", "location"] {
            let Some(decision) = device.get(name) else { continue };
            assert_has(decision, &["value", "confidence", "corroborated", "conflict", "evidence"]);
            let confidence = decision["confidence"].as_f64().unwrap();
            assert!((0.0..=1.0).contains(&confidence));
            for evidence in decision["evidence"].as_array().unwrap() {
                assert_has(evidence, &["protocol", "field", "value", "frame", "offset", "time", "count"]);
            }
        }
        for relation in device["relations"].as_array().unwrap() {
            assert_has(relation, &["type", "device", "protocol", "count"]);
            assert!(devices.iter().any(|other| other["id"] == relation["device"]), "a relation leads to a device");
        }
    }
    let monitor = devices.iter().find(|device| device["model"]["value"] == "866062").unwrap();
    assert_eq!(monitor["manufacturer"]["value"], "Philips");
    assert_eq!(monitor["class"]["value"], "patient-monitor");
    let version = &monitor["software"][0]["version"]["value"];
    assert_eq!(version, "L.01.18");
}

#[test]
fn neither_threads_nor_the_order_of_paths_change_a_byte() {
    let folder = iomt(["identify", "--format", "json", "--jobs", "1", captures().to_str().unwrap()]);
    assert_eq!(folder.status, 0);
    let mut paths = all();
    for jobs in ["1", "2", "7"] {
        paths.rotate_left(3);
        for _ in 0..2 {
            paths.reverse();
            let run = iomt(
                ["identify", "--format", "json", "--jobs", jobs].into_iter().chain(paths.iter().map(String::as_str)),
            );
            assert_eq!(run.status, 0);
            assert!(run.out == folder.out, "--jobs {jobs} with {paths:?}");
        }
    }
}

/// A little-endian pcap cut into files of so many frames each.
fn parts(capture: &[u8], frames: usize) -> Vec<Vec<u8>> {
    let (header, mut rest) = capture.split_at(24);
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let mut part = header.to_vec();
        for _ in 0..frames {
            let Some(length) = rest.get(8..12) else { break };
            let record = 16 + usize::try_from(u32::from_le_bytes(length.try_into().unwrap())).unwrap();
            part.extend(&rest[..record]);
            rest = &rest[record..];
        }
        parts.push(part);
    }
    parts
}

/// An inventory without the places where its evidence lies.
fn without_places(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(strip),
            Value::Object(members) => {
                members.remove("frame");
                members.remove("input");
                members.values_mut().for_each(strip);
            }
            _ => {}
        }
    }
    strip(&mut value);
    value
}

#[test]
fn a_capture_written_to_several_files_is_one_in_whatever_order_they_are_given() {
    let folder = Folder::new("parts");
    for (name, frames) in [("dicom_js.pcap", 37), ("lis_analysers.pcap", 5), ("intellivue_beacon.pcap", 1)] {
        let whole = iomt(["identify", "--format", "json", &capture(name)]);
        let bytes = std::fs::read(capture(name)).unwrap();
        let paths: Vec<String> = (0..)
            .zip(parts(&bytes, frames))
            // As tcpdump -C names them: the first has no number.
            .map(|(number, part)| {
                folder.write(&format!("{name}{}", if number == 0 { String::new() } else { number.to_string() }), &part)
            })
            .collect();
        let want = without_places(whole.json());
        let mut given = paths.clone();
        for jobs in ["1", "4"] {
            given.reverse();
            let run = iomt(
                ["identify", "--format", "json", "--jobs", jobs].into_iter().chain(given.iter().map(String::as_str)),
            );
            assert_eq!(run.status, 0);
            let got = without_places(run.json());
            assert!(want == got, "{name}: {want:#} {got:#}");
            assert!(paths.len() < 2 || run.out.contains(&format!("{name}1")), "evidence lies in its own file");
        }
    }
}

#[test]
fn captures_of_one_time_whose_names_differ_by_a_number_are_not_parts_of_one() {
    let folder = Folder::new("probes");
    let bytes = std::fs::read(capture("dicom_js.pcap")).unwrap();
    let alone = iomt(["identify", "--format", "json", &folder.write("probe1.pcap", &bytes)]);
    let copies =
        iomt(["identify", "--format", "json", &folder.path("probe1.pcap"), &folder.write("probe2.pcap", &bytes)]);
    assert_eq!(without_places(alone.json())["devices"], without_places(copies.json())["devices"]);
    let other = folder.write("probe3.pcap", &std::fs::read(capture("lis_analysers.pcap")).unwrap());
    let apart = iomt(["identify", "--format", "json", &capture("dicom_js.pcap"), &capture("lis_analysers.pcap")]);
    let named_alike = iomt(["identify", "--format", "json", &folder.path("probe1.pcap"), &other]);
    assert_eq!(without_places(apart.json())["devices"], without_places(named_alike.json())["devices"]);
}

#[test]
fn a_path_given_twice_counts_once() {
    let path = capture("dicom_echo_basic.pcap");
    let once = iomt(["identify", "--format", "json", &path]);
    let twice = iomt(["identify", "--format", "json", &path, &path]);
    assert_eq!(once.out, twice.out);
}

#[test]
fn lines_of_ndjson_are_the_devices_and_then_the_health() {
    let path = capture("dicom_store_modalities.pcap");
    let json = iomt(["identify", "--format", "json", &path]).json();
    let run = iomt(["identify", "--format", "ndjson", &path]);
    let mut lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.pop().unwrap();
    assert_eq!(last["health"], json["health"]);
    assert_eq!(&lines, json["devices"].as_array().unwrap());
}

#[test]
fn compressed_captures_and_pipes_tell_the_same_devices() {
    let path = capture("dicom_store_modalities.pcap");
    let bytes = fs::read(&path).unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&bytes).unwrap();
    let gzip = encoder.finish().unwrap();
    let zstd = ruzstd::encoding::compress_to_vec(&bytes[..], ruzstd::encoding::CompressionLevel::Fastest);
    let folder = Folder::new("compressed");
    let ids = |json: &Value| -> Vec<Value> {
        json["devices"].as_array().unwrap().iter().map(|device| device["id"].clone()).collect()
    };
    let plain = iomt(["identify", "--format", "json", &path]).json();
    for (name, packed) in [("a.pcap.gz", &gzip), ("a.pcap.zst", &zstd), ("no-ending", &zstd)] {
        let run = iomt(["identify", "--format", "json", &folder.write(name, packed)]);
        assert_eq!((run.status, run.err.as_str()), (0, ""), "{name}");
        assert_eq!((ids(&run.json()), &run.json()["health"]), (ids(&plain), &plain["health"]), "{name}");
    }
    for packed in [bytes, gzip] {
        let run = piped(&["identify", "--format", "json", "-"], packed);
        assert_eq!(run.status, 0);
        assert_eq!((ids(&run.json()), &run.json()["health"]), (ids(&plain), &plain["health"]));
    }
}

#[test]
fn an_output_file_gets_the_same_bytes_and_replaces_what_was_there() {
    let folder = Folder::new("output");
    let target = folder.write("inventory.json", b"old");
    let path = capture("dicom_echo_basic.pcap");
    let direct = iomt(["identify", "--format", "json", &path]);
    let run = iomt(["identify", "--format", "json", "--output", &target, &path]);
    assert_eq!((run.status, run.out.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(&target).unwrap(), direct.out);
    // Nothing could be read: what was there stays.
    assert_eq!(iomt(["identify", "--output", &target, "/nowhere/at/all.pcap"]).status, 2);
    assert_eq!(fs::read_to_string(&target).unwrap(), direct.out);
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1);
}

#[test]
fn the_table_fits_a_page_and_shows_equipment_before_endpoints() {
    let run = iomt(["identify", captures().to_str().unwrap()]);
    assert_eq!(run.status, 0);
    for line in run.out.lines() {
        assert!(line.width() <= 100, "{} columns: {line}", line.width());
    }
    let place = |text: &str| run.out.find(text).unwrap_or_else(|| panic!("{text} is not in\n{}", run.out));
    assert!(place("Equipment: ") < place("endpoints"));
    for wanted in
        ["RHAPSODE", "DE00000001", "L.01.18", "DCMTK 3.6.7", "behind WEBVIEW", "archives 9 devices", "ORTHANC"]
    {
        place(wanted);
    }
    assert!(run.out.lines().last().unwrap().starts_with("Read "), "{}", run.out);
}

#[test]
fn monitors_that_speak_for_themselves_are_shown_with_maker_place_and_central_station() {
    let run = iomt(["identify", &capture("ge_unity_ward.pcap")]);
    for wanted in ["GE HealthCare", "at ICU|BED1", "at ICU|CENTRAL", "measures ECG, SpO2", "polls 2 devices"] {
        assert!(run.out.contains(wanted), "{wanted} is not in\n{}", run.out);
    }
}

#[test]
fn a_file_of_messages_and_an_empty_capture_are_read_too() {
    let folder = Folder::new("files");
    let message = b"MSH|^~\\&|GW|WARD|||20260102||ORU^R01|1|P|2.6\r\
        OBX|1||69985^MDC_DEV_PUMP_INFUS_MDS^MDC|1.0.0.0|||||||X|||||||MON5^^0009FBFFFE112233^EUI-64\r";
    let run = iomt(["identify", "--format", "json", &folder.write("messages.hl7", message)]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert_eq!(run.json()["health"]["messages"], 1);
    let head = &fs::read(capture("dicom_echo_basic.pcap")).unwrap()[..24];
    let run = iomt(["identify", &folder.write("empty.pcap", head)]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.starts_with("No medical devices were found.\n"));
    assert_eq!(run.out.lines().count(), 2);
}
